"""Accepting clients, one a turn of the loop: of workers that share a socket, a less busy one takes more of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from socket import socket
from ssl import SSLContext
from typing import Final

logger = logging.getLogger("simulator.server")

_REST: Final = timedelta(seconds=1)
"""How long no client is accepted once the process has no descriptor left for a connection."""


class Acceptor:
    """Accepts on a listening socket, which several processes may share.

    asyncio's own way takes every client that waits at once, and writes a traceback for each one that it cannot take
    when the process has no descriptor left. Here that is one line a second.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        listener: socket,
        connection: Callable[[], asyncio.Protocol],
        *,
        context: SSLContext | None = None,
        handshake: timedelta | None = None,
        shutdown: timedelta | None = None,
    ) -> None:
        self._loop = loop
        self._listener = listener
        self._connection = connection
        self._context = context
        self._handshake = None if handshake is None else handshake.total_seconds()
        self._shutdown = None if shutdown is None else shutdown.total_seconds()
        self._arriving: set[asyncio.Task[None]] = set()
        self._closed = False
        self._begin()

    def close(self) -> None:
        """Accept no further client; those whose handshake is under way are dropped."""
        self._closed = True
        self._loop.remove_reader(self._listener)
        for task in self._arriving:
            task.cancel()

    def _begin(self) -> None:
        if not self._closed:
            self._loop.add_reader(self._listener, self._accept)

    def _accept(self) -> None:
        try:
            peer, _ = self._listener.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return  # another worker was quicker, or the client has gone
        except OSError as error:
            logger.warning("no client can be accepted for a second: %s", error)
            self._loop.remove_reader(self._listener)
            self._loop.call_later(_REST.total_seconds(), self._begin)
            return
        peer.setblocking(False)
        task = self._loop.create_task(self._connect(peer))
        self._arriving.add(task)
        task.add_done_callback(self._arriving.discard)

    async def _connect(self, peer: socket) -> None:
        try:
            await self._loop.connect_accepted_socket(
                self._connection,
                peer,
                ssl=self._context,
                ssl_handshake_timeout=self._handshake,
                ssl_shutdown_timeout=self._shutdown,
            )
        except OSError as error:  # a handshake that failed, a client that left: nothing to answer
            logger.debug("a client did not connect: %s", error)
            peer.close()
