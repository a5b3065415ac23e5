"""The answer of `ebs equity --json`: one object. Keys that have nothing to say are left out."""

from __future__ import annotations

import json
from typing import Any

from collector.equity import Equity
from tools.verbs.equity.answer import Answer

Shown = dict[str, Any]


def as_json(answer: Answer, elapsed_ms: float) -> str:
    """Return the object as text."""
    shown: Shown = {"game": answer.name, **_result(answer.result, answer.names)}
    for player, entry in enumerate(shown["players"]):
        entry.update(_player(answer, player))
    if answer.partial:
        shown["completions"] = answer.partial.completions
    if answer.several:
        _several(answer, shown)
    if answer.pots:
        shown["pots"] = [
            {
                "chips": share.pot.chips,
                "contenders": [player + 1 for player in share.pot.contenders],
                "shares": [float(share.chips(player)) for player in range(len(answer.hands))],
            }
            for share in answer.pots
        ]
    if answer.history:
        shown["history"] = [
            {
                "street": street.name,
                "board": "".join(street.board),
                "equity": [float(street.equity(player)) for player in range(len(answer.dealt))],
                "swing": [float(swing) for swing in street.swings],
            }
            for street in answer.history
        ]
    shown["elapsed_ms"] = round(elapsed_ms, 3)
    return json.dumps(shown)


def _result(result: Equity, names: list[str]) -> Shown:
    players: list[Shown] = []
    for player, name in enumerate(names):
        counts = (
            result.hi_lo(player)._asdict() if result.halves else {"win": result.win(player), "tie": result.tie(player)}
        )
        entry: Shown = {"cards": name, **counts, "equity": float(result.equity(player))}
        if not result.exact:
            entry["standard_error"] = result.standard_error(player)
        players.append(entry)
    return {"runouts": result.runouts, "exact": result.exact, "players": players}


def _player(answer: Answer, player: int) -> Shown:
    entry: Shown = {}
    if answer.partial and answer.partial.lowest:
        for name, extremes in (("lowest", answer.partial.lowest), ("highest", answer.partial.highest)):
            extreme = extremes[player]
            entry[name] = {"equity": float(extreme.equity), "cards": "".join(extreme.cards)}
    if answer.made and answer.made[player].strength:
        entry["hand"] = {"words": answer.made[player].words, "cards": "".join(answer.made[player].cards)}
    if answer.low and (low := answer.low[player]):
        entry["low"] = {"words": low.words, "cards": "".join(low.cards)}
    if answer.outs:
        outs = answer.outs[player]
        entry["outs"] = {"leads": outs.leads, "to_win": list(outs.to_win), "to_tie": list(outs.to_tie)}
    return entry


def _several(answer: Answer, shown: Shown) -> None:
    several = answer.several
    assert several is not None
    names = answer.names
    shown["boards"] = [
        {"board": "".join(board), **_result(result, names)}
        for board, result in zip(answer.boards, several.boards, strict=True)
    ]
    del shown["runouts"]
    shown["players"] = []
    for player, name in enumerate(names):
        scoop = float(several.scoop(player))
        entry: Shown = {"cards": name, "equity": float(several.equity(player)), "scoop": scoop}
        if not several.joint_exact:
            entry["scoop_standard_error"] = several.scoop_error(player)
        shown["players"].append(entry)
