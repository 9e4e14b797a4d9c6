"""The commands `estimate` and `cite`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from trapline import __version__
from trapline.compiler.cli_architectures import answer_architecture, architecture_option
from trapline.compiler.cli_common import (
    answer,
    check_outputs,
    effort_option,
    output_option,
    set_option,
)
from trapline.compiler.console import Options, common, progress

if TYPE_CHECKING:
    from trapline.estimates.on_demand import Estimate
    from trapline.targets.model import Target

SAMPLES = 4096
# As in `estimates/goal.py`, which is not loaded for --help.
CODES = ("surface", "bicycle", "any")


@click.command("estimate", short_help="Say how many modules give the logical qubits.")
@click.argument("circuit", required=False)
@click.option("--target", help="Name in the catalogue, or a TOML file.")
@architecture_option
@set_option
@click.option(
    "--logical-qubits",
    type=click.IntRange(min=1),
    help="Default 1024, or those of the circuit or the counts.",
)
@click.option(
    "--logical-error",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=1e-9,
    show_default=True,
    help="Per logical qubit and logical operation.",
)
@click.option(
    "--budget",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="Chance that a whole program fails; needs a circuit or --counts.",
)
@click.option(
    "--counts", metavar="FILE", help="Logical counts of a program, JSON (numQubits, tCount, ...)."
)
@click.option(
    "--code",
    type=click.Choice(CODES),
    default=CODES[0],
    show_default=True,
    help="Codes to choose from: patches of the surface code, bicycle blocks, or both.",
)
@effort_option(
    default="fast",
    help_text="How hard to search for few operations between modules, for a circuit.",
)
@click.option("--uncertainty", is_flag=True, help="Sample the ranges of all inputs of the target.")
@click.option(
    "--samples",
    type=click.IntRange(100, 10_000_000),
    default=SAMPLES,
    show_default=True,
    help="Design points to sample where inputs carry ranges.",
)
@click.option("--explain", is_flag=True, help="Give each figure with its formula and source.")
@click.option("--plot", metavar="FILE", help="Draw curves around the answer: .svg, .png or .pdf.")
@output_option
@common
def estimate_command(
    circuit: str | None,
    target: str | None,
    architecture: str | None,
    settings: tuple[str, ...],
    logical_qubits: int | None,
    logical_error: float,
    budget: float | None,
    counts: str | None,
    code: str,
    effort: str,
    uncertainty: bool,
    samples: int,
    explain: bool,
    plot: str | None,
    output: str | None,
    options: Options,
) -> None:
    """Say how many modules give the logical qubits, how fast, and what binds.

    With CIRCUIT (OpenQASM 2 or 3, cirq JSON or Stim; - is standard input) the program is
    compiled for as many modules as it takes, and its T gates, rotations and operations between
    modules are counted. A range, as in --set link.bell_fidelity=0.96..0.99, gives a distribution
    of the answer.
    """
    from trapline.compiler.counts import read_counts
    from trapline.compiler.estimate_tables import print_estimate
    from trapline.targets.load import load_target

    check_outputs(output, None)
    _check_plot(plot)
    if architecture is not None:
        if circuit is not None:
            raise click.UsageError("--architecture takes --counts, not a CIRCUIT")
        if code != CODES[0]:
            raise click.UsageError("--code chooses for a --target; an architecture has its own")
        answer_architecture(
            architecture,
            options,
            target=target,
            settings=settings,
            logical_qubits=logical_qubits,
            logical_error=logical_error,
            budget=budget,
            counts=None if counts is None else read_counts(counts),
            output=output,
        )
        return
    if target is None:
        raise click.UsageError("give --target, or --architecture for a published one")
    goal: dict[str, Any] = {
        "logical_qubits": logical_qubits,
        "logical_error": logical_error,
        "budget": budget,
        "code": code,
    }
    machine = load_target(target, settings)
    goal |= _program(circuit, counts, machine, goal, effort, options)
    with progress(quiet=options.quiet) as step:
        step("estimate")
        report = _estimated(machine, goal, uncertainty, samples, explain, options)
        if plot is not None:
            from trapline.estimates.figures import draw

            step("draw")
            draw(report, plot, target=machine, **goal)
    if plot is not None:
        options.note(f"wrote {plot}")
    answer(report.as_dict(), options, output, print_estimate)
    report.require_feasible()


@click.command("cite", short_help="Print the references behind a result.")
@click.argument("result")
@output_option
@common
def cite_command(result: str, output: str | None, options: Options) -> None:
    """Print the references behind RESULT, a report of `estimate` as JSON; - is standard input."""
    from trapline.compiler.cite import print_references, references_behind

    check_outputs(output, None)
    found = references_behind(result)
    data: dict[str, Any] = {"version": __version__, "references": found, "seed": options.seed}
    answer(data, options, output, print_references)


def _program(
    circuit: str | None,
    counts: str | None,
    target: Target,
    goal: dict[str, Any],
    effort: str,
    options: Options,
) -> dict[str, Any]:
    """Return the counts of a program and the traffic between its modules, where there is one."""
    from trapline.compiler.counts import read_counts

    if circuit is not None and counts is not None:
        raise click.UsageError("give either a CIRCUIT or --counts, not both")
    if counts is not None:
        return {"counts": read_counts(counts)}
    if circuit is None:
        return {}
    from trapline.compiler.estimate_circuit import workload_of

    with progress(quiet=options.quiet) as step:
        return workload_of(
            circuit,
            target,
            goal,
            effort=effort,
            seed=options.seed,
            time_limit=options.time_limit,
            progress=step,
        )


def _estimated(
    target: Target,
    goal: dict[str, Any],
    uncertainty: bool,
    samples: int,
    explain: bool,
    options: Options,
) -> Estimate:
    from trapline.estimates import estimate

    return estimate(
        target=target,
        analysis=True,
        explain=explain,
        uncertainty=True if uncertainty else None,
        samples=samples,
        seed=options.seed,
        **goal,
    )


def _check_plot(plot: str | None) -> None:
    """Refuse a picture that could not be written, before any work is done."""
    if plot is None:
        return
    from trapline.compiler.write import check_writable

    if not plot.lower().endswith((".svg", ".png", ".pdf")):
        raise click.UsageError(f"--plot {plot}: want a file that ends in .svg, .png or .pdf")
    check_writable(plot)
