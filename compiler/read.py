"""Read a circuit in any known format, told by its content."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trapline.errors import InputError
from trapline.passes.program import Program

if TYPE_CHECKING:
    import cirq
    from numpy.typing import NDArray

    Source = str | os.PathLike[str] | cirq.AbstractCircuit | Program

KNOWN_FORMATS = "OpenQASM 2, OpenQASM 3, cirq JSON, Stim"

_COMMENTS = re.compile(r"//[^\n]*|#[^\n]*|/\*.*?\*/", re.DOTALL)
_HINT = f"known formats: {KNOWN_FORMATS}"


def read_program(source: Source, *, name: str | None = None) -> Program:
    """Read a circuit.

    Args:
        source: A path; `-` for standard input; the text of a program (anything with a line break);
            or a cirq circuit.
        name: Name of the program; by default that of the file, else `circuit`.

    Raises:
        InputError: The file cannot be read, or its content is malformed or in no known format.
    """
    return load(source, name=name)[0]


def sha256_of(source: Source) -> str:
    """Return the SHA-256 of a circuit's bytes, or of the columns of a circuit in memory.

    Not for standard input, which can be read only once: use `load`.

    Args:
        source: As for `read_program`.
    """
    if isinstance(source, str | os.PathLike):
        return hashlib.sha256(_content(source)[0]).hexdigest()
    return load(source)[1]


def load(source: Source, *, name: str | None = None) -> tuple[Program, str]:
    """Read a circuit and return it with the SHA-256 of its bytes (of its columns if in memory).

    Args:
        source: As for `read_program`.
        name: As for `read_program`.

    Raises:
        InputError: As for `read_program`.
    """
    if isinstance(source, Program):
        return source, _hash_columns(source)
    if not isinstance(source, str | os.PathLike):
        from trapline.compiler.cirq_import import program_from_cirq

        program = program_from_cirq(source, name or "circuit")
        return program, _hash_columns(program)
    data, file, folder = _content(source)
    shown = Path(file).stem if folder else "circuit"
    text = _decode(data, file)
    program = _read_text(text, name or shown, file, folder)
    return program, hashlib.sha256(data).hexdigest()


def _content(source: str | os.PathLike[str]) -> tuple[bytes, str, Path | None]:
    """Return bytes, name for messages, and folder of a text, file or standard input."""
    if isinstance(source, str) and "\n" in source:
        return source.encode(), "<text>", None
    file = os.fspath(source)
    if file == "-":
        return sys.stdin.buffer.read(), "<stdin>", None
    try:
        return Path(file).read_bytes(), file, Path(file).parent
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        hint = "give a path, '-' for standard input, or text with line breaks"
        raise InputError(f"cannot read the circuit: {reason}", file=file, hint=hint) from None


def _decode(data: bytes, file: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"byte {error.start} is not UTF-8 text", file=file, line=line, hint=_HINT
        ) from None
    if "\0" in text:
        raise InputError("found binary data, expected text", file=file, hint=_HINT)
    if not text.strip():
        raise InputError("the file is empty", file=file, hint=_HINT)
    return text.replace("\r\n", "\n")


def _read_text(text: str, name: str, file: str, folder: Path | None) -> Program:
    head = text.lstrip()[:1]
    if head in ("{", "["):
        from trapline.compiler.cirq_import import program_from_cirq_json

        return program_from_cirq_json(text, name, file)
    bare = _COMMENTS.sub("", text[:20_000])
    if ";" in bare or bare.lstrip().startswith("OPENQASM"):
        from trapline.compiler.qasm3_ast import read_any_qasm

        return read_any_qasm(text, name, file, folder=folder)
    from trapline.compiler.stim_format import looks_like_stim, read_stim

    if looks_like_stim(bare):
        return read_stim(text, name, file)
    first = next((n for n, line in enumerate(text.split("\n"), 1) if line.strip()), 1)
    raise InputError(
        "the content is in no known format",
        file=file,
        line=first,
        column=1,
        source_line=text.split("\n")[first - 1][:100],
        hint=_HINT,
    )


def _hash_columns(program: Program) -> str:
    digest = hashlib.sha256()
    digest.update(repr((program.qubit_names, program.bit_names)).encode())
    digest.update(repr(program.condition_table).encode())
    columns: list[NDArray[Any]] = [
        program.opcodes,
        program.operands,
        program.params,
        program.bits,
        program.conditions,
        *program.matrices,
    ]
    for column in columns:
        digest.update(column.tobytes())
    return digest.hexdigest()
