"""Comments of the form `// trapline: ...` in which our writer keeps what OpenQASM has no word for.

| comment | meaning |
|---|---|
| `notes JSON` | notes of the program |
| `registers JSON` | written register name -> name, size, scalar, keyed of the true register |
| `epr TAG` | the next four statements (reset, reset, h, cx) are one EPR pair |
| `measure K` | the next K measurements are one operation |
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from trapline.compiler.qasm_calls import emit
from trapline.compiler.qasm_lex import PRAGMA
from trapline.passes.gates import EPR, MEASURE, OPCODE, RESET
from trapline.passes.program import Register

if TYPE_CHECKING:
    from collections.abc import Callable

    from trapline.compiler.qasm_lex import Token
    from trapline.compiler.qasm_reader import Reader

    Statement = Callable[[Reader], None]


def pragma(reader: Reader, run: Statement) -> None:
    """Read a comment for Trapline and the statements it is about.

    Args:
        reader: Stands at the comment.
        run: Reads one statement.
    """
    token = reader.cursor.take()
    kind, _, rest = token.text[len(PRAGMA) :].strip().partition(" ")
    reader.repeatable = False
    if kind == "notes":
        reader.notes.update(_json_object(reader, token, rest))
    elif kind == "registers":
        for name, row in _json_object(reader, token, rest).items():
            reader.renamed[name] = _register(reader, token, row)
    elif kind == "epr":
        _epr(reader, token, rest, run)
    elif kind == "measure" and rest.isdigit():
        _joined_measurement(reader, token, int(rest), run)
    else:
        reader.source.fail(
            token.start,
            f"unknown note {kind!r} for Trapline",
            hint="known: notes, registers, epr, measure; remove the comment",
        )


def _json_object(reader: Reader, token: Token, text: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] | None = json.loads(text)
    except ValueError as error:
        reader.source.fail(token.start, f"the JSON in this comment is damaged: {error}")
    if not isinstance(found, dict):
        reader.source.fail(token.start, "found JSON, expected an object in this comment")
    return found


def _register(reader: Reader, token: Token, row: Any) -> Register:
    try:
        name, size, scalar, keyed = row
        return Register(str(name), int(size), bool(scalar), bool(keyed))
    except (TypeError, ValueError):
        reader.source.fail(token.start, f"found {row!r}, expected [name, size, scalar, keyed]")


def _epr(reader: Reader, token: Token, tag: str, run: Statement) -> None:
    columns = reader.columns
    first = len(columns)
    for _ in range(4):
        run(reader)
    start = columns.operand_start
    found = [
        (columns.opcodes[i], *columns.operands[start[i] : start[i + 1]])
        for i in range(first, len(columns))
    ]
    a, b = (found[0][-1], found[1][-1]) if len(found) == 4 else (-1, -1)
    wanted = [(RESET, a), (RESET, b), (OPCODE["h"], a), (OPCODE["cx"], a, b)]
    if found != wanted or len(found) != 4 or reader.condition:
        reader.source.fail(
            token.start, "an EPR pair must be written as: reset a; reset b; h a; cx a, b;"
        )
    columns.drop(4)
    emit(reader, token, EPR, (a, b))
    columns.tags[first] = tag
    reader.repeatable = False


def _joined_measurement(reader: Reader, token: Token, count: int, run: Statement) -> None:
    columns = reader.columns
    first = len(columns)
    for _ in range(count):
        run(reader)
    qubits = list(columns.operands[columns.operand_start[first] :])
    bits = list(columns.bits[first:])
    opcodes = set(columns.opcodes[first:])
    if opcodes != {MEASURE} or bits != list(range(bits[0], bits[0] + count)):
        reader.source.fail(
            token.start, f"expected {count} measurements into consecutive bits after this comment"
        )
    columns.drop(count)
    emit(reader, token, MEASURE, qubits, bit=bits[0])
    reader.repeatable = False
