"""Writes a hand as PHH. A hand that the format cannot hold is a BadHistory, and its message says why.

The text tells the hand as it is known at its end: cards that were read late stand where they were dealt, and a card
that was corrected leaves no trace. So the order is the one that other programs expect.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Final

from collector.errors import BadHistory
from collector.hand.events import Award, ChipsFound, Chop, CommunityCard, Event, PostKind, Retrieve, RunTimes
from collector.hand.games import GAMES, HEADS_UP, Betting
from collector.hand.model import Hand, HandSetup
from collector.hand.sleepers import lapsing
from collector.hand.starting import uniform_antes
from collector.histories.phh.action_lines import Lines
from collector.histories.phh.fields import BY_PHH
from collector.histories.story import Story, moments

_CODES: Final = {(game.key, betting): code for code, (game, betting) in BY_PHH.items()}
_PRINTABLE: Final = 0x20
_DELETE: Final = 0x7F
_DEAD: Final = (PostKind.ANTE, PostKind.DEAD)
_STRANGE: Final[Mapping[type, str]] = {
    RunTimes: "a board that is run more than once",
    Chop: "blinds that are taken back",
    Award: "pots that the floor pushed",
    CommunityCard: "a card for all in stud",
    Retrieve: "a fold that was taken back",
    ChipsFound: "chips that were found behind an all-in",
}


def write_phh(story: Story) -> str:
    """Return the text of a .phh file; reading it gives the same hand."""
    setup = story.setup
    betting = setup.betting or GAMES[setup.game].betting
    code = _CODES.get((setup.game, betting))
    if code is None:
        told = f"{setup.game} in {betting.value.replace('_', ' ')}"
        raise BadHistory(story.id, f"PHH has no variant for {told}; export it in another format")
    if setup.boards > 1 or setup.bomb:
        raise BadHistory(story.id, "PHH holds no double boards and no bomb pots; export it in another format")
    trimmed = "true" if _trimmed(setup) else "false"
    if setup.hand_cap and any(seat.stack > setup.hand_cap for seat in setup.seats):
        raise BadHistory(story.id, "PHH cannot hold a cap on what a player may lose; export it in another format")
    lines = [f"variant = '{code}'", f"ante_trimming_status = {trimmed}", *_forced(story), *_stakes(story, code)]
    lines.append(f"starting_stacks = {_stacks(story)}")
    played = list(moments(story))
    for event, _ in played:
        _require_known(story, event)
    hand = played[-1][1]
    if setup.killed and any(not player.stack for player in played[0][1].players):
        raise BadHistory(story.id, "PHH cannot hold a dead hand where a post is all-in; export it in another format")
    if any(act.action == "bring_in" and act.seat in setup.killed for act in hand.actions):
        raise BadHistory(story.id, "PHH cannot hold a bring-in of a dead hand; export it in another format")
    if lapsing(setup):
        raise BadHistory(story.id, "PHH cannot hold a sleeper that may lapse; export it in another format")
    if _blind_before_ante(setup):
        told = "an ante that a short stack posted behind its blind"
        raise BadHistory(story.id, f"PHH cannot hold {told}; export it in another format")
    actions = ", ".join(f"'{line}'" for line in Lines(story, played).all())
    lines += [f"actions = [{actions}]", f"seats = {[seat.seat for seat in setup.seats]}"]
    names = ", ".join(_text(seat.name) for seat in setup.seats)
    lines += [f"players = [{names}]", *_ends(story, hand), *_about(story), f"_id = {_text(story.id)}"]
    late = [_number(story, post.seat) for post in setup.posts if post.kind is PostKind.LATE]
    return "\n".join([*lines, *([f"_late_posts = {late}"] if late else []), *_own(story, hand)]) + "\n"


def _require_known(story: Story, event: Event | None) -> None:
    if type(event) in _STRANGE:
        raise BadHistory(story.id, f"PHH cannot hold {_STRANGE[type(event)]}; export it in another format")


def _trimmed(setup: HandSetup) -> bool:
    """Return whether somebody could not pay the ante that everybody owes, and can win only what it matched."""
    owed = {post.seat: post.amount for post in setup.posts if post.kind is PostKind.ANTE}
    short = any(seat.stack < owed.get(seat.seat, 0) for seat in setup.seats)
    return short and uniform_antes(setup) and not setup.antes_dead


def _blind_before_ante(setup: HandSetup) -> bool:
    """Return whether a stack was too short for what it owed dead, since its blind came first; PHH has antes first."""
    stacks = {seat.seat: seat.stack for seat in setup.seats}
    owed, left, dead = Counter[int](), Counter(stacks), Counter[int]()
    for post in setup.posts:
        paid = min(post.amount, left[post.seat])
        left[post.seat] -= paid
        if post.kind in _DEAD:
            owed[post.seat] += post.amount
            dead[post.seat] += paid
    return any(dead[seat] != min(owed[seat], stack) for seat, stack in stacks.items())


def _ends(story: Story, hand: Hand) -> list[str]:
    """Return how the hand ended, for readers that know no rake and no odd chips. Side games are no part of PHH."""
    result = hand.result
    if result is None or result.paid or story.endless:
        return []
    won = {win.seat: win.amount for win in result.wins}
    seats = [seat.seat for seat in story.setup.seats]
    final = _list(story, [result.final_stacks[seat] for seat in seats])
    return [f"finishing_stacks = {final}", f"winnings = {_list(story, [won.get(seat, 0) for seat in seats])}"]


def _about(story: Story) -> list[str]:
    about = story.about
    known: dict[str, object] = dict(about.rest)
    if about.started is not None:
        at = datetime.fromtimestamp(about.started / 1000, UTC)
        known |= {"time": at.time().replace(microsecond=0), "time_zone": "UTC"}
        known |= {"day": at.day, "month": at.month, "year": at.year}
    known |= {key: value for key, value in (("table", about.table), ("currency", about.currency)) if value}
    return [f"{_key(key)} = {_toml(value)}" for key, value in known.items()]


def _own(story: Story, hand: Hand) -> list[str]:
    """Return fields of our own: what the reader of these lines needs beside the standard's."""
    rake = hand.result.rake if hand.result else 0
    chip = story.setup.chip
    return [
        *([f"_rake = {_amount(story, rake)}"] if rake else []),
        *([f"_chip = {_amount(story, chip)}"] if chip > 1 else []),
        *(["_real_chips = true"] if story.setup.real_chips else []),
    ]


def _text(text: str) -> str:
    """Return a TOML string."""
    return '"' + "".join(_letter(letter) for letter in text) + '"'


def _letter(letter: str) -> str:
    code = ord(letter)
    return f"\\u{code:04x}" if letter in '"\\' or code < _PRINTABLE or code == _DELETE else letter


def _key(key: str) -> str:
    plain = key.isascii() and all(letter.isalnum() or letter in "-_" for letter in key)
    return key if key and plain else _text(key)


def _toml(value: object) -> str:  # noqa: PLR0911 - one type a line
    """Return a value, as `tomllib` gave it, as TOML."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
        case list():
            return f"[{', '.join(map(_toml, value))}]"
        case dict():
            return "{" + ", ".join(f"{_key(key)} = {_toml(inner)}" for key, inner in value.items()) + "}"
        case datetime() | date() | time():
            return value.isoformat()
        case Decimal() if not value.is_finite():
            return "nan" if value.is_nan() else "inf" if value > 0 else "-inf"
        case Decimal() if "E" not in (text := str(value)) and "." not in text:
            return f"{text}.0"
        case _:
            return str(value).replace("E+", "e")


def _forced(story: Story) -> list[str]:
    antes = [_posted(story, seat.seat, dead=True) for seat in story.setup.seats]
    blinds = [_posted(story, seat.seat, dead=False) for seat in story.setup.seats]
    if len(antes) == HEADS_UP:  # then they are listed the other way round
        antes, blinds = antes[::-1], blinds[::-1]
    stud = GAMES[story.setup.game].up > 0
    rest = [] if stud else [f"blinds_or_straddles = {_list(story, blinds)}"]
    return [f"antes = {_list(story, antes)}", *rest]


def _posted(story: Story, seat: int, *, dead: bool) -> int:
    return sum(post.amount for post in story.setup.posts if post.seat == seat and (post.kind in _DEAD) is dead)


def _stakes(story: Story, code: str) -> list[str]:
    setup = story.setup
    fixed = BY_PHH[code][1] is Betting.FIXED_LIMIT
    lines = [f"bring_in = {_amount(story, setup.bring_in)}"] if GAMES[setup.game].up else []
    if not fixed:
        return [*lines, f"min_bet = {_amount(story, setup.min_bet)}"]
    big = setup.big_bet or 2 * setup.min_bet
    return [*lines, f"small_bet = {_amount(story, setup.min_bet)}", f"big_bet = {_amount(story, big)}"]


def _stacks(story: Story) -> str:
    stacks = ["inf" if s.seat in story.endless else _amount(story, s.stack) for s in story.setup.seats]
    return f"[{', '.join(stacks)}]"


def _number(story: Story, seat: int) -> int:
    return next(at for at, known in enumerate(story.setup.seats, 1) if known.seat == seat)


def _list(story: Story, amounts: Sequence[int]) -> str:
    return f"[{', '.join(_amount(story, amount) for amount in amounts)}]"


def _amount(story: Story, units: int) -> str:
    whole, part = divmod(units, story.scale)
    return f"{Decimal(units) / story.scale:f}" if part else str(whole)
