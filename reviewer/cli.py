"""The command line: runs `nodereview` and ends the process with what the outcome is called."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

import click

from reviewer.finding import ExitCode, UsageError

_INTERRUPTED = 130
_BROKEN_PIPE = 141


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave the process with an `ExitCode`, 130 after Ctrl-C, 141 where the reader left.

    `arguments` are those after the program's name; None takes them from the process.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    collects = gc.isenabled()
    gc.disable()  # a run ends before cycles cost anything; the collector would walk all that is imported
    status: int = ExitCode.FAULT
    try:
        # Here, because the imports take a moment in which Ctrl-C may come.
        from click.shell_completion import shell_complete

        from reviewer.commands.completion import VARIABLE
        from reviewer.commands.group import nodereview

        if VARIABLE in os.environ:
            shell_complete(nodereview, {}, "nodereview", VARIABLE, os.environ[VARIABLE])
            status = ExitCode.CLEAN
        else:
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
        if collects:
            gc.enable()
        # What is left here is a mistake of ours: it must not look like exit status 1, which says "findings".
        if status == ExitCode.FAULT and (fault := sys.exception()) is not None:
            traceback.print_exception(fault)
            click.echo("nodereview: this is a fault in nodereview; please report it with the lines above", err=True)
        sys.exit(status)


def _refuse(message: str) -> ExitCode:
    with contextlib.suppress(BrokenPipeError):
        click.echo(f"nodereview: {message}", err=True)
    return ExitCode.USAGE
