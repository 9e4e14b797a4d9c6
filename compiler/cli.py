"""The command line, `trapline`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from trapline import __version__
from trapline.compiler.cli_architectures import architectures_command, codes_command
from trapline.compiler.cli_calibrate import calibrate_command
from trapline.compiler.cli_common import (
    answer,
    check_outputs,
    effort_option,
    output_option,
    set_option,
)
from trapline.compiler.cli_estimate import cite_command, estimate_command
from trapline.compiler.console import (
    STOPPED,
    Group,
    Options,
    common,
    infeasible_data,
    print_json,
    progress,
)
from trapline.errors import InfeasibleError
from trapline.targets.network import MOST_MODULES

if TYPE_CHECKING:
    from trapline.compiler.pipeline import Compiled
    from trapline.targets.model import Target
    from trapline.targets.network import Network

MOST_QUBITS = 1_000_000
"""Of one kind in one module of an ideal network; solvers count in 32 bits."""


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="trapline")
def main() -> None:
    """Compile circuits for modular quantum computers, and say what machine it takes.

    Exit codes: 0 ok, 1 internal error, 2 usage, 3 bad input, 4 infeasible, 5 verification failed,
    6 stopped by a limit with a valid answer.
    """


@main.command("compile", short_help="Distribute a circuit over modules.")
@click.argument("circuit")
@click.option("--target", help="Name in the catalogue, or a TOML file.")
@set_option
@click.option(
    "--network",
    type=click.Choice(["complete", "line", "ring", "grid"]),
    help="An ideal network instead of a target.",
)
@click.option(
    "--modules", type=click.IntRange(1, MOST_MODULES), help="Modules of the ideal network."
)
@click.option(
    "--data-qubits", type=click.IntRange(1, MOST_QUBITS), help="Data qubits of each module."
)
@click.option(
    "--comm-qubits",
    type=click.IntRange(0, MOST_QUBITS),
    help="Communication qubits of each module; default no limit.",
)
@effort_option(default="default", help_text="How hard to search.")
@click.option(
    "--objective",
    type=click.Choice(["pairs", "time", "infidelity"]),
    default="pairs",
    show_default=True,
    help="What to keep small: EPR pairs; on a target also the time that links are busy, or the "
    "infidelity of the pairs.",
)
@output_option
@click.option(
    "--emit",
    metavar="FILE",
    help="Write the circuit: .json (cirq), .qasm (OpenQASM 3), .stim (Clifford); - for OpenQASM 3 "
    "on standard output.",
)
@click.option("--no-verify", is_flag=True, help="Check the plan only; no simulation.")
@common
def compile_command(
    circuit: str,
    target: str | None,
    settings: tuple[str, ...],
    network: str | None,
    modules: int | None,
    data_qubits: int | None,
    comm_qubits: int | None,
    effort: str,
    objective: str,
    output: str | None,
    emit: str | None,
    no_verify: bool,
    options: Options,
) -> None:
    """Distribute CIRCUIT over modules, verify the result and report what it costs.

    CIRCUIT is a file of OpenQASM 2 or 3, cirq JSON or Stim, told by its content; - is standard
    input.
    """
    from trapline.compiler.pipeline import compile as compile_circuit

    check_outputs(output, emit)
    if network is not None and objective != "pairs":
        raise click.UsageError(
            f"--objective {objective} needs the rates and fidelities of a --target; pairs over an "
            "ideal network all take no time and are perfect"
        )
    machine = _machine(target, settings, network, modules, data_qubits, comm_qubits)
    try:
        with progress(quiet=options.quiet) as step:
            result = compile_circuit(
                circuit,
                machine,
                effort=effort,
                seed=options.seed,
                time_limit=options.time_limit,
                objective=objective,
                verify=not no_verify,
                progress=step,
            )
    except InfeasibleError as error:
        answer(infeasible_data(error, __version__, options.seed), options, output, None)
        raise
    _give(result, options, output, emit)
    if result.stopped:
        options.note("stopped by the time limit; this is the best plan found by then")
        sys.exit(STOPPED)


def _machine(
    target: str | None,
    settings: tuple[str, ...],
    network: str | None,
    modules: int | None,
    data_qubits: int | None,
    comm_qubits: int | None,
) -> Target | Network:
    from trapline.targets.load import load_target
    from trapline.targets.network import ideal_network

    if (target is None) == (network is None):
        raise click.UsageError(
            "give either --target, or --network with --modules and --data-qubits"
        )
    if target is not None:
        if modules is not None or data_qubits is not None or comm_qubits is not None:
            raise click.UsageError(
                "--modules, --data-qubits and --comm-qubits belong to --network; "
                "change a target by --set, for example --set module.data_qubits=8"
            )
        return load_target(target, settings)
    if modules is None or data_qubits is None:
        raise click.UsageError("--network needs --modules and --data-qubits")
    if settings:
        raise click.UsageError("--set changes a --target")
    return ideal_network(str(network), modules, data_qubits, comm_qubits)


def _give(result: Compiled, options: Options, output: str | None, emit: str | None) -> None:
    """Write the circuit if asked, and the report."""
    from trapline.compiler.tables import print_compile
    from trapline.compiler.write import check_suffix, circuit_text

    circuit = {} if emit is None else {emit: circuit_text(result.emitted, check_suffix(emit))}
    answer(result.report(), options, output, print_compile, also=circuit)


@main.command("verify", short_help="Check an emitted circuit against its original.")
@click.argument("original")
@click.argument("emitted")
@common
def verify_command(original: str, emitted: str, options: Options) -> None:
    """Check that the file EMITTED does what the file ORIGINAL does, and say by which method."""
    from trapline.compiler.read import read_program
    from trapline.compiler.verify import verify_files

    if original == emitted == "-":
        raise click.UsageError("only one of the two can be standard input")
    with progress(quiet=options.quiet) as step:
        step("read")
        programs = read_program(original), read_program(emitted)
        step("verify")
        found = verify_files(*programs, seed=options.seed)
    data = {
        "version": __version__,
        "method": found.method,
        "passed": found.passed,
        "checked": found.checked,
        "details": found.details,
        "seed": options.seed,
    }
    if options.as_json:
        print_json(data)
    else:
        from trapline.compiler.tables import print_verification

        print_verification(data)
    found.require()


main.add_command(estimate_command)


@main.command("targets", short_help="List the catalogue, or show one target.")
@click.argument("name", required=False)
@common
def targets_command(name: str | None, options: Options) -> None:
    """List the catalogue, or show NAME (or a TOML file) with the source of every number."""
    from trapline.compiler.tables import print_catalogue, print_target
    from trapline.targets.listing import catalogue_rows, target_rows
    from trapline.targets.load import load_target

    if name is None:
        data: dict[str, Any] = {"version": __version__, "targets": catalogue_rows()}
        answer(data, options, None, print_catalogue)
        return
    target = load_target(name)
    data = {
        "version": __version__,
        "name": target.name,
        "summary": target.summary,
        "numbers": target_rows(target),
        "references": list(target.references),
    }
    answer(data, options, None, print_target)


@main.command("schema", short_help="Print a JSON Schema.")
@click.argument("what", type=click.Choice(["target", "circuit-report", "estimate"]))
def schema_command(what: str) -> None:
    """Print the JSON Schema of a target's file, of compile's report or of estimate's report."""
    if what == "target":
        from trapline.targets.schema import target_schema

        print_json(target_schema())
    elif what == "estimate":
        from trapline.estimates import estimate_schema

        print_json(estimate_schema())
    else:
        from trapline.compiler.report import report_schema

        print_json(report_schema())


main.add_command(architectures_command)
main.add_command(codes_command)
main.add_command(cite_command)
main.add_command(calibrate_command)
