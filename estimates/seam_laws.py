"""The laws of seam errors in closed form, with the constants that our simulations gave.

k = (d + 1)/2 faults make a shortest chain of an operator; p is the local error, eps that of a
remote gate, s the parallel seams. Per round and operator, and per merge of T rounds:

    inside      A (p/p0)^k
    along       inside + s B [(eps/q + p/b)^k - (p/b)^k]
    across      inside (1 + c s eps/p)
    outcome     C d (eps/q2 + p/b2)^((T+1)/2)

Along a seam every fault of a chain is either of the seam or of the bulk, and thresholds add
linearly; what the seam does without noise is the bulk's and taken off, so that a perfect link is
no link. A chain that crosses a seam has at most one fault of it. A chain in time starts at any of
the checks between two patches.

Sources:
    Forms: Ramette et al., arXiv:2302.01296; Jacinto et al., arXiv:2504.08891. Constants: our
    simulations, `data/seam_errors.csv`, fitted by `calibration_fit.py`.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from trapline.estimates.checks import Floats

# Largest inputs that the constants were fitted to.
RANGE_DISTANCE = 11
RANGE_P = 2e-3
RANGE_BELL_INFIDELITY = 0.05
SMALLEST_P = 1e-300
"""Stands in for a local error of zero where something is divided by it."""


@dataclass(frozen=True, kw_only=True)
class Constants:
    """Constants of the laws.

    Args:
        bulk_prefactor: A.
        bulk_threshold: p0.
        seam_prefactor: B.
        seam_threshold: q.
        seam_bulk_threshold: b.
        crossing: c.
        merge_prefactor: C.
        merge_threshold: q2.
        merge_bulk_threshold: b2.
    """

    bulk_prefactor: float
    bulk_threshold: float
    seam_prefactor: float
    seam_threshold: float
    seam_bulk_threshold: float
    crossing: float
    merge_prefactor: float
    merge_threshold: float
    merge_bulk_threshold: float

    def values(self) -> tuple[float, ...]:
        """Return them in order."""
        return astuple(self)


CALIBRATED = Constants(
    bulk_prefactor=0.05,
    bulk_threshold=7.43e-3,
    seam_prefactor=0.1,
    seam_threshold=0.2,
    seam_bulk_threshold=1.2e-2,
    crossing=0.0885,
    merge_prefactor=0.084,
    merge_threshold=0.19,
    merge_bulk_threshold=1.9e-2,
)


def bulk_law(d: Floats, p: Floats, use: Constants = CALIBRATED) -> Floats:
    """Return the error per round and operator inside a module."""
    error: Floats = use.bulk_prefactor * (p / use.bulk_threshold) ** (0.5 * (d + 1.0))
    return error


def along_law(d: Floats, p: Floats, eps: Floats, use: Constants = CALIBRATED) -> Floats:
    """Return what one seam adds per round to the operator that runs along it."""
    k = 0.5 * (d + 1.0)
    local = p / use.seam_bulk_threshold
    error: Floats = use.seam_prefactor * ((eps / use.seam_threshold + local) ** k - local**k)
    return error


def across_law(d: Floats, p: Floats, eps: Floats, use: Constants = CALIBRATED) -> Floats:
    """Return what one seam adds per round to the operator that crosses it."""
    return bulk_law(d, p, use) * (use.crossing * eps / np.maximum(p, SMALLEST_P))


def outcome_law(
    d: Floats, rounds: Floats, p: Floats, eps: Floats, use: Constants = CALIBRATED
) -> Floats:
    """Return the chance that a merge gives the wrong outcome, for any number of rounds."""
    base = eps / use.merge_threshold + p / use.merge_bulk_threshold
    error: Floats = use.merge_prefactor * d * base ** (0.5 * (rounds + 1.0))
    return error
