"""Joins the wireless network. The radio reconnects by itself afterwards; the MQTT client notices when it matters."""

import asyncio

import network


async def connect(settings):
    """Join `ssid` with `password`; wait until there is an address."""
    station = network.WLAN(network.STA_IF)
    station.active(True)
    station.config(pm=network.WLAN.PM_NONE)  # the power-saving mode delays every packet by up to 300 ms
    station.connect(settings["ssid"], settings["password"])
    while not station.isconnected():
        await asyncio.sleep_ms(100)
