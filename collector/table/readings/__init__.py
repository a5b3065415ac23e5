"""What the antennas say: readings, decks, flagged readings, control cards, hands without an operator."""
