"""Options that several commands share, and how their values are read."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import click

from simulator.core.errors import UsageError
from simulator.core.model.api import Api, ProfileName, profile_names, profiles_called

T = TypeVar("T")

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
    """An option that is an environment variable as well, shown in the help."""
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
            raise UsageError(
                f'--profile: "{text}" is no profile.', remedy=f"Choose from {', '.join(profile_names(wanted))}."
            )
        profiles.update(chosen)
    return profiles


def read_secret(given: str | None) -> bytes | None:
    """The secret that tokens are sealed with; None when it was not given. An empty one is refused."""
    if given is None:
        return None
    if not given:
        raise UsageError("--secret is empty.", remedy="Give any text, or leave the option out for a random secret.")
    return given.encode()
