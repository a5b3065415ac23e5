"""Tables to draw: states made with the collector's own models, so that a page and a feed can never disagree."""

from __future__ import annotations

from typing import Any

from collector.wire.feed_events import EventData, FeedEvent
from collector.wire.feeds import (
    ActionView,
    Blinds,
    HandView,
    LegalView,
    PotView,
    SeatView,
    TableState,
    WinView,
)

TABLE = "table_01"
HAND = "h_table_01_40"
NAMES = (
    "Alice Moreau", "Bao Tran", "Carla Nowak", "Deniz Aydin", "Ewa Lis",
    "Farid Haddad", "Gonzalo Pérez-Reverte", "Hana Sato", "Ivo Petrov", "Jun-ho Park",
)  # fmt: skip
HOLES = (
    ("As", "Kd"), ("Qh", "Qc"), ("Jd", "Td"), ("9s", "8s"), ("7h", "7c"),
    ("Ac", "5c"), ("Kh", "Js"), ("6d", "5d"), ("4s", "4h"), ("Ts", "9d"),
)  # fmt: skip
BOARD = ("Ah", "Qd", "2c", "Td", "3s")
STACKS = (1_245_000, 860_500, 2_310_000, 95_000, 640_000, 1_020_000, 415_500, 777_000, 1_800_000, 52_500)
BLINDS = Blinds(small_blind=5_000, big_blind=10_000, ante=0, big_blind_ante=10_000)
May = dict[str, tuple[int, ...]]
ON_BOARD = {"preflop": 0, "flop": 3, "turn": 4, "river": 5, "showdown": 5, "complete": 5}


def seat(number: int, **changes: Any) -> SeatView:
    """A player dealt in, hand unknown."""
    fields: dict[str, Any] = {
        "seat": number,
        "player_id": f"p_{number}",
        "name": NAMES[number - 1],
        "stack": STACKS[number - 1],
        "status": "in",
        "position": None,
        "bet": 0,
        "cards": 2,
        "hole": None,
        "shown": False,
        "equity": None,
        "win": None,
        "tie": None,
        "made": None,
        "last_action": None,
        "won": None,
    }
    return SeatView(**(fields | changes))


def empty(number: int) -> SeatView:
    return seat(number, player_id=None, name=None, stack=0, status="empty", cards=0)


def act(street: str, number: int, action: str, amount: int = 0, to: int = 0, *, all_in: bool = False) -> ActionView:
    return ActionView(
        street=street, seat=number, player_id=f"p_{number}", action=action, amount=amount, to=to, all_in=all_in
    )


def legal(number: int, **changes: Any) -> LegalView:
    fields: dict[str, Any] = {
        "seat": number,
        "fold": True,
        "check": False,
        "call": 20_000,
        "opens": False,
        "min_to": 50_000,
        "max_to": STACKS[number - 1],
        "pot_to": 115_000,
        "all_in_to": STACKS[number - 1],
    }
    return LegalView(**(fields | changes))


def may_follow(running: HandView) -> May:
    """What may come in a hand, as the collector would say it of what the hand says of itself."""
    may: May = {"deal_card": (), "clear_card": ()}
    if running.legal:
        may |= dict.fromkeys(_acts(running.legal), (running.legal.seat,))
    if running.drawing:
        may["draw"] = running.drawing[:1]
    if running.showdown:
        may |= {"show": running.showdown, "muck": running.showdown, "award": ()}
    return may


def _acts(now: LegalView) -> list[str]:
    opening = now.bring_in is not None
    raises = "bet" if now.opens else "raise_to"
    acts = {
        "fold": now.fold and not opening,
        "check": now.check,
        "call": now.call > 0,
        raises: now.min_to is not None,
        "all_in": now.all_in_to is not None,
        "bring_in": opening,
    }
    return [act for act, open_ in acts.items() if open_]


def may_at_table(seats: dict[int, SeatView], running: HandView | None) -> May:
    """What may come beside that."""
    free = tuple(number for number in range(1, 11) if number not in seats)
    may: May = {"seat_player": free} if free else {}
    if running is None:
        return may | {"start_hand": ()}
    if running.waiting_for == "next_hand":
        may |= {"start_hand": (), "end_hand": ()}
    taken_back = {"undo": running.undo > 0, "redo": running.redo > 0, "misdeal": True}
    return may | {kind: () for kind, open_ in taken_back.items() if open_}


def hand(street: str = "preflop", **changes: Any) -> HandView:
    fields: dict[str, Any] = {
        "hand_id": HAND,
        "hand_number": 128,
        "game": "holdem",
        "street": street,
        "button": 1,
        "board": BOARD[: ON_BOARD[street]],
        "board_read": ON_BOARD[street],
        "pot": 75_000,
        "pots": (PotView(amount=75_000, eligible=(1, 2)),),
        "to_act": None,
        "legal": None,
        "waiting_for": "action",
        "showdown": (),
        "actions": (),
        "winners": (),
        "undo": 3,
        "redo": 0,
        "rulings": (),
    }
    running = HandView(**(fields | changes))
    return running if "may" in changes else running.model_copy(update={"may": may_follow(running)})


def state(seq: int, seats: dict[int, SeatView], running: HandView | None, **changes: Any) -> TableState:
    fields: dict[str, Any] = {
        "event_id": "spring_open",
        "table_id": TABLE,
        "hand_id": running.hand_id if running else None,
        "epoch": 1,
        "seq": seq,
        "timestamp": "2026-01-01T20:00:00.000Z",
        "trace_id": "test",
        "mode": "programme",
        "event_name": "Spring Open Main Event",
        "table_name": "Feature table",
        "decision": 7,
        "blinds": BLINDS,
        "button": 1,
        "seats": tuple(seats.get(number) or empty(number) for number in range(1, 11)),
        "hand": running,
        "may": may_at_table(seats, running),
    }
    return TableState(**(fields | changes))


def event(seq: int, data: EventData, epoch: int = 1) -> FeedEvent[Any]:
    return FeedEvent[type(data)](  # type: ignore[misc]
        type=data.type,
        event_id="spring_open",
        table_id=TABLE,
        hand_id=HAND,
        epoch=epoch,
        seq=seq,
        timestamp="2026-01-01T20:00:00.000Z",
        trace_id="test",
        data=data,
    )


def scene(players: int, street: str, seq: int = 50, **changes: Any) -> TableState:
    """A whole table at a street, with everything a viewer may be shown."""
    build = {"preflop": _preflop, "flop": _flop, "showdown": _showdown, "complete": _complete}[street]
    seats, running = build(players)
    return state(seq, seats, running, **changes)


def _dealt(players: int) -> dict[int, dict[str, Any]]:
    positions = {1: "BTN", 2: "SB", 3: "BB"} if players > 2 else {1: "BTN", 2: "BB"}
    share = 10_000 // players
    return {
        number: {
            "hole": HOLES[number - 1],
            "position": positions.get(number),
            "equity": share,
            "win": share - 40,
            "tie": 80,
        }
        for number in range(1, players + 1)
    }


def _seats(fields: dict[int, dict[str, Any]]) -> dict[int, SeatView]:
    return {number: seat(number, **changes) for number, changes in fields.items()}


def _preflop(players: int) -> tuple[dict[int, SeatView], HandView]:
    fields = _dealt(players)
    acts = [act("preflop", 2, "small_blind", 5_000, 5_000)]
    fields[2] |= {"bet": 5_000, "last_action": acts[0]}
    if players > 2:
        acts.append(act("preflop", 3, "big_blind", 10_000, 10_000))
        fields[3] |= {"bet": 10_000, "last_action": acts[-1]}
    for number in range(4, players + 1):
        if number == 5:
            acts.append(act("preflop", 5, "raise", 30_000, 30_000))
            fields[5] |= {"bet": 30_000, "last_action": acts[-1]}
        else:
            acts.append(act("preflop", number, "fold"))
            gone = {"status": "folded", "equity": None, "win": None, "tie": None}
            fields[number] |= {"last_action": acts[-1], **gone}
    return _seats(fields), hand("preflop", to_act=1, legal=legal(1), actions=tuple(acts), pot=55_000)


def _flop(players: int) -> tuple[dict[int, SeatView], HandView]:
    fields = _dealt(players)
    acts = [act("preflop", 1, "raise", 30_000, 30_000), act("flop", 2, "bet", 60_000, 60_000)]
    fields[2] |= {"bet": 60_000, "last_action": acts[1], "equity": 9_150, "win": 9_150, "tie": 0}
    fields[1] |= {"equity": 850, "win": 850, "tie": 0, "last_action": acts[0]}
    for number in range(3, players + 1):
        gone = {"status": "folded", "equity": None, "win": None, "tie": None}
        fields[number] |= {"last_action": act("preflop", number, "fold"), **gone}
    return _seats(fields), hand(
        "flop", to_act=1, legal=legal(1, call=60_000, min_to=120_000), actions=tuple(acts), pot=135_000
    )


def _showdown(players: int) -> tuple[dict[int, SeatView], HandView]:
    fields = _dealt(players)
    acts = [act("river", 2, "bet", 860_500, 860_500, all_in=True), act("river", 1, "call", 860_500, 860_500)]
    fields[2] |= {"stack": 0, "status": "all_in", "last_action": acts[0], "shown": True}
    fields[1] |= {"last_action": acts[1], "shown": True}
    fields[2] |= {"equity": 10_000, "win": 10_000, "tie": 0, "made": "three of a kind, queens"}
    fields[1] |= {"equity": 0, "win": 0, "tie": 0, "made": "a pair of aces"}
    for number in range(3, players + 1):
        gone = {"status": "folded", "equity": None, "win": None, "tie": None}
        fields[number] |= {"last_action": act("preflop", number, "fold"), **gone}
    pots = (PotView(amount=1_600_000, eligible=(1, 2)), PotView(amount=256_000, eligible=(1, 2)))
    running = hand("showdown", waiting_for="showdown", showdown=(2, 1), actions=tuple(acts), pot=1_856_000, pots=pots)
    return _seats(fields), running


def _complete(players: int) -> tuple[dict[int, SeatView], HandView]:
    seats, running = _showdown(players)
    seats[2] = seats[2].model_copy(update={"won": 1_856_000, "stack": 1_856_000, "status": "in"})
    wins = (WinView(seat=2, player_id="p_2", amount=1_856_000, hand="three of a kind, queens"),)
    changes = {"street": "complete", "waiting_for": "next_hand", "showdown": (), "winners": wins}
    over = running.model_copy(update=changes)
    return seats, over.model_copy(update={"may": may_follow(over)})
