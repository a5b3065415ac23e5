"""What can be done to a person, as values: each function makes a change for the app store. Pure.

Every change of what somebody may do raises the generation, so that whatever was given out before is void.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from collector.access.grants import MOST_GRANTS, Grant, grant_of
from collector.access.people import User
from collector.errors import BadInput

Change = Callable[[User, Mapping[str, User]], User]
"""The new value of a person, given the present one and everybody by name."""


def disabled(*, is_so: bool) -> Change:
    """Return the change that lets somebody in no more, or again."""
    return _checked(lambda user: replace(user, disabled=is_so))


def with_role(role: str) -> Change:
    """Return the change to another role. Grants of the old role get the new one, in their places."""
    grant_of(role)

    def change(user: User) -> User:
        grants = tuple(replace(each, role=role) if each.role == user.role else each for each in user.grants)
        return replace(user, role=role, grants=grants or (Grant(role),))

    return _checked(change)


def with_grants(grants: Sequence[Grant], *, only: bool) -> Change:
    """Return the change that adds grants, or puts them in place of all that were there."""

    def change(user: User) -> User:
        kept = () if only else user.grants
        found = tuple(dict.fromkeys((*kept, *grants)))
        if len(found) > MOST_GRANTS:
            raise BadInput("TOO_MANY", f"{user.name} would have {len(found)} grants; at most {MOST_GRANTS}: join some")
        return replace(user, grants=found)

    return _checked(change)


def with_password(kept: str) -> Change:
    """Return the change to another password. kept: its hash."""
    return _checked(lambda user: replace(user, password=kept))


def with_second_factor(seed: str, recovery: Sequence[str]) -> Change:
    """Return the change to another second factor; "" and nothing take it away. recovery: hashes."""
    return _checked(lambda user: replace(user, seed=seed, recovery=tuple(recovery), last_step=0))


def signed_out() -> Change:
    """Return the change that ends every session and token of somebody, and nothing else."""
    return _raised(lambda user: user)


def _checked(change: Callable[[User], User]) -> Change:
    """Make a change that leaves somebody who may let people in."""

    def checked(user: User, everybody: Mapping[str, User]) -> User:
        after = change(user)
        others = any(each.is_admin for name, each in everybody.items() if name != user.name)
        if user.is_admin and not after.is_admin and not others:
            raise BadInput("LAST_ADMIN", f"{user.name} is the last admin; make another one first")
        return after if after == user else replace(after, generation=user.generation + 1)

    return checked


def _raised(change: Callable[[User], User]) -> Change:
    return lambda user, _everybody: replace(change(user), generation=user.generation + 1)
