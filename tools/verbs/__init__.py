"""The verbs of `ebs`, one module each."""
