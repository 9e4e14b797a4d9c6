"""Cancel and merge gates that meet through commuting ones, and leave everything else as it is.

Gates that are their own inverse vanish in pairs; rotations and phases on the same operands become
one. A gate meets an earlier one when every gate between them commutes with it on each shared qubit
(`trapline.passes.recover_runs`).

Sources: Nam et al., arXiv:1710.07345, section 4.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, remainder
from typing import TYPE_CHECKING

import numpy as np

from trapline.passes.gates import OPCODE, UNITARY
from trapline.passes.letters import letters_of
from trapline.passes.program import Program, ProgramBuilder
from trapline.passes.recover_runs import Runs
from trapline.passes.recover_terms import ANGLE_TOLERANCE

if TYPE_CHECKING:
    from collections.abc import Hashable

_OWN_INVERSES = frozenset(
    OPCODE[name]
    for name in ("x", "y", "h", "cx", "cy", "ch", "swap", "ccx", "ccz", "cswap", "c3x", "c4x")
)
_PERIODS = {  # turns after which a gate is the identity, up to a global phase
    **{OPCODE[name]: 2 * pi for name in ("rx", "ry", "rz", "p", "cp", "rxx", "ryy", "rzz", "rzx")},
    **{OPCODE[name]: 4 * pi for name in ("crx", "cry", "crz")},
}
_PHASES = {  # gates that are phases of a fixed angle: the family, and the angle
    **{OPCODE[name]: (OPCODE["rz"], angle * pi / 4) for name, angle in
       (("z", 4), ("s", 2), ("sdg", -2), ("t", 1), ("tdg", -1))},
    OPCODE["cz"]: (OPCODE["cp"], pi),
}  # fmt: skip
_NAMES = {(opcode, round(angle / (pi / 4)) % 8): gate for gate, (opcode, angle) in _PHASES.items()}
_SYMMETRIC = frozenset(OPCODE[name] for name in ("cp", "rxx", "ryy", "rzz", "swap", "ccz"))
_P, _RZ = OPCODE["p"], OPCODE["rz"]


@dataclass(slots=True)
class _Rotation:
    family: int
    angle: float


def simplify(program: Program) -> Program:
    """Cancel inverse gates and merge rotations.

    Args:
        program: Any program.

    Returns:
        A program with the same meaning up to a global phase, and no more gates; the program itself
        when nothing was found.
    """
    runs = Runs(program.n_qubits)
    alive = np.ones(program.n_ops, dtype=np.bool_)
    rotations: dict[int, _Rotation] = {}
    changed: set[int] = set()
    for op, (opcode, qubits, params, _, condition) in enumerate(program.rows()):
        rotation = None if condition >= 0 else _rotation(opcode, params)
        key = None if condition >= 0 else _key(opcode, qubits, rotation)
        earlier = runs.find(key) if key is not None else -1
        if earlier < 0:
            runs.push(key, qubits, letters_of(opcode, len(qubits)))
            if rotation is not None:
                rotations[op] = rotation
            continue
        runs.skip()
        alive[op] = False
        if rotation is not None:
            _merge(rotations[earlier], rotation)
            changed.add(earlier)
        if rotation is None or _is_identity(rotations[earlier]):
            runs.drop(earlier)
            alive[earlier] = False
    return program if alive.all() else _rebuilt(program, alive, rotations, changed)


def _rotation(opcode: int, params: tuple[float, ...]) -> _Rotation | None:
    if opcode in _PERIODS:
        return _Rotation(_RZ if opcode == _P else opcode, params[0])
    fixed = _PHASES.get(opcode)
    return _Rotation(*fixed) if fixed else None


def _key(opcode: int, qubits: tuple[int, ...], rotation: _Rotation | None) -> Hashable:
    """Return what an operation has in common with those that it cancels or merges with."""
    family = rotation.family if rotation else opcode
    if rotation is None and opcode not in _OWN_INVERSES:
        return None
    if family in _SYMMETRIC:
        return family, tuple(sorted(qubits))
    if family == OPCODE["ccx"]:
        return family, tuple(sorted(qubits[:2])), qubits[2]
    return family, qubits


def _merge(earlier: _Rotation, later: _Rotation) -> None:
    earlier.angle = remainder(earlier.angle + later.angle, _PERIODS[earlier.family])


def _is_identity(rotation: _Rotation) -> bool:
    return abs(rotation.angle) < ANGLE_TOLERANCE


def _rebuilt(
    program: Program,
    alive: np.ndarray[tuple[int], np.dtype[np.bool_]],
    rotations: dict[int, _Rotation],
    changed: set[int],
) -> Program:
    out = ProgramBuilder(program.name, program.qubit_registers, program.bit_registers)
    out.notes.update(program.notes)
    kept: list[bool] = alive.tolist()
    lines: list[int] = program.lines.tolist()
    for op, (opcode, qubits, params, bit, index) in enumerate(program.rows()):
        if not kept[op]:
            continue
        condition = program.condition_table[index] if index >= 0 else ()
        if opcode == UNITARY:
            matrix = program.matrix_of(op)
            out.add_unitary(matrix, qubits, condition=condition, line=lines[op])
            continue
        if op in changed:
            opcode, params = _gate(rotations[op])
        number = out.add(opcode, qubits, params, bit=bit, condition=condition, line=lines[op])
        if op in program.tags:
            out.tags[number] = program.tags[op]
    return out.build()


def _gate(rotation: _Rotation) -> tuple[int, tuple[float, ...]]:
    n_eighths = round(rotation.angle / (pi / 4))
    named = _NAMES.get((rotation.family, n_eighths % 8))
    if named is not None and abs(rotation.angle - n_eighths * pi / 4) < ANGLE_TOLERANCE:
        return named, ()
    return rotation.family, (rotation.angle,)
