"""`trapline verify`: emitted files pass in every format, and files that were tampered with fail."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from commandline import CIRCUITS, network, trapline

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RING = CIRCUITS / "qaoa_ring6.qasm"
CLIFFORD = CIRCUITS / "clifford_n6.qasm"
LINE = network("line", 3, 2)


@pytest.fixture(scope="module")
def emitted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One distributed circuit for each format."""
    folder = tmp_path_factory.mktemp("emitted")
    files = {suffix: folder / f"circuit.{suffix}" for suffix in ("json", "qasm", "stim")}
    for suffix, file in files.items():
        original = CLIFFORD if suffix == "stim" else RING
        assert trapline("compile", original, *LINE, "--emit", file).exit_code == 0
    return files


@pytest.mark.parametrize("suffix", ["json", "qasm", "stim"])
def test_an_emitted_file_passes_and_the_method_is_named(
    suffix: str, emitted: dict[str, Path]
) -> None:
    original = CLIFFORD if suffix == "stim" else RING
    done = trapline("verify", original, emitted[suffix])
    assert done.exit_code == 0
    answer = json.loads(done.stdout)
    assert answer["passed"] is True
    assert answer["method"] in ("state-vector", "stabilizer")
    assert "EPR pairs" in answer["details"]["structure"]
    assert done.stderr == ""


def without_a_line(pattern: str) -> Callable[[str], str]:
    """Return a function that removes the first line with a pattern from a text."""

    def tamper(text: str) -> str:
        lines = text.splitlines(keepends=True)
        index = next(i for i, line in enumerate(lines) if re.search(pattern, line))
        return "".join(lines[:index] + lines[index + 1 :])

    return tamper


def with_other(pattern: str, replacement: str) -> Callable[[str], str]:
    """Return a function that replaces the first match of a pattern in a text."""

    def tamper(text: str) -> str:
        changed = re.sub(pattern, replacement, text, count=1, flags=re.MULTILINE)
        assert changed != text
        return changed

    return tamper


def without_a_correction_in_json(text: str) -> str:
    import cirq

    circuit = cirq.read_json(json_text=text)
    controlled = [op for op in circuit.all_operations() if cirq.control_keys(op)]
    moments = [
        cirq.Moment(op for op in moment if op is not controlled[0])
        for moment in circuit
    ]  # fmt: skip
    return str(cirq.to_json(cirq.Circuit(moments, tags=circuit.tags)))


@pytest.mark.parametrize(
    ("suffix", "tamper"),
    [
        ("qasm", without_a_line(r"^if .* x ")),
        ("qasm", without_a_line(r"^if .* z ")),
        ("qasm", without_a_line(r"^rzz")),
        ("qasm", with_other(r"^rx\(1\.13\)", "rx(1.14)")),
        ("qasm", with_other(r"^rzz\(0\.42\)", "rzz(0.43)")),
        ("qasm", with_other(r"^(c\[0\]) = measure (.*);\n", r"x \2;\n\1 = measure \2;\n")),
        ("stim", without_a_line(r"^CX rec")),
        ("stim", without_a_line(r"^CZ rec")),
        ("stim", with_other(r"^CY (\d+) (\d+)", r"CY \2 \1")),
        ("stim", with_other(r"^S (\d+)", r"S_DAG \1")),
        ("json", without_a_correction_in_json),
        ("json", with_other(r'"rads": 0\.56', '"rads": 0.57')),
    ],
)
def test_a_tampered_file_fails_with_exit_code_5(
    suffix: str, tamper: Callable[[str], str], emitted: dict[str, Path], tmp_path: Path
) -> None:
    file = tmp_path / f"tampered.{suffix}"
    file.write_text(tamper(emitted[suffix].read_text()))
    done = trapline("verify", CLIFFORD if suffix == "stim" else RING, file)
    assert done.exit_code == 5, done.output
    answer = json.loads(done.stdout)
    assert answer["passed"] is False
    assert answer["checked"]
    assert done.stderr.startswith("error: verification failed: ")


def test_swapped_qubits_fail(emitted: dict[str, Path], tmp_path: Path) -> None:
    """Two outcomes of the original that differ are exchanged."""
    original, file = tmp_path / "original.qasm", tmp_path / "emitted.qasm"
    original.write_text(
        'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[3];\ncreg c[3];\n'
        "ry(0.3) q[0];\ncx q[0],q[1];\nry(1.1) q[2];\ncx q[1],q[2];\nmeasure q -> c;\n"
    )
    assert trapline("compile", original, *network("line", 3, 1), "--emit", file).exit_code == 0
    assert trapline("verify", original, file).exit_code == 0
    text = file.read_text()
    swapped = text.replace("c[0] =", "c[x] =").replace("c[2] =", "c[0] =").replace("c[x]", "c[2]")
    assert swapped != text
    file.write_text(swapped)
    assert trapline("verify", original, file).exit_code == 5


def test_a_wrong_map_of_qubits_fails(tmp_path: Path) -> None:
    original, file = tmp_path / "original.qasm", tmp_path / "emitted.qasm"
    original.write_text(
        'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[2];\nry(0.3) q[0];\ncx q[0],q[1];\nh q[1];\n'
    )
    assert trapline("compile", original, *network("line", 2, 1), "--emit", file).exit_code == 0
    notes = re.search(r"^// trapline: notes (.*)$", file.read_text(), flags=re.MULTILINE)
    assert notes
    data = json.loads(notes[1])
    ends = data["qubit_map"]["final"]
    ends["q[0]"], ends["q[1]"] = ends["q[1]"], ends["q[0]"]
    file.write_text(file.read_text().replace(notes[1], json.dumps(data)))
    assert trapline("verify", original, file).exit_code == 5


def test_a_gate_between_modules_fails(emitted: dict[str, Path], tmp_path: Path) -> None:
    file = tmp_path / "remote.qasm"
    text = emitted["qasm"].read_text()
    file.write_text(text.rstrip() + "\ncz m0_d[0], m1_d[0];\n")
    done = trapline("verify", RING, file)
    assert done.exit_code == 5
    assert "structure" in json.loads(done.stdout)["method"]


def test_another_circuit_fails(emitted: dict[str, Path]) -> None:
    assert trapline("verify", CLIFFORD, emitted["qasm"]).exit_code == 5


def test_a_file_without_a_map_is_refused_with_a_hint() -> None:
    done = trapline("verify", CIRCUITS / "bell.qasm", CIRCUITS / "teleport.qasm")
    assert done.exit_code == 3
    assert "hint: " in done.stderr
    assert "Traceback" not in done.stderr


def test_what_no_method_can_decide_is_not_called_verified(tmp_path: Path) -> None:
    """Forty entangled qubits with T gates are too many for state vectors, and not Clifford."""
    original, file = tmp_path / "wide.qasm", tmp_path / "emitted.qasm"
    chain = "".join(f"cx q[{i}],q[{i + 1}];\nt q[{i + 1}];\nh q[{i}];\n" for i in range(39))
    original.write_text(f'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[40];\nh q;\n{chain}')
    options = [*network("line", 2, 20), "--emit", file]
    assert trapline("compile", original, *options).exit_code == 0
    done = trapline("verify", original, file)
    assert done.exit_code == 5
    assert json.loads(done.stdout)["passed"] is None
    assert done.stderr.startswith("error: not verified: ")
    assert "hint: " in done.stderr


def test_the_verdict_may_be_a_table(emitted: dict[str, Path]) -> None:
    done = trapline("verify", RING, emitted["qasm"], "--format", "table")
    assert done.exit_code == 0
    assert "passed by state-vector" in done.stdout


@pytest.mark.parametrize("place", ["original", "emitted"])
def test_either_file_may_come_from_standard_input(place: str, emitted: dict[str, Path]) -> None:
    files = {"original": RING, "emitted": emitted["qasm"]}
    text = files[place].read_bytes()
    arguments = ["-" if name == place else str(file) for name, file in files.items()]
    assert trapline("verify", *arguments, stdin=text).exit_code == 0
