"""Card-room text: every line is understood or named, the text's own sums are compared, nothing is guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from collector.errors import BadHistory
from collector.hand import boards
from collector.hand.events import HoleCard, Muck, PostKind, Show, UpCard
from collector.hand.model import Result
from collector.histories.formats import stories_in
from collector.histories.roomtext.read import read_room_text
from collector.histories.roomtext.rooms import DIALECTS, REFUSED
from collector.histories.story import Story, finished
from tests.collector.histories.roomlines import (
    FULL_TILT,
    GG_LEVEL,
    KNOCKOUT,
    PACIFIC,
    PARTY,
    STARS,
    WINAMAX,
    ZOOM,
)
from tests.collector.histories.samples import RUN_TWICE


def result_of(text: str) -> tuple[Story, Result]:
    story = read_room_text(text)
    result = finished(story).result
    assert result is not None
    return story, result


def read(text: str, tmp_path: Path) -> list[Story | BadHistory]:
    file = tmp_path / "session.txt"
    file.write_text(text, encoding="utf-8")
    return list(stories_in(file))


TRIPLE_DRAW = """PokerStars Hand #9:  Triple Draw 2-7 Lowball Limit ($1/$2 USD) - 2020/01/01 0:00:00 ET
Table 'Sample' 6-max Seat #1 is the button
Seat 1: Ann ($40 in chips)
Seat 2: Bob ($40 in chips)
Seat 4: Cy ($40 in chips)
Bob: posts small blind $0.50
Cy: posts big blind $1
*** DEALING HANDS ***
Dealt to Bob [2c 3d 4h 7s Kc]
Ann: folds
Bob: raises $1 to $2
Cy: calls $1
*** FIRST DRAW ***
Bob: discards 1 card [Kc]
Dealt to Bob [2c 3d 4h 7s] [Qc]
Cy: discards 2 cards
Bob: bets $1
Cy: raises $1 to $2
Bob: calls $1
*** SECOND DRAW ***
Bob: discards 1 card [Qc]
Dealt to Bob [2c 3d 4h 7s] [8c]
Cy: stands pat
Bob: bets $2
Cy: calls $2
*** THIRD DRAW ***
Bob: stands pat on [2c 3d 4h 7s 8c]
Cy: discards 1 card
Bob: checks
Cy: bets $2
Bob: calls $2
*** SHOW DOWN ***
Cy: shows [2d 3c 5h 7c 9s] (Lo: 9,7,5,3,2)
Bob: shows [2c 3d 4h 7s 8c] (Lo: 8,7,4,3,2)
Bob collected $15.50 from pot
*** SUMMARY ***
Total pot $16 | Rake $0.50
"""


def test_the_first_who_draws_ends_the_betting_round() -> None:
    story, result = result_of(TRIPLE_DRAW)

    acts = [(act.street, act.action, act.amount) for act in finished(story).actions if act.action in {"bet", "raise"}]
    assert [amount for *_, amount in acts] == [150, 100, 200, 200, 200]
    assert len({street for street, *_ in acts}) == 4
    assert (result.total_pot, result.final_stacks) == (1600, {1: 4000, 2: 4750, 4: 3200})


@pytest.mark.parametrize(
    ("text", "said", "chips", "won", "stacks"),
    [
        (STARS, ("PokerStars", 200), (7200, 300), {2: 6900}, {1: 23800, 2: 22140, 4: 16500}),
        (ZOOM, ("PokerStars", 200), (7200, 300), {2: 6900}, {1: 23800, 2: 22140, 4: 16500}),
        (KNOCKOUT, ("PokerStars", 5000), (37500, 0), {5: 18700, 6: 18800}, {5: 93700, 6: 133800, 8: 0}),
        (GG_LEVEL, ("GGPoker", 30000), (91000, 0), {7: 91000}, {2: 578000, 3: 0, 7: 497000}),
        (FULL_TILT, ("Full Tilt Poker", 200), (17900, 300), {3: 17600}, {1: 11150, 3: 17600, 6: 13800}),
        (WINAMAX, ("Winamax", 100), (550, 30), {3: 520}, {1: 9950, 2: 5270, 3: 8270}),
        (PACIFIC, ("888poker", 100), (12850, 300), {4: 12550}, {2: 3725, 4: 12550, 9: 9950}),
        (PARTY, ("PartyPoker", 200), (1200, 50), {1: 1150}, {1: 21550, 5: 8900}),
    ],
    ids=["stars", "zoom", "knockout", "gg", "fulltilt", "winamax", "888", "party"],
)
def test_a_hand_of_a_room_is_read_to_the_chip(
    text: str, said: tuple[str, int], chips: tuple[int, int], won: dict[int, int], stacks: dict[int, int]
) -> None:
    story, result = result_of(text)

    assert (story.about.site, story.setup.min_bet) == said
    assert (result.total_pot, result.rake) == chips
    assert {win.seat: win.amount for win in result.wins} == won
    assert result.final_stacks == stacks
    assert story.differences == ()


def test_a_level_names_its_stakes_before_its_ante() -> None:
    story, result = result_of(GG_LEVEL)

    assert [pot.amount for pot in result.pots] == [69000, 22000]
    assert story.setup.min_bet == 300 * story.scale
    assert result.uncalled == {7: 600 * story.scale}


def test_the_smallest_chip_is_that_of_the_hands_amounts() -> None:
    named = KNOCKOUT.replace("Mia", "Mr1.5")

    assert read_room_text(KNOCKOUT).setup.chip == read_room_text(KNOCKOUT).scale
    assert {win.amount for win in result_of(named)[1].wins} == {18700, 18800}
    assert read_room_text(STARS).setup.chip == 1


def test_the_time_and_the_table_are_those_of_the_text() -> None:
    story = read_room_text(STARS)

    assert story.about.started == 1715019330000  # 18:15:30 UTC: New York has summer time
    assert (story.about.table, story.about.currency) == ("Lyra VI", "USD")


@pytest.mark.parametrize(
    ("heading", "table"),
    [
        ("Table Garnet (6 max)", "Garnet"),
        ("Table Blue (deep) Moon (6 max, shallow)", "Blue (deep) Moon"),
        ("$5 + $0.50 Sit & Go (77), Table 3", "3"),
    ],
)
def test_full_tilt_names_the_table_in_its_first_line(heading: str, table: str) -> None:
    story = read_room_text(FULL_TILT.replace("Table Garnet (6 max)", heading))

    assert story.about.table == table


@pytest.mark.parametrize(
    ("line", "instead", "says"),
    [
        ("Seat 4: Ket ($200 in chips)", "Seat 4: Ket (200 dollars)", "is not understood: 'Seat 4: Ket (200"),
        ("*** FLOP *** [4d 8c Th]", "*** FLOP *** 4d 8c Th", "is not understood: '*** FLOP"),
        ("*** FLOP *** [4d 8c Th]", "*** FLOP *** [4d 8c T]", "'[4d 8c T]' is not a card"),
        ("*** FLOP *** [4d 8c Th]", "*** FLOP *** [4d 8c]", "the board has 2 cards, this street 3"),
        ("[4d 8c Th] [2s]", "[4d 8c Th] [4d]", "'4d8cTh4d' names a card twice"),
        ("Jon: bets $9", "Jon: bets", "is not understood: 'Jon: bets'"),
        ("Ket: posts small blind $1", "Ket: posts smal blind $1", "is not understood"),
        ("Iva: posts big blind $2", "Ivo: posts big blind $2", "is not understood: 'Ivo: posts big"),
        ("Iva: folds", "Iva: throws her cards away, 7 of them", "is not understood"),
        ("Dealt to Jon [Jh Js]", "Dealt to Jim [Jh Js]", "deals to somebody who has no seat"),
        ("Total pot $72 | Rake $3", "Pot total $72 | Rake $3", "is not understood"),
    ],
)
def test_a_line_that_may_hold_something_is_a_fault_with_its_number(
    line: str, instead: str, says: str, tmp_path: Path
) -> None:
    assert line in STARS

    before, bad, behind = read(f"{STARS}\n{STARS.replace(line, instead)}\n{STARS}", tmp_path)

    assert isinstance(before, Story)
    assert isinstance(behind, Story)
    assert isinstance(bad, BadHistory)
    number = STARS.count("\n") + 2 + STARS[: STARS.index(line)].count("\n")  # of the file
    assert f"session.txt, line {number}: {says}" in bad.message


@pytest.mark.parametrize(
    "line",
    [
        'Jon said, "Ket: folds [4d]"',
        "Uwe joins the table at seat #6",
        "Ket has timed out",
        "Iva is disconnected",
        "Uwe: sits out",
        "Ket leaves the table",
    ],
)
def test_talk_and_coming_and_going_change_nothing(line: str) -> None:
    _, result = result_of(STARS.replace("Ket: checks\n", f"Ket: checks\n{line}\n", 1))

    assert result.final_stacks == {1: 23800, 2: 22140, 4: 16500}


@pytest.mark.parametrize(
    ("line", "instead", "says"),
    [
        ("Total pot $72", "Total pot $74", "the total pot is 74 in the text, the rules give 72"),
        ("Jon collected $69", "Jon collected $68", "Jon collected 68 in the text, the rules give 69"),
        ("Jon collected $69", "Ket collected $69", "Ket collected 69 in the text, the rules give 0"),
        ("Jon: calls $20", "Jon: calls $19", "Jon calls 19 in the text, the rules give 20"),
        ("Board [4d 8c Th 2s Kd]", "Board [4d 8c Th 2s Ks]", "board 1 is 4d 8c Th 2s Ks in the text"),
    ],
)
def test_what_the_text_says_of_the_end_is_compared(line: str, instead: str, says: str) -> None:
    changed = STARS.replace(line, instead)
    assert changed != STARS

    with pytest.raises(BadHistory) as refused:
        read_room_text(changed)

    assert says in refused.value.message
    assert any(says in line for line in read_room_text(changed, lenient=True).differences)


def test_a_bet_that_came_back_is_compared() -> None:
    changed = GG_LEVEL.replace("Uncalled bet (600)", "Uncalled bet (400)")

    with pytest.raises(BadHistory, match="90bb got back 400 in the text, the rules give 600"):
        read_room_text(changed)


def test_a_pot_that_a_street_names_is_compared() -> None:
    with pytest.raises(BadHistory, match="a street line says that the pot is 18"):
        read_room_text(FULL_TILT.replace("(Total Pot: $16, 2", "(Total Pot: $18, 2"))


def test_a_rake_that_nobody_states_is_a_tenth_at_most() -> None:
    with pytest.raises(BadHistory, match=r"100.5 of a pot of 128.5 is collected, and no rake is told"):
        read_room_text(PACIFIC.replace("$125.50", "$100.50"))


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (PACIFIC, "Wes calls [$2]\n", "a line before it may be missing"),
        (PACIFIC, "Xia collected [ $125.50 ]\n", "no line says who won, or how much was in the pot"),
        (STARS, "Ket: checks\nJon: checks\n", "hand 880000000101: ends before the hand is over"),
        (FULL_TILT, "Oda raises to $7\n", "hand 70000000404: ends before the hand is over"),
    ],
)
def test_a_line_that_was_lost_is_noticed(text: str, line: str, says: str) -> None:
    assert line in text

    with pytest.raises(BadHistory, match=says):
        read_room_text(text.replace(line, "", 1))


def test_the_rooms_own_rake_and_odd_cents_are_taken_over() -> None:
    text = RUN_TWICE.replace("Ann collected $100.50", "Ann collected $100.51").replace(
        "Bob collected $100.50",
        "Bob \
collected $100.49",
    )

    _, result = result_of(text)

    assert {win.seat: win.amount for win in result.wins} == {1: 10051, 2: 10049}
    assert result.awarded == "rake and odd chips as the card room took and gave them"


def test_stakes_that_stand_nowhere_are_not_guessed_from_a_short_blind() -> None:
    """Neither the heading nor a whole big blind says them."""
    text = PARTY.replace("$1/$2 USD NL", "NL").replace("Abe ( $95 USD )", "Abe ( $2 USD )")

    with pytest.raises(BadHistory, match="does not say what the stakes are"):
        read_room_text(text)


def test_the_game_is_the_one_before_the_stakes_whatever_the_tournament_is_called() -> None:
    told = KNOCKOUT.replace("Tournament #71, $4.50+$0.50 USD", "Tournament #71, Razz Rumble 5.6+0.4 Omaha 8-Max USD")

    assert read_room_text(told).setup.game == "holdem"


@pytest.mark.parametrize("title", ["Half 1/2 Price", "2/4 Turbo 6/12"])
def test_of_several_pairs_in_a_heading_the_last_are_the_stakes(title: str) -> None:
    story, result = result_of(GG_LEVEL.replace("Sunday Special", title))

    assert story.setup.min_bet == 300 * story.scale
    assert [post.amount // story.scale for post in story.setup.posts if post.kind is PostKind.SMALL_BLIND] == [150]
    assert (result.total_pot, story.differences) == (91000, ())
    limit = read_room_text(STUD.replace(":  7 Card", f": {title} 7 Card"))
    assert (limit.setup.min_bet, limit.differences) == (2 * limit.scale, ())


def test_a_game_that_is_not_played_is_refused_by_name() -> None:
    with pytest.raises(BadHistory, match='line 1: the game "Split Hold\'em" is not one that this program plays'):
        read_room_text(STARS.replace("Hold'em No Limit", "Split Hold'em No Limit"))


def test_money_of_the_house_in_a_pot_is_refused_by_name() -> None:
    text = STARS.replace("*** HOLE", "STP added: $5\n*** HOLE")

    with pytest.raises(BadHistory, match="line 8: the room adds chips to this pot"):
        read_room_text(text)


def test_what_a_folded_player_shows_is_passed_over() -> None:
    story, result = result_of(STARS.replace("Jon: shows [Jh Js]", "Iva: shows [2c 2d]\nJon: shows [Jh Js]"))

    assert [event.seat for event in story.events if isinstance(event, Show)] == [4, 2]
    assert result.final_stacks[2] == 22140


def test_a_part_of_a_hand_is_not_tabled() -> None:
    text = STARS.replace("Ket: bets $20", "Ket: checks").replace(
        "Jon: calls $20",
        "Jon: bets $20\nKet: folds\n\
Uncalled bet ($20) returned to Jon\nJon: shows [Jh]",
    )
    text = text.replace(
        "*** SHOW DOWN ***\nKet: shows [Tc 9c] (a pair of Tens)\nJon: shows [Jh Js] (a pair of Jacks)\n", ""
    )
    text = (
        text.replace("$69 from pot", "$29 from pot").replace("Total pot $72", "Total pot $32").replace("showed", "had")
    )

    story, result = result_of(text)

    assert not [event for event in story.events if isinstance(event, Show)]
    assert result.final_stacks == {1: 23800, 2: 20140, 4: 18500}


def test_a_hand_that_was_thrown_away_and_told_all_the_same_is_known() -> None:
    text = STARS.replace("Ket: shows [Tc 9c] (a pair of Tens)", "Ket: mucks hand").replace(
        "showed [Tc 9c] and lost with a pair of Tens", "mucked [Tc 9c]"
    )

    story = read_room_text(text)

    assert any(isinstance(event, Muck) for event in story.events)
    seen = [event.card for event in story.events if isinstance(event, HoleCard) and event.seat == 4]
    assert [card.reveal() for card in seen if card] == ["Tc", "9c"]


STUD = """PokerStars Hand #880000000808:  7 Card Stud Limit ($2/$4 USD) - 2024/05/06 14:15:30 ET
Table 'Mira' 8-max
Seat 1: Bea ($80 in chips)
Seat 3: Cai ($80 in chips)
Bea: posts the ante $0.50
Cai: posts the ante $0.50
*** 3rd STREET ***
Dealt to Bea [4h]
Dealt to Cai [Kd Ks] [9c]
Bea: brings in for $1
Cai: raises $1 to $2
Bea: calls $1
*** 4th STREET ***
Dealt to Bea [4h] [7d]
Dealt to Cai [Kd Ks 9c] [2c]
Cai: bets $2
Bea: folds
Uncalled bet ($2) returned to Cai
Cai collected $5 from pot
*** SUMMARY ***
Total pot $5 | Rake $0
"""


def test_stud_has_its_down_cards_and_no_button() -> None:
    story, result = result_of(STUD)

    known = [event.card.reveal() for event in story.events if isinstance(event, HoleCard) and event.card]
    assert known == ["Kd", "Ks"]
    assert [(event.seat, event.card) for event in story.events if isinstance(event, UpCard)] == [
        (1, "4h"),
        (3, "9c"),
        (1, "7d"),
        (3, "2c"),
    ]
    assert result.final_stacks == {1: 7750, 3: 8250}


def test_names_with_brackets_and_one_that_begins_another_are_told_apart() -> None:
    text = STARS.replace("Jon", "[Ke]").replace("Iva", "Ket: x")

    story, result = result_of(text)

    assert {seat.name for seat in story.setup.seats} == {"[Ke]", "Ket: x", "Ket"}
    assert result.final_stacks == {1: 23800, 2: 22140, 4: 16500}


def test_run_twice_from_before_the_flop_has_two_whole_boards() -> None:
    text = RUN_TWICE.replace(
        "Ann: raises $4 to $6\nBob: calls $5",
        "Ann: raises $98 to $100 and is all-in\nBob: calls \
$99",
    ).replace(
        '*** FLOP *** [2c 7d 9h]\nBob: checks\nAnn said, "folds"\nAnn: bets $94 and is all-in\nBob: calls $94\n', ""
    )
    text = text.replace("*** FIRST TURN", "*** FIRST FLOP *** [2c 7d 9h]\n*** FIRST TURN")
    text = text.replace(
        "*** SECOND TURN *** [2c 7d 9h] [Kc]",
        "*** SECOND FLOP *** [3c 8d Th]\n*** SECOND TURN *** \
[3c 8d Th] [Kc]",
    ).replace("[2c 7d 9h Kc] [3d]", "[3c 8d Th Kc] [3d]")

    hand = finished(read_room_text(text))

    assert boards(hand) == (("2c", "7d", "9h", "Js", "4c"), ("3c", "8d", "Th", "Kc", "3d"))


@pytest.mark.parametrize(
    ("first", "room"),
    [
        ('<?xml version="1.0"?>\n<session sessioncode="1">', "iPoker"),
        ('<game id="1-2" starttime="20240101">', "Merge"),
        ('<Game hhversion="4" id="3">', "MicroGaming"),
        ("***** History for hand R5-1-2 *****", "OnGame"),
        ("Bovada Hand #1 TBL#2 HOLDEM No Limit - 2024-01-01 00:00:00", "Bovada"),
        ("Ignition Hand #1 TBL#2 HOLDEM No Limit - 2024-01-01 00:00:00", "Ignition"),
        ("Game started at: 2024/1/2 3:4:5", "Winning Poker"),
        ("Hand #12-1 - Holdem(No Limit) - $1.00/$2.00 - 2024/01/02 03:04:05 UTC", "Winning Poker"),
        ("Stage #1: Holdem  No Limit $1 - 2009-01-01", "Absolute Poker"),
        ('"-- starting hand #1 (No Limit Texas Hold\'em) --",2024,1', "PokerNow"),
    ],
)
def test_a_room_that_is_not_read_is_named_and_the_hands_around_it_are_read(
    first: str, room: str, tmp_path: Path
) -> None:
    before, refused, behind = read(f"{STARS}\n{first}\nwhatever follows, 7 of it\n\n{STARS}", tmp_path)

    assert isinstance(before, Story)
    assert isinstance(behind, Story)
    assert isinstance(refused, BadHistory)
    assert room in refused.message
    assert "not read" in refused.message


@pytest.mark.parametrize("text", ["", "\n\n", "shopping: 3 eggs\n", "PokerStars Blitz #9 Hold'em\n"])
def test_a_file_without_a_hand_is_one_line_that_says_so(text: str, tmp_path: Path) -> None:
    (refused,) = read(text, tmp_path)

    assert isinstance(refused, BadHistory)
    assert "PokerStars, GGPoker, Full Tilt Poker, Winamax, 888poker, PartyPoker" in refused.message


def test_every_room_is_in_the_guide() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "formats.md").read_text()

    for room in (*(dialect.room for dialect in DIALECTS), *(room for _, room, _ in REFUSED)):
        assert room in guide, f"docs/formats.md does not say what is read of {room}"
