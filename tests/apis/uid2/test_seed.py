"""The requests of the published page, as it prints them."""

from __future__ import annotations

from tests.apis.uid2.publisher import KEY, STRANGER, Publisher


def test_the_page_s_curl_sends_its_token_raw_and_its_key_bare(documented: Publisher) -> None:
    """``/`` and ``=`` survive unencoded; the key counts without ``Bearer``."""
    token = next(token for token in iter(documented.login, None) if "+" not in token and "/" in token)
    answer = documented.service.get(f"/v1/token/refresh?refresh_token={token}", headers={"Authorization": KEY})
    assert answer.status == 200
    assert answer.json["status"] == "success"


def test_a_raw_plus_is_a_space_and_the_token_invalid(either: Publisher) -> None:
    """The page says to encode the token; whoever does not is caught here, as there."""
    token = next(token for token in iter(either.login, None) if "+" in token)
    answer = either.service.get(f"/v1/token/refresh?refresh_token={token}", headers={"Authorization": f"Bearer {KEY}"})
    assert (answer.status, answer.json["status"]) == (400, "invalid_token")
    assert answer.json["message"] == f"Invalid Token presented {token.replace('+', ' ')}"
    assert either.refresh(token).status == 200


def test_the_sample_token_of_the_page_is_nobody_s(documented: Publisher) -> None:
    sample = (
        "RefreshToken2F8AAAF2cskumF8AAAF2cskumF8AAAADXwFq/90PYmajV0IPrvo51Biqh7/M+JOuhfBY8KGUn//GsmZr9nf+jIWMUO4di"
        "OA92kCTF69JdP71Ooo+yF3V5yy70UDP6punSEGmhf5XSKFzjQssCtlHnKrJwqFGKpJkYA=="
    )
    answer = documented.service.get(f"/v1/token/refresh?refresh_token={sample}", headers={"Authorization": KEY})
    assert answer.json == {
        "message": f"Invalid Token presented {sample.replace('+', ' ')}",
        "status": "invalid_token",
    }


def test_the_optout_test_identity_ends_in_optout_on_every_refresh(documented: Publisher) -> None:
    """The page's testing notes: generate with optout@email.com, refresh, be logged out."""
    token = documented.login("optout@email.com")
    for _ in range(3):
        assert documented.refresh(token, {"Authorization": KEY}).json == {"status": "optout"}


def test_a_refresh_needs_no_key(either: Publisher) -> None:
    assert either.refresh(either.login(), STRANGER).json["status"] == "success"
