"""Plays the new type of event `penalty_given`: python -m tests.additions.event_type, in a copy that has it."""

from __future__ import annotations

from typing import Final

from collector.wire.feed_events import EVENTS, reader
from collector.wire.feeds import Channel
from tests.collector.table.dealer import Dealer

CHANNELS: Final[tuple[Channel, ...]] = ("public", "live")


def main() -> None:
    """Have a table tell of it, and read its bytes on both channels."""
    model = next(model for model in EVENTS if model.type == "penalty_given")
    dealer = Dealer()
    dealer.command(type="penalty", seat=3, hands=2, reason="late")
    change = dealer.changes[-1]

    for channel in CHANNELS:
        first, *_ = dealer.renderer.events(change.outcome, change.before, channel)
        read = reader().validate_json(first)
        assert type(read.data) is model
        assert (read.type, read.trace_id) == ("penalty_given", change.fact.trace_id)
        assert (read.data.seat, read.data.player_id, read.data.hands) == (3, "p_3", 2)


if __name__ == "__main__":
    main()
