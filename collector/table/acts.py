"""Commands that are an event of the running hand: betting, draws, shows, mucks, and cards that are entered by hand.

Whether an act may come is for the rules of its game to say (`collector/hand`); here is what it is and what it tells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, NamedTuple

from collector.cards import Card
from collector.errors import IllegalAction, Refused
from collector.facts.fact import Fact
from collector.hand import apply, legal, options
from collector.hand.changing import game_of
from collector.hand.events import (
    AllIn,
    BetTo,
    BoardCard,
    BoardCardTaken,
    Boxed,
    BringIn,
    Call,
    Check,
    Draw,
    Event,
    Fold,
    HoleCard,
    HoleCardTaken,
    Muck,
    ReplaceCard,
    Show,
    UpCard,
    UpCardTaken,
)
from collector.hand.model import Hand
from collector.hand.rulings import misawarded, substantial
from collector.hand.showdown import hand_size
from collector.house.house import House
from collector.secrecy import Secret
from collector.table.effects import Effect, Warn
from collector.table.play import Play
from collector.table.registration import Act, Asked, C, Registration, Resolved, Seats
from collector.table.state import HouseRules, Table, play_of, with_step
from collector.wire import acts as wire
from collector.wire.command import TableCommand
from collector.wire.feed_events import ActionRecorded, CardEntered, EventData, HandShown

UNREAD: Final = "??"
Tells = Callable[[Any, tuple[EventData, ...]], tuple[EventData, ...]]


def act_of(
    model: type[C],
    label: str,
    event: Callable[[C], Event],
    option: Callable[[Hand], Seats | None],
    *,
    hides: bool | Callable[[C], bool] = False,
    judged: bool = False,
    spoils: bool = False,
    seat_from_antenna: bool = False,
    tells: Tells | None = None,
    allows: Callable[[HouseRules], bool] | None = None,
    refuses: tuple[str, str] = ("", ""),
    refused: Callable[[HouseRules, C], None] | None = None,
    may: Callable[[Asked, C], Resolved] | None = None,
    in_the_past: Callable[[House, C], Mapping[str, object]] | None = None,
) -> Registration[C]:
    """Return the registration of a command that is an event of the hand.

    judged: behind it an award is compared with what the tabled hands are worth. spoils: behind it a misdeal may be due.
    tells: what it says, given what the acts say that it puts into the record.
    """
    if may and in_the_past is None:
        raise AssertionError(f"{label}: what more than the rules of its game checks says what it is in the past")
    act = Act(event, option, allows, refuses, refused)
    return Registration(
        model=model,
        label=label,
        word="write:actions",
        hides=hides,
        does=partial(_done, _Folding(event, tells, judged, spoils)),
        may=may or partial(_may_follow, act),
        listed=partial(_listed, act),
        seat_from_antenna=seat_from_antenna,
        act=act,
        in_the_past=in_the_past,
    )


def seats(to: Callable[[Hand], Seats]) -> Callable[[Hand], Seats | None]:
    """Return an option that cannot come where no seat may be named."""
    return lambda hand: to(hand) or None


def where(may: Callable[[Hand], bool]) -> Callable[[Hand], Seats | None]:
    """Return an option that names no seat."""
    return lambda hand: () if may(hand) else None


def any_time(hand: Hand) -> Seats:
    """Say that an event without a seat may come at any time of a hand."""
    return ()


def _listed(act: Act[Any], table: Table) -> Seats | None:
    if table.play is None or (act.allows and not act.allows(table.house)):
        return None
    return act.option(table.play.hand)


def _may_follow(act: Act[C], asked: Asked, command: C) -> Resolved:
    """An event of the hand must be one that can come now, and that the house allows."""
    act.require_allowed(asked.table.house, command)
    _dry_run(asked.table, act.event, command)
    return Resolved()


def _dry_run(table: Table, event: Callable[[C], Event], command: C) -> None:
    """Raise IllegalAction, with what would be legal, where the event of `command` cannot come now."""
    play = play_of(table)
    try:
        apply(play.hand, event(command))
    except IllegalAction as error:
        may = legal(play.hand)
        if may and "legal" not in error.details:
            error.details["legal"] = {
                "seat": may.seat,
                "check": may.check,
                "call": may.call,
                "min_to": may.min_to,
                "max_to": may.max_to,
                "bring_in": may.bring_in,
            }
        raise


class _Folding(NamedTuple):
    """How an event of the hand is folded: see `act_of`."""

    event: Callable[[Any], Event]
    tells: Tells | None
    judged: bool
    spoils: bool


def _done(how: _Folding, table: Table, fact: Fact, command: TableCommand) -> Effect:
    """Fold an event of the hand."""
    tells, judged, spoils = how.tells, how.judged, how.spoils
    after = with_step(table, fact, how.event(command), by_command=True)
    play = play_of(after)
    known = len(table.play.hand.actions) if table.play else 0
    told = []
    for act in play.hand.actions[known:]:  # more than one where an act out of turn binds
        event = ActionRecorded(
            street=act.street, seat=act.seat, action=act.action, amount=act.amount, to=act.to, all_in=act.all_in
        )
        told.append(event)
    wrong = misawarded(play.hand) if judged and play.hand.result is not None else None
    warnings = [Warn("WRONG_AWARD", f"{wrong}; stop before the next hand", "error")] if wrong else []
    due = _misdeal_due(play) if spoils else []
    return Effect(after, tells(command, tuple(told)) if tells else tuple(told), (*warnings, *due))


def _misdeal_due(play: Play) -> list[Warn]:
    """Two boxed or two exposed cards in the first deal are a misdeal (TDA 2024 rule 35): said, never taken."""
    events = [type(step.event) for step in play.steps]
    first = play.hand.street == game_of(play.hand).streets[0].name and not substantial(play.hand)
    if not first or max(events.count(Boxed), events.count(ReplaceCard)) < 2:  # noqa: PLR2004 - the rule's number
        return []
    message = f"hand {play.number}: two cards of the first deal were boxed or exposed; call a misdeal and deal again"
    return [Warn("MISDEAL_DUE", message)]


def _drawn(command: wire.Draw) -> Event:
    named = tuple(Secret(Card(card)) for card in command.cards.reveal())
    return Draw(command.seat, command.count, named, command.override)


def _shown(command: wire.Show) -> Event:
    return Show(command.seat, tuple(Card(card) for card in command.cards or ()))


def _may_show(asked: Asked, command: wire.Show) -> Resolved:
    """Without cards, what was read is shown; the fact says so, and an amended reading shows otherwise."""
    if command.cards is not None:
        _dry_run(asked.table, _shown, command)
        return Resolved()
    shown = shown_as_read(asked.table, command)
    _dry_run(asked.table, _shown, shown)
    return Resolved(fields={"cards": list(shown.cards or ())}, beside={"as_read": True}, value=shown)


def shown_as_read(table: Table, command: wire.Show) -> wire.Show:
    """Return a show with the whole hand of its seat as it was read; raise Refused where a card is missing."""
    play, seat = play_of(table), command.seat
    player = next((player for player in play.hand.players if player.seat == seat), None)
    if player is None:
        raise Refused("NOT_IN_HAND", f"seat {seat} is not in this hand")
    read = [*(card.reveal() for card in player.hole if card), *(card for card in player.up if card)]
    wanted = hand_size(play.hand)
    if len(read) != wanted:
        message = f"seat {seat}: {len(read)} of {wanted} cards were read; lay them on the antenna or type them"
        raise Refused("CARDS_UNREAD", message)
    return command.model_copy(update={"cards": tuple(read)})


def _shown_in_the_past(house: House, command: wire.Show) -> Mapping[str, object]:
    return {"as_read": True} if command.cards is None else {}


def _tell_shown(command: wire.Show, acts: tuple[EventData, ...]) -> tuple[EventData, ...]:
    return (*acts, HandShown(seat=command.seat, cards=command.cards or ()))


def _tell_entered(command: wire.DealCard | wire.ClearCard, acts: tuple[EventData, ...]) -> tuple[EventData, ...]:
    return (CardEntered(seat=command.seat, board=command.seat is None, card=command.card), *acts)


def _dealt(command: wire.DealCard) -> Event:
    text = command.card.reveal()
    if text == UNREAD:
        return _unread(command)
    card = Card(text)
    if command.seat is None:
        return BoardCard(card, command.board)
    return UpCard(command.seat, card) if command.up else HoleCard(command.seat, Secret(card))


def _unread(command: wire.DealCard) -> Event:
    if command.seat is None:
        raise IllegalAction("BAD_CARD", "a board card lies face up; name it")
    return UpCard(command.seat, None) if command.up else HoleCard(command.seat, None)


def _cleared(command: wire.ClearCard) -> Event:
    card = Card(command.card.reveal())
    if command.seat is None:
        return BoardCardTaken(card, command.board)
    return UpCardTaken(command.seat, card) if command.up else HoleCardTaken(command.seat, Secret(card))


def _face_down(command: wire.DealCard | wire.ClearCard) -> bool:
    return command.seat is not None and not command.up


def early(action: str, seat: int, amount: int) -> Event:
    """Return the event of an act that came before its turn; it carries no override: its turn has to allow it."""
    registered = next(each for each in COMMANDS if each.type == action)
    if registered.act is None:
        raise AssertionError(f"{action} is no act")
    return registered.act.event(registered.model.logged({"seat": seat, "amount": amount}))


COMMANDS: Final[tuple[Registration[Any], ...]] = (
    act_of(
        wire.Fold,
        "Fold",
        lambda said: Fold(said.seat, said.override),
        seats(options.to(Fold)),
        seat_from_antenna=True,
    ),
    act_of(
        wire.Check,
        "Check",
        lambda said: Check(said.seat, said.override),
        seats(options.to(Check)),
        seat_from_antenna=True,
    ),
    act_of(
        wire.Call,
        "Call",
        lambda said: Call(said.seat, said.override),
        seats(options.to(Call)),
        seat_from_antenna=True,
    ),
    act_of(wire.Bet, "Bet", lambda said: BetTo(said.seat, said.amount, said.override), seats(options.to_bet)),
    act_of(wire.RaiseTo, "Raise", lambda said: BetTo(said.seat, said.amount, said.override), seats(options.to_raise)),
    act_of(
        wire.AllIn,
        "All-in",
        lambda said: AllIn(said.seat, said.override),
        seats(options.to(AllIn)),
        seat_from_antenna=True,
    ),
    act_of(wire.BringIn, "Bring-in", lambda said: BringIn(said.seat, said.override), seats(options.to_bring_in)),
    act_of(wire.Draw, "Draw", _drawn, seats(options.to_draw), hides=True),
    act_of(
        wire.Show,
        "Show",
        _shown,
        seats(options.to_show),
        judged=True,
        seat_from_antenna=True,
        tells=_tell_shown,
        may=_may_show,
        in_the_past=_shown_in_the_past,
    ),
    act_of(
        wire.Muck,
        "Muck",
        lambda said: Muck(said.seat, said.override),
        seats(options.to_muck),
        judged=True,
        seat_from_antenna=True,
    ),
    act_of(wire.DealCard, "Card", _dealt, any_time, hides=_face_down, judged=True, tells=_tell_entered),
    act_of(wire.ClearCard, "Clear card", _cleared, any_time, hides=_face_down, judged=True, tells=_tell_entered),
)
