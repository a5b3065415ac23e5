"""What happened in a hand, as the lines of PokerStars text: posts, cards, streets, acts, the showdown.

A card stands where its street begins, also if it was read later: readers of this text want it there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from collector.cards import Card
from collector.errors import BadHistory
from collector.hand.awarding import words
from collector.hand.board import boards
from collector.hand.changing import find, game_of, standing
from collector.hand.events import (
    AllIn,
    Award,
    BetTo,
    BoardCard,
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
    HoleCard,
    IrregularFlop,
    Muck,
    OutOfTurn,
    Passive,
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
)
from collector.hand.games import SHOWDOWN
from collector.hand.model import Hand, Player, Recorded
from collector.hand.sleepers import lapsing
from collector.histories.roomtext.pushing import REASON
from collector.histories.story import Story, moments

RUNS: Final = ("FIRST", "SECOND", "THIRD")
_POSTS: Final = {
    PostKind.ANTE: "posts the ante",
    PostKind.SMALL_BLIND: "posts small blind",
    PostKind.BIG_BLIND: "posts big blind",
    PostKind.STRADDLE: "posts straddle",
    PostKind.DEAD: "posts a dead small blind",
    PostKind.LATE: "posts",
}
_STREETS: Final = {
    "preflop": "PRE-FLOP",
    "third": "3rd STREET",
    "fourth": "4th STREET",
    "fifth": "5th STREET",
    "sixth": "6th STREET",
    "seventh": "RIVER",
    "draw1": "FIRST DRAW",
    "draw2": "SECOND DRAW",
    "draw3": "THIRD DRAW",
}
_NOT_HELD: Final[dict[type, str]] = {
    ReplaceCard: "a card that was replaced",
    IrregularFlop: "a flop that the floor mended",
    Retrieve: "a hand that was given back",
    Chop: "blinds that were chopped",
    ChipsFound: "chips that were found behind an all-in",
    Award: "pots that the floor pushed",
}
_FLOP: Final = 3


class Happened:
    """The lines of one hand. hand: as it ended, once the lines are made."""

    def __init__(self, story: Story, money: Callable[[int], str]) -> None:
        """Money: writes an amount."""
        self.story = story
        self.money = money
        self.names = {seat.seat: seat.name for seat in story.setup.seats}
        self.moments = list(moments(story))
        self.hand: Hand | None = self.moments[-1][1]
        self.end: Hand = self.moments[-1][1]
        self.game = game_of(self.end)
        self.told = [0, 0, 0]  # cards of each board whose street is written
        self.draws = any(street.draw for street in self.game.streets)
        self.showdown = False

    def lines(self) -> list[str]:
        """Return the lines from the first post to the last card; raise BadHistory for what they cannot hold."""
        _, before = self.moments[0]
        lines = [*self._posts(before), "*** DEALING HANDS ***" if self.draws else "*** HOLE CARDS ***"]
        if self.game.up:
            lines[-1] = "*** 3rd STREET ***"
        lines += [*self._cards(before), *self._first_board()]
        killed = self.story.setup.killed
        if any(entry.action == "bring_in" and entry.seat in killed for entry in self.end.actions):
            raise BadHistory(self.story.id, "this text cannot hold a bring-in of a dead hand; choose another format")
        if lapsing(self.story.setup):
            raise BadHistory(self.story.id, "this text cannot hold a sleeper that may lapse; choose another format")
        lines += [f"{self.names[seat]}: folds" for seat in killed]
        for event, now in self.moments[1:]:
            if event is not None:
                lines += self._line(event, before, now)
                lines += self._back(before, now)
                lines += self._street(before, now)
            before = now
        return lines

    def _posts(self, hand: Hand) -> list[str]:
        lines, seen = [], set[str]()
        for entry in hand.actions:
            if entry.action not in [kind.value for kind in PostKind]:
                continue
            kind = PostKind(entry.action)
            if kind not in _POSTS:
                what = kind.value.replace("_", " ")
                raise BadHistory(self.story.id, f"this text cannot hold a {what}; choose another format")
            late = kind is PostKind.LATE and entry.amount == self.story.setup.min_bet and "big_blind" in seen
            verb = _POSTS[PostKind.BIG_BLIND] if late else _POSTS[kind]
            amount = entry.to if kind is PostKind.STRADDLE else entry.amount
            lines.append(f"{self.names[entry.seat]}: {verb} {self.money(amount)}{_all_in(entry)}")
            seen.add(entry.action)
        return lines

    # --- cards -----------------------------------------------------------------------------------------------------

    def _cards(self, hand: Hand) -> list[str]:
        """Tell the cards that are dealt at first, as far as they are known in the end."""
        if self.game.up:
            return self._up_cards("third", [player.seat for player in hand.players])
        lines = []
        for player in hand.players:
            cards = self._first_cards(player)
            if cards:
                lines.append(f"Dealt to {self.names[player.seat]} [{' '.join(cards)}]")
        return lines

    def _first_cards(self, player: Player) -> list[Card]:
        if not self.draws:
            return [card.reveal() for card in find(self.end, player.seat).hole if card]
        cards: list[Card] = []
        for event in self.story.events:
            if isinstance(event, Draw) and event.seat == player.seat:
                break
            if isinstance(event, HoleCard) and event.seat == player.seat and event.card:
                cards.append(event.card.reveal())
        return cards[: self.game.down]

    def _up_cards(self, street: str, seats: Sequence[int]) -> list[str]:
        """Tell the cards of a street of stud; down cards where they are known, up cards always."""
        at = self.game.index(street)
        lines = []
        for seat in seats:
            player = find(self.end, seat)
            down = [card.reveal() if card else None for card in player.hole]
            places = [*(down + [None] * 2)[:2], *(list(player.up) + [None] * 4)[:4], *down[2:3]]
            known = [card for card in places[: at + 2] if card]
            new = places[at + 2] if at + 2 < len(places) else None
            if new:
                before = f"[{' '.join(known)}] " if known else ""
                lines.append(f"Dealt to {self.names[seat]} {before}[{new}]")
        return lines

    def _drawn(self, event: HoleCard, now: Hand) -> list[str]:
        """Tell the cards of a draw once the last one is there."""
        player = find(now, event.seat)
        if not self.draws or not player.exchanged or player.owed or event.card is None:
            return []
        count = player.exchanged[-1]
        hole = [card.reveal() if card else None for card in player.hole]
        kept, new = hole[: len(hole) - count], hole[len(hole) - count :]
        if not all(new) or not count:
            return []
        before = f"[{' '.join(card for card in kept if card)}] " if any(kept) else ""
        return [f"Dealt to {self.names[event.seat]} {before}[{' '.join(card for card in new if card)}]"]

    def _first_board(self) -> list[str]:
        return self._board_line(0, "preflop") if self.game.streets[0].board else []

    def _board_line(self, board: int, street: str) -> list[str]:
        """Tell a street of a board with its cards; nothing if it stands there already."""
        size = self.game.board_through(street)
        if self.told[board] >= size:
            return []
        cards = boards(self.end)[board][:size]
        if len(cards) < size:
            raise BadHistory(self.story.id, f"this text needs the cards of the {street}, and they were not read")
        self.told[board] = size
        run = f"{RUNS[board]} " if self.end.further and size > self.end.shared else ""
        name = _STREETS.get(street, street.upper())
        old, new = (cards[:-1], cards[-1:]) if size > _FLOP else ((), cards)
        earlier = f"[{' '.join(old)}] " if old else ""
        return [f"*** {run}{name} *** {earlier}[{' '.join(new)}]"]

    def _street(self, before: Hand, now: Hand) -> list[str]:
        """Tell that the betting went on to a new street, with its cards."""
        if now.closed or now.complete or now.street == before.street:
            return []
        if self.game.board_size:
            return self._board_line(0, now.street)
        lines = [f"*** {_STREETS[now.street]} ***"]
        if now.street == "seventh" and self.end.community:
            lines[0] += f" [{self.end.community[0]}]"
        return lines + (self._up_cards(now.street, [p.seat for p in now.players if p.live]) if self.game.up else [])

    def _run_out(self, event: BoardCard, now: Hand) -> list[str]:
        """Tell the streets of a board that is dealt with the betting over, each once it is whole."""
        if not now.closed:
            return []
        at = event.board - 1
        read = (now.board_read, *(further.read for further in now.further))[at]
        held = len(read) + (now.shared if at else 0)
        self.told[at] = max(self.told[at], now.shared if at else 0)
        return [
            line
            for street in self.game.streets
            if street.board and self.game.board_through(street.name) <= held
            for line in self._board_line(at, street.name)
        ]

    # --- acts ------------------------------------------------------------------------------------------------------

    def _line(self, event: Event, before: Hand, now: Hand) -> list[str]:  # noqa: PLR0911 - one line an event
        match event:
            case BoardCard():
                return self._run_out(event, now)
            case HoleCard():
                return self._drawn(event, now)
            case UpCard() | RunTimes() | Burn() | Boxed() | Expose() | Rabbit() | CommunityCard():
                return []  # nothing follows from these that this text has words for
            case Passive() | ClockCalled() | TimeBankUsed() | RestRuled():
                return []  # nothing follows from these that this text has words for
            case Draw():
                named = f" [{' '.join(card.reveal() for card in event.cards)}]" if event.cards else ""
                cards = "card" if event.count == 1 else "cards"
                return self._said(event.seat, f"discards {event.count} {cards}{named}" if event.count else "stands pat")
            case Show() | Muck():
                return self._ended(event, before)
            case Fold() | Check() | Call() | BetTo() | AllIn() | BringIn() | OutOfTurn() | StringBet() | DeadHand():
                return self._acts(before, now)
            case ChipsIn() | TimeUp() | UnpostedFound():
                return self._acts(before, now)
            case Award(reason=reason) if reason == REASON:
                return []  # the amounts that are collected tell it
            case _:
                what = _NOT_HELD.get(type(event), "this hand")
                raise BadHistory(self.story.id, f"this text cannot hold {what}; choose another format")

    def _said(self, seat: int, text: str) -> list[str]:
        return [f"{self.names[seat]}: {text}"]

    def _ended(self, event: Show | Muck, before: Hand) -> list[str]:
        """Tell a hand that is tabled or thrown away, behind the head of the showdown."""
        head = ["*** SHOW DOWN ***"] if before.street == SHOWDOWN and not self.showdown else []
        self.showdown = self.showdown or bool(head)
        if isinstance(event, Muck):
            return [*head, *self._said(event.seat, "mucks hand")]
        made = words(self.end, find(self.end, event.seat)) or "a hand"
        return [*head, *self._said(event.seat, f"shows [{' '.join(event.cards)}] ({made})")]

    def _acts(self, before: Hand, now: Hand) -> list[str]:
        """Tell what came into the record; more than one act where one out of turn came to bind."""
        bet_to, lines = before.bet_to, []
        for entry in now.actions[standing(before, now) :]:
            lines += self._said(entry.seat, self._act(entry, bet_to, before.setup.bring_in))
            bet_to = max(bet_to, entry.to)
        return lines

    def _act(self, entry: Recorded, bet_to: int, bring_in: int) -> str:
        match entry.action:
            case "fold" | "dead":
                return "folds"
            case "check":
                return "checks"
            case "call":
                return f"calls {self.money(entry.amount)}{_all_in(entry)}"
            case "bet":
                return f"bets {self.money(entry.amount)}{_all_in(entry)}"
            case "bring_in":
                return f"brings in for {self.money(max(entry.to, bring_in))}{_all_in(entry)}"
            case _:
                return f"raises {self.money(entry.to - bet_to)} to {self.money(entry.to)}{_all_in(entry)}"

    def _back(self, before: Hand, now: Hand) -> list[str]:
        """Tell a bet that nobody called."""
        return [
            f"Uncalled bet ({self.money(player.returned)}) returned to {self.names[player.seat]}"
            for player in now.players
            if player.returned and not find(before, player.seat).returned
        ]


def _all_in(entry: Recorded) -> str:
    return " and is all-in" if entry.all_in else ""
