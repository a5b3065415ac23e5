"""Makes the machine's bus, pins and network interface from a board's data. Runs once; no logic to test."""

from machine import SPI, Pin

from edge import forget
from edge.rfid.spi import Decoder, SpiBus


def readers(board, settings=None):
    """Return (antenna name, reader) pairs; `settings` may name other chips than the board's for some antennas."""
    Pin(board.PIN_RESET, Pin.OUT, value=1)
    clock_pin, mosi, miso = Pin(board.PIN_CLOCK), Pin(board.PIN_MOSI), Pin(board.PIN_MISO)
    address = [Pin(number, Pin.OUT, value=0) for number in board.PINS_ADDRESS]
    selects = Decoder(address, Pin(board.PIN_ENABLE, Pin.OUT, value=1))
    spi = SPI(board.SPI_BUS, baudrate=board.SPI_HERTZ, polarity=0, phase=0, sck=clock_pin, mosi=mosi, miso=miso)
    from edge.rfid import build  # noqa: PLC0415 - forgotten when it is done

    made = build.readers(SpiBus(spi, selects), board.ANTENNAS, board.CHIP, settings or {})
    forget("edge.rfid.build")
    return made


def join(settings, board):
    """Bring up the network that the configuration names; the MQTT client tries until it is there.

    Return what has a radio join again, None for a cable.
    """
    _not_before(settings.get("broker"))
    if "ethernet" in settings:
        from firmware import ethernet  # noqa: PLC0415 - only boards with a network have `network`

        ethernet.join(settings["ethernet"], getattr(board, "ETHERNET", {}))
    elif "wifi" in settings:
        from firmware import wifi  # noqa: PLC0415

        wifi.join(settings["wifi"])
        return _rejoining(settings["wifi"])
    return None


def _not_before(broker):
    """Set the clock of a board that speaks TLS to a day on which the broker's certificate is valid."""
    if isinstance(broker, dict) and broker.get("tls"):
        from firmware import day  # noqa: PLC0415 - gone when it is done

        try:
            day.not_before(broker["since"])
        except (KeyError, TypeError, ValueError, IndexError, OSError):
            pass  # the check of the settings says what is wrong with them
        forget("firmware.day")


def _rejoining(settings):
    def rejoin():
        from firmware import wifi  # noqa: PLC0415 - for a network that is away

        joined = wifi.rejoin(settings)
        forget("firmware.wifi")
        return joined

    return rejoin
