"""Logical errors of rotated surface-code patches, inside a module and across seams between modules.

A seam is the line along which a patch, or two merged patches, crosses a link. Error chains that run
along the seam meet its noise at every step; chains that cross it meet it once or twice.

Every function is per round and per operator (a patch has two, X and Z), or says otherwise. p is the
depolarizing probability of local two-qubit gates, used for measurement and reset alike.
bell_infidelity is 1 - F of the Werner pairs through which remote gates are teleported.

Sources:
    Fits of Jacinto et al., arXiv:2504.08891, per cycle: inside a processor 0.1 (p/7.43e-3)^k for
    both operators; for the operator along s seams
        0.045 (p/7.2e-3)^k + 0.099 s (b/0.298)^k + 0.053 s sum_i (b/t)^(i/2) (p/7.2e-3)^((d+1-i)/2),
    k = (d+1)/2, i = 1..d, t = 0.298/(1 + 0.21/(1 - sqrt(p/7.2e-3)))^2;
    for the other operator 0.05 (p/7.43e-3)^k.
    Their Bell-pair error b is taken as 1 - F (assumed).
    Crossing a seam and timelike errors: forms derived here from the same fit, see `seam_error` and
    `merge_error`; assumed until our own simulations calibrate them.
    Cross-check: Ramette et al., npj Quantum Inf. 10 (2024), 2302.01296, thresholds near 10 % at the
    seam and 1 % in the bulk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from trapline.errors import InputError
from trapline.estimates.checks import Floats, in_range, plain

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

REFERENCE = "Jacinto et al., arXiv:2504.08891, fits per cycle"
DERIVED = "derived from the fit of arXiv:2504.08891 by symmetry; to be calibrated"

BULK_PREFACTOR = 0.05
BULK_THRESHOLD = 7.43e-3
SEAM_BULK_PREFACTOR = 0.045
SEAM_BULK_THRESHOLD = 7.2e-3
SEAM_PREFACTOR = 0.099
SEAM_THRESHOLD = 0.298
MIXED_PREFACTOR = 0.053
MIXED_SHIFT = 0.21
# Errors that mean the code does not work; probabilities of a wrong operator end here.
HIGHEST = 0.5

# Largest inputs at which the form was found by simulation.
RANGE_DISTANCE = 11
RANGE_P = 2e-3
RANGE_BELL_INFIDELITY = 0.05


def seam_error(
    distance: ArrayLike,
    p: ArrayLike,
    bell_infidelity: ArrayLike,
    *,
    direction: str = "along",
    n_seams: ArrayLike = 1,
) -> Any:
    """Return the logical error per round and operator of a patch that crosses seams.

    `bell_infidelity=0, n_seams=0` is the patch inside one module. The value never falls when p,
    bell_infidelity or n_seams grows.

    Along: the fit of the source. Across: of the k faults of a shortest chain one may lie on a seam,
    which half of the chains allow, so one bulk factor p/7.43e-3 becomes
    p/7.43e-3 + n_seams bell_infidelity/(2 t).

    Args:
        distance: Code distance, odd, 3 or more; the formula takes any number from 1.
        p: Local depolarizing error, 0 to 1.
        bell_infidelity: 1 - F of the pairs used, 0 to 0.75.
        direction: `along` for the operator that runs along the seams, `across` for the other.
        n_seams: Parallel seams through the patch, 0 or more.

    Returns:
        Error, at most 0.5; float or array of the broadcast shape.

    Raises:
        InputError: A number is out of range, or the direction is unknown.
    """
    if direction not in ("along", "across"):
        raise InputError(f"direction: got {direction!r}, want 'along' or 'across'")
    d = in_range("distance", distance, 1.0, 1e4)
    local = in_range("p", p, 0.0, 1.0)
    eps = in_range("bell_infidelity", bell_infidelity, 0.0, 0.75)
    seams = in_range("n_seams", n_seams, 0.0, 1e6)
    terms = seam_terms(d, local, eps)
    return plain(np.asarray(terms.along(seams) if direction == "along" else terms.across(seams)))


def merge_error(
    distance: ArrayLike,
    p: ArrayLike,
    bell_infidelity: ArrayLike,
    *,
    rounds: ArrayLike | None = None,
) -> Any:
    """Return the chance that one lattice-surgery merge across a seam gives the wrong outcome.

    Per merge, not per round. The checks on the seam form a sheet, distance wide and `rounds` long
    in time, in which a chain in time looks like a chain along the seam looks in space: the error is
    distance times that of `seam_error` along one seam at distance `rounds`.

    Args:
        distance: Code distance of both patches.
        p: Local depolarizing error, 0 to 1.
        bell_infidelity: 1 - F of the pairs used, 0 to 0.75; 0 for a merge inside a module.
        rounds: Rounds of the merge; as many as the distance when not given.

    Returns:
        Error, at most 0.5; float or array of the broadcast shape.

    Raises:
        InputError: A number is out of range.
    """
    d = in_range("distance", distance, 1.0, 1e4)
    length = d if rounds is None else in_range("rounds", rounds, 1.0, 1e6)
    local = in_range("p", p, 0.0, 1.0)
    eps = in_range("bell_infidelity", bell_infidelity, 0.0, 0.75)
    sheet = d * seam_terms(length, local, eps).along(np.asarray(1.0))
    return plain(np.minimum(HIGHEST, sheet))


def is_extrapolated(
    distance: ArrayLike, p: ArrayLike, bell_infidelity: ArrayLike
) -> NDArray[np.bool_]:
    """Say whether the inputs lie outside the range in which the form was found by simulation.

    Beyond bell_infidelity of about 0.08 the power laws overestimate the error.
    """
    return np.asarray(
        (np.asarray(distance) > RANGE_DISTANCE)
        | (np.asarray(p) > RANGE_P)
        | (np.asarray(bell_infidelity) > RANGE_BELL_INFIDELITY)
    )


def patch_qubits(distance: Any) -> Any:
    """Return the physical qubits of a patch, data and ancilla: 2 d^2 - 1."""
    return 2 * distance * distance - 1


def pairs_per_round(distance: Any) -> Any:
    """Return the remote CX, and so the pairs, of one seam a round: 2 d - 1."""
    return 2 * distance - 1


@dataclass(frozen=True)
class SeamTerms:
    """Errors per round and operator that the public functions put together.

    Args:
        inside: Bulk error away from any seam.
        beside: Bulk error of an operator that runs along seams.
        seam: Error that one seam adds to it.
        crossing: Error that one seam adds to the operator that crosses it.
    """

    inside: Floats
    beside: Floats
    seam: Floats
    crossing: Floats

    def along(self, seams: Floats) -> Floats:
        """Error of the operator along the seams."""
        bulk = np.where(seams > 0, self.beside, self.inside)
        return np.minimum(HIGHEST, bulk + seams * self.seam)

    def across(self, seams: Floats) -> Floats:
        """Error of the operator across the seams."""
        return np.minimum(HIGHEST, self.inside + seams * self.crossing)


def bulk_error(d: Floats, p: Floats) -> Floats:
    """Return the error per round and operator inside a module, inputs unchecked."""
    return np.minimum(HIGHEST, BULK_PREFACTOR * (p / BULK_THRESHOLD) ** (0.5 * (d + 1.0)))


def seam_terms(d: Floats, p: Floats, eps: Floats) -> SeamTerms:
    """Return the parts of seam errors, inputs unchecked, for inner loops."""
    k = 0.5 * (d + 1.0)
    inside = bulk_error(d, p)
    beside = np.maximum(inside, SEAM_BULK_PREFACTOR * (p / SEAM_BULK_THRESHOLD) ** k)
    # Seam error at which a seam fault counts as much as a bulk fault at its threshold.
    room = np.maximum(1e-9, 1.0 - np.sqrt(p / SEAM_BULK_THRESHOLD))
    t = SEAM_THRESHOLD / (1.0 + MIXED_SHIFT / room) ** 2
    a = np.sqrt(np.minimum(1.0, eps / t))
    b = np.sqrt(np.minimum(1.0, p / SEAM_BULK_THRESHOLD))
    pure = SEAM_PREFACTOR * (eps / SEAM_THRESHOLD) ** k
    mixed = MIXED_PREFACTOR * _mixed_chains(a, b, d)
    once = np.minimum(1.0, 0.5 * eps / t)
    crossing = BULK_PREFACTOR * (p / BULK_THRESHOLD) ** (k - 1.0) * once
    return SeamTerms(inside, beside, pure + mixed, crossing)


def _mixed_chains(a: Floats, b: Floats, d: Floats) -> Floats:
    """Sum a^i b^(d+1-i) over i = 1..d in closed form."""
    gap = a - b
    close = np.abs(gap) < 1e-7
    series = a * b * (a**d - b**d) / np.where(close, 1.0, gap)
    return np.where(close, d * (a * b) ** (0.5 * (d + 1.0)), series) if close.any() else series
