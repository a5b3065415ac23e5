"""What a table is set to: its nodes and antennas, blinds, game, house rules, odds, and who runs the hands."""

from __future__ import annotations

from dataclasses import fields
from dataclasses import replace as remade
from typing import Any, Final

from collector.errors import Refused
from collector.facts.fact import Fact
from collector.hand.blinds import ButtonRule
from collector.hand.copying import replace
from collector.hand.games import ROTATIONS
from collector.odds.asked import OddsRules
from collector.table.effects import UPDATED, Effect
from collector.table.registration import Asked, Past, Registration, Resolved, Seats
from collector.table.state import Antenna, HouseRules, Rules, Table, Variant
from collector.wire import setup as wire

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


def _assign_device(table: Table, fact: Fact, command: wire.AssignDevice) -> Effect:
    return Effect(replace(table, devices=table.devices | {command.device}))


def _may_be_antenna(asked: Asked, command: wire.AssignAntenna) -> Resolved:
    if command.device not in asked.table.devices:
        raise Refused("UNKNOWN_DEVICE", f"node {command.device} is not assigned to this table; assign it first")
    if (command.role in ("seat", "up")) != (command.seat is not None):
        raise Refused("BAD_ANTENNA", f"role {command.role}: a seat antenna needs a seat, another has none")
    return Resolved()


def _assign_antenna(table: Table, fact: Fact, command: wire.AssignAntenna) -> Effect:
    antenna = Antenna(command.role, command.seat)
    return Effect(replace(table, antennas={**table.antennas, (command.device, command.antenna): antenna}))


def _has_nodes(table: Table) -> Seats | None:
    return () if table.devices else None


def _may_be_blinds(asked: Asked, command: wire.SetBlinds) -> Resolved:
    if command.small_blind > command.big_blind:
        raise Refused("BAD_BLINDS", f"small blind {command.small_blind} is above big blind {command.big_blind}")
    return Resolved()


def _set_blinds(table: Table, fact: Fact, command: wire.SetBlinds) -> Effect:
    rules = Rules(
        small_blind=command.small_blind,
        big_blind=command.big_blind,
        ante=command.ante,
        big_blind_ante=command.big_blind_ante,
        button_ante=command.button_ante,
        third_blind=command.third_blind,
        ante_first=command.ante_first,
        ante_live=command.ante_live,
    )
    return Effect(replace(table, rules=rules), UPDATED)


def _set_game(table: Table, fact: Fact, command: wire.SetGame) -> Effect:
    """Fold the game of the next hands."""
    variant = Variant(
        game=command.game,
        betting=command.betting and command.betting.value,
        big_bet=command.big_bet,
        bring_in=command.bring_in,
        bets_cap=command.bets_cap,
        spread=command.spread,
        hand_cap=command.hand_cap,
        boards=command.boards,
        rotation=command.rotation,
        hands_each=command.hands_each,
        since=table.hands_dealt,
    )
    return Effect(replace(table, variant=variant), UPDATED)


def _may_go_on(asked: Asked, command: wire.NextGame) -> Resolved:
    if asked.table.variant.rotation is None:
        raise Refused("NO_MIXED_GAME", "no mixed game is played; set_game with a rotation first")
    return Resolved()


def _next_game(table: Table, fact: Fact, command: wire.NextGame) -> Effect:
    """Fold a change to the next game of a mixed game; its hands are counted from here."""
    turn = game_number(table.variant, table.hands_dealt) + 1
    return Effect(replace(table, variant=replace(table.variant, turn=turn, since=table.hands_dealt)), UPDATED)


def _is_mixed(table: Table) -> Seats | None:
    return () if table.variant.rotation is not None else None


def game_number(variant: Variant, hands_dealt: int) -> int:
    """Return how many games a mixed game has moved on before the next hand."""
    return variant.turn + ((hands_dealt - variant.since) // variant.hands_each if variant.hands_each else 0)


def variant_now(table: Table) -> Variant:
    """Return the game of the next hand: of a rotation, the one whose turn it is."""
    chosen = table.variant
    if chosen.rotation is None:
        return chosen
    games = ROTATIONS[chosen.rotation]
    key, betting = games[game_number(chosen, table.hands_dealt) % len(games)]
    return replace(chosen, game=key, betting=betting.value)


def _set_house_rules(table: Table, fact: Fact, command: wire.SetHouseRules) -> Effect:
    """Fold a profile and what differs from it."""
    named = {field.name for field in fields(HouseRules)} - {"profile"}
    given = {name: value for name, value in command if name in named and value is not None}
    return Effect(replace(table, house=remade(PROFILES[command.profile], **given)), UPDATED)


def _set_odds(table: Table, fact: Fact, command: wire.SetOdds) -> Effect:
    """Fold which odds there are to see."""
    return Effect(replace(table, odds_rules=OddsRules(unread=command.unread, folded=command.folded)))


def _set_flow(table: Table, fact: Fact, command: wire.SetFlow) -> Effect:
    """Fold who runs the hands."""
    return Effect(replace(table, automatic=command.flow == "automatic"), UPDATED)


COMMANDS: Final[tuple[Registration[Any], ...]] = (
    Registration(
        model=wire.AssignDevice,
        label="Node",
        word="write:devices",
        hides=False,
        does=_assign_device,
        past=Past.FIXED,
        by_card=False,
    ),
    Registration(
        model=wire.AssignAntenna,
        label="Antenna",
        word="write:devices",
        hides=False,
        may=_may_be_antenna,
        does=_assign_antenna,
        listed=_has_nodes,
        by_card=False,
    ),
    Registration(
        model=wire.SetBlinds,
        label="Blinds",
        word="write:tables",
        hides=False,
        may=_may_be_blinds,
        does=_set_blinds,
    ),
    Registration(model=wire.SetGame, label="Game", word="write:tables", hides=False, does=_set_game),
    Registration(
        model=wire.NextGame,
        label="Next game",
        word="write:tables",
        hides=False,
        may=_may_go_on,
        does=_next_game,
        listed=_is_mixed,
    ),
    Registration(
        model=wire.SetHouseRules,
        label="House rules",
        word="write:tables",
        hides=False,
        does=_set_house_rules,
    ),
    Registration(model=wire.SetOdds, label="Odds", word="write:tables", hides=False, does=_set_odds),
    Registration(model=wire.SetFlow, label="Who runs the hands", word="write:tables", hides=False, does=_set_flow),
)
