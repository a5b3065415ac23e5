"""Documents with the specification's keys alone, as other programs write them."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from collector.cards import Card
from collector.errors import BadHistory
from collector.hand import board
from collector.hand.events import BringIn, Call, Check, Fold, GoOn, Post, PostKind, UpCard, UpCardTaken
from collector.hand.model import Hand
from collector.histories.formats import stories_in
from collector.histories.native import read_json, write_json
from collector.histories.story import About, Story, finished
from tests.collector.hand.spoken import setup


def done(street: str, who: str, action: str, amount: float | None = None) -> dict[str, Any]:
    found = {"street": street, "player_id": who, "action": action}
    return found if amount is None else {**found, "amount": amount}


def document() -> dict[str, Any]:
    """Three players, no button: seat 5 posts the small blind, so seat 3 has the button."""
    stacks = {"p_a": (3, 80.5), "p_b": (5, 60), "p_c": (8, 99.25)}
    return {
        "hand_id": "h_9",
        "table_id": "t_4",
        "timestamp": "2025-03-04T05:06:07Z",
        "players": [
            {"seat": seat, "player_id": name, "name": name.upper(), "stack": stack, "hole_cards": None}
            for name, (seat, stack) in stacks.items()
        ],
        "community_cards": ["Qh", "Jh", "Th", "2c"],
        "actions": [
            done("preflop", "p_b", "small_blind", 0.25),
            done("preflop", "p_c", "big_blind", 0.5),
            done("preflop", "p_a", "raise", 1.5),
            done("preflop", "p_b", "raise", 4.25),
            done("preflop", "p_c", "fold", 0),
            done("preflop", "p_a", "call", 3),
            done("flop", "p_b", "check"),
            done("flop", "p_a", "check", 0),
            done("turn", "p_b", "bet", 6),
            done("turn", "p_a", "fold"),
        ],
        "pot_total": 9.5,
        "winner": "p_b",
        "winners": [{"player_id": "p_b", "amount": 9.25}],
    }


def end_of(found: dict[str, Any]) -> tuple[Story, Hand]:
    story = read_json(json.loads(json.dumps(found)), "x.json, hand 1")
    return story, finished(story)


def test_without_a_word_about_it_the_button_is_right_of_the_small_blind() -> None:
    story, hand = end_of(document())

    assert story.button == 3
    assert [seat.seat for seat in story.setup.seats] == [5, 8, 3]
    assert hand.rulings == ()


def test_heads_up_the_small_blind_is_the_button() -> None:
    found = document()
    found["players"] = found["players"][1:]
    found["actions"] = [*found["actions"][:2], done("preflop", "p_b", "call", 0.25), done("preflop", "p_c", "check")]
    found["actions"] += [done("flop", "p_c", "bet", 1), done("flop", "p_b", "fold")]
    found |= {"community_cards": ["Qh", "Jh", "Th"], "pot_total": 1, "winners": [{"player_id": "p_c", "amount": 1}]}

    story, hand = end_of(found)

    assert story.button == 5
    assert [seat.seat for seat in story.setup.seats] == [8, 5]
    assert hand.rulings == ()


def test_a_button_that_is_named_counts() -> None:
    story, _ = end_of({**document(), "button": 4})

    assert story.button == 4  # nobody sits there: a dead button
    assert [seat.seat for seat in story.setup.seats] == [5, 8, 3]


def test_cents_are_read_to_the_unit_and_amounts_are_chips_put_in() -> None:
    story, hand = end_of(document())

    assert (story.scale, story.setup.min_bet) == (100, 50)
    assert [(act.seat, act.amount, act.to) for act in hand.actions if act.amount] == [
        (5, 25, 25),
        (8, 50, 50),
        (3, 150, 150),
        (5, 425, 450),
        (3, 300, 450),
        (5, 600, 600),
    ]
    assert hand.result is not None
    assert (hand.result.total_pot, hand.result.rake) == (950, 25)
    assert hand.result.final_stacks == {5: 6475, 8: 9875, 3: 7600}
    assert board(hand) == ("Qh", "Jh", "Th", "2c")
    assert story.about == About(table="t_4", started=1741064767000)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d.pop("hand_id"), "hand_id is missing; it must be a text"),
        (lambda d: d.update(game="razz"), "game is 'razz'; without `story` it must be one of holdem"),
        (lambda d: d.update(players=7), "players is 7; it must be a list"),
        (lambda d: d["players"][0].update(seat=5), "players[1].seat is 5; another player has it"),
        (lambda d: d["players"][0].update(stack=float("inf")), "players[0].stack is inf; amounts go from 0 to"),
        (
            lambda d: d["actions"][2].update(action="shove"),
            "actions[2].action is 'shove'; it must be one of ante, big_bl",
        ),
        (lambda d: d["actions"][2].update(player_id="p_x"), "actions[2].player_id is 'p_x'; players lists nobody"),
        (lambda d: d["actions"][8].update(street="fifth"), "actions[8].street is 'fifth'; it must be one of preflop"),
        (
            lambda d: d["actions"][8].update(street="preflop"),
            "actions[8].street is 'preflop'; the acts before it are of",
        ),
        (lambda d: d["actions"][5].update(amount=2), "actions[5]: call of seat 3 puts 200 in, and 300 is played"),
        (lambda d: d["actions"][5].update(amount=2.0000001), "amounts have at most 6 decimals"),
        (lambda d: d["actions"].pop(1), "actions posts no whole big_blind, and no other key states the stakes"),
        (lambda d: d["actions"].pop(0), "button is missing; nobody posts a small blind either"),
        (lambda d: d["actions"].pop(), "ends before the hand is over"),
        (lambda d: d.update(pot_total=10), "the source states a pot of 1000, and 950 is played"),
        (lambda d: d["winners"][0].update(player_id="p_a"), "states that seat 3 wins 925, and 0 is played"),
        (lambda d: d.update(community_cards=["Qh", "Jh", "Th", "Qh"]), "community_cards: Qh is already on the board"),
        (lambda d: d.update(community_cards=["Qh", "Jh", "Zz"]), "community_cards is a list; 'Zz' is not a card"),
        (lambda d: d["players"][1].update(hole_cards=["Qh", "As"]), "Qh is held by seat 5, and on the board"),
        (lambda d: d.update(timestamp="noon"), "timestamp is 'noon'; it must be a date and time"),
    ],
)
def test_what_is_not_understood_or_does_not_add_up_refuses_the_hand_by_its_place(
    change: Callable[[dict[str, Any]], object], words: str
) -> None:
    found = copy.deepcopy(document())
    change(found)

    with pytest.raises(BadHistory) as caught:
        read_json(found, "x.json, hand 1")

    assert caught.value.message.startswith("x.json, hand 1: ")
    assert words in caught.value.message


def test_differences_are_listed_where_that_is_asked_for() -> None:
    found = {**document(), "winners": [], "pot_total": 9}

    assert read_json(found, lenient=True).differences == ("the source states a pot of 900, and 950 is played",)


def test_time_and_table_go_through_our_own_json() -> None:
    story, _ = end_of(document())

    written = json.loads(json.dumps(write_json(story)))

    assert (written["timestamp"], written["table_id"]) == ("2025-03-04T05:06:07Z", "t_4")
    assert read_json(written) == story


def test_a_face_up_card_that_nobody_read_is_no_card_of_the_document() -> None:
    """It lies there, and what follows keeps its place: the hand has a gap where the document has nothing."""
    posts = [Post(seat, PostKind.ANTE, 10) for seat in (1, 2)]
    started = setup((1000, 1000), posts, game="stud", big_bet=200, bring_in=25)
    cards = (UpCard(1, Card("2c")), UpCard(2, Card("9d")), BringIn(1), Call(2), UpCard(1, Card("3c")))
    misread = (UpCard(2, Card("4c")), UpCardTaken(1, Card("2c")), GoOn(), Check(1), Fold(2))
    story = Story("h_1", started, (*cards, *misread), 2)

    assert [player.up for player in finished(story).players] == [(None, "3c"), ("9d", "4c")]
    assert [player["hole_cards"] for player in write_json(story)["players"]] == [["3c"], ["9d", "4c"]]


def test_a_story_of_wrong_values_is_told_apart(tmp_path: Path) -> None:
    whole = json.loads(json.dumps(write_json(end_of(document())[0])))
    broken = [
        {**whole, "story": {**whole["story"], "events": 5}},
        {**whole, "story": {**whole["story"], "about": {"moon": 1}}},
        {**whole, "story": {**whole["story"], "setup": {**whole["story"]["setup"], "seats": "x"}}},
        {**whole, "story": "x"},
    ]
    (tmp_path / "many.json").write_text(json.dumps(broken))

    found = list(stories_in(tmp_path / "many.json"))

    assert [type(each).__name__ for each in found] == ["BadHistory"] * 4
