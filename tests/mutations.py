"""Programs with one thing changed, for the tests of what compares programs.

Import as `from mutations import Line, lines_of, program_of, mutated`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from trapline.passes.gates import GATES, Matrix
from trapline.passes.program import Condition, Program, ProgramBuilder


@dataclass(frozen=True)
class Line:
    """One operation, easy to change."""

    gate: str
    qubits: tuple[int, ...]
    params: tuple[float, ...] = ()
    bit: int = -1
    condition: Condition = ()
    matrix: Matrix | None = None


def lines_of(program: Program) -> list[Line]:
    found: list[Line] = []
    for op in range(program.n_ops):
        gate = GATES[program.opcodes[op]].name
        matrix = program.matrix_of(op) if gate == "unitary" else None
        params = () if matrix is not None else program.params_of(op)
        bit, condition = int(program.bits[op]), program.condition_of(op)
        found.append(Line(gate, program.qubits_of(op), params, bit, condition, matrix))
    return found


def program_of(like: Program, lines: list[Line]) -> Program:
    """Build a program with the registers of another."""
    out = ProgramBuilder("changed", like.qubit_registers, like.bit_registers)
    for line in lines:
        if line.matrix is not None:
            out.add_unitary(line.matrix, line.qubits, condition=line.condition)
        else:
            out.add(line.gate, line.qubits, line.params, bit=line.bit, condition=line.condition)
    return out.build()


def _dropped(lines: list[Line], at: int) -> list[Line]:
    return [*lines[:at], *lines[at + 1 :]]


def _repeated(lines: list[Line], at: int) -> list[Line]:
    return [*lines[:at], lines[at], *lines[at:]]


def _turned(lines: list[Line], at: int) -> list[Line]:
    """Change an angle by a thousandth."""
    line = lines[at]
    params = (line.params[0] + 1e-3, *line.params[1:]) if line.params else ()
    return [*lines[:at], replace(line, params=params), *lines[at + 1 :]]


def _reversed(lines: list[Line], at: int) -> list[Line]:
    """Exchange control and target."""
    return [
        *lines[:at],
        replace(lines[at], qubits=lines[at].qubits[::-1]),
        *lines[at + 1 :],
    ]


def _exchanged(lines: list[Line], at: int) -> list[Line]:
    """Exchange two neighbours."""
    return [*lines[:at], *lines[at : at + 2][::-1], *lines[at + 2 :]]


def _moved(lines: list[Line], at: int) -> list[Line]:
    """Move an operation to the end."""
    return [*lines[:at], *lines[at + 1 :], lines[at]]


def _other_outcome(lines: list[Line], at: int) -> list[Line]:
    """Ask for another value of the measured bits."""
    terms = tuple(replace(term, value=term.value ^ 1) for term in lines[at].condition)
    return [*lines[:at], replace(lines[at], condition=terms), *lines[at + 1 :]]


def _unconditional(lines: list[Line], at: int) -> list[Line]:
    return [*lines[:at], replace(lines[at], condition=()), *lines[at + 1 :]]


CHANGES = (
    _dropped,
    _repeated,
    _turned,
    _reversed,
    _exchanged,
    _moved,
    _other_outcome,
    _unconditional,
)


@st.composite
def mutated(draw: st.DrawFn, program: Program) -> Program:
    """Draw a program that differs from another in one place, and perhaps in meaning."""
    lines = lines_of(program)
    if not lines:
        return program
    change = draw(st.sampled_from(CHANGES))
    return program_of(program, change(lines, draw(st.integers(0, len(lines) - 1))))
