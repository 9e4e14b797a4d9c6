"""Write programs and reports to files: all of them, whole, or none."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from trapline.errors import TraplineError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trapline.passes.program import Program

SUFFIXES = (".json", ".qasm", ".stim")


class OutputError(TraplineError):
    """A file cannot be written, or nobody knows in which format."""

    exit_code = 2


def check_suffix(path: str) -> str:
    """Return the suffix of a circuit file to be written; standard output, `-`, gets OpenQASM 3.

    Raises:
        OutputError: The suffix names no format.
    """
    suffix = ".qasm" if path == "-" else Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise OutputError(
            f"cannot tell the format of {path!r} from its suffix {suffix!r}",
            hint="end the name in .json (cirq), .qasm (OpenQASM 3) or .stim (Clifford circuits)",
        )
    return suffix


def check_writable(path: str) -> None:
    """Find out before a long computation whether its result can be written.

    Raises:
        OutputError: It cannot.
    """
    place = Path(path)
    reason = ""
    if path == "-":
        return
    if place.is_dir():
        reason = "it is a folder"
    elif not place.parent.is_dir():
        reason = f"there is no folder {place.parent}"
    elif not os.access(place if place.exists() else place.parent, os.W_OK):
        reason = "permission denied"
    if reason:
        raise OutputError(
            f"cannot write {path}: {reason}", hint="give another file, or - for standard output"
        )


def circuit_text(program: Program, suffix: str) -> str:
    """Return a program as the text of a file with one of `SUFFIXES`.

    Raises:
        OutputError: The format cannot hold the circuit.
    """
    try:
        return _text_of(program, suffix)
    except TraplineError as error:
        raise OutputError(
            f"cannot write the circuit as {suffix}: {error.message}",
            hint=error.hint or ".qasm holds every circuit",
        ) from error


def _text_of(program: Program, suffix: str) -> str:
    if suffix == ".qasm":
        from trapline.compiler.qasm_write import write_qasm3

        return write_qasm3(program)
    if suffix == ".stim":
        from trapline.compiler.stim_write import write_stim

        return write_stim(program)
    import cirq

    from trapline.compiler.cirq_export import program_to_cirq

    # cirq leaves the type of its keyword arguments open
    return str(cirq.to_json(program_to_cirq(program)))  # pyright: ignore[reportUnknownMemberType]


def write_files(texts: Mapping[str, str]) -> None:
    """Write texts to files, path -> text; `-` is standard output.

    Every text is written beside its file first, and files are replaced only when all texts are
    safe, so that a full disk leaves what was there. Devices and pipes are written directly.

    Raises:
        OutputError: A file cannot be written.
    """
    staged: list[tuple[Path, Path]] = []
    try:
        for path, text in texts.items():
            if path != "-":
                _stage(path, _ended(text), staged)
        for temporary, target in staged:
            temporary.replace(target)
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)
    if "-" in texts:
        sys.stdout.write(_ended(texts["-"]))
        sys.stdout.flush()


def _stage(path: str, text: str, staged: list[tuple[Path, Path]]) -> None:
    """Write a text beside its file, or to the file itself if it is a device or a pipe."""
    try:
        target = Path(path).resolve()
        if target.exists() and not target.is_file():
            target.write_text(text, encoding="utf-8")
            return
        temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        staged.append((temporary, target))
        temporary.write_text(text, encoding="utf-8")
        if target.exists():
            temporary.chmod(target.stat().st_mode)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from error


def _ended(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"
