"""The games that `ebs equity` counts, by the names that the table has for them. Earlier names are still taken."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from typing import Final

from collector import equity
from collector.equity import Game
from collector.equity.games import LAZY_PINEAPPLE, SHORT_DECK_TRIPS
from collector.errors import BadInput
from collector.hand.games import GAMES
from collector.odds.games import EQUITY_OF
from tools.choices import unknown

NAMES: Final = tuple(EQUITY_OF)
"""As `set_game` has them."""
EARLIER: Final[Mapping[str, str]] = {
    **{game.name: key for key, game in EQUITY_OF.items() if game.name not in EQUITY_OF},
    "shortdeck": "short_deck",
}
"""The names of before, which the counting itself still uses."""


def named(given: str) -> str:
    """Return the table's name of a game; raise BadInput, naming the nearest, for none."""
    key = EARLIER.get(given, given)
    if key not in EQUITY_OF:
        raise BadInput("BAD_GAME", f"--game: {unknown(given, NAMES)}")
    return key


def game_of(key: str, hole: int, ranking: str) -> Game:
    """Return what is counted; `hole` cards of three make Pineapple lazy, `ranking` "trips" is the other short deck."""
    if key == "pineapple" and hole == LAZY_PINEAPPLE.hole:
        return LAZY_PINEAPPLE
    return SHORT_DECK_TRIPS if ranking == "trips" else EQUITY_OF[key]


def check_boards(key: str, boards: tuple[tuple[object, ...], ...]) -> None:
    """Raise BadInput for a board with a number of cards that no street of the game ends with."""
    if not isinstance(EQUITY_OF[key], equity.BoardGame):
        return
    ends = sorted({0, *accumulate(street.board for street in GAMES[key].streets)})
    for number, board in enumerate(boards, 1):
        if len(board) not in ends:
            where = f"--board {number}" if len(boards) > 1 else "--board"
            shown = f"{', '.join(map(str, ends[:-1]))} or {ends[-1]}"
            raise BadInput("BAD_BOARD", f"{where}: {len(board)} cards are no street of {key}; give {shown}")
