"""Makes docs/overlay.png: the overlay over a felt-green picture, in a hand that the virtual table really plays.

.venv/bin/python scripts/overlay_picture.py docs/overlay.png
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Page, async_playwright

from tests.e2e.people import show_live
from tools.rehearsal.console import Console, State
from tools.rehearsal.felt import Felt
from tools.rehearsal.house_game import HouseGame
from tools.rehearsal.pace import Pace
from tools.rehearsal.rehearsal import rehearsal

FELT = "radial-gradient(120% 90% at 60% 40%, #2f7d54 0%, #17523a 45%, #0a2419 100%)"
CHROMIUM = "/usr/bin/chromium"


class Posing(HouseGame):
    """Plays until a hand is worth a picture, and takes it."""

    def __init__(self, console: Console, felt: Felt, page: Page, to: Path) -> None:
        super().__init__(console, felt, Pace(0), seed=4, players=6)
        self._page = page
        self._to = to
        self.taken = False

    async def look(self, state: State) -> None:
        """Take the picture on a turn with three in the hand and something in the pot."""
        hand = state["hand"]
        live = sum(1 for seat in state["seats"] if seat["status"] in {"in", "all_in"})
        worth = hand["street"] == "turn" and len(hand["board"]) == 4 and live >= 3  # noqa: PLR2004 - a good moment
        if not worth or self.taken:
            return
        self.taken = True
        await asyncio.sleep(2)  # the cards have turned
        await self._page.evaluate(
            "felt => { const root = document.documentElement.style; root.background = felt; root.height = '100%'; }",
            FELT,
        )
        await self._page.screenshot(path=self._to)


async def main(to: Path) -> None:
    """Run a private stack until the picture is taken."""
    with tempfile.TemporaryDirectory() as folder:
        async with rehearsal(Path(folder), say=print) as table, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            page = await browser.new_page(viewport={"width": 1920, "height": 1080})
            await show_live(page, table.stack)
            game = Posing(table.console, Felt(table.node, table.sees, Pace(0)), page, to)
            await game.sit_down()
            while not game.taken:
                await game.hand()
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
