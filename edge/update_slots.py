"""Which of the two application folders runs, and whether it has proven itself. Knows the file `active` only.

`firmware/boot.py` counts the starts of an application that has not, and goes back to the former one after three. That
file lies on the board itself, and no update replaces it. So boards in use read `active` as older versions wrote it.
"""

import json

from edge.flash_files import write_whole

SLOTS = ("app_a", "app_b")


def read(folder):
    """Return the content of `active`; {} for a node that was never updated, or a damaged file."""
    try:
        with open(folder + "/active") as file:
            content = json.load(file)
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def spare(folder):
    """Return the folder that does not run, which an update may overwrite."""
    return SLOTS[1] if read(folder).get("slot") == SLOTS[0] else SLOTS[0]


def switch(folder, slot, command_id):
    """Make `slot` run from the next start on, until it has proven itself or failed."""
    before = read(folder).get("slot", "")
    content = {"slot": slot, "before": before, "starts": 0, "good": False, "id": command_id}
    write_whole(folder + "/active", json.dumps(content))


def prove(folder):
    """Note that this start came to its broker; return (command, ok, message) if an update is to be answered."""
    content = read(folder)
    if not content or "id" not in content:
        return None
    command_id, went_back = content["id"], content.get("good", False)
    write_whole(folder + "/active", json.dumps({"slot": content["slot"], "good": True}))
    if went_back:
        return command_id, False, "the new firmware failed to start three times; the one before runs again"
    return command_id, True, "runs from " + content["slot"]
