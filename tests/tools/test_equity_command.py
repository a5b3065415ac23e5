"""What `ebs equity` shows to a person, to a program, and to someone who mistyped."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner, Result

from tools.equity import main

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
        ("AsAh KdKc --game stud", "--game: 'stud' is not known here; choose one of: holdem"),
    ],
)
def test_a_mistake_is_named_on_stderr_and_ends_with_2(line: str, message: str) -> None:
    result = ran(line)

    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_help_shows_an_example() -> None:
    result = ran("--help")

    assert result.exit_code == 0
    assert "Example: ebs equity AsAh KdKc" in result.stdout
