"""Overrides one call by request headers, without a scenario file.

``X-Simulator-Error: jquants.server_error``, ``X-Simulator-Delay: 1500ms``, ``X-Simulator-Fault: reset``.
The server decides whether a caller may do this (loopback only by default).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any, Final

from simulator.core.duration import parse_duration
from simulator.core.errors import UsageError
from simulator.core.model.api import Api
from simulator.core.model.call import WIRE_FAULTS, Fault
from simulator.core.suggestion import nearest
from simulator.scenario.rules.decision import BODY_FAULTS, FAITHFUL, BodyFault, Decision, NamedError

ERROR: Final = "x-simulator-error"
DELAY: Final = "x-simulator-delay"
FAULT: Final = "x-simulator-fault"
LONGEST_DELAY: Final = timedelta(hours=1)
"""A header is for one call; longer values need a scenario file."""


def overridden(
    headers: Mapping[str, str], api: Api[Any], *, supported_faults: Collection[str] = WIRE_FAULTS
) -> Decision:
    """The decision that the headers of a call (names in lower case) request; FAITHFUL without any of the three.

    The header's name stands as the rule's id. supported_faults: the connection faults that this server can inject.
    Raises :class:`UsageError` with header, value and remedy for an invalid value.
    """
    decision = FAITHFUL
    if ERROR in headers:
        decision = decision.then(Decision(*_marked(ERROR), answer=_error(headers[ERROR], api)))
    if DELAY in headers:
        decision = decision.then(Decision(*_marked(DELAY), delay=_delay(headers[DELAY])))
    if FAULT in headers:
        fault, body_fault = _fault(headers[FAULT], supported_faults)
        decision = decision.then(Decision(*_marked(FAULT), fault=fault, body_fault=body_fault))
    return decision


def _marked(header: str) -> tuple[tuple[str], tuple[str]]:
    return (header,), (header,)


def _error(value: str, api: Api[Any]) -> NamedError:
    if value not in api.errors:
        hint = nearest(value, api.errors)
        remedy = f'Did you mean "{hint}"?' if hint else f"Known: {', '.join(sorted(api.errors))}."
        raise UsageError(f'{ERROR}: "{value}" is not a named error of {api.name}.', remedy=remedy)
    return NamedError(value)


def _delay(value: str) -> timedelta:
    try:
        span = parse_duration(value)
    except ValueError as error:
        raise UsageError(f"{DELAY}: {error}.") from None
    if span > LONGEST_DELAY:
        raise UsageError(f'{DELAY}: "{value}" is longer than an hour.', remedy="A scenario can delay for longer.")
    return span


def _fault(value: str, supported_faults: Collection[str]) -> tuple[Fault | None, BodyFault | None]:
    if value in BODY_FAULTS:
        return None, BODY_FAULTS[value]
    if value in WIRE_FAULTS and value in supported_faults:
        return Fault(value), None
    able = sorted({*BODY_FAULTS, *WIRE_FAULTS.intersection(supported_faults)})
    if value in WIRE_FAULTS:
        raise UsageError(f'{FAULT}: this server cannot inject "{value}".', remedy=f"It can {', '.join(able)}.")
    hint = nearest(value, able)
    remedy = f'Did you mean "{hint}"?' if hint else f"Known: {', '.join(able)}."
    raise UsageError(f'{FAULT}: "{value}" is not a fault.', remedy=remedy)
