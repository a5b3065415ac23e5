"""How a hand starts at this table: which game is on, where the button is, who posts. The fact carries the answer.

What `plan` returns goes into the body of the `start_hand` fact; `setup_of` reads it back, also from older logs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from collector.errors import Refused
from collector.hand.blinds import ButtonRule, Owed, Places, after, comes_back, first_places, missed, next_places
from collector.hand.events import Post, PostKind
from collector.hand.games import GAMES, ROTATIONS, Betting
from collector.hand.model import Bounty, HandSetup, Rake, SeatSetup, StandUp
from collector.table.happens import number
from collector.table.settings import game_number
from collector.table.state import Table, Variant
from collector.table.tournament import standing
from collector.wire import commands as wire

Body = dict[str, object]
_NO_STRADDLES = "a straddle, which the house does not allow, stands by an override"


def variant_now(table: Table) -> Variant:
    """Return the game of the next hand: of a rotation, the one whose turn it is."""
    chosen = table.variant
    if chosen.rotation is None:
        return chosen
    games = ROTATIONS[chosen.rotation]
    key, betting = games[game_number(chosen, table.hands_dealt) % len(games)]
    return replace(chosen, game=key, betting=betting.value)


def plan(table: Table, command: wire.StartHand) -> Body:
    """Return what the hand starts from; raise Refused where it cannot."""
    if table.rules is None and not table.automatic:
        raise Refused("NO_BLINDS", "blinds are not set; set them first")
    playing = _playing(table)
    if len(playing) < 2:  # noqa: PLR2004 - a hand
        raise Refused("TOO_FEW_PLAYERS", f"{len(playing)} players with chips are in; a hand needs two")
    places = _places(table, command, playing)
    order = sorted(playing, key=lambda seat: (seat <= places.button, seat))
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
    """Return who is dealt in. Cards alone need no chips; in a tournament absent players are dealt in, and post."""
    if table.automatic:
        return sorted(seat for seat, player in table.seated.items() if not player.out)
    dealt = table.house.absent_dealt
    return sorted(seat for seat, player in table.seated.items() if player.stack > 0 and (dealt or not player.out))


def _places(table: Table, command: wire.StartHand, playing: Sequence[int]) -> Places:
    if command.button is not None:
        return first_places(playing, command.button)
    last, button = table.last, table.button or 0
    if table.button_stays and last and last.button == button and {last.small, last.big} <= {*playing, None}:
        return last  # a void deal is dealt again
    if table.button_stays and button in playing:
        return first_places(playing, button)
    if last is None or last.button != button:
        return first_places(playing, after(button, playing))
    return next_places(playing, last, table.house.button_rule)


def _posts(table: Table, command: wire.StartHand, order: Sequence[int], places: Places) -> list[Body]:
    """Blinds and antes from the table's rules. Stud has antes only; a bomb pot has its own."""
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
        blinds.append(_post(after(places.big, order), PostKind.STRADDLE, rules.third_blind))
    bought = places.small if command.buy_button else None
    late = [post for seat in order if seat != bought for post in _late(table, seat, places)]
    forced = [*antes, *big_ante, *button_ante]
    first = [*forced, *blinds] if rules.ante_first else [*blinds, *forced]
    return [post for post in [*first, *late, *_straddles(command, order)] if post["amount"]]


def _bought(table: Table, places: Places, order: Sequence[int]) -> list[Body]:
    """The small blind buys the button: it posts both blinds, the small one dead, and has the button next hand."""
    house, rules = table.house, table.rules
    moving = house.buy_button and house.button_rule is ButtonRule.MOVING
    if rules is None or not moving or places.small is None or len(order) == 2:  # noqa: PLR2004 - heads-up it has it
        raise Refused(
            "NO_BUTTON_TO_BUY", "the button is bought from the small blind, where it moves and the house sells it"
        )
    seat = places.small
    return [_post(seat, PostKind.DEAD, rules.small_blind), _post(seat, PostKind.LATE, rules.big_blind)]


def _down_to_two(table: Table) -> bool:
    """With two players left in a tournament, fixed limit has no cap (TDA 2024 rule 48)."""
    left = table.tournament.get("remaining")
    return table.house.profile == "tournament" and left == 2  # noqa: PLR2004 - heads-up


def _dead_blind(table: Table, command: wire.StartHand, places: Places) -> int:
    """Return the small blind that nobody posts: pot limit counts it all the same."""
    nobody = places.small is None and not command.bomb and command.posts is None
    return table.rules.small_blind if table.rules and nobody and not GAMES[variant_now(table).game].up else 0


def _late(table: Table, seat: int, places: Places) -> list[Body]:
    """What a player who is back owes; nothing in the big blind, which settles it."""
    rules, owed = table.rules, table.owed.get(seat)
    if rules is None or owed is None or seat == places.big or not table.house.missed_blinds:
        return []
    live, dead = comes_back(owed, rules.small_blind, rules.big_blind)
    return [_post(seat, PostKind.DEAD, dead if seat != places.small else 0), _post(seat, PostKind.LATE, live)]


def _straddles(command: wire.StartHand, order: Sequence[int]) -> list[Body]:
    found = []
    for post in command.straddles:
        if post.seat not in order:
            raise Refused("POST_OUTSIDE", f"seat {post.seat} straddles but is not dealt in; seats in the hand: {order}")
        found.append(_post(post.seat, post.kind, post.amount))
    return found


def _post(seat: int, kind: PostKind, amount: int) -> Body:
    return {"seat": seat, "kind": kind.value, "amount": amount}


def _named(command: wire.StartHand, order: Sequence[int]) -> list[Body]:
    for post in command.posts or ():
        if post.seat not in order:
            raise Refused("POST_OUTSIDE", f"seat {post.seat} posts but is not dealt in; seats in the hand: {order}")
    return [_post(post.seat, post.kind, post.amount) for post in command.posts or ()]


def setup_of(table: Table, body: Mapping[str, object]) -> HandSetup:
    """Return the start of the hand that a `start_hand` fact describes."""
    seated = {seat: table.seated[seat] for seat in cast("list[int]", body["seats"])}
    points, cap, no_drop = cast("tuple[int, int, bool]", body.get("rake") or (0, 0, True))
    betting = body.get("betting")
    return HandSetup(
        seats=tuple(SeatSetup(seat, who.player_id, who.name, who.stack) for seat, who in seated.items()),
        posts=tuple(
            Post(number(post["seat"]), PostKind(str(post["kind"])), number(post["amount"]))
            for post in cast("list[Mapping[str, object]]", body["posts"])
        ),
        min_bet=number(body["min_bet"]),
        game=str(body.get("game", "holdem")),
        betting=Betting(str(betting)) if betting else None,
        big_bet=number(body.get("big_bet", 0)),
        bring_in=number(body.get("bring_in", 0)),
        bets_cap=number(body.get("bets_cap", 4)),
        spread=number(body.get("spread", 0)),
        hand_cap=number(body.get("hand_cap", 0)),
        boards=number(body.get("boards", 1)),
        chip=number(body.get("chip", 1)),
        bomb=bool(body.get("bomb", False)),
        cards_only=bool(body.get("cards_only", False)),
        rake=Rake(points, cap, no_drop) if points else None,
        real_chips=True,
        acts_last=None if body.get("acts_last") is None else number(body["acts_last"]),
        dead_blind=number(body.get("dead_blind", 0)),
        killed=tuple(cast("list[int]", body.get("killed") or ())),
        all_in_tabled=bool(body.get("all_in_tabled", False)),
        departures=tuple(cast("list[str]", body.get("departures") or ())),
        bounties=tuple(
            Bounty(*bounty) for bounty in cast("list[tuple[str, str, int, bool]]", body.get("bounties") or ())
        ),
        stand_up=_stand_up(body),
    )


def _stand_up(body: Mapping[str, object]) -> StandUp | None:
    game = cast("tuple[int, list[int]] | None", body.get("stand_up"))
    return None if game is None else StandUp(game[0], frozenset(game[1]))


def places_of(body: Mapping[str, object]) -> Places | None:
    """Return button and blinds of a `start_hand` fact; None where it does not say."""
    big, small = body.get("big"), body.get("small")
    if big is None:
        return None
    return Places(number(body["button"]), None if small is None else number(small), number(big))


def owed_after(table: Table, body: Mapping[str, object]) -> Mapping[int, Owed]:
    """Return what players owe once this hand has started: who posts has paid, who is away has missed."""
    now, away = places_of(body), cast("list[int]", body.get("away") or [])
    paid = set(cast("list[int]", body["seats"]))
    still = {seat: owed for seat, owed in table.owed.items() if seat not in paid}
    if now is None or table.last is None:
        return still
    return missed(away, table.last, now, still)
