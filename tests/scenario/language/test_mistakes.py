"""What beginners write, and the message that is enough to fix the file without the docs."""

from __future__ import annotations

import pytest

from simulator.apis import discover
from simulator.scenario.loader import check

HEAD = "version: 1\nname: x\n"
JQUANTS = "{operation: jquants.auth_refresh}"


def _rule(rule: str) -> str:
    return f"{HEAD}rules:\n  - {rule}\n"


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        pytest.param(f"{HEAD}rules:\n\t- {{then: {{log: x}}}}\n", "4:1 E100", "a tab; indent with spaces", id="a tab"),
        pytest.param(
            "rules: []\n", "1:1 E109", '"version" and "name" are missing; begin with version: 1', id="no head"
        ),
        pytest.param(f"{HEAD}rules:\n  id: a\n", "4:3 E101", 'begin each rule with "- "', id="no dash"),
        pytest.param(
            _rule("{when: {operation: jquants.auth_refresh, then: {fault: reset}}}"),
            "4:46 E102",
            'unknown key "then"; it belongs beside "when"',
            id="then inside when",
        ),
        pytest.param(_rule(f"{{when: {JQUANTS}, status: 503}}"), "4:47 E102", "respond: {status: 503}", id="a status"),
        pytest.param(_rule("{then: {status: 503}}"), "4:13 E102", "respond: {status: 503}", id="a status in then"),
        pytest.param(
            _rule("{error: uid2.optout, then: {log: x}}"), "4:6 E102", 'inside "then"', id="an action outside"
        ),
        pytest.param(_rule("{first: 2, then: {log: x}}"), "4:6 E102", 'inside "occurs"', id="a number of times"),
        pytest.param(_rule("{then: {respond: 503}}"), "4:22 E101", "; write respond: {status: 503}", id="respond 503"),
        pytest.param(_rule("{then: {error: 503}}"), "4:20 E104", "write respond: {status: 503}", id="error 503"),
        pytest.param(_rule("{when: {path: /x}, then: {log: x}}"), "4:13 E102", '"operation"', id="a path"),
        pytest.param(_rule("{then: {fault: timeout}}"), "4:20 E107", 'did you mean "hang"', id="a time-out"),
        pytest.param(
            "about: Two failures: then\n", "1:20 E100", 'quote a text that holds ": "', id="a colon in a text"
        ),
        pytest.param(_rule("{when: {operation: *}, then: {log: x}}"), "4:25 E100", "quote it", id="a star"),
        pytest.param(
            f"{HEAD}rules:\n  - {{then: {{log: x}}\n  - {{log: y}}\n", "5:3 E100", '"{" at 4:5', id="an open brace"
        ),
        pytest.param('version: 1\nname: "x\n', "3:1 E100", "the quote at 2:7 is not closed", id="an open quote"),
        pytest.param("version: 1\nname: My scenario\n", "2:7 E113", 'write "my-scenario"', id="a name with a blank"),
        pytest.param(_rule("{then: reset}"), "4:12 E101", "write then: {fault: reset}", id="a fault alone"),
        pytest.param(
            _rule("{occurs: 2, then: {log: x}}"), "4:14 E101", "write occurs: {first: 2}", id="a number alone"
        ),
        pytest.param(_rule("{then: {delay: -1s}}"), "4:20 E106", '"-1s" is negative', id="a negative delay"),
        pytest.param("// mine\nversion: 1\nname: x\n", "1:1 E100", 'begins with "#"', id="slashes"),
        pytest.param("version: 1\n// mine\nname: x\n", "2:1 E100", 'begins with "#"', id="slashes further down"),
        pytest.param(
            _rule(f"{{when: {JQUANTS}, then: {{error: server_error}}}}"),
            "4:61 E110",
            'did you mean "jquants.server_error"',
            id="an error without its API",
        ),
        pytest.param(
            _rule("{then: {error: jquants.zzz}}"), "4:20 E110", "known: jquants.date_invalid, ", id="no such error"
        ),
        pytest.param(
            _rule("{when: {operation: jquants.xyz}, then: {log: x}}"),
            "4:24 E107",
            "known: jquants.announcement, ",
            id="no such operation",
        ),
    ],
)
def test_the_message_says_what_to_write(text: str, place: str, words: str) -> None:
    found = check(text, discover())

    (said,) = [problem for problem in found if f"{problem.line}:{problem.column} {problem.code}" == place]
    assert words in str(said)
    assert {problem.code for problem in found} - {said.code} <= {"E109"}, "a key in a wrong place is also missing"


def test_a_suggestion_is_never_of_another_api() -> None:
    (problem,) = check(_rule("{then: {error: jquants.optout}}"), discover())

    assert problem.suggestion is None
    assert "uid2." not in problem.message
