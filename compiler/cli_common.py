"""Options and answers that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from trapline.compiler.console import Options, json_text, print_json
from trapline.passes.effort import EFFORTS

F = TypeVar("F", bound=Callable[..., Any])

set_option = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="PATH=VALUE",
    help="Another number for the target, e.g. link.bell_fidelity=0.98; may be repeated.",
)


def effort_option(*, default: str, help_text: str) -> Callable[[F], F]:
    """Return the option `--effort`."""
    return click.option(
        "--effort",
        type=click.Choice(list(EFFORTS)),
        default=default,
        show_default=True,
        help=help_text,
    )


output_option = click.option(
    "-o", "--output", metavar="REPORT.json", help="Write the report here as JSON."
)


def check_outputs(output: str | None, emit: str | None) -> None:
    """Refuse output files that could not be written, before any work is done.

    Args:
        output: File for the report.
        emit: File for another answer.
    """
    from trapline.compiler.write import check_suffix, check_writable

    if output is not None and output == emit:
        raise click.UsageError(f"-o and --emit are both {output}; give two different places")
    if emit is not None:
        check_suffix(emit)
    for path in (output, emit):
        if path is not None:
            check_writable(path)


def answer(
    report: dict[str, Any],
    options: Options,
    output: str | None,
    table: Callable[[dict[str, Any]], None] | None,
    *,
    also: dict[str, str] | None = None,
) -> None:
    """Write the report, and what else there is, to files; print it unless `-` was one of them.

    Args:
        report: Plain data.
        options: Say in which format to print.
        output: File for the report.
        table: Prints the report as tables; without it there is nothing to print but JSON.
        also: File -> text of other answers.
    """
    from trapline.compiler.write import write_files

    files = dict(also or {})
    if output is not None:
        files[output] = json_text(report)
    write_files(files)
    for path in files:
        if path != "-":
            options.note(f"wrote {path}")
    if "-" in files:
        return
    if options.as_json:
        print_json(report)
    elif table is not None:
        table(report)
