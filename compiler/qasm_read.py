"""OpenQASM 2 and 3 as programs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trapline.compiler import qasm2, qasm3
from trapline.compiler.qasm_lex import Cursor, make_source, shown
from trapline.compiler.qasm_reader import Reader
from trapline.compiler.qasm_scan import Scanner

if TYPE_CHECKING:
    from pathlib import Path

    from trapline.compiler.qasm_lex import Source
    from trapline.passes.program import Program

_VERSION_2_SIGNS = re.compile(
    r'^\s*(?:qreg\b|creg\b|opaque\b|include\s+"qelib1\.inc")', re.MULTILINE
)
_VERSION_3_SIGNS = re.compile(
    r'^\s*(?:qubit\b|bit\b|const\b|for\b|def\b|let\b|input\b|include\s+"stdgates\.inc")',
    re.MULTILINE,
)


def read_qasm(
    text: str, name: str = "circuit", file: str = "<text>", *, folder: Path | None = None
) -> Program:
    """Read OpenQASM 2 or 3.

    The version line decides which; without one (OpenQASM 3 allows that) the declarations do.

    Args:
        text: The program text.
        name: Name of the program.
        file: Name for messages.
        folder: Where included files lie, or None to refuse them.

    Raises:
        InputError: The text is malformed, or says something that cannot be compiled.
    """
    source = make_source(text, file)
    cursor = Cursor(source)
    version = _version(cursor, source)
    reader = Reader(cursor, version, folder)
    statement = qasm2.statement if version == 2 else qasm3.statement
    try:
        piece_lines = Scanner(reader, statement).run()
    except RecursionError:
        source.fail(reader.cursor.position, "this nests too deeply to be read")
    if not reader.qubit_registers:
        source.fail(len(source.text.rstrip()), "the program declares no qubits")
    return reader.columns.build(
        name, reader.qubit_registers, reader.bit_registers, piece_lines, reader.notes
    )


def _version(cursor: Cursor, source: Source) -> int:
    """Read the version line if there is one and return the version."""
    if cursor.peek().kind == "pragma":
        return _guess(source)
    if not cursor.accept("OPENQASM"):
        return _guess(source)
    token = cursor.take()
    major = token.text.partition(".")[0]
    if token.kind not in ("int", "float") or major not in ("2", "3"):
        cursor.fail_at(token, f"found version {shown(token)}, expected 2.0 or 3.0")
    cursor.expect(";", "after the version")
    return int(major)


def _guess(source: Source) -> int:
    if _VERSION_3_SIGNS.search(source.text):
        return 3
    return 2 if _VERSION_2_SIGNS.search(source.text) else 3
