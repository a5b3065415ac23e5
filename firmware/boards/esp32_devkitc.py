"""ESP32-DevKitC with twelve MFRC522 on one SPI bus (VSPI), chip selects through a 74HC154.

No strapping pin (GPIO 0, 2, 5, 12, 15) and no flash pin (6 to 11) is used: a reader can never keep the board from
starting. The readers share their reset line. Each MISO passes a 74LVC125, since clones do not release it.
"""

NAME = "esp32_devkitc"
CHIP = "MFRC522"  # on every antenna for which config.json names no other
MCU = "esp32"

SPI_BUS = 2
SPI_HERTZ = 5_000_000
PIN_CLOCK = 18
PIN_MOSI = 23
PIN_MISO = 19

PINS_ADDRESS = (25, 26, 27, 32)  # A0 to A3 of the decoder
PIN_ENABLE = 33  # its G1, active low; G2 to ground
PIN_RESET = 22  # NRSTPD of all readers, active low
PIN_LIGHT = 21  # shows which board is meant by `identify`

# Decoder output: antenna, in the order of the coils round the table, so that list neighbours are neighbours.
ANTENNAS = ("a01", "a02", "a03", "a04", "a05", "a06", "a07", "a08", "a09", "a10", "a11", "a12")
