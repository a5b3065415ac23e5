"""States, events and alerts of tables as bytes. A renderer keeps what it drew last, and draws again what has changed.

Most facts change one seat or none. So a part of a state is drawn again only when a value that it is made of is another
one. Values never change, therefore they are compared by identity, which costs nothing.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import partial
from typing import Any, Final, Literal, TypeVar, TypeVarTuple, cast

from collector.canonical import canonical, compact, timestamp
from collector.equity import Answered
from collector.hand.model import Hand, Recorded
from collector.hand.options import Seats
from collector.odds.asked import Odds, OddsRules
from collector.odds.chances import Chances
from collector.secrecy import Secret
from collector.table.effects import Warn
from collector.table.finished.record import plain, record_of, without_hidden
from collector.table.fold import Outcome
from collector.table.play import Play
from collector.table.registry import Commands
from collector.table.setup import variant_now
from collector.table.show.may import May
from collector.table.show.seats import Common, last_acts, odds_fields, seat_view
from collector.table.show.state import around, flags_fields, hand_view
from collector.table.state import SEATS, Table
from collector.wire.base import VERSION, Message
from collector.wire.feed_events import EquityUpdate, EventData, HandCorrected, SeatEvent
from collector.wire.feeds import Alert, Channel

Drawn = TypeVar("Drawn")
Kept = TypeVar("Kept")
MadeOf = TypeVarTuple("MadeOf")

CHANGES_NOTHING: Final = frozenset(
    (
        *("position", "decision", "public_seq", "live_seq", "public_stamp", "live_stamp"),
        *("present", "cards_at", "answered"),
        "play",  # what counts of it is taken out, see `_may_part`
    )
)
"""Fields of a table that change often, and not what may come. All others count, those to come among them."""
_SAYS_WHAT_MAY_COME: Final = operator.attrgetter(*(f.name for f in fields(Table) if f.name not in CHANGES_NOTHING))


class Renderer:
    """Renders the tables of one process. commands: what may come at a table is said of these."""

    def __init__(self, commands: Commands) -> None:
        self._may = May(commands)
        self._hand_view = partial(hand_view, self._may)
        self._asked_odds = Chances()
        self._kept: dict[tuple[object, ...], tuple[tuple[object, ...], Any]] = {}

    def state(self, table: Table, channel: Channel) -> bytes:
        """Return `…/{channel}/state`, a TableState: the same bytes for the same facts."""
        seq = table.public_seq if channel == "public" else table.live_seq
        now = {**_stamp(table, channel, seq), "v": VERSION, "type": "state", "decision": table.decision}
        parts = {**self._around(table), **_members(now)}
        flags = table.flags if channel == "live" else ()
        parts["flags"] = _member("flags", self._drawn((table.table_id, channel, "flags"), flags_fields, _json, flags))
        parts["may"] = _member("may", self._may_part(table, asked=bool(table.flags) and channel == "live"))
        parts["seats"] = _member("seats", b"[" + b",".join(self._seats(table, channel)) + b"]")
        hand = (table.play, table.house)
        parts["hand"] = _member("hand", self._drawn((table.table_id, "hand"), self._hand_view, _json, *hand))
        return b"{" + b",".join([parts[name] for name in sorted(parts)]) + b"}"

    def events(self, outcome: Outcome, before: Table, channel: Channel) -> list[bytes]:
        """Return the messages of `…/{channel}/event` for one fact, in order. before: the table that it changed."""
        table, messages = outcome.table, []
        seq = before.public_seq if channel == "public" else before.live_seq
        for event in outcome.happenings:
            if event.hidden and channel == "public":
                continue
            seq += 1
            told = self._told(event, outcome, channel)
            messages.append(compact({**_stamp(table, channel, seq), "v": VERSION, "type": event.type, "data": told}))
        return messages

    def alert(self, table: Table, warning: Warn, seq: int, trace_id: str) -> bytes:
        """Return `…/alert` for a warning. seq: position of the fact behind it, or the table's last."""
        stamp = {**_stamp(table, "live", seq), "trace_id": trace_id}
        message = Alert(
            **stamp,
            code=warning.code,
            severity=cast("Literal['info', 'warning', 'error']", warning.severity),
            message=warning.message,
            device=warning.device,
            antenna=warning.antenna,
            seat=warning.seat,
            flag=seq if warning.flagged else None,
        )
        return canonical(message.model_dump(mode="json"))

    def _drawn(
        self,
        place: tuple[object, ...],
        draw: Callable[[*MadeOf], Drawn],
        encode: Callable[[Drawn], Kept],
        *made_of: *MadeOf,
    ) -> Kept:
        """Return what `draw` makes of some values, encoded: the one of before, if it was made of the same ones."""
        known = self._kept.get(place)
        if known and len(known[0]) == len(made_of) and all(map(operator.is_, known[0], made_of)):
            return cast("Kept", known[1])
        encoded = encode(draw(*made_of))
        self._kept[place] = (made_of, encoded)
        return encoded

    def _around(self, table: Table) -> Mapping[str, bytes]:
        return self._drawn(
            (table.table_id, "around"),
            around,
            _members,
            table.mode,
            table.event_name,
            table.name,
            table.rules,
            table.button,
            variant_now(table).game,
            table.house,
            table.automatic,
            table.decks,
            table.owed,
            table.tournament,
            table.seated,
            table.levels,
            table.bounties,
            table.stand_up,
            table.standing,
        )

    def _may_part(self, table: Table, *, asked: bool) -> bytes:
        """Return what may come. asked: about a reading, which may follow from hidden cards: live only."""
        play = table.play
        made_of: tuple[object, ...] = _SAYS_WHAT_MAY_COME(table)
        if play:
            commanded = any(step.by_command for step in play.steps)
            made_of += (play.setup, play.hand.result, play.owed, bool(play.undone), commanded)

        def draw(*_: object) -> Mapping[str, Seats]:
            return self._may.at_table(table, live=asked)

        return self._drawn((table.table_id, "may", asked), draw, _json, *made_of)

    def _seats(self, table: Table, channel: Channel) -> list[bytes]:
        """Return the seats. Each is made of its own part of the hand: a card of one leaves the others as they are."""
        table_id, seated, cards_at, play = table.table_id, table.seated, table.cards_at, table.play
        chances: Mapping[int, Odds] = {}
        acts: Mapping[int, Recorded] = {}
        if play and channel == "live":
            chances = self._chances(table, play.hand)
        if play:
            acts = self._drawn((table_id, "acts"), last_acts, _as_it_is, play.hand.actions)
        players = {player.seat: player for player in play.hand.players} if play else {}
        common = self._common(table_id, play) if play else None
        return [
            self._drawn(
                (table_id, channel, seat),
                seat_view,
                _json,
                seat,
                channel,
                seated.get(seat),
                cards_at.get(seat, 0),
                chances.get(seat),
                players.get(seat),
                acts.get(seat),
                common,
            )
            for seat in SEATS
        ]

    def _common(self, table_id: str, play: Play) -> Common:
        """Return what is common to the seats: the very value of before, while it is equal."""
        place, common = (table_id, "common"), Common.of(play)
        known = self._kept.get(place)
        if known and known[0] == common:
            return known[0]
        self._kept[place] = (common, None)
        return common

    def _chances(self, table: Table, hand: Hand) -> Mapping[int, Odds]:
        return self._drawn((table.table_id, "odds"), self._odds, _as_it_is, hand, table.odds_rules, table.answered)

    def _odds(self, hand: Hand, rules: OddsRules, answered: Secret[Answered] | None) -> Mapping[int, Odds]:
        asked = self._asked_odds.question(hand, rules)
        return self._asked_odds.odds(asked, answered) if asked else {}

    def _told(self, event: EventData, outcome: Outcome, channel: Channel) -> dict[str, Any]:
        """Return the data of an event, with what is added where it is told: ids, odds, records."""
        table, told = outcome.table, event.for_channel(channel)
        if isinstance(event, SeatEvent) and event.seat is not None and "player_id" not in told:
            player = table.seated.get(event.seat)
            return {**told, "player_id": player.player_id} if player else told
        if isinstance(event, EquityUpdate) and table.play:
            chances = sorted(self._chances(table, table.play.hand).items())
            return {**told, "equities": [{"seat": seat, **odds_fields(chance)} for seat, chance in chances]}
        if isinstance(event, HandCorrected) and event.corrected:
            return {**told, "record": _record(outcome, event.corrected, channel)}
        return told


def _stamp(table: Table, channel: Channel, seq: int) -> dict[str, Any]:
    stamp = table.public_stamp if channel == "public" else table.live_stamp
    return {
        "event_id": table.event_id,
        "table_id": table.table_id,
        "hand_id": table.play.hand_id if table.play else None,
        "epoch": table.epoch,
        "seq": seq,
        "timestamp": timestamp(stamp.received_at),
        "trace_id": stamp.trace_id,
    }


def _member(name: str, value: bytes) -> bytes:
    return b'"%b":%b' % (name.encode(), value)


def _members(values: Mapping[str, object]) -> dict[str, bytes]:
    return {name: _member(name, compact(value)) for name, value in values.items()}


def _json(value: object) -> bytes:
    return compact(value.model_dump(mode="json") if isinstance(value, Message) else value)


def _as_it_is(value: Drawn) -> Drawn:
    return value


def _record(outcome: Outcome, hand_id: str, channel: Channel) -> dict[str, object] | None:
    """Return a corrected hand that is over; on public without the cards that nobody has seen."""
    play = next((play for play in outcome.ended if play.hand_id == hand_id), None)
    if play is None:
        return None
    record = record_of(outcome.table, play)
    return plain(record) if channel == "live" else without_hidden(plain(record))
