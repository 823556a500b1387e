"""The port file: what it holds, and which files it replaces and removes."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.core.errors import UsageError
from simulator.server import port_file
from simulator.server.port_file import PortFile

PLAIN = PortFile("http://127.0.0.1:8080", 8080, 7, "1.0")
SECURE = PortFile("http://localhost:1", 1, 7, "1.0", https_url="https://localhost:2", ca_file="/tmp/ca.pem")


def test_it_holds_what_was_promised(tmp_path: Path) -> None:
    port_file.write(tmp_path / "port.json", PLAIN)
    assert json.loads((tmp_path / "port.json").read_text()) == {
        "url": "http://127.0.0.1:8080",
        "port": 8080,
        "pid": 7,
        "version": "1.0",
    }


@pytest.mark.parametrize("content", [PLAIN, SECURE], ids=["http", "https"])
def test_what_is_written_is_read(tmp_path: Path, content: PortFile) -> None:
    port_file.write(tmp_path / "port.json", content)
    assert port_file.read(tmp_path / "port.json") == content


def test_writing_replaces_the_file_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    """A reader that has the old one open goes on reading the old one."""
    port_file.write(tmp_path / "port.json", SECURE)
    with (tmp_path / "port.json").open() as old:
        port_file.write(tmp_path / "port.json", PLAIN)
        assert json.load(old)["https_url"] == "https://localhost:2"
    assert [file.name for file in tmp_path.iterdir()] == ["port.json"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere/port\.json: the port file cannot be written"):
        port_file.write(tmp_path / "nowhere" / "port.json", PLAIN)


@pytest.mark.parametrize("kind", ["FIFO", "symbolic link", "folder"])
def test_only_a_regular_file_is_replaced(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "port.json"
    (tmp_path / "other").write_text("precious")
    match kind:
        case "FIFO":
            os.mkfifo(place)
        case "symbolic link":
            place.symlink_to(tmp_path / "other")
        case _:
            place.mkdir()
    before = place.lstat()
    with pytest.raises(UsageError, match="is not a regular file"):
        port_file.write(place, PLAIN)
    port_file.remove(place)
    assert place.lstat() == before
    assert (tmp_path / "other").read_text() == "precious"


def test_a_fifo_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "port.json")
    with pytest.raises(UsageError, match="is no port file: it is not a regular file"):
        port_file.read(tmp_path / "port.json")


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, text: str) -> int:
        self.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(UsageError, match="No space left on device"):
        port_file.write(tmp_path / "port.json", PLAIN)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("pid", "expected"),
    [
        pytest.param(os.getppid(), True, id="it runs"),
        pytest.param(2**22 + 7, False, id="it has ended"),
    ],
)
def test_the_file_of_another_simulator_that_still_runs_is_written_back(
    tmp_path: Path, pid: int, expected: bool
) -> None:
    place = tmp_path / "port.json"
    port_file.write(place, replace(SECURE, pid=pid))
    replaced = port_file.write(place, replace(PLAIN, pid=os.getpid()))
    assert replaced == replace(SECURE, pid=pid)
    port_file.remove(place, replaced)
    assert place.exists() is expected
    if expected:
        assert port_file.read(place) == replaced


@pytest.mark.parametrize("text", ["", "[]", '{"url": 1}', "{", "[" * 100_000])
def test_a_file_that_is_none_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "port.json").write_text(text)
    with pytest.raises(UsageError, match=r"port\.json is no port file"):
        port_file.read(tmp_path / "port.json")


def test_a_missing_file_asks_whether_the_simulator_runs(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no such port file\. Is the simulator running\?"):
        port_file.read(tmp_path / "port.json")
