"""docs/reference.md, made from the tables of the code: ``python -m tests.docs.reference`` writes it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, get_args

import click

from simulator.apis import discover
from simulator.cli import main as command
from simulator.core.duration import format_duration
from simulator.core.errors import PortTaken, ScenarioInvalid, StateUnreachable, UsageError
from simulator.core.model.api import UNREAD, Api
from simulator.core.model.call import WIRE_FAULTS, Call
from simulator.journal.entry import Change, Entry, IssuedEntry, Stray
from simulator.report.verdicts import checks
from simulator.scenario.language.problem import CODES
from simulator.scenario.rules.decision import BODY_FAULTS, Conversion
from simulator.simulation import Simulation
from tests.docs.journal_members import ISSUED, MEMBERS

ROOT: Final = Path(__file__).parent.parent.parent
PAGE: Final = ROOT / "docs" / "reference.md"
_LANGUAGE: Final = ROOT / "simulator" / "scenario"
_LONGEST: Final = 160
"""Characters of a body that are shown."""
_INTRODUCTION: Final = """# Reference

Written by `make docs` from the tables of the code; a test compares the two. Explanations are in
[scenarios.md](scenarios.md) and [control.md](control.md).
"""
_JOURNAL: Final = """Members without a value are left out. Fingerprints are short keyed hashes: within one simulator,
the same value has the same fingerprint.

"""
_AT: Final = datetime(2024, 1, 4, tzinfo=UTC)


def render() -> str:
    """The page."""
    apis = discover()
    parts = [
        _INTRODUCTION,
        _contents(),
        *(part for api in apis for part in _api(api)),
        "## Faults\n\n"
        + _table(
            ("fault", "needs the simulator's own server"),
            [(f"`{name}`", "yes") for name in sorted(WIRE_FAULTS)] + [(f"`{name}`", "no") for name in BODY_FAULTS],
        )
        + "\nConversions of `rewrite`: "
        + ", ".join(f"`{name}`" for name in get_args(Conversion))
        + ".\n",
        "## Journal entries\n\n"
        + _JOURNAL
        + _table(("member", "meaning"), [(f"`{name}`", text) for name, text in MEMBERS.items()])
        + "\nMembers of `issued`:\n\n"
        + _table(("member", "meaning"), [(f"`{name}`", text) for name, text in ISSUED.items()]),
        "## Verdicts\n\n"
        + _table(
            ("verdict", "question", "rule", "fix"),
            [(f"`{name}`", check.question, check.rule, check.remedy) for name, check in checks().items()],
        ),
        "## Error codes of scenario files\n\nE: the file is refused. W: a warning; `--strict` refuses it, too.\n"
        "Files are relative to `simulator/scenario/`.\n\n"
        + _table(("code", "problem", "found in"), [(f"`{code}`", text, _files(code)) for code, text in CODES.items()]),
        "## Options and environment variables\n\nAn option wins over its variable.\n\n"
        + _table(("variable", "option", "commands", "default", "meaning"), _options()),
        "## Exit codes\n\n" + _table(("code", "meaning"), _exit_codes()),
    ]
    return "\n".join(parts)


def _contents() -> str:
    headings = (
        *(f"{_TITLES[api.name]}: {part}" for api in discover() for part in ("operations", "named errors", "tokens")),
        "Faults",
        "Journal entries",
        "Verdicts",
        "Error codes of scenario files",
        "Options and environment variables",
        "Exit codes",
    )
    return "".join(f"* [{heading}](#{anchor(heading)})\n" for heading in headings)


def anchor(heading: str) -> str:
    """A heading's anchor, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


_TITLES: Final = {"jquants": "J-Quants", "uid2": "UID2"}


def _api(api: Api[Any]) -> Iterator[str]:
    title = _TITLES[api.name]
    rows = [
        (
            f"`{operation.name}`",
            f"`{' '.join(operation.methods)} {operation.path}`",
            _code([operation.accepts or ""]),
            _code(operation.issues),
            _code(sorted(operation.profiles or ())) or "all",
            _code(operation.fields),
        )
        for operation in api.operations
    ]
    yield f"## {title}: operations\n\n" + _table(("operation", "call", "takes", "issues", "profiles", "fields"), rows)
    yield f"## {title}: named errors\n\nAs `documented` answers them.\n\n" + _table(
        ("error", "status", "body"), list(_errors(api))
    )
    kinds = [(f"`{kind}`", _lifetime(api, kind)) for kind in api.token_kinds]
    yield (
        f"## {title}: tokens\n\nKinds that `simulator token` and `POST tokens` make:\n\n"
        + _table(("kind", "documented lifetime"), kinds)
        + "\nEvents for `simulator clock advance --to`: "
        + ", ".join(f"`{event}`" for event in api.events)
        + ".\n"
    )


def _lifetime(api: Api[Any], kind: str) -> str:
    return format_duration(api.lifetimes[kind]) if kind in api.lifetimes else "stated in the answer"


def _errors(api: Api[Any]) -> Iterator[tuple[str, str, str]]:
    simulation = Simulation(discover())
    world = simulation.sandboxes.default.world(api.name)
    call = Call("POST", api.operations[0].path, "", {}, b"", _AT)
    for name, reply_to in api.errors.items():
        reply = reply_to(UNREAD, call, world)
        text = reply.body.decode()
        shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
        yield f"`{name}`", str(reply.status), f"`{shown}`" if shown else "none"


def _files(code: str) -> str:
    """The files that report a problem with this code."""
    found = sorted(
        path.relative_to(_LANGUAGE).as_posix()
        for path in _LANGUAGE.rglob("*.py")
        if path.name != "problem.py" and f'"{code}"' in path.read_text()
    )
    return _code(found) or "`language/problem.py`"


def _options() -> list[tuple[str, ...]]:
    found: dict[str, tuple[str, list[str], str, str]] = {}
    for name, inner in _commands(command, ""):
        for option in inner.params:
            if isinstance(option, click.Option) and isinstance(option.envvar, str):
                default = f"`{option.default}`" if option.show_default else ""
                row = found.setdefault(option.envvar, (option.opts[0], [], default, option.help or ""))
                row[1].append(name)
    return [
        (f"`{variable}`", f"`{option}`", _code(commands), default, text)
        for variable, (option, commands, default, text) in sorted(found.items())
    ]


def _commands(group: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its full name."""
    if not isinstance(group, click.Group):
        yield name, group
        return
    context = click.Context(group)
    for inner in group.list_commands(context):
        found = group.get_command(context, inner)
        if found is not None:
            yield from _commands(found, f"{name} {inner}".strip())


def _exit_codes() -> list[tuple[str, str]]:
    errors = (UsageError, ScenarioInvalid, PortTaken, StateUnreachable)
    return [
        ("0", "Success."),
        ("1", "`verify`, `healthcheck`, `report` and `judge`: the answer is no."),
        *((str(error.exit_code), inspect.getdoc(error) or "") for error in errors),
    ]


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names if name)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(_cell(cell) for cell in line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("|", "\\|")).strip()


def full_entry() -> dict[str, Any]:
    """An entry with every member, as the control plane shows it."""
    issued = IssuedEntry("id_token", "a", "b", 1, (("id_token_expires", 2),), ("id_token_expires",))
    values: dict[str, Any] = {"strays": (Stray("header", "referer", "x"),), "changes": (Change("no_body"),)}
    values |= {"issued": (issued,), "token": "x", "rules": ("r",), "body_keys": ("k",), "opted_out": ("p",)}
    for name, kind in Entry.__annotations__.items():
        text = str(getattr(kind, "__forward_arg__", kind))
        values.setdefault(name, {"str": "x", "int": 1, "bool": True}.get(text, ()))
    return Entry(**values).as_json()


if __name__ == "__main__":
    PAGE.write_text(render())
