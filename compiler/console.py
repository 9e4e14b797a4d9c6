"""What the command line shares: output formats, progress, errors and exit codes."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from trapline.errors import InfeasibleError, TraplineError

STOPPED = 6
"""Exit code when a limit struck and the answer is valid."""


def output_format(chosen: str | None) -> str:
    """Return `table` on a terminal and `json` in a pipe, unless one was chosen."""
    return chosen or ("table" if sys.stdout.isatty() else "json")


def print_json(data: object) -> None:
    """Print data as JSON on standard output."""
    click.echo(json.dumps(data, indent=2, ensure_ascii=False, default=_plain))


def _plain(value: object) -> object:
    item = getattr(value, "item", None)
    if callable(item):
        return item()
    raise TypeError(f"{type(value).__name__} is not plain data")


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Show the stage that is running on standard error, when that is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda stage: None  # noqa: ARG005
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("start")
        yield lambda stage: bar.update(task, description=stage)


class Group(click.Group):
    """A group of commands whose errors become one line, a hint and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; Trapline's errors end it with their exit code."""
        try:
            return super().invoke(ctx)
        except TraplineError as error:
            self._fail(error, error.exit_code)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except Exception as error:  # noqa: BLE001, RUF100  # the last line of defence
            self._fail(error, 1)

    def _fail(self, error: Exception, code: int) -> None:
        if "--debug" in sys.argv:
            traceback.print_exc()
        internal = (
            "" if isinstance(error, TraplineError) else f"internal error: {type(error).__name__}: "
        )
        click.echo(f"error: {internal}{error}", err=True)
        if internal:
            click.echo("hint: run again with --debug, and report what it prints", err=True)
        sys.exit(code)


def infeasible_data(error: InfeasibleError, version: str) -> dict[str, Any]:
    """Return an infeasible answer as plain data."""
    return {
        "version": version,
        "feasible": False,
        "message": error.message,
        "binding_constraint": error.constraint,
        "nearest_feasible": error.nearest,
        "hint": error.hint,
    }
