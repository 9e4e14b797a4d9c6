"""Logical counts of a circuit: T gates, rotations and Toffolis, gate by gate as it is written.

Sources:
    Relative-phase Toffoli with four T, with eight for four qubits: Maslov, Phys. Rev. A 93, 022311
    (2016). Controlled S and controlled H with three and two T: Amy et al., IEEE TCAD 32, 818
    (2013). Controls beyond two are joined by temporary ANDs: Gidney, Quantum 2, 74 (2018).
    Controlled rotations and cu3 as in qelib1.inc (arXiv:1707.03429, appendix).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, pi
from typing import TYPE_CHECKING

import numpy as np

from trapline.errors import InputError
from trapline.passes.gates import GATES, MEASURE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trapline.passes.gates import Matrix
    from trapline.passes.program import Program

COUNTED: tuple[str, ...] = (
    "tCount",
    "rotationCount",
    "cczCount",
    "ccixCount",
    "measurementCount",
)
# Angles closer than this to a multiple of pi/4 are taken to be one.
TOLERANCE = 1e-9


@dataclass(frozen=True, kw_only=True)
class Magic:
    """What one gate takes beyond Clifford gates.

    Args:
        angles: Rotations in radians; Clifford and T angles among them count as such.
        t: T gates.
        ccz: Toffolis.
        ands: Temporary ANDs of two controls, each with a measurement.
    """

    angles: tuple[float, ...] = ()
    t: int = 0
    ccz: int = 0
    ands: int = 0


def logical_counts(program: Program) -> dict[str, int]:
    """Count what a circuit takes, by the names of `azure_v1`.

    Args:
        program: The circuit; gates of three and more qubits may be written whole.

    Raises:
        InputError: A gate is given by a matrix of more than one qubit.
    """
    counts: dict[str, int] = dict.fromkeys(COUNTED, 0)
    depth = [0] * program.n_qubits
    most_ands = 0
    for number, (opcode, qubits, params, _, _) in enumerate(program.rows()):
        if opcode == MEASURE:
            counts["measurementCount"] += len(qubits)
            continue
        name = GATES[opcode].name
        if name == "unitary":
            magic = _of_matrix(program.matrix_of(number), program.lines[number])
        else:
            magic = MAGIC.get(name, _nothing)(params)
        kinds = [_kind(angle) for angle in magic.angles]
        rotations = kinds.count("rotation")
        counts["tCount"] += magic.t + kinds.count("t")
        counts["rotationCount"] += rotations
        counts["cczCount"] += magic.ccz
        counts["ccixCount"] += magic.ands
        counts["measurementCount"] += magic.ands
        most_ands = max(most_ands, magic.ands)
        if rotations:
            latest = max(depth[q] for q in qubits) + rotations
            for q in qubits:
                depth[q] = latest
    counts["rotationDepth"] = max(depth, default=0)
    counts["numQubits"] = max(1, program.n_qubits + most_ands)
    return counts


def _kind(angle: float) -> str:
    """Tell whether a rotation is Clifford, a T gate, or needs synthesis."""
    eighths = angle / (pi / 4)
    if abs(eighths - round(eighths)) > TOLERANCE:
        return "rotation"
    return "t" if round(eighths) % 2 else "clifford"


def _of_matrix(matrix: Matrix, line: int) -> Magic:
    """Split a one-qubit unitary into Rz Ry Rz."""
    if matrix.shape != (2, 2):
        qubits = int(np.log2(len(matrix)))
        raise InputError(
            f"a gate on {qubits} qubits is given by a matrix: its T gates cannot be counted",
            line=int(line),
            hint="write it out in gates, or give the counts with --counts",
        )
    theta = 2.0 * atan2(abs(matrix[1, 0]), abs(matrix[0, 0]))
    plus = (
        float(np.angle(matrix[1, 1] * np.conj(matrix[0, 0]))) if abs(matrix[0, 0]) > 1e-12 else 0.0
    )
    minus = (
        float(np.angle(-matrix[1, 0] * np.conj(matrix[0, 1]))) if abs(matrix[1, 0]) > 1e-12 else 0.0
    )
    return Magic(angles=(theta, 0.5 * (plus + minus), 0.5 * (plus - minus)))


def _nothing(params: Sequence[float]) -> Magic:
    """Return the counts of a Clifford gate."""
    del params
    return Magic()


def _fixed(magic: Magic) -> Callable[[Sequence[float]], Magic]:
    return lambda _: magic


def _rotations(*parts: float) -> Callable[[Sequence[float]], Magic]:
    """Return rotations by given parts of the only angle."""
    return lambda params: Magic(angles=tuple(part * params[0] for part in parts))


def _u2(params: Sequence[float]) -> Magic:
    return Magic(angles=tuple(params))


def _cu3(params: Sequence[float]) -> Magic:
    theta, phi, lam, *phase = params
    control = 0.5 * (lam + phi) + sum(phase)
    half = 0.5 * theta
    return Magic(angles=(control, 0.5 * (lam - phi), half, 0.5 * (lam + phi), half, phi))


MAGIC: dict[str, Callable[[Sequence[float]], Magic]] = {
    "t": _fixed(Magic(t=1)),
    "tdg": _fixed(Magic(t=1)),
    **dict.fromkeys(("rx", "ry", "rz", "p", "rxx", "ryy", "rzz", "rzx"), _rotations(1.0)),
    **dict.fromkeys(("crx", "cry", "crz"), _rotations(0.5, 0.5)),
    "cp": _rotations(0.5, 0.5, 0.5),
    "u2": _u2,
    "u3": _u2,
    "cu3": _cu3,
    "cu": _cu3,
    "ch": _fixed(Magic(t=2)),
    "csx": _fixed(Magic(t=3)),
    "ccx": _fixed(Magic(ccz=1)),
    "ccz": _fixed(Magic(ccz=1)),
    "cswap": _fixed(Magic(ccz=1)),
    "rccx": _fixed(Magic(t=4)),
    "rc3x": _fixed(Magic(t=8)),
    "c3x": _fixed(Magic(ccz=1, ands=1)),
    "c4x": _fixed(Magic(ccz=1, ands=2)),
    "c3sqrtx": _fixed(Magic(t=3, ands=2)),
}
