"""The published vectors of chance: another implementation that gives these gives all."""

from __future__ import annotations

import pytest

from simulator.core.chance import uniform


@pytest.mark.parametrize(
    ("seed", "parts", "share"),
    [
        pytest.param(0, (), 0.7122897968320592, id="the seed alone"),
        pytest.param(0, ("a", 1), 0.3784840575589947, id="a part and a number"),
        pytest.param(0, ("a", "1"), 0.3784840575589947, id="a number is its decimal text"),
        pytest.param(1, ("a", 1), 0.7573580170228844, id="another seed"),
        pytest.param(-9223372036854775808, ("rule\x1f", 1_000_000), 0.9627433005033266, id="a rule's first million"),
        pytest.param(20240104, ("ルール\x1f", 3, "delay"), 0.4366806309807021, id="UTF-8"),
    ],
)
def test_vectors(seed: int, parts: tuple[str | int, ...], share: float) -> None:
    assert uniform(seed, *parts) == share


def test_a_thousand_draws_lie_evenly() -> None:
    """Ten equal bins of a thousand draws hold about a hundred each: within five standard deviations (9.5)."""
    draws = [uniform(7, "rule", n) for n in range(1_000)]
    bins = [sum(low / 10 <= draw < (low + 1) / 10 for draw in draws) for low in range(10)]

    assert sum(bins) == 1_000
    assert all(abs(count - 100) < 48 for count in bins)
