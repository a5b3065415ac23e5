"""What the REST API answers of players and statistics, with the specification's keys. Defined in docs/statistics.md."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pydantic import Field

from collector.api.models import Answer
from collector.canonical import timestamp
from collector.records.hands import HandRecord
from collector.records.players import EventFigures, PlayerRecord
from collector.records.statistics import Counts, rates

Rate = float | None
_PLACES = 2


class StatisticsOut(Answer):
    """Rates in per cent, factors as they are; null without an opportunity."""

    hands_played: int
    vpip: Rate
    pfr: Rate
    three_bet: Rate
    fold_to_three_bet: Rate
    c_bet: Rate
    fold_to_c_bet: Rate
    steal: Rate
    fold_to_steal: Rate
    wtsd: Rate
    w_sd: Rate = Field(description="W$SD: won at showdown.")
    wwsf: Rate
    af: Rate = Field(description="Aggression factor, no per cent.")
    afq: Rate
    net: int = Field(description="Chips won less chips put in.")
    bb_per_100: Rate
    bb_per_100_interval: tuple[float, float] | None = Field(description="95 %; null below two hands.")
    counts: dict[str, int] = Field(description="What the rates are made of: docs/statistics.md.")


class PlayerAnswer(Answer):
    """A player of an event. nationality, wsop_profile: null until a sync brings them."""

    player_id: str
    name: str
    nationality: str | None = None
    table_id: str | None = Field(description="Where the player sits; null: nowhere now.")
    seat: int | None
    current_stack: int
    starting_stack: int
    statistics: StatisticsOut
    wsop_profile: dict[str, Any] | None = None


class PlayersAnswer(Answer):
    """All players of an event."""

    players: list[PlayerAnswer]


class PlayerStatistics(StatisticsOut):
    """A player's statistics over an event."""

    player_id: str
    name: str


class PlayersStatistics(Answer):
    """Statistics of all players of an event."""

    players: list[PlayerStatistics]


class EventStatistics(Answer):
    """An event in figures. Void hands do not count."""

    event_id: str
    period: str | None = Field(description="From the first hand's start to the last one's end; null before the first.")
    hands_played: int
    average_pot: int | None
    largest_pot: int | None
    showdowns: int
    players_remaining: int
    average_stack: int | None = Field(description="Of those who sit with chips.")


class HandFigures(Answer):
    """A hand in figures."""

    hand_id: str
    hand_number: int
    table_id: str
    ended_at: str
    game: str
    players: int
    pot_total: int
    showdown: bool
    winners: list[str]
    void: bool


class HandsFigures(Answer):
    """A page of hands in figures."""

    hands: list[HandFigures]
    next_cursor: str | None


def player_out(player: PlayerRecord) -> PlayerAnswer:
    """Return the answer that shows a player."""
    return PlayerAnswer(
        player_id=player.player_id,
        name=player.name,
        table_id=player.table_id,
        seat=player.seat,
        current_stack=player.stack,
        starting_stack=player.starting_stack,
        statistics=StatisticsOut(**_figures(player.counts or Counts())),
    )


def statistics_out(player: PlayerRecord) -> PlayerStatistics:
    """Return a player's statistics."""
    return PlayerStatistics(player_id=player.player_id, name=player.name, **_figures(player.counts or Counts()))


def _figures(counts: Counts) -> dict[str, Any]:
    found = rates(counts)
    interval = found.bb_per_100_interval
    return {
        "hands_played": counts.hands,
        "vpip": _rounded(found.vpip),
        "pfr": _rounded(found.pfr),
        "three_bet": _rounded(found.threebet),
        "fold_to_three_bet": _rounded(found.fold_to_threebet),
        "c_bet": _rounded(found.cbet),
        "fold_to_c_bet": _rounded(found.fold_to_cbet),
        "steal": _rounded(found.steal),
        "fold_to_steal": _rounded(found.fold_to_steal),
        "wtsd": _rounded(found.wtsd),
        "w_sd": _rounded(found.wsd),
        "wwsf": _rounded(found.wwsf),
        "af": _rounded(found.af),
        "afq": _rounded(found.afq),
        "net": counts.net_chips,
        "bb_per_100": _rounded(found.bb_per_100),
        "bb_per_100_interval": None if interval is None else (round(interval[0], 2), round(interval[1], 2)),
        "counts": asdict(counts),
    }


def _rounded(rate: Rate) -> Rate:
    return None if rate is None else round(rate, _PLACES)


def event_out(event_id: str, figures: EventFigures) -> EventStatistics:
    """Return the answer that shows an event in figures."""
    first, last = figures.first_at, figures.last_at
    period = None if first is None or last is None else f"{timestamp(first)}/{timestamp(last)}"
    return EventStatistics(
        event_id=event_id,
        period=period,
        hands_played=figures.hands,
        average_pot=round(figures.total_pots / figures.hands) if figures.hands else None,
        largest_pot=figures.largest_pot,
        showdowns=figures.showdowns,
        players_remaining=figures.remaining,
        average_stack=round(figures.stacks / figures.seated) if figures.seated else None,
    )


def figures_out(record: HandRecord) -> HandFigures:
    """Return a hand in figures."""
    return HandFigures(
        hand_id=record.hand_id,
        hand_number=record.hand_number,
        table_id=record.table_id,
        ended_at=timestamp(record.ended_at),
        game=record.game,
        players=len(record.players),
        pot_total=record.total_pot,
        showdown=record.reached_showdown,
        winners=[winner.player_id for winner in record.winners],
        void=record.void,
    )
