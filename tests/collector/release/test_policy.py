"""Which hidden hands become known, to whom: by what everybody saw alone."""

from __future__ import annotations

import itertools

import pytest

from collector.release import Audience, Hands, Policy, Terms, Waiting, due, released_seats, stricter, weakens

SEEN = Hands(dealt=(2, 5, 7, 9), all_in=(5,), shown=(9,))
ALL = [Terms(*each) for each in itertools.product(Policy, Policy, (0, 900_000))]


@pytest.mark.parametrize(
    ("policy", "seats"),
    [(Policy.NEVER, ()), (Policy.SHOWN, (9,)), (Policy.ALL_IN_AND_SHOWN, (5, 9)), (Policy.ALL, (2, 5, 7, 9))],
)
def test_a_wider_policy_tells_of_more_seats(policy: Policy, seats: tuple[int, ...]) -> None:
    assert released_seats(policy, Audience.PUBLIC, SEEN) == seats
    assert released_seats(policy, Audience.HOUSE, SEEN) == seats


def test_a_void_hand_is_the_houses_alone() -> None:
    void = SEEN._replace(void=True)

    assert released_seats(Policy.ALL, Audience.PUBLIC, void) == ()
    assert released_seats(Policy.ALL, Audience.HOUSE, void) == (2, 5, 7, 9)


def test_the_stricter_of_two_terms_lets_out_no_more_than_either() -> None:
    for one, other in itertools.product(ALL, ALL):
        both = stricter(one, other)
        assert both == stricter(other, one)
        assert not weakens(one, both)
        assert not weakens(other, both)
        for audience in Audience:
            least = min(one.policy(audience).width, other.policy(audience).width)
            assert both.policy(audience).width == least
        assert both.delay_ms == max(one.delay_ms, other.delay_ms)


@pytest.mark.parametrize(
    "new",
    [
        Terms(Policy.ALL, Policy.ALL, 900_000),
        Terms(Policy.SHOWN, Policy.ALL, 899_999),
        Terms(Policy.NEVER, Policy.ALL, 0),  # stricter here, sooner there: that is weaker
    ],
)
def test_what_shows_more_or_sooner_is_weaker(new: Terms) -> None:
    assert weakens(Terms(Policy.SHOWN, Policy.ALL, 900_000), new)


def test_hands_fall_due_in_order_and_not_a_millisecond_early() -> None:
    long, short = Waiting("h_1", 1, 1_000, Terms(delay_ms=500)), Waiting("h_2", 1, 1_200, Terms(delay_ms=100))

    assert due([long, short], 1_299) == []
    assert due([long, short], 1_499) == [short]
    assert due([long, short], 1_500) == [short, long]
