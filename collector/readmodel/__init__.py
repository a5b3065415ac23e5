"""Projections for questions: finished hands, events and tables, in a store of their own.

The collector's projector writes (`ReadModelWriter`), the web reads (`ReadModelQueries`); they share no memory.
"""

from __future__ import annotations

from collector.readmodel.queries import ReadModelQueries
from collector.readmodel.writer import ReadModelWriter

__all__ = ["ReadModelQueries", "ReadModelWriter"]
