"""Stands for MicroPython's `network` on the virtual board: a radio that joins whatever it is told to, and a cable."""

STA_IF = 0
PHY_LAN8720 = 1
PHY_W5500 = 2


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


class LAN:
    """The wired network. What goes over it is the PC's own network. `made` is how the last one was wired."""

    made: dict = {}  # type: ignore[type-arg] # noqa: RUF012 - there is one `network`

    def __init__(self, **wiring) -> None:  # type: ignore[no-untyped-def] # noqa: ANN003
        if "spi" in wiring and wiring.get("int") is None:
            raise OSError("esp_eth_driver_install failed with invalid argument")  # as without an interrupt line
        LAN.made = wiring

    def active(self, on: bool) -> None:
        """Switch it on or off."""
        LAN.made["active"] = on
