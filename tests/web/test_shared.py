"""What pages share: it says the same as the collector, stands once, and is all that a new page needs."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from collector.table.commands import COMMANDS
from collector.wire import topics
from tests.additions.copies import copy_with
from tests.web.chromium import run, shows
from tests.web.publisher import Publisher
from tests.web.servers import STATIC, Broker, serving
from tests.web.tables import TABLE, scene
from tools.dev import command_labels


def labels() -> dict[str, str]:
    """The labels of commands as the pages have them."""
    source = (STATIC / "shared" / "command_labels.js").read_text()
    found = re.findall(r"^  (\w+): '([^']+)',$", source, re.MULTILINE)
    assert len(found) == source.count("',\n"), "a line that is no label"
    assert len(found) == len(dict(found)), "a label that stands twice"
    return dict(found)


def modules() -> list[Path]:
    found = [path for path in STATIC.rglob("*.js") if "vendor" not in path.parts]
    assert len(found) > 30
    return found


def pages() -> set[str]:
    found = {path.parent.name for path in STATIC.glob("*/index.html")}
    assert {"overlay", "operator", "nodes"} <= found
    return found


def test_every_command_has_the_label_of_its_registration_and_no_other_has_one() -> None:
    registered = {each.type: each.label for each in COMMANDS}

    assert len(registered) > 50
    assert labels() == registered


def test_the_labels_are_written_by_the_registrations() -> None:
    assert command_labels.FILE == STATIC / "shared" / "command_labels.js"
    assert command_labels.FILE.read_text() == command_labels.listing(), "run python -m tools.dev.command_labels"


def test_no_label_is_a_raw_name() -> None:
    raw = [label for label in labels().values() if "_" in label or label != label.strip() or label[0].islower()]

    assert raw == []


def test_no_two_modules_of_the_pages_have_the_same_name() -> None:
    twice = [name for name, count in Counter(path.name for path in modules()).items() if count > 1]

    assert twice == []


def test_no_module_of_the_pages_is_long() -> None:
    long = {path.name: lines for path in modules() if (lines := len(path.read_text().splitlines())) > 260}
    drawing = {path.name: len(path.read_text().splitlines()) for path in modules() if path.parent.name == "overlay"}

    assert long == {}
    assert max(drawing.values()) <= 200


def test_a_page_takes_from_its_own_folder_and_from_what_is_shared() -> None:
    for path in modules():
        taken = re.findall(r"from '(\.[^']+)'", path.read_text())
        places = {str((path.parent / one).resolve().relative_to(STATIC).parent) for one in taken}
        assert places <= {path.parent.name, "shared", "vendor"}, path.name
        if path.parent.name == "shared":
            assert path.parent.name not in pages()


def test_topics_stand_in_one_module_of_the_pages() -> None:
    holders = [path.name for path in modules() if "ebs/v1" in re.sub(r"//.*", "", path.read_text())]

    assert holders == ["topics.js"]


def test_what_may_come_is_read_in_one_module() -> None:
    readers = {path.name for path in modules() if re.search(r"\b(?:hand|state)\.may\b", path.read_text())}

    assert readers == {"may.js"}


def test_every_page_stands_on_the_landing_page() -> None:
    listed = re.findall(r'<h2><a href="([a-z]+)/">', (STATIC / "index.html").read_text())

    assert len(listed) == len(set(listed))
    assert set(listed) == pages()


@pytest.mark.browser
@pytest.mark.broker
def test_topics_are_those_of_the_collector(free: Page) -> None:
    found = run(
        free,
        "topics",
        f"[m.stateTopic('{TABLE}', 'live'), m.eventTopic('{TABLE}', 'public'), m.alertTopic('{TABLE}'), "
        f"m.tableDesk('{TABLE}', 'ana').replies, m.houseDesk('ana').replies]",
    )
    wanted = [("table", TABLE, "live", "state"), ("table", TABLE, "public", "event"), ("table", TABLE, "alert")]
    wanted += [("table", TABLE, "reply", "ana"), ("house", "reply", "ana")]
    assert found == [topics.topic(*levels) for levels in wanted]

    filters = run(
        free,
        "topics",
        "[m.NODE_STATUS, m.NODE_HEALTH, m.COLLECTOR_STATUS, m.tableDesk('+', '+').commands, m.houseDesk('+').commands]",
    )
    assert filters == [
        topics.DEVICE_STATUS,
        topics.DEVICE_HEALTH,
        topics.COLLECTOR_STATUS,
        topics.TABLE_COMMANDS,
        topics.HOUSE_COMMANDS,
    ]
    name = f"ebs/v1/table/{TABLE}/alert"
    assert run(free, "topics", f"m.levelsOf('{name}')") == topics.levels_of(name)


@pytest.mark.browser
@pytest.mark.broker
@pytest.mark.parametrize(
    ("asked", "topic", "fits"),
    [
        ("ebs/v1/dev/+/status", "ebs/v1/dev/node-1/status", True),
        ("ebs/v1/dev/+/status", "ebs/v1/dev/node-1/health", False),
        ("ebs/v1/dev/+/status", "ebs/v1/dev/node-1/status/more", False),
        ("ebs/v1/table/+/alert", "ebs/v1/table/alert", False),
        ("ebs/v1/house/reply/ana", "ebs/v1/house/reply/ana", True),
    ],
)
def test_a_plus_stands_for_one_level(free: Page, asked: str, topic: str, fits: bool) -> None:
    assert run(free, "topics", f"m.fits('{asked}', '{topic}')") is fits


@pytest.mark.browser
@pytest.mark.broker
def test_what_may_come_is_read_from_the_hand_and_the_table(free: Page) -> None:
    state = "{ may: { undo: [], seat_player: [4, 5] }, hand: { may: { fold: [2] } } }"
    asked = f"""((s) => [
      m.may(s, 'fold'), m.may(s, 'fold', 2), m.may(s, 'fold', 3), m.may(s, 'undo'), m.may(s, 'call'),
      m.may(null, 'fold'), m.may({{ may: {{}}, hand: null }}, 'fold'),
      m.seatsFor(s, 'seat_player'), m.seatsFor(s, 'redo')
    ])({state})"""

    assert run(free, "may", asked) == [True, True, False, True, False, False, False, [4, 5], None]


@pytest.mark.browser
@pytest.mark.broker
def test_a_new_page_is_its_folder_and_one_line(
    context: BrowserContext, broker: Broker, publisher: Publisher, tmp_path: Path
) -> None:
    static = copy_with("page", tmp_path) / "collector" / "web" / "static"
    publisher.publish("public", scene(2, "flop"), retain=True)

    with serving(broker.ws_port, static) as site:
        page = context.new_page()
        page.goto(f"{site.url}/")
        page.click("a[href='clock/']")
        shows(page, "#name:not(:empty)")

        assert page.locator("#name").inner_text() == "Feature table"
        page.close()
