"""The command line, `trapline`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from trapline import __version__
from trapline.compiler.console import (
    STOPPED,
    Group,
    infeasible_data,
    output_format,
    print_json,
    progress,
)
from trapline.errors import InfeasibleError, InputError

F = TypeVar("F", bound=Callable[..., Any])


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="trapline")
def main() -> None:
    """Compile circuits for modular quantum computers, and say what machine it takes.

    Exit codes: 0 ok, 1 internal error, 2 usage, 3 bad input, 4 infeasible, 5 verification failed, 6 stopped by a limit
    with a valid answer.
    """


def common(command: F) -> F:
    """Add the options that every command has."""
    for option in (
        click.option("--debug", is_flag=True, help="Show a traceback when something fails."),
        click.option("--quiet", is_flag=True, help="No progress on standard error."),
        click.option(
            "--seed", type=int, default=0, show_default=True, help="Same seed, same answer."
        ),
        click.option(
            "--time-limit",
            type=click.FloatRange(min=0, min_open=True),
            help="Seconds for the search; the best answer found by then is given, with exit code 6.",
        ),
        click.option(
            "--format",
            "format_",
            type=click.Choice(["table", "json"]),
            help="Default: table on a terminal, json when piped.",
        ),
    ):
        command = option(command)
    return command


@main.command("compile")
@click.argument("circuit")
@click.option("--target", help="Name in the catalogue, or a TOML file.")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="PATH=VALUE",
    help="Override a number of the target.",
)
@click.option(
    "--network",
    type=click.Choice(["complete", "line", "ring", "grid"]),
    help="An ideal network instead of a target.",
)
@click.option("--modules", type=click.IntRange(min=1), help="Modules of the ideal network.")
@click.option("--data-qubits", type=click.IntRange(min=1), help="Data qubits of each module.")
@click.option(
    "--comm-qubits",
    type=click.IntRange(min=0),
    help="Communication qubits of each module; default no limit.",
)
@click.option(
    "--effort", type=click.Choice(["fast", "default", "best"]), default="default", show_default=True
)
@click.option("-o", "--output", metavar="REPORT.json", help="Write the report here as JSON.")
@click.option(
    "--emit",
    metavar="FILE",
    help="Write the circuit: .json (cirq), .qasm (OpenQASM 3), .stim (Clifford).",
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
    output: str | None,
    emit: str | None,
    no_verify: bool,
    format_: str | None,
    seed: int,
    time_limit: float | None,
    quiet: bool,
    debug: bool,  # noqa: ARG001  # read by Group
) -> None:
    """Distribute CIRCUIT (OpenQASM 2 or 3, cirq JSON, Stim; - for standard input)."""
    from trapline.compiler.pipeline import compile as compile_circuit
    from trapline.compiler.write import check_suffix, circuit_text, write_text

    suffix = check_suffix(emit) if emit else ""
    machine = _machine(target, settings, network, modules, data_qubits, comm_qubits)
    try:
        with progress(quiet=quiet) as step:
            result = compile_circuit(
                circuit,
                machine,
                effort=effort,
                seed=seed,
                time_limit=time_limit,
                verify=not no_verify,
                progress=step,
            )
    except InfeasibleError as error:
        if output_format(format_) == "json":
            print_json(infeasible_data(error, __version__))
        raise
    report = result.report()
    if emit:
        write_text(emit, circuit_text(result.emitted, suffix))
    _answer(report, output, format_, "print_compile", silent=emit == "-")
    if result.stopped:
        sys.exit(STOPPED)


def _machine(
    target: str | None,
    settings: tuple[str, ...],
    network: str | None,
    modules: int | None,
    data_qubits: int | None,
    comm_qubits: int | None,
) -> Any:
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


def _answer(
    report: dict[str, Any],
    output: str | None,
    format_: str | None,
    table: str,
    *,
    silent: bool = False,
) -> None:
    """Write the report to a file if asked, and print it unless standard output is taken."""
    import json

    from trapline.compiler import tables
    from trapline.compiler.write import write_text

    if output:
        write_text(output, json.dumps(report, indent=2, ensure_ascii=False))
    if silent or output == "-":
        return
    if output_format(format_) == "json":
        print_json(report)
    else:
        getattr(tables, table)(report)


@main.command("verify")
@click.argument("original")
@click.argument("emitted")
@common
def verify_command(
    original: str,
    emitted: str,
    format_: str | None,
    seed: int,
    time_limit: float | None,  # noqa: ARG001  # one set of options for all commands
    quiet: bool,
    debug: bool,  # noqa: ARG001
) -> None:
    """Check that the file EMITTED does what the file ORIGINAL does."""
    from trapline.compiler.read import read_program
    from trapline.compiler.verify import verify_files

    if original == emitted == "-":
        raise click.UsageError("only one of the two can be standard input")
    with progress(quiet=quiet) as step:
        step("read")
        programs = read_program(original), read_program(emitted)
        step("verify")
        found = verify_files(*programs, seed=seed)
    data = {
        "version": __version__,
        "method": found.method,
        "passed": found.passed,
        "checked": found.checked,
        "details": found.details,
        "seed": seed,
    }
    if output_format(format_) == "json":
        print_json(data)
    else:
        verdict = {True: "passed", False: "FAILED", None: "undecided"}[found.passed]
        click.echo(f"{verdict} ({found.method}): {found.checked}")
    sys.exit(found.exit_code)


@main.command("estimate")
@click.option("--target", required=True, help="Name in the catalogue, or a TOML file.")
@click.option(
    "--logical-qubits", type=click.IntRange(min=1), help="Default 1024, or those of the counts."
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
    help="Chance that a whole program fails; needs --counts.",
)
@click.option(
    "--counts", metavar="FILE", help="Logical counts of a program, JSON (numQubits, tCount, ...)."
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="PATH=VALUE",
    help="Override a number of the target.",
)
@click.option("-o", "--output", metavar="REPORT.json", help="Write the report here as JSON.")
@common
def estimate_command(
    target: str,
    logical_qubits: int | None,
    logical_error: float,
    budget: float | None,
    counts: str | None,
    settings: tuple[str, ...],
    output: str | None,
    format_: str | None,
    seed: int,
    time_limit: float | None,  # noqa: ARG001
    quiet: bool,  # noqa: ARG001
    debug: bool,  # noqa: ARG001
) -> None:
    """Say how many modules give the logical qubits, how fast, and what binds."""
    from trapline.estimates import estimate
    from trapline.targets.load import load_target

    report = estimate(
        logical_qubits=logical_qubits,
        logical_error=logical_error,
        budget=budget,
        target=load_target(target, settings),
        counts=None if counts is None else _counts(counts),
        seed=seed,
    )
    _answer(report.as_dict(), output, format_, "print_estimate")
    if not report.feasible:
        sys.exit(InfeasibleError.exit_code)


def _counts(path: str) -> dict[str, int]:
    """Read logical counts, a JSON object of whole numbers."""
    import json
    from pathlib import Path

    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
        data = json.loads(text)
    except OSError as error:
        raise InputError(f"cannot read the counts: {error.strerror}", file=path) from None
    except ValueError as error:
        line = getattr(error, "lineno", 0)
        raise InputError(f"the counts are not JSON: {error}", file=path, line=line) from None
    if not isinstance(data, dict) or not all(type(value) is int for value in data.values()):
        raise InputError(
            "the counts must be one JSON object with whole numbers",
            file=path,
            hint='for example {"numQubits": 100, "tCount": 1000000}',
        )
    return data


@main.command("targets")
@click.argument("name", required=False)
@common
def targets_command(
    name: str | None,
    format_: str | None,
    seed: int,  # noqa: ARG001
    time_limit: float | None,  # noqa: ARG001
    quiet: bool,  # noqa: ARG001
    debug: bool,  # noqa: ARG001
) -> None:
    """List the catalogue, or show NAME with the source of every number."""
    from trapline.compiler.tables import print_rows
    from trapline.targets.listing import catalogue_rows, target_rows
    from trapline.targets.load import load_target

    if name is None:
        rows = catalogue_rows()
        columns = [
            "name",
            "modules",
            "physical_qubits",
            "bell_fidelity",
            "pair_rate_hz",
            "confidence",
            "summary",
        ]
        title, data = "Catalogue", {"version": __version__, "targets": rows}
    else:
        target = load_target(name)
        rows = target_rows(target)
        columns = ["path", "value", "unit", "confidence", "source"]
        title = f"{target.name}: {target.summary}"
        data = {
            "version": __version__,
            "name": target.name,
            "summary": target.summary,
            "numbers": rows,
            "references": list(target.references),
        }
    if output_format(format_) == "json":
        print_json(data)
    else:
        print_rows(title, rows, columns)


@main.command("schema")
@click.argument("what", type=click.Choice(["target", "circuit-report", "estimate"]))
def schema_command(what: str) -> None:
    """Print a JSON Schema."""
    if what == "target":
        from trapline.targets.schema import target_schema

        print_json(target_schema())
    elif what == "estimate":
        from trapline.estimates import estimate_schema

        print_json(estimate_schema())
    else:
        from trapline.compiler.report import report_schema

        print_json(report_schema())
