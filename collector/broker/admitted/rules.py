"""What a page or an output may hear and say at the broker: made of the words that its person or its grant holds.

There is one rule for each topic and table that somebody reaches. Who reaches every table has one for all of them, those
to come too. `live` is reached by grants of it alone, which its caller has put beside the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from collector.access.grants import Identity
from collector.access.live import LIVE
from collector.access.vocabulary import OPEN
from collector.broker.admitted.admission import MOST_RULES
from collector.errors import Refused
from collector.wire.topic_words import EACH, TOPIC_WORDS
from collector.wire.topics import PREFIX

_LIVE: Final = re.compile(rf"read {PREFIX}/table/([^/]+)/{LIVE}/(?:\+|state|event)")
_SAYS: Final = ("write:", "manage:", "release:")


def rules_of_page(login: str, who: Identity, tables: Mapping[str, str]) -> tuple[str, ...]:
    """Return the rules of a person's page. tables: the event of each table that is open.

    Raises Refused, code TOO_MANY_TABLES, where they are more than a login may have: a grant of all tables takes one.
    """
    commands = any(word.startswith(_SAYS) for word in who.words())
    rules: list[str] = []
    for name, words in TOPIC_WORDS.items():
        if words.hear == EACH:
            rules += [f"read {PREFIX}/{_own(name, login)}"] if commands else []
        elif OPEN in words.hear:
            rules.append(f"read {PREFIX}/{name}")
        else:
            rules += [f"read {PREFIX}/{each}" for each in _reached(name, words.hear, who, tables)]
        if words.say == EACH and commands:
            rules.append(f"write {PREFIX}/{_own(name, login)}")
    if len(rules) > MOST_RULES:
        message = f"{who.name} reaches {len(tables)} tables one by one; a page has room for {MOST_RULES} rules: "
        raise Refused("TOO_MANY_TABLES", message + "grant all tables")
    return tuple(rules)


def rules_of_output(table_id: str, channel: str) -> tuple[str, ...]:
    """Return the rules of an output: one channel of one table. Whoever calls has checked that it may have it."""
    return (f"read {PREFIX}/table/{table_id}/{channel}/+", f"read {PREFIX}/collector/+/status")


def live_tables(rules: Iterable[str]) -> frozenset[str]:
    """Return the tables whose live channel a login hears by its rules; `+` stands for all of them."""
    found = (_LIVE.fullmatch(rule) for rule in rules)
    return frozenset(each.group(1) for each in found if each)


def _own(name: str, login: str) -> str:
    """Return a topic with the login of its own in place of anybody's: the last level says whose it is."""
    return f"{name.removesuffix('+')}{login}"


def _reached(name: str, words: Iterable[str], who: Identity, tables: Mapping[str, str]) -> list[str]:
    """Return the topics of `name` that somebody reaches by any of `words`."""
    held = [word for word in words if word in who.words()]
    if any(who.everywhere(word) for word in held):
        return [name]
    if not name.startswith("table/+/"):
        return []  # nodes are the whole house's
    there = [table for table, event in tables.items() if any(who.reach(word).holds(event, table) for word in held)]
    return [name.replace("+", table, 1) for table in sorted(there)]
