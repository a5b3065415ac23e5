"""Finds every card in a field: ISO/IEC 14443-3 type A, section 6. Knows cards and frames, not the chip.

A look first verifies the cards that were there before, then calls for new cards and resolves them one by one. It is a
generator: it yields after each card and within long walks, so that the loop of the node is never held for long.

Some cards answer WUPA when they come, but go to sleep once another card is selected, although the standard has them
wait. Behind known cards they would never be found. So now and then a look begins with the call for new cards, and takes
another turn at each collision than last time.

Other things with a chip lie on antennas too: a card that calls itself awake however often it is sent to sleep, one that
answers and never tells its UID. None of them says anything about the other cards: each known card is called by its UID,
and its own silence decides. `odd` says what was met.
"""

from micropython import const

from edge.rfid.frames import ANSWER, COLLISION, SILENCE, UID_BITS

_LEVELS = b"\x93\x95\x97"
_CASCADE_TAG = const(0x88)
_CASCADE_BIT = const(0x04)  # of SAK: the UID goes on. A 4-byte UID may begin with 0x88
_MAX_CARDS = const(10)
_MAX_FAILURES = const(3)
_MAX_MISSES = const(5)  # in one level: two per lie of the chip about a position, the rest for weak cards
_FRESH_EVERY = const(16)  # looks
_ALL_ONES = const(-1)  # at every collision

# What `odd` may be; `antenna_odd` has the words for it.
_AWAKE = const(1)
_UNREAD = const(2)
_RANDOM = const(3)
_RANDOM_UID = const(0x08)  # begins a UID of four bytes that was made up for this visit (ISO/IEC 14443-3, 6.5.4)

# SEL, NVB, four bytes of the UID, BCC: one for each cascade level. One reader looks at a time, so all share them.
_FRAMES = [bytearray([code, 0, 0, 0, 0, 0, 0]) for code in _LEVELS]


class Reader:
    """The cards in one chip's field. See the package for `seen`, `unsure`, `clean` and `odd` after a look."""

    spent = False
    made = 0
    # Of whoever looked last, as the frames are: twelve antennas pay for every attribute.
    seen: list = []  # noqa: RUF012
    unsure: list = []  # noqa: RUF012
    clean = True
    odd = 0

    def __init__(self, chip):
        self.chip = chip
        Reader.made += 5  # so that the antennas of a table do not all begin anew in one round
        self._looks = Reader.made

    def look(self, known):
        """Look once at the field; `known` are the UIDs to expect. Yields between cards."""
        self.seen.clear()
        self.unsure.clear()
        Reader.clean, Reader.odd = True, 0
        self._looks += 1
        fresh = known and self._looks % _FRESH_EVERY == 0
        if fresh:
            yield from self._find_new(self._looks // _FRESH_EVERY)
        for uid in known:
            if fresh and uid in self.seen:
                continue
            outcome = self._verify(uid)
            if not outcome:  # a lost answer is no absence, nor is a setting that a bit error spoilt
                yield
                self.chip.field_on()
                outcome = self._verify(uid)
            if outcome is None:
                return
            if outcome == ANSWER:
                self.seen.append(uid)
            elif outcome != SILENCE:
                self.unsure.append(uid)
                Reader.clean, Reader.odd = False, _UNREAD
            yield
        if not fresh:
            yield from self._find_new(_ALL_ONES)

    def _verify(self, uid):
        """Call one card by its UID. SILENCE means that it is gone, None that everything is.

        A card whose answer got lost believes that it was selected, and takes the next call for a mistake. HLTA ends
        that in any case: then all cards are ready for the next call.
        """
        chip = self.chip
        outcome = None
        if chip.wake(True) != SILENCE:
            last = len(uid) // 3 - 1
            for level in range(last + 1):
                outcome = chip.select(self._expect(level, uid, last))
                if outcome == ANSWER and bool(chip.sak & _CASCADE_BIT) != (level < last):
                    outcome = SILENCE  # another card, whose UID begins alike
                if outcome not in (ANSWER, COLLISION):
                    break
            else:
                outcome = ANSWER
        chip.halt()
        return outcome

    def _expect(self, level, uid, last):
        """Return the SELECT frame of `uid` at `level`; 4, 7 and 10 bytes take one, two and three levels."""
        frame = _FRAMES[level]
        at = 3 * level
        if level < last:
            frame[2] = _CASCADE_TAG
            frame[3], frame[4], frame[5] = uid[at], uid[at + 1], uid[at + 2]
        else:
            frame[2], frame[3], frame[4], frame[5] = uid[at], uid[at + 1], uid[at + 2], uid[at + 3]
        frame[6] = frame[2] ^ frame[3] ^ frame[4] ^ frame[5]
        return frame

    def _find_new(self, turns):
        """Call for new cards and take them in; `turns` are, bit by bit, the values to take at collisions, in order.

        What went wrong with one card may stand before others: after a failure another turn is taken at each collision.
        """
        failures = 0
        # A card whose selection was not finished takes the next call for a mistake.
        while failures < _MAX_FAILURES and (self.chip.wake(False) or (failures and self.chip.wake(False))):
            uid = yield from self._resolve(turns)
            odd = self._take(uid)
            if odd:
                failures += 1
                turns = ~turns if failures == 1 else self._looks
            if failures == _MAX_FAILURES and not self.odd:
                Reader.odd = odd
            if len(self.seen) >= _MAX_CARDS:  # the next look takes in more
                return
            yield

    def _take(self, uid):
        """Take in a card that was selected, and send it to sleep. Return what is odd about it, 0 for a good card."""
        if uid is None:
            Reader.clean = False
            return _UNREAD
        asleep = self.chip.halt() == SILENCE
        if uid in self.seen:
            return _AWAKE
        self.seen.append(uid)
        if uid[0] == _RANDOM_UID and len(uid) == 4:  # noqa: PLR2004
            Reader.odd = _RANDOM
        if asleep:
            return 0
        Reader.clean = False
        return _UNREAD

    def _resolve(self, turns):
        """Single out one of the cards that woke up, select it, return its UID; None if that failed."""
        for level in range(len(_LEVELS)):
            found = yield from self._single_out(level, turns)
            if not found:
                return None
            outcome = self.chip.select(_FRAMES[level])
            if outcome == ANSWER and not self.chip.sak & _CASCADE_BIT:
                uid = b""
                for above in range(level):
                    uid += _FRAMES[above][3:6]
                return uid + _FRAMES[level][2:6]
            if outcome not in (ANSWER, COLLISION):
                return None  # on COLLISION the longer UID goes first; its end sends the shorter card back to wait
        return None

    def _single_out(self, level, turns):
        """Fill the frame of `level` with the four bytes of one card: a walk down the tree of bits.

        Cards have answered to `sure` bits; the bits up to `known` are a guess about the last collision. If no card
        answers the guess, a weak card was masked or the chip misjudged the position: wake all cards and guess again.
        """
        frame = _FRAMES[level]
        sure = known = misses = 0
        jump = True  # trust the chip's collision position
        while True:
            outcome = self.chip.anticollide(frame, known)
            if outcome == ANSWER:
                return True
            if outcome == COLLISION and known < UID_BITS:
                sure = known
                known = self._guess(frame, sure, jump, turns & 1)
                turns >>= 1
                yield
                continue
            misses += 1
            if known == 0 or misses > _MAX_MISSES or not self._wake_to(level):
                return False
            if jump and misses == 1:
                frame[2 + (known - 1 >> 3)] ^= 1 << (known - 1 & 7)  # no card has the guessed value: take the other one
            else:
                known = self._step(frame, sure, jump)
                jump = False
            yield

    def _guess(self, frame, sure, jump, bit):
        """Take `bit` for the one that collided; without a position, go on by the one bit that came next."""
        position = self.chip.position
        if jump and position >= sure:
            at, mask = 2 + (position >> 3), 1 << (position & 7)
            frame[at] = frame[at] | mask if bit else frame[at] & ~mask
            return position + 1
        return sure + 1

    def _step(self, frame, sure, first):
        """Go on from the sure bits by one bit, as it was received, then by its opposite: the place was wrong too."""
        if not first:
            frame[2 + (sure >> 3)] ^= 1 << (sure & 7)
        return sure + 1

    def _wake_to(self, level):
        """Wake the cards again and select as far as `level`."""
        if self.chip.wake(False) == SILENCE:
            return False
        for above in range(level):
            if self.chip.select(_FRAMES[above]) not in (ANSWER, COLLISION):
                return False
        return True
