"""The common base of all mappings in the document model of the scenario language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationInfo, model_validator

from simulator.scenario.language.values import Text

ONE, MANY, BLOCK = "<one>", "<many>", "<block>"
"""Tags of the unions. They differ from every key of the language, so the lookup of places can skip them."""


def or_many(value: object) -> str:
    """The tag of a value that is one or a list."""
    return MANY if isinstance(value, list) else ONE


def or_block(value: object) -> str:
    """The tag of a value that is a scalar or a mapping."""
    return BLOCK if isinstance(value, dict) else ONE


OneOrMany = Annotated[
    Annotated[Text, Tag(ONE)] | Annotated[list[Text], Field(min_length=1), Tag(MANY)],
    Discriminator(or_many),
]


class Keys(Protocol):
    """Receives the keys that a mapping does not allow, or that have no value."""

    def refuse(self, data: dict[str, object], bad: list[str], known: Iterable[str]) -> None:
        """``data`` has these bad keys; these are known."""


class Model(BaseModel):
    """A mapping of the language: every key is known, every value of its exact type.

    Unknown keys and keys without a value are handed to ``info.context`` (a :class:`Keys`), which knows
    their places, and then left out, so that the rest of the mapping is judged too.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False, populate_by_name=False)

    @model_validator(mode="before")
    @classmethod
    def _keys(cls, data: object, info: ValidationInfo) -> object:
        if not isinstance(data, dict) or info.context is None:
            return data
        known = {field.alias or name: field.annotation is not Any for name, field in cls.model_fields.items()}
        bad = [key for key, value in data.items() if key not in known or (value is None and known[key])]
        if not bad:
            return data
        info.context.refuse(data, bad, known)
        left_out = set(bad)
        return {key: value for key, value in data.items() if key not in left_out}
