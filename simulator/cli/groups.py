"""Groups of commands, and how they handle an unknown name."""

from __future__ import annotations

import click

from simulator.core.suggestion import nearest


class SuggestingGroup(click.Group):
    """Suggests the closest command for an unknown name, and never truncates a summary."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of the first argument; :class:`click.UsageError` with a suggestion when it is unknown."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            meant = nearest(name, self.list_commands(ctx))
            ctx.fail(f'no such command "{name}".' + (f' Did you mean "{meant}"?' if meant else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """All of them, in one section."""
        self.write_section(ctx, formatter, "Commands", self.list_commands(ctx))

    def write_section(self, ctx: click.Context, formatter: click.HelpFormatter, heading: str, names: list[str]) -> None:
        """The commands of these names with their summaries, wrapped to the width of the terminal."""
        found = [(name, self.get_command(ctx, name)) for name in names]
        with formatter.section(heading):
            formatter.write_dl([(name, _summary(each)) for name, each in found if each is not None])


def _summary(command: click.Command) -> str:
    return command.get_short_help_str(_UNCUT)


_UNCUT = 1_000
"""Characters; click ends a longer summary with "..."."""
