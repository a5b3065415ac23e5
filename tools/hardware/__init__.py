"""What the verbs for real boards share: ports, images, the flasher, the board's files, and the ear for a node."""


class HardwareError(Exception):
    """Something at the board, its port or its files does not fit. The message says what, where, and what to do."""
