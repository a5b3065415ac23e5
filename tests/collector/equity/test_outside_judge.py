"""An engine made elsewhere counts the same, in every game that it plays. See also test_golden.py."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from random import Random

import pytest

from collector.cards import DECK
from collector.equity import equity_of
from tests.collector.equity.games import game_of

from .rules import RULES, Rules, Spot, random_spot

THEIRS = {
    "holdem": "holdem",
    "shortdeck": "short_deck",
    "omaha4": "omaha",
    "omaha5": "omaha_five",
    "omaha6": "omaha_six",
    "omaha4hl": "omaha_hi_lo",
    "omaha5hl": "omaha_five_hi_lo",
    "courchevel": "courchevel",
    "courchevelhl": "courchevel_hi_lo",
    "stud7": "stud",
    "stud7hl": "stud_hi_lo",
    "razz": "razz",
    "draw5": "five_card_draw",
    "draw27": "deuce_seven",
}
RUNOUTS = 3_000


def spot_of(rules: Rules, seed: int) -> Spot:
    """Return a random spot. In games with cards of one's own everyone lacks as many: it takes them no other way."""
    if rules.shared:
        return random_spot(rules, seed, RUNOUTS)
    random = Random(seed)
    deck = random.sample(DECK, len(DECK))
    if seed % 2:
        deck.sort(key=lambda card: card[0] in "A2345678" and random.random() < 0.8)
    players, missing = random.choice(((2, 1), (2, 2), (3, 1)))
    hands = tuple(tuple(deck.pop() for _ in range(rules.own - missing)) for _ in range(players))
    random.shuffle(deck)
    return Spot(hands, (), tuple(deck[random.randint(8, 14) :]))


@pytest.mark.skipif(find_spec("poker_equity") is None, reason="poker-equity is not installed: make setup")
@pytest.mark.parametrize("name", THEIRS)
def test_an_engine_made_elsewhere_counts_the_same(name: str) -> None:
    judge = import_module("poker_equity")
    judged = 0
    for seed in range(1_000, 1_040):
        spot = spot_of(RULES[name], seed)
        texts = ["".join(hand) for hand in spot.hands]
        if name.startswith("courchevel") and not spot.board:
            continue  # it takes no Courchevel without the card that lies before the flop
        theirs = judge.exact_from_text(THEIRS[name], texts, "".join(spot.board), "".join(spot.dead))
        if theirs is None:
            continue  # too many deals for it

        ours = equity_of(game_of(name), spot.hands, spot.board, spot.dead)

        judged += 1
        players = range(len(spot.hands))
        assert theirs["samples"] == ours.runouts, spot
        assert [ours.equity(player) for player in players] == pytest.approx(
            [player["equity"] for player in theirs["players"]], abs=1e-12
        ), spot
        if ours.halves:
            halves = [ours.hi_lo(player) for player in players]
            assert [half.winhi for half in halves] == theirs["high_win_count"], spot
            assert [half.tiehi for half in halves] == theirs["high_tie_count"], spot
            assert [half.winlo for half in halves] == theirs["low_win_count"], spot
            assert [half.tielo for half in halves] == theirs["low_tie_count"], spot
            assert [half.scoop for half in halves] == theirs["scoop_count"], spot
        else:
            assert [ours.win(player) for player in players] == theirs["win_count"], spot
            assert [ours.tie(player) for player in players] == theirs["tie_count"], spot
    assert judged >= 20
