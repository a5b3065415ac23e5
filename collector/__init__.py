"""The EBS collector: facts in from the broker, one durable log, pure folds, feeds and REST out."""
