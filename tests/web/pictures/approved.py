"""The approved pictures: which there are, and where they lie.

`python -m tests.web.pictures.approved` takes all anew, `… NAME` one of them. Look at each before you commit it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.web.pictures.states import STATES
from tests.web.pictures.studio import studio

FOLDER = Path(__file__).parent / "approved"
MAJOR = FOLDER / "chromium.txt"
"""The major version of Chromium that took them. Another one draws letters otherwise, and compares nothing."""

PICTURES: dict[str, tuple[str, str]] = {
    **{f"velvet_{name}": (name, "anim=0") for name in STATES},
    "velvet_row_deal_10": ("deal_10", "anim=0&layout=h"),
    "velvet_row_winner": ("winner", "anim=0&layout=h"),
    "velvet_split_omaha_6": ("omaha_6_at_7", "anim=0&layout=h"),
    "velvet_compact_ten_folded": ("ten_folded", "anim=0&density=compact"),
    "velvet_es_winner": ("winner", "anim=0&lang=es"),
}
"""By name, the state and how it is looked at."""


def main(wanted: list[str]) -> None:
    """Take pictures anew."""
    FOLDER.mkdir(exist_ok=True)
    with studio() as taking:
        for name in wanted or PICTURES:
            state, query = PICTURES[name]
            (FOLDER / f"{name}.png").write_bytes(taking.in_palette(taking.take(STATES[state](), query)))
            print(name)  # noqa: T201 - a command
        MAJOR.write_text(f"{taking.major}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
