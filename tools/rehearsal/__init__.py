"""An EBS on this machine, with people at its table."""
