"""The way to Redis: scripts, bounded waits, and knowing when it is gone."""

from __future__ import annotations

import logging
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import NoScriptError, RedisError
from redis.exceptions import TimeoutError as TookTooLong
from redis.retry import Retry

from simulator.core.errors import StateUnreachable, UsageError
from simulator.core.model.call_steps import AskAgain
from simulator.state.redis.replies import is_expected

WAIT: Final = timedelta(milliseconds=500)
"""The longest that a call waits for Redis, for the connection and for the answer each."""
PATIENCE: Final = timedelta(seconds=5)
"""The longest wait for what is long by nature: a whole journal, the agreement of all workers."""
_OUR_BUG: Final = re.compile(
    r"(?:ERR )?(?:Error compiling script"
    r"|(?:Error running script \(call to \w+\): @)?user_script:\s?\d+: (?!-|@user_script))"
)
"""What Redis 6.2 and 7 say when Lua stops a script. A command that Redis refuses inside a script is named otherwise:
6.2 puts ``@user_script: 7: -OOM …`` behind the place, 7 begins with the command's own error."""
_SCRIPTS: Final = Path(__file__).parent / "lua"

logger = logging.getLogger("simulator.state")


class RedisClient:
    """Connections to one Redis. Safe to use from many threads.

    root: what all keys begin with. epoch: changes when Redis has lost everything. worker: names this process.
    Once Redis did not answer, every use fails at once until :meth:`probe` has found it again: one slow Redis must not
    make each call wait. Nothing is ever sent twice: counting is not repeatable.
    """

    def __init__(self, url: str, namespace: str) -> None:
        self.epoch = ""
        self.worker = f"{os.getpid()}-{secrets.token_hex(4)}"
        try:
            self._quick = _client(url, WAIT)
            self._patient = _client(url, PATIENCE)
        except ValueError as wrong:
            raise UsageError(
                f"--state: no address of a Redis: {wrong}.", remedy="It is memory, or redis://host:6379/0."
            ) from None
        self.where = _described(self._quick)
        # the database is in the name because channels, unlike keys, are the same in all of them
        self.root = f"simulator:{{{namespace}.{self.where.rpartition('/')[2]}}}:"
        self.gone = False
        prelude = (_SCRIPTS / "prelude.lua").read_text()
        paths = [path for path in _SCRIPTS.glob("*.lua") if path.stem != "prelude"]
        self._texts = {path.stem: prelude + path.read_text() for path in paths}
        self._scripts = {name: self._quick.register_script(text) for name, text in self._texts.items()}

    def run(self, script: str, *args: str | int) -> Any:
        """What a script answers. Raises :class:`StateUnreachable`, at once while Redis is known to be gone."""
        if self.gone:
            raise self.unreachable("it did not answer before")
        return self._run(self._quick, script, args)

    def read(self, script: str, *args: str | int) -> Any:
        """The same for a long answer."""
        if self.gone:
            raise self.unreachable("it did not answer before")
        return self._run(self._patient, script, args)

    def probe(self, script: str, *args: str | int) -> Any:
        """The same even if Redis is thought to be gone; if it is not, it is there again."""
        found = self._run(self._quick, script, args)
        if self.gone:
            self.gone = False
            logger.warning("the shared state at %s answers again", self.where)
        return found

    def next_ack(self, number: int, within: float) -> str | None:
        """The next worker that has heard of a change; None when no other has ``within`` so many seconds."""
        with self._watched():
            found: Any = self._patient.blpop([f"{self.root}acks:{number}"], timeout=max(within, 0.01))
        return str(found[1]) if isinstance(found, list | tuple) and len(found) == 2 else None

    def pubsub(self) -> redis.client.PubSub:
        """A subscriber's connection, not yet open."""
        made: redis.client.PubSub = self._patient.pubsub()
        return made

    @contextmanager
    def named(self) -> Iterator[None]:
        """Raise :class:`StateUnreachable` for whatever redis-py raises, except for a mistake in a script of ours.

        Redis may refuse anything at any time (full, read-only, busy, a failed save, an ACL); only a script that Lua
        itself stops is a bug. For connections of their own: that one of them ended does not mean that Redis is gone.
        """
        try:
            yield
        except RedisError as error:
            if _OUR_BUG.match(str(error)):
                raise
            raise self.unreachable(str(error)) from error
        except (ValueError, TypeError, IndexError, KeyError, AttributeError) as error:  # redis-py on an odd reply
            self.close()
            raise self.unreachable(f"an unexpected reply ({error})") from error

    def lost(self, why: str) -> None:
        """Redis does not answer; until it does again, no call waits for it."""
        known, self.gone = self.gone, True
        if self.epoch and not known:  # at the start there is an error that says it
            logger.warning("the shared state at %s does not answer: %s", self.where, why)

    def refused(self, reply: Exception) -> Exception:
        """The error for an error reply on a connection that redis-py does not read."""
        text = str(reply)
        if text.startswith("NOSCRIPT"):
            return AskAgain()
        return reply if _OUR_BUG.match(text) else self.unreachable(text)

    def sha(self, script: str) -> str:
        """What Redis knows a script by."""
        return str(self._scripts[script].sha)

    def text(self, script: str) -> str:
        """A script as it is sent."""
        return self._texts[script]

    def connection(self) -> redis.Connection:
        """A connection of its own, not yet open."""
        pool = self._quick.connection_pool
        made: redis.Connection = pool.connection_class(**pool.connection_kwargs)
        return made

    def close(self) -> None:
        """Close the connections that are not in use."""
        for client in (self._quick, self._patient):
            client.connection_pool.disconnect(inuse_connections=False)

    def expected(self, script: str, reply: Any) -> Any:
        """The reply, if the script can have answered it. Raises :class:`StateUnreachable`, and begins with new
        connections: one that is a reply ahead would give every later call the answer of another.
        """
        if is_expected(script, reply):
            return reply
        self.close()
        self.lost(f"an unexpected reply to {script}")
        raise self.unreachable(f"an unexpected reply to {script}")

    def _run(self, client: redis.Redis, script: str, args: tuple[str | int, ...]) -> Any:
        with self._watched():
            known = self._scripts[script]
            try:
                found = client.evalsha(known.sha, 1, self.root, *args)
            except NoScriptError:  # Redis began anew; nothing has been done yet
                client.script_load(self._texts[script])
                found = client.evalsha(known.sha, 1, self.root, *args)
        return self.expected(script, found)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        with self.named():
            try:
                yield
            except (ConnectionLost, TookTooLong) as error:
                self.lost(str(error))
                raise

    def unreachable(self, why: str) -> StateUnreachable:
        """The error that says so."""
        return StateUnreachable(
            f"The shared state at {self.where} does not answer: {why.rstrip('.')}.", remedy="Is Redis running there?"
        )


def _client(url: str, wait: timedelta) -> redis.Redis:
    return redis.Redis.from_url(
        url,
        decode_responses=True,
        encoding_errors="surrogatepass",
        socket_timeout=wait.total_seconds(),
        socket_connect_timeout=WAIT.total_seconds(),
        retry=Retry(NoBackoff(), 0),
        client_name="simulator",
        protocol=2,
    )


def _described(client: redis.Redis) -> str:
    """Where it is, without what is secret in its address."""
    known = client.connection_pool.connection_kwargs
    place = known.get("path") or f"{known.get('host', 'localhost')}:{known.get('port', 6379)}"
    return f"{place}/{known.get('db', 0)}"
