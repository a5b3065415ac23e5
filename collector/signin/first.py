"""The first start: an admin with a random password, told to a terminal and kept in a file, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from collector.access.grants import Grant
from collector.access.people import ADMIN, User
from collector.ports import People
from collector.signin.passwords import drawn_password, hashed
from collector.system import write_private

FILE: Final = "first-password"


def make_first_admin(store: People, folder: Path, now_ms: int, tell: Callable[[str], object] | None) -> bool:
    """Make `admin` where nobody is known yet; return whether that was so. tell: writes on a terminal, None without one.

    The file is there before the admin is: a start that is cut in between makes both anew.
    """
    if store.users():
        return False
    password = drawn_password()
    write_private(folder / FILE, f"{password}\n")
    store.add_user(User(ADMIN, ADMIN, (Grant(ADMIN),), hashed(password), now_ms), "system", now_ms)
    if tell:
        tell(f"first start: sign in as {ADMIN} with {password} (also in {folder / FILE}); then set another password")
    return True


def forget_first_password(folder: Path, name: str) -> None:
    """Remove the file once its password does not hold any more."""
    if name == ADMIN:
        (folder / FILE).unlink(missing_ok=True)
