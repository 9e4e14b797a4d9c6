"""Share parities: a rotation exp(i t P1 ... Pk) over r modules for r - 1 pairs.

The program is folded as in recovery. Each rotation on many qubits is then written, for given homes,
so that every module gathers the parity of its own operands on one qubit by local CX, and only these
qubits meet (`parities_gather`): two in a ZZ rotation, three in a diagonal unitary, more in a chain
of CX from module to module. Neighbouring rotations with the same part in a module find it gathered,
so that one copy serves them all. The result is an ordinary program with the same meaning.

Sources: one pair for each foreign parity, as for one controlled gate, Eisert et al., Phys. Rev. A
62 (2000) 052317; Pauli rotations as ladders, Whitfield et al., arXiv:1001.3855, section 4.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trapline.passes.assignment import static_assignment, weight_of
from trapline.passes.diagonals import diagonal_phases, is_diagonal
from trapline.passes.expand import expand
from trapline.passes.gates import UNITARY
from trapline.passes.limit import at_homes
from trapline.passes.parities_gather import gather
from trapline.passes.parities_order import order_rotations
from trapline.passes.program import Program, ProgramBuilder
from trapline.passes.recover_exchange import exchange
from trapline.passes.recover_gates import fold
from trapline.passes.recover_place import place
from trapline.passes.recover_undo import undo
from trapline.passes.recover_walk import find_spots
from trapline.passes.recover_write import write
from trapline.passes.reorder import reorder
from trapline.passes.segment import segment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trapline.passes.assignment import Assignment
    from trapline.passes.recover_skeleton import Skeleton
    from trapline.passes.route import Router
    from trapline.passes.segment import Segments

Ints = NDArray[np.int32]

NARROWEST = 3
"""Fewest qubits of a rotation of which one module can hold two and another one."""


def share_parities(
    program: Program,
    module_of_qubit: Ints,
    *,
    narrowest: int = NARROWEST,
    ordered: bool = True,
    keep: bool = False,
) -> Program:
    """Rewrite rotations on many qubits so that each module takes part with one qubit.

    Args:
        program: Any program without EPR operations.
        module_of_qubit: int32, (qubits,). Home of each wire: of each qubit until SWAPs relabel it.
        narrowest: Fewest qubits of a rotation that is rewritten.
        ordered: Whether commuting rotations may be exchanged.
        keep: Whether pairs of CX stay where the phases between them are narrower with them.

    Returns:
        A program with the same meaning up to a global phase.
    """
    opened = _opened(program)
    folded: Skeleton = fold(opened)
    exchange(folded)
    diagonals = place(folded, undo(folded) if keep else find_spots(folded))
    homes: list[int] = module_of_qubit.tolist()
    if ordered:
        folded, diagonals = order_rotations(folded, diagonals, homes)
    return write(opened, *gather(folded, diagonals, homes, narrowest))


def with_shared_parities(
    program: Program, segments: Segments, assignment: Assignment, router: Router
) -> Program | None:
    """Share parities between the homes that a solver found, where that saves pairs.

    Pairs are compared with every qubit in the home that it has longest and simple places; solve
    for the result again, from these homes, and compare plans.

    Args:
        program: The program that was solved.
        segments: Its communication model.
        assignment: Its homes.
        router: Steiner weights of the network.

    Returns:
        The rewritten program that promises the fewest pairs; None where none promises fewer than
        the program itself.
    """
    homes = main_homes(segments, assignment)
    if len(np.unique(homes)) < 2 or not _has_parts(program, homes):
        return None
    fewest = weight_of(segments, static_at(segments, homes, router), router)
    best = None
    for other in _variants(program, homes):
        model = segment(expand(other).program)
        found = weight_of(model, static_at(model, homes, router), router)
        if found < fewest:
            best, fewest = other, found
    return best


def main_homes(segments: Segments, assignment: Assignment) -> Ints:
    """Return the module in which each qubit takes part in most interactions; int32, (qubits,)."""
    n_modules = int(assignment.home.max(initial=0)) + 1
    weight = 1 + np.diff(segments.item_start)
    counts = np.zeros((segments.n_qubits, n_modules), dtype=np.int64)
    np.add.at(counts, (segments.qubit, assignment.home), weight)
    homes: Ints = counts.argmax(axis=1).astype(np.int32)
    return homes


def static_at(segments: Segments, module_of_qubit: Ints, router: Router) -> Assignment:
    """Return an assignment with given homes and interactions at the home of an operand.

    Interactions of two qubits need the fewest packets; others are where most operands live.

    Args:
        segments: The communication model.
        module_of_qubit: int32, (qubits,). Home of each qubit; they must fit.
        router: Of the network.
    """
    if segments.n_interactions == 0:
        return static_assignment(segments, module_of_qubit, np.zeros(0, dtype=np.int32))
    owner = np.repeat(np.arange(segments.n_interactions), np.diff(segments.pin_start))
    counts = np.zeros((segments.n_interactions, router.network.n_modules), dtype=np.int32)
    np.add.at(counts, (owner, module_of_qubit[segments.qubit[segments.pins]]), 1)
    most = counts.argmax(axis=1).astype(np.int32)
    return at_homes(segments, router.network, static_assignment(segments, module_of_qubit, most))


def _has_parts(program: Program, homes: Ints) -> bool:
    """Tell whether some rotation has two operands in one of several modules."""
    folded = fold(_opened(program))
    exchange(folded)
    for diagonal in place(folded, find_spots(folded)):
        if len(diagonal.wires) >= NARROWEST and len(diagonal.phases) == 1:
            modules = {int(homes[wire]) for wire in diagonal.wires}
            if 1 < len(modules) < len(diagonal.wires):
                return True
    return False


def _variants(program: Program, homes: Ints) -> Iterator[Program]:
    for narrowest in (NARROWEST, NARROWEST + 1):
        for ordered, keep in ((False, False), (True, False), (False, True)):
            shared = share_parities(program, homes, narrowest=narrowest, ordered=ordered, keep=keep)
            yield reorder(shared)


def _opened(program: Program) -> Program:
    """Write diagonal unitaries on four and more qubits that are one rotation as chains of CX."""
    rotations = {
        op: found
        for op in np.flatnonzero(
            (program.opcodes == UNITARY)
            & (np.diff(program.operand_start) > NARROWEST)
            & (program.conditions < 0)
        ).tolist()
        if (found := _rotation_of(program, op))
    }
    if not rotations:
        return program
    out = ProgramBuilder(program.name, program.qubit_registers, program.bit_registers)
    out.notes.update(program.notes)
    for op, (opcode, qubits, params, bit, _) in enumerate(program.rows()):
        condition, line = program.condition_of(op), int(program.lines[op])
        if op in rotations:
            chosen, angle = rotations[op]
            wires = [qubits[k] for k in chosen]
            chain = list(pairwise(wires))
            for pair in chain:
                out.add("cx", pair, line=line)
            out.add("rz", wires[-1:], (angle,), line=line)
            for pair in reversed(chain):
                out.add("cx", pair, line=line)
        elif opcode == UNITARY:
            out.add_unitary(program.matrix_of(op), qubits, condition=condition, line=line)
        else:
            number = out.add(opcode, qubits, params, bit=bit, condition=condition, line=line)
            if op in program.tags:
                out.tags[number] = program.tags[op]
    return out.build()


def _rotation_of(program: Program, op: int) -> tuple[tuple[int, ...], float] | None:
    """Return the only phase of a unitary, None when it is not diagonal or has others."""
    matrix = program.matrix_of(op)
    phases = diagonal_phases(matrix) if is_diagonal(matrix) else ()
    return phases[0] if len(phases) == 1 else None
