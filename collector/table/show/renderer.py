"""States, events and alerts of tables as bytes. A renderer keeps the parts that it drew last, and draws changed parts.

Most facts change one seat or none. So a part of a state is drawn again only if one of its values is another object than
last time. Identity is enough, since values never change, and costs nothing. An equal value that was made anew is drawn
once more than needed; a changed value is never missed.
"""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import partial
from typing import Any, Final, Literal, TypeVar, TypeVarTuple, cast

from collector.canonical import canonical, compact, timestamp
from collector.cards import Card
from collector.equity import Answered, Outs
from collector.hand.clashes import NONE, clashes
from collector.hand.depth import effective_bets
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
from collector.table.show.fitting import fitted, size_of
from collector.table.show.may import May
from collector.table.show.seats import (
    Common,
    action_view,
    hole_read,
    last_acts,
    masked_seat,
    odds_fields,
    seat_view,
)
from collector.table.show.state import around, flags_fields, hand_view, masked_hand
from collector.table.state import SEATS, HouseRules, Table
from collector.wire.base import MESSAGE_LIMIT, VERSION, Message
from collector.wire.feed_events import (
    CardDetected,
    CardEntered,
    CardsReleased,
    EquityUpdate,
    EventData,
    HandCorrected,
    SeatEvent,
    TableUpdate,
)
from collector.wire.feeds import Alert, Channel

Drawn = TypeVar("Drawn")
Kept = TypeVar("Kept")
MadeOf = TypeVarTuple("MadeOf")

CHANGES_NOTHING: Final = frozenset(
    (
        *("position", "decision", "public_seq", "live_seq", "public_stamp", "live_stamp"),
        *("present", "cards_at", "answered", "time", "waiting", "released"),
        "play",  # `_may_part` takes the parts of it that count
    )
)
"""Fields of a table that change often and never change the list of commands. All others count, new fields too."""
NOT_IN_HAND_VIEW: Final = frozenset(
    (
        *("last_position", "last_at", "device_keys", "deck", "open_deck", "mucked", "readings", "on_muck"),
        *("strays", "terms"),
    )
)
"""Fields of a hand in play that change with readings, and that its view does not tell. All others count."""
_SAYS_WHAT_IS_PLAYED: Final = operator.attrgetter(*(f.name for f in fields(Play) if f.name not in NOT_IN_HAND_VIEW))
_NO_ACTS: Final = b'"actions":[]'
"""The first member of a hand, as `hand_view` leaves it."""
_SAYS_WHAT_MAY_COME: Final = operator.attrgetter(*(f.name for f in fields(Table) if f.name not in CHANGES_NOTHING))


class Renderer:
    """Renders the tables of one process. commands: the registry that the list of possible commands is made from.

    chances: the odds that whoever folds a table has asked of its hands; None: the renderer asks on its own.
    """

    def __init__(self, commands: Commands, chances: Callable[[str], Chances] | None = None) -> None:
        self._may = May(commands)
        self._hand_view = partial(hand_view, self._may)
        self._chances_of = chances or defaultdict[str, Chances](Chances).__getitem__
        self._kept: dict[tuple[object, ...], tuple[tuple[object, ...], Any]] = {}
        self.left_out: dict[tuple[str, Channel], tuple[str, ...]] = {}
        """By table and channel, where the last state did not fit: the fields that it was sent without."""

    def state(self, table: Table, channel: Channel) -> bytes:
        """Return the payload of `…/{channel}/state`, a TableState. The same facts give the same bytes."""
        place = (table.table_id, "state", channel)
        payload, left_out = self._drawn(place, self._whole, _as_it_is, table, channel)
        if left_out and channel != "delayed":  # the lagging picture has no say in what the table is like now
            self.left_out[table.table_id, channel] = left_out
        elif self.left_out and channel != "delayed":
            self.left_out.pop((table.table_id, channel), None)
        return payload

    def _whole(self, table: Table, channel: Channel) -> tuple[bytes, tuple[str, ...]]:
        """Return a state that fits a message, and the fields that it was drawn without."""
        parts, left_out = self.parts(table, channel), tuple[str, ...]()
        if size_of(parts) > MESSAGE_LIMIT:
            parts, left_out = fitted(parts, partial(self._hand_without_acts, table))
        return b"{" + b",".join([parts[name] for name in sorted(parts)]) + b"}", left_out

    def parts(self, table: Table, channel: Channel) -> Mapping[str, bytes]:
        """Return the members of a state by name, whether they fit a message or not."""
        seq = table.live_seq if channel == "live" else table.public_seq
        place = _drawn_at(table, channel)
        parts = {**self._around(table, place), **_members({**_stamp(table, channel, seq), "decision": table.decision})}
        flags, live = (table.flags, True) if channel == "live" else ((), False)
        parts["flags"] = _member("flags", self._drawn((table.table_id, channel, "flags"), flags_fields, _json, flags))
        parts["may"] = _member(
            "may", self._may_part(table, place, asked=live and bool(table.flags or self._doubtful(table)))
        )
        parts["seats"] = _member("seats", b"[" + b",".join(self._seats(table, channel)) + b"]")
        parts["hand"] = _member("hand", self._hand_part(table, place))
        if table.masked:
            parts["masked"] = _member("masked", b"true")
        return parts

    def _hand_part(self, table: Table, place: str) -> bytes:
        """Return the hand: drawn once for all channels of a picture, since it looks at no hidden card."""
        play = table.play
        made_of = (table.house, *_SAYS_WHAT_IS_PLAYED(play)) if play else (table.house,)

        def draw(*_: object) -> bytes:
            return self._hand(place, play, table.house, masked=table.masked)

        return self._drawn((place, "hand", table.masked), draw, _as_it_is, *made_of)

    def _hand(self, where: str, play: Play | None, house: HouseRules, *, masked: bool) -> bytes:
        """Return the hand. Its acts are drawn one by one: a fact adds one, and the others stay as they are."""
        view = self._hand_view(play, house)
        drawn = _json(masked_hand(view) if view and masked else view)
        return drawn.replace(_NO_ACTS, b'"actions":[%b]' % b",".join(self._acts(where, play)), 1) if play else drawn

    def _acts(self, where: str, play: Play) -> tuple[bytes, ...]:
        """Return the acts of a hand: those that are known already, and the others drawn."""
        place, acts = (where, "acts drawn"), play.hand.actions
        drawn: tuple[bytes, ...]
        setup, known, drawn = self._kept.get(place, ((), (None, (), ())))[1]
        if setup is not play.setup or known != acts[: len(known)]:  # another hand, or an act was taken back
            drawn = ()
        ids = {player.seat: player.player_id for player in play.hand.players}
        drawn += tuple([_json(action_view(act, ids[act.seat])) for act in acts[len(drawn) :]])
        self._kept[place] = (), (play.setup, acts, drawn)
        return drawn

    def _hand_without_acts(self, table: Table) -> bytes:
        hand = self._hand_view(table.play, table.house)
        hand = masked_hand(hand) if hand and table.masked else hand
        return _member("hand", _json(hand and hand.model_copy(update={"rulings": ()})))

    def events(self, outcome: Outcome, before: Table, channel: Channel) -> list[bytes]:
        """Return the payloads of `…/{channel}/event` for one fact, in order. before: the table before the fact."""
        table, messages = outcome.table, []
        seq = before.live_seq if channel == "live" else before.public_seq
        for event in outcome.happenings:
            if event.hidden and channel != "live":
                continue
            seq += 1
            stamp = {**_place(table), **_stamp(table, channel, seq), "v": VERSION}
            told = {} if table.masked else self._told(event, outcome, channel)
            payload = compact({**stamp, "type": event.type, "data": told})
            if table.masked or len(payload) > MESSAGE_LIMIT:  # whoever hears it reads the state, and the record by REST
                payload = compact({**stamp, "type": TableUpdate.type, "data": {}})
            messages.append(payload)
        return messages

    def alert(self, table: Table, warning: Warn, seq: int, trace_id: str) -> bytes:
        """Return the payload of `…/alert` for a warning. seq: position of its fact, else of the table's last fact."""
        stamp = {**_place(table), **_stamp(table, "live", seq), "trace_id": trace_id}
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
        """Return `draw(*made_of)`, encoded; the kept one, if `place` was drawn from the very same values last time.

        The values are kept with the result. Otherwise a new value could get the identity of one that is gone.
        """
        known = self._kept.get(place)
        if known and len(known[0]) == len(made_of) and all(map(operator.is_, known[0], made_of)):
            return cast("Kept", known[1])
        encoded = encode(draw(*made_of))
        self._kept[place] = (made_of, encoded)
        return encoded

    def _doubtful(self, table: Table) -> bool:
        """Return whether the floor is asked where a card lies."""
        return bool(table.held) or (table.play is not None and clashes(table.play.hand) is not NONE)

    def _around(self, table: Table, place: str) -> Mapping[str, bytes]:
        return self._drawn(
            (place, "around"),
            around,
            _members,
            table.event_id,
            table.table_id,
            table.epoch,
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
            table.kill,
            table.play.hand.banked if table.play else (),
            table.terms if table.time.counts else None,
        )

    def _may_part(self, table: Table, place: str, *, asked: bool) -> bytes:
        """Return the list of possible commands. asked: a flag waits, which hidden cards may have caused: live only."""
        play = table.play
        made_of: tuple[object, ...] = _SAYS_WHAT_MAY_COME(table)
        if play:
            commanded = any(step.by_command for step in play.steps)
            made_of += (self._doubtful(table),) if asked else ()
            made_of += (play.setup, play.hand.result, play.owed, bool(play.undone), commanded)

        def draw(*_: object) -> Mapping[str, Seats]:
            return self._may.at_table(table, live=asked)

        return self._drawn((place, "may", asked), draw, _json, *made_of)

    def _seats(self, table: Table, channel: Channel) -> list[bytes]:
        """Return the seats. Each is drawn from its own part of the hand, so a card of one seat draws one seat."""
        place, seated, cards_at, play = _drawn_at(table, channel), table.seated, table.cards_at, table.play
        chances: Mapping[int, Odds] = {}
        outs: Mapping[int, tuple[int, Outs]] = {}
        acts: Mapping[int, Recorded] = {}
        effective: Mapping[int, int] = {}
        if play and channel == "live":
            chances, outs = self._chances(table, play.hand), self._outs(table, play.hand)
        if play:
            acts = self._drawn((place, "acts"), last_acts, _as_it_is, play.hand.actions)
            effective = self._drawn((place, "effective"), effective_bets, _as_it_is, play.hand.players)
        players = {player.seat: player for player in play.hand.players} if play else {}
        common = self._common(place, play) if play else None
        released = table.released if channel == "delayed" else frozenset[int]()
        withheld: Mapping[int, frozenset[Card]] = {}
        if play and (channel == "live" or released):
            withheld = self._withheld(place, play)
        return [
            self._drawn(
                (place, channel, seat, table.masked),
                masked_seat if table.masked else seat_view,
                _json,
                seat,
                channel == "live" or seat in released,
                seated.get(seat),
                cards_at.get(seat, 0),
                chances.get(seat),
                players.get(seat),
                acts.get(seat),
                common,
                withheld.get(seat),
                outs.get(seat),
                effective.get(seat, 0),
            )
            for seat in SEATS
        ]

    def _withheld(self, where: str, play: Play) -> Mapping[int, frozenset[Card]]:
        """Return the contested cards of each seat, which no channel shows."""
        return self._drawn((where, "clashes"), clashes, _as_it_is, play.hand).seats

    def _common(self, where: str, play: Play) -> Common:
        """Return the part of the hand that all seats share: the kept object while it is equal.

        It is made anew for each change of the hand. Without the kept object, identity would draw all seats each time.
        """
        place, common = (where, "common"), self._drawn((where, "common now"), Common.of, _as_it_is, play)
        known = self._kept.get(place)
        if known and known[0] == common:
            return known[0]
        self._kept[place] = (common, None)
        return common

    def _chances(self, table: Table, hand: Hand) -> Mapping[int, Odds]:
        odds = partial(self._odds, self._chances_of(table.table_id))
        return self._drawn((table.table_id, "odds"), odds, _as_it_is, hand, table.odds_rules, table.answered)

    def _outs(self, table: Table, hand: Hand) -> Mapping[int, tuple[int, Outs]]:
        def draw(hand: Hand, rules: OddsRules) -> Mapping[int, tuple[int, Outs]]:
            chances = self._chances_of(table.table_id)
            asked = chances.question(hand, rules)
            board, found = chances.outs(asked) if asked else (0, {})
            return {seat: (board, each) for seat, each in found.items()}

        return self._drawn((table.table_id, "outs"), draw, _as_it_is, hand, table.odds_rules)

    @staticmethod
    def _odds(chances: Chances, hand: Hand, rules: OddsRules, answered: Secret[Answered] | None) -> Mapping[int, Odds]:
        asked = chances.question(hand, rules)
        return chances.odds(asked, answered) if asked else {}

    def _told(self, event: EventData, outcome: Outcome, channel: Channel) -> dict[str, Any]:
        """Return the data of an event, with the members that only a renderer adds: player ids, odds, records."""
        table, told = outcome.table, event.for_channel(channel)
        if channel == "delayed":
            told |= self._released(event, table)
        if isinstance(event, SeatEvent) and event.seat is not None and "player_id" not in told:
            player = table.seated.get(event.seat)
            return {**told, "player_id": player.player_id} if player else told
        if isinstance(event, EquityUpdate) and table.play:
            chances = sorted(self._chances(table, table.play.hand).items())
            return {**told, "equities": [{"seat": seat, **odds_fields(chance)} for seat, chance in chances]}
        if isinstance(event, HandCorrected) and event.corrected:
            return {**told, "record": _record(outcome, event.corrected, channel)}
        return told

    def _released(self, event: EventData, table: Table) -> dict[str, Any]:
        """Return the members of an event on `delayed` that name hidden cards: of seats whose cards are known by now."""
        if not table.released or table.play is None:
            return {}
        if isinstance(event, CardsReleased):
            hands = [{"seat": each.seat, "cards": self._hole(table, each.seat)} for each in event.hands]
            return {"hands": hands}
        if isinstance(event, CardDetected | CardEntered) and isinstance(event.card, Secret):
            card = event.card.reveal()
            return {"card": card} if event.seat in table.released and card in self._hole(table, event.seat) else {}
        return {}

    def _hole(self, table: Table, seat: int | None) -> tuple[Card, ...]:
        """Return the hidden cards of a seat, as far as they are read and uncontested. S0."""
        if table.play is None or seat is None:
            return ()
        player = next((each for each in table.play.hand.players if each.seat == seat), None)
        withheld = self._withheld(_drawn_at(table, "delayed"), table.play).get(seat)
        return (player and hole_read(player, withheld)) or ()


def _drawn_at(table: Table, channel: Channel) -> str:
    """Return whose parts a channel draws: `delayed` draws another picture, which keeps its own. No id has a space."""
    return f"{table.table_id} then" if channel == "delayed" else table.table_id


def _stamp(table: Table, channel: Channel, seq: int) -> dict[str, Any]:
    """Return what is new in the stamp of each message; `_place` has the rest of it."""
    stamp = table.live_stamp if channel == "live" else table.public_stamp
    return {
        "hand_id": table.play.hand_id if table.play else None,
        "seq": seq,
        "timestamp": timestamp(stamp.received_at),
        "trace_id": stamp.trace_id,
    }


def _place(table: Table) -> dict[str, Any]:
    return {"event_id": table.event_id, "table_id": table.table_id, "epoch": table.epoch}


def _member(name: str, value: bytes) -> bytes:
    return b'"%b":%b' % (name.encode(), value)


def _members(values: Mapping[str, object]) -> dict[str, bytes]:
    return {name: _member(name, compact(value)) for name, value in values.items()}


def _json(value: object) -> bytes:
    return compact(value.model_dump(mode="json") if isinstance(value, Message) else value)


def _as_it_is(value: Drawn) -> Drawn:
    return value


def _record(outcome: Outcome, hand_id: str, channel: Channel) -> dict[str, object] | None:
    """Return the record of a corrected hand, None while it is not over; on live alone with untabled cards."""
    play = next((play for play in outcome.ended if play.hand_id == hand_id), None)
    if play is None:
        return None
    record = record_of(outcome.table, play)
    return plain(record) if channel == "live" else without_hidden(plain(record))
