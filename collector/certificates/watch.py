"""Looks after certificates while EBS runs: renews those of the house, shows renewed ones, warns before the end.

One look a minute. What cannot be done is told, and tried again; it never ends the process.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from prometheus_client import Gauge

from collector.certificates.contexts import serving, show
from collector.certificates.kept import RENEW, Kept, load
from collector.errors import CollectorError
from collector.logs import log_event, logger_of
from collector.system import Certificates

log = logger_of(__name__)
LOOK_S: Final = 60.0
WARN: Final = RENEW - timedelta(days=2)
"""Before its end a certificate is warned of: later than it is renewed, so that what renews itself warns nobody."""
URGENT: Final = timedelta(days=7)
_AGAIN: Final = timedelta(days=1)


@dataclass(frozen=True)
class Ending:
    """A certificate that ends soon, or has ended. `text` says what to do."""

    text: str
    urgent: bool


def warning(path: Path, ends: datetime, now: datetime) -> Ending | None:
    """Return what there is to say of a certificate that ends then, None while that is far away.

    >>> warning(Path("ca.crt"), datetime(2026, 5, 4, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)).text
    'ca.crt ends on 2026-05-04, in 3 days; renew it: ebs certs renew'
    """
    left = ends - now
    if left > WARN:
        return None
    cure = (
        "make a new authority: ebs certs make --new-authority --replace"
        if path.stem == "ca"
        else ("renew it: ebs certs renew")
    )
    day = f"{ends:%Y-%m-%d}"
    if left <= timedelta():
        return Ending(f"{path} ended on {day}: whoever connects is refused; {cure}", urgent=True)
    return Ending(f"{path} ends on {day}, in {left.days} days; {cure}", urgent=left <= URGENT)


class Shown:
    """The certificate that a server of ours shows: taken up anew when its file has changed, without a restart."""

    def __init__(self, context: ssl.SSLContext, certificate: Path, key: Path) -> None:
        self.context = context
        self.certificate = certificate
        self._key = key
        self._stamp = _stamp(certificate)

    def look(self) -> None:
        """Show what the files hold now, if they changed. Raises SettingsError; the one before is shown meanwhile."""
        stamp = _stamp(self.certificate)
        if stamp != self._stamp:
            show(self.context, self.certificate, self._key)
            self._stamp = stamp
            log_event(log, "INFO", "certificate_shown", path=str(self.certificate))


class Watch:
    """Looks after `files`, and the certificates of a data folder.

    Args:
        files: what to warn of, beside the house's own.
        kept: the house's own; they are renewed where its authority's key is. None: this process renews none.
        shown: what our server shows. None: it speaks no TLS.
        days_left: gets the days that each certificate has left, under its file's name.
        warn: is told each warning once a day, as its text and whether it is urgent. None: the log alone has it.
        now: the time, with its zone.
    """

    def __init__(
        self,
        files: tuple[Path, ...],
        *,
        kept: Kept | None,
        shown: Shown | None,
        days_left: Gauge,
        warn: Callable[[str, bool], None] | None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._files = files
        self._kept = kept
        self._shown = shown
        self._days_left = days_left
        self._warn = warn
        self._now = now
        self._told: dict[Path, datetime] = {}
        self._trouble = ""
        self.context = shown.context if shown else None
        self._warnings: tuple[str, ...] = ()

    def warnings(self) -> tuple[str, ...]:
        """Return what was to be said at the last look."""
        return self._warnings

    async def run(self, stop: asyncio.Event) -> None:
        """Look until `stop` is set."""
        while not stop.is_set():
            for said in await asyncio.to_thread(self.look):
                log_event(log, "WARNING", "certificate_ends", problem=said.text)
                if self._warn:
                    self._warn(said.text, said.urgent)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_S)

    def look(self) -> list[Ending]:
        """Renew what is due, show what is new; return the warnings that are to be told now."""
        now = self._now()
        trouble = ""
        try:
            if self._kept and self._kept.there() and self._kept.can_sign():
                for path in self._kept.renew(now):
                    log_event(log, "INFO", "certificate_renewed", path=str(path))
            if self._shown:
                self._shown.look()
        except (CollectorError, OSError) as error:
            trouble = str(error)
        if trouble and trouble != self._trouble:
            log_event(log, "ERROR", "certificate_trouble", problem=trouble)
        self._trouble = trouble
        found = {path: said for path in self._all() if (said := self._examined(path, now))}
        self._warnings = tuple(said.text for said in found.values())
        new = [path for path in found if path not in self._told or now - self._told[path] >= _AGAIN]
        self._told = {**{path: at for path, at in self._told.items() if path in found}, **dict.fromkeys(new, now)}
        return [found[path] for path in new]

    def _examined(self, path: Path, now: datetime) -> Ending | None:
        try:
            ends = load(path).not_valid_after_utc
        except CollectorError as error:
            return Ending(str(error), urgent=True)
        self._days_left.labels(path.name).set((ends - now) // timedelta(days=1))
        return warning(path, ends, now)

    def _all(self) -> list[Path]:
        house = [path for path in self._kept.there() if path.suffix == ".crt"] if self._kept else []
        files = [*self._files, *([self._shown.certificate] if self._shown else []), *house]
        return list({path.absolute(): path for path in files}.values())


def watching(given: Certificates, days_left: Gauge, warn: Callable[[str, bool], None] | None) -> Watch:
    """Return who looks after the certificates of the settings.

    warn: see Watch. The process that has somebody to warn renews the certificates of the house; None: it does not.
    Raises SettingsError for a certificate that our server cannot show.
    """
    shown = None
    if given.shown:
        certificate, key = given.shown
        shown = Shown(serving(certificate, key), certificate, key)
    files = (given.authority,) if given.authority else ()
    return Watch(files, kept=Kept.of(given.data) if warn else None, shown=shown, days_left=days_left, warn=warn)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_ino
