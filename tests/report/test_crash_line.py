"""How a crash is recognised in what a program wrote, language by language."""

from __future__ import annotations

import pytest

from simulator.report.crash_line import crash_line

NODE = """/app/client.mjs:12
  return JSON.parse(text).idToken
              ^

SyntaxError: Unexpected token '<', "<html><bod"... is not valid JSON
    at JSON.parse (<anonymous>)
    at file:///app/client.mjs:12:15

Node.js v20.11.0
"""
NODE_CAUSE = """node:internal/process/promises:288
            triggerUncaughtException(err, true /* fromPromise */);
            ^

TypeError: fetch failed
    at node:internal/deps/undici/undici:12618:11
    at async file:///app/client.mjs:3:15 {
  cause: SocketError: other side closed
      at Socket.onSocketEnd (node:internal/deps/undici/undici:9169:26)
}
"""
GO = """panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x47b1c4]

goroutine 1 [running]:
"""
RUST = """thread 'main' panicked at src/main.rs:7:40:
called `Result::unwrap()` on an `Err` value: MissingField
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace
"""
JAVA = """Exception in thread "main" java.lang.NullPointerException: Cannot invoke "String.length()"
\tat Client.main(Client.java:12)
"""
DOTNET = """Unhandled exception. System.Text.Json.JsonException: '<' is an invalid start of a value.
   at System.Text.Json.ThrowHelper.ReThrowWithPath()
"""
RUBY = "client.rb:5:in `fetch': key not found: \"idToken\" (KeyError)\n\tfrom client.rb:5:in `<main>'\n"
PHP = "PHP Fatal error:  Uncaught TypeError: Cannot access offset in /app/client.php:4\nStack trace:\n#0 {main}\n"
R = "Error in fromJSON(body) : lexical error: invalid char in json text.\nCalls: main -> fromJSON\nExecution halted\n"
CPP = """terminate called after throwing an instance of 'nlohmann::json_abi::parse_error'
  what():  [json.exception.parse_error.101] parse error at line 1
"""


@pytest.mark.parametrize(
    ("output", "line"),
    [
        pytest.param(NODE, "SyntaxError: Unexpected token '<', \"<html><bod\"... is not valid JSON", id="node"),
        pytest.param(NODE_CAUSE, "TypeError: fetch failed", id="node, a promise"),
        pytest.param(GO, "panic: runtime error: invalid memory address or nil pointer dereference", id="go"),
        pytest.param(
            RUST, "panicked at src/main.rs:7:40: called `Result::unwrap()` on an `Err` value: MissingField", id="rust"
        ),
        pytest.param(JAVA, 'java.lang.NullPointerException: Cannot invoke "String.length()"', id="java"),
        pytest.param(DOTNET, "System.Text.Json.JsonException: '<' is an invalid start of a value.", id=".net"),
        pytest.param(RUBY, 'key not found: "idToken" (KeyError)', id="ruby"),
        pytest.param(PHP, "Uncaught TypeError: Cannot access offset in /app/client.php:4", id="php"),
        pytest.param(R, "Error in fromJSON(body) : lexical error: invalid char in json text.", id="r"),
        pytest.param(
            CPP,
            "terminate called after throwing an instance of 'nlohmann::json_abi::parse_error' what(): "
            "[json.exception.parse_error.101] parse error at line 1",
            id="c++",
        ),
        pytest.param(
            "./run: line 3:  4711 Segmentation fault      (core dumped) ./client\n",
            "Segmentation fault",
            id="the shell",
        ),
        pytest.param("Segmentation fault (core dumped)\n", "Segmentation fault", id="segmentation fault"),
        pytest.param("Error: no token, giving up\n", "", id="a message of its own"),
        pytest.param("401 for TypeError\nretrying in 1 s\n", "", id="a log line"),
    ],
)
def test_a_crash_is_quoted_in_any_language(output: str, line: str) -> None:
    assert crash_line(f"starting\n{output}") == line


@pytest.mark.parametrize(
    ("output", "line"),
    [
        pytest.param("all is well\n", "", id="no traceback"),
        pytest.param(
            "x\nTraceback (most recent call last):\n  File \"a.py\", line 1\n    d['day']\nKeyError: 'day'\nbye\n",
            "KeyError: 'day'",
            id="the last line of it",
        ),
        pytest.param(
            "Traceback (most recent call last):\n  x\nHTTPError: 400 for url: http://h/v1?refreshtoken=abcdefghijklmnopqrstu\n",
            "HTTPError: 400 for url: …",
            id="without the token in its URL",
        ),
        pytest.param(
            "Traceback (most recent call last):\n  x\nrequests.exceptions.JSONDecodeError: Expecting value\n",
            "requests.exceptions.JSONDecodeError: Expecting value",
            id="with its whole name",
        ),
        pytest.param(
            "Traceback (most recent call last):\n  x\nLoginError: no ann@example.com\n",
            "LoginError: no …",
            id="without a mail address",
        ),
    ],
)
def test_a_crash_is_named_without_its_secrets(output: str, line: str) -> None:
    assert crash_line(output) == line
