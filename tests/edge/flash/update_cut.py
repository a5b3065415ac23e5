"""Runs inside MicroPython: cuts the power at every write of an update; what starts next is whole, old or new."""

import asyncio
import binascii
import hashlib
import json
import os
import sys
import time

import vfs

from edge import update_slots
from edge.seal import Seal
from edge.update import Update
from firmware.boot import choose
from ramflash import RamFlash

BLOCKS = 24
KEY = bytes(32)


def bundle(version):
    files = [("edge/node.py", b"app %d " % version * 300), ("firmware/main%d.py" % version, b"main %d" % version)]
    listed = [[path, len(content), hashlib.sha256(content).digest().hex()] for path, content in files]
    manifest = Seal(KEY).close(json.dumps({"firmware": str(version), "files": listed})[:-1])
    return len(manifest).to_bytes(4, "big") + manifest + b"".join([content for _, content in files])


def send(version):
    whole = bundle(version)
    update = Update("/flash", KEY)
    update.take({"step": "begin", "size": len(whole), "sha256": hashlib.sha256(whole).digest().hex()})
    at = 0
    while at < len(whole):
        complete = update.take(
            {"step": "piece", "offset": at, "data": binascii.b2a_base64(whole[at : at + 700]).decode()}
        )
        at = update.offset
    assert complete
    asyncio.run(update.install("u-%d" % version))


def runs():
    """Return the version that the next start runs, after looking that it is whole; 0: the one beside boot.py."""
    slot, _ = choose("/flash/")
    if not slot:
        return 0
    with open("/flash/" + slot + "/manifest.json", "rb") as file:
        manifest = Seal(KEY).open(file.read())
    for path, size, digest in manifest["files"]:
        with open("/flash/" + slot + "/" + path, "rb") as file:
            content = file.read()
        assert len(content) == size
        assert hashlib.sha256(content).digest().hex() == digest
    assert len(os.listdir("/flash/" + slot + "/firmware")) == 1, "nothing of an application before"
    return int(manifest["firmware"])


def life(done):
    send(1)
    done["sent"] = 1
    assert runs() == 1
    assert update_slots.prove("/flash") == ("u-1", True, "runs from app_a")
    done["proven"] = 1
    send(2)
    done["sent"] = 2
    for _ in range(3):
        assert runs() == 2
    assert runs() == 1, "after three starts that did not prove themselves"
    assert update_slots.prove("/flash")[:2] == ("u-2", False)
    send(3)
    done["sent"] = 3
    assert runs() == 3


def check(done):
    """Look what the start after a power cut runs."""
    version = runs()
    allowed = {done["sent"]}
    if done["sent"] < 3:
        allowed.add(done["sent"] + 1)  # the switch itself may have been the last write
    if done["sent"] == 2:
        allowed.add(1)  # its starts are counted, and it goes back
    assert version in allowed, (done, version)
    assert version >= done["proven"], "never behind what has proven itself"
    update_slots.prove("/flash")
    send(9)
    assert runs() == 9, "what the cut left behind does not stand in the way of the next update"


def cut_here():
    """Keep what is on the flash and what was done, and be gone at once: no code tidies up after a power cut."""
    with open(state + ".image", "wb") as file:
        file.write(flash.image)
    with open(state + ".json", "w") as file:
        json.dump(done, file)
    os.system("kill -9 $PPID")
    time.sleep(10)


state = sys.argv[1]
if sys.argv[2] == "check":
    with open(state + ".json") as file:
        done = json.load(file)
    with open(state + ".image", "rb") as file:
        flash = RamFlash(BLOCKS, bytearray(file.read()))
    vfs.mount(vfs.VfsLfs2(flash), "/flash")
    check(done)
    vfs.umount("/flash")
done = {"sent": 0, "proven": 0}
flash = RamFlash(BLOCKS)
vfs.VfsLfs2.mkfs(flash)
vfs.mount(vfs.VfsLfs2(flash), "/flash")
flash.on_cut = cut_here
flash.cut_after = int(sys.argv[3])
life(done)
print(json.dumps({"writes": flash.writes}))
