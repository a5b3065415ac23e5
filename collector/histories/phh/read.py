"""Reads hand histories in the PHH format: `.phh` holds one hand, `.phhs` numbered tables of them.

Knows the format, not the rules: a hand is read as its start and the recorded actions. Every fault of a file, however
malformed, is a BadHistory that names file, section and action.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from collector.cards import Card, parse_card
from collector.errors import BadCard, BadHistory, CollectorError
from collector.hand.events import Post, PostKind
from collector.hand.games import HEADS_UP, Betting, Game
from collector.hand.model import HandSetup, Rake, SeatSetup
from collector.histories.encoding import bytes_in
from collector.histories.phh.actions import (
    Action,
    BetAction,
    BoardAction,
    DealAction,
    DrawAction,
    History,
    MuckAction,
    ShowAction,
    hand_in,
)
from collector.histories.phh.fields import MAX_PLACES, MAX_PLAYERS, Fields
from collector.histories.phh.optional import about_of

_NUMBER: Final = re.compile(r"[0-9]{1,16}(\.[0-9]{1,6})?")
_PLAYER: Final = re.compile(r"p([1-9][0-9]?)")


def read_histories(path: Path) -> Iterator[History | BadHistory]:
    """Yield every hand of a file, and in its place the error for one that cannot be read."""
    file = str(path)
    try:
        document = _document(path)
    except BadHistory as error:
        yield error
        return
    if path.suffix.lower() == ".phhs":
        if not document:
            yield BadHistory(file, "holds no hands; a .phhs file has one table per hand: [1], [2], ...")
        for section, table in document.items():
            yield _try(table, file, section, f"{path.stem}/{section}")
    else:
        yield _try(document, file, None, path.stem)


def _document(path: Path) -> dict[str, object]:
    """Parse a file; every way in which that can fail is a BadHistory."""
    try:
        if path.exists() and not path.is_file():
            raise BadHistory(str(path), "is no file; name .phh or .phhs files")
        text = bytes_in(path).decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        return tomllib.loads(text, parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise BadHistory(str(path), "is no text; give a .phh or .phhs file in UTF-8") from error
    except (ValueError, ArithmeticError, RecursionError) as error:  # a TOMLDecodeError is a ValueError
        raise BadHistory(str(path), f"is no valid TOML: {str(error)[:200]}; correct that line") from error


def _try(table: object, file: str, section: str | None, name: str) -> History | BadHistory:
    try:
        return _history(table, file, section, name)
    except BadHistory as error:
        return error


def _history(table: object, file: str, section: str | None, name: str) -> History:
    fields = Fields(table, hand_in(file, section))
    game, betting = fields.game()
    lines = fields.lines("actions")
    setup, scale, endless = _setup(fields, game, betting, lines)
    count = len(setup.seats)
    actions = _without_artefacts(list(_actions(lines, fields, game, count, scale)))
    return History(
        id=fields.text("_id", name),
        file=file,
        section=section,
        variant=fields.text("variant", ""),
        scale=scale,
        players=tuple(seat.name for seat in setup.seats),
        setup=setup,
        actions=tuple(action for _, action in actions),
        numbers=tuple(number for number, _ in actions),
        about=about_of(fields, count),
        endless=endless,
        finishing=_stated(fields, "finishing_stacks", count, scale),
        winnings=_stated(fields, "winnings", count, scale),
    )


def _stated(fields: Fields, key: str, count: int, scale: int) -> tuple[int, ...] | None:
    amounts = fields.optional_amounts(key, count)
    return None if amounts is None else tuple(int(amount * scale) for amount in amounts)


_FIXED: Final = ("small_bet", "big_bet")


def _setup(
    fields: Fields, game: Game, betting: Betting, lines: Sequence[str]
) -> tuple[HandSetup, int, tuple[int, ...]]:
    """Return the start of the hand in units, how many units make one of the file's, and seats of unknown stacks."""
    listed = fields.stacks()
    count = len(listed)
    if not HEADS_UP <= count <= MAX_PLAYERS:
        raise fields.bad(f"starting_stacks lists {count} players; a hand has {HEADS_UP} to {MAX_PLAYERS}")
    stud, fixed = game.up > 0, betting is Betting.FIXED_LIMIT
    fields.refuse(*(["blinds_or_straddles"] if stud else ["bring_in"]), why=f"has no place in a hand of {game.name}")
    fields.refuse(*(["min_bet"] if fixed else _FIXED), why=f"has no place in {betting.value.replace('_', ' ')}")
    antes = fields.amounts("antes", count)
    blinds = (Decimal(0),) * count if stud else fields.amounts("blinds_or_straddles", count)
    least = fields.bet("small_bet" if fixed else "min_bet")
    big = fields.bet("big_bet") if fixed else Decimal(0)
    bring_in = fields.bet("bring_in") if stud else Decimal(0)
    known = [stack for stack in listed if stack is not None]
    bets = list(_decimals_in(lines))
    ends = [each for key in ("finishing_stacks", "winnings") for each in fields.optional_amounts(key, count) or ()]
    ends += [fields.amount(key) for key in ("_rake", "_chip") if fields.has(key)]
    scale = _scale([*known, *antes, *blinds, least, big, bring_in, *bets, *ends])
    enough = sum([*known, *antes, *blinds, *bets], least)  # more than anybody puts in: an unknown stack is never all-in
    seats, names = fields.seats(count), fields.names(count)
    dealt = tuple(
        SeatSetup(seats[at], f"p{at + 1}", names[at], int((enough if stack is None else stack) * scale))
        for at, stack in enumerate(listed)
    )
    ante, blind = ([int(value * scale) for value in _dealt_order(values)] for values in (antes, blinds))
    unit = int(least * scale)
    rake = int(fields.amount("_rake") * scale) if fields.has("_rake") else 0
    trimmed = fields.switch("ante_trimming_status")
    setup = HandSetup(
        dealt,
        _posts(seats, ante, blind, unit, fields.late()),
        unit,
        game.key,
        betting,
        big_bet=int(big * scale),
        bring_in=int(bring_in * scale),
        rake=Rake(0, fixed=rake, no_flop_no_drop=False) if rake else None,
        chip=int(fields.bet("_chip") * scale) if fields.has("_chip") else 1,
        real_chips=fields.switch("_real_chips"),
        antes_dead=_short(dealt, ante) and not trimmed,
    )
    return setup, scale, tuple(seats[at] for at, stack in enumerate(listed) if stack is None)


def _short(dealt: Sequence[SeatSetup], antes: Sequence[int]) -> bool:
    """Return whether everybody owes the same ante and somebody cannot pay it: else `ante_trimming_status` is idle."""
    return len(set(antes)) == 1 and any(seat.stack < ante for seat, ante in zip(dealt, antes, strict=True))


def _dealt_order(amounts: Sequence[Decimal]) -> Sequence[Decimal]:
    """Heads-up the file lists these the other way round."""
    return amounts[::-1] if len(amounts) == HEADS_UP else amounts


def _scale(amounts: Sequence[Decimal]) -> int:
    """Return how many units make one of the file's, by the finest decimal in the hand."""
    places = (-int(value.normalize().as_tuple().exponent) for value in amounts)
    return int(10 ** max(0, *places))


def _posts(
    seats: tuple[int, ...], antes: Sequence[int], blinds: Sequence[int], unit: int, late: tuple[int, ...]
) -> tuple[Post, ...]:
    """Antes, then blinds from left of the button, then straddles and late posts."""
    count = len(seats)
    order = [1, 0] if count == HEADS_UP else list(range(count))  # heads-up the button is the small blind
    posts = [Post(seats[at], PostKind.ANTE, antes[at]) for at in range(count) if antes[at]]
    live = [blinds[at] for at in order]
    for place, at in enumerate(order):
        if blinds[at]:
            kind = PostKind.LATE if at + 1 in late else _blind_kind(place, live, unit)
            posts.append(Post(seats[at], kind, blinds[at]))
    return tuple(posts)


def _blind_kind(place: int, live: Sequence[int], unit: int) -> PostKind:
    """Tell the posts apart by place and size: out of place, more than the big blind is a straddle."""
    if place == 0:
        alone = not any(live[1:])
        return PostKind.BIG_BLIND if alone and live[0] >= unit else PostKind.SMALL_BLIND
    if place == 1 or not any(live[:place]):
        return PostKind.BIG_BLIND
    return PostKind.STRADDLE if live[place] > unit else PostKind.LATE


def _decimals_in(lines: Sequence[str]) -> Iterator[Decimal]:
    """Yield the amounts in the actions."""
    for line in lines:
        match line.split("#")[0].split():
            case [_, "cbr", amount] if _NUMBER.fullmatch(amount):
                yield Decimal(amount)


def _actions(lines: Sequence[str], fields: Fields, game: Game, count: int, scale: int) -> Iterator[tuple[int, Action]]:
    reader = _Reader(game, count, scale)
    held: dict[int, list[Card | None]] = {}
    for number, line in enumerate(lines, 1):
        words = line.split("#")[0].split()
        if words:
            try:
                action = _as_dealt(reader.action(words), held)
            except (BadCard, _BadActionError) as error:
                message = f"action {number} {line[:60]!r}: {error}"
                raise fields.bad(message) from error
            yield number, action


def _as_dealt(action: Action, held: dict[int, list[Card | None]]) -> Action:
    """Follow the cards of each player, and put them in the place of the `-` that stands for them in a show."""
    match action:
        case DealAction(player, cards):
            held.setdefault(player, []).extend(cards)
        case DrawAction(player, cards):
            for card in cards:
                if card in held.get(player, []):
                    held[player].remove(card)
        case ShowAction(player, ()):
            known = held.get(player, [])
            if not known or None in known:
                raise _BadActionError("shows `-`, the cards as dealt, and they are not all known; write the cards")
            return ShowAction(player, tuple(_known(known)))
    return action


def _without_artefacts(actions: list[tuple[int, Action]]) -> list[tuple[int, Action]]:
    """Drop a muck that repeats, or that the same player's cards follow: a converter's way to say "not yet known"."""
    shows = {action.player for _, action in actions if isinstance(action, ShowAction)}
    kept: list[tuple[int, Action]] = []
    for number, action in actions:
        if isinstance(action, MuckAction):
            if action.player in shows:
                continue
            shows.add(action.player)
        kept.append((number, action))
    return kept


class _BadActionError(CollectorError):
    """An action that cannot be read; its message says why and what to write."""


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the lines of `actions` for one hand."""

    game: Game
    count: int
    scale: int

    def action(self, words: list[str]) -> Action:  # noqa: PLR0911 - one line a kind of action
        """Return what one line says."""
        match words:
            case ["d", "dh", player, cards]:
                return DealAction(self._player(player), self._hole(cards))
            case ["d", "db", cards]:
                return BoardAction(tuple(_known(self._cards(cards, self.game.board_size))))
            case [player, "f"]:
                return BetAction(self._player(player), "fold")
            case [player, "cc"]:
                return BetAction(self._player(player), "check_call")
            case [player, "cbr", amount]:
                return BetAction(self._player(player), "bet_to", self._amount(amount))
            case [player, "pb"] if self.game.up:
                return BetAction(self._player(player), "bring_in")
            case [player, "sd", *cards] if any(street.draw for street in self.game.streets):
                return DrawAction(self._player(player), self._hole("".join(cards)))
            case [player, "sm", *cards]:
                return self._shown(self._player(player), cards)
            case _:
                raise _BadActionError(
                    f"is no action of {self.game.name}; write d dh, d db, or pN with f, cc, cbr, pb, sd or sm"
                )

    def _player(self, text: str) -> int:
        found = _PLAYER.fullmatch(text)
        if not found or int(found[1]) > self.count:
            raise _BadActionError(f"{text[:20]!r} is no player of this hand; write p1 to p{self.count}")
        return int(found[1])

    def _amount(self, text: str) -> int:
        if not _NUMBER.fullmatch(text):
            raise _BadActionError(f"{text[:20]!r} is no amount; write digits, with at most {MAX_PLACES} decimals")
        return int(Decimal(text) * self.scale)

    def _hole(self, text: str) -> tuple[Card | None, ...]:
        return self._cards(text, self.game.down + self.game.up)

    def _cards(self, text: str, most: int) -> tuple[Card | None, ...]:
        """Read a run of cards, `??` for one not recorded."""
        pairs = [text[at : at + 2] for at in range(0, len(text), 2)]
        cards = tuple(None if pair == "??" else parse_card(pair) for pair in pairs[: most + 1])
        known = [card for card in cards if card]
        if len(pairs) > most or len(set(known)) != len(known):
            raise _BadActionError(f"names more than {most} cards, or a card twice")
        return cards

    def _shown(self, player: int, words: list[str]) -> Action:
        text = "".join(words)
        if text == "-":
            return ShowAction(player, ())
        cards = self._hole(text)
        if None in cards or not cards:
            return MuckAction(player)
        return ShowAction(player, tuple(_known(cards)))


def _known(cards: Sequence[Card | None]) -> Iterator[Card]:
    for card in cards:
        if card is None:
            raise _BadActionError("has an unknown card where every card is needed; write the cards, as in 2c3d4h")
        yield card
