"""Reading hand histories: what a file says, and what is said about a file that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collector.errors import BadHistory
from collector.hand.events import Post, PostKind
from collector.histories.phh.actions import BetAction, BoardAction, DealAction, History, MuckAction, ShowAction
from collector.histories.phh.read import read_histories
from collector.histories.phh.replay import replay

HAND = """
variant = 'NT'
antes = [0, 0, 0]
blinds_or_straddles = [50, 100, 0]
min_bet = 100
starting_stacks = [1000, 2000, 3000]
actions = [
  "d dh p1 AsKd",  # a comment of TOML
  'd dh p2 ????', 'd dh p3 7c7h',
  'p3 cbr 300 # a comment of the format', '# only a comment', 'p1 cc', 'p2 f',
  'd db 2c7d9h', 'p1 cc', 'p3 cc', 'd db Js', 'p1 cc', 'p3 cc', 'd db 3c', 'p1 cc', 'p3 cc',
  'p1 sm AsKd', 'p3 sm 7c7h',
]
"""


def read(tmp_path: Path, text: str | bytes, name: str = "game.phh") -> list[History | BadHistory]:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_histories(path))


def good(tmp_path: Path, text: str, name: str = "game.phh") -> History:
    (found,) = read(tmp_path, text, name)
    assert isinstance(found, History), found
    return found


def bad(tmp_path: Path, text: str | bytes, name: str = "game.phh") -> str:
    (found,) = read(tmp_path, text, name)
    assert isinstance(found, BadHistory), found
    return found.message.replace(str(tmp_path) + "/", "")


def test_a_file_of_one_hand_is_named_after_its_file(tmp_path: Path) -> None:
    history = good(tmp_path, HAND)

    assert (history.id, history.section, history.players, history.scale) == ("game", None, ("p1", "p2", "p3"), 1)
    assert history.button == 3
    assert history.actions[:4] == (
        DealAction(1, ("As", "Kd")),
        DealAction(2, (None, None)),
        DealAction(3, ("7c", "7h")),
        BetAction(3, "bet_to", 300),
    )
    assert history.actions[6] == BoardAction(("2c", "7d", "9h"))
    assert history.actions[-1] == ShowAction(3, ("7c", "7h"))


def test_a_file_of_many_hands_has_a_section_for_each_and_a_broken_one_hides_no_other(tmp_path: Path) -> None:
    text = f"[1]{HAND}_id = 'first'\n[2]\nvariant = 'XX'\n[3]{HAND}"

    one, two, three = read(tmp_path, text, "many.phhs")

    assert isinstance(one, History)
    assert (one.id, one.section) == ("first", "1")
    assert isinstance(two, BadHistory)
    assert two.message.endswith(
        "many.phhs [2]: variant XX is not supported; supported: F2L3D, F7S, F7S/8, FB, FO/8, FR, FT, N2L1D, NS, NT, PO"
    )
    assert isinstance(three, History)
    assert three.id == "many/3"


def test_a_history_plays(tmp_path: Path) -> None:
    hand = replay(good(tmp_path, HAND))

    assert hand.result is not None
    assert hand.result.final_stacks == {1: 700, 2: 1900, 3: 3400}
    assert hand.rulings == ()


def test_heads_up_the_lists_are_the_other_way_round(tmp_path: Path) -> None:
    text = HAND.replace("[0, 0, 0]", "[0, 10]").replace("[50, 100, 0]", "[50, 100]").replace(", 3000]", "]")
    history = good(tmp_path, text.split("actions")[0] + "actions = []")

    assert history.setup.posts == (
        Post(1, PostKind.ANTE, 10),
        Post(2, PostKind.SMALL_BLIND, 50),
        Post(1, PostKind.BIG_BLIND, 100),
    )


@pytest.mark.parametrize(
    ("posts", "extra", "kind"),
    [
        ("[50, 100, 200]", "", PostKind.STRADDLE),
        ("[50, 100, 100]", "", PostKind.LATE),
        ("[50, 100, 200]", "_late_posts = [3]", PostKind.LATE),
        ("[0, 0, 100]", "", PostKind.BIG_BLIND),
    ],
)
def test_a_post_out_of_place_is_late_unless_it_is_more_than_the_big_blind(
    tmp_path: Path, posts: str, extra: str, kind: PostKind
) -> None:
    history = good(tmp_path, HAND.replace("[50, 100, 0]", posts) + extra)

    assert history.setup.posts[-1].kind is kind


def test_decimals_are_scaled_by_the_finest_and_divided_back(tmp_path: Path) -> None:
    history = good(tmp_path, HAND.replace("[1000,", "[1000.5,").replace("cbr 300", "cbr 300.25"))

    assert (history.scale, history.setup.seats[0].stack, history.setup.min_bet) == (100, 100_050, 10_000)
    assert history.actions[3] == BetAction(3, "bet_to", 30_025)
    assert [history.amount(units) for units in (100_050, 10_000)] == [1000.5, 100]


def test_seats_and_names_are_taken_if_given(tmp_path: Path) -> None:
    history = good(tmp_path, HAND + "seats = [4, 7, 2]\nplayers = ['Ann', 'Bo', 'Cy']")

    assert [(seat.seat, seat.name) for seat in history.setup.seats] == [(4, "Ann"), (7, "Bo"), (2, "Cy")]


def test_cards_that_were_not_recorded_are_a_muck_unless_they_follow(tmp_path: Path) -> None:
    text = HAND.replace("'p1 sm AsKd', 'p3 sm 7c7h'", "'p1 sm ????', 'p3 sm ????', 'p1 sm ????', 'p3 sm 7c7h'")

    actions = good(tmp_path, text).actions
    assert [each for each in actions if isinstance(each, MuckAction | ShowAction)] == [
        MuckAction(1),
        ShowAction(3, ("7c", "7h")),
    ]


def test_a_departure_from_the_rules_is_played_and_listed(tmp_path: Path) -> None:
    hand = replay(good(tmp_path, HAND.replace("cbr 300", "cbr 150")))

    assert hand.result is not None
    assert hand.result.total_pot == 400
    assert hand.rulings == ("preflop: seat 3 cannot raise to 150: the least is 200; it stands as recorded",)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("'p2 f'", "'p2 f', 'p2 f'", "game.phh, action 8: p2: seat 2 cannot act: it has folded; undo"),
        ("'d db Js'", "'d db 9h'", "game.phh, action 11: 9h is already on the board"),
        (", 'p1 sm AsKd', 'p3 sm 7c7h'", "", "game.phh: ends before the hand is over"),
        ("'p3 sm 7c7h'", "'p3 sm AsQd'", "action 18: p3: seat 3 cannot show As: it is shown by seat 1"),
    ],
)
def test_a_record_that_cannot_be_played_names_the_action(tmp_path: Path, old: str, new: str, words: str) -> None:
    text = HAND.replace(",\n]", "\n]").replace("'p3 cc',\n  'p1 sm", "'p3 cc', 'p1 sm").replace(old, new)

    with pytest.raises(BadHistory) as caught:
        replay(good(tmp_path, text))

    assert words in caught.value.message.replace(str(tmp_path) + "/", "")


HUGE = "0x" + "f" * 5000


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "'NT'",
            "'XX'",
            "game.phh: variant XX is not supported; supported: F2L3D, F7S, F7S/8, FB, FO/8, FR, FT, N2L1D, NS, NT, PO",
        ),
        ("'NT'", "7", "variant of type int is not supported"),
        ("'NT'", HUGE, "variant of type int is not supported"),
        ("min_bet = 100", "", "min_bet is missing; a hand needs it"),
        ("min_bet = 100", "min_bet = nan", "amounts go from 0 to"),
        ("min_bet = 100", "min_bet = inf", "amounts go from 0 to"),
        ("min_bet = 100", "min_bet = -1", "amounts go from 0 to"),
        ("min_bet = 100", "min_bet = true", "min_bet has a bool where a number belongs"),
        ("min_bet = 100", "min_bet = 1e400000000", "amounts go from 0 to"),
        ("min_bet = 100", "min_bet = 1e-400000000", "amounts go from 0 to"),
        ("min_bet = 100", "min_bet = 0.12345678", "write at most 6 decimals"),
        ("min_bet = 100", f"min_bet = {HUGE}", "amounts go from 0 to"),
        ("min_bet = 100", f"min_bet = 1{'0' * 5000}", "is no valid TOML"),
        ("min_bet = 100", "min_bet = 100\n_id = 5", "_id is of type int; it must be text in quotes"),
        ("min_bet = 100", "min_bet = 100\nseats = [1, 1, 2]", "seats must be 3 different numbers from 1 to 10"),
        ("min_bet = 100", "min_bet = 100\nplayers = ['a']", "players has 1 entries for 3 players"),
        ("min_bet = 100", "min_bet = 100\nplayers = [1, 2, 3]", "players must be a list of texts"),
        ("min_bet = 100", "min_bet = 100\n_late_posts = 'x'", "_late_posts must be a list of player numbers"),
        ("[50, 100, 0]", "[50, 100]", "blinds_or_straddles has 2 entries for 3 players"),
        ("[1000, 2000, 3000]", "[1000]", "starting_stacks lists 1 players"),
        ("[1000, 2000, 3000]", "{a = 1}", "starting_stacks must be a list"),
        ("'p2 f'", "'p9 f'", "game.phh: action 7 'p9 f': 'p9' is no player of this hand; write p1 to p3"),
        ("'p2 f'", "'p2 sd AsKs'", "action 7 'p2 sd AsKs': is no action of Hold'em"),
        ("'p2 f'", "'p2 cbr 1e9'", "'1e9' is no amount"),
        ("'p2 f'", "'p2 cbr nan'", "'nan' is no amount"),
        ("'p2 f'", "7", "actions must be a list of texts"),
        ("2c7d9h", "2c7d9x", "'9x' is not a card"),
        ("2c7d9h", "2c7d??", "unknown card"),
        ("2c7d9h", "2c7d2c", "a card twice"),
        ("p1 AsKd", "p1 AsKdQh", "more than 2 cards"),
    ],
)
def test_a_malformed_hand_is_told_apart(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in HAND

    assert words in bad(tmp_path, HAND.replace(old, new))


def test_a_file_that_is_no_history_is_told_apart(tmp_path: Path) -> None:
    assert "game.phh: is no text" in bad(tmp_path, b"\xff\xfe\x00")
    assert "game.phh: is no valid TOML" in bad(tmp_path, "variant = ")
    assert "game.phh: is no valid TOML" in bad(tmp_path, "a = " + "[" * 100_000)
    assert "game.phhs: holds no hands" in bad(tmp_path, "", "game.phhs")
    assert "game.phhs [x]: is no table of a hand" in bad(tmp_path, "x = 1", "game.phhs")
    assert "cannot be read" in str(next(read_histories(tmp_path / "none.phh")))
    assert "is no file" in str(next(read_histories(tmp_path)))


values = st.recursive(
    st.sampled_from(["1", "-1", "nan", "1.5", "'x'", "true", "1979-05-27", "'d dh p1 As'", "'p1 f'", "'p1 sm'", "100"]),
    lambda inner: st.lists(inner, max_size=4).map(lambda items: f"[{', '.join(items)}]"),
    max_leaves=8,
)
KEYS = ("antes", "blinds_or_straddles", "min_bet", "starting_stacks", "actions", "players", "seats", "_id")


@given(st.dictionaries(st.sampled_from(KEYS), values), st.sampled_from(["game.phh", "game.phhs"]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_malformed_hand_raises_anything_else(tmp_path: Path, keys: dict[str, str], name: str) -> None:
    parts = {line.split(" = ")[0]: line for line in HAND.replace("\n  ", " ").replace("\n]", "]").split("\n") if line}
    text = "\n".join((parts | {key: f"{key} = {value}" for key, value in keys.items()}).values())

    for found in read(tmp_path, text if name == "game.phh" else f"[1]\n{text}", name):
        try:
            if isinstance(found, History):
                replay(found)
        except BadHistory:
            pass


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_raise_anything_else(tmp_path: Path, data: bytes) -> None:
    assert all(isinstance(found, BadHistory) for found in read(tmp_path, data))
