"""The output of a table: its states, events and alerts, as the feeds have them."""
