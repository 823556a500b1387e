"""What the application behind the lane is given, and what becomes of its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.validate import validator

import pytest

from simulator.core.model.call import Request
from simulator.server.wsgi import call_wsgi

INCOMING = Request(
    "POST",
    "/sandbox/あ",
    "a=%20&b",
    {"host": "a:1", "content-type": "text/plain", "x-a": "1, 2", "x_a": "3", "transfer-encoding": "chunked"},
    b"body",
    "192.0.2.7",
)


def test_it_is_given_what_pep_3333_says() -> None:
    """The standard library's validator is the judge."""

    def page(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        assert environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])) == b"body"
        start_response("201 Made", [("Content-Type", "text/plain"), ("X-A", "1"), ("X-A", "2")])
        return [b"some", b"thing"]

    reply = call_wsgi(validator(page), INCOMING, ("127.0.0.1", 8080))
    assert (reply.status, reply.reason, reply.body) == (201, "Made", b"something")
    assert reply.headers == (("Content-Type", "text/plain"), ("X-A", "1"), ("X-A", "2"))


def test_each_part_of_a_request_is_where_it_belongs() -> None:
    """A header with an underscore cannot pose as the one with a hyphen."""
    seen: dict[str, Any] = {}

    def page(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        seen.update(environ)
        start_response("200 OK", [])
        return []

    call_wsgi(page, INCOMING, ("127.0.0.1", 8080))
    assert {key: value for key, value in seen.items() if key.isupper()} == {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/sandbox/あ".encode().decode("latin-1"),
        "QUERY_STRING": "a=%20&b",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8080",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.7",
        "HTTP_HOST": "a:1",
        "HTTP_X_A": "1, 2",
        "CONTENT_TYPE": "text/plain",
        "CONTENT_LENGTH": "4",
    }


def test_its_iterator_is_closed_even_when_it_breaks() -> None:
    closed: list[bool] = []

    class Chunks:
        def __iter__(self) -> Iterator[bytes]:
            yield b"a"
            raise LookupError("broke")

        def close(self) -> None:
            closed.append(True)

    def page(_: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [])
        return Chunks()

    with pytest.raises(LookupError):
        call_wsgi(page, INCOMING, ("127.0.0.1", 8080))
    assert closed == [True]


def test_the_old_write_comes_before_the_iterator() -> None:
    def page(_: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        write = start_response("200 OK", [])
        write(b"first ")
        return [b"second"]

    assert call_wsgi(page, INCOMING, ("127.0.0.1", 8080)).body == b"first second"


def test_it_may_change_its_mind_before_the_first_byte() -> None:
    """``exc_info`` replaces the answer, as Flask's debugger does."""

    def page(_: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [])
        error = LookupError("late")
        start_response("500 Oh", [], (LookupError, error, None))
        return [b"sorry"]

    reply = call_wsgi(page, INCOMING, ("127.0.0.1", 8080))
    assert (reply.status, reply.body) == (500, b"sorry")
