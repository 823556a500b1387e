from __future__ import annotations

from simulator.apis import discover
from simulator.scenario.loader import check


def test_a_password_that_is_no_text_is_refused_without_repeating_it() -> None:
    """YAML reads 12345678 as a number; the message must not carry it into a log."""
    text = (
        "version: 1\nname: x\nworld:\n  jquants:\n    accounts:\n"
        "      - {mailaddress: a@example.com, password: 12345678, plan: free}\n"
    )
    (problem,) = check(text, discover())
    assert (problem.code, problem.line) == ("E104", 6)
    assert "12345678" not in str(problem)
