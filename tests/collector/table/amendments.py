"""An amendment as a console sends it, and what it leads to."""

from __future__ import annotations

from typing import Any

from tests.collector.table.dealer import Dealer


def amended(dealer: Dealer, changes: list[dict[str, Any]]) -> Any:
    """Preview an amendment, then send it with the digest of what was previewed."""
    preview = dealer.send(type="amend", changes=changes)
    assert preview.error is not None
    assert preview.error.code == "AMEND_PREVIEW", preview.error
    return dealer.command(type="amend", changes=changes, digest=preview.error.details["digest"]), preview.error.details


def stacks(dealer: Dealer) -> list[int]:
    return [dealer.seat(seat)["stack"] for seat in (1, 2, 3)]
