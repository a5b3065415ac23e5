"""Who may see hidden cards, when: policies, the time that counts, and what is due. Pure; knows no channel and no table.

What is hidden is S0. A release makes it S2, for all (`public`) or for the house (`house`). A release is a fact,
committed before anything leaves; nothing else creates S2.
"""

from collector.release.due import Due, Waiting, due
from collector.release.policy import Audience, Hands, Policy, Terms, released_seats, stricter, weakens
from collector.release.showtime import Anchor, ShowTime

__all__ = [
    "Anchor",
    "Audience",
    "Due",
    "Hands",
    "Policy",
    "ShowTime",
    "Terms",
    "Waiting",
    "due",
    "released_seats",
    "stricter",
    "weakens",
]
