"""Writes the tables of rights into docs/security.md: `python -m tools.dev.security_tables`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from collector.access.printed import rights_table, roles_table, words_table

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "security.md"
TABLES: Final = {"rights_table": rights_table, "roles_table": roles_table, "words_table": words_table}

_PARTS: Final = 5
"""Before, the mark, the old table, the end, after."""


def with_tables(page: str) -> str:
    """Return the text of a page with each table between its marks anew."""
    for name, make in TABLES.items():
        parts = re.split(rf"(<!-- {name} -->\n)(.*?)(<!-- end -->\n)", page, flags=re.DOTALL)
        if len(parts) != _PARTS:
            raise ValueError(f"the page does not have one place for {name}: a mark <!-- {name} --> and an <!-- end -->")
        before, mark, _, end, after = parts
        page = f"{before}{mark}\n{make()}\n{end}{after}"
    return page


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text()))
