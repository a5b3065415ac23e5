"""The house: events, tables, decks and nodes, as a fold of the stream `house`."""
