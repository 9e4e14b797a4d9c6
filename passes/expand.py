"""Split operations that are not one interaction, and turn SWAPs into relabelling.

After this pass every multi-qubit gate acts on each of its operands along one axis. A generic
two-qubit unitary becomes single-qubit gates around at most three commuting rotations exp(-i t PP/2)
(its KAK form), in an order that continues the axes around them; a CSWAP becomes CX CCX CX; a
diagonal unitary on too many qubits becomes ZZ rotations between chains of CX. The parts remember
the operation they came from, so that parts that meet in one module are emitted as that operation
again.

Sources: KAK decomposition, Kraus and Cirac, quant-ph/0011050, section II; Margolus gate as in
qelib1.inc.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import pi
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from trapline.passes.axes import axes_of, operand_axes
from trapline.passes.bundles import arrange_bundles
from trapline.passes.diagonals import Phases, diagonal_phases, is_diagonal
from trapline.passes.gates import BARRIER, EPR, GATES, MEASURE, OPCODE, RESET, UNITARY, Matrix
from trapline.passes.program import Condition, Program, ProgramBuilder

if TYPE_CHECKING:
    import cirq
    from numpy.typing import NDArray

_SWAP = OPCODE["swap"]
_CSWAP = OPCODE["cswap"]
# On the last qubit: h, + and - for phases of pi/4 and -pi/4, a letter for a CX from that qubit.
_MARGOLUS = {OPCODE["rccx"]: "h+b-a+b-h", OPCODE["rc3x"]: "h+c-ha+b-a+b-h+c-h"}
_NOT_GATES = frozenset((BARRIER, MEASURE, RESET))


@dataclass(frozen=True, eq=False)
class Expanded:
    """A program of which every multi-qubit gate is one interaction.

    Args:
        program: The split program; its qubits are wires that may have been relabelled.
        group: int32, (operations of `program`,). Operation of the input that each came from.
        permutation: int32, (qubits,). Wire that holds each input qubit at the end.
    """

    program: Program
    group: NDArray[np.int32]
    permutation: NDArray[np.int32]


def expand(program: Program, *, max_operands: int | None = None) -> Expanded:
    """Split what is not one interaction.

    Args:
        program: Any program without EPR operations.
        max_operands: Split gates on more operands than this (a module with m communication qubits
            can bring together m + 1 operands); None for no limit.

    Raises:
        InfeasibleError: A gate on more operands than `max_operands` has no known decomposition.
    """
    limit = max_operands or 1 << 30
    if _is_expanded(program, limit):
        same = np.arange(program.n_ops, dtype=np.int32)
        return Expanded(program, same, np.arange(program.n_qubits, dtype=np.int32))
    out = ProgramBuilder(program.name, program.qubit_registers, program.bit_registers)
    wire = list(range(program.n_qubits))
    group: list[int] = []
    for op, (opcode, qubits, params, bit, condition_index) in enumerate(program.rows()):
        condition = program.condition_table[condition_index] if condition_index >= 0 else ()
        if opcode == _SWAP and not condition:
            a, b = qubits
            wire[a], wire[b] = wire[b], wire[a]
            continue
        wires = [wire[q] for q in qubits]
        if len(qubits) == 1 or opcode in _NOT_GATES or _is_whole(program, op, opcode, limit):
            if opcode == UNITARY:
                out.add_unitary(program.matrix_of(op), wires, condition=condition)
            else:
                out.add(opcode, wires, params, bit=bit, condition=condition)
        else:
            _split(out, program, op, wires, condition, limit)
        group.extend([op] * (len(out) - len(group)))
    expanded = out.build()
    if len(group) > program.n_ops:
        expanded, _ = arrange_bundles(expanded, group)
    return Expanded(expanded, np.array(group, dtype=np.int32), np.array(wire, dtype=np.int32))


def _is_expanded(program: Program, limit: int) -> bool:
    """Tell whether every gate is one interaction already, whatever its parameters."""
    several = np.diff(program.operand_start) > 1
    opcodes: list[int] = np.unique(program.opcodes[several]).tolist()
    return all(
        opcode in _NOT_GATES
        or (
            opcode not in (UNITARY, EPR, _SWAP)
            and GATES[opcode].axes != ""
            and GATES[opcode].n_qubits <= limit
        )
        for opcode in opcodes
    )


def _is_whole(program: Program, op: int, opcode: int, limit: int) -> bool:
    row = GATES[opcode]
    if opcode == EPR:
        raise ValueError("the input already holds EPR operations; it has been distributed before")
    if row.axes:
        return row.n_qubits <= limit
    n = int(program.operand_start[op + 1] - program.operand_start[op])
    return opcode == UNITARY and n <= limit and None not in axes_of(program, op)


def _split(
    out: ProgramBuilder,
    program: Program,
    op: int,
    wires: list[int],
    condition: Condition,
    limit: int,
) -> None:
    opcode = int(program.opcodes[op])
    if len(wires) == 2:
        _split_two(out, program.matrix_of(op), wires, condition)
    elif opcode == _CSWAP and limit >= 3:
        control, a, b = wires
        out.add("cx", (b, a), condition=condition)
        out.add("ccx", (control, a, b), condition=condition)
        out.add("cx", (b, a), condition=condition)
    elif opcode in _MARGOLUS:
        _split_margolus(out, opcode, wires, condition)
    elif opcode == UNITARY and is_diagonal(program.matrix_of(op)):
        _split_diagonal(out, diagonal_phases(program.matrix_of(op)), wires, condition)
    else:
        _split_many(out, program.matrix_of(op), wires, condition, limit)


def _split_margolus(
    out: ProgramBuilder, opcode: int, wires: list[int], condition: Condition
) -> None:
    """Split a relative-phase Toffoli on three or four qubits, as qelib1.inc defines them."""
    target = wires[-1]
    for step in _MARGOLUS[opcode]:
        if step == "h":
            out.add("h", (target,), condition=condition)
        elif step in "+-":
            out.add("p", (target,), (pi / 4 if step == "+" else -pi / 4,), condition=condition)
        else:
            out.add("cx", (wires["abc".index(step)], target), condition=condition)


def _split_two(out: ProgramBuilder, matrix: Matrix, wires: list[int], condition: Condition) -> None:
    import cirq

    kak_of = cast("Any", cirq.kak_decomposition)  # pyright: ignore[reportUnknownMemberType]  # loosely typed
    kak = kak_of(matrix)
    for local, wire in zip(kak.single_qubit_operations_before, wires, strict=True):
        _add_local(out, local, wire, condition)
    for name, angle in zip(("rxx", "ryy", "rzz"), kak.interaction_coefficients, strict=True):
        if abs(angle) > 1e-12:
            out.add(name, wires, (-2 * float(angle),), condition=condition)
    for local, wire in zip(kak.single_qubit_operations_after, wires, strict=True):
        _add_local(out, local, wire, condition)


def _add_local(out: ProgramBuilder, matrix: Matrix, wire: int, condition: Condition) -> None:
    phase = matrix.flat[int(np.argmax(np.abs(matrix)))]
    if not np.allclose(matrix, np.eye(2) * phase, atol=1e-12):
        out.add_unitary(matrix, (wire,), condition=condition)


def _split_diagonal(
    out: ProgramBuilder, phases: Phases, wires: list[int], condition: Condition
) -> None:
    """Split a diagonal unitary into one rotation for each phase, on two wires or a chain of CX."""
    for chosen, angle in phases:
        *others, target = (wires[k] for k in chosen)
        chain = list(pairwise(others))
        for pair in chain:
            out.add("cx", pair, condition=condition)
        if others:
            out.add("rzz", (others[-1], target), (angle,), condition=condition)
        else:
            out.add("rz", (target,), (angle,), condition=condition)
        for pair in reversed(chain):
            out.add("cx", pair, condition=condition)


def _split_many(
    out: ProgramBuilder, matrix: Matrix, wires: list[int], condition: Condition, limit: int
) -> None:
    """Split a gate on three or more qubits by cirq's decompositions, Shannon's as a last resort."""
    import cirq

    def small_enough(operation: cirq.Operation) -> bool:
        n = len(operation.qubits)
        return n == 1 or (n <= limit and None not in operand_axes(cirq.unitary(operation)))

    n = len(wires)
    line = [cirq.LineQubit(i) for i in range(n)]
    start = _as_controlled(matrix, n)
    parts = cirq.decompose(start.on(*line), keep=small_enough, on_stuck_raise=None)
    if not all(len(part.qubits) <= 2 or small_enough(part) for part in parts):
        parts = list(cirq.quantum_shannon_decomposition(line, matrix))
    for part in parts:
        where = [wires[q.x] for q in part.qubits if isinstance(q, cirq.LineQubit)]
        if not where:
            continue  # a global phase
        unitary = cirq.unitary(part)
        if len(where) == 1:
            _add_local(out, unitary, where[0], condition)
        elif None not in operand_axes(unitary):
            out.add_unitary(unitary, where, condition=condition)
        else:
            _split_two(out, unitary, where, condition)


def _as_controlled(matrix: Matrix, n: int) -> cirq.Gate:
    """Write a matrix as a controlled single-qubit gate where it is one, else as it is."""
    import cirq

    rest = matrix.shape[0] - 2
    if np.allclose(matrix[:rest, :rest], np.eye(rest)) and np.allclose(matrix[:rest, rest:], 0):
        block = matrix[rest:, rest:]
        gates: list[cirq.Gate] = [cirq.X, cirq.Z, cirq.Y, cirq.X**0.5, cirq.X**-0.5]
        for gate in gates:
            if np.allclose(block, cirq.unitary(gate)):
                return cirq.ControlledGate(gate, n - 1)
        return cirq.ControlledGate(cirq.MatrixGate(block), n - 1)
    return cirq.MatrixGate(matrix)
