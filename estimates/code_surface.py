"""The rotated surface code as a block.

Sources:
    Our own simulations, `seam_laws.bulk_law` per cycle and operator; 2 d^2 - 1 qubits a patch.
    Ramette et al., arXiv:2302.01296, for patches that cross a noisy seam.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trapline.errors import InputError
from trapline.estimates.code_model import Code
from trapline.estimates.seam_laws import RANGE_DISTANCE, RANGE_P, RANGE_P_LOW
from trapline.estimates.surface_code import REFERENCE, bulk_error, patch_qubits

if TYPE_CHECKING:
    from trapline.estimates.checks import Floats

SOURCE = f"{REFERENCE}; seam arXiv:2302.01296"
LISTED = (3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25)
CX_LAYERS = 4


def rotated_surface(distance: int) -> Code:
    """Return the rotated surface code of an odd distance, one logical qubit a patch.

    Raises:
        InputError: The distance is even or below 3.
    """
    if distance < 3 or not distance % 2:
        raise InputError(f"distance: got {distance}, want an odd number of at least 3")

    def error(p: Floats) -> Floats:
        return 2.0 * bulk_error(_as_float(distance, p), p)

    return Code(
        name=f"surface-{distance}",
        family="rotated-surface",
        n=distance * distance,
        k=1,
        distance=distance,
        circuit_distance=distance,
        physical_qubits=patch_qubits(distance),
        counted="data and ancilla; no routing",
        error=error,
        p_low=RANGE_P_LOW if distance <= RANGE_DISTANCE else float("inf"),
        p_high=RANGE_P,
        cycle=_cycle,
        seam=True,
        source=SOURCE,
        confidence="claimed",
    )


def surface_codes() -> list[Code]:
    """List the rotated surface codes that are shown."""
    return [rotated_surface(distance) for distance in LISTED]


def _cycle(t_two_us: float, t_one_us: float, t_measure_us: float) -> float:
    """Four CX layers, a layer of H before and after, a measurement."""
    return CX_LAYERS * t_two_us + 2.0 * t_one_us + t_measure_us


def _as_float(distance: int, p: Floats) -> Floats:
    return 0.0 * p + distance
