"""A program in steps, such as ``data later:25h data``: what it does when a step fails, and what it prints in the end.

A program that runs for days looks at the exceptions its client is known for, notes them and goes on with the next step.
Any other exception is a bug: it ends the program, traceback and all.
CLIENT_RECURSION: how deep Python lets calls go, for a client that knows no other end.
"""

from __future__ import annotations

import json
import os
import re
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from clients.drivers.own_time import OwnTime

Action = Callable[[str], Mapping[str, Any]]
"""One step, with what stands behind its name's colon: answers what is worth telling of its outcome."""

ROUNDS: Final = ("data", "turn", "data", "turn", "data", "turn", "data", "turn", "data", "turn", "data")
"""What a program that reads data now and then does, unless it is told otherwise."""

_TOKEN: Final = re.compile(r"[A-Za-z0-9+/=_.-]{60,}")
_SHOWN: Final = 300
_PAUSE: Final = 3.5
"""Seconds: the shipped short-lived ID tokens live two."""
_NEXT_TURN: Final = "15m"


def run(actions: Mapping[str, Action], known: tuple[type[Exception], ...], steps: Sequence[str], own: OwnTime) -> None:
    """Take the steps and print ``{"steps": [{"step", "calls", …}], "waits": [seconds]}``; calls: how many it took.

    actions: what a step's name stands for; beside them ``later:25h``; ``pause``, for as long as a short-lived ID token
    lives and more; ``turn``, until the program's next turn: a pause, or a quarter of an hour once a step has failed;
    and ``together:8:data``, where so many threads take that step at once. known: exceptions that are noted.
    """
    taken: list[dict[str, Any]] = []
    sys.setrecursionlimit(int(os.environ.get("CLIENT_RECURSION", sys.getrecursionlimit())))
    try:
        for step in steps:
            name, _, rest = step.partition(":")
            taken.append({"step": step})
            before = own.calls()
            match name:
                case "later":
                    own.pass_by(rest)
                case "turn" if any("raised" in step for step in taken[-2:]):
                    own.pass_by(_NEXT_TURN)
                case "pause" | "turn":
                    own.pause(_PAUSE)
                case "together":
                    many, _, action = rest.partition(":")
                    taken[-1]["threads"] = _together(actions[action], known, int(many))
                case _:
                    _take(actions[name], rest, known, taken[-1])
            taken[-1]["calls"] = own.calls() - before
    finally:
        sys.stdout.write(json.dumps({"steps": taken, "waits": own.waits}, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _take(action: Action, given: str, known: tuple[type[Exception], ...], outcome: dict[str, Any]) -> None:
    try:
        outcome.update(action(given))
    except BaseException as wrong:
        text = str(wrong)
        outcome["raised"] = type(wrong).__name__
        outcome["said"] = _TOKEN.sub("…", text)[:_SHOWN]
        outcome["shows_token"] = bool(_TOKEN.search(text))
        if not isinstance(wrong, known):
            raise


def _together(action: Action, known: tuple[type[Exception], ...], many: int) -> list[dict[str, Any]]:
    """So many threads at once; each one's outcome."""
    outcomes: list[dict[str, Any]] = [{} for _ in range(many)]
    gate = threading.Barrier(many)

    def act(outcome: dict[str, Any]) -> None:
        gate.wait()
        _take(action, "", known, outcome)

    threads = [threading.Thread(target=act, args=(outcome,)) for outcome in outcomes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
