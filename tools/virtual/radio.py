"""Stands for MicroPython's `network` on the virtual board: a radio that joins whatever it is told to."""

STA_IF = 0


class WLAN:
    """The radio. What goes over it is the PC's own network."""

    PM_NONE = 0

    def __init__(self, interface: int) -> None:  # noqa: ARG002 - the signature of `network.WLAN`
        self._active = False
        self._joined = False

    def active(self, on: bool) -> None:
        """Switch the radio on or off."""
        self._active = on

    def config(self, **settings: int) -> None:
        """Set what has no meaning here."""

    def connect(self, ssid: str, password: str) -> None:
        """Join a network."""
        if not self._active or not ssid or not password:
            raise OSError("Wifi Internal State Error")
        self._joined = True

    def isconnected(self) -> bool:
        """Whether there is an address."""
        return self._joined
