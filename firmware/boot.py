"""Runs first on the ESP32: chooses the application folder. Nothing may fail here, or only USB can save the board.

`active` names the folder. One that has not proven itself is started three times; then the one before it runs again.
Without `active` runs what lies beside this file. The same rules from the application's side: edge/update_slots.py.
"""

import gc
import json
import os
import sys

STARTS = 3
TRIAL_MS = 60_000


def choose(folder=""):
    """Return the application folder to run, "" for none, and whether it is on trial; count such a start."""
    try:
        with open(folder + "active") as file:
            active = json.load(file)
        if not active["good"]:
            active["starts"] += 1
            if active["starts"] > STARTS:
                active["slot"], active["good"] = active["before"], True
            with open(folder + "active.new", "w") as file:
                json.dump(active, file)
            os.rename(folder + "active.new", folder + "active")
        slot = active["slot"]
        if slot:
            os.stat(folder + slot + "/manifest.json")  # written last: the folder is whole
        return slot, not active["good"]
    except (OSError, ValueError, KeyError, TypeError):
        return "", False


if __name__ == "__main__":
    chosen, on_trial = choose()
    if chosen:
        sys.path.insert(0, chosen)
    if on_trial:  # an application that cannot even be loaded must not wait for somebody to press a button
        from machine import WDT

        WDT(timeout=TRIAL_MS)
    gc.collect()
