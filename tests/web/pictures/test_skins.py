"""What every skin keeps to: the oldest browser, its own folder, figures of one width, few bytes."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from tests.web.pictures.states import Room
from tests.web.pictures.studio import Studio
from tests.web.servers import STATIC

OVERLAY = STATIC / "overlay"
SKINS = sorted(path.parent.name for path in OVERLAY.glob("skins/*/skin.json"))
COLOURS = {"ink", "dim", "act", "bet", "calm", "allin", "win", "low", "tie", "spade", "heart", "diamond", "club"}
TOO_YOUNG = re.compile(
    r":has\(|@container|color-mix|backdrop-filter|mix-blend-mode|\blinear\(|^\s*&|^\s*(?:translate|scale|rotate):|@layer|"
    r"oklch|subgrid|:nth-child\([^)]* of ",
    re.MULTILINE,
)
MOST_BYTES = 250_000
MOVED = re.compile(r"transition|@keyframes")


def sheets() -> list[Path]:
    return [OVERLAY / "overlay.css", STATIC / "shared" / "base.css", *OVERLAY.glob("skins/*/*.css")]


def test_no_sheet_needs_more_than_chromium_103() -> None:
    rules = {path.name: re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL) for path in sheets()}

    assert {name: TOO_YOUNG.findall(text) for name, text in rules.items() if TOO_YOUNG.search(text)} == {}
    assert TOO_YOUNG.search(".a:has(b) {}")
    assert TOO_YOUNG.search("  translate: 1px;")


def test_nothing_in_a_sheet_moves_by_itself() -> None:
    assert [path.name for path in OVERLAY.rglob("*.css") if MOVED.search(path.read_text())] == []


@pytest.mark.parametrize("skin", SKINS)
def test_a_skin_says_all_colours_and_stays_in_its_folder(skin: str) -> None:
    folder = OVERLAY / "skins" / skin
    said = json.loads((folder / "skin.json").read_text())
    sheet = (folder / said["css"]).read_text()

    assert set(said["colours"]) >= COLOURS
    for address in re.findall(r"url\(\"([^\"]+)\"\)", sheet):
        assert (folder / address).resolve().parent == folder
    rules = re.sub(r"/\*.*?\*/|@font-face \{[^}]*\}", "", sheet, flags=re.DOTALL)
    selectors = [each for each in re.findall(r"([^{}]+)\{", rules) if each.strip()]
    assert all(part.strip().startswith(f'[data-skin="{skin}"]') for each in selectors for part in split(each))
    assert f"'{skin}'" in (OVERLAY / "options.js").read_text()


def split(selector: str) -> list[str]:
    """Return the selectors of a rule; a comma inside brackets is none."""
    return re.split(r",(?![^(]*\))", selector)


@pytest.mark.browser
@pytest.mark.parametrize("skin", SKINS)
def test_all_figures_have_one_width(skin: str, taking: Studio) -> None:
    page = taking.draw(Room(2).begin(("AsKd", "QhQc")).picture(), f"anim=0&skin={skin}")
    for name in ("stack", "pot", "equity", "call"):
        widths = page.evaluate(
            """(name) => {
              const place = document.querySelector(`[data-field="${name}"]`);
              const probe = document.createElement('b');
              place.append(probe);
              const widths = [...'0123456789'].map((figure) => {
                probe.textContent = figure.repeat(20);
                return Math.round(probe.getBoundingClientRect().width);
              });
              probe.remove();
              return widths;
            }""",
            name,
        )
        assert len(set(widths)) == 1, (name, widths)


def taken_by(module: Path, found: set[Path]) -> set[Path]:
    """Return the modules that a module loads, itself included."""
    if module not in found:
        found.add(module)
        for name in re.findall(r"from '(\.[^']+)'", module.read_text()):
            taken_by((module.parent / name).resolve(), found)
    return found


@pytest.mark.parametrize("skin", SKINS)
def test_the_first_picture_is_small(skin: str) -> None:
    folder = OVERLAY / "skins" / skin
    files = taken_by((OVERLAY / "overlay.js").resolve(), set())
    files |= {OVERLAY / name for name in ("index.html", "overlay.css", "lang/en.json")} | {
        STATIC / "shared" / "base.css"
    }
    packed = sum(len(gzip.compress(path.read_bytes(), 9)) for path in files)
    packed += sum(len(gzip.compress(path.read_bytes(), 9)) for path in folder.glob("*.css"))
    packed += sum(path.stat().st_size for path in folder.glob("*.woff2"))

    assert packed <= MOST_BYTES
    assert any(path.name == "mqtt.esm.js" for path in files)
