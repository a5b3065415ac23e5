"""The games as data: deck, dealing plan, streets, drawing, ranking, betting. Rules that games share are elsewhere.

To add a game, add a Game to GAMES; the engine reads nothing else about it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import accumulate, combinations
from typing import Final

from collector.cards import DECK, Card, rank_of
from collector.hand import lowball as low
from collector.hand.evaluation import Kind, describe, evaluate, high_kind

SHOWDOWN: Final = "showdown"
COMPLETE: Final = "complete"
HEADS_UP: Final = 2
"""Players of a hand that is heads-up, and the fewest that a hand takes."""
_SHORT_FROM: Final = 6

Cards = tuple[Card, ...]


class Betting(StrEnum):
    """The betting structure: the limits of a bet."""

    NO_LIMIT = "no_limit"
    POT_LIMIT = "pot_limit"
    FIXED_LIMIT = "fixed_limit"
    SPREAD_LIMIT = "spread_limit"


class Opening(StrEnum):
    """The rule that says who opens the betting of a street."""

    POSITION = "position"  # left of the blinds, later left of the button
    LOW_CARD = "low_card"  # brings in; clubs lowest
    HIGH_CARD = "high_card"  # brings in, aces low; spades highest
    HIGH_BOARD = "high_board"
    LOW_BOARD = "low_board"


@dataclass(frozen=True, slots=True)
class Street:
    """A round of betting, and the cards before it: board cards, cards to each player, exchanges and discards."""

    name: str
    board: int = 0
    down: int = 0  # to each player, face down
    up: int = 0  # to each player, face up
    draw: int = 0  # each player may exchange up to this many
    discard: int = 0  # each player throws this many away and gets none back
    big: bool = False  # fixed limit: the big bet
    opening: Opening = Opening.POSITION


@dataclass(frozen=True, slots=True)
class Half:
    """A share of each pot. strength: takes (hole cards, board); the higher number wins, 0 cannot win this half.

    kind: what a strength is called. from_hand: how many cards of the hand play, None: any number. sizes: how many cards
    may play, as few as do; None: five, or all where there are fewer.
    """

    name: str
    strength: Callable[[Cards, Cards], int]
    describe: Callable[[Cards, Cards], str]
    kind: Callable[[int], Kind]
    from_hand: int | None = None
    sizes: tuple[int, ...] | None = None

    @property
    def low(self) -> bool:
        """Whether low cards win it: aces are low there."""
        return self.name == "low"


@dataclass(frozen=True)  # no slots: `cached_property` needs a __dict__
class Game:
    """A variant. halves: one half takes the whole pot; of two, a half that nobody qualifies for goes to the other."""

    key: str
    name: str
    streets: tuple[Street, ...]
    halves: tuple[Half, ...]
    betting: Betting = Betting.NO_LIMIT
    deck: tuple[Card, ...] = DECK

    @cached_property
    def hole(self) -> int:
        """Cards of a whole hand at the showdown."""
        return sum(street.down + street.up - street.discard for street in self.streets)

    @cached_property
    def down(self) -> int:
        """Face-down cards that a player may hold at once."""
        return sum(street.down for street in self.streets)

    @cached_property
    def up(self) -> int:
        """Cards that lie face up before a player at the end."""
        return sum(street.up for street in self.streets)

    @cached_property
    def discards(self) -> int:
        """Cards that a player throws away for good."""
        return sum(street.discard for street in self.streets)

    @cached_property
    def cards(self) -> frozenset[Card]:
        """The deck, to look a card up in."""
        return frozenset(self.deck)

    @cached_property
    def board_size(self) -> int:
        """Cards on a complete board."""
        return sum(street.board for street in self.streets)

    @cached_property
    def last(self) -> str:
        """The street whose betting ends in the showdown."""
        return self.streets[-1].name

    def index(self, street: str) -> int:
        """Return the place of a street in the order of play, from 0. The showdown stands after the last street."""
        return self._places.get(street, len(self.streets))

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {street.name: at for at, street in enumerate(self.streets)}

    def street(self, name: str) -> Street:
        """Return a street by name; for the showdown, the last street."""
        return self.streets[min(self.index(name), len(self.streets) - 1)]

    def board_through(self, street: str) -> int:
        """Return how many board cards are out once `street` is dealt."""
        return self.boards_through(street)[-1]

    def boards_through(self, street: str) -> tuple[int, ...]:
        """Return how many board cards are out once each street up to `street` is dealt."""
        return self._board_ends[: self.index(street) + 1]

    @cached_property
    def _board_ends(self) -> tuple[int, ...]:
        return tuple(accumulate(street.board for street in self.streets))

    def dealt_through(self, street: str) -> tuple[int, int]:
        """Return the numbers of cards that a player has been dealt once `street` is dealt: (down, up)."""
        known = self.streets[: self.index(street) + 1]
        return sum(each.down for each in known), sum(each.up for each in known)


def _together(rank: Callable[[Sequence[Card]], int]) -> Callable[[Cards, Cards], int]:
    """Any of the hole cards with any of the board."""
    return lambda hole, board: rank((*hole, *board))


def _two_and_three(rank: Callable[[Sequence[Card]], int]) -> Callable[[Cards, Cards], int]:
    """Exactly two hole cards with exactly three of the board: Omaha."""
    return lambda hole, board: max(
        (rank((*two, *three)) for two in combinations(hole, 2) for three in combinations(board, 3)), default=0
    )


def _best_two_and_three(hole: Cards, board: Cards) -> str:
    fives = ((*two, *three) for two in combinations(hole, 2) for three in combinations(board, 3))
    return describe(max(fives, key=evaluate, default=hole))


def _named(rank: Callable[[Cards, Cards], int], words: Callable[[int], str]) -> Callable[[Cards, Cards], str]:
    return lambda hole, board: words(rank(hole, board))


BADUGI_SIZES: Final = (1, 2, 3, 4)
HIGH: Final = Half("high", _together(evaluate), lambda hole, board: describe((*hole, *board)), high_kind)
OMAHA: Final = Half("high", _two_and_three(evaluate), _best_two_and_three, high_kind, from_hand=2)
EIGHT: Final = Half(
    "low", _together(low.eight_or_better), _named(_together(low.eight_or_better), low.describe_low), low.low_kind
)
OMAHA_EIGHT: Final = Half(
    "low",
    _two_and_three(low.eight_or_better),
    _named(_two_and_three(low.eight_or_better), low.describe_low),
    low.low_kind,
    from_hand=2,
)
ACE_TO_FIVE: Final = Half(
    "low", _together(low.ace_to_five), _named(_together(low.ace_to_five), low.describe_low), low.low_kind
)
DEUCE: Final = Half(
    "low", _together(low.deuce_to_seven), _named(_together(low.deuce_to_seven), low.describe_deuce), low.low_kind
)
BADUGI: Final = Half(
    "badugi",
    _together(low.badugi),
    _named(_together(low.badugi), low.describe_badugi),
    low.badugi_kind,
    sizes=BADUGI_SIZES,
)
HIGH_BADUGI: Final = Half(
    "badugi",
    _together(low.high_badugi),
    _named(_together(low.high_badugi), low.describe_badugi),
    low.badugi_kind,
    sizes=BADUGI_SIZES,
)
SHORT: Final = Half(
    "high",
    _together(low.short_deck),
    lambda hole, board: low.describe_short((*hole, *board), low.short_deck),
    low.short_kind,
)
SHORT_TRIPS: Final = Half(
    "high",
    _together(low.short_deck_trips),
    lambda hole, board: low.describe_short((*hole, *board), low.short_deck_trips),
    low.short_trips_kind,
)


def flop_game(hole: int, *, preflop: int = 0, before_flop: int = 0, before_turn: int = 0) -> tuple[Street, ...]:
    """Return the streets of a board game. preflop: flop cards turned at once; before_…: cards each throws away."""
    return (
        Street("preflop", board=preflop, down=hole),
        Street("flop", board=3 - preflop, discard=before_flop),
        Street("turn", board=1, discard=before_turn, big=True),
        Street("river", board=1, big=True),
    )


def stud_game(bring_in: Opening, boards: Opening) -> tuple[Street, ...]:
    """Return the streets of a seven-card game. bring_in: the rule of the first street; boards: of the later streets."""
    return (
        Street("third", down=2, up=1, opening=bring_in),
        Street("fourth", up=1, opening=boards),
        Street("fifth", up=1, big=True, opening=boards),
        Street("sixth", up=1, big=True, opening=boards),
        Street("seventh", down=1, big=True, opening=boards),
    )


def draw_game(hole: int, draws: int) -> tuple[Street, ...]:
    """Return the streets of a draw game. In fixed limit the big bet begins in the middle of the betting rounds."""
    rounds = (Street(f"draw{n}", draw=hole, big=n > draws // 2) for n in range(1, draws + 1))
    return (Street("predraw", down=hole), *rounds)


_SHORT_CARDS: Final = tuple(card for card in DECK if rank_of(card) >= _SHORT_FROM)
_STUD: Final = stud_game(Opening.LOW_CARD, Opening.HIGH_BOARD)
_RAZZ: Final = stud_game(Opening.HIGH_CARD, Opening.LOW_BOARD)
_NL, _PL, _FL = Betting.NO_LIMIT, Betting.POT_LIMIT, Betting.FIXED_LIMIT

GAMES: Final[dict[str, Game]] = {
    game.key: game
    for game in (
        Game("holdem", "Hold'em", flop_game(2), (HIGH,)),
        Game("short_deck", "Short Deck", flop_game(2), (SHORT,), deck=_SHORT_CARDS),
        Game("short_deck_trips", "Short Deck, trips beat a straight", flop_game(2), (SHORT_TRIPS,), deck=_SHORT_CARDS),
        Game("pineapple", "Pineapple", flop_game(3, before_flop=1), (HIGH,)),
        Game("crazy_pineapple", "Crazy Pineapple", flop_game(3, before_turn=1), (HIGH,)),
        Game("omaha", "Omaha", flop_game(4), (OMAHA,), _PL),
        Game("omaha_hi_lo", "Omaha Hi-Lo", flop_game(4), (OMAHA, OMAHA_EIGHT), _FL),
        Game("omaha5", "Omaha 5", flop_game(5), (OMAHA,), _PL),
        Game("omaha5_hi_lo", "Omaha 5 Hi-Lo", flop_game(5), (OMAHA, OMAHA_EIGHT), _PL),
        Game("omaha6", "Omaha 6", flop_game(6), (OMAHA,), _PL),
        Game("omaha6_hi_lo", "Omaha 6 Hi-Lo", flop_game(6), (OMAHA, OMAHA_EIGHT), _PL),
        Game("courchevel", "Courchevel", flop_game(5, preflop=1), (OMAHA,), _PL),
        Game("courchevel_hi_lo", "Courchevel Hi-Lo", flop_game(5, preflop=1), (OMAHA, OMAHA_EIGHT), _PL),
        Game("stud", "Seven-Card Stud", _STUD, (HIGH,), _FL),
        Game("stud_hi_lo", "Seven-Card Stud Hi-Lo", _STUD, (HIGH, EIGHT), _FL),
        Game("razz", "Razz", _RAZZ, (ACE_TO_FIVE,), _FL),
        Game("five_card_draw", "Five-Card Draw", draw_game(5, 1), (HIGH,), _FL),
        Game("single_draw_27", "2-7 Single Draw", draw_game(5, 1), (DEUCE,)),
        Game("triple_draw_27", "2-7 Triple Draw", draw_game(5, 3), (DEUCE,), _FL),
        Game("triple_draw_a5", "A-5 Triple Draw", draw_game(5, 3), (ACE_TO_FIVE,), _FL),
        Game("badugi", "Badugi", draw_game(4, 3), (BADUGI,), _FL),
        Game("badeucy", "Badeucy", draw_game(5, 3), (DEUCE, HIGH_BADUGI), _FL),
        Game("badacey", "Badacey", draw_game(5, 3), (ACE_TO_FIVE, BADUGI), _FL),
    )
}

ROTATIONS: Final[dict[str, tuple[tuple[str, Betting], ...]]] = {
    "horse": (("holdem", _FL), ("omaha_hi_lo", _FL), ("razz", _FL), ("stud", _FL), ("stud_hi_lo", _FL)),
    "eight_game": (
        ("triple_draw_27", _FL),
        ("holdem", _FL),
        ("omaha_hi_lo", _FL),
        ("razz", _FL),
        ("stud", _FL),
        ("stud_hi_lo", _FL),
        ("holdem", _NL),
        ("omaha", _PL),
    ),
}
"""Mixed games, in the order they are played."""
