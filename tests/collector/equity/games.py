"""The game of the package that a name of the plain rules stands for."""

from __future__ import annotations

from collector.equity import game_named
from collector.equity.games import Game


def game_of(name: str) -> Game:
    word, _, ranking = name.rpartition(" ") if name == "shortdeck trips" else (name, "", "")
    game = game_named("pineapple", 3) if name == "lazy pineapple" else game_named(word, 0, ranking)
    assert game is not None
    return game
