"""The exact JSON of faults and of results of commands. Both are rare: loaded when the first one comes."""

from edge.envelope import text


def fault_event(antenna, code, message):
    """Return a `fault` as JSON."""
    return '{"kind":"fault","antenna":%s,"code":%s,"message":%s}' % (text(antenna), text(code), text(message[:200]))


def result_event(command, ok, message):
    """Return a `command_result` as JSON."""
    return '{"kind":"command_result","id":%s,"ok":%s,"message":%s}' % (
        text(command),
        "true" if ok else "false",
        text(message[:200]),
    )
