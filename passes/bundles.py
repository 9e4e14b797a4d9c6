"""Bundles: XX, YY and ZZ rotations of one pair of qubits, which commute with each other.

Each of two such rotations differs from the other on both qubits, so that their order is free. It is
chosen so that a bundle begins along the axis that its qubits were last used along, and ends along
the one that they are used along next: XX YY ZZ on one edge is followed by ZZ YY XX on the next.
"""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np

from trapline.passes.axes import Vector, axes_of, parallel, rotate, rotation_of
from trapline.passes.gates import BARRIER, GATES, MEASURE, OPCODE, RESET, UNITARY
from trapline.passes.permute import permuted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trapline.passes.program import Program

_LETTER = {OPCODE["rxx"]: "x", OPCODE["ryy"]: "y", OPCODE["rzz"]: "z"}
_AXIS: dict[str, Vector] = {"x": (1.0, 0.0, 0.0), "y": (0.0, 1.0, 0.0), "z": (0.0, 0.0, 1.0)}


def arrange_bundles(
    program: Program, group: Sequence[int] | None = None
) -> tuple[Program, list[int]]:
    """Choose the order within bundles.

    Args:
        program: Any program.
        group: Group of each operation, rising; bundles stay within a group.

    Returns:
        The program with the operations of each bundle next to each other, and for each operation
        the first operation of its bundle, or -1 outside of bundles.
    """
    bundles = _find(program, group)
    return _arranged(program, bundles) if bundles else (program, [-1] * program.n_ops)


def _find(program: Program, group: Sequence[int] | None) -> dict[int, list[int]]:
    """Return the operations of each bundle by its first; a bundle has more than one axis."""
    last = [-1] * program.n_qubits
    members: dict[int, list[int]] = {}
    for op, (opcode, qubits, _, _, condition) in enumerate(program.rows()):
        unit = op
        if opcode in _LETTER and condition < 0:
            a, b = qubits
            before = last[a] if last[a] == last[b] else -1
            same = group is None or (before >= 0 and group[before] == group[op])
            if same and before in members and set(program.qubits_of(before)) == {a, b}:
                unit = before
            members.setdefault(unit, []).append(op)
        for qubit in qubits:
            last[qubit] = unit
    opcodes = program.opcodes
    return {unit: ops for unit, ops in members.items() if len({int(opcodes[op]) for op in ops}) > 1}


def _arranged(program: Program, bundles: dict[int, list[int]]) -> tuple[Program, list[int]]:
    """Follow the axis of every qubit through the program and choose the order of each bundle."""
    wanted = _axes_after(program, bundles)
    within = {op for ops in bundles.values() for op in ops}
    held: list[Vector | None] = [None] * program.n_qubits
    order: list[int] = []
    bundle: list[int] = []
    for op, (_opcode, qubits, _, _, _) in enumerate(program.rows()):
        if op in bundles:
            ops = _best(program, bundles[op], [held[q] for q in qubits], wanted[op])
            bundle.extend([len(order)] * len(ops))
            order.extend(ops)
            last = _AXIS[_LETTER[int(program.opcodes[ops[-1]])]]
            for qubit in qubits:
                held[qubit] = last
        elif op not in within:
            order.append(op)
            bundle.append(-1)
            for qubit, axis in zip(qubits, _moved(program, op, held), strict=True):
                held[qubit] = axis
    return permuted(program, np.array(order, dtype=np.intp)), bundle


def _moved(program: Program, op: int, held: list[Vector | None]) -> list[Vector | None]:
    """Return the axes along which the operands of an operation can be used on after it."""
    opcode, qubits = int(program.opcodes[op]), program.qubits_of(op)
    if opcode == BARRIER:
        return [held[q] for q in qubits]
    if opcode == RESET:
        return [None]
    if opcode == MEASURE:
        return [_kept(held[q], _AXIS["z"]) for q in qubits]
    if len(qubits) > 1:
        return list(axes_of(program, op)) if _has_axes(program, op) else [None] * len(qubits)
    axis = held[int(program.operands[program.operand_start[op]])]
    if axis is None:
        return [None]
    turned = rotate(rotation_of(program.matrix_of(op)), axis)
    return [_kept(axis, turned) if program.conditions[op] >= 0 else turned]


def _has_axes(program: Program, op: int) -> bool:
    opcode = int(program.opcodes[op])
    return opcode == UNITARY or bool(GATES[opcode].axes)


def _kept(held: Vector | None, axis: Vector) -> Vector | None:
    return held if held is not None and parallel(held, axis) else None


def _axes_after(program: Program, bundles: dict[int, list[int]]) -> dict[int, list[Vector | None]]:
    """Return for each bundle the axes along which its qubits are used next; None when any will do.

    Follows the program from its end.
    """
    wanted: list[Vector | None] = [None] * program.n_qubits
    ends = {ops[-1]: first for first, ops in bundles.items()}
    within = {op for ops in bundles.values() for op in ops}
    found: dict[int, list[Vector | None]] = {}
    for op in range(program.n_ops - 1, -1, -1):
        qubits = program.qubits_of(op)
        if op in ends:
            found[ends[op]] = [wanted[q] for q in program.qubits_of(ends[op])]
        if op in within or int(program.opcodes[op]) in (MEASURE, RESET):
            axes: list[Vector | None] = [None] * len(qubits)
        elif len(qubits) == 1 and wanted[qubits[0]] and program.opcodes[op] != BARRIER:
            inverse = program.matrix_of(op).conj().T
            axes = [rotate(rotation_of(inverse), wanted[qubits[0]] or _AXIS["z"])]
        else:
            axes = _moved(program, op, wanted)
        for qubit, axis in zip(qubits, axes, strict=True):
            wanted[qubit] = axis
    return found


def _best(
    program: Program,
    ops: list[int],
    before: list[Vector | None],
    after: list[Vector | None],
) -> list[int]:
    """Return the operations of a bundle in the order with the most axes that go on.

    Args:
        program: The program.
        ops: The operations.
        before: Axes along which the two qubits were last used.
        after: Axes along which they are used next.
    """
    letters = [_LETTER[int(program.opcodes[op])] for op in ops]
    best, most = ops, -1
    for arrangement in permutations(dict.fromkeys(letters)):
        score = _matches(before, arrangement[0]) + _matches(after, arrangement[-1])
        if score > most:
            most = score
            best = [
                op for a in arrangement for op, own in zip(ops, letters, strict=True) if own == a
            ]
    return best


def _matches(axes: Iterable[Vector | None], letter: str) -> int:
    return sum(axis is not None and parallel(axis, _AXIS[letter]) for axis in axes)
