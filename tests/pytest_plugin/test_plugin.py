"""The plugin, tried as its users have it: pytest inside pytest."""

from __future__ import annotations

import pytest

from simulator.testing import Simulator

pytest_plugins = ["pytester"]

REFRESH = """
    import requests

    def refresh(simulator, token="never-issued"):
        url = f"{simulator.jquants_url}/token/auth_refresh"
        return requests.post(url, params={"refreshtoken": token}, timeout=10).status_code
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """An empty suite whose warnings are errors, as ours."""
    monkeypatch.delenv("SIMULATOR_URL", raising=False)
    pytester.makeini("[pytest]\nfilterwarnings = error\naddopts = --strict-markers -p no:cacheprovider")
    pytester.makeconftest(REFRESH.replace("\n    ", "\n"))
    return pytester


def test_the_fixture_is_a_simulator_to_point_a_client_at(suite: pytest.Pytester) -> None:
    suite.makepyfile("""
        from conftest import refresh

        def test_a_week_passes(simulator):
            token = simulator.token("jquants", "refresh_token")
            assert refresh(simulator, token) == 200
            simulator.clock.advance("7d")
            assert refresh(simulator, token) == 403
            simulator.verify(operation="jquants.auth_refresh", count=2)
    """)
    suite.runpytest().assert_outcomes(passed=1)


def test_every_test_has_a_sandbox_of_its_own_that_is_put_away(suite: pytest.Pytester) -> None:
    suite.makepyfile("""
        import json
        from urllib.request import urlopen

        import pytest
        from conftest import refresh

        @pytest.mark.parametrize("number", range(3))
        def test_alone(simulator, number):
            refresh(simulator)
            assert len(simulator.journal) == 1
            assert simulator.name.startswith(f"test_alone-{number}.")

        def test_nothing_is_left(simulator_server):
            with urlopen(simulator_server.url + "/_simulator/sandboxes") as answer:
                assert json.load(answer) == {"sandboxes": [{"name": "default"}]}
    """)
    suite.runpytest().assert_outcomes(passed=4)


def test_names_that_no_url_could_have_are_fitted(suite: pytest.Pytester) -> None:
    suite.makepyfile("""
        import pytest
        from conftest import refresh

        @pytest.mark.parametrize("what", ["a/b?c#d e", "\\u671f\\u9650", "x" * 200, "--", ""])
        def test_\u671f\u9650(simulator, what):
            assert refresh(simulator) == 403
    """)
    suite.runpytest().assert_outcomes(passed=5)


def test_a_marker_names_a_shipped_scenario_a_file_or_holds_one(suite: pytest.Pytester) -> None:
    folder = suite.mkdir("inner")
    (folder / "ours.yaml").write_text("version: 1\nname: ours\nrules:\n  - {id: tea, then: {respond: {status: 418}}}\n")
    (folder / "test_markers.py").write_text("""
import pytest
from conftest import refresh

@pytest.mark.scenario("jquants-outage")
def test_shipped(simulator):
    assert [refresh(simulator) for _ in range(3)] == [503, 503, 502]

@pytest.mark.scenario("ours.yaml")
def test_file_beside_the_test(simulator):
    assert refresh(simulator) == 418

@pytest.mark.scenario({"rules": [{"id": "no", "then": {"respond": {"status": 410}}}]})
class TestClass:
    def test_of_the_class(self, simulator):
        assert refresh(simulator) == 410

    @pytest.mark.scenario({"rules": [{"id": "no", "then": {"respond": {"status": 409}}}]})
    def test_nearest_wins(self, simulator):
        assert refresh(simulator) == 409
""")
    suite.runpytest().assert_outcomes(passed=4)


@pytest.mark.parametrize(
    ("marker", "takes", "said"),
    [
        pytest.param('"jquants-outgae"', "simulator", 'Did you mean "jquants-outage"', id="slip of the pen"),
        pytest.param('{"rules": [{"id": "a", "then": {"delay": 5}}]}', "simulator", "E106", id="bad scenario"),
        pytest.param('"jquants-outage"', "", "asks for no simulator fixture", id="no fixture"),
        pytest.param('"a", "b"', "simulator", "takes one scenario", id="two"),
        pytest.param("", "simulator", "takes one scenario", id="none"),
    ],
)
def test_a_marker_that_would_do_nothing_fails_its_test(
    suite: pytest.Pytester, marker: str, takes: str, said: str
) -> None:
    suite.makepyfile(f"import pytest\n\n@pytest.mark.scenario({marker})\ndef test_it({takes}):\n    pass\n")
    result = suite.runpytest()

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*{said.replace('[', '?')}*"])
    assert "During handling of the above exception" not in result.stdout.str(), "the error is printed once"


def test_a_failing_test_shows_what_its_sandbox_saw(suite: pytest.Pytester) -> None:
    suite.makepyfile("""
        import pytest
        from conftest import refresh

        @pytest.mark.scenario("jquants-outage")
        def test_fails(simulator):
            simulator.clock.freeze("2024-01-04T00:00:00Z")
            assert refresh(simulator) == 200

        def test_passes(simulator):
            refresh(simulator)
    """)
    result = suite.runpytest()

    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(
        [
            "*- simulator journal -*",
            "http://127.0.0.1:*/sandbox/test_fails.*, clock at 2024-01-04T00:00:00+00:00",
            "#  at *operation *status  answer *",
            "1  2024-01-04 00:00:00.000  jquants.auth_refresh  503 *rule *",
        ]
    )
    assert result.stdout.str().count("simulator journal") == 1


def test_a_failing_fixture_shows_it_too(suite: pytest.Pytester) -> None:
    suite.makepyfile("""
        import pytest
        from conftest import refresh

        @pytest.fixture
        def logged_in(simulator):
            assert refresh(simulator) == 200

        def test_it(logged_in):
            pass
    """)
    result = suite.runpytest()

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*- simulator journal -*", "1 *jquants.auth_refresh  403 *"])


def test_a_journal_that_cannot_be_read_leaves_the_failure_as_it_is(suite: pytest.Pytester) -> None:
    suite.makepyfile("""
        def test_it(simulator, simulator_server):
            simulator_server.stop()
            raise ZeroDivisionError("the client's own")
    """)
    with Simulator() as other:
        result = suite.runpytest(f"--simulator-url={other.url}")
    result.assert_outcomes(failed=1)

    suite.makepyfile("""
        from simulator.core.errors import SimulatorError

        def test_it(simulator, monkeypatch):
            def gone(*_):
                raise SimulatorError("no simulator answers")
            monkeypatch.setattr(simulator._plane, "reading", gone)
            raise ZeroDivisionError("the client's own")
    """)
    result = suite.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*ZeroDivisionError: the client's own*", "*could not be read: no simulator answers*"])


def test_options_say_how_it_starts(suite: pytest.Pytester) -> None:
    suite.makepyfile("""
        import pytest
        from conftest import refresh

        @pytest.fixture(scope="session")
        def simulator_options():
            return {"profile": "observed", "clock": "2024-01-04T00:00:00Z"}

        def test_it(simulator):
            assert refresh(simulator) == 400
            assert simulator.clock.now().year == 2024
    """)
    suite.runpytest().assert_outcomes(passed=1)


def test_options_that_come_too_late_are_not_passed_over(suite: pytest.Pytester) -> None:
    """The session has one server; a second module cannot start it otherwise, and must not believe that it did."""
    suite.makepyfile(
        test_a="def test_it(simulator):\n    pass\n",
        test_b="""
            import pytest

            @pytest.fixture(scope="session")
            def simulator_options():
                return {"profile": "observed"}

            def test_it(simulator):
                pass
        """,
    )
    result = suite.runpytest()

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*'profile': 'observed'* but the session's server was started with others*"])


@pytest.mark.parametrize("given", ["option", "environment"])
def test_a_simulator_that_runs_is_used_and_left_running(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    suite.makepyfile("""
        from conftest import refresh

        def test_it(simulator, simulator_server):
            refresh(simulator)
            assert len(simulator.journal) == 1
            print("at", simulator_server.url)
    """)
    with Simulator() as other:
        if given == "environment":
            monkeypatch.setenv("SIMULATOR_URL", other.url)
        result = suite.runpytest("-s", *([f"--simulator-url={other.url}"] if given == "option" else []))
        result.assert_outcomes(passed=1)
        result.stdout.fnmatch_lines([f"simulator: {other.url}", f"*at {other.url}*"])

        assert len(other.journal) == 0
        with other.sandbox("still-there") as sandbox:
            assert len(sandbox.journal) == 0


def test_a_simulator_that_does_not_answer_is_told(suite: pytest.Pytester) -> None:
    suite.makepyfile("def test_it(simulator):\n    pass\n")
    with Simulator() as gone:
        url = gone.url
    result = suite.runpytest(f"--simulator-url={url}")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*no simulator answers at {url}*simulator serve*"])


def test_the_plugin_can_be_left_out(suite: pytest.Pytester) -> None:
    suite.makepyfile("def test_it(simulator):\n    pass\n")
    result = suite.runpytest("-p", "no:simulator")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*fixture 'simulator' not found*"])


def test_the_marker_is_known_and_the_option_explained(suite: pytest.Pytester) -> None:
    suite.runpytest("--markers").stdout.fnmatch_lines(["@pytest.mark.scenario(source): *"])
    suite.runpytest("--help").stdout.fnmatch_lines(["*--simulator-url=URL*"])


def test_async_tests_take_the_fixture_as_others_do(suite: pytest.Pytester) -> None:
    suite.makepyfile("""
        import asyncio

        import httpx
        import pytest

        @pytest.fixture
        def anyio_backend():
            return "asyncio"

        @pytest.mark.anyio
        async def test_eight_at_once(simulator):
            token = simulator.token("jquants", "refresh_token")
            async with httpx.AsyncClient(base_url=simulator.jquants_url, trust_env=False) as client:
                calls = [client.post("/token/auth_refresh", params={"refreshtoken": token}) for _ in range(8)]
                answers = await asyncio.gather(*calls)
            assert [answer.status_code for answer in answers] == [200] * 8
            simulator.verify(operation="jquants.auth_refresh", count=8)
    """)
    suite.runpytest("-p", "anyio").assert_outcomes(passed=1)
