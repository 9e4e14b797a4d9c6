"""Bivariate bicycle codes.

Sources:
    Bravyi et al., Nature 627, 778 (2024), arXiv:2308.07915, table 1: parameters, circuit distances
    and errors of a block and cycle at p = 1e-3 and 1e-4, from memory. Between the two points a
    power law; its slope for [[144,12,12]] is 5.4, of d_circ = 10 and not of d = 12.
    Yoder et al., arXiv:2506.03094, through the authors' public compiler
    (qiskit-community/bicycle-architecture-compiler): errors of an idle cycle of the gross and
    two-gross codes with a newer decoder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trapline.estimates.code_model import Code, per_logical_qubit, power_law

if TYPE_CHECKING:
    from trapline.estimates.checks import Floats

BRAVYI = "arXiv:2308.07915, table 1 (from memory)"
YODER = "arXiv:2506.03094, by its authors' compiler"
P_LOW, P_HIGH = 1e-4, 1e-3
CX_LAYERS = 7
IDLE_GROSS = (1.44e-15, 1.61e-9)
IDLE_TWO_GROSS = (5.29e-39, 8.20e-21)
# n, k, d, d_circ (an upper bound), error of a block and cycle at p = 1e-4 and at 1e-3.
TABLE = (
    (72, 12, 6, 6, 7e-8, 7e-5),
    (90, 8, 10, 8, 4e-10, 5e-6),
    (108, 8, 10, 8, 1e-10, 3e-6),
    (144, 12, 12, 10, 8e-13, 2e-7),
    (288, 12, 18, 18, 1e-22, 2e-12),
)


def bicycle_codes() -> list[Code]:
    """List the bivariate bicycle codes."""
    rows = [
        _code(f"bb-{n}-{k}-{d}", n, k, d, d_circuit, (low, high), BRAVYI, "assumed")
        for n, k, d, d_circuit, low, high in TABLE
    ]
    rows.append(_code("gross", 144, 12, 12, 10, IDLE_GROSS, YODER, "claimed"))
    rows.append(_code("two-gross", 288, 12, 18, 18, IDLE_TWO_GROSS, YODER, "claimed"))
    return rows


def _code(
    name: str,
    n: int,
    k: int,
    distance: int,
    d_circuit: int,
    errors: tuple[float, float],
    source: str,
    confidence: str,
) -> Code:
    of_block = power_law((P_LOW, errors[0]), (P_HIGH, errors[1]))

    def error(p: Floats) -> Floats:
        return per_logical_qubit(of_block(p), k)

    return Code(
        name=name,
        family="bivariate-bicycle",
        n=n,
        k=k,
        distance=distance,
        circuit_distance=d_circuit,
        physical_qubits=2 * n,
        counted="data and checks; no logical gates",
        error=error,
        p_low=P_LOW,
        p_high=P_HIGH,
        cycle=_cycle,
        seam=False,
        source=source,
        confidence=confidence,
    )


def _cycle(t_two_us: float, t_one_us: float, t_measure_us: float) -> float:
    """Seven CX layers, X and Z checks together, and a measurement; H is in preparation."""
    del t_one_us
    return CX_LAYERS * t_two_us + t_measure_us
