"""What is on show of a table, and what may come."""
