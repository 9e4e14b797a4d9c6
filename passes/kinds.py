"""The distinct operations of a program, and the axes and rotations of each, as columns.

Circuits have far more operations than different ones: what is known of an operation is found once
for each opcode and set of angles. Families that come with many angles are done as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trapline.passes.axes import PAULIS, axes_of
from trapline.passes.gates import BARRIER, EPR, GATES, MEASURE, OPCODE, RESET

if TYPE_CHECKING:
    from trapline.passes.program import Program

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]

_LETTERS = {"x": (1.0, 0.0, 0.0), "y": (0.0, 1.0, 0.0), "z": (0.0, 0.0, 1.0)}
_NOT_GATES = (BARRIER, EPR, RESET)
_TURNS = {OPCODE["rx"]: 0, OPCODE["ry"]: 1, OPCODE["rz"]: 2, OPCODE["p"]: 2}


@dataclass(frozen=True, eq=False)
class Kinds:
    """Distinct operations of a program, `d` of them.

    Args:
        of_op: int64, (operations,). Kind of each operation.
        example: int64, (d,). The first operation of each kind.
        axes: float64, (d, operands, 3). Axis of each operand of a multi-qubit gate, and of a
            measurement; of a one-qubit gate, that about which it turns. NaN where there is none.
        rotation: float64, (d, 3, 3). Rotation of the Bloch sphere by a one-qubit gate.
    """

    of_op: Longs
    example: Longs
    axes: Floats
    rotation: Floats


def kinds_of(program: Program) -> Kinds:
    """Find the distinct operations of a program."""
    from trapline.passes.kinds_compiled import number_rows

    of_op, example = number_rows(
        program.opcodes, program.operand_start, program.param_start, program.params
    )
    operands = np.diff(program.operand_start)[example]
    opcodes = program.opcodes[example]
    width = int(np.where(opcodes == MEASURE, 1, operands).max(initial=1))
    axes = np.full((len(example), width, 3), np.nan)
    rotation = np.zeros((len(example), 3, 3))
    rotation[:] = np.eye(3)
    for opcode in np.unique(opcodes).tolist():
        mine = np.flatnonzero(opcodes == opcode)
        if opcode == MEASURE:
            axes[mine] = _LETTERS["z"]
        elif opcode not in _NOT_GATES:
            one = operands[mine] == 1
            _fill_turns(program, opcode, mine[one], example, axes, rotation)
            _fill_axes(program, opcode, mine[~one], example, axes)
    return Kinds(of_op, example, axes, rotation)


def _fill_turns(
    program: Program, opcode: int, mine: Longs, example: Longs, axes: Floats, rotation: Floats
) -> None:
    """Fill in kinds of one-qubit gates."""
    unit = _TURNS.get(opcode)
    if unit is not None:
        axes[mine, 0] = np.eye(3)[unit]
        angle = program.params[program.param_start[example[mine]]]
        a, b = (unit + 1) % 3, (unit + 2) % 3
        rotation[mine, a, a] = rotation[mine, b, b] = np.cos(angle)
        rotation[mine, b, a] = np.sin(angle)
        rotation[mine, a, b] = -rotation[mine, b, a]
        return
    if len(mine) == 0:
        return
    matrices = np.stack([program.matrix_of(op) for op in example[mine].tolist()])
    rotation[mine] = _rotations_of(matrices)
    axes[mine, 0] = _turning_axes(rotation[mine])


def _fill_axes(program: Program, opcode: int, mine: Longs, example: Longs, axes: Floats) -> None:
    """Fill in kinds of multi-qubit gates."""
    letters = GATES[opcode].axes
    if letters and "u" not in letters:
        axes[mine, : len(letters)] = [_LETTERS[letter] for letter in letters]
        return
    for kind, op in zip(mine.tolist(), example[mine].tolist(), strict=True):
        for operand, axis in enumerate(axes_of(program, op)):
            if axis is not None:
                axes[kind, operand] = axis


def _rotations_of(matrices: NDArray[np.complex128]) -> Floats:
    """Return R with R_ij = tr(s_i U s_j U^dagger) / 2 for every U; float64, (matrices, 3, 3)."""
    paulis = np.stack(PAULIS)
    turned = np.einsum("kab,jbc,kdc->kjad", matrices, paulis, matrices.conj())
    found: Floats = np.einsum("iab,kjba->kij", paulis, turned).real / 2
    return found


def _turning_axes(rotation: Floats) -> Floats:
    """Return the axes of rotations; z for no rotation."""
    twist = np.stack(
        [
            rotation[:, 2, 1] - rotation[:, 1, 2],
            rotation[:, 0, 2] - rotation[:, 2, 0],
            rotation[:, 1, 0] - rotation[:, 0, 1],
        ],
        axis=1,
    )
    size = np.linalg.norm(twist, axis=1)
    axes: Floats = twist / np.maximum(size, 1e-300)[:, None]
    for at in np.flatnonzero(size <= 1e-4).tolist():
        # by half a turn, or hardly at all: R + R^T is then 2 nn^T + 2 cos(angle) (1 - nn^T)
        values, vectors = np.linalg.eigh(rotation[at] + rotation[at].T)
        axes[at] = vectors[:, -1] if values[0] < 1.0 else (0.0, 0.0, 1.0)
    return axes
