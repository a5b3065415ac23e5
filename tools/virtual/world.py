"""The table top in software: which card lies on which antenna, and its time. Runs on CPython and on MicroPython.

Its clock is a model: a bus operation costs `OPERATION_US`, a pause costs what it says, and nothing else does. So the
same run takes the same modelled time on every machine.
"""

from tools.virtual.air import Air
from tools.virtual.cards15693 import VicinityCard
from tools.virtual.tags import Card, Tag

OPERATION_US = 80  # one SPI transaction from Python on an ESP32
_MOST_SKIPPED_US = 5100  # the slowest command of a chip; a timer set wrong must not look as if the host had slept
_UID_SIZES = (4, 7, 8, 10)
_VICINITY = 8  # bytes of a UID after ISO/IEC 15693


class World:
    """Antennas by name, and the cards on them."""

    def __init__(self, antennas: tuple[str, ...] | list[str]) -> None:
        self.now_us = 0
        self.operations = 0
        self.antennas = antennas
        self.airs = {name: Air() for name in antennas}  # MicroPython's dict keeps no order

    def operation(self) -> None:
        """Count one bus transaction."""
        self.operations += 1
        self.now_us += OPERATION_US

    def skip_to(self, moment_us: int) -> None:
        """Let time pass until `moment_us`, if that is still to come, but no longer than a host should poll in vain."""
        self.now_us = max(self.now_us, min(moment_us, self.now_us + _MOST_SKIPPED_US))

    def advance(self, duration_us: int) -> None:
        """Let time pass."""
        self.now_us += duration_us

    def rebase(self) -> int:
        """Begin time anew, cards and fields unharmed; return what to subtract from moments kept elsewhere.

        After 18 minutes a moment would no longer fit a small integer of a 32-bit MicroPython, and cost memory.
        """
        elapsed, self.now_us = self.now_us, 0
        for air in self.airs.values():
            air.rebase(elapsed)
        return elapsed

    def put(self, antenna: str, uid: str, coupling: int = 100, flicker: int = 0) -> Tag:
        """Lay the card with `uid` (hex) on `antenna` and return it. Raises ValueError when that cannot be."""
        raw = bytes.fromhex(uid)
        if len(raw) not in _UID_SIZES:
            raise ValueError("a UID has 4, 7, 8 or 10 bytes, as hex")
        if self.where(raw):
            raise ValueError("that card lies on " + self.where(raw) + "; move or remove it")
        card = VicinityCard(raw) if len(raw) == _VICINITY else Card(raw)
        card.coupling = coupling
        card.flicker = flicker
        self._air(antenna).put(card, self.now_us)
        return card

    def remove(self, uid: str) -> None:
        """Take the card with `uid` (hex) from the table."""
        raw = bytes.fromhex(uid)
        antenna = self.where(raw)
        if not antenna:
            raise ValueError("that card is not on the table")
        self.airs[antenna].take(raw, self.now_us)

    def move(self, antenna: str, uid: str) -> None:
        """Take a card from where it lies to `antenna`."""
        self._air(antenna)
        self.remove(uid)
        self.put(antenna, uid)

    def clear(self) -> None:
        """Take all cards away."""
        for air in self.airs.values():
            for card in list(air.cards):
                air.take(card.uid, self.now_us)

    def metal(self, antenna: str, percent: int) -> None:
        """Lay metal on an antenna, 100 for a sheet that covers it, or take it away with 0."""
        self._air(antenna).metal = percent
        self._air(antenna).feed(self.now_us)

    def where(self, uid: bytes) -> str:
        """Return the antenna on which the card lies, "" if none."""
        for name, air in self.airs.items():
            for card in air.cards:
                if card.uid == uid:
                    return name
        return ""

    def look(self) -> dict[str, list[str]]:
        """Return what lies where, as UIDs in hex."""
        return {name: [card.uid.hex() for card in air.cards] for name, air in self.airs.items()}

    def _air(self, antenna: str) -> Air:
        if antenna not in self.airs:
            raise ValueError("there is no antenna " + str(antenna))
        return self.airs[antenna]
