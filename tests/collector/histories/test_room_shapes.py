"""Card-room text: ways in which rooms tell the same things, read to the chip, or named where it cannot be known."""

from __future__ import annotations

import re

import pytest

from collector.errors import BadHistory
from collector.hand.events import BetTo, Call, DeadHand, Fold
from collector.hand.model import Result
from collector.histories.roomtext.heading import telling_of
from collector.histories.roomtext.read import read_room_text
from collector.histories.story import Story, finished
from tests.collector.histories.roomlines import FULL_TILT, GG_LEVEL, PACIFIC, STARS, WINAMAX


def read(text: str) -> tuple[Story, Result]:
    story = read_room_text(text)
    result = finished(story).result
    assert result is not None
    assert story.differences == ()
    return story, result


def won(result: Result) -> dict[int, int]:
    return {win.seat: win.amount for win in result.wins}


CONTINENTAL = """#Game No : 606000333
***** 888.ro Hand History for Game 606000333 *****
1.500 $/3.000 $ Blinds No Limit Holdem - ***
Tournament #5001 4,50 $ + 0,50 $ - Table #2 (Real Money)
Seat 2 is the button
Total number of players : 2
Seat 2: Wes ( 81.250 $ )
Seat 5: Xia ( 1.240.000 $ )
Wes posts small blind [1.500 $]
Xia posts big blind [3.000 $]
** Dealing down cards **
Dealt to Wes [ APik, 10Herz ]
Wes raises [79.750 $]
Xia calls [78.250 $]
** Dealing flop ** [ AKaro, 7Kreuz, 2Herz ]
** Dealing turn ** [ KPik ]
** Dealing river ** [ 3Herz ]
** Summary **
Wes shows [ APik, 10Herz ]
Xia mucks [ QPik, QKreuz ]
Wes collected [ 162.500 $ ]
"""
"""Points part thousands where the sign stands behind: 2 x 81,250 = 162,500."""


def test_points_part_thousands_where_the_sign_stands_behind() -> None:
    story, result = read(CONTINENTAL)

    assert story.setup.min_bet == 3000 * story.scale
    assert result.total_pot == 162_500 * story.scale
    assert result.final_stacks == {2: 162_500 * story.scale, 5: 1_158_750 * story.scale}
    assert story.setup.chip == story.scale  # no cents: a point of thousands is no decimal


def test_suits_may_be_written_out_in_german() -> None:
    hand = finished(read(CONTINENTAL)[0])

    assert hand.board_read == ("Ad", "7c", "2h", "Ks", "3h")


def test_a_blank_in_the_first_line_may_be_one_that_does_not_break() -> None:
    text = CONTINENTAL.replace("1.500 $/3.000 $ Blinds", "1.500\u00a0$/3.000\u00a0$ Blinds")
    text = text.replace("( 1.240.000 $ )", "( 2.000 $ )").replace("big blind [3.000 $]", "big blind [2.000 $]")
    text = text.replace("Xia calls [78.250 $]\n", "").replace("[ 162.500 $ ]", "[ 83.250 $ ]")
    story, _ = read(text)  # the big blind is all-in for less, so that only the first line has the stakes

    assert story.setup.min_bet == 3000 * story.scale


DEAD_BLIND = """***** 888poker Hand History for Game 606000444 *****
$1/$2 Blinds Fix Limit Holdem - *** 09 02 2021 11:20:00
Table Ankara 6 Max (Real Money)
Seat 4 is the button
Total number of players : 4
Seat 2: Wes ( $60 )
Seat 4: Xia ( $60 )
Seat 6: Abe ( $60 )
Seat 9: Yul ( $60 )
Abe posts small blind [$0.50]
Yul posts big blind [$1]
Xia posts dead blind [$0.50 + $1]
** Dealing down cards **
Wes folds
Xia raises [$1]
Abe folds
Yul calls [$1]
** Dealing flop ** [ 2c, 9d, Jh ]
Yul checks
Xia bets [$1]
Yul calls [$1]
** Dealing turn ** [ 4s ]
Yul checks
Xia checks
** Dealing river ** [ 4d ]
Yul checks
Xia checks
** Summary **
Yul shows [ Jc, Tc ]
Xia mucks [ 9s, 8s ]
Yul collected [ $6.50 ]
"""
"""0.50 and 0.50 of dead money, 2 x 3 of bets: 7, and 0.50 of it is the rake."""


def test_a_dead_blind_is_no_bet_that_came_back() -> None:
    _, result = read(DEAD_BLIND)

    assert (result.total_pot, result.rake, won(result)) == (700, 50, {9: 650})


def test_the_parts_of_a_dead_blind_are_the_dead_and_the_live_one() -> None:
    text = DEAD_BLIND.replace("[$0.50 + $1]", "[$0.50 + $0]").replace("Xia raises [$1]", "Xia raises [$2]")

    assert won(read(text)[1]) == {9: 650}


def test_who_folds_before_the_deal_is_not_dealt_in() -> None:
    text = DEAD_BLIND.replace("Wes folds\n", "").replace("Abe posts", "Wes folds\nAbe posts")
    story, _ = read(text)

    assert [seat.seat for seat in story.setup.seats] == [6, 9, 4]


def test_a_hand_that_won_is_tabled_also_where_it_is_called_mucked() -> None:
    _, result = read(SIDE_POT_MUCKED)

    assert won(result) == {2: 9000, 4: 6000}


SIDE_POT_MUCKED = """***** 888poker Hand History for Game 606000555 *****
$10/$20 Blinds No Limit Holdem - *** 09 02 2021 11:30:00
Table Ankara 6 Max (Real Money)
Seat 9 is the button
Total number of players : 3
Seat 2: Wes ( $30 )
Seat 4: Xia ( $60 )
Seat 9: Yul ( $60 )
Wes posts small blind [$10]
Xia posts big blind [$20]
** Dealing down cards **
Yul raises [$60]
Wes calls [$20]
Xia calls [$40]
** Dealing flop ** [ 2c, 9d, Jh ]
** Dealing turn ** [ 4s ]
** Dealing river ** [ 5d ]
** Summary **
Wes shows [ Ac, Ad ]
Xia mucks [ Kc, Kd ]
Yul mucks [ Qc, Qd ]
Wes collected [ $90 ]
Xia collected [ $60 ]
"""


def test_a_level_that_rose_in_the_first_line_alone_is_not_played_yet() -> None:
    text = STARS.replace("($1/$2 USD)", "($2/$4 USD)")

    assert read(text)[0].setup.min_bet == 200


@pytest.mark.parametrize(
    ("named", "small", "stakes"), [("$1/$2", "$1", (200, 400)), ("$2/$4", "$1", (200, 400))], ids=["blinds", "bets"]
)
def test_a_fixed_limit_may_be_named_by_its_blinds_or_its_bets(named: str, small: str, stakes: tuple[int, int]) -> None:
    text = f"""***** 888poker Hand History for Game 606000666 *****
{named} Blinds Fix Limit Holdem - *** 09 02 2021 11:40:00
Table Ankara 6 Max (Real Money)
Seat 4 is the button
Total number of players : 2
Seat 2: Wes ( $2 )
Seat 4: Xia ( $60 )
Xia posts small blind [{small}]
Wes posts big blind [$2]
** Dealing down cards **
Xia calls [$1]
** Dealing flop ** [ 2c, 9d, Jh ]
** Dealing turn ** [ 4s ]
** Dealing river ** [ 5d ]
** Summary **
Wes shows [ Ac, Ad ]
Xia shows [ Kc, Kd ]
Wes collected [ $3.80 ]
"""  # the big blind is all-in, so that its amount says nothing
    setup = read(text)[0].setup

    assert (setup.min_bet, setup.big_bet) == stakes


# --- what a text without a pot may have lost -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lost", "says"),
    [
        ("Yul posts small blind [$0.50]\n", "Yul sits where the small blind is, and posts none"),
        ("Wes posts big blind [$1]\n", "Wes sits where the big blind is, and posts none"),
    ],
)
def test_a_lost_blind_is_named_where_no_pot_would_show_it(lost: str, says: str) -> None:
    late = "Xia posts big blind [$1]\n** Dealing down cards **"
    text = PACIFIC
    if "big" in lost:  # a blind that is posted late would take its place
        text = PACIFIC.replace("** Dealing down cards **", late).replace("Xia raises [$3]", "Xia raises [$2]")
    assert read_room_text(text).differences == ()

    with pytest.raises(BadHistory, match=re.escape(says)):
        read_room_text(text.replace(lost, ""))


def test_a_small_blind_whose_seat_is_empty_is_not_missed() -> None:
    text = DEAD_BLIND.replace("Abe posts small blind [$0.50]\n", "").replace("Abe folds\n", "")

    assert read(text)[1].total_pot == 650


def test_an_ante_that_one_player_did_not_post_is_named() -> None:
    antes = "".join(f"{name} posts ante [$0.10]\n" for name in ("Yul", "Wes", "Xia"))
    text = PACIFIC.replace("Yul posts", f"{antes}Yul posts", 1).replace("Xia raises [$57]", "Xia raises [$56.90]")
    text = text.replace("Wes calls [$49]", "Wes calls [$48.90]")
    assert read_room_text(text).differences == ()

    with pytest.raises(BadHistory, match="Yul posts no ante"):
        read_room_text(text.replace("Yul posts ante [$0.10]\n", ""))


# --- Winamax ---------------------------------------------------------------------------------------------------------


def test_a_room_may_count_its_seats_from_nought() -> None:
    text = WINAMAX.replace("Seat 3: Vic", "Seat 0: Vic").replace("Seat #3", "Seat #0")
    story, result = read(text)

    assert won(result) == {10: 520}
    assert [seat.name for seat in story.setup.seats] == ["Tao", "Uma", "Vic"]


def test_a_seat_without_chips_is_not_dealt_in_and_may_not_act() -> None:
    text = WINAMAX.replace("*** ANTE", "Seat 4: Wim ()\n*** ANTE")

    assert len(read(text)[0].setup.seats) == 3
    with pytest.raises(BadHistory, match="is not understood: 'Wim calls 1€'"):
        read_room_text(text.replace("Vic raises", "Wim calls 1€\nVic raises"))


def test_a_small_blind_out_of_position_may_have_the_big_one_in_it() -> None:
    posts = "Vic posts small blind 1.50€ out of position\nVic posts big blind 0€ out of position\n"
    text = WINAMAX.replace("Dealt to Vic", f"{posts}Dealt to Vic")
    text = text.replace("collected 9.20", "collected 9.70").replace("pot 9.20", "pot 9.70")
    _, result = read(text)

    assert result.total_pot == 600  # as before, and half a euro of dead money


@pytest.mark.parametrize("name", ["Omaha8 pot limit", "Omaha Hi-Lo pot limit"])
def test_a_hi_lo_game_has_several_names(name: str) -> None:
    text = WINAMAX.replace("Omaha pot limit", name)

    assert read(text)[0].setup.game == "omaha_hi_lo"


def test_eight_seats_are_no_hi_lo_game() -> None:
    assert telling_of("1", "Tournament #5, $5+$1 USD PLO 8-Max").game.key == "omaha"


@pytest.mark.parametrize(("to", "is_a_call"), [(60_000, False), (50_000, True), (30_000, True)])
def test_a_raise_that_stays_below_the_highest_bet_is_a_call(to: int, *, is_a_call: bool) -> None:
    """Some rooms say that somebody raises who goes all-in for less. The lowest bet of the street says nothing."""
    told = telling_of("1", "Hold'em No Limit ($1/$2)")
    told.bet(1, 20_000)
    told.bet(2, 50_000)

    told.bet(3, to)

    assert told.events[-1] == (Call(3, override=True) if is_a_call else BetTo(3, to, override=True))


def test_a_sum_in_thousands_is_rounded() -> None:
    text = (
        WINAMAX.replace("0.50€/1€", "500/1000")
        .replace("0.50€", "500")
        .replace("2.50€", "2505")
        .replace("1.50€", "1505")
    )
    text = text.replace(" 1€", " 1000").replace("55.20€", "55200").replace("100€", "100000").replace("80€", "80000")
    text = (
        text.replace("4€", "4000")
        .replace("9.20€ from pot", "9510 from pot")
        .replace("Total pot 9.20€ | Rake 0.30€", "Total pot 9.5k | No rake")
    )
    text = text.replace("won 9.20€", "won 9510")
    text = text.replace("CashGame", 'Tournament "Lagos" buyIn: 1€ level: 1')
    story, result = read(text)

    assert won(result) == {3: 5510 * story.scale}
    assert story.setup.chip == story.scale  # 9.5k is no amount with decimals
    with pytest.raises(BadHistory, match="the summary says that 9400 was won"):
        read_room_text(text.replace("9.5k", "9.4k"))


# --- GGPoker, Full Tilt and converters -------------------------------------------------------------------------------


def test_a_bluff_that_is_mucked_when_it_is_called_is_a_bet() -> None:
    text = GG_LEVEL.replace("90bb: bets 600\n5ae1: folds\nUncalled bet (600) returned to 90bb\n", BET_AND_MUCK)
    text = text.replace("90bb collected 910 from pot", "5ae1 collected 2,110 from pot").replace("pot 910", "pot 2,110")
    text = text.replace("90bb: shows [Ad Tc]\nHero: shows [9s 9c]\n", "")
    _, result = read(text)

    assert won(result) == {2: 2110 * 100}


BET_AND_MUCK = """90bb: Bet & Muck 600
5ae1: calls 600
90bb: Bet & Muck folds
5ae1: shows [Jc Js]
Hero: shows [9s 9c]
"""


def test_a_cash_out_is_beside_the_pot() -> None:
    text = GG_LEVEL.replace(
        "*** SHOWDOWN ***", "90bb: Chooses to EV Cashout\n90bb: Pays Cashout Risk (60)\n*** SHOWDOWN ***"
    )

    assert read(text)[1].final_stacks == {2: 578000, 3: 0, 7: 497000}


def test_boards_of_runs_may_stand_under_summaries_of_their_own() -> None:
    text = FULL_TILT[: FULL_TILT.index("*** TURN")] + TWO_RUNS
    _, result = read(text)

    assert won(result) == {3: 8800, 1: 8800}
    with pytest.raises(BadHistory, match="board 2 is"):
        read_room_text(text.replace("Board: [5s 5h Kc 2c Ad]", "Board: [5s 5h Kc 2c As]"))


TWO_RUNS = """Players agree to Run It Twice
*** TURN 1 *** [5s 5h Kc] [3d] (Total Pot: $179, 2 Players, 1 All-In)
*** RIVER 1 *** [5s 5h Kc 3d] [Qs] (Total Pot: $179, 2 Players, 1 All-In)
*** TURN 2 *** [5s 5h Kc] [2c] (Total Pot: $179, 2 Players, 1 All-In)
*** RIVER 2 *** [5s 5h Kc 2c] [Ad] (Total Pot: $179, 2 Players, 1 All-In)
*** SHOW DOWN 1 ***
Pim wins pot 1 ($88) with two pair, Kings and Queens
*** SHOW DOWN 2 ***
Oda wins pot 2 ($88) with two pair, Aces and Kings
*** SUMMARY ***
Total pot $179 | Rake $3
*** SUMMARY 1 ***
Pot 1 $88
Board: [5s 5h Kc 3d Qs]
Seat 1: Oda (button) showed [Ah Kh] and lost with two pair, Kings and Fives
*** SUMMARY 2 ***
Pot 2 $88
Board: [5s 5h Kc 2c Ad]
Seat 1: Oda (button) showed [Ah Kh] and won ($88) with two pair, Aces and Kings
"""


def test_a_cap_may_stand_before_the_limit() -> None:
    text = FULL_TILT.replace("$1/$2 - No Limit", "$1/$2 - $89 No Limit")
    story = read_room_text(text, lenient=True)

    assert story.setup.hand_cap == 8900


def test_a_second_big_blind_above_the_stakes_is_a_straddle() -> None:
    text = STARS.replace("*** HOLE CARDS ***", "Jon: posts big blind $4\n*** HOLE CARDS ***")
    text = text.replace("Jon: raises $4 to $6\nKet: calls $5\n", "Ket: calls $3\n").replace(
        "Iva: folds\n", "Iva: folds\nJon: checks\n", 1
    )
    text = (
        text.replace("collected $69", "collected $65").replace("pot $72", "pot $68").replace("won ($69)", "won ($65)")
    )
    _, result = read(text)

    assert won(result) == {2: 6500}


def test_who_is_all_in_and_away_is_folded_by_the_room() -> None:
    text = STARS.replace("Seat 1: Iva ($240 in chips)", "Seat 1: Iva ($2 in chips) is sitting out")
    text = text.replace("posts big blind $2", "posts big blind $2 and is all-in")
    story, result = read(text)

    assert result.final_stacks[1] == 0
    assert [type(event) for event in story.events if isinstance(event, DeadHand | Fold)] == [DeadHand]


def test_a_check_of_who_is_all_in_is_no_act() -> None:
    text = STARS.replace("Jon: bets $9\nKet: calls $9", "Jon: bets $181.40 and is all-in\nKet: calls $181.40")
    text = text.replace("Ket: bets $20\nJon: calls $20", "Jon: checks").replace(
        "Ket: checks\nJon: checks", "Jon: checks"
    )
    text = text.replace("$69", "$373.80").replace("$72", "$376.80")
    _, result = read(text)

    assert won(result) == {2: 37380}


def test_a_pot_may_have_the_bet_in_it_that_nobody_called_and_no_line_gave_back() -> None:
    walk = STARS[: STARS.index("Jon: raises")] + "Jon: folds\nKet: folds\nIva collected $3 from pot\n*** SUMMARY ***\n"

    assert read(f"{walk}Total pot $3 | Rake $0\n")[1].final_stacks == {1: 24100, 2: 18740, 4: 19900}
    with pytest.raises(BadHistory, match="the total pot is 4"):
        read_room_text(f"{walk}Total pot $4 | Rake $0\n")


def test_a_seat_has_one_player() -> None:
    with pytest.raises(BadHistory, match="seat 2 has two players, 'Jon' and 'Jim'"):
        read_room_text(STARS.replace("Seat 4: Ket", "Seat 2: Jim ($5 in chips)\nSeat 4: Ket"))


def test_the_order_of_stud_is_not_judged_where_no_card_is_told() -> None:
    text = """Winamax Poker - CashGame - HandId: #505-13-1700000000 - 7stud fixed limit (0.01/0.05/0.10) - \
2023/11/14 22:13:20 UTC
Table: 'Lagos 07' 6-max (play money) Seat #0 is the button
Seat 2: Tao (2)
Seat 3: Uma (3)
*** ANTE/BLINDS ***
Tao posts ante 0.01
Uma posts ante 0.01
*** THIRD ***
Uma bring-in 0.02
Tao calls 0.02
*** FOURTH ***
Uma checks
Tao checks
*** FIFTH ***
Tao bets 0.10
Uma folds
Tao collected 0.16 from pot
*** SUMMARY ***
Total pot 0.16 | No rake
Seat 2: Tao won 0.16
"""
    assert read(text)[1].total_pot == 6
