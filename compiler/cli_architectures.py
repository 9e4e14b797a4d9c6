"""`trapline architectures`, `trapline codes`, and `trapline estimate --architecture`."""

from __future__ import annotations

import click

from trapline import __version__
from trapline.compiler.cli_common import answer
from trapline.compiler.console import Options, common
from trapline.errors import InfeasibleError

architecture_option = click.option(
    "--architecture",
    metavar="NAME|all",
    help="Ask a published architecture instead, or all of them side by side.",
)


@click.command("architectures", short_help="List the published architectures.")
@common
def architectures_command(options: Options) -> None:
    """List the architectures that `estimate --architecture` knows, with their sources.

    Beside each are numbers that its source prints, and the same numbers by our model of it.
    """
    from trapline.compiler.architecture_tables import print_architectures
    from trapline.estimates.architectures import architecture_rows

    data = {"version": __version__, "architectures": architecture_rows()}
    answer(data, options, None, print_architectures)


@click.command("codes", short_help="List the codes.")
@common
def codes_command(options: Options) -> None:
    """List the codes with size, distance, logical error and source."""
    from trapline.compiler.architecture_tables import print_codes
    from trapline.estimates.codes import code_rows

    answer({"version": __version__, "codes": code_rows()}, options, None, print_codes)


def answer_architecture(
    name: str,
    options: Options,
    *,
    target: str | None,
    settings: tuple[str, ...],
    logical_qubits: int | None,
    logical_error: float,
    budget: float | None,
    counts: dict[str, int] | None,
    output: str | None,
) -> None:
    """Answer `estimate --architecture NAME`, or `all`.

    Args:
        name: Name of an architecture, or `all`.
        options: The common options.
        target: Machine for our own model, by name or file; None for the one it takes by itself.
        settings: Other numbers for the target.
        logical_qubits: Logical qubits wanted.
        logical_error: Largest error a logical qubit and operation.
        budget: Chance that a whole program fails.
        counts: Logical counts of a program.
        output: File for the report.

    Raises:
        InfeasibleError: The one architecture asked does not reach the error.
    """
    from trapline.compiler.architecture_tables import print_answer, print_comparison
    from trapline.estimates.architecture_report import comparison_of, report_of
    from trapline.estimates.architectures import ALL, compare, find_architecture, row_of
    from trapline.estimates.question import DEFAULT_TARGET, question_of
    from trapline.targets.load import load_target

    if target is None and settings:
        raise click.UsageError("--set changes a --target")
    question = question_of(
        logical_qubits=logical_qubits,
        logical_error=logical_error,
        budget=budget,
        counts=counts,
        target=load_target(DEFAULT_TARGET if target is None else target, settings),
    )
    if name == ALL:
        data = comparison_of(compare(question), question, seed=options.seed)
        answer(data, options, output, print_comparison)
        return
    row = row_of(find_architecture(name), question)
    data = report_of(row, question, seed=options.seed)
    answer(data, options, output, print_answer)
    if not data["feasible"]:
        raise InfeasibleError(
            f"{name} does not reach an error of {question.logical_error:.3g}: "
            f"{data['binding_reason']}",
            constraint=data["binding_constraint"],
            nearest=data["nearest_feasible"],
            hint="ask for a larger --logical-error, or for another architecture",
        )
