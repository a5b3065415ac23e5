"""Taking back and correcting what was commanded: undo, redo, and amendments of the past."""
