"""Comments of the form `// trapline: ...` in which our writer keeps what OpenQASM has no word for.

| comment | meaning |
|---|---|
| `notes JSON` | notes of the program |
| `registers JSON` | written register name -> name, size, scalar, keyed of the true register |
| `epr TAG` | the next four statements (reset, reset, h, cx) are one EPR pair |
| `measure K` | the next K measurements are one operation |
| `unitary JSON` | the gate defined next is this matrix: real and imaginary part of every entry |
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from trapline.compiler.qasm_calls import emit
from trapline.compiler.qasm_gates import Expansion, GateEntry, expansion_matrix
from trapline.compiler.qasm_lex import PRAGMA
from trapline.passes.gates import EPR, MEASURE, OPCODE, RESET, UNITARY
from trapline.passes.program import Register

if TYPE_CHECKING:
    from collections.abc import Callable

    from trapline.compiler.qasm_lex import Token
    from trapline.compiler.qasm_reader import Reader
    from trapline.passes.gates import Matrix

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
    elif kind == "unitary":
        _unitary(reader, token, rest, run)
    elif kind == "measure" and rest.isdigit():
        _joined_measurement(reader, token, int(rest), run)
    else:
        reader.source.fail(
            token.start,
            f"unknown note {kind!r} for Trapline",
            hint="known: notes, registers, epr, measure, unitary; remove the comment",
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


def _unitary(reader: Reader, token: Token, text: str, run: Statement) -> None:
    try:
        parts = np.array(json.loads(text), dtype=np.float64)
        size = math.isqrt(len(parts))
        matrix: Matrix = (parts[:, 0] + 1j * parts[:, 1]).reshape(size, size)
    except (ValueError, TypeError, IndexError) as error:
        reader.source.fail(token.start, f"the matrix in this comment is damaged: {error}")
    gate = reader.cursor.expect("gate", "after a matrix")
    name = reader.cursor.peek()
    reader.cursor.jump(gate.start)
    run(reader)
    entry = reader.find(name.text)
    if not isinstance(entry, GateEntry) or entry.expand is None or 1 << entry.n_qubits != size:
        reader.source.fail(token.start, "the matrix in this comment does not fit the gate below")
    found = expansion_matrix(entry.expand(()), entry.n_qubits, reader.columns.matrices)
    overlap = complex(np.vdot(matrix, found)) / size
    if abs(abs(overlap) - 1) > 1e-9 or float(np.abs(found - overlap * matrix).max()) > 1e-8:
        reader.source.fail(
            token.start,
            "the gate below is not the matrix in this comment",
            hint="remove the comment",
        )
    number = float(reader.columns.matrix(matrix))
    row = (UNITARY, (number,), tuple(range(entry.n_qubits)))
    expansion = Expansion((row,), float(np.angle(overlap)))
    reader.scopes[-1][name.text] = GateEntry(entry.name, 0, entry.n_qubits, -1, lambda _: expansion)
