"""Leaks that are planted, one at a time: each is a way in which a program like this one has told cards, or could.

A leak is small on purpose: a byte, a place in a list, a moment. Whoever adds a way out adds a leak there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final
from unittest import mock

from fastapi import Response

from collector.access.vocabulary import READ_LIVE
from collector.api import hands as rest
from collector.errors import IllegalAction, Refused
from collector.facts.fact import DeviceKey
from collector.hand.clashes import contested
from collector.hand.copying import replace
from collector.hand.events import HoleCard
from collector.pipeline import batch, desk, outgoing, projector
from collector.pipeline.floor import Floor
from collector.pipeline.outgoing import Outgoing
from collector.table import acts, close, equity
from collector.table.amend import preview
from collector.table.readings import placing, reading
from collector.table.show import renderer, state
from collector.table.show.may import May
from collector.table.show.renderer import Renderer
from collector.wire.topics import topic
from tests.secrecy.watched import current

patch = mock.patch.object
Leak = Callable[[], AbstractContextManager[Any]]


def read_at(play: Any) -> int:
    """Return how many hole cards of a hand are known."""
    return sum(card is not None for player in play.hand.players for card in player.hole) if play else 0


def doubtful(table: Any) -> bool:
    return bool(table.play and contested(table.play.hand))


@contextmanager
def a_length() -> Iterator[None]:
    whole = Renderer.state

    def longer(self: Renderer, table: Any, channel: Any) -> bytes:
        return whole(self, table, channel) + b" " * (read_at(table.play) if channel == "public" else 0)

    with patch(Renderer, "state", longer):
        yield


@contextmanager
def an_order() -> Iterator[None]:
    in_order = state.to_show

    def by_cards(hand: Any) -> tuple[int, ...]:
        held = {player.seat: [str(card.reveal()) for card in player.hole if card] for player in hand.players}
        return tuple(sorted(in_order(hand), key=lambda seat: held[seat]))

    with patch(state, "to_show", by_cards):
        yield


@contextmanager
def a_refusal() -> Iterator[None]:
    known = acts.require_possible

    def all_known(play: Any, event: Any, client: str) -> None:
        known(play, event, client)
        held = [card for player in play.hand.players for card in player.hole if card]
        if isinstance(event, HoleCard) and event.card in held:
            raise IllegalAction("CARD_HELD", "somebody holds that card")

    with patch(acts, "require_possible", all_known):
        yield


def an_id() -> AbstractContextManager[Any]:
    """An answer of the equity worker takes a position in its table's stream: ids of hands are made of positions."""
    return patch(equity, "odds_of", lambda table_id: table_id)


def a_metric_label() -> AbstractContextManager[Any]:
    return patch(Floor, "_count_alert", lambda self, warning: self._metrics.alerts.labels(warning.code).inc())


@contextmanager
def a_pot_that_moves_early() -> Iterator[None]:
    pots = state.pots_so_far

    def known_alone(hand: Any) -> Any:
        unread = {player.seat for player in hand.players if player.live and not any(player.hole)}
        found = pots(hand)
        return tuple(
            pot._replace(eligible=tuple(seat for seat in pot.eligible if seat not in unread))
            if hasattr(pot, "_replace")
            else type(pot)(pot.amount, tuple(seat for seat in pot.eligible if seat not in unread))
            for pot in found
        )

    with patch(state, "pots_so_far", known_alone):
        yield


def a_line_of_the_log() -> AbstractContextManager[Any]:
    return patch(batch, "_told", list)


@contextmanager
def a_command_that_may_come() -> Iterator[None]:
    listed = May.at_table
    with patch(May, "at_table", lambda self, table, *, live: listed(self, table, live=live or doubtful(table))):
        yield


@contextmanager
def an_etag() -> Iterator[None]:
    found: list[str] = []
    hand_of = rest._hand

    async def noted(*asked: Any) -> Any:
        record = await hand_of(*asked)
        released = await asked[0].released([record.hand_id], "house")
        found[:] = [hashlib.sha256(repr(released).encode()).hexdigest()]
        return record

    class Tagged(Response):
        def init_headers(self, headers: Any = None) -> None:
            super().init_headers({**(headers or {}), "ETag": found[0]})

    with patch(rest, "_hand", noted), patch(rest, "Response", Tagged):
        yield


@contextmanager
def a_flag_on_public() -> Iterator[None]:
    drawn = Renderer.parts

    def with_flags(self: Renderer, table: Any, channel: Any) -> Any:
        return {**drawn(self, table, channel), "flags": b'"flags":[%b]' % (b"1" if table.flags else b"")}

    with patch(Renderer, "parts", with_flags):
        yield


@contextmanager
def a_word_of_a_preview() -> Iterator[None]:
    shown = preview._public
    with patch(preview, "_public", lambda play: {**shown(play), "known": read_at(play)}):
        yield


@contextmanager
def a_moment() -> Iterator[None]:
    """Live is drawn first, and takes as long as there is to say."""
    fed = Outgoing.feed

    async def late(self: Outgoing, channel: Any, done: Any, at: Any) -> None:
        if channel == "public":
            current().clock.now += sum(warned.warning.hidden for warned in done.warned)
        await fed(self, channel, done, at)

    with patch(Outgoing, "feed", late):
        yield


@contextmanager
def an_alert_that_names_a_card() -> Iterator[None]:
    flags = placing.flagged

    def named(*about: Any) -> Any:
        table, warnings = flags(*about)
        words = [f"{each.message}: it is {about[-1]}" for each in warnings]
        told = [type(each)(each.code, text) for each, text in zip(warnings, words, strict=True)]
        return table, told

    with patch(placing, "flagged", named):
        yield


@contextmanager
def a_count_of_cards_of_the_deck() -> Iterator[None]:
    lies = reading._lies

    def known_alone(table: Any, seen: Any, *, moves: int) -> Any:
        return lies(table, seen, moves=moves if table.card_of(seen.tag.reveal()) else 0)

    with patch(reading, "_lies", known_alone):
        yield


@contextmanager
def an_equity_on_public() -> Iterator[None]:
    drawn = renderer.seat_view

    def told(*seen: Any) -> Any:
        view, visible, player = drawn(*seen), seen[1], seen[5]
        known = not visible and player is not None and all(player.hole) and bool(player.hole)
        return view.model_copy(update={"equity": 5000}) if known else view

    with patch(renderer, "seat_view", told):
        yield


@contextmanager
def an_order_of_replies() -> Iterator[None]:
    fed, answered = Outgoing.feed, Outgoing.replies

    async def replies_first(self: Outgoing, channel: Any, done: Any, at: Any) -> None:
        if channel == "public" and any(map(doubtful, at.tables.values())):
            await answered(self, done)
            done.replies.clear()
        await fed(self, channel, done, at)

    with patch(Outgoing, "feed", replies_first):
        yield


@contextmanager
def a_retained_message() -> Iterator[None]:
    drawn = outgoing.state_message

    def kept(by: Any, table: Any, channel: Any) -> Any:
        message = drawn(by, table, channel)
        return type(message)(message.topic, message.payload, retain=message.retain and not doubtful(table))

    with patch(outgoing, "state_message", kept):
        yield


@contextmanager
def an_acknowledgement_of_a_node() -> Iterator[None]:
    acknowledged = Outgoing.acknowledge

    async def of_cards(self: Outgoing, done: Any, at: Any) -> None:
        if not any(warned.warning.hidden for warned in done.warned):
            await acknowledged(self, done, at)

    with patch(Outgoing, "acknowledge", of_cards):
        yield


@contextmanager
def a_statistic() -> Iterator[None]:
    counted = projector.of_hand
    with patch(projector, "of_hand", lambda hand: {} if contested(hand) else counted(hand)):
        yield


@contextmanager
def what_readings_went_into_a_record() -> Iterator[None]:
    dealt = placing.with_step

    def named(table: Any, fact: Any, event: Any, *, by_command: bool) -> Any:
        after = dealt(table, fact, event, by_command=by_command)
        keys = (*after.play.device_keys, DeviceKey("node-09", "1-0", fact.position))
        return replace(after, play=replace(after.play, device_keys=keys))

    with patch(placing, "with_step", named):
        yield


@contextmanager
def unread_cards_in_an_export() -> Iterator[None]:
    hide = projector.without_hidden

    def counted(story: Any, released: Any = ()) -> Any:
        dealt = [{**event, "card": None} for event in story["events"] if event["event"] == "HoleCard"]
        return {**hide(story, released), "events": [*dealt, *hide(story, released)["events"]]}

    with patch(projector, "without_hidden", counted):
        yield


@contextmanager
def a_hand_that_cannot_end() -> Iterator[None]:
    over = close.require_over

    def judged(table: Any, when: Any, *, override: bool) -> None:
        over(table, when, override=override)
        if doubtful(table) and table.play.over:
            raise Refused("IMPOSSIBLE_HAND", "the cards of this hand contradict each other")

    with patch(close, "require_over", judged):
        yield


def the_topic_of_an_alert() -> AbstractContextManager[Any]:
    async def to_all(self: Floor, table: Any, warning: Any, seq: int, trace_id: str) -> None:
        payload = self._renderer.alert(table, warning, seq, trace_id)
        await self._link.publish(topic("table", table.table_id, "alert"), payload, qos=1)

    return patch(Floor, "_alert", to_all)


@contextmanager
def rulings_of_whoever_asks() -> Iterator[None]:
    words = desk.words_of
    with patch(desk, "words_of", lambda *asked: [each for each in words(*asked) if each[1] != (READ_LIVE,)]):
        yield


def a_board_by_the_deck_of_the_seats() -> AbstractContextManager[Any]:
    return patch(placing, "_deck_at", lambda play, _antenna: play.deck)


_CLASHES: Final = ("clashing", "clashing", "anything", "game-holdem")
LEAKS: Final[dict[str, tuple[Leak, tuple[str, ...]]]] = {
    "a length": (a_length, _CLASHES),
    "an order": (an_order, ("clashing", "game-omaha")),
    "a refusal": (a_refusal, _CLASHES),
    "an id": (an_id, ("calm", "calm", "game-stud")),
    "a metric label": (a_metric_label, _CLASHES),
    "a pot that moves early": (a_pot_that_moves_early, _CLASHES),
    "a line of the log": (a_line_of_the_log, ("calm", "calm", "game-stud")),
    "a command that may come": (a_command_that_may_come, _CLASHES),
    "an ETag": (an_etag, _CLASHES),
    "a flag on public": (a_flag_on_public, _CLASHES),
    "a word of a preview": (a_word_of_a_preview, ("corrected", "clashing", "corrected", "corrected", "clashing")),
    "a moment": (a_moment, _CLASHES),
    "an alert that names a card": (an_alert_that_names_a_card, _CLASHES),
    "a count of cards of the deck": (a_count_of_cards_of_the_deck, _CLASHES),
    "an equity on public": (an_equity_on_public, _CLASHES),
    "an order of replies": (an_order_of_replies, _CLASHES),
    "a retained message": (a_retained_message, _CLASHES),
    "an acknowledgement of a node": (an_acknowledgement_of_a_node, _CLASHES),
    "a statistic": (a_statistic, _CLASHES),
    "what readings went into a record": (what_readings_went_into_a_record, _CLASHES),
    "unread cards in an export": (unread_cards_in_an_export, _CLASHES),
    "a hand that cannot end": (a_hand_that_cannot_end, _CLASHES),
    "the topic of an alert": (the_topic_of_an_alert, _CLASHES),
    "rulings of whoever asks": (rulings_of_whoever_asks, _CLASHES),
    "a board by the deck of the seats": (a_board_by_the_deck_of_the_seats, ("two decks", "two decks")),
}
"""By name: the leak, and the kinds of pairs that are tried until one parts."""
