"""Times and fidelities of tiny circuits on a machine whose numbers are easy to add up."""

from __future__ import annotations

from math import exp, isclose
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trapline.compiler.pipeline import compile as compile_circuit
from trapline.passes.program import Program, ProgramBuilder, Register, Term
from trapline.passes.schedule import Schedule, schedule
from trapline.targets.load import load_target

if TYPE_CHECKING:
    from trapline.targets.model import Target

NUMBERS: dict[str, float] = {
    "one_qubit_gate_time_us": 3,
    "two_qubit_gate_time_us": 100,
    "measurement_time_us": 50,
    "reset_time_us": 20,
    "layer_overhead_us": 7,
    "one_qubit_gate_error": 0.001,
    "two_qubit_gate_error": 0.01,
    "measurement_error": 0.02,
    "reset_error": 0.005,
    "idle_coherence_time_s": 1e6,
    "parallel_two_qubit_gates": 2,
}
LINK: dict[str, float] = {"bell_fidelity": 0.9, "pair_rate_hz": 1000, "latency_us": 11}
ONE = (Term((0,), 1),)


def machine(link: dict[str, float] | None = None, **changes: float) -> Target:
    """Write a machine of two modules with four data and two communication qubits each."""

    def lines(numbers: dict[str, float]) -> list[str]:
        said = 'source = "the test", confidence = "assumed"'
        return [f"{key} = {{ value = {value}, {said} }}" for key, value in numbers.items()]

    sizes = {"physical_qubits": 6, "data_qubits": 4, "communication_qubits": 2}
    text = [
        "schema_version = 1",
        'name = "tester"',
        'summary = "Two modules."',
        "[[modules]]",
        'name = "m"',
        "count = 2",
        'platform = "other"',
        'native_gates = ["rx", "rz", "cz"]',
        *lines({**sizes, **NUMBERS, **changes}),
        "[[links]]",
        'name = "cable"',
        'ends = ["m", "m"]',
        'kind = "other"',
        *lines({**LINK, **(link or {})}),
    ]
    return load_target("\n".join(text))


def emitted(*rows: tuple[object, ...]) -> Program:
    """Qubits 0, 1, 2, 3 are data and 4, 5 communication qubits of m0; 6 to 11 of m1."""
    registers = [Register(f"m{m}_{role}", n) for m in (0, 1) for role, n in (("d", 4), ("c", 2))]
    out = ProgramBuilder("emitted", registers, [Register("c", 4)])
    for gate, qubits, *rest in rows:
        params, bit, condition = (*rest, *((), -1, ())[len(rest) :])
        out.add(gate, qubits, params, bit=bit, condition=condition)  # type: ignore[arg-type]
    return out.build()


def timed(*rows: tuple[object, ...], **changes: float) -> Schedule:
    return schedule(emitted(*rows), machine(**changes))


def test_nothing_takes_no_time_and_cannot_fail() -> None:
    found = timed()
    assert (found.makespan_us, found.fidelity, found.waiting_us) == (0.0, 1.0, 0.0)


@pytest.mark.parametrize(
    ("row", "time", "fidelity"),
    [
        (("h", (0,)), 3, 1 - 1.5 * 0.001),
        (("cz", (0, 1)), 107, 1 - 1.25 * 0.01),
        (("ccx", (0, 1, 2)), 6 * 107, (1 - 1.25 * 0.01) ** 6),
        (("measure", (0,), (), 0), 50, 1 - 0.02),
        (("measure", (0, 1), (), 0), 50, (1 - 0.02) ** 2),
        (("reset", (0,)), 20, 1 - 0.005),
        (("epr", (4, 10)), 1000 + 11, 0.9),
        (("barrier", (0, 1)), 0, 1.0),
    ],
)
def test_an_operation_takes_its_time_and_its_error(
    row: tuple[object, ...], time: float, fidelity: float
) -> None:
    found = timed(row)
    assert found.makespan_us == pytest.approx(time)
    assert found.fidelity == pytest.approx(fidelity, rel=1e-9)


def test_a_bell_pair_circuit_adds_up_by_hand() -> None:
    """H, a pair, CX into the near half, its measurement, and the correction in the other module."""
    rows = [
        ("h", (0,)),
        ("epr", (4, 10)),
        ("cx", (0, 4)),
        ("measure", (4,), (), 0),
        ("x", (10,), (), -1, ONE),
        ("cx", (10, 6)),
    ]
    found = timed(*rows)
    pair, gate = 1011, 107
    assert found.start_us == pytest.approx(
        (0, 0, pair, pair + gate, pair + gate + 50 + 11, pair + gate + 64)
    )
    assert found.makespan_us == pytest.approx(pair + gate + 64 + gate)
    two, one = 1 - 1.25 * 0.01, 1 - 1.5 * 0.001
    waits = 1.0  # T2 is long enough
    assert found.fidelity == pytest.approx(one**2 * two**2 * 0.9 * 0.98 * waits, rel=1e-6)


def test_an_outcome_reaches_its_own_module_at_once_and_another_after_the_latency() -> None:
    near = timed(("measure", (0,), (), 0), ("x", (1,), (), -1, ONE))
    far = timed(("measure", (0,), (), 0), ("x", (6,), (), -1, ONE))
    assert near.start_us[1] == 50
    assert far.start_us[1] == 50 + 11


def test_pairs_on_one_link_come_one_after_the_other() -> None:
    found = timed(("epr", (4, 10)), ("epr", (5, 11)))
    assert found.start_us == (0, 1011)
    assert found.makespan_us == 2022
    assert found.waiting_us == 1011 + 2022


def test_a_module_runs_as_many_gates_at_once_as_it_can() -> None:
    rows = [("cz", (0, 1)), ("cz", (2, 3)), ("cz", (4, 5)), ("cz", (6, 7))]
    assert timed(*rows).start_us == (0, 0, 107, 0)
    assert timed(*rows, parallel_two_qubit_gates=1).start_us == (0, 107, 214, 0)


def test_a_barrier_holds_back_what_comes_after_it() -> None:
    found = timed(("cz", (0, 1)), ("barrier", (0, 2)), ("h", (2,)), ("h", (3,)))
    assert found.start_us == (0, 107, 107, 0)


def test_a_gate_on_a_communication_qubit_has_the_error_of_the_swap_into_it() -> None:
    data = timed(("cz", (0, 1)), memory_swap_error=0.05)
    comm = timed(("cz", (0, 4)), memory_swap_error=0.05)
    assert data.fidelity == pytest.approx(1 - 1.25 * 0.01, rel=1e-9)
    assert comm.fidelity == pytest.approx(1 - 1.25 * 0.05, rel=1e-9)


def test_a_data_qubit_dephases_while_it_waits() -> None:
    """Qubit 2 works for 3 us and then waits until qubit 0 has been measured twice."""
    rows = [("h", (2,)), ("measure", (0,), (), 0), ("measure", (0,), (), 1)]
    found = timed(*rows, idle_coherence_time_s=1e-4)
    wait = (1 + exp(-97 / 100)) / 2
    assert found.fidelity == pytest.approx((1 - 0.0015) * 0.98**2 * wait, rel=1e-9)


CIRCUIT = """OPENQASM 2.0;
include "qelib1.inc";
qreg q[6];
creg c[2];
h q[0];
cx q[0],q[1]; cx q[0],q[2]; cx q[0],q[3]; cx q[0],q[4]; ccx q[5],q[1],q[0];
measure q[1] -> c[0];
if (c==1) x q[2];
reset q[1];
cx q[1],q[5];
"""


@pytest.fixture(scope="module")
def circuit() -> Program:
    return compile_circuit(CIRCUIT, machine(), effort="fast", verify=False).emitted


def test_the_circuit_of_the_next_test_uses_the_link(circuit: Program) -> None:
    assert len(circuit.tags) > 0


@settings(max_examples=60)
@given(st.sampled_from(sorted(NUMBERS)), st.floats(1.0, 4.0))
def test_slower_and_noisier_parts_never_help(circuit: Program, key: str, factor: float) -> None:
    better = schedule(circuit, machine())
    worse_is_less = key in ("idle_coherence_time_s", "parallel_two_qubit_gates")
    value = max(int(NUMBERS[key] / factor), 1) if worse_is_less else NUMBERS[key] * factor
    worse = schedule(circuit, machine(**{key: value}))
    assert worse.makespan_us >= better.makespan_us or isclose(worse.makespan_us, better.makespan_us)
    if not key.endswith("_us"):
        assert worse.fidelity <= better.fidelity


@settings(max_examples=30)
@given(st.sampled_from(sorted(LINK)), st.floats(1.0, 4.0))
def test_a_worse_link_never_helps(circuit: Program, key: str, factor: float) -> None:
    better = schedule(circuit, machine())
    value = LINK[key] * factor if key == "latency_us" else LINK[key] / factor
    worse = schedule(circuit, machine({key: max(value, 0.25) if key == "bell_fidelity" else value}))
    assert worse.makespan_us >= better.makespan_us
    assert worse.fidelity <= better.fidelity * (1 + 1e-12)


def test_no_operation_starts_before_its_qubits_are_free(circuit: Program) -> None:
    found = schedule(circuit, machine())
    last: dict[int, float] = {}
    for op, start in enumerate(found.start_us):
        for q in circuit.qubits_of(op):
            assert start >= last.get(q, 0.0)
            last[q] = start
    assert found.makespan_us >= max(found.start_us)
