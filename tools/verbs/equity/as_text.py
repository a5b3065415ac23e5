"""The answer of `ebs equity` for a person: tables, with bars."""

from __future__ import annotations

import sys
from fractions import Fraction
from typing import Final

from collector.equity import BoardGame
from collector.equity.several_boards import SAMPLE
from tools.verbs.equity.answer import Answer

BAR: Final = 30


def as_text(answer: Answer) -> str:
    """Return the lines to print."""
    parts = [_several(answer)] if answer.several else [_head(answer), _table(answer)]
    parts += [_hands(answer), _outs(answer), _pots(answer), _history(answer)]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _head(answer: Answer) -> list[str]:
    if isinstance(answer.game, BoardGame):
        where, unit = f"board {answer.board}" if answer.board else "before the flop", "board"
    else:
        where, unit = answer.game.title.lower(), "deal"
    title = f"{answer.game.title}, " if isinstance(answer.game, BoardGame) and answer.game.name != "holdem" else ""
    return [f"{title}{where}, {_counted(answer, unit)}"]


def _counted(answer: Answer, unit: str) -> str:
    result, partial = answer.result, answer.partial
    number = f"1 {unit}" if result.runouts == 1 else f"all {result.runouts:,} {unit}s"
    if partial and result.exact:
        return f"average over all {partial.completions:,} ways to fill in what was not read; {number} counted"
    if partial and isinstance(answer.game, BoardGame):
        return f"a sample of {partial.completions:,} ways to fill in what was not read; +- is one standard error"
    if not result.exact:
        return f"a sample of {result.runouts:,} {unit}s; +- is one standard error"
    return f"{number} counted"


def _table(answer: Answer) -> list[str]:
    result = answer.result
    width = max(6, *(len(name) + 2 for name in answer.names))
    columns = ["win", "tie"] if not result.halves else ["scoop", "high", "low"]
    if not result.exact:
        columns.append("+-")
    if answer.partial and answer.partial.lowest:
        columns += ["lowest", "highest"]
    lines = [f"{'hand':<{width}}{'equity':>9}  {'':{BAR}}" + "".join(f"{column:>9}" for column in columns)]
    for player, name in enumerate(answer.names):
        equity = result.equity(player)
        cells = _cells(answer, player)
        lines.append(f"{name:<{width}}{_percent(equity):>9}  {_bar(equity)}" + "".join(f"{cell:>9}" for cell in cells))
    return lines


def _cells(answer: Answer, player: int) -> list[str]:
    result = answer.result
    if result.halves:
        halves = result.hi_lo(player)
        numbers = [halves.scoop, halves.winhi + halves.tiehi, halves.winlo + halves.tielo]
    else:
        numbers = [result.win(player), result.tie(player)]
    cells = [_percent(Fraction(number, result.runouts)) for number in numbers]
    if not result.exact:
        cells.append(f"{100 * result.standard_error(player):.2f}%")
    if answer.partial and answer.partial.lowest:
        cells += [_percent(extremes[player].equity) for extremes in (answer.partial.lowest, answer.partial.highest)]
    return cells


def _several(answer: Answer) -> list[str]:
    several = answer.several
    assert several is not None
    names = [f"board {number}" for number in range(1, len(answer.boards) + 1)]
    width = max(6, *(len(name) + 2 for name in answer.names))
    shown = [f"{name} {''.join(board) or '(nothing yet)'}" for name, board in zip(names, answer.boards, strict=True)]
    lines = [f"{'; '.join(shown)}: every board counted, each for an equal part of the pot", ""]
    columns = [*names, "scoop", *([] if several.joint_exact else ["+-"])]
    lines.append(f"{'hand':<{width}}{'equity':>9}  {'':{BAR}}" + "".join(f"{column:>9}" for column in columns))
    for player, name in enumerate(answer.names):
        equity = several.equity(player)
        cells = [_percent(board.equity(player)) for board in several.boards]
        cells.append(_percent(several.scoop(player)))
        if not several.joint_exact:
            cells.append(f"{100 * several.scoop_error(player):.2f}%")
        lines.append(f"{name:<{width}}{_percent(equity):>9}  {_bar(equity)}" + "".join(f"{cell:>9}" for cell in cells))
    if not several.joint_exact:
        lines += ["", f"scoop: a sample of {SAMPLE:,} deals of all boards; +- is one standard error"]
    return lines


def _hands(answer: Answer) -> list[str]:
    lines = []
    for player, made in enumerate(answer.made):
        if made.strength:
            low = answer.low[player]
            lines.append(
                f"{answer.names[player]}  {made.words} ({' '.join(made.cards)})"
                + (f"; {low.words} ({' '.join(low.cards)})" if low else "")
            )
    return lines


def _outs(answer: Answer) -> list[str]:
    lines = ["next card:"] if answer.outs else []
    for name, outs in zip(answer.names, answer.outs, strict=False):
        leads = "leads; stays in front with" if outs.leads else "wins with"
        lines.append(f"{name}  {leads} {len(outs.to_win)}: {' '.join(outs.to_win) or '-'}")
        if outs.to_tie:
            lines.append(f"{'':{len(name)}}  ties with {len(outs.to_tie)}: {' '.join(outs.to_tie)}")
    return lines


def _pots(answer: Answer) -> list[str]:
    if not answer.pots:
        return []
    players = range(len(answer.hands))
    width = max(8, *(len(name) + 2 for name in answer.names))
    lines = [f"{'pot':>10}" + "".join(f"{name:>{width}}" for name in answer.names)]
    for share in answer.pots:
        cells = (f"{float(share.chips(player)):,.2f}" if player in share.pot.contenders else "-" for player in players)
        lines.append(f"{share.pot.chips:>10,}" + "".join(f"{cell:>{width}}" for cell in cells))
    totals = [sum((share.chips(player) for share in answer.pots), Fraction(0)) for player in players]
    lines.append(f"{'together':>10}" + "".join(f"{f'{float(total):,.2f}':>{width}}" for total in totals))
    return lines


def _history(answer: Answer) -> list[str]:
    if not answer.history:
        return []
    width = max(18, *(len(name) + 2 for name in answer.names_dealt))
    lines = [f"{'street':<18}" + "".join(f"{name:>{width}}" for name in answer.names_dealt)]
    for number, street in enumerate(answer.history):
        cells = []
        for player in range(len(answer.dealt)):
            swing = f" ({float(100 * street.swings[player]):+.2f})" if number else ""
            cells.append("folded" if player not in street.live else f"{_percent(street.equity(player))}{swing}")
        where = f"{street.name} {''.join(street.board[-1:] if number > 1 else street.board)}"
        lines.append(f"{where:<18}" + "".join(f"{cell:>{width}}" for cell in cells))
    return lines


def _bar(share: Fraction) -> str:
    full, empty = ("█", "·") if (sys.stdout.encoding or "").lower().startswith("utf") else ("#", ".")
    length = round(share * BAR)
    return full * length + empty * (BAR - length)


def _percent(share: Fraction) -> str:
    hundredths = (2 * 10_000 * share.numerator + share.denominator) // (2 * share.denominator)
    return f"{hundredths / 100:.2f}%"
