"""Takes pictures of the overlay from states, in a browser without a broker, and compares them there."""

from __future__ import annotations

import base64
import functools
import http.server
import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.web.chromium import CHROMIUM, CHROMIUM_ARGS
from tests.web.servers import STATIC

ARGS = [*CHROMIUM_ARGS, "--font-render-hinting=none", "--disable-lcd-text", "--force-color-profile=srgb"]
_PAGE = """<!doctype html><html><head><meta charset="utf-8"><link rel="stylesheet" href="/shared/base.css">
<link rel="stylesheet" href="/overlay/overlay.css"></head><body><main id="overlay" hidden></main></body></html>"""
_STAGE = """async () => {
  const { makeStage } = await import('/overlay/stage.js');
  const { readOptions } = await import('/overlay/options.js');
  window.view = await makeStage(document.getElementById('overlay'), readOptions(new URLSearchParams(location.search)));
}"""
_DRAW = """async ([state, events]) => {
  view.draw(state, events);
  await document.fonts.ready;
  for (const animation of document.getAnimations()) {
    try { animation.finish(); } catch (error) { animation.cancel(); }
  }
  return view.fault;
}"""
_PIXELS = """
const pixels = async (png, blur) => {
  const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height);
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  if (blur) { pen.fillStyle = '#808080'; pen.fillRect(0, 0, image.width, image.height); pen.filter = 'blur(1px)'; }
  pen.drawImage(image, 0, 0);
  return pen.getImageData(0, 0, image.width, image.height);
};"""
_COMPARE = (
    "async ([one, other]) => {"
    + _PIXELS
    + """
  const [a, b] = [await pixels(one, true), await pixels(other, true)];
  if (a.width !== b.width || a.height !== b.height) return 1;
  let off = 0;
  for (let at = 0; at < a.data.length; at += 4) {
    const apart = Math.max(...[0, 1, 2].map((channel) => Math.abs(a.data[at + channel] - b.data[at + channel])));
    if (apart > 24) off += 1;
  }
  return off / (a.width * a.height);
}"""
)
_PALETTE = (
    "async (png) => {"
    + _PIXELS
    + """
  const { data, width, height } = await pixels(png, false);
  const buckets = new Map();
  const keyAt = (at) => (data[at + 3] === 0 ? -1
    : ((data[at] >> 3) << 18) | ((data[at + 1] >> 3) << 12) | ((data[at + 2] >> 3) << 6) | (data[at + 3] >> 4));
  for (let at = 0; at < data.length; at += 4) {
    const key = keyAt(at);
    let sum = buckets.get(key);
    if (!sum) buckets.set(key, sum = [0, 0, 0, 0, 0]);
    for (let channel = 0; channel < 4; channel += 1) sum[channel] += data[at + channel];
    sum[4] += 1;
  }
  const mean = (sum) => [0, 1, 2, 3].map((channel) => Math.round(sum[channel] / sum[4]));
  const ranked = [...buckets].filter(([key]) => key !== -1).sort((a, b) => b[1][4] - a[1][4] || a[0] - b[0]);
  const palette = [[0, 0, 0, 0], ...ranked.slice(0, 255).map(([, sum]) => mean(sum))];
  const places = new Map([[-1, 0]]);
  for (const [key, sum] of ranked) {
    const wanted = mean(sum);
    let best = 0;
    let nearest = Infinity;
    palette.forEach((colour, at) => {
      const apart = colour.reduce((total, value, channel) => total + (value - wanted[channel]) ** 2, 0);
      if (apart < nearest) { nearest = apart; best = at; }
    });
    places.set(key, best);
  }
  let indexes = '';
  const rows = [];
  for (let y = 0; y < height; y += 1) {
    const row = new Uint8Array(width);
    for (let x = 0; x < width; x += 1) row[x] = places.get(keyAt(4 * (y * width + x)));
    rows.push(String.fromCharCode(...row));
  }
  indexes = btoa(rows.join(''));
  return { palette, width, height, indexes };
}"""
)


class Studio:
    """One browser. `pages` by query: a stage is made once for each way of looking."""

    def __init__(self, page: Page, url: str) -> None:
        self._page = page
        self._url = url
        self._query: tuple[str, tuple[int, int]] | None = None

    @property
    def version(self) -> str:
        browser = self._page.context.browser
        assert browser
        return browser.version

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    @property
    def page(self) -> Page:
        return self._page

    def draw(
        self,
        state: dict[str, Any],
        query: str = "",
        events: list[dict[str, Any]] | None = None,
        size: tuple[int, int] = (1920, 1080),
    ) -> Page:
        """Draw a state on a stage that shows it so, and end what moves."""
        if self._query != (query, size):
            self._page.set_viewport_size({"width": size[0], "height": size[1]})
            self._page.goto(f"{self._url}/still.html?{query}")
            self._page.evaluate(_STAGE)
            self._query = query, size
        fault = self._page.evaluate(_DRAW, [state, events or []])
        assert fault == "", fault
        return self._page

    def take(self, state: dict[str, Any], query: str = "anim=0", size: tuple[int, int] = (1920, 1080)) -> bytes:
        """Return a transparent PNG of a state."""
        return self.draw(state, query, size=size).screenshot(omit_background=True)

    def differs(self, one: bytes, other: bytes) -> float:
        """Return the share of pixels that are another colour, after a blur of one pixel."""
        both = [base64.b64encode(png).decode() for png in (one, other)]
        return float(self._page.evaluate(_COMPARE, both))

    def in_palette(self, png: bytes) -> bytes:
        """Return a picture in at most 256 colours, a sixth of the size."""
        found = self._page.evaluate(_PALETTE, base64.b64encode(png).decode())
        indexes, width = base64.b64decode(found["indexes"]), found["width"]
        rows = b"".join(b"\0" + indexes[at : at + width] for at in range(0, len(indexes), width))
        colours = bytes(value for colour in found["palette"] for value in colour[:3])
        alphas = bytes(colour[3] for colour in found["palette"])
        header = struct.pack(">IIBBBBB", width, found["height"], 8, 3, 0, 0, 0)
        chunks = (
            (b"IHDR", header),
            (b"PLTE", colours),
            (b"tRNS", alphas),
            (b"IDAT", zlib.compress(rows, 9)),
            (b"IEND", b""),
        )
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


class _Pages(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


@contextmanager
def studio() -> Iterator[Studio]:
    """Open a browser on the static files."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Pages, directory=str(STATIC)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.route("**/still.html*", lambda route: route.fulfill(body=_PAGE, content_type="text/html"))
        yield Studio(page, f"http://127.0.0.1:{server.server_port}")
        browser.close()
    server.shutdown()
    server.server_close()
