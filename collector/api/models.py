"""What the REST API answers, with the specification's keys. Built from the read model's records, never from S0."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field

from collector.canonical import timestamp
from collector.records.hands import HandAction, HandPlayer, HandRecord, ReleasedCards

Chips = dict[str, int]
"""Amounts by player id."""


class Answer(BaseModel):
    """Base of the answers."""

    model_config = ConfigDict(frozen=True)


class PlayerOut(Answer):
    """A player who was dealt in."""

    seat: int
    player_id: str
    name: str
    stack: int = Field(description="Before the first post of the hand.")
    hole_cards: list[str] | None = Field(
        description="As tabled, or as released to whoever asks (`read:holecards`: to the house); null where none is."
    )


class FormerOut(Answer):
    """An act as it was before an amendment."""

    action: str
    amount: int
    to: int


class ActionOut(Answer):
    """An act, in order."""

    street: str
    player_id: str
    action: str
    amount: int = Field(description="Chips that went in with this act.")
    seat: int
    to: int = Field(description="The seat's whole bet on the street after this act.")
    all_in: bool = Field(description="The act took the last chip.")
    sequence: int = Field(description="Its number in the hand, from 1.")
    timestamp: str | None = Field(description="When it was entered or read; null in hands of older versions.")
    source: str = Field(description="`operator`, `antenna` or `inference` (posts follow from the rules).")
    fact: int = Field(description="Its position in the log of the table.")
    history: list[FormerOut] = Field(description="What stood here before amendments, the oldest first.")


class PotOut(Answer):
    """A pot and who could win it."""

    amount: int
    eligible: list[str]


class WinnerOut(Answer):
    """What a player took from the pots."""

    player: str
    amount: int


class DeviceEventsOut(Answer):
    """Which events of a node went into the hand."""

    device: str
    origin: str
    first: int
    last: int


class FactsOut(Answer):
    """Where the hand stands in the log."""

    stream: str
    first: int
    last: int


class HandOut(Answer):
    """A finished hand."""

    hand_id: str
    event_id: str
    table_id: str
    hand_number: int
    timestamp: str = Field(description="When the hand began.")
    ended_at: str
    game: str
    button: int
    players: list[PlayerOut]
    community_cards: list[str]
    actions: list[ActionOut]
    pot_total: int
    winner: str | None = Field(description="The one player who took chips from the pots; null when shared or none.")
    winning_hand: str | None = Field(description="In words; null when unknown, or when winners hold different hands.")
    board: list[str] = Field(description="The same as community_cards.")
    boards: list[list[str]] = Field(description="All boards, the first one too; empty where there is one.")
    total_pot: int = Field(description="The same as pot_total: uncalled bets are not in it.")
    pots: list[PotOut]
    winners: list[WinnerOut]
    starting_stacks: Chips
    final_stacks: Chips
    uncalled_returned: Chips
    reached_showdown: bool
    rulings: list[str] = Field(description="Where the record departs from the rules, by a person's decision.")
    device_events: list[DeviceEventsOut] = Field(
        description="Readings of the hand at seats and boards, whatever lay there: those too that dealt no card."
    )
    facts: FactsOut
    revision: int = Field(description="Rises with every correction of the hand.")
    void: bool = Field(description="A misdeal.")


class HandsPage(Answer):
    """A page of hands. Ask again with `cursor=next_cursor` for the next; null at the end."""

    hands: list[HandOut]
    next_cursor: str | None


def hand_out(record: HandRecord, released: Iterable[ReleasedCards]) -> HandOut:
    """Return the answer that shows `record`. released: the hidden cards that whoever asks may see."""
    takers = {winner.player_id for winner in record.winners}
    known = {each.seat: each for each in released}
    made = {winner.hand or (known[winner.seat].made if winner.seat in known else None) for winner in record.winners}
    return HandOut(
        hand_id=record.hand_id,
        event_id=record.event_id,
        table_id=record.table_id,
        hand_number=record.hand_number,
        timestamp=timestamp(record.started_at),
        ended_at=timestamp(record.ended_at),
        game=record.game,
        button=record.button,
        players=[_player_out(player, known.get(player.seat)) for player in record.players],
        community_cards=list(record.board),
        actions=[_action_out(act) for act in record.actions],
        pot_total=record.total_pot,
        winner=takers.pop() if len(takers) == 1 else None,
        winning_hand=made.pop() if len(made) == 1 else None,
        board=list(record.board),
        boards=[list(cards) for cards in record.boards],
        total_pot=record.total_pot,
        pots=[PotOut(amount=pot.amount, eligible=list(pot.eligible)) for pot in record.pots],
        winners=[WinnerOut(player=winner.player_id, amount=winner.amount) for winner in record.winners],
        starting_stacks={player.player_id: player.starting_stack for player in record.players},
        final_stacks={player.player_id: player.final_stack for player in record.players},
        uncalled_returned=dict(record.uncalled_returned),
        reached_showdown=record.reached_showdown,
        rulings=list(record.rulings),
        device_events=[
            DeviceEventsOut(device=part.device, origin=part.origin, first=part.first, last=part.last)
            for part in record.device_events
        ],
        facts=FactsOut(stream=record.facts.stream, first=record.facts.first, last=record.facts.last),
        revision=record.revision,
        void=record.void,
    )


def _action_out(act: HandAction) -> ActionOut:
    return ActionOut(
        street=act.street,
        player_id=act.player_id,
        action=act.action,
        amount=act.amount,
        seat=act.seat,
        to=act.to,
        all_in=act.all_in,
        sequence=act.seq,
        timestamp=timestamp(act.at) if act.at else None,
        source=act.source,
        fact=act.fact,
        history=[FormerOut(action=old.action, amount=old.amount, to=old.to) for old in act.history],
    )


def _player_out(player: HandPlayer, released: ReleasedCards | None) -> PlayerOut:
    seen = player.hole_cards or (released.cards if released else None)
    return PlayerOut(
        seat=player.seat,
        player_id=player.player_id,
        name=player.name,
        stack=player.starting_stack,
        hole_cards=None if seen is None else list(seen),
    )
