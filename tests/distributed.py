"""Write distributed circuits by the simplest rules, as an oracle for the verifier's tests.

Import as `from distributed import Distributed, distribute`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trapline.passes.gates import GATES
from trapline.passes.program import Condition, Program, ProgramBuilder, Register, Term

if TYPE_CHECKING:
    from collections.abc import Sequence

# Gates that are diagonal in Z on their first operand, so that a copy of it serves them.
CAT_GATES = frozenset(
    ("cx", "cy", "cz", "ch", "csx", "crx", "cry", "crz", "cp", "cu3", "cu", "rzz", "rzx")
)


@dataclass
class Row:
    """One operation of a distributed circuit, easy to damage."""

    gate: str
    qubits: tuple[str, ...]
    params: tuple[float, ...] = ()
    bit: int = -1
    condition: Condition = ()
    matrix: object = None


@dataclass
class Distributed:
    """A distributed circuit in the making."""

    n_modules: int
    data: int
    bits: tuple[Register, ...]
    rows: list[Row] = field(default_factory=list)
    n_bits: int = 0

    @property
    def first_bit(self) -> int:
        return sum(register.size for register in self.bits)

    def add(
        self,
        gate: str,
        *qubits: str,
        params: Sequence[float] = (),
        bit: int = -1,
        condition: Condition = (),
    ) -> None:
        self.rows.append(Row(gate, qubits, tuple(params), bit, condition))

    def measure(self, qubit: str) -> Condition:
        bit = self.first_bit + self.n_bits
        self.n_bits += 1
        self.add("measure", qubit, bit=bit)
        return (Term((bit,), 1),)

    def epr(self, a: int, b: int) -> tuple[str, str]:
        ends = (f"m{a}_c[0]", f"m{b}_c[0]")
        self.add("epr", *ends)
        return ends

    def copy(self, qubit: str, module: int) -> str:
        """Share the Z value of a data qubit with a communication qubit of another module."""
        near, far = self.epr(int(qubit[1 : qubit.index("_")]), module)
        self.add("cx", qubit, near)
        one = self.measure(near)
        self.add("x", far, condition=one)
        self.add("reset", near)
        return far

    def uncopy(self, qubit: str, far: str) -> None:
        self.add("h", far)
        one = self.measure(far)
        self.add("z", qubit, condition=one)
        self.add("reset", far)

    def teleport(self, qubit: str, target: str) -> None:
        """Move a data qubit into a free data qubit elsewhere."""
        near, far = self.epr(int(qubit[1 : qubit.index("_")]), int(target[1 : target.index("_")]))
        self.add("cx", qubit, near)
        self.add("h", qubit)
        x, z = self.measure(near), self.measure(qubit)
        self.add("x", far, condition=x)
        self.add("z", far, condition=z)
        self.add("swap", far, target)
        for used in (near, qubit, far):
            self.add("reset", used)

    def registers(self) -> list[Register]:
        return [
            Register(f"m{m}_{role}", size)
            for m in range(self.n_modules)
            for role, size in (("d", self.data), ("c", 2))
        ]

    def build(self, rows: Sequence[Row] | None = None) -> Program:
        bits = [*self.bits, Register("t", self.n_bits)] if self.n_bits else list(self.bits)
        out = ProgramBuilder("emitted", self.registers(), bits)
        names = [name for register in self.registers() for name in register.members()]
        numbers = {name: i for i, name in enumerate(names)}
        for row in self.rows if rows is None else rows:
            qubits = [numbers[name] for name in row.qubits]
            if row.matrix is not None:
                out.add_unitary(row.matrix, qubits, condition=row.condition)  # type: ignore[arg-type]
                continue
            op = out.add(row.gate, qubits, row.params, bit=row.bit, condition=row.condition)
            if row.gate == "epr":
                out.tags[op] = "-".join(name[: name.index("_")] for name in row.qubits)
        return out.build()


def distribute(program: Program, n_modules: int) -> tuple[Distributed, dict[str, dict[str, str]]]:
    """Distribute any program over modules; return it with its qubit map."""
    names, n = program.qubit_names, program.n_qubits
    out = Distributed(n_modules, n, program.bit_registers)
    place = [f"m{q % n_modules}_d[{q}]" for q in range(n)]
    initial = dict(zip(names, place, strict=True))

    def module(qubit: int) -> str:
        return place[qubit].split("_", maxsplit=1)[0]

    for op in range(program.n_ops):
        qubits, name = program.qubits_of(op), GATES[program.opcodes[op]].name
        condition, params = program.condition_of(op), program.params_of(op)
        matrix = program.matrix_of(op) if name == "unitary" else None
        last = qubits[-1] if qubits else 0
        remote = name != "barrier" and any(module(q) != module(last) for q in qubits)
        if remote and name in CAT_GATES:
            far = out.copy(place[qubits[0]], int(module(last)[1:]))
            out.add(name, far, place[last], params=params, condition=condition)
            out.uncopy(place[qubits[0]], far)
            continue
        for q in qubits if remote and name != "measure" else ():
            if module(q) != module(last):
                out.teleport(place[q], f"{module(last)}_d[{q}]")
                place[q] = f"{module(last)}_d[{q}]"
        operands = tuple(place[q] for q in qubits)
        row = Row(name, operands, params, int(program.bits[op]), condition, matrix)
        out.rows.append(row)
    return out, {"initial": initial, "final": dict(zip(names, place, strict=True))}
