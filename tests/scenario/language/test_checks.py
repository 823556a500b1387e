"""What one place of a file can be: a rule of the language in a row, and what stands where something is found."""

from __future__ import annotations

import pytest

from tests.scenario.problems_found import found


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
        pytest.param("profile: current\n", ["E107 at current"], id="a profile that no API here has"),
        pytest.param("profile: {door: current}\n", ["E107 at current"], id="a profile that this API does not have"),
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
    assert found(text) == expected


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
        pytest.param(_rule("occurs:", LOG), ["E104 at occurs:"], id="occurs without a value"),
        pytest.param(_rule("occurs: {first: }", LOG), ["E104 at first:"], id="a count without a value"),
        pytest.param(_rule("occurs: {first: 1, per: 5}", LOG), ["E104 at 5"], id="per is a word"),
        pytest.param(_rule("occurs: {first: 1, per: [token]}", LOG), ["E101 at [token"], id="per is one word"),
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
    assert found(text) == expected


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
    assert found(f"rules:\n- when: {whole}\n  {LOG}\n") == expected


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
            id="framing",
        ),
        pytest.param(
            "{respond: {status: 502, headers: {Server: nginx}}}", ["E105 at Server: nginx"], id="no answer has a Server"
        ),
        pytest.param(
            "{respond: {status: 502, headers: {keep-alive: timeout=5}}}",
            ["E105 at keep-alive: timeout=5"],
            id="keeping a connection is the server's",
        ),
        pytest.param(
            "{respond: {status: 502, headers: {X-Simulator-Rule: mine}}}",
            ["E105 at X-Simulator-Rule: mine"],
            id="the mark is ours",
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
        pytest.param("{advance: -1h}", [], id="time can move backwards"),
        pytest.param("{delay: -1h}", ["E106 at -1h"], id="nobody waits backwards"),
        pytest.param("{connection: open}", ["E107 at open"], id="a connection can be closed"),
        pytest.param("{connection: close, error: door.shut}", [], id="also after an error"),
        pytest.param("{previous: false}", ["E105 at false"], id="the previous answer or not"),
        pytest.param("{previous: {per: person}}", ["E107 at person"], id="whose previous answer"),
        pytest.param("{previous: true, error: door.shut}", ["E203 at error: door.shut"], id="one answer"),
        pytest.param("{previous: true, drop: [ticket]}", ["E111 at drop: [ticket"], id="it is given as it was"),
        pytest.param("{headers: {}}", ["E109 at {"], id="headers without a change"),
        pytest.param("{headers: {add: {}}}", ["E105 at {"], id="none to add"),
        pytest.param("{headers: {add: {Content-Length: 5}}}", ["E105 at Content-Length: 5"], id="framing"),
        pytest.param("{headers: {remove: [Connection]}}", ["E105 at Connection"], id="also to remove"),
        pytest.param("{headers: {remove: ['a b']}}", ["E105 at 'a b'"], id="a header has a name"),
        pytest.param("{headers: {add: {X-A: 1}, remove: [Date]}}", [], id="both"),
        pytest.param("{set_state: {to: x, for: 5}}", ["E106 at 5"], id="for how long"),
        pytest.param("{set_state: {for: 5m}}", ["E109 at {for: 5m"], id="a state has a name"),
        pytest.param("{set_state: {to: x, per: person}}", ["E107 at person"], id="whose state"),
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
    assert found(f"rules:\n- then: {then}\n") == expected
