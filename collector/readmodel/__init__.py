"""Projections for questions: finished hands, events and tables, in a store of their own."""
