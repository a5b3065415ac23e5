"""Whoever may not see hidden cards learns nothing of them: pairs of runs that differ in hidden cards alone."""
