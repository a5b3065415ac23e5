"""What happens at a table in a run, by chance: written down so that it can happen again with other hidden cards.

A card at a seat or on the muck is a slot: which tag lies there is a run's own affair. A slot is open where everybody
comes to see its card: on the board, face up, and at a seat that is asked to show what was read.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from tests.collector.table.tried import TRIED
from tests.corpus import by_chance
from tests.corpus.evening import BOARD, EVENT, MUCK, STRANGE, Evening, Fields, antenna_of, moved, read, removed, uid_of
from tests.corpus.wiring import DECK, GAMES, Row
from tests.secrecy.watched import CONSOLES, Watched

CARDS: Final = [str(card) for card in DECK]
OFTEN: Final = CARDS[::6]
"""Cards that are read, typed and laid more often than others, so that they clash."""
BLUE: Final = frozenset(uid_of(card, 2) for card in CARDS)
"""The second deck. Of the decks in play the first card that is read says which is dealt."""
DECK_TAGS: Final = [uid_of(card) for card in CARDS]
FOREIGN: Final = tuple(f"04ffffffffff{number:02x}" for number in range(1, 6))
"""Tags of no deck."""
TAGS: Final = [uid_of(card) for card in (*CARDS, *OFTEN * 4)] + [uid_of(card, 2) for card in CARDS[::5]] + [*FOREIGN]
"""What may lie at a seat: mostly cards of the deck, some of another one, some of none."""
SEATS: Final = (1, 2, 3, 4)
UP: Final = {seat: f"a2{seat}" for seat in SEATS}
"""Antennas for cards that are dealt face up."""
BY_FIELDS_OF_ITS_OWN: Final = frozenset({"assign_antenna"})
"""Commands with a seat that name it beside others: an antenna of each seat is assigned when a table is set up."""


@dataclass
class Slot:
    """A card that lies face down. tag: in the first run. open: everybody comes to see it, so all runs have the same."""

    tag: str
    antennas: set[str] = field(default_factory=set)
    open: bool = False


class Script(Evening):
    """A run that is made up while it is played. `inputs` and `slots` are what it takes to play it again."""

    def __init__(self, stage: Watched, random: Random, *, by_tags: bool) -> None:
        super().__init__(stage)
        self.random = random
        self.by_tags = by_tags  # other tags lie at the seats; else the same tags, and other cards are printed on them
        self.strays = random.choice((0.0, 0.0, 0.1, 0.4))  # how many readings are of any tag at all, also one that lies
        self.as_read = random.random() < 0.3  # seats are asked to show what was read: then one deck is played
        self.tags = [tag for tag in TAGS if not (self.as_read and tag in BLUE)]
        self.slots: list[Slot] = []
        self.open_tags: set[str] = {STRANGE}
        self.on_board: set[str] = set()
        self.sent: Counter[tuple[str, int | None]] = Counter()
        self.games: set[str] = set()
        self._lying: dict[tuple[str, str], int] = {}
        self._of_hand: defaultdict[int, list[int]] = defaultdict(list)
        self._ready = False

    async def set_up(self, stacks: Any = (4_000, 3_000, 2_000, 1_500), *, number: int = 1) -> None:
        """Open a table with two decks, antennas for cards face down and face up, a board, a muck."""
        await super().set_up(stacks, number=number)
        blue = {uid_of(card, 2): card for card in CARDS}
        await self.house(type="register_deck", deck_id="deck-2", demo=True, cards=blue)
        await self.command(type="use_deck", deck_id="deck-2")
        for seat, antenna in UP.items():
            fields = {"device": self.node.name, "antenna": antenna, "role": "up", "seat": seat}
            await self.command(type="assign_antenna", **fields)
        self._ready = True
        if not self.strays:
            await self.send(type="set_odds", unread=True)  # a seat with an unread card asks more than a moment's work

    def command_to(self, where: str, **fields: Any) -> Fields:
        """Return a command as a message, of any console."""
        if self._ready and "client" not in fields:
            fields["client"] = self.random.choice((CONSOLES[0], *CONSOLES))
            if fields["type"] in ("settle_card", "resolve_flag"):
                fields["client"] = "floor"
        self.sent[fields["type"], fields.get("seat")] += 1
        if fields["type"] == "show" and not fields.get("cards"):
            fields = self._shown(fields)
        if fields["type"] == "set_game" and fields.get("game"):
            self.games.add(fields["game"])
        return super().command_to(where, **fields)

    async def send(self, **fields: Any) -> Fields:
        """Send a command to the table, whatever becomes of it; return the reply."""
        reply = await super().send(**fields)
        if reply["accepted"] and fields["type"] == "start_hand":
            self._of_hand.clear()
            self.on_board.clear()
            self._lying.clear()  # the deck was gathered: nobody told the node
        return reply

    async def reads(self, *events: Fields, **how: Any) -> list[Row]:
        """Have the table's node see something."""
        message = self.node.event(*events, **how)
        slots = [self._slot(event) for event in events]
        return await self.together({**message, "node": self.node.name, "events": events, "slots": slots, "how": how})

    async def answer(self) -> bool:
        """Let the worker answer what is asked."""
        await self.do("solve")
        return True

    async def look(self) -> None:
        """Have everybody ask REST."""
        await self.do("look")

    def hidden(self) -> str:
        """Return a card that is hidden now, or any: so that what is typed clashes."""
        players = self.hand.players if self.hand else ()
        held = [str(card.reveal()) for player in players for card in player.hole if card]
        return self.random.choice([*held, *OFTEN] if held else CARDS)

    def _slot(self, event: Fields) -> int | None:
        """Return the slot of an event of the node, None where its tag is open."""
        antenna, tag, kind = event.get("antenna", ""), event.get("uid"), event["kind"]
        if tag is None:
            return None
        came_from = event.get("came_from")
        if tag == STRANGE or (_is_open(antenna) and not came_from):
            self.open_tags.add(tag)
            self.on_board |= {tag} if antenna == BOARD else set()
            return None
        known = self._lying.pop((came_from or antenna, tag), None)
        if known is None and antenna == MUCK:  # it lay at a seat
            known = next((slot for (_, held), slot in self._lying.items() if held == tag), None)
        if known is None:
            known = len(self.slots)
            self.slots.append(Slot(tag))
        slot = self.slots[known]
        slot.antennas |= {antenna, came_from or antenna}
        if any(map(_is_open, slot.antennas)):
            self.open_tags.add(tag)
            slot.open = True
        if kind != "card_removed":
            self._lying[antenna, tag] = known
            if antenna.startswith("a0") or antenna == "a10":
                self._of_hand[int(antenna[1:])].append(known)
        return known

    def _shown(self, fields: Fields) -> Fields:
        """Return a show of what was read at a seat: then its cards are open. Or, in other runs, one of typed cards."""
        if not self.as_read:
            size = len(self.hand.players[0].hole) if self.hand else 2
            return {**fields, "cards": self.random.sample(CARDS, size or 2)}
        self._open(fields["seat"])
        return fields

    def _open(self, seat: int) -> None:
        for slot in self._of_hand[seat]:
            self.slots[slot].open = True
            self.open_tags.add(self.slots[slot].tag)


def _is_open(antenna: str) -> bool:
    return antenna == BOARD or antenna in UP.values()


async def a_game(e: Script, key: str) -> None:
    """A hand of a game, and a bomb pot on two boards where it has boards; readings that do not fit come between."""
    await e.set_up()
    for number in range(2 if GAMES[key].board_size and not GAMES[key].discards else 1):
        await _refill(e)
        await e.send(type="set_game", game=key, bring_in=20 if GAMES[key].up else 0, bets_cap=4)
        bomb = {"bomb": 100, "boards": 2} if number and GAMES[key].board_size and not GAMES[key].discards else {}
        await e.send(type="start_hand", **bomb)
        await _disturbed(e)
        await _play(e)
        await _over(e)
    await e.look()


async def a_rotation(e: Script) -> None:
    """A mixed game, some hands of it."""
    await e.set_up()
    await e.send(type="set_game", rotation=e.random.choice(("horse", "eight_game")), bring_in=20)
    for _ in range(2):
        await _refill(e)
        await e.send(type="start_hand")
        await _disturbed(e)
        await _play(e)
        await _over(e)
        await e.send(type="next_game")
    await e.look()


async def anything(e: Script) -> None:
    """Whatever a console can send and a node can see, between what would come next."""
    await e.set_up((2_000, 1_500, 900, 100))
    for number in range(70):
        choice = e.random.random()
        if choice < 0.3:
            await e.send(**_command(e, *e.random.choice(TRIED)))
        elif choice < 0.4:
            await e.send(type=e.random.choice(("undo", "redo")))
        elif choice < 0.6:
            await _reading(e)
        elif e.hand is None or e.hand.complete:
            await e.send(type="start_hand")
        else:
            await _step(e)
        if e.random.random() < 0.1:
            await e.answer()
        if number == 40:
            await e.look()
    await _closing(e)


def sweep(part: int, parts: int) -> Callable[[Script], Awaitable[None]]:
    """Every command of a part of them for every seat, each followed by undo, in a hand with cards at its seats."""

    async def swept(e: Script) -> None:
        await e.set_up()
        for kind, fields in TRIED[part::parts]:
            for seat in SEATS if "seat" in fields else (None,):
                await _in_a_hand(e)
                given = _command(e, kind, fields)
                reply = await e.send(**{**given, "seat": seat} if seat else given)
                if reply["accepted"]:
                    await e.send(type="undo")
        await _closing(e)

    return swept


async def corrected(e: Script) -> None:
    """Hands with misreads, typed corrections and amendments of what is over."""
    await e.set_up()
    for _ in range(2):
        await e.send(type="start_hand")
        first = len(e.stage.facts)
        await _disturbed(e)
        await _play(e)
        await _over(e)
        await _amended(e, first)
    await e.send(type="start_hand")
    await _disturbed(e)
    await _amended(e, len(e.stage.facts) - 4)
    await e.look()


async def without_operator(e: Script) -> None:
    """Hands of cards alone, and cards that give commands."""
    e.by_tags = False  # which tag went to the muck is what such a table is played by
    await e.set_up()
    control = "04ccccccccccc1"
    e.open_tags.add(control)
    await e.command(client="op", type="register_control", uid=STRANGE, command={"type": "undo"})
    await e.send(client="op", type="set_flow", flow="automatic")
    for _ in range(3):
        cards = e.random.sample(CARDS, 13)
        for at in range(8):
            await e.lay(at % 4 + 1, cards[at])
        if e.random.random() < 0.5:
            await e.send(type="deal_card", seat=e.random.choice(SEATS), card=e.random.choice(cards[:8]))
        for card in cards[8:11]:
            await e.lay(None, card)
        for at in range(8):
            await e.reads(moved(MUCK, antenna_of(at % 4 + 1), uid_of(cards[at])))
        for card in cards[8:11]:
            await e.reads(removed(BOARD, uid_of(card)))
        await e.reads(read(antenna_of(1), STRANGE))
        await e.reads(removed(antenna_of(1), STRANGE))
    await e.send(client="op", type="set_flow", flow="operator")
    await e.look()


async def clashing(e: Script) -> None:
    """A short evening in which cards contradict each other, and everything is tried that could tell of it."""
    e.strays, e.by_tags = 0.4, True
    await e.set_up()
    await e.send(type="set_house_rules", profile="cash")
    await e.send(type="start_hand")
    await _disturbed(e)
    for seat in SEATS:
        await e.send(type="deal_card", seat=seat, card=e.hidden())
    for flag in e.now.flags:
        await e.send(type="resolve_flag", flag=flag.position, take="nowhere")
    for seat in SEATS:
        await e.send(type="settle_card", seat=seat, card=e.hidden())
    await e.send(type="call", seat=e.hand.to_act)
    fact = e.stage.facts[-1][1]
    await e.send(client="op", type="amend", changes=[{"seq": fact.position, "command": None}])
    for _ in range(3):
        await _play(e)
    for card in e.random.sample(CARDS, 5):
        await e.reads(read(BOARD, uid_of(card, e.random.choice((1, 2)))))
    await _play(e)
    await e.send(type="end_hand")
    await _over(e)
    await e.send(type="start_hand")
    await _disturbed(e)
    await e.send(type="undo")
    await _over(e)
    await e.look()


async def two_decks(e: Script) -> None:
    """A short evening with cards of either deck: which one is dealt is hidden as long as only hidden cards tell."""
    e.as_read, e.by_tags, e.strays = False, True, 1.0
    e.tags = [uid_of(card, deck) for card in CARDS for deck in (1, 2)]
    await e.set_up()
    for _ in range(2):
        await e.send(type="start_hand")
        await _disturbed(e)
        for seat in (4, 1, 2, 3):
            await e.send(type="call" if seat != 3 else "check", seat=seat)
        deck = e.random.choice((1, 2))
        for card in e.random.sample(CARDS, 5):
            await e.reads(read(BOARD, uid_of(card, deck)))
        await _play(e)
        await _over(e)
    await e.look()


async def calm(e: Script) -> None:
    """A short evening of one game whose odds take a worker in one run and not in the other."""
    e.strays, e.by_tags = 0.0, True
    await e.set_up()
    await e.send(type="set_odds", unread=True)
    for _ in range(2):
        await _refill(e)
        await e.send(type="start_hand")
        e.strays = 0.15
        for player in e.hand.players if e.hand else ():
            for _ in range(2):
                await e.reads(read(antenna_of(player.seat), _tag(e)))
        e.strays = 0.0
        await e.answer()
        await _play(e)
        await _over(e)
    await e.look()


async def _in_a_hand(e: Script) -> None:
    """Have a hand run that has cards at its seats and something done in it."""
    if e.hand and not e.hand.complete and not e.now.play.setup.cards_only:
        return
    await _refill(e)
    await e.send(type="start_hand")
    await _disturbed(e)
    for _ in range(e.random.randint(0, 6)):
        await _step(e)


async def _refill(e: Script) -> None:
    for seat, player in sorted(e.now.seated.items()):
        if player.stack < 800:
            await e.send(type="set_stack", seat=seat, stack=3_000)


async def _disturbed(e: Script) -> None:
    """Lay cards at the seats: some twice, some of no deck, some of another; some are typed."""
    if e.hand is None:
        return
    down = GAMES[e.hand.setup.game].streets[0].down
    for player in e.hand.players:
        for _ in range(e.random.choice((down, down, down, down - 1, down + bool(e.strays)))):
            if e.random.random() < 0.75 or not e.strays:
                await e.reads(read(antenna_of(player.seat), _tag(e)))
            else:
                card = e.random.choice((e.hidden(), e.random.choice(CARDS), "??"))
                await e.send(type="deal_card", seat=player.seat, card=card)


async def _play(e: Script) -> None:
    for _ in range(60):
        if e.hand is None or e.hand.complete:
            return
        choice = e.random.random() if e.strays else e.random.uniform(0.16, 1)
        if choice < 0.08:
            await _reading(e)
        elif choice < 0.16:
            kind = e.random.choice(("clear_card", "deal_card", "clear_card", "expose_card"))
            await e.send(type=kind, seat=e.random.choice(SEATS), card=e.hidden())
        elif choice < 0.20:
            await e.send(type=e.random.choice(("undo", "undo", "redo")))
        elif choice < 0.3:
            await e.answer()
        else:
            await _step(e)


async def _step(e: Script) -> None:
    """Do what a table would do next; cards that come face up are read now and then."""
    if e.hand is not None and not e.hand.complete and e.hand.setup.cards_only:
        await e.send(type="end_hand")
        return
    if e.hand is not None and GAMES[e.hand.setup.game].up and not e.hand.closed and e.random.random() < 0.3:
        await e.reads(read(UP[e.random.choice(SEATS)], uid_of(e.random.choice(CARDS))))
    if e.hand is not None and not e.hand.complete:
        await by_chance.step(e, e.random)


async def _amended(e: Script, first: int) -> None:
    """Try amendments of what came since a fact: look at each, and make it."""
    commands = [fact for _, fact in e.stage.facts[first:] if fact.command_id and fact.stream == e.table]
    for _ in range(3):
        if not commands:
            return
        fact = e.random.choice(commands)
        seat, card = e.random.choice(SEATS), e.hidden()
        kind = e.random.choice(("deal_card", "clear_card", "expose_card", "muck"))
        more = {"type": kind, "seat": seat, **({} if kind == "muck" else {"card": card})}
        change = {"seq": fact.position, "command": e.random.choice((None, dict(fact.body["command"])))}
        if e.random.random() < 0.6:
            change["more"] = [more]
        await _looked_at(e, [change])


async def _looked_at(e: Script, changes: list[Fields]) -> None:
    for change in changes:
        command = change["command"]
        if command:
            change["command"] = {key: value for key, value in command.items() if key not in ("v", "id")}
    reply = await e.send(client="op", type="amend", changes=changes)
    if reply["accepted"] or reply["error"]["code"] != "AMEND_PREVIEW":
        return
    await e.send(client="op", type="amend", changes=changes, digest=reply["error"]["details"]["digest"])


async def _over(e: Script) -> None:
    """Put the hand away, if it is over; else it is void."""
    if not (await e.send(type="end_hand", override=True))["accepted"]:
        await e.send(type="misdeal", override=True)


async def _closing(e: Script) -> None:
    await _over(e)
    await e.look()


def _tag(e: Script) -> str:
    """Return a tag of the first run: of a card that lies nowhere, or a stray."""
    lying = {tag for _, tag in e._lying} | e.on_board
    return tag_beside(e, lying, e.random)


def _command(e: Script, kind: str, fields: Fields) -> Fields:
    """Return a command by chance, with cards that clash with hidden ones now and then."""
    given = {"type": kind, **{name: draw(e.random) for name, draw in fields.items()}}
    if isinstance(given.get("card"), str) and e.random.random() < 0.5:
        given["card"] = e.hidden()
    if kind == "show" and e.random.random() < 0.8:
        given["cards"] = e.random.sample(CARDS, len(e.hand.players[0].hole) or 2) if e.hand else ["As", "Kd"]
    if kind == "resolve_flag" and e.now.flags:
        given["flag"] = e.random.choice(e.now.flags).position
    if kind == "set_flow" and e.by_tags:
        given["flow"] = "operator"
    if kind == "assign_antenna":
        given["antenna"] = "a30"
    return given


def tag_beside(e: Script, lying: AbstractSet[str], random: Random) -> str:
    """Return a tag of a run at whose antennas `lying` are: mostly of another card of the deck, now and then a stray."""
    free = [tag for tag in DECK_TAGS if tag not in lying]
    return random.choice(free if free and random.random() >= e.strays else e.tags)


async def _reading(e: Script) -> None:
    """Have the node see anything: cards that come, go, move, and are old."""
    seat, other = e.random.choice((*SEATS, *SEATS, None)), e.random.choice((*SEATS, None))
    where, tag = antenna_of(seat), _tag(e)
    lying = [each for (antenna, each), _ in e._lying.items() if antenna == where]
    gone = e.random.choice(lying or [tag])
    kinds = (
        read(where, tag),
        read(where, tag),
        removed(where, gone),
        read(MUCK, gone),
        moved(antenna_of(other), where, gone),
    )
    event = e.random.choice(kinds)
    if event["antenna"] == where and event["kind"] == "card_moved":
        return
    await e.reads(event, age_ms=e.random.choice((3, 3, 3, 40_000)))


def setting(payload: str, cards: Callable[[Fields], Fields]) -> str:
    """Return the payload of a command with other cards on the tags of a deck, if it registers one."""
    if '"register_deck"' not in payload:
        return payload
    body = json.loads(payload)
    return json.dumps({**body, "cards": cards(body["cards"])})


PARTS: Final = 12
KINDS: Final[dict[str, Callable[[Script], Awaitable[None]]]] = {
    **{f"game-{key}": (lambda e, key=key: a_game(e, key)) for key in GAMES},  # type: ignore[misc]
    **{f"sweep-{part}": sweep(part, PARTS) for part in range(PARTS)},
    "rotation": a_rotation,
    "anything": anything,
    "clashing": clashing,
    "calm": calm,
    "two decks": two_decks,
    "corrected": corrected,
    "without operator": without_operator,
}
"""Every kind of run."""
__all__ = ["EVENT", "KINDS", "TAGS", "Script", "Slot", "setting"]
