"""Every error the node raises itself.

EdgeError
├── ConfigError            the configuration cannot work; nothing starts (`config.py`: no node that runs holds it)
├── UpdateRefused          a new application is not whole, or not for this node (`update.py`)
├── ChipFault              a reader chip is dead, absent or babbling
├── LinkLost               the connection to the broker ended; the client tries again
└── LinkRefused            the broker said no; the client tries again, slower
"""

WELL = "ok"  # in place of a fault's code


class EdgeError(Exception):
    """Root of the tree. The message says where, what happened, and what to do."""


class ChipFault(EdgeError):
    """The reader chip of an antenna does not behave like one. `code` is the fault's name on the wire.

    `details` fill in its text (`antenna_fault_texts`).
    """

    def __init__(self, code, antenna, *details):
        from edge.antenna_fault_texts import TEXTS

        super().__init__("antenna " + antenna + ": " + TEXTS[code] % details)
        self.code = code


class LinkLost(EdgeError):
    """The connection to the broker ended."""


class LinkRefused(EdgeError):
    """The broker refused the connection or a subscription."""
