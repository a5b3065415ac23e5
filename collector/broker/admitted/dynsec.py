"""Logins by mosquitto's dynamic-security plugin: told over MQTT, kept by the broker in a file of its own.

The login that tells it may do nothing else at the broker. The broker rewrites its whole file at each change, so changes
come one after the other, at most `CHANGES_A_SECOND`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import secrets
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from collector.broker.admitted.admission import Login, hashed, is_name, new_password, require_name
from collector.broker.link import Address, Incoming, MqttLink
from collector.canonical import read_json
from collector.errors import BrokerError
from collector.system import read_private, write_private

ADMIN: Final = "broker-admin"
"""The login that makes logins. No page, node or web process ever has its password."""
_PLUGIN: Final = "mosquitto_dynamic_security.so"
_LIBRARIES: Final = ("usr/lib/*", "usr/lib", "usr/lib64", "opt/homebrew/lib", "usr/local/lib")
"""Where packages put the plugin, below the root of the system or of what setup unpacked without root."""
CHANGES_A_SECOND: Final = 5
_CONTROL: Final = "$CONTROL/dynamic-security/v1"
_LOG: Final = "$SYS/broker/log/N"
"""Where mosquitto writes its log too, with `log_dest topic`: the lines of the level notice."""
_CONNECTED: Final = re.compile(r"\d+: New client connected from (\S+):\d+ as .* \(p\d+, c\d, k\d+, u'([^']*)'\)\.")
"""The client's id may be any text; the login stands behind it, at the end, and the broker has checked it."""
_ANSWER_S: Final = 5.0
_AT_ONCE: Final = 8
"""Logins that end in one change: all pages of a session. At 300 logins the broker is busy with it for 20 ms."""
_PAGE: Final = 20
"""Roles that are asked for at once. One of a person with many tables takes some 50 kB."""
_GONE: Final = ("not found",)


class DynamicSecurity:
    """Tells a mosquitto that runs the plugin. `run` keeps its connection up and is a task of whoever made it.

    `heard` is called with login and address of whoever connects to the broker, if its log goes to a topic too.
    """

    def __init__(self, address: Address, *, changes_a_second: float = CHANGES_A_SECOND) -> None:
        # Whoever connects with the client id of another ends its connection, so nobody may know this one.
        name = f"{ADMIN}-{secrets.token_hex(16)}"
        heard_on = (f"{_CONTROL}/response", _LOG)
        self._link = MqttLink(address, identifier=name, subscriptions=heard_on, on_message=self._hear)
        self.heard: Callable[[str, str], None] = lambda _login, _address: None
        self._pause = 1 / changes_a_second
        self._one_at_a_time = asyncio.Lock()
        self._free_at = 0.0
        self._asked = 0
        self._answers: dict[str, asyncio.Future[list[Mapping[str, Any]]]] = {}
        self.run = self._link.run
        self.connected = self._link.connected

    async def give(self, login: Login) -> None:
        """Let a login in: see `Admissions`. Its role and itself come in one message, so it is never without rules."""
        rules = {"rolename": login.name, "acls": [_acl(rule) for rule in login.rules]}
        client = {"username": login.name, "password": login.password, "roles": [{"rolename": login.name}]}
        made = [{"command": "createRole", **rules}, {"command": "createClient", **client}]
        await self._change([*_gone(login.name), *made])

    async def take(self, names: Sequence[str]) -> None:
        """Let logins in no more: see `Admissions`."""
        for name in names:
            require_name(name)
        for some in (names[at : at + _AT_ONCE] for at in range(0, len(names), _AT_ONCE)):
            await self._change([command for name in some for command in _gone(name)])

    async def listed(self) -> Mapping[str, frozenset[str]]:
        """Return the logins that come and go: see `Admissions`."""
        async with self._one_at_a_time:
            (answer,) = await self._ask([{"command": "listClients", "verbose": False}])
            rules = await self._all_rules()
        clients = answer.get("data", {}).get("clients", ())
        return {name: rules.get(name, frozenset()) for name in clients if isinstance(name, str) and is_name(name)}

    async def _all_rules(self) -> dict[str, frozenset[str]]:
        """Return the rules of each login, from the role that has its name."""
        found: dict[str, frozenset[str]] = {}
        while True:
            asked = {"command": "listRoles", "verbose": True, "count": _PAGE, "offset": len(found)}
            (answer,) = await self._ask([asked])
            roles = _objects(answer.get("data", {}), "roles")
            found |= {str(role.get("rolename")): _rules(role) for role in roles}
            if len(roles) < _PAGE:
                return found

    async def _change(self, commands: list[dict[str, Any]]) -> None:
        async with self._one_at_a_time:
            now = asyncio.get_running_loop().time()
            await asyncio.sleep(max(0.0, self._free_at - now))
            self._free_at = asyncio.get_running_loop().time() + self._pause
            answers = await self._ask(commands)
        wrong = [each["error"] for each in answers if "error" in each and not str(each["error"]).endswith(_GONE)]
        if wrong:
            raise BrokerError(f"the broker did not take a change of its logins: {wrong[0]}")

    async def _ask(self, commands: list[dict[str, Any]]) -> list[Mapping[str, Any]]:
        """Send commands in one message; return the answer to each, in order. Raises BrokerError without an answer."""
        self._asked += 1
        mark = str(self._asked)
        answered: asyncio.Future[list[Mapping[str, Any]]] = asyncio.get_running_loop().create_future()
        self._answers[mark] = answered
        body = {"commands": [{**command, "correlationData": mark} for command in commands]}
        try:
            if not await self._link.publish(_CONTROL, json.dumps(body).encode(), qos=1):
                raise BrokerError("the broker is not connected; its logins were not changed")
            async with asyncio.timeout(_ANSWER_S):
                return await answered
        except TimeoutError as error:
            message = f"the broker did not answer within {_ANSWER_S:.0f} s; it may not run the dynamic-security plugin"
            raise BrokerError(message) from error
        finally:
            self._answers.pop(mark, None)

    def _hear(self, message: Incoming) -> None:
        self._link.acknowledge(message)
        if message.topic == _LOG:
            if found := _CONNECTED.fullmatch(message.payload.decode(errors="replace")):
                self.heard(found.group(2), found.group(1))
            return
        try:
            answers: list[Mapping[str, Any]] = json.loads(message.payload)["responses"]
            mark = answers[0]["correlationData"]
        except (ValueError, LookupError, TypeError):
            return  # somebody else's question, or no answer at all
        if (asked := self._answers.get(mark)) and not asked.done():
            asked.set_result(answers)


def plugin() -> Path:
    """Return where the plugin is on this machine. Raises BrokerError where it is not."""
    for root in (Path("/"), Path(sys.prefix) / "mosquitto"):
        for libraries in _LIBRARIES:
            for found in sorted(root.glob(f"{libraries}/{_PLUGIN}")):
                return found
    raise BrokerError(f"{_PLUGIN} is not installed; it comes with the package mosquitto of Debian, Fedora and Homebrew")


def admin_password(folder: Path) -> str:
    """Return the password of `ADMIN` from a data folder, made once. Mode 0600; raises SettingsError for a link."""
    path = folder / ADMIN
    with contextlib.suppress(FileNotFoundError):
        if kept := read_private(path, "start again").strip():
            return kept
    made = new_password()
    write_private(path, made)
    return made


def write_config(path: Path, admin: str) -> None:
    """Write the plugin's file before the broker starts. The logins that come and go stay as an earlier run left them.

    admin: the password of `ADMIN`. Mode 0600. The house's own logins are not here: mosquitto reads them from its files
    of passwords and rules, and asks the plugin for whoever is not there. Raises SettingsError for a file that others
    can read.
    """
    clients, roles = _kept(path)
    key, salt, rounds = hashed(admin)
    own = {"username": ADMIN, "roles": [{"rolename": ADMIN}], "password": key, "salt": salt, "iterations": rounds}
    ways = ("publishClientSend", "publishClientReceive", "subscribePattern")
    acls = [_allowed(way, "$CONTROL/dynamic-security/#") for way in ways]
    rules = {"rolename": ADMIN, "acls": [*acls, *(_allowed(way, _LOG) for way in ways[1:])]}
    # A subscription is granted, and what its reader may not hear is not handed on: as with mosquitto's own rules.
    access = {"publishClientSend": False, "publishClientReceive": False, "subscribe": True, "unsubscribe": True}
    document = {"defaultACLAccess": access, "clients": [own, *clients], "groups": [], "roles": [rules, *roles]}
    write_private(path, json.dumps(document))


def _kept(path: Path) -> tuple[list[Any], list[Any]]:
    """Return the clients and roles that come and go from the file of an earlier run. A file that is torn holds none."""
    try:
        known = read_json(read_private(path, "start again"))
    except (FileNotFoundError, ValueError, RecursionError):
        return [], []
    clients = [each for each in _objects(known, "clients") if is_name(str(each.get("username")))]
    names = {each["username"] for each in clients}
    return clients, [each for each in _objects(known, "roles") if each.get("rolename") in names]


def _objects(known: object, name: str) -> list[dict[str, Any]]:
    listed = known.get(name) if isinstance(known, dict) else None
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _rules(role: Mapping[str, Any]) -> frozenset[str]:
    """Return what a role lets its login do, as rules; what is no rule of ours comes as it is, so that none fits it."""
    ways = {"publishClientReceive": "read", "publishClientSend": "write"}
    acls = _objects(role, "acls")
    return frozenset(f"{ways.get(str(each.get('acltype')), each.get('acltype'))} {each.get('topic')}" for each in acls)


def _acl(rule: str) -> dict[str, Any]:
    way, _, topic = rule.partition(" ")
    return _allowed("publishClientReceive" if way == "read" else "publishClientSend", topic)


def _allowed(way: str, topic: str) -> dict[str, Any]:
    return {"acltype": way, "topic": topic, "allow": True, "priority": 0}


def _gone(name: str) -> list[dict[str, Any]]:
    return [{"command": "deleteClient", "username": name}, {"command": "deleteRole", "rolename": name}]
