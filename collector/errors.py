"""Every error the collector raises on purpose.

CollectorError
├── AppStoreError       the app store (people, keys, sessions) could not be opened, written or read
├── BadInput            something from outside is wrong: `code`, `message`, `details`
│   ├── BadCard
│   ├── BadHistory      a hand-history file
│   ├── IllegalAction   a hand cannot go on like that
│   └── Refused         a command that this table or house does not take now
├── Cancelled           a question about equities was withdrawn while it was counted (collector.equity.unread)
├── LogError            the log could not be written or read; nothing was acknowledged
│   └── SealedError     a fact is sealed, and its key cannot be had
├── ReadModelError      the read model could not be opened, written or read; it can be rebuilt from the log
├── SettingsError       a setting is missing or wrong; the message names its variable
└── BrokerError         the broker could not be started or reached
"""

from __future__ import annotations

from collections.abc import Mapping


def reason(error: BaseException) -> str:
    """Return why a file could not be read or written, without its name: whoever tells it has named it.

    >>> reason(FileNotFoundError(2, "No such file or directory", "/nope"))
    'no such file or directory'
    """
    if isinstance(error, UnicodeDecodeError):
        return f"is no text in UTF-8 (byte {error.start + 1}); save it as UTF-8"
    said = (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
    return said[:1].lower() + said[1:] if isinstance(error, OSError) else said


class CollectorError(Exception):
    """Root of this side's errors."""


class BadInput(CollectorError):
    """Input that is refused. The message says what, where and what to do."""

    def __init__(self, code: str, message: str, details: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details: dict[str, object] = dict(details or {})


class BadCard(BadInput):
    """Text that is no card."""

    def __init__(self, text: str, reason: str = "is not a card; write rank then suit, as in As, Td or 2c") -> None:
        super().__init__("BAD_CARD", f"{text!r} {reason}", {"text": text})


class BadHistory(BadInput):
    """A hand-history file that cannot be read. `where` names file, section and action."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__("BAD_HISTORY", f"{where}: {reason}", {"where": where})


class IllegalAction(BadInput):
    """An event that cannot follow in this hand; the hand is unchanged."""


class Refused(BadInput):
    """A command that is not taken; nothing was logged."""


class AppStoreError(CollectorError):
    """The app store failed. Nobody is let in on what it said before for longer than a few seconds."""


class LogError(CollectorError):
    """The log failed. Whoever waits for an acknowledgement gets none."""


class SealedError(LogError):
    """What a fact says is sealed, and the key is not at hand. The log itself is whole."""


class ReadModelError(CollectorError):
    """The read model failed. Nothing is lost: its rows are projections of the log."""


class SettingsError(CollectorError):
    """The environment holds a setting that cannot be used. One line for each, beginning with its variable."""


class BrokerError(CollectorError):
    """The broker could not be started or reached."""


class NoAnswerError(BrokerError):
    """The collector was asked over the broker and has not answered. Asking again with the same id does no harm."""
