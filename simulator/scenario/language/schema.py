"""JSON Schema (draft 2020-12) of the scenario language, for editors: the document model plus the APIs' tables.

The validator refuses everything that the schema refuses. It also checks places against each other.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import TypeAdapter

from simulator.core.duration import format_duration
from simulator.core.model.api import Api
from simulator.scenario.language.api_tables import Tables
from simulator.scenario.language.document import Document
from simulator.scenario.language.hovers import HOVERS
from simulator.scenario.language.values import Duration
from simulator.scenario.language.world import hints, optional
from simulator.scenario.rules.decision import Conversion

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_PLAIN: Final = {str: "string", bool: "boolean", int: "integer", float: "number"}


def schema(apis: Iterable[Api[Any]], verdicts: Iterable[str] = ()) -> dict[str, Any]:
    """The schema, with every name that these APIs know, and the verdicts that ``expect`` may name (empty: any)."""
    tables = Tables.of(apis)
    made: dict[str, Any] = _without_null(Document.model_json_schema(by_alias=True))
    parts = made["$defs"]
    operation = {"anyOf": [{"enum": sorted(tables.operations)}, {"type": "string", "pattern": r"\*"}]}
    parts["When"]["properties"]["operation"] = {
        "anyOf": [operation, {"type": "array", "items": operation, "minItems": 1}]
    }
    parts["ExpectPart"]["properties"]["operation"] = operation
    error = {"enum": sorted(tables.errors)}
    parts["Action"]["properties"]["error"] = error
    parts["RateLimitPart"]["properties"]["error"] = error
    fields = {"enum": sorted(tables.fields)}
    parts["Action"]["properties"]["drop"]["items"] = fields
    rewrite = parts["Action"]["properties"]["rewrite"]
    rewrite["propertyNames"] = fields
    rewrite["additionalProperties"] = {"anyOf": [{"enum": [*get_args(Conversion), None]}, {"$ref": "#/$defs/SetField"}]}
    parts["Action"]["properties"]["rename"]["propertyNames"] = fields
    _exactly_one(parts)
    names = {"enum": sorted(tables.apis)}
    for branch in made["properties"]["profile"]["oneOf"]:
        if branch.get("type") == "object":
            branch["propertyNames"] = names
    made["properties"]["world"] = {
        "type": "object",
        "properties": {
            name: {**_settings(api.settings), "description": f"What differs from the default world of {name}."}
            for name, api in sorted(tables.apis.items())
        },
        "additionalProperties": False,
    }
    names_of_verdicts = sorted(verdicts)
    for branch in made["properties"]["expect"]["items"]["oneOf"]:
        if branch.get("type") == "string" and names_of_verdicts:
            branch["enum"] = names_of_verdicts
    _describe("Document", made)
    for part, schema_of_part in parts.items():
        _describe(part, schema_of_part)
    return {"$schema": DIALECT, "title": "Scenario of the token refresh simulator, version 1", **_untitled(made)}


def _describe(part: str, made: dict[str, Any]) -> None:
    """Set the description of every key of a part. Docstrings of the model are for readers of the code."""
    made.pop("description", None)
    for key, value in made.get("properties", {}).items():
        if key in HOVERS[part]:
            value["description"] = HOVERS[part][key]


def _exactly_one(parts: dict[str, Any]) -> None:
    """Keys of which a mapping has exactly one: the validator's E109 and E111."""
    for part, names in (
        ("RulePart", ("then", "sequence", "choose")),
        ("OccursPart", ("first", "nth", "after", "every", "probability")),
        ("DelayPart", ("fixed", "uniform", "lognormal")),
    ):
        parts[part]["oneOf"] = [{"required": [name]} for name in names]
    for part in ("FaultPart", "Matcher"):
        parts[part]["minProperties"] = 1
    parts["FaultPart"]["maxProperties"] = 1


def _settings(kind: type[Any]) -> dict[str, Any]:
    """The schema of a settings class, from its fields' types."""
    kinds = hints(kind)
    fields = [field for field in dataclasses.fields(kind) if field.init]
    required = [
        field.name
        for field in fields
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    ]
    made: dict[str, Any] = {
        "type": "object",
        "properties": {
            field.name: {**_of(kinds[field.name]), "description": _about_setting(field)} for field in fields
        },
        "additionalProperties": False,
    }
    return {**made, "required": required} if required else made


def _about_setting(field: dataclasses.Field[Any]) -> str:
    """The description of a setting: its name in words, and its default."""
    words = field.name.replace("_", " ").capitalize()
    if field.default is dataclasses.MISSING:
        return f"{words}."
    default: object = field.default
    if isinstance(default, timedelta):
        default = format_duration(default)
    elif isinstance(default, bool):
        default = str(default).lower()
    return f"{words}; default `{default}`." if isinstance(default, str | int | float) else f"{words}."


def _of(kind: Any) -> dict[str, Any]:
    kind = optional(kind)
    if get_origin(kind) in (tuple, frozenset):
        return {"type": "array", "items": _of(get_args(kind)[0])}
    if get_origin(kind) is Literal:
        return {"enum": list(get_args(kind))}
    if kind is timedelta:
        return TypeAdapter(Duration).json_schema()
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _settings(kind)
    return {"type": _PLAIN[kind]}


def _without_null(value: Any) -> Any:
    """A key that is not given is left out, never null: pydantic's ``X | None`` is X here."""
    if isinstance(value, list):
        return [_without_null(item) for item in value]
    if not isinstance(value, dict):
        return value
    made = {name: _without_null(inner) for name, inner in value.items() if not (name == "default" and inner is None)}
    branches = [branch for branch in made.get("anyOf", ()) if branch != {"type": "null"}]
    if "anyOf" in made and len(branches) == 1:
        del made["anyOf"]
        return {**branches[0], **made}
    return {**made, "anyOf": branches} if "anyOf" in made else made


def _untitled(value: Any) -> Any:
    """The schema without the titles that pydantic derives from names; they repeat the names."""
    if isinstance(value, list):
        return [_untitled(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: _untitled(inner) for name, inner in value.items() if not (name == "title" and isinstance(inner, str))}
