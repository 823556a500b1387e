"""Sockets to listen on, and the reset of a connection, which asyncio does not offer."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import struct
import weakref
from typing import Final

from simulator.core.errors import PortTaken, UsageError

_LINGER_ZERO: Final = struct.pack("ii", 1, 0)
_BACKLOG: Final = 1024
_MANY: Final = 10_240
"""Files a process may open on macOS at most, despite a higher hard limit; enough for Limits.connections."""
_TRIES: Final = 32
_TLS_RECORD: Final = 16 * 1024
_LOOPBACKS: Final = ("127.0.0.1", "::1")


def listen(host: str, port: int) -> list[socket.socket]:
    """Sockets that listen: one, or for ``localhost`` one on each loopback the machine has, at the same port.

    Port 0 picks a free one. Raises :class:`PortTaken`, and :class:`UsageError` for an address of another machine.
    """
    if host != "localhost":
        return [_bind(host, port)]
    for _ in range(_TRIES):
        first = _bind(_LOOPBACKS[0], port)
        try:
            second = _bind(_LOOPBACKS[1], first.getsockname()[1])
        except PortTaken:
            first.close()
            if port:
                raise
        except UsageError:  # no IPv6 on this machine
            return [first]
        else:
            return [first, second]
    raise PortTaken("localhost: no port is free on both 127.0.0.1 and ::1.", remedy="Give one with --port.")


def authority(host: str, port: int) -> str:
    """Host and port as in a URL; the wildcard address becomes the loopback."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)
    return f"[{shown}]:{port}" if ":" in shown else f"{shown}:{port}"


def raise_fd_limit() -> None:
    """Raise this process's limit of open files: each call that waits holds a socket, and 256 is a usual default."""
    try:
        import resource
    except ModuleNotFoundError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MANY if hard == resource.RLIM_INFINITY else min(_MANY, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


_of_this_process: Final[weakref.WeakSet[socket.socket]] = weakref.WeakSet()


def close_in_children(*sockets: socket.socket) -> None:
    """Close these in every process that is forked from this one: a child would keep the port open after us."""
    if hasattr(os, "register_at_fork") and not _of_this_process:
        os.register_at_fork(after_in_child=_close_copies)
    _of_this_process.update(sockets)


def _close_copies() -> None:
    for each in list(_of_this_process):
        each.close()


def shrink_tls_buffer(transport: asyncio.BaseTransport) -> None:
    """Let a TLS connection read 16 KiB, one record, at a time: asyncio keeps 256 KiB ready for each that waits.

    Asyncio has no option for it; if its members have other names, the size stays.
    """
    protocol = getattr(transport, "_ssl_protocol", None)
    members = {} if protocol is None else vars(protocol)
    if isinstance(members.get("_ssl_buffer"), bytearray) and hasattr(protocol, "max_size"):
        buffer = bytearray(_TLS_RECORD)
        view = memoryview(buffer)
        members.update(max_size=_TLS_RECORD, _ssl_buffer=buffer, _ssl_buffer_len=_TLS_RECORD, _ssl_buffer_view=view)


def abort_with_reset(transport: asyncio.Transport) -> None:
    """End a connection with RST, under TLS as well: set SO_LINGER to 0, then close the underlying socket."""
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
    transport.abort()


def _bind(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:  # getaddrinfo's own error is one, and so is a machine without IPv6
        raise UsageError(f"{host} is no address to listen on: {error.strerror}.") from error
    try:
        if os.name == "posix":  # on other systems this option lets two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(host != "::"))
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(
                f"port {port} of {host} is taken by another program.",
                remedy="End it, or choose another with --port (0 picks a free one).",
            ) from error
        raise UsageError(f"{host}, port {port}, cannot be listened on: {error.strerror}.") from error
    listener.setblocking(False)
    return listener
