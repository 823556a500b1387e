"""Consent strings as EUID reads them (docs/sources/uid2-current.md §5.3)."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.apis.uid2.consent import is_sufficient

SUFFICIENT = "CPehNtWPehNtWABAMBFRACBoALAAAEJAAIYgAKwAQAKgArABAAqAAA"


@pytest.mark.parametrize(
    ("text", "sufficient"),
    [
        pytest.param(SUFFICIENT, True, id="consent and legitimate interest"),
        pytest.param("CPhJRpMPhJRpMABAMBFRACBoALAAAEJAAIYgAKwAQAKgArABAAqAAA", True, id="that of the SDK's test"),
        pytest.param("CPehXK9PehXK9ABAMBFRACBoADAAAEJAAIYgAKwAQAKgArABAAqAAA", False, id="purpose 1 is missing"),
        pytest.param("COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA", False, id="the vendor is not named"),
        pytest.param(SUFFICIENT + ".YAAAAAAAAAAA", True, id="a second segment"),
    ],
)
def test_the_vectors(text: str, sufficient: bool) -> None:
    assert is_sufficient(text) is sufficient


def made(purposes: set[int], interests: set[int], vendors: str, vendor_interests: str) -> str:
    """A string of these bits; the vendors' lists as bits, their highest id included."""
    flags = ["".join("1" if number in one else "0" for number in range(1, 25)) for one in (purposes, interests)]
    bits = f"{2:06b}" + "0" * 146 + "".join(flags) + "0" * 13 + vendors + vendor_interests
    bits += "0" * (-len(bits) % 8)
    return urlsafe_b64encode(int(bits, 2).to_bytes(len(bits) // 8, "big")).decode().rstrip("=")


ALL = {1, 2, 3, 4, 7, 10}
NOBODY = f"{0:016b}0"


def field(*vendors: int) -> str:
    highest = max(vendors)
    return f"{highest:016b}0" + "".join("1" if number in vendors else "0" for number in range(1, highest + 1))


def ranges(*pairs: tuple[int, int]) -> str:
    found = "".join(f"0{a:016b}" if a == b else f"1{a:016b}{b:016b}" for a, b in pairs)
    return f"{max(b for _, b in pairs):016b}1{len(pairs):012b}{found}"


@pytest.mark.parametrize(
    ("vendors", "named"),
    [
        pytest.param(field(21), True, id="a bit"),
        pytest.param(field(20, 22), False, id="other bits"),
        pytest.param(field(20), False, id="a field that ends before"),
        pytest.param(ranges((21, 21)), True, id="a single one"),
        pytest.param(ranges((1, 20), (22, 30)), False, id="ranges around it"),
        pytest.param(ranges((1, 3), (21, 30)), True, id="the begin of a range"),
        pytest.param(ranges((1, 21)), True, id="the end of a range"),
        pytest.param(NOBODY, False, id="nobody"),
    ],
)
def test_a_list_of_vendors_is_bits_or_ranges(vendors: str, named: bool) -> None:
    assert is_sufficient(made(ALL, set(), vendors, NOBODY)) is named
    assert is_sufficient(made(set(), ALL, NOBODY, vendors)) is named
    assert is_sufficient(made({1, 2, 3}, {4, 7, 10}, vendors, vendors)) is named


@pytest.mark.parametrize("missing", sorted(ALL))
def test_each_purpose_is_needed(missing: int) -> None:
    assert not is_sufficient(made(ALL - {missing}, set(), field(21), field(21)))
    assert is_sufficient(made(ALL - {missing}, {missing}, field(21), field(21)))
    assert not is_sufficient(made(ALL - {missing}, {missing}, field(21), NOBODY))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("A", id="not base64"),
        pytest.param("B" + SUFFICIENT[1:], id="version 1"),
        pytest.param(SUFFICIENT[:20], id="cut in the purposes"),
        pytest.param(SUFFICIENT[:40], id="cut in the vendors"),
        pytest.param("+" + SUFFICIENT[1:], id="the other alphabet"),
    ],
)
def test_what_is_no_consent_string(text: str) -> None:
    with pytest.raises(ValueError, match=r"consent|base64"):
        is_sufficient(text)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with suppress(ValueError):
        assert is_sufficient(urlsafe_b64encode(raw).decode()) in {True, False}
