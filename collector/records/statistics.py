"""Statistics of players: counts, which add up hand by hand, and rates made from them. Definitions: docs/statistics.md.

Knows finished hands only. The sum of the counts of hands is the same in any order.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields

from collector.hand.changing import game_of
from collector.hand.events import PostKind
from collector.hand.model import Hand, Player, Recorded

_POSTS = frozenset(kind.value for kind in PostKind)
_RAISES = ("bet", "raise")
_NORMAL_95 = 1.96


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts of a player. *_opp: opportunities; a rate without an opportunity is None."""

    hands: int = 0
    preflop_hands: int = 0  # hands with betting before the flop: bomb pots have none
    walks: int = 0
    vpip: int = 0
    pfr: int = 0
    threebet_opp: int = 0
    threebet: int = 0
    face_threebet: int = 0
    fold_to_threebet: int = 0
    steal_opp: int = 0
    steal: int = 0
    face_steal: int = 0
    fold_to_steal: int = 0
    cbet_opp: int = 0
    cbet: int = 0
    face_cbet: int = 0
    fold_to_cbet: int = 0
    saw_flop: int = 0
    went_to_showdown: int = 0
    won_at_showdown: int = 0
    won_when_saw_flop: int = 0
    postflop_bets: int = 0
    postflop_raises: int = 0
    postflop_calls: int = 0
    postflop_checks: int = 0
    postflop_folds: int = 0
    net_chips: int = 0
    net_mbb: int = 0  # thousandths of the hand's big blind
    squared_mbb: int = 0  # sum of the squares, for the interval

    def __add__(self, other: Counts) -> Counts:
        """Return the sum of both counts."""
        return Counts(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    def __sub__(self, other: Counts) -> Counts:
        """Return the counts without those of `other`, as for a hand that was corrected."""
        return Counts(*(getattr(self, each.name) - getattr(other, each.name) for each in fields(self)))


@dataclass(frozen=True, slots=True)
class Rates:
    """Rates in per cent, and factors as they are; None without an opportunity."""

    vpip: float | None
    pfr: float | None
    threebet: float | None
    fold_to_threebet: float | None
    steal: float | None
    fold_to_steal: float | None
    cbet: float | None
    fold_to_cbet: float | None
    wtsd: float | None
    wsd: float | None
    wwsf: float | None
    af: float | None
    afq: float | None
    bb_per_100: float | None
    bb_per_100_interval: tuple[float, float] | None  # 95 %, normal


def rates(counts: Counts) -> Rates:
    """Return the rates of some counts."""
    aggressive = counts.postflop_bets + counts.postflop_raises
    return Rates(
        vpip=_percent(counts.vpip, counts.preflop_hands),
        pfr=_percent(counts.pfr, counts.preflop_hands),
        threebet=_percent(counts.threebet, counts.threebet_opp),
        fold_to_threebet=_percent(counts.fold_to_threebet, counts.face_threebet),
        steal=_percent(counts.steal, counts.steal_opp),
        fold_to_steal=_percent(counts.fold_to_steal, counts.face_steal),
        cbet=_percent(counts.cbet, counts.cbet_opp),
        fold_to_cbet=_percent(counts.fold_to_cbet, counts.face_cbet),
        wtsd=_percent(counts.went_to_showdown, counts.saw_flop),
        wsd=_percent(counts.won_at_showdown, counts.went_to_showdown),
        wwsf=_percent(counts.won_when_saw_flop, counts.saw_flop),
        af=aggressive / counts.postflop_calls if counts.postflop_calls else None,
        afq=_percent(aggressive, aggressive + counts.postflop_calls + counts.postflop_folds),
        bb_per_100=counts.net_mbb / counts.hands / 10 if counts.hands else None,
        bb_per_100_interval=_interval(counts),
    )


def _percent(count: int, opportunities: int) -> float | None:
    return 100 * count / opportunities if opportunities else None


def _interval(counts: Counts) -> tuple[float, float] | None:
    """Return the 95 % interval of big blinds per 100 hands; None below two hands."""
    if counts.hands < 2:
        return None
    mean = counts.net_mbb / counts.hands
    variance = (counts.squared_mbb - counts.hands * mean * mean) / (counts.hands - 1)
    error = _NORMAL_95 * math.sqrt(max(0.0, variance) / counts.hands)
    return (mean - error) / 10, (mean + error) / 10


def of_hands(hands: Iterable[Hand]) -> dict[str, Counts]:
    """Return the counts of every player of some finished hands."""
    total: dict[str, Counts] = {}
    for hand in hands:
        for player_id, counts in of_hand(hand).items():
            total[player_id] = total.get(player_id, Counts()) + counts
    return total


def of_hand(hand: Hand) -> dict[str, Counts]:
    """Return the counts of one finished hand, by player id; {} for a hand that is not over."""
    if hand.result is None:
        return {}
    count = _Count(hand)
    for act in hand.actions:
        count.take(act)
    return {player.player_id: Counts(**count.of(player)) for player in hand.players}


@dataclass(slots=True)
class _Count:
    """The counts of a hand while its acts are read again, one by one."""

    hand: Hand
    found: dict[int, dict[str, int]] = field(default_factory=dict)
    stack: dict[int, int] = field(default_factory=dict)
    bet: dict[int, int] = field(default_factory=dict)
    folded: set[int] = field(default_factory=set)
    street: str = ""
    raises: list[int] = field(default_factory=list)  # who raised before the flop, in order
    entered: set[int] = field(default_factory=set)  # who called or raised before the flop
    last_raiser: int | None = None
    flop_bets: list[int] = field(default_factory=list)
    faced: set[tuple[str, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Begin with the stacks of the start."""
        self.street = game_of(self.hand).streets[0].name
        for player in self.hand.players:
            self.found[player.seat] = {}
            self.stack[player.seat] = player.starting_stack - player.aside
            self.bet[player.seat] = 0

    def take(self, act: Recorded) -> None:
        """Count an act, then let it change bets and stacks."""
        if act.street != self.street and act.action not in ("show", "muck", "draw", "discard"):
            self.street, self.bet = act.street, dict.fromkeys(self.bet, 0)
        if act.action in ("fold", "check", "call", *_RAISES):
            if act.street == game_of(self.hand).streets[0].name:
                self._before_flop(act)
            else:
                self._after_flop(act)
        self.stack[act.seat] -= act.amount
        if act.action not in ("ante", "dead"):
            self.bet[act.seat] = max(self.bet[act.seat], act.to)
        if act.action in ("fold", "dead") and act.amount == 0:
            self.folded.add(act.seat)

    def _add(self, seat: int, name: str, *, once: bool = False) -> None:
        before = self.found[seat].get(name, 0)
        self.found[seat][name] = 1 if once else before + 1

    def _before_flop(self, act: Recorded) -> None:
        seat, raised = act.seat, act.action in _RAISES
        self._three_bet(act)
        self._steal(act)
        if raised or act.action == "call":
            self._add(seat, "vpip", once=True)
            self.entered.add(seat)
        if raised:
            self._add(seat, "pfr", once=True)
            self.raises.append(seat)
            self.last_raiser = seat

    def _three_bet(self, act: Recorded) -> None:
        seat = act.seat
        one = len(self.raises) == 1 and self.raises[0] != seat
        if one and self._can_raise(seat) and ("threebet", seat) not in self.faced:
            self.faced.add(("threebet", seat))
            self._add(seat, "threebet_opp")
            if act.action in _RAISES:
                self._add(seat, "threebet")
        if len(self.raises) == 2 and self.raises[0] == seat and ("face", seat) not in self.faced:
            self.faced.add(("face", seat))
            self._add(seat, "face_threebet")
            if act.action == "fold":
                self._add(seat, "fold_to_threebet")

    def _steal(self, act: Recorded) -> None:
        """Count a steal: first in from cutoff, button or small blind. Also count the blinds that face it alone."""
        seat = act.seat
        if not self.entered and seat in self._stealers() and ("steal", seat) not in self.faced:
            self.faced.add(("steal", seat))
            self._add(seat, "steal_opp")
            if act.action in _RAISES:
                self._add(seat, "steal")
        stolen = len(self.raises) == 1 and self.entered == set(self.raises) and self.raises[0] in self._stealers()
        if stolen and seat in self._blinds() and seat != self.raises[0] and ("stolen", seat) not in self.faced:
            self.faced.add(("stolen", seat))
            self._add(seat, "face_steal")
            if act.action == "fold":
                self._add(seat, "fold_to_steal")

    def _stealers(self) -> set[int]:
        """Return the seats of cutoff, button and small blind. In dealing order the button is last."""
        order = [player.seat for player in self.hand.players]
        late = {order[-1], order[-2]} if len(order) > 3 else {order[-1]}  # of three the cutoff is a blind
        small = {post.seat for post in self.hand.setup.posts if post.kind is PostKind.SMALL_BLIND}
        return late | small

    def _blinds(self) -> set[int]:
        kinds = (PostKind.SMALL_BLIND, PostKind.BIG_BLIND)
        return {post.seat for post in self.hand.setup.posts if post.kind in kinds}

    def _after_flop(self, act: Recorded) -> None:
        names = {"bet": "bets", "raise": "raises", "call": "calls", "check": "checks", "fold": "folds"}
        self._add(act.seat, f"postflop_{names[act.action]}")
        if self._on_flop(act.street):
            self._continuation(act)
            if act.action in _RAISES:
                self.flop_bets.append(act.seat)

    def _on_flop(self, street: str) -> bool:
        streets = game_of(self.hand).streets
        return bool(streets[1].board) and street == streets[1].name

    def _continuation(self, act: Recorded) -> None:
        seat = act.seat
        if seat == self.last_raiser and not self.flop_bets and ("cbet", seat) not in self.faced:
            self.faced.add(("cbet", seat))
            if self._can_raise(seat):
                self._add(seat, "cbet_opp")
                if act.action in _RAISES:
                    self._add(seat, "cbet")
        first = [self.last_raiser] == self.flop_bets and ("cbet", self.last_raiser or 0) in self.faced
        if first and seat != self.last_raiser and ("facing", seat) not in self.faced:
            self.faced.add(("facing", seat))
            self._add(seat, "face_cbet")
            if act.action == "fold":
                self._add(seat, "fold_to_cbet")

    def _can_raise(self, seat: int) -> bool:
        """Return whether a raise is still legal: chips beyond the call, and somebody live with chips to answer."""
        owed = max(self.bet.values()) - self.bet[seat]
        return self.stack[seat] > owed and any(
            self.stack[other] > 0 for other in self.stack if other != seat and other not in self.folded
        )

    def of(self, player: Player) -> Mapping[str, int]:
        """Return the counts of the hand for a player, by name."""
        return dict(self._counted(player))

    def _counted(self, player: Player) -> Iterator[tuple[str, int]]:
        result = self.hand.result
        if result is None:
            return
        won = sum(win.amount for win in result.wins if win.seat == player.seat) > 0
        flop, shown = self._saw_flop(player), result.reached_showdown and not player.folded
        yield from self.found[player.seat].items()
        yield "hands", 1
        yield "preflop_hands", int(not self.hand.setup.bomb)
        yield "walks", int(self._walked(player))
        yield "saw_flop", int(flop)
        yield "went_to_showdown", int(shown)
        yield "won_at_showdown", int(shown and won)
        yield "won_when_saw_flop", int(flop and won)
        net = result.final_stacks[player.seat] - player.starting_stack
        mbb = round(net * 1000 / self.hand.setup.min_bet)
        yield "net_chips", net
        yield "net_mbb", mbb
        yield "squared_mbb", mbb * mbb

    def _saw_flop(self, player: Player) -> bool:
        """Return whether the game has a flop, and the player had not folded before it, all-in or not."""
        streets = game_of(self.hand).streets
        if not streets[1].board or game_of(self.hand).index(self.hand.reached) < 1:
            return False
        folds = [act.street for act in self.hand.actions if act.seat == player.seat and act.action in ("fold", "dead")]
        return not (player.folded and folds and folds[-1] == streets[0].name)

    def _walked(self, player: Player) -> bool:
        """Return whether everybody folded to this player in the big blind."""
        big = any(post.seat == player.seat and post.kind is PostKind.BIG_BLIND for post in self.hand.setup.posts)
        acts = [act for act in self.hand.actions if act.action not in _POSTS]
        return big and not player.folded and all(act.action == "fold" for act in acts if act.action != "muck")
