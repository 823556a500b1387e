"""A dry run says which rule fires, what the client gets, and of every other rule why it did not fire."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator.apis import discover
from simulator.core.errors import UsageError
from simulator.core.model.api import Credentials
from simulator.scenario.loader import load
from simulator.scenario.rules.explain import Caller, explain, in_text
from tests.scenario.engine_run import Run
from tests.scenario.toy_apis import APIS


def _explained(rules: str, calls: int = 1, caller: Caller | None = None, *, head: str = "") -> list[dict[str, str]]:
    """Rule → why it did not fire, for each call."""
    scenario = load(f"version: 1\nname: x\n{head}\nrules:\n{rules}\n", APIS)
    return [dict(one.others) for one in explain(scenario, "door.pass", calls, caller)]


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        pytest.param("when: {operation: lamp.light}", "it is about other operations", id="other operations"),
        pytest.param("when: {query: {code: 5}}", 'not: query code is "5"', id="a literal"),
        pytest.param("when: {query: {code: {regex: a}}}", "not: query code matches /a/", id="a matcher"),
        pytest.param("when: {json: {a: [1]}}", "not: json a is [1]", id="a field"),
        pytest.param(
            "when: {headers: {X-A: {contains: b, exists: true}}}",
            'not: header X-A is there and contains "b"',
            id="a header",
        ),
        pytest.param(
            "when: {operation: door.pass, token: {state: [expired, revoked]}}",
            'not: token is "expired" or "revoked"',
            id="a token",
        ),
        pytest.param(
            "when: {operation: door.pass, token: {older_than: 90m}}", "not: token is 1h30m old or older", id="an age"
        ),
        pytest.param("when: {authorised: false}", "not: not authorised", id="authorised"),
        pytest.param("when: {subject: ann@x}", 'not: subject is "ann@x"', id="a subject"),
        pytest.param("when: {sandbox: mine}", 'not: sandbox is "mine"', id="a sandbox"),
        pytest.param(
            "when: {clock: {from: 1m, to: 2m}}",
            "not: clock from 1m to 2m since the scenario began",
            id="a stretch of time",
        ),
        pytest.param("when: {state: down}", 'the state is "up", not "down"', id="a state"),
        pytest.param("occurs: {nth: [2, 3]}", "this is matching call 1; it fires for number 2, 3", id="nth"),
        pytest.param("occurs: {after: 2}", "this is matching call 1; it fires after the first 2", id="after"),
        pytest.param("occurs: {every: 4}", "this is matching call 1; it fires for every 4th", id="every"),
        pytest.param(
            "occurs: {probability: 0}",
            "this is matching call 1; it fires with probability 0, and chance was against it",
            id="chance",
        ),
    ],
)
def test_why_a_rule_did_not_fire(rule: str, why: str) -> None:
    others = "- {id: enters, when: {operation: lamp.light}, then: {set_state: down}}\n- {id: last, then: {log: x}}"
    found = _explained(f"- {{id: r, {rule}, then: {{log: x}}}}\n{others}", head="state: up")

    assert found[0]["r"] == why


def test_why_a_rule_no_longer_fires() -> None:
    assert _explained("- {id: r, occurs: {first: 1}, then: {log: x}}", 2)[1]["r"] == (
        "this is matching call 2; it fires for the first 1"
    )
    assert _explained("- {id: r, sequence: [{then: {log: x}}]}", 2)[1]["r"] == "its sequence is over"


def test_why_a_limit_does_not_act_yet() -> None:
    found = _explained("- {id: r, then: {rate_limit: {limit: 2, window: 1m}}}", 3)

    assert found == [
        {"r": "call 1 of 2 that its window allows"},
        {"r": "call 2 of 2 that its window allows"},
        {},
    ]


def test_an_earlier_rule_ended_the_call() -> None:
    found = _explained("- {id: a, occurs: {first: 1}, then: {log: x}}\n- {id: b, then: {log: x}}", 2)

    assert found[0] == {"b": '"a" ended the call before'}
    assert set(found[1]) == {"a"}


def test_time_passes_between_calls_and_by_what_rules_do() -> None:
    scenario = load(
        "version: 1\nname: x\nrules:\n- {occurs: {nth: 1}, then: {advance: 1h}}\n"
        "- {id: late, when: {clock: {from: 1h}}, then: {error: door.shut}}\n",
        APIS,
    )
    found = list(explain(scenario, "door.pass", 3, Caller(every=timedelta(seconds=2))))

    assert [one.since for one in found] == [timedelta(0), timedelta(hours=1, seconds=2), timedelta(hours=1, seconds=4)]
    assert [one.fired for one in found] == [("rule-1",), ("late",), ("late",)]


def test_a_caller_can_be_somebody() -> None:
    caller = Caller(Credentials(subject="ann@x", state="expired"), raw_query="q=1", headers=(("x-a", "b"),))
    rule = (
        "- {id: r, when: {operation: door.pass, subject: ann@x, token: {state: expired}, query: {q: 1}, "
        "headers: {X-A: b}}, then: {log: x}}"
    )

    assert _explained(rule, 1, caller) == [{}]


def test_a_dry_run_decides_as_the_real_one_does() -> None:
    rules = """
- {id: chance, continue: true, occurs: {probability: 0.4}, then: {delay: {uniform: [1s, 2s]}}}
- {id: steps, sequence: [{times: 2, then: {error: door.shut}}, {then: {log: x}}], at_end: loop}
"""
    run = Run(rules, head="seed: 5")
    dry = [one.fired for one in explain(run.scenario, "door.pass", 12)]

    assert dry == run.fired(12)


def test_as_text() -> None:
    scenario = load(
        "version: 1\nname: x\nrules:\n- {id: a, occurs: {first: 1}, then: [{error: door.shut}, {delay: 1s}]}\n", APIS
    )
    lines = list(explain(scenario, "door.pass", 2))

    assert in_text(lines).splitlines() == [
        "door.pass  call 1  +0s  door.shut instead of the operation, after 1s [a]",
        "door.pass  call 2  +1s  the faithful answer",
        "    a: this is matching call 2; it fires for the first 1",
    ]
    assert lines[1].as_json() == {
        "operation": "door.pass",
        "call": 2,
        "since": "1s",
        "fired": [],
        "gets": "the faithful answer",
        "others": [{"rule": "a", "why": "this is matching call 2; it fires for the first 1"}],
    }


@pytest.mark.parametrize(
    ("action", "words"),
    [
        pytest.param(
            "{respond: {status: 503, headers: {A: b}}}", "503 with A: b instead of the operation", id="canned"
        ),
        pytest.param("{fault: reset}", "the operation's answer, broken by reset", id="fault"),
        pytest.param(
            "{fault: {truncate: {at: 9%}}}", "the operation's answer, broken off after 9% of its body", id="cut"
        ),
        pytest.param("{fault: {hang: {for: 5s}}}", "the operation's answer, hanging for 5s", id="hang"),
        pytest.param("{dribble: {over: 4s, chunks: 8}}", "the operation's answer, in 8 pieces over 4s", id="dribble"),
        pytest.param("{fault: not_json}", "the operation's answer, not JSON", id="not JSON"),
        pytest.param("{fault: wrong_type}", "the operation's answer, called text/html", id="wrong type"),
        pytest.param("{drop: [seat]}", "the operation's answer, without seat", id="drop"),
        pytest.param("{rewrite: {seat: null}}", "the operation's answer, seat as null", id="rewrite"),
        pytest.param("{optout: true}", "the faithful answer, and the person has opted out", id="optout"),
        pytest.param("{revoke: family}", "the faithful answer, and the family is revoked", id="revoke"),
        pytest.param("{advance: 25h}", "the faithful answer, and the clock moves by 1d1h", id="advance"),
        pytest.param("{log: hi}", 'the faithful answer, and the log says "hi"', id="log"),
    ],
)
def test_outcomes_in_words(action: str, words: str) -> None:
    run = Run(f"- {{when: {{operation: door.pass}}, then: {action}}}")

    assert next(iter(explain(run.scenario, "door.pass", 1))).gets == words


def test_terms_in_words() -> None:
    run = Run("- {then: {token: {lifetime: 2s, refresh_lifetime: 5s, skew: -5m, tamper: signature}}}")

    assert next(iter(explain(run.scenario, "door.enter", 1))).gets == (
        "the operation's answer, its token living 2s, its refresh token living 5s, "
        "issued by a clock off by -5m, its signature spoilt"
    )


@pytest.mark.parametrize(
    ("operation", "calls", "words"),
    [
        pytest.param("door.pas", 1, 'Did you mean "door.pass"', id="a slip of the pen"),
        pytest.param("lamp.light", 1, "Its rules are about door.pass", id="no rule is about it"),
        pytest.param("door.pass", 0, "Ask for 1 to 1000", id="no calls"),
        pytest.param("door.pass", 1001, "Ask for 1 to 1000", id="too many to read"),
    ],
)
def test_what_cannot_be_explained(operation: str, calls: int, words: str) -> None:
    run = Run("- {when: {operation: door.pass}, then: {log: x}}")
    with pytest.raises(UsageError, match=words):
        explain(run.scenario, operation, calls)


OLD = "version: 1\nname: old\nclock: {at: 2021-03-08T16:59:59Z}\nrules: [{id: a, then: {log: x}}]\n"


def test_a_note_of_the_operation_stands_below_the_calls_it_is_about() -> None:
    """docs/sources/uid2.md §3.2: what is established before that moment is an opt-out."""
    apis = discover()
    [note] = [one.note for api in apis for one in api.operations if one.name == "uid2.v2_token_refresh"]
    assert note is not None
    first, second = explain(load(OLD, apis), "uid2.v2_token_refresh", 2, Caller(note=note))

    assert "before 2021-03-08T17:00:00Z as an opt-out" in first.note
    assert f"    note: {first.note}" in in_text([first, second]).splitlines()
    assert first.as_json()["note"] == first.note
    assert second.note == ""
    assert "note" not in second.as_json()
