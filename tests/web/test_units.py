"""The pure modules of the pages, run where they live: in a browser."""

from __future__ import annotations

import hashlib
import json

import pytest
from playwright.sync_api import Page

from tests.web.chromium import run
from tests.web.servers import STATIC

pytestmark = [pytest.mark.browser, pytest.mark.broker]

# Facing a bet of 40,000 at 5,000/10,000: 100,000 in the pot, 40,000 to call.
FACING = {
    "betTo": 40_000, "potTo": 180_000, "bigBlind": 10_000, "minTo": 70_000, "maxTo": 1_245_000, "unit": 5_000,
}  # fmt: skip
OPENING = FACING | {"betTo": 0, "potTo": 100_000, "minTo": 10_000}
AMOUNTS = [
    ("90000", FACING, 90_000),
    ("90,000", FACING, 90_000),
    ("1,245,000", FACING, 1_245_000),
    ("90k", FACING, 90_000),
    (" 90 K ", FACING, 90_000),
    ("1.2m", FACING, 1_200_000),
    ("0.1m", FACING, 100_000),
    ("92.345k", FACING, 92_345),
    ("3x", FACING, 120_000),
    ("2.5x", FACING, 100_000),
    ("3x", OPENING, 30_000),
    ("22bb", FACING, 220_000),
    ("2.2bb", OPENING, 20_000),
    ("1/2", FACING, 110_000),
    ("1/2p", FACING, 110_000),
    ("2/3", FACING, 130_000),
    ("75%", FACING, 145_000),
    ("33%", OPENING, 30_000),
    ("p", FACING, 180_000),
    ("pot", FACING, 180_000),
    ("max", FACING, 1_245_000),
    ("MIN", FACING, 70_000),
    ("p", FACING | {"maxTo": 150_000}, 150_000),
    ("50k", FACING | {"maxTo": 50_000, "minTo": 70_000}, 50_000),
    ("", FACING, "empty"),
    ("69,999", FACING, "below_min"),
    ("1,245,001", FACING, "above_max"),
    ("2m", FACING, "above_max"),
    ("1/2", FACING | {"maxTo": 100_000}, "above_max"),
    ("0", FACING, "below_min"),
    ("1,5k", FACING, "unreadable"),
    ("1.245.000", FACING, "unreadable"),
    ("12,34", FACING, "unreadable"),
    ("1/0", FACING, "unreadable"),
    ("-90000", FACING, "unreadable"),
    ("1e5", FACING, "unreadable"),
    ("90kk", FACING, "unreadable"),
    ("k", FACING, "unreadable"),
    ("all", FACING, "unreadable"),
    ("99999999999999999999", FACING, "not_whole"),
    ("1.2345k", FACING, "not_whole"),
    ("0.5", FACING, "not_whole"),
]


def test_amounts_as_typed(free: Page) -> None:
    found = run(
        free,
        "amount",
        "argument.map(([text, context]) => m.parseAmount(text, context))",
        [[text, context] for text, context, _ in AMOUNTS],
    )
    results = [(text, one.get("amount", one.get("fault"))) for (text, _, _), one in zip(AMOUNTS, found, strict=True)]
    assert results == [(text, wanted) for text, _, wanted in AMOUNTS]


def test_chips_in_words(free: Page) -> None:
    table = {
        0: ("0", "0"), 999: ("999", "999"), 9_999: ("9,999", "9,999"), 12_500: ("12,500", "12.5K"),
        25_000: ("25,000", "25K"), 999_949: ("999,949", "999.9K"), 999_950: ("999,950", "1M"),
        1_245_000: ("1,245,000", "1.25M"), 10_000_000: ("10,000,000", "10M"), 999_995_000: ("999,995,000", "1B"),
        10**15: ("1,000,000,000,000,000", "1,000,000B"),
    }  # fmt: skip
    found = run(free, "chips", "argument.map((n) => [m.exactChips(n), m.smartChips(n)])", list(table))
    assert [tuple(one) for one in found] == list(table.values())


def test_blinds_are_told_alike(free: Page) -> None:
    table = {500: "500", 1_000: "1K", 1_250: "1,250", 1_500: "1.5K", 5_000: "5K", 10_000: "10K", 1_000_000: "1M"}
    assert run(free, "chips", "argument.map((n) => m.formatBlind(n, 'smart'))", list(table)) == list(table.values())


def test_big_blinds_and_shares(free: Page) -> None:
    blinds = [(860_500, 10_000, "86"), (52_500, 10_000, "5.2"), (1_245_000, 10_000, "124"), (99_990, 1_000, "99.9")]
    found = run(free, "chips", "argument.map(([a, b]) => m.formatBigBlinds(a, b))", [[a, b] for a, b, _ in blinds])
    assert found == [text for *_, text in blinds]

    shares = {
        0: "0%",
        1: "<1%",
        99: "<1%",
        100: "1%",
        850: "8%",
        9_150: "92%",
        6_312: "63%",
        9_901: ">99%",
        10_000: "100%",
    }
    assert run(free, "chips", "argument.map(m.formatShare)", list(shares)) == list(shares.values())


def test_cards_as_typed(free: Page) -> None:
    table = {"AsKd": ["As", "Kd"], "as kd": ["As", "Kd"], "10h,9h": ["Th", "9h"], "AsAs": None, "Asx": None, "": None}
    assert run(free, "cards", "argument.map(m.parseCards)", list(table)) == list(table.values())


def test_keys_and_tables(free: Page) -> None:
    key = "o_" + "aB3" * 8 + "xy"
    table = {
        f"#{key}": key,
        key: None,
        f"#{key}z": None,
        f"#{key[:-1]}": None,
        f"#x&{key}": None,
        "#o_<b>": None,
        "": None,
    }
    assert run(free, "address", "argument.map(m.keyOf)", list(table)) == list(table.values())
    queries = {"table=table_07": "table_07", "": "table_01", "table=%2B/x": "table_01"}
    found = run(free, "address", "argument.map((q) => m.tableOf(new URLSearchParams(q)))", list(queries))
    assert found == list(queries.values())


def test_sequence_orders_by_epoch_then_number(free: Page) -> None:
    steps = [
        ("event", 1, 3), ("state", 1, 5), ("event", 1, 6), ("event", 1, 7), ("state", 1, 6), ("state", 1, 5),
        ("state", 1, 6), ("event", 1, 4), ("state", 1, 8), ("state", 2, 1), ("state", 1, 99),
    ]  # fmt: skip
    call = """((drawn) => {
      const order = new m.Sequence((state, events) => drawn.push([state.epoch, state.seq, events.map((e) => e.seq)]));
      for (const [kind, epoch, seq] of argument) order[kind]({ epoch, seq });
      return drawn;
    })([])"""
    found = run(free, "connection", call, steps)
    assert found == [[1, 5, []], [1, 6, [6]], [1, 8, [7]], [2, 1, []]]


def test_vendored_files_are_the_ones_named() -> None:
    listed = (STATIC / "vendor" / "README.md").read_text()
    files = [path for path in STATIC.rglob("*") if path.suffix in {".woff2", ".mjs"} or path.name == "mqtt.esm.js"]
    assert len(files) > 2
    for path in files:
        assert f"`{path.name}`" in listed
        assert hashlib.sha256(path.read_bytes()).hexdigest() in listed, path.name


def test_sources_keep_to_text_and_to_this_host() -> None:
    files = [
        path for path in STATIC.rglob("*") if path.suffix in {".js", ".html", ".css"} and "vendor" not in path.parts
    ]
    pages = [path for path in files if path.suffix == ".html"]
    assert len(files) > 30
    assert len(pages) > 3
    for path in files:
        source = path.read_text()
        for banned in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            " style=",
            'onclick="',
        ):
            assert banned not in source, (path.name, banned)
        assert "https://" not in source, path.name
    for path in pages:
        assert "Content-Security-Policy" in path.read_text()


def test_languages_have_the_same_words() -> None:
    words = {path.stem: set(json.loads(path.read_text())) for path in (STATIC / "overlay" / "lang").glob("*.json")}
    assert set(words) == {"en", "ko", "es"}
    assert words["en"] == words["ko"] == words["es"]
