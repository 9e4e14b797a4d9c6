"""Check that the expanded program of a plan is the input, operation by operation.

Every operation of the input must equal the product of the expanded operations of its group, up to a
global phase, and up to a relabelling of its qubits that every later operation and
`Plan.permutation` then follow.
"""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from trapline.errors import CheckError
from trapline.passes.check_gates import MAX_QUBITS, GateTable, multiply
from trapline.passes.gates import GATES, UNITARY, Matrix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trapline.passes.plan import Plan

EXPANSION_TOLERANCE = 1e-7
"""Largest difference of entries of equal unitaries; numerical decompositions are good to 1e-8."""

Row = tuple[int, tuple[int, ...], tuple[float, ...], int, int]


def check_expansion(plan: Plan) -> None:
    """Check that `plan.expanded` with its groups and final permutation is `plan.program`.

    Raises:
        CheckError: It is not; the message names the operation of the input.
    """
    _check_shapes(plan)
    check = _Expansion(plan)
    rows = _groups(plan)
    for op, row in enumerate(plan.program.rows()):
        check.group(op, row, next(rows))
    for qubit, (found, said) in enumerate(zip(check.where, plan.permutation.tolist(), strict=True)):
        if found != said:
            raise CheckError(
                f'rule "expansion": input qubit {qubit} ends in qubit {found} of the expanded '
                f"program, but the plan's permutation says {said}",
                hint="the permutation must collect the relabelled swaps of the whole input",
            )


def _check_shapes(plan: Plan) -> None:
    program, expanded = plan.program, plan.expanded
    facts = (
        ("qubits of the expanded program", expanded.n_qubits, program.n_qubits),
        ("bit registers of the expanded program", expanded.bit_registers, program.bit_registers),
        ("length of group", len(plan.group), expanded.n_ops),
        ("length of permutation", len(plan.permutation), program.n_qubits),
    )
    for what, found, wanted in facts:
        if found != wanted:
            raise CheckError(f'rule "expansion": {what}: got {found}, want {wanted}')
    group = plan.group
    if len(group) and (group[0] < 0 or group[-1] >= program.n_ops or np.any(np.diff(group) < 0)):
        raise CheckError(
            'rule "expansion": group must rise from 0 to '
            f"{program.n_ops - 1}, the operations of the input, without going back"
        )


def _groups(plan: Plan) -> Iterator[list[Row]]:
    """Yield the expanded operations of each operation of the input."""
    counts = np.bincount(plan.group, minlength=plan.program.n_ops).tolist()
    rows = plan.expanded.rows()
    for count in counts:
        yield [next(rows) for _ in range(count)]


class _Expansion:
    """Follows the relabelling through the input."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.where = list(range(plan.program.n_qubits))
        self.gates = GateTable(plan.expanded)
        self.inputs = GateTable(plan.program)
        self.orders: dict[tuple[object, ...], tuple[int, ...] | None] = {}
        self.conditions: dict[tuple[int, int], bool] = {}

    def group(self, op: int, row: Row, rows: Sequence[Row]) -> None:
        """Check one operation of the input against its expanded operations."""
        opcode, qubits, params, bit, condition = row
        where = self.where
        mapped = tuple([where[q] for q in qubits])
        if any(not self._same_condition(condition, other[4]) for other in rows):
            self._fail(op, "its expanded operations happen under another condition")
        if len(rows) == 1 and rows[0][:4] == (opcode, mapped, params, bit) and opcode != UNITARY:
            return
        is_gate = opcode == UNITARY or GATES[opcode].matrix is not None
        if not is_gate:
            self._fail(op, "an operation that is not a gate must be carried over as it is")
        order = self._order(op, row, mapped, rows)
        if order is None:
            self._fail(op, "the product of its expanded operations is another unitary")
        elif order != tuple(range(len(qubits))):
            if condition >= 0:
                self._fail(op, "a conditional operation cannot become a relabelling")
            for qubit, place in zip(qubits, order, strict=True):
                where[qubit] = mapped[place]

    def _same_condition(self, index: int, other: int) -> bool:
        if index < 0 or other < 0:
            return index == other
        key = (index, other)
        if key not in self.conditions:
            plan = self.plan
            self.conditions[key] = (
                plan.program.condition_table[index] == plan.expanded.condition_table[other]
            )
        return self.conditions[key]

    def _order(
        self, op: int, row: Row, mapped: tuple[int, ...], rows: Sequence[Row]
    ) -> tuple[int, ...] | None:
        """Return where each operand ends among the operands; None when the unitaries differ."""
        steps: list[tuple[int, tuple[int, ...]]] = []
        for opcode, qubits, params, _, _ in rows:
            if not set(qubits) <= set(mapped):
                self._fail(op, f"its group acts on qubits {qubits}, its own are {mapped}")
            places = tuple([mapped.index(q) for q in qubits])
            steps.append((self.gates.number(opcode, len(qubits), params), places))
        n_qubits = len(mapped)
        wanted = self.inputs.number(row[0], n_qubits, row[2])
        key = (wanted, n_qubits, *steps)
        if key not in self.orders:
            if n_qubits > MAX_QUBITS:
                self._fail(op, f"a gate on {n_qubits} qubits is too wide to check")
            matrices = [(self.gates.facts[gate].matrix, places) for gate, places in steps]
            if any(matrix is None for matrix, _ in matrices):
                self._fail(op, "a gate was expanded into something that is not a gate")
            target = self.inputs.facts[wanted].matrix
            self.orders[key] = _relabelling(target, multiply(matrices, n_qubits), n_qubits)
        return self.orders[key]

    def _fail(self, op: int, what: str) -> NoReturn:
        name = GATES[int(self.plan.program.opcodes[op])].name
        raise CheckError(
            f'rule "expansion": operation {op} of the input ({name}): {what}',
            hint="the expanded program of the plan is not the input; report this as a bug",
        )


def _relabelling(wanted: Matrix | None, product: Matrix, n_qubits: int) -> tuple[int, ...] | None:
    """Find the order of qubits that makes `product` the unitary `wanted`; None when there is none.

    Entry j of the answer is the place in `product` of the qubit that `wanted` leaves in place j.
    """
    if wanted is None:
        return None
    shape = (2,) * n_qubits + (-1,)
    # Only small gates are worth the trial of every order; wide permutations do not occur.
    orders = permutations(range(n_qubits)) if n_qubits <= 4 else [tuple(range(n_qubits))]
    for order in orders:
        moved = product.reshape(shape).transpose(*order, n_qubits).reshape(wanted.shape)
        overlap = np.vdot(wanted, moved)
        size = abs(overlap)
        if size > 0 and np.abs(moved - wanted * (overlap / size)).max() <= EXPANSION_TOLERANCE:
            return order
    return None
