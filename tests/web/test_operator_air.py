"""The operator page about what goes on air: hide everything, the mode, and when hidden cards become known."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from collector.wire.airing import Mask, SetMode, Unmask
from collector.wire.feeds import ReleaseView
from collector.wire.releasing import SetRelease
from collector.wire.replies import Reply
from tests.web.console import Console, playing

pytestmark = [pytest.mark.browser, pytest.mark.broker]

NOW = ReleaseView(public="shown", house="all", delay_s=90)


def test_one_touch_hides_everything_and_says_so_until_it_is_shown_again(console: Console) -> None:
    console.table(playing())
    expect(console.page.locator("#hide")).to_have_text("Hide")
    console.page.click("#hide")
    command = console.publisher.command()
    assert isinstance(command, Mask)
    assert (command.hand_id, command.decision) == (None, None), "no hand and no decision makes it stale"
    console.answer(command)

    console.table(playing(board=()), masked=True)
    expect(console.page.locator("#mode")).to_have_text("Everything is hidden")
    expect(console.page.locator("#hide")).to_have_text("Show again")
    expect(console.page.locator("#hide")).to_have_attribute("aria-pressed", "true")
    console.page.click("#hide")
    command = console.publisher.command()
    assert isinstance(command, Unmask)
    console.answer(command)
    console.table(playing())
    expect(console.page.locator("#mode")).to_be_hidden()


def test_hiding_waits_for_no_answer(console: Console) -> None:
    console.table(playing())
    console.press("f")
    first = console.publisher.command()
    console.page.click("#hide")

    second = console.publisher.command()
    assert isinstance(second, Mask)
    console.publisher.reply("operator", Reply(id=first.id, accepted=True, seq=9).model_dump(mode="json"))
    console.answer(second)


def test_a_release_is_set_in_minutes(console: Console) -> None:
    console.table(playing(), may={"set_release": (), "set_mode": ()}, release=NOW)
    page = console.page
    page.click("#setup-open")
    expect(page.locator("#release-delay")).to_have_value("1:30")
    page.fill("#release-delay", "soon")
    page.click("#set-release")
    expect(page.locator("#release-delay")).to_have_attribute("aria-invalid", "true")
    console.silent()

    page.fill("#release-delay", "15")
    page.select_option("#release-house", "shown")
    page.click("#set-release")
    command = console.publisher.command()
    assert isinstance(command, SetRelease)
    assert (command.public, command.house, command.delay_s) == ("shown", "shown", 900)
    console.answer(command)


def test_a_table_is_made_secure_and_shows_it(console: Console) -> None:
    console.table(playing(), may={"set_mode": ()}, release=NOW)
    console.page.click("#setup-open")
    console.page.click("#secure")
    command = console.publisher.command()
    assert isinstance(command, SetMode)
    assert command.mode == "secure"
    console.answer(command)
    console.table(playing(), mode="secure", release=NOW)
    expect(console.page.locator("#mode")).to_have_text("secure")


def test_without_a_word_from_the_collector_there_is_no_form(console: Console) -> None:
    console.table(playing())
    console.page.click("#setup-open")
    expect(console.page.locator("#set-release")).to_have_count(0)
    expect(console.page.locator("#secure")).to_have_count(0)
