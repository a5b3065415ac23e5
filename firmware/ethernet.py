"""Joins a wired network through the chip's Ethernet controller and a PHY (LAN8720 and its kind)."""

import network
from machine import Pin


def join(settings):
    """Bring up the interface; `phy`, `mdc`, `mdio`, `address` and `power` say how the PHY is wired."""
    power = settings.get("power")
    lan = network.LAN(  # type: ignore[call-arg]
        mdc=Pin(settings.get("mdc", 23)),
        mdio=Pin(settings.get("mdio", 18)),
        power=None if power is None else Pin(power),
        phy_type=getattr(network, "PHY_" + settings.get("phy", "LAN8720")),
        phy_addr=settings.get("address", 1),
    )
    lan.active(True)
