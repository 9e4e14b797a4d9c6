"""Logical error of one operation between two modules, in the parts that the report shows."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates.remote import teleported_infidelity
from trapline.estimates.seam_laws import crowded
from trapline.estimates.surface_code import across_error, bulk_error, outcome_error, seam_terms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trapline.estimates.checks import Floats
    from trapline.estimates.hardware import Hardware

ONE = np.ones(1)
LARGEST_DISTANCE = 61
DISTANCES = np.arange(3.0, LARGEST_DISTANCE + 1.0, 2.0)
# Local errors at which the error of a patch is looked up to tell what is hopeless.
_STEPS = np.logspace(-8.0, 0.0, 513)


def remote_infidelity(hardware: Hardware, bell_error: Floats) -> Floats:
    """Return the process infidelity of a teleported CX: pair and local operations."""
    gate = teleported_infidelity(
        np.minimum(0.75, bell_error),
        np.minimum(0.9375, hardware.p_two),
        np.minimum(0.5, hardware.p_measure),
    )
    return np.minimum(0.75, gate)


def along_seam(distance: Floats, p: Floats, infidelity: Floats) -> Floats:
    """Return the error per round of the operator along one seam.

    Args:
        distance: Code distance.
        p: Local error of a round.
        infidelity: Infidelity of a remote gate.
    """
    return seam_terms(distance, p, infidelity).along(ONE)


def has_a_chance(
    distance: Floats, p: Floats, limit: Floats | float, *, one_round: bool = False
) -> NDArray[np.bool_]:
    """Tell where the rounds of a patch away from any seam may stay below a limit.

    Never wrong when it says no; it may say yes where the error is up to 4 % of p too large.

    Args:
        distance: Code distance, one of DISTANCES.
        p: Local error of a round.
        limit: Largest error of both operators; of an array, all but the lowest count as the
        highest.
        one_round: Whether one round is meant, not d.
    """
    if not isinstance(limit, np.ndarray):
        return p <= largest_p(distance, float(limit), one_round=one_round)
    lowest = float(limit.min(initial=1.0))
    highest = float(limit.max(initial=0.0))
    table = [largest_p(distance, end, one_round=one_round) for end in (lowest, highest)]
    return p <= np.where(limit > lowest, table[1], table[0])


def largest_p(distance: Floats, limit: float, *, one_round: bool = False) -> Floats:
    """Return the local error above which `has_a_chance` says no; see there."""
    return _largest_p(limit, one_round=one_round)[((distance - 3.0) * 0.5).astype(np.intp)]


@lru_cache(maxsize=256)
def _largest_p(limit: float, *, one_round: bool) -> Floats:
    """Return for each distance a local error above which the rounds exceed the limit."""
    rounds = np.ones(1) if one_round else DISTANCES[:, None]
    errors = 2.0 * rounds * bulk_error(DISTANCES[:, None], _STEPS)
    # The first step that is too large, or as large as can be.
    place = np.minimum((errors <= limit).sum(axis=1), len(_STEPS) - 1)
    found: Floats = _STEPS[place]
    return found


def idle_error(distance: Floats, p: Floats) -> Floats:
    """Return the error of both operators in one round inside a module."""
    return 2.0 * bulk_error(distance, p)


def remote_errors(
    distance: Floats,
    p: Floats,
    infidelity: Floats,
    *,
    seams: Floats,
    tiles: bool = False,
    limit: Floats | float,
) -> dict[str, Floats]:
    """Return the error of d rounds across seams: `bulk`, `along`, `across`, and `outcome`.

    Parts of choices whose error is found to be above a limit may be inf. All arrays have one
    length.

    Args:
        distance: Code distance, and rounds of the operation.
        p: Local error of a round.
        infidelity: Infidelity of a remote gate.
        seams: Parallel seams through the patch.
        tiles: Whether as many seams cross them, so that each operator meets both.
        limit: Largest error of interest.
    """
    parts = {
        name: np.full(len(distance), np.inf) for name in ("bulk", "along", "across", "outcome")
    }
    alive = has_a_chance(distance, p, limit).nonzero()[0]
    d, p, infidelity, seams = (values[alive] for values in (distance, p, infidelity, seams))
    felt = crowded(d, infidelity, seams) if tiles else infidelity
    terms = seam_terms(d, p, felt, tiles=tiles)
    inside = d * terms.inside
    along = (1.0 + tiles) * (d * terms.along(seams) - inside)
    most = limit[alive] if isinstance(limit, np.ndarray) else limit
    kept = (along + 2.0 * inside <= most).nonzero()[0]
    alive = alive[kept]
    d, p, felt, inside = (values[kept] for values in (d, p, felt, inside))
    across = d * across_error(d, p, felt, seams[kept]) - inside
    parts["bulk"][alive] = 2.0 * inside
    parts["along"][alive] = along[kept]
    parts["across"][alive] = (1.0 + tiles) * np.maximum(0.0, across)
    parts["outcome"][alive] = outcome_error(d, d, p, felt)
    return parts


def local_errors(distance: Floats, p: Floats) -> dict[str, Floats]:
    """Return the error of d rounds inside one module: `bulk` and `outcome`."""
    outcome = outcome_error(distance, distance, p, np.zeros(1))
    return {"bulk": distance * idle_error(distance, p), "outcome": outcome}
