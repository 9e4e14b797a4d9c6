"""The teleported CX: what one Bell pair, two local CX and two measurements do to two qubits.

The noise of a gate made through a Werner pair is not depolarizing: a Pauli error of the pair
leaves Z on the control, X on the target, or both, and nothing else. Local gates and measurements
add the rest. Process, average and Bell fidelity are three numbers; they are never mixed here.

Sources:
    Gate: Gottesman and Chuang, Nature 402, 390 (1999); Eisert et al., Phys. Rev. A 62, 052317
    (2000). Average and process fidelity: Horodecki, Phys. Rev. A 60, 1888 (1999).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from trapline.estimates.bell import werner
from trapline.estimates.checks import Floats, in_range, plain

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def remote_gate_infidelity(
    bell_infidelity: ArrayLike, *, p_local: ArrayLike, p_measure: ArrayLike
) -> Any:
    """Return the process infidelity of a teleported CX through a Werner pair.

    To first order it is bell_infidelity + (28/15) p_local + 2 p_measure; the value is exact.

    Args:
        bell_infidelity: 1 - F of the pair used, 0 to 0.75.
        p_local: Depolarizing error of each of the two local CX, 0 to 0.9375.
        p_measure: Flip probability of each of the two measurements, 0 to 0.5.

    Returns:
        Infidelity, float or array of the broadcast shape.

    Raises:
        InputError: A number is out of range.
    """
    eps = in_range("bell_infidelity", bell_infidelity, 0.0, 0.75)
    local = in_range("p_local", p_local, 0.0, 0.9375)
    flip = in_range("p_measure", p_measure, 0.0, 0.5)
    return plain(np.asarray(teleported_infidelity(eps, local, flip)))


def teleported_infidelity(eps: Floats, p_local: Floats, p_measure: Floats) -> Floats:
    """Do what `remote_gate_infidelity` does without its checks, for inner loops."""
    kept = 1.0 - (16.0 / 15.0) * p_local
    sign = 1.0 - 2.0 * p_measure
    pair = 1.0 - 4.0 * eps / 3.0
    # Mean of the 16 characters of the four error bits: four do not see the pair, the others do.
    return 1.0 - ((1.0 + kept) ** 2 + 4.0 * pair * kept**2 * sign * (2.0 + sign)) / 16.0


def remote_gate_channel(
    bell_infidelity: ArrayLike, *, p_local: ArrayLike, p_measure: ArrayLike
) -> Floats:
    """Return the Pauli error that follows an ideal CX when it is teleported.

    Args:
        bell_infidelity: 1 - F of the pair used, 0 to 0.75.
        p_local: Depolarizing error of each of the two local CX, 0 to 0.9375.
        p_measure: Flip probability of each of the two measurements, 0 to 0.5.

    Returns:
        Probabilities, float64, shape (..., 2, 2, 2, 2): X part and Z part on the control, then X
        part and Z part on the target.
    """
    eps = in_range("bell_infidelity", bell_infidelity, 0.0, 0.75)
    local = in_range("p_local", p_local, 0.0, 0.9375)
    flip = in_range("p_measure", p_measure, 0.0, 0.5)
    eps, local, flip = np.broadcast_arrays(eps, local, flip)
    pair = werner(1.0 - eps)
    channel = np.zeros((*eps.shape, 2, 2, 2, 2))
    # X, Y and Z of the pair become IX, ZX and ZI of the gate.
    for weight, (z_control, x_target) in zip(
        np.moveaxis(pair, -1, 0), ((0, 0), (0, 1), (1, 1), (1, 0)), strict=True
    ):
        channel[..., 0, z_control, x_target, 0] = weight
    mixed = (16.0 / 15.0) * local
    # The CX beside the control: any Pauli on the control; a flip of the first result is X behind.
    channel = _mix(channel, mixed, (-4, -3, -2))
    # The CX beside the target: any Pauli on the target; a flip of the second result is Z before.
    channel = _mix(channel, mixed, (-3, -2, -1))
    channel = _flip(channel, flip, -2)
    return _flip(channel, flip, -3)


def average_fidelity(process_fidelity: ArrayLike, dimension: int = 4) -> Any:
    """Turn process (entanglement) fidelity into average gate fidelity.

    Args:
        process_fidelity: 0 to 1.
        dimension: 2 for one qubit, 4 for two.
    """
    process = in_range("process_fidelity", process_fidelity, 0.0, 1.0)
    return plain(np.asarray((dimension * process + 1.0) / (dimension + 1.0)))


def process_fidelity(average: ArrayLike, dimension: int = 4) -> Any:
    """Turn average gate fidelity into process (entanglement) fidelity.

    Args:
        average: Average gate fidelity, 1/(dimension + 1) to 1.
        dimension: 2 for one qubit, 4 for two.
    """
    mean = in_range("average", average, 1.0 / (dimension + 1.0), 1.0)
    return plain(np.asarray(((dimension + 1.0) * mean - 1.0) / dimension))


def _mix(channel: Floats, p: Floats, axes: tuple[int, ...]) -> Floats:
    """Randomise the given bits of the error with probability p."""
    weight = p[..., None, None, None, None]
    mixed: Floats = (1.0 - weight) * channel + weight * channel.mean(axis=axes, keepdims=True)
    return mixed


def _flip(channel: Floats, p: Floats, axis: int) -> Floats:
    """Flip one bit of the error with probability p."""
    weight = p[..., None, None, None, None]
    flipped: Floats = (1.0 - weight) * channel + weight * np.flip(channel, axis=axis)
    return flipped
