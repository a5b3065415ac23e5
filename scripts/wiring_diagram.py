"""Makes docs/wiring.svg and docs/wiring.png: one node with twelve readers, pins as the board files have them.

.venv/bin/python scripts/wiring_diagram.py      (the PNG needs chromium)
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = "/usr/bin/chromium"
WIDTH, HEIGHT = 1560, 1215
ESP_RIGHT, DECODER_LEFT, DECODER_RIGHT, READER_LEFT = 380, 560, 760, 1180
CS, SCK, MOSI, MISO, RST, POWER, GROUND = "#7b2fbe", "#1f6feb", "#1a7f37", "#d1570a", "#57606a", "#cf222e", "#1f2328"
TRUNKS = {"SCK": (1045, SCK), "MOSI": (995, MOSI), "MISO": (945, MISO), "RST": (895, RST)}
SIGNAL_ROWS = {"SCK": 610, "MOSI": 650, "MISO": 690, "RST": 730}
READERS = (("a01", "Y0", 100, 400), ("a02", "Y1", 390, 435), ("a12", "Y11", 740, 540))
DECODER_PINS = {"A0": 23, "A1": 22, "A2": 21, "A3": 20, "G1": 18, "G2": 19, "Y0": 1, "Y1": 2, "Y11": 13}
PINS = ("SDA", "MISO", "SCK", "MOSI", "RST", "3.3V", "GND")
PITCH = 32
COLUMNS = (230, 300)
COIL = "#8c959f"


def svg() -> str:
    """Return the drawing."""
    boards = [import_module(f"firmware.boards.{name}") for name in ("esp32_devkitc", "esp32_s3_devkitc")]
    parts = [*_esp(boards), *_decoder(), *_trunks()]
    for place, (name, _, top, decoder_y) in enumerate(READERS):
        parts += _reader(place, name, top, decoder_y)
    parts += [*_power(), *_legend()]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="Inter, Helvetica, Arial, sans-serif">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n'
    )
    return head + "\n".join(parts) + "\n</svg>\n"


def _text(x: float, y: float, words: str, size: int = 17, *, anchor: str = "start", bold: bool = False) -> str:
    weight = ' font-weight="700"' if bold else ""
    return f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}" fill="#1f2328"{weight}>{words}</text>'


def _box(x: float, y: float, width: float, height: float, fill: str = "#f6f8fa") -> str:
    shape = f'x="{x}" y="{y}" width="{width}" height="{height}" rx="10"'
    return f'<rect {shape} fill="{fill}" stroke="#1f2328" stroke-width="2"/>'


def _frame(x: float, y: float, size: tuple[float, float], colour: str, *, fill: str = "none") -> str:
    shape = f'x="{x}" y="{y}" width="{size[0]}" height="{size[1]}" rx="3"'
    return f'<rect {shape} fill="{fill}" stroke="{colour}" stroke-width="3"/>'


def _wire(colour: str, *points: tuple[float, float]) -> str:
    path = " ".join(f"{x},{y}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="3"/>'


def _joint(colour: str, x: float, y: float) -> str:
    return f'<circle cx="{x}" cy="{y}" r="5.5" fill="{colour}"/>'


def _esp(boards: list[Any]) -> list[str]:
    """Draw the board with the GPIO numbers of both kinds."""
    rows = [("A0", 400), ("A1", 435), ("A2", 470), ("A3", 505), ("enable", 540), *SIGNAL_ROWS.items(), ("light", 780)]
    pins = [
        [*board.PINS_ADDRESS, board.PIN_ENABLE, board.PIN_CLOCK, board.PIN_MOSI, board.PIN_MISO, board.PIN_RESET,
         board.PIN_LIGHT] for board in boards
    ]  # fmt: skip
    found = [_box(40, 290, ESP_RIGHT - 40, 540), _text(210, 325, "ESP32 board", 22, anchor="middle", bold=True)]
    for x, title in zip(COLUMNS, ("ESP32", "S3"), strict=True):
        found.append(_text(x, 365, title, 15, anchor="middle", bold=True))
    found.append(_text(150, 365, "GPIO:", 15, anchor="end", bold=True))
    for (name, y), *numbers in zip(rows, *pins, strict=True):
        found.append(_text(60, y + 6, name))
        for x, number in zip(COLUMNS, numbers, strict=True):
            found.append(_text(x, y + 6, str(number), 18, anchor="middle", bold=True))
    found += [_wire(CS, (ESP_RIGHT, y), (DECODER_LEFT, y)) for _, y in rows[:5]]
    found += [_wire(GROUND, (ESP_RIGHT, 780), (440, 780)), _text(448, 786, "LED, 1 kΩ, to GND", 16)]
    return found


def _decoder() -> list[str]:
    """Draw what makes twelve select lines of four pins."""
    found = [_box(DECODER_LEFT, 290, DECODER_RIGHT - DECODER_LEFT, 290)]
    found.append(_text(660, 325, "74HC154", 22, anchor="middle", bold=True))
    found.append(_text(660, 350, "24: 3.3 V, 12: GND, 100 nF", 14, anchor="middle"))
    for name, y in (("A0", 400), ("A1", 435), ("A2", 470), ("A3", 505), ("G1", 540)):
        found.append(_text(DECODER_LEFT + 12, y + 6, f"{DECODER_PINS[name]}: {name}"))
    found.append(_text(DECODER_LEFT + 12, 568, f"{DECODER_PINS['G2']}: G2 to GND", 15))
    found += _pull_up()
    for _, output, _, y in READERS:
        found.append(_text(DECODER_RIGHT - 12, y + 6, f"{output} :{DECODER_PINS[output]}", anchor="end"))
    found.append(_text(DECODER_RIGHT - 12, 480, "Y2 to Y10", 14, anchor="end"))
    found.append(_text(DECODER_RIGHT - 12, 502, ":3 to 11", 14, anchor="end"))
    return found


def _pull_up() -> list[str]:
    """Draw what keeps the decoder off while the board's pins float."""
    x, y = 500, 540
    return [
        _joint(CS, x, y),
        _wire(CS, (x, y), (x, 268)),
        _frame(x - 9, 230, (18, 38), CS, fill="#fff"),
        _wire(POWER, (x, 230), (x, 205)),
        _text(x + 16, 255, "10 kΩ", 13),
        _text(x, 196, "3.3 V", 15, anchor="middle"),
    ]


def _trunks() -> list[str]:
    """Draw the lines that all readers share."""
    lowest = READERS[-1][2] + 62 + PITCH * PINS.index("RST")
    found = []
    for name, y in SIGNAL_ROWS.items():
        x, colour = TRUNKS[name]
        top = READERS[0][2] + 40
        found += [_wire(colour, (ESP_RIGHT, y), (x, y)), _wire(colour, (x, top), (x, lowest)), _joint(colour, x, y)]
        found.append(_text(x, top - 12, name, 15, anchor="middle", bold=True))
        if name in {"SCK", "MOSI"}:
            found.append(_frame(420, y - 9, (56, 18), colour, fill="#fff"))
            found.append(_text(448, y + 5, "33 Ω", 13, anchor="middle"))
    return found


def _reader(place: int, name: str, top: float, decoder_y: float) -> list[str]:
    """Draw one reader, its buffer and its wires."""
    rows = {pin: top + 62 + PITCH * number for number, pin in enumerate(PINS)}
    found = [_box(READER_LEFT, top, 330, 62 + PITCH * len(PINS), "#eef6ff")]
    found.append(_text(READER_LEFT + 165, top + 34, f"MFRC522 reader {name}", 20, anchor="middle", bold=True))
    found += [_text(READER_LEFT + 14, y + 6, pin) for pin, y in rows.items()]
    found.append(_frame(READER_LEFT + 150, top + 62, (150, 150), COIL))
    found.append(_frame(READER_LEFT + 166, top + 78, (118, 118), COIL))
    found.append(_text(READER_LEFT + 225, top + 142, "coil", 16, anchor="middle"))
    found.append(_text(READER_LEFT + 225, top + 238, "10 µF at its pins", 14, anchor="middle"))
    across = 800 + 30 * place
    select = rows["SDA"]
    found.append(_wire(CS, (DECODER_RIGHT, decoder_y), (across, decoder_y), (across, select), (READER_LEFT, select)))
    found += _buffer(select, rows["MISO"])
    for signal in ("SCK", "MOSI", "RST"):
        x, colour = TRUNKS[signal]
        found += [_wire(colour, (x, rows[signal]), (READER_LEFT, rows[signal])), _joint(colour, x, rows[signal])]
    found.append(_wire(POWER, (READER_LEFT - 60, rows["3.3V"]), (READER_LEFT, rows["3.3V"])))
    found.append(_text(READER_LEFT - 68, rows["3.3V"] + 6, "3.3 V", 15, anchor="end"))
    found.append(_wire(GROUND, (READER_LEFT - 60, rows["GND"]), (READER_LEFT, rows["GND"])))
    found.append(_text(READER_LEFT - 68, rows["GND"] + 6, "GND", 15, anchor="end"))
    return found


def _buffer(select: float, y: float) -> list[str]:
    """Draw a quarter of a 74LVC125: it passes MISO on only while its reader is selected."""
    x, colour = TRUNKS["MISO"]
    tip, back = READER_LEFT - 100, READER_LEFT - 60
    middle = (tip + back) / 2
    triangle = f"{back},{y - 15} {back},{y + 15} {tip},{y}"
    return [
        _wire(colour, (READER_LEFT, y), (back, y)),
        _wire(colour, (tip, y), (x, y)),
        _joint(colour, x, y),
        f'<polygon points="{triangle}" fill="#fff" stroke="{colour}" stroke-width="3"/>',
        _wire(CS, (middle, select), (middle, y - 10)),
        _joint(CS, middle, select),
        _text(middle - 4, y + 27, "OE", 12, anchor="middle"),
    ]


def _power() -> list[str]:
    """Draw where current comes from."""
    return [
        _box(40, 960, 200, 110, "#fff5f5"),
        _text(140, 1005, "5 V, 3 A", 22, anchor="middle", bold=True),
        _text(140, 1035, "supply, one for all", 15, anchor="middle"),
        _box(380, 960, 250, 110, "#fff5f5"),
        _text(505, 998, "3.3 V, 2 A", 22, anchor="middle", bold=True),
        _text(505, 1025, "step-down converter", 15, anchor="middle"),
        _text(505, 1048, "470 µF at its output", 15, anchor="middle"),
        _wire(POWER, (240, 990), (380, 990)),
        _wire(POWER, (140, 960), (140, 830)),
        _text(212, 900, "to the 5V (VIN) pin;", 15),
        _text(212, 922, "open while USB is in", 15),
        _wire(GROUND, (200, 960), (200, 830)),
        _text(212, 858, "GND", 15),
        _wire(POWER, (630, 990), (720, 990)),
        _text(728, 996, "3.3 V rail: readers, 74HC154,", 15),
        _text(728, 1016, "74LVC125; never the board's 3V3 pin", 15),
        _wire(GROUND, (240, 1040), (380, 1040)),
        _wire(GROUND, (630, 1040), (720, 1040)),
        _text(728, 1046, "GND: one for all", 15),
    ]


def _legend() -> list[str]:
    """Say what the lines do not."""
    gate = "74LVC125 (triangles): one gate per reader, three chips for twelve, in the box beside the decoder. Pins: "
    rest = "A crossing without a dot is no connection. IRQ stays open. Pin names as printed on the reader; "
    lines = (
        gate + "OE 1, 4, 10, 13;",
        "from the reader's MISO 2, 5, 9, 12; to the common MISO 3, 6, 8, 11; 14: 3.3 V, 7: GND, 100 nF between them.",
        rest + "their order there is another.",
        "Everything is at 3.3 V. 10 kΩ at G1 keeps all readers off while the board starts. In the 74HC154: pins.",
    )
    found = [_text(40, 60, "One node: an ESP32, a decoder, twelve readers on one SPI bus", 28, bold=True)]
    found.append(_text(40, 92, "Three of the twelve readers are drawn; the others are wired alike.", 17))
    found += [_text(40, 1122 + 24 * number, line, 17) for number, line in enumerate(lines)]
    return found


def picture(drawing: str, to: Path) -> None:
    """Draw the SVG with chromium."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - the SVG needs no browser

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.set_content(f'<body style="margin:0">{drawing}</body>')
        page.screenshot(path=str(to))
        browser.close()


if __name__ == "__main__":
    made = svg()
    (ROOT / "docs" / "wiring.svg").write_text(made)
    picture(made, ROOT / "docs" / "wiring.png")
