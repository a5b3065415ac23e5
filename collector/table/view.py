"""What is on show now: a table as the feeds have it. `public` never looks at a hidden card."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, Literal, cast

from collector.canonical import canonical, compact, timestamp
from collector.hand.blinds import Owed
from collector.hand.model import Hand, Player, Recorded
from collector.hand.options import Seats
from collector.odds.asked import Odds
from collector.odds.chances import Chances
from collector.table.amending import amendable
from collector.table.choices import at_table
from collector.table.dealing import variant_now
from collector.table.fold import Outcome
from collector.table.picture import Channel, hand_view, last_acts, odds_fields, seat_view
from collector.table.record import plain, record_of, without_hidden
from collector.table.state import SEATS, Flag, HouseRules, Play, Table, Warn
from collector.wire.base import VERSION
from collector.wire.feeds import Alert, FeedEvent

__all__ = ["Channel", "alert", "events", "state"]


def state(table: Table, channel: Channel) -> bytes:
    """Return `…/{channel}/state`, a TableState: the same bytes for the same facts.

    What has not changed is not rendered again; most readings change one seat or none.
    """
    play = table.play
    chances = _chances_now(table) if play and channel == "live" else dict[int, Odds]()
    seats = _rendered_seats(table, channel, chances)
    seq = table.public_seq if channel == "public" else table.live_seq
    now = {**_stamp(table, channel, seq), "v": VERSION, "type": "state", "decision": table.decision}
    parts = {**_rendered_around(table), **{name: _member(name, compact(value)) for name, value in now.items()}}
    parts["flags"] = _member("flags", _rendered_flags(table) if channel == "live" else b"[]")
    parts["may"] = _member("may", _rendered_may(table, channel))
    parts["seats"] = _member("seats", b"[" + b",".join(seats) + b"]")
    parts["hand"] = _member("hand", _rendered_hand(table) if play else b"null")
    return b"{" + b",".join([parts[name] for name in sorted(parts)]) + b"}"


def _member(name: str, value: bytes) -> bytes:
    return b'"%b":%b' % (name.encode(), value)


def _around(table: Table) -> dict[str, object]:
    """Return what a state says beside its stamp, the seats and the hand: changed by commands, not by cards."""
    return {
        "mode": table.mode,
        "event_name": table.event_name,
        "table_name": table.name,
        "blinds": _blinds(table),
        "button": table.button,
        "game": variant_now(table).game,
        "profile": table.house.profile,
        "flow": "automatic" if table.automatic else "operator",
        "decks": sorted(table.decks),
        "owed": {str(seat): _owed(owed) for seat, owed in sorted(table.owed.items())},
        "tournament": dict(table.tournament),
        "side_games": _side_games(table),
        "penalties": {str(seat): who.penalty for seat, who in sorted(table.seated.items()) if who.penalty},
        "levels": [dict(level) for level in table.levels],
    }


def _may(table: Table, channel: Channel) -> dict[str, Seats]:
    """Return what may come; that a reading is asked about may follow from hidden cards."""
    asked: dict[str, Seats] = {"resolve_flag": ()} if table.flags and channel == "live" else {}
    return {**at_table(table), **asked}


_Rendered = dict[tuple[object, ...], tuple[tuple[object, ...], Any]]
_RENDERED: Final[_Rendered] = {}
"""What was rendered last for each place, with the values it was made of. They never change, so the same ones are the
same picture; they are compared by identity, which costs nothing."""
_CHANCES: Final = Chances()


def _kept(place: tuple[object, ...], made_of: tuple[object, ...], render: Callable[[], Any]) -> Any:  # noqa: ANN401
    known = _RENDERED.get(place)
    if known and len(known[0]) == len(made_of) and all(map(operator.is_, known[0], made_of)):
        return known[1]
    rendered = render()
    _RENDERED[place] = (made_of, rendered)
    return rendered


def _rendered_around(table: Table) -> Mapping[str, bytes]:
    made_of = (
        *(table.mode, table.event_name, table.name, table.rules, table.button, table.variant, table.hands_dealt),
        *(table.house, table.automatic, table.decks, table.owed, table.tournament, table.seated, table.levels),
        *(table.bounties, table.stand_up, table.standing),
    )
    return cast("Mapping[str, bytes]", _kept((table.table_id, "around"), made_of, partial(_dumped_around, table)))


def _dumped_around(table: Table) -> Mapping[str, bytes]:
    return {name: _member(name, compact(value)) for name, value in _around(table).items()}


def _rendered_may(table: Table, channel: Channel) -> bytes:
    play = table.play
    made_of: tuple[object, ...] = (
        *(table.seated, table.devices, table.decks, table.variant, table.rules, table.house, table.button, table.last),
        *(table.button_stays, table.hands_dealt, table.owed, table.automatic, table.tournament, table.standing),
        *(table.bounties, table.stand_up, bool(table.flags), amendable(table)),
    )
    if play:
        commanded = any(step.by_command for step in play.steps)
        made_of += (play.setup, play.hand.result, play.owed, bool(play.undone), commanded)
    return cast("bytes", _kept((table.table_id, "may", channel), made_of, partial(_dumped_may, table, channel)))


def _dumped_may(table: Table, channel: Channel) -> bytes:
    return compact(_may(table, channel))


def _rendered_flags(table: Table) -> bytes:
    render = partial(_dumped_flags, table.flags)
    return cast("bytes", _kept((table.table_id, "flags"), (table.flags,), render))


def _dumped_flags(flags: tuple[Flag, ...]) -> bytes:
    return compact([_flag(flag) for flag in flags])


def _rendered_seats(table: Table, channel: Channel, chances: Mapping[int, Odds]) -> list[bytes]:
    """Return the seats. Each is made of its own part of the hand: a card of one leaves the others as they are."""
    players, acts, common = _parts_of(table)
    rendered = []
    for seat in SEATS:
        chance = chances.get(seat)
        made_of = (table.seated.get(seat), table.lying.get(seat, 0), chance, players.get(seat), acts.get(seat), common)
        render = partial(_dumped_seat, table, seat, channel, chance)
        rendered.append(_kept((table.table_id, channel, seat), made_of, render))
    return rendered


def _parts_of(table: Table) -> tuple[Mapping[int, Player], Mapping[int, Recorded], object]:
    """Return what seats show of the hand: each its player and last act, and what is common to all."""
    play = table.play
    if play is None:
        return {}, {}, None
    hand = play.hand
    common = (
        *(play.setup, play.button, hand.street, hand.result, hand.reached),
        *(hand.board_read, hand.board_gaps, hand.further, hand.community),
    )
    same = _kept((table.table_id, "common"), common, lambda: common)
    players = {player.seat: player for player in hand.players}
    return players, _kept((table.table_id, "acts"), (hand.actions,), lambda: last_acts(hand)), same


def _dumped_seat(table: Table, seat: int, channel: Channel, chance: Odds | None) -> bytes:
    return compact(seat_view(table, seat, channel, chance).model_dump(mode="json"))


def _rendered_hand(table: Table) -> bytes:
    play = cast("Play", table.play)
    render = partial(_dumped_hand, play, table.house)
    return cast("bytes", _kept((table.table_id, "hand"), (play, table.house), render))


def _dumped_hand(play: Play, house: HouseRules) -> bytes:
    return compact(hand_view(play, house).model_dump(mode="json"))


def _chances_now(table: Table) -> Mapping[int, Odds]:
    play = cast("Play", table.play)
    made_of = (play, table.answered, table.odds_rules)
    return cast("Mapping[int, Odds]", _kept((table.table_id, "odds"), made_of, lambda: _chances(table, play.hand)))


def events(outcome: Outcome, before: Table, channel: Channel) -> list[bytes]:
    """Return the messages of `…/{channel}/event` for one fact, in order."""
    table, messages = outcome.table, []
    seq = before.public_seq if channel == "public" else before.live_seq
    for happening in outcome.happenings:
        if happening.public is None and channel == "public":
            continue
        seq += 1
        data = dict(happening.public or {})
        if channel == "live":
            data |= happening.secret
            if happening.kind == "equity_update" and table.play:
                data |= {"equities": _equities(table)}
        if "corrected" in data:
            data["record"] = _record(outcome, str(data["corrected"]), channel)
        message = FeedEvent(**{**_stamp(table, channel, seq), "type": happening.kind}, data=_named(table, data))
        messages.append(canonical(message.model_dump(mode="json")))
    return messages


def _record(outcome: Outcome, hand_id: str, channel: Channel) -> dict[str, object] | None:
    """Return a corrected hand that is over; on public without the cards that nobody has seen."""
    play = next((play for play in outcome.ended if play.hand_id == hand_id), None)
    record = record_of(outcome.table, play, void=play.void) if play else None
    if record is None:
        return None
    return plain(record) if channel == "live" else without_hidden(plain(record))


def alert(table: Table, warning: Warn, seq: int, trace_id: str) -> bytes:
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


def _named(table: Table, data: Mapping[str, Any]) -> dict[str, Any]:
    """Add the player's id where a seat is named."""
    named = dict(data)
    player = table.seated.get(named["seat"]) if isinstance(named.get("seat"), int) else None
    if player and "player_id" not in named:
        named["player_id"] = player.player_id
    return named


def _chances(table: Table, hand: Hand) -> Mapping[int, Odds]:
    asked = _CHANCES.question(hand, table.odds_rules)
    return _CHANCES.odds(asked, table.answered) if asked else {}


def _equities(table: Table) -> list[dict[str, object]]:
    return [{"seat": seat, **odds_fields(chance)} for seat, chance in sorted(_chances_now(table).items())]


def _blinds(table: Table) -> dict[str, int] | None:
    rules = table.rules
    if rules is None:
        return None
    return {
        "small_blind": rules.small_blind,
        "big_blind": rules.big_blind,
        "ante": rules.ante,
        "big_blind_ante": rules.big_blind_ante,
    }


def _flag(flag: Flag) -> dict[str, object]:
    where = {"device": flag.device, "antenna": flag.name, "seat": flag.antenna.seat}
    return {"flag": flag.position, "code": flag.code, "message": flag.message, **where}


def _side_games(table: Table) -> dict[str, Any]:
    if not (table.bounties or table.stand_up):
        return {}
    bounties = [{"name": b.name, "ranks": b.ranks, "amount": b.amount, "suited": b.suited} for b in table.bounties]
    standing = None if table.standing is None else sorted(table.standing)
    return {"bounties": bounties, "stand_up": table.stand_up, "standing": standing}


def _owed(owed: Owed) -> tuple[str, ...]:
    return tuple(name for name, missed in (("small_blind", owed.small), ("big_blind", owed.big)) if missed)
