"""Commands that are an event of the running hand: betting, draws, shows, mucks, and cards that are entered by hand.

The rules of the game (`collector/hand`) say whether an act may come. This module says which event a command is, and
which events of the feeds tell of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, NamedTuple

from collector.cards import Card
from collector.errors import IllegalAction, Refused
from collector.facts.fact import Fact
from collector.hand import apply, legal, options
from collector.hand.awaiting import missing
from collector.hand.changing import game_of, standing
from collector.hand.copying import replace
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
    GoOn,
    HoleCard,
    HoleCardTaken,
    Muck,
    ReplaceCard,
    Show,
    UpCard,
    UpCardTaken,
)
from collector.hand.holding import face_up
from collector.hand.model import Hand, MisdealRule
from collector.hand.rulings import misawarded, substantial
from collector.hand.showdown import hand_size
from collector.house.house import House
from collector.secrecy import Secret
from collector.table.effects import Effect, Warn
from collector.table.play import Play
from collector.table.registration import Act, Asked, C, Registration, Resolved, Seats
from collector.table.state import HouseRules, Table, play_of, with_step
from collector.table.whereabouts import judged_cards, require_possible
from collector.wire import acts as wire
from collector.wire.command import TableCommand
from collector.wire.feed_events import ActionRecorded, CardEntered, EventData, HandShown

UNREAD: Final = "??"
_BY_HOUSE: Final = "by_house"
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
    warns: Callable[[Hand, C], Warn | None] | None = None,
    seat_from_antenna: bool = False,
    cardless: bool = False,
    tells: Tells | None = None,
    allows: Callable[[HouseRules], bool] | None = None,
    refuses: tuple[str, str] = ("", ""),
    refused: Callable[[HouseRules, C], None] | None = None,
    may: Callable[[Asked, C], Resolved] | None = None,
    in_the_past: Callable[[House, C], Mapping[str, object]] | None = None,
    refused_when_large: bool = False,
    awaits_cards: bool = False,
    waits: Callable[[Hand], str | None] | None = None,
    decided: Callable[[HouseRules, Hand, C], Mapping[str, object]] | None = None,
) -> Registration[C]:
    """Return the registration of a command that is an event of the hand.

    event: makes the event. option: the seats that the command may name now, None if it cannot come. hides: whether the
    command holds hidden cards. judged: after the event, the award is compared with the worth of the tabled hands.
    spoils: after the event, a misdeal may be due. warns: what the floor is told of it, at the hand before it. tells:
    makes the feed events, from the command and from the feed events of the acts that it put into the record. allows,
    refuses, refused, awaits_cards, waits, decided: see `Act`. The others: see `Registration`.
    """
    if may and in_the_past is None:
        raise AssertionError(f"{label}: what more than the rules of its game checks says what it is in the past")
    act = Act(event, option, allows, refuses, refused, awaits_cards, waits, decided)
    return Registration(
        model=model,
        label=label,
        word="write:actions",
        hides=hides,
        does=partial(_done, _Folding(event, tells, judged, spoils, warns)),
        may=may or partial(_may_follow, act),
        listed=partial(_listed, act),
        seat_from_antenna=seat_from_antenna,
        cardless=cardless,
        act=act,
        in_the_past=_decided_then if decided else in_the_past,
        refused_when_large=refused_when_large,
    )


def _decided_then(house: House, command: TableCommand) -> Mapping[str, object]:
    """Return the mark of a command that an amendment puts there: the house decides each time that it is folded."""
    return {_BY_HOUSE: True}


def seats(to: Callable[[Hand], Seats]) -> Callable[[Hand], Seats | None]:
    """Return an option that is None, so that the command cannot come, where no seat may be named."""
    return lambda hand: to(hand) or None


def where(may: Callable[[Hand], bool]) -> Callable[[Hand], Seats | None]:
    """Return an option that names no seat: () if the command may come, else None."""
    return lambda hand: () if may(hand) else None


def any_time(hand: Hand) -> Seats:
    """Return (): an event without a seat may come at any time of a hand."""
    return ()


def _listed(act: Act[Any], table: Table) -> Seats | None:
    if table.play is None or (act.allows and not act.allows(table.house)):
        return None
    if (act.awaits_cards and missing(table.play.hand)) or (act.waits and act.waits(table.play.hand)):
        return None
    return act.option(table.play.hand)


def _may_follow(act: Act[C], asked: Asked, command: C) -> Resolved:
    """Refuse an event that cannot come now, or that the house does not allow."""
    act.require_allowed(asked.table.house, command)
    lacking = missing(play_of(asked.table).hand) if act.awaits_cards and not command.override else None
    if lacking:
        raise Refused("CARDS_AWAITED", f"play waits for {lacking}; enter them, or go on without them")
    fields = _fields_by_house(act, asked, command)
    said = command.model_copy(update=dict(fields)) if fields else command
    _dry_run(asked, act.event(said))
    before = act.waits(play_of(asked.table).hand) if act.waits and not command.override else None
    if before:
        raise Refused("CARDS_AWAITED", f"{before} comes first; enter it, or override")
    return Resolved(fields=fields, value=said) if fields else Resolved()


def _fields_by_house(act: Act[C], asked: Asked, command: C) -> Mapping[str, object]:
    """Return the fields that the rules of the house give a command. A fact has those of then, and keeps them."""
    if act.decided is None or not (asked.logged is None or _BY_HOUSE in asked.logged):
        return {}
    return act.decided(asked.table.house, play_of(asked.table).hand, command)


def typed_by(event: Event, client: str | None) -> Event:
    """Return an event of a command, with the console that typed its card where the card is a hidden one."""
    if type(event) is HoleCard:
        return HoleCard(event.seat, event.card, client or "console")
    return replace(event, by=client or "console") if type(event) is HoleCardTaken else event


def _dry_run(asked: Asked, event: Event) -> None:
    """Raise BadInput if an event of a command cannot come now; IllegalAction has the legal options in its details."""
    play, event = play_of(asked.table), typed_by(event, asked.client)
    try:
        apply(play.hand, event)  # the hand that it returns is dropped: `fold` makes it again from the fact
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
    require_possible(play, event, asked.client)  # after the rules, which have the better word for open cards


class _Folding(NamedTuple):
    """How an event of the hand is folded. Fields: see `act_of`."""

    event: Callable[[Any], Event]
    tells: Tells | None
    judged: bool
    spoils: bool
    warns: Callable[[Hand, Any], Warn | None] | None = None


def _done(how: _Folding, table: Table, fact: Fact, command: TableCommand) -> Effect:
    """Fold an event of the hand: tell of the acts that it added to the record, and warn of a wrong award."""
    tells, judged, spoils = how.tells, how.judged, how.spoils
    after = with_step(table, fact, typed_by(how.event(command), fact.client), by_command=True)
    play = play_of(after)
    known = standing(table.play.hand, play.hand) if table.play else 0
    told = []
    for act in play.hand.actions[known:]:  # several, if acts out of turn bind now
        event = ActionRecorded.of(
            street=act.street, seat=act.seat, action=act.action, amount=act.amount, to=act.to, all_in=act.all_in
        )
        told.append(event)
    wrong = misawarded(play.hand) if judged and play.hand.result is not None else None
    warnings = [Warn("WRONG_AWARD", f"{wrong}; stop before the next hand", "error")] if wrong else []
    due = _misdeal_due(play, table.house.misdeal_until) if spoils else []
    told_off = how.warns(table.play.hand, command) if how.warns and table.play else None
    warnings += [told_off] if told_off else []
    events = tells(command, tuple(told)) if tells else tuple(told)
    events, contested = judged_cards(events, table.play, play)
    return Effect(after, events, (*warnings, *due, *contested))


def _misdeal_due(play: Play, until: MisdealRule) -> list[Warn]:
    """Warn of two boxed or two exposed cards in the first deal (TDA 2024 rule 35). Only people call a misdeal."""
    events = [type(step.event) for step in play.steps]
    game = game_of(play.hand)
    first = play.hand.street == game.streets[0].name and not substantial(play.hand, until)
    two = max(events.count(Boxed), events.count(ReplaceCard)) >= 2  # noqa: PLR2004 - the rule's number
    if first and play.setup.edition:
        if game.up:  # in stud exposed downcards are no misdeal (TDA 2024 RP-10)
            two = events.count(Boxed) >= 2  # noqa: PLR2004 - the rule's number
        elif not two and game.board_size and _one_of_the_first_two(play):
            message = f"hand {play.number}: if an exposed card was one of the first two off the deck, call a misdeal"
            return [Warn("MISDEAL_DUE", message)]
    if not first or not two:
        return []
    message = f"hand {play.number}: two cards of the first deal were boxed or exposed; call a misdeal and deal again"
    return [Warn("MISDEAL_DUE", message)]


def _one_of_the_first_two(play: Play) -> bool:
    """Return whether a card was exposed at one of the two seats that are dealt to first."""
    first = {seat.seat for seat in play.setup.seats[:2]}
    return any(isinstance(step.event, ReplaceCard) and step.event.seat in first for step in play.steps)


def _drawn(command: wire.Draw) -> Event:
    named = tuple(Secret(Card(card)) for card in command.cards.reveal())
    return Draw(command.seat, command.count, named, command.override)


def _shown(command: wire.Show) -> Event:
    return Show(command.seat, tuple(Card(card) for card in command.cards or ()))


def _may_show(asked: Asked, command: wire.Show) -> Resolved:
    """Take a show. One without cards shows the cards that were read.

    Its fact says `as_read`, so that an amendment of a reading changes the cards that are shown too.
    """
    if command.cards is not None:
        _dry_run(asked, _shown(command))
        return Resolved()
    shown = shown_as_read(asked.table, command)
    _dry_run(asked, _shown(shown))
    return Resolved(fields={"cards": list(shown.cards or ())}, beside={"as_read": True}, value=shown)


def shown_as_read(table: Table, command: wire.Show) -> wire.Show:
    """Return the show with the whole hand of its seat, as it was read or typed; raise Refused if that is not known."""
    play, seat = play_of(table), command.seat
    player = next((player for player in play.hand.players if player.seat == seat), None)
    if player is None:
        raise Refused("NOT_IN_HAND", f"seat {seat} is not in this hand")
    read = [*(card.reveal() for card in player.hole if card), *(card for card in player.up if card)]
    wanted, openly = hand_size(play.hand), face_up(play.hand)
    doubtful = play.hand.setup.contests and (player.extra or any(_lies_elsewhere(openly, card, seat) for card in read))
    if len(read) != wanted or doubtful:
        message = f"seat {seat}: its {wanted} cards are not known for certain; lay them on the antenna or type them"
        raise Refused("CARDS_UNREAD", message)
    return command.model_copy(update={"cards": tuple(read)})


def _lies_elsewhere(openly: Mapping[Card, str], card: Card, seat: int) -> bool:
    return card in openly and not openly[card].endswith(f"seat {seat}")


def _shown_in_the_past(house: House, command: wire.Show) -> Mapping[str, object]:
    return {"as_read": True} if command.cards is None else {}


def _tell_shown(command: wire.Show, acts: tuple[EventData, ...]) -> tuple[EventData, ...]:
    return (*acts, HandShown(seat=command.seat, cards=command.cards or ()))


def _tell_entered(command: wire.DealCard | wire.ClearCard, acts: tuple[EventData, ...]) -> tuple[EventData, ...]:
    return (CardEntered.of(seat=command.seat, board=command.seat is None, card=command.card), *acts)


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


def _goes_on_from(house: HouseRules, hand: Hand, command: wire.BringIn) -> Mapping[str, object]:
    """Say of a bring-in of the wrong seat, which stands by an override, that the action goes on from it.

    It is entered once the next seat has acted: else it goes back (Robert's Rules 8).
    """
    return {"onward": True} if hand.to_act not in (None, command.seat) else {}


def early(action: str, seat: int, amount: int) -> Event:
    """Return the event of an act that came before its turn. The event has no override: the rules decide at its turn."""
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
        cardless=True,
        awaits_cards=True,
    ),
    act_of(
        wire.Check,
        "Check",
        lambda said: Check(said.seat, said.override),
        seats(options.to(Check)),
        seat_from_antenna=True,
        cardless=True,
        awaits_cards=True,
    ),
    act_of(
        wire.Call,
        "Call",
        lambda said: Call(said.seat, said.override),
        seats(options.to(Call)),
        seat_from_antenna=True,
        cardless=True,
        awaits_cards=True,
    ),
    act_of(
        wire.Bet,
        "Bet",
        lambda said: BetTo(said.seat, said.amount, said.override),
        seats(options.to_bet),
        cardless=True,
        refused_when_large=True,
        awaits_cards=True,
    ),
    act_of(
        wire.RaiseTo,
        "Raise",
        lambda said: BetTo(said.seat, said.amount, said.override),
        seats(options.to_raise),
        cardless=True,
        refused_when_large=True,
        awaits_cards=True,
    ),
    act_of(
        wire.AllIn,
        "All-in",
        lambda said: AllIn(said.seat, said.override),
        seats(options.to(AllIn)),
        seat_from_antenna=True,
        cardless=True,
        awaits_cards=True,
    ),
    act_of(
        wire.BringIn,
        "Bring-in",
        lambda said: BringIn(said.seat, said.override, said.onward),
        seats(options.to_bring_in),
        cardless=True,
        decided=_goes_on_from,
    ),
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
        cardless=True,
    ),
    act_of(wire.GoOn, "Go on", lambda _: GoOn(), where(lambda hand: missing(hand) is not None)),
    act_of(wire.DealCard, "Card", _dealt, any_time, hides=_face_down, judged=True, tells=_tell_entered),
    act_of(wire.ClearCard, "Clear card", _cleared, any_time, hides=_face_down, judged=True, tells=_tell_entered),
)
