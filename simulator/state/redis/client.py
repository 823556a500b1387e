"""The Redis client: scripts, bounded waits, and the record of whether Redis is reachable."""

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
"""The longest wait for long operations: reading a whole journal, the acknowledgement of all workers."""
_OUR_BUG: Final = re.compile(
    r"(?:ERR )?(?:Error compiling script"
    r"|(?:Error running script \(call to \w+\): @)?user_script:\s?\d+: (?!-|@user_script))"
)
"""The error text of Redis 6.2 and 7 when Lua stops a script. A command that Redis refuses inside a script has another
text: 6.2 puts ``@user_script: 7: -OOM …`` behind the place, 7 begins with the command's own error."""
_SCRIPTS: Final = Path(__file__).parent / "lua"

logger = logging.getLogger("simulator.state")


class RedisClient:
    """Connections to one Redis. Safe to use from many threads.

    root: the prefix of all keys. epoch: changes when Redis has lost its data. worker: the id of this process.
    After a missing answer every use fails at once until :meth:`probe` succeeds, so that a slow Redis does not
    delay each call. No command is sent twice: counting is not repeatable.
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
        """Run a script and return its reply. Raises :class:`StateUnreachable`; at once if Redis is known to be down."""
        if self.gone:
            raise self.unreachable("it did not answer before")
        return self._run(self._quick, script, args)

    def read(self, script: str, *args: str | int) -> Any:
        """Run a script with a long reply; see :meth:`run`."""
        if self.gone:
            raise self.unreachable("it did not answer before")
        return self._run(self._patient, script, args)

    def probe(self, script: str, *args: str | int) -> Any:
        """Run a script even if Redis is thought to be down; a reply ends that state."""
        found = self._run(self._quick, script, args)
        if self.gone:
            self.gone = False
            logger.warning("the shared state at %s answers again", self.where)
        return found

    def next_ack(self, number: int, within: float) -> str | None:
        """The next worker that acknowledges a change; None if none does ``within`` so many seconds."""
        with self._watched():
            found: Any = self._patient.blpop([f"{self.root}acks:{number}"], timeout=max(within, 0.01))
        return str(found[1]) if isinstance(found, list | tuple) and len(found) == 2 else None

    def pubsub(self) -> redis.client.PubSub:
        """A subscriber's connection, not yet open."""
        made: redis.client.PubSub = self._patient.pubsub()
        return made

    @contextmanager
    def named(self) -> Iterator[None]:
        """Raise :class:`StateUnreachable` for every error of redis-py, except for an error in one of our scripts.

        Redis may refuse any command at any time (full, read-only, busy, a failed save, an ACL); only a script that Lua
        itself stops is a bug. For separate connections: the end of one does not mean that Redis is down.
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
        """Record that Redis does not answer; until it answers again, no call waits for it."""
        known, self.gone = self.gone, True
        if self.epoch and not known:  # at the start an error reports it
            logger.warning("the shared state at %s does not answer: %s", self.where, why)

    def refused(self, reply: Exception) -> Exception:
        """The error for an error reply on a connection that redis-py does not read."""
        text = str(reply)
        if text.startswith("NOSCRIPT"):
            return AskAgain()
        return reply if _OUR_BUG.match(text) else self.unreachable(text)

    def sha(self, script: str) -> str:
        """The SHA-1 of a script, by which Redis finds it."""
        return str(self._scripts[script].sha)

    def text(self, script: str) -> str:
        """The text of a script as it is sent."""
        return self._texts[script]

    def connection(self) -> redis.Connection:
        """A separate connection, not yet open."""
        pool = self._quick.connection_pool
        made: redis.Connection = pool.connection_class(**pool.connection_kwargs)
        return made

    def close(self) -> None:
        """Close the connections that are not in use."""
        for client in (self._quick, self._patient):
            client.connection_pool.disconnect(inuse_connections=False)

    def expected(self, script: str, reply: Any) -> Any:
        """The reply, if it has a form that the script can return. Otherwise closes all connections and raises
        :class:`StateUnreachable`: a connection that is out of step gives each later call the reply of another.
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
            except NoScriptError:  # Redis was restarted; the script has not run
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
    """The address without its secrets."""
    known = client.connection_pool.connection_kwargs
    place = known.get("path") or f"{known.get('host', 'localhost')}:{known.get('port', 6379)}"
    return f"{place}/{known.get('db', 0)}"
