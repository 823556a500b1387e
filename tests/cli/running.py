"""The command, run as a person or a script would run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

COMMAND = str(Path(sys.executable).with_name("simulator"))


def environment(**variables: str) -> dict[str, str]:
    """Ours without anything a developer may have set for a simulator of theirs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SIMULATOR_")}
    return {**kept, **variables}


def run(*arguments: str, given: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself."""
    return subprocess.run(
        [COMMAND, *arguments], capture_output=True, text=True, timeout=60, check=False,
        input=given, env=environment(**variables),
    )  # fmt: skip


@contextmanager
def serving(*arguments: str, **variables: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """``simulator serve`` on a free port: the process, and the first line it printed. It is gone afterwards."""
    process = subprocess.Popen(
        [COMMAND, "serve", "--port", "0", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env=environment(**variables),
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline()
    finally:
        process.kill()
        process.communicate(timeout=10)


def fetch(url: str, *, method: str = "GET", body: bytes | None = None) -> tuple[int, dict[str, str], Any]:
    """Status, headers (names in lower case) and JSON of an answer, whatever its status."""
    request = urllib.request.Request(url, data=body, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, _lowered(answer.headers), json.loads(answer.read())
    except HTTPError as answer:
        with answer:
            return answer.code, _lowered(answer.headers), json.loads(answer.read())


def _lowered(headers: Message) -> dict[str, str]:
    """By names in lower case: what case they came in is nobody's business."""
    return {name.lower(): value for name, value in headers.items()}
