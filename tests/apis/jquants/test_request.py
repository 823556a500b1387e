"""Reading queries, bodies and Authorization by the service's own rules."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, quote_plus, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.apis.jquants.request import EMPTY_LOGIN, LoginBody, id_token, login_body, parameters

TEXT = st.text(max_size=20)
FILLED = st.dictionaries(TEXT.filter(bool), TEXT.filter(bool), max_size=5)


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        pytest.param("", {}, id="nothing"),
        pytest.param("a=1&b=2", {"a": "1", "b": "2"}, id="two"),
        pytest.param("a=&b", {}, id="empty is absent"),
        pytest.param("a=1&a=2", {"a": "2"}, id="the last of two"),
        pytest.param("a=1&a=", {}, id="the last of two is empty"),
        pytest.param("a=1&A=2", {"a": "1", "A": "2"}, id="names have a case"),
        pytest.param("a=x=y", {"a": "x=y"}, id="the first equals sign divides"),
        pytest.param("a=1;b=2", {"a": "1;b=2"}, id="a semicolon divides nothing"),
        pytest.param("a=+", {"a": " "}, id="plus is a blank"),
        pytest.param("a=%2B", {"a": "+"}, id="an encoded plus is a plus"),
        pytest.param("%61=%31", {"a": "1"}, id="encoded throughout"),
        pytest.param("a=%E9%88%B4", {"a": "鈴"}, id="UTF-8"),
        pytest.param("a=\xe9\x88\xb4", {"a": "鈴"}, id="UTF-8 as raw bytes"),
        pytest.param("a=%", {"a": "%"}, id="half an encoding stands for itself"),
        pytest.param("a=%zz%4", {"a": "%zz%4"}, id="a broken one too"),
        pytest.param("a=%ff", {"a": "\ufffd"}, id="no UTF-8"),
        pytest.param("&&=&=1&", {"": "1"}, id="nameless"),
    ],
)
def test_a_query_is_read_as_it_came(raw: str, read: dict[str, str]) -> None:
    assert parameters(raw) == read


@given(given_=FILLED)
@settings(max_examples=100)
def test_whatever_a_form_encoder_writes_is_read_back(given_: dict[str, str]) -> None:
    assert parameters(urlencode(given_)) == given_
    assert parameters(urlencode(given_, quote_via=quote)) == given_


@given(raw=st.text(st.characters(max_codepoint=0xFF), max_size=60))
@settings(max_examples=100)
def test_the_standard_library_agrees_on_any_query(raw: str) -> None:
    """Up to what it is told nothing about: raw bytes, which it does not know as UTF-8."""
    ascii_only = quote_plus(raw, safe="&=+%;", encoding="latin-1")
    expected = dict(parse_qsl(ascii_only, keep_blank_values=True, encoding="utf-8", errors="replace"))
    assert parameters(raw) == {name: value for name, value in expected.items() if value}


@pytest.mark.parametrize(
    ("body", "read"),
    [
        pytest.param(b'{"mailaddress": "a@b", "password": "p"}', LoginBody("a@b", "p"), id="both"),
        pytest.param(b' {"password":"p"}\r\n', LoginBody(None, "p"), id="one, in white space"),
        pytest.param(b'{"mailaddress": "", "password": 0}', EMPTY_LOGIN, id="empty, and a number"),
        pytest.param(b'{"mailaddress": "\\u9234"}', LoginBody("鈴", None), id="escapes"),
    ],
)
def test_credentials_are_two_strings_or_nothing(body: bytes, read: LoginBody) -> None:
    assert login_body(body) == read


@given(body=st.binary(max_size=100))
@settings(max_examples=100)
def test_any_body_is_read(body: bytes) -> None:
    assert isinstance(login_body(body), LoginBody)


@pytest.mark.parametrize(
    ("value", "token"),
    [
        pytest.param("Bearer abc", "abc", id="Bearer"),
        pytest.param("bEaReR abc", "abc", id="any case"),
        pytest.param("  Bearer   abc  ", "abc", id="blanks about"),
        pytest.param("abc", "abc", id="bare"),
        pytest.param("Bearerabc", "Bearerabc", id="no blank: bare, and wrong"),
        pytest.param("Basic abc", "Basic abc", id="another scheme: wrong as a whole"),
        pytest.param("Bearer", None, id="the word alone"),
        pytest.param("Bearer ", None, id="the word and a blank"),
        pytest.param("", None, id="empty"),
    ],
)
def test_the_authorization_header(value: str, token: str | None) -> None:
    assert id_token({"authorization": value}) == token


def test_no_authorization_header() -> None:
    assert id_token({"x-api-key": "abc"}) is None
