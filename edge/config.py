"""Checks a node's configuration. Knows what a node needs, not where the configuration came from."""

from edge.errors import ConfigError
from edge.rfid.build import CHIPS, TECHNOLOGIES

_NAME = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
_LONGEST_NAME = 64
_KEY_DIGITS = 64


def is_name(value):
    """Whether `value` may be a level of a topic."""
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_NAME and all(sign in _NAME for sign in value)


def check(config):
    """Return a complete configuration; raise ConfigError that names the first thing wrong and what to do."""
    _require(isinstance(config, dict), "config", "is not a JSON object; copy firmware/config.example.json")
    _require(is_name(config.get("device")), "device", "must be 1 to 64 letters, digits, _ or -")
    key = config.get("key")
    _require(_is_key(key), "key", "must be 64 hexadecimal digits; `firmware/README.md` makes one")
    broker = config.get("broker")
    _require(isinstance(broker, dict), "broker", "must be an object with host, port, username and password")
    for part in ("host", "username", "password"):
        _require(
            isinstance(broker.get(part), str) and broker[part], "broker." + part, "must be a text that is not empty"
        )
    port = broker.get("port", 1883)
    _require(isinstance(port, int) and 0 < port <= 0xFFFF, "broker.port", "must be 1 to 65535")  # noqa: PLR2004
    keepalive = broker.get("keepalive_s", 10)
    _require(isinstance(keepalive, int) and 2 <= keepalive <= 600, "broker.keepalive_s", "must be 2 to 600")  # noqa: PLR2004
    checked = dict(config)
    checked["broker"] = {
        "host": broker["host"],
        "port": port,
        "username": broker["username"],
        "password": broker["password"],
        "client_id": config["device"],
        "keepalive_s": keepalive,
        "clean": False,  # commands wait at the broker while the node reconnects
    }
    return checked


def chips(settings, names, default):
    """Return (chip, technologies) of each antenna in `names`; None: all technologies that the chip can read."""
    given = settings.get("antennas", {})
    _require(isinstance(given, dict), "antennas", "must be an object: name of an antenna to its chip and tech")
    for name in given:
        _require(name in names, "antennas." + str(name), "is no antenna of this board; it has " + ", ".join(names))
    return {name: _chip(given.get(name, {}), "antennas." + name, default) for name in names}


def _chip(given, where, default):
    _require(isinstance(given, dict), where, 'must be an object, as {"chip": "ST25R3911B", "tech": ["A", "V"]}')
    chip = given.get("chip", default)
    _require(chip in CHIPS, where + ".chip", "must be one of " + ", ".join(CHIPS))
    tech = given.get("tech")
    right = isinstance(tech, list) and tech and all(name in TECHNOLOGIES for name in tech)
    _require(tech is None or right, where + ".tech", "must be a list of " + ", ".join(sorted(TECHNOLOGIES)))
    return chip, tech


def _is_key(key):
    if not isinstance(key, str) or len(key) != _KEY_DIGITS:
        return False
    try:
        bytes.fromhex(key)
    except ValueError:
        return False
    return True


def _require(condition, where, what):
    if not condition:
        raise ConfigError("config.json, " + where + ": " + what)
