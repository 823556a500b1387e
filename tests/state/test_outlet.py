"""What is put into an outlet arrives: whole, once, in order, and as soon as it can."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.state.redis.write_behind import LIMIT, WriteBehind, command


class Peer:
    """Stands in for the way to Redis: connections whose other end a test reads."""

    gone = False
    root, epoch, worker = "simulator:", "epoch", "worker"

    def __init__(self) -> None:
        self.ends: list[socket.socket] = []

    def connection(self) -> Any:
        return _Connection(self)

    def named(self) -> nullcontext[None]:
        return nullcontext()

    def read(self, at_most: int = 1 << 20) -> bytes:
        """What has arrived on the newest connection."""
        with suppress(BlockingIOError):
            return self.ends[-1].recv(at_most)
        return b""


class _Connection:
    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def connect(self) -> None:
        self._sock, far = socket.socketpair()
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)  # the least there is: a few kilobytes
        far.setblocking(False)
        self._peer.ends.append(far)

    def send_command(self, *parts: str) -> None:
        assert parts == ("CLIENT", "REPLY", "OFF")

    def disconnect(self) -> None:
        self._sock.close()


@contextmanager
def connected() -> Iterator[tuple[WriteBehind, Peer]]:
    peer = Peer()
    with closing(WriteBehind(peer)) as outlet:
        outlet.maintain()
        yield outlet, peer
    for end in peer.ends:
        end.close()


def in_a_turn(outlet: WriteBehind, act: Callable[[asyncio.AbstractEventLoop], None]) -> None:
    """Do it within one turn of an event loop that the outlet attends, and let the next turn come."""

    async def turn() -> None:
        loop = asyncio.get_running_loop()
        outlet.bind_loop(loop)
        act(loop)
        await asyncio.sleep(0)

    asyncio.run(turn())


def test_what_is_put_is_with_the_kernel_at_once() -> None:
    with connected() as (outlet, peer):
        outlet.put(b"one", b"two")
        assert peer.read() == b"onetwo"


def test_what_one_turn_of_an_attended_loop_puts_goes_together_before_the_callbacks_that_come_after() -> None:
    seen: list[bytes] = []
    with connected() as (outlet, peer):

        def act(loop: asyncio.AbstractEventLoop) -> None:
            outlet.put(b"one")
            loop.call_soon(lambda: seen.append(peer.read()))
            outlet.put(b"two")
            seen.append(peer.read())

        in_a_turn(outlet, act)
        in_a_turn(outlet, act)  # and a loop that comes after one that has ended
    assert seen == [b"", b"onetwo"] * 2


def test_what_another_thread_puts_goes_at_once_behind_what_waits_for_the_turn() -> None:
    """Acknowledgements come from there: whoever sees one has all entries that were put before."""
    seen: list[bytes] = []
    with connected() as (outlet, peer):

        def act(_: asyncio.AbstractEventLoop) -> None:
            outlet.put(b"entry")
            other = threading.Thread(target=outlet.put, args=(b"acknowledged",))
            other.start()
            other.join()
            seen.append(peer.read())

        in_a_turn(outlet, act)
        assert (seen, peer.read()) == ([b"entryacknowledged"], b"")


@pytest.mark.parametrize("goes_by", ["a put", "the tending", "the end"])
def test_a_loop_that_ended_before_its_next_turn_keeps_nothing_back(goes_by: str) -> None:
    with connected() as (outlet, peer):
        loop = asyncio.new_event_loop()
        outlet.bind_loop(loop)
        outlet.put(b"left")
        loop.close()
        {"a put": lambda: outlet.put(b"over"), "the tending": outlet.maintain, "the end": outlet.close}[goes_by]()
        assert peer.read().startswith(b"left")


@given(
    commands=st.lists(st.integers(0, 9_000), max_size=60),
    reads=st.lists(st.integers(1, 20_000), min_size=1, max_size=8),
)
def test_a_reader_that_is_slow_gets_everything_once_and_in_order(commands: list[int], reads: list[int]) -> None:
    sent, got = b"", b""
    with connected() as (outlet, peer):
        for number, size in enumerate(commands):
            one = command("XADD", str(number), "x" * size)
            outlet.put(one)
            sent += one
            got += peer.read(reads[number % len(reads)])
        while len(got) < len(sent):
            outlet.maintain()
            more = peer.read()
            assert more, "it all arrives in the end"
            got += more
    assert got == sent


@given(sizes=st.lists(st.integers(0, 9_000), min_size=1, max_size=40), lost_after=st.integers(0, 40))
def test_a_new_connection_begins_with_a_whole_command(sizes: list[int], lost_after: int) -> None:
    """What the lost connection had taken may be lost with it; what it had not comes, in order, to the last."""
    commands = [command("XADD", str(number), "x" * size) for number, size in enumerate(sizes)]
    with connected() as (outlet, peer):
        for number, one in enumerate(commands):
            outlet.put(one)
            if number == lost_after:
                peer.ends[-1].close()
                outlet.maintain()
        got = b""
        while more := peer.read() if peer.ends[-1].fileno() >= 0 else b"":
            got += more
            outlet.maintain()
    whole = b"".join(commands)
    assert whole.endswith(got)
    assert lost_after >= len(commands) or not got or len(whole) - len(got) in _starts(commands)


def _starts(commands: list[bytes]) -> set[int]:
    """Where a command begins in all of them together."""
    starts, at = set(), 0
    for one in commands:
        starts.add(at)
        at += len(one)
    return starts


def test_what_waits_is_bounded_and_what_was_lost_is_said(caplog: pytest.LogCaptureFixture) -> None:
    peer = Peer()
    peer.gone = True
    with closing(WriteBehind(peer)) as outlet:
        outlet.put(b"a" * LIMIT)
        outlet.put(b"b", b"c", entries=2)
        peer.gone = False
        outlet.maintain()
        got = 0
        while more := peer.read():
            assert set(more) == set(b"a")
            got += len(more)
            outlet.maintain()
        assert got == LIMIT
        assert [record.getMessage() for record in caplog.records] == [
            "2 journal entries were lost while the shared state was gone"
        ]
    peer.ends[-1].close()
