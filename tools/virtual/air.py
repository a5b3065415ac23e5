"""The air over one antenna: what lies in its field, how much power there is, and what a receiver hears of it.

A model of what matters at a table, not of physics: a field feeds so many cards and no more, metal takes it away, a
strong card hides a weak one that answers at the same time, and chance is a seeded sequence.
"""

from tools.virtual.cards15693 import VicinityCard
from tools.virtual.tags import Card, Tag, crc_a

_MASKS = 3  # so many times stronger hides
_MASKS_WITH_AGC = 2  # from a receiver that turns its gain down for the strong one
_NEEDS = 30  # of a good card's 100
_TUNED_PHASE = 128
_FULL_AMPLITUDE = 210


class Air:
    """What lies on one antenna. `feeds` cards get power, the best coupled ones; `metal` is in per cent.

    With `agc` the receiver turns its gain down for a strong card, and hears less of the weak ones. After an exchange,
    `late_us` says how much later than others the answer begins.
    """

    def __init__(self) -> None:
        self.cards: list[Tag] = []
        self.feeds = 1000
        self.metal = 0
        self.agc = False
        self.late_us = 0
        self._on_since: int | None = None
        self._off_since = 0
        self._chance = 1

    @property
    def powered(self) -> bool:
        """Whether the field is on."""
        return self._on_since is not None

    def field(self, on: bool, now_us: int) -> None:
        """Switch the field. Cards forget their state when it goes off, those that hold a charge only after a while."""
        if on == self.powered:
            return
        self._on_since = now_us if on else None
        if on:
            for card in self.cards:
                if now_us - self._off_since > card.holds_us:
                    card.power(None)
        else:
            self._off_since = now_us
        self.feed(now_us)

    def feed(self, now_us: int) -> None:
        """Give power to those for whom there is enough."""
        left = self.feeds
        for card in sorted(self.cards, key=lambda card: -card.coupling):
            fed = self.powered and left > 0 and card.coupling * (100 - self.metal) >= _NEEDS * 100
            left -= 1
            if fed and card.powered_at is None:
                card.power(now_us)
            elif not fed and (self.powered or not card.holds_us):
                card.power(None)

    def rebase(self, elapsed_us: int) -> None:
        """The world's clock goes back by `elapsed_us`."""
        if self._on_since is not None:
            self._on_since -= elapsed_us
        self._off_since -= elapsed_us
        for card in self.cards:
            if card.powered_at is not None:
                card.powered_at -= elapsed_us

    def put(self, card: Tag, now_us: int) -> None:
        """Lay a card on the antenna."""
        self.cards.append(card)
        card.power(None)
        self.feed(now_us)

    def take(self, uid: bytes, now_us: int) -> Tag | None:
        """Take the card with `uid` away and return it, None if it is not here."""
        for card in self.cards:
            if card.uid == uid:
                self.cards.remove(card)
                card.power(None)
                self.feed(now_us)
                return card
        return None

    def amplitude(self) -> int:
        """Return what a measurement of the field gives, of 255."""
        return (_FULL_AMPLITUDE - 2 * len(self.cards)) * (100 - self.metal) // 100 if self.powered else 0

    def phase(self) -> int:
        """Return what a measurement of the phase gives: 128 where the antenna is in tune."""
        return min(255, _TUNED_PHASE + len(self.cards) + self.metal)

    def exchange(self, data: bytes | bytearray, bits: int, now_us: int) -> tuple[int, int, int]:
        """Send a frame of type A; return (value, bits, collided): the wired OR, and a 1 for each bit that differs.

        Manchester code shows both halves of a bit where answers differ.
        """
        crc_right = bits >= 32 and bits % 8 == 0 and crc_a(data) == 0
        answers = []
        for card in self._awake(now_us):
            if isinstance(card, Card):
                value, size = card.hear(data, bits, crc_right)
                if size:
                    answers.append((card, value, size))
        strongest = self._strongest([card for card, _, _ in answers])
        ones = zeros = length = 0
        for card, value, size in answers:
            if self._heard(card, strongest):
                ones |= value
                zeros |= ~value & (1 << size) - 1
                length = max(length, size)
        return ones, length, ones & zeros

    def vicinity(self, data: bytes | None, now_us: int) -> list[bytes]:
        """Send a request after ISO/IEC 15693, or (None) an end of frame by itself; return the answers heard."""
        answers = []
        for card in self._awake(now_us):
            if isinstance(card, VicinityCard):
                answer = card.slot() if data is None else card.hear(data)
                if answer:
                    answers.append((card, answer))
        strongest = self._strongest([card for card, _ in answers])
        return [answer for card, answer in answers if self._heard(card, strongest)]

    def _strongest(self, cards: list[Tag]) -> int:
        """Return how well the strongest of those that answer is heard; the latest of them says how late that is."""
        self.late_us = max([card.late_us for card in cards]) if cards else 0
        return max([card.coupling for card in cards]) if cards else 0

    def _awake(self, now_us: int) -> list[Tag]:
        return [
            card
            for card in self.cards
            if card.powered_at is not None and now_us - card.powered_at >= card.power_up_us and self.powered
        ]

    def _heard(self, card: Tag, strongest: int) -> bool:
        if card.flicker:
            self._chance = (self._chance * 1103515245 + 12345) & 0x3FFFFFFF
            if (self._chance >> 8) % 1000 < card.flicker:
                return False
        return card.coupling * (_MASKS_WITH_AGC if self.agc else _MASKS) > strongest
