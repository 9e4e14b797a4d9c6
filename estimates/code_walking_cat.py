"""The memory blocks of the walking-cat architecture.

Sources:
    Tripier et al., arXiv:2604.19481, tables I, V, XI and XII, read second hand in public
    reproductions of the paper, hence `assumed`: [[70,6,9]] takes 220 ions (70 data, 70 ancilla,
    70 beacons, 10 in reserve), [[102,22,9]] takes 316; a cycle is 30 physical operations of 200 us.
    [[70,6,9]], Pauli noise only: p^5 exp(1.07e6 p^2 - 3410 p + 23.0) a cycle, taken as that of a
    logical qubit, which is never too small. [[102,22,9]]: the instances of table I aim at 1e-10 at
    p = 1e-4; no curve is known here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates.code_model import Code

if TYPE_CHECKING:
    from collections.abc import Callable

    from trapline.estimates.checks import Floats

SOURCE = "arXiv:2604.19481 (second hand)"
OPERATIONS_PER_CYCLE = 30
OPERATION_US = 200.0
P_DESIGN = 1e-4
GOAL = 1e-10


def walking_cat_codes() -> list[Code]:
    """List the two memory blocks."""
    return [
        _code("cat-70", 70, 6, 220, "data, ancilla, beacons, reserve", _error_70, 1e-3),
        _code("cat-102", 102, 22, 316, "as cat-70", _error_102, P_DESIGN),
    ]


def _code(
    name: str,
    n: int,
    k: int,
    qubits: int,
    counted: str,
    error: Callable[[Floats], Floats],
    p_high: float,
) -> Code:
    return Code(
        name=name,
        family="walking-cat",
        n=n,
        k=k,
        distance=9,
        circuit_distance=9,
        physical_qubits=qubits,
        counted=counted,
        error=error,
        p_low=P_DESIGN,
        p_high=p_high,
        cycle=_cycle,
        seam=False,
        source=SOURCE,
        confidence="assumed",
    )


def _error_70(p: Floats) -> Floats:
    return np.asarray(p**5 * np.exp(1.07e6 * p * p - 3410.0 * p + 23.0))


def _error_102(p: Floats) -> Floats:
    """What the instances aim at; unknown for worse ions."""
    return np.where(p <= P_DESIGN, GOAL, np.nan)


def _cycle(t_two_us: float, t_one_us: float, t_measure_us: float) -> float:
    """Thirty physical operations, each as long as the slowest of gate and measurement."""
    return OPERATIONS_PER_CYCLE * max(t_two_us, t_one_us, t_measure_us)
