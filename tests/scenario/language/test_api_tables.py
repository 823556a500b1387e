"""A lifetime of tokens that an operation does not issue would silently do nothing, so it is refused."""

from __future__ import annotations

import pytest

from simulator.apis import discover
from simulator.scenario.loader import check


@pytest.mark.parametrize(
    ("operation", "terms", "codes"),
    [
        pytest.param("jquants.auth_user", "lifetime: 2s", ["E208"], id="a login hands out no ID token"),
        pytest.param("jquants.auth_user", "refresh_lifetime: 2s", [], id="but a refresh token"),
        pytest.param(
            "jquants.auth_refresh", "refresh_lifetime: 2s", ["E208"], id="a refresh hands out no refresh token"
        ),
        pytest.param("jquants.auth_refresh", "lifetime: 2s", [], id="but an ID token"),
        pytest.param("jquants.auth_user", "lifetime: 2s, refresh_lifetime: 2s", [], id="one of two has an effect"),
        pytest.param("jquants.auth_user", "lifetime: 2s, skew: 1m", [], id="skew is of any token"),
        pytest.param('"jquants.*"', "lifetime: 2s", [], id="a pattern means those that can"),
        pytest.param("[jquants.auth_user, jquants.auth_refresh]", "lifetime: 2s", ["E208"], id="one of a list cannot"),
        pytest.param("uid2.token_refresh", "lifetime: 2s", [], id="UID2 issues both"),
        pytest.param("uid2.token_refresh", "refresh_lifetime: 2s", [], id="both of them"),
    ],
)
def test_only_lifetimes_of_what_is_issued(operation: str, terms: str, codes: list[str]) -> None:
    text = f"version: 1\nname: a\nrules:\n- when: {{operation: {operation}}}\n  then: {{token: {{{terms}}}}}\n"

    problems = check(text, discover())

    assert [problem.code for problem in problems] == codes
    assert all("is about other tokens" in problem.message for problem in problems)
