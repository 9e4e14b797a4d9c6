"""Generalised bicycle codes of the Pinnacle architecture, as processing blocks.

Sources:
    Webster et al., arXiv:2602.11457, table I: parameters and physical qubits of a processing block,
    with gadgets and bridges for logical measurements. A logical cycle is d + 2 code cycles.
    Logical error per logical qubit and logical cycle, (5.84/k) (p/0.0158)^((d+1)/2): another
    author's fit of the paper's table III, good to 26 % there by that author's own account; second
    hand, hence `assumed`. Here it is divided by the d + 2 cycles of a logical cycle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates.code_model import Code

if TYPE_CHECKING:
    from trapline.estimates.checks import Floats

SOURCE = "arXiv:2602.11457, table I; error second hand"
PREFACTOR = 5.84
THRESHOLD = 0.0158
CX_LAYERS = 7
# n, k, d, physical qubits of a processing block.
TABLE = (
    (30, 8, 4, 140),
    (62, 10, 6, 244),
    (126, 12, 10, 452),
    (254, 14, 16, 860),
    (510, 16, 24, 1620),
)


def pinnacle_codes() -> list[Code]:
    """List the processing blocks, smallest first."""
    return [_code(*row) for row in TABLE]


def logical_cycle_rounds(code: Code) -> int:
    """Return the code cycles of a logical cycle, d + 2."""
    return code.distance + 2


def _code(n: int, k: int, distance: int, qubits: int) -> Code:
    def error(p: Floats) -> Floats:
        a_logical_cycle = PREFACTOR / k * (p / THRESHOLD) ** (0.5 * (distance + 1))
        return np.asarray(a_logical_cycle / (distance + 2))

    return Code(
        name=f"gb-{n}-{k}-{distance}",
        family="generalised-bicycle",
        n=n,
        k=k,
        distance=distance,
        circuit_distance=distance,
        physical_qubits=qubits,
        counted="data, checks, gadgets and bridges; no magic engine",
        error=error,
        p_low=1e-4,
        p_high=1e-3,
        cycle=_cycle,
        seam=False,
        source=SOURCE,
        confidence="assumed",
    )


def _cycle(t_two_us: float, t_one_us: float, t_measure_us: float) -> float:
    """As a bicycle code with checks of weight six: seven CX layers (assumed)."""
    del t_one_us
    return CX_LAYERS * t_two_us + t_measure_us
