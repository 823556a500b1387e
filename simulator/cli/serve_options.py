"""The options of ``simulator serve``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """The options of ``serve``, as given."""

    host: str
    port: int
    port_file: Path | None
    api: str
    profile: tuple[str, ...]
    scenario: str | None
    clock: datetime | None
    frozen: bool
    state: str
    workers: int
    secret: str | None
    tls: bool
    tls_port: int | None
    tls_cert: Path | None
    tls_key: Path | None
    tls_ca: Path | None
    tls_name: tuple[str, ...]
    sandbox_domain: str | None
    control_token: str | None
    trust_proxy: bool
    overrides_from_anywhere: bool
    max_sandboxes: int
    sandbox_idle: timedelta
    journal_size: int
    log_format: str
    quiet: bool
