"""OpenQASM 3: the straight-line subset, and what lies outside it."""

from __future__ import annotations

from math import pi
from pathlib import Path

import numpy as np
import pytest

from trapline.compiler.qasm_gates import Expansion, expansion_matrix
from trapline.compiler.qasm_read import read_qasm
from trapline.errors import InputError
from trapline.passes.gates import GATES, OPCODE, UNITARY, controlled, gate_matrix
from trapline.passes.program import Program, Term

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "circuits" / "openqasm3"
HEAD = 'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit[4] q;\nbit[4] c;\n'
shared = pytest.mark.skipif(not SHARED.exists(), reason="shared circuits are absent")


def names(program: Program) -> list[str]:
    return [GATES[op].name for op in program.opcodes]


def error(text: str) -> InputError:
    with pytest.raises(InputError) as caught:
        read_qasm(text, file="f.qasm")
    return caught.value


def unitary(text: str, n_qubits: int) -> np.ndarray:
    program = read_qasm(text)
    rows = tuple((op, params, qubits) for op, qubits, params, _, _ in program.rows())
    return expansion_matrix(Expansion(rows), n_qubits, program.matrices)


def assert_equal_up_to_phase(found: np.ndarray, wanted: np.ndarray) -> None:
    overlap = np.vdot(wanted, found) / len(wanted)
    assert abs(overlap) == pytest.approx(1)
    np.testing.assert_allclose(found, overlap * wanted, atol=1e-9)


@shared
def test_the_adder_unrolls_its_loops_and_resolves_its_branches() -> None:
    program = read_qasm((SHARED / "adder.qasm").read_text())
    assert names(program)[:10] == ["reset"] * 10
    assert names(program)[10:15] == ["x"] * 5
    assert program.qubits_of(10) == (1,)
    assert names(program).count("ccx") == 8
    assert program.bits.tolist()[-5:] == [0, 1, 2, 3, 4]


@shared
def test_the_inverse_fourier_transform_keeps_its_conditions() -> None:
    program = read_qasm((SHARED / "inverseqft1.qasm").read_text())
    assert program.condition_of(11) == (Term((0, 1, 2, 3), 1),)
    assert program.params_of(11) == (pi / 2,)
    assert len(program.condition_table) == 7


@shared
@pytest.mark.parametrize(
    ("name", "line", "says"),
    [
        ("cphase", 9, "'q' is not a declared qubit"),
        ("gateteleport", 6, "'extern' cannot be compiled"),
        ("ipe", 26, "'c' has no value while compiling"),
    ],
)
def test_a_shared_program_outside_the_subset_is_refused_by_name(
    name: str, line: int, says: str
) -> None:
    refused = error((SHARED / f"{name}.qasm").read_text())
    assert refused.line == line
    assert says in refused.message


@shared
@pytest.mark.parametrize("name", ["adder", "inverseqft1", "qft", "rb", "teleport"])
def test_a_shared_program_inside_the_subset_is_read(name: str) -> None:
    assert read_qasm((SHARED / f"{name}.qasm").read_text()).n_ops > 0


@pytest.mark.parametrize(
    "gate", [g for g in GATES if g.matrix is not None and g.n_qubits <= 3], ids=lambda g: g.name
)
@pytest.mark.parametrize("modifier", ["inv", "pow(2)", "pow(-1)", "pow(0.5)", "ctrl", "negctrl"])
def test_a_modifier_gives_the_matrix_that_the_specification_says(gate, modifier: str) -> None:
    from trapline.compiler.qasm_library import DEFINITIONS
    from trapline.compiler.qasm_modifiers import fractional_power

    if modifier == "pow(0.5)" and gate.n_qubits > 2:
        pytest.skip("fractional powers are tested on one and two qubits")
    angles = (0.7, -1.9, 2.3, 0.4)[: gate.n_params]
    wanted = gate_matrix(gate.opcode, angles)
    if gate.name in ("u2", "u3"):  # stdgates.inc gives them determinant 1
        wanted = wanted * np.exp(-0.5j * sum(angles[-2:]))
    extra = modifier.endswith("ctrl")
    wanted = {
        "inv": lambda m: m.conj().T,
        "pow(2)": lambda m: m @ m,
        "pow(-1)": lambda m: m.conj().T,
        "pow(0.5)": lambda m: fractional_power(m, 0.5),
        "ctrl": controlled,
        "negctrl": lambda m: (
            np.kron([[0, 1], [1, 0]], np.eye(len(m)))
            @ controlled(m)
            @ np.kron([[0, 1], [1, 0]], np.eye(len(m)))
        ),
    }[modifier](wanted)
    n = gate.n_qubits + extra
    call = f"{gate.name}({','.join(map(repr, angles))})" if angles else gate.name
    operands = ", ".join(f"q[{i}]" for i in range(n))
    definition = DEFINITIONS.get(gate.name, "")
    text = (
        f'include "stdgates.inc";\n{definition}\nqubit[{n}] q;\n{modifier} @ {call} {operands};\n'
    )
    assert_equal_up_to_phase(unitary(text, n), wanted)


def test_the_square_root_of_a_power_is_a_square_root() -> None:
    from trapline.compiler.qasm_modifiers import fractional_power

    for opcode in (OPCODE["x"], OPCODE["swap"], OPCODE["iswap"]):
        matrix = gate_matrix(opcode, ())
        root = fractional_power(matrix, 0.5)
        np.testing.assert_allclose(root @ root, matrix, atol=1e-12)
        assert np.all(np.angle(np.linalg.eigvals(root)) <= pi / 2 + 1e-9)


def test_global_phases_matter_under_a_control_only() -> None:
    plain = read_qasm(HEAD + "gphase(0.3);\nU(0.1,0.2,0.3) q[0];\n")
    assert names(plain) == ["u3"]
    body = "gate g(t) a { gphase(t); U(0.4, 0.1, 0.2) a; }\nctrl @ g(0.3) q[0], q[1];\n"
    found = unitary(HEAD.replace("[4] q", "[2] q") + body, 2)
    inner = np.exp(0.3j + 0.2j) * gate_matrix(OPCODE["u3"], (0.4, 0.1, 0.2))
    np.testing.assert_allclose(found, controlled(inner), atol=1e-12)


def test_many_controls_on_one_gate_become_known_gates_or_one_matrix() -> None:
    program = read_qasm(
        HEAD
        + "ctrl(2) @ x q[0],q[1],q[2];\nctrl(3) @ sx q;\nctrl(3) @ z q;\n".replace(
            "sx q;", "sx q[0],q[1],q[2],q[3];"
        ).replace("z q;", "z q[0],q[1],q[2],q[3];")
    )
    assert names(program) == ["ccx", "c3sqrtx", "unitary"]
    np.testing.assert_allclose(program.matrix_of(2), np.diag([1] * 15 + [-1]), atol=1e-12)


def test_slices_sets_aliases_and_negative_indices_name_members() -> None:
    body = "let e = q[0:2:2] ++ q[3];\nx e;\ny q[{3, 1}];\nz q[-1];\nh q[1:2];\ns q[2:-1:0];\n"
    program = read_qasm(HEAD + body)
    assert program.operands.tolist() == [0, 2, 3, 3, 1, 3, 1, 2, 2, 1, 0]


def test_constants_and_variables_have_their_values_while_compiling() -> None:
    body = (
        "const int n = 2**2;\nconst float[64] θ = π/n;\nuint[3] k = 6;\nk <<= 1;\n"
        "bool b = k == 4;\n"
        "for int i in {0, 3} { if (b && i < n) rz(θ * i) q[i]; else x q[i]; }\n"
        "for uint i in [3:-2:0] x q[i];\nif (k[2]) { y q[0]; }\n"
    )
    program = read_qasm(HEAD + body)
    assert names(program) == ["rz", "rz", "x", "x", "y"]
    assert program.params.tolist() == [0.0, pi / 4 * 3]
    assert program.operands.tolist() == [0, 3, 3, 1, 0]


@pytest.mark.parametrize(
    ("test", "condition"),
    [
        ("c[1]", (Term((1,), 1),)),
        ("!c[1]", (Term((1,), 0),)),
        ("c[1] == 0", (Term((1,), 0),)),
        ("c[1] != 1", (Term((1,), 0),)),
        ("c[1] == true", (Term((1,), 1),)),
        ("c == 5", (Term((0, 1, 2, 3), 5),)),
        ("5 != c", (Term((0, 1, 2, 3), 5, equal=False),)),
        ("c", (Term((0, 1, 2, 3), 0, equal=False),)),
        ("int[4](c) == -1", (Term((0, 1, 2, 3), 15),)),
        ("uint[4](c[0:1]) == 3", (Term((0, 1), 3),)),
        ("c[0] && !c[2]", (Term((0,), 1), Term((2,), 0))),
        ("!(c[0] == 1 && c[2] == 0)", (Term((0, 2), 1, equal=False),)),
        ("c[0] == 1 && true", (Term((0,), 1),)),
    ],
)
def test_a_test_of_measured_bits_becomes_a_condition(test: str, condition) -> None:
    program = read_qasm(HEAD + f"if ({test}) x q[0];\nz q[0];\n")
    assert program.condition_of(0) == condition
    assert program.condition_of(1) == ()


def test_else_happens_when_the_condition_does_not() -> None:
    program = read_qasm(HEAD + "if (c == 2) { x q[0]; } else { if (c[0]) y q[0]; z q[0]; }\n")
    assert [program.condition_of(i) for i in range(3)] == [
        (Term((0, 1, 2, 3), 2),),
        (Term((0, 1, 2, 3), 2, equal=False), Term((0,), 1)),
        (Term((0, 1, 2, 3), 2, equal=False),),
    ]


def test_an_impossible_comparison_drops_the_branch() -> None:
    assert names(read_qasm(HEAD + "if (c == 16) x q[0]; else y q[0];\n")) == ["y"]


def test_physical_qubits_are_declared_by_their_use() -> None:
    program = read_qasm('include "stdgates.inc";\ncx $2, $0;\nh $2;\n')
    assert program.qubit_names == ["$2", "$0"]
    assert program.operands.tolist() == [0, 1, 0]


def test_the_version_line_is_optional_and_old_declarations_work() -> None:
    program = read_qasm('include "stdgates.inc";\nqreg q[2];\ncreg c[2];\nh q;\nc = measure q;\n')
    assert names(program) == ["h", "h", "measure", "measure"]


def test_a_measurement_may_declare_its_bits() -> None:
    program = read_qasm(HEAD + "bit r = measure q[1];\nbit[2] out = measure q[2:3];\n")
    assert program.bits.tolist() == [4, 5, 6]
    assert program.bit_names[4:] == ["r", "out[0]", "out[1]"]


def test_operations_in_blocks_know_their_lines() -> None:
    program = read_qasm(HEAD + "for int i in [0:1] {\n  x q[i];\n  y q[i];\n}\nz q[0];\n")
    assert program.lines.tolist() == [6, 7, 6, 7, 9]


@pytest.mark.parametrize(
    ("body", "line", "says"),
    [
        ("while (c[0]) { x q[0]; }", 5, "'while' cannot be compiled"),
        ("def f(qubit a) { x a; }", 5, "'def' cannot be compiled"),
        ("x q[0];\ndelay[100ns] q[0];", 6, "'delay' cannot be compiled"),
        ("box { x q[0]; }", 5, "'box' cannot be compiled"),
        ("input float t;", 5, "'input' cannot be compiled"),
        ("array[int, 2] a;", 5, "'array' cannot be compiled"),
        ("if (c[0] || c[1]) x q[0];", 5, "'||' of measured bits"),
        ("if (c < 3) x q[0];", 5, "arithmetic with measured bits"),
        ("int k = c;", 5, "computed from measured bits"),
        ("rz(c) q[0];", 5, "arithmetic with measured bits"),
        ("c[0] = 1;", 5, "expected 'measure'"),
        ("measure q[0];", 5, "throws its result away"),
        ("int k = 1;\nif (c[0]) k = 2;", 6, "would change under a condition"),
        ("const int n = 2;\nn = 3;", 6, "constant"),
        ("if (c[0]) { c[0] = measure q[0]; x q[0]; }", 5, "measured again meanwhile"),
        ("rz(1/2) q[0];", 5, "leaves a remainder"),
        ("x q[4];", 5, "out of range"),
        ("x q[0:2], q[1];", 5, "acts on 1 qubit"),
        ("cx q[0:2], q[1];", 5, "appears twice"),
        ("ctrl @ x q[0];", 5, "acts on 1 qubit, got 0"),
        ("rzz(0.1) q[0], q[1];", 5, "unknown gate 'rzz'"),
        ("for int i in [0:1] {", 5, "never ends"),
        ("gate g a { x b; }", 5, "not a qubit of this gate"),
    ],
)
def test_what_cannot_be_compiled_is_refused_by_name(body: str, line: int, says: str) -> None:
    refused = error(HEAD + body + "\n")
    assert refused.line == line
    assert says in refused.message


def test_unitary_rows_are_stored_once() -> None:
    program = read_qasm(
        HEAD + "ctrl(3) @ z q[0],q[1],q[2],q[3];\nctrl(3) @ z q[3],q[1],q[2],q[0];\n"
    )
    assert program.opcodes.tolist() == [UNITARY] * 2
    assert len(program.matrices) == 1
