"""How many frames the standard's walk through a stack of type A cards takes, by itself."""


def frames_needed(cards: list[str]) -> int:
    """Count the frames of a walk that trusts every collision: a card's worth each, and one silent call at the end."""
    waiting = {uid: levels(uid) for uid in cards}
    frames = 1
    while waiting:
        frames += 2  # call, halt
        chosen: list[int] = []
        while True:
            alike = [found for found in waiting.values() if found[: len(chosen)] == chosen]
            prefix = 0
            for bit in range(32):
                mask = (1 << bit) - 1
                values = {found[len(chosen)] >> bit & 1 for found in alike if found[len(chosen)] & mask == prefix}
                frames += len(values) - 1  # a collision, asked again
                prefix |= max(values) << bit
            frames += 2  # the last anticollision frame, SELECT
            chosen.append(prefix)
            if chosen in waiting.values():
                break
        waiting = {uid: found for uid, found in waiting.items() if found != chosen}
    return frames


def levels(uid: str) -> list[int]:
    raw, found = bytes.fromhex(uid), []
    while len(raw) > 4:
        found.append(int.from_bytes(b"\x88" + raw[:3], "little"))
        raw = raw[3:]
    return [*found, int.from_bytes(raw, "little")]
