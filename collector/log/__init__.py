"""The append-only log: what is not in here did not happen."""
