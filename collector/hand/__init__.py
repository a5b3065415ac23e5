"""The live hand: rules and record, as pure values. Standard library only."""
