"""The board: the cards that were read, those that show, and the number still to come.

Cards have places: a card that is taken back leaves a gap, and the next card read fills the gap. Further boards, for a
double board or a second run, hold only the cards that they do not share with the first.
"""

from __future__ import annotations

from typing import cast

from collector.cards import Card
from collector.errors import IllegalAction
from collector.hand.changing import game_of, rule, unfolded
from collector.hand.copying import replace
from collector.hand.games import COMPLETE, SHOWDOWN
from collector.hand.model import Hand, Runout

_MOST_BOARDS = 3


def board(hand: Hand) -> tuple[Card, ...]:
    """Return the cards that show: whole streets only, and only those that the betting has reached."""
    return hand.community or _showing(hand, _first(hand))


def boards(hand: Hand) -> tuple[tuple[Card, ...], ...]:
    """Return the showing cards of every board: of one, unless there are several or the hand is run more than once."""
    if hand.community or not hand.further:
        return (board(hand),)
    return tuple(_showing(hand, places) for places in _all(hand))


def board_wanted(hand: Hand) -> int:
    """Return how many board cards the hand waits for: those of this street, or in a run-out those of the next.

    With several boards, the number is that of the first board that waits for a card.
    """
    if hand.complete:
        return 0
    return next((wanted for wanted in (_wanted(hand, places) for places in _all(hand)) if wanted), 0)


def wanted_by_board(hand: Hand) -> tuple[int, ...]:
    """Return for each board how many cards it waits for, as `board_wanted` counts them."""
    return tuple(0 if hand.complete else _wanted(hand, places) for places in _all(hand))


def next_board(hand: Hand) -> int:
    """Return the number of the board that the next card belongs to; 1 while there is one board."""
    waits = (number for number, places in enumerate(_all(hand), 1) if _wanted(hand, places))
    return next(waits, 1)


def board_complete(hand: Hand) -> bool:
    """Return whether every board card of the game shows."""
    return all(len(_showing(hand, places)) == game_of(hand).board_size for places in _all(hand))


def _wanted(hand: Hand, places: list[Card | None]) -> int:
    game = game_of(hand)
    known = [place < len(places) and places[place] is not None for place in range(game.board_size)]
    if not hand.closed:
        return known[: game.board_through(hand.street)].count(False)
    through = (game.board_through(street.name) for street in game.streets)
    return next((known[:end].count(False) for end in through if not all(known[:end])), 0)


def _showing(hand: Hand, places: list[Card | None]) -> tuple[Card, ...]:
    if not places:
        return ()
    read = places.index(None) if None in places else len(places)
    whole = 0
    for end in game_of(hand).boards_through(hand.reached):  # rises from street to street
        if end > read:
            break
        whole = end
    return tuple(cast("list[Card]", places[:whole]))


def turn_card(hand: Hand, card: Card, number: int = 1) -> Hand:
    """Put a card on a board, whatever hole cards were read: the public board never depends on them (ADR 6)."""
    game = game_of(hand)
    _require_free(hand, card)
    runout, most = _runout(hand, number)
    size = game.board_through(hand.reached) if hand.complete else game.board_size
    if len(runout.read) + len(most) >= size:
        over = "the hand is over with" if hand.complete else "the board has"
        raise IllegalAction("BOARD_FULL", f"{over} {size} board cards; to correct one, clear it first", {})
    if not runout.gaps:
        return _with(hand, number, replace(runout, read=(*runout.read, card)))
    at, *gaps = runout.gaps  # every place below the lowest gap is taken
    return _with(hand, number, Runout((*runout.read[:at], card, *runout.read[at:]), tuple(gaps)))


def _require_free(hand: Hand, card: Card) -> None:
    if card not in game_of(hand).cards:
        raise IllegalAction("BAD_CARD", f"{card!r} is no card of this deck; write rank then suit, as in As", {})
    if any(card in runout.read for runout in (Runout(hand.board_read), *hand.further)):
        raise IllegalAction("CARD_ON_BOARD", f"{card} is already on the board; clear it first to read it again", {})
    if any(card in (player.shown or ()) for player in hand.players):
        raise IllegalAction("CARD_SHOWN", f"{card} is in a tabled hand; correct that hand or this card", {})
    if any(card in player.up for player in hand.players):
        raise IllegalAction("CARD_FACE_UP", f"{card} lies face up before a seat; correct that card or this one", {})
    if card in (*hand.scrap, *hand.rabbit) or any(card in player.exposed for player in hand.players):
        raise IllegalAction("CARD_FACE_UP", f"{card} lies in the open already; correct that card or this one", {})


def take_card(hand: Hand, card: Card, number: int = 1) -> Hand:
    """Take a misread card from a board."""
    runout, _ = _runout(hand, number)
    if card not in runout.read:
        raise IllegalAction("CARD_NOT_THERE", f"{card} is not on the board; nothing to clear", {})
    place = _placed(runout).index(card)
    gaps = tuple(sorted((*runout.gaps, place)))
    rest = tuple(old for old in runout.read if old != card)
    while gaps and gaps[-1] == len(rest) + len(gaps) - 1:  # a gap at the end is no gap
        gaps = gaps[:-1]
    return _with(hand, number, Runout(rest, gaps))


def run_times(hand: Hand, times: int) -> Hand:
    """Deal the rest of the board `times` times, each for a share of every pot. The betting has to be over."""
    if not 2 <= times <= _MOST_BOARDS:
        raise IllegalAction("BAD_RUNS", f"a board is run 2 or {_MOST_BOARDS} times, not {times}", {})
    if not _runs_out(hand):
        message = "only a board that runs out, with the betting over and cards to come, can be run more than once"
        raise IllegalAction("CANNOT_RUN", message, {})
    if hand.further:
        raise IllegalAction("CANNOT_RUN", "there are several boards already; undo that first", {})
    shared = len(board(hand))
    if len(hand.board_read) != shared:
        raise IllegalAction("CANNOT_RUN", "a street is only partly dealt; clear its cards, then run the board", {})
    hand = rule(hand, f"the board is run {times} times")
    return replace(hand, shared=shared, further=(Runout(),) * (times - 1))


def may_run(hand: Hand) -> bool:
    """Return whether the rest of the board may be dealt more than once now."""
    return _runs_out(hand) and not hand.further and len(hand.board_read) == len(board(hand))


def _runs_out(hand: Hand) -> bool:
    contested = hand.closed and not hand.complete and len(unfolded(hand)) > 1
    return contested and len(hand.board_read) < game_of(hand).board_size


def run_out(hand: Hand) -> Hand:
    """Return the hand at the last street whose cards lie on the table. The betting has to be over."""
    if hand.street in (SHOWDOWN, COMPLETE):
        return hand
    game, showing = game_of(hand), min(len(_showing(hand, places)) for places in _all(hand))
    if showing == game.board_size:
        return replace(hand, street=SHOWDOWN)
    dealt = [street.name for street in game.streets if game.board_through(street.name) <= showing]
    return replace(hand, street=max(*dealt, hand.street, key=game.index))


def _runout(hand: Hand, number: int) -> tuple[Runout, tuple[Card, ...]]:
    """Return a board's own cards, and those that it shares with the first."""
    if number == 1:
        return Runout(hand.board_read, hand.board_gaps), ()
    if not 2 <= number <= len(hand.further) + 1:
        raise IllegalAction("NO_SUCH_BOARD", f"there is no board {number}; this hand has {len(hand.further) + 1}", {})
    return hand.further[number - 2], hand.board_read[: hand.shared]


def _with(hand: Hand, number: int, runout: Runout) -> Hand:
    if number == 1:
        return replace(hand, board_read=runout.read, board_gaps=runout.gaps)
    return replace(hand, further=(*hand.further[: number - 2], runout, *hand.further[number - 1 :]))


def _placed(runout: Runout) -> list[Card | None]:
    """Return the cards of a board with None for each gap."""
    if not runout.gaps:
        return list(runout.read)
    places: list[Card | None] = list(runout.read)
    for gap in runout.gaps:
        places.insert(gap, None)
    return places


def _first(hand: Hand) -> list[Card | None]:
    if not hand.board_gaps:
        return list(hand.board_read)
    return _placed(Runout(hand.board_read, hand.board_gaps))


def _all(hand: Hand) -> list[list[Card | None]]:
    first = _first(hand)
    shared = (first + [None] * hand.shared)[: hand.shared]
    return [first, *(shared + _placed(further) for further in hand.further)]
