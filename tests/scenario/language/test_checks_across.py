"""What one place of a file says about another, about the APIs' tables and about the world."""

from __future__ import annotations

import pytest

from tests.scenario.problems_found import found


@pytest.mark.parametrize(
    ("operation", "then", "expected"),
    [
        pytest.param("door.enter", "{token: {skew: 1m}}", [], id="it issues tokens"),
        pytest.param("lamp.light", "{token: {skew: 1m}}", ["E208 at token: {skew: 1m"], id="it issues none"),
        pytest.param("door.pass", "{optout: true}", [], id="it is about somebody"),
        pytest.param("door.enter", "{optout: true}", ["E208 at optout: true"], id="it is about nobody"),
        pytest.param("door.pass", "{revoke: family}", [], id="it takes a token"),
        pytest.param("door.enter", "{revoke: token}", ["E208 at revoke: token"], id="it takes none"),
        pytest.param("door.enter", "{revoke: family}", [], id="a login ends the earlier ones"),
        pytest.param(
            "lamp.light", "{revoke: family}", ["E208 at revoke: family"], id="it has nothing to do with tokens"
        ),
        pytest.param("lamp.light", "{revoke: all}", [], id="all tokens are no call's own"),
        pytest.param("door.enter", "{rename: {ticket: pass}}", [], id="a field is renamed"),
        pytest.param("door.pass", "{rename: {ticket: pass}}", ["E208 at rename: {ticket: pass"], id="it has none"),
        pytest.param("door.enter", "{rename: {tickets: a}}", ["E107 at tickets: a"], id="no answer has it"),
        pytest.param("door.enter", "{rewrite: {ticket: {set: 5}}, add: {new.deep: null}}", [], id="any value"),
        pytest.param("door.enter", "{rewrite: {ticket: {to: 5}}}", ["E109 at {to: 5", "E102 at to: 5"], id="set it"),
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
    assert found(f"rules:\n- when: {{operation: {operation}}}\n  then: {then}\n") == expected


def test_a_token_matcher_needs_an_operation_that_takes_one() -> None:
    text = "rules:\n- when: {operation: door.enter, token: {state: valid}}\n  then: {log: x}\n"

    assert found(text) == ["E208 at token: {state: valid"]
    assert found(text.replace("door.enter", '"*"')) == []


def test_an_action_deep_in_a_sequence_is_judged_too() -> None:
    steps = "  - then: {log: x}\n  - then: [{optout: true}, {error: x}]\n"
    text = f"rules:\n- when: {{operation: lamp.light}}\n  sequence:\n{steps}"

    assert found(text) == ["E208 at optout: true", "E110 at x"]


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
    assert found(f"expect: {expect}\n", verdicts={"polite"}) == expected


def test_verdicts_are_not_judged_when_nobody_knows_them() -> None:
    assert found("expect: [whatever]\n") == []


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
    assert found(f"world: {world}\n") == expected


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
    assert found(text) == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param("first: 2", "first: 1", ["W302 at {first: 1"], id="a count that begins anew in the mind only"),
        pytest.param("first: 2", "first: 3", [], id="one call is left"),
        pytest.param("first: 2", "nth: [1, 2]", ["W302 at {nth: [1"], id="both are taken"),
        pytest.param("first: 2", "nth: [2, 3]", [], id="one is left"),
        pytest.param("after: 2", "after: 2", ["W302 at {after: 2"], id="all later ones"),
        pytest.param("after: 2", "nth: [2]", [], id="the one just before"),
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

    assert found(f"{text}- {{{when}, occurs: {{{second}}}, then: {{log: x}}}}\n") == expected
    assert found(f"{text}- {{occurs: {{{second}}}, then: {{log: x}}}}\n") == []
    assert found(f"{text.replace('then', 'continue: true, then')}- {{occurs: {{{second}}}, then: {{log: x}}}}\n") == []


def test_a_sequence_takes_as_many_calls_as_it_is_long() -> None:
    steps = "- {sequence: [{then: {log: x}}, {then: {log: z}}]}"

    assert found(f"rules:\n{steps}\n- {{occurs: {{first: 2}}, then: {{log: x}}}}\n") == ["W302 at {first: 2"]
    assert found(f"rules:\n{steps}\n- {{occurs: {{first: 3}}, then: {{log: x}}}}\n") == []


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param("after: 2", "nth: [3, 4]", ["W302 at {nth: [3"], id="both steps"),
        pytest.param("after: 2", "nth: [3, 5]", [], id="beyond the steps"),
        pytest.param("every: 2", "nth: [2, 4]", ["W302 at {nth: [2"], id="every other one"),
        pytest.param("every: 2", "every: 2", [], id="the third of them"),
    ],
)
def test_a_sequence_of_two_takes_two_of_its_own_calls(first: str, second: str, expected: list[str]) -> None:
    steps = f"- {{occurs: {{{first}}}, sequence: [{{then: {{log: x}}}}, {{then: {{log: z}}}}]}}"

    assert found(f"rules:\n{steps}\n- {{occurs: {{{second}}}, then: {{log: x}}}}\n") == expected


def test_rules_for_other_calls_count_otherwise() -> None:
    """Two calls of the lamp, and the first of the door is nobody's."""
    wide = "- {when: {operation: [door.pass, lamp.light]}, occurs: {first: 2}, then: {log: x}}"
    narrow = "- {when: {operation: door.pass}, occurs: {first: 1}, then: {log: x}}"

    assert found(f"rules:\n{wide}\n{narrow}\n") == []


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

    assert found(f"rules:\n{text}") == ["W302 at r2"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        pytest.param("{then: {rate_limit: {limit: 9, window: 1m}}}", [], id="a limit lets calls pass"),
        pytest.param("{sequence: [{then: {log: x}}]}", [], id="a sequence that passes in the end"),
        pytest.param("{sequence: [{then: {log: x}}], at_end: loop}", ["W302 at b"], id="a sequence without end"),
    ],
)
def test_what_comes_behind_a_rule_that_may_pass(rule: str, expected: list[str]) -> None:
    assert found(f"rules:\n- {rule}\n- {{id: b, then: {{log: x}}}}\n") == expected


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
    assert found(f"rules:\n- {rule}\n") == expected
