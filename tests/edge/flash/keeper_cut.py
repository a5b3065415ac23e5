"""Runs inside MicroPython: cuts the power at every write while a configuration is proposed, tried, proven, given back.

After each cut the node starts again and comes to its broker: its configuration is whole, and what it says of a proposal
is what it does.
"""

import json

from power_cut import went_through

from edge.flash_files import write_whole
from edge.flash import exists
from edge.config_keeper import Keeper

BLOCKS = 16
PORTS = {0: 1883, 1: 1884, 2: 1}
CONFIG = {
    "device": "node-1",
    "key": "00" * 32,
    "broker": {"host": "h", "port": PORTS[0], "username": "u", "password": "p" * 200},
}


def start():
    """Begin a boot; return its keeper and configuration."""
    keeper = Keeper("/flash")
    return keeper, keeper.load()


def life(done):
    """Propose one that works and one that does not. `done` notes what was reached."""
    start()[0].propose("c-1", 1, {"broker": {"port": PORTS[1]}})
    keeper, settings = start()
    assert settings["version"] == 1
    done["said"].append(keeper.prove())
    keeper.propose("c-2", 2, {"broker": {"port": PORTS[2]}})
    done["proposed"] = 2
    assert start()[1]["version"] == 2  # and the broker is not reached
    keeper, settings = start()
    assert settings["version"] == 1
    done["said"].append(keeper.prove())
    assert not exists("/flash/config.trial")


def check(done):
    """Start, come to the broker unless the port is the bad one, and start again."""
    keeper, settings = start()
    if settings["broker"]["port"] == PORTS[2]:
        keeper, settings = start()
    version = settings.get("version", 0)
    assert version in ((0, 1) if done["proposed"] == 1 else (1,)), (done, version)
    assert settings["broker"] == dict(CONFIG["broker"], port=PORTS[version]), settings
    said = keeper.prove()
    if said:
        assert said[1] == (said[0] == "c-%d" % version), (said, version)
    again, settings = start()
    assert settings.get("version", 0) == version, "what was said to hold does"
    assert again.prove() is None, "it is said once"


def configured():
    write_whole("/flash/config.json", json.dumps(CONFIG))


cut = 0
finished = False
while not finished:
    done = {"said": [], "proposed": 1}
    finished = went_through(cut, BLOCKS, life, check, done=done, before=configured)
    cut += not finished
assert [said[:2] for said in done["said"]] == [("c-1", True), ("c-2", False)]
print(json.dumps({"cuts": cut}))
