"""The states that pictures are made of: hands played at a table of the collector's own, as its channel has them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tests.collector.table.dealer import Dealer

State = dict[str, Any]
NAMES = (
    "Alice Moreau", "Bao Tran", "Carla Nowak", "Deniz Aydin", "Ewa Lis",
    "Farid Haddad", "Gonzalo Pérez-Reverte", "Hana Sato", "Ivo Petrov", "Jun-ho Park",
)  # fmt: skip
STACKS = (1_245_000, 860_500, 2_310_000, 395_000, 640_000, 1_020_000, 415_500, 777_000, 1_800_000, 352_500)
HOLDEM = ("AsKd", "QhQc", "JdTd", "9s8s", "7h7c", "Ac5c", "KhJs", "6d5d", "4s4h", "Ts9d")


class Room(Dealer):
    """A dealer at the table of a tournament, whose players have names."""

    def __init__(self, players: int, stacks: Sequence[int] = STACKS, names: Sequence[str] = NAMES, **game: Any) -> None:
        super().__init__(stacks=(), blinds=(5_000, 10_000))
        for seat in range(1, players + 1):
            name, stack = names[seat - 1], stacks[seat - 1]
            self.command(type="seat_player", seat=seat, player_id=f"p_{seat}", name=name, stack=stack)
        self.players = players
        if game:
            self.command(type="set_game", **game)

    def begin(self, hands: Sequence[str] = (), button: int = 1, **start: Any) -> Room:
        """Start a hand and read the hole cards, round by round."""
        self.command(type="start_hand", button=button, **start)
        self.deal(hands)
        return self

    def deal(self, hands: Sequence[str]) -> None:
        for turn in range(0, max(map(len, hands), default=0), 2):
            for seat, cards in enumerate(hands, 1):
                if cards[turn : turn + 2]:
                    self.read(seat, cards[turn : turn + 2])

    def board(self, cards: str) -> Room:
        for at in range(0, len(cards), 2):
            self.read(None, cards[at : at + 2])
        return self

    def ups(self, cards: dict[int, str]) -> Room:
        """Deal up cards, in the order of the seats."""
        for turn in range(0, max(map(len, cards.values())), 2):
            for seat, said in cards.items():
                if said[turn : turn + 2]:
                    self.command(type="deal_card", seat=seat, card=said[turn : turn + 2], up=True)
        return self

    @property
    def to_act(self) -> int:
        return int(self.state("public")["hand"]["to_act"])

    def does(self, *acts: str) -> Room:
        """Let whoever is to act do so, one act after another: "raise_to 60000"."""
        for act in acts:
            kind, *amount = act.split()
            self.act(self.to_act, kind, int(amount[0]) if amount else None)
        return self

    def show(self, hands: dict[int, str]) -> Room:
        for seat, cards in hands.items():
            self.command(type="show", seat=seat, cards=[cards[at : at + 2] for at in range(0, len(cards), 2)])
        return self

    def picture(self) -> State:
        return self.state("live")


def seated() -> State:
    return Room(6).picture()


def deal_at(players: int) -> Callable[[], State]:
    return lambda: Room(players).begin(HOLDEM[:players]).picture()


def act() -> State:
    room = Room(6).begin(HOLDEM[:6])
    return room.does("fold", "raise_to 25000", "fold").picture()


def clock() -> State:
    room = Room(6).begin(HOLDEM[:6]).does("fold", "raise_to 25000", "fold")
    room.command(type="call_clock", seat=room.to_act, seconds=30)
    return room.picture()


def long_raise() -> State:
    stacks = [97_500_000, 123_456_789, 88_000_000, 250_000_000, 64_000_000, 102_000_000]
    room = Room(6, stacks).begin(HOLDEM[:6])
    return room.does("fold", "raise_to 60000000", "call").picture()


def unread() -> State:
    room = Room(4).begin((*HOLDEM[:2], "Jd", HOLDEM[3]))
    return room.does("call").picture()


def ten_folded() -> State:
    room = Room(10).begin(HOLDEM)
    return room.does("fold", "raise_to 25000", *["fold"] * 4, "call", "fold", "fold").picture()


def flop() -> State:
    room = Room(6).begin(HOLDEM[:6]).does("fold", "raise_to 25000", "fold", "call", "call", "fold")
    return room.board("Ah7d2c").does("check", "bet 40000").picture()


def three_way() -> State:
    room = Room(5, (600_000, 250_000, 2_310_000, 95_000, 1_640_000)).begin(HOLDEM[:5])
    return room.does("all_in", "all_in", "all_in", "fold", "all_in").picture()


def duel() -> State:
    room = Room(6).begin(HOLDEM[:6]).does("fold", "fold", "fold", "raise_to 30000", "call", "fold")
    return room.board("Qd7s2s").does("check", "bet 60000", "all_in", "call").picture()


def duel_outs() -> State:
    room = Room(6).begin(HOLDEM[:6]).does("fold", "fold", "fold", "raise_to 30000", "call", "fold")
    return room.board("Qd7s2s").does("check", "bet 60000", "all_in", "call").board("Js").picture()


def run_twice() -> State:
    room = Room(6).begin(HOLDEM[:6]).does("fold", "fold", "fold", "raise_to 30000", "call", "fold")
    room.board("Qd7s2s").does("check", "bet 60000", "all_in", "call")
    room.command(type="run_board", times=2)
    return room.board("JsTc").picture()


def bomb(boards: int) -> Callable[[], State]:
    def made() -> State:
        room = Room(6)
        room.begin(HOLDEM[:6], bomb=20_000, boards=boards)
        flops = ("Ah7d2c", "KsQd8h", "3c5h9c")[:boards]
        for number, cards in enumerate(flops, 1):
            for at in range(0, 6, 2):
                room.command(type="deal_card", seat=None, card=cards[at : at + 2], board=number)
        return room.does("check", "bet 60000", "fold", "call").picture()

    return made


def _river() -> Room:
    room = Room(6).begin(HOLDEM[:6]).does("fold", "fold", "fold", "raise_to 30000", "call", "fold")
    room.board("Qd7s2s").does("check", "bet 60000", "all_in", "call")
    return room.board("Js3s")


def showdown() -> State:
    return _river().show({2: "QhQc"}).picture()


def winner() -> State:
    return _river().show({2: "QhQc", 1: "AsKd"}).picture()


def winner_by_fold() -> State:
    room = Room(6).begin(HOLDEM[:6])
    return room.does("fold", "raise_to 25000", "fold", "fold", "fold", "fold").picture()


def split() -> State:
    room = Room(3, (500_000, 500_000, 500_000)).begin(("AsKd", "AcKh", "JdTd"))
    room.does("all_in", "all_in", "fold").board("Qd7s2s9h3c")
    return room.show({2: "AcKh", 1: "AsKd"}).picture()


def hi_lo() -> State:
    room = Room(4, game="omaha_hi_lo").begin(("As2sTdTh", "KdKhJdJh", "QcJc9s9h", "8h7h6s5s"))
    while room.state()["hand"]["street"] == "preflop":
        room.does("call" if room.state()["hand"]["legal"]["call"] else "check")
    for cards in ("3h4d6c", "Ks", "Qc"):
        room.board(cards)
        first = room.to_act
        room.act(first, "bet", room.state()["hand"]["legal"]["min_to"])
        while room.state()["hand"]["to_act"]:
            legal = room.state()["hand"]["legal"]
            room.does("call" if legal["seat"] in (1, 2) and legal["call"] else "fold" if legal["call"] else "check")
            if room.state()["hand"]["waiting_for"] == "board":
                break
    room.show({2: "KdKhJdJh", 1: "As2sTdTh"})
    return room.picture()


def side_pots() -> State:
    room = Room(4, (100_000, 300_000, 600_000, 600_000)).begin(("AsAd", "KsKd", "QsQd", "Td8d"))
    room.does("all_in", "all_in", "all_in", "all_in").board("2c7d9hJs3c")
    return room.show({4: "Td8d", 3: "QsQd", 2: "KsKd", 1: "AsAd"}).picture()


def omaha(cards: int, players: int) -> Callable[[], State]:
    def made() -> State:
        deck = [rank + suit for rank in "AKQJT98765432" for suit in "shdc"]
        mixed = [deck[at * 17 % 52] for at in range(52)]
        hands = ["".join(mixed[at * cards : at * cards + cards]) for at in range(players)]
        key = {4: "omaha", 5: "omaha5", 6: "omaha6"}[cards]
        room = Room(players, game=key).begin(hands)
        return room.does("fold", "call", "raise_to 45000").picture() if players > 4 else room.picture()

    return made


def stud(game: str = "stud") -> State:
    room = Room(4, (240_000, 310_000, 185_000, 420_000))
    room.command(type="set_blinds", small_blind=0, big_blind=10_000, ante=1_000)
    room.command(type="set_game", game=game, bring_in=2_000)
    room.command(type="start_hand", button=4)
    room.deal(("AsKd", "QhQc", "JdTh", "9s8s"))
    room.ups({1: "Ah", 2: "2c", 3: "Kh", 4: "9d"})
    room.does("bring_in" if room.state()["hand"]["legal"]["bring_in"] else "check")
    while room.state()["hand"]["street"] == "third":
        room.does("fold" if room.to_act == 3 else "call")
    live = [view["seat"] for view in room.state()["seats"] if view["status"] == "in"]
    room.ups({seat: {1: "Td", 2: "2h", 4: "9h", 3: "3c"}[seat] for seat in live})
    while room.state()["hand"]["street"] == "fourth":
        room.does("check")
    room.ups({seat: {1: "5c", 2: "Qs", 4: "4d", 3: "6c"}[seat] for seat in live})
    return room.does("bet 20000" if room.state()["hand"]["legal"]["opens"] else "check").picture()


def triple_draw() -> State:
    room = Room(4, game="triple_draw_27").begin(("7s5h4d3cKs", "8s7d6h2c2d", "9c8d5s3hTc", "QdJhTs6c4s"))
    while room.state()["hand"]["street"] == "predraw":
        room.does("call" if room.state()["hand"]["legal"]["call"] else "check")
    drawn = ((2, ["2d"], ["4c"]), (3, ["9c", "Tc"], ["Ad", "6s"]), (4, ["Qd", "Jh", "Ts"], ["Kh", "2h", "8c"]))
    for seat, away, cards in (*drawn, (1, ["Ks"], ["9d"])):
        room.command(type="draw", seat=seat, count=len(away), cards=away)
        for card in cards:
            room.command(type="deal_card", seat=seat, card=card)
    while not room.state()["hand"]["drawing"]:
        room.does("check")
    for seat, away, cards in ((2, [], []), (3, ["8d"], ["7c"]), (4, ["Kh", "8c"], ["3s", "7h"]), (1, [], [])):
        room.command(type="draw", seat=seat, count=len(away), cards=away)
        for card in cards:
            room.command(type="deal_card", seat=seat, card=card)
    return room.picture()


STATES: dict[str, Callable[[], State]] = {
    "seated": seated,
    "deal_2": deal_at(2),
    "deal_6": deal_at(6),
    "deal_10": deal_at(10),
    "act": act,
    "clock": clock,
    "long_raise": long_raise,
    "unread": unread,
    "ten_folded": ten_folded,
    "flop": flop,
    "three_way": three_way,
    "duel": duel,
    "duel_outs": duel_outs,
    "run_twice": run_twice,
    "two_boards": bomb(2),
    "three_boards": bomb(3),
    "showdown": showdown,
    "winner": winner,
    "winner_by_fold": winner_by_fold,
    "split": split,
    "hi_lo": hi_lo,
    "side_pots": side_pots,
    "omaha_4": omaha(4, 6),
    "omaha_5": omaha(5, 6),
    "omaha_6": omaha(6, 6),
    "omaha_6_at_7": omaha(6, 7),
    "stud": stud,
    "razz": lambda: stud("razz"),
    "triple_draw": triple_draw,
}
"""By name, what plays the hand up to the state."""
