"""Print the equity of hands. Knows how people write a question; collector.equity counts it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final, NoReturn

import typer

from collector import equity
from collector.cards import Card, parse_cards
from collector.equity import BoardGame, Game, Pot
from collector.errors import BadCard, BadInput
from tools.choices import unknown
from tools.verbs.equity.answer import Answer
from tools.verbs.equity.as_json import as_json
from tools.verbs.equity.as_text import as_text
from tools.verbs.equity.games import NAMES, check_boards, game_of, named

VERB: Final = (60, "Print the exact equity of hands.")

Cards = tuple[Card, ...]
Hand = tuple[Card | None, ...]

UNREAD: Final = "??"
STREETS: Final = {"preflop": 0, "flop": 3, "turn": 4, "river": 5}


@dataclass(frozen=True)
class Asked:
    """A question as it was typed, read into cards. name: the game as the table calls it."""

    name: str
    game: Game
    hands: tuple[Hand, ...]
    boards: tuple[Cards, ...]
    dead: Cards
    folded: Cards
    theoretical: bool
    outs: bool
    history: bool
    pots: tuple[Pot, ...]
    folds: dict[int, int]

    @property
    def gone(self) -> Cards:
        """Return the cards that cannot come."""
        return self.dead if self.theoretical else (*self.dead, *self.folded)


def main(
    cards: Annotated[
        list[str],
        typer.Argument(
            help="The cards of each player, as AsAh KdKc. ?? is a card that was not read; ?? alone a whole hand. "
            "In stud and draw games give the cards a player holds; he draws what is missing to 7 or 5.",
            show_default=False,
        ),
    ],
    *,
    game: Annotated[str, typer.Option(help=f"One of: {', '.join(NAMES)}.")] = "holdem",
    board: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CARDS",
            help="Board cards that lie, as 9s5s2c. Again for a second board, and so on: run it twice, double board.",
        ),
    ] = None,
    dead: Annotated[
        str, typer.Option(metavar="CARDS", help="Cards that cannot come: burned, exposed, discarded.")
    ] = "",
    folded: Annotated[str, typer.Option(metavar="CARDS", help="Folded cards that were read. They cannot come.")] = "",
    theoretical: Annotated[
        bool,
        typer.Option("--theoretical", help="Leave folded cards in the deck, as for a player who does not see them."),
    ] = False,
    outs: Annotated[
        bool, typer.Option("--outs", help="Name the next cards that win and that tie, on the flop and the turn.")
    ] = False,
    pot: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CHIPS=PLAYERS",
            help="A pot and who can win it, as 300=1,2,3. Again for a side pot. Shows what each share is worth.",
        ),
    ] = None,
    history: Annotated[
        bool, typer.Option("--history", help="Show the equities of every street up to the board, and the swings.")
    ] = False,
    fold: Annotated[
        list[str] | None,
        typer.Option(metavar="PLAYER@STREET", help="With --history: who folded when, as 3@flop. Again for others."),
    ] = None,
    ranking: Annotated[
        str, typer.Option(help="Short deck: straight (a straight beats trips) or trips (trips beat a straight).")
    ] = "straight",
    as_json_: Annotated[bool, typer.Option("--json", help="Print one JSON object for programs.")] = False,
) -> None:
    """Show how often each player wins. Every runout is counted; where that is too much, the sample says how far off.

    Example: ebs equity AsAh KdKc 7h6h --board 9h5h2c --dead Ac3d

    \b
    More:
      ebs equity AsAh KdKc --board 9h5h2c --outs   which cards win
      ebs equity --game omaha_hi_lo AsAh2s3h JdTd9c8c --board 7s6d2h
      ebs equity --game stud AsAhKd QsQdJh         third street
      ebs equity --game single_draw_27 2s3h4c5d 2d3d4d7h   each draws one
      ebs equity AsAh ?? --board 9s5s2c            one hand was not read
      ebs equity AsAh KdKc --board 9s5s2c --board 9s5s2c   run it twice
      ebs equity AsAh KdKc 7h6h --pot 300=1,2,3 --pot 200=1,2
      ebs equity AsAh KdKc 7h6h --board KhQd2c7d7c --history --fold 3@flop
    """  # noqa: D301 - typer wants the control character: lines stay lines
    try:
        game = named(game)
        asked = Asked(
            game,
            _game(game, cards, ranking),
            _hands(game, cards),
            tuple(
                _read(f"--board {number}" if board and len(board) > 1 else "--board", text)
                for number, text in enumerate(board or [""], 1)
            ),
            _read("--dead", dead),
            _read("--folded", folded),
            theoretical,
            outs,
            history,
            _pots(pot or [], len(cards)),
            _folds(fold or [], len(cards)),
        )
        _check(asked)
        equity.warm(asked.game)
        start = time.perf_counter()
        answer = _answer(asked)
        elapsed_ms = 1000 * (time.perf_counter() - start)
    except BadInput as error:
        _refuse(error.message)
    typer.echo(as_json(answer, elapsed_ms) if as_json_ else as_text(answer))


def _refuse(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(2)


def _game(name: str, cards: Sequence[str], ranking: str) -> Game:
    if ranking not in ("straight", "trips"):
        raise BadInput("BAD_RANKING", f"--ranking: {unknown(ranking, ('straight', 'trips'))}")
    if ranking == "trips" and name not in {"short_deck", "short_deck_trips"}:
        raise BadInput(
            "BAD_RANKING", f"--ranking: {name} has one ranking only; leave it away, or add --game short_deck"
        )
    longest = max((len(text.replace("10", "T").replace(" ", "").replace(",", "")) // 2 for text in cards), default=0)
    return game_of(name, longest, ranking)


def _hands(name: str, cards: Sequence[str]) -> tuple[Hand, ...]:
    return tuple(_hand(name, f"hand {number}", text, cards) for number, text in enumerate(cards, 1))


def _hand(name: str, where: str, text: str, cards: Sequence[str]) -> Hand:
    game = _game(name, cards, "straight")
    if text == UNREAD and isinstance(game, BoardGame):
        return (None,) * game.hole
    pieces = text.split(UNREAD)
    hand: list[Card | None] = [*_read(where, pieces[0])]
    for piece in pieces[1:]:
        hand += [None, *_read(where, piece)]
    return tuple(hand)


def _read(where: str, text: str) -> Cards:
    try:
        return parse_cards(text)
    except BadCard as error:
        raise BadInput(error.code, f"{where}: {error.message}", error.details) from None


def _pots(texts: Sequence[str], players: int) -> tuple[Pot, ...]:
    pots = []
    for text in texts:
        chips, _, names = text.partition("=")
        numbers = [name.strip() for name in names.split(",")]
        if not chips.isdecimal() or not all(number.isdecimal() for number in numbers):
            raise BadInput("BAD_POT", f"--pot: {text!r} is no pot; write chips and the players who can win, as 300=1,2")
        if strangers := [number for number in numbers if int(number) not in range(1, players + 1)]:
            raise BadInput("BAD_POT", f"--pot {text}: there is no player {strangers[0]}; players are 1 to {players}")
        pots.append(Pot(int(chips), tuple(int(number) - 1 for number in numbers)))
    return tuple(pots)


def _folds(texts: Sequence[str], players: int) -> dict[int, int]:
    folds = {}
    for text in texts:
        player, _, street = text.partition("@")
        if not player.isdecimal() or int(player) not in range(1, players + 1) or street not in STREETS:
            raise BadInput(
                "BAD_FOLD",
                f"--fold: {text!r} is no fold; write a player from 1 to {players} and one of {', '.join(STREETS)}, "
                "as 3@flop",
            )
        folds[int(player) - 1] = STREETS[street]
    return folds


def _check(asked: Asked) -> None:
    """Refuse questions that go together with no other."""
    check_boards(asked.name, asked.boards)
    unread = any(card is None for hand in asked.hands for card in hand)
    several = len(asked.boards) > 1
    for option, given in (("--outs", asked.outs), ("--history", asked.history), ("--pot", bool(asked.pots))):
        if given and unread:
            raise BadInput("UNREAD_CARDS", f"{option}: needs every card, but {UNREAD} was given; leave {option} away")
        if given and several:
            raise BadInput("SEVERAL_BOARDS", f"{option}: needs one board, {len(asked.boards)} were given; ask for each")
        if given and option != "--pot" and not isinstance(asked.game, BoardGame):
            raise BadInput("NO_BOARD", f"{option}: {asked.name} has no board; leave {option} away")
    if several and (unread or not isinstance(asked.game, BoardGame)):
        why = f"{UNREAD} was given" if unread else f"{asked.name} has no board"
        raise BadInput("SEVERAL_BOARDS", f"--board: several boards, but {why}; give one")
    if asked.folds and not asked.history:
        raise BadInput("BAD_FOLD", "--fold: says who folded when in a history; add --history")
    if asked.folds and asked.pots:
        raise BadInput(
            "BAD_POT", "--pot: with --fold it is not clear who contends; ask for the live hands with --folded"
        )


def _answer(asked: Asked) -> Answer:
    game, hands, board = asked.game, asked.hands, asked.boards[0]
    known = tuple(tuple(card for card in hand if card is not None) for hand in hands)
    if isinstance(game, BoardGame) and len(asked.boards) > 1:
        boards = equity.equity_over_boards(game, known, asked.boards, asked.gone)
        return Answer(asked.name, game, hands, asked.boards, boards.boards[0], several=boards)
    if any(card is None for hand in hands for card in hand):
        partial = equity.unread_equity(game, hands, board, asked.gone)
        return Answer(asked.name, game, hands, asked.boards, partial.average, partial=partial)
    live = [hand for player, hand in enumerate(known) if player not in asked.folds]
    mucked = [] if asked.theoretical else [card for player in asked.folds for card in known[player]]
    result = equity.equity_of(game, live, board, [*asked.gone, *mucked])
    answer = Answer(asked.name, game, tuple(live), asked.boards, result, dealt=hands)
    answer.made = [equity.made(game, hand, board) for hand in live]
    answer.low = [equity.made_low(game, hand, board) if game.split else None for hand in live]
    answer.pots = equity.share_pots(game, known, board, asked.pots, asked.gone)
    if isinstance(game, BoardGame):
        answer.outs = equity.outs(game, live, board, [*asked.gone, *mucked]) if asked.outs else ()
        if asked.history:
            answer.history = equity.history(game, known, board, asked.folds, asked.gone, theoretical=asked.theoretical)
    return answer


if __name__ == "__main__":
    typer.run(main)
