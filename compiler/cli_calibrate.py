"""The command `calibrate`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trapline import __version__
from trapline.compiler.cli_common import answer, check_outputs, output_option
from trapline.compiler.console import STOPPED, Options, common, progress
from trapline.passes.deadline import Deadline

if TYPE_CHECKING:
    from trapline.estimates.seam_points import Point
    from trapline.estimates.seam_sampling import Sampled

MAX_SHOTS = 1_000_000
MAX_FAILURES = 300


@click.command("calibrate", short_help="Fit seam errors to simulations; rerun or extend them.")
@click.option(
    "--data",
    metavar="FILE",
    help="Make or extend this CSV file first; by default the data that came with Trapline is "
    "fitted.",
)
@click.option(
    "--limit", type=click.IntRange(min=0), help="Simulate no more points than this in one go."
)
@click.option(
    "--max-shots",
    type=click.IntRange(min=1),
    default=MAX_SHOTS,
    show_default=True,
    help="Shots of a point at which to stop.",
)
@click.option(
    "--max-failures",
    type=click.IntRange(min=1),
    default=MAX_FAILURES,
    show_default=True,
    help="Failures of a point at which to stop.",
)
@output_option
@common
def calibrate_command(
    data: str | None,
    limit: int | None,
    max_shots: int,
    max_failures: int,
    output: str | None,
    options: Options,
) -> None:
    """Fit the laws of seam errors to simulations, and compare with those the estimator uses.

    With --data the planned circuits are simulated with Stim and PyMatching (the extra `qec`), as
    far as FILE does not hold them yet with as many shots or failures. FILE is written after each,
    so a run that was stopped goes on where it was. When --limit or --time-limit leaves points to
    do, the laws are fitted to what there is, and the exit code is 6.
    """
    from trapline.compiler.calibrate_tables import print_calibration
    from trapline.estimates.calibration_data import DATA, read_data
    from trapline.estimates.calibration_report import calibration_report

    check_outputs(output, None)
    if data is None and limit is not None:
        raise click.UsageError("--limit belongs to --data")
    path, added, left = DATA, 0, 0
    if data is not None:
        path = Path(data)
        added, left = _extend(path, limit, max_shots, max_failures, options)
    rows = read_data(path) if path.exists() else []
    report: dict[str, Any] = {
        "version": __version__,
        "data": DATA.name if data is None else data,
        "added": added,
        "left": left,
        **calibration_report(rows, read_data()),
        "seed": options.seed,
    }
    answer(report, options, output, print_calibration)
    if left:
        options.note(f"stopped by the limit with {left} points to do; run again to go on")
        sys.exit(STOPPED)


def _extend(
    path: Path, limit: int | None, max_shots: int, max_failures: int, options: Options
) -> tuple[int, int]:
    """Simulate what the file lacks; return how many points came, and how many are still missing."""
    from trapline.estimates.calibration_data import extend_data, lacking
    from trapline.estimates.seam_points import planned_points

    missing: list[Point] = lacking(
        path, planned_points(), max_shots=max_shots, max_failures=max_failures
    )
    wanted = missing if limit is None else missing[:limit]
    deadline = Deadline(options.time_limit)
    with progress(quiet=options.quiet) as step:
        step(f"simulate {len(wanted)} points")

        def more(row: Sampled) -> bool:
            step(f"{row.point.kind} d={row.point.distance}: {row.failures} of {row.shots}")
            return not deadline.is_over()

        added = extend_data(
            path,
            wanted,
            seed=options.seed,
            max_shots=max_shots,
            max_failures=max_failures,
            more=more,
        )
    return len(added), len(missing) - len(added)
