"""Which cards lie on one antenna, judged over several looks. Pure: knows no chip, no clock, no message.

A card is present after two of three looks, and gone after three looks in which silence was clean, at least 300 ms after
the first of them. A look that went wrong says who is there, never who is not: errors are not absence.
"""

from micropython import const

_LOOKS = const(0b111)  # the last three
_MISSES = const(3)
_GONE_AFTER_MS = const(300)

READ = const(1)
REMOVED = const(2)
MOVED = const(3)  # to another antenna: what `Scanner` makes of two presences

_HISTORY = const(0)
_MISSED = const(1)
_FIRST_MISS = const(2)
_PRESENT = const(3)


class Presence:
    """The cards of one antenna."""

    held: tuple = ()  # cards that are read here, but also where they lay before: they have not moved yet
    unsettled = False  # a look at once would tell more

    def __init__(self):
        self._cards = {}  # uid: [history of looks, clean misses in a row, time of the first miss, present]

    def known(self):
        """Return every UID worth verifying: those present, and those seen once."""
        return self._cards

    def present(self):
        """Return the UIDs of the cards that lie here."""
        return [uid for uid, card in self._cards.items() if card[_PRESENT]]

    def missing(self, uid):
        """Whether the card lies here, but the last look did not find it."""
        card = self._cards.get(uid)
        return card is not None and card[_PRESENT] and card[_MISSED] > 0

    def has(self, uid):
        """Whether the card lies here."""
        card = self._cards.get(uid)
        return card is not None and card[_PRESENT]

    def hold(self, uid):
        """Take back that the card came, since it lies elsewhere too. `release` says that it does no more."""
        self._cards[uid][_PRESENT] = False
        if uid not in self.held:
            self.held += (uid,)

    def release(self, uid):
        """The card has left where it lay: it is here."""
        self._cards[uid][_PRESENT] = True
        self._let_go(uid)

    def forget(self, uid):
        """The card is known to be gone."""
        del self._cards[uid]
        self._let_go(uid)

    def _let_go(self, uid):
        if uid in self.held:
            self.held = tuple([other for other in self.held if other != uid])

    def look(self, seen, clean, now_ms):
        """Take in one look; return what it changed as (READ or REMOVED, uid) pairs."""
        changes: list = []
        self.unsettled = False
        for uid in seen:
            self._saw(uid, changes)
        if clean and len(seen) < len(self._cards):
            for uid in [uid for uid in self._cards if uid not in seen]:
                self._missed(uid, now_ms, changes)
        return changes

    def _saw(self, uid, changes):
        card = self._cards.get(uid)
        if card is None:
            card = self._cards[uid] = [0, 0, 0, False]
        card[_HISTORY] = (card[_HISTORY] << 1 | 1) & _LOOKS
        card[_MISSED] = 0
        if card[_PRESENT]:
            return
        if card[_HISTORY] & card[_HISTORY] - 1:  # two bits set
            card[_PRESENT] = True
            changes.append((READ, uid))
        else:
            self.unsettled = True

    def _missed(self, uid, now_ms, changes):
        card = self._cards[uid]
        card[_HISTORY] = card[_HISTORY] << 1 & _LOOKS
        if not card[_PRESENT]:
            if not card[_HISTORY]:
                self.forget(uid)
            elif uid not in self.held:
                self.unsettled = True
            return
        if card[_MISSED] == 0:
            card[_FIRST_MISS] = now_ms
        card[_MISSED] += 1
        if card[_MISSED] < _MISSES:
            self.unsettled = True
        elif now_ms - card[_FIRST_MISS] >= _GONE_AFTER_MS:
            self.forget(uid)
            changes.append((REMOVED, uid))
