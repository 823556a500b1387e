"""Accepts clients, one per turn of the loop: of workers that share a socket, a less busy one accepts more of them."""

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
"""How long accepting pauses after the process has run out of file descriptors."""


class Acceptor:
    """Accepts on a listening socket, which several processes may share.

    asyncio itself accepts all waiting clients at once, and logs a traceback for each one that it cannot accept when
    the process has no descriptor left. This class logs one line a second instead.
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
        """Accept no further client; clients whose handshake is not finished are dropped."""
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
            return  # another worker was quicker, or the client has disconnected
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
        except OSError as error:  # the handshake failed or the client disconnected: nothing to answer
            logger.debug("a client did not connect: %s", error)
            peer.close()
