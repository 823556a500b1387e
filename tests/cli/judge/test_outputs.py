"""Files that a report cannot be written to are refused before the work begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.cli.judge.outputs import check, write_text
from simulator.core.errors import UsageError


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("report.pdf", 'the ending of ".*report.pdf" names no format. Use one of .md, .xml'),
        ("report", "names no format"),
        ("missing/report.md", 'there is no folder ".*missing"'),
        ("folder.md", "it is a folder"),
    ],
)
def test_a_path_that_cannot_be_written_is_refused(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / "folder.md").mkdir()
    with pytest.raises(UsageError, match=says):
        check([tmp_path / "good.md", tmp_path / name])
    assert not (tmp_path / "good.md").exists()


def test_a_folder_that_has_gone_since_is_an_error_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone/report\.md.* cannot be written: No such file or directory"):
        write_text(tmp_path / "gone" / "report.md", "text")
