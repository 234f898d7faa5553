"""The command line: `nodereview [check] [PATH…]`, and the commands that show what nodereview knows."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

import click

import reviewer
from reviewer.commands.check import check
from reviewer.commands.files import files
from reviewer.commands.rules import explain, rules, test_rules
from reviewer.commands.show import show, why
from reviewer.finding import ExitCode, UsageError

_INTERRUPTED = 130
_BROKEN_PIPE = 141


class CheckFirst(click.Group):
    """A group of commands in which a first word that names none of them belongs to `check`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `check` before arguments that begin with neither a command nor an option of the group."""
        own = {name for option in self.get_params(ctx) for name in option.opts}
        if not args or (args[0] not in self.commands and args[0] not in own):
            args = ["check", *args]
        return super().parse_args(ctx, args)

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


for command in (check, explain, rules, show, why, files, test_rules):
    nodereview.add_command(command)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave the process with an `ExitCode`, 130 after Ctrl-C, 141 where the reader left.

    `arguments` are those after the program's name; None takes them from the process.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    status: int = ExitCode.FAULT
    try:
        words = sys.argv[1:] if arguments is None else list(arguments)
        with nodereview.make_context("nodereview", words) as ctx:
            status = nodereview.invoke(ctx) or ExitCode.CLEAN
        sys.stdout.flush()
    except UsageError as error:
        status = _refuse(str(error))
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "nodereview"
        message = " ".join(error.format_message().split())
        status = _refuse(f"{message}{'' if message.endswith(('.', '?)')) else '.'} Try `{where} --help`.")
    except click.exceptions.Exit as left:
        status = left.exit_code
    except KeyboardInterrupt:
        status = _INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = _BROKEN_PIPE
    finally:
        # What is left here is a mistake of ours: it must not look like exit status 1, which says "findings".
        if status == ExitCode.FAULT and (fault := sys.exception()) is not None:
            traceback.print_exception(fault)
            click.echo("nodereview: this is a fault in nodereview; please report it with the lines above", err=True)
        sys.exit(status)


def _refuse(message: str) -> ExitCode:
    with contextlib.suppress(BrokenPipeError):
        click.echo(f"nodereview: {message}", err=True)
    return ExitCode.USAGE
