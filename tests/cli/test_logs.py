"""What ``serve`` logs, in a process of its own: logging is set up once a process."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import sys

import pytest

from simulator.cli.logs import QueuedHandler

_PROGRAM = """
import logging, sys
from simulator.cli import logs
logs.begin(sys.argv[1], quiet=sys.argv[2] == "quiet")
logging.getLogger("simulator").info("a scenario speaks")
logging.getLogger("simulator.state").warning("something is odd")
logging.getLogger("other").info("chatter")
try:
    raise ValueError("broken")
except ValueError:
    logging.getLogger("simulator").exception("it failed")
"""


def logged(form: str, loudness: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", _PROGRAM, form, loudness], capture_output=True, text=True, timeout=60, check=True
    )
    assert ran.stdout == ""
    return ran.stderr


def test_what_the_queue_has_no_room_for_is_dropped_and_counted() -> None:
    """Nothing reads the pipe at first, and it is full."""
    readable, writable = os.pipe()
    os.set_blocking(writable, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writable, b"x" * 4096)
    os.set_blocking(writable, True)
    handler = QueuedHandler(writable, room=3)
    for number in range(9):
        handler.handle(logging.makeLogRecord({"msg": f"record {number}"}))
    with os.fdopen(readable, "rb") as reader:
        said = [reader.readline().decode().strip("x\n") for _ in range(3)]
        handler.handle(logging.makeLogRecord({"msg": "the last"}))
        while said[-1] != "the last":
            said.append(reader.readline().decode().strip("\n"))
    kept = [line for line in said if line.startswith("record ")]
    assert kept == [f"record {number}" for number in range(len(kept))], "the first ones"
    assert said[len(kept) :] == [
        f"{9 - len(kept)} log records were dropped: nothing reads stderr fast enough",
        "the last",
    ]


@pytest.mark.parametrize(
    ("loudness", "said"),
    [
        pytest.param("loud", ["a scenario speaks", "something is odd", "it failed"], id="as usual"),
        pytest.param("quiet", ["it failed"], id="nothing but errors"),
    ],
)
def test_every_line_is_one_json_object_for_machines(loudness: str, said: list[str]) -> None:
    records = [json.loads(line) for line in logged("json", loudness).splitlines()]

    assert [record["message"] for record in records] == said
    assert {record["event"] for record in records} == {"log"}
    assert records[-1]["level"] == "error"
    assert records[-1]["traceback"].endswith("ValueError: broken")


def test_people_read_level_place_and_message() -> None:
    lines = logged("text", "loud").splitlines()

    assert lines[0].endswith(" INFO simulator: a scenario speaks")
    assert lines[1].endswith(" WARNING simulator.state: something is odd")
    assert lines[-1] == "ValueError: broken"
