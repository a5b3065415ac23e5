"""REST over the read model: S1 and S2 only."""
