"""The chips that go in before the cards, by the rules of a table: antes, blinds, late posts, straddles, in that order.

Knows amounts and who posts what; who owes it is the affair of `collector/hand/obligations`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from collector.errors import Refused
from collector.hand.blinds import after
from collector.hand.events import PostKind
from collector.table.state import Rules
from collector.wire import start as wire

Plan = dict[str, object]


@dataclass(frozen=True, slots=True)
class Owing:
    """Who posts what beside the antes. order: the seats that are dealt in, from left of the button.

    blinds: (seat, kind) in order. late: the posts of players who come in.
    """

    order: Sequence[int]
    button: int
    big: int
    blinds: Sequence[tuple[int, PostKind]]
    late: Sequence[tuple[int, PostKind]]


def posts_of(rules: Rules, owing: Owing, command: wire.StartHand, *, stud: bool) -> list[Plan]:
    """Return the posts by the table's rules, in the order they go in. Stud has antes only, a bomb pot its own antes.

    The order is a rule: a short stack pays the first of its posts first. `ante_first` chooses between antes and blinds
    (TDA 2024 RP-11). Late posts and straddles come last.
    """
    order = owing.order
    if command.bomb:
        return [post(seat, PostKind.ANTE, command.bomb) for seat in order]
    kind = PostKind.LIVE_ANTE if rules.ante_live and not stud else PostKind.ANTE
    antes = [post(seat, kind, rules.ante) for seat in order]
    if stud:
        return [each for each in antes if each["amount"]]
    big_ante = [post(owing.big, PostKind.ANTE, rules.big_blind_ante)]
    button_ante = [post(owing.button, PostKind.ANTE, rules.button_ante)] if owing.button in order else []
    blinds = [post(seat, kind, _amount(rules, kind)) for seat, kind in owing.blinds]
    if rules.button_blind:  # of a dead button the seat before it, which is dealt to last
        blinds = [post(order[-1], PostKind.BIG_BLIND, rules.button_blind)]
    if rules.third_blind:
        # As a straddle: it is live, it raises the bet to match, and the first turn is left of it.
        blinds.append(post(after(owing.big, order), PostKind.STRADDLE, rules.third_blind))
    late = [post(seat, kind, _amount(rules, kind)) for seat, kind in owing.late]
    forced = [*antes, *big_ante, *button_ante]
    first = [*forced, *blinds] if rules.ante_first is not False else [*blinds, *forced]
    return [each for each in [*first, *late, *_straddles(command, order)] if each["amount"]]


def _amount(rules: Rules, kind: PostKind) -> int:
    return rules.small_blind if kind in (PostKind.SMALL_BLIND, PostKind.DEAD) else rules.big_blind


def _straddles(command: wire.StartHand, order: Sequence[int]) -> list[Plan]:
    found = []
    for each in command.straddles:
        if each.seat not in order:
            raise Refused("POST_OUTSIDE", f"seat {each.seat} straddles but is not dealt in; seats in the hand: {order}")
        found.append(post(each.seat, each.kind, each.amount))
    return found


def with_kill(posts: list[Plan], seat: int, amount: int) -> list[Plan]:
    """Return posts with a kill blind of a seat: live, and in turn. Its own blind is part of it (Robert's Rules 13)."""
    live = (PostKind.SMALL_BLIND.value, PostKind.BIG_BLIND.value, PostKind.LATE.value)
    own = sum(int(str(each["amount"])) for each in posts if each["seat"] == seat and each["kind"] in live)
    return [*posts, post(seat, PostKind.LATE, amount - own)] if amount > own else posts


def odd_straddles(command: wire.StartHand, owing: Owing, rules: Rules, *, anew: bool = True) -> list[str]:
    """Return in words which straddles no rule knows: from a blind, or not twice the bet before it.

    Robert's Rules know one, left of the big blind. From other seats, and upon each other, they are what houses allow.
    anew: False for a start of an older log, which knew neither the blind of the button nor the third one.
    """
    blinds = {seat for seat, _ in owing.blinds} if command.posts is None and not command.bomb else set[int]()
    big = rules.big_blind
    if anew and rules.button_blind:
        blinds, big = {owing.order[-1]}, rules.button_blind
    if anew and rules.third_blind:
        blinds.add(after(owing.big, owing.order))
    before, found = max(big, rules.third_blind), []
    for each in command.straddles:
        if each.kind not in (PostKind.STRADDLE, PostKind.SLEEPER):
            found.append(f"a {each.kind.value} is no straddle")
        elif each.seat in blinds:
            found.append(f"seat {each.seat} posts a blind, and straddles it")
        elif each.amount != 2 * before:
            found.append(f"a straddle of {each.amount} is not twice the bet of {before}")
        before = max(before, each.amount)
    return found


def require_blinds(command: wire.StartHand, *, stud: bool) -> None:
    """Raise Refused for straddles in a hand in which the blinds of the table are not posted: they would get lost."""
    if not command.straddles or not (stud or command.bomb or command.posts is not None):
        return
    what = "a bomb pot" if command.bomb else "stud" if stud else "a hand whose posts are named"
    advice = "name the straddle among the posts" if command.posts is not None else "leave the straddle out"
    raise Refused("BAD_STRADDLE", f"there is no straddle in {what}; {advice}")


def named(command: wire.StartHand, order: Sequence[int]) -> list[Plan]:
    """Return the posts that the command names; raise Refused for a seat that is not dealt in."""
    for each in command.posts or ():
        if each.seat not in order:
            raise Refused("POST_OUTSIDE", f"seat {each.seat} posts but is not dealt in; seats in the hand: {order}")
    return [post(each.seat, each.kind, each.amount) for each in command.posts or ()]


def post(seat: int, kind: PostKind, amount: int) -> Plan:
    """Return a post as the `start_hand` fact has it."""
    return {"seat": seat, "kind": kind.value, "amount": amount}
