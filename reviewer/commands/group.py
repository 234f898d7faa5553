"""The command `nodereview` itself: its commands, and `check` where none is named."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from importlib import import_module
from typing import Final

import click

import reviewer

_NARROW: Final = 52
_NARROWEST: Final = 24
_SENTENCE: Final = 200
_COMMANDS: Final = {
    "baseline": "baseline:baseline",
    "check": "check:check",
    "clean": "clean:clean",
    "completion": "completion:completion",
    "config": "config:config",
    "explain": "explain:explain",
    "files": "files:files",
    "init": "init:init",
    "rules": "rules:rules",
    "show": "show:show",
    "test-rules": "rules:test_rules",
    "why": "show:why",
}
"""Where each command is defined."""


class _Formatter(click.HelpFormatter):
    """Help whose first column leaves most of the width to what is said."""

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl(rows, min(col_max, self.width // 3), col_spacing)


class _Context(click.Context):
    formatter_class = _Formatter


class CheckFirst(click.Group):
    """A group of commands in which a first word that names none of them belongs to `check`. Each is imported when it
    is run, or told of: most runs need one.
    """

    context_class = _Context

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands, as help lists them."""
        del ctx
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, or None."""
        del ctx
        place = _COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, attribute = place.partition(":")
        command: click.Command = getattr(import_module(f"reviewer.commands.{module}"), attribute)
        command.context_class = _Context
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `check` before arguments that begin with neither a command nor an option of the group."""
        own = {name for option in self.get_params(ctx) for name in option.opts}
        if not args and ctx.resilient_parsing:  # a shell asks which first words there are
            return super().parse_args(ctx, args)
        if not args or (args[0] not in _COMMANDS and args[0] not in own):
            args = ["check", *args]
        return super().parse_args(ctx, args)

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: object
    ) -> click.Context:
        """The context of a run, which knows the width of a narrow terminal: click writes for 50 columns at least."""
        columns = shutil.get_terminal_size().columns
        if columns < _NARROW:
            extra.setdefault("terminal_width", max(columns - 1, _NARROWEST))
        return super().make_context(info_name, args, parent, **extra)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands, each with its whole sentence."""
        commands = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        with formatter.section("Commands"):
            formatter.write_dl([(name, found.get_short_help_str(_SENTENCE)) for name, found in commands if found])

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show that `check` may be left out."""
        formatter.write_usage(ctx.command_path, "[check] [OPTIONS] [PATH]...")
        formatter.write_usage(ctx.command_path, "COMMAND [ARGS]...", prefix="       ")


@click.group(cls=CheckFirst, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(reviewer.__version__, "-V", "--version", message="nodereview %(version)s")
def nodereview() -> None:
    """Review the code of Node.js backends.

    Reads JavaScript and TypeScript, follows values, promises and requests through the files of a repository, and
    reports what will go wrong in production. Nothing of the repository is executed.

    Exit status: 0 clean, 1 findings at or above --fail-on, 2 wrong usage, 3 a fault in nodereview itself.
    """
