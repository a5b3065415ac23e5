"""A hand as a card room writes it, and what has to stay the same of a hand in every format."""

from __future__ import annotations

from typing import Any

from collector.hand import boards
from collector.hand.model import Hand

RUN_TWICE = """PokerStars Hand #7:  Hold'em No Limit ($1/$2 USD) - 2020/01/01 0:00:00 ET
Table 'Sample' 6-max Seat #1 is the button
Seat 1: Ann ($100 in chips)
Seat 2: Bob ($200.50 in chips)
Seat 4: Cy: x ($150 in chips)
Seat 5: Dee ($80 in chips) is sitting out
Bob: posts small blind $1
Cy: x: posts big blind $2
*** HOLE CARDS ***
Dealt to Ann [As Ad]
Ann: raises $4 to $6
Bob: calls $5
Cy: x: folds
*** FLOP *** [2c 7d 9h]
Bob: checks
Ann said, "folds"
Ann: bets $94 and is all-in
Bob: calls $94
*** FIRST TURN *** [2c 7d 9h] [Js]
*** FIRST RIVER *** [2c 7d 9h Js] [4c]
*** SECOND TURN *** [2c 7d 9h] [Kc]
*** SECOND RIVER *** [2c 7d 9h Kc] [3d]
*** FIRST SHOW DOWN ***
Ann: shows [As Ad] (a pair of Aces)
Bob: shows [Kh Kd] (a pair of Kings)
Ann collected $100.50 from pot
*** SECOND SHOW DOWN ***
Bob collected $100.50 from pot
*** SUMMARY ***
Total pot $202 | Rake $1
"""


def facts(hand: Hand, scale: int = 1) -> Any:
    """Return acts, stacks, pots and boards of a finished hand, amounts times `scale`."""
    result = hand.result
    assert result is not None
    return (
        [(a.street, a.seat, a.action, a.amount * scale, a.to * scale, a.all_in, a.cards) for a in hand.actions],
        {seat: stack * scale for seat, stack in result.final_stacks.items()},
        [(pot.amount * scale, pot.eligible) for pot in result.pots],
        boards(hand),
    )
