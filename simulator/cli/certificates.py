"""The options of ``simulator serve`` for https and its host names."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Final

from simulator.core.errors import UsageError

if TYPE_CHECKING:
    from simulator.cli.serve_options import Options
    from simulator.server.tls import Tls

CA_NAME: Final = "simulator-ca.pem"
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
"""One part of a host name (RFC 1123 §2.1)."""


def parse_domain(text: str) -> str:
    """A domain in lower case, without a leading or trailing dot. Raises :class:`ValueError` for anything else."""
    domain = text.lower().strip(".")
    if not all(_LABEL.fullmatch(label) for label in domain.split(".")):
        raise ValueError(f'"{text}" is not a domain such as sandboxes.test')
    return domain


def read_tls(options: Options) -> Tls | None:
    """Certificates for https: the user's own, or new ones; None when https is not served."""
    own = (options.tls_cert, options.tls_key)
    if any(own) and not all(own):
        raise UsageError("--tls-cert and --tls-key go together.", remedy="Give both, or neither and --tls.")
    if options.tls_name and (any(own) or not options.tls):
        raise UsageError(
            "--tls-name is for the certificate that --tls makes.",
            remedy="Add --tls." if not any(own) else "Your own certificate has the names it has.",
        )
    if not options.tls and not any(own):
        return None
    from simulator.server.tls import from_files, self_signed

    if options.tls_cert is not None and options.tls_key is not None:
        return from_files(options.tls_cert, options.tls_key, options.tls_ca)
    domain = options.sandbox_domain
    under = () if domain is None else (domain, f"*.{domain}")
    return self_signed(options.tls_ca or _beside(options.port_file), options.host, *options.tls_name, *under)


def _beside(port_file: Path | None) -> Path:
    """The default place of the CA's certificate: beside the port file, or into a folder of its own."""
    if port_file is not None:
        return port_file.with_name(CA_NAME)
    return Path(mkdtemp(prefix="simulator-")) / CA_NAME
