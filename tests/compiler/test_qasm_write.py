"""OpenQASM 3 as we write it: legal for others, lossless for us."""

from __future__ import annotations

import numpy as np
import openqasm3
import pytest
from hypothesis import given, settings

from strategies import programs
from trapline.compiler.qasm_read import read_qasm
from trapline.compiler.qasm_write import write_qasm3
from trapline.errors import InputError, TraplineError
from trapline.passes.gates import GATES, UNITARY
from trapline.passes.program import Program, ProgramBuilder, Register, Term


def rows(program: Program) -> list[tuple[object, ...]]:
    """Operations with their conditions as sets of single bits where they are equalities."""
    out: list[tuple[object, ...]] = []
    for i, (opcode, qubits, params, bit, _) in enumerate(program.rows()):
        tests = set()
        for term in program.condition_of(i):
            if term.equal or len(term.bits) == 1:
                for j, b in enumerate(term.bits):
                    value = term.value >> j & 1
                    tests.add((b, value if term.equal else 1 - value))
            else:
                tests.add(term)
        values = () if opcode == UNITARY else params
        out.append((GATES[opcode].name, qubits, values, bit, frozenset(tests)))
    return out


def assert_same(found: Program, program: Program) -> None:
    assert found.qubit_registers == program.qubit_registers
    assert found.bit_registers == program.bit_registers
    assert rows(found) == rows(program)
    assert (found.notes, found.tags) == (program.notes, program.tags)


@settings(max_examples=60)
@given(programs(max_qubits=5, max_ops=15))
def test_a_program_comes_back_the_same(program: Program) -> None:
    assert_same(read_qasm(write_qasm3(program)), program)


@settings(max_examples=10)
@given(programs(max_qubits=4, max_ops=8, matrices=True))
def test_the_reference_parser_accepts_what_we_write(program: Program) -> None:
    openqasm3.parse(write_qasm3(program))


def emitted() -> Program:
    """A program with everything that an emitted circuit has."""
    out = ProgramBuilder(
        "emitted",
        [Register("m0_d", 2), Register("m0_c", 1), Register("m1_d", 2), Register("m1_c", 1)],
        [Register("c", 2), Register("key", 2, keyed=True), Register("trapline_m", 2)],
    )
    first = out.add("epr", [2, 5])
    out.tags[first] = "m0-m1"
    out.add("cx", [0, 2])
    out.add("measure", [2], bit=4)
    out.add("x", [5], condition=(Term((4,), 1),))
    out.add("barrier", [0, 5])
    out.add("measure", [0, 1], bit=2)
    out.add("reset", [2])
    second = out.add("epr", [2, 5])
    out.tags[second] = ""
    out.notes["qubit_map"] = {"final": {"q[0]": "m0_d[0]"}, "odd": '};\\ " é'}
    return out.build()


def test_an_emitted_program_comes_back_the_same() -> None:
    assert_same(read_qasm(write_qasm3(emitted())), emitted())


def test_a_foreign_reader_sees_an_epr_pair_as_four_statements() -> None:
    lines = write_qasm3(emitted()).split("\n")
    start = lines.index("// trapline: epr m0-m1")
    assert lines[start + 1 : start + 5] == [
        "reset m0_c[0];",
        "reset m1_c[0];",
        "h m0_c[0];",
        "cx m0_c[0], m1_c[0];",
    ]
    assert "if (trapline_m[0] == 1) x m1_c[0];" in lines


def test_names_that_are_not_legal_come_back_through_a_comment() -> None:
    registers = [Register("q(1, 2)", 1, scalar=True), Register("measure", 2), Register("θ", 1)]
    out = ProgramBuilder("odd", registers, [Register("x", 1, scalar=True), Register("1c", 2)])
    out.add("cx", [0, 2])
    out.add("measure", [1], bit=0)
    program = out.build()
    text = write_qasm3(program)
    openqasm3.parse(text)
    assert_same(read_qasm(text), program)


@pytest.mark.parametrize("n_qubits", [1, 2])
def test_a_random_unitary_is_written_as_gates_that_do_it(n_qubits: int) -> None:
    import cirq

    matrix = cirq.testing.random_unitary(1 << n_qubits, random_state=3)
    out = ProgramBuilder("u", [Register("q", n_qubits)])
    out.add_unitary(matrix, list(range(n_qubits)))
    text = write_qasm3(out.build())
    plain = "\n".join(line for line in text.split("\n") if "trapline" not in line)
    assert_does(read_qasm(plain), matrix, n_qubits)
    assert_does(read_qasm(text), matrix, n_qubits)


def assert_does(program: Program, matrix: np.ndarray, n_qubits: int) -> None:
    from trapline.compiler.qasm_gates import Expansion, expansion_matrix

    ops = tuple((op, params, qubits) for op, qubits, params, _, _ in program.rows())
    found = expansion_matrix(Expansion(ops), n_qubits, program.matrices)
    assert abs(np.vdot(found, matrix)) == pytest.approx(len(matrix), abs=1e-8)


def test_a_unitary_along_axes_on_four_qubits_is_written_and_kept_whole() -> None:
    import cirq

    matrix = cirq.unitary(cirq.ControlledGate(cirq.CCX**0.3))
    out = ProgramBuilder("u", [Register("q", 4)])
    out.add_unitary(matrix, [3, 1, 0, 2])
    text = write_qasm3(out.build())
    again = read_qasm(text)
    assert again.opcodes.tolist() == [UNITARY]
    np.testing.assert_array_equal(again.matrices[0], matrix)
    plain = read_qasm("\n".join(line for line in text.split("\n") if "trapline" not in line))
    straight = ProgramBuilder("u", [Register("q", 4)])
    straight.add_unitary(matrix, [0, 1, 2, 3])
    assert_does(
        read_qasm(
            "\n".join(
                line for line in write_qasm3(straight.build()).split("\n") if "trapline" not in line
            )
        ),
        matrix,
        4,
    )
    assert plain.n_qubits == 4


def test_a_wide_unitary_without_axes_is_refused_by_number_and_name() -> None:
    import cirq

    out = ProgramBuilder("u", [Register("q", 3)])
    out.add("h", [0])
    out.add_unitary(cirq.testing.random_unitary(8, random_state=1), [2, 1, 0])
    with pytest.raises(TraplineError, match=r"operation 1 on q\[2\], q\[1\], q\[0\]"):
        write_qasm3(out.build())


@pytest.mark.parametrize(
    ("comment", "says"),
    [
        ("notes {", "damaged"),
        ("notes [1]", "expected an object"),
        ('registers {"q": 3}', "expected"),
        ("epr x", "an EPR pair must be written as"),
        ("measure 2", "expected 2 measurements"),
        ("tea", "unknown note 'tea'"),
    ],
)
def test_a_damaged_comment_is_refused_with_its_line(comment: str, says: str) -> None:
    text = 'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit[2] q;\nbit[2] c;\n'
    text += f"// trapline: {comment}\nreset q[0];\nreset q[1];\nx q[0];\ncx q[0], q[1];\n"
    with pytest.raises(InputError) as caught:
        read_qasm(text)
    assert caught.value.line == 5
    assert says in caught.value.message
