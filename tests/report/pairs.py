"""For every verdict a tiny client that does right and a tiny one that does wrong."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.report.circumstances import Circumstances
from tests.report import clients


@dataclass(frozen=True)
class Pair:
    """A good and a bad client for one verdict. outcome: what the bad one earns. facts: what was on."""

    good: clients.Client
    bad: clients.Client
    outcome: str = "fail"
    facts: Circumstances = field(default_factory=Circumstances)


PAIRS = {
    "not_encoded": [Pair(clients.encodes, clients.pastes)],
    "late_refresh": [Pair(clients.renews_in_time, clients.renews_too_late)],
    "early_refresh": [
        Pair(clients.renews_in_time, clients.renews_before_every_call, "warn"),
        Pair(clients.stores_what_rotates, clients.renews_at_once, "warn"),
    ],
    "renewal_loop": [Pair(clients.stops_at_the_second_refusal, clients.renews_in_a_loop)],
    "login_on_outage": [Pair(clients.keeps_its_refresh_token, clients.throws_its_refresh_token_away)],
    "stale_refresh_token": [Pair(clients.stores_what_rotates, clients.never_stores_what_rotates)],
    "never_issued_token": [Pair(clients.posts_the_query, clients.presents_undefined)],
    "crash": [
        Pair(
            clients.lives_through_an_outage,
            clients.dies_of_an_outage,
            "fail",
            Circumstances(exit_status=1, crash="KeyError: 'idToken'"),
        ),
        Pair(
            clients.lives_through_an_outage,
            clients.dies_of_an_outage,
            "warn",
            Circumstances(exit_status=1, crash="requests.exceptions.HTTPError: 503 Server Error"),
        ),
    ],
    "follows_redirect_with_token": [Pair(clients.is_redirected, clients.takes_its_token_along)],
    "ignores_lifetime": [Pair(clients.believes_what_it_is_told, clients.believes_in_a_constant)],
    "retries_refusal": [Pair(clients.takes_no_for_an_answer, clients.asks_again_and_again)],
    "ignores_optout": [
        Pair(clients.leaves_people_alone, clients.goes_on_after_an_optout),
        Pair(clients.leaves_people_alone, clients.keeps_the_empty_tokens),
        Pair(clients.leaves_people_alone, clients.logs_the_person_in_again, "warn"),
    ],
    "no_relogin": [
        Pair(clients.takes_no_for_an_answer, clients.sits_there),
        Pair(clients.takes_no_for_an_answer, clients.gives_up_on_a_401, "warn"),
    ],
    "login_storm": [
        Pair(clients.logs_in_weekly, clients.logs_in_for_every_call),
        Pair(clients.logs_in_weekly, clients.logs_in_for_every_run, "warn"),
    ],
    "herd": [
        Pair(clients.renews_in_time, clients.runs_in_a_herd),
        Pair(clients.renews_in_time, clients.refreshes_while_it_refreshes),
    ],
    "ignores_retry_after": [
        Pair(clients.waits_as_asked, clients.comes_back_too_soon),
        Pair(clients.waits_for_the_date, clients.does_not_read_the_date),
    ],
    "no_backoff": [
        Pair(clients.waits_longer_each_time, clients.waits_a_constant, "warn"),
        Pair(clients.waits_longer_each_time, clients.does_not_wait),
    ],
    "no_jitter": [Pair(clients.waits_longer_each_time, clients.doubles, "warn")],
    "no_timeout": [
        Pair(clients.gives_up_in_time, clients.waits_for_ever),
        Pair(clients.gives_up_in_time, clients.waits_patiently, "warn"),
    ],
    "crash_on_odd_answer": [
        Pair(
            clients.looks_before_it_uses,
            clients.dies_without_the_field,
            "fail",
            Circumstances(exit_status=1, crash="KeyError: 'day'"),
        ),
        Pair(clients.looks_before_it_uses, clients.spins_on_an_odd_answer),
    ],
    "wrong_method_or_place": [Pair(clients.posts_the_query, clients.gets_with_a_body)],
    "milliseconds_as_seconds": [
        Pair(clients.reads_milliseconds, clients.never_renews, "warn"),
    ],
    "new_connection_each_call": [Pair(clients.keeps_its_connection, clients.connects_every_time, "warn")],
    "token_leaks": [
        Pair(clients.posts_the_query, clients.leaks),
        Pair(clients.goes_by_tls, clients.goes_in_the_clear, "warn", Circumstances(https_offered=True)),
    ],
}
"""By the name of the verdict that the bad client earns."""
