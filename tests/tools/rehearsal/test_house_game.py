"""The show that plays by itself: it finds its table as an earlier run left it."""

from __future__ import annotations

from typing import Any

import pytest

from tools.rehearsal.house_game import HouseGame
from tools.rehearsal.pace import Pace


class Table:
    """A console whose table already has some players."""

    def __init__(self, seated: dict[int, str]) -> None:
        self.seated = dict(seated)

    async def until(self, *_: Any) -> dict[str, Any]:
        return {"hand": None, "seats": [{"seat": at, "player_id": self.seated.get(at)} for at in range(1, 11)]}

    async def command(self, kind: str, **fields: Any) -> None:
        assert kind == "seat_player"
        assert fields["seat"] not in self.seated
        assert fields["player_id"] not in self.seated.values()
        self.seated[fields["seat"]] = fields["player_id"]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("already", [{}, {4: "p_grace_mbeki"}, {1: "p_ana_ferreira", 9: "p_jonas_weber"}])
async def test_a_table_that_was_half_seated_is_filled_so_that_it_can_play(already: dict[int, str], seed: int) -> None:
    table = Table(already)

    await HouseGame(table, None, Pace(0), seed=seed, players=4).sit_down()  # type: ignore[arg-type]

    assert 2 <= len(table.seated) <= 4
    assert already.items() <= table.seated.items()
