"""The hand of another program's Open Hand History document, played while it is read.

Amounts of acts are chips put in by that act. Board cards stand in the rounds; a street that comes again is a further
run of the board. The stakes are those that the document states, and its finest amount is the smallest unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from collector.cards import Card
from collector.errors import BadHistory
from collector.hand.changing import find, standing
from collector.hand.events import (
    BetTo,
    BoardCard,
    Call,
    Check,
    Event,
    Fold,
    HoleCard,
    Muck,
    Post,
    PostKind,
    RunTimes,
    Show,
)
from collector.hand.games import GAMES, Betting, Game
from collector.hand.model import Hand, HandSetup, Rake, SeatSetup
from collector.hand.showdown import to_show
from collector.histories.jsonparts import Part, scale_of
from collector.histories.ohh import words
from collector.histories.ohh.about import about_of
from collector.histories.ohh.sums import pot_amounts, stated_in
from collector.histories.playing import Playing
from collector.histories.stated import differences
from collector.histories.story import Story
from collector.secrecy import Secret

_MOST_PLAYERS: Final = 30
_MOST_ROUNDS: Final = 40
_MOST_ACTS: Final = 2000
_ID: Final = 10**9
_OMAHA: Final = {4: "omaha", 5: "omaha5", 6: "omaha6"}
_PLAYED: Final = ("Holdem", "Omaha", "OmahaHiLo")
_TYPES: Final = ("STT", "MTT")


class Foreign:
    """A document while it is read. body: what it has under `ohh`. source: how errors name it."""

    def __init__(self, body: Part, source: str) -> None:
        self._body, self._source = body, source
        self._check()
        self._players = [
            each for each in body.parts("players", _MOST_PLAYERS) if not each.flag("is_sitting_out", False)
        ]
        self._seats = self._numbered()
        rounds = body.parts("rounds", _MOST_ROUNDS)
        if all("id" in each for each in rounds):  # the id says in which order they came
            rounds.sort(key=lambda each: each.whole("id", 0, _ID))
        self._rounds = [(each.one_of("street", words.STREETS), each) for each in rounds]
        self._acts = [(street, act) for street, each in self._rounds for act in each.parts("actions", _MOST_ACTS)]
        for _, act in self._acts:
            act.one_of("action", words.ACTS)
        self._game = self._played_game()
        self._scale = scale_of(list(self._amounts()))
        self._differences: list[str] = []
        self._playing = Playing(source)

    def story(self) -> Story:
        """Return the story, with what the document states otherwise than it plays."""
        hand = self._play(self._start())
        self._playing.require_whole(hand, _open(hand))
        found = differences(hand, stated_in(self._body, self._seats, self._scale))
        return Story(
            self._body.text("game_number"),
            hand.setup,
            tuple(self._playing.events),
            self._body.whole("dealer_seat", 1, 10),
            self._scale,
            about=about_of(self._body, self._seats),
            differences=(*self._differences, *found),
        )

    def _check(self) -> None:
        """Take what is not played: the version, texts, tournament and bounties must be what they are called."""
        body = self._body
        version = body.text("spec_version")
        if not version.startswith("1."):
            raise body.bad("spec_version", "this program reads version 1 of the specification")
        for key in ("site_name", "network_name", "table_name"):
            body.text(key)
        if body.flag("tournament", False):
            info = body.part("tournament_info")
            info.text("tournament_number")
            info.one_of("type", _TYPES)
        if not body.parts("pots", _MOST_ROUNDS):
            raise body.bad("pots", "a hand has a pot, and it says what is compared")
        for each in body.parts("tournament_bounties", _MOST_PLAYERS) if "tournament_bounties" in body else ():
            each.amount("bounty_won")

    def _numbered(self) -> dict[int, int]:
        numbers: dict[int, int] = {}
        for each in self._players:
            number, seat = each.whole("id", 0, _ID), each.whole("seat", 1, 10)
            if number in numbers or seat in numbers.values():
                raise each.bad("id" if number in numbers else "seat", "another player has it; each has its own")
            numbers[number] = seat
        return numbers

    def _amounts(self) -> Iterator[Decimal]:
        for key in ("small_blind_amount", "big_blind_amount", "ante_amount"):
            yield self._body.amount(key, 0)
        yield self._body.part("bet_limit").amount("bet_cap", 0)
        yield from (each.amount("starting_stack") for each in self._players)
        yield from (act.amount("amount", 0, low=-(10**15)) for _, act in self._acts)
        yield from pot_amounts(self._body)

    def _units(self, part: Part, key: str = "amount") -> int:
        return int(part.amount(key, 0) * self._scale)

    def _played_game(self) -> Game:
        """Return the game. The specification names families: of Omaha, the cards tell how many are dealt."""
        family = self._body.one_of("game_type", words.GAMES)
        if family not in _PLAYED:
            raise self._body.bad(
                "game_type",
                "the specification has no words for bring-ins, up cards and draws, so only documents of EBS are read; "
                f"others must be one of {', '.join(_PLAYED)}",
            )
        if family == "Holdem":
            return GAMES["holdem"]
        most = max((len(act.cards("cards", 10)) for _, act in self._acts), default=0)
        key = _OMAHA.get(most, "omaha")
        return GAMES[key if family == "Omaha" else f"{key}_hi_lo"]

    def _seat(self, act: Part) -> int:
        number = act.whole("player_id", 0, _ID)
        if number not in self._seats:
            raise act.bad("player_id", "players lists no such id that is dealt in")
        return self._seats[number]

    def _start(self) -> HandSetup:
        body = self._body
        button = body.whole("dealer_seat", 1, 10)
        limit = body.part("bet_limit")
        betting = words.LIMITS[limit.one_of("bet_type", tuple(words.LIMITS))]
        order = sorted(self._players, key=lambda each: (self._place(each) <= button, self._place(each)))
        names = Counter(each.text("name") for each in order)
        posts = tuple(self._posts())
        big = self._units(body, "big_blind_amount") or self._big(posts)
        rake = stated_in(body, self._seats, self._scale).rake or 0
        setup = HandSetup(
            tuple(self._dealt_in(each, names) for each in order),
            posts,
            big,
            self._game.key,
            betting,
            big_bet=2 * big if betting is Betting.FIXED_LIMIT else 0,
            hand_cap=self._units(limit, "bet_cap"),
            rake=Rake(0, fixed=rake, no_flop_no_drop=False) if rake else None,
            bomb="Bomb_Pot" in body.words("flags", words.FLAGS),
        )
        self._compare_blinds(setup)
        return setup

    def _place(self, player: Part) -> int:
        return self._seats[player.whole("id", 0, _ID)]

    def _dealt_in(self, player: Part, names: Counter[str]) -> SeatSetup:
        """Return the seat of a player; a name that nobody else has tells the player apart, else its number does."""
        number, name = player.whole("id", 0, _ID), player.text("name")
        alone = bool(name.strip()) and names[name] == 1
        stack = self._units(player, "starting_stack")
        return SeatSetup(self._seats[number], name if alone else f"{name}#{number}", name or f"Player {number}", stack)

    def _posts(self) -> Iterator[Post]:
        big_is_in = False
        for street, act in self._acts:
            kind = words.POSTS.get(act.text("action"))
            if kind is None:
                continue
            if street != "Preflop":
                raise act.bad("action", "posts stand in the first round")
            late = kind is PostKind.BIG_BLIND and big_is_in  # who comes back pays one out of turn
            big_is_in |= kind is PostKind.BIG_BLIND
            yield Post(self._seat(act), PostKind.LATE if late else kind, self._units(act))

    def _big(self, posts: tuple[Post, ...]) -> int:
        """Return the big blind that was posted, where none is stated; who is all-in with it shows no big blind."""
        stacks = {self._place(each): self._units(each, "starting_stack") for each in self._players}
        whole = [post.amount for post in posts if post.kind is PostKind.BIG_BLIND and post.amount < stacks[post.seat]]
        if not whole:
            raise self._body.bad("big_blind_amount", "nobody posted a whole one either; give it")
        return max(whole)

    def _compare_blinds(self, setup: HandSetup) -> None:
        """Compare blinds with the stakes that are stated. Who is all-in may post less."""
        stacks = {seat.seat: seat.stack for seat in setup.seats}
        owed = {
            PostKind.SMALL_BLIND: self._units(self._body, "small_blind_amount"),
            PostKind.BIG_BLIND: self._units(self._body, "big_blind_amount"),
        }
        for post in setup.posts:
            stated = owed.get(post.kind, 0)
            short = (
                post.amount < stated and sum(p.amount for p in setup.posts if p.seat == post.seat) >= stacks[post.seat]
            )
            if stated and post.amount != stated and not short:
                kind = post.kind.value.replace("_", " ")
                self._differences.append(f"seat {post.seat} posts a {kind} of {post.amount}, and {stated} is stated")

    def _play(self, setup: HandSetup) -> Hand:
        hand = self._playing.begin(setup)
        for event in self._deal(setup):
            hand = self._playing.play(hand, event, "players")
        seen: Counter[str] = Counter()
        runs = max(Counter(street for street, each in self._rounds if "cards" in each).values(), default=1)
        for street, each in self._rounds:
            seen[street] += 1
            for event in self._cards(street, each, seen[street], runs):
                hand = self._playing.play(hand, event, f"{each.path}.cards")
            for act in each.parts("actions", _MOST_ACTS):
                hand = self._acted(hand, act)
        return self._ended(hand)

    def _deal(self, setup: HandSetup) -> Iterator[Event]:
        """Yield every player's cards, in dealing order; one of whom nothing is told has cards that nobody read."""
        held: dict[int, list[Card | None]] = {seat.seat: [] for seat in setup.seats}
        for _, act in self._acts:
            kind = act.text("action")
            if kind == "Dealt Cards" or (kind == "Mucks Cards" and "cards" in act and not held[self._seat(act)]):
                held[self._seat(act)] += act.cards("cards", self._game.down)
        for seat, cards in held.items():
            missing = self._game.down - len(cards)
            if missing < 0:
                raise BadHistory(
                    self._source, f"seat {seat} is dealt {len(cards)} cards; the game deals {self._game.down}"
                )
            yield from (HoleCard(seat, None if card is None else Secret(card)) for card in [*cards, *[None] * missing])

    def _cards(self, street: str, each: Part, run: int, runs: int) -> Iterator[Event]:
        """Yield the board cards of a round. Some programs list the whole board: then the new ones count."""
        cards = each.cards("cards", self._game.board_size)
        if not cards:
            if street in ("Flop", "Turn", "River") and each.parts("actions", _MOST_ACTS):
                raise each.bad("cards", "a street with acts has board cards")
            return
        if street in ("Preflop", "Showdown"):
            raise each.bad("cards", "board cards belong to Flop, Turn and River")
        name = street.lower()
        wanted, through = self._game.street(name).board, self._game.board_through(name)
        new = cards[-wanted:] if len(cards) == through else cards
        if len(new) != wanted or None in new:
            raise each.bad("cards", f"a {name} has {wanted} board cards, all known")
        again = sum(street == other and "cards" in part for other, part in self._rounds)
        if runs > 1 and again == runs and not any(isinstance(event, RunTimes) for event in self._playing.events):
            yield RunTimes(runs)
        yield from (BoardCard(card, run) for card in new if card is not None)

    def _acted(self, hand: Hand, act: Part) -> Hand:
        kind = act.text("action")
        if kind == words.ADDED:
            raise act.bad("action", "chips from outside the hand cannot be put into a pot here")
        if kind == "Dealt Cards" or kind in words.POSTS or kind in words.BESIDE:
            return hand
        seat = self._seat(act)
        if kind in words.BETS:
            return self._bet(hand, act, seat, kind)
        cards = [card for card in act.cards("cards", self._game.hole) if card is not None]
        event: Event = Show(seat, tuple(cards)) if kind == "Shows Cards" else Muck(seat, override=True)
        if find(hand, seat).folded or (hand.complete and len(cards) != self._game.hole):
            return hand  # a hand that is out, or a part of one that has won: shown for the fun of it
        return self._playing.play(hand, event, f"{act.path}.action {kind!r}")

    def _bet(self, hand: Hand, act: Part, seat: int, kind: str) -> Hand:
        amount = self._units(act)
        to = find(hand, seat).bet + amount
        passive: dict[str, Event] = {
            "Fold": Fold(seat, override=True),
            "Check": Check(seat, override=True),
            "Call": Call(seat, override=True),
        }
        event = passive.get(kind, BetTo(seat, to, override=True))
        after = self._playing.play(hand, event, f"{act.path}.action {kind!r}")
        entry = next((e for e in after.actions[standing(hand, after) :] if e.seat == seat), None)
        put_in = entry.amount if entry else 0
        if "amount" in act and put_in != amount and not (kind == "Call" and amount == 0):
            self._differences.append(f"{act.path}: {kind} of seat {seat} puts {amount} in, and {put_in} is played")
        if act.flag("is_allin", False) and entry is not None and not entry.all_in:
            self._differences.append(f"{act.path}: seat {seat} is all-in, and has chips left as it is played")
        return after

    def _ended(self, hand: Hand) -> Hand:
        """Muck for those of whom the document tells nothing at the showdown: it may leave such mucks out."""
        while not hand.complete and (waiting := to_show(hand)) and hand.street == "showdown":
            hand = self._playing.play(hand, Muck(waiting[0], override=True), "rounds")
        return hand


def _open(hand: Hand) -> str:
    if hand.to_act is not None:
        return f"on the {hand.street} seat {hand.to_act} is to act"
    return f"{len(hand.board_read)} board cards are dealt"
