"""States that end by themselves, that a person or a token has, and that must have held for a while."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator.core.model.api import Credentials
from tests.scenario.engine_run import Run
from tests.scenario.toy_apis import AT, call

MINUTE = timedelta(minutes=1)
ANN = Credentials(token="a", token_id="1", subject="ann@x")
BEN = Credentials(token="b", token_id="2", subject="ben@x")
NEW_TOKEN_OF_ANN = Credentials(token="c", token_id="3", subject="ann@x")

LOCKS = """
- {id: locked, when: {state: locked}, then: {error: door.shut}}
- {id: lock, occurs: {nth: 1}, then: {set_state: {to: locked, for: 10m}}}
"""


def _rules(run: Run, *after: timedelta, presented: Credentials = ANN) -> list[tuple[str, ...]]:
    return [run.decide(call(at=AT + span), presented=presented).rules for span in after]


def test_a_state_ends_by_itself_on_the_sandboxs_clock() -> None:
    run = Run(LOCKS)
    tick = timedelta(microseconds=1)

    assert _rules(run, MINUTE, 2 * MINUTE, 11 * MINUTE - tick, 11 * MINUTE) == [("lock",), ("locked",), ("locked",), ()]
    assert run.counters.state(AT + 11 * MINUTE) is None


def test_after_it_the_opening_state_holds_again() -> None:
    run = Run(
        "- {id: calm, continue: true, when: {state: calm}, then: {log: x}}\n"
        "- {id: stir, occurs: {nth: 1}, then: {set_state: {to: wild, for: 1m}}}\n"
        "- {id: wild, when: {state: wild}, then: {log: x}}",
        head="state: calm",
    )

    assert _rules(run, timedelta(0), MINUTE / 2, MINUTE) == [("calm", "stir"), ("wild",), ("calm",)]


def test_entering_it_again_begins_its_time_anew() -> None:
    run = Run(
        "- {id: seen, continue: true, when: {state: busy}, then: {log: x}}\n"
        "- {id: enter, then: {set_state: {to: busy, for: 1m}}}"
    )

    assert _rules(run, 0 * MINUTE, 0.9 * MINUTE, 1.8 * MINUTE, 2.8 * MINUTE) == [
        ("enter",),
        ("seen", "enter"),
        ("seen", "enter"),
        ("enter",),
    ]


@pytest.mark.parametrize(
    ("per", "others"),
    [
        pytest.param("subject", {"ben": (), "new token of ann": ("locked",), "nobody": ()}, id="a person's"),
        pytest.param("token", {"ben": (), "new token of ann": (), "nobody": ()}, id="a token's"),
        pytest.param(
            "sandbox", {"ben": ("locked",), "new token of ann": ("locked",), "nobody": ("locked",)}, id="the sandbox's"
        ),
    ],
)
def test_a_state_belongs_to_the_one_whose_it_is(per: str, others: dict[str, tuple[str, ...]]) -> None:
    run = Run(
        "- {id: locked, when: {state: locked}, then: {error: door.shut}}\n"
        f"- {{id: lock, occurs: {{nth: 1}}, then: {{set_state: {{to: locked, per: {per}}}}}}}"
    )
    assert run.fired(2, presented=ANN) == [("lock",), ("locked",)]

    callers = {"ben": BEN, "new token of ann": NEW_TOKEN_OF_ANN, "nobody": Credentials()}
    assert {name: run.fired(1, presented=who)[0] for name, who in callers.items()} == others


def test_a_call_without_a_token_enters_no_tokens_state() -> None:
    """All strangers would share it otherwise."""
    run = Run(
        "- {id: locked, when: {state: locked}, then: {error: door.shut}}\n"
        "- {id: lock, then: {set_state: {to: locked, per: token}}}"
    )

    assert run.fired(3) == [("lock",)] * 3


def test_a_state_by_client_address() -> None:
    run = Run(
        "- {id: locked, when: {state: locked}, then: {error: door.shut}}\n"
        "- {id: lock, then: {set_state: {to: locked, per: client}}}"
    )
    one, other = call(client="10.0.0.1"), call(client="10.0.0.2")

    assert [run.decide(made).rules for made in (one, one, other, other)] == [("lock",), ("locked",)] * 2


def test_a_rule_can_ask_how_long_a_state_has_held() -> None:
    run = Run(
        "- {id: slow, when: {state: down, state_age: {from: 1m, to: 2m}}, then: {delay: 1s}}\n"
        "- {id: dead, when: {state: down, state_age: {from: 2m}}, then: {error: door.shut}}\n"
        "- {id: enter, occurs: {nth: 1}, then: {set_state: down}}"
    )
    tick = timedelta(microseconds=1)
    began = MINUTE
    moments = (began, began + MINUTE - tick, began + MINUTE, began + 2 * MINUTE - tick, began + 2 * MINUTE)

    assert _rules(run, *moments) == [("enter",), (), ("slow",), ("slow",), ("dead",)]


def test_the_opening_state_has_held_since_the_scenario_began() -> None:
    run = Run("- {id: old, when: {state: calm, state_age: {from: 1m}}, then: {delay: 1s}}", head="state: calm")

    assert _rules(run, timedelta(0), MINUTE) == [(), ("old",)]


def test_without_a_name_the_age_is_of_whatever_state_there_is() -> None:
    run = Run(
        "- {id: old, continue: true, when: {state_age: {from: 1m}}, then: {delay: 1s}}\n"
        "- {id: enter, occurs: {nth: 1}, then: {set_state: any}}"
    )

    assert _rules(run, timedelta(0), MINUTE) == [("enter",), ("old",)]


def test_a_lock_out_that_gets_longer_with_each_try() -> None:
    """Five minutes after the first wrong try, ten after the second."""
    run = Run(
        "- {id: locked, when: {state: [short, long]}, then: {error: door.shut}}\n"
        "- {id: first, occurs: {nth: 1, per: subject}, then: {set_state: {to: short, for: 5m, per: subject}}}\n"
        "- {id: second, occurs: {nth: 3, per: subject}, then: {set_state: {to: long, for: 10m, per: subject}}}"
    )

    assert _rules(run, *(minutes * MINUTE for minutes in (0, 4, 5, 14, 15))) == [
        ("first",),
        ("locked",),
        ("second",),
        ("locked",),
        (),
    ]
    assert _rules(run, 6 * MINUTE, presented=BEN) == [("first",)]
