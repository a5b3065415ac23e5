"""Cards that cannot lie where they seem to: refused where a console may know it, contested where it may not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from collector.access.rights import Access
from collector.wire.replies import Reply
from tests.collector.table.dealer import OP_MAY_ALL, Dealer

BOARD = ("2c", "7d", "9s", "3s", "4h")


def started(**fields: Any) -> Dealer:
    dealer = Dealer((10_000, 10_000, 10_000))
    dealer.command(type="start_hand", button=3, **fields)
    return dealer


def types(dealer: Dealer, card: str, seat: int | None = None, **fields: Any) -> Reply:
    return dealer.send(type="deal_card", card=card, seat=seat, **fields)


def refusal(reply: Reply) -> tuple[str, str]:
    assert reply.error is not None
    return reply.error.code, reply.error.message


def everybody_calls(dealer: Dealer) -> None:
    for seat, kind in ((3, "call"), (1, "call"), (2, "check")):
        dealer.act(seat, kind)


def checked_down(dealer: Dealer) -> None:
    """Deal the board by hand, and check it down."""
    for end in (3, 4, 5):
        for card in BOARD[0 if end == 3 else end - 1 : end]:
            assert types(dealer, card).accepted
        for seat in (1, 2, 3):
            dealer.act(seat, "check")


def shown(dealer: Dealer) -> None:
    """Let all three table typed cards, but for seat 2, which mucks."""
    dealer.command(type="show", seat=1, cards=["Qs", "Qd"])
    dealer.command(type="muck", seat=2)
    dealer.command(type="show", seat=3, cards=["Jh", "Jd"])


# --- what a console may know is refused at entry


@pytest.mark.parametrize(
    ("laid", "typed", "where"),
    [
        ({"card": "As"}, {"card": "As", "seat": 2}, "on the board"),
        ({"card": "As", "seat": 1}, {"card": "As", "seat": 2}, "typed at seat 1"),
        ({"card": "As", "seat": 1}, {"card": "As"}, "typed at seat 1"),
        ({"card": "As", "seat": 1}, {"card": "As", "board": 2}, "typed at seat 1"),
        ({"card": "As", "board": 2}, {"card": "As", "seat": 2}, "on board 2"),
    ],
)
def test_an_impossible_card_is_refused_where_the_console_knows_it_and_the_place_is_named(
    laid: dict[str, Any], typed: dict[str, Any], where: str
) -> None:
    dealer = started(boards=2)
    dealer.command(type="deal_card", **laid)

    refused = dealer.send(type="deal_card", **typed)

    assert refusal(refused) == ("CARD_ELSEWHERE", f"As is {where}; correct one of them")
    assert refused.error is not None
    assert refused.error.details == {"card": "As", "where": where}


def test_a_card_that_was_thrown_away_or_burned_by_name_lies_there() -> None:
    dealer = Dealer((10_000, 10_000))
    dealer.command(type="set_game", game="five_card_draw")
    dealer.command(type="start_hand", button=1)
    dealer.act(1, "call")
    dealer.act(2, "check")
    dealer.command(type="burn_card", card="Kd")
    dealer.command(type="draw", seat=2, count=1, cards=["As"])

    assert refusal(types(dealer, "As", 1))[1] == "As is in the muck, thrown away by seat 2; correct one of them"
    assert refusal(types(dealer, "Kd", 1))[1] == "Kd is burned; correct one of them"


def test_what_another_console_typed_is_hidden_from_this_one() -> None:
    dealer = started()
    assert types(dealer, "As", 1).accepted

    assert types(dealer, "As", 2, login="another").accepted
    what = "say with settle_card where it lies; until then nobody is shown it"
    assert dealer.floor_hears == [("CARD_CONTESTED", f"hand 1: one card is at seat 1 and at seat 2; {what}")]


def test_a_show_is_refused_for_a_card_that_this_console_typed_elsewhere() -> None:
    dealer = started()
    types(dealer, "Qs", 2)
    everybody_calls(dealer)
    checked_down(dealer)

    code, message = refusal(dealer.send(type="show", seat=1, cards=["Qs", "Qd"]))
    assert (code, message) == ("CARD_ELSEWHERE", "Qs is typed at seat 2; correct one of them")


def test_a_card_that_a_seat_was_read_with_is_neither_refused_nor_told() -> None:
    dealer = started()
    dealer.read(1, "As")

    assert types(dealer, "As", 1).accepted
    assert refusal(types(dealer, "As", 1))[0] == "CARD_HELD"  # this console typed it itself by now
    assert dealer.send(type="clear_card", seat=2, card="Kd").accepted  # whatever seat 2 holds
    assert dealer.seat(1)["hole"] == ["As"]


# --- the rest is contested


def test_a_contested_card_is_in_no_picture_and_has_no_hand_name_and_no_equity() -> None:
    dealer = started()
    for seat, cards in ((1, ("As", "Ad")), (2, ("Kh", "Kd")), (3, ("Jh", "Jd"))):
        for card in cards:
            dealer.read(seat, card)
    everybody_calls(dealer)
    for card in ("As", "7d", "9s"):
        dealer.read(None, card)

    assert dealer.state("public")["hand"]["board"] == ["As", "7d", "9s"]
    live = dealer.state("live")["seats"]
    assert [seat["hole"] for seat in live[:3]] == [["Ad"], ["Kh", "Kd"], ["Jh", "Jd"]]
    assert [seat["made"] for seat in live[:3]] == [None] * 3
    assert [seat["equity"] for seat in live[:3]] == [None] * 3
    assert b"Pair of" not in dealer.renderer.state(dealer.table, "live")


def test_the_live_events_do_not_name_a_contested_card() -> None:
    dealer = started()
    dealer.read(1, "As")
    dealer.read(2, "As")
    types(dealer, "Kd", 1)
    types(dealer, "Kd", 2, login="another")

    named = [event["data"]["card"] for event in dealer.events("live") if event["type"].startswith("card_")]
    assert named == ["As", None, "Kd", None]


def test_a_hand_with_a_contested_card_ends_like_any_other_and_its_record_is_without_the_card() -> None:
    dealer = started()
    dealer.read(2, "2c")
    dealer.read(2, "Kd")
    everybody_calls(dealer)
    checked_down(dealer)
    shown(dealer)

    dealer.command(type="end_hand")

    (record,) = dealer.records()
    assert record.board == BOARD
    assert [player.hole_cards for player in record.players] == [("Qs", "Qd"), ("Kd",), ("Jh", "Jd")]
    assert record.rulings == ()
    assert [code for code, _ in dealer.floor_hears][-1] == "HAND_HELD"
    assert not [alert for alert in dealer.heard if b"HELD" in alert or b"CONTESTED" in alert]


def test_the_floor_says_where_the_card_lies_and_the_record_has_it_then() -> None:
    dealer = started()
    for seat, card in ((1, "As"), (2, "As"), (2, "Kd")):
        dealer.read(seat, card)
    dealer.act(3, "fold")
    dealer.act(1, "fold")
    dealer.command(type="end_hand")
    first = dealer.records()[-1]
    dealer.command(type="start_hand")  # the evening goes on

    dealer.command(type="settle_card", of=first.hand_id, seat=2, card="As")

    record = dealer.records()[-1]
    assert (record.hand_id, record.revision, first.revision) == (first.hand_id, 2, 1)
    assert [player.hole_cards for player in first.players] == [None, ("Kd",), None]
    assert [player.hole_cards for player in record.players] == [None, ("As", "Kd"), None]
    assert record.facts == first.facts
    assert dealer.table.held == ()
    assert [play.hand_id for play in dealer.evening.closed] == [first.hand_id]
    assert "hand_corrected" not in [event["type"] for event in dealer.events("public")]
    (told,) = [event["data"] for event in dealer.events("live") if event["type"] == "hand_corrected"]
    assert (told["reason"], told["revision"], told["record"]["players"][1]["hole_cards"]) == ("settle", 2, ["As", "Kd"])


@pytest.mark.parametrize(
    ("said", "first", "second"),
    [
        ({"seat": 1}, ["As"], None),
        ({"seat": 2}, None, ["As"]),
        ({"seat": 2, "lies": False}, ["As"], None),
    ],
)
def test_the_floor_settles_the_running_hand(
    said: dict[str, Any], first: list[str] | None, second: list[str] | None
) -> None:
    dealer = started()
    dealer.read(1, "As")
    dealer.read(2, "As")
    assert (dealer.seat(1)["hole"], dealer.seat(2)["hole"]) == (None, None)
    assert "settle_card" in dealer.state("live")["may"]
    assert "settle_card" not in dealer.state("public")["may"]

    dealer.command(type="settle_card", card="As", **said)

    assert (dealer.seat(1)["hole"], dealer.seat(2)["hole"]) == (first, second)
    assert refusal(dealer.send(type="settle_card", card="As", **said))[0] == "NOT_CONTESTED"


def test_a_board_card_that_does_not_lie_there_goes_from_the_board() -> None:
    dealer = started()
    dealer.read(1, "As")
    everybody_calls(dealer)
    for card in ("As", "7d", "9s"):
        dealer.read(None, card)

    dealer.command(type="settle_card", seat=1, card="As")

    assert dealer.seat(1)["hole"] == ["As"]
    assert dealer.state("public")["hand"]["board"] == []
    assert dealer.state("public")["hand"]["awaited"] == [1]


def test_the_board_of_a_hand_that_was_put_away_stands() -> None:
    dealer = started()
    dealer.read(2, "2c")
    everybody_calls(dealer)
    checked_down(dealer)
    shown(dealer)
    dealer.command(type="end_hand")
    hand = dealer.records()[-1].hand_id

    assert refusal(dealer.send(type="settle_card", of=hand, seat=2, card="2c"))[0] == "HAND_COMPLETE"
    dealer.command(type="settle_card", of=hand, seat=None, card="2c")

    assert dealer.table.held == ()
    assert [player.hole_cards for player in dealer.records()[-1].players][1] is None


def test_only_the_floor_settles_and_answers_flags() -> None:
    dealer = started()
    dealer.read(1, "As")
    dealer.read(2, "As")

    for fields in (
        {"type": "settle_card", "seat": 1, "card": "As"},
        {"type": "resolve_flag", "flag": 1, "take": "here"},
    ):
        assert refusal(dealer.send(login="op", **fields))[0] == "NOT_PERMITTED"
        assert refusal(dealer.send(login="floorman", **fields))[0] == "NOT_PERMITTED"
    assert dealer.send(type="settle_card", seat=1, card="As", login="floor-2").accepted


@pytest.mark.parametrize(
    "fields", [{"type": "settle_card", "seat": 1, "card": "As"}, {"type": "resolve_flag", "flag": 1, "take": "here"}]
)
def test_what_is_answered_by_hidden_cards_takes_the_right_to_hear_them(fields: dict[str, Any]) -> None:
    """Else the floor finds out which cards clash: by the refusals of every card at every seat."""
    dealer = Dealer(access=Access(OP_MAY_ALL.logins))
    dealer.command(type="start_hand", button=1)
    dealer.read(1, "As")
    dealer.read(2, "As")

    reply = dealer.send(login="floor", **fields)

    assert reply.error is not None
    assert (reply.error.code, reply.error.details["permission"]) == ("NOT_PERMITTED", "read:live")
    assert "ebs live grant" in reply.error.message


def test_other_cards_than_were_read_are_taken_and_the_seat_is_shown_with_none() -> None:
    dealer = started()
    for card in ("As", "Kd"):
        dealer.read(1, card)

    for card in ("Qs", "Qd"):
        assert types(dealer, card, 1).accepted
    assert refusal(types(dealer, "Qh", 1)) == (
        "HAND_FULL",
        "2 cards are typed at seat 1; to correct one, clear it first",
    )

    assert dealer.seat(1)["hole"] is None
    assert dealer.floor_hears[-1][1].startswith("hand 1: seat 1 has more cards than it was dealt")
    for card in ("Qs", "Qd"):
        dealer.command(type="settle_card", seat=1, card=card, lies=False)
    assert dealer.seat(1)["hole"] == ["As", "Kd"]


def test_cards_that_are_read_beside_typed_ones_are_contested_too() -> None:
    dealer = started()
    for card in ("As", "Kd"):
        types(dealer, card, 1)

    dealer.read(1, "As")
    dealer.read(1, "Qc")

    assert dealer.seat(1)["hole"] is None
    dealer.command(type="clear_card", seat=1, card="Kd")
    assert dealer.seat(1)["hole"] == ["As", "Qc"]


def test_an_amendment_of_a_held_hand_leaves_it_held_and_the_floor_revises_it_further() -> None:
    dealer = started()
    for seat, card in ((1, "As"), (2, "As"), (2, "Kd")):
        dealer.read(seat, card)
    folded = dealer.act(3, "fold")
    dealer.act(1, "fold")
    dealer.command(type="end_hand")
    changes = [{"seq": folded.seq, "command": {"type": "fold", "seat": 3}}]
    previewed = dealer.send(type="amend", changes=changes)
    assert previewed.error is not None
    dealer.command(type="amend", changes=changes, digest=previewed.error.details["digest"])
    (held,) = dealer.table.held
    assert held.revision == 2

    dealer.command(type="settle_card", of=held.hand_id, seat=2, card="As")

    (record,) = [record for record in dealer.records() if record.revision == 3]
    assert [player.hole_cards for player in record.players] == [None, ("As", "Kd"), None]
    assert dealer.table.held == ()


# --- typed cards count


def test_the_public_count_of_a_seat_is_what_lies_there_or_was_typed() -> None:
    dealer = started()
    count = lambda: dealer.seat(1, "public")["cards"]  # noqa: E731 - asked after each step

    counts = [count()]
    types(dealer, "As", 1)
    counts.append(count())
    dealer.read(1, "", uid="04ffffffffff01")
    counts.append(count())
    dealer.command(type="clear_card", seat=1, card="As")
    counts.append(count())
    types(dealer, "??", 1)
    counts.append(count())
    dealer.command(type="undo")
    counts.append(count())

    assert counts == [0, 1, 2, 1, 2, 1]


def test_typed_cards_are_shown_without_being_typed_again() -> None:
    dealer = started()
    for card in ("Qs", "Qd"):
        types(dealer, card, 1)
    everybody_calls(dealer)
    checked_down(dealer)

    dealer.command(type="show", seat=1)

    assert dealer.seat(1, "public")["hole"] == ["Qs", "Qd"]
    code, message = refusal(dealer.send(type="show", seat=2))
    assert (code, "0 of 2" in message) == ("CARDS_UNREAD", False)


def test_a_typed_and_a_read_card_are_one_hand() -> None:
    dealer = started()
    types(dealer, "Qs", 1)
    dealer.read(1, "Qd")
    everybody_calls(dealer)
    checked_down(dealer)

    dealer.command(type="show", seat=1)

    assert dealer.seat(1, "public")["hole"] == ["Qs", "Qd"]


def test_how_many_cards_a_seat_waits_for_is_said_until_it_is_shown() -> None:
    dealer = started()
    types(dealer, "Qs", 1)

    assert [seat["awaited"] for seat in dealer.state("public")["seats"][:4]] == [1, 2, 2, 0]
    dealer.act(3, "fold")
    assert dealer.seat(3, "public")["awaited"] == 0


# --- a street waits for its cards


def test_the_betting_waits_for_the_board_and_says_how_many_cards_it_wants() -> None:
    dealer = started()
    everybody_calls(dealer)
    types(dealer, "2c")

    hand = dealer.state("public")["hand"]
    assert (hand["waiting_for"], hand["awaited"], hand["legal"], hand["to_act"]) == ("board", [2], None, 1)
    assert not {"check", "fold", "bet", "all_in", "out_of_turn", "string_bet"} & set(hand["may"])
    assert refusal(dealer.send(type="check", seat=1)) == (
        "CARDS_AWAITED",
        "play waits for cards of the flop: 2 of the board; enter them, or go on without them",
    )
    for card in ("7d", "9s"):
        types(dealer, card)
    hand = dealer.state("public")["hand"]
    assert (hand["waiting_for"], hand["awaited"]) == ("action", [0])
    assert dealer.send(type="check", seat=1).accepted
    assert refusal(dealer.send(type="go_on"))[0] == "NOTHING_MISSING"


def test_play_goes_on_without_the_board_where_somebody_says_so_and_only_for_that_street() -> None:
    dealer = started()
    everybody_calls(dealer)
    assert dealer.state("public")["hand"]["may"]["go_on"] == []

    dealer.command(type="go_on")
    for seat in (1, 2, 3):
        dealer.act(seat, "check")

    hand = dealer.state("public")["hand"]
    assert (hand["street"], hand["waiting_for"], hand["awaited"]) == ("turn", "board", [4])
    assert hand["rulings"] == ["flop: play went on without cards of the flop: 3 of the board"]
    assert dealer.send(type="check", seat=1, override=True).accepted


def test_go_on_is_undone() -> None:
    dealer = started()
    everybody_calls(dealer)
    dealer.command(type="go_on")

    dealer.command(type="undo")

    assert dealer.state("public")["hand"]["waiting_for"] == "board"


def test_every_board_is_waited_for() -> None:
    dealer = started(boards=2)
    everybody_calls(dealer)
    for card in ("2c", "7d", "9s"):
        types(dealer, card)

    assert dealer.state("public")["hand"]["awaited"] == [0, 3]
    assert "3 of board 2" in refusal(dealer.send(type="check", seat=1))[1]
    for card in ("2d", "7h", "9c"):
        types(dealer, card, board=2)

    assert dealer.send(type="check", seat=1).accepted
    assert dealer.state("public")["hand"]["boards"] == [["2c", "7d", "9s"], ["2d", "7h", "9c"]]


def test_stud_waits_for_its_up_cards_and_goes_on_without_them() -> None:
    dealer = Dealer((10_000, 10_000, 10_000))
    dealer.command(type="set_game", game="stud", bring_in=25)
    dealer.command(type="start_hand", button=3)
    types(dealer, "Kd", 2, up=True)

    public = dealer.state("public")
    assert (public["hand"]["waiting_for"], public["hand"]["dealt"], public["hand"]["to_act"]) == (
        "up_cards",
        [2, 1],
        None,
    )
    assert [seat["awaited"] for seat in public["seats"][:3]] == [3, 2, 3]
    dealer.command(type="go_on")

    hand = dealer.state("public")["hand"]
    assert (hand["waiting_for"], hand["to_act"]) == ("action", 1)
    dealer.act(1, "bring_in")


def test_up_cards_are_not_counted_among_the_cards_face_down() -> None:
    dealer = Dealer((10_000, 10_000))
    dealer.command(type="set_game", game="stud", bring_in=25)
    dealer.command(type="assign_antenna", device="node-01", antenna="a12", role="up", seat=1)
    dealer.command(type="start_hand", button=1)
    dealer.read(1, "As")
    dealer.lay("a12", "Kd")

    assert (dealer.seat(1, "public")["cards"], dealer.seat(1, "public")["up"]) == (1, ["Kd"])


# --- several boards


def test_every_board_is_told_and_kept() -> None:
    dealer = Dealer((1_000, 1_000))
    dealer.command(type="start_hand", button=1)
    dealer.act(1, "all_in")
    dealer.act(2, "call")
    for card in ("2c", "7d", "9s", "3s"):
        types(dealer, card)
    dealer.command(type="run_board", times=2)
    types(dealer, "4h", board=2)
    types(dealer, "5h")
    dealer.command(type="show", seat=1, cards=["Qs", "Qd"])
    dealer.command(type="show", seat=2, cards=["Jh", "Jd"])
    dealer.command(type="end_hand")

    both = (("2c", "7d", "9s", "3s", "5h"), ("2c", "7d", "9s", "3s", "4h"))
    assert dealer.records()[-1].boards == both
    told = [event["data"].get("boards") for event in dealer.events("public") if event["type"] == "street_dealt"]
    assert told[-2:] == [[list(both[0])[:4], list(both[1])], [list(cards) for cards in both]]


def test_a_whole_hand_of_stud_is_shown_as_it_was_typed_face_down_and_up() -> None:
    dealer = Dealer((100, 100))
    dealer.command(type="set_game", game="stud", bring_in=25)
    dealer.command(type="start_hand", button=1)
    for seat, card in ((1, "2c"), (2, "Kd")):
        types(dealer, card, seat, up=True)
    dealer.act(1, "all_in")
    dealer.act(2, "call")
    for card in ("As", "Ad", "Ah"):
        types(dealer, card, 1)
    for card in ("3d", "4s", "6c"):
        types(dealer, card, 1, up=True)

    dealer.command(type="show", seat=1)

    assert dealer.seat(1, "public")["hole"] == ["As", "Ad", "Ah", "2c", "3d", "4s", "6c"]


@pytest.mark.parametrize("ends", [{"type": "end_hand"}, {"type": "misdeal", "override": True}])
def test_what_tags_lay_at_the_seats_is_told_when_the_hand_is_over(ends: dict[str, Any]) -> None:
    dealer = started()
    dealer.read(1, "As")
    dealer.read(2, "As")
    dealer.read(3, "", uid="04ffffffffff01")
    dealer.lift(3, "", uid="04ffffffffff01")
    told = len(dealer.heard)
    for seat in (3, 1):
        dealer.act(seat, "fold")
    assert not [each for each in dealer.heard[told:] if b'"code":"UNKNOWN_TAG"' in each]

    dealer.command(**ends)

    over = [json.loads(each) for each in dealer.heard if b"is over: a " in each]
    assert [(each["code"], each["message"].split("; ")[0]) for each in over] == [
        ("UNKNOWN_TAG", "hand 1 is over: a tag of no deck lay at seat 3"),
        ("DUPLICATE_CARD", "hand 1 is over: a card was read at seat 2 that lay elsewhere too"),
    ]
    assert "As" not in str(over)
