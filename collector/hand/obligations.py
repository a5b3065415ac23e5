"""Who owes which blind, who is dealt in, where button and blinds are: each start of a hand goes through here (ADR 24).

Knows players, seats and the order of hands; no chips, no cards. A player is in the game, was away when a blind came, or
is new. Whoever is in the game meets the blinds as they come. The others wait for the big blind, or post once the button
has passed them: nobody comes in between the button and the big blind (Robert's Rules 4), in a tournament between the
button and the small blind (TDA 2024 rule 10).

Dead button: the big blind moves on by one player and is never missed, the others follow, onto empty seats too. Moving
button: it goes to the next player in the game. Whoever the big blind has reached owes both blinds, and posts one a
hand, the big one first: so there may be several big blinds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from collector.errors import IllegalAction
from collector.hand.blinds import ButtonRule, after, first_places
from collector.hand.blinds import before as right_of
from collector.hand.events import PostKind
from collector.hand.games import HEADS_UP

_SEATS = 10


class Stand(StrEnum):
    """How a player stands to the blinds of the game."""

    IN = "in"  # meets each blind as it comes
    AWAY = "away"  # was not dealt in when a blind came: posts what was missed, or waits for the big blind
    NEW = "new"  # was not in the game yet


class Obligation(NamedTuple):
    """What a player owes. seat: at the last start. small, big: blinds that are still to be posted."""

    seat: int
    stand: Stand = Stand.IN
    small: bool = False
    big: bool = False


@dataclass(frozen=True, slots=True)
class Positions:
    """Seats of button, small and big blind. With a dead button those of button and small blind may be empty.

    first: the small blind of the first hand, while the blinds of a new game have not gone round once.
    """

    button: int
    small: int
    big: int
    first: int | None = None


class Candidate(NamedTuple):
    """A player at the table. ready: would be dealt in, if the blinds allow it."""

    player_id: str
    seat: int
    ready: bool


class Blinds(StrEnum):
    """Who posts the blinds of a hand."""

    TABLE = "table"  # as the table's rules say
    BOUGHT = "bought"  # one player posts both, and has the button next
    NOBODY = "nobody"  # a bomb pot, stud, posts that are named: the button moves on, and nobody misses a blind
    FROZEN = "frozen"  # stud in a mixed game: button and blinds stay where they would be next (TDA 2024 rule 11)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The rules of a start. button: set by hand, or that of the void deal; None: it moves on.

    strict: who was away makes its blinds up, and nobody comes in before the button has passed. False: a tournament.
    newcomers_post: a new player posts a big blind. named: the posts by seat, where they are named. unpassed: seats that
    no blind of a new game has passed yet: there nobody posts to come in, or to change seats (Robert's Rules 4).
    """

    rule: ButtonRule
    strict: bool = True
    newcomers_post: bool = False
    blinds: Blinds = Blinds.TABLE
    button: int | None = None
    named: tuple[tuple[int, PostKind], ...] = ()
    unposted: tuple[int, ...] = ()  # owe blinds, and are dealt in without them
    unpassed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Arranged:
    """A start. posts: (seat, kind) in the order in which they go in. waits: ready, but kept out by the blinds.

    after, last: what the next start is arranged from. fresh: nothing came before, or the button was set. stays: the
    next start has the same button.
    """

    positions: Positions
    dealt: tuple[int, ...]
    posts: tuple[tuple[int, PostKind], ...]
    waits: tuple[int, ...]
    after: Mapping[str, Obligation] | None
    last: Positions | None
    fresh: bool = False
    stays: bool = False


def unpassed(last: Positions | None) -> frozenset[int]:
    """Return the seats that no blind of a new game has passed yet."""
    if last is None or last.first is None:
        return frozenset()
    return frozenset(seat for seat in range(1, _SEATS + 1) if _between(seat, last.big, last.first))


def first_round(last: Positions | None, now: Positions | None, *, fresh: bool) -> Positions | None:
    """Return the positions of a start with what they tell of the first round of a new game. last: of the start before.

    fresh: the button was set: then nobody can say whom the blinds have passed.
    """
    if now is None:
        return None
    if last is None:
        return replace(now, first=now.small)
    over = fresh or last.first is None or last.first == now.big or _between(last.first, last.big, now.big)
    return replace(now, first=None if over else last.first)


def arrange(
    candidates: Sequence[Candidate],
    before: Mapping[str, Obligation] | None,
    last: Positions | None,
    button: int,
    wanted: Wanted,
) -> Arranged | None:
    """Return the start of a hand; None where nobody waits who could buy the button.

    candidates: all who are seated; two or more are ready. before, last: of the last start; None: the first. button: of
    the last hand, 0 if there was none.
    """
    known = _known(candidates, before, last, wanted)
    found = _arranged(candidates, known, before, last, button, wanted)
    return _without_posts(found, known, candidates, wanted.unposted) if found and wanted.unposted else found


def _arranged(  # noqa: PLR0917 - as `arrange`, with what is known
    candidates: Sequence[Candidate],
    known: Mapping[str, Obligation],
    before: Mapping[str, Obligation] | None,
    last: Positions | None,
    button: int,
    wanted: Wanted,
) -> Arranged | None:
    game = [each.seat for each in candidates if each.ready and known[each.player_id].stand is Stand.IN]
    if before is None or last is None or len(game) < HEADS_UP:
        return None if wanted.blinds is Blinds.BOUGHT else _begun(candidates, before, last, button, wanted)
    if wanted.button is not None:
        if wanted.blinds is Blinds.FROZEN:
            return _frozen(candidates, before, last, wanted.button)
        return None if wanted.blinds is Blinds.BOUGHT else _set(candidates, known, wanted.button, wanted)
    if wanted.blinds in (Blinds.NOBODY, Blinds.FROZEN):
        return _without_blinds(candidates, known, before, last, wanted)
    if wanted.blinds is Blinds.BOUGHT:
        return _bought(candidates, known, last, wanted)
    return _moved_on(candidates, known, last, wanted)


def _without_posts(
    found: Arranged, known: Mapping[str, Obligation], candidates: Sequence[Candidate], seats: Sequence[int]
) -> Arranged:
    """Return a start in which seats were dealt in that owe blinds and did not post them: they go on owing.

    Robert's Rules 4. Raises IllegalAction for a seat that owes nothing in this hand.
    """
    blinds = {seat for seat, kind in found.posts if kind in (PostKind.SMALL_BLIND, PostKind.BIG_BLIND)}
    late = {seat for seat, _ in found.posts} - blinds
    for seat in seats:
        if seat not in late and seat not in found.waits:
            message = f"seat {seat} owes no blind that it would post in this hand; leave it out of `unposted`"
            raise IllegalAction("NOT_OWING", message, {"seat": seat})
    names = {each.player_id for each in candidates if each.seat in seats and each.seat in late}
    return replace(
        found,
        dealt=tuple(sorted({*found.dealt, *seats})),
        posts=tuple(each for each in found.posts if each[0] not in seats),
        waits=tuple(seat for seat in found.waits if seat not in seats),
        after=found.after and {name: known[name] if name in names else owes for name, owes in found.after.items()},
    )


def _known(
    candidates: Sequence[Candidate],
    before: Mapping[str, Obligation] | None,
    last: Positions | None,
    wanted: Wanted,
) -> dict[str, Obligation]:
    """Return what everybody at the table owes before this start. Whoever is not known is new."""
    found = {}
    for each in candidates:
        had = (before or {}).get(each.player_id)
        if before is None:
            found[each.player_id] = Obligation(each.seat)
        elif had is None or last is None:
            found[each.player_id] = Obligation(each.seat, Stand.NEW)
        else:
            found[each.player_id] = _in_seat(had, each.seat, last, wanted)
    return found


def _in_seat(had: Obligation, seat: int, last: Positions, wanted: Wanted) -> Obligation:
    """Return what a player owes in its seat of now (Robert's Rules 4; TDA 2024 rule 10).

    Who moves away from the big blind comes in anew, with a big blind. Who has just posted it takes the small one along.
    In a tournament the player takes over the new seat as it is.
    """
    if seat == had.seat:
        return had
    now = had._replace(seat=seat)
    if not wanted.strict:
        return Obligation(seat, Stand.NEW)
    if had.stand is not Stand.IN or seat in wanted.unpassed:
        return now
    was, is_now = _from_big(had.seat, last), _from_big(seat, last)
    if was == _SEATS:
        return now if wanted.rule is ButtonRule.MOVING else now._replace(stand=Stand.AWAY, small=True)
    return now._replace(stand=Stand.AWAY, big=True) if is_now > was else now


def _from_big(seat: int, last: Positions) -> int:
    """Return how far a seat is left of the last big blind: 1 to 10."""
    return (seat - last.big) % _SEATS or _SEATS


def _ready(candidates: Iterable[Candidate]) -> list[int]:
    return [each.seat for each in candidates if each.ready]


def _as_positions(seats: Sequence[int], button: int) -> Positions:
    places = first_places(seats, button)
    return Positions(places.button, places.button if places.small is None else places.small, places.big)


def _begun(
    candidates: Sequence[Candidate],
    before: Mapping[str, Obligation] | None,
    last: Positions | None,
    button: int,
    wanted: Wanted,
) -> Arranged:
    """Begin a game: everybody who is there is in it, and nobody owes anything."""
    seats = _ready(candidates)
    place = after(button, seats) if wanted.button is None else wanted.button
    now = _as_positions(seats, place)
    if wanted.blinds is Blinds.FROZEN:
        return _frozen(candidates, before, last, place)
    everybody = {each.player_id: _standing(each.seat, now, wanted) for each in candidates}
    posts = _of_places(now, seats) if wanted.blinds is Blinds.TABLE else ()
    return Arranged(now, tuple(seats), posts, (), everybody, now, fresh=True)


def _frozen(
    candidates: Sequence[Candidate], before: Mapping[str, Obligation] | None, last: Positions | None, button: int
) -> Arranged:
    """Start a hand without blinds whose button was set, and stays there until the blinds go on."""
    seats = _ready(candidates)
    return Arranged(_as_positions(seats, button), tuple(seats), (), (), before, last, fresh=True, stays=True)


def _standing(seat: int, now: Positions, wanted: Wanted) -> Obligation:
    """Return a player in the game whose blinds of this round are posted: the big blind has the small one to come."""
    return Obligation(seat, small=wanted.rule is ButtonRule.MOVING and seat == now.big)


def _of_places(now: Positions, seats: Sequence[int]) -> tuple[tuple[int, PostKind], ...]:
    small = ((now.small, PostKind.SMALL_BLIND),) if now.small in seats else ()
    return (*small, (now.big, PostKind.BIG_BLIND))


def _set(candidates: Sequence[Candidate], known: Mapping[str, Obligation], button: int, wanted: Wanted) -> Arranged:
    """Start with the button where it was set: everybody is dealt in, and nobody misses a blind by it.

    Who owes blinds and sits between the button and the big blind is dealt in without them, and goes on owing them.
    """
    seats = _ready(candidates)
    now = _as_positions(seats, button)
    if wanted.blinds is Blinds.NOBODY:
        found = {name: _met(owes, now, wanted) for name, owes in known.items()}
        return Arranged(now, tuple(seats), (), (), _settled(found, wanted), now, fresh=True)
    late: list[tuple[int, PostKind]] = []
    found = {}
    for each in candidates:
        owes = known[each.player_id]
        if owes.stand is Stand.IN or (each.ready and each.seat == now.big):
            found[each.player_id] = _standing(each.seat, now, wanted)
        elif each.ready and not _between(each.seat, now.button, now.big) and each.seat != now.button:
            late += _comes_in(owes, wanted)
            found[each.player_id] = Obligation(each.seat)
        elif each.ready and owes.stand is Stand.NEW and not (wanted.strict and wanted.newcomers_post):
            found[each.player_id] = Obligation(each.seat)
        elif each.ready and each.seat == now.small:
            stand = owes.stand if owes.big or owes.stand is Stand.NEW else Stand.IN
            found[each.player_id] = owes._replace(stand=stand, small=False)
        else:
            found[each.player_id] = owes
    return Arranged(now, tuple(seats), (*_of_places(now, seats), *late), (), found, now, fresh=True)


def _without_blinds(
    candidates: Sequence[Candidate],
    known: Mapping[str, Obligation],
    before: Mapping[str, Obligation],
    last: Positions,
    wanted: Wanted,
) -> Arranged:
    """Start a hand without blinds of the table: everybody is dealt in, nobody misses a blind, debts stay."""
    game = [each.seat for each in candidates if each.ready and known[each.player_id].stand is Stand.IN]
    now, _ = _next(game, [], last, wanted)
    seats = tuple(_ready(candidates))
    if wanted.blinds is Blinds.FROZEN:
        return Arranged(now, seats, (), (), before, last)
    found = {name: _met(owes, now, wanted) for name, owes in known.items()}
    return Arranged(now, seats, (), (), _settled(found, wanted), now)


def _met(owes: Obligation, now: Positions, wanted: Wanted) -> Obligation:
    """Return what a player owes once the blinds have moved on and nobody posted any."""
    return _standing(owes.seat, now, wanted) if owes.stand is Stand.IN else owes


def _settled(found: Mapping[str, Obligation], wanted: Wanted) -> dict[str, Obligation]:
    """Return what is owed after posts that were named: whoever posted a blind does not owe it any more."""
    left = {}
    for name, owes in found.items():
        posted = {kind for seat, kind in wanted.named if seat == owes.seat}
        small = owes.small and not posted & {PostKind.SMALL_BLIND, PostKind.DEAD}
        big = owes.big and not posted & {PostKind.BIG_BLIND, PostKind.LATE}
        joins = owes.stand is Stand.NEW and bool(posted & {PostKind.BIG_BLIND, PostKind.LATE})
        clear = owes.stand is Stand.AWAY and not (small or big)
        stays = owes.stand is Stand.IN
        left[name] = (
            owes if stays else owes._replace(small=small, big=big, stand=Stand.IN if joins or clear else owes.stand)
        )
    return left


def _bought(
    candidates: Sequence[Candidate], known: Mapping[str, Obligation], last: Positions, wanted: Wanted
) -> Arranged | None:
    """Let the first who waits left of the button buy it: it alone posts both blinds, and has the button next hand.

    The blinds of the others come one hand later.
    """
    game, waiting = _sides(candidates, known)
    now, _ = _next(game, [], last, wanted)
    sellers = sorted((seat for seat in waiting if _between(seat, now.button, now.small)), key=_left_of(now.button))
    if not sellers or len(game) == HEADS_UP or wanted.rule is not ButtonRule.MOVING:
        return None
    buyer = sellers[0]
    posts: list[tuple[int, PostKind]] = [(buyer, PostKind.DEAD), (buyer, PostKind.BIG_BLIND)]
    waits, found = [], {}
    for each in candidates:
        owes = known[each.player_id]
        if each.seat == buyer:
            owes = Obligation(each.seat)
        elif each.ready and owes.stand is not Stand.IN:
            if each.seat == now.button or _between(each.seat, now.button, now.big):
                waits.append(each.seat)
            else:
                posts += _comes_in(owes, wanted)
                owes = Obligation(each.seat)
        found[each.player_id] = owes
    dealt = tuple(seat for seat in _ready(candidates) if seat not in waits)
    places = Positions(now.button, buyer, buyer)
    return Arranged(places, dealt, tuple(posts), tuple(waits), found, Positions(now.button, buyer, last.big))


def _moved_on(
    candidates: Sequence[Candidate], known: Mapping[str, Obligation], last: Positions, wanted: Wanted
) -> Arranged:
    """Start the next hand of the game: button and blinds move on, and everybody meets what it owes."""
    game, waiting = _sides(candidates, known)
    now, enters = _next(game, waiting, last, wanted)
    dealt = sorted([*game, *enters])
    if wanted.rule is ButtonRule.MOVING:
        posts, owing = _by_turn(candidates, known, now, last, dealt)
    else:
        posts, owing = _of_places(now, dealt), {}
    late: list[tuple[int, PostKind]] = []
    found = {}
    for each in candidates:
        owes = known[each.player_id]
        if each.seat in dealt:
            if owes.stand is not Stand.IN and each.seat != now.big:
                late += _comes_in(owes, wanted)
            found[each.player_id] = owing.get(each.seat, Obligation(each.seat))
        elif owes.stand is Stand.NEW or not wanted.strict:
            found[each.player_id] = owes
        else:
            found[each.player_id] = _missed(owes, last, now)
    waits = tuple(seat for seat in waiting if seat not in enters)
    return Arranged(now, tuple(dealt), (*posts, *late), waits, found, now)


def _sides(candidates: Sequence[Candidate], known: Mapping[str, Obligation]) -> tuple[list[int], list[int]]:
    """Return (seats in the game, seats that would come in) of those who are ready."""
    ready = [(each.seat, known[each.player_id].stand is Stand.IN) for each in candidates if each.ready]
    return sorted(seat for seat, is_in in ready if is_in), sorted(seat for seat, is_in in ready if not is_in)


def _next(game: Sequence[int], waiting: Sequence[int], last: Positions, wanted: Wanted) -> tuple[Positions, list[int]]:
    """Return the next positions, and the seats of `waiting` that come in with them."""
    if wanted.rule is ButtonRule.MOVING:
        return _moving(game, waiting, last, wanted)
    big = after(last.big, [*game, *waiting])
    now = Positions(last.small, last.big, big)
    if now.button == now.big and len(game) > HEADS_UP:  # two played, and a third is back who has missed nothing
        now = Positions(right_of(now.small, game), now.small, big)
    enters = [seat for seat in waiting if not _kept_out(seat, now, wanted)]
    dealt = [*game, *enters]
    if len(dealt) == HEADS_UP:
        return _heads_up(dealt, last), enters
    if now.button == now.big:  # nobody who may come in sits between the big blind and the button
        return _heads_up(game, last), []
    return now, enters


def _moving(
    game: Sequence[int], waiting: Sequence[int], last: Positions, wanted: Wanted
) -> tuple[Positions, list[int]]:
    """Return the next positions of a moving button. Two players are joined by whoever is the next big blind only."""
    if len(game) == HEADS_UP:
        big = after(last.big, [*game, *waiting])
        if big in game or last.big not in game:
            return _heads_up(game, last), []
        (button,) = [seat for seat in game if seat != last.big]
        now = Positions(button, last.big, big)
    else:
        button = after(last.button, game)
        small = after(button, game)
        now = Positions(button, small, after(small, [*game, *waiting]))
    return now, [seat for seat in waiting if not _kept_out(seat, now, wanted)]


def _heads_up(pair: Sequence[int], last: Positions) -> Positions:
    """Return the positions of two players: nobody is the big blind twice running (TDA 2024 rule 34)."""
    big = after(last.big, pair)
    small = after(big, pair)
    return Positions(small, small, big)


def _kept_out(seat: int, now: Positions, wanted: Wanted) -> bool:
    """Return whether nobody may come in at this seat now: the button has to pass first."""
    if wanted.strict:
        return seat == now.button or _between(seat, now.button, now.big)
    return _between(seat, now.button, now.small)


def _by_turn(
    candidates: Sequence[Candidate],
    known: Mapping[str, Obligation],
    now: Positions,
    last: Positions,
    dealt: Sequence[int],
) -> tuple[tuple[tuple[int, PostKind], ...], dict[int, Obligation]]:
    """Return the blinds of a moving button, the big blind's own last, and what those in the game owe after them."""
    posts, owing = [], {}
    pair = len(dealt) == HEADS_UP
    owed = {each.seat: known[each.player_id] for each in candidates}
    for seat in sorted(dealt, key=_left_of(now.big)):
        owes = owed[seat]
        if owes.stand is not Stand.IN and seat != now.big:
            continue
        reached = seat == now.big or _between(seat, last.big, now.big)
        big, small = owes.big or reached, owes.small or reached
        if pair:
            big, small = seat == now.big, True
        if big:
            posts.append((seat, PostKind.BIG_BLIND))
        elif small:
            posts.append((seat, PostKind.SMALL_BLIND))
        owing[seat] = Obligation(seat, small=big)
    return tuple(posts), owing


def _comes_in(owes: Obligation, wanted: Wanted) -> tuple[tuple[int, PostKind], ...]:
    """Return the posts of a player who comes in: a missed small blind is dead, the big one live (Robert's Rules 4)."""
    if not wanted.strict:
        return ()
    posts = wanted.newcomers_post and owes.seat not in wanted.unpassed
    big = posts if owes.stand is Stand.NEW else owes.big
    dead = ((owes.seat, PostKind.DEAD),) if owes.small else ()
    return (*dead, *(((owes.seat, PostKind.LATE),) if big else ()))


def _missed(owes: Obligation, last: Positions, now: Positions) -> Obligation:
    """Return what a player owes who is not dealt in while the blinds move on. Blinds that were due are missed now."""
    seat = owes.seat
    big = owes.big or _between(seat, last.big, now.big)
    small = owes.small or seat == now.small or _between(seat, last.small, now.small)
    away = owes.stand is Stand.AWAY or big or small
    return Obligation(seat, Stand.AWAY if away else Stand.IN, small, big)


def _between(seat: int, first: int, then: int) -> bool:
    """Return whether a seat is left of `first` and right of `then`."""
    return 0 < (seat - first) % _SEATS < (then - first) % _SEATS


def _left_of(place: int) -> Callable[[int], tuple[bool, int]]:
    """Return a key that sorts seats clockwise, from the first one left of `place`."""
    return lambda seat: (seat <= place, seat)
