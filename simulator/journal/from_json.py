"""Reads journal entries from the control plane's JSON: the inverse of ``Entry.as_json``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from simulator.core.clock import to_microseconds
from simulator.core.moment import parse_moment
from simulator.journal.entry import Change, Entry, IssuedEntry, Stray

Made = TypeVar("Made", Change, Stray)
_EMPTY: Final[dict[str, Any]] = {"str": "", "int": 0, "bool": False}
"""The value of a missing member, by its field's type; other types are tuples."""


def entry_from_json(document: Mapping[str, Any]) -> Entry:
    """One entry of ``GET journal``. Members that this version does not know are ignored.

    Raises :class:`KeyError` and :class:`ValueError` for an invalid entry.
    """
    given: dict[str, Any] = {
        **document,
        "at_us": _microseconds(document["at"]),
        "real_us": _microseconds(document["real"]),
        "took_us": round(document["took_ms"] * 1000),
        "ended_us": _microseconds(document["ended_at"]) if "ended_at" in document else 0,
        "issued": tuple(_issued(one) for one in document.get("issued", ())),
        "changes": tuple(_made(Change, one) for one in document.get("changes", ())),
        "strays": tuple(_made(Stray, one) for one in document.get("strays", ())),
    }
    return Entry(**{name: _member(kind, given.get(name)) for name, kind in Entry.__annotations__.items()})


def _member(kind: object, value: Any) -> Any:
    if value is None:
        return _EMPTY.get(getattr(kind, "__forward_arg__", str(kind)), ())
    return tuple(value) if isinstance(value, list) else value


def _issued(document: Mapping[str, Any]) -> IssuedEntry:
    return IssuedEntry(
        document["kind"],
        document["token"],
        document["subject"],
        _microseconds(document["issued_at"]),
        tuple((name, _microseconds(moment)) for name, moment in document["events"].items()),
        tuple(document.get("told", ())),
    )


def _made(kind: type[Made], document: Mapping[str, Any]) -> Made:
    return kind(**{name: document.get(name, "") for name in kind._fields})


def _microseconds(moment: str) -> int:
    return to_microseconds(parse_moment(moment))
