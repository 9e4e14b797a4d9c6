"""A circuit as columns: the one form in which circuits travel through Trapline.

An operation is a row: its opcode (`trapline.passes.gates`), its operands and angles (slices of flat
arrays), the first classical bit it writes, and the condition under which it happens. Input circuits
and emitted circuits are both programs, so that every reader, writer and simulator works on both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trapline.passes.gates import GATES, MEASURE, OPCODE, UNITARY, Matrix, gate_matrix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Register:
    """A named group of qubits or bits.

    Args:
        name: Name in the input.
        size: Number of qubits or bits.
        scalar: True when the only member bears the register's own name (`qubit q;`, or a
            `cirq.NamedQubit`).
        keyed: Bits only. True when the whole register is one measurement key (a cirq measurement);
            False when each bit is measured under a key of its own, `name[i]`.
    """

    name: str
    size: int
    scalar: bool = False
    keyed: bool = False

    def members(self) -> list[str]:
        """List the names of the members in order."""
        return [self.name] if self.scalar else [f"{self.name}[{i}]" for i in range(self.size)]


@dataclass(frozen=True)
class Term:
    """One comparison of classical bits with a number.

    Args:
        bits: Classical bits, least significant first.
        value: The number they are compared with.
        equal: True for `==`, False for `!=`.
    """

    bits: tuple[int, ...]
    value: int
    equal: bool = True


Condition = tuple[Term, ...]
"""All of the terms must hold."""


def _frozen(array: NDArray[np.generic]) -> NDArray[np.generic]:
    array.flags.writeable = False
    return array


@dataclass(frozen=True, eq=False)
class Program:
    """A circuit as read-only columns; `n` operations, `v` operands in all, `a` angles in all.

    Args:
        name: Name for reports.
        qubit_registers: Qubits in order; qubit 0 is the first member of the first register.
        bit_registers: Classical bits in order.
        opcodes: int16, (n,). Rows of the gate table.
        operand_start: int32, (n + 1,). Operands of operation i are
            `operands[operand_start[i]:operand_start[i+1]]`.
        operands: int32, (v,). Qubit numbers.
        param_start: int32, (n + 1,). As `operand_start`, for angles.
        params: float64, (a,). Angles in radians; for `unitary` the number of its matrix.
        bits: int32, (n,). First classical bit that a measurement writes (operand j writes bit
            `bits[i] + j`), else -1.
        conditions: int32, (n,). Position in `condition_table`, or -1.
        lines: int32, (n,). Line of the source file, 0 when unknown.
        condition_table: Distinct conditions.
        matrices: Matrices of `unitary` operations, big-endian in their operands.
        tags: Operation number -> text, for emitted circuits (the link of an EPR pair).
        notes: Facts that travel with a written circuit, for example `qubit_map`.
    """

    name: str
    qubit_registers: tuple[Register, ...]
    bit_registers: tuple[Register, ...]
    opcodes: NDArray[np.int16]
    operand_start: Ints
    operands: Ints
    param_start: Ints
    params: Floats
    bits: Ints
    conditions: Ints
    lines: Ints
    condition_table: tuple[Condition, ...] = ()
    matrices: tuple[Matrix, ...] = ()
    tags: dict[int, str] = field(default_factory=dict[int, str])
    notes: dict[str, object] = field(default_factory=dict[str, object])

    def __post_init__(self) -> None:
        for column in (
            self.opcodes,
            self.operand_start,
            self.operands,
            self.param_start,
            self.params,
            self.bits,
            self.conditions,
            self.lines,
        ):
            _frozen(column)

    @property
    def n_ops(self) -> int:
        """Number of operations, barriers included."""
        return len(self.opcodes)

    @property
    def n_qubits(self) -> int:
        """Number of qubits declared, used or not."""
        return sum(register.size for register in self.qubit_registers)

    @property
    def n_bits(self) -> int:
        """Number of classical bits declared."""
        return sum(register.size for register in self.bit_registers)

    @property
    def qubit_names(self) -> list[str]:
        """Names of the qubits in order."""
        return [name for register in self.qubit_registers for name in register.members()]

    @property
    def bit_names(self) -> list[str]:
        """Names of the classical bits in order."""
        return [name for register in self.bit_registers for name in register.members()]

    def qubits_of(self, op: int) -> tuple[int, ...]:
        """Return the operands of operation `op`."""
        return tuple(self.operands[self.operand_start[op] : self.operand_start[op + 1]].tolist())

    def params_of(self, op: int) -> tuple[float, ...]:
        """Return the angles of operation `op` in radians."""
        return tuple(self.params[self.param_start[op] : self.param_start[op + 1]].tolist())

    def condition_of(self, op: int) -> Condition:
        """Return the condition of operation `op`; the empty tuple when it always happens."""
        index = int(self.conditions[op])
        return () if index < 0 else self.condition_table[index]

    def matrix_of(self, op: int) -> Matrix:
        """Return the unitary of gate `op`, complex128, (2**k, 2**k), big-endian in its operands."""
        if self.opcodes[op] == UNITARY:
            return self.matrices[int(self.params[self.param_start[op]])]
        return gate_matrix(int(self.opcodes[op]), self.params_of(op))

    def rows(self) -> Iterator[tuple[int, tuple[int, ...], tuple[float, ...], int, int]]:
        """Iterate over (opcode, operands, angles, first bit, condition number) of every operation.

        Much faster than asking for each operation in turn.
        """
        operands, params = self.operands.tolist(), self.params.tolist()
        starts, param_starts = self.operand_start.tolist(), self.param_start.tolist()
        columns = zip(
            self.opcodes.tolist(), self.bits.tolist(), self.conditions.tolist(), strict=True
        )
        for i, (opcode, bit, condition) in enumerate(columns):
            yield (
                opcode,
                tuple(operands[starts[i] : starts[i + 1]]),
                tuple(params[param_starts[i] : param_starts[i + 1]]),
                bit,
                condition,
            )


class ProgramBuilder:
    """Collects operations one by one; `build` gives the program.

    For importers of small inputs and for passes that rewrite; a reader of large files may fill
    columns itself.
    """

    def __init__(
        self,
        name: str,
        qubit_registers: Sequence[Register],
        bit_registers: Sequence[Register] = (),
    ) -> None:
        self.name = name
        self.qubit_registers = tuple(qubit_registers)
        self.bit_registers = list(bit_registers)
        self.tags: dict[int, str] = {}
        self.notes: dict[str, object] = {}
        self._opcodes: list[int] = []
        self._starts: list[int] = [0]
        self._operands: list[int] = []
        self._param_starts: list[int] = [0]
        self._params: list[float] = []
        self._bits: list[int] = []
        self._conditions: list[int] = []
        self._lines: list[int] = []
        self._condition_index: dict[Condition, int] = {}
        self._matrices: list[Matrix] = []
        self._matrix_index: dict[bytes, int] = {}

    def __len__(self) -> int:
        return len(self._opcodes)

    def add(
        self,
        gate: str | int,
        qubits: Sequence[int],
        params: Sequence[float] = (),
        *,
        bit: int = -1,
        condition: Condition = (),
        line: int = 0,
    ) -> int:
        """Append an operation and return its number.

        Args:
            gate: Name or opcode of a row of the gate table.
            qubits: Operands, all different.
            params: Angles in radians.
            bit: First classical bit that a measurement writes.
            condition: All terms must hold for the operation to happen.
            line: Line in the source file.
        """
        opcode = OPCODE[gate] if isinstance(gate, str) else gate
        row = GATES[opcode]
        if len(set(qubits)) != len(qubits) or row.n_qubits not in (-1, len(qubits)):
            raise ValueError(f"{row.name} takes {row.n_qubits} different qubits, got {qubits}")
        if len(params) != row.n_params or (opcode == MEASURE) != (bit >= 0):
            raise ValueError(f"{row.name}: got {len(params)} angles and bit {bit}")
        self._opcodes.append(opcode)
        self._operands.extend(qubits)
        self._starts.append(len(self._operands))
        self._params.extend(params)
        self._param_starts.append(len(self._params))
        self._bits.append(bit)
        self._conditions.append(
            self._condition_index.setdefault(condition, len(self._condition_index))
            if condition
            else -1
        )
        self._lines.append(line)
        return len(self._opcodes) - 1

    def add_unitary(
        self, matrix: Matrix, qubits: Sequence[int], *, condition: Condition = (), line: int = 0
    ) -> int:
        """Append an arbitrary unitary, big-endian in `qubits`; equal matrices are stored once."""
        matrix = np.ascontiguousarray(matrix, dtype=np.complex128)
        if matrix.shape != (1 << len(qubits), 1 << len(qubits)):
            raise ValueError(f"matrix of shape {matrix.shape} on {len(qubits)} qubits")
        key = matrix.tobytes()
        index = self._matrix_index.setdefault(key, len(self._matrices))
        if index == len(self._matrices):
            matrix = matrix.copy()
            matrix.flags.writeable = False
            self._matrices.append(matrix)
        return self.add(UNITARY, qubits, (float(index),), condition=condition, line=line)

    def add_bits(self, register: Register) -> int:
        """Append a classical register and return its first bit."""
        first = sum(existing.size for existing in self.bit_registers)
        self.bit_registers.append(register)
        return first

    def build(self) -> Program:
        """Freeze the columns."""
        return Program(
            name=self.name,
            qubit_registers=self.qubit_registers,
            bit_registers=tuple(self.bit_registers),
            opcodes=np.array(self._opcodes, dtype=np.int16),
            operand_start=np.array(self._starts, dtype=np.int32),
            operands=np.array(self._operands, dtype=np.int32),
            param_start=np.array(self._param_starts, dtype=np.int32),
            params=np.array(self._params, dtype=np.float64),
            bits=np.array(self._bits, dtype=np.int32),
            conditions=np.array(self._conditions, dtype=np.int32),
            lines=np.array(self._lines, dtype=np.int32),
            condition_table=tuple(self._condition_index),
            matrices=tuple(self._matrices),
            tags=self.tags,
            notes=self.notes,
        )
