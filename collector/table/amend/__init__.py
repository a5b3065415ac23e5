"""Commands taken back or corrected: undo, redo, and amendments of the past (ADR 8)."""
