"""Shared options of commands, and the parsers of their values."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from simulator.core.errors import UsageError
from simulator.core.model.api import Api, ProfileName, profile_names, profiles_called
from simulator.core.suggestion import quoted

T = TypeVar("T")

_FILE: Final = click.Path(dir_okay=False, path_type=Path)

BOTH = "both"
"""``--api``: every simulated API on one server."""


def reading(parse: Callable[[str], T]) -> Callable[[click.Context, click.Parameter, str | None], T | None]:
    """An option's callback that reads its text with ``parse``; its ValueError becomes click's own usage error."""

    def read(ctx: click.Context, param: click.Parameter, value: str | None) -> T | None:
        try:
            return None if value is None else parse(value)
        except ValueError as wrong:
            raise click.BadParameter(f"{wrong}.", ctx, param) from None

    return read


def variable(name: str) -> str:
    """The environment variable of an option: every flag has one."""
    return f"SIMULATOR_{name.upper().replace('-', '_')}"


def option(name: str, **kwargs: Any) -> Callable[[Any], Any]:
    """An option that can also be set by an environment variable, which the help shows."""
    return click.option(f"--{name}", envvar=variable(name), show_envvar=True, **kwargs)


def colours() -> bool:
    """Whether to print in colour: to a terminal, unless NO_COLOR has any value (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def read_profiles(given: Sequence[str], apis: Iterable[Api[Any]]) -> dict[str, ProfileName]:
    """``observed`` for every API that has it, ``uid2=observed`` for one; later ones win. Raises :class:`UsageError`."""
    served = {api.name: api for api in apis}
    profiles: dict[str, ProfileName] = {}
    for text in (part for whole in given for part in whole.replace(",", " ").split()):
        api, equals, name = text.rpartition("=")
        if equals and api not in served:
            raise UsageError(f'--profile: "{api}" is not served here.', remedy=f"Served: {', '.join(served)}.")
        wanted = [served[api]] if equals else list(served.values())
        chosen = profiles_called(name, wanted)
        if not chosen:
            known = ", ".join(profile_names(wanted))
            owners = " or ".join(one.name for one in wanted)
            raise UsageError(f'--profile: "{name}" is not a profile of {owners}.', remedy=f"Choose from {known}.")
        profiles.update(chosen)
    return profiles


def choose_apis(name: str | None) -> tuple[Api[Any], ...]:
    """The API of this name alone; every API for None. Raises :class:`UsageError` for an unknown one."""
    from simulator.apis import discover

    apis = tuple(api for api in discover() if name in {None, api.name})
    if not apis:
        known = [api.name for api in discover()]
        raise UsageError(f"--api: {quoted(name or '')} is not simulated.", remedy=f"Choose from {', '.join(known)}.")
    return apis


def secret_option(name: str, about: str) -> Callable[[Any], Any]:
    """``--NAME TEXT`` and ``--NAME-file FILE``: a text that should not appear in the process list."""

    def decorate(function: Any) -> Any:
        from_file = option(f"{name}-file", type=_FILE, help=f"A file that holds the text of --{name}.")
        return option(name, help=f"{about} ps shows it; use the variable or the file.")(from_file(function))

    return decorate


def secret_text(name: str, text: str | None, place: Path | None) -> str | None:
    """The text of a :func:`secret_option`; a file's text ends before its last line end.

    None when neither was given. Raises :class:`UsageError` for both at once and for an empty text.
    """
    if place is not None:
        if text is not None:
            raise UsageError(f"--{name} and --{name}-file exclude each other.", remedy="Give one of them.")
        try:
            text = place.read_bytes().decode().removesuffix("\n").removesuffix("\r")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"--{name}-file: {place} cannot be read: {error}.") from None
    if text == "":
        source = f"--{name}" if place is None else f"--{name}-file: {place}"
        raise UsageError(f"{source} is empty.", remedy="Give a text, or leave the option out.")
    return text
