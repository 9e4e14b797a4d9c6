"""Bad input of every kind: the right exit code, one line, a hint, never a traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from commandline import CIRCUITS, network, trapline

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

BELL = CIRCUITS / "bell.qasm"
PAIR = network("complete", 2, 1)


def refused(code: int, *arguments: str | Path, stdin: bytes | None = None) -> Result:
    """Run a command that must fail with a code, without an answer and without a traceback."""
    done = trapline(*arguments, stdin=stdin)
    assert done.exit_code == code, done.output
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stderr
    return done


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b"\n  \n", "the file is empty"),
        (b"OPENQASM 2.0;\0\0", "binary data"),
        (b"\xff\xfe\x00\x01", "not UTF-8"),
        (b"milk, bread, eggs", "no known format"),
        (b"[1, 2, 3", "malformed JSON"),
        (b"{}", "not cirq JSON|expected a circuit"),
    ],
)
def test_a_file_that_is_no_circuit_is_refused(content: bytes, says: str, tmp_path: Path) -> None:
    file = tmp_path / "circuit.qasm"
    file.write_bytes(content)
    done = refused(3, "compile", file, *PAIR)
    assert any(text in done.stderr for text in says.split("|")), done.stderr
    assert str(file) in done.stderr
    assert "hint: " in done.stderr
    piped = refused(3, "compile", "-", *PAIR, stdin=content)
    assert "<stdin>" in piped.stderr


@pytest.mark.parametrize("suffix", ["json", "qasm"])
def test_a_circuit_that_was_distributed_before_is_refused(suffix: str, tmp_path: Path) -> None:
    file = tmp_path / f"emitted.{suffix}"
    assert trapline("compile", BELL, *PAIR, "--emit", file).exit_code == 0
    done = refused(3, "compile", file, *network("complete", 3, 2))
    assert "has been distributed before" in done.stderr
    assert "hint: " in done.stderr


def test_a_missing_file_is_named() -> None:
    done = refused(3, "compile", "missing.qasm", *PAIR)
    assert "missing.qasm: cannot read the circuit: No such file" in done.stderr


def test_a_folder_is_no_circuit(tmp_path: Path) -> None:
    assert "Is a directory" in refused(3, "compile", tmp_path, *PAIR).stderr


def test_a_syntax_error_shows_line_and_column_with_a_caret(tmp_path: Path) -> None:
    file = tmp_path / "wrong.qasm"
    file.write_text('OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[2];\nh q[0];\n  cx q[0], r[1];\n')
    lines = refused(3, "compile", file, *PAIR).stderr.splitlines()
    assert lines[0].startswith(f"error: {file}:5:12: ")
    assert lines[1] == "      cx q[0], r[1];"
    assert lines[2].index("^") == lines[1].index("r")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--target", "ionq-tempo-pari"], "did you mean ionq-tempo-pair?"),
        (["--target", "missing.toml"], "there is no such file"),
        (["--target", "oxford-2025", "--set", "link.bell_fidelty=1"], "did you mean bell_fidelity"),
        (["--target", "oxford-2025", "--set", "lnk.bell_fidelity=1"], "did you mean link?"),
        (["--target", "oxford-2025", "--set", "links.fotonic.length_m=1"], "did you mean photonic"),
        (["--target", "oxford-2025", "--set", "link.bell_fidelity"], "expected PATH=VALUE"),
        (["--target", "oxford-2025", "--set", "link.bell_fidelity=1.5"], "bell_fidelity"),
        (["--target", "oxford-2025", "--set", "link.bell_fidelity=good"], "expected a number"),
    ],
)
def test_a_wrong_target_or_setting_is_explained(options: list[str], says: str) -> None:
    for command in (["compile", str(BELL)], ["estimate"]):
        done = refused(3, *command, *options)
        assert says in done.stderr


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--network", "line"],
        ["--network", "line", "--modules", "2"],
        ["--network", "line", "--data-qubits", "2"],
        ["--network", "star", "--modules", "2", "--data-qubits", "2"],
        ["--network", "line", "--modules", "0", "--data-qubits", "2"],
        ["--network", "line", "--modules", "2", "--data-qubits", "1000001"],
        ["--network", "line", "--modules", "2001", "--data-qubits", "2"],
        ["--network", "line", "--modules", "two", "--data-qubits", "2"],
        ["--network", "line", "--modules", "2", "--data-qubits", "1", "--target", "oxford-2025"],
        ["--target", "oxford-2025", "--data-qubits", "2"],
        [*PAIR, "--set", "link.bell_fidelity=0.9"],
        [*PAIR, "--effort", "heroic"],
        [*PAIR, "--time-limit", "0"],
        [*PAIR, "--time-limit", "nan"],
        [*PAIR, "--time-limit", "inf"],
        [*PAIR, "--seed", "x"],
        [*PAIR, "--seed", "-1"],
        [*PAIR, "--seed", "2000000001"],
        [*PAIR, "--format", "xml"],
        [*PAIR, "--no-such-option"],
        [*PAIR, "-o", "-", "--emit", "-"],
        [*PAIR, "-o", "same.json", "--emit", "same.json"],
        [*PAIR, "--emit", "circuit.txt"],
        [*PAIR, "--emit", "circuit"],
        [*PAIR, "--emit", "no/such/folder/circuit.qasm"],
        [*PAIR, "-o", "."],
    ],
    ids=" ".join,
)
def test_a_wrong_combination_of_options_is_a_usage_error(options: list[str]) -> None:
    done = refused(2, "compile", BELL, *options)
    assert done.stderr.strip()


@pytest.mark.parametrize(
    "arguments",
    [
        ["compile"],
        ["compil", "x"],
        ["verify", "-", "-"],
        ["verify", "x"],
        ["estimate"],
        ["estimate", "--target", "ionq-2028", "--logical-qubits", "0"],
        ["estimate", "--target", "ionq-2028", "--logical-error", "0"],
        ["estimate", "--target", "ionq-2028", "--logical-error", "1"],
        ["schema"],
        ["schema", "circuit"],
        ["targets", "ionq-2028", "oxford-2025"],
    ],
    ids=" ".join,
)
def test_a_command_that_lacks_something_is_a_usage_error(arguments: list[str]) -> None:
    assert "Usage:" in refused(2, *arguments).stderr


def test_an_unknown_suffix_is_refused_before_the_work_and_the_hint_lists_those_known() -> None:
    done = refused(2, "compile", "not-even-read.qasm", *PAIR, "--emit", "circuit.txt")
    assert ".json" in done.stderr
    assert ".qasm" in done.stderr
    assert ".stim" in done.stderr


def test_a_circuit_that_stim_cannot_hold_leaves_both_files_as_they_were(tmp_path: Path) -> None:
    report, circuit = tmp_path / "r.json", tmp_path / "c.stim"
    report.write_text("before")
    circuit.write_text("before")
    ring = CIRCUITS / "qaoa_ring6.qasm"
    done = refused(2, "compile", ring, *network("line", 3, 2), "-o", report, "--emit", circuit)
    assert "not a Clifford gate" in done.stderr
    assert "hint: " in done.stderr
    assert report.read_text() == circuit.read_text() == "before"


def test_a_report_that_cannot_be_written_keeps_the_circuit_that_was_there(tmp_path: Path) -> None:
    circuit = tmp_path / "c.qasm"
    circuit.write_text("before")
    where = tmp_path / "missing" / "r.json"
    done = refused(2, "compile", BELL, *PAIR, "--emit", circuit, "-o", where)
    assert f"there is no folder {where.parent}" in done.stderr
    assert circuit.read_text() == "before"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[1]", "not an object"),
        ('{"numQubits": 1.5}', "numQubits: got 1.5"),
        ('{"numQubits": true}', "numQubits: got true"),
        ('{"numQubits": 3,\n "tCount" 4}', ":2:11: malformed JSON"),
        ('{"numQubits": -3}', "want an integer >= 0"),
        ('{"qubits": 3}', "'qubits'"),
    ],
)
def test_wrong_counts_are_explained(content: str, says: str, tmp_path: Path) -> None:
    file = tmp_path / "counts.json"
    file.write_text(content)
    done = refused(3, "estimate", "--target", "ionq-2028", "--counts", file)
    assert says in done.stderr
    assert says in refused(
        3, "estimate", "--target", "ionq-2028", "--counts", "-", stdin=content.encode()
    ).stderr  # fmt: skip


def test_counts_that_are_missing_or_binary_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "counts.json"
    assert "No such file" in refused(
        3, "estimate", "--target", "ionq-2028", "--counts", file
    ).stderr  # fmt: skip
    file.write_bytes(b"\xff\xfe")
    assert "byte 0 is not UTF-8" in refused(
        3, "estimate", "--target", "ionq-2028", "--counts", file
    ).stderr  # fmt: skip


def test_a_budget_without_counts_is_refused() -> None:
    assert "counts" in refused(3, "estimate", "--target", "ionq-2028", "--budget", "0.1").stderr


def test_an_unknown_target_cannot_be_shown() -> None:
    done = refused(3, "targets", "quantinuum-h3")
    assert "did you mean quantinuum-h2?" in done.stderr
