"""Statements that OpenQASM 2 and 3 share: include, barrier, reset, measurement."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from trapline.compiler.qasm_calls import emit, read_operands
from trapline.compiler.qasm_gates import library_gates
from trapline.compiler.qasm_lex import Cursor, make_source, shown
from trapline.compiler.qasm_operands import Operand, bit_operand, qubit_operand
from trapline.passes.gates import BARRIER, MEASURE, RESET

if TYPE_CHECKING:
    from collections.abc import Callable

    from trapline.compiler.qasm_lex import Token
    from trapline.compiler.qasm_reader import Reader

    Statement = Callable[[Reader], None]

KNOWN_INCLUDES = ("qelib1.inc", "stdgates.inc")
MAX_INCLUDE_DEPTH = 16


def barrier(reader: Reader) -> None:
    """Read `barrier a, b;`; in OpenQASM 3 without operands it holds for all qubits."""
    cursor = reader.cursor
    token = cursor.take()
    operands = read_operands(reader)
    if not operands and reader.version == 2:
        found = cursor.peek()
        cursor.fail_at(found, f"found {shown(found)}, expected qubits after 'barrier'")
    cursor.expect(";", "after a barrier")
    count = sum(register.size for register in reader.qubit_registers)
    members = [q for operand in operands for q in operand.members] or list(range(count))
    if members:
        emit(reader, token, BARRIER, tuple(dict.fromkeys(members)))


def reset(reader: Reader) -> None:
    """Read `reset a;`."""
    token = reader.cursor.take()
    operand = qubit_operand(reader)
    reader.cursor.expect(";", "after a reset")
    for qubit in operand.members:
        emit(reader, token, RESET, (qubit,))


def measure_arrow(reader: Reader) -> None:
    """Read `measure a -> c;`."""
    token = reader.cursor.take()
    qubits = qubit_operand(reader)
    if reader.version == 3 and reader.cursor.peek().text == ";":
        reader.source.fail(
            token.start,
            "this measurement throws its result away",
            hint="assign it to a bit: c = measure q;",
        )
    reader.cursor.expect("->", "and a bit after the measured qubit")
    bits = bit_operand(reader)
    reader.cursor.expect(";", "after a measurement")
    measure(reader, token, qubits, bits)


def measure(reader: Reader, token: Token, qubits: Operand, bits: Operand) -> None:
    """Append measurements of qubits into bits."""
    if len(qubits.members) != len(bits.members):
        reader.source.fail(
            token.start,
            f"measures {len(qubits.members)} qubits into {len(bits.members)} bits",
            hint="both sides of a measurement must have the same size",
        )
    for qubit, bit in zip(qubits.members, bits.members, strict=True):
        emit(reader, token, MEASURE, (qubit,), bit=bit)


def include(reader: Reader, run: Statement) -> None:
    """Read `include "file";` and the file.

    Args:
        reader: Stands at `include`.
        run: Reads one statement.
    """
    cursor = reader.cursor
    cursor.take()
    token = cursor.peek()
    if token.kind != "string":
        cursor.fail_at(token, f"found {shown(token)}, expected a file name in double quotes")
    cursor.take()
    cursor.expect(";", "after an include")
    name = token.text[1:-1]
    if name in KNOWN_INCLUDES:
        if name not in reader.included:
            reader.included.add(name)
            _define_library(reader, token, name)
        return
    text = _included_text(reader, token, name)
    before, reader.cursor = reader.cursor, Cursor(make_source(text, name))
    reader.depth += 1
    while reader.cursor.peek().kind != "end":
        run(reader)
    reader.depth -= 1
    reader.cursor = before


def _define_library(reader: Reader, token: Token, name: str) -> None:
    scope = reader.scopes[0]
    for gate, entry in library_gates(name).items():
        if gate not in scope or (entry.library and reader.version == 3):
            scope[gate] = entry
        elif gate not in ("CX", "U") and not entry.library:
            reader.source.fail(
                token.start,
                f"{gate!r} is defined above, and {name} defines it too",
                hint="put the include first, or leave it out",
            )


def _included_text(reader: Reader, token: Token, name: str) -> str:
    path = PurePosixPath(name)
    if reader.folder is None or path.is_absolute() or ".." in path.parts:
        reader.source.fail(
            token.start,
            f"cannot include {name!r}",
            hint=f"known without a file: {', '.join(KNOWN_INCLUDES)}; other files must lie "
            "next to the program",
        )
    if reader.depth >= MAX_INCLUDE_DEPTH:
        reader.source.fail(token.start, f"{name!r} includes itself, or includes nest too deep")
    try:
        return (reader.folder / path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reader.source.fail(token.start, f"cannot read the included file {name!r}: {error}")
