"""A seat and the hand as the feeds show them. On the public channel no hidden card is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from collector.cards import Card
from collector.hand import board, board_wanted, boards, legal, pots_so_far, to_show
from collector.hand.changing import betting_of, game_of
from collector.hand.events import AllIn, BetTo, Call, Check
from collector.hand.model import Hand, Pending, Player, Recorded
from collector.odds.asked import Odds
from collector.table.choices import in_hand
from collector.table.state import HouseRules, Play, Table
from collector.wire.feeds import ActionView, HandView, LegalView, PendingView, PotView, SeatView, WinView

Channel = Literal["public", "live"]


def odds_fields(chance: Odds) -> dict[str, Any]:
    """Return a seat's chances under the names that the feeds have for them. S0."""
    fields = {"equity": chance.equity, "win": chance.win, "tie": chance.tie, "equity_error": chance.error}
    return {**fields, "equity_unread": chance.unread, "equity_low": chance.lowest, "equity_high": chance.highest}


def _made(hand: Hand, hole: tuple[Card, ...]) -> str | None:
    """Name a whole hand, once the board is out or the game has none."""
    game, shown = game_of(hand), board(hand)
    if len(hole) != game.hole or len(shown) < min(3, game.board_size) or hand.further:
        return None
    named = [half.describe(hole, shown) for half in game.halves if half.strength(hole, shown)]
    return " / ".join(named) or None


def seat_view(table: Table, seat: int, channel: Channel, chance: Odds | None) -> SeatView:
    """Return a seat, with its odds where they are known and told."""
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
        **(odds_fields(chance) if chance else {}),
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


def last_acts(hand: Hand) -> Mapping[int, Recorded]:
    """Return the last act of each seat in this hand."""
    return {act.seat: act for act in hand.actions}


def _last_action(play: Play, player: Player) -> ActionView | None:
    """Return the seat's last act of this street; a fold or an all-in stays for the hand."""
    last = last_acts(play.hand).get(player.seat)
    if last is None:
        return None
    stays = last.street == play.hand.street or not player.live or last.all_in or play.hand.complete
    return _action(last, {player.seat: player.player_id}) if stays else None


def _won(play: Play | None, seat: int) -> int | None:
    if play is None or play.hand.result is None:
        return None
    return sum(win.amount for win in play.hand.result.wins if win.seat == seat) or None


def hand_view(play: Play, house: HouseRules) -> HandView:
    """Return the hand as everybody may see it, with what may come next."""
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
        rulings=(*hand.rulings, *play.taken_out),
        betting=betting_of(hand).value,
        boards=boards(hand) if hand.further else (),
        drawing=hand.drawing,
        rabbit=hand.rabbit,
        rake=hand.result.rake if hand.result else 0,
        pending=tuple(_pending(pending) for pending in hand.pending),
        scrap=hand.scrap,
        burns=len(hand.burns),
        paid=hand.result.paid if hand.result else {},
        may=in_hand(hand, house),
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
