"""Decide for programs of any width and length whether they mean the same, by Pauli rotations.

Every circuit is a product of Pauli rotations followed by one Clifford. Both programs are brought
into that form side by side, and rotations that meet their like cancel (`rotations_word`). When
nothing is left and the Cliffords agree the programs are equal, up to a global phase and up to the
differences of angles that were taken for zero, whose sum is reported. What is left otherwise proves
nothing: there are equal products of rotations that no exchange and no merging makes alike.

Measurements, resets and gates without a rotation form are items like rotations: they commute with
what commutes with the strings they act by. Each write and read of a bit is numbered by the writes
before it, and that number is part of the item, so that items can only meet their like when the
classical order is the same.

Sources: Litinski, arXiv:1808.02892, section 1; Zhang and Chen, arXiv:1903.12456.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trapline.compiler.pairing import Verdict
from trapline.compiler.rotations_gates import TABLE, WHOLE, Step, unitary_steps
from trapline.passes.gates import BARRIER, GATES, MEASURE, RESET, UNITARY

if TYPE_CHECKING:
    from collections.abc import Hashable

    from trapline.compiler.rotations_side import Longs, Source, Steps
    from trapline.passes.program import Program

MAX_DISTANCE = 1e-5
"""Largest sum of neglected angles, an upper bound of the distance of the unitaries."""

MAX_QUBITS = 20_000
"""Most qubits: a Clifford of so many takes 0.2 GB, and there is one for each program."""

LETTERS = {"I": 0, "X": 1, "Z": 2, "Y": 3}


def equivalent_by_rotations(
    original: Program,
    other: Program,
    *,
    max_slots: int = 1 << 17,
    max_work: float = 1e10,
) -> Verdict:
    """Decide whether two programs on the same registers mean the same.

    Args:
        original: A program.
        other: Another with as many qubits and bits; equal positions are the same qubit and bit.
        max_slots: Most Pauli strings that wait on each side.
        max_work: Most comparisons of two strings.

    Returns:
        Passed only when they are equal on all inputs; failed only when they are shown to differ;
        undecided else, with the reason: what found no counterpart, or which limit was met.
    """
    if (original.n_qubits, original.n_bits) != (other.n_qubits, other.n_bits):
        return Verdict(passed=None, checked="rotation form: the programs have other registers")
    if original.n_qubits > MAX_QUBITS:
        return Verdict(passed=None, checked=f"rotation form: more than {MAX_QUBITS} qubits")
    templates = _Templates()
    left, right = templates.source(original), templates.source(other)
    return _compare(left, right, templates, original.n_qubits, max_slots, max_work)


def _compare(
    left: Source,
    right: Source,
    templates: _Templates,
    n_qubits: int,
    max_slots: int,
    max_work: float,
) -> Verdict:
    """Cancel two programs against each other."""
    from trapline.compiler.rotations_side import ITEMS, new_side
    from trapline.compiler.rotations_slots import ERROR, WORK
    from trapline.compiler.rotations_walk import follow

    steps = templates.steps()
    widest = max(2 * templates.widest, 2)
    one, two = (new_side(n_qubits, max_slots, widest) for _ in range(2))
    total = np.array([0.0, 0.0, max_work])
    if not follow(one, left, two, right, steps, total):
        limit = (
            f"more than {max_work:.1e} comparisons of strings"
            if total[WORK] > max_work
            else f"more than {max_slots} strings wait for their like"
        )
        return Verdict(passed=None, checked=f"rotation form: {limit}")
    remaining = int(one.count[ITEMS] + two.count[ITEMS])
    if remaining:
        return Verdict(
            passed=None, checked=f"rotation form: {remaining} rotations found no counterpart"
        )
    if total[ERROR] > MAX_DISTANCE:
        return Verdict(
            passed=None,
            checked=f"rotation form: angles up to {total[ERROR]:.1e} in all were neglected",
        )
    same = np.array_equal(one.rows, two.rows) and np.array_equal(one.phase, two.phase)
    if not same:
        # Without measurements the product of one circuit and the inverse of the other is a
        # Clifford other than the identity.
        return Verdict(
            passed=None if templates.whole else False,
            checked="rotation form: the Clifford gates differ",
        )
    return Verdict(
        passed=True,
        checked=f"rotation form: both programs are the same up to {total[ERROR]:.1e}",
    )


class _Templates:
    """Templates of gates and tags of kinds of items, shared by both programs."""

    def __init__(self) -> None:
        self._steps: list[list[Step]] = [TABLE[gate.name] for gate in GATES]
        self._unitaries: dict[bytes, int] = {}
        self._tags: dict[Hashable, int] = {}
        self.whole = False
        self.widest = 1

    def steps(self) -> Steps:
        """Return the templates as columns."""
        from trapline.compiler.rotations_side import Steps

        rows = [step for steps in self._steps for step in steps]
        width = max(len(step.letters) for step in rows)
        letters = np.zeros((len(rows), width), dtype=np.int64)
        factors = np.zeros((len(rows), 5))
        for row, step in enumerate(rows):
            letters[row, : len(step.letters)] = [LETTERS[letter] for letter in step.letters]
            factors[row, : 1 + len(step.factors)] = (step.angle, *step.factors)
        lengths = [len(steps) for steps in self._steps]
        return Steps(
            start=np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
            kind=np.array([step.kind for step in rows], dtype=np.int64),
            letters=letters,
            factors=factors,
        )

    def source(self, program: Program) -> Source:
        """Return a program's columns with a template and tags for each operation."""
        from trapline.compiler.rotations_side import Source

        template = program.opcodes.astype(np.int64)
        template[program.opcodes == BARRIER] = -1
        start = program.operand_start.astype(np.int64)
        for op in np.nonzero(program.opcodes == UNITARY)[0].tolist():
            template[op] = self._unitary(program, op)
        params = program.params.copy()
        return Source(
            template=template,
            operand_start=start,
            operands=program.operands.astype(np.int64),
            param_start=program.param_start.astype(np.int64),
            params=params,
            tags=self._tags_of(program, template),
        )

    def _unitary(self, program: Program, op: int) -> int:
        """Return the template of a unitary."""
        matrix = program.matrix_of(op)
        key = matrix.tobytes()
        if key not in self._unitaries:
            self._unitaries[key] = len(self._steps)
            self._steps.append(unitary_steps(matrix))
        return self._unitaries[key]

    def _tags_of(self, program: Program, template: Longs) -> Longs:
        """Return the tag of each operation, at its operands."""
        tags = np.zeros(len(program.operands) + 1, dtype=np.int64)
        kept = [t for t, steps in enumerate(self._steps) if any(s.kind == WHOLE for s in steps)]
        special = np.isin(program.opcodes, (MEASURE, RESET)) | (program.conditions >= 0)
        special |= np.isin(template, kept)
        writes: dict[int, int] = {}
        for op in np.nonzero(special)[0].tolist():
            qubits = program.qubits_of(op)
            first = int(program.operand_start[op])
            condition = tuple(
                sorted(
                    (
                        term.bits,
                        tuple(writes.get(bit, 0) for bit in term.bits),
                        term.value,
                        term.equal,
                    )
                    for term in program.condition_of(op)
                )
            )
            opcode = int(program.opcodes[op])
            if opcode == MEASURE:
                for k in range(len(qubits)):
                    bit = int(program.bits[op]) + k
                    writes[bit] = writes.get(bit, 0) + 1
                    tags[first + k] = self._tag(-1, ("measure", bit, writes[bit], condition))
            elif int(template[op]) in kept or opcode == RESET:
                self.widest = max(self.widest, len(qubits))
                tags[first] = self._tag(-1, (int(template[op]), condition))
            else:
                tags[first] = self._tag(1, condition)
            self.whole = True
        return tags

    def _tag(self, sign: int, key: Hashable) -> int:
        return sign * self._tags.setdefault(key, len(self._tags) + 1)
