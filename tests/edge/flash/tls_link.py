"""Runs inside MicroPython: a node's client over TLS, until it is up or was refused. Prints what came of it as JSON.

    tls_link.py FOLDER HOST PORT USER PASSWORD

Afterwards it sends messages, hears its own, and tells which modules of the link are left.
"""

import asyncio
import gc
import json
import os
import sys

os.chdir(sys.argv[1])

from edge.config import check
from edge.link_mqtt import Client

TOPIC = "ebs/v1/dev/node-1/status"
MESSAGES = 40


class Log:
    def __init__(self):
        self.reasons = []

    def warning(self, event, data=None):
        if event == "link_lost":
            self.reasons.append((data or {}).get("reason"))


class Handler:
    def __init__(self):
        self.heard = []

    def will(self):
        return TOPIC, b"{}"

    def subscriptions(self):
        return [(TOPIC, 1)]

    def up(self):
        pass

    def down(self):
        pass

    def unheard(self, for_ms):
        pass

    def message(self, topic, payload):
        self.heard.append(len(payload))


async def main(host, port, user, password):
    broker = {"host": host, "port": port, "username": user, "password": password, "tls": True, "since": [2026, 1, 1]}
    options = check({"device": "node-1", "key": "00" * 32, "broker": broker})["broker"]
    log, handler = Log(), Handler()
    client = Client(options, handler, log)
    running = asyncio.create_task(client.run())
    for _ in range(300):
        if client.up or log.reasons:
            break
        await asyncio.sleep(0.02)
    confirmed = []
    if client.up:
        for number in range(MESSAGES):
            await client.publish(TOPIC, b"x" * (50 + 20 * number), 1, confirmed=lambda: confirmed.append(1))
        for _ in range(250):
            if len(confirmed) == MESSAGES and len(handler.heard) == MESSAGES:
                break
            await asyncio.sleep(0.02)
    gc.collect()
    left = sorted([name for name in sys.modules if name.startswith("edge.link_mqtt_")])
    said = {"up": client.up, "reasons": log.reasons, "confirmed": len(confirmed), "heard": len(handler.heard)}
    said["left"] = left
    running.cancel()
    print(json.dumps(said))


asyncio.run(main(sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5]))
