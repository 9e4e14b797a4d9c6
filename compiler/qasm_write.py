"""Programs as OpenQASM 3.

The text needs stdgates.inc only; other gates are defined in its header. What OpenQASM has no word
for travels in comments that begin with `// trapline:` (see `trapline.compiler.qasm_pragmas`).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NoReturn

from trapline.compiler.qasm_lex import PRAGMA
from trapline.compiler.qasm_library import DEFINITIONS, STDGATES, names
from trapline.compiler.qasm_modifiers import u3_angles
from trapline.compiler.qasm_unitary import unitary_steps
from trapline.errors import TraplineError
from trapline.passes.gates import BARRIER, EPR, GATES, MEASURE, RESET, UNITARY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trapline.passes.gates import Matrix
    from trapline.passes.program import Condition, Program, Register, Term

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_RESERVED = names(
    "OPENQASM include gate opaque qubit bit qreg creg int uint float angle bool complex const let "
    "input output if else for while in switch def extern return break continue end measure reset "
    "barrier box delay duration stretch cal defcal defcalgrammar pragma array void true false pi "
    "tau euler inv pow ctrl negctrl gphase U CX sizeof durationof mutable readonly nop default "
    "case sin cos tan arcsin arccos arctan exp log sqrt floor ceiling mod popcount rotl rotr real "
    "imag"
)


def write_qasm3(program: Program) -> str:
    """Return a program as OpenQASM 3 text.

    Angles are written with all their digits; a Trapline reader gives back the same program.

    Args:
        program: Any program whose unitaries without a name act on at most two qubits, or along one
            axis on every operand.

    Raises:
        TraplineError: A unitary that has no gates.
    """
    return _Writer(program).run()


class _Writer:
    """One writing of a program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.lines: list[str] = []
        taken: set[str] = {*_RESERVED, *STDGATES, *(gate.name for gate in GATES)}
        self.renamed: dict[str, list[object]] = {}
        self.declarations: list[str] = []
        self.qubits = self.declare(program.qubit_registers, taken, "qubit")
        self.bits = self.declare(program.bit_registers, taken, "bit")
        self.matrix_gates: dict[int, str] = {}
        self.definitions: dict[str, str] = {}
        self.taken = taken

    def declare(self, registers: Sequence[Register], taken: set[str], kind: str) -> list[str]:
        """Declare registers under legal names and return those of the members."""
        members: list[str] = []
        for register in registers:
            name = _legal(register.name, taken)
            taken.add(name)
            plain = name == register.name and not register.keyed
            if not plain:
                scalar, keyed = int(register.scalar), int(register.keyed)
                self.renamed[name] = [register.name, register.size, scalar, keyed]
            if register.scalar:
                self.declarations.append(f"{kind} {name};")
                members.append(name)
            else:
                self.declarations.append(f"{kind}[{register.size}] {name};")
                members.extend(f"{name}[{i}]" for i in range(register.size))
        return members

    def run(self) -> str:
        """Return the text."""
        program = self.program
        for index, (opcode, qubits, params, bit, condition) in enumerate(program.rows()):
            prefix = _test(program.condition_table[condition], self.bits) if condition >= 0 else ""
            for line in self.statements(index, opcode, qubits, params, bit):
                comment = line.startswith("//")
                self.lines.append(line if comment else prefix + line)
        header = ["OPENQASM 3.0;", 'include "stdgates.inc";']
        if program.notes:
            header.append(f"{PRAGMA} notes {json.dumps(program.notes, sort_keys=True)}")
        if self.renamed:
            header.append(f"{PRAGMA} registers {json.dumps(self.renamed, sort_keys=True)}")
        header += [*self.definitions.values(), *self.declarations]
        return "\n".join([*header, *self.lines, ""])

    def statements(
        self, index: int, opcode: int, qubits: tuple[int, ...], params: tuple[float, ...], bit: int
    ) -> Iterable[str]:
        """Return the statements of an operation, without its condition."""
        names = [self.qubits[q] for q in qubits]
        if opcode == BARRIER:
            return [f"barrier {', '.join(names)};"] if names else []
        if opcode == MEASURE:
            lines = [f"{self.bits[bit + j]} = measure {n};" for j, n in enumerate(names)]
            return lines if len(lines) == 1 else [f"{PRAGMA} measure {len(lines)}", *lines]
        if opcode == RESET:
            return [f"reset {names[0]};"]
        if opcode == EPR:
            a, b = names
            tag = " ".join(self.program.tags.get(index, "").split())
            pair = [f"reset {a};", f"reset {b};", f"h {a};", f"cx {a}, {b};"]
            return [f"{PRAGMA} epr {tag}".rstrip(), *pair]
        return [f"{self.gate(index, opcode, params)} {', '.join(names)};"]

    def gate(self, index: int, opcode: int, params: tuple[float, ...]) -> str:
        """Return name and angles of a gate, and define it in the header if it is not standard."""
        if opcode == UNITARY:
            return self.unitary(index, int(params[0]))
        name = GATES[opcode].name
        if name in DEFINITIONS:
            self.definitions[name] = DEFINITIONS[name]
        return f"{name}({', '.join(map(repr, params))})" if params else name

    def unitary(self, index: int, number: int) -> str:
        """Return the call of a unitary, defined in the header when it is on several qubits."""
        matrix = self.program.matrices[number]
        if len(matrix) == 2:
            theta, phi, lam, _ = u3_angles(matrix)
            return f"U({theta!r}, {phi!r}, {lam!r})"
        if number not in self.matrix_gates:
            name = _legal(f"unitary_{number}", self.taken)
            self.taken.add(name)
            self.definitions[name] = self.matrix_definition(index, name, matrix)
            self.matrix_gates[number] = name
        return self.matrix_gates[number]

    def matrix_definition(self, index: int, name: str, matrix: Matrix) -> str:
        """Return the definition of a gate with a given unitary."""
        n_qubits = len(matrix).bit_length() - 1
        qubits = [f"q{i}" for i in range(n_qubits)]
        steps = unitary_steps(matrix, qubits)
        if steps is None:
            self.fail(index, f"no gates are known for this unitary on {n_qubits} qubits")
        entries = [[float(z.real), float(z.imag)] for z in matrix.ravel()]
        note = f"{PRAGMA} unitary {json.dumps(entries, separators=(',', ':'))}"
        return f"{note}\ngate {name} {', '.join(qubits)} {{ {' '.join(steps)} }}"

    def fail(self, index: int, why: str) -> NoReturn:
        """Raise a `TraplineError` about an operation."""
        names = ", ".join(self.program.qubit_names[q] for q in self.program.qubits_of(index))
        raise TraplineError(
            f"operation {index} on {names}: {why}",
            hint="write cirq JSON (.json) instead, or decompose the gate first",
        )


def _legal(name: str, taken: set[str]) -> str:
    """Return a legal name close to `name` that is not taken."""
    base = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_") or "r"
    if _IDENTIFIER.match(name) and name not in taken:
        return name
    base = base if _IDENTIFIER.match(base) else f"r_{base}"
    candidate, count = base, 1
    while candidate in taken:
        count += 1
        candidate = f"{base}_{count}"
    return candidate


def _test(condition: Condition, bits: list[str]) -> str:
    """Return `if (...) ` for a condition."""
    tests: list[str] = []
    for term in condition:
        tests.extend(_term(term, bits))
    return f"if ({' && '.join(tests)}) " if tests else ""


def _term(term: Term, bits: list[str]) -> list[str]:
    """Return comparisons that together are a term.

    An inequality over several bits is the opposite of all equalities.
    """
    single = len(term.bits) == 1
    if not 0 <= term.value < 1 << len(term.bits):
        return ["false"] if term.equal else []
    sign = "!=" if single and not term.equal else "=="
    tests = [f"{bits[b]} {sign} {term.value >> i & 1}" for i, b in enumerate(term.bits)]
    return tests if term.equal or single else [f"!({' && '.join(tests)})"]
