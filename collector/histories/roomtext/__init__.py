"""The text that card rooms write for a hand: reading and writing."""
