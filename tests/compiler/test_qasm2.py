"""OpenQASM 2: what is read, and how errors are told."""

from __future__ import annotations

from math import cos, pi

import numpy as np
import pytest

from trapline.compiler.qasm_read import read_qasm
from trapline.errors import InputError
from trapline.passes.gates import GATES
from trapline.passes.program import Term

HEAD = 'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[3];\ncreg c[3];\n'


def names(program):
    return [GATES[op].name for op in program.opcodes]


def error(text):
    with pytest.raises(InputError) as caught:
        read_qasm(text, file="f.qasm")
    return caught.value


def test_registers_keep_their_names_sizes_and_order():
    program = read_qasm(
        "OPENQASM 2.0;\nqreg b[2];\ncreg z[1];\nqreg a[1];\ncreg y[3];\nCX b[0],a[0];\n"
    )
    assert program.qubit_names == ["b[0]", "b[1]", "a[0]"]
    assert program.bit_names == ["z[0]", "y[0]", "y[1]", "y[2]"]
    assert program.qubits_of(0) == (0, 2)


def test_expressions_follow_the_usual_binding_strengths():
    program = read_qasm(HEAD + "rz(-2^2+3*pi/4-cos(1)) q[0];\nrz(2^3^0) q[0];\nrz(-pi) q[0];\n")
    assert program.params.tolist() == [-4 + 3 * pi / 4 - cos(1), 2.0, -pi]


def test_a_gate_spreads_over_registers_and_repeats_single_qubits():
    program = read_qasm(HEAD + "qreg r[3];\ncx q,r;\ncx q[1],r;\n")
    assert [program.qubits_of(i) for i in range(6)] == [
        (0, 3),
        (1, 4),
        (2, 5),
        (1, 3),
        (1, 4),
        (1, 5),
    ]


def test_user_gates_nest_and_expand_into_rows_of_the_table():
    text = (
        HEAD
        + "gate a(t) x {rz(t/2) x;}\ngate b(t) x,y {a(2*t) y; barrier x,y; cx y,x;}\n"
        + "b(0.5) q[2],q[0];\n"
    )
    program = read_qasm(text)
    assert names(program) == ["rz", "barrier", "cx"]
    assert program.params.tolist() == [0.5]
    assert [program.qubits_of(i) for i in range(3)] == [(0,), (2, 0), (0, 2)]


def test_a_condition_compares_the_whole_register_and_holds_for_any_operation():
    program = read_qasm(
        HEAD + "if(c==5) x q[0];\nif(c==1) reset q[1];\nif (c==1) barrier q;\nz q[0];\n"
    )
    assert [program.condition_of(i) for i in range(4)] == [
        (Term((0, 1, 2), 5),),
        (Term((0, 1, 2), 1),),
        (Term((0, 1, 2), 1),),
        (),
    ]


def test_measurement_of_registers_goes_bit_by_bit():
    program = read_qasm(HEAD + "measure q -> c;\n")
    assert program.bits.tolist() == [0, 1, 2]
    assert not program.bit_registers[0].keyed


def test_a_definition_equal_to_a_known_gate_is_kept_whole():
    swap = "gate exchange a,b {cx a,b; cx b,a; cx a,b;}\n"
    toffoli = (
        "gate toffoli a,b,c {h c; cx b,c; tdg c; cx a,c; t c; cx b,c; tdg c; cx a,c; "
        "t b; t c; h c; cx a,b; t a; tdg b; cx a,b;}\n"
    )
    ryy = (
        "gate ryy(t) a,b {rx(pi/2) a; rx(pi/2) b; cx a,b; rz(t) b; cx a,b; "
        "rx(-pi/2) a; rx(-pi/2) b;}\n"
    )
    program = read_qasm(
        HEAD
        + swap
        + toffoli
        + ryy
        + "exchange q[0],q[1];\ntoffoli q[2],q[1],q[0];\nryy(0.3) q[0],q[2];\n"
    )
    assert names(program) == ["swap", "ccx", "ryy"]
    assert program.qubits_of(1) == (2, 1, 0)


def test_a_definition_that_only_borrows_a_known_name_is_expanded():
    program = read_qasm(
        HEAD + "gate rzz(t) a,b {cx a,b; rz(2*t) b; cx a,b;}\nrzz(0.3) q[0],q[1];\n"
    )
    assert names(program) == ["cx", "rz", "cx"]
    assert program.params.tolist() == [0.6]


def test_u0_takes_an_angle_and_does_nothing():
    program = read_qasm(HEAD + "u0(1) q[0];\n")
    assert names(program) == ["id"]


def test_an_opaque_gate_may_be_declared_but_not_applied():
    text = HEAD + "opaque magic(a) x,y;\nh q[0];\n"
    assert names(read_qasm(text)) == ["h"]
    refused = error(text + "magic(1) q[0],q[1];\n")
    assert "magic" in refused.message
    assert refused.line == 7


def test_every_operation_knows_its_line():
    program = read_qasm(HEAD + "h q[0]; h q[1];\n\n// note\ncx q[0],q[1];\nh q;\nh q[0];\n")
    assert program.lines.tolist() == [5, 5, 8, 9, 9, 9, 10]


def test_comments_and_odd_spacing_do_not_matter():
    text = (
        'OPENQASM\t2.0 ; include"qelib1.inc";/* block\nof two */qreg q [ 2 ];\n'
        "\n  cx  q[0] ,\tq[ 1 ] ;u1(pi/2)q[0];"
    )
    program = read_qasm(text)
    assert names(program) == ["cx", "p"]
    assert program.lines.tolist() == [4, 4]


@pytest.mark.parametrize(
    ("body", "line", "column", "says"),
    [
        ("cx q[1],q[1];", 5, 9, "appears twice"),
        ("h q[3];", 5, 5, "index 3 is out of range"),
        ("h r[0];", 5, 3, "'r' is not a declared"),
        ("rz q[0];", 5, 1, "takes 1 angle, got 0"),
        ("cx q[0];", 5, 1, "acts on 2 qubits, got 1"),
        ("hh q[0];", 5, 1, "unknown gate 'hh'"),
        ("qreg q[2];", 5, 6, "already defined"),
        ("gate h a {}", 5, 6, "already defined"),
        ("gate g a {g a;}", 5, 11, "calls itself"),
        ("gate g a {h b;}", 5, 13, "not a qubit of this gate"),
        ("gate g(t) a {rz(u) a;}", 5, 17, "'u' has no value"),
        ("qreg r[2];\ncx q,r;", 6, 6, "members"),
        ("measure q -> c[0];", 5, 1, "3 qubits into 1 bits"),
        ("rz(sqrt(-1)) q[0];", 5, 4, "has no value"),
        ("rz(1/0) q[0];", 5, 5, "has no value"),
        ("rz(ln(0)) q[0];", 5, 4, "has no value"),
        ("if(c==9) x q[0];", 5, 1, "never 9"),
        ("if(q==1) x q[0];", 5, 4, "names qubits"),
        ("h q[0]", 5, 7, "expected ';'"),
        ("qreg z[0];", 5, 8, "size of at least 1"),
        ("qubit a;", 5, 1, "not a statement of OpenQASM 2"),
        ("x q[0]; ? ;", 5, 9, "no meaning"),
        ("/* open", 5, 1, "never ends"),
        ('include "other.inc";', 5, 9, "cannot include"),
        ("OPENQASM 2.0;", 5, 1, "first statement"),
        ("barrier;", 5, 8, "expected qubits"),
        ("hq[0];", 5, 1, "unknown gate 'hq'"),
        ("cx q[0] q[1];", 5, 9, "expected ';'"),
        ("rz(1e999) q[0];", 5, 4, "finite"),
        ("rz(inf) q[0];", 5, 4, "'inf' has no value"),
        ("qreg z[99999999999];", 5, 6, "at most"),
        ("h q[" + "9" * 5000 + "];", 5, 5, "too many digits"),
        ("rz(9^9^9^9) q[0];", 5, 7, "has no value"),
    ],
)
def test_a_mistake_is_told_with_its_place(body, line, column, says):
    refused = error(HEAD + body + "\n")
    assert (refused.line, refused.column) == (line, column)
    assert says in refused.message
    assert refused.source_line == body.split("\n")[line - 5]


def test_an_expression_that_nests_too_deeply_is_refused():
    refused = error(HEAD + "rz(" + "(" * 5000 + "1" + ")" * 5000 + ") q[0];\n")
    assert refused.line == 5
    assert "nests too deeply" in refused.message


def test_gates_that_double_sixty_times_are_refused():
    body = "gate g0 a {x a;}\n" + "".join(
        f"gate g{i + 1} a {{g{i} a;g{i} a;}}\n" for i in range(60)
    )
    refused = error(HEAD + body + "g60 q[0];\n")
    assert "operations in one gate" in refused.message


def test_an_error_shows_the_line_a_caret_and_a_hint():
    shown = str(error(HEAD + "  ccrx q[0],q[1],q[2];\n")).split("\n")
    assert shown[0] == "f.qasm:5:3: unknown gate 'ccrx'"
    assert shown[1:3] == ["      ccrx q[0],q[1],q[2];", "      ^"]
    assert shown[3].startswith("hint: did you mean ")
    assert "'ccx'" in shown[3]


def test_a_missing_include_is_named_in_the_hint():
    refused = error("OPENQASM 2.0;\nqreg q[1];\nh q[0];\n")
    assert refused.hint == 'add the line: include "qelib1.inc";'


def test_the_second_use_of_a_wrong_statement_is_as_wrong_as_the_first():
    refused = error(HEAD + "cx q[0],q[1];\n" * 3 + "cx q[0],q[0];\n")
    assert refused.line == 8


def test_angles_beyond_two_pi_keep_their_sign_under_a_control():
    program = read_qasm(HEAD + "cu3(-0.4,0.1,0.2) q[0],q[1];\ncu3(2*pi+0.3,0,0) q[0],q[1];\n")
    for op, theta in enumerate((-0.4, 2 * pi + 0.3)):
        assert np.isclose(program.matrix_of(op)[2, 2], cos(theta / 2))
