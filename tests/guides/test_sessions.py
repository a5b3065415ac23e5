"""Every shell line of the guides works as it is written: it ends with status 0, and says what is shown under it."""

from __future__ import annotations

import asyncio
import re
import shutil

import pytest

from tests.guides.evening import ACTS, PLACEHOLDERS, Evening, key
from tests.guides.exceptions import ELSEWHERE, NOT_HERE, STATUS
from tests.guides.pages import LANGUAGES, PAGES, Line, blocks, lines, prose, unmet
from tools.rehearsal.micropython import NoInterpreterError, ensure

pytestmark = [pytest.mark.broker, pytest.mark.node, pytest.mark.timeout(900)]
ALL = [line for page in PAGES for line in lines(page)]
TYPED = [line for line in ALL if line.page not in ELSEWHERE and line.command not in NOT_HERE]


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Evening:
    if not shutil.which("mosquitto_sub"):
        pytest.skip("mosquitto_sub is not there: mosquitto-clients")
    try:
        interpreter = ensure()
    except NoInterpreterError as error:
        pytest.skip(str(error))
    made = Evening(tmp_path_factory.mktemp("evening"), interpreter, [page for page in PAGES if page not in ELSEWHERE])
    asyncio.run(made.run())
    return made


@pytest.mark.parametrize("line", TYPED, ids=lambda line: f"{line.page}:{line.number}")
def test_a_line_works_as_it_is_written(evening: Evening, line: Line) -> None:
    outcome = evening.outcomes[key(line)]

    assert outcome.fault == "", outcome.said
    assert outcome.status == STATUS.get(line.command, 0), outcome.said
    assert outcome.missing == (), outcome.said


def test_every_line_is_typed_or_has_its_reason() -> None:
    commands = {line.command for line in ALL}

    assert len(TYPED) >= 55
    assert not NOT_HERE.keys() - commands, "no guide has these any more"
    assert all(NOT_HERE.values())
    assert all(lines(page) for page in ELSEWHERE)


def test_every_act_and_every_placeholder_is_of_some_line() -> None:
    texts = [text for line in ALL for text in (line.typed, *line.shown)]

    assert not [pattern for pattern, _ in ACTS if not any(re.search(pattern, line.command) for line in TYPED)]
    assert not [name for name in PLACEHOLDERS if not any(re.search(name, text) for text in texts)]
    assert not STATUS.keys() - {line.command for line in TYPED}


@pytest.mark.parametrize("page", PAGES)
def test_a_block_says_what_it_is_and_commands_stand_where_they_are_typed(page: str) -> None:
    commands = re.compile(r"(\$ |sudo |make [a-z]|curl |git |mosquitto_\w+ -|(\.venv/bin/)?ebs [a-z]+ )")
    hidden = [
        f"{page}:{number}"
        for block in blocks(page)
        for number, text in enumerate(block.lines, start=block.number)
        if block.language not in {"sh", "console"} and commands.match(text.strip())
    ]

    assert {block.language for block in blocks(page)} <= LANGUAGES
    assert not hidden
    assert not re.search(r"\n\n(?: {4}|\t)\S", "\n".join(text for _, text in prose(page))), "a block without a fence"


def test_what_is_said_may_differ_in_figures_and_in_nothing_else() -> None:
    shown = ("ok   node: node-1 is online, boot 1-8f3ee72cf75adcac", "...", "it has 52 cards ...")

    assert unmet(shown, "first\nok   node: node-1 is online, boot 3-00112233aabbccdd\nit has 7 cards and more") == []
    assert unmet(shown, "ok   node: node-1 is lost, boot 3-00112233aabbccdd\nit has 7 cards and") == [shown[0]]
    assert unmet(shown[::-1], "it has no cards") == [shown[2], shown[0]]
    assert unmet(("a", "b"), "b\na") == ["b"], "the order counts"
