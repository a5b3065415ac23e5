"""Makes a Story of what a text told: who was dealt in, the hand's unit, hands that nobody tabled, the rake."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from collector.errors import BadHistory
from collector.hand.events import BetTo, Event, HoleCard, Muck, Post, PostKind, Show
from collector.hand.games import Betting
from collector.hand.model import EqualBoards, Hand, HandSetup, Rake, SeatSetup
from collector.histories.roomtext.amounts import FINE
from collector.histories.roomtext.claims import Claims, differences
from collector.histories.roomtext.lost import lost_posts
from collector.histories.roomtext.pushing import as_pushed
from collector.histories.roomtext.telling import Telling
from collector.histories.story import About, Story, finished
from collector.secrecy import Secret

_CENTS: Final = 2
_MOST_RAKE: Final = 10
"""A rake that a text does not state is at most this part of the pot: a tenth. What is more is a difference."""


def story_of_telling(told: Telling, source: str, *, lenient: bool = False) -> Story:
    """Return the story of a hand whose lines are all read.

    Raises BadHistory if it has no stakes or button, cannot be played, or ends otherwise than the text says. lenient:
    the story lists these differences.
    """
    if not told.names:
        raise BadHistory(source, "names no seat; a hand needs its players with seats and chips")
    if told.game.up and not told.button:
        told.button = max(told.heard, default=0)  # stud has none: it is dealt from the lowest seat
    if not told.button:
        raise BadHistory(source, "does not say which seat has the button; add that line")
    _stakes(told, source)
    scale = 10 ** max(_CENTS, told.decimals)
    unit = FINE // scale
    rake = _rake(told)
    told.amiss += lost_posts(told, _order(told))
    _tabled(told)
    setup = _setup(told, unit, rake, scale)
    events = tuple(_coarse(event, unit) for event in told.events)
    about = About(table=told.table, started=told.started, currency=told.currency, site=told.site)
    claims = _claims(told, unit)
    story = as_pushed(Story(told.id, setup, events, told.button, scale, about=about), claims)
    found = differences(story, claims, _played(story, source))
    if found and told.game.up:  # no line says who opens of equal boards: the acts do
        by_suit = replace(story, setup=replace(setup, equal_boards=EqualBoards.SUIT))
        if not differences(by_suit, claims, _played(by_suit, source)):
            story, found = by_suit, ()
    if found and not lenient:
        raise BadHistory(source, f"{'; '.join(found)}: correct the record, or take it as it is with --lenient")
    return replace(story, differences=found)


def _played(story: Story, source: str) -> Hand:
    try:
        return finished(story)
    except BadHistory as error:
        where = str(error.details.get("where"))
        message = error.message.removeprefix(f"{where}: ")
        raise BadHistory(f"{source}{where.removeprefix(story.id)}", message) from error


def _stakes(told: Telling, source: str) -> None:
    """Take the stakes from the blinds where the first line names none or another level, but never a short stack's."""
    blinds = [post for post in told.posts if post.kind in (PostKind.SMALL_BLIND, PostKind.BIG_BLIND)]
    full = {post.kind: post.amount for post in blinds if post.amount < told.stacks[post.seat]}
    small, big = full.get(PostKind.SMALL_BLIND), full.get(PostKind.BIG_BLIND)
    fixed = told.betting is Betting.FIXED_LIMIT
    if told.big:
        if small and big and not fixed and small != told.small and big != told.big:
            told.small, told.big = small, big  # the level rose in the first line, and not yet at the table
    elif big:
        told.small, told.big = (big, 2 * big) if fixed else (small or big // 2, big)
    elif small and told.either[0]:
        blinds_named = small == told.either[0]
        told.small, told.big = (told.either[1], 2 * told.either[1]) if blinds_named else told.either
    else:
        raise BadHistory(source, "does not say what the stakes are, and no big blind is posted whole; add them")


def _rake(told: Telling) -> int:
    """Return the rake: the one that is told, or what the text's own amounts leave in the pot."""
    collected = sum(amount for _, amount in told.took)
    if not collected and told.pot is None:
        told.amiss.append("no line says who won, or how much was in the pot")
    if told.in_all is not None and abs(told.in_all - collected) >= max(1, told.in_all_rounding):
        told.amiss.append(f"the summary says that {_plain(told.in_all)} was won, the lines before {_plain(collected)}")
    if told.rake is not None or not told.took:
        return told.rake or 0
    pot = sum(told.put.values()) - told.excess
    left = pot - collected if collected <= pot else pot + told.excess - collected
    if not 0 <= left <= pot // _MOST_RAKE:
        told.amiss.append(f"{_plain(collected)} of a pot of {_plain(pot)} is collected, and no rake is told")
    return max(0, left)


def _plain(amount: int) -> str:
    return f"{amount / FINE:.10g}"


def _tabled(told: Telling) -> None:
    """Table or muck what the text left open: of hands that are live at the end, those that took nothing are mucked."""
    for seat in sorted(told.folded_in_summary & told.heard - told.over):
        told.fold(seat)  # some rooms leave out the fold that ends the hand
    winners = {told.names[name] for name, _ in told.took if name in told.names}
    _tabled_by_winning(told, winners)
    seats = [seat for seat in told.stacks if seat in told.heard and seat not in told.folded]
    for seat in seats if len(seats) > 1 else ():
        if seat in told.over:
            continue
        cards = tuple(told.hole.get(seat, ()))
        if seat not in winners:
            told.events.append(Muck(seat))
        elif len(cards) == told.game.hole:
            told.events.append(Show(seat, cards))
    seen = [
        HoleCard(seat, Secret(card))
        for seat, cards in told.mucked_cards.items()
        if seat not in told.hole and told.game.board_size
        for card in cards
    ]
    told.events[:0] = seen


def _tabled_by_winning(told: Telling, winners: set[int]) -> None:
    """Table hands that won and are told as thrown away: some rooms call a hand so that a later pot was pushed to."""
    for at, event in enumerate(told.events):
        if isinstance(event, Muck) and event.seat in winners and event.seat in told.mucked_cards:
            told.events[at] = Show(event.seat, told.mucked_cards[event.seat])


def _setup(told: Telling, unit: int, rake: int, scale: int) -> HandSetup:
    fixed = told.betting is Betting.FIXED_LIMIT
    least = told.small if fixed else told.big  # fixed limit names its bets, the others their blinds
    return HandSetup(
        tuple(SeatSetup(seat, name, name, told.stacks[seat] // unit) for seat, name in _order(told)),
        tuple(_posts(told, unit)),
        least // unit,
        told.game.key,
        told.betting,
        big_bet=told.big // unit if fixed else 0,
        bring_in=told.bring_in // unit,
        hand_cap=told.cap // unit,
        rake=Rake(0, fixed=rake // unit, no_flop_no_drop=False) if rake else None,
        chip=1 if told.decimals else scale,  # a text without cents has no odd cents
    )


def _order(told: Telling) -> Sequence[tuple[int, str]]:
    """Return seat and name in dealing order, from left of the button; heads-up the button is last.

    Dealt in is of whom anything is told: every player posts, acts or is dealt to.
    """
    seated = sorted((seat, name) for name, seat in told.names.items())
    dealt = [(seat, name) for seat, name in seated if seat in told.heard]
    return [each for each in dealt if each[0] > told.button] + [each for each in dealt if each[0] <= told.button]


def _posts(told: Telling, unit: int) -> Sequence[Post]:
    """Return the posts as they are owed: an ante of a short stack is the ante of the others, paid as far as it goes."""
    ante = Counter(post.amount for post in told.posts if post.kind is PostKind.ANTE)
    most = max(ante, default=0)
    return [replace(post, amount=(most if _short(told, post) else post.amount) // unit) for post in told.posts]


def _short(told: Telling, post: Post) -> bool:
    return post.kind is PostKind.ANTE and post.amount == told.stacks[post.seat]


def _coarse(event: Event, unit: int) -> Event:
    return replace(event, to=event.to // unit) if isinstance(event, BetTo) else event


def _claims(told: Telling, unit: int) -> Claims:
    def coarse(listed: Sequence[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
        return tuple((name, amount // unit) for name, amount in listed)

    return Claims(
        None if told.pot is None else told.pot // unit,
        None if told.rake is None else told.rake // unit,
        coarse(told.took),
        tuple(told.told_boards.get(at, ()) for at in range(1, max(told.told_boards, default=0) + 1)),
        coarse(told.returned),
        coarse(told.ends),
        tuple((seat, amount // unit) for seat, amount in told.called),
        tuple(told.amiss),
    )
