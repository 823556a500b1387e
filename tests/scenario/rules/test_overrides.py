"""Headers that override one call."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator.core.errors import UsageError
from simulator.core.model.call import WIRE_FAULTS, Fault
from simulator.scenario.rules.decision import BODY_FAULTS, FAITHFUL, Decision, NamedError
from simulator.scenario.rules.overrides import DELAY, ERROR, FAULT, overridden
from tests.scenario.toy_apis import DOOR


def test_without_the_headers_nothing_is_decided() -> None:
    assert overridden({"x-simulator": "1"}, DOOR) is FAITHFUL


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param({ERROR: "door.shut"}, Decision((ERROR,), (ERROR,), NamedError("door.shut")), id="error"),
        pytest.param({DELAY: "1500ms"}, Decision((DELAY,), (DELAY,), delay=timedelta(seconds=1.5)), id="delay"),
        pytest.param({FAULT: "reset"}, Decision((FAULT,), (FAULT,), fault=Fault("reset")), id="fault"),
        pytest.param({FAULT: "not_json"}, Decision((FAULT,), (FAULT,), body_fault=BODY_FAULTS["not_json"]), id="body"),
        pytest.param(
            {FAULT: "hang", ERROR: "door.shut", DELAY: "1h"},
            Decision(
                (ERROR, DELAY, FAULT),
                (ERROR, DELAY, FAULT),
                NamedError("door.shut"),
                delay=timedelta(hours=1),
                fault=Fault("hang"),
            ),
            id="all three",
        ),
    ],
)
def test_each_header(headers: dict[str, str], expected: Decision) -> None:
    assert overridden(headers, DOOR) == expected


@pytest.mark.parametrize("kind", sorted(WIRE_FAULTS))
def test_every_fault_can_be_asked_for(kind: str) -> None:
    assert overridden({FAULT: kind}, DOOR).fault == Fault(kind)


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        pytest.param({ERROR: "door.shutt"}, 'x-simulator-error: "door.shutt".*mean "door.shut"', id="a slip"),
        pytest.param({ERROR: "lamp.burnt"}, "is not a named error of door", id="another API's error"),
        pytest.param({ERROR: ""}, "Known: door.shut, door.too_many_requests", id="nothing"),
        pytest.param({DELAY: "1500"}, 'x-simulator-delay: "1500" is not a duration', id="no unit"),
        pytest.param({DELAY: "61m"}, "longer than an hour", id="for ever"),
        pytest.param({FAULT: "resett"}, 'Did you mean "reset"', id="a slip in a fault"),
        pytest.param({FAULT: "zzz"}, "Known: bad_chunk, ", id="no fault"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_remedy(headers: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        overridden(headers, DOOR)


def test_a_fault_that_this_server_cannot_inject_is_refused() -> None:
    with pytest.raises(UsageError, match="cannot inject"):
        overridden({FAULT: "reset"}, DOOR, supported_faults=frozenset())
    assert overridden({FAULT: "wrong_type"}, DOOR, supported_faults=frozenset()).body_fault == BODY_FAULTS["wrong_type"]
