"""Every command with everybody, by hand: `y` may give it, `-` is told NOT_PERMITTED, `?` is told that there is no such
table, or event. A command without a row fails, and so does a login or a role without a column.
"""

from __future__ import annotations

import pytest

from collector.access.grants import Identity, grant_of
from collector.access.household import Household
from collector.access.rights import LOGINS, ROLES
from collector.access.senders import Sender, Where, sender_for, sender_of
from collector.errors import Refused
from collector.house.commands import COMMANDS as HOUSE_COMMANDS
from collector.table.commands import COMMANDS
from collector.wire.house import EventCommand

HERE = Where("e1", "t1")
PEOPLE = {role: Identity(role, (grant_of(role),), user=role) for role in ROLES} | {
    "event": Identity("event", (grant_of("admin", events=["e2"]),), user="event"),
    "table": Identity("table", (grant_of("admin", tables=["t2"]),), user="table"),
    "here": Identity("here", (grant_of("viewer"), grant_of("operator", events=["e1"], tables=["t1"])), user="here"),
}
"""event, table: admins of another event, and of another table. here: a viewer who runs this table."""
SENDERS: dict[str, Sender] = {name: sender_of(f"c-{name}-k3x9ab") for name in PEOPLE} | {
    "key": sender_for("web-main", {"person": "admin", "key": "k_1", "words": ["write:actions", "read:hands"]}),
    "gone": sender_of("c-gone-k3x9ab"),
}
"""Pages of people; a partner's key of an admin for acts; the page of somebody who may not sign in any more."""
CONSOLES = ("operator", "floor", "floor-2", "installer", "installer-2")
LOOKING = ("programme", "programme-2", "public", "felt", "monitor", "updater", "collector", "web-main")
ORDER = ["viewer", "commentator", "analyst", "operator", "floor", "installer", "programme", "admin"]
ORDER += ["key", "here", "event", "table", "gone"]

# viewer, commentator, analyst, operator, floor, installer, programme, admin; key, here, event, table, gone;
# logins operator, floor, floor-2, installer, installer-2. Every other login may give none.
TOLD = {
    "a table's acts":      ("---yy--y yy??- yyy--", """
        fold check call bet raise_to all_in bring_in draw show muck go_on deal_card clear_card dead_hand retrieve_hand
        expose_card rabbit_card chop award run_board out_of_turn string_bet put_in limit_seat call_clock time_up
        use_time_bank chips_found show_rest unposted_found burn_card boxed_card replace_card irregular_flop
        community_card start_hand end_hand misdeal undo redo amend"""),
    "when hidden cards become known": ("----y--y --??- -yy--", "set_release"),
    "a stricter mode": ("----y-yy --??- -yy--", "set_mode"),
    "hide everything": ("---yy-yy yy??- yyy--", "mask"),
    "show again": ("----y-yy --??- -yy--", "unmask"),
    "rulings on hidden cards": ("----y--y --??- -yy--", "settle_card resolve_flag"),
    "seats, stakes, rules": ("---yy--y -y??- yyy--", """
        seat_player remove_player sit_out set_stack move_player transfer_chips penalty rebuy rebuy_paid collect_time
        chip_race set_time_bank disqualify set_blinds set_game next_game set_house_rules set_odds set_flow set_button
        set_tournament set_levels set_place set_side_games change_deck retire_deck"""),
    "antennas and decks of a table": ("-----y-y --??- ---yy",
        "assign_device assign_antenna use_deck register_control remove_control"),
    "all tables of an event": ("---yy--y --??- yyy--",
        "set_table_plan break_table hand_for_hand propose_moves propose_places"),
    "the house's events and tables": ("-------y ----- yyyyy", "create_event open_table"),
    "the house's decks and nodes": ("-----y-y ----- ---yy", "register_deck command_device seal_device"),
}  # fmt: skip
ROWS = [(command, told) for told, commands in TOLD.values() for command in commands.split()]
WORDS = {each.type: ((each.word, *each.or_words), HERE) for each in COMMANDS} | {
    each.type: ((each.word,), Where("e1", "") if issubclass(each.model, EventCommand) else None)
    for each in HOUSE_COMMANDS
}
HOUSE = Household(PEOPLE.get)


def answer(sender: Sender, command: str) -> str:
    words, where = WORDS[command]
    answers = []
    for word in words:
        try:
            HOUSE.require(sender, word, command, where)
        except Refused as refused:
            answers.append({"NOT_PERMITTED": "-", "UNKNOWN_TABLE": "?", "UNKNOWN_EVENT": "?"}[refused.code])
        else:
            answers.append("y")
    return next((each for each in ("y", "?") if each in answers), "-")


@pytest.mark.parametrize(("command", "told"), ROWS, ids=[command for command, _ in ROWS])
def test_a_command_is_taken_from_these_and_from_nobody_else(command: str, told: str) -> None:
    people, others, consoles = told.split(" ")
    found = [answer(SENDERS[name], command) for name in ORDER]

    assert "".join(found) == people + others
    assert "".join(answer(sender_of(login), command) for login in CONSOLES) == consoles
    assert "".join(answer(sender_of(login), command) for login in LOOKING) == "-" * len(LOOKING)


def test_every_command_role_and_login_is_here() -> None:
    assert sorted(command for command, _ in ROWS) == sorted(WORDS)
    assert set(ORDER) == set(SENDERS) >= set(ROLES)
    assert set(LOGINS) - {*CONSOLES, *LOOKING} == set()
