"""The engine: who is counted, what adds up, and what is drawn."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from simulator.core.model.api import Credentials, IssueOverrides
from simulator.core.model.call import Dribble, Fault
from simulator.core.model.call_steps import drive
from simulator.core.rule_counters import RuleCounters
from simulator.scenario.loader import load
from simulator.scenario.rules.decision import FAITHFUL, BodyFault, Canned, Decision, NamedError
from simulator.scenario.rules.engine import Engine
from simulator.scenario.rules.rule import DelaySpec
from tests.scenario.engine_run import Run
from tests.scenario.toy_apis import APIS, AT, call

SECOND = timedelta(seconds=1)


def _then(action: str, operation: str = "door.pass") -> Decision:
    return Run(f"- {{id: r, when: {{operation: {operation}}}, then: {action}}}").decide(operation=operation)


BASE = Decision(rules=("r",), marks=("r",))


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        pytest.param("{error: door.shut}", replace(BASE, answer=NamedError("door.shut")), id="error"),
        pytest.param("{respond: {status: 503}}", replace(BASE, answer=Canned(503)), id="an empty answer"),
        pytest.param(
            "{respond: {status: 200, headers: {A: 1, B: [x, y]}, json: null}}",
            replace(BASE, answer=Canned(200, (("A", "1"), ("B", "x"), ("B", "y")), is_json=True)),
            id="an answer of JSON null",
        ),
        pytest.param("{respond: {status: 200, body: hi}}", replace(BASE, answer=Canned(200, text="hi")), id="a text"),
        pytest.param("{delay: 1500ms}", replace(BASE, delay=SECOND * 1.5), id="delay"),
        pytest.param("{delay: {fixed: 2s}}", replace(BASE, delay=SECOND * 2), id="delay, spelt out"),
        pytest.param(
            "{delay: {fixed: 90s, clock: virtual}}",
            Decision(rules=("r",), advance=SECOND * 90),
            id="a virtual delay leaves the answer as it is",
        ),
        pytest.param("{dribble: {over: 4s, chunks: 8}}", replace(BASE, dribble=Dribble(SECOND * 4, 8)), id="dribble"),
        pytest.param("{fault: reset}", replace(BASE, fault=Fault("reset")), id="fault"),
        pytest.param("{fault: {reset: {}}}", replace(BASE, fault=Fault("reset")), id="fault as a mapping"),
        pytest.param("{fault: truncate}", replace(BASE, fault=Fault("truncate", share=0.5)), id="half, unless said"),
        pytest.param("{fault: {truncate: {at: 60%}}}", replace(BASE, fault=Fault("truncate", 0.6)), id="truncate"),
        pytest.param("{fault: hang}", replace(BASE, fault=Fault("hang")), id="hang"),
        pytest.param("{fault: {hang: {for: 35s}}}", replace(BASE, fault=Fault("hang", hold=35 * SECOND)), id="so long"),
        pytest.param(
            "{fault: {not_json: {body: oops}}}",
            replace(BASE, body_fault=BodyFault("not_json", "oops")),
            id="a body of one's",
        ),
        pytest.param(
            "{fault: wrong_type}", replace(BASE, body_fault=BodyFault("wrong_type", "text/html")), id="wrong type"
        ),
        pytest.param("{drop: [seat]}", replace(BASE, drop=("seat",)), id="drop"),
        pytest.param("{rewrite: {seat: null}}", replace(BASE, rewrite={"seat": "null"}), id="rewrite"),
        pytest.param("{optout: true}", Decision(rules=("r",), optout=True), id="optout leaves the answer as it is"),
        pytest.param("{revoke: family}", Decision(rules=("r",), revoke="family"), id="so does revoke"),
        pytest.param("{advance: 25h}", Decision(rules=("r",), advance=timedelta(hours=25)), id="and advance"),
        pytest.param("{log: hi}", Decision(rules=("r",), logs=(("r", "hi"),)), id="and log"),
        pytest.param("{set_state: s}", Decision(rules=("r",)), id="and a state"),
        pytest.param(
            "[{delay: 1s}, {delay: 2s}, {error: door.shut}]",
            replace(BASE, delay=SECOND * 3, answer=NamedError("door.shut")),
            id="a list happens together",
        ),
        pytest.param(
            "{delay: 1s, optout: true, revoke: token}",
            replace(BASE, delay=SECOND, optout=True, revoke="token"),
            id="so does a mapping of several",
        ),
    ],
)
def test_what_an_action_decides(action: str, expected: Decision) -> None:
    assert _then(action) == expected


def test_terms_of_tokens() -> None:
    found = _then("{token: {lifetime: 2s, refresh_lifetime: 5s, skew: -5m, tamper: signature}}", "door.enter")

    assert found.issue_overrides == IssueOverrides(SECOND * 2, SECOND * 5, timedelta(minutes=-5), "signature")


def test_what_continuing_rules_decide_adds_up_and_the_first_answer_stands() -> None:
    run = Run(
        """
- {id: a, when: {operation: door.enter}, continue: true, then: [{delay: 1s}, {token: {lifetime: 1s, skew: 1m}}]}
- {id: b, continue: true, then: [{delay: 2s}, {log: hi}, {advance: 1h}]}
- {id: c, when: {operation: door.enter}, continue: true, then: {token: {lifetime: 9s, skew: 1m, tamper: signature}}}
- {id: d, continue: true, then: {fault: reset}}
- {id: e, continue: true, occurs: {first: 1}, then: {respond: {status: 500}}}
- {id: f, then: {respond: {status: 501}}}
"""
    )
    found = run.decide(operation="door.enter")

    assert found.rules == ("a", "b", "c", "d", "e", "f")
    assert found.marks == found.rules
    assert found.delay == SECOND * 3
    assert found.issue_overrides == IssueOverrides(SECOND, None, timedelta(minutes=2), "signature")
    assert found.fault == Fault("reset")
    assert found.answer == Canned(500)
    assert found.advance == timedelta(hours=1)


def test_a_wider_revocation_wins() -> None:
    run = Run("- {continue: true, then: {revoke: token}}\n- {then: {revoke: family}}")

    assert run.decide().revoke == "family"


def test_no_rule_fires_and_the_answer_is_faithful() -> None:
    run = Run("- {when: {operation: door.pass}, occurs: {nth: 2}, then: {error: door.shut}}")

    assert run.decide(operation="lamp.light") is FAITHFUL
    assert run.decide() is FAITHFUL
    assert run.decide() is not FAITHFUL


@pytest.mark.parametrize(
    ("per", "first", "second"),
    [
        pytest.param("subject", Credentials(subject="ann"), Credentials(subject="ben"), id="subject"),
        pytest.param(
            "token",
            Credentials(token="t", token_id="1"),
            Credentials(token="t", token_id="2"),
            id="token, by its own id",
        ),
        pytest.param("token", Credentials(token="s"), Credentials(token="t"), id="token that nobody knows"),
        pytest.param("token", Credentials(), Credentials(token="t"), id="no token is one too"),
    ],
)
def test_counted_for_each(per: str, first: Credentials, second: Credentials) -> None:
    run = Run(f"- {{id: r, when: {{operation: door.pass}}, occurs: {{first: 1, per: {per}}}, then: {{log: x}}}}")

    assert run.fired(2, presented=first) == [("r",), ()]
    assert run.fired(2, presented=second) == [("r",), ()]


def test_counted_for_each_client_by_its_address() -> None:
    run = Run("- {id: r, occurs: {first: 1, per: client}, then: {log: x}}")

    assert run.fired(2, call(client="10.0.0.1")) == [("r",), ()]
    assert run.fired(1, call(client="10.0.0.2")) == [("r",)]


@pytest.mark.parametrize(
    ("occurs", "numbers"),
    [
        pytest.param("first: 2", [1, 2], id="first"),
        pytest.param("nth: [5, 2, 2]", [2, 5], id="nth, in any order"),
        pytest.param("nth: 3", [3], id="one number"),
        pytest.param("after: 4", [5, 6], id="after"),
        pytest.param("every: 3", [3, 6], id="every"),
        pytest.param("probability: 1", [1, 2, 3, 4, 5, 6], id="surely"),
    ],
)
def test_occurs_as_it_is_written(occurs: str, numbers: list[int]) -> None:
    run = Run(f"- {{id: r, occurs: {{{occurs}}}, then: {{log: x}}}}")

    assert [n for n, rules in enumerate(run.fired(6), 1) if rules] == numbers


def test_two_rules_count_by_themselves() -> None:
    run = Run("- {id: a, occurs: {nth: 1}, then: {log: x}}\n- {id: b, occurs: {nth: 2}, then: {log: x}}")

    assert run.fired(3) == [("a",), ("b",), ()]


def test_states_open_move_and_return() -> None:
    run = Run(
        """
- {id: fall, when: {state: calm}, occurs: {nth: 2}, then: {set_state: down}}
- {id: down, when: {state: down}, occurs: {nth: 2}, then: [{error: door.shut}, {set_state: calm}]}
""".replace("error: door.shut", "log: x"),
        head="state: calm",
    )

    assert run.fired(4) == [(), ("fall",), (), ("down",)]
    assert run.counters.state() == "calm"


def test_a_sequence_gives_each_step_its_own_actions() -> None:
    run = Run("- {sequence: [{times: 2, then: {error: lamp.burnt}}, {then: {delay: 1s}}], at_end: loop}")
    found = [run.decide(operation="lamp.light") for _ in range(4)]

    assert [one.answer is not None for one in found] == [True, True, False, True]
    assert [one.delay for one in found] == [timedelta(0), timedelta(0), SECOND, timedelta(0)]


class Untouchable:
    """A counters that nobody may ask: a round trip for nothing would be paid by every call."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was asked for")


def test_rules_that_remember_nothing_leave_the_tally_alone() -> None:
    scenario = load(
        "version: 1\nname: x\nrules:\n- {id: r, continue: true, then: {delay: 1s}}\n- {then: {log: x}}\n", APIS
    )
    counters: RuleCounters = Untouchable()

    decision = drive(Engine(scenario, counters, began=AT).decide(call(), "door.pass", Credentials))
    assert decision.rules == ("r", "rule-2")


def test_first_two_of_ten_thousand_calls_in_fifty_threads() -> None:
    run = Run("- {id: r, occurs: {first: 2}, then: {error: lamp.burnt}}")
    with ThreadPoolExecutor(50) as pool:
        found = list(pool.map(lambda _: run.decide(operation="lamp.light").rules, range(10_000)))

    assert found.count(("r",)) == 2


@pytest.mark.parametrize("workers", [1, 8])
def test_a_seed_gives_one_outcome_for_any_order_of_threads(workers: int) -> None:
    """The numbers of the calls that fire are pinned, so this holds across machines and releases too."""
    run = Run("- {id: r, occurs: {probability: 0.25, per: client}, then: {log: x}}", head="seed: 11")
    with ThreadPoolExecutor(workers) as pool:
        fired = list(pool.map(lambda n: bool(run.decide(call(client=f"c{n % 4}")).rules), range(80)))

    per_client = [sum(fired[client::4]) for client in range(4)]
    assert per_client == [2, 3, 4, 4]


def test_a_uniform_delay_lies_between_and_is_the_same_each_time() -> None:
    spans = [
        [run.decide().delay for _ in range(50)]
        for run in (Run("- {id: r, then: {delay: {uniform: [1s, 3s]}}}", head="seed: 3") for _ in range(2))
    ]

    assert spans[0] == spans[1]
    assert all(SECOND <= span <= SECOND * 3 for span in spans[0])
    assert len(set(spans[0])) == 50


def test_a_lognormal_delay_has_its_median_and_its_cut() -> None:
    run = Run("- {id: r, then: {delay: {lognormal: {median: 80ms, sigma: 0.4, max: 100ms}}}}")
    spans = sorted(run.decide().delay for _ in range(400))
    cut = timedelta(milliseconds=100)

    assert abs(spans[200] - timedelta(milliseconds=80)) < timedelta(milliseconds=8)
    assert spans[-1] == cut
    assert 0 < spans.count(cut) < 200


@pytest.mark.parametrize("share", [0.0, 1 - 2**-52])
def test_the_ends_of_chance_have_a_delay_too(share: float) -> None:
    """The normal distribution itself has none there."""
    wait = DelaySpec("lognormal", median=SECOND, high=timedelta(days=1), sigma=1.0)

    assert timedelta(0) < wait.span(share) <= timedelta(days=1)


def test_without_sigma_a_lognormal_delay_is_its_median() -> None:
    run = Run("- {id: r, then: {delay: {lognormal: {median: 80ms, sigma: 0}}}}")

    assert abs(run.decide().delay - timedelta(milliseconds=80)) <= timedelta(microseconds=1)


def test_a_drawn_virtual_delay_moves_the_clock_and_leaves_the_answer() -> None:
    found = Run("- {id: r, then: {delay: {uniform: [1s, 3s], clock: virtual}}}").decide()

    assert SECOND <= found.advance <= SECOND * 3
    assert (found.delay, found.marks) == (timedelta(0), ())
