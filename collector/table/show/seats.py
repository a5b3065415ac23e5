"""A seat as the feeds show it. Where hidden cards are not shown none is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from collector.cards import Card
from collector.equity import Outs
from collector.hand import boards
from collector.hand.awaiting import due, up_awaited
from collector.hand.best import Best, best
from collector.hand.changing import game_of
from collector.hand.clashes import clashes
from collector.hand.events import Post
from collector.hand.games import Game
from collector.hand.model import Player, Recorded, Result
from collector.hand.showdown import hand_size
from collector.odds.asked import Odds
from collector.table.play import Play
from collector.table.state import Seated
from collector.wire.feeds import ActionView, BestView, OutsView, SeatView


class Common(NamedTuple):
    """The part of the hand that all seats show."""

    game: Game
    posts: tuple[Post, ...]
    button: int
    street: str
    complete: bool
    result: Result | None
    boards: tuple[tuple[Card, ...], ...]
    whole: int  # cards of a hand that is dealt whole
    several: bool  # more than one board: a seat makes no single hand
    due: tuple[int, int]  # cards that a seat has before it by now, face down and face up
    up_awaited: Mapping[int, int]  # up cards that nobody has read or typed, by seat
    doubtful: bool  # a card of the board is contested: no hidden hand has a name

    @classmethod
    def of(cls, play: Play) -> Common:
        """Return the common part of a hand."""
        hand = play.hand
        told = (play.setup.posts, play.button, hand.street, hand.complete, hand.result)
        waited = (due(hand), up_awaited(hand), clashes(hand).board)
        return cls(game_of(hand), *told, boards(hand), hand_size(hand), bool(hand.further), *waited)


def last_acts(actions: Sequence[Recorded]) -> Mapping[int, Recorded]:
    """Return the last act of each seat among those of a hand."""
    return {act.seat: act for act in actions}


def action_view(act: Recorded, player_id: str) -> ActionView:
    """Return an act as the feeds show it."""
    return ActionView(
        street=act.street,
        seat=act.seat,
        player_id=player_id,
        action=act.action,
        amount=act.amount,
        to=act.to,
        all_in=act.all_in,
    )


def odds_fields(chance: Odds) -> dict[str, Any]:
    """Return a seat's chances under the names that the feeds have for them. S0."""
    fields: dict[str, Any] = {"equity": chance.equity, "win": chance.win, "tie": chance.tie}
    fields |= {"equity_error": chance.error, "equity_unread": chance.unread}
    fields |= {"equity_low": chance.lowest, "equity_high": chance.highest}
    return {**fields, "runs": tuple(run._asdict() for run in chance.runs)} if chance.runs else fields


def seat_view(  # noqa: PLR0917 - the renderer gives what it compares, by place
    seat: int,
    seen: bool,
    seated: Seated | None,
    cards_at: int,
    chance: Odds | None,
    player: Player | None,
    last: Recorded | None,
    common: Common | None,
    withheld: frozenset[Card] | None = None,
    outs: tuple[int, Outs] | None = None,
    effective: int = 0,
) -> SeatView:
    """Return a seat as its channel shows it. Unless its hidden cards are `seen` none is looked at.

    Args:
        seat: its number.
        seen: its hidden cards are shown.
        seated: who sits there between hands.
        cards_at: how many cards lie at it.
        chance: its odds, None if they are not known, and but on the live channel.
        player: its player in the hand, None if it is not dealt in.
        last: its last act of the hand.
        common: the part of the hand that all seats share, None between hands.
        withheld: its contested cards, which no channel shows; None: it has none.
        outs: the board that is dealt next and its outs there; None but on the live channel, and where none count.
        effective: the part of its bet that another hand can match; 0: all of it.
    """
    hole = (player.shown or (hole_read(player, withheld) if seen else None)) if player else None
    bests = _bests(common, player, hole) if common and player and hole else ()
    cards = min(cards_at + (len(player.typed) if player else 0), common.game.down if common else 2)
    return SeatView(
        seat=seat,
        player_id=seated.player_id if seated else None,
        name=seated.name if seated else None,
        stack=player.stack if player else seated.stack if seated else 0,
        status=_status(seated, player, common),
        position=_position(seat, common) if player and common else None,
        bet=player.bet if player else 0,
        cards=cards,
        awaited=_awaited(player, cards, common) if player and common else 0,
        hole=hole,
        shown=bool(player and player.shown),
        **(odds_fields(chance) if chance else {}),
        made=_made(common, player, hole, bests) if common and player and hole else None,
        last_action=_last_action(last, player, common) if last and player and common else None,
        won=_won(seat, common) if player and common else None,
        up=player.up if player else (),
        exposed=player.exposed if player else (),
        best=tuple(map(_best_view, bests)),
        outs=_outs(*outs) if outs else None,
        drawn=player.exchanged if player and common and not common.game.discards else (),
        effective=effective,
    )


def hole_read(player: Player, withheld: frozenset[Card] | None) -> tuple[Card, ...] | None:
    """Return the hidden cards of a player, as far as they are read and not `withheld`; None: there are none. S0."""
    read = tuple(card.reveal() for card in player.hole if card)
    return (tuple(card for card in read if card not in withheld) if withheld else read) or None


def _awaited(player: Player, cards: int, common: Common) -> int:
    """Return how many cards of a seat are neither read nor typed. Cards are counted, and not looked at."""
    if not player.live or player.shown or common.complete:
        return 0
    down = common.due[0] - sum(player.exchanged) * bool(common.game.discards)
    return max(0, down - cards) + common.up_awaited.get(player.seat, 0)


def _bests(common: Common, player: Player, hole: tuple[Card, ...]) -> tuple[Best, ...]:
    """Return what a hand makes, once three board cards are out; in stud, once all that was dealt is read."""
    if common.doubtful and not player.shown:
        return ()
    whole = _whole(player, hole)
    if len(whole) != (min(common.whole, sum(common.due)) if common.game.up else common.game.hole):
        return ()
    return best(common.game, whole, common.boards)


def _made(common: Common, player: Player, hole: tuple[Card, ...], bests: tuple[Best, ...]) -> str | None:
    """Return a whole hand in words; None before it is whole, and where there are several boards."""
    if common.several or len(_whole(player, hole)) != common.game.hole:
        return None
    return " / ".join(each.words for each in bests) or None


def _whole(player: Player, hole: tuple[Card, ...]) -> tuple[Card, ...]:
    return hole if player.shown else (*hole, *(card for card in player.up if card))


def _best_view(made: Best) -> BestView:
    fields = made._asdict()
    del fields["words"]
    return BestView(**fields)


def _outs(board: int, outs: Outs) -> OutsView | None:
    return None if outs.leads else OutsView(board=board, win=outs.to_win, tie=outs.to_tie)


def _status(seated: Seated | None, player: Player | None, common: Common | None) -> Any:  # noqa: ANN401 - a literal
    if seated is None:
        return "empty"
    if player is None:
        return "out" if seated.out or common else "in"
    if player.folded:
        return "folded"
    if player.mucked:
        return "mucked"
    return "all_in" if player.all_in and common and not common.complete else "in"


def _position(seat: int, common: Common) -> Any:  # noqa: ANN401 - one of the model's literals
    kinds = {post.kind.value for post in common.posts if post.seat == seat}
    if common.button == seat:
        return "BTN"
    if "small_blind" in kinds:
        return "SB"
    return "BB" if "big_blind" in kinds else None


def _last_action(last: Recorded, player: Player, common: Common) -> ActionView | None:
    """Return the seat's last act of this street; a fold or an all-in stays for the hand."""
    stays = last.street == common.street or not player.live or last.all_in or common.complete
    return action_view(last, player.player_id) if stays else None


def _won(seat: int, common: Common) -> int | None:
    if common.result is None:
        return None
    return sum(win.amount for win in common.result.wins if win.seat == seat) or None


_NO_CARDS: Final[dict[str, object]] = {
    **dict.fromkeys(("hole", "equity", "win", "tie", "equity_error", "equity_low", "equity_high", "made", "outs")),
    **dict.fromkeys(("up", "exposed", "best", "runs"), ()),
    "equity_unread": False,
}
"""The fields of a seat that hold cards, or follow from them."""


def masked_seat(*drawn: Any) -> SeatView:  # noqa: ANN401 - what `seat_view` takes
    """Return a seat without any card, and without what follows from one."""
    return seat_view(*drawn).model_copy(update=_NO_CARDS)
