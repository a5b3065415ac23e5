"""Print the exact equity of hands. Knows how people write and read it; collector.equity counts."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Annotated, Final, NoReturn

import typer

from collector.cards import Card, parse_cards
from collector.equity import Equity, holdem, warm
from collector.errors import BadCard, BadInput

Cards = tuple[Card, ...]

GAMES: Final[dict[str, Callable[[list[Cards], Cards, Cards], Equity]]] = {"holdem": holdem}
BAR: Final = 30


def main(
    cards: Annotated[list[str], typer.Argument(help="The cards of each player, as AsAh KdKc.", show_default=False)],
    board: Annotated[str, typer.Option(metavar="CARDS", help="Board cards that lie, as 9s5s2c.")] = "",
    dead: Annotated[str, typer.Option(metavar="CARDS", help="Cards that cannot come: folded or exposed.")] = "",
    game: Annotated[str, typer.Option(help=f"One of: {', '.join(GAMES)}.")] = "holdem",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object for programs.")] = False,
) -> None:
    """Show how often each player wins, exactly: every board that can still come is counted.

    Example: ebs equity AsAh KdKc 7h6h --board 9h5h2c --dead Ac3d
    """
    if game not in GAMES:
        _refuse(f"--game: {game!r} is not known here; choose one of: {', '.join(GAMES)}")
    warm()
    try:
        hands = [_read(f"hand {number}", text) for number, text in enumerate(cards, 1)]
        board_cards, dead_cards = _read("--board", board), _read("--dead", dead)
        start = time.perf_counter()
        result = GAMES[game](hands, board_cards, dead_cards)
        elapsed_ms = 1000 * (time.perf_counter() - start)
    except BadInput as error:
        _refuse(error.message)
    names = ["".join(hand) for hand in hands]
    typer.echo(_json(game, names, result, elapsed_ms) if as_json else _table(names, "".join(board_cards), result))


def _refuse(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(2)


def _read(where: str, text: str) -> Cards:
    try:
        return parse_cards(text)
    except BadCard as error:
        raise BadInput(error.code, f"{where}: {error.message}", error.details) from None


def _json(game: str, names: list[str], result: Equity, elapsed_ms: float) -> str:
    players = [
        {"cards": name, "win": result.win(player), "tie": result.tie(player), "equity": float(result.equity(player))}
        for player, name in enumerate(names)
    ]
    return json.dumps(
        {
            "game": game,
            "runouts": result.runouts,
            "exact": True,
            "players": players,
            "elapsed_ms": round(elapsed_ms, 3),
        }
    )


def _table(names: list[str], board: str, result: Equity) -> str:
    full, empty = ("█", "·") if (sys.stdout.encoding or "").lower().startswith("utf") else ("#", ".")
    where = f"board {board}" if board else "before the flop"
    boards = "1 board" if result.runouts == 1 else f"all {result.runouts:,} boards"
    lines = [f"{where}, {boards} counted", "", f"{'hand':<6}{'equity':>9}  {'':{BAR}}{'win':>9}{'tie':>9}"]
    for name, points in zip(names, result.basis_points(), strict=True):
        length = round(points.equity * BAR / 10_000)
        bar = full * length + empty * (BAR - length)
        lines.append(f"{name:<6}{_percent(points.equity):>9}  {bar}{_percent(points.win):>9}{_percent(points.tie):>9}")
    return "\n".join(lines)


def _percent(points: int) -> str:
    return f"{points / 100:.2f}%"


if __name__ == "__main__":
    typer.run(main)
