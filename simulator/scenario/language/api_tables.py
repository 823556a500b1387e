"""The APIs' own tables for checking and compiling scenarios: operations, named errors, supported actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from simulator.core.model.api import Api, Operation


@dataclass(frozen=True)
class Tables:
    """apis: by name. operations: by their full names, with their API. errors: full name of a named error → its API.

    fields: every field of any operation's answer.
    """

    apis: Mapping[str, Api[Any]]
    operations: Mapping[str, tuple[Operation[Any], Api[Any]]]
    errors: Mapping[str, Api[Any]]
    fields: frozenset[str]

    @staticmethod
    def of(apis: Iterable[Api[Any]]) -> Tables:
        """The tables of these APIs."""
        named = {api.name: api for api in apis}
        return Tables(
            named,
            {operation.name: (operation, api) for api in named.values() for operation in api.operations},
            {error: api for api in named.values() for error in api.errors},
            frozenset(field for api in named.values() for operation in api.operations for field in operation.fields),
        )

    def matching(self, pattern: str) -> list[str]:
        """The operations that a name or a pattern ("*", "x.*") means, in the tables' order."""
        if pattern in self.operations:
            return [pattern]
        return [name for name in self.operations if "*" in pattern and fnmatchcase(name, pattern)]

    def refusal(self, operation: str, action: str, value: object) -> str | None:
        """Why an operation does not support an action, or None. ``value`` is the action's value in the file."""
        subject, api = self.operations[operation]
        match action:
            case "error" if isinstance(value, str) and value in self.errors and self.errors[value] is not api:
                return f"{value} is not an error of {api.name}"
            case "token" if not subject.issues:
                return "it issues no tokens"
            case "token" if isinstance(value, dict) and api.refresh_token_kinds:
                return _without_effect(subject, api, value)
            case "optout" if not subject.about_person:
                return "it does not concern a person"
            case "revoke" if subject.accepts is None and value != "all":
                if value == "family" and subject.issues:
                    return None
                return "it takes no token"
            case "drop" | "rewrite" | "rename" if isinstance(value, list | dict):
                foreign = [name for name in value if name in self.fields and name not in subject.fields]
                return f'its answer has no field "{foreign[0]}"' if foreign else None
            case "rate_limit" if isinstance(value, dict):
                return self.refusal(operation, "error", value.get("error"))
            case _:
                return None

    def too_many_requests(self, api: str) -> str | None:
        """The API's own named error for a rate limit, where it has one."""
        name = f"{api}.too_many_requests"
        return name if name in self.errors else None


def _without_effect(operation: Operation[Any], api: Api[Any], terms: dict[str, object]) -> str | None:
    """The reason why these issue overrides would not change the tokens of an operation, or None."""
    hits = {
        "lifetime": set(operation.issues) - api.refresh_token_kinds,
        "refresh_lifetime": api.refresh_token_kinds & {*operation.issues},
    }
    if not terms or any(hits.get(name, True) for name in terms):
        return None
    return f"it issues {' and '.join(operation.issues)} alone, and {' and '.join(terms)} is about other tokens"
