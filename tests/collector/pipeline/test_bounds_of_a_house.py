"""What a login can fill a house with has an end: chips, tables, decks, names."""

from __future__ import annotations

from typing import Any

import pytest

from collector.cards import DECK
from collector.hand.copying import replace
from collector.house import commands as house_commands
from collector.wire.base import LARGEST_INTEGER, MAX_AMOUNT, MAX_CHIPS
from tests.collector.table.dealer import TABLE, Dealer, uid_of


def code(reply: Any) -> str | None:
    return reply.error and reply.error.code


@pytest.mark.parametrize("name", ["_unassigned", "_", "_table", "house"])
def test_a_stream_of_our_own_is_no_table(name: str) -> None:
    dealer = Dealer()

    assert code(dealer.house(type="open_table", table_id=name, event_id="evt", name="T")) == "BAD_NAME"
    assert name not in dealer.desk.tables


def test_the_chips_of_a_table_stay_countable() -> None:
    dealer = Dealer(stacks=(MAX_AMOUNT, MAX_AMOUNT))
    for fields in (
        {"type": "seat_player", "seat": 3, "player_id": "p_3", "name": "P", "stack": 1},
        {"type": "seat_player", "seat": 3, "player_id": "p_3", "name": "P", "stack": MAX_AMOUNT},
    ):
        refused = dealer.send(**fields)
        assert code(refused) == "TOO_MANY_CHIPS"
        assert str(MAX_CHIPS) in refused.error.message
    dealer.command(type="seat_player", seat=3, player_id="p_3", name="P", stack=0)
    assert code(dealer.send(type="set_stack", seat=3, stack=1)) == "TOO_MANY_CHIPS"
    dealer.command(type="transfer_chips", seat=1, to_seat=3, amount=MAX_AMOUNT, reason="won it")
    dealer.command(type="transfer_chips", seat=3, to_seat=2, amount=MAX_AMOUNT, reason="won it")
    assert code(dealer.send(type="set_stack", seat=1, stack=1)) == "TOO_MANY_CHIPS"
    dealer.command(type="set_stack", seat=2, stack=MAX_AMOUNT)
    dealer.command(type="set_stack", seat=1, stack=MAX_AMOUNT)

    assert [seat["stack"] for seat in dealer.state("public")["seats"]][:3] == [MAX_AMOUNT, MAX_AMOUNT, 0]


def test_every_number_of_a_pot_with_all_the_chips_there_are_is_exact_in_a_browser() -> None:
    dealer = Dealer(stacks=(MAX_AMOUNT, MAX_AMOUNT), blinds=(10**14, 10**15))
    dealer.command(type="start_hand")
    numbers = _integers(dealer.state("public")) | _integers(dealer.state("live"))

    assert max(numbers) >= MAX_AMOUNT
    assert max(numbers) <= LARGEST_INTEGER


def _integers(value: Any) -> set[int]:
    if isinstance(value, dict | list):
        return set().union(*map(_integers, value.values() if isinstance(value, dict) else value))
    return {value} if isinstance(value, int) else set()


def test_an_amendment_cannot_seat_more_chips_than_a_command() -> None:
    dealer = Dealer(stacks=(MAX_AMOUNT, MAX_AMOUNT))
    seated = next(fact for fact in dealer.facts if fact.kind == "seat_player")
    more = [{"type": "seat_player", "seat": 4, "player_id": "p_4", "name": "P", "stack": 5}]

    reply = dealer.send(
        type="amend", changes=[{"seq": seated.position, "command": dict(seated.body["command"]), "more": more}]
    )

    assert code(reply) == "AMEND_REFUSED"
    assert reply.error.details["code"] == "TOO_MANY_CHIPS"


@pytest.mark.parametrize("known", [1, 7, 51])
def test_a_list_of_guessed_tags_does_not_tell_how_many_are_right_nor_whose(known: int) -> None:
    dealer = Dealer()
    guessed = {uid_of(str(card), 1 if number < known else 9): str(card) for number, card in enumerate(DECK)}

    reply = dealer.house(type="register_deck", deck_id="guess", cards=guessed)

    assert code(reply) == "TAG_IN_USE"
    assert "deck-1" not in reply.error.message
    assert not any(sign.isdigit() for sign in reply.error.message)
    assert reply.error.details == {}


@pytest.mark.parametrize(
    ("name", "commands"),
    [
        ("MOST_TABLES", {"type": "open_table", "table_id": "t{}", "event_id": "evt", "name": "T"}),
        ("MOST_EVENTS", {"type": "create_event", "event_id": "e{}", "name": "E"}),
        ("MOST_NODES", {"type": "seal_device", "device": "n{}"}),
    ],
)
def test_a_house_is_full_at_some_point(name: str, commands: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house_commands, name, 3)
    dealer, taken = Dealer(), []
    for number in range(6):
        reply = dealer.house(**{field: text.format(number) for field, text in commands.items()})
        taken.append(code(reply))

    first = taken.index("HOUSE_FULL")
    assert taken == [None] * first + ["HOUSE_FULL"] * (6 - first)
    assert first == (3 if name == "MOST_NODES" else 2), "the dealer has made one of the others"


def test_decks_have_an_end_too_but_one_that_is_there_can_be_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    dealer = Dealer()
    monkeypatch.setattr(house_commands, "MOST_DECKS", 1)
    cards = {uid_of(str(card), 5): str(card) for card in DECK}

    assert code(dealer.house(type="register_deck", deck_id="more", cards=cards)) == "HOUSE_FULL"
    assert dealer.house(type="register_deck", deck_id="deck-1", replace=True, cards=cards).accepted


def test_a_log_with_more_than_that_is_folded_as_it_is() -> None:
    dealer = Dealer()
    seated = next(fact for fact in dealer.facts if fact.kind == "seat_player")
    command = {**seated.body["command"], "stack": 5 * MAX_CHIPS, "seat": 9, "player_id": "p_9"}
    fact = replace(
        seated, position=dealer.table.position + 1, body={**seated.body, "command": command}, command_id="old"
    )

    dealer.desk.load([fact])

    assert dealer.desk.tables[TABLE].seated[9].stack == 5 * MAX_CHIPS
    assert len(dealer.state("live")["seats"]) == 10
