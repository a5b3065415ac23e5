"""Exact equity for live hands. NumPy only; integer counts."""
