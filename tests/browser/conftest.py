"""A browser, a publisher's page in it, and a simulator on another origin."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.browser.chromium import MISSING, Chromium, Page, find

HERE = Path(__file__).parent


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing: the test says what went wrong."""


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    program = find()
    if program is None:
        pytest.skip(MISSING)
    with Chromium(program, tmp_path_factory.mktemp("chromium")) as running:
        yield running


@pytest.fixture(scope="session")
def publisher_url() -> Iterator[str]:
    """Where the page lives: another port, so another origin than the simulator's."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=HERE)) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(10)


@pytest.fixture
def page(browser: Chromium, publisher_url: str) -> Iterator[Page]:
    """The publisher's page, loaded."""
    opened = browser.page()
    opened.open(f"{publisher_url}/page.html")
    yield opened
    opened.close()
