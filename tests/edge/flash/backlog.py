"""Runs inside MicroPython: a node whose collector was away sends its backlog, in a heap as small as a chip's.

    backlog.py FOLDER PORT EVENTS SEALED

Prints the live heap before and after and the peak of what was live between messages.
"""

import asyncio
import gc
import json
import os
import sys

os.chdir(sys.argv[1])

from edge import node_assembly
from edge.config import check
from edge.logs import Log
from edge.antenna_presence import READ
from edge.node_supervisor import Supervisor

KEY = bytes(range(32)).hex()
port, events, sealed = int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "sealed"
broker = {"host": "127.0.0.1", "port": port, "username": "u", "password": "p"}
settings = check({"device": "node-1", "key": KEY, "broker": broker, "sealed": sealed})


class Board:
    name = "esp32_devkitc"
    watchdog = application_folder = None
    config_folder = "."

    def identify(self):
        pass

    def restart(self):
        pass


class Chip:
    chip = "fake"
    version = 0x92
    known_versions = (0x92,)


class Reader:
    chip = Chip()


class Antenna:
    name = "a01"
    reader = Reader()
    seen_ok = False
    looks = reads = errors = faults = 0
    state = "ok"
    detuned = False


async def quiet(duration_ms):
    await asyncio.sleep_ms(duration_ms)


async def run():
    log = Log(sys.stderr)
    node = node_assembly.node(settings, Board(), [Antenna()], log, None, quiet, None)
    node.lying = list
    gc.collect()
    begun = peak = gc.mem_alloc()
    for _ in range(events):
        node.outbox.add_card(READ, 0, b"\x04\xa1\xb2\xc3\xd4\xe5\xf6", node.now_ms())
        if node.outbox.due(node.now_ms()):
            await node.outbox.save(node.now_ms())
    gc.collect()
    filled = gc.mem_alloc()
    uplink = node.uplink
    parts = uplink.client.run(), uplink.run(), uplink.keep_time(Supervisor(node, Board(), log))
    tasks = [asyncio.create_task(part) for part in parts]
    while node.outbox.depth():
        await asyncio.sleep_ms(20)
        gc.collect()
        peak = max(peak, gc.mem_alloc())
    for task in tasks:
        task.cancel()
    print(json.dumps({"begun": begun, "filled": filled, "peak": peak, "dropped": node.outbox.dropped}))


asyncio.run(run())
