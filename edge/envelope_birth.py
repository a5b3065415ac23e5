"""The JSON of a node's birth, when a connection begins, and of its will, when it breaks. Loaded for that."""

import json

from edge.envelope import VERSION, listed, text


def status_body(device, boot, link, told, firmware, board, antennas):
    """Return the parts of the birth, without mac and closing brace; `told` as in a snapshot."""
    named = [
        '{"name":%s,"chip":%s}' % (text(antenna.name), text(describe(antenna.reader.chip))) for antenna in antennas
    ]
    head = '{"v":%d,"device":%s,"boot":"%s","link":%d,"state":"online",%s' % (VERSION, text(device), boot, link, told)
    return listed(head + ',"firmware":%s,"board":%s,"antennas":[' % (text(firmware), text(board)), named, "]")


def will_body(device, boot, link):
    """Return the will, which the broker sends when this link is lost, without mac and closing brace."""
    return '{"v":%d,"device":%s,"boot":"%s","link":%d,"state":"lost"' % (VERSION, text(device), boot, link)


def says_online(payload, boot, link):
    """Whether a status is the birth of that connection: not a will, not of another node with the same name."""
    try:
        seen = json.loads(payload)
    except ValueError:
        return False
    told = isinstance(seen, dict) and (seen.get("boot"), seen.get("link"), seen.get("state"))
    return told == (boot, link, "online")


def describe(chip):
    """Return a chip's name and version. An unknown version is reported, never refused."""
    if not chip.version or chip.version == 0xFF:  # noqa: PLR2004
        return chip.chip + " silent"
    known = "" if chip.version in chip.known_versions else " unknown"
    return "%s %02x%s" % (chip.chip, chip.version, known)
