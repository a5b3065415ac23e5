"""The Poker Hand History format (PHH): reading, writing, and replaying what it recorded."""
