"""Rulings of the floor on the running hand: dead hands, acts out of turn, irregular cards, run-outs, awards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from collector.cards import Card
from collector.errors import IllegalAction, Refused
from collector.hand import apply, options
from collector.hand.board import may_run
from collector.hand.changing import find
from collector.hand.events import (
    AllIn,
    Award,
    BetTo,
    Boxed,
    Burn,
    Call,
    Check,
    ChipsFound,
    ChipsIn,
    Chop,
    ClockCalled,
    CommunityCard,
    DeadHand,
    Event,
    Expose,
    Fold,
    IrregularFlop,
    OutOfTurn,
    Passive,
    Rabbit,
    ReplaceCard,
    RestRuled,
    Retrieve,
    RunTimes,
    StringBet,
    TimeBankUsed,
    TimeUp,
    UnpostedFound,
)
from collector.hand.irregular import burn_waits, may_burn, may_mend_flop
from collector.hand.model import CardForAll, EarlyCheck, Hand
from collector.hand.rulings import in_showdown, may_chop, may_rabbit
from collector.secrecy import Secret
from collector.table.acts import act_of, any_time, early, seats, where
from collector.table.effects import Warn
from collector.table.registration import Registration
from collector.table.state import HouseRules
from collector.wire import rulings as wire


def _hidden(card: Secret[str] | None) -> Secret[Card] | None:
    return None if card is None else Secret(Card(card.reveal()))


def _out_of_turn(command: wire.OutOfTurn) -> Event:
    act = early(command.action, command.seat, command.amount)
    return OutOfTurn(cast("Fold | Check | Call | BetTo | AllIn", act), command.condition, command.free, command.passive)


def _flop(command: wire.IrregularFlop) -> Event:
    cards = tuple(Card(card) for card in command.cards)
    return IrregularFlop(cards, _hidden(command.burn), command.reason)


def _award(command: wire.Award) -> Event:
    return Award(tuple((share.seat, share.amount) for share in command.amounts), command.reason)


def _tabled(hand: Hand, command: wire.DeadHand) -> Warn | None:
    """Warn of a dead hand that was tabled: a dealer cannot kill one that obviously wins (TDA 2024 rule 13-C)."""
    if find(hand, command.seat).shown is None:
        return None
    message = f"seat {command.seat} had tabled the hand that is killed; if it wins, undo (TDA 13)"
    return Warn("TABLED_HAND_KILLED", message, seat=command.seat)


def _in_part(hand: Hand, command: wire.ExposeCard) -> Warn | None:
    """Warn of a hand that its player tables in part: whatever the card is, one card wins nothing (TDA 2024 rule 15)."""
    if not command.by_choice or not in_showdown(hand, find(hand, command.seat)):
        return None
    message = f"seat {command.seat} tabled a part of its hand; have it tabled whole with show_rest, or muck it (TDA 15)"
    return Warn("TABLED_IN_PART", message, seat=command.seat)


def _for_all(command: wire.CommunityCard) -> Event:
    return CommunityCard(Card(command.card), command.override, command.high)


def _opens_with_it(house: HouseRules, hand: Hand, command: wire.CommunityCard) -> Mapping[str, object]:
    """Say of a card for all that the best board with it opens, where that is another seat (Robert's Rules 8)."""
    if house.card_for_all is not CardForAll.HIGH:
        return {}
    card = _for_all(command)
    high = _for_all(command.model_copy(update={"high": True}))
    try:
        return {"high": True} if apply(hand, high).to_act != apply(hand, card).to_act else {}
    except IllegalAction:  # it may not come: the dry run says so
        return {}


def _forced_bet_first(house: HouseRules, hand: Hand, command: wire.TimeUp) -> Mapping[str, object]:
    """Say of a seat whose time is up, and which must bring in, that it loses its bring-in (Robert's Rules 8)."""
    return {"bring_in": True} if hand.bringing_in and not hand.stands_in else {}


def _may_not_raise_then(house: HouseRules, hand: Hand, command: wire.OutOfTurn) -> Mapping[str, object]:
    """Say of a check out of turn that its seat may not raise in its next turn, as the house says."""
    plain = command.action == "check" and not (command.condition or command.free)
    return {"passive": True} if plain and house.early_check is EarlyCheck.PASSIVE else {}


def _no_runs(house: HouseRules, command: wire.RunBoard) -> None:
    if command.times > house.runs:
        raise Refused("NO_RUNS", f"the {house.profile} profile runs a board {house.runs} times at most")


COMMANDS: Final[tuple[Registration[Any], ...]] = (
    act_of(
        wire.DeadHand,
        "Dead hand",
        lambda said: DeadHand(said.seat, said.reason),
        seats(options.to_be_killed),
        warns=_tabled,
        cardless=True,
    ),
    act_of(
        wire.RetrieveHand,
        "Hand given back",
        lambda said: Retrieve(said.seat, said.reason),
        seats(options.to_retrieve),
        cardless=True,
    ),
    act_of(
        wire.ExposeCard,
        "Exposed card",
        lambda said: Expose(said.seat, Card(said.card), said.by_choice, said.to_seat),
        seats(options.to_expose),
        warns=_in_part,
    ),
    act_of(
        wire.ShowRest,
        "Rest of a hand",
        lambda said: RestRuled(said.seat, said.rest),
        seats(options.to_show_the_rest),
        cardless=True,
    ),
    act_of(
        wire.UnpostedFound,
        "Dealt in unposted",
        lambda said: UnpostedFound(said.seat),
        seats(options.dealt_in_unposted),
        cardless=True,
    ),
    act_of(
        wire.RabbitCard,
        "Rabbit card",
        lambda said: Rabbit(Card(said.card)),
        where(may_rabbit),
        allows=lambda house: house.rabbit,
        refuses=("NO_RABBIT", "shows no rabbit cards"),
    ),
    act_of(
        wire.Chop,
        "Chop",
        lambda _: Chop(),
        where(may_chop),
        allows=lambda house: house.chop,
        refuses=("NO_CHOP", "allows no chopped blinds"),
    ),
    act_of(wire.Award, "Award", _award, where(lambda hand: hand.closed), judged=True),
    act_of(
        wire.RunBoard,
        "Runs",
        lambda said: RunTimes(said.times),
        where(may_run),
        allows=lambda house: house.runs > 1,
        refused=_no_runs,
    ),
    act_of(
        wire.OutOfTurn,
        "Out of turn",
        _out_of_turn,
        seats(options.to_act_early),
        cardless=True,
        refused_when_large=True,
        awaits_cards=True,
        decided=_may_not_raise_then,
    ),
    act_of(
        wire.StringBet,
        "String bet",
        lambda said: StringBet(said.seat, said.amount),
        seats(options.to_bet_in_motions),
        cardless=True,
        awaits_cards=True,
    ),
    act_of(
        wire.PutIn,
        "Chips put in",
        lambda said: ChipsIn(said.seat, said.chips, said.declared, said.prior, said.amount, said.unclear),
        seats(options.to_bet_in_motions),
        cardless=True,
        awaits_cards=True,
    ),
    act_of(
        wire.LimitSeat,
        "Passive only",
        lambda said: Passive(said.seat, said.reason),
        seats(options.to_be_passive),
        cardless=True,
    ),
    act_of(
        wire.CallClock,
        "Clock",
        lambda said: ClockCalled(said.seat, said.seconds),
        seats(options.to_be_timed),
        cardless=True,
    ),
    act_of(
        wire.UseTimeBank,
        "Time chip",
        lambda said: TimeBankUsed(said.seat, said.chips),
        seats(options.with_time_chips),
        cardless=True,
    ),
    act_of(
        wire.TimeUp,
        "Time is up",
        lambda said: TimeUp(said.seat, said.bring_in),
        seats(options.out_of_time),
        cardless=True,
        decided=_forced_bet_first,
    ),
    act_of(
        wire.ChipsFound,
        "Chips found",
        lambda said: ChipsFound(said.seat, said.amount),
        seats(options.with_chips_behind),
        cardless=True,
    ),
    act_of(wire.BurnCard, "Burn", lambda said: Burn(_hidden(said.card)), where(may_burn), hides=True, waits=burn_waits),
    act_of(wire.BoxedCard, "Boxed card", lambda said: Boxed(Card(said.card)), any_time, spoils=True),
    act_of(
        wire.ReplaceCard,
        "Replaced card",
        lambda said: ReplaceCard(said.seat, Card(said.card), said.reason),
        seats(options.to_replace_card),
        spoils=True,
    ),
    act_of(wire.IrregularFlop, "Irregular flop", _flop, where(may_mend_flop), hides=True),
    act_of(
        wire.CommunityCard,
        "Card for all",
        _for_all,
        where(options.one_for_all),
        decided=_opens_with_it,
    ),
)
