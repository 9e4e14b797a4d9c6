"""Statements of the straight-line subset of OpenQASM 3.

Everything known while compiling is done while compiling: constants, loops over known ranges,
branches on known conditions. What the machine would have to decide is either a condition on
measured bits or refused by name.

Source: OpenQASM 3 specification (arXiv:2104.14722), live version 3.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from trapline.compiler.qasm3_classical import (
    TYPES,
    assignment,
    constant,
    let,
    variable,
)
from trapline.compiler.qasm3_control import conditional, for_loop
from trapline.compiler.qasm_calls import MODIFIERS, gate_call
from trapline.compiler.qasm_definitions import gate_definition, opaque_declaration
from trapline.compiler.qasm_gates import GateEntry
from trapline.compiler.qasm_lex import OutsideSubsetError, shown
from trapline.compiler.qasm_operands import bit_operand, qubit_operand
from trapline.compiler.qasm_pragmas import pragma
from trapline.compiler.qasm_reader import BitNames, Variable
from trapline.compiler.qasm_statements import barrier, include, measure, measure_arrow, reset
from trapline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from trapline.compiler.qasm_lex import Token
    from trapline.compiler.qasm_reader import Reader

_REFUSED = {
    "def": "subroutines are not supported; write a gate, or repeat the statements",
    "extern": "external functions run on the machine; compute their result beforehand",
    "while": "the number of repetitions must be known; use a for loop over a range",
    "switch": "write one if for each case",
    "box": "timing is not supported; remove the box and keep its statements",
    "delay": "timing is not supported; remove the delay",
    "stretch": "timing is not supported; remove it",
    "duration": "timing is not supported; remove it",
    "durationof": "timing is not supported; remove it",
    "cal": "pulse-level code is not supported; remove it",
    "defcal": "pulse-level code is not supported; remove it",
    "defcalgrammar": "pulse-level code is not supported; remove it",
    "input": "values must be known while compiling; declare it with const",
    "array": "classical arrays are not supported",
    "complex": "complex numbers are not supported",
    "return": "subroutines are not supported",
    "break": "loops are unrolled; put the condition into the range",
    "continue": "loops are unrolled; put the condition into the range",
    "end": "the program must run to its last line",
    "pragma": "pragmas of other tools are not supported; remove the line",
    "#": "pragmas of other tools are not supported; remove the line",
    "@": "annotations are not supported; remove the line",
    "nop": "remove the statement",
    "{": "write the statements of the block without its braces",
}
_FULL_GRAMMAR = (
    *("def", "return", "while", "break", "continue", "switch", "end", "{"),
    *("box", "delay", "stretch", "duration"),
)


def statement(reader: Reader) -> None:
    """Read one statement."""
    token = reader.cursor.peek()
    handler = _STATEMENTS.get(token.text)
    if handler is not None:
        handler(reader)
    elif token.kind == "pragma":
        pragma(reader, statement)
    elif token.text in _REFUSED:
        refuse(reader, token)
    elif token.text in TYPES:
        variable(reader)
    elif token.kind == "name":
        _named(reader, token)
    else:
        reader.cursor.fail_at(token, f"found {shown(token)}, expected a statement")


def refuse(reader: Reader, token: Token) -> NoReturn:
    """Raise an `InputError` for a construct, saying whether the full grammar has a way."""
    error = OutsideSubsetError if token.text in _FULL_GRAMMAR else InputError
    hint = _REFUSED[token.text]
    reader.cursor.fail_at(token, f"{token.text!r} cannot be compiled", hint=hint, error=error)


def _named(reader: Reader, token: Token) -> None:
    """Read a gate call or an assignment."""
    symbol = reader.find(token.text)
    if isinstance(symbol, BitNames):
        _measure_assignment(reader)
    elif isinstance(symbol, Variable):
        assignment(reader)
    else:
        if symbol is None or isinstance(symbol, GateEntry):
            reader.repeatable = True
        gate_call(reader)


def _operation(read: Callable[[Reader], None]) -> Callable[[Reader], None]:
    """Mark statements whose text always means the same."""

    def run(reader: Reader) -> None:
        reader.repeatable = True
        read(reader)

    return run


def _measure_assignment(reader: Reader) -> None:
    """Read `c = measure q;`."""
    cursor = reader.cursor
    reader.repeatable = True
    bits = bit_operand(reader)
    cursor.expect("=", "and a measurement: measured bits cannot be computed with")
    token = cursor.peek()
    if token.text != "measure":
        cursor.fail_at(
            token,
            f"found {shown(token)}, expected 'measure'",
            hint="classical bits can only hold measured values",
        )
    cursor.take()
    qubits = qubit_operand(reader)
    cursor.expect(";", "after a measurement")
    measure(reader, token, qubits, bits)


def _declare(reader: Reader) -> None:
    """Read `qubit[4] q;`, `bit[2] c;`, `bit c = measure q;` or `output bit c;`."""
    cursor = reader.cursor
    kind = cursor.take()
    if kind.text == "output":
        kind = cursor.peek()
        if kind.text != "bit":
            cursor.fail_at(kind, f"found {shown(kind)}, expected 'bit' after 'output'")
        cursor.take()
    size, single = 1, True
    if cursor.accept("["):
        size, single = _size(reader), False
        cursor.expect("]", "after the size of a register")
    token = cursor.name("the name of a register")
    reader.add_register(token, size, quantum=kind.text == "qubit", single=single)
    if kind.text != "qubit" and cursor.peek().text == "=":
        cursor.jump(token.start)
        _measure_assignment(reader)
        reader.repeatable = False
        return
    cursor.expect(";", "after a declaration")


def _declare_old(reader: Reader) -> None:
    """Read `qreg q[4];` or `creg c[4];`, kept by OpenQASM 3 for old programs."""
    cursor = reader.cursor
    kind = cursor.take()
    token = cursor.name("the name of a register")
    size, single = 1, True
    if cursor.accept("["):
        size, single = _size(reader), False
        cursor.expect("]", "after the size of a register")
    cursor.expect(";", "after a declaration")
    reader.add_register(token, size, quantum=kind.text == "qreg", single=single)


def _size(reader: Reader) -> int:
    token = reader.cursor.peek()
    size = reader.whole()
    if size < 1:
        reader.source.fail(token.start, f"found size {size}, expected at least 1")
    return size


def _misplaced_version(reader: Reader) -> None:
    token = reader.cursor.peek()
    if len(reader.columns) or reader.qubit_registers or reader.scopes[-1].keys() - {"U", "CX"}:
        reader.cursor.fail_at(token, "the version must be the first statement")


_STATEMENTS: dict[str, Callable[[Reader], None]] = {
    "barrier": _operation(barrier),
    "reset": _operation(reset),
    "measure": _operation(measure_arrow),
    "qubit": _declare,
    "bit": _declare,
    "output": _declare,
    "qreg": _declare_old,
    "creg": _declare_old,
    "gate": gate_definition,
    "opaque": opaque_declaration,
    "include": lambda reader: include(reader, statement),
    "const": constant,
    "let": let,
    "for": lambda reader: for_loop(reader, statement),
    "if": lambda reader: conditional(reader, statement),
    "OPENQASM": _misplaced_version,
    **{modifier: _operation(gate_call) for modifier in MODIFIERS},
}
