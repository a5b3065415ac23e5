"""The `ebs` command and its verbs."""
