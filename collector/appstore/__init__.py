"""People, grants, keys, sessions and who did what: a store of its own, which no log brings back.

The web role writes it, and the verbs of `ebs` as its user. Nothing of a hand is in it.
"""

from __future__ import annotations

from collector.appstore.store import AppStore

__all__ = ["AppStore"]
