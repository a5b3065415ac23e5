"""Cards that do not fit: other decks, strange tags, two places, one card left, too many, the muck, control cards."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from collector.cards import DECK
from collector.secrecy import Secret
from collector.wire.device import CardRead, CardRemoved
from tests.collector.table.dealer import NODE, TABLE, Dealer, antenna_of, uid_of

MUCK = "a12"
FOREIGN = "e011223344556677"


def at_the_table(**fields: Any) -> Dealer:
    dealer = Dealer(**fields)
    cards = {uid_of(card, deck=2): str(card) for card in DECK}
    dealer.house(type="register_deck", deck_id="deck-2", demo=True, cards=cards)
    dealer.command(type="use_deck", deck_id="deck-2")
    dealer.command(type="assign_antenna", device=NODE, antenna=MUCK, role="muck")
    return dealer


def muck(dealer: Dealer, card: str) -> None:
    dealer.event(CardRead(antenna=MUCK, uid=Secret(uid_of(card))))


def last_flag(dealer: Dealer) -> int:
    found: int = dealer.state()["flags"][-1]["flag"]
    return found


def hole(dealer: Dealer, seat: int) -> list[str] | None:
    found: list[str] | None = dealer.seat(seat)["hole"]
    return found


def test_a_hand_is_dealt_from_the_deck_of_its_first_card_and_the_resting_deck_is_flagged() -> None:
    dealer = at_the_table()
    dealer.command(type="start_hand", button=3)

    dealer.read(1, "As", uid=uid_of("As", deck=2))
    dealer.read(2, "Kd")

    assert hole(dealer, 1) == ["As"]
    assert hole(dealer, 2) is None
    assert dealer.alerts() == ["RESTING_DECK"]
    dealer.lift(2, "Kd")
    assert dealer.state()["flags"] == []


def test_the_decks_change_between_hands() -> None:
    dealer = at_the_table()
    for deck in (1, 2, 1):
        dealer.command(type="start_hand", button=3)
        dealer.read(1, "As", uid=uid_of("As", deck=deck))
        assert hole(dealer, 1) == ["As"]
        dealer.lift(1, "As", uid=uid_of("As", deck=deck))
        dealer.act(3, "fold")
        dealer.act(1, "fold")
        dealer.command(type="end_hand")

    assert dealer.alerts() == []


def test_the_deck_of_a_hand_may_be_said() -> None:
    dealer = at_the_table()
    dealer.command(type="change_deck", deck_id="deck-2")
    dealer.command(type="start_hand", button=3)

    dealer.read(1, "As")
    assert dealer.alerts() == ["RESTING_DECK"]
    dealer.command(type="change_deck", deck_id="deck-1")
    dealer.read(2, "Kd")

    assert hole(dealer, 2) == ["Kd"]


def test_a_deck_that_was_retired_is_no_deck() -> None:
    dealer = at_the_table()
    dealer.command(type="retire_deck", deck_id="deck-1")
    dealer.command(type="start_hand", button=3)

    dealer.read(1, "As")

    assert dealer.alerts() == ["UNKNOWN_TAG"]
    assert dealer.state("public")["decks"] == ["deck-2"]
    refused = dealer.send(type="change_deck", deck_id="deck-1")
    assert refused.error is not None
    assert refused.error.code == "UNKNOWN_DECK"


def test_a_card_at_two_seats_is_put_where_the_floor_says() -> None:
    for take, first, second in (("here", None, ["As"]), ("there", ["As"], None), ("nowhere", None, None)):
        dealer = at_the_table()
        dealer.command(type="start_hand", button=3)
        dealer.read(1, "As")
        dealer.read(2, "As")
        assert dealer.alerts() == ["DUPLICATE_CARD"]

        dealer.command(type="resolve_flag", flag=last_flag(dealer), take=take)

        assert (hole(dealer, 1), hole(dealer, 2)) == (first, second), take
        assert dealer.state()["flags"] == []


def test_an_answer_is_undone_and_redone_whole() -> None:
    dealer = at_the_table()
    dealer.command(type="start_hand", button=3)
    dealer.read(1, "As")
    dealer.read(2, "As")
    dealer.command(type="resolve_flag", flag=last_flag(dealer), take="here")

    dealer.command(type="undo")
    assert (hole(dealer, 1), hole(dealer, 2)) == (None, None)  # contested again
    dealer.command(type="redo")

    assert (hole(dealer, 1), hole(dealer, 2)) == (None, ["As"])


def test_the_public_never_hears_what_was_flagged() -> None:
    dealer = at_the_table()
    dealer.command(type="start_hand", button=3)
    dealer.read(1, "As")
    dealer.read(2, "As")

    assert dealer.state("public")["flags"] == []


def test_a_strange_tag_becomes_the_card_that_somebody_names() -> None:
    dealer = at_the_table()
    dealer.command(type="start_hand", button=3)
    dealer.read(1, "7c", uid=FOREIGN)

    refused = dealer.send(type="resolve_flag", flag=last_flag(dealer), take="here")
    assert refused.error is not None
    assert refused.error.code == "CARD_WANTED"
    dealer.command(type="resolve_flag", flag=last_flag(dealer), take="here", card="7c")

    assert hole(dealer, 1) == ["7c"]
    again = dealer.send(type="resolve_flag", flag=1, take="there")
    assert again.error is not None
    assert again.error.code == "NO_FLAG"


def test_a_hand_of_an_older_log_with_a_card_in_two_places_is_put_away_as_it_was_then() -> None:
    """The start of such a hand does not say that its cards are contested."""
    dealer = at_the_table()
    began = dealer.command(type="start_hand", button=3)
    older(dealer, began.seq)
    dealer.command(type="deal_card", seat=1, card="As")
    dealer.command(type="deal_card", seat=2, card="As", login="another")
    dealer.act(3, "fold")
    dealer.act(1, "fold")

    refused = dealer.send(type="end_hand")
    assert refused.error is not None
    assert refused.error.code == "IMPOSSIBLE_HAND"
    assert "seat 1 and at seat 2" in refused.error.message
    assert "As" not in refused.error.message
    dealer.command(type="end_hand", override=True)

    assert dealer.records()[-1].rulings == ("put away although one card is at seat 1 and at seat 2",)
    assert [player.hole_cards for player in dealer.records()[-1].players] == [("As",), ("As",), None]


def older(dealer: Dealer, start: int | None) -> None:
    """Fold the log again as if the hand that began at `start` were of a log that knew no contested cards."""
    facts = []
    for fact in dealer.facts:
        kept = {name: value for name, value in fact.body.items() if name != "contests"}
        facts.append(replace(fact, body=kept) if (fact.stream, fact.position) == (TABLE, start) else fact)
    dealer.desk.load(facts)


def test_where_only_one_card_of_the_deck_fits_it_is_named_to_whoever_takes_it() -> None:
    dealer = at_the_table()
    dealer.command(type="start_hand", button=3)
    deck = [str(card) for card in DECK]
    for seat, cards in ((1, 2), (2, 2), (3, 1)):
        for _ in range(cards):
            dealer.read(seat, deck.pop())
    left = deck.pop()
    for card in deck[1:]:
        muck(dealer, card)
    assert "ONE_CARD_FITS" not in dealer.alerts()

    muck(dealer, deck[0])

    (warning,) = dealer.changes[-1].outcome.warnings
    assert (warning.code, warning.seat) == ("ONE_CARD_FITS", 3)
    assert left not in warning.message
    dealer.command(type="resolve_flag", flag=last_flag(dealer), take="here")
    assert dealer.seat(3)["hole"][1] == left


def test_where_two_cards_are_unread_nothing_is_said_of_the_last_cards_of_the_deck() -> None:
    dealer = at_the_table()
    dealer.command(type="start_hand", button=3)
    deck = [str(card) for card in DECK]
    for seat, cards in ((1, 2), (2, 1), (3, 1)):
        for _ in range(cards):
            dealer.read(seat, deck.pop())

    for card in deck[1:]:  # all but one: a card too few, so one of them was misread
        muck(dealer, card)

    assert "ONE_CARD_FITS" not in dealer.alerts()
    assert dealer.state()["flags"] == []


def test_a_card_dealt_but_not_read_is_known_later() -> None:
    dealer = at_the_table()
    dealer.command(type="start_hand", button=3)
    dealer.command(type="deal_card", seat=1, card="??")
    dealer.command(type="deal_card", seat=1, card="As")
    refused = dealer.send(type="show", seat=1)
    assert refused.error is not None

    dealer.command(type="deal_card", seat=1, card="Kd")
    over = dealer.send(type="deal_card", seat=1, card="Qd")

    assert hole(dealer, 1) == ["As", "Kd"]
    assert over.error is not None
    assert over.error.code == "HAND_FULL"
    board = dealer.send(type="deal_card", card="??")
    assert board.error is not None
    assert board.error.code == "BAD_CARD"


def test_a_winner_who_scans_after_the_end_is_in_the_record() -> None:
    dealer = at_the_table()
    dealer.command(type="start_hand", button=3)
    dealer.act(3, "fold")
    dealer.act(1, "fold")

    dealer.read(2, "As")
    dealer.read(2, "Kd")
    dealer.read(1, "Qd")
    dealer.command(type="end_hand")

    held = {player.seat: player.hole_cards for player in dealer.records()[-1].players}
    assert held == {1: None, 2: ("As", "Kd"), 3: None}


def test_four_cards_at_several_seats_suggest_another_game() -> None:
    dealer = at_the_table()
    dealer.command(type="start_hand", button=3)
    for seat, cards in ((1, ("As", "Kd", "Qd", "Jd")), (2, ("2s", "3d", "4d", "5d"))):
        for card in cards:
            dealer.read(seat, card)

    messages = [warning.message for change in dealer.changes for warning in change.outcome.warnings]
    assert dealer.alerts() == ["HAND_FULL"] * 4
    assert "if the game is omaha" not in messages[1]
    assert "if the game is omaha" in messages[3]


def test_a_fold_seen_at_the_muck_is_suggested_and_not_taken() -> None:
    dealer = at_the_table()
    dealer.command(type="start_hand", button=3)
    dealer.read(3, "As")
    dealer.read(3, "Kd")
    public = dealer.output("public")

    muck(dealer, "As")

    (warning,) = dealer.changes[-1].outcome.warnings
    assert (warning.code, warning.seat, warning.severity) == ("FOLD_SUGGESTED", 3, "info")
    assert dealer.seat(3)["status"] == "in"
    assert dealer.output("public")[: len(public)] == public
    dealer.act(3, "fold")
    muck(dealer, "Kd")
    assert dealer.alerts() == ["FOLD_SUGGESTED"]


def test_gathered_cards_say_that_the_hand_is_over() -> None:
    dealer = at_the_table()
    dealer.command(type="start_hand", button=3)
    for card in ("As", "Kd"):
        dealer.read(1, card)
    dealer.act(3, "fold")
    dealer.lift(1, "As")
    dealer.lift(1, "Kd")
    assert dealer.alerts() == []
    dealer.read(1, "As")
    dealer.act(1, "fold")

    dealer.lift(1, "As")

    assert dealer.alerts() == ["HAND_OVER"]


def control(dealer: Dealer, command: dict[str, Any]) -> None:
    dealer.command(type="register_control", uid=FOREIGN, command=command)


def lay(dealer: Dealer, seat: int | None) -> None:
    dealer.event(CardRead(antenna=antenna_of(seat), uid=Secret(FOREIGN)))
    dealer.event(CardRemoved(antenna=antenna_of(seat), uid=Secret(FOREIGN)))


def test_a_players_card_seats_the_player_where_it_lies_and_moves_it() -> None:
    dealer = at_the_table()
    control(dealer, {"type": "seat_player", "player_id": "p_9", "name": "Nine", "stack": 500})

    lay(dealer, 5)
    assert dealer.seat(5)["name"] == "Nine"
    lay(dealer, 6)
    lay(dealer, 6)

    assert (dealer.seat(5)["status"], dealer.seat(6)["name"], dealer.seat(6)["stack"]) == ("empty", "Nine", 500)
    assert dealer.seat(6)["cards"] == 0
    assert dealer.alerts() == []


def test_a_game_card_sets_the_game_and_the_fact_says_that_a_card_did() -> None:
    dealer = at_the_table()
    control(dealer, {"type": "set_game", "game": "omaha"})

    lay(dealer, None)

    assert dealer.state()["game"] == "omaha"
    fact = next(fact for fact in dealer.facts if fact.kind == "set_game")
    assert (fact.client, fact.body["source"]) == ("antenna", "antenna")
    assert fact.cause == f"table_01:{fact.position - 1}"


def test_a_command_of_a_card_that_cannot_be_taken_is_told() -> None:
    dealer = at_the_table()
    control(dealer, {"type": "end_hand"})

    lay(dealer, None)

    assert dealer.alerts() == ["NOT_DONE"]


def test_a_control_card_is_no_card_of_a_deck_and_does_no_set_up() -> None:
    dealer = at_the_table()

    for uid, command, code in (
        (uid_of("As"), {"type": "misdeal"}, "TAG_IN_USE"),
        (FOREIGN, {"type": "amend", "changes": []}, "BAD_CONTROL"),
        (FOREIGN, {"type": "nothing"}, "BAD_CONTROL"),
    ):
        refused = dealer.send(type="register_control", uid=uid, command=command)
        assert refused.error is not None
        assert refused.error.code == code


def test_a_control_card_that_was_removed_is_a_strange_tag() -> None:
    dealer = at_the_table()
    control(dealer, {"type": "misdeal"})
    dealer.command(type="remove_control", uid=FOREIGN)

    lay(dealer, 1)

    assert dealer.alerts() == ["UNKNOWN_TAG"]


def tags(first: int) -> dict[str, str]:
    return {f"{0x04AA0000000000 + first + number:014x}": card for number, card in enumerate(DECK)}


def test_a_registered_deck_gets_a_new_card_and_the_table_reads_it() -> None:
    dealer = at_the_table()
    mended = dict(tags(100))
    mended[FOREIGN] = mended.pop(next(tag for tag, card in mended.items() if card == "2c"))

    assert dealer.house(type="register_deck", deck_id="red", cards=tags(100)).accepted
    again = dealer.house(type="register_deck", deck_id="red", cards=mended)
    assert dealer.house(type="register_deck", deck_id="red", cards=mended, replace=True).accepted
    dealer.command(type="use_deck", deck_id="red")

    assert again.error is not None
    assert (again.error.code, dealer.table.decks["red"].reveal()[FOREIGN]) == ("DECK_EXISTS", "2c")
    freed = {**tags(200), **{tag: card for tag, card in tags(100).items() if card == "2c"}}
    del freed[next(tag for tag, card in tags(200).items() if card == "2c")]
    assert dealer.house(type="register_deck", deck_id="blue", cards=freed).accepted, "the old tag is free"


@pytest.mark.parametrize(("deck", "code"), [("green", "UNKNOWN_DECK"), ("red", "TAG_IN_USE")])
def test_what_replaces_a_deck_needs_one_and_takes_no_tag_of_another(deck: str, code: str) -> None:
    dealer = at_the_table()
    dealer.house(type="register_deck", deck_id="red", cards=tags(100))
    dealer.house(type="register_deck", deck_id="blue", cards=tags(200))

    refused = dealer.house(type="register_deck", deck_id=deck, cards=tags(199), replace=True)

    assert refused.error is not None
    assert refused.error.code == code
