"""Joins the wireless network. The radio reconnects by itself afterwards; the MQTT client notices when it matters."""

import network


def join(settings):
    """Begin to join `ssid` with `password`. Cards are read meanwhile."""
    station = network.WLAN(network.STA_IF)
    station.active(True)
    station.config(pm=network.WLAN.PM_NONE)  # the power-saving mode delays every packet by up to 300 ms
    station.connect(settings["ssid"], settings["password"])
