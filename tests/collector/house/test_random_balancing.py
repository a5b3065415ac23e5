"""Balancing by two independent models: what the house proposes, and `blind_book`, which deals on to see who pays when.

The second one knows no rule but 11-A: of the fullest table whoever is the next big blind; to the seat where the big
blind comes soonest, which is found by dealing hands until it comes. Then both tables deal, and agree on every post.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from collector.house import balance
from collector.house.house import House
from collector.table import standings
from collector.table.standings import standing_of
from tests.collector.table.blind_book import Book
from tests.collector.table.nights import Floor, Night

EVENINGS = 60
HANDS = 8
MANY_HANDS = 12


class Table(Night):
    """A table of a tournament by both models."""

    def __init__(self, number: int, chance: Random) -> None:  # not that of an evening: rules are those of a tournament
        self.chance = chance
        self.floor = Floor()
        self.tournament = self.dead = True
        self.rotation = None
        self.floor.do(type="set_house_rules", profile="tournament")
        self.floor.do(type="set_blinds", small_blind=50, big_blind=100)
        self.book = Book(dead=True, strict=False, newcomers_post=False)
        self.names = 1_000 * number
        self.number = number
        self.told: list[str] = [f"table {number}"]
        for seat in chance.sample(range(1, 10), chance.randint(2, 8)):
            self.sit(seat)

    @property
    def name(self) -> str:
        return f"t{self.number}"

    @property
    def standing(self) -> Any:
        return replace(standing_of(self.floor.table), table_id=self.name)

    @property
    def chips(self) -> list[int]:
        return [seat for seat in self.seated if self.floor.table.seated[seat].stack]

    def next_big(self) -> int:
        """Return the next big blind as the book deals it."""
        found = deepcopy(self.book).deal(self.chips, "blinds")
        assert found
        return found.big

    def hands_until(self, seat: int) -> tuple[int, bool] | None:
        """Return (hands until a newcomer in a seat is the big blind, whether it is the small one first).

        None: it gets no hand at first.
        """
        book, ready = deepcopy(self.book), [*self.chips, seat]
        if any(player.seat == seat for player in book.players):
            book.leave(seat)
        book.sit("newcomer", seat)
        if book.only is not None:  # a void deal is dealt again without it; seats are judged as if all were dealt in
            book.only = [player.name for player in book.players]
        for number in range(MANY_HANDS):
            deal = book.deal(sorted(ready), "blinds")
            assert deal
            if number == 0 and seat not in deal.dealt:
                return None
            small = number == 0 and deal.small == seat and len(deal.dealt) > 2
            if small:
                return number, True
            if deal.big == seat:
                return number, False
        raise AssertionError("the big blind never comes")

    def moves_in(self, seat: int, name: str, stack: int) -> None:
        if seat in self.seated:
            self.do(type="remove_player", seat=seat)
            self.book.leave(seat)
        self.do(type="seat_player", seat=seat, player_id=name, name=f"Moved {name}", stack=stack)
        self.book.sit(name, seat)

    def moves_out(self, seat: int) -> Any:
        who = self.floor.table.seated[seat]
        self.do(type="remove_player", seat=seat)
        self.book.leave(seat)
        return who


def evening(seed: int) -> int:
    """Play an evening of some tables; return how many players moved."""
    chance = Random(seed)
    tables = [Table(number, chance) for number in range(1, chance.randint(2, 4) + 1)]
    moved = 0
    try:
        for _ in range(HANDS):
            for table in tables:
                table.hand()
                _changes(table, chance)
            moved += _balanced(tables)
    except AssertionError as error:
        said = [line for table in tables for line in table.told]
        raise AssertionError(f"seed {seed}: {error}\n" + "\n".join(said)) from error
    return moved


def _changes(table: Table, chance: Random) -> None:
    """Let players go out, leave, come late, be away."""
    for _ in range(chance.choice((0, 0, 1, 2))):
        what, seat = chance.choice(("bust", "bust", "leave", "join", "out", "back")), chance.choice(table.seated)
        if what == "join" and len(table.chips) < 8 and table.free:
            table.sit(chance.choice([seat for seat in table.free if seat < 10] or table.free))
        elif what in ("out", "back"):
            table.do(type="sit_out", seat=seat, out=what == "out")
        elif what in ("bust", "leave") and len(table.chips) > 2:
            if what == "bust":
                table.do(type="set_stack", seat=seat, stack=0)
            else:
                table.do(type="remove_player", seat=seat)
                table.book.leave(seat)
        if len(table.seated) < 2:
            table.sit(next(seat for seat in table.free))


def _balanced(tables: list[Table]) -> int:
    """Do the moves that the house proposes one by one, each judged by the book; return how many there were."""
    by_name = {table.name: table for table in tables}
    for number in range(20):
        found = balance.proposals(House(), "evt", [table.standing for table in tables])
        move = next((each for each in found if each["what"] == "move"), None)
        counts = [len(table.chips) for table in tables]
        assert (max(counts) - min(counts) <= 1) == all(each["what"] not in {"move", "wait"} for each in found)
        if move is None:
            for wait in (each for each in found if each["what"] == "wait"):
                _judge_wait(by_name[wait["table_id"]])
            return number
        gives, takes = by_name[move["from"]["table_id"]], by_name[move["to"]["table_id"]]
        assert (len(gives.chips), len(takes.chips)) == (max(counts), min(counts))
        assert move["from"]["seat"] == gives.next_big()
        _judge(takes, move["to"]["seat"])
        stack = gives.moves_out(move["from"]["seat"]).stack
        takes.moves_in(move["to"]["seat"], move["player_id"], stack)
    raise AssertionError("the tables are never even")


def _judge_wait(takes: Table) -> None:
    """See that every open seat would be the small blind in the next hand."""
    hands = [takes.hands_until(seat) for seat in range(1, 10) if seat not in takes.chips]
    assert all(found and found[1] for found in hands), hands


def _judge(takes: Table, chosen: int) -> None:
    """Compare a seat with all others that are open: no big blind comes sooner, and it is not the small blind."""
    hands = {seat: takes.hands_until(seat) for seat in range(1, 10) if seat not in takes.chips}
    dealt = {seat: found[0] for seat, found in hands.items() if found and not found[1]}
    if dealt:
        assert chosen in dealt, (chosen, hands)
        assert dealt[chosen] == min(dealt.values()), (chosen, hands)
    else:
        assert hands[chosen] is None, "only a seat that waits is left"


def play(seeds: Iterable[int]) -> int:
    return sum(evening(seed) for seed in seeds)


def test_the_house_and_the_book_move_the_same_players_to_seats_as_bad_tda_11() -> None:
    assert play(range(EVENINGS)) > EVENINGS


@pytest.mark.soak
def test_the_house_and_the_book_agree_on_very_many_moves() -> None:
    assert play(range(EVENINGS, 20_000)) > 20_000


def test_a_house_that_looks_at_seats_alone_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standings, "_clockwise", lambda seats, first: sorted(seats))

    with pytest.raises(AssertionError, match="seed"):
        play(range(20))
