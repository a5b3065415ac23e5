"""What a console can learn of the hand that is being played: nothing that is hidden, by no antenna and no amendment."""

from __future__ import annotations

from typing import Any

import pytest

from tests.collector.table.dealer import NODE, Dealer

Fields = dict[str, Any]


def dealt() -> Dealer:
    """A hand of hold'em before the flop: two cards at each of three seats."""
    dealer = Dealer((2000, 2000, 2000))
    dealer.command(type="start_hand", button=1)
    for seat, cards in ((1, "Ah Kc"), (2, "Qd Qs"), (3, "7h 2s")):
        for card in cards.split():
            dealer.read(seat, card)
    return dealer


def up_again(dealer: Dealer, seat: int, card: str) -> Any:
    """Lift a card and lay it again; return what the public hears of it."""
    known = len(dealer.events("public"))
    dealer.lift(seat, card)
    dealer.read(seat, card)
    return [event["data"].get("card") for event in dealer.events("public")[known:] if event["type"] == "card_detected"]


@pytest.mark.parametrize("role", ["up", "board", "muck", "seat"])
def test_an_antenna_changes_its_role_between_hands_only(role: str) -> None:
    dealer = dealt()
    fields: Fields = {"device": NODE, "antenna": "a01", "role": role, "seat": 1 if role in ("up", "seat") else None}

    for override in (False, True):
        refused = dealer.send(type="assign_antenna", **fields, override=override)
        assert refused.error is not None
        assert refused.error.code == "HAND_RUNNING"
    assert up_again(dealer, 1, "Ah") == [None]
    assert "assign_antenna" not in dealer.state()["legal_commands"] if "legal_commands" in dealer.state() else True

    dealer.act(1, "fold")
    dealer.act(2, "fold")
    assert not dealer.send(type="assign_antenna", **fields).accepted, "the finished hand still lies there"
    dealer.command(type="end_hand")
    dealer.command(type="assign_antenna", **fields)


def test_an_up_antenna_shows_nothing_where_the_game_deals_nothing_face_up() -> None:
    dealer = Dealer((2000, 2000, 2000))
    dealer.command(type="assign_antenna", device=NODE, antenna="a01", role="up", seat=1)
    dealer.command(type="start_hand", button=1)
    dealer.read(1, "Ah")

    assert up_again(dealer, 1, "Ah") == [None]
    assert b"Ah" not in b"".join(dealer.output("public"))


def test_an_up_antenna_shows_the_cards_that_stud_deals_face_up() -> None:
    dealer = Dealer((2000, 2000, 2000))
    dealer.command(type="assign_antenna", device=NODE, antenna="a12", role="up", seat=1)
    dealer.command(type="set_game", game="stud", bring_in=25, betting="fixed_limit")
    dealer.command(type="start_hand")
    from collector.secrecy import Secret  # noqa: PLC0415 - for the one reading
    from collector.wire.device import CardRead  # noqa: PLC0415
    from tests.collector.table.dealer import uid_of  # noqa: PLC0415

    dealer.event(CardRead(antenna="a12", uid=Secret(uid_of("Ah"))))

    detected = [event["data"] for event in dealer.events("public") if event["type"] == "card_detected"]
    assert [data.get("card") for data in detected] == ["Ah"]


def preview(dealer: Dealer, seq: int, *more: Fields, command: Fields | None) -> Any:
    reply = dealer.send(type="amend", changes=[{"seq": seq, "command": command, "more": list(more)}])
    assert reply.error is not None
    return reply.error


CARDS: list[Fields] = [
    {"type": "clear_card", "seat": 2, "card": "Qd"},
    {"type": "deal_card", "seat": 2, "card": "Qd"},
    {"type": "deal_card", "card": "Qd"},
    {"type": "show", "seat": 2},
    {"type": "show", "seat": 2, "cards": ["Qd", "Qs"]},
    {"type": "expose_card", "seat": 2, "card": "Qd"},
    {"type": "replace_card", "seat": 2, "card": "Qd", "reason": "exposed"},
    {"type": "burn_card", "card": "Qd"},
    {"type": "boxed_card", "card": "Qd"},
    {"type": "community_card", "card": "Qd"},
    {"type": "rabbit_card", "card": "Qd"},
    {"type": "run_board", "times": 2},
    {"type": "award", "amounts": [{"seat": 2, "amount": 4000}], "reason": "a try"},
    {"type": "set_game", "game": "stud", "bring_in": 25},
    {"type": "set_house_rules", "profile": "tournament"},
    {"type": "assign_antenna", "device": NODE, "antenna": "a01", "role": "up", "seat": 1},
    {"type": "use_deck", "deck_id": "deck-1"},
    {"type": "change_deck", "deck_id": "deck-1"},
    {"type": "set_flow", "flow": "automatic"},
]


@pytest.mark.parametrize("tried", CARDS, ids=lambda fields: fields["type"])
def test_no_preview_of_the_running_hand_holds_a_card_or_what_deals_cards(tried: Fields) -> None:
    """Else every card could be asked for: the answer is another one where the seat holds it."""
    answers = []
    for card in ("Qd", "9c"):
        dealer = dealt()
        called = dealer.act(1, "call").seq
        assert called is not None
        before = next(fact.position for fact in dealer.facts if fact.kind == "set_blinds")
        fields = {**tried, "card": card} if "card" in tried else tried
        raised = {"type": "raise_to", "seat": 1, "amount": 300}
        blinds = {"type": "set_blinds", "small_blind": 50, "big_blind": 100}
        inside = preview(dealer, called, fields, command=raised), preview(dealer, called, command=fields)
        answers.append([*inside, preview(dealer, before, fields, command=blinds)])

    in_the_hand = [each.code for each in answers[0][:2]]
    assert in_the_hand == ["HAND_RUNNING", "HAND_RUNNING"]
    assert answers[0] == answers[1]


def test_an_amendment_that_would_run_the_board_out_tells_no_winner() -> None:
    dealer = dealt()
    called = dealer.act(1, "call").seq
    assert called is not None
    all_in: list[Fields] = [{"type": "all_in", "seat": seat} for seat in (2, 3)]
    shown: list[Fields] = [{"type": "show", "seat": seat} for seat in (1, 2, 3)]

    first = preview(dealer, called, *all_in, *shown, command={"type": "all_in", "seat": 1})
    second = preview(dealer, called, *all_in, command={"type": "all_in", "seat": 1})

    assert first.code == "HAND_RUNNING"
    assert second.code == "AMEND_PREVIEW"
    (difference,) = second.details["differences"]
    assert difference["after"]["winners"] == []


def test_bets_of_the_running_hand_are_amended_and_who_takes_the_pot_unseen_is_told() -> None:
    dealer = dealt()
    called = dealer.act(1, "call").seq
    assert called is not None

    raised = preview(dealer, called, command={"type": "raise_to", "seat": 1, "amount": 300})
    folds: list[Fields] = [{"type": "fold", "seat": seat} for seat in (2, 3)]
    taken = preview(dealer, called, *folds, command={"type": "raise_to", "seat": 1, "amount": 300})

    assert raised.details["differences"][0]["after"]["stacks"]["1"] == 1700
    assert taken.details["differences"][0]["after"]["winners"] == [[1, 250]]


def test_an_earlier_hand_is_corrected_while_the_next_is_played() -> None:
    dealer = Dealer((2000, 2000, 2000))
    dealer.command(type="start_hand", button=1)
    dealer.act(1, "fold")
    folded = dealer.act(2, "fold").seq
    assert folded is not None
    dealer.command(type="end_hand")
    dealer.command(type="start_hand")

    exposed = preview(
        dealer, folded, {"type": "expose_card", "seat": 3, "card": "9c"}, command={"type": "fold", "seat": 2}
    )

    assert exposed.code == "AMEND_PREVIEW"


def test_winners_of_a_run_out_hand_are_left_out_of_its_preview() -> None:
    """The rule itself, on a hand that is over: what the cards decided is taken from winners and stacks."""
    from collector.table.amend.preview import _public  # noqa: PLC0415 - the rule under test
    from collector.table.amend.running import without_winners  # noqa: PLC0415

    dealer = dealt()
    for seat in (1, 2, 3):
        dealer.act(seat, "all_in")
    for card in ("2c", "7d", "9h", "Js", "4c"):
        dealer.read(None, card)
    for seat in (1, 2, 3):
        dealer.command(type="show", seat=seat)
    play = dealer.table.play
    assert play.hand.complete

    shown = _public(play)
    bare = without_winners(shown, play)

    assert shown["winners"] != []
    assert bare["winners"] == []
    assert bare["stacks"] == {"1": 0, "2": 0, "3": 0}
