"""What leaves a table: its state and its events as the feeds have them."""
