"""Our OpenQASM 2 reader against qiskit's, operation by operation."""

from __future__ import annotations

import random
import re
import tempfile
from collections import deque
from pathlib import Path

import numpy as np
import pytest
import qiskit.qasm2
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit.quantum_info import Operator

from trapline.compiler.qasm_read import read_qasm
from trapline.errors import InputError
from trapline.passes.gates import ALIASES, GATES, MEASURE, OPCODE

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
FILES = sorted(
    path for path in (SHARED / "circuits").glob("**/*.qasm") if "openqasm3" not in path.parts
)
LEGACY = qiskit.qasm2.LEGACY_CUSTOM_INSTRUCTIONS


def flattened(circuit):
    """Yield (instruction, qubit numbers, bit numbers, condition) of a qiskit circuit."""
    qubit = {bit: i for i, bit in enumerate(circuit.qubits)}
    clbit = {bit: i for i, bit in enumerate(circuit.clbits)}
    for item in circuit.data:
        qubits = [qubit[q] for q in item.qubits]
        if item.operation.name == "if_else":
            register, value = item.operation.condition
            body = item.operation.blocks[0]
            bits = tuple(clbit[b] for b in register)
            for inner in body.data:
                inside = [qubits[body.qubits.index(q)] for q in inner.qubits]
                outer = dict(zip(body.clbits, item.clbits, strict=True))
                yield (
                    inner.operation,
                    inside,
                    [clbit[outer[b]] for b in inner.clbits],
                    (bits, value),
                )
        else:
            yield item.operation, qubits, [clbit[b] for b in item.clbits], None


def our_name(name):
    return ALIASES.get(name.lower(), name.lower())


def same_gate(program, index, operation):
    """Whether one operation of ours is the whole of one of qiskit's."""
    row = GATES[int(program.opcodes[index])]
    params = tuple(float(p) for p in operation.params)
    if row.name == our_name(operation.name) and row.n_params == len(params):
        pairs = zip(program.params_of(index), params, strict=True)
        return all(abs(a - b) <= 1e-12 * max(1.0, abs(b)) for a, b in pairs)
    if row.matrix is None or row.n_qubits != operation.num_qubits:
        return False
    wanted = Operator(operation).reverse_qargs().data
    found = program.matrix_of(index)
    return abs(abs(np.vdot(wanted, found)) - len(found)) < 1e-9


def assert_same(program, circuit):
    """Match our operations with qiskit's, expanding definitions where ours are expanded."""
    waiting = deque(flattened(circuit))
    index = 0
    while waiting:
        operation, qubits, bits, condition = waiting.popleft()
        matches = index < program.n_ops and list(program.qubits_of(index)) == qubits
        if matches and same_gate(program, index, operation):
            terms = program.condition_of(index)
            assert [(t.bits, t.value, t.equal) for t in terms] == (
                [(*condition, True)] if condition else []
            )
            if program.opcodes[index] == MEASURE:
                assert int(program.bits[index]) == bits[0]
            index += 1
            continue
        definition = operation.definition
        assert definition is not None, f"operation {index}: {operation.name} {qubits}"
        inner = [
            (
                item.operation,
                [qubits[definition.find_bit(q).index] for q in item.qubits],
                [],
                condition,
            )
            for item in definition.data
        ]
        waiting.extendleft(reversed(inner))
    assert index == program.n_ops


@pytest.mark.skipif(not FILES, reason="shared circuits are absent")
@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_shared_file_reads_as_qiskit_reads_it(path):
    text = path.read_text()
    try:
        circuit = qiskit.qasm2.loads(text, custom_instructions=LEGACY)
    except qiskit.qasm2.QASM2ParseError as error:
        line = int(re.search(r"(\d+),\d+:", str(error))[1])
        with pytest.raises(InputError) as caught:
            read_qasm(text, path.stem, path.name)
        assert caught.value.line == line
        return
    program = read_qasm(text, path.stem, path.name)
    assert [(r.name, r.size) for r in program.qubit_registers] == [
        (r.name, r.size) for r in circuit.qregs
    ]
    assert [(r.name, r.size) for r in program.bit_registers] == [
        (r.name, r.size) for r in circuit.cregs
    ]
    assert_same(program, circuit)


NAMES_2 = (
    "x y z h s sdg t tdg sx sxdg id rx ry rz p u1 u2 u3 u cx cy cz ch swap crx cry crz cu1 cp cu3 "
    "csx cu rxx rzz ccx cswap rccx c3x c3sqrtx rc3x c4x"
)


def shape(name):
    row = GATES[OPCODE[our_name(name)]]
    return row.n_qubits, row.n_params


GATES_2 = {name: shape(name) for name in NAMES_2.split()}


class Generator:
    """Writes random, valid OpenQASM 2."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.sizes = {"q": self.random.randint(3, 5), "anc": self.random.randint(2, 4)}
        self.bits = {"c": self.random.randint(2, 5), "flag": 1}
        self.gates = dict(GATES_2)

    def expression(self, names=(), depth=2):
        r = self.random
        kind = r.randrange(8 if depth else 3)
        if kind == 0 or (kind == 2 and not names):
            return r.choice(["pi", "0.25", "1", "3", "1e-3", ".5", "2.", "pi/4"])
        if kind == 1:
            return f"{r.uniform(0.1, 4):.12f}"
        if kind == 2:
            return r.choice(names)
        a, b = self.expression(names, depth - 1), self.expression(names, depth - 1)
        if kind == 3:
            return f"({a})^{r.choice(['2', '0', '3'])}"
        if kind == 4:
            return f"{r.choice(['sin', 'cos', 'exp'])}(sin({a}))"
        if kind == 5:
            return f"sqrt(({a})*({a})+ln(2))"
        if kind == 6:
            return f"-({a}){r.choice('+-*')}{b}"
        return f"({a}{r.choice('+-*')}{b})/{r.choice(['2', '7', 'pi'])}"

    def call(self, name, operands, names=()):
        n_params = self.gates[name][1]
        angles = ",".join(self.expression(names) for _ in range(n_params))
        return f"{name}{f'({angles})' if n_params else ''} {','.join(operands)};"

    def definition(self, number):
        r = self.random
        name = f"mine{number}"
        params = ["a", "theta"][: r.randint(0, 2)]
        qubits = ["x0", "y0", "z0"][: r.randint(1, 3)]
        small = [g for g, (n, _) in self.gates.items() if n <= len(qubits)]
        body = []
        for _ in range(r.randint(0, 5)):
            gate = r.choice(small)
            body.append(self.call(gate, r.sample(qubits, self.gates[gate][0]), params))
            if r.random() < 0.1:
                body.append(f"barrier {','.join(qubits)};")
        self.gates[name] = (len(qubits), len(params))
        head = f"gate {name}{'(' + ','.join(params) + ')' if params else ''} {','.join(qubits)}"
        return f"{head} {{ {' '.join(body)} }}"

    def qubit(self):
        register = self.random.choice(list(self.sizes))
        return f"{register}[{self.random.randrange(self.sizes[register])}]"

    def operation(self):
        r = self.random
        kind = r.randrange(10)
        everything = [f"{n}[{i}]" for n, size in self.sizes.items() for i in range(size)]
        if kind == 0:
            return f"barrier {r.choice(['q', 'anc', 'q,anc', 'q[0],anc[1]'])};"
        if kind == 1:
            return f"reset {r.choice(['q', self.qubit()])};"
        if kind == 2:
            return f"measure {self.qubit()} -> c[{r.randrange(self.bits['c'])}];"
        if kind == 3:
            return f"{r.choice(['h', 't', 'x'])} {r.choice(list(self.sizes))};"
        if kind == 4:
            return f"cx q[{r.randrange(self.sizes['q'])}],anc;"
        if kind == 5:
            return f"U({self.expression()},{self.expression()},0) {self.qubit()};"
        name = r.choice([g for g, (n, _) in self.gates.items() if n <= len(everything)])
        return self.call(name, r.sample(everything, self.gates[name][0]))

    def text(self):
        r = self.random
        lines = ["OPENQASM 2.0;", 'include "qelib1.inc"; // gates']
        lines += [self.definition(i) for i in range(r.randint(0, 3))]
        lines += [f"qreg {n}[{size}];" for n, size in self.sizes.items()]
        lines += [f"creg {n}[{size}];" for n, size in self.bits.items()]
        for _ in range(r.randint(1, 25)):
            line = self.operation()
            if r.random() < 0.2 and not line.startswith("barrier"):
                register = r.choice(list(self.bits))
                line = f"if({register}=={r.randrange(1 << self.bits[register])}) {line}"
            lines.append(line)
        return "\n".join(lines) + "\n"


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.integers(0, 2**32))
def test_generated_programs_read_as_qiskit_reads_them(seed):
    text = Generator(seed).text()
    circuit = qiskit.qasm2.loads(text, custom_instructions=LEGACY)
    assert_same(read_qasm(text), circuit)


@settings(max_examples=80, derandomize=True, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 2**32))
def test_a_damaged_program_is_refused_on_the_line_where_qiskit_refuses_it(seed, where):
    lines = Generator(seed).text().split("\n")
    chooser = random.Random(where)
    number = chooser.randrange(2, len(lines) - 1)
    damage = chooser.choice(
        ["cx q[0],q[0];", "h q[9];", "nosuch q[0];", "h r;", "cx q[0];", "measure q -> flag;"]
    )
    if not any(line.startswith("creg flag") for line in lines[:number]):
        return
    lines.insert(number, damage)
    text = "\n".join(lines)
    with pytest.raises(qiskit.qasm2.QASM2ParseError) as theirs:
        qiskit.qasm2.loads(text, custom_instructions=LEGACY)
    with pytest.raises(InputError) as ours:
        read_qasm(text)
    line = int(re.search(r"(\d+),\d+:", str(theirs.value))[1])
    assert ours.value.line == line == number + 1


def test_an_included_file_is_looked_up_next_to_the_program():
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "extra.inc").write_text("gate twice a { h a; h a; }\n")
        text = (
            'OPENQASM 2.0;\ninclude "qelib1.inc";\ninclude "extra.inc";\nqreg q[1];\ntwice q[0];\n'
        )
        program = read_qasm(text, folder=Path(folder))
        assert [GATES[op].name for op in program.opcodes] == ["h", "h"]
