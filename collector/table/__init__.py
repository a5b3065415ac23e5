"""One live table: folds facts into its hand, decides commands, and says what the feeds show. Pure: no I/O, no clock."""
