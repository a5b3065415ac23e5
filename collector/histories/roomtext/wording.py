"""The words that card rooms share for what players do, for streets, and for the end of a hand.

What stands behind a raise differs: `raises $4 to $6` and `raises to $6` give the total, `raises [$6]` the chips put in.
"""

from __future__ import annotations

import re
from typing import Final

from collector.errors import BadHistory
from collector.hand.events import PostKind
from collector.histories.roomtext.amounts import cards_of, money
from collector.histories.roomtext.dialect import ActRule, Found, LineRule, act, line, nothing
from collector.histories.roomtext.telling import Telling


def _sum(name: str = "sum") -> str:
    """Return the pattern of an amount in a line of an act; some rooms put it in brackets."""
    return rf"[\[(]? ?{money(name)} ?[\])]?"


SUM: Final = _sum()
ALL_IN: Final = r"(?:,? (?:and )?(?:is )?all[- ]?in!?|,? and is capped|,? and has reached the .* cap)?"
_RUNS: Final = {"": 1, "first": 1, "second": 2, "third": 3}
_MOST_SEATS: Final = 10
_SIZES: Final = {"pre-flop": 1, "flopet": 1, "flop": 3, "turn": 4, "river": 5}


def _post(kind: PostKind, words: str) -> ActRule:
    return act(rf"{words}(?: of)? {SUM}{ALL_IN}", lambda t, s, f: t.post(s, kind, t.amount(f["sum"])))


def _post_both(told: Telling, seat: int, found: Found) -> None:
    """Post a missed small blind, which is dead, and a big blind, which is live; told in one sum, or one by one."""
    if found.get("more"):
        told.post(seat, PostKind.DEAD, told.amount(found["sum"]))
        live = told.amount(found["more"])
        if live:
            told.post(seat, PostKind.LATE, live)
        return
    big = told.big or max((post.amount for post in told.posts if post.kind is PostKind.BIG_BLIND), default=0)
    both = told.amount(found["sum"])
    live = min(big, both)
    if both > live:
        told.post(seat, PostKind.DEAD, both - live)
    told.post(seat, PostKind.LATE, live)


def _late_small(told: Telling, seat: int, found: Found) -> None:
    """Post a missed small blind, which is dead. What is more than that is the big blind with it, and live."""
    amount = told.amount(found["sum"])
    dead = min(amount, told.small or amount)
    told.post(seat, PostKind.DEAD, dead)
    if amount > dead:
        told.post(seat, PostKind.LATE, amount - dead)


def _late_big(told: Telling, seat: int, found: Found) -> None:
    """Post a missed big blind. One of nothing was told with the small blind."""
    amount = told.amount(found["sum"])
    if amount:
        told.post(seat, PostKind.LATE, amount)


def _big_blind(told: Telling, seat: int, found: Found) -> None:
    """Post a big blind. A second one that is more than the stakes is a straddle, as some converters write it."""
    amount = told.amount(found["sum"])
    second = any(post.kind is PostKind.BIG_BLIND for post in told.posts)
    told.post(seat, PostKind.STRADDLE if second and 0 < told.big < amount else PostKind.BIG_BLIND, amount)


def _drawn(told: Telling, seat: int, found: Found) -> None:
    told.draw(seat, int(found["count"]), cards_of(found["cards"]) if found["cards"] else ())


def _shown(told: Telling, seat: int, found: Found) -> None:
    told.heard.add(seat)
    told.shows(seat, cards_of(found["cards"]))


def _mucked(told: Telling, seat: int, found: Found) -> None:
    told.mucks(seat, cards_of(found["cards"]) if found["cards"] else ())


def _name_of(told: Telling, seat: int) -> str:
    return next(name for name, at in told.names.items() if at == seat)


def _collected(told: Telling, seat: int, found: Found) -> None:
    told.collects(_name_of(told, seat), told.amount(found["sum"]))


_DEAD_WORDS: Final = r"posts (?:the |a )?(?:dead small blind|dead blind|missed (?:small )?blind|dead)"
_POT: Final = r"(?:(?:high|low|hi|lo) )?(?:(?:main|side) )?(?:pot|side pot)(?:[- ]?#?\d+)?"

ACTS: Final[tuple[ActRule, ...]] = (
    act(rf"posts (?:small (?:&|and) big blinds?|big blind \+ dead) {SUM}{ALL_IN}", _post_both),
    act(rf"posts dead blind \[{money('sum')} \+ {money('more')}\]", _post_both),
    _post(PostKind.DEAD, _DEAD_WORDS),
    act(rf"posts small blind {SUM} out of position", _late_small),
    act(rf"posts big blind {SUM} out of position", _late_big),
    _post(PostKind.SMALL_BLIND, "posts (?:the )?small blind"),
    act(rf"posts (?:the )?(?:big|button) blind(?: of)? {SUM}{ALL_IN}", _big_blind),
    _post(PostKind.ANTE, "(?:posts (?:the |an? )?ante|antes)"),
    _post(PostKind.STRADDLE, r"(?:posts (?:a |the )?)?(?:\w+ )?straddles?"),
    _post(PostKind.LATE, "posts"),
    act(r"folds?\b(?! .*\d).*|folds \[.*\]", lambda t, s, _: t.fold(s)),
    act("checks?", lambda t, s, _: t.check(s)),
    act(rf"calls? {SUM}{ALL_IN}", lambda t, s, f: t.call(s, t.amount(f["sum"]))),
    act(rf"(?:bets?|opens|is all[- ]?in) +{SUM}{ALL_IN}", lambda t, s, f: t.put_in(s, t.amount(f["sum"]))),
    act(
        rf"(?:raises?|re-raises) {_sum('by')} to {SUM}{ALL_IN}",
        lambda t, s, f: t.bet(s, t.amount(f["sum"])),
    ),
    act(rf"(?:raises?|completes(?: it)?) to {SUM}{ALL_IN}", lambda t, s, f: t.bet(s, t.amount(f["sum"]))),
    act(rf"raises? {SUM}{ALL_IN}", lambda t, s, f: t.put_in(s, t.amount(f["sum"]))),
    act(
        rf"(?:small )?brings?[ -]?in (?:low |high )?(?:for )?{SUM}{ALL_IN}",
        lambda t, s, f: t.bring_in_for(s, t.amount(f["sum"])),
    ),
    act(r"stands pat(?: on)?(?: \[.*\])?", lambda t, s, _: t.draw(s, 0)),
    act(r"(?:discards?|changed) (?P<count>\d) cards?(?: \[(?P<cards>.*)\])?", _drawn),
    act(r"(?:shows|showed|tables) \[(?P<cards>[^\]]*)\].*", _shown),
    act(r"(?:mucks|mucked|doesn't show|does not show)(?: hand| cards)? ?\[(?P<cards>[^\]]*)\].*", _mucked),
    act(r"mucks(?: hand| cards)?(?: \(.*\))?(?P<cards>)", _mucked),
    act(r"(?:doesn't|does not|did not) show.*|shows?[^\[]*", nothing),
    act(rf"collected \[? ?{SUM} ?\]?(?: (?:from|net) .*)?", _collected),
    act(rf"(?:wins|ties for|won) (?:the )?{_POT} \({money('sum')}\).*", _collected),
    act(rf"wins {SUM} from the {_POT}.*", _collected),
)
"""What players do, whatever the room. A room's own words come before these."""

_SAYS: Final = (
    r'said, ".*|(?:wins|won) .* (?:bounty|elimination|eliminating|knock).*|finished the tournament.*'
    r"|(?:has|have) \d+ seconds? left to act|has (?:requested TIME|timed out|returned|reconnected|been disconnected).*"
    r"|(?:joins|leaves|will be|was|sits|sat|adds|re-?buys|rebuys|received|receives|is (?:connected|disconnected"
    r"|sitting out|dealt \d cards?|back|low with|high with|feeling)|stands up|takes? the add-on|has joined|has left"
    r"|wins the tournament|re-enters|cashed out|could not respond|did not respond|is capped|is out|timed out"
    r"|moved|denies|Table deposit|get an all-in insurance|pay premium|receive premium|has been|chose|pays|paid"
    r")\b.*|is all[- ]?in[.!]?"
)
SAYS: Final[ActRule] = act(_SAYS, nothing)
"""What players say and do beside the hand, and what happens to their line and their tournament."""


def _street(told: Telling, found: Found) -> None:
    """Begin a betting round, with the cards of its street where it has any."""
    run = int(found.get("nth") or _RUNS[(found.get("run") or "").lower()])
    if told.game.up:
        _seventh(told, found)
        return
    name = found["street"].lower()
    told.street()
    if found.get("run") or found.get("nth"):
        told.run(max(2, run))
    if found.get("pot"):
        _pot_so_far(told, found["pot"])
    told.board(cards_of(found["cards"]), _SIZES[name], run)


def _pot_so_far(told: Telling, text: str) -> None:
    """Compare the pot that a street line names; a bet that nobody could call may have come back by then."""
    said, found = told.amount(text), sum(told.put.values())
    if said not in (found, found - told.excess, found - sum(amount for _, amount in told.returned)):
        told.amiss.append(f"a street line says that the pot is {text}, and the acts before it put in something else")


def _seventh(told: Telling, found: Found) -> None:
    if not told.game.up:
        raise BadHistory("text", "has a street without its card; add it")
    told.seventh(cards_of(found["cards"]))


def betting_round(told: Telling, _: Found) -> None:
    """Begin a betting round."""
    told.street()


def _seat(text: str) -> int:
    """Return the number of a seat. A room that counts from 0 has its seat 0 where seat 10 is: right of seat 1."""
    return int(text) or _MOST_SEATS


def seated(told: Telling, found: Found) -> None:
    """Seat a player with his chips."""
    told.sit(_seat(found["seat"]), found["name"], told.amount(found["stack"]))


def button(told: Telling, found: Found) -> None:
    """Place the button."""
    told.button = _seat(found["seat"])


def _dealt(told: Telling, found: Found) -> None:
    """Read cards that are told of a player; the last bracket holds the new ones. A name may have brackets too."""
    rest = found["rest"]
    name = next((name for name in sorted(told.names, key=len, reverse=True) if rest.startswith(f"{name} [")), None)
    if name is None:
        raise BadHistory("text", "deals to somebody who has no seat; add the seat line")
    groups = rest[len(name) :].split("] [")
    seat = told.names[name]
    first = told.game.up and not told.placed[seat]  # on third street the down cards stand in a bracket of their own
    told.dealt(seat, cards_of(" ".join(groups) if first else groups[-1]))


def _returned(told: Telling, found: Found) -> None:
    told.gets_back(found["name"], told.amount(found["sum"]))


def _total(told: Telling, found: Found) -> None:
    """Read the line of the pot. What the house takes has several names; all of it is the rake."""
    told.pot = told.amount(found["pot"])
    taken = re.findall(rf"(?:Rake|Jackpot|Bingo|Fortune|Tax|Fee) ?\(?{money('x')}", found["rest"], re.IGNORECASE)
    if taken:
        told.rake = sum(told.amount(text) for text in taken)
    elif re.search(r"no rake", found["rest"], re.IGNORECASE):
        told.rake = 0


def _board_told(told: Telling, found: Found) -> None:
    run = _RUNS[found["run"].lower()] if found["run"] else told.board_told_next
    told.told_boards[run] = cards_of(found["cards"])


def _board_named(told: Telling, found: Found) -> None:
    told.board_told_next = _RUNS[found["run"].lower()] if found.get("run") else int(found["nth"])


def _folded_in_summary(told: Telling, found: Found) -> None:
    told.folded_in_summary.add(_seat(found["seat"]))


def _house_money(*_: object) -> None:
    raise BadHistory("text", "the room adds chips to this pot, which no rule of play does; leave this hand out")


def _summed(told: Telling, found: Found) -> None:
    """Read the cards of a player in the summary; they were tabled, or thrown away and told all the same."""
    seat, cards = _seat(found["seat"]), cards_of(found["cards"])
    if seat not in told.stacks or not cards:
        return
    if found["how"].lower() == "mucked":
        if len(cards) == told.game.hole:
            told.mucked_cards.setdefault(seat, cards)
    elif seat in told.heard and seat not in told.folded:
        told.shows(seat, cards)


_RUN: Final = "(?:(?P<run>FIRST|SECOND|THIRD) )?"
_CARDS: Final = r"(?P<cards>\[[^\]]*\](?: ?\[[^\]]*\])?)"
_SO_FAR: Final = rf"(?: ?\((?:Total )?Pot: {money('pot')}.*\))?"

LINES: Final[tuple[LineRule, ...]] = (
    line(
        rf"\*\*\* {_RUN}(?P<street>PRE-FLOP|FLOPET|FLOP|TURN|RIVER)(?: (?P<nth>[123]))? \*\*\*:? *{_CARDS}{_SO_FAR}",
        _street,
    ),
    line(r"\*\*\* RIVER \*\*\*(?P<cards>)", _seventh),
    line(
        rf"\*\*\* (?:[2-9](?:nd|rd|th) STREET|THIRD|FOURTH|FIFTH|SIXTH|SEVENTH|\w+[- ]BET|BETTING ROUND.*)"
        rf" \*\*\*{_SO_FAR}",
        betting_round,
    ),
    line(rf"\*\*\* (?:\w+[ -])?DRAW \*\*\*{_SO_FAR}", nothing),  # the first who draws ends the betting round
    line(
        r"\*\*\* (?:HOLE CARDS|DEALING HANDS|ANTE/BLINDS|PRE-FLOP|(?:FIRST |SECOND |THIRD )?SHOW ?DOWN|ANTES?"
        r"|SUMMARY(?! \d)|SHOW DOWN \d|END OF .*) ?\*\*\*.*",
        nothing,
    ),
    line(rf"Seat (?P<seat>\d+): (?P<name>.+) \( ?{money('stack')}(?: in chips)?(?:, .*bounty)? ?\).*", seated),
    line(r"Seat \d+: .+ \( ?\)", nothing),  # without chips nobody is dealt in; who acts all the same is a fault
    line(r"(?:.*['\) ])?Seat #?(?P<seat>\d+) is the (?:dead )?(?:button|dealer).*", button),
    line(r".*button is in seat #(?P<seat>\d+).*", button),
    line(r"Dealt to (?P<rest>.+ \[.*\])", _dealt),
    line(r"Dealt to [^\[]*", nothing),
    line(rf"Uncalled bet (?:of )?\(?{money('sum')}\)? returned to (?P<name>.+)", _returned),
    line(rf"Total pot:? ?\(?{money('pot')}(?P<rest>.*)", _total),
    line(rf"{_RUN}Board:? ?\[(?P<cards>[^\]]*)\]", _board_told),
    line("(?P<run>FIRST|SECOND|THIRD)", _board_named),
    line(r"\*\*\* SUMMARY (?P<nth>[123]) \*\*\*", _board_named),
    line(rf".+? ?:? (?:{_SAYS})", nothing),
    line(r"Cash Drop to Pot.*|STP added.*", _house_money),
    line(r"Pair on board - .*|# \{.*|.* split the .* bounty .*|\*+ # \d+ \*+", nothing),
    line(r"Hand was run .*|Players agree to .*|No low hand qualified.*|.* re-buys and receives .*", nothing),
)
"""Lines of the table, whatever the room."""

SUMMARY: Final[tuple[LineRule, ...]] = (
    line(r"Seat (?P<seat>\d+): .*?\b(?P<how>showed|mucked|shows) \[(?P<cards>[^\]]*)\].*", _summed),
    line(r"Seat (?P<seat>\d+): .*(?:\bfolded\b|\(folded\)).*", _folded_in_summary),
    line(r"Seat \d+: .*", nothing),
)
"""Lines behind the summary's first line."""
