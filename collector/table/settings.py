"""What a table is set to between hands: game, house rules, tournament, who sits where with what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Final, cast

from collector.facts.fact import Fact
from collector.hand.blinds import ButtonRule
from collector.hand.model import Bounty
from collector.odds.asked import OddsRules
from collector.table.happens import number
from collector.table.state import Happening, HouseRules, Rules, Table, Variant, Warn

Told = tuple[Table, list[Happening], list[Warn]]
_UPDATE: Final = Happening("table_update", {})

PROFILES: Final = {
    "cash": HouseRules(),
    "tournament": HouseRules(
        profile="tournament",
        button_rule=ButtonRule.DEAD,
        missed_blinds=False,
        straddles=False,
        runs=1,
        chop=False,
        rabbit=False,
        buy_button=False,
        all_in_tabled=True,
        absent_dealt=True,
    ),
}
"""Tournaments: nobody misses a blind, absent players are dealt in and dead (TDA 2024 rule 30), a board is run once, no
rabbit hunting (28), and with somebody all-in every hand is tabled (16)."""


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
    names = ("level", "clock_ms", "clock_running", "on_break", "entrants", "remaining", "payouts", "source")
    given = {name: value for name, value in _command(fact).items() if name in names and value is not None}
    if given.keys() & {"clock_ms", "clock_running"}:
        given["clock_at"] = fact.received_at
    tournament = {**table.tournament, **given}
    table = replace(table, tournament=tournament)
    if "level" in given:
        table = _at_level(table, number(given["level"]))
    return table, [Happening("tournament_update", tournament)], []


def _at_level(table: Table, level: int) -> Table:
    """Set the blinds of a level that is known; they hold from the next hand on (TDA 2024 rule 23)."""
    played = [each for each in table.levels if not each["on_break"]]
    if not 1 <= level <= len(played):
        return table
    names = ("small_blind", "big_blind", "ante", "big_blind_ante", "button_ante")
    small, big, ante, big_ante, button_ante = (number(played[level - 1][name]) for name in names)
    how = (table.rules.ante_first, table.rules.ante_live) if table.rules else (True, False)  # the house's, at any level
    return replace(table, rules=Rules(small, big, ante, big_ante, button_ante, 0, *how))


def set_levels(table: Table, fact: Fact) -> Told:
    """Fold the levels of a tournament; the one that is on keeps its blinds until it is set."""
    levels = tuple(cast("list[Mapping[str, object]]", _command(fact)["levels"]))
    return replace(table, levels=levels), [Happening("table_update", {})], []


def next_game(table: Table, fact: Fact) -> Told:
    """Fold a change to the next game of a mixed game; its hands are counted from here."""
    del fact
    turn = game_number(table.variant, table.hands_dealt) + 1
    return replace(table, variant=replace(table.variant, turn=turn, since=table.hands_dealt)), [_UPDATE], []


def game_number(variant: Variant, hands_dealt: int) -> int:
    """Return how many games a mixed game has moved on before the next hand."""
    return variant.turn + ((hands_dealt - variant.since) // variant.hands_each if variant.hands_each else 0)


def penalty(table: Table, fact: Fact) -> Told:
    """Fold a penalty: the hands that a player misses from the next one on."""
    seat = number(_command(fact)["seat"])
    seated = {**table.seated, seat: replace(table.seated[seat], penalty=number(_command(fact)["hands"]))}
    return replace(table, seated=seated), [_UPDATE], []


def set_side_games(table: Table, fact: Fact) -> Told:
    """Fold bounties and the stand-up game; a stand-up game that goes on keeps who stands."""
    command = _command(fact)
    listed = cast("list[Mapping[str, object]]", command["bounties"])
    bounties = tuple(
        Bounty(str(b["name"]), str(b["ranks"]), number(b["amount"]), cast("bool | None", b["suited"])) for b in listed
    )
    stand_up = number(command["stand_up"])
    standing = table.standing if stand_up and table.stand_up else None
    return replace(table, bounties=bounties, stand_up=stand_up, standing=standing), [_UPDATE], []


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


HANDLERS: Final[Mapping[str, Callable[[Table, Fact], Told]]] = {
    "set_game": set_game,
    "next_game": next_game,
    "set_house_rules": set_house_rules,
    "set_odds": set_odds,
    "set_side_games": set_side_games,
    "set_tournament": set_tournament,
    "set_levels": set_levels,
    "penalty": penalty,
    "transfer_chips": transfer_chips,
    "move_player": move_player,
}
