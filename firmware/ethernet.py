"""Joins a wired network: through a W5500 on an SPI bus, or the chip's own Ethernet and a PHY (LAN8720 and its kind)."""

import time

import network
from machine import SPI, Pin


def join(settings, wiring):
    """Bring up the interface. `wiring` says how the board is made, `settings` what is different on this one."""
    wired = dict(wiring)
    wired.update(settings)
    lan = _spi(wired) if "select" in wired else _rmii(wired)
    lan.active(True)


def _spi(wired):
    reset = Pin(wired["reset"], Pin.OUT, value=0)
    time.sleep_ms(1)  # at least 500 us
    reset.value(1)
    time.sleep_ms(2)  # until its clock has settled
    clock, mosi, miso = Pin(wired["clock"]), Pin(wired["mosi"]), Pin(wired["miso"])
    return network.LAN(  # type: ignore[call-arg]
        spi=SPI(wired["spi"], baudrate=wired["hertz"], sck=clock, mosi=mosi, miso=miso),
        cs=Pin(wired["select"]),
        int=Pin(wired["interrupt"]),
        phy_type=getattr(network, "PHY_" + wired["phy"]),
        phy_addr=0,
    )


def _rmii(wired):
    power = wired.get("power")
    return network.LAN(  # type: ignore[call-arg]
        mdc=Pin(wired.get("mdc", 23)),
        mdio=Pin(wired.get("mdio", 18)),
        power=None if power is None else Pin(power),
        phy_type=getattr(network, "PHY_" + wired.get("phy", "LAN8720")),
        phy_addr=wired.get("address", 1),
    )
