"""Evenings that are written out, around the table: the house, nodes, mixed games, a log that was restored."""

from __future__ import annotations

import base64
import json
from random import Random

from edge.seal_frames import Frames
from tests.corpus import by_chance
from tests.corpus.evening import EVENT, Evening, Node, antenna_of, read, removed, signed, uid_of
from tests.corpus.wiring import DECK, KEYS, ROTATIONS


async def tables(e: Evening) -> None:
    """Two tables of one house, and what the house refuses."""
    await e.house_refused("UNKNOWN_EVENT", type="open_table", table_id="table_01", event_id=EVENT, name="T")
    await e.set_up((5_000, 4_000, 3_000))
    await e.house_refused("EVENT_EXISTS", type="create_event", event_id=EVENT, name="Again")
    await e.house_refused("TABLE_EXISTS", type="open_table", table_id="table_01", event_id=EVENT, name="T")
    await e.house_refused("BAD_NAME", type="open_table", table_id="house", event_id=EVENT, name="T")
    await e.house(type="create_event", event_id="evt_empty", name="Nobody comes")
    first = {uid_of(str(card), 1): str(card) for card in DECK}
    third = {uid_of(str(card), 3): str(card) for card in DECK}
    await e.house_refused("DECK_EXISTS", type="register_deck", deck_id="deck-1", cards=first)
    await e.house_refused("TAG_IN_USE", type="register_deck", deck_id="deck-9", cards=first)
    await e.house_refused("UNKNOWN_DECK", type="register_deck", deck_id="deck-9", cards=third, replace=True)
    await e.house(type="register_deck", deck_id="deck-1", cards=first, replace=True)
    await e.house_refused("BAD_COMMAND", type="register_deck", deck_id="deck-9", cards={})
    await e.house_refused("BAD_COMMAND", type="nothing")
    await e.set_up((2_000, 2_000, 2_000), number=2)
    await e.refused("PLAYER_SEATED", type="seat_player", seat=9, player_id="p_1_1", name="Twice")
    await e.refused("PLAYER_SEATED", type="seat_player", seat=9, player_id="p_2_1", name="Twice")
    await e.refused("DEVICE_IN_USE", type="assign_device", device="node-01")
    await _settings(e)
    await _side_by_side(e)
    twice = [{"seq": 20, "command": {"type": "seat_player", "seat": 9, "player_id": "p_1_1", "name": "Twice"}}]
    await e.refused("PLAYER_SEATED", type="amend", changes=twice)
    e.table = "table_99"
    await e.refused("UNKNOWN_TABLE", type="check", seat=1)


async def _settings(e: Evening) -> None:
    await e.refused("BAD_BLINDS", type="set_blinds", small_blind=200, big_blind=100)
    await e.refused("SEAT_TAKEN", type="seat_player", seat=1, player_id="p_new", name="New")
    await e.refused("SEAT_TAKEN", type="move_player", seat=1, to_seat=2)
    await e.refused("SEAT_EMPTY", type="transfer_chips", seat=1, to_seat=9, amount=5, reason="none there")
    await e.refused("NOT_ENOUGH_CHIPS", type="transfer_chips", seat=1, to_seat=2, amount=50_000, reason="too much")
    await e.refused("UNKNOWN_DEVICE", type="assign_antenna", device="node-04", antenna="a01", role="muck")
    await e.refused("BAD_COMMAND", type="set_game", game="snap")
    await e.refused("BAD_COMMAND", type="set_game", rotation="none")
    await e.refused("BAD_COMMAND", type="out_of_turn", seat=1, action="bet")
    await e.refused("BAD_COMMAND", type="set_levels", levels=[{"small_blind": 5}])
    where = f"ebs/v1/table/{e.table}/command/op"
    await e.together({"topic": where, "payload": "no JSON"}, {"topic": where, "payload": '{"id":"no good"}'})
    await e.together({"topic": f"ebs/v1/table/{e.table}/something/op", "payload": "{}"})
    same = e.command_to(f"table/{e.table}", type="sit_out", seat=3, out=True)
    await e.together(same, same)
    await e.together(same)
    refused = e.command_to(f"table/{e.table}", type="next_game")
    await e.together(refused, refused)
    await e.command(type="sit_out", seat=3, out=False)
    rules = {"button_rule": "moving", "buy_button": True, "chip": 25, "new_players_post": True, "all_in_tabled": True}
    await e.command(type="set_house_rules", profile="cash", straddles=False, **rules)
    await e.refused("NO_STRADDLES", type="start_hand", straddles=[{"seat": 3, "kind": "straddle", "amount": 200}])
    await e.refused("POST_OUTSIDE", type="start_hand", posts=[{"seat": 8, "kind": "ante", "amount": 5}])


async def _side_by_side(e: Evening) -> None:
    """Both tables in one batch, again and again."""
    await e.command(type="start_hand", button=1)
    await e.together(*(e.command_to(f"table/{name}", type="set_odds") for name in ("table_01", "table_02")))
    other = Node("node-01", 1)
    await e.together(e.node.event(read("a01", uid_of("As", 2))), other.event(read("a01", uid_of("As", 1))))
    together = [e.command_to("table/table_01", type="start_hand", button=1, client="dealer")]
    together += [e.command_to("table/table_02", type="fold", seat=1), e.node.event(read("a02", uid_of("Ks", 2)))]
    await e.together(*together, e.command_to("house", type="create_event", event_id="evt_more", name="More"))
    await e.command(type="misdeal", override=True)
    await e.refused("NO_BUTTON_TO_BUY", type="start_hand", buy_button=True, button=1)


async def nodes(e: Evening) -> None:
    """Nodes that are what they should be, and nodes that are not."""
    await e.house_refused("DEVICE_SILENT", type="command_device", device="node-01", action="identify")
    await e.set_up()
    await e.together(e.node.born())
    await _orders(e)
    await _gaps(e)
    await _strangers(e)
    await _sealed(e)
    await e.reads({"kind": "command_result", "id": "c-1", "ok": False, "message": "no room"})
    await e.reads({"kind": "command_result", "id": "c-2", "ok": True, "message": ""})
    await e.reads({"kind": "weather", "degrees": 21})
    await e.together(e.node.lost(link=9))
    await e.together(e.node.lost())
    await e.together({"topic": "ebs/v1/dev/node-01/status", "payload": ""})
    await _boots(e)
    await e.command(type="register_control", uid="0011223344556688", command={"type": "undo"})
    broken = {"type": "undo", "more": 1.5}
    messages = [e.command_to("table/table_01", type="register_control", uid="0011223344556699", command=broken)]
    await e.together(
        e.command_to("table/table_01", type="set_odds"), *messages, e.node.event(read("a03", uid_of("2c")))
    )


async def _orders(e: Evening) -> None:
    where = {"type": "command_device", "device": "node-01"}
    for action in ("identify", "snapshot", "resend", "restart"):
        await e.house(**where, action=action)
    await e.house(**where, action="configure", version=2, config={"time_host": "192.168.1.10"})
    await e.house_refused("BAD_CONFIGURATION", **where, action="configure")
    await e.house_refused("BAD_CONFIGURATION", **where, action="configure", version=3, config={"gain": 1.5})
    await e.house_refused("BAD_CONFIGURATION", **where, action="configure", version=3, config={"text": "x" * 1_000})


async def _gaps(e: Evening) -> None:
    node = e.node
    await e.reads(read("a01", uid_of("As")), read("a01", uid_of("Ks")))
    again = node.event(read("a01", uid_of("Qs")))
    await e.together(again)
    await e.together(again)
    await e.wait(3_000)
    await e.together(again)
    await e.together(node.event(read("a01", uid_of("Qs")), seq=3))  # sent anew, since nobody told it
    await e.together(node.event(read("a02", uid_of("2c")), seq=1))
    await e.together(node.snapshot(log_id=e.stage.log_id, acked=node.seq))
    for _ in range(4):
        await e.together(node.event(read("a02", uid_of("3c")), seq=6))
    node.seq = 6
    await e.together(node.event({"kind": "gone", "origin": node.boot, "first": 8, "last": 9}))
    node.seq = 9
    await e.reads(removed("a02", uid_of("3c")))
    held = {"a01": [uid_of("As"), uid_of("5d")], "a02": []}
    await e.together(node.snapshot(held, log_id=e.stage.log_id, acked=node.seq))
    await e.together(node.snapshot({}, log_id="another", acked=1))


async def _strangers(e: Evening) -> None:
    node, table = e.node, "table_01"
    await e.command(type="assign_device", device="node-09")
    await e.together(Node("node-09").event(read("a01", uid_of("As"))))
    body = {"v": 1, "device": node.name, "boot": node.boot, "tx": 99, "origin": node.boot, "seq": 99, "age_ms": 1}
    events = {"events": [read("a01", uid_of("As"))]}
    topic = f"ebs/v1/dev/{node.name}/event"
    forged = signed(node.name, {**body, **events}, key="ff" * 32)
    await e.together({"topic": topic, "payload": forged})
    await e.wait(2_500)
    for kind in ("event", "snapshot", "status"):
        await e.together({"topic": f"ebs/v1/dev/{node.name}/{kind}", "payload": signed(node.name, {"v": 1})})
    await e.wait(2_500)
    other = signed(node.name, {**body, **events, "device": "node-02"})
    await e.together({"topic": topic, "payload": other})
    await e.together({"topic": f"ebs/v1/dev/{node.name}/health", "payload": "{}"})
    unheard = Node("node-02", 2)  # belongs to no table yet
    await e.together(unheard.born(), unheard.event(read("a01", uid_of("Ad"))))
    await e.command(type="assign_device", device="node-02")
    await e.together(
        *(e.command_to(f"table/{table}", type="set_odds") for _ in range(2)), unheard.event(read("a01", "00" * 7))
    )


async def _sealed(e: Evening) -> None:
    node = e.node
    await e.house(type="seal_device", device=node.name)
    await e.together(node.event(read("a03", uid_of("Td")), seq=node.seq + 1))
    frame = sealed(node, "event", node.seq + 1, read("a03", uid_of("Td")))
    await e.together(node.event(events=(), sealed=[frame]))
    node.seq += 1
    await e.wait(2_500)
    wrong = sealed(node, "event", 77, read("a03", uid_of("Td")))
    await e.together(node.event(events=(), sealed=[wrong], seq=node.seq + 1))
    antenna = sealed(node, "antenna", node.seq, {"a03": [uid_of("Td"), uid_of("Tc")]})
    await e.together(node.snapshot(antennas=(), sealed=[antenna]))
    await e.house(type="seal_device", device=node.name, sealed=False)


def sealed(node: Node, kind: str, number: int, content: object) -> str:
    """Return a sealed frame of a node."""
    frames = Frames(bytes.fromhex(KEYS[node.name]), node.name, node.boot)
    frame = getattr(frames, kind)(number, json.dumps(content))
    return base64.b64encode(frame).decode()


async def _boots(e: Evening) -> None:
    node = e.node
    before = node.boot, node.seq
    node.boots(5)
    await e.together(node.born(log_id=e.stage.log_id, origin=before[0], acked=before[1]))
    await e.reads(read("a01", uid_of("As")))
    await e.together(node.event(read("a04", uid_of("9d")), origin=before[0], seq=before[1] + 1, age_ms=None))
    late = Node("node-01", 1)
    late.tx = 500
    await e.together(late.snapshot({"a01": []}))
    await e.wait(2_500)
    await e.together(late.event(read("a04", uid_of("9d")), seq=before[1] + 1))
    node.boots(3)
    await e.together(node.born())
    await e.reads(read("a01", uid_of("As")))


async def mixed(e: Evening) -> None:
    """Mixed games: each comes in its turn, or is chosen."""
    await e.set_up((40_000, 30_000, 20_000, 15_000))
    random = Random(21)
    await e.refused("NO_MIXED_GAME", type="next_game")
    for rotation, each in (("horse", 1), ("eight_game", 0)):
        await e.command(type="set_game", rotation=rotation, bring_in=25, hands_each=each)
        for _ in ROTATIONS[rotation]:
            await e.command(type="start_hand")
            await by_chance.play(e, random)
            await e.send(type="end_hand", override=True)
            if not each:
                await e.command(type="next_game")
    await e.command(type="set_game", game="holdem")


async def restored(e: Evening) -> None:
    """A log that was put back from a copy: nodes were told of more than it has, and send it again."""
    await e.set_up()
    await e.command(type="start_hand", button=3)
    await e.lay(1, "As", "Kd")
    await e.do("backup")
    await e.lay(2, "Qs", "Qd")
    for seat, kind in ((3, "fold"), (1, "call"), (2, "check")):
        await e.act(seat, kind)
    await e.do("restart")
    for card in ("2c", "3c", "4c"):
        await e.lay(None, card)
    await e.do("restore")
    node, told = e.node, e.node.seq
    known = {"log_id": e.stage.log_id, "acked": told}
    await e.together(node.born(**known))
    await e.together(node.snapshot({}, **known))
    events = [("a02", "Qs"), ("a02", "Qd"), ("a11", "2c"), ("a11", "3c"), ("a11", "4c")]
    await e.together(node.event(read("a01", uid_of("9h"))))  # ahead of what the log has lost
    node.seq -= 1
    for at, (antenna, card) in enumerate(events):
        await e.together(node.event(read(antenna, uid_of(card)), seq=told - len(events) + 1 + at, age_ms=9_000))
    await e.together(node.event(read("a01", uid_of("9h"))))
    await e.together(node.snapshot({}, log_id=e.stage.log_id, acked=node.seq))
    await by_chance.play(e, Random(31))
    await e.send(type="end_hand", override=True)
    for _ in range(4):
        await e.command(type="start_hand")
        await by_chance.play(e, Random(32))
        await e.send(type="end_hand", override=True)


async def limits(e: Evening) -> None:
    """Lists that cannot be true, amounts and lists that are too large, a kept command, an odd card, cards gathered."""
    await e.set_up()
    halves = {f"8804{number:04x}": str(card) for number, card in enumerate(DECK)}
    await e.house_refused("IMPOSSIBLE_TAGS", type="register_deck", deck_id="cut", cards=halves)
    await e.command(type="set_levels", levels=[{"small_blind": 10**14, "big_blind": 10**15}] * 200)
    await e.refused("TOO_LARGE", type="set_tournament", payouts=[10**15] * 2000)
    await e.command(type="set_stack", seat=1, stack=10**15)
    await e.refused("TOO_MANY_CHIPS", type="set_stack", seat=2, stack=10**15)
    await e.command(type="set_stack", seat=1, stack=10_000)
    falling = [{"small_blind": 200, "big_blind": 400}, {"small_blind": 50, "big_blind": 100}]
    await e.command(type="set_levels", levels=falling)
    await e.command(type="set_levels", levels=falling[::-1])
    await e.command(type="set_tournament", entrants=3, remaining=5)
    await e.command(type="seat_player", seat=4, player_id="p_twin", name="player 1.1", stack=500)
    await e.command(type="remove_player", seat=4)
    await e.reads({"kind": "fault", "antenna": "a02", "code": "card_awake", "message": "a card does not sleep"})
    await e.together({**e.command_to(f"table/{e.table}", type="start_hand", button=1), "retained": True})
    await e.command(type="start_hand", button=1)
    cards = {1: ("As", "Kd"), 2: ("7h", "2c"), 3: ("Qd", "Qs")}
    for seat, held in cards.items():
        await e.lay(seat, *held)
    await e.act(1, "fold")
    await e.act(2, "fold")
    for seat, held in cards.items():
        for card in held:
            await e.reads(removed(antenna_of(seat), uid_of(card)))
    await e.command(type="end_hand")
