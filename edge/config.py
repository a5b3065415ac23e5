"""Checks a node's configuration. Knows what a node needs, not where the configuration came from."""

from edge.errors import ConfigError

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
    _require(_is_key(key), "key", "must be 64 hexadecimal digits; `ebs provision` makes one")
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
