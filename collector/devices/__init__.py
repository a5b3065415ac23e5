"""Nodes: which of their events are in the log, which boot runs, what they sealed. No tables, no I/O."""
