"""ESP32-S3-DevKitC-1 with a W5500 module for a wired network, and its readers where `esp32_s3_devkitc` has them.

The W5500 has a bus of its own: its traffic would hold up the readers, and their long wires would disturb it. The pins
that stay free for the readers' sake stay free here, too. MicroPython's driver needs the interrupt line, and runs the
bus at 20 MHz whatever it is told: its wires are short.
"""

from firmware.boards.esp32_s3_devkitc import *  # noqa: F403 - the readers, pin by pin

NAME = "esp32_s3_w5500"

ETHERNET = {
    "phy": "W5500",
    "spi": 2,
    "clock": 9,
    "mosi": 10,
    "miso": 14,
    "select": 8,
    "interrupt": 17,
    "reset": 18,
}
