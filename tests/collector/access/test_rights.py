"""Which login may give which command: one table, asked by the collector, told in the guide."""

from __future__ import annotations

from pathlib import Path

import pytest

from collector.access.rights import LOGINS, ROLES, TODAY, Access
from collector.access.senders import sender_of
from collector.broker.logins import HOUSE_LOGINS, Logins
from collector.errors import Refused
from collector.house.commands import COMMANDS as HOUSE_COMMANDS
from collector.table.commands import COMMANDS

INSTALLERS = {
    "assign_antenna",
    "assign_device",
    "command_device",
    "register_control",
    "register_deck",
    "remove_control",
    "seal_device",
    "use_deck",
}
FLOORS = {"set_release", "set_mode", "unmask", "resolve_flag", "settle_card"}


def test_antennas_nodes_seals_and_decks_are_the_installer_s_alone() -> None:
    taken = {each.type: TODAY.roles_with(each.word) for each in [*COMMANDS, *HOUSE_COMMANDS]}

    assert {kind for kind, roles in taken.items() if roles == ("installer",)} == INSTALLERS
    assert {kind for kind, roles in taken.items() if "installer" in roles} - INSTALLERS == {
        "create_event",
        "open_table",
    }
    assert {kind for kind, roles in taken.items() if roles == ("floor",)} == FLOORS
    assert all({"operator", "floor"} <= set(roles) for kind, roles in taken.items() if kind not in INSTALLERS | FLOORS)


@pytest.mark.parametrize("login", ["public", "programme", "collector"])
def test_whoever_only_looks_holds_no_word(login: str) -> None:
    assert TODAY.words(login) == frozenset()


@pytest.mark.parametrize("login", ["operator", "dealer", "operator-1", "tablet_7"])
def test_every_console_of_a_venue_is_an_operator_s(login: str) -> None:
    assert TODAY.words(login) == ROLES["operator"] | {"manage:events"}
    assert "manage:events" not in ROLES["operator"]


@pytest.mark.parametrize("login", ["floor", "floor-2"])
def test_the_floor_holds_what_an_operator_holds_and_the_word_on_hidden_cards(login: str) -> None:
    assert TODAY.words(login) == TODAY.words("operator") | {"write:rulings", "release:propose"}
    assert TODAY.words("floorman") == TODAY.words("operator")


def test_a_login_without_the_word_hears_which_word_and_whose_it_is() -> None:
    with pytest.raises(Refused) as refused:
        TODAY.require(sender_of("operator"), "write:devices", "assign_antenna")

    assert refused.value.code == "NOT_PERMITTED"
    assert refused.value.details == {"permission": "write:devices", "roles": ["installer"]}
    assert "assign_antenna" in refused.value.message
    assert refused.value.message.endswith("send it with the login of the installer")
    TODAY.require(sender_of("installer"), "write:devices", "assign_antenna")


def test_roles_add_up() -> None:
    both = Access({"ana": ("operator", "installer")}, others=())

    assert both.words("ana") == ROLES["operator"] | ROLES["installer"] | {"manage:events"}
    assert both.words("somebody") == frozenset()


FURTHER = {"felt": "programme", "installer-2": "installer"}


def test_a_login_with_a_number_plays_what_the_first_one_does_and_nothing_else() -> None:
    assert TODAY.words("installer-2") == TODAY.words("installer") != frozenset()
    assert {user: TODAY.words(user) for user in ("programme-2", "public-17", "felt", "monitor", "updater")} == {
        user: frozenset() for user in ("programme-2", "public-17", "felt", "monitor", "updater")
    }
    for console in ("installer-b", "operator-2", "programme-two", "monitoring"):
        assert TODAY.words(console) == TODAY.words("operator"), console


def test_the_broker_lets_those_send_commands_that_hold_a_word(tmp_path: Path) -> None:
    logins = Logins.kept_in(tmp_path / "credentials.json", consoles=("operator",), nodes=("node-1",), further=FURTHER)
    blocks = {block.split("\n")[0].removeprefix("user "): block for block in logins.acl().split("\n\n")}

    sends = {login for login, block in blocks.items() if f"topic write ebs/v1/table/+/command/{login}" in block}
    assert sends == {"floor", "installer", "installer-2", "operator", "web-main"}
    assert set(blocks) == {*HOUSE_LOGINS, "operator", "node-1", *FURTHER}
    assert set(LOGINS) == {*HOUSE_LOGINS, "felt"}
