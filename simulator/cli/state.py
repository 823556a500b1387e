"""``--state``: the store for state between calls."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from simulator.core.errors import UsageError

if TYPE_CHECKING:
    from simulator.state.store import Store

MEMORY: Final = "memory"


def check_state(address: str, *, workers: int, secret: str | None) -> None:
    """Raises :class:`UsageError` for conflicting options."""
    if address == MEMORY:
        if workers > 1:
            raise UsageError(
                f"--workers {workers} with --state memory: each worker would count, and move its clock, for itself.",
                remedy="Add --state redis://host:6379/0, or serve with one worker.",
            )
        return
    if not address.startswith(("redis://", "rediss://", "unix://")):
        raise UsageError(f'--state: "{address}" is neither memory nor redis://host:6379/0.')
    if secret is None:
        raise UsageError(
            "--state is shared and there is no --secret: a token of one worker would be unknown to the others.",
            remedy="Give all of them the same SIMULATOR_SECRET.",
        )


def open_state(address: str, *, secret: str | None, kept: timedelta) -> Store:
    """The store at this address; those with one secret share it. Raises StateUnreachable (exit 5)."""
    if address == MEMORY or secret is None:
        from simulator.state.memory import MemoryStore

        return MemoryStore()
    try:
        from simulator.state.redis.store import RedisStore
    except ModuleNotFoundError as missing:
        raise UsageError(
            f"--state {address.partition('://')[0]}:// needs redis-py: {missing}.",
            remedy="pip install 'token-refresh-simulator[redis]'",
        ) from missing
    from simulator.sealing import derive_key

    return RedisStore(address, namespace=derive_key(secret.encode(), "state").hex()[:16], kept=kept)
