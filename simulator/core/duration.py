"""Durations in text form: ``"24h"``, ``"1500ms"``, ``"7d"``, ``"1h30m"``.

Every number has a unit. A number without one, or a clock time such as ``"12:30"``, is invalid.
"""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Final

_UNITS = {
    "w": 7 * 24 * 3_600_000_000,
    "d": 24 * 3_600_000_000,
    "h": 3_600_000_000,
    "m": 60_000_000,
    "s": 1_000_000,
    "ms": 1_000,
    "us": 1,
}
"""Microseconds in each unit, largest first; the order is the order of writing."""

PATTERN: Final = r"(\d+(\.\d+)?(ms|us|[wdhms]))+"
"""A duration without a sign, for JSON schemas; no anchors."""
_WHOLE = re.compile(rf"(?P<sign>[+-]?)(?P<parts>{PATTERN})", re.ASCII)
_PARTS = re.compile(r"(\d+(?:\.\d+)?)(ms|us|[wdhms])", re.ASCII)

_LONGEST_TEXT: Final = 100
"""Characters; converting a number takes time that grows with the square of its digits."""

MICROSECOND = timedelta(microseconds=1)


def parse_duration(text: str, *, signed: bool = False) -> timedelta:
    """Read ``"1h30m"`` as a :class:`~datetime.timedelta`, exact to the microsecond.

    Units: ``w d h m s ms us``. ``signed`` admits a leading ``+`` or ``-``.
    Raises :class:`ValueError` that names the value and shows a right one.
    """
    if len(text) > _LONGEST_TEXT:
        raise ValueError(f'"{text[:20]}…" is not a duration: it has {len(text)} characters')
    found = _WHOLE.fullmatch(text)
    if found is None or (found["sign"] and not signed):
        raise ValueError(f'"{text}" is not a duration; write a number with its unit, such as {_hint(text)}')
    micros = sum((Decimal(number) * _UNITS[unit] for number, unit in _PARTS.findall(found["parts"])), Decimal(0))
    if micros != micros.to_integral_value():
        raise ValueError(f'"{text}" is finer than a microsecond')
    try:
        span = timedelta(microseconds=int(micros))
    except OverflowError:
        raise ValueError(f'"{text}" is longer than any clock can tell ({timedelta.max.days} days)') from None
    return -span if found["sign"] == "-" else span


def format_duration(span: timedelta) -> str:
    """Write a duration as :func:`parse_duration` reads it: the two are inverse."""
    micros = span // MICROSECOND
    if micros == 0:
        return "0s"
    sign, left = ("-", -micros) if micros < 0 else ("", micros)
    written = []
    for unit, size in _UNITS.items():
        count, left = divmod(left, size)
        if count:
            written.append(f"{count}{unit}")
    return sign + "".join(written)


def _hint(text: str) -> str:
    bare = text.strip().lstrip("+-")
    if re.fullmatch(r"\d+(\.\d+)?", bare, re.ASCII):
        return f'"{bare}s" or "{bare}ms"'
    if re.fullmatch(r"\d+:\d+(:\d+)?", bare, re.ASCII):
        return '"12h30m" (clock times are ambiguous)'
    return '"24h", "1500ms" or "1h30m"'
