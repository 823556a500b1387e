"""The files that a CI system reads: held to its own schemas, and what their commands run is run."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import yaml

from simulator.testing import Simulator
from tests.package.conftest import ROOT, outside

BIN = Path(sys.executable).parent
PAGE = (ROOT / "docs" / "ci.md").read_text()
EXAMPLES = dict(re.findall(r"^```yaml\n# (\S+)\n(.*?)^```$", PAGE, re.S | re.M))


def _run(*command: str | Path, timeout: int = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=timeout, cwd=ROOT)


def test_the_dockerfile_is_clean() -> None:
    done = _run(BIN / "hadolint", "Dockerfile")
    assert done.returncode == 0, done.stdout


def test_the_image_is_built_from_what_is_sent_to_the_engine() -> None:
    """Everything that the wheel is built from is let through, and no more."""
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    project = (ROOT / "pyproject.toml").read_text()

    assert kept == {"simulator", "scenarios", "pyproject.toml", "README.md", "LICENSE"}
    assert all((ROOT / name).exists() for name in kept)
    assert 'readme = "README.md"' in project


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("vendor.github-actions", "action.yml"),
        ("vendor.github-actions", "judge/action.yml"),
        ("vendor.github-workflows", ".github/workflows/ci.yml"),
        ("vendor.compose-spec", "compose.yaml"),
    ],
)
def test_a_file_follows_its_schema(schema: str, file: str) -> None:
    done = _run(BIN / "check-jsonschema", "--builtin-schema", schema, file)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        ("vendor.github-workflows", ".github/workflows/tests.yml"),
        ("vendor.github-workflows", ".github/workflows/service.yml"),
        ("vendor.github-workflows", ".github/workflows/judge.yml"),
        ("vendor.gitlab-ci", ".gitlab-ci.yml"),
        ("vendor.gitlab-ci", ".gitlab-ci.judge.yml"),
    ],
)
def test_an_example_of_the_docs_follows_its_schema(schema: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "example.yml").write_text(EXAMPLES[name])
    done = _run(BIN / "check-jsonschema", "--builtin-schema", schema, tmp_path / "example.yml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_example_is_checked() -> None:
    assert set(EXAMPLES) == {
        ".github/workflows/tests.yml",
        ".github/workflows/service.yml",
        ".github/workflows/judge.yml",
        ".gitlab-ci.yml",
        ".gitlab-ci.judge.yml",
    }


def test_the_example_of_judge_uses_inputs_that_its_action_has() -> None:
    action = yaml.safe_load((ROOT / "judge" / "action.yml").read_text())
    steps = yaml.safe_load(EXAMPLES[".github/workflows/judge.yml"])["jobs"]["judge"]["steps"]
    (ours,) = [step for step in steps if step.get("uses", "").startswith("OWNER/REPOSITORY/judge@")]

    assert set(ours["with"]) <= set(action["inputs"])
    listed = re.search(r"^Inputs of `judge`: (.*?)\.$", PAGE, re.M)
    assert listed is not None
    assert re.findall(r"`([\w-]+)`", listed[1]) == list(action["inputs"])


def _judge_action(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """The action's step as a runner runs it, with the simulator that is installed here."""
    action = yaml.safe_load((ROOT / "judge" / "action.yml").read_text())
    (step,) = action["runs"]["steps"]
    given = {
        variable: inputs.get(name, action["inputs"][name].get("default", ""))
        for variable, value in step["env"].items()
        for name in [re.findall(r"inputs\.([\w-]+)", value)[0]]
    }
    given["SIMULATOR_API"] = given["SIMULATOR_API"] or "both"
    binaries = folder / "simulator" / "venv" / "bin"
    binaries.mkdir(parents=True, exist_ok=True)
    (binaries / "simulator").unlink(missing_ok=True)
    (binaries / "simulator").symlink_to(BIN / "simulator")
    environment = outside(
        **given, RUNNER_TEMP=str(folder), GITHUB_ACTION_PATH=str(ROOT / "judge"), GITHUB_ACTIONS="true",
        GITHUB_STEP_SUMMARY=str(folder / "summary.md"),
    )  # fmt: skip
    return subprocess.run(
        ["bash", "-c", step["run"]],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=folder,
    )


def test_the_judge_action_judges_the_command_and_tells_the_workflow(tmp_path: Path) -> None:
    """A client whose token stands in its User-Agent; under one scenario, with a file, a summary and annotations."""
    client = """
import os, urllib.request
token = os.environ["JQUANTS_REFRESH_TOKEN"]
url = os.environ["JQUANTS_URL"] + "/token/auth_refresh?refreshtoken=" + token
urllib.request.urlopen(urllib.request.Request(url, data=b"", headers={"Referer": "http://x/?" + token}), timeout=5)
"""
    (tmp_path / "my_client.py").write_text(client)
    done = _judge_action(
        tmp_path, command=f"{sys.executable} my_client.py", scenarios="clock-skew", report="r.sarif r.xml"
    )
    assert done.returncode == 1, done.stderr
    assert "::error file=my_client.py,line=1,title=token_leaks::" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("FAILED: ")
    assert (tmp_path / "summary.md").read_text().startswith("## ❌ FAILED: ")
    assert json.loads((tmp_path / "r.sarif").read_text())["version"] == "2.1.0"

    nothing = _judge_action(tmp_path, command="true", scenarios="clock-skew")
    assert nothing.returncode == 2, nothing.stderr


def test_the_examples_use_inputs_that_the_action_has() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    steps = yaml.safe_load(EXAMPLES[".github/workflows/tests.yml"])["jobs"]["tests"]["steps"]
    (ours,) = [step for step in steps if step.get("uses", "").startswith("OWNER/REPOSITORY@")]

    assert set(ours["with"]) <= set(action["inputs"])
    listed = re.search(r"^Inputs: (.*?)\. Outputs: (.*?)\.$", PAGE, re.M)
    assert listed is not None
    assert re.findall(r"`([\w-]+)`", listed[1]) == list(action["inputs"])
    assert re.findall(r"`([\w-]+)`", listed[2]) == list(action["outputs"])


def test_the_commands_of_the_examples_are_ones_that_there_are() -> None:
    """Before any call: the journal is empty, and nothing was called too often."""
    steps = yaml.safe_load(EXAMPLES[".github/workflows/tests.yml"])["jobs"]["tests"]["steps"]
    ours = [step["run"] for step in steps if step.get("run", "").startswith("simulator ")]
    assert len(ours) == 2
    with Simulator() as sim:
        for command in ours:
            done = subprocess.run(
                [BIN / "simulator", *shlex.split(command)[1:]],
                env=outside(SIMULATOR_URL=sim.url),
                capture_output=True,
                text=True,
                check=False,
                timeout=30,
            )
            assert done.returncode == 0, done.stderr


def test_every_input_reaches_serve_as_a_variable_that_it_knows() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    given = action["runs"]["steps"][0]["env"]

    assert {value.partition("inputs.")[2].rstrip(" }") for value in given.values()} == set(action["inputs"])
    help_text = _run(BIN / "simulator", "serve", "--help").stdout
    for name in given:
        assert name in help_text or name == "PYTHON"


def test_the_commands_of_the_page_print_what_it_says() -> None:
    pairs = re.findall(r"^\$ (.*?)\n((?:(?!\$ |```).*\n)*)", PAGE, re.M)
    assert len(pairs) >= 6
    with Simulator() as sim:
        script = "".join(f"{command}\nprintf '\\036'\n" for command, _ in pairs)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            env=outside(SIMULATOR_URL=sim.url, PATH=f"{BIN}{os.pathsep}{os.environ['PATH']}"),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 0, done.stderr
    for (command, said), printed in zip(pairs, done.stdout.split("\036"), strict=False):
        assert printed.strip() == said.strip().replace("http://127.0.0.1:8080", sim.url), command


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What a runner gives to the steps of a job; the server that a step leaves behind is ended."""
    folder = tmp_path_factory.mktemp("job")
    files = {name: folder / name for name in ("GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH")}
    for file in files.values():
        file.touch()
    yield {"RUNNER_TEMP": str(folder), "GITHUB_ACTION_PATH": str(ROOT)} | {
        name: str(file) for name, file in files.items()
    }
    for port_file in folder.glob("*.json"):
        os.kill(json.loads(port_file.read_text())["pid"], signal.SIGTERM)


def _start(job: dict[str, str], **inputs: str) -> subprocess.CompletedProcess[str]:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    given = {
        variable: inputs.get(name, action["inputs"][name]["default"])
        for variable, name in (
            (variable, value.partition("inputs.")[2].rstrip(" }"))
            for variable, value in action["runs"]["steps"][0]["env"].items()
        )
    }
    script = action["runs"]["steps"][0]["run"]
    environment = outside(**job, **given) | {"PYTHON": sys.executable}
    return subprocess.run(
        ["bash", "-c", script], env=environment, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.mark.slow
def test_the_actions_step_starts_it_and_tells_the_steps_that_follow(job: dict[str, str]) -> None:
    done = _start(job, scenario="jquants-retired", clock="2024-01-04T00:00:00Z")
    assert done.returncode == 0, done.stdout + done.stderr

    variables = dict(line.partition("=")[::2] for line in Path(job["GITHUB_ENV"]).read_text().splitlines())
    outputs = dict(line.partition("=")[::2] for line in Path(job["GITHUB_OUTPUT"]).read_text().splitlines())
    assert outputs == {"url": variables["SIMULATOR_URL"], "port-file": variables["SIMULATOR_PORT_FILE"]}
    assert set(outputs) == set(yaml.safe_load((ROOT / "action.yml").read_text())["outputs"])
    answer = requests.post(f"{variables['JQUANTS_API_BASE']}/token/auth_refresh", timeout=10)
    assert (answer.status_code, answer.json()) == (403, {"message": "Forbidden"})

    (added,) = Path(job["GITHUB_PATH"]).read_text().splitlines()
    journal = subprocess.run(
        [Path(added) / "simulator", "journal"], env=outside(**variables), capture_output=True, text=True, check=True
    )
    assert "jquants.auth_refresh" in journal.stdout
    assert shutil.which("python", path=added) is None, "the job's own Python must stay"

    shutil.copy(variables["SIMULATOR_PORT_FILE"], job["RUNNER_TEMP"])
    failed = _start(job, scenario="jquants-outgae")
    assert failed.returncode != 0
    assert 'Did you mean "jquants-outage"' in failed.stderr, "and not that the first one answers"
