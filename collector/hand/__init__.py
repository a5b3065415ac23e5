"""The live hand: rules and record, as pure values. Standard library only.

`start` begins a hand, `apply` adds an event to it. `legal`, `board` and `to_show` answer questions about it.
"""

from collector.hand.betting import legal
from collector.hand.board import board, board_wanted, boards, next_board
from collector.hand.limits import pot_total
from collector.hand.showdown import pots_so_far, to_show
from collector.hand.transitions import apply, start

__all__ = [
    "apply",
    "board",
    "board_wanted",
    "boards",
    "legal",
    "next_board",
    "pot_total",
    "pots_so_far",
    "start",
    "to_show",
]
