"""Algebra of Bell-diagonal pairs: four weights over the Paulis I, X, Y, Z that act on Phi+.

Every function works on the last axis of an array of shape (..., 4), so one call serves any
number of pairs. Pauli errors on either half of a pair are the same error of the pair.

Sources:
    Bennett, DiVincenzo, Smolin, Wootters, Phys. Rev. A 54, 3824 (1996), for Werner states and
    the hashing yield.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates.checks import Floats, in_range

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

# Bits of each Pauli in the order I, X, Y, Z: does it hold an X part, does it hold a Z part.
X_PART = np.array([0, 1, 1, 0])
Z_PART = np.array([0, 0, 1, 1])
# Index of the Pauli with a given (X part, Z part).
PAULI_INDEX = np.array([[0, 3], [1, 2]])
# PRODUCT[a, b] is the index of the product of two Paulis, signs dropped.
PRODUCT = PAULI_INDEX[
    X_PART[:, None] ^ X_PART[None, :],
    Z_PART[:, None] ^ Z_PART[None, :],
]


def werner(fidelity: ArrayLike) -> Floats:
    """Build the weights of Werner pairs: the error is spread evenly over X, Y and Z.

    Args:
        fidelity: Overlap with Phi+, 0 to 1, any shape.

    Returns:
        Weights over (I, X, Y, Z), float64, shape (..., 4).
    """
    good = in_range("fidelity", fidelity, 0.0, 1.0)
    bad = (1.0 - good) / 3.0
    return np.stack([good, bad, bad, bad], axis=-1)


def compose(first: Floats, second: Floats) -> Floats:
    """Combine two independent Pauli errors, as in an entanglement swap of two pairs.

    Args:
        first: Weights, shape (..., 4).
        second: Weights, shape (..., 4), broadcast against the first.

    Returns:
        Weights of the product error, shape (..., 4).
    """
    joint = first[..., :, None] * second[..., None, :]
    return np.stack(
        [np.where(pauli == PRODUCT, joint, 0.0).sum(axis=(-2, -1)) for pauli in range(4)], axis=-1
    )


def dephase(weights: Floats, p_z: ArrayLike) -> Floats:
    """Apply a Z error of probability p_z to one half of each pair.

    Args:
        weights: Weights, shape (..., 4).
        p_z: Probability, 0 to 0.5, broadcast against the pairs.
    """
    p = in_range("p_z", p_z, 0.0, 0.5)[..., None]
    return (1.0 - p) * weights + p * weights[..., [3, 2, 1, 0]]


def dephasing_probability(time_us: ArrayLike, t2_us: ArrayLike) -> Floats:
    """Return the probability of a Z error on a qubit that idles: (1 - exp(-t / T2)) / 2.

    Args:
        time_us: Idle time in microseconds, at least 0.
        t2_us: Dephasing time in microseconds, above 0.
    """
    time = in_range("time_us", time_us, 0.0, np.inf)
    t2 = in_range("t2_us", t2_us, np.finfo(float).tiny, np.inf)
    return idle_flip(time, t2)


def stored_infidelity(infidelity: ArrayLike, time_us: ArrayLike, t2_us: ArrayLike) -> Floats:
    """Return the infidelity of a Werner pair whose two halves were both stored for a time.

    Args:
        infidelity: 1 - F when the pair was made, 0 to 0.75.
        time_us: Storage time in microseconds.
        t2_us: Dephasing time of each memory in microseconds.
    """
    p_one = dephasing_probability(time_us, t2_us)
    return after_flips(in_range("infidelity", infidelity, 0.0, 1.0), p_one)


def idle_flip(time_us: Floats, t2_us: Floats) -> Floats:
    """Do what `dephasing_probability` does without its checks, for inner loops."""
    flip: Floats = -0.5 * np.expm1(-time_us / t2_us)
    return flip


def after_flips(infidelity: Floats, p_one: Floats) -> Floats:
    """Return the infidelity of a Werner pair after a Z error of probability p_one on each half."""
    p_pair = 2.0 * p_one * (1.0 - p_one)
    return infidelity + p_pair * (1.0 - infidelity) - p_pair * infidelity / 3.0


def hashing_yield(weights: Floats) -> Floats:
    """Return pairs per pair of one-way hashing, 1 - H(weights), not below 0.

    Args:
        weights: Weights over (I, X, Y, Z), shape (..., 4).
    """
    safe = np.where(weights > 0, weights, 1.0)
    entropy = -(weights * np.log2(safe)).sum(axis=-1)
    usable: Floats = np.maximum(0.0, 1.0 - entropy)
    return usable
