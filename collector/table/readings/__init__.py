"""Facts from the antennas: readings, decks, flagged readings, control cards, hands without an operator."""
