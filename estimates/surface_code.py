"""Logical errors of rotated surface-code patches, inside a module and across seams between modules.

A seam is the line along which a patch, or two merged patches, crosses a link. Error chains that run
along the seam meet its noise at every step; chains that cross it meet it once or twice.

Every function is per round and per operator (a patch has two, X and Z), or says otherwise. p is the
depolarizing probability of local two-qubit gates, used for measurement and reset alike.
bell_infidelity is 1 - F of the Werner pairs through which remote gates are teleported.

Sources:
    The laws of `seam_laws.py`, fitted to our own circuit-level simulations, docs/calibration.md.
    Cross-checks there: Ramette et al., npj Quantum Inf. 10 (2024), 2302.01296, thresholds near
    10 % at the seam and 1 % in the bulk; Jacinto et al., arXiv:2504.08891.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from trapline.errors import InputError
from trapline.estimates import seam_laws
from trapline.estimates.checks import Floats, in_range, plain

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

REFERENCE = "our simulations, estimates/data/seam_errors.csv, docs/calibration.md"
# Errors that mean the code does not work; probabilities of a wrong operator end here.
HIGHEST = 0.5


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
    bell_infidelity or n_seams grows: noise of the bulk that hides noise of a seam never outweighs
    what it does itself.

    Without noise on its links a patch with seams is the patch without. Seams are taken to lie three
    data qubits or more apart.

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
    with np.errstate(over="ignore"):
        if direction == "along":
            error = seam_terms(d, local, eps).along(seams)
        else:
            error = across_error(d, local, eps, seams)
    return plain(np.asarray(error))


def merge_error(
    distance: ArrayLike,
    p: ArrayLike,
    bell_infidelity: ArrayLike,
    *,
    rounds: ArrayLike | None = None,
) -> Any:
    """Return the chance that one lattice-surgery merge across a seam gives the wrong outcome.

    Per merge, not per round: chains in time, which more rounds make longer, and chains in space
    that change the outcome before its first round, which they do not.

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
    with np.errstate(over="ignore"):
        error = outcome_error(d, length, local, eps)
    return plain(np.asarray(error))


def is_extrapolated(
    distance: ArrayLike, p: ArrayLike, bell_infidelity: ArrayLike, *, n_seams: ArrayLike = 1
) -> NDArray[np.bool_]:
    """Say whether the inputs lie outside the range of the simulations that the laws were fitted to.

    Args:
        distance: Code distance.
        p: Local depolarizing error.
        bell_infidelity: 1 - F of the pairs used.
        n_seams: Parallel seams; several have narrower limits, and leave strips, which must not be
            too narrow.
    """
    local, d, seams = np.asarray(p), np.asarray(distance), np.asarray(n_seams)
    eps, several = np.asarray(bell_infidelity), seams > 1
    return np.asarray(
        (d < seam_laws.RANGE_DISTANCE_LOW)
        | (d > np.where(several, seam_laws.RANGE_SEAMS_DISTANCE, seam_laws.RANGE_DISTANCE))
        | (several & (d < seam_laws.NARROWEST * (seams + 1)))
        | (seams > seam_laws.RANGE_SEAMS)
        | (local < seam_laws.RANGE_P_LOW)
        | (local > seam_laws.RANGE_P)
        | (eps > seam_laws.RANGE_BELL_INFIDELITY)
        | (several & (eps > seam_laws.RANGE_SEAMS_INFIDELITY))
    )


def patch_qubits(distance: Any) -> Any:
    """Return the physical qubits of a patch, data and ancilla: 2 d^2 - 1."""
    return 2 * distance * distance - 1


def pairs_per_round(distance: Any) -> Any:
    """Return the remote CX, and so the pairs, of one seam a round: 2 d - 1."""
    return 2 * distance - 1


@dataclass(frozen=True)
class SeamTerms:
    """Errors per round and operator of which that along seams is made.

    Args:
        inside: Error away from any seam.
        seam: Error that one seam adds to the operator along it.
    """

    inside: Floats
    seam: Floats

    def along(self, seams: Floats) -> Floats:
        """Error of the operator along the seams."""
        return np.minimum(HIGHEST, self.inside + seams * self.seam)


def bulk_error(d: Floats, p: Floats) -> Floats:
    """Return the error per round and operator inside a module, inputs unchecked."""
    return np.minimum(HIGHEST, seam_laws.bulk_law(d, p))


def seam_terms(d: Floats, p: Floats, eps: Floats, *, tiles: bool = False) -> SeamTerms:
    """Return the parts of seam errors, inputs unchecked, for inner loops."""
    use = seam_laws.TILED if tiles else seam_laws.CALIBRATED
    seam = np.minimum(HIGHEST, seam_laws.along_law(d, p, eps, use))
    return SeamTerms(bulk_error(d, p), seam)


def across_error(d: Floats, p: Floats, eps: Floats, seams: Floats) -> Floats:
    """Return the error of the operator across seams, inputs unchecked, for inner loops."""
    return np.minimum(HIGHEST, seam_laws.across_law(d, p, eps, seams))


def outcome_error(d: Floats, rounds: Floats, p: Floats, eps: Floats) -> Floats:
    """Return the error of the outcome of a merge, inputs unchecked, for inner loops."""
    return np.minimum(HIGHEST, seam_laws.outcome_law(d, rounds, p, eps))
