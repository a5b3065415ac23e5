"""Contact sheets of the approved pictures over generated video plates: `make pictures`. Nothing is compared here."""

from __future__ import annotations

import base64
from pathlib import Path

from tests.web.pictures.approved import FOLDER, PICTURES
from tests.web.pictures.studio import studio

PLATES = {
    "white": "#f4f4f2",
    "black": "#050607",
    "felt": "radial-gradient(70% 60% at 50% 60%, #2f7a52, #1d5239 70%, #10241a)",
    "skin": "radial-gradient(14% 22% at 30% 38%, #e0b394, #a9765b 70%, transparent), linear-gradient(#5a3a2a, #33211a)",
    "crowd": "repeating-conic-gradient(#000 0 0.0001%, #c9b8a5 0 0.0002%) 50% 0/2500px 2500px",
}
OUT = Path("build/pictures")
_PER_SHEET = 6


def main() -> None:
    """Write the sheets into build/pictures."""
    OUT.mkdir(parents=True, exist_ok=True)
    names = [name for name in PICTURES if (FOLDER / f"{name}.png").exists()]
    with studio() as taking:
        page = taking.page
        page.set_viewport_size({"width": 1920, "height": 1620})
        for plate, ground in PLATES.items():
            for at in range(0, len(names), _PER_SHEET):
                page.set_content(_sheet(names[at : at + _PER_SHEET], ground))
                page.screenshot(path=str(OUT / f"{plate}_{at // _PER_SHEET + 1}.png"))
    print(f"{len(names)} pictures over {len(PLATES)} plates: {OUT}")  # noqa: T201 - a command


def _sheet(names: list[str], ground: str) -> str:
    cells = "".join(
        f'<figure><img src="data:image/png;base64,{base64.b64encode((FOLDER / f"{name}.png").read_bytes()).decode()}">'
        f"<figcaption>{name}</figcaption></figure>"
        for name in names
    )
    return (
        "<style>body{margin:0;display:grid;grid-template-columns:960px 960px;background:#222}"
        f"figure{{margin:0;position:relative;width:960px;height:540px;background:{ground}}}"
        "img{width:960px;height:540px}"
        "figcaption{position:absolute;right:4px;top:2px;font:13px monospace;color:#fff;background:#0008}</style>"
        + cells
    )


if __name__ == "__main__":
    main()
