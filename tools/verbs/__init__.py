"""The verbs of `ebs`, one module each, and nothing else: `VERB` is its place and its line in `ebs --help`."""
