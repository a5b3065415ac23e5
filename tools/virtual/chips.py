"""Which simulated chip stands for which on the virtual board. Runs on CPython and on MicroPython."""

from tools.virtual.chip_mfrc522 import ChipMfrc522
from tools.virtual.world import World


def chip(kind: str, world: World, antenna: str):  # type: ignore[no-untyped-def] # noqa: ANN201
    """Return a new chip of a kind over an antenna of the world."""
    if kind == "MFRC522":
        return ChipMfrc522(world.airs[antenna], world)
    if kind == "ST25R3911B":
        from tools.virtual.chip_st25r3911b import ChipSt25r3911b  # noqa: PLC0415 - memory on a board that has none

        return ChipSt25r3911b(world.airs[antenna], world)
    raise ValueError("there is no simulated " + str(kind))


def solder(world: World, default: str, config: dict, soldered: dict) -> list:  # type: ignore[type-arg]
    """Return the chips of all antennas: as soldered, else as the node's configuration says, else the board's."""
    wanted = config.get("antennas", {})
    there = soldered.get("antennas", {})
    return [chip(there.get(name) or wanted.get(name, {}).get("chip", default), world, name) for name in world.antennas]
