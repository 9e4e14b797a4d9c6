"""Fit the laws of seam errors to the data, and say how well they fit.

Each law is fitted in turn by least squares of log errors, weighted by the counts, with those
before it kept: inside, along, across, outcome, tiles. `seam_laws.py` holds the result.

Sources:
    Levenberg, Q. Appl. Math. 2, 164 (1944); Marquardt, SIAM J. 11, 431 (1963).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from trapline.estimates import seam_laws
from trapline.estimates.seam_laws import CALIBRATED

if TYPE_CHECKING:
    from collections.abc import Callable

    from trapline.estimates.checks import Floats
    from trapline.estimates.seam_laws import Constants
    from trapline.estimates.seam_points import Point
    from trapline.estimates.seam_sampling import Sampled

FEWEST_FAILURES = 30
"""A point with fewer says too little (18 % and more) to fit or to judge a law."""
MODEL_ERROR = 0.05
"""A closed form is not trusted to better than this, however many failures a point has."""
NEAR = 0.25
TOLERANCE = 1e-10
"""Relative change of the constants at which a fit is done."""


@dataclass(frozen=True)
class Columns:
    """Points with their errors and the ends of their intervals, arrays of one length.

    `cuts` run each way through tiles.
    """

    d: Floats
    rounds: Floats
    seams: Floats
    cuts: Floats
    p: Floats
    eps: Floats
    error: Floats
    low: Floats
    high: Floats
    failures: Floats


@dataclass(frozen=True, kw_only=True)
class Law:
    """A law, the points it is for, and the constants it settles.

    Args:
        name: `inside`, `along`, `across`, `outcome` or `tiles`.
        constants: Names of the constants that this law settles.
        error: The law.
        about: Whether a point is about it.
    """

    name: str
    constants: tuple[str, ...]
    error: Callable[[Columns, Constants], Floats]
    about: Callable[[Point], bool]


@dataclass(frozen=True, kw_only=True)
class Fit:
    """How well a law fits.

    Args:
        law: Its name.
        n_points: Points that were fitted.
        near: Part of the points at which the law is within 25 % of the data; None without points,
            like the others.
        in_interval: Part of the points whose 95 % interval holds the law.
        lowest: Smallest ratio of law to data.
        highest: Largest ratio of law to data.
    """

    law: str
    n_points: int
    near: float | None
    in_interval: float | None
    lowest: float | None
    highest: float | None


@dataclass(frozen=True, kw_only=True)
class HeldOut:
    """How well a law that was fitted to smaller distances holds at the largest.

    Args:
        distance: The largest distance of the law's points, none of which was fitted.
        fit: How well the law fits them.
    """

    distance: int
    fit: Fit


def fit_all(rows: list[Sampled]) -> tuple[Constants, list[Fit]]:
    """Fit all laws that there is enough data for; the others keep the constants in use.

    Args:
        rows: Data.
    """
    constants = CALIBRATED
    for law in LAWS:
        columns = columns_of(rows, law.about)
        if _is_fitted(law, columns):
            constants = _fit(law, columns, constants)
    return constants, [quality(law, rows, constants) for law in LAWS]


def held_out(rows: list[Sampled]) -> list[HeldOut]:
    """Fit all laws without the points of the largest distance of each, and judge them by those.

    Args:
        rows: Data.

    Returns:
        One for each law that has points of several distances, and more than its constants are when
        the largest is left out: constants in use would have seen what they are to be judged by.
    """
    largest = {law.name: _largest_distance(rows, law) for law in LAWS}

    def is_held(row: Sampled, law: Law) -> bool:
        return row.point.distance == largest[law.name] and law.about(row.point)

    kept = [row for row in rows if not any(is_held(row, law) for law in LAWS)]
    constants, _ = fit_all(kept)
    return [
        HeldOut(
            distance=largest[law.name],
            fit=quality(law, [row for row in rows if is_held(row, law)], constants),
        )
        for law in LAWS
        if _is_fitted(law, columns_of(kept, law.about))
    ]


def quality(law: Law, rows: list[Sampled], constants: Constants = CALIBRATED) -> Fit:
    """Compare a law with the data it is about.

    Args:
        law: One of `LAWS`.
        rows: Data.
        constants: Constants of the law.
    """
    columns = columns_of(rows, law.about)
    if len(columns.d) == 0:
        return Fit(law=law.name, n_points=0, near=None, in_interval=None, lowest=None, highest=None)
    error = law.error(columns, constants)
    ratio = error / columns.error
    return Fit(
        law=law.name,
        n_points=len(ratio),
        near=float(np.mean(np.abs(ratio - 1.0) <= NEAR)),
        in_interval=float(np.mean((columns.low <= error) & (error <= columns.high))),
        lowest=float(ratio.min()),
        highest=float(ratio.max()),
    )


def columns_of(rows: list[Sampled], about: Callable[[Point], bool]) -> Columns:
    """Return some rows with enough failures as arrays.

    Args:
        rows: Data.
        about: Which points to take.
    """
    kept = [row for row in rows if row.failures >= FEWEST_FAILURES and about(row.point)]
    points = [row.point for row in kept]
    return Columns(
        d=np.array([float(point.distance) for point in points]),
        rounds=np.array([float(point.rounds) for point in points]),
        seams=np.array([float(point.n_seams) for point in points]),
        cuts=np.array([float(len(point.patch().row_cuts)) for point in points]),
        p=np.array([point.p for point in points]),
        eps=np.array([point.bell_infidelity for point in points]),
        error=np.array([row.error for row in kept]),
        low=np.array([row.interval[0] for row in kept]),
        high=np.array([row.interval[1] for row in kept]),
        failures=np.array([float(row.failures) for row in kept]),
    )


def _distances(rows: list[Sampled], law: Law) -> set[int]:
    """Return the distances of the points that a law is fitted to."""
    return {
        row.point.distance
        for row in rows
        if row.failures >= FEWEST_FAILURES and law.about(row.point)
    }


def _largest_distance(rows: list[Sampled], law: Law) -> int:
    return max(_distances(rows, law), default=0)


def _is_fitted(law: Law, columns: Columns) -> bool:
    """Tell whether there are more points than constants, so that the constants are fitted."""
    return len(columns.d) > len(law.constants)


def _fit(law: Law, columns: Columns, start: Constants) -> Constants:
    """Settle the constants of one law, in their logarithms."""
    weight = (1.0 / columns.failures + MODEL_ERROR**2) ** -0.5

    def constants(logs: Floats) -> Constants:
        values = dict(zip(law.constants, np.exp(logs).tolist(), strict=True))
        return replace(start, **values)

    def residuals(logs: Floats) -> Floats:
        found: Floats = weight * np.log(law.error(columns, constants(logs)) / columns.error)
        return found

    optimize: Any = import_module("scipy.optimize")  # has no types
    first = np.log([getattr(start, name) for name in law.constants])
    return constants(optimize.least_squares(residuals, first, method="lm", xtol=TOLERANCE).x)


def _in_range(point: Point) -> bool:
    """Tell whether a point has teleported gates and numbers in the range of the laws."""
    return (
        point.protocol == "teleported"
        and point.p <= seam_laws.RANGE_P
        and point.bell_infidelity <= seam_laws.RANGE_BELL_INFIDELITY
    )


def _memory(point: Point, kind: str) -> bool:
    """Tell whether a point is a memory of one kind, with seams, strips wide enough and no tiles."""
    wide = point.distance >= seam_laws.NARROWEST * (point.n_seams + 1)
    wide = wide or point.n_seams == 1
    return _in_range(point) and point.kind == kind and point.n_seams > 0 and wide


def _even(point: Point) -> bool:
    """Tell whether tiles are wide enough, and none is left over that is narrower by more than 1."""
    return point.tile >= seam_laws.NARROWEST and (point.distance + 1) % point.tile < 2


LAWS = (
    Law(
        name="inside",
        constants=("bulk_prefactor", "bulk_threshold"),
        error=lambda at, use: seam_laws.bulk_law(at.d, at.p, use),
        about=lambda point: (
            _in_range(point) and point.kind != "merge" and point.n_seams == point.tile == 0
        ),
    ),
    Law(
        name="along",
        constants=(
            "seam_prefactor", "seam_threshold", "seam_masking", "seam_bulk_threshold",
        ),
        error=lambda at, use: seam_laws.bulk_law(at.d, at.p, use)
        + at.seams * seam_laws.along_law(at.d, at.p, at.eps, use),
        about=lambda point: _memory(point, "along"),
    ),
    Law(
        name="across",
        constants=("crossing", "recrossing"),
        error=lambda at, use: seam_laws.across_law(at.d, at.p, at.eps, at.seams, use),
        about=lambda point: _memory(point, "across"),
    ),
    Law(
        name="outcome",
        constants=(
            "merge_ends", "merge_prefactor", "merge_power", "merge_threshold", "merge_saturation",
            "merge_bulk_threshold",
        ),
        error=lambda at, use: seam_laws.outcome_law(at.d, at.rounds, at.p, at.eps, use),
        about=lambda point: _in_range(point) and point.kind == "merge",
    ),
    Law(
        name="tiles",
        constants=("crowding",),
        error=lambda at, use: seam_laws.tiles_law(at.d, at.p, at.eps, at.cuts, use),
        about=lambda point: _in_range(point) and _even(point),
    ),
)  # fmt: skip
