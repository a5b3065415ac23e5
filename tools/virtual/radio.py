"""Stands for MicroPython's `network` on the virtual board: a radio that joins whatever it is told to, and a cable.

The radio may lose its network (`WLAN.lose`): as on an ESP32 it then does not come back unless it is told to join again,
and refuses that while it believes that it is still at it.
"""

STA_IF = 0
PHY_LAN8720 = 1
PHY_W5500 = 2
_PIN_OUT = 3
# Of `network.LAN` on an ESP32 (ports/esp32/network_lan.c).
_ARGUMENTS = ("mdc", "mdio", "reset", "power", "phy_addr", "phy_type", "spi", "cs", "int", "ref_clk", "ref_clk_mode")


class WLAN:
    """The radio, of which there is one. What goes over it is the PC's own network."""

    PM_NONE = 0
    away = False  # nobody answers
    connects = 0
    _active = _trying = _joined = False

    def __init__(self, interface: int) -> None:
        """Stand for `network.WLAN`."""

    @staticmethod
    def lose() -> None:
        """The network goes away; the radio tries for a while, and gives up."""
        WLAN.away, WLAN._joined, WLAN._trying = True, False, True

    def active(self, on: bool) -> None:
        """Switch the radio on or off."""
        WLAN._active = on
        if not on:
            WLAN._joined = WLAN._trying = False

    def config(self, **settings: int) -> None:
        """Set what has no meaning here."""

    def connect(self, ssid: str, password: str) -> None:
        """Join a network."""
        if not WLAN._active or WLAN._trying or not ssid or not password:
            raise OSError("Wifi Internal State Error")
        WLAN.connects += 1
        WLAN._joined, WLAN._trying = not WLAN.away, WLAN.away

    def isconnected(self) -> bool:
        """Whether there is an address."""
        return self._joined


class LAN:
    """The wired network. What goes over it is the PC's own network. `made` is how the last one was wired."""

    made: dict = {}  # type: ignore[type-arg] # noqa: RUF012 - there is one `network`
    clock = (0, "in")  # where the PHY's 50 MHz are on this board, and whether they come from it

    def __init__(self, **wiring) -> None:  # type: ignore[no-untyped-def] # noqa: ANN003
        for name in wiring:
            if name not in _ARGUMENTS:
                raise TypeError("extra keyword arguments given")
        if "spi" in wiring and wiring.get("int") is None:
            raise OSError("esp_eth_driver_install failed with invalid argument")  # as without an interrupt line
        LAN.made = wiring

    def active(self, on: bool) -> None:
        """Switch it on or off."""
        made = LAN.made
        if on and "spi" not in made:
            pin = made["ref_clk"].number if made.get("ref_clk") else 0
            out = made.get("ref_clk_mode", 1) == _PIN_OUT
            if (pin, "out" if out else "in") != LAN.clock:
                raise OSError("esp_eth_start failed: no clock")
        LAN.made["active"] = on
