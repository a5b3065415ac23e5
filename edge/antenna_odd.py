"""What lies on an antenna and is no good card: when it is told, and when it has gone. Loaded with the first such look.

It is told once, when it has stayed for some looks, and that it has gone once it was not met for ten seconds. What comes
and goes at the edge of a coil is told no more often than that.
"""

from micropython import const

from edge.errors import WELL, ChipFault

_GONE_AFTER_MS = const(10_000)
_CHURN = const(10)  # cards that vanish while others come, before they are taken for one thing that changes its UID
_CHANGING = const(4)  # as `odd`
_RANDOM_UID = const(0x08)
_RANDOM_SIZE = const(4)

# By `odd` of a reader, the last by what is seen here: the fault's code, and the looks in which it must have been met.
_KINDS = (("", 0), ("card_awake", 8), ("card_unread", 8), ("card_random", 2), ("card_changing", 1))


class Odd:
    """What is known of something odd on one antenna."""

    def __init__(self):
        self.told = False
        self.looks = 0  # in which it was met, less those in which it was not
        self.met_at = 0
        self.churn = 0  # cards that vanished since all that were known were last seen together


def good(seen):
    """Return the UIDs that do not say of themselves that they are made up."""
    return [uid for uid in seen if not (uid[0] == _RANDOM_UID and len(uid) == _RANDOM_SIZE)]


def noticed(antenna, seen, now):
    """Take in a look that met something odd, or came after one. Return (code, message) to tell, None if no news."""
    if antenna.odd is None:
        antenna.odd = Odd()
    found, presence = antenna.odd, antenna.presence
    found.churn = found.churn + presence.vanished if len(seen) < len(presence.known()) else 0
    odd = _CHANGING if found.churn >= _CHURN else antenna.reader.odd
    if odd:
        found.met_at = now
        return _met(antenna, found, odd)
    if not found.told:
        found.looks = max(0, found.looks - 1)
        if not found.looks and not found.churn:
            antenna.odd = None
    elif now - found.met_at >= _GONE_AFTER_MS:
        antenna.odd, antenna.changing = None, False
        return WELL, "antenna " + antenna.name + ": nothing odd lies there any more"
    return None


def _met(antenna, found, odd):
    code, looks = _KINDS[odd]
    found.looks += 1
    if found.told or found.looks < looks:
        return None
    found.told = True
    antenna.changing = odd == _CHANGING
    return code, str(ChipFault(code, antenna.name))
