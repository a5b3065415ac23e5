"""Bodies of facts to bytes and back. The one place where S0 payloads are encoded: encryption lands here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

from collector.canonical import canonical


def encode(body: Mapping[str, object], key_id: str | None) -> bytes:
    """Return a body as bytes. `key_id` names the key it is sealed under; None: in clear, file mode 0600."""
    if key_id is not None:
        raise NotImplementedError("sealing of the log at rest is not built yet")
    return canonical(dict(body))


def decode(data: bytes, key_id: str | None) -> Mapping[str, object]:
    """Return the body of `data`."""
    if key_id is not None:
        raise NotImplementedError("sealing of the log at rest is not built yet")
    found = json.loads(data)
    if not isinstance(found, dict):
        raise TypeError("its body is no JSON object")
    return cast("Mapping[str, object]", found)
