"""A flash in memory for VfsLfs2: counts erases, and loses power after so many writes. Runs inside MicroPython."""

BLOCK = 4096


class PowerCutError(Exception):
    """The power is gone."""


class RamFlash:
    """The block device protocol, extended form. `cut_after`: writes and erases until the power goes, None for never."""

    def __init__(self, blocks: int, image: bytearray | None = None) -> None:
        self.image = image or bytearray(b"\xff" * (blocks * BLOCK))
        self.blocks = blocks
        self.erases = 0
        self.writes = 0
        self.cut_after: int | None = None

    def on_cut(self) -> None:
        """Run at the moment of the cut, before any code that would clean up."""

    def _spend(self) -> None:
        if self.cut_after is not None:
            if self.cut_after <= 0:
                raise PowerCutError
            self.cut_after -= 1
        self.writes += 1

    def readblocks(self, block: int, buffer: bytearray, offset: int = 0) -> None:
        """Read."""
        start = block * BLOCK + offset
        buffer[:] = self.image[start : start + len(buffer)]

    def writeblocks(self, block: int, buffer: bytes, offset: int = 0) -> None:
        """Write what was erased before. The write in which the power goes is done by half."""
        start = block * BLOCK + offset
        try:
            self._spend()
        except PowerCutError:
            half = len(buffer) // 2
            self.image[start : start + half] = buffer[:half]
            self.on_cut()
            raise
        self.image[start : start + len(buffer)] = buffer

    def ioctl(self, operation: int, argument: int) -> int | None:
        """Answer for size, and erase."""
        if operation == 4:
            return self.blocks
        if operation == 5:
            return BLOCK
        if operation == 6:
            try:
                self._spend()
            except PowerCutError:
                self.on_cut()
                raise
            self.erases += 1
            start = argument * BLOCK
            self.image[start : start + BLOCK] = b"\xff" * BLOCK
            return 0
        return 0
