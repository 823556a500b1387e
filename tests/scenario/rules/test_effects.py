"""What a decision does to a reply: pure, byte for byte, and nothing at all when nothing was decided."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.core.model.api import Credentials
from simulator.core.model.call import Delivery, Dribble, Fault, Reply
from simulator.core.model.call_steps import drive
from simulator.scenario.rules.decision import BODY_FAULTS, FAITHFUL, Canned, Decision, NamedError
from simulator.scenario.rules.effects import (
    CONVERSIONS,
    RULE_HEADER,
    apply_effects,
    apply_side_effects,
    substitute_reply,
)
from simulator.state.memory import MemoryStatusStore
from tests.scenario.toy_apis import AT, DOOR, World, call

JSON = (("Content-Type", "application/json"), ("X", "y"))
REPLY = Reply(200, JSON, b'{"ticket": "t",  "expires": 1700000000123}')
MARKED = Decision(rules=("r",), marks=("r",))


def test_a_faithful_answer_is_the_very_object() -> None:
    assert apply_effects(REPLY, FAITHFUL, DOOR) is REPLY
    assert apply_effects(REPLY, Decision(rules=("r",), advance=timedelta(1), optout=True), DOOR) is REPLY


def test_a_touched_answer_names_the_rules_that_touched_it() -> None:
    found = apply_effects(REPLY, Decision(rules=("a", "b", "c"), marks=("a", "c")), DOOR)

    assert found == replace(REPLY, headers=(*JSON, (RULE_HEADER, "a, c")))


@pytest.mark.parametrize(
    ("decision", "body"),
    [
        pytest.param({"drop": ("ticket",)}, {"expires": 1700000000123}, id="drop"),
        pytest.param({"rewrite": {"expires": "seconds"}}, {"ticket": "t", "expires": 1700000000}, id="seconds"),
        pytest.param({"rewrite": {"expires": "string"}}, {"ticket": "t", "expires": "1700000000123"}, id="string"),
        pytest.param({"rewrite": {"ticket": "null"}}, {"ticket": None, "expires": 1700000000123}, id="null"),
        pytest.param(
            {"drop": ("ticket",), "rewrite": {"ticket": "null"}}, {"expires": 1700000000123}, id="gone is gone"
        ),
    ],
)
def test_fields(decision: dict[str, Any], body: dict[str, Any]) -> None:
    """Written in the API's own way: the toy indents by one."""
    found = apply_effects(REPLY, replace(MARKED, **decision), DOOR)

    assert found.body == json.dumps(body, indent=1).encode()


@pytest.mark.parametrize(
    "decision",
    [
        pytest.param(replace(MARKED, drop=("seat",)), id="a field that is not there"),
        pytest.param(replace(MARKED, rewrite={"ticket": "string"}), id="a text as a text"),
        pytest.param(replace(MARKED, rewrite={"ticket": "seconds"}), id="no number"),
    ],
)
def test_where_there_is_nothing_to_change_the_bytes_stay(decision: Decision) -> None:
    assert apply_effects(REPLY, decision, DOOR).body == REPLY.body


def test_a_change_that_python_takes_for_none_is_made() -> None:
    """1.0 and 1 are equal, and still not the same on the wire."""
    reply = replace(REPLY, body=b'{"expires": 1.0}')

    assert json.loads(apply_effects(reply, replace(MARKED, rewrite={"expires": "integer"}), DOOR).body) == {
        "expires": 1
    }
    assert b"1.0" not in apply_effects(reply, replace(MARKED, rewrite={"expires": "integer"}), DOOR).body


def test_fields_are_found_however_deep() -> None:
    reply = replace(REPLY, body=b'{"body": {"list": [{"ticket": 1, "x": 2}]}}')

    assert json.loads(apply_effects(reply, replace(MARKED, drop=("ticket",)), DOOR).body) == {
        "body": {"list": [{"x": 2}]}
    }


@pytest.mark.parametrize("body", [b"", b"no json", b"\xff", b'"text"', b"[1, 2]"])
def test_what_has_no_fields_stays_as_it_is(body: bytes) -> None:
    assert apply_effects(replace(REPLY, body=body), replace(MARKED, drop=("ticket",)), DOOR).body == body


@pytest.mark.parametrize(
    ("conversion", "before", "after"),
    [
        pytest.param("seconds", 1999, 1, id="seconds are rounded down"),
        pytest.param("seconds", "1999", 1, id="seconds of a text of digits"),
        pytest.param("seconds", True, True, id="true is no number"),
        pytest.param("milliseconds", 2, 2000, id="milliseconds"),
        pytest.param("string", True, "true", id="true as a text"),
        pytest.param("string", None, "null", id="null as a text"),
        pytest.param("string", {"a": 1}, '{"a":1}', id="an object as a text"),
        pytest.param("integer", "12", 12, id="an integer of digits"),
        pytest.param("integer", "x", "x", id="no digits"),
        pytest.param("null", 5, None, id="null"),
        pytest.param("empty", "x", "", id="an empty text"),
        pytest.param("empty", [1], [], id="an empty list"),
        pytest.param("empty", {"a": 1}, {}, id="an empty object"),
        pytest.param("empty", 5, "", id="a number has no empty form"),
    ],
)
def test_conversions(conversion: Any, before: object, after: object) -> None:
    found = CONVERSIONS[conversion](before)

    assert (found, type(found)) == (after, type(after))


def test_a_body_nested_too_deep_to_be_edited_stays_as_it_is() -> None:
    """A scenario may answer with any text, and Python's parser does not take this one."""
    reply = replace(REPLY, body=b"[" * 100_000 + b"]" * 100_000)

    assert apply_effects(reply, replace(MARKED, drop=("gone",)), DOOR).body == reply.body


_BODIES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["ticket", "gone"]), inner),
    max_leaves=10,
)


@given(_BODIES, st.sampled_from(sorted(CONVERSIONS)))
@settings(max_examples=100)
def test_any_body_survives_any_rewriting(value: object, conversion: Any) -> None:
    """What was to go is gone everywhere but inside of what was rewritten."""
    reply = replace(REPLY, body=json.dumps({"in": value}).encode())
    decision = replace(MARKED, drop=("gone",), rewrite={"ticket": conversion})

    assert "gone" not in _names(json.loads(apply_effects(reply, decision, DOOR).body))


def _names(value: Any) -> set[str]:
    """Every name of a field, except inside of a ticket."""
    if isinstance(value, dict):
        return {*value, *(name for key, inner in value.items() if key != "ticket" for name in _names(inner))}
    return {name for item in value for name in _names(item)} if isinstance(value, list) else set()


def test_not_json_keeps_everything_but_the_body() -> None:
    found = apply_effects(REPLY, replace(MARKED, body_fault=BODY_FAULTS["not_json"]), DOOR)

    assert (found.status, found.header("content-type")) == (200, "application/json")
    assert found.body.startswith(b"<html>")


def test_wrong_type_keeps_everything_but_the_type() -> None:
    found = apply_effects(REPLY, replace(MARKED, body_fault=BODY_FAULTS["wrong_type"]), DOOR)

    assert [value for name, value in found.headers if name.lower() == "content-type"] == ["text/html"]
    assert found.body == REPLY.body


def test_the_delivery_plan_is_laid_over_the_replys_own() -> None:
    decision = replace(
        MARKED, delay=timedelta(seconds=1), dribble=Dribble(timedelta(seconds=2), 3), fault=Fault("reset")
    )
    reply = replace(REPLY, delivery=Delivery(delay=timedelta(seconds=5), sandbox="mine"))

    assert apply_effects(reply, decision, DOOR).delivery == Delivery(
        timedelta(seconds=6), Dribble(timedelta(seconds=2), 3), Fault("reset"), "mine"
    )


@pytest.mark.parametrize(
    ("answer", "reply"),
    [
        pytest.param(None, None, id="the operation runs"),
        pytest.param(
            NamedError("door.shut"),
            Reply(503, (("Retry-After", "9"),), b'{\n "message": "shut"\n}'),
            id="a named error",
        ),
        pytest.param(
            NamedError("door.shut", (("retry-after", "60"),)),
            Reply(503, (("retry-after", "60"),), b'{\n "message": "shut"\n}'),
            id="with a header in the place of its own",
        ),
        pytest.param(
            Canned(200, json={"a": 1}, is_json=True),
            Reply(200, (("Content-Type", "application/json"),), b'{\n "a": 1\n}'),
            id="JSON as the API writes it",
        ),
        pytest.param(
            Canned(200, (("content-type", "text/json"),), json=None, is_json=True),
            Reply(200, (("content-type", "text/json"),), b"null"),
            id="a given type wins",
        ),
        pytest.param(
            Canned(200, text="é"), Reply(200, (("Content-Type", "text/plain; charset=utf-8"),), b"\xc3\xa9"), id="text"
        ),
        pytest.param(
            Canned(403, text='{"message":"Forbidden"}'),
            Reply(403, (("Content-Type", "application/json"),), b'{"message":"Forbidden"}'),
            id="JSON to the byte",
        ),
        pytest.param(
            Canned(200, text="{half"),
            Reply(200, (("Content-Type", "text/plain; charset=utf-8"),), b"{half"),
            id="no JSON after all",
        ),
        pytest.param(Canned(204, (("A", "b"),)), Reply(204, (("A", "b"),)), id="no body"),
    ],
)
def test_answers_instead_of_the_operation(answer: NamedError | Canned | None, reply: Reply | None) -> None:
    assert substitute_reply(Decision(answer=answer), Credentials(), call(), DOOR, World()) == reply


@pytest.mark.parametrize(
    ("decision", "opted_out", "revoked"),
    [
        pytest.param(Decision(optout=True), AT, [], id="the person opts out"),
        pytest.param(Decision(revoke="token"), None, ["mark"], id="the token"),
        pytest.param(Decision(revoke="family"), None, ["family"], id="its family"),
        pytest.param(Decision(optout=True, revoke="token"), AT, ["mark"], id="both"),
    ],
)
def test_what_remains_of_a_call(decision: Decision, opted_out: object, revoked: list[str]) -> None:
    ledger = MemoryStatusStore()
    drive(apply_side_effects(decision, Credentials(subject="ann", token_id="mark", family="family"), ledger, AT))

    assert ledger.opted_out("ann") == opted_out
    assert [mark for mark in ("mark", "family") if ledger.revoked(mark)] == revoked


def test_who_presents_nothing_loses_nothing() -> None:
    ledger = MemoryStatusStore()
    drive(apply_side_effects(Decision(optout=True, revoke="family"), Credentials(), ledger, AT))

    assert not ledger.revoked("")


def test_nothing_is_written_when_nothing_is_to_be_done() -> None:
    who = Credentials(subject="ann", token_id="mark", family="family")

    assert list(apply_side_effects(FAITHFUL, who, MemoryStatusStore(), AT)) == []
