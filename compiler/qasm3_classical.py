"""Classical declarations and assignments of OpenQASM 3 whose values are known while compiling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trapline.compiler.qasm_lex import OutsideSubsetError, shown
from trapline.compiler.qasm_operands import bit_operand, qubit_operand
from trapline.compiler.qasm_reader import BitNames, QubitNames, Variable
from trapline.compiler.qasm_values import Bits, Test, Unknown, binary, convert
from trapline.errors import InputError

if TYPE_CHECKING:
    from trapline.compiler.qasm_lex import Token
    from trapline.compiler.qasm_operands import Operand
    from trapline.compiler.qasm_reader import Reader
    from trapline.compiler.qasm_values import Value

TYPES = ("int", "uint", "float", "angle", "bool")
_ASSIGNMENTS = ("=", "+=", "-=", "*=", "/=", "%=", "**=", "<<=", ">>=", "&=", "|=", "^=")


def read_type(reader: Reader) -> tuple[Token, int | None]:
    """Read a classical type and its width, if any."""
    cursor = reader.cursor
    token = cursor.peek()
    if token.text not in TYPES:
        known = OutsideSubsetError if token.text == "duration" else InputError
        cursor.fail_at(
            token,
            f"found {shown(token)}, expected a classical type: {', '.join(TYPES)}",
            error=known,
        )
    cursor.take()
    width: int | None = None
    if cursor.accept("["):
        width = reader.whole()
        cursor.expect("]", "after the width of a type")
        if width < 1:
            cursor.fail_at(token, f"found width {width}, expected at least 1")
    return token, width


def constant(reader: Reader) -> None:
    """Read `const type name = value;`."""
    reader.cursor.take()
    _declaration(reader, fixed=True)


def variable(reader: Reader) -> None:
    """Read `type name = value;` or `type name;`."""
    _declaration(reader, fixed=False)


def _declaration(reader: Reader, *, fixed: bool) -> None:
    cursor = reader.cursor
    kind, width = read_type(reader)
    token = cursor.name("the name of a value")
    value: Value = Unknown(token.text)
    if fixed or cursor.peek().text == "=":
        cursor.expect("=", "and the value of a constant")
        value = _known(reader, kind, width)
    cursor.expect(";", "after a declaration")
    reader.define(token, Variable(value, kind.text, width, fixed))


def _known(reader: Reader, kind: Token, width: int | None) -> Value:
    at = reader.cursor.peek()
    if at.text == "measure":
        reader.cursor.fail_at(at, "measured values must go into bits", hint="declare it as bit")
    value = reader.value()
    if isinstance(value, Bits | Test | Unknown):
        reader.source.fail(
            at.start,
            f"this {kind.text} would be computed from measured bits while the program runs",
            hint="compare the bits in an if instead",
        )
    return convert(reader.source, at, kind.text, width, value)


def assignment(reader: Reader) -> None:
    """Read `name = value;`, `name += value;` and the like for a known value."""
    cursor = reader.cursor
    token = cursor.take()
    symbol = reader.find(token.text)
    sign = cursor.peek()
    if sign.text not in _ASSIGNMENTS:
        cursor.fail_at(sign, f"found {shown(sign)}, expected an assignment")
    cursor.take()
    if not isinstance(symbol, Variable) or symbol.constant:
        reader.source.fail(token.start, f"{token.text!r} is a constant")
    if reader.condition:
        reader.source.fail(
            token.start,
            f"{token.text!r} would change under a condition that only the running program knows",
            hint="values must be known while compiling",
        )
    at = cursor.peek()
    value = _known(reader, token, None) if at.text == "measure" else reader.value()
    cursor.expect(";", "after an assignment")
    if sign.text != "=":
        value = binary(reader.source, token, sign.text[:-1], symbol.value, value)
    symbol.value = convert(reader.source, at, symbol.kind, symbol.width, value)


def let(reader: Reader) -> None:
    """Read `let name = a ++ b;`: another name for qubits or bits."""
    cursor = reader.cursor
    cursor.take()
    token = cursor.name("the name of an alias")
    cursor.expect("=", "and the members of an alias")
    quantum = isinstance(reader.find(cursor.peek().text), QubitNames) or (
        cursor.peek().kind == "physical"
    )
    read = qubit_operand if quantum else bit_operand
    parts: list[Operand] = [read(reader)]
    while cursor.accept("++"):
        parts.append(read(reader))
    cursor.expect(";", "after an alias")
    members = tuple(member for part in parts for member in part.members)
    if len(set(members)) < len(members):
        reader.source.fail(token.start, f"a member appears twice in the alias {token.text!r}")
    single = len(parts) == 1 and parts[0].single
    reader.define(token, (QubitNames if quantum else BitNames)(members, single))
