"""Certificates for https: a temporary CA, or the user's own files."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from simulator.core.errors import UsageError

NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Tls:
    """The TLS settings. ca_file: the CA that clients must trust; None if they already do.

    failures: OpenSSL's reasons for failed handshakes, the latest last; filled if :func:`recording` made this object.
    """

    context: ssl.SSLContext
    ca_file: Path | None = None
    failures: list[str] = field(default_factory=list)


def recording(tls: Tls) -> Tls:
    """The settings with a record of failed handshakes: a client that does not trust the CA leaves no other trace."""
    failures = tls.failures

    class Handshake(ssl.SSLObject):
        def do_handshake(self) -> None:
            try:
                super().do_handshake()
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                raise
            except ssl.SSLError as error:
                failures.append(error.reason or str(error))
                raise

    tls.context.sslobject_class = Handshake
    return tls


def self_signed(ca_file: Path, *names: str) -> Tls:
    """A new CA, its certificate written to ``ca_file`` (PEM), and one it made for :data:`NAMES` and ``names``.

    The CA's key is never written. Raises :class:`UsageError` without trustme, for names that no certificate can
    have and for a file that cannot be written.
    """
    try:
        import trustme
    except ModuleNotFoundError as error:
        raise UsageError(
            "TLS needs trustme to make a certificate.",
            remedy="pip install 'token-refresh-simulator[tls]', or give a certificate and its key.",
        ) from error
    authority = trustme.CA()
    context = _context()
    try:
        authority.issue_cert(*dict.fromkeys((*NAMES, *filter(None, names)))).configure_cert(context)
    except ValueError as error:
        raise UsageError(f"no certificate can be made for {', '.join(names)}: {error}.") from error
    try:
        authority.cert_pem.write_to_path(str(ca_file))
    except OSError as error:
        raise UsageError(f"{ca_file}: the CA's certificate cannot be written: {error.strerror}.") from error
    return Tls(context, ca_file)


@contextmanager
def for_a_while() -> Iterator[Tls]:
    """A :func:`self_signed` CA, its file there until the end of the block. Raises :class:`UsageError` as that does."""
    with TemporaryDirectory(prefix="simulator-") as folder:
        yield self_signed(Path(folder) / "ca.pem")


def from_files(certificate: Path, key: Path, ca_file: Path | None = None) -> Tls:
    """The user's own certificate (PEM, with its chain) and key. Raises :class:`UsageError` for invalid files."""
    context = _context()
    try:
        context.load_cert_chain(certificate, key)
    except OSError as error:  # an SSLError is one too
        raise UsageError(f"{certificate} and {key} are no certificate and its key: {error}.") from error
    return Tls(context, ca_file)


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context
