"""ESP32-S3-DevKitC-1 with a W5500 module for a wired network, and twelve MFRC522 wired as on `esp32_s3_devkitc`.

The W5500 has a bus of its own: its traffic would hold up the readers, and their long wires would disturb it. The pins
that stay free for the readers' sake stay free here, too. MicroPython's driver needs the interrupt line.
"""

NAME = "esp32_s3_w5500"
CHIP = "MFRC522"  # on every antenna for which config.json names no other
MCU = "esp32s3"

SPI_BUS = 1
SPI_HERTZ = 5_000_000
PIN_CLOCK = 12
PIN_MOSI = 11
PIN_MISO = 13

PINS_ADDRESS = (4, 5, 6, 7)  # A0 to A3 of the decoder
PIN_ENABLE = 15  # its G1, active low; G2 to ground
PIN_RESET = 16  # NRSTPD of all readers, active low
PIN_LIGHT = 21  # shows which board is meant by `identify`

# Decoder output: antenna, in the order of the coils round the table, so that list neighbours are neighbours.
ANTENNAS = ("a01", "a02", "a03", "a04", "a05", "a06", "a07", "a08", "a09", "a10", "a11", "a12")

ETHERNET = {
    "phy": "W5500",
    "spi": 2,
    "hertz": 20_000_000,
    "clock": 9,
    "mosi": 10,
    "miso": 14,
    "select": 8,
    "interrupt": 17,
    "reset": 18,
}
