"""What only a process of its own can show: many workers, and what was imported."""

from __future__ import annotations

import pytest

from simulator.testing import Simulator

pytest_plugins = ["pytester"]

HEAVY = ("flask", "pydantic", "yaml", "cryptography", "httptools", "simulator.testing", "simulator.app")
TESTS = """
    import pytest
    import requests

    @pytest.mark.parametrize("number", range(12))
    def test_alone(simulator, number, worker_id):
        for _ in range(number + 1):
            requests.post(f"{simulator.jquants_url}/token/auth_refresh", timeout=10)
        simulator.verify(operation="jquants.auth_refresh", count=number + 1)
        simulator.clock.set(f"20{number + 10}-01-01T00:00:00Z")
        assert simulator.clock.now().year == 2010 + number
        with open(f"{simulator.name}.at", "w") as file:
            file.write(f"{worker_id} {simulator.url}")
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.delenv("SIMULATOR_URL", raising=False)
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # other plugins import much, and are not at stake
    pytester.makeini("[pytest]\nfilterwarnings = error\naddopts = -p no:cacheprovider -p simulator.pytest_plugin")
    return pytester


@pytest.mark.slow
def test_four_workers_share_a_server_and_never_meet(suite: pytest.Pytester) -> None:
    suite.makepyfile(TESTS)
    with Simulator() as shared:
        result = suite.runpytest_subprocess(
            "-p", "xdist.plugin", "-n", "4", f"--simulator-url={shared.url}", timeout=120
        )
        result.assert_outcomes(passed=12)
        assert len(shared.journal) == 0

    places = [path.read_text().split() for path in suite.path.glob("*.at")]
    assert len(places) == 12
    assert {worker for worker, _ in places} == {"gw0", "gw1", "gw2", "gw3"}
    assert {url.partition("/sandbox/")[0] for _, url in places} == {shared.url}


@pytest.mark.slow
def test_without_one_each_worker_has_its_own(suite: pytest.Pytester) -> None:
    suite.makepyfile(TESTS)
    suite.runpytest_subprocess("-p", "xdist.plugin", "-n", "2", timeout=120).assert_outcomes(passed=12)

    places = [path.read_text().split() for path in suite.path.glob("*.at")]
    assert {(worker, url.partition("/sandbox/")[0]) for worker, url in places} == {
        (worker, next(url.partition("/sandbox/")[0] for other, url in places if other == worker))
        for worker in ("gw0", "gw1")
    }


def test_a_run_that_never_asks_imports_nothing_of_it(suite: pytest.Pytester) -> None:
    suite.makepyfile(f"""
        import sys

        def test_it():
            assert "simulator.pytest_plugin" in sys.modules
            assert [name for name in {HEAVY!r} if name in sys.modules] == []
    """)
    suite.runpytest_subprocess(timeout=60).assert_outcomes(passed=1)


def test_a_run_without_a_scenario_needs_no_flask_and_no_pydantic_until_the_control_plane_reads_a_body(
    suite: pytest.Pytester,
) -> None:
    """Bodies are read by pydantic models; each of the two imports costs more than the whole start of a server."""
    suite.makepyfile("""
        import sys
        from urllib.error import HTTPError
        from urllib.request import urlopen

        import pytest

        def imported(*names):
            return [name for name in names if name in sys.modules]

        def test_calls_and_the_journal(simulator):
            with pytest.raises(HTTPError, match="400"):
                urlopen(f"{simulator.jquants_url}/token/auth_refresh", data=b"")
            assert len(simulator.journal) == 1

        def test_nothing_heavy_was_imported():
            assert imported("flask", "werkzeug", "pydantic") == []

        def test_bodies(simulator):
            token = simulator.token("jquants", "refresh_token")
            url = f"{simulator.jquants_url}/token/auth_refresh?refreshtoken={token}"
            with urlopen(url, data=b"") as answer:
                assert answer.status == 200
            simulator.clock.advance("25h")
            simulator.verify(operation="jquants.auth_refresh", count=1)

        def test_flask_was_not_imported_for_them():
            assert imported("flask", "werkzeug") == []
    """)
    suite.runpytest_subprocess(timeout=60).assert_outcomes(passed=4)
