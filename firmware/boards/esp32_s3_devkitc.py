"""ESP32-S3-DevKitC-1 (N8R8 and others) with twelve MFRC522 on one SPI bus, chip selects through a 74HC154.

No strapping pin (GPIO 0, 3, 45, 46), no pin of flash or octal PSRAM (26 to 37), not the two of USB (19, 20) nor of the
serial port (43, 44) is used. The readers share their reset line. Each MISO passes a 74LVC125, since clones do not
release it.
"""

NAME = "esp32_s3_devkitc"
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
