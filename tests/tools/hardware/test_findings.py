"""What the doctor says of each sickness; a deck's list with each mistake."""

from pathlib import Path
from typing import Any

import pytest

from collector.cards import DECK
from collector.secrecy import Secret
from collector.wire.device import AntennaInfo, DeviceStatus
from tools.hardware import HardwareError
from tools.hardware.deck_list import read_deck
from tools.hardware.deck_roll import Enrolment, Inspection, check_place
from tools.hardware.findings import Finding, collecting, figures, presence, signature, this_side, wiring


def status(*chips: str, state: str = "online", firmware: str = "1") -> DeviceStatus:
    antennas = tuple(AntennaInfo(name=f"a{number:02}", chip=chip) for number, chip in enumerate(chips, 1))
    return DeviceStatus.model_validate(
        {"v": 1, "device": "node-1", "boot": "1-0011223344556677", "link": 1, "state": state, "firmware": firmware,
         "board": "x", "antennas": antennas}
    )  # fmt: skip


def health(**changed: Any) -> dict[str, Any]:
    return {"heap": {"free": 90_000}, "loop_ms": 8, "outbox": {"depth": 0, "dropped": 0}, "antennas": {}, **changed}


def wrong(findings: Any) -> list[Finding]:
    found = [finding for finding in findings if not finding.ok]
    assert all(finding.advice for finding in found), "what is wrong says what to do"
    return found


def test_a_well_node_has_no_findings() -> None:
    antenna = {"looks": 100, "errors": 3, "ok": True, "faults": 0}

    assert not wrong(presence("node-1", status("MFRC522 92"), "1"))
    assert not wrong(wiring(status("MFRC522 92", "MFRC522 88")))
    assert not wrong(figures(health(antennas={"a01": antenna}, time={"offset_ms": 3})))
    assert not wrong(figures(health(time=None)))
    assert not wrong(collecting({"main": "online", "old": "lost"}))
    assert not wrong(this_side(True, "", 1 << 40))


@pytest.mark.parametrize(
    ("given", "about", "advice"),
    [
        (presence("node-1", None, "1"), "node", "2.4 GHz only"),
        (presence("node-1", status(state="lost"), "1"), "node", "power"),
        (presence("node-1", status(firmware="0"), "1"), "firmware", "--app-only"),
        (presence("node-1", None, "1"), "node", "ebs run --listen"),
        (collecting({}), "collector", "ebs run"),
        (collecting({"main": "lost"}), "collector", "the last lines of its log"),
        (wiring(status("MFRC522 92", "MFRC522 silent")), "antenna a02", "select line"),
        (wiring(status("MFRC522 silent", "MFRC522 silent")), "wiring", "shared lines"),
        (wiring(status("MFRC522 12 unknown")), "antenna a01", "74LVC125"),
        (wiring(status()), "wiring", "restart"),
        (figures(None), "health", "power"),
        (figures(health(heap={"free": 9_000})), "memory", "restart"),
        (figures(health(loop_ms=400)), "loop", "reader that hangs"),
        (figures(health(outbox={"depth": 900, "dropped": 0})), "outbox", "key"),
        (figures(health(outbox={"depth": 9, "dropped": 4})), "outbox", "lost for good"),
        (figures(health(outbox={"depth": 0, "dropped": 0, "flash_faults": 2})), "outbox", "exchange the board"),
        (figures(health(time={"offset_ms": -90_000})), "time", "time server"),
        (figures(health(antennas={"a03": {"ok": False, "faults": 7}})), "antenna a03", "cable"),
        (figures(health(antennas={"a03": {"looks": 10, "errors": 5}})), "antenna a03", "too close"),
        (figures(health(antennas={"a03": {"field": {"detuned": True}}})), "antenna a03", "metal"),
        (this_side(False, "", 1 << 40), "keys", "ebs provision"),
        (this_side(None, "", 1 << 20), "disk", "make room"),
    ],
)
def test_a_sickness_is_named_with_its_cure(given: Any, about: str, advice: str) -> None:
    (found,) = wrong(given)

    assert found.about == about
    assert advice in found.advice
    assert found.line().startswith("FAIL ")


def test_a_reader_that_died_since_the_birth_is_not_called_well() -> None:
    now = health(antennas={"a01": {"ok": False, "faults": 3}, "a02": {"ok": True}})

    found = [*wiring(status("MFRC522 92", "MFRC522 92"), now), *figures(now)]

    assert [each.ok for each in found if each.about == "antenna a01"] == [False]
    assert [each.ok for each in found if each.about == "antenna a02"] == [True]


@pytest.mark.parametrize(
    ("forged", "has_key", "ok", "words"),
    [(0, True, True, "carries"), (0, False, True, "not verified"), (3, True, False, "3 messages")],
)
def test_the_doctor_says_whether_it_is_the_node_that_speaks(forged: int, has_key: bool, ok: bool, words: str) -> None:
    (found,) = signature("node-1", forged, has_key=has_key)

    assert found.ok is ok
    assert words in found.what


def rows(*changed: tuple[int, str]) -> str:
    lines = [f"04{number:02x}00000000ff,{card}" for number, card in enumerate(DECK)]
    for line, text in changed:
        lines[line] = text
    return "\n".join(["uid,card", *[line for line in lines if line]]) + "\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (rows((3, "zz,As")), "line 5: the uid must have"),
        (rows((3, "0400,As")), "line 5: the uid must have"),
        (rows((3, "0403000000aaff,1x")), "line 5: '1x' is no card"),
        (rows((3, "0400000000 00ff,2s")), "line 5: the same uid as line 2"),
        (rows((3, "0403000000aaff,2c")), "line 5: the 2c is there twice"),
        (rows((3, "")), "51 cards, a deck has 52; missing: 2s"),
        ("", "must name the columns"),
        ("card,tag\n", "must name the columns"),
    ],
)
def test_a_wrong_list_names_the_line_but_no_uid(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "deck.csv"
    path.write_text(text)

    with pytest.raises(HardwareError) as refused:
        read_deck(path)

    assert said in str(refused.value)
    assert "04030000" not in str(refused.value)


def test_a_list_may_be_written_as_people_write_it(tmp_path: Path) -> None:
    path = tmp_path / "deck.csv"
    path.write_text("\ufeff" + rows((0, "04:00:00:00:00:00:FF, 2C ")))

    assert read_deck(path)[Secret("040000000000ff")] == "2c"
    with pytest.raises(HardwareError, match="must be a CSV file"):
        read_deck(tmp_path / "none.csv")


def test_two_tags_at_once_are_nobody() -> None:
    enrolment = Enrolment()

    assert "2 tags at once" in (enrolment.take(Secret("04"), 2, ("n", "a01"), 1.0) or "")
    assert enrolment.wanted == "As"
    assert enrolment.take(Secret("04"), 1, ("n", "a01"), 2.0) is None
    enrolment.skip()
    assert (enrolment.wanted, enrolment.dead) == ("Qs", {"Ks"})
    enrolment.back()
    enrolment.back()
    assert (enrolment.wanted, enrolment.dead, enrolment.found) == ("As", set(), {})


def test_cards_that_stick_together_and_are_seen_one_after_the_other_are_nobody() -> None:
    enrolment, here = Enrolment(), ("n", "a01")

    assert enrolment.take(Secret("01"), 1, here, 1.0) is None
    for number, at in ((2, 1.1), (3, 1.2)):
        said = enrolment.take(Secret(f"0{number}"), 1, here, at)
        assert said == "several tags at once: take them away and lay the As alone"
    assert enrolment.found == {}
    assert enrolment.take(Secret("01"), 1, here, 5.0) is None
    assert enrolment.take(Secret("02"), 1, ("n", "a02"), 5.1) is None, "the other hand, at another antenna"
    assert enrolment.take(Secret("02"), 1, ("n", "a02"), 5.2) == "that tag is the Ks already; lay the Qs"
    assert list(enrolment.found) == ["As", "Ks"]


@pytest.mark.parametrize("place", ["", "nowhere/red.csv"])
def test_where_no_list_can_be_kept_is_said_before_a_card_is_laid(tmp_path: Path, place: str) -> None:
    with pytest.raises(HardwareError, match="is a folder|there is no folder"):
        check_place(tmp_path / place)


def test_one_uid_at_two_places_is_two_tags() -> None:
    inspection = Inspection({Secret("04"): DECK[0]})
    inspection.take(Secret("04"), ("n", "a01"), came=True)
    inspection.take(Secret("04"), ("n", "a02"), came=True)

    assert inspection.doubled == ["2c"]
    inspection.take(Secret("04"), ("n", "a01"), came=False)
    assert not inspection.doubled
