"""The settings of a table: nodes and antennas, blinds, game, house rules, odds, and who runs the hands."""

from __future__ import annotations

from dataclasses import fields
from dataclasses import replace as remade
from typing import Any, Final

from collector.errors import Refused
from collector.facts.fact import Fact
from collector.hand.blinds import ButtonRule
from collector.hand.copying import replace
from collector.hand.games import GAMES, ROTATIONS
from collector.hand.model import CardForAll, EarlyCheck, EqualBoards, MisdealRule, OddChip, ShortAllIn
from collector.odds.asked import OddsRules
from collector.table.effects import UPDATED, Effect
from collector.table.registration import Asked, Past, Registration, Resolved, Seats
from collector.table.state import Antenna, HouseRules, Kill, Rules, Stakes, Table, Variant
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
        ante_first=False,
        equal_boards=EqualBoards.SUIT,
        odd_chip=OddChip.FIVE,
        pair_doubles=False,
        misdeal_until=MisdealRule.SUBSTANTIAL,
        early_check=EarlyCheck.FREE,
        card_for_all=CardForAll.SIXTH,
    ),
    "wsop": HouseRules(profile="wsop", straddle_raises=False),
    "california": HouseRules(profile="california", short_all_in=ShortAllIn.COMPLETED),
}
"""The profiles. docs/rules.md has the source of each choice.

cash: Robert's Rules. tournament: TDA 2024: nobody misses a blind, absent players are dealt in and dead (rule 30), a
board is run once, no rabbit hunting (28), with somebody all-in every hand is tabled (16), the big blind before its ante
(RP-11), stud by RP-10. wsop: its rules for live action. california: the rules that card rooms file there.
"""


def _assign_device(table: Table, fact: Fact, command: wire.AssignDevice) -> Effect:
    return Effect(replace(table, devices=table.devices | {command.device}))


def _may_be_antenna(asked: Asked, command: wire.AssignAntenna) -> Resolved:
    if command.device not in asked.table.devices:
        raise Refused("UNKNOWN_DEVICE", f"node {command.device} is not assigned to this table; assign it first")
    if (command.role in ("seat", "up")) != (command.seat is not None):
        raise Refused("BAD_ANTENNA", f"role {command.role}: a seat antenna needs a seat, another has none")
    return Resolved()


def _may_get_a_role(asked: Asked, command: wire.AssignAntenna) -> Resolved:
    """Take a role between hands only: under a running hand a board or up antenna at a seat would show hidden cards."""
    resolved, play = _may_be_antenna(asked, command), asked.table.play
    if play is not None:
        message = f"hand {play.number} is on the table; end it first: an antenna changes its role between hands"
        raise Refused("HAND_RUNNING", message, {"hand_id": play.hand_id})
    return resolved


def _assign_antenna(table: Table, fact: Fact, command: wire.AssignAntenna) -> Effect:
    antenna = Antenna(command.role, command.seat)
    return Effect(replace(table, antennas={**table.antennas, (command.device, command.antenna): antenna}))


def _has_nodes(table: Table) -> Seats | None:
    return () if table.devices and table.play is None else None


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
        button_blind=command.button_blind,
        ante_first=command.ante_first,
        ante_live=command.ante_live,
    )
    redeal = table.redeal and remade(table.redeal, rules=None)  # a void deal too is dealt again for what is set now
    return Effect(replace(table, rules=rules, redeal=redeal), UPDATED)


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
        stud_antes=command.stud_antes,
        stakes=tuple(_stakes(each) for each in command.stakes),
        kill=command.kill,
    )
    kill = table.kill if command.kill != "none" else Kill()
    return Effect(replace(table, variant=variant, kill=kill), UPDATED)


def _stakes(said: wire.Stakes) -> Stakes:
    rules = Rules(said.small_blind, said.big_blind, said.ante, said.big_blind_ante)
    return Stakes(said.game, said.betting and said.betting.value, rules, said.big_bet, said.bring_in)


def _may_go_on(asked: Asked, command: wire.NextGame) -> Resolved:
    if asked.table.variant.rotation is None:
        raise Refused("NO_MIXED_GAME", "no mixed game is played; set_game with a rotation first")
    return Resolved()


def _next_game(table: Table, fact: Fact, command: wire.NextGame) -> Effect:
    """Fold a change to the next game of a mixed game. The hands of that game are counted from here."""
    turn = game_number(table.variant, table.hands_dealt) + 1
    return Effect(replace(table, variant=replace(table.variant, turn=turn, since=table.hands_dealt)), UPDATED)


def _is_mixed(table: Table) -> Seats | None:
    return () if table.variant.rotation is not None else None


def game_number(variant: Variant, hands_dealt: int) -> int:
    """Return how often a mixed game has changed before the next hand: by command, and by the number of hands."""
    return variant.turn + ((hands_dealt - variant.since) // variant.hands_each if variant.hands_each else 0)


def variant_now(table: Table) -> Variant:
    """Return the game of the next hand. In a mixed game, that is the game whose turn it is."""
    chosen = table.variant
    if chosen.rotation is None:
        return chosen
    games = ROTATIONS[chosen.rotation]
    key, betting = games[game_number(chosen, table.hands_dealt) % len(games)]
    now = replace(chosen, game=key, betting=betting.value)
    stakes = stakes_of(now)
    return replace(now, big_bet=stakes.big_bet, bring_in=stakes.bring_in) if stakes else now


def stakes_of(variant: Variant) -> Stakes | None:
    """Return the stakes of the game that is played, None where the blinds of the table hold."""
    fits = (s for s in variant.stakes if s.game == variant.game and s.betting in (None, variant.betting))
    return next(fits, None)


def rules_now(variant: Variant, rules: Rules | None) -> Rules | None:
    """Return the blinds and antes of the next hand: those of the table, or of its game in a mix."""
    stakes = stakes_of(variant)
    if stakes and rules:
        return remade(stakes.rules, ante_first=rules.ante_first, ante_live=rules.ante_live)
    if rules and rules.ante and variant.stud_antes and not GAMES[variant.game].up:
        return remade(rules, ante=0)
    return rules


def _set_house_rules(table: Table, fact: Fact, command: wire.SetHouseRules) -> Effect:
    """Fold a profile, and the rules that differ from it."""
    named = {field.name for field in fields(HouseRules)} - {"profile"}
    given = {name: value for name, value in command if name in named and value is not None}
    return Effect(replace(table, house=remade(PROFILES[command.profile], **given)), UPDATED)


def _set_odds(table: Table, fact: Fact, command: wire.SetOdds) -> Effect:
    """Fold the choice of odds that are shown."""
    return Effect(replace(table, odds_rules=OddsRules(unread=command.unread, folded=command.folded)))


def _set_flow(table: Table, fact: Fact, command: wire.SetFlow) -> Effect:
    """Fold the choice between an operator and cards alone."""
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
        may=_may_get_a_role,
        may_again=_may_be_antenna,
        does=_assign_antenna,
        listed=_has_nodes,
        by_card=False,
    ),
    Registration(
        model=wire.SetBlinds,
        label="Blinds",
        word="write:tables",
        hides=False,
        cardless=True,
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
