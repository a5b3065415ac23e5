"""Open Hand History JSON, written and read by its specification (hh-specs.handhistory.org)."""

from collector.histories.ohh.read import read_ohh
from collector.histories.ohh.write import write_ohh

__all__ = ["read_ohh", "write_ohh"]
