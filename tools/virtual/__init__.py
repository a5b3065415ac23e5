"""The virtual table: chips, cards and a board in software, under the unmodified firmware."""
