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
from collector.hand.blinds import Places
from collector.hand.copying import replace
from collector.hand.events import Post, PostKind
from collector.hand.games import GAMES, HEADS_UP, Betting
from collector.hand.model import (
    EDITION,
    Bounty,
    EqualBoards,
    HandSetup,
    OddChip,
    Rake,
    SeatSetup,
    ShortAllIn,
    SleeperRule,
    StandUp,
)
from collector.hand.obligations import Obligation, Positions
from collector.house.house import House
from collector.table.close import between_hands, put_aside
from collector.table.dealing import (
    EDITION_OF_HOUSE,
    Dealing,
    dealing,
    obligations_of,
    positions_after,
    redeal_of,
    shown,
)
from collector.table.effects import UPDATED, Effect
from collector.table.first_edition import owed_then
from collector.table.killing import killed
from collector.table.play import Play
from collector.table.posts import Plan, named, odd_straddles, posts_of, require_blinds, with_kill
from collector.table.readings.placing import already_dealt
from collector.table.registration import Asked, Past, Registration, Resolved, Seats, When
from collector.table.seats import require_seated, taken_between_hands
from collector.table.setup import variant_now
from collector.table.state import HouseRules, Table, Variant
from collector.table.tournament import standing
from collector.wire import start as wire
from collector.wire.feed_events import HandStarted

_NEXT: Final = wire.StartHand(id="next")  # the command of `_can_start`: everything left to the table
_NO_STRADDLES = "a straddle, which the house does not allow, stands by an override"


def plan(table: Table, command: wire.StartHand, edition: int = EDITION, *, anew: bool = True) -> Plan:
    """Return the body of the `start_hand` fact; raise Refused if no hand can start.

    edition: of the rules. anew: False for a start that stands in the log, which is folded again as it was taken.
    """
    found = dealing(table, command, edition)
    order, rules = found.owing.order, found.rules
    variant = variant_now(table)
    stud, bomb = GAMES[variant.game].up > 0, command.bomb
    if anew:
        require_blinds(command, stud=stud)
    if table.automatic:
        command = command.model_copy(update={"posts": ()})
    small_bet = (rules.button_blind or rules.big_blind) if rules else 1
    kill = killed(table, command, variant, list(order), small_bet)
    posts = _posts(found, command, stud=stud)
    return {
        "button": found.button,
        "small": found.small,
        "big": found.big,
        "seats": order,
        "min_bet": kill.amount if kill else small_bet,
        "posts": with_kill(posts, kill.seat, kill.amount) if kill else posts,
        "game": variant.game,
        "betting": variant.betting,
        "big_bet": kill.big_bet if kill else variant.big_bet,
        "bring_in": variant.bring_in if stud else 0,
        "bets_cap": 0 if _down_to_two(table, edition) else variant.bets_cap,
        "spread": variant.spread,
        "hand_cap": variant.hand_cap,
        "boards": command.boards or variant.boards,
        "chip": table.house.chip,
        "bomb": bool(bomb),
        "cards_only": table.automatic,
        "rake": _drop(table.house),
        "acts_last": command.acts_last,
        "dead_blind": _dead_blind(found, command, stud=stud),
        "killed": [seat for seat in order if table.seated[seat].out or table.seated[seat].penalty],
        "all_in_tabled": table.house.all_in_tabled,
        "contests": True,
        "departures": _departures(table, command, found, edition, anew=anew),
        "bounties": [[b.name, b.ranks, b.amount, b.suited] for b in table.bounties],
        "stand_up": [table.stand_up, sorted(standing(table, order))] if table.stand_up else None,
        "away": sorted(seat for seat, player in table.seated.items() if seat not in order and player.stack > 0),
        **_by_edition(table, order, edition),
        **({"house": _house(table, variant)} if edition >= EDITION_OF_HOUSE else {}),
        **({"killer": kill.seat} if kill else {}),
        **(_time_bank(table, order) if edition else {}),
        **({"unposted": sorted(set(command.unposted))} if command.unposted and edition else {}),
        **found.beside,
    }


def _departures(table: Table, command: wire.StartHand, found: Dealing, edition: int, *, anew: bool) -> list[str]:
    """Return what stands by an override, in words; raise Refused for straddles that no rule knows, without one."""
    if command.straddles and not table.house.straddles:
        return [_NO_STRADDLES]
    wrong = odd_straddles(command, found.owing, found.rules, anew=anew) if edition and found.rules else []
    if wrong and not command.override:
        raise Refused("BAD_STRADDLE", f"{wrong[0]}; name another, or override")
    return [f"{line}; it stands by an override" for line in wrong]


def _posts(found: Dealing, command: wire.StartHand, *, stud: bool) -> list[Plan]:
    if command.posts is not None:
        return named(command, found.owing.order)
    return posts_of(found.rules, found.owing, command, stud=stud) if found.rules else []


def _down_to_two(table: Table, edition: int) -> bool:
    """Return whether two players are left in a tournament: then the house's limit holds, here none (TDA 2024 rule 48).

    Where nobody told how many remain, the table is the tournament.
    """
    left = table.tournament.remaining
    if left is None and edition:
        left = sum(player.stack > 0 for player in table.seated.values())
    return table.house.profile == "tournament" and left == HEADS_UP


def _by_edition(table: Table, order: Sequence[int], edition: int) -> Plan:
    """Return what the first edition of the rules did not know."""
    if not edition:
        return {}
    stand = table.standing or frozenset[str]()
    away = sum(who.player_id in stand for seat, who in table.seated.items() if seat not in order)
    return {"pair_uncapped": table.house.profile != "tournament", "stand_away": away if table.stand_up else 0}


def _time_bank(table: Table, order: Sequence[int]) -> Plan:
    """Return the time chips of the seats that are dealt in, where the house has them."""
    if not table.house.time_chips or table.automatic:
        return {}
    bank = [[seat, table.time_bank(seat)] for seat in order]
    return {"time_bank": bank, "time_chip_seconds": table.house.time_chip_seconds}


def _drop(house: HouseRules) -> list[int | bool]:
    """Return what is dropped from each pot: points, cap, whether nothing before the flop; jackpot, from which pot."""
    rake: list[int | bool] = [house.rake_points, house.rake_cap, house.no_flop_no_drop]
    return [*rake, house.jackpot, house.jackpot_from] if house.jackpot else rake


def _house(table: Table, variant: Variant) -> Plan:
    """Return the house rules that decide in this hand, where books differ: those that its game knows."""
    house, game = table.house, GAMES[variant.game]
    fixed = (Betting(variant.betting) if variant.betting else game.betting) is Betting.FIXED_LIMIT
    found: Plan = {} if house.straddle_raises else {"straddle_raises": False}
    if house.sleeper is SleeperRule.LAPSES:
        found["sleepers_lapse"] = True
    if fixed:
        found["half_bets_full"] = house.short_all_in is ShortAllIn.FULL
    if game.up:
        found |= {"equal_boards": house.equal_boards.value, "odd_chip": house.odd_chip.value}
        found["pair_doubles"] = house.pair_doubles
    return found


def _dead_blind(found: Dealing, command: wire.StartHand, *, stud: bool) -> int:
    """Return the small blind that nobody posts, else 0: pot limit counts it all the same (TDA 2024 rule 54)."""
    nobody = found.dead_small and not command.bomb and command.posts is None and not command.buy_button
    nobody = nobody and not (found.rules and found.rules.button_blind)
    return found.rules.small_blind if found.rules and nobody and not stud else 0


class Start(NamedTuple):
    """The content of a `start_hand` fact: the hand as `plan` resolved it. seats: in dealing order."""

    button: int
    small: int | None
    big: int | None  # None: an older fact, without places
    seats: tuple[int, ...]
    away: tuple[int, ...]
    setup: HandSetup  # its seats have no players yet: `setup_of` puts those of the table there
    edition: int = 0
    obligations: Mapping[str, Obligation] | None = None  # after this start, by player id
    positions: Positions | None = None  # that the next start moves on from
    fresh: bool = False  # the button was set, or drawn for
    stays: bool = False  # the next start has the same button


def _started(body: Body) -> Start:
    """Read the body of the fact. A member that it lacks is newer than the fact: its default is the rule of then."""
    seats = tuple(body["seats"])
    points, cap, no_drop, *jackpot = body.get("rake") or (0, 0, True)
    rake = Rake(points, cap, no_drop, 0, *jackpot) if points or jackpot else None
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
        rake=rake,
        real_chips=True,
        acts_last=body.get("acts_last"),
        dead_blind=body.get("dead_blind", 0),
        killed=tuple(body.get("killed") or ()),
        all_in_tabled=body.get("all_in_tabled", False),
        contests=body.get("contests", False),
        departures=tuple(body.get("departures") or ()),
        bounties=tuple(Bounty(*bounty) for bounty in body.get("bounties") or ()),
        stand_up=StandUp(stand_up[0], frozenset(stand_up[1])) if stand_up else None,
        edition=body.get("edition", 0),
        pair_uncapped=body.get("pair_uncapped", False),
        stand_away=body.get("stand_away", 0),
        killer=body.get("killer"),
        unposted=tuple(body.get("unposted") or ()),
        time_bank=tuple((seat, left) for seat, left in body.get("time_bank") or ()),
        time_chip_seconds=body.get("time_chip_seconds", 0),
        **_house_read(body.get("house") or {}),
    )
    away = tuple(body.get("away") or ())
    owes, positions = obligations_of(body.get("obligations")), body.get("positions")
    return Start(
        button=body["button"],
        small=body.get("small"),
        big=body.get("big"),
        seats=seats,
        away=away,
        setup=setup,
        edition=body.get("edition", 0),
        obligations=owes,
        positions=Positions(*positions) if positions else None,
        fresh=body.get("fresh", False),
        stays=body.get("stays", False),
    )


def _house_read(house: Mapping[str, Any]) -> dict[str, Any]:
    """Return the house rules of a start as fields of its setup. A rule that is not there is that of before."""
    found = dict(house)
    if "equal_boards" in found:
        found["equal_boards"] = EqualBoards(found["equal_boards"])
    if "odd_chip" in found:
        found["odd_chip"] = OddChip(found["odd_chip"])
    return found


def setup_of(table: Table, start: Start) -> HandSetup:
    """Return the setup of the hand, with the players and stacks of the table."""
    seated = [(seat, table.seated[seat]) for seat in start.seats]
    return replace(
        start.setup, seats=tuple(SeatSetup(seat, who.player_id, who.name, who.stack) for seat, who in seated)
    )


def _places_of(start: Start) -> Places | None:
    return None if start.big is None else Places(start.button, start.small, start.big)


def _may_start(asked: Asked, command: wire.StartHand) -> Resolved:
    """Take a start that `plan` and the rules of the hand allow. Straddles against the profile need an override."""
    body, start = _planned(asked, command)
    begin(setup_of(asked.table, start))  # raises where it cannot begin
    return Resolved(beside=body, value=start)


def _may_start_again(asked: Asked, command: wire.StartHand) -> Resolved:
    """Take a start again. Whether it can begin shows at once, when the amendment folds it."""
    body, start = _planned(asked, command)
    return Resolved(beside=body, value=start)


def _planned(asked: Asked, command: wire.StartHand) -> tuple[Plan, Start]:
    table, logged = asked.table, asked.logged
    anew = logged is None or "posts" not in logged
    body = plan(table, command, EDITION if logged is None else logged.get("edition", 0), anew=anew)
    if logged is not None:  # an older hand is folded again by the rule of then
        body["contests"] = logged.get("contests", False)
    if command.straddles and not table.house.straddles and not command.override:
        raise Refused("NO_STRADDLES", f"the {table.house.profile} profile of this table allows no straddles")
    return body, _started(body)


def _started_in_the_past(house: House, command: wire.StartHand) -> Mapping[str, object]:
    return {"contests": True, "edition": EDITION}


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
        open_deck=table.deck,
        terms=table.terms,
    )
    told = HandStarted(hand_number=play.number, button=play.button)
    table = replace(
        table,
        play=play,
        button=play.button,
        button_stays=start.stays,
        hands_dealt=play.number,
        last=_places_of(start),
        deck=None,
        redeal=None,
        **(_by_now(table, start) if start.edition else _by_then(table, start)),
    )
    return Effect(already_dealt(table, fact) if setup.cards_only else table, (told,))


def _by_now(table: Table, start: Start) -> dict[str, object]:
    """Return what is owed after the start, as its fact says."""
    return {
        "obligations": start.obligations,
        "positions": positions_after(table, start.positions, fresh=start.fresh),
        "owed": shown(table, start.obligations),
        "before_hand": redeal_of(table, start.seats, start.button if start.fresh else None),
    }


def _by_then(table: Table, start: Start) -> dict[str, object]:
    """Return what is owed after a start by the first edition of the rules."""
    owed = owed_then(start.seats, start.away, _places_of(start), table.last, table.owed)
    return {"owed": owed, "obligations": None, "positions": None, "before_hand": None}


def _has_seat(asked: Asked, command: wire.SetButton) -> Resolved:
    return require_seated(asked, command.seat)


def _set_button(table: Table, fact: Fact, command: wire.SetButton) -> Effect:
    """Fold the button of the next hand: the next start does not move it."""
    redeal = table.redeal and replace(table.redeal, button=command.seat)
    return Effect(replace(table, button=command.seat, button_stays=True, redeal=redeal), UPDATED)


COMMANDS: Final[tuple[Registration[Any], ...]] = (
    Registration(
        model=wire.StartHand,
        label="Start hand",
        word="write:actions",
        hides=False,
        cardless=True,
        may=_may_start,
        may_again=_may_start_again,
        does=_start,
        listed=_can_start,
        when=When.BETWEEN_HANDS,
        past=Past.ALONE,
        reads=_started,
        in_the_past=_started_in_the_past,
    ),
    Registration(
        model=wire.SetButton,
        label="Button",
        word="write:tables",
        hides=False,
        cardless=True,
        may=_has_seat,
        does=_set_button,
        listed=taken_between_hands,
        when=When.BETWEEN_HANDS,
        seat_from_antenna=True,
    ),
)
