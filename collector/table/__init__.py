"""One live table: routes facts into its hand, decides commands, answers what is on show now. Pure: no I/O, no clock."""
