"""`ebs bench NAME`: figures this system has to reach, measured where it runs. One module per bench, see cli.py."""
