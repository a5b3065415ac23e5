"""Who sent a command: the login at the broker that it came from, and the person or the key that is on record. Pure.

Three kinds of login send commands. A page of a person has a login of its own, and its name says whose it is. The web
process sends on behalf of people and keys, and says so in the member `principal`, which counts from its login only. Any
other login is on record as itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from collector.errors import Refused

PAGE_MARK: Final = 6
"""Letters and digits at the end of a page's login, which tell the pages of one person or one output apart."""
_PAGE: Final = re.compile(rf"c-(.+)-[a-z0-9]{{{PAGE_MARK}}}")
_OUTPUT: Final = re.compile(rf"o-(.+)-[a-z0-9]{{{PAGE_MARK}}}")
_WEB: Final = re.compile(r"web-[A-Za-z0-9_-]{1,60}")
_PERSON: Final = re.compile(r"[A-Za-z0-9_-]{1,55}")
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,60}")
_WORD: Final = re.compile(r"[a-z]{1,16}:[a-z*]{1,16}")
_MOST_WORDS: Final = 64
_FIELDS: Final = frozenset({"person", "key", "words"})


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a command.

    login: at the broker; replies go there. client: on record, and what command ids belong to. person: whose rights
    count; None: those of the login itself. at_most: the permission words that may count of these; None: all.
    """

    login: str
    client: str
    person: str | None = None
    at_most: frozenset[str] | None = None


class Where(NamedTuple):
    """The table that a command is about, "" for all of an event. What is about the whole house has no place."""

    event_id: str
    table_id: str


def sender_of(login: str) -> Sender:
    """Return the sender behind a login."""
    person = person_of(login)
    return Sender(login, person or login, person)


def person_of(login: str) -> str | None:
    """Return whose page a login is of, None for any other login.

    >>> person_of("c-alice-k3x9ab"), person_of("o-main-k3x9ab"), person_of("operator")
    ('alice', None, None)
    """
    found = _PAGE.fullmatch(login)
    return found.group(1) if found else None


def output_of(login: str) -> str | None:
    """Return which output's page a login is of, None for any other login.

    >>> output_of("o-main-k3x9ab"), output_of("c-alice-k3x9ab")
    ('main', None)
    """
    found = _OUTPUT.fullmatch(login)
    return found.group(1) if found else None


def is_web(login: str) -> bool:
    """Return whether a login is of a web process, which sends on behalf of people and keys."""
    return _WEB.fullmatch(login) is not None


def sender_for(login: str, principal: object) -> Sender:
    """Return the sender that a web process names, from the member `principal` of its command.

    principal: `{"person": NAME, "key": ID or absent, "words": [permission words of this session or key]}`. Raises
    Refused, code BAD_PRINCIPAL.
    """
    if not isinstance(principal, Mapping) or not principal.keys() <= _FIELDS:
        raise _bad("a command of the web names its principal: an object of person, key and words")
    person, key, words = principal.get("person"), principal.get("key"), principal.get("words")
    if not isinstance(person, str) or not _PERSON.fullmatch(person):
        raise _bad("the principal's person is no name")
    if key is not None and not (isinstance(key, str) and _KEY.fullmatch(key)):
        raise _bad("the principal's key is no id of a key")
    if not isinstance(words, list) or len(words) > _MOST_WORDS or not all(map(_is_word, words)):
        raise _bad(f"the principal's words are not a list of at most {_MOST_WORDS} permission words")
    return Sender(login, f"key:{key}" if key else person, person, frozenset(words))


def _is_word(word: object) -> bool:
    return isinstance(word, str) and _WORD.fullmatch(word) is not None


def _bad(what: str) -> Refused:
    return Refused("BAD_PRINCIPAL", what)
