"""The laws of seam errors in closed form, with the constants that our simulations gave.

k = (d + 1)/2 faults make a shortest chain of an operator; p is the local error, eps that of a
remote gate, s the parallel seams, m = (s + 1)/2. Per round and operator, and per merge of T rounds:

    inside      A (p/p0)^k
    along       inside + s B [(x + p/b)^k - (p/b)^k],           x = eps/(q + g eps)
    across      inside (1 + s c (1 - 2/d) eps/(m p))^m
    outcome     e inside + C d^a (y + p/b2)^((T+1)/2),          y = eps/(q2 + g2 eps)
    tiles       along + across - inside, both at eps (1 + t s (s + 1)/d)

Along a seam every fault of a chain is either of the seam or of the bulk, and thresholds add
linearly; near its own threshold a seam's noise saturates. What the seam does without noise is the
bulk's and taken off, so that a perfect link is no link. Of the noisy seams that a chain crosses it
needs no more than half to be at fault. A chain in time starts at any of the checks between two
patches; besides, a chain in space may change the outcome before the first round. Where seams cut a
patch both ways, every operator meets both kinds, and the noise grows with the s crossings in every
d/(s + 1) data qubits of a seam.

Sources:
    Forms: Ramette et al., arXiv:2302.01296; Jacinto et al., arXiv:2504.08891. Constants: our
    simulations, `data/seam_errors.csv`, fitted by `calibration_fit.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from trapline.estimates.checks import Floats

# Inputs that the constants were fitted to.
RANGE_DISTANCE = 11
RANGE_P_LOW = 1e-3
RANGE_P = 3e-3
RANGE_BELL_INFIDELITY = 0.1
SMALLEST = 1e-300
"""Stands in for zero where something is divided by it."""
# Data qubits across a part of a patch: in narrower ones seams see each other, and no law holds.
NARROWEST = 3


@dataclass(frozen=True, kw_only=True)
class Constants:
    """Constants of the laws.

    Args:
        bulk_prefactor: A.
        bulk_threshold: p0.
        seam_prefactor: B.
        seam_threshold: q.
        seam_saturation: g.
        seam_bulk_threshold: b.
        crossing: c.
        merge_ends: e.
        merge_prefactor: C.
        merge_power: a.
        merge_threshold: q2.
        merge_saturation: g2.
        merge_bulk_threshold: b2.
        crowding: t.
    """

    bulk_prefactor: float
    bulk_threshold: float
    seam_prefactor: float
    seam_threshold: float
    seam_saturation: float
    seam_bulk_threshold: float
    crossing: float
    merge_ends: float
    merge_prefactor: float
    merge_power: float
    merge_threshold: float
    merge_saturation: float
    merge_bulk_threshold: float
    crowding: float


CALIBRATED = Constants(
    bulk_prefactor=0.020069,
    bulk_threshold=0.011913,
    seam_prefactor=0.12883,
    seam_threshold=0.20004,
    seam_saturation=0.17886,
    seam_bulk_threshold=0.023016,
    crossing=0.25482,
    merge_ends=3.5569,
    merge_prefactor=0.060688,
    merge_power=1.4114,
    merge_threshold=0.15682,
    merge_saturation=0.57381,
    merge_bulk_threshold=0.030981,
    crowding=0.62369,
)


def bulk_law(d: Floats, p: Floats, use: Constants = CALIBRATED) -> Floats:
    """Return the error per round and operator inside a module."""
    error: Floats = use.bulk_prefactor * (p / use.bulk_threshold) ** (0.5 * (d + 1.0))
    return error


def along_law(d: Floats, p: Floats, eps: Floats, use: Constants = CALIBRATED) -> Floats:
    """Return what one seam adds per round to the operator that runs along it; 1 above threshold."""
    k = 0.5 * (d + 1.0)
    local = p / use.seam_bulk_threshold
    seam = eps / (use.seam_threshold + use.seam_saturation * eps)
    both = np.clip(seam + local, SMALLEST, 1.0)
    added = both**k * (1.0 - (np.minimum(local, both) / both) ** k)
    return np.where(both < 1.0, use.seam_prefactor * added, 1.0)


def across_law(
    d: Floats, p: Floats, eps: Floats, seams: Floats, use: Constants = CALIBRATED
) -> Floats:
    """Return the error per round of the operator that crosses some seams."""
    k = 0.5 * (d + 1.0)
    faults = np.minimum(0.5 * (seams + 1.0), k)
    crossed = p + use.crossing * np.maximum(0.0, 1.0 - 2.0 / d) * eps * seams / faults
    free = (p / use.bulk_threshold) ** (k - faults)
    error: Floats = use.bulk_prefactor * free * (crossed / use.bulk_threshold) ** faults
    return error


def outcome_law(
    d: Floats, rounds: Floats, p: Floats, eps: Floats, use: Constants = CALIBRATED
) -> Floats:
    """Return the chance that a merge gives the wrong outcome, for any number of rounds."""
    local = p / use.merge_bulk_threshold
    seam = eps / (use.merge_threshold + use.merge_saturation * eps)
    sheet = use.merge_prefactor * d**use.merge_power * (seam + local) ** (0.5 * (rounds + 1.0))
    error: Floats = use.merge_ends * bulk_law(d, p, use) + sheet
    return error


def crowded(d: Floats, eps: Floats, seams: Floats, use: Constants = CALIBRATED) -> Floats:
    """Return the infidelity that a remote gate seems to have where seams cut a patch both ways."""
    return eps * (1.0 + use.crowding * seams * (seams + 1.0) / d)


def tiles_law(
    d: Floats, p: Floats, eps: Floats, seams: Floats, use: Constants = CALIBRATED
) -> Floats:
    """Return the error per round of either operator where as many seams run both ways."""
    felt = crowded(d, eps, seams, use)
    return seams * along_law(d, p, felt, use) + across_law(d, p, felt, seams, use)
