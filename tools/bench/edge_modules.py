"""What each module of a node costs on its heap, and which of them a node at rest holds: for the map in edge/README.md.

    python -m tools.bench.edge_modules

prints both. The application is compiled as for a board and runs on a 32-bit MicroPython, where there is one.
"""

from __future__ import annotations

import asyncio
from typing import Final, NamedTuple

from tools.bench import edge_heap

SETTINGS: Final[dict[str, dict[str, object]]] = {
    "": {},
    "`sealed`": {"sealed": True},
    "`time_host`": {"time_host": "127.0.0.1"},
    "`uplink`: `serial`": {"uplink": "serial"},
    "ST25R3911B": {"antennas": {"a01": {"chip": "ST25R3911B", "tech": ["A"]}}},
    "ST25R3911B, `tech` V": {"antennas": {"a01": {"chip": "ST25R3911B", "tech": ["V"]}}},
    "ST25R3911B, `tech` A and V": {"antennas": {"a01": {"chip": "ST25R3911B"}}},
}
"""What of a configuration asks for modules, by its name in the map; "" is the ordinary node."""
_LOOKS: Final = 120
_NOT_AT_REST: Final = {"edge.antenna_faults", "edge.antenna_odd"}
_TRIES: Final = 4  # a busy machine can look like a dead chip, or garble an answer, and then this is no node at rest


class Modules(NamedTuple):
    """`bytes` of each module on this interpreter, and those that a node at rest holds, by what of `SETTINGS` it has."""

    bits: int
    bytes: dict[str, int]
    at_rest: dict[str, set[str]]


async def measured() -> Modules:
    """Start a node with each of `SETTINGS`."""
    at_rest = {}
    sizes: dict[str, int] = {}
    bits = 0
    async with edge_heap.measuring(lambda _: None) as measure:
        for name, settings in SETTINGS.items():
            for _ in range(_TRIES):
                found = await measure("modules", _LOOKS, **settings)
                if not _NOT_AT_REST & set(found["idle"]):
                    break
            at_rest[name] = set(found["idle"])
            bits, sizes = found["bits"], sizes or found["bytes"]
    return Modules(bits, sizes, at_rest)


def main() -> None:
    """Print bytes, then the settings with which a node at rest holds the module."""
    modules = asyncio.run(measured())
    for name, size in sorted(modules.bytes.items()):
        held = [setting or "always" for setting, there in modules.at_rest.items() if name in there]
        print(f"{name:32} {size:6}  {'always' if len(held) == len(SETTINGS) else '; '.join(held)}")


if __name__ == "__main__":
    main()
