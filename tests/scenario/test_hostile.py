"""Input made to stop, flood or fill the server: it is refused or bounded, in time that grows with its size."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from simulator.core import suggestion
from simulator.core.duration import parse_duration
from simulator.core.suggestion import Suggestions, nearest
from simulator.scenario.language.problem import MOST_PROBLEMS
from simulator.scenario.loader import check
from simulator.scenario.rules.decision import LONGEST, Decision
from simulator.scenario.rules.effects import CONVERSIONS, apply_effects
from tests.scenario.engine_run import Run
from tests.scenario.rules.test_effects import MARKED, REPLY
from tests.scenario.toy_apis import APIS, AT, DOOR, call

HEAD = "version: 1\nname: x\nrules:\n"


@pytest.mark.parametrize("text", ["1" + "0" * 900_000 + "w", "9" * 5_000 + "s", "1s" * 60, "-" * 900_000])
def test_a_duration_is_measured_before_it_is_converted(text: str) -> None:
    with pytest.raises(ValueError, match="characters") as refused:
        parse_duration(text)

    assert len(str(refused.value)) < 100


@pytest.mark.parametrize("path", ["delay", "advance"])
def test_such_a_duration_in_a_file_is_refused_at_its_place(path: str) -> None:
    (problem,) = check(f"{HEAD}  - {{then: {{{path}: 1{'0' * 900_000}w}}}}\n", APIS)

    assert (problem.line, problem.code) == (4, "E106")
    assert len(problem.message) < 200


def _unknown_keys(count: int) -> str:
    return "version: 1\nname: x\n" + "".join(f"key{number}: 1\n" for number in range(count))


def test_unknown_keys_are_listed_up_to_a_bound_and_the_rest_is_counted() -> None:
    found = check(_unknown_keys(40_000), APIS)

    assert {problem.code for problem in found} == {"E102"}
    assert [problem.line for problem in found] == list(range(3, 3 + MOST_PROBLEMS))
    assert found[-1].message.endswith("; 39800 more problems are not listed")


def test_only_the_first_unknown_names_are_compared_with_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(suggestion, "nearest", lambda name, _: asked.append(name))
    check(_unknown_keys(1_000), APIS)
    suggestions = Suggestions()

    assert len(asked) == 200
    assert [suggestions.nearest("enter", ["enter"]) for _ in range(201)].count(None) == 201, "the stub finds nothing"
    assert len(asked) == 400


def test_a_name_of_a_megabyte_is_not_compared() -> None:
    assert nearest("a" * 1_000_000, ["a" * 999_999]) is None


def test_an_error_is_never_pushed_out_by_warnings() -> None:
    """A file with 300 doubtful values and one error at its end must still be refused."""
    rules = "".join(f"  - {{when: {{query: {{a: 0{number}}}}}, then: {{log: x}}}}\n" for number in range(100, 400))
    found = check(f"{HEAD}{rules}  - {{then: {{fault: resett}}}}\n", APIS)

    assert len(found) == MOST_PROBLEMS
    assert [problem.code for problem in found if not problem.is_warning] == ["E107"]


def test_messages_repeat_no_more_than_the_beginning_of_a_text() -> None:
    long = "x" * 200_000
    rule = {"when": {"operation": long, long: 1}, "then": {"error": long}}
    world = {"door": {"sign": 1, long: 1}}
    found = check({"version": 1, "name": long, "profile": long, "world": world, "rules": [rule]}, APIS)

    assert len(found) >= 6
    assert sum(len(problem.message) for problem in found) < 5_000


def test_a_number_that_python_cannot_write_is_refused_in_a_mapping() -> None:
    (problem,) = check({"version": 1, "name": "x", "seed": 10**5_000}, APIS)

    assert (problem.path, problem.code) == ("seed", "E105")


def test_delays_add_up_to_a_hundred_years_at_most() -> None:
    longest = ", ".join(["{delay: 36525d}, {advance: 36525d}"] * 10_000)
    (decision,) = [Run(f"- {{id: r, then: [{longest}]}}").decide(call())]
    much = decision
    for _ in range(6):
        much = much.then(decision)

    assert (much.delay, much.advance) == (LONGEST, LONGEST)
    assert Decision(advance=-LONGEST).then(Decision(advance=-LONGEST)).advance == -LONGEST


@pytest.mark.parametrize(
    "at",
    [
        datetime.max.replace(tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 0, 0, 1, tzinfo=UTC),
    ],
)
def test_a_rate_limit_names_a_date_up_to_the_end_of_the_calendar(at: datetime) -> None:
    run = Run("- {id: r, then: {rate_limit: {limit: 1, window: 1h, retry_after: http_date}}}", began=AT)
    run.decide(call(at=at))
    answer = run.decide(call(at=at)).answer

    assert answer is not None
    assert answer.headers == (("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT"),)


_ODD_BODIES = [
    b'{"ticket": NaN}',
    b'{"ticket": -Infinity}',
    b'{"ticket": 1e999}',
    b'{"ticket": ' + b"9" * 4_299 + b"}",
    b'{"ticket": "' + b"9" * 4_299 + b'"}',
    b'{"ticket": ' + b"9" * 5_000 + b"}",
    b'{"ticket": 1e308}',
    b'{"ticket": ' + b"[" * 900 + b"]" * 900 + b"}",
    b'{"ticket": "\\ud800"}',
    b"\xff\xfe",
    b"",
]


@pytest.mark.parametrize("body", _ODD_BODIES, ids=range(len(_ODD_BODIES)))
@pytest.mark.parametrize("conversion", sorted(CONVERSIONS))
def test_any_body_can_be_rewritten_without_an_error_of_ours(body: bytes, conversion: Any) -> None:
    """A body that no JSON writer can write stays as it is, to the byte."""
    reply = replace(REPLY, body=body)
    kept = apply_effects(reply, replace(MARKED, rewrite={"ticket": conversion}), DOOR).body
    gone = apply_effects(reply, replace(MARKED, drop=("gone",)), DOOR).body

    assert kept or not body
    assert gone == body
