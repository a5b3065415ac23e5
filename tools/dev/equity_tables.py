"""Write the tables of collector/equity/ that take longest to make: python -m tools.dev.equity_tables."""

from __future__ import annotations

from typing import Any

import numpy as np

from collector.equity.large_tables import FILE, STORED


def main() -> None:
    """Make every table from nothing and write the file that the package loads."""
    tables: dict[str, Any] = {name: build() for name, build in STORED.items()}
    np.savez_compressed(FILE, **tables)
    print(f"{FILE.name}: {len(STORED)} tables, {FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
