"""OpenQASM 3 beyond the subset: every construct against a straight-line program."""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING

import numpy as np
import pytest
from commandline import network, trapline

from trapline.compiler import qasm3_ast
from trapline.compiler.qasm3_ast import SlowReaderWarning, read_any_qasm
from trapline.compiler.qasm_read import read_qasm
from trapline.compiler.read import read_program
from trapline.errors import InputError
from trapline.passes.program import Program, Term

if TYPE_CHECKING:
    from pathlib import Path

HEAD = 'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit[4] q;\nbit[4] c;\n'


def assert_same(found: Program, wanted: Program) -> None:
    assert found.qubit_registers == wanted.qubit_registers
    assert found.bit_registers == wanted.bit_registers
    assert found.condition_table == wanted.condition_table
    for column in ("opcodes", "operand_start", "operands", "param_start", "params", "bits"):
        np.testing.assert_array_equal(getattr(found, column), getattr(wanted, column), column)
    np.testing.assert_array_equal(found.conditions, wanted.conditions)


def slow(body: str, **options: Path) -> Program:
    with pytest.warns(SlowReaderWarning):
        return read_any_qasm(HEAD + body + "\n", file="f.qasm", **options)


def error(body: str) -> InputError:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SlowReaderWarning)
        with pytest.raises(InputError) as caught:
            read_any_qasm(HEAD + body + "\n", file="f.qasm")
    return caught.value


@pytest.mark.parametrize(
    ("body", "straight"),
    [
        pytest.param(
            "def f(qubit a, angle t) { rz(t) a; x a; }\nf(q[1], pi / 2);\nf(q[2], 1);",
            "rz(pi/2) q[1]; x q[1]; rz(1) q[2]; x q[2];",
            id="def",
        ),
        pytest.param(
            "def m(qubit a) -> bit { h a; return measure a; }\nc[2] = m(q[1]);\nbit d = m(q[0]);",
            "h q[1]; c[2] = measure q[1]; h q[0]; bit d = measure q[0];",
            id="returned measurement",
        ),
        pytest.param(
            "def m(qubit[2] a) -> bit[2] {\n bit[2] r;\n r[0] = measure a[1];\n"
            " if (r[0]) x a[0];\n r[1] = measure a[0];\n return r; }\nc[1:2] = m(q[2:3]);",
            "c[1] = measure q[3]; if (c[1]) x q[2]; c[2] = measure q[2];",
            id="returned local bits",
        ),
        pytest.param(
            "def m(qubit a) -> bit { bit r = measure a; return r; }\n"
            "def n(qubit a) -> bit { x a; return m(a); }\nc[3] = n(q[0]);",
            "x q[0]; c[3] = measure q[0];",
            id="result of a call returned",
        ),
        pytest.param(
            "def m(qubit a) -> bit { return measure a; }\nif (m(q[3])) x q[2];",
            "bit m = measure q[3]; if (m) x q[2];",
            id="call as a condition",
        ),
        pytest.param(
            "def m(qubit a) { bit r = measure a; if (r) z a; }\nm(q[0]);\nm(q[1]);",
            "bit r = measure q[0]; if (r) z q[0]; bit r_2 = measure q[1]; if (r_2) z q[1];",
            id="local bits are new in every call",
        ),
        pytest.param(
            "def f(bit[2] b, qubit a) { if (b == 1) x a; }\nc = measure q;\nf(c[1:2], q[0]);",
            "c = measure q; if (c[1:2] == 1) x q[0];",
            id="bits as an argument",
        ),
        pytest.param(
            "def g(int n) -> int { if (n < 2) return 1; return n * g(n - 1); }\n"
            "rz(g(4) * 0.5) q[0];\nint k = g(3) - 4;\nk += g(2);\nx q[k - 1];",
            "rz(12.0) q[0]; x q[3];",
            id="recursion in expressions",
        ),
        pytest.param(
            "const int n = 2;\ndef f(qubit[n] a) { h $7; x a; h a[n - 1]; }\nf(q[1:2]);\nx $7;",
            "h $7; x q[1]; x q[2]; h q[2]; x $7;",
            id="constants and physical qubits in def",
        ),
        pytest.param(
            "def f(qubit a) { x a; return; z a; }\nf(q[0]);", "x q[0];", id="return without value"
        ),
        pytest.param(
            "def f(qubit a) { x a; }\nif (c[0]) f(q[0]);", "if (c[0]) x q[0];", id="call in an if"
        ),
        pytest.param(
            "int i = 0;\nwhile (i < 5) {\ni += 1; if (i == 2) continue; if (i == 4) break;"
            "\nrz(i) q; }",
            "rz(1) q; rz(3) q;",
            id="while",
        ),
        pytest.param(
            "for int i in [0:3] {\nfor int j in {1, 2} {\nif (j == 2) break;\n"
            "if (i == 1) { continue; }\n"
            "cx q[0], q[j]; } if (i == 2) break; x q[i]; }",
            "cx q[0], q[1]; x q[0]; x q[1]; cx q[0], q[1];",
            id="break and continue",
        ),
        pytest.param(
            "int i = 3;\nswitch (i) { case 1, 3 { x q[0]; } default { y q[0]; } }\n"
            "switch (i + 1) { case 1, 3 { x q[1]; } default { y q[1]; } }\n"
            "switch (i + 1) { case 1 { x q[1]; } }",
            "x q[0]; y q[1];",
            id="switch",
        ),
        pytest.param(
            "c = measure q;\nswitch (c) { case 1, 3 { x q[0]; } case 5 { z q[1]; } }",
            "c = measure q; if (c == 1) x q[0]; if (c == 3) x q[0]; if (c == 5) z q[1];",
            id="switch on measured bits",
        ),
        pytest.param(
            "switch (c) { case 1 { x q[0]; } case 2 { z q[1]; } default { y q[0]; } }",
            "if (c == 1) x q[0]; if (c == 2) z q[1]; if (c != 1 && c != 2) y q[0];",
            id="default on measured bits",
        ),
        pytest.param(
            "x q[3]; box { x q[0]; delay[100ns] q[2]; cx q[0], q[1]; } x q[3];",
            "x q[3]; barrier q[0:2]; x q[0]; cx q[0], q[1]; barrier q[0:2]; x q[3];",
            id="box",
        ),
        pytest.param(
            "box [1us] { x q[3]; box { delay[2ms] q[1]; h q[0]; } }",
            "barrier q[0], q[1], q[3]; x q[3]; barrier q[0:1]; h q[0]; barrier q[0:1];"
            "barrier q[0], q[1], q[3];",
            id="boxes inside one another",
        ),
        pytest.param(
            "duration a = 100ns;\nstretch b;\nconst duration d = 2 * a;\na = 3us;\n"
            "delay[a + 2 * pi * b] q[0:1];\ndelay[durationof({ x q[0]; })] q;\nx q[0];",
            "x q[0];",
            id="delays and durations",
        ),
        pytest.param("x q[0];\n{ int k = 2; x q[k]; }\nend;\nx q[3];", "x q[0:2:2];", id="end"),
        pytest.param(
            "def f(qubit a) { x a; }\nlet a = q[0:1] ++ q[3];\n"
            "if (c[0]) { f(a[2]); } else { f(a[0]); }",
            "if (c[0]) x q[3]; else x q[0];",
            id="alias and else",
        ),
        pytest.param(
            "while (false) { }\ngate g(t) a { rz(t / 2) a; x a; }\nctrl @ g(1) q[0], q[1];",
            "gate g(t) a { rz(t / 2) a; x a; }\nctrl @ g(1) q[0], q[1];",
            id="gates by the native reader",
        ),
    ],
)
def test_a_construct_gives_the_columns_of_a_straight_line_program(body: str, straight: str) -> None:
    assert_same(slow(body), read_qasm(HEAD + straight + "\n"))


def test_operations_of_a_subroutine_know_their_lines() -> None:
    program = slow("def f(qubit a) {\n  x a;\n\n  y a;\n}\nf(q[0]);\nz q[0];\nbox {\n x q[1];\n}")
    assert program.lines.tolist() == [6, 8, 11, 12, 13, 12]


def test_an_included_file_may_hold_subroutines(tmp_path: Path) -> None:
    (tmp_path / "lib.inc").write_text("// two gates\ndef f(qubit a) { x a; }\nwhile (false) { }\n")
    program = slow('include "lib.inc";\nf(q[2]);', folder=tmp_path)
    assert_same(program, read_qasm(HEAD + "x q[2];\n"))
    assert program.lines.tolist() == [6]


def test_an_error_in_an_included_file_points_there(tmp_path: Path) -> None:
    (tmp_path / "lib.inc").write_text("def f(qubit a) {\n  xx a;\n}\n")
    with pytest.warns(SlowReaderWarning), pytest.raises(InputError) as caught:
        read_any_qasm(HEAD + 'include "lib.inc";\nf(q[2]);\n', folder=tmp_path)
    assert (caught.value.file, caught.value.line, caught.value.column) == ("lib.inc", 2, 3)


@pytest.mark.parametrize(
    ("body", "line", "column", "says"),
    [
        ("while (c[0]) { x q[0]; }", 5, 1, "'while' cannot be compiled here"),
        ("for int i in [0:2] {\n if (c[0]) { break; } }", 6, 14, "'break' cannot be compiled here"),
        ("while (true) {\n if (c[0]) continue; }", 6, 12, "'continue' cannot be compiled here"),
        ("if (c[0]) { end; }", 5, 13, "'end' cannot be compiled here"),
        ("def f() { end; }\nf();", 5, 11, "inside a subroutine"),
        (
            "def f(bit b) -> int { if (b) { return 1; } return 2; }\nint i = f(c[0]);",
            5,
            32,
            "'return' cannot be compiled here",
        ),
        ("while (true) { }", 5, 1, "still runs after"),
        ("delay[1ns] q;\nextern g(int) -> int;", 6, 1, "'extern' cannot be compiled"),
        ("delay[1ns] q;\ncal { }", 6, 1, "'cal' cannot be compiled"),
        ("delay[1ns] q;\ndefcal x $0 { }", 6, 1, "'defcal' cannot be compiled"),
        ("delay[1ns] q;\ninput angle t;", 6, 1, "'input' cannot be compiled"),
        ("delay[1ns] q;\narray[int, 3] a;", 6, 1, "'array' cannot be compiled"),
        ("delay[1ns] q;\nrz(c) q[0];", 6, 4, "arithmetic with measured bits"),
        ("def f(angle t) { rz(t) $0; }\nf(c[0]);", 6, 3, "arithmetic with measured bits"),
        ("delay[1ns] q;\nx r;", 6, 3, "'r' is not a declared qubit"),
        ("delay[a] q;", 5, 7, "'a' is not a declared duration"),
        ("delay[1ns] r;", 5, 12, "'r' is not a declared qubit"),
        ("def f(qubit a) { cx a, q[0]; }\nf(q[1]);", 5, 24, "'q' is not a declared qubit"),
        ("int i = 1;\ndef f() -> int { return i; }\nint j = f();", 6, 25, "'i' has no value"),
        ("def f(qubit a) { x a }\nf(q[1]);", 5, 22, "found '}', which cannot stand here"),
        ("def f(qubit a) { x a;", 5, 22, "found the end of the file"),
        ("if (true) { def f() { } }", 5, 13, "subroutine definitions must be global"),
        ("def f(qubit a) { }\nf(q);", 6, 3, "found a register of size 4, expected one member"),
        ("def f(qubit[2] a) { }\nf(q[0]);", 6, 3, "expected a register of size 2"),
        ("def f(qubit a) { }\nf(q[0], 1);", 6, 7, "'f' takes 1 argument"),
        ("def f(qubit a, int k) { }\nf(q[0]);", 6, 7, "another argument"),
        ("def f(qubit a, qubit b) { }\nf(q[0], q[0]);", 6, 9, "a qubit appears twice"),
        ("def f(array[int, 2] a) { }\nf(q);", 5, 7, "array"),
        ("def f() { }\ndef f() { }", 6, 5, "'f' is already defined"),
        ("def x() { }", 5, 5, "'x' is already defined"),
        ("def f() { }\nint i = f();", 6, 9, "'f' returns no value"),
        ("def f() { return 1; }\nf();", 5, 18, "no type to return"),
        ("def f(int n) -> int { if (n > 5) return 1; }\nint i = f(2);", 6, 9, "without returning"),
        ("def f() -> bit { return true; }\nc[0] = f();", 6, 8, "cannot be written into bits"),
        ("def f(int n) -> int { return f(n); }\nint i = f(1);", 5, 30, "calls inside one another"),
        ("def f() { }\ng();", 6, 1, "found 'g', expected a statement"),
        (
            "def f(qubit a, bit b) -> bit { bit r = measure a; if (b) x a; return r; }\n"
            "c[0] = f(q[0], c[0]);",
            6,
            8,
            "cannot be written into bits",
        ),
        (
            "switch (c) { case 1 { c[0] = measure q[0]; } case 2 { x q[0]; } }",
            5,
            55,
            "measured again meanwhile",
        ),
    ],
)
def test_what_only_the_running_program_knows_is_refused_by_name(
    body: str, line: int, column: int, says: str
) -> None:
    refused = error(body)
    assert (refused.file, refused.line, refused.column) == ("f.qasm", line, column), str(refused)
    assert says in refused.message


def test_without_the_package_the_construct_is_refused_with_the_install_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "openqasm3.parser", None)
    refused = error("x q[0];\ndef f(qubit a) { }")
    assert "'def' cannot be compiled" in refused.message
    assert (refused.line, refused.column) == (6, 1)
    assert "pip install 'trapline[qasm3]'" in refused.hint


@pytest.mark.parametrize("body", ["extern g(int) -> int;", "input float t;", "x q[7];", "x q[0]"])
def test_the_install_line_is_not_shown_where_the_package_does_not_help(
    body: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openqasm3.parser", None)
    assert "pip install" not in error(body).hint


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "for int i in [0:2] { h q[i]; }\nc = measure q;\nif (c == 2) x q[0];\n",
        'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[2];\nh q;\ncx q[0],q[1];\n',
    ],
)
def test_files_of_the_native_reader_never_reach_the_package(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qasm3_ast, "_parser", lambda: pytest.fail("the package was asked for"))
    found, wanted = read_any_qasm(text), read_qasm(text)
    assert_same(found, wanted)
    assert found.lines.tolist() == wanted.lines.tolist()


@pytest.mark.parametrize("body", ["x q[4];", "x q[0]", "c[0] = 1;", "extern g(int) -> int;"])
def test_errors_of_the_native_reader_stay_as_they_are(
    body: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qasm3_ast, "_parser", lambda: pytest.fail("the package was asked for"))
    with pytest.raises(InputError) as caught:
        read_qasm(HEAD + body + "\n", file="f.qasm")
    assert str(error(body)) == str(caught.value)


def test_files_of_our_writer_keep_the_meaning_of_their_notes() -> None:
    note = '// trapline: notes {"a": 1}\nx q[0];\nbox { x q[1]; }'
    assert "'box' cannot be compiled" in error(note).message


def test_a_circuit_is_read_by_both_routes_alike() -> None:
    with pytest.warns(SlowReaderWarning, match=r"<text>:5: 'box'"):
        program = read_program(HEAD + "box { x q[0]; }\n")
    assert len(program.opcodes) == 3


def test_the_command_line_warns_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.qasm"
    path.write_text(HEAD + "def f(qubit a, qubit b) { cx a, b; }\nf(q[0], q[1]);\n")
    arguments = ["compile", str(path), *network("complete", 2, 2)]
    told = trapline(*arguments)
    assert told.exit_code == 0, told.output
    lines = [line for line in told.stderr.split("\n") if line]
    assert len(lines) == 1
    assert lines[0].startswith(f"warning: {path}:5: 'def'")
    assert trapline(*arguments, "--quiet").stderr == ""


# What reads a bit after it was measured again would act on another value than the program says.


@pytest.mark.parametrize(
    "body",
    [
        "if (c[0]) { c[0] = measure q[0]; } else { x q[1]; }",
        "if (c[0]) { if (c[1]) { c[0] = measure q[0]; } x q[1]; }",
        "if (c[0]) { c[0] = measure q[0]; if (c[1]) x q[1]; }",
    ],
)
def test_a_condition_is_refused_once_its_bits_are_measured_again(body: str) -> None:
    assert "measured again meanwhile" in error(body).message


def test_a_bit_measured_under_a_condition_may_decide_inside_it() -> None:
    program = read_qasm(HEAD + "if (c[0]) { c[1] = measure q[0]; if (c[1]) x q[1]; }\n")
    assert program.condition_of(1) == (Term((0,), 1), Term((1,), 1))


def test_bits_declared_in_a_loop_have_names_of_their_own() -> None:
    program = read_qasm(HEAD + "for int i in [0:1] { bit b = measure q[i]; if (b) x q[2]; }\n")
    assert program.bit_names[4:] == ["b", "b_2"]
