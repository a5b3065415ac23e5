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
        spi=SPI(wired["spi"], sck=clock, mosi=mosi, miso=miso),  # MicroPython's driver has its own clock of 20 MHz
        cs=Pin(wired["select"]),
        int=Pin(wired["interrupt"]),
        phy_type=getattr(network, "PHY_" + wired["phy"]),
        phy_addr=0,
    )


def _rmii(wired):
    """The chip's own Ethernet. Its 50 MHz come from the PHY (`ref_clk_mode` "in", to GPIO 0) or go to it ("out").

    What is not named stays as the image has it: `ref_clk` is 0, 16 or 17; `reset` is the PHY's reset line.
    """
    more: dict = {name: Pin(wired[name]) for name in ("reset", "power", "ref_clk") if wired.get(name) is not None}
    if "ref_clk_mode" in wired:
        more["ref_clk_mode"] = {"in": Pin.IN, "out": Pin.OUT}[wired["ref_clk_mode"]]
    return network.LAN(  # type: ignore[call-arg]
        mdc=Pin(wired.get("mdc", 23)),
        mdio=Pin(wired.get("mdio", 18)),
        phy_type=getattr(network, "PHY_" + wired.get("phy", "LAN8720")),
        phy_addr=wired.get("address", 1),
        **more,
    )
