"""The commands for a running simulator, each against one that runs."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner, Result

from simulator.apis import discover
from simulator.app import create_server
from simulator.cli import main
from simulator.core.model.call import WIRE_FAULTS
from simulator.sandbox.config import SandboxConfig
from simulator.scenario.scenario import ClockSetting
from simulator.server import Server
from simulator.simulation import Simulation

START = "2024-01-04T00:00:00Z"
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    config = SandboxConfig(clock=ClockSetting(at=datetime(2024, 1, 4, tzinfo=UTC), frozen=True))
    simulation = Simulation(discover(), config=config, wire_faults=WIRE_FAULTS)
    with create_server(simulation, port=0) as running:
        yield running


@pytest.fixture(autouse=True)
def reset(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fresh simulator, and nothing of a developer's own in the environment."""
    for name in ("URL", "PORT_FILE", "SANDBOX", "CONTROL_TOKEN"):
        monkeypatch.delenv(f"SIMULATOR_{name}", raising=False)
    for method, path in (("POST", "reset"), ("DELETE", "scenario"), ("DELETE", "sandboxes/a")):
        _call(server.url, method, f"/_simulator/{path}")


def _call(url: str, method: str, path: str, headers: dict[str, str] | None = None) -> None:
    """A call whose answer does not matter."""
    try:
        with urlopen(Request(url + path, method=method, headers=headers or {}), timeout=10):
            pass
    except HTTPError as refused:
        refused.close()


@pytest.fixture
def run(server: Server) -> Run:
    """Run a command against the server; the exit code, stdout and stderr."""

    def command(*arguments: str, at: str | None = server.url, given: bytes = b"", **variables: str) -> Result:
        where = [] if at is None else ["--url", at]
        return CliRunner().invoke(main, [*arguments, *where], input=given, env=variables, prog_name="simulator")

    return command


def ok(result: Result) -> str:
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    return result.stdout


def document(result: Result) -> Any:
    return json.loads(ok(result))


def test_the_clock_is_shown_and_moved(run: Run) -> None:
    assert ok(run("clock")) == f"{START}, standing still\n"
    assert ok(run("clock", "advance", "25h")) == f"{START} -> 2024-01-05T01:00:00Z\nnothing expired on the way\n"
    assert ok(run("clock", "set", START)).startswith("2024-01-05T01:00:00Z -> 2024-01-04T00:00:00Z\n")
    assert ok(run("clock", "set", "-1h")).startswith(f"{START} -> 2024-01-03T23:00:00Z\n")


def test_the_clock_runs_and_stands_still(run: Run) -> None:
    assert ok(run("clock", "set", "--rate", "60")).startswith(f"{START} -> {START}\n")
    assert ok(run("clock", "run")).endswith("running 60 times as fast as real time\n")
    assert ok(run("clock", "freeze")).endswith(", standing still\n")
    assert document(run("clock", "--format", "json"))["frozen"] is True


def test_the_clock_goes_to_the_next_event_and_shows_what_expired(run: Run, server: Server) -> None:
    login = json.dumps({"mailaddress": "user@example.com", "password": "password"}).encode()
    with urlopen(Request(f"{server.url}/v1/token/auth_user", data=login, method="POST"), timeout=10):
        pass
    lines = ok(run("clock", "advance", "--to", "refresh_token_expires", "--plus", "1s")).splitlines()
    assert lines[0] == f"{START} -> 2024-01-11T00:00:01Z"
    assert lines[1].split() == ["expired", "at", "event", "kind", "token"]
    assert lines[2].split()[:3] == ["2024-01-11T00:00:00Z", "refresh_token_expires", "refresh_token"]
    assert len(lines) == 3


def test_a_step_back_from_an_event_is_an_options_own_value(run: Run, server: Server) -> None:
    _call(
        server.url, "GET", "/v1/token/generate?email=a@example.com", {"Authorization": "Bearer simulator-uid2-api-key"}
    )
    moved = document(run("clock", "advance", "--to", "identity_expires", "--plus", "-1s", "--format", "json"))
    assert (moved["now"], moved["expired"]) == ("2024-01-04T00:59:59Z", [])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("clock", "advance", "-1h"), "clock would go backwards"),
        (("clock", "advance", "25"), '"25s" or "25ms"'),
        (("clock", "advance"), "say either a span"),
        (("clock", "advance", "1h", "--to", "id_token_expires"), "say either a span"),
        (("clock", "advance", "--to", "id_token_expire"), 'did you mean "id_token_expires"'),
        (("clock", "set"), "nothing to set"),
        (("clock", "set", "tomorrow"), "is not an RFC 3339 moment"),
        (("scenario", "load", "nothing.yaml"), "there is no scenario file"),
        (("scenario", "load", "jquants-outag"), 'Did you mean "jquants-outage"'),
        (("journal", "--operation", "jquants.auth_refesh"), 'did you mean "jquants.auth_refresh"'),
        (("journal", "--since", "yesterday"), "is not an RFC 3339 moment"),
        (("verify", "jquants.auth_refresh"), "nothing says how often"),
        (("sandboxes", "delete", "never-was"), 'There is no sandbox "never-was"'),
        (("clock", "--sandbox", "Not A Name"), "cannot name a sandbox"),
        (("clock", "--url", "ftp://x"), "is no address of a simulator"),
    ],
)
def test_what_cannot_be_meant_is_exit_2_with_a_message(run: Run, arguments: tuple[str, ...], says: str) -> None:
    result = run(*arguments, at=None) if "--url" in arguments else run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("clock",),
        ("scenario",),
        ("scenario", "show"),
        ("journal",),
        ("verify", "jquants.auth_user", "--at-most", "4"),
        ("report",),
    ],
)
def test_a_reading_command_makes_no_sandbox_of_a_misspelt_name(run: Run, command: tuple[str, ...]) -> None:
    ok(run("clock", "advance", "1h", "--sandbox", "nightly"))
    result = run(*command, "--sandbox", "nigthly")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == 'simulator: there is no sandbox "nigthly". Did you mean "nightly"?\n'
    assert ok(run("sandboxes")) == "default\nnightly\n"
    ok(run("sandboxes", "delete", "nightly"))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("clock", "advance", "-1h"), "Use --backwards to allow it."),
        (("verify", "jquants.auth_refresh"), "Give --count, --at-least or --at-most."),
        (("verify", "--at-least", "3", "--at-most", "1"), "no number of calls fits"),
        (("verify", "--rule", "no-such", "--at-most", "4"), '"no-such" is not a rule here'),
    ],
)
def test_messages_speak_of_options_and_not_of_http(run: Run, arguments: tuple[str, ...], says: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr
    assert '"backwards"' not in result.stderr
    assert '"at_least"' not in result.stderr


def test_a_title_is_not_said_twice(run: Run) -> None:
    result = run("clock", "advance", "--to", "id_token_expire")
    assert result.stderr.startswith('simulator: "id_token_expire" is not an event (did you mean "id_token_expires"?)')


def test_backwards_can_be_meant(run: Run) -> None:
    assert ok(run("clock", "advance", "--backwards", "-1h")).startswith(f"{START} -> 2024-01-03T23:00:00Z\n")
    ok(run("clock", "set", START))
    assert ok(run("clock", "advance", "-1h", "--backwards")).startswith(f"{START} -> 2024-01-03T23:00:00Z\n")


def test_a_shipped_scenario_is_loaded_shown_and_cleared(run: Run) -> None:
    assert ok(run("scenario")) == "No scenario active.\n"
    loaded = ok(run("scenario", "load", "jquants-outage"))
    assert loaded.splitlines()[0].startswith("jquants-outage: Two 503s")
    assert loaded.splitlines()[1:] == ["  warming-up", "  gateway-page"]
    assert ok(run("scenario", "show")) == ok(run("scenario")) == loaded
    assert "version: 1" in ok(run("scenario", "show", "--source"))
    assert document(run("scenario", "show", "--format", "json"))["rules"] == ["warming-up", "gateway-page"]
    assert ok(run("scenario", "clear")) == "No scenario active.\n"


def test_a_file_and_standard_input_are_loaded(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("version: 1\nname: mine\nstate: open\nrules: []\n")
    assert ok(run("scenario", "load", str(file))) == "mine\nstate: open\n"
    assert ok(run("scenario", "load", "-", given=b"version: 1\nname: piped\nrules: []\n")) == "piped\n"


def test_what_is_doubtful_in_a_scenario_is_said_and_loaded(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "doubtful.yaml"
    file.write_text("version: 1\nname: doubtful\nabout: on\nrules: []\n")
    result = run("scenario", "load", str(file))
    assert (result.exit_code, result.stdout) == (0, "doubtful: on\n")
    assert result.stderr.startswith(f"{file}:3:8: W301 ")


def test_a_bad_scenario_is_exit_3_with_every_place_and_the_old_one_stays(run: Run, tmp_path: Path) -> None:
    ok(run("scenario", "load", "jquants-outage"))
    file = tmp_path / "bad.yaml"
    file.write_text("version: 2\nname: Bad Name!\nrules: []\n")
    result = run("scenario", "load", str(file))
    assert (result.exit_code, result.stdout) == (3, "")
    assert "\n1:10: E112 " in result.stderr
    assert "\n2:7: E113 " in result.stderr
    assert ok(run("scenario")).startswith("jquants-outage")


def test_the_journal_is_a_table(run: Run, server: Server) -> None:
    assert ok(run("journal")) == "no calls\n"
    ok(run("scenario", "load", "jquants-outage"))
    _call(server.url, "POST", "/v1/token/auth_refresh?refreshtoken=x")
    _call(server.url, "GET", "/nothing")
    heading, first, second = ok(run("journal")).splitlines()
    assert heading.split() == ["#", "at", "operation", "status", "what", "happened", "query"]
    assert first.split()[1:5] == [START, "jquants.auth_refresh", "503", "warming-up"]
    assert "refreshtoken=<" in first
    assert second.split()[1:] == [START, "GET", "/nothing", "404"]

    only = document(run("journal", "--operation", "jquants.*", "--limit", "1", "--format", "json"))["entries"]
    assert [entry["status"] for entry in only] == [503]
    assert ok(run("journal", "--forget")) == ""
    assert ok(run("journal")) == "no calls\n"


def test_verify_is_exit_0_or_1_with_what_came_instead(run: Run, server: Server) -> None:
    _call(server.url, "POST", "/v1/token/auth_user")
    assert "once" in ok(run("verify", "jquants.auth_user", "--count", "1"))
    result = run("verify", "jquants.auth_refresh", "--at-least", "1")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "What came instead" in result.stderr
    assert "jquants.auth_user" in result.stderr


def test_sandboxes_are_listed_reset_and_deleted(run: Run) -> None:
    ok(run("clock", "advance", "1h", "--sandbox", "a"))
    assert ok(run("sandboxes")) == "default\na\n"
    assert ok(run("clock", "--sandbox", "a")).startswith("2024-01-04T01")
    assert ok(run("clock")).startswith(START)
    assert ok(run("reset", "--sandbox", "a")) == f"Reset. The clock shows {START}.\n"
    assert ok(run("sandboxes", "delete", "a")) == ""
    assert document(run("sandboxes", "--format", "json")) == {"sandboxes": [{"name": "default"}]}


def test_options_may_stand_before_the_subcommand(server: Server) -> None:
    """An option that is silently dropped there would move somebody else's clock."""
    arguments = ["clock", "--url", server.url, "--sandbox", "a", "--format", "json", "advance", "1h"]
    result = CliRunner().invoke(main, arguments)
    assert json.loads(ok(result))["now"] == "2024-01-04T01:00:00Z"
    assert ok(CliRunner().invoke(main, ["clock", "--url", server.url])).startswith(START)


def test_the_address_comes_from_the_environment_or_the_port_file(run: Run, server: Server, tmp_path: Path) -> None:
    assert ok(run("clock", at=None, SIMULATOR_URL=server.url)).startswith(START)
    assert ok(run("clock", at=None, SIMULATOR_URL=server.url.removeprefix("http://") + "/")).startswith(START)
    file = tmp_path / "port.json"
    file.write_text(json.dumps({"url": server.url}))
    assert ok(run("clock", at=None, SIMULATOR_PORT_FILE=str(file))).startswith(START)
    assert ok(run("clock", SIMULATOR_PORT_FILE=str(tmp_path / "none"))).startswith(START)


@pytest.mark.parametrize("content", [None, "", "[]", '{"url": 5}', "{}"])
def test_a_port_file_that_is_none_is_exit_2(run: Run, tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "port.json"
    if content is not None:
        file.write_text(content)
    result = run("clock", at=None, SIMULATOR_PORT_FILE=str(file))
    assert result.exit_code == 2
    assert str(file) in result.stderr


def test_where_nobody_answers_is_exit_6_with_a_remedy(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = taken.getsockname()[1]
    result = run("clock", at=f"http://127.0.0.1:{free}")
    assert (result.exit_code, result.stdout) == (6, "")
    assert "simulator serve" in result.stderr


@pytest.mark.parametrize("body", [b"<html>", b"[" * 100_000], ids=["HTML", "JSON nested too deep"])
@pytest.mark.parametrize(
    ("status", "says"),
    [("200 OK", "does not answer as a simulator"), ("500 Broken", "answers 500, not as a simulator")],
    ids=["200", "500"],
)
def test_something_that_is_no_simulator_is_exit_6(run: Run, status: str, says: str, body: bytes) -> None:
    def other(_environ: object, start_response: Any) -> list[bytes]:
        start_response(status, [("Content-Type", "text/html")])
        return [body]

    with Server(lambda _incoming: None, other, port=0) as running:
        result = run("clock", at=running.url)
    assert result.exit_code == 6
    assert says in result.stderr


def test_a_control_token_is_demanded_given_and_may_come_from_the_environment(run: Run) -> None:
    """Listening on every address, so the token is what counts."""
    with create_server(Simulation([]), host="0.0.0.0", port=0, control_token="sesame") as running:
        at = f"http://127.0.0.1:{running.port}"
        refused = run("clock", at=at)
        assert (refused.exit_code, refused.stdout) == (7, "")
        assert "SIMULATOR_CONTROL_TOKEN" in refused.stderr
        assert run("clock", "--control-token", "open", at=at).exit_code == 7
        assert run("clock", "--control-token", "sesame", at=at).exit_code == 0
        assert run("clock", at=at, SIMULATOR_CONTROL_TOKEN="sesame").exit_code == 0


def test_a_proxy_is_never_asked(run: Run) -> None:
    assert ok(run("clock", http_proxy="http://127.0.0.1:9", HTTP_PROXY="http://127.0.0.1:9")).startswith(START)


def test_every_command_is_in_the_help_and_tells_its_own() -> None:
    shown = CliRunner().invoke(main, ["--help"]).stdout
    for name in main.list_commands(None):
        assert f"  {name} " in shown
        assert CliRunner().invoke(main, [name, "--help"]).exit_code == 0


def test_an_unknown_command_is_exit_2() -> None:
    assert CliRunner().invoke(main, ["clok"]).exit_code == 2


@pytest.mark.parametrize("form", ["html", "markdown", "text"])
def test_a_report_in_two_formats_at_once_is_refused(run: Run, form: str) -> None:
    ran = run("report", "--as", form, "--format", "json")
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert f"--as {form} and --format json exclude each other" in ran.stderr
