"""The exact JSON of events that are not about cards. They are rare: loaded when the first one comes."""

from edge.envelope import text


def fault_event(antenna, code, message):
    """Return a `fault` as JSON."""
    return '{"kind":"fault","antenna":%s,"code":%s,"message":%s}' % (text(antenna), text(code), text(message[:200]))


def gone_event(origin, first, last):
    """Return a `gone` as JSON: these events had to be dropped."""
    return '{"kind":"gone","origin":%s,"first":%d,"last":%d}' % (text(origin), first, last)


def result_event(command, ok, message):
    """Return a `command_result` as JSON."""
    return '{"kind":"command_result","id":%s,"ok":%s,"message":%s}' % (
        text(command),
        "true" if ok else "false",
        text(message[:200]),
    )
