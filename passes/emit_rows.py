"""Collects the operations of an emitted circuit while its qubits have no numbers yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trapline.passes.gates import OPCODE, UNITARY, Matrix
from trapline.passes.program import Condition, Program, Register

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class Rows:
    """Columns of operations on qubits known by any whole numbers.

    The operations come from programs that have been checked, or from the emitter; unlike
    `ProgramBuilder` this trusts them.
    """

    def __init__(self) -> None:
        self._opcodes: list[int] = []
        self._starts = [0]
        self._operands: list[int] = []
        self._param_starts = [0]
        self._params: list[float] = []
        self._bits: list[int] = []
        self._conditions: list[int] = []
        self._condition_index: dict[Condition, int] = {(): -1}
        self._matrices: list[Matrix] = []
        self._matrix_index: dict[int, int] = {}
        self._tags: dict[int, str] = {}

    def add(
        self,
        opcode: int,
        qubits: Sequence[int],
        params: Sequence[float] = (),
        bit: int = -1,
        condition: Condition = (),
        tag: str = "",
    ) -> None:
        """Append an operation."""
        if tag:
            self._tags[len(self._opcodes)] = tag
        self._opcodes.append(opcode)
        self._operands += qubits
        self._starts.append(len(self._operands))
        if params:
            self._params += params
        self._param_starts.append(len(self._params))
        self._bits.append(bit)
        index = self._condition_index
        self._conditions.append(index.setdefault(condition, len(index) - 1) if condition else -1)

    def add_unitary(self, matrix: Matrix, qubits: Sequence[int], condition: Condition) -> None:
        """Append a unitary by a matrix that outlives these rows."""
        number = self._matrix_index.setdefault(id(matrix), len(self._matrices))
        if number == len(self._matrices):
            self._matrices.append(matrix)
        self.add(UNITARY, qubits, (float(number),), condition=condition)

    def add_named(
        self,
        name: str,
        qubits: Sequence[int],
        params: Sequence[float] = (),
        *,
        condition: Condition = (),
        tag: str = "",
    ) -> None:
        """Append a gate by its name."""
        self.add(OPCODE[name], qubits, params, condition=condition, tag=tag)

    def build(
        self,
        name: str,
        qubit_registers: Sequence[Register],
        bit_registers: Sequence[Register],
        number: NDArray[np.int32],
        notes: dict[str, object],
    ) -> Program:
        """Give the qubits their numbers and freeze the columns.

        Args:
            name: Name of the program.
            qubit_registers: Qubits in order.
            bit_registers: Bits in order.
            number: int32. Number of each qubit.
            notes: Facts that travel with the program.
        """
        table = sorted(self._condition_index.items(), key=lambda item: item[1])
        return Program(
            name=name,
            qubit_registers=tuple(qubit_registers),
            bit_registers=tuple(bit_registers),
            opcodes=np.array(self._opcodes, dtype=np.int16),
            operand_start=np.array(self._starts, dtype=np.int32),
            operands=number[np.array(self._operands, dtype=np.int64)],
            param_start=np.array(self._param_starts, dtype=np.int32),
            params=np.array(self._params, dtype=np.float64),
            bits=np.array(self._bits, dtype=np.int32),
            conditions=np.array(self._conditions, dtype=np.int32),
            lines=np.zeros(len(self._opcodes), dtype=np.int32),
            condition_table=tuple(condition for condition, at in table if at >= 0),
            matrices=tuple(self._matrices),
            tags=self._tags,
            notes=notes,
        )
