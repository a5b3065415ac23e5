"""Boards as data: which wire goes where."""
