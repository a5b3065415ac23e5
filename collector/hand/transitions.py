"""The effect of each event on a hand. Live play and replay both use `apply`; nothing else changes a hand."""

from __future__ import annotations

from typing import assert_never

from collector.errors import IllegalAction
from collector.hand import irregular, opening, rulings, turns
from collector.hand.awaiting import missing
from collector.hand.betting import absent_brings_in, act, is_absent, next_to_act, not_brought_in
from collector.hand.board import run_times, take_card, turn_card
from collector.hand.changing import game_of, live, rule, standing, unfolded
from collector.hand.chipsin import chips_in
from collector.hand.clashes import laid, moves_cards
from collector.hand.copying import replace
from collector.hand.drawing import draw, to_draw
from collector.hand.events import (
    AllIn,
    Award,
    BetTo,
    BoardCard,
    BoardCardTaken,
    Boxed,
    BringIn,
    Burn,
    Call,
    Check,
    ChipsFound,
    ChipsIn,
    Chop,
    ClockCalled,
    CommunityCard,
    DeadHand,
    Draw,
    Event,
    Expose,
    Floor,
    Fold,
    GoOn,
    HoleCard,
    HoleCardTaken,
    Irregular,
    IrregularFlop,
    Muck,
    OutOfTurn,
    Passive,
    Rabbit,
    ReplaceCard,
    RestRuled,
    Retrieve,
    Ruling,
    RunTimes,
    Show,
    StringBet,
    TimeBankUsed,
    TimeUp,
    UnpostedFound,
    UpCard,
    UpCardTaken,
)
from collector.hand.holding import receive, release, take_up, turn_up
from collector.hand.model import Evidence, Hand, HandSetup
from collector.hand.outofturn import claimed, out_of_turn, string_bet
from collector.hand.showdown import close, muck, reopen, settle, show
from collector.hand.sidegames import pay_side_games
from collector.hand.sleepers import woken
from collector.hand.starting import posted


def start(setup: HandSetup, evidence: Evidence | None = None) -> Hand:
    """Return the hand with antes and blinds posted; raise IllegalAction if it cannot be played."""
    hand = posted(setup)
    if setup.cards_only:
        return close(hand)
    hand = _begun(_next_street(hand) if setup.bomb else hand)
    return hand if evidence is None else _known_from(evidence, 0, hand)


def apply(hand: Hand, event: Event, evidence: Evidence | None = None) -> Hand:
    """Return the hand after `event`; raise IllegalAction, and leave the hand as it is, if it cannot follow.

    evidence: the source of the event. Every act that the event puts into the record carries it.
    """
    after = _after(hand, event)
    if hand.setup.contests and moves_cards(event):
        after = laid(hand, after, event)
    return after if evidence is None else _known_from(evidence, standing(hand, after), after)


def _known_from(evidence: Evidence, since: int, hand: Hand) -> Hand:
    told = [
        replace(act, fact=evidence.fact, at=evidence.at, source=evidence.source, history=evidence.history)
        for act in hand.actions[since:]
    ]
    return replace(hand, actions=(*hand.actions[:since], *told))


def _after(hand: Hand, event: Event) -> Hand:  # noqa: C901, PLR0911, PLR0912 - one line an event reads as a table
    match event:
        case HoleCard():
            return receive(hand, event.seat, event.card, event.by)
        case HoleCardTaken():
            return release(hand, event.seat, event.card, event.by)
        case UpCard():
            return _reopened(turn_up(hand, event.seat, event.card))
        case UpCardTaken():
            return _reopened(take_up(hand, event.seat, event.card))
        case BoardCard():
            return _corrected(turn_card(hand, event.card, event.board))
        case BoardCardTaken():
            return _corrected(take_card(hand, event.card, event.board))
        case Fold() | Check() | Call() | BetTo() | AllIn() | BringIn():
            return _advance(act(hand, event))
        case GoOn():
            return _gone_on(hand)
        case OutOfTurn():
            return _advance(out_of_turn(hand, event))
        case StringBet():
            return _advance(string_bet(hand, event))
        case ChipsIn():
            return _advance(chips_in(hand, event))
        case Passive() | ClockCalled() | TimeBankUsed() | TimeUp() | ChipsFound():
            return _on_the_floor(hand, event)
        case RestRuled():
            return rulings.rest(hand, event)
        case UnpostedFound():
            return _advance(rulings.unposted(hand, event)) if not hand.closed else settle(rulings.unposted(hand, event))
        case Draw():
            return _drawn(draw(hand, event))
        case RunTimes():
            return run_times(hand, event.times)
        case Show():
            return pay_side_games(settle(show(hand, event.seat, event.cards)))
        case Muck():
            return settle(muck(hand, event))
        case DeadHand() | Retrieve() | Expose() | Rabbit() | Chop() | Award():
            return _ruled(hand, event)
        case Burn() | Boxed() | ReplaceCard() | IrregularFlop() | CommunityCard():
            return _irregular(hand, event)
        case _:
            assert_never(event)


def _on_the_floor(hand: Hand, event: Floor) -> Hand:
    """Return the hand after what the floor does to a seat."""
    match event:
        case Passive():
            return turns.limit(hand, event)
        case ClockCalled():
            return turns.call_clock(hand, event)
        case TimeBankUsed():
            return turns.use_time_bank(hand, event)
        case TimeUp():
            return _advance(turns.time_up(hand, event))
        case ChipsFound():
            return turns.found(hand, event)
        case _:
            assert_never(event)


def _irregular(hand: Hand, event: Irregular) -> Hand:
    """Return the hand after an irregular card, moved on as far as it goes."""
    match event:
        case Burn():
            return irregular.burn(hand, event)
        case Boxed():
            return irregular.boxed(hand, event)
        case ReplaceCard():
            return irregular.replace_card(hand, event)
        case IrregularFlop():
            return _corrected(irregular.irregular_flop(hand, event))
        case CommunityCard():
            after = settle(irregular.community_card(hand, event))
            return _reopened(after) if event.high else after
        case _:
            assert_never(event)


def _ruled(hand: Hand, event: Ruling) -> Hand:
    """Return the hand after a ruling of the floor, moved on as far as it goes."""
    match event:
        case DeadHand():
            return _advance(rulings.kill(hand, event)) if not hand.closed else settle(rulings.kill(hand, event))
        case Retrieve():
            return rulings.retrieve(hand, event)
        case Expose():
            return rulings.expose(hand, event)
        case Rabbit():
            return rulings.rabbit(hand, event)
        case Chop():
            return rulings.chop(hand)
        case Award():
            return rulings.award(hand, event)
        case _:
            assert_never(event)


def _corrected(hand: Hand) -> Hand:
    """Return the hand after a change of its board: moved on, or judged again if it was finished."""
    return settle(reopen(hand))


def _begun(hand: Hand) -> Hand:
    """Open a street: draws first, where the game has them, then the betting."""
    drawing = to_draw(hand)
    if drawing:
        return replace(hand, drawing=drawing, to_act=None)
    return _betting(hand)


def _betting(hand: Hand) -> Hand:
    """Open the betting, unless nobody can bet, or the up cards that say who opens are not read yet."""
    unknown = opening.by_cards(hand) and not opening.known(hand)
    if unknown and hand.went_on != hand.street:
        someone = next_to_act(hand, None) is not None
        return replace(hand, to_act=None, bringing_in=False) if someone else _advance(replace(hand, to_act=None))
    opener = None if unknown else opening.opener(hand)
    if opener is not None and is_absent(hand, opener):
        return _advance(absent_brings_in(hand, opener))
    seat = next_to_act(hand, opener)
    brings = game_of(hand).index(hand.street) == 0 and hand.setup.bring_in > 0 and seat is not None
    return _advance(replace(hand, to_act=seat, bringing_in=brings, stands_in=brings and seat != opener))


def _gone_on(hand: Hand) -> Hand:
    """Let play go on without cards of this street. If up cards say who opens, the first left of the button does."""
    lacking = missing(hand)
    if not lacking:
        raise IllegalAction("NOTHING_MISSING", "no card of this street is missing; nothing to go on without", {})
    hand = rule(replace(hand, went_on=hand.street), f"play went on without {lacking}")
    return _reopened(hand)


def _reopened(hand: Hand) -> Hand:
    """Return the hand after a change of an up card. Until somebody has acted, the up cards decide again who opens."""
    hand = not_brought_in(hand)
    waits = not hand.closed and not hand.complete and not hand.drawing
    return _betting(hand) if waits and not hand.settled and opening.by_cards(hand) else hand


def _drawn(hand: Hand) -> Hand:
    """Once everybody has drawn, open the betting; if the betting is over, move on without it."""
    if hand.drawing:
        return hand
    return settle(hand) if hand.closed else _betting(hand)


def _advance(hand: Hand) -> Hand:
    """Once nobody is to act: the next street, or the end of the betting."""
    if len(unfolded(hand)) == 1:
        return settle(close(hand))
    hand = woken(hand)
    if hand.pending and not hand.drawing:
        after = claimed(hand)
        if after is not hand:
            return _advance(after)
    if hand.drawing or hand.to_act is not None:
        return hand
    last = hand.street == game_of(hand).last
    able = sum(player.stack > 0 for player in live(hand))
    return settle(close(hand)) if last or able <= 1 else _begun(_next_street(hand))


def _next_street(hand: Hand) -> Hand:
    """Collect the bets and open the next round. It does not wait for the board."""
    game = game_of(hand)
    street = game.streets[game.index(hand.street) + 1].name
    return replace(
        hand,
        players=tuple([replace(player, bet=0) if player.bet else player for player in hand.players]),
        street=street,
        reached=street,
        bet_to=0,
        min_raise=hand.setup.min_bet,
        full_bet=0,
        bets=0,
        acted=frozenset(),
        settled=frozenset(),
        aggressor=None,
        to_act=None,
        pending=(),
        asleep=(),
    )
