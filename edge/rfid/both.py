"""Looks for cards of both standards in one field. Knows readers, not cards.

The field stays on between the two: a card does not hear what is not meant for it.
"""

from edge.rfid import iso14443a, iso15693


class Reader:
    """The cards of both kinds in one chip's field, as one reader."""

    def __init__(self, chip):
        self.chip = chip
        self.seen = []
        self.unsure = []
        self.clean = True
        self.odd = 0
        self.spent = False
        self._near = iso14443a.Reader(chip)
        self._vicinity = iso15693.Reader(chip)
        self._known = []

    def look(self, known):
        """Look once at the field; `known` are the UIDs to expect. Yields between cards."""
        self.seen.clear()
        self.unsure.clear()
        self.clean = True
        self.odd = 0
        for reader, vicinity in ((self._near, False), (self._vicinity, True)):
            self._known.clear()
            for uid in known:
                if (len(uid) == iso15693.UID_SIZE) == vicinity:
                    self._known.append(uid)
            yield from reader.look(self._known)
            self.seen.extend(reader.seen)
            self.unsure.extend(reader.unsure)
            self.clean = self.clean and reader.clean
            self.odd = self.odd or reader.odd
        self.spent = self._vicinity.spent
