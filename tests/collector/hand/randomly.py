"""Random states of random games, and random events of every kind, for properties that hold for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from collector.cards import DECK, Card
from collector.errors import IllegalAction
from collector.hand import apply, board_wanted, legal, next_board, start, to_show
from collector.hand.awaiting import missing, up_awaited
from collector.hand.changing import find, game_of
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
    Fold,
    GoOn,
    HoleCard,
    HoleCardTaken,
    IrregularFlop,
    Muck,
    OutOfTurn,
    Passive,
    Post,
    PostKind,
    Rabbit,
    ReplaceCard,
    RestRuled,
    Retrieve,
    RunTimes,
    Show,
    StringBet,
    TimeBankUsed,
    TimeUp,
    UnpostedFound,
    UpCard,
    UpCardTaken,
)
from collector.hand.games import GAMES, Betting
from collector.hand.holding import face_up
from collector.hand.irregular import burn_waits
from collector.hand.limits import least_to, pot_total
from collector.hand.model import Bounty, Hand, Rake, StandUp
from collector.hand.showdown import hand_size, rake, reopen
from collector.secrecy import Secret
from tests.collector.hand.choices import options
from tests.collector.hand.spoken import blinds, setup

KINDS: dict[type, str] = {
    HoleCard: "deal_card",
    HoleCardTaken: "clear_card",
    UpCard: "deal_card",
    UpCardTaken: "clear_card",
    BoardCard: "deal_card",
    BoardCardTaken: "clear_card",
    Fold: "fold",
    Check: "check",
    Call: "call",
    AllIn: "all_in",
    BringIn: "bring_in",
    OutOfTurn: "out_of_turn",
    StringBet: "string_bet",
    ChipsIn: "put_in",
    Passive: "limit_seat",
    ClockCalled: "call_clock",
    TimeBankUsed: "use_time_bank",
    TimeUp: "time_up",
    ChipsFound: "chips_found",
    Draw: "draw",
    RunTimes: "run_board",
    GoOn: "go_on",
    Show: "show",
    Muck: "muck",
    DeadHand: "dead_hand",
    Retrieve: "retrieve_hand",
    Expose: "expose_card",
    RestRuled: "show_rest",
    UnpostedFound: "unposted_found",
    Rabbit: "rabbit_card",
    Chop: "chop",
    Award: "award",
    Burn: "burn_card",
    Boxed: "boxed_card",
    ReplaceCard: "replace_card",
    IrregularFlop: "irregular_flop",
    CommunityCard: "community_card",
}
"""The command that each event comes from; a bet is "bet" or "raise_to"."""

seat_numbers = st.integers(0, 7)
cards = st.sampled_from(DECK[::4])  # few, so that they clash
amounts = st.integers(-50, 2500)
flags = st.booleans()
secrets = cards.map(Secret)
some_cards = st.lists(cards, max_size=4).map(tuple)
reasons = st.just("ruled")
some_chips = st.lists(st.sampled_from((5, 25, 100, 500)), min_size=1, max_size=4).map(tuple)
some_words = st.sampled_from(("", "call", "raise", "all_in"))
some_priors = st.sampled_from(("left", "part", "back"))
hole_cards: st.SearchStrategy[Event] = st.one_of(
    st.builds(HoleCard, seat_numbers, st.none() | secrets),
    st.builds(HoleCardTaken, seat_numbers, secrets),
)
early: st.SearchStrategy[Any] = st.one_of(
    *(st.builds(act, seat_numbers) for act in (Fold, Check, Call, AllIn)), st.builds(BetTo, seat_numbers, amounts)
)
open_events: st.SearchStrategy[Event] = st.one_of(
    st.builds(BoardCard, cards, st.integers(1, 3)),
    st.builds(BoardCardTaken, cards, st.integers(1, 3)),
    st.builds(UpCard, seat_numbers, st.none() | cards),
    st.builds(UpCardTaken, seat_numbers, cards),
    *(st.builds(act, seat_numbers, flags) for act in (Fold, Check, Call, AllIn, BringIn, Muck)),
    st.builds(BetTo, seat_numbers, amounts, flags),
    st.builds(OutOfTurn, early),
    st.builds(OutOfTurn, early, st.sampled_from(("", "bet", "check", "any")), flags),
    st.builds(StringBet, seat_numbers, amounts),
    st.builds(ChipsIn, seat_numbers, some_chips, some_words, some_priors, st.just(0) | st.integers(0, 2500)),
    st.builds(ChipsIn, seat_numbers, unclear=st.integers(1, 30)),
    st.builds(Passive, seat_numbers, reasons),
    st.builds(ClockCalled, seat_numbers, st.just(30)),
    st.builds(TimeUp, seat_numbers),
    st.builds(TimeBankUsed, seat_numbers, st.integers(0, 2)),
    st.builds(ChipsFound, seat_numbers, st.integers(1, 500)),
    st.builds(Draw, seat_numbers, st.integers(0, 5), st.just(()), flags),
    st.builds(RunTimes, st.integers(1, 4)),
    st.builds(Show, seat_numbers, some_cards),
    st.builds(DeadHand, seat_numbers, reasons),
    st.builds(Retrieve, seat_numbers, reasons),
    st.builds(Expose, seat_numbers, cards, flags, st.none() | seat_numbers),
    st.builds(RestRuled, seat_numbers, flags),
    st.builds(UnpostedFound, seat_numbers),
    st.builds(Rabbit, cards),
    st.builds(Chop),
    st.builds(Award, st.lists(st.tuples(seat_numbers, amounts), max_size=2).map(tuple), reasons),
    st.builds(Burn, st.none() | secrets),
    st.builds(Boxed, cards),
    st.builds(ReplaceCard, seat_numbers, cards, reasons),
    st.builds(IrregularFlop, some_cards, st.none() | secrets, reasons),
    st.builds(CommunityCard, cards, flags),
)
"""Every kind of event but those of hole cards: what the public sees follows from these alone."""
posts = st.lists(st.builds(Post, st.integers(1, 3), st.sampled_from(PostKind), st.integers(0, 300)), max_size=4)
stack_lists = st.lists(st.integers(1, 2000), min_size=3, max_size=6)
rakes = st.none() | st.builds(Rake, st.integers(1, 1000), st.integers(0, 50), flags)
bounties = st.just(()) | st.just((Bounty("ace-king", "AK", 30), Bounty("deuces", "22", 7)))


@st.composite
def opened(draw: st.DrawFn) -> Hand:
    """A Hold'em hand with blinds and any other posts."""
    stacks = draw(stack_lists)
    return start(setup(stacks, (*draw(posts), *blinds(len(stacks)))))


@st.composite
def any_game(draw: st.DrawFn) -> Hand:
    """A hand of any game, betting and house."""
    game, stacks = GAMES[draw(st.sampled_from(sorted(GAMES)))], draw(stack_lists)
    seats = range(1, len(stacks) + 1)
    antes = tuple(Post(seat, PostKind.ANTE, 10) for seat in seats)
    flop_game = game.board_size > 0
    return start(
        setup(
            stacks,
            antes if game.up else (*draw(posts), *blinds(len(stacks))),
            game=game.key,
            betting=draw(st.sampled_from(Betting)),
            spread=300,
            bring_in=25 if game.up else 0,
            boards=draw(st.integers(1, 3)) if flop_game else 1,
            chip=draw(st.sampled_from((1, 5))),
            rake=draw(rakes),
            hand_cap=draw(st.sampled_from((0, 700))),
            acts_last=draw(st.none() | st.sampled_from(seats)),
            killed=draw(st.just(()) | st.just((1,))),
            all_in_tabled=draw(flags),
            bounties=draw(bounties),
            stand_up=draw(st.none() | st.just(StandUp(20, frozenset(seats)))),
            sleepers_lapse=draw(flags),
            unposted=draw(st.just(()) | st.just((2,))),
            time_bank=draw(st.just(()) | st.just(((1, 2), (3, 1)))),
            time_chip_seconds=30,
        )
    )


def unused(hand: Hand) -> list[Card]:
    """Return the cards that lie nowhere in the open."""
    seen = face_up(hand)
    return [card for card in game_of(hand).deck if card not in seen]


def sensible(hand: Hand, data: st.DataObject) -> Event:
    """Draw something that a table would do next."""
    free = unused(hand)
    may = options(hand)
    if hand.drawing:
        return Draw(hand.drawing[0], data.draw(st.integers(0, 3)), override=True)
    found = legal(hand)
    if found is not None:
        seat = found.seat
        if found.bring_in is not None:
            return BringIn(seat)
        choices: list[Event] = [Check(seat) if found.check else Call(seat), Fold(seat)]
        if found.min_to is not None and found.max_to is not None:
            choices.append(BetTo(seat, data.draw(st.integers(found.min_to, found.max_to))))
            choices += [AllIn(seat)] if "all_in" in may else []
        return data.draw(st.sampled_from(choices))
    if not hand.closed:  # stud waits for up cards
        return UpCard(min(up_awaited(hand)), data.draw(st.sampled_from(free)))
    return _at_the_end(hand, data, free)


def _at_the_end(hand: Hand, data: st.DataObject, free: list[Card]) -> Event:
    """Draw what comes once the betting is over: the board, and hands that are tabled or mucked."""
    waiting, may = to_show(hand), options(hand)
    if board_wanted(hand) and (not waiting or data.draw(flags)):
        return BoardCard(data.draw(st.sampled_from(free)), next_board(hand))
    if "muck" in may and not data.draw(st.integers(0, 3)):
        return Muck(may["muck"][0])
    return Show(waiting[0], shown(hand, waiting[0]))


def shown(hand: Hand, seat: int) -> tuple[Card, ...]:
    """Return a whole hand that a seat may table: what lies open before it, and free cards."""
    own = [card for card in find(hand, seat).up if card]
    return (*own, *unused(hand))[: hand_size(hand)]


def named(event: Event) -> tuple[str, int | None]:
    """Return the command that an event comes from, and the seat that it names."""
    if isinstance(event, BetTo):
        return "bet", event.seat
    seat = event.act.seat if isinstance(event, OutOfTurn) else getattr(event, "seat", None)
    return KINDS[type(event)], None if KINDS[type(event)] in ("deal_card", "clear_card") else seat


WAITING = (Fold, Check, Call, BetTo, AllIn, OutOfTurn, StringBet, ChipsIn)
"""Events that a table takes only when the cards of the street are there, or when it was told to go on without them."""


def listed(hand: Hand, event: Event) -> bool:
    """Return whether `options` lists an event, or would if the cards of its street were there."""
    if (isinstance(event, WAITING) and missing(hand)) or (isinstance(event, Burn) and burn_waits(hand)):
        return True
    may = options(hand)
    kind, seat = named(event)
    if kind == "bet":
        return seat in (*may.get("bet", ()), *may.get("raise_to", ()))
    return kind in may and (seat is None or seat in may[kind])


def instances(hand: Hand) -> Iterator[tuple[str, list[Event]]]:
    """Yield everything that `options` lists, each with events of which one must be taken."""
    free = unused(hand)
    for kind, seats in options(hand).items():
        for seat in seats:
            yield kind, _for_seat(hand, kind, seat, free)
        if not seats and kind not in ("deal_card", "clear_card"):
            yield kind, _seatless(hand, kind, free)


def _for_seat(hand: Hand, kind: str, seat: int, free: list[Card]) -> list[Event]:
    early_acts: list[Any] = [Fold(seat), Check(seat), Call(seat), AllIn(seat)]
    some: dict[str, list[Event]] = {
        "fold": [Fold(seat)],
        "check": [Check(seat)],
        "call": [Call(seat)],
        "all_in": [AllIn(seat)],
        "bring_in": [BringIn(seat)],
        "bet": [BetTo(seat, least_to(hand)), AllIn(seat)],
        "raise_to": [BetTo(seat, least_to(hand)), AllIn(seat)],
        "draw": [Draw(seat, count) for count in range(4)],
        "show": [Show(seat, shown(hand, seat))],
        "muck": [Muck(seat)],
        "out_of_turn": [OutOfTurn(act) for act in early_acts],
        "string_bet": [StringBet(seat, 150)],
        "put_in": [ChipsIn(seat, declared="call")],
        "limit_seat": [Passive(seat, "x")],
        "call_clock": [ClockCalled(seat, 30)],
        "time_up": [TimeUp(seat)],
        "use_time_bank": [TimeBankUsed(seat)],
        "chips_found": [ChipsFound(seat, 5)],
        "dead_hand": [DeadHand(seat, "x")],
        "retrieve_hand": [Retrieve(seat, "x")],
        "replace_card": [ReplaceCard(seat, free[0], "x")],
        "expose_card": [Expose(seat, card) for card in free],
        "show_rest": [RestRuled(seat, rest=True)],
        "unposted_found": [UnpostedFound(seat)],
    }
    return some[kind]


def _seatless(hand: Hand, kind: str, free: list[Card]) -> list[Event]:
    before = reopen(hand)
    pot = pot_total(before) - rake(before, pot_total(before))
    some: dict[str, list[Event]] = {
        "boxed_card": [Boxed(free[0])],
        "burn_card": [Burn()],
        "irregular_flop": [
            IrregularFlop(tuple(free[:3]), Secret(free[3]), "x"),
            IrregularFlop(tuple(free[:2]), None, "x"),
        ],
        "community_card": [CommunityCard(free[0])],
        "run_board": [RunTimes(2)],
        "go_on": [GoOn()],
        "chop": [Chop()],
        "award": [Award(((hand.players[0].seat, pot),), "x")],
        "rabbit_card": [Rabbit(free[0])],
    }
    return some[kind]


def attempt(hand: Hand, event: Event) -> Hand:
    """Return the hand after an event, or as it was where that is refused with a code and a reason."""
    try:
        return apply(hand, event)
    except IllegalAction as refusal:
        if not (refusal.code and refusal.message):
            raise AssertionError("a refusal says why") from refusal
        return hand
