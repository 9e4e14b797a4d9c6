"""Formats are told by content; unreadable files are refused."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from typing import TYPE_CHECKING

import cirq
import pytest

from trapline.compiler.read import load, read_program, sha256_of
from trapline.errors import InputError
from trapline.passes.gates import GATES

if TYPE_CHECKING:
    from pathlib import Path

    from trapline.passes.program import Program

QASM2 = 'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[2];\nh q[0];\ncx q[0],q[1];\n'
QASM3 = 'include "stdgates.inc";\nqubit[2] q;\nh q[0];\ncx q[0], q[1];\n'
STIM = "# a comment; with a semicolon\nH 0\nCX 0 1\n"
Q = cirq.LineQubit.range(2)
CIRCUIT = cirq.Circuit(cirq.H(Q[0]), cirq.CX(*Q))
TEXTS = {"qasm2": QASM2, "qasm3": QASM3, "stim": STIM, "json": cirq.to_json(CIRCUIT)}


def names(program: Program) -> list[str]:
    return [GATES[op].name for op in program.opcodes]


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("suffix", [".txt", ".qasm", ".stim", ".json", ""])
def test_content_tells_the_format_whatever_the_suffix(
    tmp_path: Path, kind: str, suffix: str
) -> None:
    path = tmp_path / f"bell{suffix}"
    path.write_text(TEXTS[kind])
    program, sha = load(path)
    assert names(program) == ["h", "cx"]
    assert program.name == "bell"
    assert sha == hashlib.sha256(TEXTS[kind].encode()).hexdigest() == sha256_of(path)


@pytest.mark.parametrize("kind", TEXTS)
def test_a_text_with_line_breaks_is_a_program(kind: str) -> None:
    program = read_program(TEXTS[kind], name="mine")
    assert names(program) == ["h", "cx"]
    assert program.name == "mine"


def test_a_circuit_in_memory_is_read_and_hashed() -> None:
    assert names(read_program(CIRCUIT)) == ["h", "cx"]
    assert names(read_program(CIRCUIT.freeze())) == ["h", "cx"]
    assert sha256_of(CIRCUIT) == sha256_of(CIRCUIT.copy()) != sha256_of(CIRCUIT + CIRCUIT)


def test_a_program_is_returned_as_it_is() -> None:
    program = read_program(QASM2)
    assert read_program(program) is program


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(QASM3.encode())))
    program, sha = load("-")
    assert names(program) == ["h", "cx"]
    assert sha == hashlib.sha256(QASM3.encode()).hexdigest()


def test_windows_line_ends_and_a_byte_order_mark_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "w.qasm"
    path.write_bytes(b"\xef\xbb\xbf" + QASM2.replace("\n", "\r\n").encode())
    program = read_program(path)
    assert program.lines.tolist() == [4, 5]


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        (b"", 0, "empty"),
        (b"  \n\t\n", 0, "empty"),
        (b"abc\n\xff\xfe", 2, "not UTF-8"),
        (b"OPENQASM\0 2.0;\n", 0, "binary"),
        (b"\n\nshopping list\n", 3, "no known format"),
    ],
)
def test_a_file_in_no_known_format_is_refused(
    tmp_path: Path, content: bytes, line: int, says: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_program(path)
    assert says in caught.value.message
    assert caught.value.line == line
    assert "OpenQASM 2, OpenQASM 3, cirq JSON, Stim" in caught.value.hint
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("name", ["missing.qasm", ".", "a\0b", "x" * 5000])
def test_a_path_that_cannot_be_read_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="cannot read the circuit"):
        read_program(f"{tmp_path}/{name}")


def test_reading_qasm_loads_neither_cirq_nor_stim() -> None:
    script = (
        "import sys; from trapline.compiler.read import read_program\n"
        f"read_program({QASM2!r}); read_program({QASM3!r})\n"
        "print([m for m in ('cirq', 'stim', 'ortools', 'qiskit') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_same_circuit_in_every_format_is_the_same_program() -> None:
    programs = [read_program(text) for text in TEXTS.values()]
    assert len({(names(p)[0], tuple(p.operands.tolist())) for p in programs}) == 1
