"""What is due: hands that are over wait here until their delay has passed. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from collector.facts.fact import Body, NewFact
from collector.facts.kinds import Kind
from collector.release.policy import Audience, Policy, Terms, stricter


class Waiting(NamedTuple):
    """A hand that is over and not released. over_at: when it ended, as `ShowTime.shown` counts. revision: of the hand.

    to: those that it waits for still.
    """

    hand_id: str
    revision: int
    over_at: int
    terms: Terms
    to: tuple[Audience, ...] = tuple(Audience)

    @property
    def due_at(self) -> int:
        """When it may be released, as `ShowTime.shown` counts."""
        return self.over_at + self.terms.delay_ms

    def under(self, terms: Terms) -> Waiting:
        """Return the hand under terms that came while it waited: what is stricter holds at once, nothing weaker."""
        return self._replace(terms=stricter(self.terms, terms))

    def without(self, audience: Audience) -> Waiting:
        """Return the hand after its release to an audience."""
        return self._replace(to=tuple(each for each in self.to if each is not audience))


class Due(NamedTuple):
    """A release: the content of its fact. seats: those whose cards it tells. due: as `ShowTime.shown` counts."""

    hand_id: str
    revision: int
    audience: Audience
    policy: Policy
    seats: tuple[int, ...]
    due: int

    def fact(self, stream: str) -> NewFact:
        """Return the fact of this release."""
        body = {**self._asdict(), "seats": list(self.seats), "audience": str(self.audience), "policy": str(self.policy)}
        return HAND_RELEASED.fact(stream, f"release.{self.hand_id}.{self.revision}.{self.audience}", body, self)


def _released(body: Body) -> Due:
    audience, policy = Audience(body["audience"]), Policy(body["policy"])
    return Due(body["hand_id"], body["revision"], audience, policy, tuple(body["seats"]), body["due"])


HAND_RELEASED: Final = Kind("hand_released", _released, hides=lambda _: False)


def due(waiting: Iterable[Waiting], shown: int) -> list[Waiting]:
    """Return the hands that may be released, in the order in which they fall due. shown: now, as ShowTime counts it."""
    return sorted((each for each in waiting if each.due_at <= shown), key=lambda each: each.due_at)
