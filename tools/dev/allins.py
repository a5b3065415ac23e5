"""Table the equities of recorded all-in hands: python -m tools.dev.allins FOLDER. Knows just enough of the PHH format.

An all-in hand is one in which a player's last chip was called, and the cards of all who were still in are recorded.
Equities are those of that moment, for the pot that all of them can win; folded cards that were recorded are dead. Where
one draw is still to come, they are for what everyone then kept. Hands are named by id.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from collector.cards import Card, parse_cards
from collector.equity import GAMES, BoardGame, Equity, equity_of, warm
from collector.errors import BadInput
from collector.histories.phh.fields import BY_PHH
from collector.odds.games import EQUITY_OF

FILES: Final = ("pluribus.phhs", "wsop2023/*.phh", "famous/*.phh")
STREETS: Final = {0: "pre-flop", 3: "flop", 4: "turn", 5: "river"}
STUD_STREETS: Final = {3: "third", 4: "fourth", 5: "fifth", 6: "sixth", 7: "seventh"}


@dataclass
class Table:
    """The chips and cards of a hand as it is played. Players count from 0."""

    stacks: list[float]
    bets: list[float]
    cards: list[str]
    folded: set[int] = field(default_factory=set)
    board: str = ""
    discarded: str = ""
    betting: bool = False

    def pay(self, player: int, to: float) -> None:
        """Bring a player's bet to `to`, or as near as his chips go."""
        chips = min(self.stacks[player], to - self.bets[player])
        self.stacks[player] -= chips
        self.bets[player] += chips

    def all_in(self) -> bool:
        """Return whether somebody's last chip is in, and nobody has yet to answer."""
        live = [player for player in range(len(self.stacks)) if player not in self.folded]
        most = max(self.bets)
        owing = [player for player in live if self.stacks[player] and self.bets[player] < most]
        return len(live) > 1 and not owing and not all(self.stacks[player] for player in live)


def main(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="The folder of hand files.")],
) -> None:
    """Print a Markdown table of every all-in hand among the Pluribus, WSOP and famous hands of FOLDER."""
    typer.echo("| hand | game | all-in on | equities |\n|---|---|---|---|")
    for game in ("holdem", "omaha4", "omaha4hl", "stud7"):
        warm(GAMES[game])
    for name, fields in _hands(folder):
        row = _row(name, fields)
        if row:
            typer.echo(row)


def _hands(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for pattern in FILES:
        for file in sorted(folder.glob(pattern), key=_natural):
            found = tomllib.loads(file.read_text())
            hands = [found] if "actions" in found else found.values()
            for hand in hands:
                yield str(hand.get("_id", file.stem)), hand


def _natural(file: Path) -> list[tuple[int, str]]:
    return [(int(part or 0), part) if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", file.name)]


def _row(name: str, fields: dict[str, Any]) -> str | None:
    played, _ = BY_PHH.get(fields["variant"], (None, None))
    game = EQUITY_OF.get(played.key) if played else None
    if game is None:
        return None
    table = _played(fields)
    if table is None:
        return None
    live = [player for player in range(len(table.stacks)) if player not in table.folded]
    texts = [table.cards[player] for player in live]
    if any("?" in text or not text for text in texts):
        return None
    hands, board = [parse_cards(text) for text in texts], parse_cards(table.board)
    folded = [table.cards[player].replace("?", "") for player in sorted(table.folded)]
    folded.append(table.discarded)
    dead = [card for text in folded if len(text) % 2 == 0 for card in parse_cards(text)]
    try:
        result = equity_of(game, hands, board, dead)
    except BadInput as error:
        typer.echo(f"{name}: {error.message}", err=True)
        return None
    if isinstance(game, BoardGame):
        street = STREETS[len(board)]
    else:
        street = "before the draw" if game.name == "draw27" else _stud_street(hands)
    return f"| {name} | {game.title} | {street} | {_equities(result, live)} |"


def _stud_street(hands: list[tuple[Card, ...]]) -> str:
    return f"{STUD_STREETS[max(map(len, hands))]} street"


def _equities(result: Equity, live: list[int]) -> str:
    shown = []
    for place, player in enumerate(live):
        error = "" if result.exact else f" ± {100 * result.standard_error(place):.2f}"
        shown.append(f"p{player + 1} {result.basis_points()[place].equity / 100:.2f}%{error}")
    return ", ".join(shown)


def _played(fields: dict[str, Any]) -> Table | None:
    """Return the table at the moment all chips were in, None where that never was."""
    stacks = [float(stack) for stack in fields["starting_stacks"]]
    table = Table(stacks, [0.0] * len(stacks), [""] * len(stacks))
    for player, ante in enumerate(fields.get("antes", [])):
        table.stacks[player] -= min(table.stacks[player], ante)
    for player, blind in enumerate(fields.get("blinds_or_straddles", [])):
        table.pay(player, abs(blind))
    actions = [action.split("#")[0].split() for action in fields["actions"]]
    for at, words in enumerate(actions):
        _act(table, words, float(fields.get("bring_in", 0)))
        if table.betting and table.all_in():
            _discard(table, actions[at + 1 :])
            return table
    return None


def _discard(table: Table, actions: list[list[str]]) -> None:
    """Take away what everyone discards before the next cards come."""
    for words in actions:
        if words[1] != "sd":
            return
        player = int(words[0][1:]) - 1
        for card in re.findall("..", words[2] if len(words) > 2 else ""):  # noqa: PLR2004 - a discard names cards
            table.cards[player] = table.cards[player].replace(card, "")
            table.discarded += card


def _act(table: Table, words: list[str], bring_in: float) -> None:
    if words[0] == "d":
        if table.betting:
            table.bets = [0.0] * len(table.bets)
        table.betting = False
        if words[1] == "db":
            table.board += words[2]
        else:
            table.cards[int(words[2][1:]) - 1] += words[3]
        return
    player, table.betting = int(words[0][1:]) - 1, words[1] in ("f", "cc", "cbr", "pb")
    match words[1]:
        case "f":
            table.folded.add(player)
        case "cc":
            table.pay(player, max(table.bets))
        case "cbr":
            table.pay(player, float(words[2]))
        case "pb":
            table.pay(player, bring_in)


if __name__ == "__main__":
    typer.run(main)
