"""What is on show now: a table as the feeds have it. `public` never looks at a hidden card."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, Literal, cast

from collector.canonical import canonical, compact, timestamp
from collector.cards import Card
from collector.hand import board, board_wanted, boards, legal, options, pots_so_far, to_show
from collector.hand.blinds import Owed
from collector.hand.events import AllIn, BetTo, Call, Check
from collector.hand.model import Hand, Pending, Player, Recorded
from collector.hand.seats import betting_of, game_of
from collector.table.dealing import variant_now
from collector.table.fold import Outcome
from collector.table.odds import Odds, odds, question
from collector.table.record import plain, record_of, without_hidden
from collector.table.state import SEATS, Flag, Play, Table, Warn
from collector.wire.base import VERSION
from collector.wire.feeds import (
    ActionView,
    Alert,
    FeedEvent,
    HandView,
    LegalView,
    PendingView,
    PotView,
    SeatView,
    WinView,
)

Channel = Literal["public", "live"]


def state(table: Table, channel: Channel) -> bytes:
    """Return `…/{channel}/state`, a TableState: the same bytes for the same facts.

    Seats and hand are rendered again only when they changed; most readings change one seat or none.
    """
    play = table.play
    chances = _chances_now(table) if play and channel == "live" else dict[int, Odds]()
    seats = [_rendered_seat(table, seat, channel, chances.get(seat)) for seat in SEATS]
    around = {
        **_stamp(table, channel, table.public_seq if channel == "public" else table.live_seq),
        "v": VERSION,
        "type": "state",
        "mode": table.mode,
        "event_name": table.event_name,
        "table_name": table.name,
        "decision": table.decision,
        "blinds": _blinds(table),
        "button": table.button,
        "game": variant_now(table).game,
        "profile": table.house.profile,
        "flow": "automatic" if table.automatic else "operator",
        "decks": sorted(table.decks),
        "flags": [_flag(flag) for flag in table.flags] if channel == "live" else [],
        "owed": {str(seat): _owed(owed) for seat, owed in sorted(table.owed.items())},
        "tournament": dict(table.tournament),
        "side_games": _side_games(table),
        "penalties": {str(seat): who.penalty for seat, who in sorted(table.seated.items()) if who.penalty},
        "levels": [dict(level) for level in table.levels],
    }
    parts = {name: compact(value) for name, value in around.items()}
    parts["seats"] = b"[" + b",".join(seats) + b"]"
    parts["hand"] = _rendered_hand(table) if play else b"null"
    return b"{" + b",".join(b'"%b":%b' % (name.encode(), parts[name]) for name in sorted(parts)) + b"}"


_Rendered = dict[tuple[str, ...], tuple[tuple[object, ...], Any]]
_RENDERED: Final[_Rendered] = {}
"""What was rendered last for each place, with the values it was made of. They never change, so the same ones are the
same picture; they are compared by identity, which costs nothing."""


def _kept(place: tuple[str, ...], made_of: tuple[object, ...], render: Callable[[], Any]) -> Any:  # noqa: ANN401
    known = _RENDERED.get(place)
    if known and len(known[0]) == len(made_of) and all(map(operator.is_, known[0], made_of)):
        return known[1]
    rendered = render()
    _RENDERED[place] = (made_of, rendered)
    return rendered


def _rendered_seat(table: Table, seat: int, channel: Channel, chance: Odds | None) -> bytes:
    made_of = (table.seated.get(seat), table.play, table.lying.get(seat, 0), chance)
    render = partial(_dumped_seat, table, seat, channel, chance)
    return cast("bytes", _kept((table.table_id, channel, str(seat)), made_of, render))


def _dumped_seat(table: Table, seat: int, channel: Channel, chance: Odds | None) -> bytes:
    return compact(_seat(table, seat, channel, chance).model_dump(mode="json"))


def _rendered_hand(table: Table) -> bytes:
    play = cast("Play", table.play)
    return cast("bytes", _kept((table.table_id, "hand"), (play,), lambda: compact(_hand(play).model_dump(mode="json"))))


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
    asked = question(hand, table.odds_rules)
    return odds(asked, table.answered) if asked else {}


def _equities(table: Table) -> list[dict[str, object]]:
    return [{"seat": seat, **_odds_fields(chance)} for seat, chance in sorted(_chances_now(table).items())]


def _odds_fields(chance: Odds) -> dict[str, Any]:
    fields = {"equity": chance.equity, "win": chance.win, "tie": chance.tie, "equity_error": chance.error}
    return {**fields, "equity_unread": chance.unread, "equity_low": chance.lowest, "equity_high": chance.highest}


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


def _made(hand: Hand, hole: tuple[Card, ...]) -> str | None:
    """Name a whole hand, once the board is out or the game has none."""
    game, shown = game_of(hand), board(hand)
    if len(hole) != game.hole or len(shown) < min(3, game.board_size) or hand.further:
        return None
    named = [half.describe(hole, shown) for half in game.halves if half.strength(hole, shown)]
    return " / ".join(named) or None


def _seat(table: Table, seat: int, channel: Channel, chance: Odds | None) -> SeatView:
    seated, play = table.seated.get(seat), table.play
    player = next((player for player in play.hand.players if player.seat == seat), None) if play else None
    hole = _visible(player, channel) if player else None
    whole = (*hole, *(card for card in player.up if card)) if hole and player and not player.shown else hole
    made = _made(play.hand, whole) if play and whole else None
    return SeatView(
        seat=seat,
        player_id=seated.player_id if seated else None,
        name=seated.name if seated else None,
        stack=player.stack if player else seated.stack if seated else 0,
        status=_status(table, seat, player),
        position=_position(play, seat) if player else None,
        bet=player.bet if player else 0,
        cards=min(table.lying.get(seat, 0), game_of(play.hand).down if play else 2),
        hole=hole,
        shown=bool(player and player.shown),
        **(_odds_fields(chance) if chance else {}),
        made=made,
        last_action=_last_action(play, player) if play and player else None,
        won=_won(play, seat) if player else None,
        up=player.up if player else (),
        exposed=player.exposed if player else (),
    )


def _visible(player: Player, channel: Channel) -> tuple[Card, ...] | None:
    if player.shown:
        return player.shown
    if channel == "public":
        return None
    return tuple(card.reveal() for card in player.hole if card) or None


def _status(table: Table, seat: int, player: Player | None) -> Any:  # noqa: ANN401 - one of the model's literals
    seated = table.seated.get(seat)
    if seated is None:
        return "empty"
    if player is None:
        return "out" if seated.out or table.play else "in"
    if player.folded:
        return "folded"
    if player.mucked:
        return "mucked"
    return "all_in" if player.all_in and table.running else "in"


def _position(play: Play | None, seat: int) -> Any:  # noqa: ANN401 - one of the model's literals
    if play is None:
        return None
    kinds = {post.kind.value for post in play.setup.posts if post.seat == seat}
    if play.button == seat:
        return "BTN"
    if "small_blind" in kinds:
        return "SB"
    return "BB" if "big_blind" in kinds else None


def _action(act: Recorded, ids: Mapping[int, str]) -> ActionView:
    return ActionView(
        street=act.street,
        seat=act.seat,
        player_id=ids[act.seat],
        action=act.action,
        amount=act.amount,
        to=act.to,
        all_in=act.all_in,
    )


def _last_action(play: Play, player: Player) -> ActionView | None:
    """Return the seat's last act of this street; a fold or an all-in stays for the hand."""
    acts = [act for act in play.hand.actions if act.seat == player.seat]
    if not acts:
        return None
    last = acts[-1]
    stays = last.street == play.hand.street or not player.live or last.all_in or play.hand.complete
    return _action(last, {player.seat: player.player_id}) if stays else None


def _won(play: Play | None, seat: int) -> int | None:
    if play is None or play.hand.result is None:
        return None
    return sum(win.amount for win in play.hand.result.wins if win.seat == seat) or None


def _hand(play: Play) -> HandView:
    hand = play.hand
    ids = {player.seat: player.player_id for player in hand.players}
    pots = hand.result.pots if hand.result else pots_so_far(hand)
    contributed = sum(player.contributed for player in hand.players)
    return HandView(
        hand_id=play.hand_id,
        hand_number=play.number,
        game=play.setup.game,
        street=hand.street,
        button=play.button,
        board=board(hand),
        board_read=len(hand.board_read),
        pot=hand.result.total_pot if hand.result else contributed,
        pots=tuple(PotView(amount=pot.amount, eligible=pot.eligible) for pot in pots),
        to_act=hand.to_act,
        legal=_legal(hand),
        waiting_for=_waiting_for(hand),
        showdown=() if hand.complete else to_show(hand),
        actions=tuple(_action(act, ids) for act in hand.actions),
        winners=tuple(
            WinView(seat=win.seat, player_id=ids[win.seat], amount=win.amount, hand=win.hand)
            for win in (hand.result.wins if hand.result else ())
        ),
        undo=sum(1 for step in play.steps if step.by_command),
        redo=len(play.undone),
        rulings=hand.rulings,
        betting=betting_of(hand).value,
        boards=boards(hand) if hand.further else (),
        drawing=hand.drawing,
        rabbit=hand.rabbit,
        rake=hand.result.rake if hand.result else 0,
        pending=tuple(_pending(pending) for pending in hand.pending),
        scrap=hand.scrap,
        burns=len(hand.burns),
        paid=hand.result.paid if hand.result else {},
        may=options(hand),
    )


def _pending(pending: Pending) -> PendingView:
    act = pending.act
    kinds: dict[type, Any] = {Check: "check", Call: "call", BetTo: "bet_to", AllIn: "all_in"}
    to = act.to if isinstance(act, BetTo) else None
    return PendingView(seat=act.seat, action=kinds[type(act)], to=to, bet_to=pending.bet_to)


def _waiting_for(hand: Hand) -> Literal["action", "board", "showdown", "next_hand", "draw", "up_cards"]:
    if hand.complete:
        return "next_hand"
    if hand.drawing:
        return "draw"
    if hand.to_act is not None:
        return "action"
    if not hand.closed:
        return "up_cards"
    return "board" if board_wanted(hand) else "showdown"


def _legal(hand: Hand) -> LegalView | None:
    may = legal(hand)
    if may is None:
        return None
    player = next(player for player in hand.players if player.seat == may.seat)
    all_in = player.bet + player.stack
    calls = player.stack <= may.call
    return LegalView(
        seat=may.seat,
        fold=True,
        check=may.check,
        call=may.call,
        opens=may.opens,
        min_to=may.min_to,
        max_to=may.max_to,
        pot_to=may.pot_to,
        bring_in=may.bring_in,
        all_in_to=all_in if calls or (may.max_to is not None and all_in <= may.max_to) else None,
    )
