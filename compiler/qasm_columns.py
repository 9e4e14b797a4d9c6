"""Operations of an OpenQASM text as columns.

A statement that appears many times is turned into operations once, as a *template*; the program is
then a stream of template numbers, and its columns are gathered from the pool of templates in a few
NumPy calls.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import numpy as np

from trapline.passes.gates import UNITARY
from trapline.passes.program import Program

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from trapline.passes.gates import Matrix
    from trapline.passes.program import Condition, Register


class Columns:
    """The pool of operations, the templates cut from it, and the stream of templates."""

    def __init__(self) -> None:
        self.opcodes = array("h")
        self.operands = array("i")
        self.operand_start = array("i", [0])
        self.params = array("d")
        self.param_start = array("i", [0])
        self.bits = array("i")
        self.conditions = array("i")
        self.lines = array("i")
        self.condition_index: dict[Condition, int] = {}
        self.matrices: list[Matrix] = []
        self.matrix_index: dict[bytes, int] = {}
        self.template_start = array("i", [0])
        self.stream = array("i")
        self.pieces = array("i")
        self.tags: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self.opcodes)

    def add(
        self,
        opcode: int,
        qubits: Sequence[int],
        params: Sequence[float] = (),
        *,
        bit: int = -1,
        condition: int = -1,
        line: int = 0,
    ) -> None:
        """Append an operation to the pool; line 0 means that of the statement in the stream."""
        self.opcodes.append(opcode)
        self.operands.extend(qubits)
        self.operand_start.append(len(self.operands))
        if params:
            self.params.extend(params)
        self.param_start.append(len(self.params))
        self.bits.append(bit)
        self.conditions.append(condition)
        self.lines.append(line)

    def drop(self, count: int) -> None:
        """Remove the last `count` operations of the pool."""
        rest = len(self.opcodes) - count
        del self.operands[self.operand_start[rest] :]
        del self.params[self.param_start[rest] :]
        for column in (self.opcodes, self.bits, self.conditions, self.lines):
            del column[rest:]
        for starts in (self.operand_start, self.param_start):
            del starts[rest + 1 :]

    def condition(self, condition: Condition) -> int:
        """Return the number of a condition, -1 for none."""
        if not condition:
            return -1
        return self.condition_index.setdefault(condition, len(self.condition_index))

    def matrix(self, matrix: Matrix) -> int:
        """Return the number of a matrix; equal matrices are kept once."""
        matrix = np.array(matrix, dtype=np.complex128, order="C")
        matrix.flags.writeable = False
        number = self.matrix_index.setdefault(matrix.tobytes(), len(self.matrices))
        if number == len(self.matrices):
            self.matrices.append(matrix)
        return number

    def cut(self) -> int:
        """Make a template of the operations added since the last cut, and return its number."""
        self.template_start.append(len(self.opcodes))
        return len(self.template_start) - 2

    def build(
        self,
        name: str,
        qubits: Sequence[Register],
        bits: Sequence[Register],
        piece_lines: NDArray[np.int32],
        notes: dict[str, object],
    ) -> Program:
        """Gather the stream into a program.

        Args:
            name: Name of the program.
            qubits: Qubit registers.
            bits: Bit registers.
            piece_lines: int32, (pieces,). Line of each piece of the text.
            notes: Notes of the program.
        """
        starts = _ints(self.template_start)
        stream = _ints(self.stream)
        first, counts = starts[stream], np.diff(starts)[stream]
        rows = _ragged(first, counts)
        operand_rows, operand_start = _gather(_ints(self.operand_start), rows)
        param_rows, param_start = _gather(_ints(self.param_start), rows)
        own = _ints(self.lines)[rows]
        opcodes = np.frombuffer(self.opcodes, dtype=np.int16)[rows]
        params = np.frombuffer(self.params, dtype=np.float64)[param_rows]
        matrices = _used_matrices(params, param_start[:-1][opcodes == UNITARY])
        lines = np.where(own > 0, own, np.repeat(piece_lines[_ints(self.pieces)], counts))
        return Program(
            name=name,
            qubit_registers=tuple(qubits),
            bit_registers=tuple(bits),
            opcodes=opcodes,
            operand_start=operand_start,
            operands=_ints(self.operands)[operand_rows],
            param_start=param_start,
            params=params,
            bits=_ints(self.bits)[rows],
            conditions=_ints(self.conditions)[rows],
            lines=lines.astype(np.int32),
            condition_table=tuple(self.condition_index),
            matrices=tuple(self.matrices[i] for i in matrices),
            tags=self._tags_of(rows),
            notes=notes,
        )

    def _tags_of(self, rows: NDArray[np.int64]) -> dict[int, str]:
        if not self.tags:
            return {}
        tagged = np.flatnonzero(np.isin(rows, list(self.tags)))
        return {int(i): self.tags[int(rows[i])] for i in tagged}


def _ints(column: array[int]) -> NDArray[np.int32]:
    return np.frombuffer(column, dtype=np.int32) if column else np.zeros(0, dtype=np.int32)


def _used_matrices(params: NDArray[np.float64], at: NDArray[np.int32]) -> list[int]:
    """Renumber the matrices at some angles from 0 and return the old numbers."""
    used, numbers = np.unique(params[at].astype(np.int64), return_inverse=True)
    params[at] = numbers
    old: list[int] = used.tolist()
    return old


def _ragged(first: NDArray[np.int32], counts: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return first[0], first[0] + 1, ... counts[0] of them, then the same for the next."""
    ends = np.cumsum(counts, dtype=np.int64)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(first - (ends - counts), counts) + np.arange(total, dtype=np.int64)


def _gather(
    starts: NDArray[np.int32], rows: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the flat positions of the slices of `rows`, and where each begins in the result."""
    counts = np.diff(starts)[rows]
    out = np.zeros(len(rows) + 1, dtype=np.int32)
    np.cumsum(counts, out=out[1:])
    return _ragged(starts[:-1][rows], counts), out
