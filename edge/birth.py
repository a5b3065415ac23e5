"""What a node says of itself when a connection begins, and what the broker says when it breaks. Loaded for that."""

from edge.envelope import VERSION, listed, text


def status_body(device, boot, link, firmware, board, antennas):
    """Return the parts of the birth, without mac and closing brace; `antennas` are (name, chip) pairs."""
    named = ['{"name":%s,"chip":%s}' % (text(name), text(chip)) for name, chip in antennas]
    head = '{"v":%d,"device":%s,"boot":"%s","link":%d,"state":"online"' % (VERSION, text(device), boot, link)
    return listed(head + ',"firmware":%s,"board":%s,"antennas":[' % (text(firmware), text(board)), named, "]")


def will_body(device, boot, link):
    """Return what the broker says when this link is lost, without mac and closing brace."""
    return '{"v":%d,"device":%s,"boot":"%s","link":%d,"state":"lost"' % (VERSION, text(device), boot, link)


def describe(chip):
    """Return a chip's name and version. An unknown version is said, never refused."""
    if not chip.version or chip.version == 0xFF:  # noqa: PLR2004
        return chip.chip + " silent"
    known = "" if chip.version in chip.known_versions else " unknown"
    return "%s %02x%s" % (chip.chip, chip.version, known)
