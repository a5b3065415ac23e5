"""When a card has come, and when it has gone."""

from edge.antenna_presence import READ, REMOVED, Presence

ACE = b"\x04ace"
KING = b"\x04king"


def settled(*cards: bytes) -> Presence:
    presence = Presence()
    presence.look(list(cards), True, 0)
    presence.look(list(cards), True, 1)
    assert presence.present() == list(cards)
    return presence


def test_a_card_is_present_after_two_looks() -> None:
    presence = Presence()

    assert presence.look([ACE], True, 0) == []
    assert presence.unsettled
    assert presence.look([ACE], True, 5) == [(READ, ACE)]
    assert not presence.unsettled


def test_two_looks_of_three_are_enough() -> None:
    presence = Presence()

    presence.look([ACE], True, 0)
    presence.look([], True, 1)
    assert presence.look([ACE], True, 2) == [(READ, ACE)]


def test_a_card_seen_once_in_three_looks_was_never_there() -> None:
    presence = Presence()

    for seen in ([ACE], [], [], []):
        assert presence.look(seen, True, 0) == []
    assert not presence.known()


def test_a_card_is_gone_after_three_misses_and_300_ms() -> None:
    presence = settled(ACE)

    assert [presence.look([], True, now) for now in (10, 20, 30, 309)] == [[], [], [], []]
    assert presence.present() == [ACE]
    assert presence.look([], True, 310) == [(REMOVED, ACE)]


def test_two_misses_are_not_enough_however_long_they_take() -> None:
    presence = settled(ACE)

    assert presence.look([], True, 1000) == []
    assert presence.look([], True, 9000) == []
    assert presence.look([], True, 9001) == [(REMOVED, ACE)]


def test_a_look_that_went_wrong_is_no_absence() -> None:
    presence = settled(ACE)

    for now in range(0, 5000, 100):
        assert presence.look([], False, now) == []
    assert presence.present() == [ACE]


def test_a_card_seen_again_starts_its_misses_anew() -> None:
    presence = settled(ACE)

    for now in (0, 200):
        presence.look([], True, now)
    presence.look([ACE], True, 250)
    assert presence.look([], True, 400) == []
    assert presence.look([], True, 500) == []
    assert presence.look([], True, 600) == []


def test_each_card_of_an_antenna_is_judged_by_itself() -> None:
    presence = settled(ACE, KING)

    for now in (0, 200):
        presence.look([KING], True, now)
    assert presence.look([KING], True, 400) == [(REMOVED, ACE)]
    assert presence.present() == [KING]


def test_missing_cards_ask_for_another_look_until_it_is_a_matter_of_time() -> None:
    presence = settled(ACE)

    wanted = []
    for now in (0, 1, 2, 3):
        presence.look([], True, now)
        wanted.append(presence.unsettled)
    assert wanted == [True, True, False, False]
