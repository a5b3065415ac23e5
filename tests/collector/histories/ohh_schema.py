"""Facts of the Open Hand History specification 1.4.7 as a JSON schema: required fields, types, closed lists.

Written from the pages of hh-specs.handhistory.org: "all fields are required unless otherwise stated". Fields of a
program's own begin with `_`. `faults` knows the few words of JSON Schema that are used here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

CARD = {"type": "string", "pattern": "^[AKQJT2-9][hsdc]$"}
DECIMAL = {"type": "number"}
COUNT = {"type": "integer"}
TEXT = {"type": "string"}
UTC = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
VERSION = {"type": "string", "pattern": r"^\d+\.\d+\.\d+$"}


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": {**required, **(optional or {})}}


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


def _or_null(of: dict[str, Any]) -> dict[str, Any]:
    return {**of, "type": [of["type"], "null"]}


ACTIONS = (
    "Dealt Cards", "Mucks Cards", "Shows Cards", "Post Ante", "Post SB", "Post BB", "Straddle", "Post Dead",
    "Post Extra Blind", "Fold", "Check", "Bet", "Raise", "Call", "Added Chips", "Sits Down", "Stands Up", "Add to Pot",
    "Player Adjustment",
)  # fmt: skip
ACTION = _object(
    {"action_number": COUNT, "player_id": COUNT, "action": {"type": "string", "enum": ACTIONS}},
    {"amount": DECIMAL, "is_allin": {"type": "boolean"}, "cards": _list(CARD)},
)
ROUND = _object(
    {
        "id": COUNT,
        "street": {"type": "string", "enum": ("Preflop", "Flop", "Turn", "River", "Showdown")},
        "actions": _list(ACTION),
    },
    {"cards": _list(CARD)},
)
WIN = _object(
    {"player_id": COUNT, "win_amount": DECIMAL},
    {"cashout_amount": DECIMAL, "cashout_fee": DECIMAL, "bonus_amount": DECIMAL, "contributed_rake": DECIMAL},
)
POT = _object({"number": COUNT, "amount": DECIMAL, "player_wins": _list(WIN)}, {"rake": DECIMAL, "jackpot": DECIMAL})
PLAYER = _object(
    {"id": COUNT, "seat": COUNT, "name": TEXT, "starting_stack": DECIMAL},
    {"display": TEXT, "player_bounty": _or_null(DECIMAL), "is_sitting_out": {"type": "boolean"}},
)
GAMES = ("Holdem", "Omaha", "OmahaHiLo", "Stud", "StudHiLo", "Draw")
FLAGS = ("Run_It_Twice", "Anonymous", "Observed", "Fast", "Cap", "Bomb_Pot")
HAND = _object(
    {
        "spec_version": VERSION,
        "site_name": TEXT,
        "network_name": TEXT,
        "internal_version": VERSION,
        "tournament": {"type": "boolean"},
        "game_number": TEXT,
        "start_date_utc": UTC,
        "table_name": TEXT,
        "game_type": {"type": "string", "enum": GAMES},
        "bet_limit": _object({"bet_type": {"type": "string", "enum": ("NL", "PL", "FL")}, "bet_cap": DECIMAL}),
        "table_size": COUNT,
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
        "dealer_seat": COUNT,
        "small_blind_amount": _or_null(DECIMAL),
        "big_blind_amount": _or_null(DECIMAL),
        "ante_amount": DECIMAL,
        "players": _list(PLAYER),
        "rounds": _list(ROUND),
        "pots": _list(POT),
    },
    {
        "hero_player_id": COUNT,
        "flags": _list({"type": "string", "enum": FLAGS}),
        "table_handle": TEXT,
        "table_skin": TEXT,
    },
)
SCHEMA = _object({"ohh": HAND})

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def faults(value: object, schema: dict[str, Any] = SCHEMA, path: str = "") -> Iterator[str]:
    """Yield where a value breaks the schema; a field that neither the schema nor a leading `_` explains does too."""
    kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    if not any(isinstance(value, _TYPES[kind]) and isinstance(value, bool) == (kind == "boolean") for kind in kinds):
        yield f"{path} is {value!r}"
    elif isinstance(value, dict):
        yield from (f"{path}.{key} is missing" for key in schema["required"] if key not in value)
        for key, inner in value.items():
            if key in schema["properties"]:
                yield from faults(inner, schema["properties"][key], f"{path}.{key}")
            elif not key.startswith("_"):
                yield f"{path}.{key} is no field"
    elif isinstance(value, list):
        yield from (fault for at, each in enumerate(value) for fault in faults(each, schema["items"], f"{path}[{at}]"))
    elif value not in schema.get("enum", (value,)):
        yield f"{path} is {value!r}, which is not in the list"
    elif isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        yield f"{path} is {value!r}, which has another form"


def public(value: Any) -> Any:
    """Return a document as other programs know it: without the fields that begin with `_`."""
    if isinstance(value, dict):
        return {key: public(each) for key, each in value.items() if not key.startswith("_")}
    return [public(each) for each in value] if isinstance(value, list) else value
