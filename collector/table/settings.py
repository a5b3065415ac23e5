"""What a table is set to between hands: game, house rules, tournament, who sits where with what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Final, cast

from collector.hand.blinds import ButtonRule
from collector.ports import Fact
from collector.table.happens import number
from collector.table.odds import OddsRules
from collector.table.state import Happening, HouseRules, Table, Variant, Warn

Told = tuple[Table, list[Happening], list[Warn]]

PROFILES: Final = {
    "cash": HouseRules(),
    "tournament": HouseRules(
        profile="tournament",
        button_rule=ButtonRule.DEAD,
        missed_blinds=False,
        straddles=False,
        runs=1,
        chop=False,
        absent_dealt=True,
    ),
}
"""Tournaments: nobody misses a blind, absent players are dealt in (TDA 2024 rule 30), a board is run once."""


def _command(fact: Fact) -> Mapping[str, object]:
    return cast("Mapping[str, object]", fact.body["command"])


def set_game(table: Table, fact: Fact) -> Told:
    """Fold the game of the next hands."""
    command = _command(fact)
    known = {field.name for field in fields(Variant)}
    chosen = {name: value for name, value in command.items() if name in known}
    variant = replace(Variant(), **chosen, since=table.hands_dealt)  # type: ignore[arg-type]
    return replace(table, variant=variant), [Happening("table_update", {})], []


def set_house_rules(table: Table, fact: Fact) -> Told:
    """Fold a profile and what differs from it."""
    command = _command(fact)
    base = PROFILES[str(command["profile"])]
    named = {field.name for field in fields(HouseRules)} - {"profile"}
    given = {name: value for name, value in command.items() if name in named and value is not None}
    if "button_rule" in given:
        given["button_rule"] = ButtonRule(str(given["button_rule"]))
    house = replace(base, **given)  # type: ignore[arg-type]
    return replace(table, house=house), [Happening("table_update", {})], []


def set_odds(table: Table, fact: Fact) -> Told:
    """Fold which odds there are to see."""
    command = _command(fact)
    rules = OddsRules(unread=bool(command["unread"]), folded=bool(command["folded"]))
    return replace(table, odds_rules=rules), [], []


def set_tournament(table: Table, fact: Fact) -> Told:
    """Fold facts of the tournament; what is not named stays."""
    names = ("level", "clock_ms", "on_break", "entrants", "remaining", "payouts", "source")
    given = {name: value for name, value in _command(fact).items() if name in names and value is not None}
    tournament = {**table.tournament, **given}
    return replace(table, tournament=tournament), [Happening("tournament_update", tournament)], []


def transfer_chips(table: Table, fact: Fact) -> Told:
    """Fold chips that changed hands for a reason."""
    command = _command(fact)
    giver, taker, amount = number(command["seat"]), number(command["to_seat"]), number(command["amount"])
    seated = dict(table.seated)
    seated[giver] = replace(seated[giver], stack=seated[giver].stack - amount)
    seated[taker] = replace(seated[taker], stack=seated[taker].stack + amount)
    data = {"seat": giver, "to_seat": taker, "amount": amount, "reason": command["reason"]}
    return replace(table, seated=seated), [Happening("chips_transferred", data)], []


def move_player(table: Table, fact: Fact) -> Told:
    """Fold a change of seats; missed blinds move along."""
    command = _command(fact)
    old, new = number(command["seat"]), number(command["to_seat"])
    seated = {seat: who for seat, who in table.seated.items() if seat != old} | {new: table.seated[old]}
    owed = {new if seat == old else seat: what for seat, what in table.owed.items()}
    player = table.seated[old]
    told = [
        Happening("player_update", {"seat": old, "player_id": None}),
        Happening("player_update", {"seat": new, "player_id": player.player_id, "name": player.name}),
    ]
    return replace(table, seated=seated, owed=owed), told, []
