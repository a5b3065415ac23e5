"""Puts the collector's doors together: who may send what, whom the broker lets in, what is asked on this machine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from collector.access.grants import Identity
from collector.access.household import Household
from collector.broker.admitted.admitting import Gate, Publish
from collector.broker.admitted.dynsec import DynamicSecurity
from collector.broker.admitted.ways import way_of
from collector.broker.link import Address, Incoming, MqttLink, Will, client_id
from collector.pipeline.deciding import Noted, OnMachine
from collector.pipeline.desk import Desk
from collector.pipeline.intake import LISTENS_TO
from collector.pipeline.repeats import nudge_topic, status, status_topic
from collector.settings import Settings
from collector.signin.days import AuditDays
from collector.signin.register import Register
from collector.signin.standing import KnownPeople
from collector.spool import Spool
from collector.system import now_ms


class Doors:
    """The doors. access: the rights of people. parts: run as tasks.

    publish: to the broker. take: has a request of this machine decided, or a fact put on record. desk: the collector's,
    as it is then.
    """

    def __init__(
        self,
        settings: Settings,
        register: Register,
        publish: Publish,
        take: Callable[[OnMachine | Noted], None],
        *,
        desk: Callable[[], Desk],
    ) -> None:
        people = KnownPeople(register)
        admissions = way_of(settings.data, settings.broker, settings.login_files)
        gate = Gate(people, admissions, desk=desk, publish=publish, note=lambda new: take(Noted(new)))
        spool = Spool(settings.data, people, take)
        days = AuditDays(register.store, now_ms, known=lambda: desk().house.audited, note=lambda new: take(Noted(new)))

        def who(name: str) -> Identity | None:
            found = people.identity(name)
            return gate.with_live(found) if found else None

        self.access = Household(who)
        self.offer = gate.offer
        self.parts: list[Callable[[], Coroutine[Any, Any, None]]] = [register.run, gate.run, spool.run, days.run]
        if isinstance(admissions, DynamicSecurity):  # no other way tells who connects
            admissions.heard = gate.connected
            self.parts.append(admissions.run)


def collector_link(
    settings: Settings, on_connect: Callable[[], Awaitable[None]], on_message: Callable[[Incoming], None]
) -> MqttLink:
    """Return the collector's own link to the broker."""
    return MqttLink(
        Address.of_login("collector", settings.broker, settings.credentials_file),
        identifier=client_id(settings.data, f"ebs-collector-{settings.instance}"),
        subscriptions=LISTENS_TO,
        will=Will(status_topic(settings.instance), status("lost")),
        clean_session=False,
        on_connect=on_connect,
        on_message=on_message,
        nudges=nudge_topic(settings.instance),
    )
