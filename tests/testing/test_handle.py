"""What a test does with a sandbox, the same in a thread, without a socket and from elsewhere."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from simulator.core.errors import ScenarioDoubtful, ScenarioInvalid, UsageError
from simulator.testing import Handle
from tests.testing.clients import refresh, session

OUTAGE: dict[str, Any] = {
    "rules": [
        {
            "id": "outage",
            "when": {"operation": "jquants.auth_refresh"},
            "occurs": {"first": 1},
            "then": {"respond": {"status": 503, "json": {"message": "Service Unavailable"}}},
        }
    ]
}


def test_urls_are_what_each_apis_clients_call_their_base(sandbox: Handle) -> None:
    assert sandbox.url.endswith(f"/sandbox/{sandbox.name}")
    assert sandbox.jquants_url == f"{sandbox.url}/v1"
    assert sandbox.uid2_url == sandbox.url


def test_an_api_that_is_not_simulated_has_no_url(sandbox: Handle) -> None:
    with pytest.raises(AttributeError, match="weather_url"):
        sandbox.weather_url  # noqa: B018 - the attribute is the test


@pytest.mark.parametrize("age", ["0s", timedelta(days=6, hours=23)], ids=["new", "nearly a week"])
def test_a_token_made_to_order_is_taken(sandbox: Handle, age: str | timedelta) -> None:
    assert refresh(sandbox, sandbox.token("jquants", "refresh_token", age=age)).status_code == 200


def test_a_token_can_be_made_that_has_expired(sandbox: Handle) -> None:
    minted = sandbox.mint("jquants", "refresh_token", age="8d")

    assert minted.issued_at == datetime(2023, 12, 27, tzinfo=UTC)
    assert minted.expires_at == datetime(2024, 1, 3, tzinfo=UTC)
    assert refresh(sandbox, minted.token).status_code == 403


def test_a_kind_of_token_that_there_is_not_is_named(sandbox: Handle) -> None:
    with pytest.raises(UsageError, match="id_tokn"):
        sandbox.token("jquants", "id_tokn")


def test_a_week_passes_at_once(sandbox: Handle) -> None:
    """One second inside the week it works; at the edge it is dead."""
    token = sandbox.token("jquants", "refresh_token")
    sandbox.clock.advance(timedelta(days=7) - timedelta(seconds=1))
    assert refresh(sandbox, token).status_code == 200

    assert sandbox.clock.advance("1s") == datetime(2024, 1, 11, tzinfo=UTC)
    assert refresh(sandbox, token).status_code == 403


def test_the_clock_goes_to_the_edge_of_a_tokens_life(sandbox: Handle) -> None:
    refresh(sandbox, sandbox.token("jquants", "refresh_token"))

    assert sandbox.clock.advance_to("id_token_expires", plus="1s") == datetime(2024, 1, 5, 0, 0, 1, tzinfo=UTC)


def test_the_clock_is_set_frozen_and_let_run(sandbox: Handle) -> None:
    assert sandbox.clock.frozen
    assert sandbox.clock.set("2023-03-24T09:00:00+09:00") == datetime(2023, 3, 24, tzinfo=UTC)
    assert sandbox.clock.now() == datetime(2023, 3, 24, tzinfo=UTC)

    sandbox.clock.run(rate=60)
    assert not sandbox.clock.frozen


@pytest.mark.parametrize(
    ("by", "why"),
    [("25", '"25s"'), ("-1h", "step back"), ("soon", "not a duration")],
    ids=["no unit", "back", "no span"],
)
def test_a_span_that_cannot_be_meant_is_refused(sandbox: Handle, by: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        sandbox.clock.advance(by)


@pytest.mark.parametrize("at", ["2024-01-04", datetime(2024, 1, 4)], ids=["text", "datetime"])
def test_a_moment_without_its_zone_is_refused(sandbox: Handle, at: str | datetime) -> None:
    with pytest.raises(UsageError, match="zone"):
        sandbox.clock.set(at)


def test_a_scenario_is_loaded_and_laid_down(sandbox: Handle) -> None:
    token = sandbox.token("jquants", "refresh_token")
    sandbox.load(OUTAGE)
    assert [refresh(sandbox, token).status_code for _ in range(2)] == [503, 200]

    sandbox.load(OUTAGE)
    sandbox.unload()
    assert refresh(sandbox, token).status_code == 200


def test_a_shipped_scenario_is_loaded_by_name(sandbox: Handle) -> None:
    token = sandbox.token("jquants", "refresh_token")
    sandbox.load("jquants-outage")

    assert [refresh(sandbox, token).status_code for _ in range(4)] == [503, 503, 502, 200]


def test_a_scenario_file_is_found_beside_the_test(sandbox: Handle, tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text("version: 1\nname: ours\nclock: {at: 2030-01-01T00:00:00Z}\nrules: []\n")
    sandbox.load("ours.yaml", beside=tmp_path)

    assert sandbox.clock.now() == datetime(2030, 1, 1, tzinfo=UTC)


def test_a_bad_scenario_is_refused_with_every_place_and_changes_nothing(sandbox: Handle) -> None:
    sandbox.load(OUTAGE)
    with pytest.raises(ScenarioInvalid) as refused:
        sandbox.load(
            "version: 1\nname: bad\nrules:\n  - {id: a, then: {delay: 5}}\n  - {id: a, then: {fault: resett}}\n"
        )

    for said in ("4:27: E106", "5:10: E207", "5:27: E107", 'did you mean "reset"'):
        assert said in str(refused.value)
    assert refresh(sandbox, sandbox.token("jquants", "refresh_token")).status_code == 503


def test_a_shipped_name_with_a_slip_of_the_pen_is_guessed(sandbox: Handle) -> None:
    with pytest.raises(UsageError, match='Did you mean "jquants-outage"'):
        sandbox.load("jquants-outgae")


def test_calls_are_told_by_operation(sandbox: Handle) -> None:
    refresh(sandbox, "never-issued")
    with session(sandbox) as client:
        client.get(f"{sandbox.uid2_url}/v1/token/refresh", timeout=10)

    assert [entry.status for entry in sandbox.calls("jquants.auth_refresh")] == [403]
    assert [entry.operation for entry in sandbox.calls("uid2.*")] == ["uid2.token_refresh"]
    assert [entry.number for entry in sandbox.journal] == [1, 2]
    with pytest.raises(UsageError, match="auth_refesh"):
        sandbox.calls("jquants.auth_refesh")


def test_the_journal_tells_both_times_and_what_was_handed_out(sandbox: Handle) -> None:
    refresh(sandbox, sandbox.token("jquants", "refresh_token"))
    (entry,) = sandbox.journal

    assert entry.at == datetime(2024, 1, 4, tzinfo=UTC)
    assert abs(entry.real - datetime.now(UTC)) < timedelta(minutes=5)
    assert entry.issued[0].events == {"id_token_expires": datetime(2024, 1, 5, tzinfo=UTC)}
    assert entry.took > timedelta(0)


def test_the_journal_is_a_table_for_people(sandbox: Handle) -> None:
    sandbox.load(OUTAGE)
    refresh(sandbox, "never-issued")
    refresh(sandbox, "never-issued")

    header, first, second = sandbox.journal.table().splitlines()
    assert header.split() == ["#", "at", "operation", "status", "answer", "token"]
    assert re.fullmatch(r"1  2024-01-04 00:00:00.000  jquants.auth_refresh  503 +rule outage +[0-9a-f]{10}", first)
    assert re.fullmatch(
        r"2  2024-01-04 00:00:00.000  jquants.auth_refresh  403 +jquants.refreshtoken_invalid +[0-9a-f]{10}", second
    )


def test_an_empty_journal_says_so(sandbox: Handle) -> None:
    assert str(sandbox.journal) == "no call has come"


def test_verify_lets_pass_what_came(sandbox: Handle) -> None:
    refresh(sandbox, "never-issued")

    sandbox.verify(operation="jquants.auth_refresh", count=1)
    sandbox.verify(operation="jquants.*", at_least=1, at_most=1, status=403)
    sandbox.verify(operation="jquants.auth_user", count=0)


def test_verify_says_what_came_instead(sandbox: Handle) -> None:
    refresh(sandbox, "never-issued")

    with pytest.raises(AssertionError) as missed:
        sandbox.verify(operation="jquants.auth_user", count=2)
    assert "jquants.auth_user" in str(missed.value)
    assert "jquants.auth_refresh" in str(missed.value)


def test_a_client_that_did_well_is_ok(sandbox: Handle) -> None:
    assert refresh(sandbox, sandbox.token("jquants", "refresh_token")).status_code == 200

    sandbox.assert_client_ok()


def test_a_client_that_did_not_is_told_what_and_why(sandbox: Handle) -> None:
    """The same dead token again and again, although it was refused."""
    dead = {"refreshtoken": sandbox.token("jquants", "refresh_token", age="8d")}
    with session(sandbox) as client:
        for _ in range(3):
            client.post(f"{sandbox.jquants_url}/token/auth_refresh", params=dead, timeout=10)

    with pytest.raises(AssertionError, match="retries_refusal"):
        sandbox.assert_client_ok()


def test_an_expectation_of_the_scenario_is_held_against_the_client(sandbox: Handle) -> None:
    sandbox.load({"rules": [], "expect": [{"operation": "jquants.auth_refresh", "count": 1}]})

    with pytest.raises(AssertionError, match="exactly once"):
        sandbox.assert_client_ok()


def test_what_is_doubtful_in_a_scenario_is_a_warning_that_a_run_may_refuse(sandbox: Handle) -> None:
    with pytest.warns(ScenarioDoubtful, match=r"^scenario:\d+:\d+: W302 ") as told:
        sandbox.load({"rules": [{"id": "never", "occurs": {"probability": 0}, "then": {"delay": "1s"}}]})
    assert [one.filename for one in told] == [__file__]


def test_a_warning_counts_where_it_is_to(sandbox: Handle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox._plane, "report", lambda form: '{"outcome": "warn"}' if form == "json" else "careful")
    sandbox.assert_client_ok()

    with pytest.raises(AssertionError, match="careful"):
        sandbox.assert_client_ok(fail_on="warn")


def test_a_report_is_written_in_the_form_asked_for(sandbox: Handle) -> None:
    assert sandbox.report("junit").startswith("<?xml")
    assert sandbox.report("markdown").startswith("#")
    with pytest.raises(UsageError, match="one of"):
        sandbox.report("pdf")


def test_reset_begins_anew_under_the_same_scenario(sandbox: Handle) -> None:
    sandbox.load(OUTAGE)
    refresh(sandbox, "never-issued")
    sandbox.reset()

    assert len(sandbox.journal) == 0
    assert refresh(sandbox, "never-issued").status_code == 503


def test_another_sandbox_knows_nothing_of_this_one(sandbox: Handle) -> None:
    token = sandbox.token("jquants", "refresh_token")
    sandbox.load(OUTAGE)
    with sandbox.sandbox(f"{sandbox.name}-other") as other:
        assert refresh(other, token).status_code == 403
        assert len(sandbox.journal) == 0


def test_a_discarded_sandbox_is_gone(sandbox: Handle) -> None:
    with sandbox.sandbox(f"{sandbox.name}-other") as other:
        refresh(other, "never-issued")
        assert len(other.journal) == 1

    assert len(sandbox.sandbox(f"{sandbox.name}-other").journal) == 0
