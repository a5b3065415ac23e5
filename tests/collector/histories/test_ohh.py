"""Open Hand History by its specification: documents of other programs, and ours as others read them."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from collector.cards import Card
from collector.errors import BadHistory
from collector.hand import boards
from collector.hand.events import (
    AllIn,
    Award,
    BetTo,
    BoardCard,
    BoardCardTaken,
    Call,
    Check,
    Chop,
    Fold,
    HoleCard,
    Muck,
    PostKind,
    RunTimes,
    Show,
)
from collector.hand.model import Hand, Rake
from collector.histories.formats import stories_in
from collector.histories.ohh import read_ohh, write_ohh
from collector.histories.phh.read import read_histories
from collector.histories.phh.replay import story_of_history
from collector.histories.roomtext.read import read_room_text
from collector.histories.story import About, Story, finished
from collector.secrecy import Secret
from tests.collector.hand.spoken import blinds, setup
from tests.collector.histories.ohh_schema import faults, public
from tests.collector.histories.samples import RUN_TWICE, facts


def act(number: int, player: int | None, action: str, amount: float | None = None, **more: Any) -> dict[str, Any]:
    found = {"action_number": number, "player_id": player, "action": action, **more}
    return found if amount is None else {**found, "amount": amount}


def foreign() -> dict[str, Any]:
    """A hand of another program: four seats with gaps, one sits out, raises, a showdown of two, 5 cents of rake."""
    players = [(7, 2, "Mia", 20.0), (3, 4, "Noa", 10.25), (9, 6, "Oli", 9.75), (5, 9, "Pia", 40)]
    return {
        "ohh": {
            "spec_version": "1.4.7",
            "site_name": "A Room",
            "network_name": "A Net",
            "internal_version": "3.1.4",
            "tournament": False,
            "game_number": "G-1",
            "start_date_utc": "2025-03-04T05:06:07Z",
            "table_name": "Elm",
            "game_type": "Holdem",
            "bet_limit": {"bet_type": "NL", "bet_cap": 0},
            "table_size": 9,
            "currency": "EUR",
            "dealer_seat": 2,
            "small_blind_amount": 0.05,
            "big_blind_amount": 0.10,
            "ante_amount": 0,
            "hero_player_id": 3,
            "flags": [],
            "players": [
                {"id": number, "seat": seat, "name": name, "starting_stack": stack, "is_sitting_out": name == "Pia"}
                for number, seat, name, stack in players
            ],
            "rounds": [
                {
                    "id": 0,
                    "street": "Preflop",
                    "cards": "",
                    "actions": [
                        act(1, 3, "Post SB", 0.05),
                        act(2, 9, "Post BB", 0.10),
                        act(3, 3, "Dealt Cards", 0, cards=["Qs", "Qd"]),
                        act(4, 7, "Raise", 0.30),
                        act(5, 3, "Raise", 0.85),
                        act(6, 9, "Fold"),
                        act(7, 7, "Call", 0.60, is_allin=False),
                    ],
                },
                {
                    "id": 1,
                    "street": "Flop",
                    "cards": ["2c", "7d", "Jh"],
                    "actions": [act(8, 3, "Bet", 1), act(9, 7, "Raise", 3), act(10, 3, "Call", 2)],
                },
                {"id": 2, "street": "Turn", "cards": ["4s"], "actions": [act(11, 3, "Check"), act(12, 7, "Check")]},
                {
                    "id": 3,
                    "street": "River",
                    "cards": ["4h"],
                    "actions": [act(13, 3, "Bet", 2.2), act(14, 7, "Call", 2.2)],
                },
                {
                    "id": 4,
                    "street": "Showdown",
                    "actions": [
                        act(15, 3, "Shows Cards", cards=["Qs", "Qd"]),
                        act(16, 7, "Mucks Cards", cards=["As", "Jc"]),
                    ],
                },
            ],
            "pots": [
                {"number": 0, "amount": 12.3, "rake": 0.05, "player_wins": [{"player_id": 3, "win_amount": 12.25}]}
            ],
        }
    }


def end_of(document: dict[str, Any]) -> tuple[Story, Hand]:
    story = read_ohh(json.loads(json.dumps(document)))
    return story, finished(story)


def refusal(change: Callable[[dict[str, Any]], object]) -> str:
    document = copy.deepcopy(foreign())
    change(document["ohh"])
    with pytest.raises(BadHistory) as caught:
        read_ohh(document, "x.ohh, hand 1")
    return caught.value.message


def test_a_hand_of_another_program_is_read_to_the_cent() -> None:
    story, hand = end_of(foreign())

    assert (story.id, story.scale, story.button) == ("G-1", 100, 2)
    assert [(seat.seat, seat.name, seat.stack) for seat in story.setup.seats] == [
        (4, "Noa", 1025),
        (6, "Oli", 975),
        (2, "Mia", 2000),
    ]
    assert [(a.seat, a.action, a.amount, a.to) for a in hand.actions if a.amount] == [
        (4, "small_blind", 5, 5),
        (6, "big_blind", 10, 10),
        (2, "raise", 30, 30),
        (4, "raise", 85, 90),
        (2, "call", 60, 90),
        (4, "bet", 100, 100),
        (2, "raise", 300, 300),
        (4, "call", 200, 300),
        (4, "bet", 220, 220),
        (2, "call", 220, 220),
    ]
    assert boards(hand) == (("2c", "7d", "Jh", "4s", "4h"),)
    assert hand.result is not None
    assert (hand.result.total_pot, hand.result.rake, hand.result.final_stacks) == (1230, 5, {4: 1640, 6: 965, 2: 1390})
    assert story.about == About("Elm", 1741064767000, "EUR", "A Room", hero=4)
    assert {p.seat: [card.reveal() if card else None for card in p.hole] for p in hand.players} == {
        4: ["Qs", "Qd"],
        6: [None, None],
        2: ["As", "Jc"],
    }


@pytest.mark.parametrize("stated", [None, 0])
def test_stakes_that_are_not_stated_are_those_that_were_posted_whole(stated: int | None) -> None:
    document = foreign()
    document["ohh"]["big_blind_amount"] = stated

    story, hand = end_of(document)

    assert story.setup.min_bet == 10
    assert [act.amount for act in hand.actions if act.action == "raise"] == [
        act.amount for act in end_of(foreign())[1].actions if act.action == "raise"
    ]


def test_where_the_big_blind_is_all_in_and_no_stakes_are_stated_the_hand_is_refused() -> None:
    document = whoever_posts_short()
    document["ohh"]["big_blind_amount"] = None

    with pytest.raises(BadHistory) as caught:
        read_ohh(document, "x.ohh, hand 1")

    assert "big_blind_amount" in caught.value.message
    assert "nobody posted a whole one either; give it" in caught.value.message


def whoever_posts_short() -> dict[str, Any]:
    """The big blind is all-in with 4 of 10 cents."""
    document = foreign()
    body = document["ohh"]
    body["players"][2]["starting_stack"] = 0.04
    body["rounds"] = [
        {
            "id": 0,
            "street": "Preflop",
            "actions": [
                act(1, 3, "Post SB", 0.05),
                act(2, 9, "Post BB", 0.04, is_allin=True),
                act(3, 7, "Call", 0.10),
                act(4, 3, "Fold"),
            ],
        },
        {"id": 1, "street": "Flop", "cards": ["2c", "7d", "Jh"], "actions": []},
        {"id": 2, "street": "Turn", "cards": ["4s"], "actions": []},
        {"id": 3, "street": "River", "cards": ["4h"], "actions": []},
        {
            "id": 4,
            "street": "Showdown",
            "actions": [act(5, 7, "Shows Cards", cards=["Qs", "Qd"]), act(6, 9, "Mucks Cards")],
        },
    ]
    body["pots"] = [{"number": 0, "amount": 0.14, "player_wins": [{"player_id": 7, "win_amount": 0.14}]}]
    return document


def test_the_stakes_are_those_that_are_stated_whoever_posts_short() -> None:
    story, hand = end_of(whoever_posts_short())

    assert story.setup.min_bet == 10
    assert hand.result is not None
    assert (hand.result.total_pot, hand.result.uncalled) == (14, {2: 5})


def test_a_hand_that_is_run_twice_has_its_streets_twice() -> None:
    story = read_room_text(RUN_TWICE)

    document = public(json.loads(json.dumps(write_ohh(story))))

    told = [(each["street"], each["cards"]) for each in document["ohh"]["rounds"]]
    assert told == [
        ("Preflop", []),
        ("Flop", ["2c", "7d", "9h"]),
        ("Turn", ["Js"]),
        ("River", ["4c"]),
        ("Turn", ["Kc"]),
        ("River", ["3d"]),
        ("Showdown", []),
    ]
    assert document["ohh"]["flags"] == ["Run_It_Twice"]
    again = finished(read_ohh(document))
    assert facts(again, 10)[1:] == facts(finished(story))[1:]  # a dime is the finest amount of this one


def _rounds(body: dict[str, Any], at: int) -> Any:
    return body["rounds"][at]["actions"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda b: b.update(spec_version="2.0.0"), "ohh.spec_version is '2.0.0'; this program reads version 1"),
        (lambda b: b.pop("game_number"), "ohh.game_number is missing; it must be a text"),
        (lambda b: b.update(game_type="Razz"), "ohh.game_type is 'Razz'; it must be one of Holdem, Omaha"),
        (lambda b: b.update(game_type="Draw"), "ohh.game_type is 'Draw'; the specification has no words for bring-ins"),
        (
            lambda b: b["bet_limit"].update(bet_type="XL"),
            "ohh.bet_limit.bet_type is 'XL'; it must be one of NL, PL, FL",
        ),
        (lambda b: b.update(dealer_seat=0), "ohh.dealer_seat is 0; it must be an integer from 1 to 10"),
        (lambda b: b.update(big_blind_amount=True), "ohh.big_blind_amount is True; it must be a number"),
        (lambda b: b.update(big_blind_amount=float("nan")), "ohh.big_blind_amount is nan; amounts go from 0"),
        (lambda b: b.update(big_blind_amount=10**400), "ohh.big_blind_amount is a huge number; amounts go from 0"),
        (lambda b: b.update(big_blind_amount=1e-7), "amounts have at most 6 decimals"),
        (lambda b: b.update(big_blind_amount=0.2), "seat 6 posts a big blind of 10, and 20 is stated"),
        (lambda b: b.update(players={}), "ohh.players is an object; it must be a list"),
        (lambda b: b["players"].append(5), "ohh.players[4] is 5; it must be an object"),
        (
            lambda b: b["players"].__setitem__(slice(None), [{}] * 99),
            "ohh.players has 99 entries; a hand has at most 30",
        ),
        (lambda b: b["players"][0].update(id=3), "ohh.players[1].id is 3; another player has it"),
        (lambda b: b["players"][0].update(seat=4), "ohh.players[1].seat is 4; another player has it"),
        (
            lambda b: b["players"][0].update(starting_stack="20"),
            "ohh.players[0].starting_stack is '20'; it must be a num",
        ),
        (
            lambda b: b["rounds"][1].update(street="Fourth"),
            "ohh.rounds[1].street is 'Fourth'; it must be one of Preflop",
        ),
        (
            lambda b: b["rounds"][1].update(cards=[]),
            "ohh.rounds[1].cards is a list; a street with acts has board cards",
        ),
        (
            lambda b: b["rounds"][1].update(cards=["2c", "7d"]),
            "ohh.rounds[1].cards is a list; a flop has 3 board cards",
        ),
        (lambda b: b["rounds"][1].update(cards=["2c", "7d", "J"]), "ohh.rounds[1].cards is a list; 'J' is not a card"),
        (lambda b: b["rounds"][2].update(cards=["Qs"]), "CLASH"),
        (lambda b: b["rounds"][3].update(cards=["4s"]), "ohh.rounds[3].cards: 4s is already on the board"),
        (
            lambda b: _rounds(b, 0)[3].update(action="Shoves"),
            "ohh.rounds[0].actions[3].action is 'Shoves'; it must be one",
        ),
        (
            lambda b: _rounds(b, 0)[3].update(action="Add to Pot"),
            "chips from outside the hand cannot be put into a pot",
        ),
        (
            lambda b: _rounds(b, 0)[3].update(player_id=4),
            "ohh.rounds[0].actions[3].player_id is 4; players lists no such",
        ),
        (
            lambda b: _rounds(b, 0)[3].update(player_id=5),
            "ohh.rounds[0].actions[3].player_id is 5; players lists no such",
        ),
        (
            lambda b: _rounds(b, 1)[0].update(action="Post Ante"),
            "ohh.rounds[1].actions[0].action is 'Post Ante'; posts st",
        ),
        (
            lambda b: _rounds(b, 0)[6].update(amount=0.55),
            "ohh.rounds[0].actions[6]: Call of seat 2 puts 55 in, and 60 is",
        ),
        (lambda b: _rounds(b, 3)[1].update(is_allin=True), "ohh.rounds[3].actions[1]: seat 2 is all-in, and has chips"),
        (
            lambda b: _rounds(b, 0)[2].update(cards=["Qs", "Qd", "Qh"]),
            "ohh.rounds[0].actions[2].cards has 3 entries; a hand has at most 2",
        ),
        (lambda b: b["pots"][0].update(amount=12.4), "the source states a pot of 1240, and 1230 is played"),
        (lambda b: b["pots"][0].update(rake=0.15), "the source states that seat 4 wins 1225, and 1215 is played"),
        (lambda b: b["pots"][0]["player_wins"][0].update(win_amount=12.2), "states that seat 4 wins 1220, and 1225 is"),
        (lambda b: b.update(pots=[]), "ohh.pots is a list; a hand has a pot"),
        (lambda b: b.pop("pots"), "ohh.pots is missing; it must be a list"),
        (
            lambda b: b.update(start_date_utc="yesterday"),
            "ohh.start_date_utc is 'yesterday'; it must be a date and time",
        ),
        (lambda b: b.update(tournament=True), "ohh.tournament_info is null; it must be an object"),
        (lambda b: b["players"][0].update(starting_stack=0), "seat 2 has no chips; set its stack or sit it out"),
        (
            lambda b: b["rounds"].__delitem__(slice(2, None)),
            "ends before the hand is over: on the turn seat 4 is to act",
        ),
    ],
)
def test_what_is_not_understood_or_does_not_add_up_refuses_the_hand_by_its_place(
    change: Callable[[dict[str, Any]], object], words: str
) -> None:
    found = refusal(change)

    assert found.startswith("x.ohh, hand 1: ")
    assert (words if words != "CLASH" else "seat 4 cannot show Qs: it is on the board") in found


def test_differences_are_listed_where_that_is_asked_for() -> None:
    document = foreign()
    document["ohh"]["pots"][0]["amount"] = 12.4

    assert read_ohh(document, lenient=True).differences == ("the source states a pot of 1240, and 1230 is played",)


def test_acts_beside_the_pot_bounties_and_cash_outs_move_no_chips() -> None:
    document = foreign()
    body = document["ohh"]
    body["rounds"][0]["actions"].insert(0, act(0, 5, "Sits Down"))
    body["rounds"][4]["actions"] += [
        act(17, 7, "Added Chips", 5),
        act(18, 3, "Player Adjustment", -0.5),
        act(19, 5, "Stands Up"),
    ]
    body["tournament_bounties"] = [{"player_id": 3, "bounty_won": 1.5, "defeated_player_id": 7}]
    body["pots"][0]["player_wins"][0].update(cashout_amount=11, cashout_fee=0.1, bonus_amount=None)

    assert facts(end_of(document)[1]) == facts(end_of(foreign())[1])


@pytest.mark.parametrize(
    ("action", "kind"),
    [("Straddle", PostKind.STRADDLE), ("Post Extra Blind", PostKind.LATE), ("Post Dead", PostKind.DEAD)],
)
def test_other_posts_have_their_words(action: str, kind: PostKind) -> None:
    document = foreign()
    body = document["ohh"]
    body["rounds"] = [
        {
            "id": 0,
            "street": "Preflop",
            "actions": [
                act(1, 3, "Post SB", 0.05),
                act(2, 9, "Post BB", 0.1),
                act(3, 7, action, 0.2),
                act(4, 7, "Raise", 1) if action != "Straddle" else act(4, 3, "Fold"),
                *([act(5, 3, "Fold")] if action != "Straddle" else []),
                act(6, 9, "Fold"),
            ],
        }
    ]
    pot = {"Straddle": 0.25, "Post Extra Blind": 0.25, "Post Dead": 0.45}[action]
    body["pots"] = [{"number": 0, "amount": pot, "player_wins": [{"player_id": 7, "win_amount": pot}]}]

    story, _ = end_of(document)

    assert story.setup.posts[-1].kind is kind
    assert story.setup.posts[-1].amount == 20


def test_five_cards_of_omaha_are_five_card_omaha() -> None:
    document = foreign()
    body = document["ohh"]
    body["game_type"] = "Omaha"
    body["bet_limit"]["bet_type"] = "PL"
    body["rounds"][0]["actions"][2]["cards"] = ["Qs", "Qd", "3h", "3s", "8c"]
    body["rounds"] = body["rounds"][:1]
    body["rounds"][0]["actions"][4:] = [act(5, 3, "Fold"), act(6, 9, "Fold")]
    body["pots"] = [{"number": 0, "amount": 0.25, "player_wins": [{"player_id": 7, "win_amount": 0.25}]}]

    assert end_of(document)[0].setup.game == "omaha5"


def told() -> Story:
    """A hand of a table in chips of 25: a straddle, a misread turn, an uncalled bet, a rake, two of one name."""
    cards = [HoleCard(1, Secret(Card("As"))), HoleCard(1, Secret(Card("Ad"))), HoleCard(2, Secret(Card("Kh")))]
    flop = [BoardCard(Card(card)) for card in ("2c", "7d", "9h")]
    turn = [BoardCard(Card("Js")), BoardCardTaken(Card("Js")), BoardCard(Card("Jd"))]
    events = (
        *cards, BetTo(3, 300), Call(1), Fold(2), *flop, Check(1), BetTo(3, 500), BetTo(1, 1000), Call(3),
        *turn, Check(1), Check(3), BoardCard(Card("3c")), BetTo(1, 700), Fold(3), Show(1, (Card("As"), Card("Ad"))),
    )  # fmt: skip
    about = About(table="Main 1", started=1741064767000, currency="CHF")
    seats = setup([5000] * 3, blinds(3), rake=Rake(500, cap=60, no_flop_no_drop=True))
    times = tuple(1741064767000 + at for at in range(len(events)))
    return Story("h_t1_5", seats, events, 3, times=times, sources=("operator",) * len(events), about=about)


def test_our_export_passes_the_specification_and_tells_time_table_and_money() -> None:
    document = json.loads(json.dumps(write_ohh(told())))

    assert list(faults(document)) == []
    body = document["ohh"]
    assert (body["start_date_utc"], body["table_name"], body["currency"]) == ("2025-03-04T05:06:07Z", "Main 1", "CHF")
    assert (body["small_blind_amount"], body["big_blind_amount"]) == (50, 100)
    dealt = [each for each in body["rounds"][0]["actions"] if each["action"] == "Dealt Cards"]
    assert [(each["player_id"], each["cards"]) for each in dealt] == [(0, ["As", "Ad"]), (1, ["Kh"])]
    assert [each["cards"] for each in body["rounds"]] == [[], ["2c", "7d", "9h"], ["Jd"], ["3c"], []]
    raises = [each["amount"] for r in body["rounds"] for each in r["actions"] if each["action"] == "Raise"]
    assert raises == [300, 1000]
    assert body["pots"] == [
        {"number": 0, "amount": 2700, "rake": 60, "player_wins": [{"player_id": 0, "win_amount": 2640}]}
    ]
    assert {each["_source"] for r in body["rounds"] for each in r["actions"] if "_source" in each} == {"operator"}


def test_our_export_is_the_hand_for_readers_who_know_no_field_of_ours() -> None:
    story = told()

    theirs = read_ohh(public(json.loads(json.dumps(write_ohh(story)))))
    ours = read_ohh(json.loads(json.dumps(write_ohh(story))))

    assert facts(finished(theirs)) == facts(finished(story))
    assert ours.events == story.events
    assert ours.about == About("Main 1", 1741064767000, "CHF", "EBS")


def test_an_export_whose_pots_were_changed_is_refused() -> None:
    document = json.loads(json.dumps(write_ohh(told())))
    document["ohh"]["pots"][0]["amount"] = 2800

    with pytest.raises(BadHistory, match="the source states a pot of 2800, and 2700 is played"):
        read_ohh(document)


def test_every_pot_has_its_winners_and_its_part_of_the_rake() -> None:
    seats = setup([400, 1000, 1000], blinds(3), rake=Rake(1000, no_flop_no_drop=False))
    cards = ("2c", "7d", "9h", "Js", "3c")
    shows = [Show(1, (Card("As"), Card("Ad"))), Show(2, (Card("Kh"), Card("Kd"))), Muck(3)]
    events = (AllIn(3), AllIn(1), AllIn(2), *[BoardCard(Card(card)) for card in cards], *shows)

    pots = write_ohh(Story("side", seats, events, 3))["ohh"]["pots"]

    assert pots == [
        {"number": 0, "amount": 1200, "rake": 240, "player_wins": [{"player_id": 0, "win_amount": 960}]},
        {"number": 1, "amount": 1200, "rake": 0, "player_wins": [{"player_id": 1, "win_amount": 1200}]},
    ]


def test_blinds_that_are_taken_back_and_pots_that_the_floor_pushed_are_one_pot() -> None:
    chopped = Story("c", setup([1000] * 3, blinds(3)), (Fold(3), Chop()), 3)
    pushed = Story(
        "a", setup([400] * 3, blinds(3)), (AllIn(3), AllIn(1), Fold(2), Award(((1, 500), (3, 400)), "a dispute")), 3
    )

    for story, won in ((chopped, {0: 50, 1: 100}), (pushed, {0: 500, 2: 400})):
        document = json.loads(json.dumps(write_ohh(story)))
        (pot,) = document["ohh"]["pots"]
        assert list(faults(document)) == []
        assert {each["player_id"]: each["win_amount"] for each in pot["player_wins"]} == won
        assert pot["amount"] == sum(won.values())
        assert read_ohh(document).events == story.events


def test_cents_of_card_room_text_come_back() -> None:
    text = """PokerStars Hand #77:  Hold'em No Limit ($0.05/$0.10 USD) - 2021/02/03 4:05:06 ET
Table 'Elm' 6-max Seat #3 is the button
Seat 1: Mia ($10.25 in chips)
Seat 2: Noa ($9.75 in chips)
Seat 3: Oli ($20 in chips)
Mia: posts small blind $0.05
Noa: posts big blind $0.10
*** HOLE CARDS ***
Oli: raises $0.25 to $0.35
Mia: folds
Noa: folds
Uncalled bet ($0.25) returned to Oli
Oli collected $0.25 from pot
*** SUMMARY ***
Total pot $0.25 | Rake $0
"""

    document = public(write_ohh(read_room_text(text)))

    body = document["ohh"]
    assert (body["small_blind_amount"], body["big_blind_amount"]) == (0.05, 0.1)
    assert {each["name"]: each["starting_stack"] for each in body["players"]} == {"Mia": 10.25, "Noa": 9.75, "Oli": 20}
    story = read_ohh(document)
    assert [seat.stack for seat in story.setup.seats] == [1025, 975, 2000]
    assert (story.scale, story.setup.min_bet) == (100, 10)


def test_documents_of_earlier_versions_are_read() -> None:
    def old(action: str, **more: Any) -> dict[str, Any]:
        return {"action_number": 1, "action": action, **more}

    body = foreign()["ohh"]
    own = write_ohh(told())["ohh"]["_story"]["setup"]
    acts = [
        old("Post SB", player_id=0, amount=50, _kind="small_blind", _to=50, is_allin=False),
        old("Dealt Cards", player_id=0, cards=["As"]),
        old("Raise", player_id=2, amount=300, _to=300),
        old("Call", player_id=0, amount=250, _to=300),
        old("Fold", player_id=1),
        *[old("_Board", cards=[card], _board=1) for card in ("2c", "7d", "9h")],
        old("Bet", player_id=0, amount=400, _to=400),
        old("_Ruling", _event={"event": "Burn", "card": None}),
        old("Fold", player_id=2),
    ]
    players = [{"id": at, "seat": at + 1, "name": f"P{at}", "starting_stack": 5000, "cards": []} for at in range(3)]
    pots = [{"number": 0, "amount": 700, "rake": 35, "player_wins": [{"player_id": 0, "win_amount": 665}]}]
    body |= {"players": players, "rounds": [{"actions": acts}], "pots": pots, "_setup": {**own, "scale": 1}}

    hand = finished(read_ohh({"ohh": {**body, "dealer_seat": 3}}))

    assert hand.result is not None
    assert {win.seat: win.amount for win in hand.result.wins} == {1: 665}


def test_a_file_holds_documents_one_behind_the_other_and_a_bad_one_hides_none(tmp_path: Path) -> None:
    good = json.dumps(foreign(), indent=2)
    twice = '{"ohh": {"a": 1, "a": 2}}'
    nan = json.dumps(foreign()).replace("40", "NaN")
    deep = '{"ohh": ' + "[" * 100_000
    (tmp_path / "many.ohh").write_text("\n\n".join((good, twice, good, nan, deep, "{broken", good)))  # noqa: FLY002 - a list

    found = list(stories_in(tmp_path / "many.ohh"))

    kinds = [type(each).__name__ for each in found]
    assert kinds == ["Story", "BadHistory", "Story", "BadHistory", "BadHistory", "BadHistory", "Story"]
    words = [each.message.split(": ", 1)[1] for each in found if isinstance(each, BadHistory)]
    assert "the key 'a' stands twice in an object" in words[0]
    assert "NaN is no number; write digits" in words[1]
    assert "is nested too deep; a document of a hand has a few levels" in words[2]
    assert "is no JSON" in words[3]


@pytest.mark.hands
def test_every_recorded_hand_passes_the_specification_and_is_read_without_our_fields(folder: Path) -> None:
    read, other = 0, 0
    for file in sorted(folder.glob("hands-dev/**/*.phh*")):
        for history in read_histories(file):
            assert not isinstance(history, BadHistory)
            story = story_of_history(history)
            document = json.loads(json.dumps(write_ohh(story)))
            assert list(faults(document)) == [], history.id
            if document["ohh"]["game_type"] not in ("Holdem", "Omaha", "OmahaHiLo") or story.setup.game == "short_deck":
                other += 1
                continue
            again = read_ohh(public(document), history.id)
            final = finished(again).result
            hand = finished(story).result
            assert final is not None
            assert hand is not None
            unit = again.scale / story.scale
            assert final.final_stacks == {s: c * unit for s, c in hand.final_stacks.items()}, history.id
            read += 1

    assert (read, other) == (1109, 175)


def test_a_run_that_is_told_too_late_is_refused() -> None:
    story = read_room_text(RUN_TWICE)
    document = public(json.loads(json.dumps(write_ohh(story))))
    document["ohh"]["rounds"][1]["actions"] = document["ohh"]["rounds"][1]["actions"][:1]

    assert any(isinstance(event, RunTimes) for event in story.events)
    with pytest.raises(BadHistory, match=r"ohh.rounds\[2\].cards: only a board that runs out"):
        read_ohh(document)
