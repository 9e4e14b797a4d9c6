"""What the commands share: their common options, output formats, progress, errors, exit codes."""

from __future__ import annotations

import functools
import json
import math
import os
import sys
import traceback
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

import click

from trapline.errors import InfeasibleError, TraplineError, TraplineWarning
from trapline.passes.effort import LARGEST_SEED

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

STOPPED = 6
"""Exit code when a limit struck and the answer is valid."""

_DEBUG = "trapline.debug"


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options that every command has.

    Args:
        format_: `table`, `json`, or None to let the terminal decide.
        seed: Seed of every random choice.
        time_limit: Seconds for a search, or None.
        quiet: Whether standard error shows nothing but errors.
    """

    format_: str | None
    seed: int
    time_limit: float | None
    quiet: bool

    @property
    def as_json(self) -> bool:
        """Whether to print JSON: when asked for, or when standard output is not a terminal."""
        return (self.format_ or ("table" if sys.stdout.isatty() else "json")) == "json"

    def note(self, text: str) -> None:
        """Tell the user something that is neither data nor an error."""
        if not self.quiet:
            click.echo(text, err=True)


def common(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that every command has; it gets them as one argument, `options`."""

    @functools.wraps(command)
    def run(
        *,
        format_: str | None,
        seed: int,
        time_limit: float | None,
        quiet: bool,
        debug: bool,
        **rest: object,
    ) -> None:
        click.get_current_context().meta[_DEBUG] = debug
        options = Options(format_=format_, seed=seed, time_limit=time_limit, quiet=quiet)
        with _warnings_as_lines(quiet=quiet):
            command(options=options, **rest)

    for option in (
        click.option("--debug", is_flag=True, help="Show a traceback when something fails."),
        click.option("--quiet", is_flag=True, help="Only errors on standard error."),
        click.option(
            "--seed",
            type=click.IntRange(0, LARGEST_SEED),
            default=0,
            show_default=True,
            help="Same seed, same answer.",
        ),
        click.option(
            "--time-limit",
            type=click.FloatRange(min=0, max=1e9, min_open=True),
            callback=_number,
            metavar="SECONDS",
            help="For a search; the best answer found by then is given, with exit code 6.",
        ),
        click.option(
            "--format",
            "format_",
            type=click.Choice(["table", "json"]),
            help="Default: table on a terminal, json when piped.",
        ),
    ):
        option(run)
    return run


@contextmanager
def _warnings_as_lines(*, quiet: bool) -> Generator[None]:
    """Show warnings of Trapline as lines on standard error, or not at all."""
    with warnings.catch_warnings():
        others = warnings.showwarning

        def show(
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: TextIO | None = None,
            line: str | None = None,
        ) -> None:
            if issubclass(category, TraplineWarning):
                click.echo(f"warning: {message}", err=True)
            else:
                others(message, category, filename, lineno, file, line)

        warnings.simplefilter("ignore" if quiet else "always", TraplineWarning)
        warnings.showwarning = show
        yield


def _number(context: click.Context, parameter: click.Parameter, value: float | None) -> Any:  # noqa: ARG001  # the form click wants
    """Refuse what is not a number, which is in no range and out of none."""
    if value is not None and math.isnan(value):
        raise click.BadParameter("nan is not a number of seconds")
    return value


def json_text(data: object) -> str:
    """Return data as JSON, in the words of the interface: no NaN, no infinity."""
    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False)


def print_json(data: object) -> None:
    """Print data as JSON on standard output, with escapes where its encoding needs them."""
    text = json_text(data)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(data, indent=2)
    click.echo(text)


@contextmanager
def progress(*, quiet: bool) -> Generator[Callable[[str], None]]:
    """Show the stage that is running on standard error, when that is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda stage: None  # noqa: ARG005  # nobody is watching
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
            _fail(ctx, str(error), error.exit_code)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            # The reader of our output has seen enough.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except Exception as error:  # noqa: BLE001, RUF100  # the last line of defence
            _fail(
                ctx,
                f"internal error: {type(error).__name__}: {error}\n"
                "hint: run again with --debug, and report what it prints",
                1,
            )


def _fail(ctx: click.Context, message: str, code: int) -> None:
    if ctx.meta.get(_DEBUG):
        click.echo(traceback.format_exc(), err=True)
    click.echo(f"error: {message}", err=True)
    sys.exit(code)


def infeasible_data(error: InfeasibleError, version: str, seed: int) -> dict[str, Any]:
    """Return an infeasible answer as plain data."""
    return {
        "version": version,
        "feasible": False,
        "message": error.message,
        "binding_constraint": error.constraint,
        "nearest_feasible": error.nearest,
        "hint": error.hint,
        "seed": seed,
    }
