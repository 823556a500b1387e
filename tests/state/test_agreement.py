"""What one worker changed holds on every other for the next call after the answer."""

from __future__ import annotations

import threading
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from simulator.core.clock import steady
from simulator.core.model.call import WIRE_FAULTS, Request
from simulator.sandbox.config import SandboxLimits
from simulator.simulation import Simulation
from simulator.state.redis.coherence import LEASE
from simulator.state.redis.store import RedisStore
from simulator.state.store import ChangeNotice
from tests.apis.uid2.v2.integrator import envelope
from tests.redis_server import RedisServer
from tests.state.conftest import Worker as JoinStore
from tests.state.sharing import ALWAYS, FIRST_TWO, REFRESH, SECRET, START, Join, Worker


def test_a_scenario_loaded_on_one_fails_on_all_and_stops_on_all(join: Join) -> None:
    one, other = join(), join()
    for _ in range(20):
        assert one.control("PUT", "scenario", ALWAYS)[0] == 200
        assert (one.status(), other.status()) == (500, 500)
        assert other.control("DELETE", "scenario")[0] == 204
        assert (one.status(), other.status()) == (400, 400)


def test_a_clock_moved_on_one_is_moved_on_all(join: Join) -> None:
    workers = [join() for _ in range(3)]
    for step in range(1, 31):
        workers[step % 3].control("POST", "clock/advance", {"by": "1s"})
        moments = {worker.now() for worker in workers}
        assert moments == {(START + timedelta(seconds=step)).isoformat().replace("+00:00", "Z")}


def test_advances_from_everywhere_add_up(join: Join) -> None:
    one, other = join(), join()

    def advance(worker: Worker) -> None:
        for _ in range(25):
            assert worker.control("POST", "clock/advance", {"by": "1s"})[0] == 200

    threads = [threading.Thread(target=advance, args=(worker,)) for worker in (one, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert one.now() == other.now() == "2024-01-04T00:00:50Z"


def test_they_count_together(join: Join) -> None:
    one, other = join(), join()
    one.control("PUT", "scenario", FIRST_TWO)
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda turn: (one, other)[turn % 2].status(), range(200)))
    assert sorted(statuses, reverse=True)[:3] == [500, 500, 400]


def test_a_seed_drawn_at_random_is_drawn_once(join: Join) -> None:
    one, other = join(), join()
    one.control("PUT", "scenario", ALWAYS.replace("version: 1", "version: 1\nseed: random"))
    seeds = {worker.control("GET", "scenario")[1]["seed"] for worker in (one, other)}
    assert len(seeds) == 1


def test_who_opts_out_and_what_is_revoked_is_so_everywhere(join: Join) -> None:
    one, other = join(), join()
    for worker in (one, other):
        worker.status()
    ledgers = [worker.simulation.sandboxes.default.status_store("uid2") for worker in (one, other)]
    for number in range(20):
        ledgers[number % 2].opt_out(f"person {number}", START)
        ledgers[number % 2].revoke(f"mark {number}")
        assert ledgers[(number + 1) % 2].opted_out(f"person {number}") == START
        assert ledgers[(number + 1) % 2].revoked(f"mark {number}")
    late = join().simulation.sandboxes.default.status_store("uid2")
    assert late.opted_out("person 3") == START
    assert late.revoked("mark 19")
    assert late.opted_out_subjects() == {f"person {number}": START for number in range(20)}


def test_a_token_of_one_is_known_to_all(join: Join) -> None:
    one, other = join(), join()
    minted = one.control("POST", "tokens", {"api": "jquants", "kind": "refresh_token"})[1]["token"]
    assert other.status(query=f"refreshtoken={minted}") == 200


def test_the_journal_is_one_in_the_order_of_the_answers(join: Join) -> None:
    one, other = join(), join()
    for turn in range(30):
        (one, other)[turn % 2].status(query=f"refreshtoken={'x' * turn}")
    shown = [worker.control("GET", "journal")[1]["entries"] for worker in (one, other)]
    assert shown[0] == shown[1]
    assert [entry["number"] for entry in shown[0]] == list(range(1, 31))
    moments = [entry["real"] for entry in shown[0]]
    assert moments == sorted(moments)


def test_tokens_issued_on_one_expire_in_the_answer_of_another(join: Join) -> None:
    one, other = join(), join()
    minted = one.control("POST", "tokens", {"api": "jquants", "kind": "refresh_token"})[1]["token"]
    assert one.status(query=f"refreshtoken={minted}") == 200
    moved = other.control("POST", "clock/advance", {"to": "id_token_expires"})[1]
    assert moved["now"] == "2024-01-05T00:00:00Z"
    assert [event["event"] for event in moved["expired"]] == ["id_token_expires"]


def test_a_reset_on_one_is_one_on_all_and_frees_what_hangs_there(join: Join) -> None:
    one, other = join(), join()
    freed: list[str] = []
    other.simulation.sandboxes.listen(freed.append)
    one.control("PUT", "scenario", FIRST_TWO)
    one.control("POST", "clock/advance", {"by": "1h"})
    assert [worker.status() for worker in (one, other, one)] == [500, 500, 400]
    freed.clear()
    one.control("POST", "reset")
    assert freed == ["default"]
    assert other.now() == "2024-01-04T00:00:00Z"
    assert other.control("GET", "journal")[1] == {"entries": []}
    assert [worker.status() for worker in (other, one, other)] == [500, 500, 400]


def test_a_deleted_sandbox_is_gone_everywhere_and_the_next_is_new(join: Join) -> None:
    one, other = join(), join()
    for worker in (one, other):
        worker.status(f"/sandbox/a{REFRESH}")
    one.control("POST", "clock/advance", {"by": "1h"}, sandbox="a")
    assert other.now("a") == "2024-01-04T01:00:00Z"
    assert one.control("DELETE", "sandboxes/a")[0] == 204
    assert other.control("GET", "sandboxes")[1] == {"sandboxes": [{"name": "default"}]}
    assert other.control("DELETE", "sandboxes/a")[0] == 404
    assert (other.now("a"), one.now("a")) == ("2024-01-04T00:00:00Z",) * 2


def test_there_is_room_for_so_many_on_all_together(worker: JoinStore) -> None:
    one, other = (Worker(worker(), limits=SandboxLimits(count=2)) for _ in range(2))
    assert [one.status(f"/sandbox/a{REFRESH}"), other.status(f"/sandbox/b{REFRESH}")] == [400, 400]
    assert [one.status(f"/sandbox/c{REFRESH}"), other.status(f"/sandbox/a{REFRESH}")] == [503, 400]


def test_only_a_call_that_asks_the_store_waits_for_it(join: Join) -> None:
    """Nothing does for an unchanged sandbox without rules that count; the first call after a change does, once."""
    one, other = join(), join()
    other.status()
    assert not other.waits()
    one.control("PUT", "scenario", ALWAYS)
    assert other.waits(), "it must look what was loaded"
    other.status()
    assert not other.waits(), "a rule that always fires asks nobody"
    one.control("PUT", "scenario", FIRST_TWO)
    other.status()
    assert other.waits(), "a rule that counts asks"
    assert not other.waits("/v1/token/refresh"), "no rule is about this operation"
    assert not other.waits("/no/such/path")
    assert other.waits("/sandbox/new/v1/token/refresh"), "somebody may have made it"


def test_a_call_without_counting_rules_is_no_round_trip_and_one_with_them_is_one(
    join: Join, redis_server: RedisServer
) -> None:
    """Counted by Redis itself: scripts run, and all other commands but the journal's one-way writes."""
    worker = join()

    def scripts_for(calls: int) -> int:
        with redis_server.client() as client:
            before = _scripts(client.info("commandstats"))
            for _ in range(calls):
                worker.status()
            return _scripts(client.info("commandstats")) - before

    worker.control("PUT", "scenario", ALWAYS)
    worker.status()
    assert scripts_for(100) <= 5, "what is left is the lease, twice a second"
    worker.control("PUT", "scenario", FIRST_TWO)
    worker.status()
    assert 100 <= scripts_for(100) <= 105


def _scripts(stats: dict[str, dict[str, int]]) -> int:
    return stats.get("cmdstat_evalsha", {}).get("calls", 0)


def test_a_notice_that_was_lost_costs_time_and_never_the_truth(join: Join, redis_server: RedisServer) -> None:
    """The listening connections are cut; changes then wait for leases, and hold when they are answered."""
    one, other = join(), join()
    for worker in (one, other):
        worker.status()
    for turn in range(2):
        with redis_server.client() as client:
            client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        began = steady()
        assert one.control("PUT", "scenario", ALWAYS if turn % 2 == 0 else FIRST_TWO)[0] == 200
        assert steady() - began < LEASE.total_seconds() + 2
        assert other.control("GET", "scenario")[1]["name"] == ("always" if turn % 2 == 0 else "first-two")


def test_a_worker_that_is_silent_is_waited_for_as_long_as_its_lease_and_then_serves_nothing_old(
    join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It hears nothing and renews nothing, as if it had been stopped: its lease ends before the change is answered."""
    one, other = join(), join()
    other.status()
    members = other.store._coherence  # type: ignore[attr-defined]  # the Redis store has one
    monkeypatch.setattr(members, "renew", lambda: None)
    monkeypatch.setattr(members, "_on_message", lambda *_: None)
    began = steady()
    one.control("PUT", "scenario", ALWAYS)
    waited = steady() - began
    assert not other.store.is_fresh()
    assert waited <= LEASE.total_seconds() + 1
    assert other.status() == 500


def test_a_worker_with_other_options_says_that_it_cannot_read_what_was_loaded(worker: JoinStore) -> None:
    """It serves one API alone, and the scenario speaks of the other."""
    one = Worker(worker())
    apis = [api for api in one.simulation.apis.values() if api.name == "jquants"]
    other = Simulation(apis, secret=SECRET, store=worker(), wire_faults=WIRE_FAULTS)
    call = Request("POST", REFRESH, "", {})
    assert other.answer(call).status == 400
    one.control("PUT", "scenario", ALWAYS.replace("jquants.auth_refresh", "uid2.*").replace("jquants.", "uid2."))
    assert one.control("GET", "scenario")[1]["name"] == "always"
    refused = other.answer(call)
    assert refused.status == 500
    assert b"the same version with the same options" in refused.body


def test_two_databases_of_one_redis_are_two_worlds(redis_server: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    """Redis has channels once for all databases: what is told in one must not be heard in the other."""
    stores = [RedisStore(redis_server.url.replace("/0", f"/{number}"), namespace="databases") for number in (3, 4)]
    try:
        one, other = (Worker(store) for store in stores)
        heard: list[ChangeNotice] = []
        stores[1].listen(heard.append)
        one.control("PUT", "scenario", ALWAYS)
        assert (one.status(), other.status()) == (500, 400)
        assert heard == []
        assert "emptied" not in caplog.text
    finally:
        for store in stores:
            store.close()


def test_a_logout_answered_by_one_counts_on_all(join: Join) -> None:
    """UID2's own opt-out (docs/sources/uid2-current.md §D9): recorded before the answer leaves."""
    one, other = join(), join()
    key = {"authorization": "Bearer simulator-uid2-api-key"}
    body = b64encode(envelope({"email": "user@example.com"}))
    reply = one.simulation.answer(Request("POST", "/v2/token/logout", "", key, body))
    assert reply.status == 200
    opted_out = [
        worker.simulation.sandboxes.default.status_store("uid2").opted_out_subjects() for worker in (one, other)
    ]
    assert opted_out[0] == opted_out[1]
    assert list(opted_out[1].values()) == [START]
