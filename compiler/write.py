"""Write programs and reports to files, whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from trapline.errors import TraplineError
from trapline.passes.program import Program

SUFFIXES = (".json", ".qasm", ".stim")


class OutputError(TraplineError):
    """A file cannot be written, or the format cannot hold the circuit."""

    exit_code = 2


def check_suffix(path: str) -> str:
    """Return the suffix of a circuit file to be written.

    Raises:
        OutputError: The suffix names no format.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise OutputError(
            f"cannot tell the format of {path!r} from its suffix {suffix!r}",
            hint="end the name in .json (cirq), .qasm (OpenQASM 3) or .stim (Clifford circuits)",
        )
    return suffix


def circuit_text(program: Program, suffix: str) -> str:
    """Return a program as the text of a file with one of `SUFFIXES`."""
    if suffix == ".qasm":
        from trapline.compiler.qasm_write import write_qasm3

        return write_qasm3(program)
    if suffix == ".stim":
        from trapline.compiler.stim_write import write_stim

        return write_stim(program)
    import cirq

    from trapline.compiler.cirq_export import program_to_cirq

    return str(cirq.to_json(program_to_cirq(program)))


def write_text(path: str, text: str) -> None:
    """Write a file so that a failure leaves what was there; `-` is standard output.

    Raises:
        OutputError: The file cannot be written.
    """
    if path == "-":
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        return
    target = Path(path)
    try:
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text if text.endswith("\n") else text + "\n")
        # mkstemp makes private files; give the file the permissions that open() would have given
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(target)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from error
