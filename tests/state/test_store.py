"""What every backend promises. Each test runs once over each of them."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from simulator.core.clock import ClockState
from simulator.core.rule_counters import MatchedRule, Occurs, Step, Window
from simulator.journal.entry import Entry, IssuedEntry
from simulator.state.store import SandboxState, Store, StoredScenario, TooManySandboxes
from tests.state.conftest import opened

AT = datetime(2024, 1, 4, tzinfo=UTC)
SECURE = False
TWICE = MatchedRule("rule", Occurs("first", 2))
SCRIPT = StoredScenario("version: 1", seed=7, drawn=True, state="up")


def entry(
    real: int, *, path: str = "/v1", ticket: str = "", issued: tuple[IssuedEntry, ...] = (), number: int = 0
) -> Entry:
    return Entry(
        number, 1_000_000 + real, real, "GET", path, "", "uid2.token_refresh", 200, "", ("a", "b"), 3,
        "127.0.0.1", 1, SECURE, "curl", "", "+/", ("key",), "", issued, delivery_id=ticket,
    )  # fmt: skip


TOKEN = IssuedEntry("id_token", "1f", "2e", 5, (("id_token_expires", 9), ("x", 10)), ("id_token_expires",))


def test_what_was_opened_twice_is_one(store: Store) -> None:
    first, second = opened(store), opened(store)
    first.counters.step([TWICE], AT, 0)
    assert second.counters.step([TWICE], AT, 0)[0].count == 2


def test_a_sandbox_begins_with_its_opening_and_only_once(store: Store) -> None:
    line = ClockState(since=1, at=2, rate=0.5, frozen=True)
    keep = store.open("default", lambda: SandboxState(line, SCRIPT, began=3), journal_bound=5)
    assert (keep.state.clock, keep.state.scenario, keep.state.began) == (line, SCRIPT, 3)
    assert keep.counters.state() == "up"
    again = store.open("default", lambda: SandboxState(began=99), journal_bound=5)
    assert again.state == keep.state


def test_two_sandboxes_never_meet(store: Store) -> None:
    one, other = opened(store, "one"), opened(store, "other")
    one.counters.step([TWICE], AT, 0)
    one.status_store("uid2").opt_out("person", AT)
    one.journal.append(entry(1))
    one.change(lambda _: SandboxState(ClockState(1, 1)), restart=True)
    assert other.counters.step([TWICE], AT, 0)[0].count == 1
    assert other.status_store("uid2").opted_out("person") is None
    assert other.journal.entries() == []
    assert other.state.clock is None


def test_a_change_without_a_beginning_leaves_the_counters(store: Store) -> None:
    keep = opened(store)
    keep.counters.step([TWICE], AT, 0)
    before = keep.state
    after = keep.change(lambda scene: replace(scene, clock=ClockState(1, 2)))
    assert (after.version > before.version, after.run, after.clock) == (True, before.run, ClockState(1, 2))
    assert keep.refresh() == keep.state == after
    assert keep.counters.step([TWICE], AT, 0)[0].count == 2


def test_a_beginning_counts_from_nothing_in_the_opening_state(store: Store) -> None:
    keep = opened(store)
    keep.counters.step([replace(TWICE, steps=(Step(next_state="down"),))], AT, 0)
    keep.status_store("uid2").revoke("mark")
    after = keep.change(lambda _: SandboxState(scenario=SCRIPT), restart=True)
    assert (after.run, keep.counters.state()) == (after.version, "up")
    assert keep.counters.step([TWICE], AT, 0)[0].count == 1
    assert keep.status_store("uid2").revoked("mark"), "a scenario's end does not forgive"


def test_forgetting_takes_ledgers_and_journal_and_the_numbers_go_on(store: Store) -> None:
    keep = opened(store)
    ledger = keep.status_store("uid2")
    ledger.opt_out("person", AT)
    ledger.revoke("mark")
    for real in (1, 2):
        keep.journal.append(entry(real, number=keep.journal.next_number(), issued=(TOKEN,)))
    keep.change(lambda scene: scene, restart=True, clear=True)
    assert (ledger.opted_out("person"), ledger.revoked("mark")) == (None, False)
    assert (keep.journal.entries(), keep.journal.issued()) == ([], [])
    keep.journal.append(entry(3, number=keep.journal.next_number()))
    assert [found.number for found in keep.journal.entries()] == [3]


def test_what_forgets_waits_for_entries_that_are_still_on_their_way(store: Store) -> None:
    keep = opened(store)
    keep.journal.append(entry(1, number=keep.journal.next_number(), issued=(TOKEN,) * 5_000))  # more than one reading
    keep.change(lambda scene: scene, restart=True, clear=True)
    assert (keep.journal.entries(), keep.journal.issued()) == ([], [])


def test_a_refused_change_changes_nothing(store: Store) -> None:
    keep = opened(store)
    before = keep.state

    def refuse(_: SandboxState) -> SandboxState:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        keep.change(refuse, restart=True, clear=True)
    assert keep.refresh() == before


def test_no_change_is_lost_when_many_change_at_once(store: Store) -> None:
    keep = opened(store)

    def tick(_: int) -> None:
        keep.change(lambda scene: replace(scene, clock=ClockState(0, scene.clock.at + 1 if scene.clock else 1)))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(tick, range(80)))
    assert keep.state.clock == ClockState(0, 80)


def test_the_first_opt_out_stays_and_ledgers_are_the_apis_own(store: Store) -> None:
    keep = opened(store)
    keep.status_store("uid2").opt_out("a:b\x1fÿ", AT)
    keep.status_store("uid2").opt_out("a:b\x1fÿ", AT + timedelta(days=1))
    assert keep.status_store("uid2").opted_out("a:b\x1fÿ") == AT
    assert keep.status_store("jquants").opted_out("a:b\x1fÿ") is None
    keep.status_store("jquants").revoke("family:1")
    assert keep.status_store("jquants").revoked("x", "family:1")
    assert not keep.status_store("jquants").revoked("x", "family:2")
    assert not keep.status_store("uid2").revoked("family:1")


def test_an_entry_comes_back_as_it_was_written(store: Store) -> None:
    keep = opened(store)
    written = entry(5, path="/v1/ü\ud800\x00", issued=(TOKEN,), number=keep.journal.next_number())
    keep.journal.append(written)
    keep.journal.remember(TOKEN._replace(kind="minted"))
    assert keep.journal.entries() == [written._replace(number=1)]
    assert keep.journal.issued() == [TOKEN, TOKEN._replace(kind="minted")]


def test_how_a_delivery_ended_is_found_with_its_entry(store: Store) -> None:
    keep = opened(store)
    for real, ticket in ((1, "t-1"), (2, ""), (3, "t-2")):
        keep.journal.append(entry(real, ticket=ticket, number=keep.journal.next_number()))
    keep.journal.end("t-2", "left", 77)
    found = [(one.number, one.ended, one.ended_us) for one in keep.journal.entries()]
    assert found == [(1, "", 0), (2, "", 0), (3, "left", 77)]


@pytest.mark.parametrize(
    "written", [pytest.param(9, id="inside"), pytest.param(10, id="at"), pytest.param(11, id="past"), 25]
)
def test_the_oldest_fall_out_at_the_bound_and_numbers_go_on(store: Store, written: int) -> None:
    keep = opened(store, bound=10)
    for real in range(1, written + 1):
        keep.journal.append(entry(real, number=keep.journal.next_number()))
    found = keep.journal.entries()
    assert (
        [one.real_us for one in found] == [one.number for one in found] == list(range(max(1, written - 9), written + 1))
    )

    keep.journal.forget_entries()
    assert keep.journal.entries() == []
    keep.journal.append(entry(written + 1, number=keep.journal.next_number()))
    assert [one.number for one in keep.journal.entries()] == [written + 1]


def test_a_dropped_sandbox_is_gone_and_who_holds_it_meets_nobody(store: Store) -> None:
    """Calls in flight count, write and end as they began; the next sandbox of that name sees none of it."""
    old = opened(store, "a")
    old.counters.step([TWICE], AT, 0)
    assert store.drop("a")
    assert not store.drop("a")
    assert store.names() == []
    new = opened(store, "a")
    assert old.counters.step([TWICE], AT, 0), "in flight, it still fires"
    old.status_store("uid2").opt_out("person", AT)
    old.journal.append(entry(1))
    old.change(lambda _: SandboxState(ClockState(5, 5)))
    assert new.counters.step([TWICE], AT, 0)[0].count == 1
    assert (new.refresh().clock, new.journal.entries()) == (None, [])
    assert new.status_store("uid2").opted_out("person") is None


def test_there_is_room_for_so_many_besides_the_default_one(store: Store) -> None:
    opened(store, room=2)
    for name in ("a", "b"):
        opened(store, name, room=2)
    with pytest.raises(TooManySandboxes):
        opened(store, "c", room=2)
    assert sorted(store.names()) == ["a", "b", "default"]
    opened(store, "a", room=2)
    store.drop("a")
    opened(store, "c", room=2)


def test_first_two_of_many_threads_fires_exactly_twice(store: Store) -> None:
    keep = opened(store)
    with ThreadPoolExecutor(16) as pool:
        fired = Counter(len(found) for found in pool.map(lambda _: keep.counters.step([TWICE], AT, 0), range(400)))
    assert fired == {0: 398, 1: 2}


def test_a_window_says_when_it_closes_to_the_microsecond_in_any_year(store: Store) -> None:
    keep = opened(store)
    limited = MatchedRule(window=Window("w", 1, timedelta(seconds=60, microseconds=1)))
    for start in (AT, datetime(9998, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), datetime(1905, 6, 30, tzinfo=UTC)):
        assert keep.counters.step([limited], start, 0) == ()
        for later in (timedelta(seconds=59, microseconds=999_999), timedelta(seconds=60)):
            (found,) = keep.counters.step([limited], start + later, 0)
            assert found.closes_in == timedelta(seconds=60, microseconds=1) - later
        assert keep.counters.step([limited], start + timedelta(seconds=60, microseconds=1), 0) == (), "outside"


def test_it_answers_and_is_trusted(store: Store) -> None:
    store.ping()
    assert store.is_fresh()
    assert store.backend in {"memory", "redis"}
