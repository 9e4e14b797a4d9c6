"""The circuits of tests/circuits by the command line: good ones compile, bad ones are refused."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

HERE = Path(__file__).resolve().parent
CIRCUITS = HERE / "circuits"
EXAMPLES = HERE.parent / "examples"
GOOD = [*sorted(p for p in CIRCUITS.iterdir() if p.suffix in (".qasm", ".stim", ".json"))]
BAD = sorted((CIRCUITS / "bad").iterdir())
GENERATED = ("qft8", "qaoa_ring6", "clifford_n6")


def trapline(*arguments: str | Path) -> Result:
    from trapline.compiler.cli import main

    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def error_line(path: Path) -> int:
    """The line, from 1, that a bad circuit marks as the one to blame; 0 when none is marked."""
    lines = path.read_text().splitlines()
    return next((i for i, line in enumerate(lines, start=1) if "<-- error" in line), 0)


@pytest.mark.parametrize("kind", ["complete", "line"])
@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.name)
def test_a_good_circuit_compiles_onto_two_modules_and_verifies(path: Path, kind: str) -> None:
    done = trapline(
        "compile", path, "--network", kind, "--modules", "3", "--data-qubits", "4",
        "--effort", "fast", "--format", "json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert report["verification"]["passed"] is True
    assert report["epr_pairs"] <= report["static_epr_pairs"]
    if report["lower_bound"] is not None:
        assert report["lower_bound"] <= report["epr_pairs"]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.name)
def test_a_bad_circuit_is_refused_at_its_line(path: Path) -> None:
    done = trapline(
        "compile", path, "--network", "complete", "--modules", "2", "--data-qubits", "4"
    )
    assert done.exit_code == 3, done.output
    assert path.name in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout
    line = error_line(path)
    if line:
        assert re.search(rf"{re.escape(path.name)}:{line}:\d+", done.stderr), done.stderr


@pytest.mark.parametrize("path", [p for p in BAD if p.suffix == ".qasm" and error_line(p)],
                         ids=lambda path: path.name)  # fmt: skip
def test_the_message_shows_the_line_and_a_caret(path: Path) -> None:
    done = trapline(
        "compile", path, "--network", "complete", "--modules", "2", "--data-qubits", "4"
    )
    shown = path.read_text().splitlines()[error_line(path) - 1]
    assert shown.strip() in done.stderr
    assert re.search(r"^ *\^", done.stderr, flags=re.MULTILINE)


@pytest.mark.parametrize("name", GENERATED)
def test_generated_circuits_are_what_their_maker_prints(name: str) -> None:
    makers = runpy.run_path(str(CIRCUITS / "make_circuits.py"))["MAKERS"]
    assert makers[name]() == (CIRCUITS / f"{name}.qasm").read_text()


def test_the_example_adder_is_what_its_maker_prints() -> None:
    adder = runpy.run_path(str(EXAMPLES / "cuccaro.py"))["adder"]
    assert adder(4, 11, 6) == (EXAMPLES / "adder_n10.qasm").read_text()


@pytest.mark.parametrize(("bits", "a", "b"), [(1, 1, 1), (2, 1, 3), (3, 5, 6), (4, 11, 6)])
def test_the_adder_adds(bits: int, a: int, b: int) -> None:
    """Classical simulation: all of its gates permute the basis states."""
    text = runpy.run_path(str(EXAMPLES / "cuccaro.py"))["adder"](bits, a, b)
    assert measured_sum(text) == a + b


def measured_sum(text: str) -> int:
    bodies = {
        name: (formal.split(", "), body)
        for name, formal, body in re.findall(r"gate (\w+) ([\w, ]+) \{ (.*) \}", text)
    }
    state: dict[str, int] = {}
    total = 0

    def apply(name: str, operands: list[str]) -> None:
        if name in bodies:
            formal, body = bodies[name]
            actual = dict(zip(formal, operands, strict=True))
            for step in body.rstrip(";").split("; "):
                gate, names = step.split(" ", 1)
                apply(gate, [actual[n] for n in names.split(", ")])
        else:
            *controls, target = operands
            state[target] = state.get(target, 0) ^ all(state.get(c, 0) for c in controls)

    for line in text.splitlines():
        if match := re.fullmatch(r"(x|cx|maj|uma) (.*);", line):
            apply(match[1], match[2].split(", "))
        elif match := re.fullmatch(r"measure (.*) -> sum\[(\d+)\];", line):
            total |= state.get(match[1], 0) << int(match[2])
    return total
