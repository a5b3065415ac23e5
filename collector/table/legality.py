"""May this command be taken at this table, and what does it mean there? Commands and amendments both ask here.

Nothing is answered for the acts of a hand but what the rules of its game say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, cast

from collector.errors import IllegalAction, Refused
from collector.facts.fact import HOUSE
from collector.hand import apply, legal, start
from collector.hand.copying import replace
from collector.hand.model import Hand
from collector.hand.rulings import substantial
from collector.hand.showdown import hand_size
from collector.house.house import House
from collector.secrecy import reveal_all
from collector.table.applying import over
from collector.table.card_facts import answers, flag_of
from collector.table.dealing import plan, setup_of
from collector.table.decks import impossible
from collector.table.happens import ACTS, CARDS, RULINGS, event_of
from collector.table.inferring import NEEDS_SEAT
from collector.table.state import Play, Table
from collector.table.tournament import after_hand
from collector.wire import commands as wire

BETWEEN_HANDS: Final = frozenset(
    ("set_stack", "remove_player", "start_hand", "end_hand", "set_button", "transfer_chips", "move_player")
)
"""Commands that put a finished hand away first, and wait for the end of a running one."""
NOT_BY_CARD: Final = frozenset(("register_control", "amend", "use_deck", "assign_device", "assign_antenna"))
"""What a card on the table may not do: set the table up, or rewrite its past."""
STEPS: Final = frozenset((*ACTS, *RULINGS, *CARDS))
"""Commands that are an event of the running hand."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a command means here: `command` replaces fields of it, `beside` stands beside it in the fact."""

    command: Mapping[str, object] = field(default_factory=dict)
    beside: Mapping[str, object] = field(default_factory=dict)
    cause: str | None = None


def resolve(table: Table, house: House, command: wire.TableCommand) -> Resolved:  # noqa: C901, PLR0912 - one case a line
    """Check a command against the table; return what its fact carries beside it. Raises Refused or IllegalAction."""
    match command:
        case wire.UseDeck():
            return _use_deck(house, command)
        case wire.ChangeDeck() | wire.RetireDeck():
            if command.deck_id not in table.decks:
                raise Refused("UNKNOWN_DECK", f"deck {command.deck_id} is not in play at this table; use it first")
        case wire.ResolveFlag():
            _may_answer(table, command)
        case wire.RegisterControl():
            _may_control(table, house, command)
        case wire.AssignAntenna():
            _may_be_antenna(table, command)
        case wire.SetBlinds():
            if command.small_blind > command.big_blind:
                raise Refused("BAD_BLINDS", f"small blind {command.small_blind} is above big blind {command.big_blind}")
        case wire.SeatPlayer():
            _may_sit(table, command)
        case wire.RemovePlayer() | wire.SitOut() | wire.SetStack() | wire.SetButton() | wire.Penalty():
            if command.seat not in table.seated:
                raise Refused("SEAT_EMPTY", f"nobody sits in seat {command.seat}; seat a player first")
        case wire.StartHand():
            return _start(table, command)
        case wire.Undo() | wire.Redo() | wire.Misdeal():
            return _take_back(table, command)
        case wire.Show():
            return _show(table, command)
        case wire.NextGame():
            if table.variant.rotation is None:
                raise Refused("NO_MIXED_GAME", "no mixed game is played; set_game with a rotation first")
        case wire.TransferChips() | wire.MovePlayer():
            _may_move(table, command)
        case _:
            _may_follow(table, command)
    return Resolved()


def require_over(table: Table, *, override: bool) -> None:
    """Raise Refused while a hand is being played, or where its cards contradict each other."""
    play = table.play
    if play is None:
        return
    if not over(play):
        raise Refused("HAND_RUNNING", f"hand {play.number} is still being played; finish it, or call a misdeal")
    wrong = [] if override else impossible(play.hand)
    if wrong:
        message = f"hand {play.number} cannot have been so: {'; '.join(wrong)}; correct the cards, or override"
        raise Refused("IMPOSSIBLE_HAND", message, {"reasons": wrong})


def put_aside(table: Table) -> Table:
    """Return the table as it is once its finished hand is put away: stacks carried over, and what follows from it."""
    if table.play is None:
        return table
    final = final_stacks(table.play)
    seated = {
        seat: replace(player, stack=final[seat]) if seat in final else player for seat, player in table.seated.items()
    }
    return after_hand(replace(table, seated=seated, play=None), table.play)


def final_stacks(play: Play) -> Mapping[int, int]:
    """Return the stacks after a hand; one of cards alone moved none."""
    return play.hand.result.final_stacks if play.hand.result else {}


def _may_follow(table: Table, command: wire.TableCommand) -> None:
    """An event of the hand must be one that can come now."""
    if isinstance(command, wire.RunBoard | wire.Chop | wire.RabbitCard):
        _is_allowed(table, command)
    kind = str(getattr(command, "type", ""))
    if kind in STEPS:
        _dry_run(table, reveal_all(command))


def _may_answer(table: Table, command: wire.ResolveFlag) -> None:
    """The answer must be one that the hand can follow."""
    plain = reveal_all(command)
    flag = flag_of(table, plain)
    if command.take == "here" and flag.card is None and command.card is None:
        raise Refused("CARD_WANTED", f"no deck says which card lies on antenna {flag.name}; name it, or take it away")
    events = answers(table, plain)
    hand = running(table).hand if events else None
    for event in events:
        hand = apply(cast("Hand", hand), event)


def _may_control(table: Table, house: House, command: wire.RegisterControl) -> None:
    """A control card is no card of a deck, and gives a command that can be read; its seat may come from the antenna."""
    uid = command.uid.reveal()
    if table.card_of(uid) or any(uid in deck.cards.reveal() for deck in house.decks.values()):
        raise Refused("TAG_IN_USE", "this tag is a card of a deck; use another for a control card")
    kind = str(command.command.get("type"))
    filled = {"seat": 1, **command.command, "id": "control"} if kind in NEEDS_SEAT else {**command.command, "id": "c"}
    try:
        wire.read_table_command(filled, strict=False)
    except ValueError as error:
        raise Refused(
            "BAD_CONTROL", "a control card holds a command of a table without `id`; see its fields"
        ) from error
    if kind in NOT_BY_CARD:
        raise Refused("BAD_CONTROL", f"{kind} cannot be given by a card")


def _may_move(table: Table, command: wire.TransferChips | wire.MovePlayer) -> None:
    """Chips and players move between occupied seats, or to an empty one."""
    giver = table.seated.get(command.seat)
    if giver is None:
        raise Refused("SEAT_EMPTY", f"nobody sits in seat {command.seat}; name a seat that is taken")
    taken = command.to_seat in table.seated
    if isinstance(command, wire.MovePlayer):
        if taken:
            raise Refused("SEAT_TAKEN", f"seat {command.to_seat} is taken; move the player to an empty one")
        return
    if not taken or command.to_seat == command.seat:
        raise Refused("SEAT_EMPTY", f"seat {command.to_seat} can take no chips; name another player's seat")
    if giver.stack < command.amount:
        message = f"seat {command.seat} has {giver.stack}; it cannot give {command.amount}"
        raise Refused("NOT_ENOUGH_CHIPS", message)


def _is_allowed(table: Table, command: wire.RunBoard | wire.Chop | wire.RabbitCard) -> None:
    """A profile says how often a board is run, whether blinds chop, whether rabbit cards are shown."""
    if command.override:
        return
    if isinstance(command, wire.RabbitCard) and not table.house.rabbit:
        raise Refused("NO_RABBIT", f"the {table.house.profile} profile of this table shows no rabbit cards")
    if isinstance(command, wire.Chop) and not table.house.chop:
        raise Refused("NO_CHOP", f"the {table.house.profile} profile of this table allows no chopped blinds")
    if isinstance(command, wire.RunBoard) and command.times > table.house.runs:
        raise Refused("NO_RUNS", f"the {table.house.profile} profile runs a board {table.house.runs} times at most")


def _use_deck(house: House, command: wire.UseDeck) -> Resolved:
    deck = house.decks.get(command.deck_id)
    if deck is None:
        raise Refused("UNKNOWN_DECK", f"deck {command.deck_id} is not registered; register it first")
    return Resolved(beside={"cards": dict(deck.cards.reveal())}, cause=f"{HOUSE}:{deck.position}")


def _may_be_antenna(table: Table, command: wire.AssignAntenna) -> None:
    if command.device not in table.devices:
        raise Refused("UNKNOWN_DEVICE", f"node {command.device} is not assigned to this table; assign it first")
    if (command.role in ("seat", "up")) != (command.seat is not None):
        raise Refused("BAD_ANTENNA", f"role {command.role}: a seat antenna needs a seat, another has none")


def _may_sit(table: Table, command: wire.SeatPlayer) -> None:
    if command.seat in table.seated:
        message = f"seat {command.seat} is {table.seated[command.seat].name}'s; remove that player first"
        raise Refused("SEAT_TAKEN", message)
    for seat, player in table.seated.items():
        if player.player_id == command.player_id:
            raise Refused("PLAYER_SEATED", f"{command.player_id} sits in seat {seat}; ids are unique in the house")
    if table.play and command.seat in {player.seat for player in table.play.hand.players}:
        raise Refused("SEAT_IN_HAND", f"seat {command.seat} is still in the hand; seat the player after it")


def _start(table: Table, command: wire.StartHand) -> Resolved:
    """A profile says what is allowed; an override is logged with the command."""
    body = plan(table, command)
    if command.straddles and not table.house.straddles and not command.override:
        raise Refused("NO_STRADDLES", f"the {table.house.profile} profile of this table allows no straddles")
    start(setup_of(table, body))  # raises where it cannot begin
    return Resolved(beside=body)


def running(table: Table) -> Play:
    """Return the hand on the table; raise Refused where there is none."""
    if table.play is None:
        raise Refused("NO_HAND", "no hand is running; start one first")
    return table.play


def _take_back(table: Table, command: wire.TableCommand) -> Resolved:
    """The fact names the command that it takes back or brings back, so that it still means that one when amended."""
    play = running(table)
    if isinstance(command, wire.Misdeal):
        if substantial(play.hand) and not (command.fouled_deck or command.override):
            message = "there was substantial action, so the deal stands; a fouled deck voids it, or an override"
            raise Refused("SUBSTANTIAL_ACTION", message, {"hand_id": play.hand_id})
        return Resolved()
    if isinstance(command, wire.Redo):
        if not play.undone:
            raise Refused("NOTHING_TO_REDO", "nothing was taken back since the last command")
        apply(play.hand, play.undone[-1].event)
        return Resolved(beside={"of": play.undone[-1].position})
    at = [index for index, step in enumerate(play.steps) if step.by_command]
    if not at:
        raise Refused("NOTHING_TO_UNDO", "this hand has no command to take back; to void it call a misdeal")
    hand = start(play.setup)
    for step in play.steps[: at[-1]] + play.steps[at[-1] + 1 :]:
        hand = apply(hand, step.event)
    return Resolved(beside={"of": play.steps[at[-1]].position})


def _show(table: Table, command: wire.Show) -> Resolved:
    """Without cards, what was read is shown; the fact says so, and an amended reading shows otherwise."""
    if command.cards is not None:
        _dry_run(table, reveal_all(command))
        return Resolved()
    cards = as_read(table, command.seat)
    resolved = {"cards": list(cards)}
    _dry_run(table, {**reveal_all(command), **resolved})
    return Resolved(command=resolved, beside={"as_read": True})


def as_read(table: Table, seat: int) -> tuple[str, ...]:
    """Return the whole hand of a seat as it was read; raise Refused where a card is missing."""
    play = running(table)
    player = next((player for player in play.hand.players if player.seat == seat), None)
    if player is None:
        raise Refused("NOT_IN_HAND", f"seat {seat} is not in this hand")
    read = [*(card.reveal() for card in player.hole if card), *(card for card in player.up if card)]
    wanted = hand_size(play.hand)
    if len(read) != wanted:
        message = f"seat {seat}: {len(read)} of {wanted} cards were read; lay them on the antenna or type them"
        raise Refused("CARDS_UNREAD", message)
    return tuple(read)


def _dry_run(table: Table, command: Mapping[str, object]) -> None:
    play = running(table)
    try:
        apply(play.hand, event_of(command))
    except IllegalAction as error:
        may = legal(play.hand)
        if may and "legal" not in error.details:
            error.details["legal"] = {
                "seat": may.seat,
                "check": may.check,
                "call": may.call,
                "min_to": may.min_to,
                "max_to": may.max_to,
                "bring_in": may.bring_in,
            }
        raise
