"""The start of a hand at this table: the game, the button, the posts. The `start_hand` fact carries all of it.

`plan` makes the body of the fact, so that a replay plans nothing again. `Start` is that body read back, also from older
logs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from collector.errors import BadInput, Refused
from collector.facts.fact import Body, Fact
from collector.hand import start as begin
from collector.hand.blinds import ButtonRule, Owed, Places, after, comes_back, first_places, missed, next_places
from collector.hand.copying import replace
from collector.hand.events import Post, PostKind
from collector.hand.games import GAMES, HEADS_UP, Betting
from collector.hand.model import Bounty, HandSetup, Rake, SeatSetup, StandUp
from collector.table.close import between_hands, put_aside
from collector.table.effects import UPDATED, Effect
from collector.table.play import Play
from collector.table.readings.placing import already_dealt
from collector.table.registration import Asked, Past, Registration, Resolved, Seats, When
from collector.table.seats import require_seated, taken_between_hands
from collector.table.setup import variant_now
from collector.table.state import Table
from collector.table.tournament import standing
from collector.wire import start as wire
from collector.wire.feed_events import HandStarted

Plan = dict[str, object]
_NEXT: Final = wire.StartHand(id="next")  # the command of `_can_start`: everything left to the table
_NO_STRADDLES = "a straddle, which the house does not allow, stands by an override"


def plan(table: Table, command: wire.StartHand) -> Plan:
    """Return the body of the `start_hand` fact; raise Refused if no hand can start."""
    if table.rules is None and not table.automatic:
        raise Refused("NO_BLINDS", "blinds are not set; set them first")
    playing = _playing(table)
    if len(playing) < HEADS_UP:
        raise Refused("TOO_FEW_PLAYERS", f"{len(playing)} players with chips are in; a hand needs two")
    places = _places(table, command, playing)
    order = sorted(playing, key=lambda seat: (seat <= places.button, seat))  # of dealing: from left of the button
    variant = variant_now(table)
    bomb = command.bomb
    if table.automatic:
        command = command.model_copy(update={"posts": ()})
    posts = _named(command, order) if command.posts is not None else _posts(table, command, order, places)
    return {
        "button": places.button,
        "small": places.small,
        "big": places.big,
        "seats": order,
        "min_bet": table.rules.big_blind if table.rules else 1,
        "posts": posts,
        "game": variant.game,
        "betting": variant.betting,
        "big_bet": variant.big_bet,
        "bring_in": variant.bring_in if GAMES[variant.game].up else 0,
        "bets_cap": 0 if _down_to_two(table) else variant.bets_cap,
        "spread": variant.spread,
        "hand_cap": variant.hand_cap,
        "boards": command.boards or variant.boards,
        "chip": table.house.chip,
        "bomb": bool(bomb),
        "cards_only": table.automatic,
        "rake": [table.house.rake_points, table.house.rake_cap, table.house.no_flop_no_drop],
        "acts_last": command.acts_last,
        "dead_blind": _dead_blind(table, command, places),
        "killed": [seat for seat in order if table.seated[seat].out or table.seated[seat].penalty],
        "all_in_tabled": table.house.all_in_tabled,
        "departures": [_NO_STRADDLES] if command.straddles and not table.house.straddles else [],
        "bounties": [[b.name, b.ranks, b.amount, b.suited] for b in table.bounties],
        "stand_up": [table.stand_up, sorted(standing(table, order))] if table.stand_up else None,
        "away": sorted(seat for seat, player in table.seated.items() if seat not in playing and player.stack > 0),
    }


def _playing(table: Table) -> list[int]:
    """Return the seats that are dealt in, in order of their numbers.

    Without an operator, chips play no part. In a tournament absent players are dealt in, and post (TDA 2024 rule 30).
    """
    if table.automatic:
        return sorted(seat for seat, player in table.seated.items() if not player.out)
    dealt = table.house.absent_dealt
    return sorted(seat for seat, player in table.seated.items() if player.stack > 0 and (dealt or not player.out))


def _places(table: Table, command: wire.StartHand, playing: Sequence[int]) -> Places:
    if command.button is not None:
        return first_places(playing, command.button)
    last, button = table.last, table.button or 0
    if table.button_stays and last and last.button == button and {last.small, last.big} <= {*playing, None}:
        return last  # a void deal is dealt again from the same places: nothing moves, nobody misses a blind
    if table.button_stays and button in playing:
        return first_places(playing, button)
    if last is None or last.button != button:  # the first hand, or the button was set to a seat that has left
        return first_places(playing, after(button, playing))
    return next_places(playing, last, table.house.button_rule)


def _posts(table: Table, command: wire.StartHand, order: Sequence[int], places: Places) -> list[Plan]:
    """Return the posts by the table's rules, in the order they go in. Stud has antes only, a bomb pot its own antes.

    The order is a rule: a short stack pays the first of its posts first. `ante_first` chooses between antes and blinds
    (TDA 2024 RP-11). Late posts and straddles come last.
    """
    rules = table.rules
    if rules is None:
        return []
    if command.bomb:
        return [_post(seat, PostKind.ANTE, command.bomb) for seat in order]
    stud = GAMES[variant_now(table).game].up > 0
    kind = PostKind.LIVE_ANTE if rules.ante_live and not stud else PostKind.ANTE
    antes = [_post(seat, kind, rules.ante) for seat in order]
    if stud:
        return [post for post in antes if post["amount"]]
    big_ante = [_post(places.big, PostKind.ANTE, rules.big_blind_ante)]
    button_ante = [_post(places.button, PostKind.ANTE, rules.button_ante)] if places.button in order else []
    blinds = [_post(places.big, PostKind.BIG_BLIND, rules.big_blind)]
    if command.buy_button:
        blinds = [*_bought(table, places, order), *blinds]
    elif places.small is not None:
        blinds.insert(0, _post(places.small, PostKind.SMALL_BLIND, rules.small_blind))
    if rules.third_blind:
        # As a straddle: it is live, it raises the bet to match, and the first turn is left of it.
        blinds.append(_post(after(places.big, order), PostKind.STRADDLE, rules.third_blind))
    bought = places.small if command.buy_button else None
    late = [post for seat in order if seat != bought for post in _late(table, seat, places)]
    forced = [*antes, *big_ante, *button_ante]
    first = [*forced, *blinds] if rules.ante_first else [*blinds, *forced]
    return [post for post in [*first, *late, *_straddles(command, order)] if post["amount"]]


def _bought(table: Table, places: Places, order: Sequence[int]) -> list[Plan]:
    """Return the posts of a small blind that buys the button: both blinds, the small one dead.

    The big one is a late post, not a blind: its seat acts in the normal order. Raises Refused if the house does not
    sell the button.
    """
    house, rules = table.house, table.rules
    moving = house.buy_button and house.button_rule is ButtonRule.MOVING
    if rules is None or not moving or places.small is None or len(order) == HEADS_UP:
        raise Refused(
            "NO_BUTTON_TO_BUY", "the button is bought from the small blind, where it moves and the house sells it"
        )
    seat = places.small
    return [_post(seat, PostKind.DEAD, rules.small_blind), _post(seat, PostKind.LATE, rules.big_blind)]


def _down_to_two(table: Table) -> bool:
    """Return whether two players are left in a tournament: then fixed limit has no cap (TDA 2024 rule 48)."""
    return table.house.profile == "tournament" and table.tournament.remaining == HEADS_UP


def _dead_blind(table: Table, command: wire.StartHand, places: Places) -> int:
    """Return the small blind that nobody posts, else 0: pot limit counts it all the same (TDA 2024 rule 54)."""
    nobody = places.small is None and not command.bomb and command.posts is None
    return table.rules.small_blind if table.rules and nobody and not GAMES[variant_now(table).game].up else 0


def _late(table: Table, seat: int, places: Places) -> list[Plan]:
    """Return the posts of a player who is back. In the big blind it owes none: that blind settles them.

    In the small blind it posts no dead one: it posts the small blind itself.
    """
    rules, owed = table.rules, table.owed.get(seat)
    if rules is None or owed is None or seat == places.big or not table.house.missed_blinds:
        return []
    live, dead = comes_back(owed, rules.small_blind, rules.big_blind)
    return [_post(seat, PostKind.DEAD, dead if seat != places.small else 0), _post(seat, PostKind.LATE, live)]


def _straddles(command: wire.StartHand, order: Sequence[int]) -> list[Plan]:
    found = []
    for post in command.straddles:
        if post.seat not in order:
            raise Refused("POST_OUTSIDE", f"seat {post.seat} straddles but is not dealt in; seats in the hand: {order}")
        found.append(_post(post.seat, post.kind, post.amount))
    return found


def _post(seat: int, kind: PostKind, amount: int) -> Plan:
    return {"seat": seat, "kind": kind.value, "amount": amount}


def _named(command: wire.StartHand, order: Sequence[int]) -> list[Plan]:
    for post in command.posts or ():
        if post.seat not in order:
            raise Refused("POST_OUTSIDE", f"seat {post.seat} posts but is not dealt in; seats in the hand: {order}")
    return [_post(post.seat, post.kind, post.amount) for post in command.posts or ()]


class Start(NamedTuple):
    """The content of a `start_hand` fact: the hand as `plan` resolved it. seats: in dealing order."""

    button: int
    small: int | None
    big: int | None  # None: an older fact, without places
    seats: tuple[int, ...]
    away: tuple[int, ...]
    setup: HandSetup  # its seats have no players yet: `setup_of` puts those of the table there


def _started(body: Body) -> Start:
    """Read the body of the fact. A member that it lacks is newer than the fact: its default is the rule of then."""
    seats = tuple(body["seats"])
    points, cap, no_drop = body.get("rake") or (0, 0, True)
    betting, stand_up = body.get("betting"), body.get("stand_up")
    setup = HandSetup(
        seats=tuple(SeatSetup(seat, "", "", 0) for seat in seats),
        posts=tuple(Post(post["seat"], PostKind(post["kind"]), post["amount"]) for post in body["posts"]),
        min_bet=body["min_bet"],
        game=body.get("game", "holdem"),
        betting=Betting(betting) if betting else None,
        big_bet=body.get("big_bet", 0),
        bring_in=body.get("bring_in", 0),
        bets_cap=body.get("bets_cap", 4),
        spread=body.get("spread", 0),
        hand_cap=body.get("hand_cap", 0),
        boards=body.get("boards", 1),
        chip=body.get("chip", 1),
        bomb=body.get("bomb", False),
        cards_only=body.get("cards_only", False),
        rake=Rake(points, cap, no_drop) if points else None,
        real_chips=True,
        acts_last=body.get("acts_last"),
        dead_blind=body.get("dead_blind", 0),
        killed=tuple(body.get("killed") or ()),
        all_in_tabled=body.get("all_in_tabled", False),
        departures=tuple(body.get("departures") or ()),
        bounties=tuple(Bounty(*bounty) for bounty in body.get("bounties") or ()),
        stand_up=StandUp(stand_up[0], frozenset(stand_up[1])) if stand_up else None,
    )
    away = tuple(body.get("away") or ())
    return Start(body["button"], body.get("small"), body.get("big"), seats, away, setup)


def setup_of(table: Table, start: Start) -> HandSetup:
    """Return the setup of the hand, with the players and stacks of the table."""
    seated = [(seat, table.seated[seat]) for seat in start.seats]
    return replace(
        start.setup, seats=tuple(SeatSetup(seat, who.player_id, who.name, who.stack) for seat, who in seated)
    )


def _places_of(start: Start) -> Places | None:
    return None if start.big is None else Places(start.button, start.small, start.big)


def _owed_after(table: Table, start: Start) -> Mapping[int, Owed]:
    """Return the missed blinds after this start: a player who is dealt in owes none, one who is away may owe more."""
    now = _places_of(start)
    still = {seat: owed for seat, owed in table.owed.items() if seat not in start.seats}
    if now is None or table.last is None:
        return still
    return missed(list(start.away), table.last, now, still)


def _may_start(asked: Asked, command: wire.StartHand) -> Resolved:
    """Take a start that `plan` and the rules of the hand allow. Straddles against the profile need an override."""
    table = asked.table
    body = plan(table, command)
    if command.straddles and not table.house.straddles and not command.override:
        raise Refused("NO_STRADDLES", f"the {table.house.profile} profile of this table allows no straddles")
    start = _started(body)
    begin(setup_of(table, start))  # raises where it cannot begin
    return Resolved(beside=body, value=start)


def _can_start(table: Table) -> Seats | None:
    if not between_hands(table):
        return None
    after = put_aside(table)
    try:
        begin(setup_of(after, _started(plan(after, _NEXT))))
    except BadInput:
        return None
    return ()


def _start(table: Table, fact: Fact, start: Start) -> Effect:
    """Fold the start of a hand."""
    setup = setup_of(table, start)
    play = Play(
        hand_id=f"h_{table.table_id}_{fact.position}",
        number=table.hands_dealt + 1,
        button=start.button,
        first_position=fact.position,
        started_at=fact.received_at,
        last_position=fact.position,
        last_at=fact.received_at,
        setup=setup,
        hand=begin(setup),
        owed=table.owed,
        deck=table.deck,
    )
    told = HandStarted(hand_number=play.number, button=play.button)
    table = replace(
        table,
        play=play,
        button=play.button,
        button_stays=False,
        hands_dealt=play.number,
        owed=_owed_after(table, start),
        last=_places_of(start),
        deck=None,
    )
    return Effect(already_dealt(table, fact) if setup.cards_only else table, (told,))


def _has_seat(asked: Asked, command: wire.SetButton) -> Resolved:
    return require_seated(asked, command.seat)


def _set_button(table: Table, fact: Fact, command: wire.SetButton) -> Effect:
    """Fold the button of the next hand: the next start does not move it."""
    return Effect(replace(table, button=command.seat, button_stays=True), UPDATED)


COMMANDS: Final[tuple[Registration[Any], ...]] = (
    Registration(
        model=wire.StartHand,
        label="Start hand",
        word="write:actions",
        hides=False,
        may=_may_start,
        does=_start,
        listed=_can_start,
        when=When.BETWEEN_HANDS,
        past=Past.ALONE,
        reads=_started,
    ),
    Registration(
        model=wire.SetButton,
        label="Button",
        word="write:tables",
        hides=False,
        may=_has_seat,
        does=_set_button,
        listed=taken_between_hands,
        when=When.BETWEEN_HANDS,
        seat_from_antenna=True,
    ),
)
