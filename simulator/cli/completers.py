"""Shell completion for the values of options and arguments.

Names come from the tables of the APIs and from the shipped scenarios; rules and sandboxes from the running simulator.
A completer returns nothing on failure: a message would appear in the middle of the user's command line.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Final

import click
from click.shell_completion import CompletionItem

from simulator.control.client import DEFAULT_SANDBOX, ControlClient
from simulator.control.transport import Http
from simulator.core.errors import SimulatorError

Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]
_PATIENCE: Final = 5.0
"""Seconds to wait for a busy simulator. If none listens, the call fails at once."""


def from_names(names: Callable[[], Iterable[str]]) -> Completer:
    """The names that begin as the word does."""

    def complete(_ctx: click.Context, _param: click.Parameter, word: str) -> list[CompletionItem]:
        return _beginning(names(), word)

    return complete


def _beginning(names: Iterable[str], word: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(word)]


def _operations() -> list[str]:
    from simulator.apis import discover

    return [operation.name for api in discover() for operation in api.operations]


def _events() -> list[str]:
    from simulator.apis import discover

    return sorted({event for api in discover() for event in api.events})


def _apis() -> list[str]:
    from simulator.apis import discover

    return [api.name for api in discover()]


def _kinds() -> list[str]:
    from simulator.apis import discover

    return sorted({kind for api in discover() for kind in api.token_kinds})


def _profiles() -> list[str]:
    from simulator.apis import discover
    from simulator.core.model.api import profile_names

    apis = discover()
    return [
        *profile_names(apis),
        *(f"{api.name}={profile}" for api in apis for profile in profile_names([api])),
    ]


def scenarios(_ctx: click.Context, _param: click.Parameter, word: str) -> list[CompletionItem]:
    """Shipped scenarios, and files."""
    from simulator.scenario import shipped

    return [*_beginning(shipped.names(), word), CompletionItem(word, type="file")]


def files(_ctx: click.Context, _param: click.Parameter, word: str) -> list[CompletionItem]:
    """Files."""
    return [CompletionItem(word, type="file")]


def sandboxes(ctx: click.Context, _param: click.Parameter, word: str) -> list[CompletionItem]:
    """Those of the running simulator."""
    try:
        return _beginning(_running(ctx).sandboxes(), word)
    except SimulatorError:
        return []


def rules(ctx: click.Context, _param: click.Parameter, word: str) -> list[CompletionItem]:
    """Those of the scenario that is active in the sandbox."""
    try:
        return _beginning(_running(ctx).get("scenario")["rules"], word)
    except SimulatorError:
        return []


def _running(ctx: click.Context) -> ControlClient:
    from simulator.cli.running.address import DEFAULT_URL, port_file_url, read_url

    url, sandbox, token = (_given(ctx, name) for name in ("url", "sandbox", "control_token"))
    try:
        where = read_url(url) if url else port_file_url() or DEFAULT_URL
    except ValueError:
        where = DEFAULT_URL
    return ControlClient(Http(where, token, patience=_PATIENCE), sandbox or DEFAULT_SANDBOX)


def _given(ctx: click.Context, name: str) -> str:
    here: click.Context | None = ctx
    while here is not None:
        if here.params.get(name):
            return str(here.params[name])
        here = here.parent
    return os.environ.get(f"SIMULATOR_{name.upper()}", "")


operations: Final = from_names(_operations)
events: Final = from_names(_events)
apis: Final = from_names(_apis)
kinds: Final = from_names(_kinds)
profiles: Final = from_names(_profiles)


def last_of(complete: Completer, separator: str = ",") -> Completer:
    """The same for the last part of a list."""

    def completed(ctx: click.Context, param: click.Parameter, word: str) -> list[CompletionItem]:
        before, found, last = word.rpartition(separator)
        return [CompletionItem(before + found + item.value, type=item.type) for item in complete(ctx, param, last)]

    return completed
