"""The laws of seam errors in closed form, with the constants that our simulations gave.

k = (d + 1)/2 faults make a shortest chain of an operator; p is the local error, eps that of a
remote gate, s the parallel seams, m = (s + 1)/2. Per round and operator, and per merge of T rounds:

    inside      A (p/p0)^k
    along       inside + s (B/d) [(x + p/b)^k - (p/b)^k],       x = eps/(q + h' p)
    across      inside r^k (1 + s c (1 - 2/d) eps/(m p r))^m,   r = 1 + j eps^2
    outcome     e inside + C (d^a/T) (y + p/b2)^((T+1)/2),      y = eps/(q2 + g2 eps)
    tiles       along + across - inside, both at eps (1 + t s (s + 1)/d), with h = 0

Along a seam every fault of a chain is either of the seam or of the bulk, and thresholds add
linearly, but for seam faults that count less where the bulk is noisy: h' is h, and less where the
law would else fall with p (`masking`). A threshold stands for 2^d
ways to choose k of d places, of which there are fewer, about 2^d/sqrt(d); what fits best is 1/d,
and 1/T for a chain in time. What the seam does without noise is the bulk's and taken off, so that a
perfect link is no link. Of the noisy seams that a chain crosses it needs no more than half to be at
fault, and a long chain may go to and fro: r. A chain in time starts at any of the checks between
two patches; besides, a chain in space may change the outcome before the first round. Where seams
cut a patch both ways, every operator meets both kinds, and the noise grows with the s crossings in
every d/(s + 1) data qubits of a seam.

Sources:
    Forms: Ramette et al., arXiv:2302.01296; Jacinto et al., arXiv:2504.08891. Constants: our
    simulations, `data/seam_errors.csv`, fitted by `calibration_fit.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from trapline.estimates.checks import Floats

# Inputs that the constants were fitted to.
RANGE_DISTANCE_LOW = 3
RANGE_DISTANCE = 13
RANGE_P_LOW = 1e-3
RANGE_P = 3e-3
RANGE_BELL_INFIDELITY = 0.1
# Narrower limits of several parallel seams, and of tiles. Three seams were simulated in parts of
# less than `NARROWEST` only, and not fitted.
RANGE_SEAMS = 2
RANGE_SEAMS_DISTANCE = 9
RANGE_TILE_SEAMS = 4
RANGE_SEAMS_INFIDELITY = 0.05
SMALLEST, LARGEST = 1e-300, 1e300
"""Stand in for zero where something is divided by it, and for powers that are too large."""
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
        seam_masking: h.
        seam_bulk_threshold: b.
        crossing: c.
        recrossing: j.
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
    seam_masking: float
    seam_bulk_threshold: float
    crossing: float
    recrossing: float
    merge_ends: float
    merge_prefactor: float
    merge_power: float
    merge_threshold: float
    merge_saturation: float
    merge_bulk_threshold: float
    crowding: float


CALIBRATED = Constants(
    bulk_prefactor=0.019945,
    bulk_threshold=0.011887,
    seam_prefactor=0.21759,
    seam_threshold=0.14913,
    seam_masking=6.0232,
    seam_bulk_threshold=0.014364,
    crossing=0.23488,
    recrossing=7.2822,
    merge_ends=3.6898,
    merge_prefactor=0.086165,
    merge_power=1.4892,
    merge_threshold=0.11026,
    merge_saturation=0.39958,
    merge_bulk_threshold=0.022065,
    crowding=0.46228,
)
# Where seams cut a patch both ways, local noise hides none of theirs.
TILED = replace(CALIBRATED, seam_masking=0.0)


def bulk_law(d: Floats, p: Floats, use: Constants = CALIBRATED) -> Floats:
    """Return the error per round and operator inside a module."""
    error: Floats = use.bulk_prefactor * (p / use.bulk_threshold) ** (0.5 * (d + 1.0))
    return error


def along_law(d: Floats, p: Floats, eps: Floats, use: Constants = CALIBRATED) -> Floats:
    """Return what one seam adds per round to the operator that runs along it."""
    k = 0.5 * (d + 1.0)
    local = p / use.seam_bulk_threshold
    seam = eps / (use.seam_threshold + masking(d, eps, use) * p)
    both = np.maximum(seam + local, SMALLEST)
    added = np.minimum(both**k, LARGEST) * (1.0 - (np.minimum(local, both) / both) ** k)
    error: Floats = use.seam_prefactor / d * added
    return error


def masking(d: Floats, eps: Floats, use: Constants) -> Floats:
    """Return h, made smaller where more local noise would give fewer errors.

    The law along seams falls with p where h > q^2/(b eps), which takes eps > 0.25, far above the
    threshold of the seam; and for any h at distances below 3, which no code has.
    """
    most = use.seam_threshold**2 / (use.seam_bulk_threshold * np.maximum(eps, SMALLEST))
    hidden: Floats = np.minimum(use.seam_masking, most) * (d >= RANGE_DISTANCE_LOW)
    return hidden


def across_law(
    d: Floats, p: Floats, eps: Floats, seams: Floats, use: Constants = CALIBRATED
) -> Floats:
    """Return the error per round of the operator that crosses some seams."""
    k = 0.5 * (d + 1.0)
    faults = np.minimum(0.5 * (seams + 1.0), k)
    local = p * (1.0 + use.recrossing * eps * eps * np.minimum(seams, 1.0))
    crossed = local + use.crossing * np.maximum(0.0, 1.0 - 2.0 / d) * eps * seams / faults
    free = (local / use.bulk_threshold) ** (k - faults)
    error: Floats = use.bulk_prefactor * free * (crossed / use.bulk_threshold) ** faults
    return error


def outcome_law(
    d: Floats, rounds: Floats, p: Floats, eps: Floats, use: Constants = CALIBRATED
) -> Floats:
    """Return the chance that a merge gives the wrong outcome, for any number of rounds."""
    local = p / use.merge_bulk_threshold
    seam = eps / (use.merge_threshold + use.merge_saturation * eps)
    starts = use.merge_prefactor * d**use.merge_power / rounds
    sheet = starts * (seam + local) ** (0.5 * (rounds + 1.0))
    error: Floats = use.merge_ends * bulk_law(d, p, use) + sheet
    return error


def crowded(d: Floats, eps: Floats, seams: Floats, use: Constants = CALIBRATED) -> Floats:
    """Return the infidelity that a remote gate seems to have where seams cut a patch both ways."""
    return eps * (1.0 + use.crowding * seams * (seams + 1.0) / d)


def tiles_law(
    d: Floats, p: Floats, eps: Floats, seams: Floats, use: Constants = CALIBRATED
) -> Floats:
    """Return the error per round of either operator where as many seams run both ways."""
    felt, bare = crowded(d, eps, seams, use), replace(use, seam_masking=0.0)
    return seams * along_law(d, p, felt, bare) + across_law(d, p, felt, seams, use)
