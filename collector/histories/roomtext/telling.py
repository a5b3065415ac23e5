"""A hand while its text is read: whatever the lines say, in the dealer's words, until it is whole.

Knows no room's words. Amounts come in fine units; the hand's own unit is the finest in which one of them is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from collector.cards import Card
from collector.errors import BadHistory
from collector.hand.events import (
    BetTo,
    BoardCard,
    BringIn,
    Call,
    Check,
    CommunityCard,
    DeadHand,
    Draw,
    Event,
    Fold,
    HoleCard,
    Muck,
    Post,
    PostKind,
    RunTimes,
    Show,
    UpCard,
)
from collector.hand.games import Betting, Game
from collector.histories.roomtext.amounts import places, units, written_places
from collector.secrecy import Secret

_STUD_UP: Final = range(2, 6)
"""Places of a stud hand whose cards lie face up, as they are dealt."""
_NOT_LIVE: Final = (PostKind.ANTE, PostKind.DEAD)


@dataclass(slots=True)
class Telling:
    """What is known of a hand so far. Names are the source's; a seat is its number at the table."""

    id: str
    game: Game
    betting: Betting
    small: int = 0
    big: int = 0
    cap: int = 0
    started: int | None = None
    table: str = ""
    site: str = ""
    currency: str = ""
    tournament: bool = False
    names: dict[str, int] = field(default_factory=dict)
    stacks: dict[int, int] = field(default_factory=dict)
    heard: set[int] = field(default_factory=set)  # seats of which anything is told
    button: int = 0
    posts: list[Post] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    boards: dict[int, list[Card]] = field(default_factory=lambda: {1: []})
    shared: int = 0  # cards of the first board that further ones have too
    runs: int = 1
    hole: dict[int, list[Card]] = field(default_factory=dict)  # cards told of each seat, in order
    placed: Counter[int] = field(default_factory=Counter)  # stud: places of each seat that are filled
    mucked_cards: dict[int, tuple[Card, ...]] = field(default_factory=dict)
    over: set[int] = field(default_factory=set)  # seats that have shown, mucked or folded
    folded: set[int] = field(default_factory=set)
    folded_in_summary: set[int] = field(default_factory=set)
    bring_in: int = 0
    bets: Counter[int] = field(default_factory=Counter)  # chips of each seat on this street
    put: Counter[int] = field(default_factory=Counter)  # all chips of each seat
    dead: Counter[int] = field(default_factory=Counter)  # those of them that are no bet: antes and dead blinds
    decimals: int = 0
    pot: int | None = None
    rake: int | None = None
    in_all: int | None = None  # all that was won, where the summary names that in place of the pot
    in_all_rounding: int = 0  # by less than this much `in_all` may be rounded
    either: tuple[int, int] = (0, 0)  # a fixed limit's stakes, where the first line may mean its blinds or its bets
    took: list[tuple[str, int]] = field(default_factory=list)
    returned: list[tuple[str, int]] = field(default_factory=list)
    ends: list[tuple[str, int]] = field(default_factory=list)
    called: list[tuple[int, int]] = field(default_factory=list)
    told_boards: dict[int, tuple[Card, ...]] = field(default_factory=dict)
    amiss: list[str] = field(default_factory=list)
    drawing: bool = False
    board_told_next: int = 1  # in summaries that name a board on the line before its cards

    def amount(self, text: str) -> int:
        """Return an amount of the hand in fine units, and remember how fine it is."""
        found = units(text)
        self.decimals = max(self.decimals, places(found), min(written_places(text), 2))
        return found

    # --- the start -------------------------------------------------------------------------------------------------

    def sit(self, seat: int, name: str, stack: int) -> None:
        """Seat a player. Dealt in is of whom anything more is told: every player posts, acts or is dealt to."""
        if name in self.names and self.names[name] != seat:
            raise BadHistory("text", f"two seats have a player {name!r}; give each a name of its own")
        other = next((each for each, at in self.names.items() if at == seat and each != name), None)
        if other is not None:
            raise BadHistory("text", f"seat {seat} has two players, {other!r} and {name!r}; correct one of them")
        self.names[name], self.stacks[seat] = seat, stack

    def post(self, seat: int, kind: PostKind, amount: int) -> None:
        """Put a forced bet in. A second blind of one kind is posted late, and a second small blind is dead."""
        if kind in (PostKind.BIG_BLIND, PostKind.SMALL_BLIND) and any(post.kind is kind for post in self.posts):
            kind = PostKind.LATE if kind is PostKind.BIG_BLIND else PostKind.DEAD
        if kind is PostKind.STRADDLE:
            amount -= self.bets[seat]  # a straddle is told as a total
        self.posts.append(Post(seat, kind, amount))
        self.heard.add(seat)
        self.put[seat] += amount
        (self.dead if kind in _NOT_LIVE else self.bets)[seat] += amount

    # --- cards -----------------------------------------------------------------------------------------------------

    def street(self) -> None:
        """Begin a betting round: bets are in the pot."""
        self.bets.clear()
        self.drawing = False

    def board(self, cards: Sequence[Card], size: int, run: int = 1) -> None:
        """Put the cards of a street on a board, which then has `size` of them; those already there may be repeated."""
        known = self.boards.setdefault(run, [])
        whole = [*(self.boards[1][: self.shared] if run > 1 else []), *known]
        new = [card for card in cards if card not in whole]
        if len(whole) + len(new) != size or len(cards) not in (size, len(new)):
            counted = len(whole) + len(new)
            raise BadHistory("text", f"the board has {counted} cards, this street {size}; name each card once")
        known += new
        self.events += [BoardCard(card, run) for card in new]

    def seventh(self, cards: Sequence[Card]) -> None:
        """Begin the last street of stud; a card on it is one for all, where the deck was too short."""
        self.street()
        self.events += [CommunityCard(card, override=True) for card in cards]

    def run(self, times: int) -> None:
        """Tell that the rest of the board is dealt several times."""
        if times <= self.runs:
            return
        if self.runs == 1:
            self.shared = len(self.boards[1])
            self.events.append(RunTimes(times))
        else:
            at = next(i for i, event in enumerate(self.events) if isinstance(event, RunTimes))
            self.events[at] = RunTimes(times)
        self.runs = times

    def deal(self) -> None:
        """Begin to deal, in rooms that say when. Who folded before would not post, and is not dealt in."""
        posted = {post.seat for post in self.posts}
        gone = {event.seat for event in self.events if isinstance(event, Fold)} - posted
        self.events = [event for event in self.events if not (isinstance(event, Fold) and event.seat in gone)]
        self.heard -= gone
        self.over -= gone
        self.folded -= gone

    def dealt(self, seat: int, cards: Sequence[Card]) -> None:
        """Deal cards to a seat, as they are told: the new ones only."""
        self.heard.add(seat)
        if not cards:
            return
        known = self.hole.setdefault(seat, [])
        if not self.game.up:
            new = [card for card in cards if card not in known]
            known += new
            self.events += [HoleCard(seat, Secret(card)) for card in new]
            return
        if not self.placed[seat] and len(cards) == 1:  # an up card of a hand whose down cards nobody saw
            self.events += [HoleCard(seat, None)] * 2
            self.placed[seat] = 2
        for card in cards:
            up = self.placed[seat] in _STUD_UP
            self.events.append(UpCard(seat, card) if up else HoleCard(seat, Secret(card)))
            self.placed[seat] += 1
            known.append(card)

    def draw(self, seat: int, count: int, cards: Sequence[Card] = ()) -> None:
        """Exchange cards; stand pat with none."""
        self.heard.add(seat)
        if not self.drawing:
            self.street()
            self.drawing = True
        for card in cards:
            if card in self.hole.get(seat, ()):
                self.hole[seat].remove(card)
        self.events.append(Draw(seat, count, tuple(Secret(card) for card in cards), override=True))

    # --- acts ------------------------------------------------------------------------------------------------------

    @property
    def bet_to(self) -> int:
        """The bet to match on this street."""
        return max(self.bets.values(), default=0)

    @property
    def excess(self) -> int:
        """The chips of the highest bettor that nobody matched. Antes and dead blinds are nobody's bet, and stay."""
        live = self.put.copy()
        live.subtract(self.dead)
        most, second = [*sorted(live.values(), reverse=True), 0, 0][:2]
        return most - second

    def fold(self, seat: int) -> None:
        """Give up a hand. Who is all-in has no act: a room that folds for somebody who is away kills the hand."""
        killed = DeadHand(seat, "folded all-in, as the card room recorded it")
        self._acts(seat, killed if self._all_in(seat) else Fold(seat, override=True))
        self.over.add(seat)
        self.folded.add(seat)

    def check(self, seat: int) -> None:
        """Bet nothing. A check of who is all-in is no act."""
        if not self._all_in(seat):
            self._acts(seat, Check(seat, override=True))

    def _all_in(self, seat: int) -> bool:
        return self.put[seat] >= self.stacks[seat]

    def call(self, seat: int, amount: int) -> None:
        """Put chips in to match the bet."""
        self._acts(seat, Call(seat, override=True), amount)
        self.called.append((seat, amount))

    def bring_in_for(self, seat: int, amount: int) -> None:
        """Open a stud hand."""
        self.bring_in = max(self.bring_in, amount)
        self._acts(seat, BringIn(seat, override=True), amount)

    def bet(self, seat: int, to: int) -> None:
        """Bet or raise to a total of this street. One that raises nothing is a call."""
        more = to - self.bets[seat]
        if to <= self.bet_to:
            self.call(seat, more)
        else:
            self._acts(seat, BetTo(seat, to, override=True), more)

    def put_in(self, seat: int, amount: int) -> None:
        """Bet, raise or call by putting chips in."""
        self.bet(seat, self.bets[seat] + amount)

    def _acts(self, seat: int, event: Event, amount: int = 0) -> None:
        self.drawing = False
        self.heard.add(seat)
        self.events.append(event)
        self.bets[seat] += amount
        self.put[seat] += amount

    # --- the end ---------------------------------------------------------------------------------------------------

    def shows(self, seat: int, cards: Sequence[Card]) -> None:
        """Table a hand. A part of one is no tabled hand, but for stud, where the last card may be to come."""
        if seat in self.over:
            return
        whole = len(cards) == self.game.hole
        if whole or (self.game.up and cards):
            self.over |= {seat} if whole else set()
            self.events.append(Show(seat, tuple(cards)))

    def mucks(self, seat: int, cards: Sequence[Card] = ()) -> None:
        """Throw a hand away; its cards may be told all the same."""
        if len(cards) == self.game.hole:
            self.mucked_cards[seat] = tuple(cards)
        if seat not in self.over:
            self.over.add(seat)
            self.events.append(Muck(seat))

    def collects(self, name: str, amount: int) -> None:
        """Take chips from a pot."""
        self.took.append((name, amount))

    def gets_back(self, name: str, amount: int) -> None:
        """Get a bet back that nobody called."""
        self.returned.append((name, amount))
