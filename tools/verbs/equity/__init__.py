"""`ebs equity`: options, the answer, and the answer in words or as JSON."""
