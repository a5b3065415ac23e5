"""Finds every card in a field: ISO/IEC 15693-3, section 8. Knows cards and requests, not the chip.

A look begins with one slot, which is enough for no card or one card. Several cards are sorted into sixteen slots by
four bits of their UID, and those of one slot by the next four. A strong card drowns a weak one, except if only the weak
one may speak: so a known card that was not heard is called by its whole UID. Unknown weak cards are found by silencing
the heard ones. That lasts until the field goes off, so it is done when the cards change, and now and then.

A request that a bit error spoilt on the bus is answered by nobody, as if no card were there. So a known card that was
not heard is asked again, with the settings of the chip written anew, before the look says that it is silent.
"""

from micropython import const

from edge.rfid.frames import ANSWER, SILENCE

UID_SIZE = const(8)

_INVENTORY = const(0x01)
_STAY_QUIET = const(0x02)
_ONE_SLOT = const(0x26)  # flags: high data rate, inventory, one slot
_SIXTEEN_SLOTS = const(0x06)
_ADDRESSED = const(0x22)
_FLAG_ERROR = const(0x01)
_UID_AT = const(2)  # in an answer, lowest byte first; here it is highest first, as it is printed

_SLOTS = const(16)
_SLOT_BITS = const(4)
_UID_BITS = const(64)
_BREATH = const(4)  # silent slots in a row, before the loop may run
_PENDING = const(24)
_MAX_CARDS = const(24)
_MAX_SORTS = const(40)  # a look must end, whatever babbles in the field
_ROUNDS = const(4)  # of quieting and asking again
_HIDDEN_EVERY = const(8)  # looks
_CALLS = const(3)  # of a known card, before its silence counts
_UNREAD = const(2)  # as `odd`: somebody answers, and tells no UID


class Reader:
    """The cards in one chip's field. See the package for `seen`, `unsure`, `clean` and `odd` after a look."""

    def __init__(self, chip):
        self.chip = chip
        self.seen = []
        self.unsure: list = []
        self.clean = True
        self.odd = 0
        self.spent = False  # cards are quiet: the field must go off before the next look
        self._known: list = []
        self._looks = 0
        self._frame = bytearray(3 + UID_SIZE + 2)
        self._uid = bytearray(UID_SIZE)
        # Masks still to be asked for: the length, then the bits of the UID, lowest first.
        self._masks = [bytearray(1 + UID_SIZE) for _ in range(_PENDING)]
        self._pending = 0

    def look(self, known):
        """Look once at the field; `known` are the UIDs to expect. Yields between cards."""
        self.seen.clear()
        self.unsure.clear()
        self.clean = True
        self.odd = 0
        self.spent = False
        self._known = known
        self._looks += 1
        yield from self._inventory()
        for _ in range(_CALLS - 1):
            if self._heard() or not known:
                break
            self.chip.field_on()
            yield
            yield from self._inventory()
        if not self._heard():
            return
        for uid in known:
            calls = _CALLS
            while calls and uid not in self.seen:
                calls = calls - 1 if self._call(uid) == SILENCE else 0
                yield
        if self._looks % _HIDDEN_EVERY == 0 or not self._all_known():
            yield from self._find_hidden()
        if not self.clean:
            self.odd = _UNREAD

    def _heard(self):
        return self.seen or not self.clean

    def _all_known(self):
        for uid in self.seen:
            if uid not in self._known:
                return False
        return True

    def _call(self, uid):
        """Ask for one card by all of its UID, whoever else answers otherwise; return the outcome."""
        mask = self._masks[0]
        mask[0] = _UID_BITS
        for index in range(UID_SIZE):
            mask[1 + index] = uid[UID_SIZE - 1 - index]
        outcome = self._ask(_ONE_SLOT, mask)
        if outcome == ANSWER:
            self._note(mask)
        elif outcome != SILENCE:
            self.clean = False
        if outcome != SILENCE and uid not in self.seen:
            self.unsure.append(uid)
        return outcome

    def _inventory(self):
        """Find all cards that speak. If an answer is wrong in any way, sixteen slots tell the cards apart."""
        mask = self._masks[0]
        mask[0] = 0
        outcome = self._ask(_ONE_SLOT, mask)
        if outcome == SILENCE:
            return
        if outcome == ANSWER:
            self._note(mask)
            return
        yield
        self._pending = 1
        for _ in range(_MAX_SORTS):
            if not self._pending or len(self.seen) >= _MAX_CARDS:
                return
            self._pending -= 1
            yield from self._sort(self._masks[self._pending])
        self.clean = self.clean and not self._pending

    def _sort(self, mask):
        """Ask for the cards of `mask` in sixteen slots; leave a mask for each slot that needs another round."""
        mine = self._masks[_PENDING - 1]
        mine[:] = mask
        pending = self._pending
        heard = False
        for slot in range(_SLOTS):
            outcome = self.chip.next_slot() if slot else self._ask(_SIXTEEN_SLOTS, mine)
            if outcome == SILENCE:
                if slot % _BREATH == _BREATH - 1:
                    yield
                continue
            heard = True
            if outcome == ANSWER:
                self._note(mine, slot)
            else:
                self._put_off(mine, slot)
            yield
        if not heard:
            self.clean = False  # they spoke over each other, and then nobody
        if self._pending == pending + _SLOTS:  # no cards: something that talks into every slot would never end
            self._pending = 0
            self.clean = False

    def _put_off(self, mask, slot):
        """Have the cards of `slot` asked for by four more bits."""
        length = mask[0] + _SLOT_BITS
        if length >= _UID_BITS or self._pending == _PENDING - 1:
            self.clean = False
            return
        more = self._masks[self._pending]
        more[:] = mask
        self._pending += 1
        _put_bits(more, slot)
        more[0] = length

    def _find_hidden(self):
        """Silence the cards that were heard, and listen for others that they covered."""
        self.spent = True
        quiet = 0
        for _ in range(_ROUNDS):
            while quiet < len(self.seen):
                self._silence(self.seen[quiet])
                quiet += 1
                yield
            yield from self._inventory()
            if quiet == len(self.seen):
                return

    def _silence(self, uid):
        frame = self._frame
        frame[0] = _ADDRESSED
        frame[1] = _STAY_QUIET
        for index in range(UID_SIZE):
            frame[2 + index] = uid[UID_SIZE - 1 - index]
        self.chip.request(frame, 2 + UID_SIZE)

    def _ask(self, flags, mask):
        frame = self._frame
        length = mask[0] + 7 >> 3
        frame[0] = flags
        frame[1] = _INVENTORY
        frame[2] = mask[0]
        for index in range(length):
            frame[3 + index] = mask[1 + index]
        return self.chip.request(frame, 3 + length)

    def _note(self, mask, slot=-1):
        """Note the UID that was answered, unless it cannot be the answer to the request."""
        answer, uid = self.chip.answer, self._uid
        for index in range(UID_SIZE):
            uid[UID_SIZE - 1 - index] = answer[_UID_AT + index]
        if answer[0] & _FLAG_ERROR or not _fits(answer, mask, slot):
            self.clean = False
            return
        if uid in self.seen:
            return
        for known in self._known:
            if known == uid:
                self.seen.append(known)
                return
        self.seen.append(bytes(uid))


def _put_bits(mask, slot):
    """Add the four bits of a slot to a mask."""
    at = 1 + (mask[0] >> 3)
    mask[at] = mask[at] & 0x0F | slot << 4 if mask[0] & 7 else slot


def _fits(answer, mask, slot):
    """Whether a UID begins with the mask, which has whole or half bytes, and, with a slot, goes on with its number."""
    at, half = mask[0] >> 3, mask[0] & 7
    for index in range(at):
        if answer[_UID_AT + index] != mask[1 + index]:
            return False
    if half and (answer[_UID_AT + at] ^ mask[1 + at]) & 0x0F:
        return False
    return slot < 0 or answer[_UID_AT + at] >> half & _SLOTS - 1 == slot
