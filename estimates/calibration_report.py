"""The calibration as plain data: laws, constants, how well they fit, where they hold."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from trapline.estimates import seam_laws
from trapline.estimates.calibration_fit import LAWS, fit_all, held_out

if TYPE_CHECKING:
    from trapline.estimates.seam_sampling import Sampled


def calibration_report(rows: list[Sampled], ours: list[Sampled]) -> dict[str, Any]:
    """Fit the laws to data, and set the constants and the data beside those in use.

    Args:
        rows: Data to fit.
        ours: The data that came with Trapline.
    """
    constants, fits = fit_all(rows)
    found, used = asdict(constants), asdict(seam_laws.CALIBRATED)
    laws = [
        {
            **asdict(fit),
            "constants": {name: found[name] for name in law.constants},
            "in_use": {name: used[name] for name in law.constants},
        }
        for law, fit in zip(LAWS, fits, strict=True)
    ]
    return {
        "points": len(rows),
        "shots": sum(row.shots for row in rows),
        "failures": sum(row.failures for row in rows),
        "laws": laws,
        "held_out": [{"distance": held.distance, **asdict(held.fit)} for held in held_out(rows)],
        "range": {
            "distance": seam_laws.RANGE_DISTANCE,
            "p": seam_laws.RANGE_P,
            "bell_infidelity": seam_laws.RANGE_BELL_INFIDELITY,
        },
        "furthest_from_ours_sigma": furthest(rows, ours),
    }


def furthest(rows: list[Sampled], ours: list[Sampled]) -> float | None:
    """Return by how many standard deviations two data sets differ where they differ most.

    Args:
        rows: Data.
        ours: Other data; points of one of them only do not count.
    """
    known = {row.point: row for row in ours}
    apart = [_sigma(row, known[row.point]) for row in rows if row.point in known]
    return max(apart, default=None)


def _sigma(one: Sampled, two: Sampled) -> float:
    """Return how far two counts are apart, in standard deviations of their difference."""
    pooled = (one.failures + two.failures) / (one.shots + two.shots)
    variance = pooled * (1.0 - pooled) * (1.0 / one.shots + 1.0 / two.shots)
    difference = abs(one.failures / one.shots - two.failures / two.shots)
    return difference / variance**0.5 if variance else 0.0
