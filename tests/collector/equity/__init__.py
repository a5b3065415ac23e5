"""Exact equity, held against plain loops and against counts made elsewhere."""
