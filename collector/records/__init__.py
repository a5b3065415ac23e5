"""Values of finished hands, players and events, and statistics counted from them. Knows no live tables and no I/O."""
