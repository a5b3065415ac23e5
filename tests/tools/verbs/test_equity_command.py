"""What `ebs equity` shows to a person, to a program, and to someone who mistyped."""

from __future__ import annotations

import json
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from collector.cards import DECK, rank_of
from collector.equity import GAMES, OwnGame
from tools.verbs.equity import main

app = typer.Typer(add_completion=False)
app.command()(main)


def ran(line: str) -> Result:
    return CliRunner().invoke(app, line.split())


def test_json_is_one_object_with_exact_counts() -> None:
    result = ran("AsAh KdKc --json")

    shown = json.loads(result.stdout)
    assert result.exit_code == 0
    assert shown.pop("elapsed_ms") > 0
    assert shown == {
        "game": "holdem",
        "runouts": 1_712_304,
        "exact": True,
        "players": [
            {"cards": "AsAh", "win": 1_388_072, "tie": 6_538, "equity": pytest.approx(0.8125548967940273)},
            {"cards": "KdKc", "win": 317_694, "tie": 6_538, "equity": pytest.approx(0.18744510320597277)},
        ],
    }


def test_a_person_sees_the_board_and_a_bar_for_each_hand() -> None:
    result = ran("AsAh KdKc --board 9s5s2c3h --dead Ks")

    lines = result.stdout.splitlines()
    assert lines[0] == "board 9s5s2c3h, all 43 boards counted"
    assert lines[3].startswith("AsAh")
    assert "97.67%" in lines[3]
    assert lines[4].startswith("KdKc")
    assert "2.33%" in lines[4]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("AsAh Kd1c", "hand 2: '1c' is not a card; write rank then suit, as in As, Td or 2c"),
        ("AsAs KdKc", "hand 1: 'AsAs' names a card twice; every card exists once"),
        ("AsAh KdAs", "hand 2: As is already in hand 1; every card exists once, so correct one of the two"),
        ("AsAh KdKc --board 9s5sKd", "the board: Kd is already in hand 2; every card exists once"),
        ("AsAh KdKc --board 9s5sx", "--board: '9s5sx' is not a card"),
        ("AsAh KdKc --dead 1s", "--dead: '1s' is not a card"),
        ("AsAh", "hands: 1 given; an equity needs 2 to 10 hands"),
        ("AsAh KdKc --game stad", "--game: 'stad' is not known; did you mean stud? There are: holdem, short_deck"),
        ("AsAh KdKc --board 9h5h", "--board: 2 cards are no street of holdem; give 0, 3, 4 or 5"),
        ("AsAh KdKc --board 9h5h2c --board 9h", "--board 2: 1 cards are no street of holdem; give 0, 3, 4 or 5"),
        ("AsAh KdKc --game razz --board 2c", "board: 1 cards (2c); Razz has no board"),
        ("AsAhKd QsQdJh --game stud7 --outs", "--outs: stud has no board; leave --outs away"),
        ("AsAh KdKc --outs", "board: 0 cards; outs are counted on the flop and the turn, so give 3 or 4"),
        ("AsAh Kd?? --outs", "--outs: needs every card, but ?? was given; leave --outs away"),
        ("AsAh KdKc --board 2c3c4c --board 2c3c4c --history", "--history: needs one board, 2 were given"),
        ("AsAh ?? --board 2c3c4c --board 2c3c4c", "--board: several boards, but ?? was given; give one"),
        ("AsAh KdKc --board 2c3c4c --board 2c3cKd", "the dead cards: Kd is already in hand 2"),
        ("AsAh KdKc --pot 100=1,3", "--pot 100=1,3: there is no player 3; players are 1 to 2"),
        ("AsAh KdKc --pot 100", "--pot: '100' is no pot; write chips and the players who can win, as 300=1,2"),
        ("AsAh KdKc --fold 1@flop", "--fold: says who folded when in a history; add --history"),
        ("AsAh KdKc --history --fold 1@showdown", "--fold: '1@showdown' is no fold; write a player from 1 to 2"),
        ("AsAh KdKc --ranking trips", "--ranking: holdem has one ranking only"),
        ("AsAh KdKc --ranking best", "--ranking: 'best' is not known; choose one of: straight, trips"),
        ("AsAhKsKd KdKc --game omaha4", "hand 2: KdKc; Omaha needs 4 cards for each player"),
        ("As5h KdKc --game shortdeck", "'5h' is not in the deck of Short deck; check which game is played"),
        ("AsAhKsKd2c2d2h3c KdKc --game stud7", "hand 1: AsAhKsKd2c2d2h3c; Seven-card stud needs at most 7 cards"),
    ],
)
def test_a_mistake_is_named_on_stderr_and_ends_with_2(line: str, message: str) -> None:
    result = ran(line)

    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def players(line: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(ran(f"{line} --json").stdout)["players"]
    return found


def test_hi_lo_says_who_wins_each_half() -> None:
    first, second = players("--game omaha_hi_lo AsAh2s3h JdTd9c8c")

    assert first == {
        "cards": "AsAh2s3h",
        "winhi": 597_383,
        "tiehi": 0,
        "winlo": 562_152,
        "tielo": 0,
        "scoop": 597_383,
        "equity": pytest.approx(0.6572423960044493),
    }
    assert second["scoop"] == 255_850


@pytest.mark.parametrize(
    ("earlier", "name"),
    [
        *(("omaha4", "omaha"), ("omaha4hl", "omaha_hi_lo"), ("courchevelhl", "courchevel_hi_lo")),
        *(("stud7", "stud"), ("stud7hl", "stud_hi_lo"), ("shortdeck", "short_deck")),
        *(("draw5", "five_card_draw"), ("draw27", "single_draw_27")),
    ],
)
def test_a_game_has_the_name_of_the_table_and_its_earlier_name_is_still_taken(earlier: str, name: str) -> None:
    count = 2 if "deck" in name else 5 if name.startswith(("cour", "five")) else 4
    line = f"{''.join(['As', 'Ah', 'Ks', 'Kh', 'Qs'][:count])} {''.join(['9d', '9c', '8d', '8c', '7d'][:count])} --json"

    asked, before = (json.loads(ran(f"--game {game} {line}").stdout) for game in (name, earlier))
    told = ran("--help").stdout.replace("\n", " ")

    assert asked["game"] == before["game"] == name
    assert asked["players"] == before["players"]
    assert name in told
    assert not any(word.strip(",.") == earlier for word in told.split())


def test_a_street_of_one_card_is_one_in_courchevel_only() -> None:
    asked = ran("--game courchevel AsAhKsKhQs 9d9c8d8c7d --board 2c")

    assert asked.exit_code == 0
    assert "board 2c" in asked.stdout


def test_stud_counts_deals_and_a_sample_never_comes_without_its_error() -> None:
    exact = json.loads(ran("--game stud7 AsAhKd2c3c4d QsQdJhTh9h2s --json").stdout)
    sampled = json.loads(ran("--game stud7 AsAhKd QsQdJh 2c2d2h --json").stdout)

    assert (exact["runouts"], exact["exact"]) == (1560, True)
    assert "standard_error" not in exact["players"][0]
    assert sampled["exact"] is False
    assert all(0 < player["standard_error"] < 0.002 for player in sampled["players"])
    assert "+- is one standard error" in ran("--game stud7 AsAhKd QsQdJh 2c2d2h").stdout


def test_an_unread_card_gives_the_average_and_the_extremes() -> None:
    unread = players("AsAh Kd?? --board 9s5s2c")[1]

    assert unread["lowest"]["equity"] <= unread["equity"] <= unread["highest"]["equity"]
    assert unread["highest"]["cards"] == "2s"  # a pair, and one spade fewer for the ace


def test_two_question_marks_alone_are_a_whole_hand() -> None:
    assert players("AsAh ?? --board 9s5s2c") == players("AsAh ???? --board 9s5s2c")


def test_outs_name_the_cards() -> None:
    behind = players("AsAh KdKc --board 9h5h2c --outs")[1]["outs"]

    assert behind == {"leads": False, "to_win": ["Kh", "Ks"], "to_tie": []}


def test_a_folded_out_is_no_out_unless_asked() -> None:
    seen = players("AsAh KdKc --board 9h5h2c --outs --folded Kh7d")[1]["outs"]
    unseen = players("AsAh KdKc --board 9h5h2c --outs --folded Kh7d --theoretical")[1]["outs"]

    assert seen["to_win"] == ["Ks"]
    assert unseen["to_win"] == ["Kh", "Ks"]


def test_side_pots_have_their_own_contenders() -> None:
    shown = json.loads(ran("AsAh KdKc 7h6h --board 2c3d4sKh7c --pot 300=1,2,3 --pot 200=1,3 --json").stdout)

    assert [pot["shares"] for pot in shown["pots"]] == [[0, 300, 0], [200, 0, 0]]


def test_the_history_shows_streets_and_swings() -> None:
    shown = json.loads(ran("AsAh KdKc 7h6h --board KhQd2c7d7c --history --fold 3@flop --json").stdout)

    assert [street["street"] for street in shown["history"]] == ["preflop", "flop", "turn", "river"]
    assert shown["history"][3]["equity"] == [0, 1, 0]
    assert [player["cards"] for player in shown["players"]] == ["AsAh", "KdKc"]


def test_two_boards_share_the_pot() -> None:
    shown = json.loads(ran("AsAh KdKc --board 9s5s2cJdTc --board 9s5s2cKh3d --json").stdout)

    assert [player["equity"] for player in shown["players"]] == [0.5, 0.5]
    assert [player["scoop"] for player in shown["players"]] == [0, 0]
    assert [board["players"][0]["equity"] for board in shown["boards"]] == [1, 0]


@pytest.mark.parametrize("game", GAMES)
def test_every_game_is_answered(game: str) -> None:
    cards = 3 if isinstance(GAMES[game], OwnGame) else getattr(GAMES[game], "hole", 0)
    deck = [card for card in DECK if rank_of(card) >= 6]
    hands = ["".join(deck[start : start + cards]) for start in (0, cards)]

    result = ran(f"{hands[0]} {hands[1]} --game {game} --json")

    assert result.exit_code == 0, result.output
    assert sum(player["equity"] for player in json.loads(result.stdout)["players"]) == pytest.approx(1)


def test_help_shows_an_example() -> None:
    result = ran("--help")

    assert result.exit_code == 0
    assert "Example: ebs equity AsAh KdKc" in result.stdout
