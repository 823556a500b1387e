"""The pytest plugin: fixtures ``simulator_server`` and ``simulator``, marker ``scenario``, option ``--simulator-url``.

It imports lazily: a run that never uses a fixture imports only pytest.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from simulator.testing import Handle, Simulator

URL_VARIABLE: Final = "SIMULATOR_URL"  # also in core.defaults, which a run without the fixtures does not import
MARKER: Final = "scenario"
_USED: Final = pytest.StashKey["Handle"]()
_STARTED: Final = pytest.StashKey[dict[str, Any]]()
_TOO_LATE: Final = (
    "the session's server was started with others. Override simulator_options once, in the conftest.py beside your "
    "tests; for a single test start one of its own: with Simulator(…) as sim."
)
_UNUSABLE: Final = re.compile(r"[^a-z0-9._]+")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The URL of a simulator to use instead of starting one."""
    group = parser.getgroup("simulator", "simulator of token-refresh APIs")
    group.addoption(
        "--simulator-url",
        metavar="URL",
        default=os.environ.get(URL_VARIABLE) or None,
        help=f"Use the simulator that runs at URL instead of starting one (default: ${URL_VARIABLE}).",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, so that --strict-markers accepts it."""
    config.addinivalue_line(
        "markers", f"{MARKER}(source): run the simulator under a scenario: a shipped one's name, a file, or a mapping"
    )


def pytest_report_header(config: pytest.Config) -> str | None:
    """Show the simulator's URL when it is not started here."""
    url = config.getoption("--simulator-url")
    return f"simulator: {url}" if url else None


@pytest.fixture(scope="session")
def simulator_options() -> dict[str, Any]:
    """Override it to set how the simulator starts: the keywords of ``simulator.testing.Simulator``."""
    return {}


@pytest.fixture(scope="session")
def simulator_server(request: pytest.FixtureRequest, simulator_options: dict[str, Any]) -> Iterator[Simulator]:
    """One simulator for the whole run (with xdist: for each worker), or the one that --simulator-url names."""
    from simulator.testing import Simulator

    url = request.config.getoption("--simulator-url")
    request.config.stash[_STARTED] = simulator_options
    with Simulator(**{"url": url, **simulator_options}) as server:
        yield server


@pytest.fixture(scope="session")
def _simulator_run() -> str:
    """Distinguishes this run's sandboxes from those of another run on the same simulator."""
    return secrets.token_hex(8)


@pytest.fixture
def simulator(
    request: pytest.FixtureRequest,
    simulator_server: Simulator,
    simulator_options: dict[str, Any],
    _simulator_run: str,
) -> Iterator[Handle]:
    """A fresh sandbox for this test, under the scenario of its marker; deleted afterwards.

    Under ``simulator judge``, without a marker: the sandbox of the run, so that the test's calls are judged.
    """
    if request.config.stash[_STARTED] != simulator_options:
        pytest.fail(f"simulator_options are {simulator_options!r} here, but {_TOO_LATE}", pytrace=False)
    marker = request.node.get_closest_marker(MARKER)
    judged = simulator_server.judged() if marker is None else None
    with judged or simulator_server.sandbox(sandbox_name(request.node.nodeid, _simulator_run)) as sandbox:
        if marker is not None:
            _load(sandbox, marker, request.node)
        request.node.stash[_USED] = sandbox
        yield sandbox


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Reject a marker without effect: the test would pass without its scenario."""
    marker = item.get_closest_marker(MARKER)
    if marker is None:
        return
    if len(marker.args) != 1 or marker.kwargs:
        pytest.fail(f"@pytest.mark.{MARKER} takes one scenario: a name, a file or a mapping.", pytrace=False)
    if "simulator" not in getattr(item, "fixturenames", ()):
        pytest.fail(f"@pytest.mark.{MARKER} does nothing here: the test asks for no simulator fixture.", pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Add the calls of the sandbox to the report of a failing test."""
    report = yield
    if report.failed and report.when != "teardown" and _USED in item.stash:
        report.sections.append(("simulator journal", _told(item.stash[_USED])))
    return report


def sandbox_name(nodeid: str, run: str) -> str:
    """A readable name for a sandbox, unique across tests, workers and runs."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    digest = hashlib.blake2b(f"{run} {worker} {nodeid}".encode(), digest_size=4).hexdigest()
    said = _UNUSABLE.sub("-", nodeid.rpartition("::")[2].lower()).strip("-._")[:40]
    return ".".join(filter(None, (said, worker, digest)))


def _load(sandbox: Handle, marker: pytest.Mark, item: Any) -> None:
    from simulator.core.errors import SimulatorError

    try:
        sandbox.load(marker.args[0], beside=item.path.parent)
    except SimulatorError as error:
        refused = error
    else:
        return
    # Outside of the except clause, or pytest would print the error a second time, as the cause.
    pytest.fail(f"@pytest.mark.{MARKER}: {refused}", pytrace=False)


def _told(sandbox: Handle) -> str:
    from simulator.core.errors import SimulatorError

    try:
        return f"{sandbox.url}, clock at {sandbox.clock.now().isoformat()}\n{sandbox.journal.table()}"
    except SimulatorError as gone:  # the test has already failed; its own report must be shown
        return f"could not be read: {gone}"
