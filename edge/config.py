"""Checks a node's configuration. Knows the settings of a node, not where the configuration came from."""

from edge.errors import EdgeError
from edge.seal import Hmac

_NAME = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
_LONGEST_NAME = 64
_KEY_DIGITS = 64
_SECRET_DIGITS = 24
AUTHORITY = "ca.der"  # beside config.json: whom a node over TLS believes; `ebs provision --tls` puts it there


class ConfigError(EdgeError):
    """The configuration is incomplete or wrong."""


def is_name(value):
    """Whether `value` may be a level of a topic."""
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_NAME and all(sign in _NAME for sign in value)


def check(config):
    """Return a complete configuration; raise ConfigError that names the first wrong setting and what to do."""
    _require(isinstance(config, dict), "config", "is not a JSON object; copy firmware/config.example.json")
    _require(is_name(config.get("device")), "device", "must be 1 to 64 letters, digits, _ or -")
    key = config.get("key")
    _require(_is_key(key), "key", "must be 64 hexadecimal digits; `ebs provision` makes one")
    checked = dict(config)
    checked["uplink"] = _one_of(config, "uplink", ("mqtt", "serial"))
    if checked["uplink"] == "mqtt":
        checked["broker"] = _broker(config)
    checked["sealed"] = config.get("sealed", False)
    _require(isinstance(checked["sealed"], bool), "sealed", "must be true or false")
    checked["version"] = _number(config, "version", 0, 0, 1 << 30)
    checked["outbox_events"] = _number(config, "outbox_events", 4096, 128, 100_000)
    checked["state_folder"] = _text(config, "state_folder", ".")
    if "time_host" in config:
        _text(config, "time_host", "")
    if "wifi" in config:
        _require(isinstance(config["wifi"], dict), "wifi", "must be an object with ssid and password")
        for part in ("ssid", "password"):
            _require(isinstance(config["wifi"].get(part), str), "wifi." + part, "must be a text")
    return checked


def _broker(config):
    broker = config.get("broker")
    _require(isinstance(broker, dict), "broker", "must be an object with host, port, username and password")
    for part in ("host", "username", "password"):
        _require(
            isinstance(broker.get(part), str) and broker[part], "broker." + part, "must be a text that is not empty"
        )
    checked = {
        "host": broker["host"],
        "port": _number(broker, "port", 1883, 1, 0xFFFF, "broker."),
        "username": broker["username"],
        "password": broker["password"],
        "client_id": _client_id(config["device"], config["key"]),
        "keepalive_s": _number(broker, "keepalive_s", 10, 2, 600, "broker."),
        "clean": False,  # commands wait at the broker while the node reconnects
    }
    tls = broker.get("tls", False)
    _require(isinstance(tls, bool), "broker.tls", "must be true or false")
    if tls:  # a node in clear has no room for it
        checked["tls"] = AUTHORITY
        since = broker.get("since")
        fits = isinstance(since, list) and len(since) == 3 and all(isinstance(part, int) for part in since)  # noqa: PLR2004
        _require(fits, "broker.since", "must be year, month, day: a day on which the certificate is valid")
    return checked


def _client_id(device, key):
    """Return the name of this client at the broker. The broker ends a connection when another client gives its name.

    So a part of it is secret. It comes from the key: a node that was set up long ago has it after an update, too.
    """
    return device + "-" + Hmac(bytes.fromhex(key)).digest(b"ebs-client-id").hex()[:_SECRET_DIGITS]


def _number(config, name, default, least, most, where=""):
    value = config.get(name, default)
    fits = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
    _require(fits, where + name, "must be %d to %d" % (least, most))
    return value


def _text(config, name, default):
    value = config.get(name, default)
    _require(isinstance(value, str) and value, name, "must be a text that is not empty")
    return value


def _one_of(config, name, values):
    value = config.get(name, values[0])
    _require(value in values, name, "must be " + " or ".join(values))
    return value


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
