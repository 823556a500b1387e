"""The JSON Schema in the server of real editors (``npm install -g yaml-language-server``)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.apis import discover
from simulator.report.scenario_files import describe

SERVER = os.environ.get("YAML_LANGUAGE_SERVER") or shutil.which("yaml-language-server")
pytestmark = pytest.mark.skipif(
    SERVER is None, reason="no yaml-language-server: npm install -g yaml-language-server, or set YAML_LANGUAGE_SERVER"
)

GOOD = """version: 1
name: mine
rules:
  - when: {operation: jquants.auth_refresh}
    then: {fault: reset}
expect: [no_backoff]
"""


class Editor:
    """Speaks the Language Server Protocol over the server's standard input and output."""

    def __init__(self, server: subprocess.Popen[bytes], folder: Path) -> None:
        self._server = server
        self._folder = folder
        self._numbers = iter(range(1, 1_000))
        self.ask("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}})
        self._send({"method": "initialized", "params": {}})

    def open(self, text: str) -> str:
        """Open a scenario that names the schema; its address."""
        address = (self._folder / f"scenario-{next(self._numbers)}.yaml").as_uri()
        whole = f"# yaml-language-server: $schema={(self._folder / 'schema.json').as_uri()}\n{text}"
        document = {"uri": address, "languageId": "yaml", "version": 1, "text": whole}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        return address

    def problems(self, text: str) -> list[tuple[int, str]]:
        """What the editor underlines: lines of ``text`` from 1, and messages."""
        address = self.open(text)
        while True:
            told = self._receive()
            if told.get("method") == "textDocument/publishDiagnostics" and told["params"]["uri"] == address:
                return [(one["range"]["start"]["line"], one["message"]) for one in told["params"]["diagnostics"]]

    def hover(self, text: str, line: int, column: int) -> str:
        """What is shown at a place of ``text``; lines and columns from 1."""
        place = {"textDocument": {"uri": self.open(text)}, "position": {"line": line, "character": column - 1}}
        found = self.ask("textDocument/hover", place)
        shown: str = found["contents"]["value"]
        return shown

    def ask(self, method: str, params: dict[str, Any]) -> Any:
        number = next(self._numbers)
        self._send({"id": number, "method": method, "params": params})
        while True:
            told = self._receive()
            if told.get("id") == number and "method" not in told:
                return told["result"]
            if "id" in told and "method" in told:  # the server asks for settings
                self._send({"id": told["id"], "result": [None] * len(told.get("params", {}).get("items", ()))})

    def _send(self, message: dict[str, Any]) -> None:
        assert self._server.stdin is not None
        raw = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._server.stdin.write(f"Content-Length: {len(raw)}\r\n\r\n".encode() + raw)
        self._server.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self._server.stdout is not None
        length = 0
        while line := self._server.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        assert length, "the server has ended"
        told: dict[str, Any] = json.loads(self._server.stdout.read(length))
        return told


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    folder = tmp_path_factory.mktemp("editor")
    (folder / "schema.json").write_text(json.dumps(describe(discover())))
    assert SERVER is not None
    with subprocess.Popen([SERVER, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        yield Editor(server, folder)
        server.terminate()


def test_a_good_file_has_no_marks(editor: Editor) -> None:
    assert editor.problems(GOOD) == []


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param(GOOD.replace("no_backoff", "no_backof"), 6, "no_backoff", id="a verdict"),
        pytest.param(GOOD.replace("reset", "resett"), 5, "reset", id="a fault"),
        pytest.param(GOOD.replace("when:", "whne:"), 4, "whne", id="a key"),
    ],
)
def test_a_mistake_is_underlined_with_what_is_known(editor: Editor, text: str, line: int, words: str) -> None:
    found = editor.problems(text)

    assert [place for place, message in found if words in message] == [line], found


def test_a_key_shows_its_sentence(editor: Editor) -> None:
    assert "Which calls the rule is about" in editor.hover(GOOD, 4, 6)
    assert "The answer is broken" in editor.hover(GOOD, 5, 13)
