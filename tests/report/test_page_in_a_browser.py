"""The page in headless Chromium: no error in its console, nothing wider than the screen."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from simulator.report import Circumstances, judge, render
from tests.report import clients
from tests.report.wire import APIS, Wire

WIDTHS = (400, 1400)
MEASURE = """
addEventListener('load', () => {
  const seen = [...document.querySelectorAll('iframe')].map(frame => {
    const root = frame.contentDocument.documentElement;
    const lanes = frame.contentDocument.querySelector('svg.lanes').getBoundingClientRect();
    const first = frame.contentDocument.querySelector('.call').getBoundingClientRect();
    return [frame.width, root.scrollWidth - root.clientWidth, Math.round(lanes.top), Math.round(first.top)].join(':');
  });
  console.log('measured ' + seen.join(' '));
});
"""


@pytest.fixture
def chromium() -> str:
    """The browser, wherever it is."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no Chromium on the PATH; apt-get install chromium")
    return found


@pytest.mark.slow
def test_the_page_fits_every_screen_and_its_console_is_quiet(chromium: str, tmp_path: Path) -> None:
    wire = Wire()
    for client in (clients.renews_too_late, clients.runs_in_a_herd, clients.doubles, clients.goes_on_after_an_optout):
        client(wire)
    report = judge(
        wire.entries, APIS, Circumstances(scenario="a-name-without-any-place-to-break-it-" * 3, about="Long. " * 40)
    )
    page = render([report] * 2, "html")
    frames = "".join(f'<iframe width="{width}" height="900" srcdoc="{html.escape(page)}"></iframe>' for width in WIDTHS)
    outer = tmp_path / "outer.html"
    outer.write_text(f"<!doctype html><meta charset=utf-8>{frames}<script>{MEASURE}</script>", "utf-8")
    ran = subprocess.run(
        [
            chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--enable-logging=stderr", "--window-size=1500,900", f"--user-data-dir={tmp_path / 'profile'}",
            "--dump-dom", outer.as_uri(),
        ],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    said = [line for line in ran.stderr.splitlines() if "CONSOLE" in line]
    assert len(said) == 1
    assert "measured" in said[0]
    measured = re.findall(r"(\d+):(-?\d+):(-?\d+):(-?\d+)(?=[ \"])", said[0])
    assert [(int(width), int(overflow)) for width, overflow, _, _ in measured] == [(width, 0) for width in WIDTHS]
    assert all(lanes == first for _, _, lanes, first in measured)
