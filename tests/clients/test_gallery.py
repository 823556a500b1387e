"""docs/gallery is whole: a page a client, a section a scenario, and a first page that says what they say."""

from __future__ import annotations

import pytest

from clients.catalogue import CLIENTS, KABUKIT, OFFICIAL, PYJQUANTS, UID2, Client
from clients.gallery import GALLERY, found, index, scenarios
from simulator.report import checks
from tests.clients.conftest import ids

JUDGED = [client for client in CLIENTS if client is not KABUKIT]
"""kabukit joins where `make gallery` runs on Python 3.12 or newer."""


def test_the_first_page_says_what_the_pages_say() -> None:
    assert (GALLERY / "README.md").read_text() == index()


@pytest.mark.parametrize("client", JUDGED, ids=ids)
def test_a_client_was_judged_under_every_scenario_that_concerns_it(client: Client) -> None:
    outcomes = found(client)

    assert set(outcomes) == set(checks()), "a verdict is new, or has gone: make gallery"
    for judged in outcomes.values():
        assert sorted(scenario for _, scenario in judged) == sorted(scenarios(client)), "make gallery"


@pytest.mark.parametrize(
    ("client", "verdict", "earned"),
    [
        pytest.param(OFFICIAL, "crash_on_odd_answer", ("fail", "jquants-token-missing"), id="dies without a field"),
        pytest.param(OFFICIAL, "no_relogin", ("fail", "jquants-id-token-dies"), id="keeps a refused ID token"),
        pytest.param(OFFICIAL, "ignores_lifetime", ("fail", "jquants-short-lived-tokens"), id="goes by its 23 hours"),
        pytest.param(OFFICIAL, "ignores_retry_after", ("pass", "rate-limit-seconds"), id="waits as told in seconds"),
        pytest.param(OFFICIAL, "ignores_retry_after", ("pass", "rate-limit-date"), id="waits as told by a date"),
        pytest.param(OFFICIAL, "no_timeout", ("pass", "slow-answer"), id="gives up after half a minute"),
        pytest.param(PYJQUANTS, "no_relogin", ("pass", "jquants-id-token-dies"), id="renews a refused ID token"),
        pytest.param(PYJQUANTS, "no_timeout", ("warn", "slow-answer"), id="pyjquants sits there"),
        pytest.param(UID2, "crash_on_odd_answer", ("fail", "uid2-token-missing"), id="dies without tokens"),
        pytest.param(UID2, "no_timeout", ("warn", "slow-answer"), id="uid2-client sits there"),
    ],
)
def test_the_gallery_knows_the_habits_of_each(client: Client, verdict: str, earned: tuple[str, str]) -> None:
    assert earned in found(client)[verdict]
