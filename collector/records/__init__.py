"""Values of finished hands, players and events, and the statistics counted from them. No tables, no I/O."""
