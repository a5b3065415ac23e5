"""Evenings that chance writes: every game is played, and between its acts anything is tried that a console can send."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.collector.hand.randomly import shown, unused
from tests.collector.table.tried import TRIED
from tests.corpus.evening import STRANGE, Evening, Fields, antenna_of, moved, read, removed, uid_of
from tests.corpus.wiring import GAMES, board_wanted, least_to, legal, next_board, to_show

HANDS = 2
_LONGEST = 90


async def games(evening: Evening, keys: list[str], seed: int) -> None:
    """Play hands of some games to their end."""
    random = Random(seed)
    await evening.set_up((4_000, 3_000, 2_000, 1_500))
    for key in keys:
        for number in range(HANDS):
            await _refill(evening)
            await evening.send(type="set_game", game=key, bring_in=20 if GAMES[key].up else 0, bets_cap=4)
            together = {"bomb": 100} if number and GAMES[key].board_size and not GAMES[key].discards else {}
            await evening.command(type="start_hand", **together)
            await play(evening, random)
            await evening.send(type="end_hand", override=True)


async def _refill(evening: Evening) -> None:
    for seat, player in sorted(evening.now.seated.items()):
        if player.stack < 800:
            await evening.command(type="set_stack", seat=seat, stack=3_000)


async def play(evening: Evening, random: Random) -> None:
    """Play the running hand: cards at the seats first, then what a table would do next."""
    await deal(evening, random)
    for _ in range(_LONGEST):
        if evening.hand is None or evening.hand.complete:
            return
        if random.random() < 0.15:
            await evening.answer()
        await step(evening, random)
    raise AssertionError("the hand does not end")


async def deal(evening: Evening, random: Random) -> None:
    """Lay the first hole cards; some stay unread, some are typed."""
    hand = evening.hand
    down = GAMES[hand.setup.game].streets[0].down
    for player in hand.players:
        for _ in range(down if random.random() < 0.8 else down - 1):
            card = str(random.choice(_free(evening)))
            if random.random() < 0.7:
                await evening.lay(player.seat, card)
            else:
                await evening.send(type="deal_card", seat=player.seat, card=random.choice((card, card, "??")))


def _free(evening: Evening) -> list[Any]:
    held = {card.reveal() for player in evening.hand.players for card in player.hole if card}
    return [card for card in unused(evening.hand) if card not in held]


async def step(evening: Evening, random: Random) -> None:
    """Do what a table would do next in the hand."""
    hand, free = evening.hand, _free(evening)
    may, waiting = legal(hand), to_show(hand)
    if hand.drawing:
        await _draw(evening, random)
    elif may and may.bring_in is not None:
        await evening.send(type="bring_in", seat=may.seat)
    elif may:
        reply = await evening.send(**_act(may, hand, random))
        if not reply["accepted"] and reply["error"]["code"] == "CARDS_AWAITED":
            await _awaited(evening, random, str(random.choice(free)))
    elif not hand.closed:
        seats = [player.seat for player in hand.players if player.live]
        fewest = min(len([card for card in player.up if card]) for player in hand.players if player.live)
        seat = next(p.seat for p in hand.players if p.live and len([card for card in p.up if card]) == fewest)
        await evening.send(type="deal_card", card=str(random.choice(free)), seat=seat if seats else 1, up=True)
    elif board_wanted(hand) and (not waiting or random.random() < 0.7):
        await _board(evening, random, str(random.choice(free)))
    elif waiting:
        await _shown(evening, random, waiting[0])
    else:
        await evening.send(type="misdeal", override=True)


async def _awaited(evening: Evening, random: Random, card: str) -> None:
    """Enter a card that the betting waits for, or go on without it."""
    hand = evening.hand
    if random.random() < 0.1:
        await evening.send(type="go_on")
    elif GAMES[hand.setup.game].up:
        live = [player for player in hand.players if player.live]
        seat = min(live, key=lambda player: len([each for each in player.up if each])).seat
        await evening.send(type="deal_card", card=card, seat=seat, up=True)
    else:
        await _board(evening, random, card)


def _act(may: Any, hand: Any, random: Random) -> Fields:
    acts = ["check" if may.check else "call"] * 5 + ["fold", "raise", "raise", "all_in"]
    kind = random.choice(acts)
    if kind == "raise" and may.min_to is not None:
        top = min(may.max_to, may.min_to + 600)
        return {"type": "bet" if may.opens else "raise_to", "seat": may.seat, "amount": random.randint(may.min_to, top)}
    if kind == "all_in" and least_to(hand) > 0 and random.random() < 0.5:
        return {"type": "all_in", "seat": may.seat}
    kind = kind if kind == "fold" else "check" if may.check else "call"
    return {"type": kind, "seat": may.seat}


async def _draw(evening: Evening, random: Random) -> None:
    hand = evening.hand
    seat = hand.drawing[0]
    street = GAMES[hand.setup.game].street(hand.street)
    count = street.discard or random.randint(0, 3)
    player = next(player for player in hand.players if player.seat == seat)
    known = [str(card.reveal()) for card in player.hole if card][:count]
    named = known if random.random() < 0.7 else []
    reply = await evening.send(type="draw", seat=seat, count=count, cards=named)
    if reply["accepted"] and street.draw:
        for _ in range(count):
            await evening.lay(seat, str(random.choice(_free(evening))))


async def _board(evening: Evening, random: Random, card: str) -> None:
    number = next_board(evening.hand)
    if number == 1 and random.random() < 0.7:
        await evening.lay(None, card)
    else:
        await evening.send(type="deal_card", card=card, board=number)


async def _shown(evening: Evening, random: Random, seat: int) -> None:
    if random.random() < 0.2 and (await evening.send(type="muck", seat=seat))["accepted"]:
        return
    if random.random() < 0.5 and (await evening.send(type="show", seat=seat))["accepted"]:
        return
    cards = [str(card) for card in shown(evening.hand, seat)]
    await evening.send(type="show", seat=seat, cards=cards)


async def anything(evening: Evening, seed: int, *, profile: str, moves: int) -> None:
    """Try anything at a table, between what would come next."""
    random = Random(seed)
    await evening.set_up((2_000, 1_500, 900, 100))
    await evening.command(type="set_house_rules", profile=profile)
    for _ in range(moves):
        choice = random.random()
        if choice < 0.35:
            await evening.send(**_command(random))
        elif choice < 0.45:
            await evening.send(type=random.choice(("undo", "redo")))
        elif choice < 0.55:
            await _reading(evening, random)
        elif evening.hand is None or evening.hand.complete or evening.now.play.setup.cards_only:
            await evening.send(type="start_hand")
        else:
            await step(evening, random)
        if random.random() < 0.1:
            await evening.answer()


def _command(random: Random) -> Fields:
    kind, fields = random.choice(TRIED)
    return {"type": kind, **{name: draw(random) for name, draw in fields.items()}}


async def _reading(evening: Evening, random: Random) -> None:
    seat = random.choice((1, 2, 3, 4, None))
    tag = STRANGE if random.random() < 0.2 else uid_of(str(random.choice(_deck())))
    other = antenna_of(random.choice((1, 2, 3, 4, None)))
    where = antenna_of(seat)
    kinds = (read(where, tag), read(where, tag), removed(where, tag), moved(where, other, tag))
    await evening.reads(random.choice(kinds), age_ms=random.choice((3, 3, 3, 40_000)))


def _deck() -> tuple[Any, ...]:
    return tuple(GAMES["holdem"].deck)
