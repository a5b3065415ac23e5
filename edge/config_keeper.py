"""The configuration on the flash, and the trial of another one. Knows files and versions, not what settings mean.

`config.json` holds the configuration that works. A proposed one lies in `config.next` until the next boot takes it up,
and in `config.trial` during that boot. It becomes `config.json` only when the collector has sent a word that is signed
for that boot: a broker that takes the birth may be anybody's. Any other end of that boot, also a power cut, leaves the
trial behind, and the boot after it goes back.
"""

import json
import os

from edge.config import ConfigError, check
from edge.flash import exists
from edge.flash_files import write_whole

_MAY_CHANGE = ("broker", "wifi", "ethernet", "network", "sealed", "time_host", "outbox_events")


class Keeper:
    """Keeps the configuration in `folder`."""

    def __init__(self, folder="."):
        self._config = folder + "/config.json"
        self._next = folder + "/config.next"
        self._trial = folder + "/config.trial"
        self.trying = None  # the proposal of this boot
        self.outcome = None  # (command, whether it holds, why) of a proposal of an earlier boot

    def load(self):
        """Return the configuration of this boot; raise ConfigError if there is none that can be used."""
        if exists(self._trial):
            self._go_back()
        elif exists(self._next):
            os.rename(self._next, self._trial)  # from here on the proposal counts as failed until it is proven
            proposal = _read(self._trial)
            if proposal:
                self.trying = proposal
                return proposal["config"]
        settings = _read(self._config)
        if settings is None:
            raise ConfigError("config.json: is missing or no JSON; `ebs provision` writes it")
        return settings

    def _go_back(self):
        proposal = _read(self._trial) or {}
        os.remove(self._trial)
        if "id" not in proposal:
            return
        if proposal["config"] == _read(self._config):  # a power cut after it was proven, before the trial was removed
            self.outcome = _holds(proposal)
        else:
            self.outcome = proposal["id"], False, "the node did not hear its collector with it and went back"

    def propose(self, command_id, version, changes):
        """Keep a proposal for the next boot; raise ConfigError if it cannot work, or if a command may not change it."""
        settings = _read(self._config) or {}
        held = settings.get("version", 0)
        if not isinstance(version, int) or version <= held:
            raise ConfigError("version: must be above %d, which this node has" % held)
        if not isinstance(changes, dict) or not changes:
            raise ConfigError("config: must be an object that holds what is to change")
        for name, value in changes.items():
            if name not in _MAY_CHANGE:
                raise ConfigError("%s: cannot be changed by a command, only one of %s" % (name, ", ".join(_MAY_CHANGE)))
            both = isinstance(value, dict) and isinstance(settings.get(name), dict)
            settings[name] = joined(settings[name], value) if both else value
        settings["version"] = version
        check(settings)
        write_whole(self._next, json.dumps({"id": command_id, "config": settings}))

    def prove(self):
        """Keep the configuration on trial: the collector spoke. Return its (command, ok, message), or None."""
        outcome, self.outcome = self.outcome, None
        if self.trying:
            write_whole(self._config, json.dumps(self.trying["config"]))
            os.remove(self._trial)
            outcome = _holds(self.trying)
            self.trying = None
        return outcome


def _holds(proposal):
    return proposal["id"], True, "version %d" % proposal["config"]["version"]


def joined(one, other):
    """Return a dictionary with the members of both."""
    both = dict(one)
    both.update(other)
    return both


def _read(path):
    try:
        with open(path) as file:
            content = json.load(file)
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None
