"""What holds in every game, however it is played: chips, cards, turns, and that what is listed is what is taken."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.cards import Card
from collector.errors import IllegalAction
from collector.hand import apply, board_wanted, legal, next_board, start, to_show
from collector.hand.changing import find, game_of, street_of
from collector.hand.events import (
    AllIn,
    BetTo,
    BoardCard,
    BringIn,
    Call,
    Check,
    Draw,
    Event,
    Fold,
    HoleCard,
    Post,
    PostKind,
    RunTimes,
    Show,
    UpCard,
)
from collector.hand.games import GAMES, Betting
from collector.hand.holding import face_up
from collector.hand.model import Hand, Legal
from collector.secrecy import Secret
from tests.collector.hand.spoken import blinds, chips, setup


def opened(rng: random.Random, game: str) -> Hand:
    count = rng.randint(2, 4)
    amounts = [rng.randint(1, rng.choice((300, 3000))) for _ in range(count)]
    antes = [Post(seat, PostKind.ANTE, 10) for seat in range(1, count + 1)]
    posts = antes if GAMES[game].up else list(blinds(count))
    boards = rng.choice((1, 1, 2)) if GAMES[game].board_size else 1
    betting = rng.choice((None, *Betting))
    options = {"bring_in": 25 if GAMES[game].up else 0, "boards": boards, "spread": 300}
    return start(setup(amounts, posts, 100, game=game, betting=betting, chip=rng.choice((1, 25)), **options))


class Play:
    """A hand played at random, with its cards and the events that made it."""

    def __init__(self, rng: random.Random, game: str) -> None:
        self.rng = rng
        self.hand = opened(rng, game)
        self.setup = self.hand.setup
        self.deck = list(GAMES[game].deck)
        rng.shuffle(self.deck)
        self.held: dict[int, list[Card]] = {player.seat: [] for player in self.hand.players}
        self.events: list[Event] = []
        for player in self.hand.players:
            self.deal(player.seat, GAMES[game].streets[0].down)

    def do(self, event: Event) -> None:
        self.hand = apply(self.hand, event)
        self.events.append(event)

    def deal(self, seat: int, count: int) -> None:
        for _ in range(count):
            card = self.deck.pop()
            self.held[seat].append(card)
            self.do(HoleCard(seat, Secret(card)))

    def step(self) -> None:
        hand = self.hand
        if hand.drawing:
            self.draw(hand.drawing[0])
        elif options := legal(hand):
            self.do(self.act(options))
        elif not hand.closed:
            self.turn_up()
        elif self.rng.random() < 0.1 and board_wanted(hand) and not hand.further:
            try:
                self.do(RunTimes(2))
            except IllegalAction:
                self.do(BoardCard(self.deck.pop(), next_board(hand)))
        elif board_wanted(hand):
            self.do(BoardCard(self.deck.pop(), next_board(hand)))
        else:
            self.show(to_show(hand)[0])

    def draw(self, seat: int) -> None:
        street, held = street_of(self.hand), self.held[seat]
        count = self.rng.randint(0, min(3, street.draw)) if street.draw else street.discard
        thrown = self.rng.sample(held, count)
        self.held[seat] = [card for card in held if card not in thrown]
        self.do(Draw(seat, count, tuple(Secret(card) for card in thrown)))
        if street.draw and count:
            self.deal(seat, count)

    def turn_up(self) -> None:
        for player in self.hand.players:
            if player.live:
                card = self.deck.pop()
                self.held[player.seat].append(card)
                self.do(UpCard(player.seat, card))

    def show(self, seat: int) -> None:
        game = game_of(self.hand)
        missing = game.hole - len(self.held[seat])
        while missing > 0:
            self.held[seat].append(self.deck.pop())
            missing -= 1
        self.do(Show(seat, tuple(self.held[seat])))

    def act(self, options: Legal) -> Event:
        """Choose a legal act; what is just outside the bounds is refused."""
        seat = options.seat
        if options.min_to is not None and options.max_to is not None:
            with pytest.raises(IllegalAction):
                apply(self.hand, BetTo(seat, options.max_to + 1))
            if self.rng.random() < 0.4:
                return BetTo(seat, self.rng.choice((options.min_to, options.max_to)))
        if options.bring_in is not None:
            return BringIn(seat)
        if options.call == find(self.hand, seat).stack:
            return AllIn(seat)
        if self.rng.random() < 0.15 and not options.check:
            return Fold(seat)
        return Check(seat) if options.check else Call(seat)


@given(st.sampled_from(sorted(GAMES)), st.integers(0, 10**9))
@settings(max_examples=250, deadline=None)
def test_every_game_ends_with_all_its_chips_and_no_card_twice(game: str, seed: int) -> None:
    play = Play(random.Random(seed), game)
    total = chips(play.hand)
    for _ in range(400):
        if play.hand.complete:
            break
        play.step()
        assert chips(play.hand) == total
        assert all(player.stack >= 0 for player in play.hand.players)
        seen = [*play.hand.board_read, *(card for further in play.hand.further for card in further.read)]
        assert len(seen) == len(set(seen))
        assert set(seen) <= set(face_up(play.hand))
    assert play.hand.complete

    again = start(play.setup)
    for event in play.events:
        again = apply(again, event)
    assert repr(again) == repr(play.hand)


@given(st.sampled_from(sorted(GAMES)), st.integers(0, 10**9))
@settings(max_examples=60, deadline=None)
def test_hidden_cards_change_nothing_public_in_any_game(game: str, seed: int) -> None:
    one, other = Play(random.Random(seed), game), Play(random.Random(seed), game)
    cards = iter(reversed(GAMES[game].deck))
    for _ in range(60):
        if one.hand.complete or one.hand.closed:
            break
        at = len(one.events)
        one.step()
        for event in one.events[at:]:
            if isinstance(event, HoleCard):
                other.do(HoleCard(event.seat, Secret(next(cards)) if seed % 2 else None))
            elif isinstance(event, Draw):
                other.do(Draw(event.seat, event.count))
            else:
                other.do(event)
        assert other.hand.actions == one.hand.actions
        assert (other.hand.to_act, other.hand.drawing) == (one.hand.to_act, one.hand.drawing)
        assert legal(other.hand) == legal(one.hand)
