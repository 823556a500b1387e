"""``simulator clock``: show and move the virtual clock of a running simulator."""

from __future__ import annotations

import re
from typing import Any, Final

import click

from simulator.cli import completers
from simulator.cli.groups import SuggestingGroup
from simulator.cli.running.connection import control_command, existing
from simulator.cli.running.tables import print_json, table
from simulator.control.client import ControlClient, ControlRefusedError
from simulator.core.errors import UsageError

_WAY_BACK: Final = re.compile(r"-\d")


class Signed(click.Command):
    """Accepts ``-1h`` as a value; click would read it as the options ``-1`` and ``-h``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Move such values behind ``--``, unless they are an option's own."""
        takes_one = {name for option in self.params if not getattr(option, "is_flag", True) for name in option.opts}
        before = ["", *args]
        values = [place for place, text in enumerate(args) if _WAY_BACK.match(text) and before[place] not in takes_one]
        if "--" in args or not values:
            return super().parse_args(ctx, args)
        others = [text for place, text in enumerate(args) if place not in values]
        return super().parse_args(ctx, [*others, "--", *(args[place] for place in values)])


@click.group(cls=SuggestingGroup, invoke_without_command=True)
@control_command
def clock(control: ControlClient, *, as_json: bool) -> None:
    """Show and move the virtual clock."""
    if click.get_current_context().invoked_subcommand is None:
        _show(existing(control).get("clock"), as_json=as_json)


@clock.command(cls=Signed)
@click.argument("by", required=False)
@click.option(
    "--to",
    metavar="EVENT",
    shell_complete=completers.events,
    help="To the next event of this name instead, such as id_token_expires.",
)
@click.option("--plus", metavar="DURATION", help="With --to: this long after the event, such as 1s.")
@click.option("--backwards", is_flag=True, help="Allow going back.")
@control_command
def advance(
    control: ControlClient, *, by: str | None, to: str | None, plus: str | None, backwards: bool, as_json: bool
) -> None:
    """Advance the clock BY a duration such as 25h, or to the next event."""
    if (by is None) == (to is None):
        raise UsageError("clock advance: say either a span, such as 25h, or --to EVENT.")
    wanted: dict[str, Any] = {"by": by, "to": to, "plus": plus, "backwards": backwards or None}
    try:
        moved = control.post("clock/advance", {name: value for name, value in wanted.items() if value is not None})
    except ControlRefusedError as refused:
        if refused.title != "Clock would go backwards":
            raise
        message = f"clock would go backwards: {refused.message.removeprefix('clock: ')}"
        raise UsageError(message, remedy="Use --backwards to allow it.") from None
    _moved(moved, as_json=as_json)


@clock.command(name="set", cls=Signed)
@click.argument("at", required=False)
@click.option("--frozen/--running", default=None, help="Whether the clock stands still.")
@click.option("--rate", type=float, help="Virtual seconds per real second.")
@control_command
def set_(control: ControlClient, *, at: str | None, frozen: bool | None, rate: float | None, as_json: bool) -> None:
    """Set the clock to the moment AT (RFC 3339, or +1h or -1h from now), and its rate."""
    wanted = {"at": at, "frozen": frozen, "rate": rate}
    given = {name: value for name, value in wanted.items() if value is not None}
    if not given:
        raise UsageError("clock set: nothing to set.", remedy="Give a moment, --frozen, --running or --rate.")
    _moved(control.put("clock", given), as_json=as_json)


@clock.command()
@control_command
def freeze(control: ControlClient, *, as_json: bool) -> None:
    """Stop the clock."""
    _show(control.put("clock", {"frozen": True}), as_json=as_json)


@clock.command()
@control_command
def run(control: ControlClient, *, as_json: bool) -> None:
    """Let the clock run."""
    _show(control.put("clock", {"frozen": False}), as_json=as_json)


def _show(reading: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(reading)
        return
    rate = "at real speed" if reading["rate"] == 1 else f"{reading['rate']} times as fast as real time"
    click.echo(f"{reading['now']}, {'standing still' if reading['frozen'] else f'running {rate}'}")


def _moved(answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
        return
    click.echo(f"{answer['before']} -> {answer['now']}")
    if answer["expired"]:
        rows = [[event[name] for name in ("at", "event", "kind", "token")] for event in answer["expired"]]
        click.echo(table(("expired at", "event", "kind", "token"), rows))
    else:
        click.echo("nothing expired on the way")
