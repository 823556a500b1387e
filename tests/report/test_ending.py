"""What the end of the client's process says, against the end of the run without faults."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from simulator.report import Circumstances, Report, judge
from simulator.report.client_run import ProcessResult
from simulator.report.ending import GIVING_UP, with_ending
from tests.report.wire import APIS, Wire

LIMIT = timedelta(seconds=4)
WELL = ProcessResult(0)
ILL = ProcessResult(3)


def once(wire: Wire) -> None:
    """One call, and it fails."""
    wire.call("office.data", status=503)


def again(wire: Wire) -> None:
    """The same call twice; both fail."""
    wire.call("office.data", status=503)
    wire.call("office.data", status=503)


def asked_to_wait(wire: Wire) -> None:
    """A Retry-After of a minute."""
    wire.call("office.data", status=429, retry_after="60")


def asked_to_wait_a_moment(wire: Wire) -> None:
    """A Retry-After of a second."""
    wire.call("office.data", status=429, retry_after="1")


def ending(report: Report) -> dict[str, str]:
    names = {"stopped_at_limit", "ended_by_signal", "exit_status"}
    return {verdict.name: verdict.outcome.value for verdict in report.verdicts if verdict.name in names}


@pytest.mark.parametrize(
    ("calls", "result", "first", "tags", "found"),
    [
        pytest.param(once, WELL, WELL, (), {}, id="it ended with 0"),
        pytest.param(once, ProcessResult(-15, stopped_us=1), WELL, (), {"stopped_at_limit": "fail"}, id="stopped"),
        pytest.param(
            once, ProcessResult(-15, stopped_us=1), None, (), {"stopped_at_limit": "fail"}, id="stopped first"
        ),
        pytest.param(once, ProcessResult(-11), WELL, (), {"ended_by_signal": "fail"}, id="a signal"),
        pytest.param(once, ILL, WELL, (), {"exit_status": "warn"}, id="another status"),
        pytest.param(once, ILL, ILL, (), {}, id="the same status without faults"),
        pytest.param(once, ILL, WELL, (GIVING_UP,), {}, id="the scenario is for giving up"),
        pytest.param(again, ILL, WELL, (), {}, id="it had tried again"),
        pytest.param(asked_to_wait, ILL, WELL, (), {}, id="it was to wait for a minute"),
        pytest.param(asked_to_wait_a_moment, ILL, WELL, (), {"exit_status": "warn"}, id="it was to wait for a second"),
        pytest.param(
            again, ProcessResult(1, crash="KeyError: 'day'"), WELL, (), {"exit_status": "warn"}, id="it crashed"
        ),
        pytest.param(once, ILL, None, (), {"exit_status": "warn"}, id="without faults"),
        pytest.param(
            once, ProcessResult(1, crash="NameError: x"), None, (), {"exit_status": "fail"}, id="a crash without faults"
        ),
    ],
)
def test_the_end_of_the_process_counts(
    calls: Callable[[Wire], None],
    result: ProcessResult,
    first: ProcessResult | None,
    tags: tuple[str, ...],
    found: dict[str, str],
) -> None:
    wire = Wire()
    calls(wire)
    report = with_ending(judge(wire.entries, APIS), result, first, limit=LIMIT, tags=tags)
    assert ending(report) == found


def test_it_is_said_with_the_limit_the_signal_and_the_crash() -> None:
    wire = Wire()
    once(wire)
    report = judge(wire.entries, APIS)
    said = [
        with_ending(report, result, WELL, limit=LIMIT).verdicts
        for result in (ProcessResult(-9, stopped_us=1), ProcessResult(-11), ProcessResult(1, crash="KeyError: 'day'"))
    ]
    whys = [next(one.why for one in verdicts if one.entries == (1,) and one.outcome.weight) for verdicts in said]
    assert whys == [
        "The client had not ended after 4s and was stopped.",
        "The client was ended by SIGSEGV.",
        "The client ended with 1; without faults it ended with 0: KeyError: 'day'",
    ]


def test_what_a_verdict_says_already_is_not_said_twice() -> None:
    """A client that hung until it was stopped has one fault: it has no time-out."""
    wire = Wire()
    wire.call("office.data", fault="hang", connection=1, ended="left")
    stopped = wire.entries[-1].real_us + 120_000_000
    wire.entries[-1] = wire.entries[-1]._replace(ended_us=stopped + 1)
    report = judge(wire.entries, APIS, Circumstances(stopped_us=stopped))
    assert {verdict.name for verdict in report.verdicts if verdict.outcome.weight} == {"no_timeout"}

    assert with_ending(report, ProcessResult(-15, stopped_us=stopped), WELL, limit=LIMIT) == report
