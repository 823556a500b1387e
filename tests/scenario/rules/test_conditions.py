"""Each matcher: a rule that logs, a call, and whether it fires."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator.core.model.api import Credentials
from simulator.core.model.call import Call
from simulator.scenario.rules.decision import FAITHFUL
from tests.scenario.engine_run import Run
from tests.scenario.toy_apis import AT, call

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)


def _fires(when: str, made: Call | None = None, presented: Credentials | None = None) -> bool:
    run = Run(f"- {{when: {{{when}, operation: door.pass}}, then: {{log: seen}}}}")
    return run.decide(made, presented=presented or Credentials()) is not FAITHFUL


@pytest.mark.parametrize(
    ("when", "query", "fires"),
    [
        pytest.param("query: {code: 86970}", "code=86970", True, id="a number is its text"),
        pytest.param("query: {code: 86970}", "code=086970", False, id="and no other text"),
        pytest.param("query: {code: x}", "Code=x", False, id="names have their case"),
        pytest.param("query: {code: x}", "code=a&code=x", True, id="any of several values"),
        pytest.param('query: {code: "a b"}', "code=a+b", True, id="a plus is a space"),
        pytest.param("query: {code: é}", "code=%C3%A9", True, id="UTF-8"),
        pytest.param("query: {code: é}", "code=Ã©", True, id="raw bytes, undecoded"),
        pytest.param('query: {code: ""}', "code=", True, id="empty"),
        pytest.param('query: {code: ""}', "", False, id="absent is not empty"),
        pytest.param("query: {code: {exists: true}}", "code", True, id="there without a value"),
        pytest.param("query: {code: {exists: true}}", "", False, id="not there"),
        pytest.param("query: {code: {exists: false}}", "", True, id="absent as asked"),
        pytest.param("query: {code: {exists: false}}", "code=", False, id="empty is there"),
        pytest.param("query: {code: {contains: b}}", "code=abc", True, id="contains"),
        pytest.param("query: {code: {contains: B}}", "code=abc", False, id="contains has its case"),
        pytest.param("query: {code: {contains: b}}", "", False, id="nothing contains nothing"),
        pytest.param("query: {code: {regex: '^a.c$'}}", "code=abc", True, id="regex"),
        pytest.param("query: {code: {regex: b}}", "code=abc", True, id="a regex is searched for"),
        pytest.param("query: {code: {regex: '^b'}}", "code=abc", False, id="unless it is anchored"),
        pytest.param("query: {code: {contains: a, regex: 'c$'}}", "code=abc", True, id="both hold"),
        pytest.param("query: {code: {contains: a, regex: 'b$'}}", "code=abc", False, id="one does not"),
        pytest.param("query: {a: x, b: y}", "a=x&b=y", True, id="two parameters"),
        pytest.param("query: {a: x, b: y}", "a=x", False, id="one of two"),
        pytest.param("raw_query: 'a=%2B'", "a=%2B", True, id="undecoded"),
        pytest.param("raw_query: 'a=+'", "a=%2B", False, id="not decoded"),
        pytest.param("raw_query: {contains: '%2b'}", "a=%2b&c", True, id="part of the undecoded"),
    ],
)
def test_query(when: str, query: str, fires: bool) -> None:
    assert _fires(when, call(query)) is fires


@pytest.mark.parametrize(
    ("when", "fires"),
    [
        pytest.param("headers: {X-Client: web}", True, id="names in any case"),
        pytest.param("headers: {x-client: Web}", False, id="values as they are"),
        pytest.param("headers: {x-client: {contains: we}}", True, id="contains"),
        pytest.param("headers: {x-client: {regex: '^w'}}", True, id="regex"),
        pytest.param("headers: {x-other: {exists: true}}", False, id="not there"),
        pytest.param("headers: {x-other: {exists: false}}", True, id="absent as asked"),
        pytest.param("headers: {x-client: web, x-other: x}", False, id="one of two"),
    ],
)
def test_headers(when: str, fires: bool) -> None:
    assert _fires(when, call(headers={"x-client": "web"})) is fires


@pytest.mark.parametrize(
    ("when", "body", "fires"),
    [
        pytest.param("json: {a: x}", b'{"a": "x"}', True, id="a text"),
        pytest.param("json: {a: 1}", b'{"a": 1.0}', True, id="a number is a number"),
        pytest.param("json: {a: 1}", b'{"a": "1"}', False, id="a text is no number"),
        pytest.param("json: {a: 1}", b'{"a": true}', False, id="true is not 1"),
        pytest.param("json: {a: true}", b'{"a": true}', True, id="true"),
        pytest.param("json: {a: true}", b'{"a": 1}', False, id="1 is not true"),
        pytest.param("json: {a: null}", b'{"a": null}', True, id="null"),
        pytest.param("json: {a: null}", b"{}", False, id="absent is not null"),
        pytest.param("json: {a: [1, true]}", b'{"a": [1, true]}', True, id="a list"),
        pytest.param("json: {a: [1, true]}", b'{"a": [1, 1]}', False, id="another list"),
        pytest.param("json: {a: [1]}", b'{"a": [1, 1]}', False, id="a longer list"),
        pytest.param("json: {a: [1]}", b'{"a": 1}', False, id="no list"),
        pytest.param("json: {a.b: x}", b'{"a": {"b": "x"}}', True, id="a field in a field"),
        pytest.param("json: {a.b: x}", b'{"a.b": "x"}', True, id="a field with a dot in its name"),
        pytest.param("json: {a.1: x}", b'{"a": ["w", "x"]}', True, id="an item of a list"),
        pytest.param("json: {a.2: x}", b'{"a": ["w", "x"]}', False, id="beyond a list"),
        pytest.param("json: {a: {exists: true}}", b'{"a": null}', True, id="null is there"),
        pytest.param("json: {a: {exists: false}}", b"{}", True, id="absent as asked"),
        pytest.param("json: {a: {exists: false}}", b"no json", True, id="nothing in what is no JSON"),
        pytest.param("json: {a: {contains: b}}", b'{"a": "abc"}', True, id="contains in a text"),
        pytest.param("json: {a: {contains: b}}", b'{"a": ["b"]}', True, id="contains in a list"),
        pytest.param("json: {a: {contains: b}}", b'{"a": 5}', False, id="a number contains nothing"),
        pytest.param("json: {a: {regex: b}}", b'{"a": "abc"}', True, id="regex"),
        pytest.param("json: {a: {regex: 5}}".replace("5", "'5'"), b'{"a": 5}', False, id="a regex is for texts"),
        pytest.param("json: {a: x}", b"", False, id="no body"),
        pytest.param("json: {a: x}", b"[" * 100_000, False, id="a body nested beyond reading"),
        pytest.param("json: {a: x}", b"\xff\xfe", False, id="a body in no encoding"),
        pytest.param("json: {a: x}", b'"a"', False, id="a body that is no object"),
    ],
)
def test_json(when: str, body: bytes, fires: bool) -> None:
    assert _fires(when, call(body=body)) is fires


@pytest.mark.parametrize(
    ("when", "presented", "fires"),
    [
        pytest.param("token: {state: expired}", Credentials(state="expired"), True, id="a state"),
        pytest.param("token: {state: expired}", Credentials(state="valid"), False, id="another state"),
        pytest.param("token: {state: [expired, revoked]}", Credentials(state="revoked"), True, id="one of two"),
        pytest.param("token: {state: unknown}", Credentials(), False, id="no token is not unknown"),
        pytest.param("token: {older_than: 1h}", Credentials(issued_at=AT - HOUR + TICK), False, id="not yet that old"),
        pytest.param("token: {older_than: 1h}", Credentials(issued_at=AT - HOUR), True, id="just that old"),
        pytest.param("token: {older_than: 1h}", Credentials(issued_at=AT - HOUR - TICK), True, id="older"),
        pytest.param("token: {older_than: 0s}", Credentials(), False, id="no token has no age"),
        pytest.param("token: {younger_than: 1h}", Credentials(issued_at=AT - HOUR + TICK), True, id="still younger"),
        pytest.param("token: {younger_than: 1h}", Credentials(issued_at=AT - HOUR), False, id="no longer younger"),
        pytest.param("token: {younger_than: 1h}", Credentials(), False, id="no token is not young"),
        pytest.param(
            "token: {older_than: 1h, younger_than: 2h}", Credentials(issued_at=AT - HOUR), True, id="between two ages"
        ),
        pytest.param("subject: Ann@example.com", Credentials(subject="ann@example.com"), True, id="in canonical form"),
        pytest.param("subject: ann@example.com", Credentials(subject="ben@example.com"), False, id="somebody else"),
        pytest.param("subject: ann@example.com", Credentials(), False, id="nobody"),
        pytest.param("subject: [ann@x, ben@x]", Credentials(subject="ben@x"), True, id="one of two people"),
        pytest.param("authorised: true", Credentials(authorised=True), True, id="authorised"),
        pytest.param("authorised: true", Credentials(), False, id="not authorised"),
        pytest.param("authorised: false", Credentials(), True, id="not authorised as asked"),
    ],
)
def test_what_the_call_presents(when: str, presented: Credentials, fires: bool) -> None:
    assert _fires(when, presented=presented) is fires


@pytest.mark.parametrize(
    ("when", "since", "fires"),
    [
        pytest.param("clock: {from: 1h}", HOUR - TICK, False, id="a moment too early"),
        pytest.param("clock: {from: 1h}", HOUR, True, id="just in time"),
        pytest.param("clock: {from: 1h}", HOUR * 999, True, id="for ever after"),
        pytest.param("clock: {to: 1h}", HOUR - TICK, True, id="a moment before the end"),
        pytest.param("clock: {to: 1h}", HOUR, False, id="the end is outside"),
        pytest.param("clock: {to: 1h}", timedelta(0), True, id="from the beginning"),
        pytest.param("clock: {to: 1h}", -TICK, False, id="not before the scenario began"),
    ],
)
def test_the_clock_counts_from_when_the_scenario_began(when: str, since: timedelta, fires: bool) -> None:
    assert _fires(when, call(at=AT + since)) is fires


def test_a_rule_of_one_sandbox() -> None:
    assert _fires("sandbox: mine", call(sandbox="mine"))
    assert not _fires("sandbox: mine", call(sandbox="default"))
    assert _fires("sandbox: [yours, mine]", call(sandbox="mine"))


@pytest.mark.parametrize(
    ("operation", "names"),
    [
        pytest.param("door.pass", ["door.pass"], id="one"),
        pytest.param("[door.pass, lamp.light]", ["door.pass", "lamp.light"], id="two"),
        pytest.param('"door.*"', ["door.enter", "door.pass"], id="those of an API"),
        pytest.param('"*"', ["door.enter", "door.pass", "lamp.light"], id="all"),
    ],
)
def test_operations(operation: str, names: list[str]) -> None:
    run = Run(f"- {{when: {{operation: {operation}}}, then: {{log: seen}}}}")

    assert [name for name in ("door.enter", "door.pass", "lamp.light") if run.decide(operation=name).rules] == names


def test_a_pattern_means_the_operations_that_can_have_the_action() -> None:
    run = Run("- {then: {token: {skew: 1m}}}")

    assert run.decide(operation="door.enter").rules
    assert not run.decide(operation="door.pass").rules


def test_a_subject_is_read_in_each_api_by_its_own_rules() -> None:
    """The lamp takes any text for a person, the door only mail addresses."""
    run = Run('- {when: {subject: "+1"}, then: {log: seen}}')

    assert run.decide(operation="lamp.light", presented=Credentials(subject="+1")).rules
    assert not run.decide(operation="door.pass", presented=Credentials(subject="+1")).rules
