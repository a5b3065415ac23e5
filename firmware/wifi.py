"""Joins the wireless network, and joins it again when the radio has given up.

The radio tries by itself for a while, and then stops without a word. Who hears nothing from the broker calls `rejoin`.
"""

import network


def join(settings):
    """Begin to join `ssid` with `password`. Cards are read meanwhile."""
    station = network.WLAN(network.STA_IF)
    station.active(True)
    station.config(pm=network.WLAN.PM_NONE)  # the power-saving mode delays every packet by up to 300 ms
    station.connect(settings["ssid"], settings["password"])


def rejoin(settings):
    """Return whether the radio is in the network. If it is not, it is switched off and on, and told to join anew."""
    station = network.WLAN(network.STA_IF)
    if station.isconnected():
        return True
    try:
        station.active(False)  # a radio that is still at it would refuse
        join(settings)
    except OSError:  # the next time, then
        pass
    return False
