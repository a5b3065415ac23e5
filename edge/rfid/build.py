"""Puts readers together from the wired chip and the cards to look for. The one list of chips.

Only the modules that an antenna needs are imported, since each takes memory. This module is let go when it is done.
"""

from edge.config import ConfigError

CHIPS = ("MFRC522", "ST25R3911B")
TECHNOLOGIES = {"A": "wake", "V": "request"}
"""Name in the configuration, to the method of chips that can do it: ISO/IEC 14443 A, ISO/IEC 15693."""


def readers(bus, names, chip, settings):
    """Return (antenna name, reader) pairs. `chip` is on every antenna for which `antennas` in `settings` names none."""
    given = settings.get("antennas", {})
    _require(isinstance(given, dict), "", "must be an object: the name of an antenna to its chip and tech")
    for name in given:
        _require(name in names, "." + str(name), "is no antenna of this board; it has " + ", ".join(names))
    pairs = []
    for output, name in enumerate(names):
        wanted, technologies = _wanted(given.get(name, {}), "." + name, chip)
        pairs.append((name, reader((bus, output), name, wanted, technologies)))
    return pairs


def _wanted(given, where, default):
    _require(isinstance(given, dict), where, 'must be an object, as {"chip": "ST25R3911B", "tech": ["A", "V"]}')
    chip = given.get("chip", default)
    _require(chip in CHIPS, where + ".chip", "must be one of " + ", ".join(CHIPS))
    tech = given.get("tech")
    right = isinstance(tech, list) and tech and all(name in TECHNOLOGIES for name in tech)
    _require(tech is None or right, where + ".tech", "must be a list of " + ", ".join(sorted(TECHNOLOGIES)))
    return chip, tech


def reader(place, antenna, chip, technologies=None):
    """Return the reader of one antenna; `place` is (bus, output of its chip selects).

    `technologies` are the kinds of card to look for, by default all that the chip can read.
    """
    driver = _driver(place, antenna, chip)
    can = [name for name, method in sorted(TECHNOLOGIES.items()) if hasattr(driver, method)]
    for name in technologies or ():
        _require(name in can, "." + antenna + ".tech", "a %s cannot read %s, only %s" % (chip, name, ", ".join(can)))
    return _reader(driver, [name for name in can if name in (technologies or can)])


def _require(condition, where, what):
    if not condition:
        raise ConfigError("config.json, antennas" + where + ": " + what)


def _driver(place, name, chip):
    if chip == "MFRC522":
        from edge.rfid.mfrc522 import MFRC522
        from edge.rfid.mfrc522_bus import Mfrc522Bus

        return MFRC522(Mfrc522Bus(*place), name)
    from edge.rfid.st25r3911b import ST25R3911B
    from edge.rfid.st25r3911b_bus import St25r3911bBus

    return ST25R3911B(St25r3911bBus(*place), name)


def _reader(driver, technologies):
    if technologies == ["A"]:
        from edge.rfid import iso14443a

        return iso14443a.Reader(driver)
    if technologies == ["V"]:
        from edge.rfid import iso15693

        return iso15693.Reader(driver)
    from edge.rfid import both

    return both.Reader(driver)
