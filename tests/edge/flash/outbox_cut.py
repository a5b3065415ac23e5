"""Runs inside MicroPython: cuts the power at every write while the outbox saves, and looks what the next boot finds."""

import asyncio
import json
import sys

from power_cut import went_through

from edge import boot_name
from edge.outbox import Outbox
from edge.antenna_presence import READ
from edge.outbox_flash import Store
from edge.outbox_reopen import fill

BLOCKS = 32
UID = b"\x04\xa1\xb2\xc3\xd4\xe5\xf6"


def opened():
    store = Store("/flash/outbox")
    fill(store)
    return store


def life(done):
    """Boot, take in events, save, three times; acknowledge the first. `done` notes what was reached."""
    name = boot_name.next_boot("/flash")
    done["boots"].append(name)
    box = Outbox(name, ["a01"], 4096, opened())
    for _ in range(3):
        for number in range(100):
            box.add_card(READ, 0, UID, number)
        asyncio.run(box.save(0, True))
        assert not box.flash_faults
        done["saved"] = box.last
    done["acknowledged"] = True
    box.acknowledge(name, 100)
    done["acknowledged"] = "all"
    box.acknowledge(name, 300)
    box.reclaim()  # the log is another one
    done["acknowledged"] = False
    for number in range(80):
        box.add_card(READ, 0, UID, number)
    box._capacity = 200  # what is beyond it is given up, and told
    asyncio.run(box.save(0, True))
    done["saved"] = box.last


def check(done):
    """Return what the next boot would send; assert that nothing saved is missing and no boot comes again."""
    name = boot_name.next_boot("/flash")
    count = int(name.split("-")[0])
    for before in done["boots"]:
        assert int(before.split("-")[0]) < count, (before, name)
        assert before.split("-")[1] != name.split("-")[1]
    box = Outbox(name, ["a01"], 4096, opened())
    held, gone = held_by(box, name)
    assert held == list(range(held[0], held[-1] + 1)) if held else True, held
    if done["acknowledged"] != "all":
        wanted = 101 if done["acknowledged"] else 1
        missing = [seq for seq in range(wanted, done["saved"] + 1) if seq not in held and seq not in gone]
        assert not missing, (done, missing[:1], missing[-1:])
    box.reclaim()  # a log is restored, and with it what was acknowledged is wanted again
    held, gone = held_by(box, name)
    missing = [seq for seq in range(1, done["saved"] + 1) if seq not in held and seq not in gone]
    assert not missing, (done, missing[:1], missing[-1:])


def held_by(box, name):
    """Return the numbers of the boots before that go out, and those that are declared gone."""
    held, gone = [], []
    while box.pending():
        origin, seq, age, events, _ = box.take(0)
        assert origin == name or age is None
        for event in [json.loads(event) for event in events]:
            if event["kind"] == "gone":
                gone += list(range(event["first"], event["last"] + 1)) if event["origin"] != name else []
            else:
                assert event == {"kind": "card_read", "antenna": "a01", "uid": UID.hex()}
        if origin != name:
            held += list(range(seq, seq + len(events)))
    return held, gone


cut = int(sys.argv[1])
last = int(sys.argv[2])
tried = 0
finished = False
while cut < last and not finished:
    done = {"boots": [], "saved": 0, "acknowledged": False}
    finished = went_through(cut, BLOCKS, life, check, done=done)
    tried += 1
    cut += 1
print(json.dumps({"cuts": tried, "finished": finished}))
