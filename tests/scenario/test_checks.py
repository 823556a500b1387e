"""Every check by itself: a rule of the language in a row, with what must be found and what stands at its place."""

from __future__ import annotations

import re
from collections.abc import Collection

import pytest

from simulator.scenario.loader import check
from tests.scenario.toy import APIS

HEAD = "version: 1\nname: x\n"


def _found(text: str, *, verdicts: Collection[str] | None = None) -> list[str]:
    """``E105 at 0``: each finding, and what stands at its place, up to the next of ``, } ]``."""
    lines = (HEAD + text).split("\n")
    found = check(HEAD + text, APIS, verdicts=verdicts)
    return [f"{p.code} at {re.split('[,}]|(?<!^)]', lines[p.line - 1][p.column - 1 :])[0].strip()}" for p in found]


def _rule(*lines: str) -> str:
    """One rule of these lines."""
    return "rules:\n" + "".join(f"{'- ' if not n else '  '}{line}\n" for n, line in enumerate(lines))


LOG = "then: {log: hello}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("rules: []\n", [], id="no rules at all is a faithful simulator"),
        pytest.param("rules:\n", ["E104 at rules:"], id="a key without a value"),
        pytest.param("tags: x\n", ["E101 at x"], id="a text where a list belongs"),
        pytest.param("tags: [1]\n", ["E104 at 1"], id="a number where a text belongs"),
        pytest.param("about: [x]\n", ["E101 at [x"], id="a list where a text belongs"),
        pytest.param('about: ""\n', ['E105 at ""'], id="an empty text"),
        pytest.param("seed: 1.5\n", ["E104 at 1.5"], id="a seed is whole"),
        pytest.param("seed: 9223372036854775808\n", ["E105 at 9223372036854775808"], id="a seed has 64 bits"),
        pytest.param("seed: randum\n", ["E107 at randum"], id="the one word a seed can be"),
        pytest.param("seed: random\n", [], id="a drawn seed"),
        pytest.param("profile: observd\n", ["E107 at observd"], id="unknown profile"),
        pytest.param("profile: {door: observed, lamp: nope}\n", ["E107 at nope"], id="unknown profile of an API"),
        pytest.param("profile: {dor: observed}\n", ["E107 at dor: observed"], id="profile of an unknown API"),
        pytest.param("clock: {at: 2024-01-04}\n", ["E105 at 2024-01-04"], id="a moment without a time"),
        pytest.param("clock: {at: 2024-02-30T00:00:00Z}\n", ["E105 at 2024-02-30T00:00:00Z"], id="no such day"),
        pytest.param("clock: {at: 2024-01-04T00:00:00Z, frozen: true, rate: 60}\n", [], id="a clock, unquoted"),
        pytest.param("clock: {at: 5}\n", ["E104 at 5"], id="a number is no moment"),
        pytest.param("clock: {rate: 0}\n", ["E105 at 0"], id="time that stands is frozen, not slow"),
        pytest.param("clock: {rate: .inf}\n", ["E105 at .inf"], id="infinitely fast"),
        pytest.param("clock: {frozen: on}\n", ["E104 at on"], id="on is text"),
        pytest.param("state: 1\n", ["E104 at 1"], id="a state is a text"),
    ],
)
def test_the_head_of_a_file(text: str, expected: list[str]) -> None:
    assert _found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(_rule("id: a"), ["E109 at id: a"], id="neither then nor sequence"),
        pytest.param(
            _rule(LOG, "sequence: [{then: {log: x}}]"), ["E111 at sequence: [{then: {log: x"], id="then and sequence"
        ),
        pytest.param(_rule(LOG, "at_end: loop"), ["E109 at at_end: loop"], id="at_end without a sequence"),
        pytest.param(_rule("sequence: [{then: {log: x}}]", "at_end: lop"), ["E107 at lop"], id="unknown at_end"),
        pytest.param(_rule("sequence: [{times: 0, then: {log: x}}]"), ["E105 at 0"], id="a step of no firings"),
        pytest.param(_rule("sequence: []"), ["E105 at ["], id="a sequence without steps"),
        pytest.param(_rule("sequence: [{times: 2}]"), ["E109 at {times: 2"], id="a step without a then"),
        pytest.param(
            _rule("sequence: [{then: {rate_limit: {limit: 1, window: 1s}}}]"),
            ["E111 at rate_limit: {limit: 1"],
            id="a limit in a sequence",
        ),
        pytest.param(
            _rule("occurs: {probability: 0.5}", "sequence: [{then: {log: x}}]"),
            ["E111 at probability: 0.5"],
            id="chance and sequence",
        ),
        pytest.param(_rule("id: 'a,b'", LOG), ["E113 at 'a"], id="a comma in an id"),
        pytest.param(_rule("id: 1", LOG), ["E104 at 1"], id="a number as an id"),
        pytest.param(_rule("then: {}"), ["E109 at {"], id="no action"),
        pytest.param(_rule("then: []"), ["E105 at ["], id="no actions"),
        pytest.param(_rule("then: error"), ["E101 at error"], id="an action is a mapping"),
        pytest.param(_rule("occurs: {}", LOG), ["E109 at {"], id="occurs says nothing"),
        pytest.param(_rule("occurs: {per: subject}", LOG), ["E109 at {per: subject"], id="per alone"),
        pytest.param(_rule("occurs: {first: 1, per: person}", LOG), ["E107 at person"], id="unknown per"),
        pytest.param(_rule("occurs: {nth: []}", LOG), ["E105 at ["], id="nth of nothing"),
        pytest.param(_rule("occurs: {nth: [1, 0]}", LOG), ["E105 at 0"], id="calls are counted from 1"),
        pytest.param(_rule("occurs: {nth: 3}", LOG), [], id="one number is a list of one"),
        pytest.param(_rule("occurs: {first: 2s}", LOG), ["E104 at 2s"], id="a count has no unit"),
        pytest.param(_rule("occurs: {first: true}", LOG), ["E104 at true"], id="true is no 1"),
        pytest.param(_rule("occurs: {probability: half}", LOG), ["E104 at half"], id="a word is no probability"),
        pytest.param(_rule("occurs: {probability: 0}", LOG), ["W302 at 0"], id="no chance at all"),
        pytest.param(_rule("continue: maybe", LOG), ["E104 at maybe"], id="continue is true or false"),
        pytest.param(_rule("[a]"), ["E101 at [a"], id="a rule is a mapping"),
    ],
)
def test_the_frame_of_a_rule(text: str, expected: list[str]) -> None:
    assert _found(text) == expected


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        pytest.param('{operation: "door.*"}', [], id="a pattern"),
        pytest.param('{operation: "*.light"}', [], id="any pattern"),
        pytest.param('{operation: "lampe.*"}', ['E107 at "lampe.*"'], id="a pattern that means nothing"),
        pytest.param("{operation: [door.enter, door.exit]}", ["E107 at door.exit"], id="one of a list"),
        pytest.param("{operation: []}", ["E105 at ["], id="no operation"),
        pytest.param("{operation: {door: enter}}", ["E101 at {door: enter"], id="a mapping is no operation"),
        pytest.param("{query: {a: 1, b: true, c: x}}", [], id="numbers and booleans have one spelling"),
        pytest.param("{query: {a: 1.50}}", ["E104 at 1.50"], id="other numbers have many"),
        pytest.param("{query: {a: [x]}}", ["E101 at [x"], id="a list is no text"),
        pytest.param("{query: {a: {}}}", ["E109 at {"], id="a matcher that asks nothing"),
        pytest.param("{query: {a: {equals: x}}}", ["E102 at equals: x"], id="no such matcher"),
        pytest.param(
            "{query: {a: {exists: false, contains: x}}}",
            ["E111 at contains: x"],
            id="what is not there contains nothing",
        ),
        pytest.param("{query: {a: {exists: true, contains: x}}}", [], id="there, and like this"),
        pytest.param("{query: {a: {regex: 5}}}", ["E104 at 5"], id="a number is no expression"),
        pytest.param("{json: {a: {regex: '('}}}", ["E108 at '('"], id="a bad expression in json"),
        pytest.param("{json: {a: null, b: 1.5, c: [1]}}", [], id="any JSON can be equal"),
        pytest.param("{token: {state: expird}}", ["E107 at expird"], id="unknown token state"),
        pytest.param("{token: {state: [valid, expird]}}", ["E107 at expird"], id="unknown token state in a list"),
        pytest.param("{token: {older_than: 24}}", ["E106 at 24"], id="an age needs a unit"),
        pytest.param("{token: {older_than: -1h}}", ["E106 at -1h"], id="no age is negative"),
        pytest.param("{token: {older_than: 2h, younger_than: 1h}}", ["W302 at 1h"], id="nothing is both"),
        pytest.param("{authorised: yes}", ["E104 at yes"], id="yes is text"),
        pytest.param("{subject: nobody}", ["E105 at nobody"], id="nobody can be meant"),
        pytest.param("{subject: 819012345678}", ["E104 at 819012345678"], id="a number is nobody"),
        pytest.param("{clock: {from: 20m, to: 10m}}", ["E105 at 10m"], id="ends before it begins"),
        pytest.param("{clock: {from: 10m, to: 10m}}", ["E105 at 10m"], id="ends where it begins"),
        pytest.param("{clock: {to: 0s}}", ["E105 at 0s"], id="ends at the very beginning"),
        pytest.param("{clock: {from: 0s, to: 1us}}", [], id="a window of one microsecond"),
        pytest.param("{clock: {from: 3000000w}}", ["E105 at 3000000w"], id="longer than a hundred years"),
        pytest.param("{state: lost}", ["E204 at lost"], id="a state that nothing enters"),
        pytest.param("{sandbox: [a, 1]}", ["E104 at 1"], id="a sandbox has a name"),
    ],
)
def test_conditions(when: str, expected: list[str]) -> None:
    """For an operation that takes a token and is about somebody."""
    whole = when if "operation" in when else when[:-1] + ", operation: door.pass}"
    assert _found(f"rules:\n- when: {whole}\n  {LOG}\n") == expected


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        pytest.param("{respond: {json: 1}}", ["E109 at {json: 1"], id="an answer needs a status"),
        pytest.param("{respond: {status: 99}}", ["E105 at 99"], id="no such status"),
        pytest.param("{respond: {status: 600}}", ["E105 at 600"], id="no such status either"),
        pytest.param("{respond: {status: '200'}}", ["E104 at '200'"], id="a status is a number"),
        pytest.param("{respond: {status: 200, json: null}}", [], id="null is JSON"),
        pytest.param("{respond: {status: 200, json: 1, body: x}}", ["E111 at body: x"], id="one body"),
        pytest.param("{respond: {status: 204, body: x}}", ["E111 at body: x"], id="204 has no body"),
        pytest.param("{respond: {status: 304, json: {}}}", ["E111 at json: {"], id="304 has no body"),
        pytest.param("{respond: {status: 200, body: 5}}", ["E104 at 5"], id="a body is a text"),
        pytest.param("{respond: {status: 200, json: .nan}}", ["E105 at .nan"], id="JSON has no NaN"),
        pytest.param("{respond: {status: 200, headers: {A: 1, B: [x, y]}}}", [], id="numbers and lists in headers"),
        pytest.param('{respond: {status: 200, headers: {A: "x\\ny"}}}', ['E105 at "x\\ny"'], id="a header is one line"),
        pytest.param("{respond: {status: 200, headers: {A: €}}}", ["E105 at €"], id="a header is Latin-1"),
        pytest.param("{respond: {status: 200, headers: {'A B': x}}}", ["E105 at 'A B': x"], id="no name of a header"),
        pytest.param(
            "{respond: {status: 200, headers: {Content-Length: 5}}}",
            ["E105 at Content-Length: 5"],
            id="framing is the server's",
        ),
        pytest.param("{error: lamp.burn}", ["E110 at lamp.burn"], id="unknown named error"),
        pytest.param(
            "{rate_limit: {limit: 1, window: 1m, error: lamp.burn}}",
            ["E110 at lamp.burn"],
            id="unknown error of a limit",
        ),
        pytest.param("{rate_limit: {limit: 1}}", ["E109 at {limit: 1"], id="a limit needs a window"),
        pytest.param("{rate_limit: {limit: 1, window: 0s}}", ["E105 at 0s"], id="a window without length"),
        pytest.param("{rate_limit: {limit: -1, window: 1s}}", ["E105 at -1"], id="a negative limit"),
        pytest.param("{rate_limit: {limit: 1, window: 1s, retry_after: x}}", ["E107 at x"], id="unknown form"),
        pytest.param("{delay: 1500}", ["E106 at 1500"], id="a delay needs a unit"),
        pytest.param("{delay: [1s, 2s]}", ["E101 at [1s"], id="a range is called uniform"),
        pytest.param("{delay: {uniform: [1s]}}", ["E105 at [1s"], id="half a range"),
        pytest.param("{delay: {uniform: [3s, 1s]}}", ["E105 at 1s"], id="a range upside down"),
        pytest.param("{delay: {clock: virtual}}", ["E109 at {clock: virtual"], id="how long?"),
        pytest.param("{delay: {fixed: 1s, uniform: [1s, 2s]}}", ["E111 at uniform: [1s"], id="two delays in one"),
        pytest.param("{delay: {fixed: 1s, clock: virtuall}}", ["E107 at virtuall"], id="unknown clock"),
        pytest.param("{delay: {lognormal: {median: 1s, sigma: -1}}}", ["E105 at -1"], id="a negative sigma"),
        pytest.param("{dribble: {over: 1s, chunks: 0}}", ["E105 at 0"], id="no pieces"),
        pytest.param("{fault: {truncate: {at: 101%}}}", ["E105 at 101%"], id="more than the whole"),
        pytest.param("{fault: {truncate: {at: 60}}}", ["E104 at 60"], id="a share is written in percent"),
        pytest.param("{fault: {hang: {for: 35}}}", ["E106 at 35"], id="for how long?"),
        pytest.param("{fault: {}}", ["E109 at {"], id="no fault"),
        pytest.param("{fault: {reset: {}, empty: {}}}", ["E111 at empty: {"], id="two faults"),
        pytest.param("{fault: {resett: {}}}", ["E102 at resett: {"], id="unknown fault with options"),
        pytest.param("{fault: {hang: {until: 5s}}}", ["E102 at until: 5s"], id="unknown option"),
        pytest.param("{token: {}}", ["E109 at {"], id="terms that change nothing"),
        pytest.param("{token: {tamper: body}}", ["E107 at body"], id="only the signature can be spoilt"),
        pytest.param("{token: {skew: -5m}}", [], id="a clock that is behind"),
        pytest.param("{token: {lifetime: -5m}}", ["E106 at -5m"], id="a life cannot be negative"),
        pytest.param("{drop: []}", ["E105 at ["], id="nothing to drop"),
        pytest.param("{drop: [tickets]}", ["E107 at tickets"], id="no such field"),
        pytest.param("{rewrite: {expirez: seconds}}", ["E107 at expirez: seconds"], id="no such field to rewrite"),
        pytest.param("{rewrite: {expires: second}}", ["E107 at second"], id="no such conversion"),
        pytest.param("{optout: false}", ["E105 at false"], id="false does nothing"),
        pytest.param("{revoke: everything}", ["E107 at everything"], id="only a token or its family"),
        pytest.param("{advance: -1h}", ["E106 at -1h"], id="time moves forward"),
        pytest.param("{error: door.shut, token: {skew: 1m}}", ["E111 at token: {skew: 1m"], id="no tokens in an error"),
        pytest.param("{error: door.shut, drop: [ticket]}", ["E111 at drop: [ticket"], id="no fields in an error"),
        pytest.param("{fault: reset, drop: [ticket]}", [], id="a fault is done to a real answer"),
        pytest.param("[{error: door.shut}, {delay: 1s}, {log: x}]", [], id="an error can be late"),
        pytest.param(
            "[{rate_limit: {limit: 1, window: 1s}}, {error: door.shut}]", ["E203 at error: door.shut"], id="two answers"
        ),
        pytest.param(
            "{fault: not_json, respond: {status: 200}}", ["E203 at respond: {status: 200"], id="spoiling is a fault too"
        ),
        pytest.param("{set_state: 5}", ["E104 at 5"], id="a state is a text"),
    ],
)
def test_actions(then: str, expected: list[str]) -> None:
    assert _found(f"rules:\n- then: {then}\n") == expected


@pytest.mark.parametrize(
    ("operation", "then", "expected"),
    [
        pytest.param("door.enter", "{token: {skew: 1m}}", [], id="it issues tokens"),
        pytest.param("lamp.light", "{token: {skew: 1m}}", ["E208 at token: {skew: 1m"], id="it issues none"),
        pytest.param("door.pass", "{optout: true}", [], id="it is about somebody"),
        pytest.param("door.enter", "{optout: true}", ["E208 at optout: true"], id="it is about nobody"),
        pytest.param("door.pass", "{revoke: family}", [], id="it takes a token"),
        pytest.param("door.enter", "{revoke: family}", ["E208 at revoke: family"], id="it takes none"),
        pytest.param("door.pass", "{drop: [ticket]}", ["E208 at drop: [ticket"], id="another operation's field"),
        pytest.param(
            "[door.pass, door.enter]", "{drop: [ticket]}", ["E208 at drop: [ticket"], id="one of two has the field"
        ),
        pytest.param("lamp.light", "{error: door.shut}", ["E208 at error: door.shut"], id="another API's error"),
        pytest.param(
            "lamp.light",
            "{rate_limit: {limit: 1, window: 1s, error: door.shut}}",
            ["E208 at rate_limit: {limit: 1"],
            id="in a limit",
        ),
        pytest.param(
            '"lamp.*"', "{error: door.shut}", ["E208 at error: door.shut"], id="no operation of a pattern can have it"
        ),
        pytest.param('"*"', "{error: door.shut}", [], id="a pattern means those that can"),
        pytest.param(
            '"*"', "[{token: {skew: 1m}}, {revoke: token}]", ["E208 at revoke: token"], id="none can have both"
        ),
        pytest.param("lamp.light", "[{log: x}, {optout: true}]", ["E208 at optout: true"], id="the second of two"),
    ],
)
def test_what_an_operation_can_have(operation: str, then: str, expected: list[str]) -> None:
    assert _found(f"rules:\n- when: {{operation: {operation}}}\n  then: {then}\n") == expected


def test_a_token_matcher_needs_an_operation_that_takes_one() -> None:
    text = "rules:\n- when: {operation: door.enter, token: {state: valid}}\n  then: {log: x}\n"

    assert _found(text) == ["E208 at token: {state: valid"]
    assert _found(text.replace("door.enter", '"*"')) == []


def test_an_action_deep_in_a_sequence_is_judged_too() -> None:
    steps = "  - then: {log: x}\n  - then: [{optout: true}, {error: x}]\n"
    text = f"rules:\n- when: {{operation: lamp.light}}\n  sequence:\n{steps}"

    assert _found(text) == ["E208 at optout: true", "E110 at x"]


@pytest.mark.parametrize(
    ("expect", "expected"),
    [
        pytest.param("[{operation: door.enter, count: 3}]", [], id="a count"),
        pytest.param("[{operation: door.enter, at_least: 1, at_most: 3}]", [], id="bounds"),
        pytest.param("[{operation: door.enter}]", ["E109 at {operation: door.enter"], id="no count"),
        pytest.param("[{operation: door.enter, count: 1, at_most: 3}]", ["E111 at at_most: 3"], id="count and a bound"),
        pytest.param("[{operation: door.ente, count: 1}]", ["E107 at door.ente"], id="unknown operation"),
        pytest.param("[{operation: door.enter, count: -1}]", ["E105 at -1"], id="less than none"),
        pytest.param("[{count: 1}]", ["E109 at {count: 1"], id="of which operation?"),
        pytest.param("[polite]", [], id="a verdict"),
        pytest.param("[polit]", ["E107 at polit"], id="unknown verdict"),
    ],
)
def test_expectations(expect: str, expected: list[str]) -> None:
    assert _found(f"expect: {expect}\n", verdicts={"polite"}) == expected


def test_verdicts_are_not_judged_when_nobody_knows_them() -> None:
    assert _found("expect: [whatever]\n") == []


@pytest.mark.parametrize(
    ("world", "expected"),
    [
        pytest.param(
            "{door: {lifetime: 2h, open: false, ratio: 1, banned: [a], sign: x}}", [], id="every kind of value"
        ),
        pytest.param("{dor: {}}", ["E107 at dor: {"], id="unknown API"),
        pytest.param("{door: {lifetme: 2h}}", ["E102 at lifetme: 2h"], id="unknown setting"),
        pytest.param("{door: {lifetime: 7200}}", ["E106 at 7200"], id="a lifetime needs a unit"),
        pytest.param("{door: {lifetime: 0s}}", ["E105 at {lifetime: 0s"], id="the settings' own check"),
        pytest.param("{door: {open: yes}}", ["E104 at yes"], id="yes is text"),
        pytest.param("{door: {open: 1}}", ["E104 at 1"], id="1 is not true"),
        pytest.param("{door: {ratio: x}}", ["E104 at x"], id="a text is no number"),
        pytest.param("{door: {sign: [x]}}", ["E101 at [x"], id="a list is no text"),
        pytest.param("{door: {banned: a}}", ["E101 at a"], id="a text is no list"),
        pytest.param("{door: {guests: [{name: ann, floor: 2, mood: loud}]}}", [], id="a guest"),
        pytest.param("{door: {guests: [{floor: 2}]}}", ["E109 at {floor: 2"], id="a guest without a name"),
        pytest.param("{door: {guests: [ann]}}", ["E101 at ann"], id="a guest is a mapping"),
        pytest.param("{door: {guests: [{name: ann, mood: lod}]}}", ["E107 at lod"], id="no such mood"),
        pytest.param("{door: {guests: [{name: ann, mood: 1}]}}", ["E104 at 1"], id="a mood is a word"),
        pytest.param("{door: 5}", ["E101 at 5"], id="a world is a mapping"),
        pytest.param("5", ["E101 at 5"], id="worlds are a mapping"),
    ],
)
def test_worlds(world: str, expected: list[str]) -> None:
    assert _found(f"world: {world}\n") == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param("", "when: {authorised: true}", ["W302 at b"], id="everything before something"),
        pytest.param("when: {authorised: true}", "", [], id="something before everything"),
        pytest.param("when: {authorised: true}", "when: {authorised: true}", ["W302 at b"], id="the same twice"),
        pytest.param("when: {authorised: true}", "when: {authorised: false}", [], id="one or the other"),
        pytest.param("when: {query: {a: x}}", "when: {query: {a: x, b: y}}", ["W302 at b"], id="less before more"),
        pytest.param("when: {query: {a: x, b: y}}", "when: {query: {a: x}}", [], id="more before less"),
        pytest.param('when: {operation: "door.*"}', "when: {operation: door.pass}", ["W302 at b"], id="all before one"),
        pytest.param("when: {operation: door.pass}", 'when: {operation: "door.*"}', [], id="one before all"),
        pytest.param("occurs: {first: 5}", "", [], id="only now and then"),
        pytest.param("occurs: {probability: 1}", "", ["W302 at b"], id="now and then, that is always"),
        pytest.param("continue: true", "", [], id="and go on"),
    ],
)
def test_a_rule_behind_a_greedier_one(first: str, second: str, expected: list[str]) -> None:
    """The first rule ends whatever it matches."""
    text = (
        "rules:\n"
        f"- {{id: a, {first}{', ' if first else ''}then: {{log: x}}}}\n"
        f"- {{id: b, {second}{', ' if second else ''}then: {{log: x}}}}\n"
    )
    assert _found(text) == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param("first: 2", "first: 1", ["W302 at {first: 1"], id="a count that begins anew in the mind only"),
        pytest.param("first: 2", "first: 3", [], id="one call is left"),
        pytest.param("first: 2", "nth: [1, 2]", ["W302 at {nth: [1"], id="both are taken"),
        pytest.param("first: 2", "nth: [2, 3]", [], id="one is left"),
        pytest.param("after: 2", "after: 2", ["W302 at {after: 2"], id="all later ones"),
        pytest.param("after: 2", "after: 1", [], id="all later ones but one"),
        pytest.param("every: 2", "every: 4", ["W302 at {every: 4"], id="half of them"),
        pytest.param("every: 4", "every: 2", [], id="twice as many"),
        pytest.param("every: 3", "every: 2", [], id="some of them"),
        pytest.param("first: 2", "probability: 0.5", [], id="chance may choose others"),
        pytest.param("probability: 0.5", "first: 1", [], id="chance may leave it"),
        pytest.param("first: 2, per: subject", "first: 1", [], id="who is counted apart"),
        pytest.param("first: 9000", "first: 1", [], id="too far to look"),
    ],
)
def test_rules_for_the_same_calls_count_alike(first: str, second: str, expected: list[str]) -> None:
    """A rule counts calls that an earlier one ended, so it may wait for a call that never comes to it."""
    when = "when: {operation: door.pass}"
    text = f"rules:\n- {{{when}, occurs: {{{first}}}, then: {{log: x}}}}\n"

    assert _found(f"{text}- {{{when}, occurs: {{{second}}}, then: {{log: x}}}}\n") == expected
    assert _found(f"{text}- {{occurs: {{{second}}}, then: {{log: x}}}}\n") == []
    assert _found(f"{text.replace('then', 'continue: true, then')}- {{occurs: {{{second}}}, then: {{log: x}}}}\n") == []


def test_rules_for_other_calls_count_otherwise() -> None:
    """Two calls of the lamp, and the first of the door is nobody's."""
    wide = "- {when: {operation: [door.pass, lamp.light]}, occurs: {first: 2}, then: {log: x}}"
    narrow = "- {when: {operation: door.pass}, occurs: {first: 1}, then: {log: x}}"

    assert _found(f"rules:\n{wide}\n{narrow}\n") == []


def test_two_rules_together_can_leave_nothing_for_a_third() -> None:
    rules = [
        "occurs: {nth: [1]}",
        "occurs: {nth: [2, 3]}",
        "sequence: [{times: 3, then: {log: x}}]",
        "occurs: {first: 4}",
    ]
    text = "".join(
        f"- {{id: r{n}, {rule}{'' if 'then' in rule else ', then: {log: x}'}}}\n" for n, rule in enumerate(rules)
    )

    assert _found(f"rules:\n{text}") == ["W302 at r2"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        pytest.param("{then: {rate_limit: {limit: 9, window: 1m}}}", [], id="a limit lets calls pass"),
        pytest.param("{sequence: [{then: {log: x}}]}", [], id="a sequence that passes in the end"),
        pytest.param("{sequence: [{then: {log: x}}], at_end: loop}", ["W302 at b"], id="a sequence without end"),
    ],
)
def test_what_comes_behind_a_rule_that_may_pass(rule: str, expected: list[str]) -> None:
    assert _found(f"rules:\n- {rule}\n- {{id: b, then: {{log: x}}}}\n") == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        pytest.param(
            "{occurs: {first: 3}, then: {rate_limit: {limit: 3, window: 1m}}}", ["W303 at 3"], id="never above"
        ),
        pytest.param("{occurs: {first: 4}, then: {rate_limit: {limit: 3, window: 1m}}}", [], id="above once"),
        pytest.param(
            "{occurs: {nth: [1, 5]}, sequence: [{times: 2, then: {log: x}}, {then: {log: z}}]}",
            ["W303 at {then: {log: z"],
            id="a step beyond the list",
        ),
        pytest.param(
            "{occurs: {nth: [1, 5, 6]}, sequence: [{times: 2, then: {log: x}}, {then: {log: z}}]}",
            [],
            id="a step at its end",
        ),
        pytest.param("{occurs: {after: 1}, sequence: [{then: {log: x}}, {then: {log: z}}]}", [], id="without end"),
    ],
)
def test_counts_that_are_never_reached(rule: str, expected: list[str]) -> None:
    assert _found(f"rules:\n- {rule}\n") == expected
