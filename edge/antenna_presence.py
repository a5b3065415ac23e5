"""Which cards lie on one antenna, judged over several looks. Pure: knows no chip, no clock, no message.

A card is present after two of three looks. It is gone after three looks with clean silence, at least 300 ms after the
first of them. A look that says nothing of a card can show that it is there, never that it is gone: errors are not
absence. But what talks into every look must not keep a card for ever: one that was not heard for a minute is gone.
"""

from micropython import const

_LOOKS = const(0b111)  # the last three
_MISSES = const(3)
_GONE_AFTER_MS = const(300)
_UNHEARD_MS = const(60_000)

READ = const(1)
REMOVED = const(2)
MOVED = const(3)  # to another antenna: `Scanner` finds it from two presences

# The state of a card is one number, since a node has little room. From the lowest bit on: the last three looks, clean
# misses in a row, whether the card is present, and the time since when it is missed, which wraps after an hour.
_MISS = const(1 << 3)
_MISSED = const(0b11 << 3)
_PRESENT = const(1 << 5)
_TIME = const(6)  # shift
_TIME_MASK = const((1 << 22) - 1)


class Presence:
    """The cards of one antenna."""

    # Of whoever was looked at last: twelve antennas pay for every attribute.
    unsettled = False  # a look at once would tell more
    vanished = 0  # cards that the look let go, whether they had been there for one look or for long

    def __init__(self):
        self._cards = {}  # uid: its number
        self.silent = 0  # looks in a row that heard nothing, since the chip was last set up for that

    def known(self):
        """Return every UID worth verifying: those present, and those seen once."""
        return self._cards

    def present(self):
        """Return the UIDs of the cards that lie here."""
        uids = []
        for uid, card in self._cards.items():
            if card & _PRESENT:
                uids.append(uid)
        return uids

    def missing(self, uid):
        """Whether the card lies here, but was not heard often enough to be gone, if another antenna hears it."""
        card = self._cards.get(uid, 0)
        return bool(card & _PRESENT) and (card & _MISSED == _MISSES * _MISS or not card & _LOOKS)

    def has(self, uid):
        """Whether the card lies here."""
        return bool(self._cards.get(uid, 0) & _PRESENT)

    def hold(self, uid):
        """Take back that the card came, since it lies elsewhere too. Each later look that finds it reports it again."""
        self._cards[uid] &= ~_PRESENT

    def forget(self, uid):
        """Drop a card that is known to be gone."""
        del self._cards[uid]

    def look(self, seen, clean, now_ms, unsure=()):
        """Take in one look; return its changes as (READ or REMOVED, uid) pairs.

        clean: silence meant absence. `unsure`: cards of which the look says nothing.
        """
        changes: list = []
        Presence.unsettled = False
        Presence.vanished = 0
        for uid in seen:
            self._saw(uid, changes)
        if clean and len(seen) < len(self._cards):
            for uid in list(self._cards):
                if uid not in seen:
                    (self._unheard if uid in unsure else self._missed)(uid, now_ms, changes)
        return changes

    def _saw(self, uid, changes):
        card = self._cards.get(uid, 0)
        history = (card << 1 | 1) & _LOOKS
        present = card & _PRESENT
        if not present:
            if history & history - 1:  # two bits set
                present = _PRESENT
                changes.append((READ, uid))
            else:
                Presence.unsettled = True
        self._cards[uid] = history | present

    def _missed(self, uid, now_ms, changes):
        card = self._cards[uid]
        card = card & ~_LOOKS | card << 1 & _LOOKS
        if not card & _PRESENT:
            self._cards[uid] = card
            if not card & _LOOKS:
                self._let_go(uid)
            else:
                Presence.unsettled = True
            return
        if not card & _MISSED:
            card = card & (_PRESENT | _LOOKS) | (now_ms & _TIME_MASK) << _TIME
        if card & _MISSED < _MISSES * _MISS:
            card += _MISS
        self._cards[uid] = card
        if card & _MISSED < _MISSES * _MISS:
            Presence.unsettled = True
        elif (now_ms - (card >> _TIME)) & _TIME_MASK >= _GONE_AFTER_MS:
            self._let_go(uid)
            changes.append((REMOVED, uid))

    def _unheard(self, uid, now_ms, changes):
        """The look says nothing of a card, but that it was not heard."""
        card = self._cards[uid]
        if not card & _PRESENT:
            return
        if card & 1:
            card = card & (_PRESENT | _LOOKS) | (now_ms & _TIME_MASK) << _TIME
        self._cards[uid] = card & ~_LOOKS | card << 1 & _LOOKS
        if (now_ms - (card >> _TIME)) & _TIME_MASK >= _UNHEARD_MS:
            self._let_go(uid)
            changes.append((REMOVED, uid))

    def _let_go(self, uid):
        self.forget(uid)
        Presence.vanished += 1
