"""The parts of a state beside the seats: settings, flagged readings, the hand. No hidden card is looked at.

Each function gets only the values that it draws, by which the renderer decides whether to draw again. So a function
cannot draw a value that the renderer does not compare.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final, Literal

from collector.hand import board, board_wanted, boards, legal, pots_so_far, to_show
from collector.hand.awaiting import boards_awaited, due, missing
from collector.hand.awarding import awards
from collector.hand.blinds import Owed
from collector.hand.changing import betting_of
from collector.hand.depth import effective_to, pot_odds, spr
from collector.hand.events import (
    Act,
    AllIn,
    BetTo,
    Call,
    Check,
    ChipsIn,
    ClockCalled,
    Fold,
    StringBet,
    TimeBankUsed,
    TimeUp,
)
from collector.hand.model import Bounty, Hand, Pending
from collector.release import Terms
from collector.release.policy import plain_terms
from collector.table.play import Play
from collector.table.setup import PROFILES
from collector.table.show.may import May
from collector.table.state import Flag, HouseRules, Kill, Rules, Seated, Tournament
from collector.table.tournament import said
from collector.wire.base import VERSION
from collector.wire.feeds import AwardView, ClockView, HandView, LegalView, PendingView, PotView, WinView
from collector.wire.setup import SetHouseRules
from collector.wire.tournament import Level

HOUSE_RULES: Final = tuple(
    field.name for field in fields(HouseRules) if field.name != "profile" and field.name in SetHouseRules.model_fields
)
"""The rules that a state names: those that `set_house_rules` sets."""
_YOUNGER_RULES: Final = tuple(name for name in HOUSE_RULES if SetHouseRules.model_fields[name].exclude_if)
"""Rules that the states of older evenings do not name: they are named where they are not those of the profile."""
_ACTS: Final = Act | StringBet | ChipsIn | TimeUp
"""What ends the clock of a seat."""


def around(  # noqa: PLR0917 - the renderer gives what it compares, by place
    event_id: str,
    table_id: str,
    epoch: int,
    mode: str,
    event_name: str,
    table_name: str,
    rules: Rules | None,
    button: int | None,
    game: str,
    house: HouseRules,
    automatic: bool,
    decks: Mapping[str, object],
    owed: Mapping[int, Owed],
    tournament: Tournament,
    seated: Mapping[int, Seated],
    levels: tuple[Level, ...],
    bounties: tuple[Bounty, ...],
    stand_up: int,
    standing: frozenset[str] | None,
    kill: Kill,
    banked: tuple[tuple[int, int], ...],
    terms: Terms | None,
) -> dict[str, object]:
    """Return the settings in a state, and whose state it is. Commands change them, cards do not."""
    return {
        "v": VERSION,
        "type": "state",
        "event_id": event_id,
        "table_id": table_id,
        "epoch": epoch,
        "mode": mode,
        "event_name": event_name,
        "table_name": table_name,
        "blinds": _blinds(rules) if rules else None,
        "button": button,
        "game": game,
        "profile": house.profile,
        "house_rules": {name: getattr(house, name) for name in HOUSE_RULES if name not in _unsaid(house)},
        "flow": "automatic" if automatic else "operator",
        "decks": sorted(decks),
        "owed": {str(seat): _missed(missed) for seat, missed in sorted(owed.items())},
        "tournament": said(tournament),
        "kill": {name: who for name, who in (("leg", kill.leg), ("due", kill.due)) if who},
        "side_games": _side_games(bounties, stand_up, standing),
        "behind": {str(seat): who.behind for seat, who in sorted(seated.items()) if who.behind},
        "penalties": {str(seat): who.penalty for seat, who in sorted(seated.items()) if who.penalty},
        "levels": [level.model_dump() for level in levels],
        **_time_bank(house, seated, dict(banked)),
        **({"release": plain_terms(terms)} if terms else {}),
    }


def _time_bank(house: HouseRules, seated: Mapping[int, Seated], used: Mapping[int, int]) -> dict[str, object]:
    """Return the time chips by seat, less those of this hand; nothing where the house gives none."""
    if not house.time_chips:
        return {}
    had = {seat: house.time_chips if who.time_chips is None else who.time_chips for seat, who in seated.items()}
    return {"time_bank": {str(seat): max(0, chips - used.get(seat, 0)) for seat, chips in sorted(had.items())}}


def _unsaid(house: HouseRules) -> set[str]:
    then = PROFILES[house.profile]
    return {name for name in _YOUNGER_RULES if getattr(house, name) == getattr(then, name)}


def _blinds(rules: Rules) -> dict[str, int]:
    return {
        "small_blind": rules.small_blind,
        "big_blind": rules.big_blind,
        "ante": rules.ante,
        "big_blind_ante": rules.big_blind_ante,
        "button_blind": rules.button_blind,
    }


def _side_games(bounties: tuple[Bounty, ...], stand_up: int, standing: frozenset[str] | None) -> dict[str, object]:
    if not (bounties or stand_up):
        return {}
    paid = [{"name": b.name, "ranks": b.ranks, "amount": b.amount, "suited": b.suited} for b in bounties]
    return {"bounties": paid, "stand_up": stand_up, "standing": None if standing is None else sorted(standing)}


def _missed(owed: Owed) -> tuple[str, ...]:
    return tuple(name for name, missed in (("small_blind", owed.small), ("big_blind", owed.big)) if missed)


def flags_fields(flags: tuple[Flag, ...]) -> list[dict[str, object]]:
    """Return the flagged readings, each as a FlagView has it."""
    return [
        {
            "flag": flag.position,
            "code": flag.code,
            "message": flag.message,
            "device": flag.device,
            "antenna": flag.name,
            "seat": flag.antenna.seat,
        }
        for flag in flags
    ]


def hand_view(may: May, play: Play | None, house: HouseRules) -> HandView | None:
    """Return the running or last hand as everybody may see it, with its possible commands; None between hands.

    Without its acts: the renderer puts them in.
    """
    if play is None:
        return None
    hand = play.hand
    ids = {player.seat: player.player_id for player in hand.players}
    pots = pots_so_far(hand)
    contributed = sum(player.contributed for player in hand.players)
    return HandView(
        hand_id=play.hand_id,
        hand_number=play.number,
        game=play.setup.game,
        street=hand.street,
        button=play.button,
        board=board(hand),
        board_read=len(hand.board_read),
        pot=hand.result.total_pot if hand.result else contributed,
        pots=tuple(PotView(amount=pot.amount, eligible=pot.eligible) for pot in pots),
        to_act=hand.to_act,
        legal=None if missing(hand) else _legal(hand),
        waiting_for=_waiting_for(hand),
        showdown=() if hand.complete else to_show(hand),
        actions=(),
        winners=tuple(
            WinView(seat=win.seat, player_id=ids[win.seat], amount=win.amount, hand=win.hand)
            for win in (hand.result.wins if hand.result else ())
        ),
        undo=sum(1 for step in play.steps if step.by_command),
        redo=len(play.undone),
        rulings=(*hand.rulings, *play.taken_out),
        betting=betting_of(hand).value,
        boards=boards(hand) if hand.further else (),
        awaited=boards_awaited(hand),
        dealt=due(hand),
        drawing=hand.drawing,
        rabbit=hand.rabbit,
        rake=hand.result.rake if hand.result else 0,
        pending=tuple(_pending(pending) for pending in hand.pending),
        scrap=hand.scrap,
        burns=len(hand.burns),
        paid=hand.result.paid if hand.result else {},
        clock=_clock(play),
        passive=hand.passive,
        in_part=hand.in_part,
        to_table=hand.to_table,
        unposted=hand.unposted,
        asleep={post.seat: post.amount for post in hand.asleep},
        closed=hand.closed and not hand.complete,
        bomb=hand.setup.bomb,
        spr=spr(hand),
        awards=tuple(AwardView(**each._asdict()) for each in awards(hand)),
        may=may.in_hand(hand, house),
    )


def _clock(play: Play) -> ClockView | None:
    if play.hand.clock is None:
        return None
    seat, seconds = play.hand.clock
    return ClockView(seat=seat, seconds=seconds, called_at=_clock_began(play, seat))


def _clock_began(play: Play, seat: int) -> int:
    """Return when the clock of a seat began: when it was called, or with the first time chip since the seat acted."""
    began = 0
    for step in reversed(play.steps):
        event = step.event
        if isinstance(event, ClockCalled) and event.seat == seat:
            return step.at
        if isinstance(event, TimeBankUsed) and event.seat == seat:
            began = step.at
        elif began and isinstance(event, _ACTS) and event.seat == seat:
            break
    return began


def _pending(pending: Pending) -> PendingView:
    act = pending.act
    kinds: dict[type, Any] = {Fold: "fold", Check: "check", Call: "call", BetTo: "bet_to", AllIn: "all_in"}
    to = act.to if isinstance(act, BetTo) else None
    return PendingView(
        seat=act.seat, action=kinds[type(act)], to=to, bet_to=pending.bet_to, condition=pending.condition
    )


def _waiting_for(hand: Hand) -> Literal["action", "board", "showdown", "next_hand", "draw", "up_cards"]:
    if hand.complete:
        return "next_hand"
    if hand.drawing:
        return "draw"
    if hand.to_act is not None:
        return "board" if missing(hand) else "action"
    if not hand.closed:
        return "up_cards"
    return "board" if board_wanted(hand) else "showdown"


def _legal(hand: Hand) -> LegalView | None:
    may = legal(hand)
    if may is None:
        return None
    player = next(player for player in hand.players if player.seat == may.seat)
    all_in = player.bet + player.stack
    calls = player.stack <= may.call
    return LegalView(
        seat=may.seat,
        fold=True,
        check=may.check,
        call=may.call,
        opens=may.opens,
        min_to=may.min_to,
        max_to=may.max_to,
        pot_to=may.pot_to,
        bring_in=may.bring_in,
        all_in_to=all_in if calls or (may.max_to is not None and all_in <= may.max_to) else None,
        pot_odds=pot_odds(hand, may),
        effective_to=effective_to(hand, may),
    )


def masked_hand(hand: HandView) -> HandView:
    """Return a hand without any card. Rulings go too: some name cards."""
    winners = tuple(win.model_copy(update={"hand": None}) for win in hand.winners)
    return hand.model_copy(update={**dict.fromkeys(MASKED, ()), "winners": winners})


MASKED: Final = ("board", "boards", "rabbit", "scrap", "rulings")
"""The fields of a hand that hold cards, or words that may name some."""
