"""The change to another log of the collector, as after a restored backup. Loaded for that."""

from edge.flash_files import write_whole


def begin(uplink, outbox, path, told, log):
    """Send all kept events to the log `told`, and remember its name at `path`. The first log counts as new too."""
    if uplink.log_id is not None:
        log.warning("log_changed", {"held": outbox.held()})
        outbox.reclaim()
        uplink.send_again()
    uplink.log_id = told
    try:
        write_whole(path, told)
    except OSError:  # a full flash: after a restart all is sent once more
        log.warning("flash_full", {"file": path})
