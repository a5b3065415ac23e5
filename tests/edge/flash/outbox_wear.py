"""Runs inside MicroPython: how many erases a thousand events cost, with a collector that answers and without."""

import asyncio
import json

import vfs
from ramflash import RamFlash

from edge.outbox import Outbox
from edge.antenna_presence import READ
from edge.outbox_flash import Store
from edge.outbox_reopen import fill

UID = b"\x04\xa1\xb2\xc3\xd4\xe5\xf6"


def erases(answering, events):
    flash = RamFlash(64)
    vfs.VfsLfs2.mkfs(flash)
    vfs.mount(vfs.VfsLfs2(flash), "/flash")
    store = Store("/flash/outbox")
    fill(store)
    box = Outbox("1-0011223344556677", ["a01"], 4096, store)
    before = flash.erases
    for number in range(events):
        now = number * 500  # two events a second
        box.add_card(READ, 0, UID, now)
        if answering:
            box.acknowledge("1-0011223344556677", box.last)
        if box.due(now):
            asyncio.run(box.save(now))
    assert not box.flash_faults
    assert not box.dropped
    vfs.umount("/flash")
    return flash.erases - before


print(json.dumps({"answering": erases(True, 2000) // 2, "away": erases(False, 2000) // 2}))
