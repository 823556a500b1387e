"""Which scenarios a client is judged under."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.apis import discover
from simulator.cli.judge.selection import Learned, load, mostly_waits, named_in, read_names, select
from simulator.core.errors import UsageError
from simulator.report import probe_files
from simulator.scenario import shipped

APIS = discover()
JQUANTS = Learned(("jquants",), frozenset({"jquants.auth_user", "jquants.auth_refresh", "jquants.daily_quotes"}))
TOKEN_ONLY = Learned(("jquants",), frozenset({"jquants.auth_refresh"}))
UID2 = Learned(("uid2",), frozenset({"uid2.token_generate"}))
OWN = """\
version: 1
name: own
rules: []
expect:
  - no_backoff
  - {operation: "*.token_refresh", at_least: 1}
  - {operation: jquants.auth_user, at_least: 1, at_most: 2}
  - {operation: jquants.auth_user, at_most: 2}
"""


def test_names_globs_and_files_are_taken_in_order_each_once(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(OWN)
    names = read_names(f"lost-answer, rate-limit-*,{tmp_path}/*.yaml,lost-answer")
    assert names == ["lost-answer", "rate-limit-date", "rate-limit-seconds", "rate-limit-silent", str(own)]
    assert [scenario.name for scenario in load(names, APIS)][-1] == "own"
    assert read_names("all") == [*shipped.names(), *probe_files.names()]


@pytest.mark.parametrize(
    ("chosen", "says"), [("jq-*", '"jq-*" matches no scenario'), (",", "names no scenario"), ("", "names no scenario")]
)
def test_a_choice_of_nothing_is_refused(chosen: str, says: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_names(chosen)
    assert says in str(refused.value)


def test_two_scenarios_of_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(OWN)
    with pytest.raises(UsageError, match=r'two scenarios are called "own": .*a\.yaml and .*b\.yaml'):
        load(read_names(f"{tmp_path}/*.yaml"), APIS)


@pytest.mark.parametrize(("learned", "other"), [(JQUANTS, "uid2-"), (UID2, "jquants-")])
def test_scenarios_of_the_api_that_was_not_called_are_left_out(learned: Learned, other: str) -> None:
    every = load(shipped.names(), APIS)
    chosen = select(every, learned, APIS, learned.apis)
    assert set(chosen.left_out) == {name for name in shipped.names() if name.startswith(other)}
    assert {scenario.name for scenario in chosen.scenarios} == {
        name for name in shipped.names() if name not in (*chosen.left_out, *chosen.presets)
    }


@pytest.mark.parametrize(
    ("learned", "kept"),
    [
        (JQUANTS, {"no_backoff", "jquants.auth_user 1 2", "jquants.auth_user None 2"}),
        (TOKEN_ONLY, {"no_backoff", "jquants.auth_user None 2"}),
        (UID2, {"no_backoff", "*.token_refresh 1 None"}),
    ],
)
def test_nothing_is_expected_that_the_client_does_not_do(tmp_path: Path, learned: Learned, kept: set[str]) -> None:
    """Calls of an API that it never called, and logins of a client that was given a refresh token."""
    file = tmp_path / "own.yaml"
    file.write_text(OWN)
    chosen = select(load([str(file)], APIS), learned, APIS, learned.apis)
    expect = chosen.scenarios[0].expect
    assert {one.verdict or f"{one.operation} {one.at_least} {one.at_most}" for one in expect} == kept
    assert len(chosen.dropped) == 4 - len(kept)
    assert all(line.startswith("own: ") for line in chosen.dropped)


def test_a_client_of_both_apis_can_be_judged_for_one() -> None:
    both = Learned(("jquants", "uid2"), JQUANTS.operations | UID2.operations)
    chosen = select(load(["jquants-outage", "uid2-outage"], APIS), both, APIS, ("uid2",))
    assert [scenario.name for scenario in chosen.scenarios] == ["uid2-outage"]


def test_scenarios_that_mostly_wait_are_known() -> None:
    every = load(read_names("all"), APIS)
    waiting = {scenario.name for scenario in every if mostly_waits(scenario)}
    assert waiting == {"slow-answer", "hang-on-data", "hang-on-second-refresh", "slow-drip"}


def test_a_scenario_under_which_nothing_fails_is_run_only_when_it_is_named() -> None:
    (preset,) = load(["uid2-euid-production"], APIS)
    assert select([preset], UID2, APIS, UID2.apis, named_in("all")).presets == ("uid2-euid-production",)
    assert select([preset], UID2, APIS, UID2.apis, named_in("uid2-outage, uid2-euid-production")).scenarios == (preset,)
