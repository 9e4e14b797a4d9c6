"""Statements of OpenQASM 2.

Source: OpenQASM 2 (arXiv:1707.03429), the grammar in its appendix.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trapline.compiler.qasm_calls import gate_call
from trapline.compiler.qasm_definitions import gate_definition, opaque_declaration
from trapline.compiler.qasm_lex import closest, shown
from trapline.compiler.qasm_operands import bit_operand
from trapline.compiler.qasm_pragmas import pragma
from trapline.compiler.qasm_statements import barrier, include, measure_arrow, reset
from trapline.passes.program import Term

if TYPE_CHECKING:
    from collections.abc import Callable

    from trapline.compiler.qasm_reader import Reader

_OPERATIONS: dict[str, Callable[[Reader], None]] = {
    "barrier": barrier,
    "reset": reset,
    "measure": measure_arrow,
}


def statement(reader: Reader) -> None:
    """Read one statement."""
    token = reader.cursor.peek()
    if token.kind == "pragma":
        pragma(reader, statement)
    elif token.text in _DECLARATIONS:
        _DECLARATIONS[token.text](reader)
    else:
        reader.repeatable = True
        _operation(reader)


def _operation(reader: Reader) -> None:
    token = reader.cursor.peek()
    if token.text == "if":
        _conditional(reader)
    elif token.text in _OPERATIONS:
        _OPERATIONS[token.text](reader)
    elif token.kind == "name":
        gate_call(reader)
    else:
        reader.cursor.fail_at(token, f"found {shown(token)}, expected a statement")


def _conditional(reader: Reader) -> None:
    """Read `if (c == 3) operation`."""
    cursor = reader.cursor
    start = cursor.take()
    cursor.expect("(", "after 'if'")
    bits = bit_operand(reader)
    if bits.single:
        cursor.fail_at(
            bits.token,
            "found one bit, expected a whole classical register",
            hint="OpenQASM 2 compares registers; OpenQASM 3 compares bits too",
        )
    cursor.expect("==", "in a condition")
    token = cursor.peek()
    if token.kind != "int":
        cursor.fail_at(token, f"found {shown(token)}, expected an integer")
    value = int(cursor.take().text)
    cursor.expect(")", "after a condition")
    after = cursor.peek()
    if after.text == "if" or after.text in _DECLARATIONS:
        cursor.fail_at(after, f"found {shown(after)}, expected a quantum operation after 'if'")
    if value >= 1 << len(bits.members):
        reader.source.fail(
            start.start,
            f"{bits.token.text!r} has {len(bits.members)} bits and is never {value}",
            hint=f"its largest value is {(1 << len(bits.members)) - 1}",
        )
    reader.condition = (Term(bits.members, value),)
    _operation(reader)
    reader.condition, reader.stale = (), frozenset()


def _register(reader: Reader) -> None:
    """Read `qreg q[4];` or `creg c[4];`."""
    cursor = reader.cursor
    kind = cursor.take()
    token = cursor.name("the name of a register")
    cursor.expect("[", "and the size of the register")
    size = cursor.peek()
    if size.kind != "int" or int(size.text, 10) < 1:
        cursor.fail_at(size, f"found {shown(size)}, expected a size of at least 1")
    cursor.take()
    cursor.expect("]", "after the size of a register")
    cursor.expect(";", "after a declaration")
    reader.add_register(token, int(size.text), quantum=kind.text == "qreg")


def _misplaced_version(reader: Reader) -> None:
    token = reader.cursor.peek()
    reader.cursor.fail_at(token, "the version must be the first statement")


def _foreign(reader: Reader) -> None:
    token = reader.cursor.peek()
    reader.cursor.fail_at(
        token,
        f"{token.text!r} is not a statement of OpenQASM 2",
        hint=closest(token.text, ["qreg", "creg"]) or "start the file with: OPENQASM 3.0;",
    )


_DECLARATIONS: dict[str, Callable[[Reader], None]] = {
    "qreg": _register,
    "creg": _register,
    "gate": gate_definition,
    "opaque": opaque_declaration,
    "include": lambda reader: include(reader, statement),
    "OPENQASM": _misplaced_version,
    "qubit": _foreign,
    "bit": _foreign,
    "for": _foreign,
    "while": _foreign,
}
