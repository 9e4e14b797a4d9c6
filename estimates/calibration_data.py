"""The data of the calibration, one row a point, in `data/seam_errors.csv`.

A row holds the point, the seed, shots and failures, and the error per round (per merge for merges)
with its 95 % interval. Rows are written as they come, so a run that is stopped loses nothing.
"""

from __future__ import annotations

import csv
import io
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trapline.errors import InputError
from trapline.estimates.seam_points import Point
from trapline.estimates.seam_sampling import Sampled, sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

DATA = Path(__file__).resolve().parent / "data" / "seam_errors.csv"
_POINT = tuple(field.name for field in fields(Point))
_COUNTS = ("distance", "rounds", "n_seams", "tile")
_ERRORS = ("p", "bell_infidelity")
COLUMNS = (*_POINT, "seed", "shots", "failures", "error", "error_low", "error_high")


def read_data(path: Path = DATA) -> list[Sampled]:
    """Read the rows of a file.

    Args:
        path: A file that `extend_data` wrote.

    Raises:
        InputError: There is no such file, or it is not such a file.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read the data: {error}", file=str(path)) from None
    if not rows or tuple(rows[0]) != COLUMNS:
        raise InputError(
            f"got the columns {', '.join(rows[0]) if rows else 'of an empty file'}, "
            f"want {', '.join(COLUMNS)}",
            file=str(path),
            line=1,
        )
    return [_parsed(row, path, line) for line, row in enumerate(rows[1:], start=2)]


def lacking(
    path: Path, points: Iterable[Point], *, max_shots: int, max_failures: int
) -> list[Point]:
    """List the points that a file lacks, or that stopped at fewer shots and failures than asked.

    Args:
        path: File, which need not be there.
        points: What it should hold.
        max_shots: Shots that are enough.
        max_failures: Failures that are enough.

    Raises:
        InputError: The file is there and holds something else.
    """
    rows = read_data(path) if path.exists() else []
    enough = {row.point for row in rows if row.shots >= max_shots or row.failures >= max_failures}
    return [point for point in points if point not in enough]


def extend_data(
    path: Path,
    points: Iterable[Point],
    *,
    seed: int,
    max_shots: int,
    max_failures: int,
    more: Callable[[Sampled], bool] = lambda row: True,  # noqa: ARG005  # go on, whatever came
) -> list[Sampled]:
    """Sample points, and write the file after each; rows of the same points are replaced.

    Args:
        path: File to make or extend.
        points: What to sample.
        seed: Seed of the whole run.
        max_shots: Shots of a point at which to stop.
        max_failures: Failures of a point at which to stop.
        more: Asked after each row whether to go on.

    Returns:
        The new rows.

    Raises:
        InputError: The file is there and holds something else, or cannot be written.
        MissingExtraError: PyMatching is not installed.
    """
    rows = {row.point: row for row in read_data(path)} if path.exists() else {}
    added: list[Sampled] = []
    for point in points:
        row = sample(point, seed=seed, max_shots=max_shots, max_failures=max_failures)
        rows[point] = row
        write_data(path, list(rows.values()))
        added.append(row)
        if not more(row):
            break
    return added


def write_data(path: Path, rows: list[Sampled]) -> None:
    """Write a file in one go, so that it is whole at all times.

    Args:
        path: File to make or replace.
        rows: Its rows.

    Raises:
        InputError: The file cannot be written.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        point = [getattr(row.point, name) for name in _POINT]
        shown = [f"{value:.4g}" for value in (row.error, *row.interval)]
        writer.writerow([*point, row.seed, row.shots, row.failures, *shown])
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(text.getvalue(), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise InputError(f"cannot write the data: {error}", file=str(path)) from None


def _parsed(row: list[str], path: Path, line: int) -> Sampled:
    """Read one line."""
    if len(row) != len(COLUMNS):
        raise InputError(f"got {len(row)} values, want {len(COLUMNS)}", file=str(path), line=line)
    cells = dict(zip(COLUMNS, row, strict=True))
    try:
        values: dict[str, Any] = {name: int(cells[name]) for name in _COUNTS}
        values |= {name: float(cells[name]) for name in _ERRORS}
        seed, shots, failures = (int(cells[name]) for name in ("seed", "shots", "failures"))
    except ValueError as error:
        raise InputError(f"not a number: {error}", file=str(path), line=line) from None
    if not 0 <= failures <= shots or shots < 1:
        raise InputError(f"got {failures} failures of {shots} shots", file=str(path), line=line)
    point = Point(kind=cells["kind"], protocol=cells["protocol"], **values)
    return Sampled(point=point, seed=seed, shots=shots, failures=failures)
