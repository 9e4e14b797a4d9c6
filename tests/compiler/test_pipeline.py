"""Compilation from end to end: inputs, targets, the report, and the refusal of wrong circuits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import cirq
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategies import networks, programs
from trapline.compiler.emission import LARGE
from trapline.compiler.pipeline import Compiled
from trapline.compiler.pipeline import compile as compile_circuit
from trapline.compiler.read import load
from trapline.compiler.report import report_schema
from trapline.errors import (
    CheckError,
    InfeasibleError,
    InputError,
    TargetError,
    TraplineError,
)
from trapline.passes.effort import EFFORTS
from trapline.passes.program import Program, ProgramBuilder, Register
from trapline.targets.load import load_target
from trapline.targets.network import Network, ideal_network

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GHZ = """OPENQASM 2.0;
include "qelib1.inc";
qreg q[4];
creg c[4];
h q[0];
cx q[0],q[1];
cx q[0],q[2];
cx q[0],q[3];
measure q -> c;
"""
PAIR = ideal_network("complete", 2, 2)

# The keys of the interface, with the types they hold.
TYPES: dict[str, type | tuple[type, ...]] = {
    "version": str,
    "circuit": dict,
    "network": dict,
    "epr_pairs": int,
    "objective": dict,
    "lower_bound": (int, type(None)),
    "optimal": bool,
    "static_epr_pairs": int,
    "migrations": int,
    "packets": int,
    "modules": list,
    "links": list,
    "qubit_map": dict,
    "makespan_us": (float, int, type(None)),
    "fidelity": (float, type(None)),
    "verification": dict,
    "seconds": dict,
    "pipeline": str,
    "seed": int,
}
INNER = {
    "circuit": {"name", "sha256", "qubits", "operations", "interactions"},
    "network": {"kind", "modules", "data_qubits", "comm_qubits"},
    "objective": {"name", "value", "unit"},
    "qubit_map": {"initial", "final"},
    "verification": {"method", "passed", "checked"},
}


@pytest.fixture(scope="module")
def ghz() -> Compiled:
    return compile_circuit(GHZ, PAIR)


def test_the_report_has_the_keys_and_types_of_the_interface(ghz: Compiled) -> None:
    report = ghz.report()
    for key, kind in TYPES.items():
        assert isinstance(report[key], kind), key
    for key, names in INNER.items():
        assert set(report[key]) == names
    assert all(
        set(module) == {"name", "peak_data_qubits", "peak_comm_qubits"}
        for module in report["modules"]
    )
    assert all(set(link) == {"ends", "epr_pairs"} for link in report["links"])
    assert set(report_schema()["required"]) == set(report)


def test_the_report_says_what_was_found(ghz: Compiled) -> None:
    report = ghz.report()
    assert report["epr_pairs"] == report["lower_bound"] == 1
    assert report["optimal"] is True
    assert report["circuit"]["qubits"] == 4
    assert report["circuit"]["operations"] == 8
    assert report["circuit"]["interactions"] == 3
    assert report["network"] == {
        "kind": "complete",
        "modules": 2,
        "data_qubits": [2, 2],
        "comm_qubits": [None, None],
    }
    assert report["links"] == [{"ends": ["m0", "m1"], "epr_pairs": 1}]
    assert report["objective"] == {"name": "pairs", "value": 1, "unit": "pairs"}
    assert report["packets"] == 1
    assert report["makespan_us"] is report["fidelity"] is None
    assert report["verification"]["passed"] is True
    assert sorted(report["qubit_map"]["initial"]) == [f"q[{i}]" for i in range(4)]
    assert [m["peak_data_qubits"] for m in report["modules"]] == [2, 2]


def test_the_circuit_keeps_the_measurement_keys_and_has_no_gate_across_modules(
    ghz: Compiled,
) -> None:
    circuit = ghz.circuit
    assert {f"c[{i}]" for i in range(4)} <= {str(k) for k in circuit.all_measurement_key_names()}
    for operation in circuit.all_operations():
        modules = {str(q).split("_")[0] for q in operation.qubits}
        assert len(modules) == 1 or operation.tags


def test_every_form_of_input_gives_the_same_pairs(tmp_path: Path) -> None:
    path = tmp_path / "ghz.qasm"
    path.write_text(GHZ)
    q = cirq.LineQubit.range(4)
    circuit = cirq.Circuit(
        cirq.H(q[0]), *[cirq.CNOT(q[0], t) for t in q[1:]], cirq.measure(*q, key="c")
    )
    sources: list[Any] = [GHZ, path, str(path), circuit, load(GHZ)[0]]
    found = [compile_circuit(source, PAIR, effort="fast") for source in sources]
    assert [c.epr_pairs for c in found] == [1] * 5
    assert all(c.verification is not None and c.verification.passed for c in found)
    assert len({c.sha256 for c in found[:3]}) == 1


@settings(max_examples=25)
@given(st.data())
def test_any_program_compiles_verified_or_says_why_not(data: st.DataObject) -> None:
    program = data.draw(programs(max_qubits=4, max_ops=10, matrices=True))
    limit = st.sampled_from([None, None, 0, 1, 2])
    network = data.draw(networks(program.n_qubits, max_modules=4, spare=3, comm_qubits=limit))
    try:
        found = compile_circuit(program, network, effort="fast")
    except InfeasibleError as error:
        assert network.comm_qubits[0] is not None
        assert error.constraint == "comm_qubits"
        assert error.nearest["comm_qubits"] > network.comm_qubits[0]
        return
    report = found.report()
    assert found.verification is not None
    assert found.verification.passed is True
    assert (report["lower_bound"] or 0) <= report["epr_pairs"]
    assert report["optimal"] == (report["lower_bound"] == report["epr_pairs"])
    assert sum(link["epr_pairs"] for link in report["links"]) == report["epr_pairs"]
    for module, size in zip(report["modules"], network.data_qubits, strict=True):
        assert module["peak_data_qubits"] <= size


@pytest.mark.parametrize("effort", list(EFFORTS))
def test_every_effort_finds_the_single_pair_and_says_its_name(effort: str) -> None:
    report = compile_circuit(GHZ, PAIR, effort=effort, seed=5).report()
    assert (report["epr_pairs"], report["seed"]) == (1, 5)
    assert f"effort={effort}" in report["pipeline"]


@pytest.mark.parametrize("modules", [2, 3])
def test_small_circuits_are_proven_with_copies_that_outlive_segments(modules: int) -> None:
    rng = np.random.default_rng(modules)
    out = ProgramBuilder("random", [Register("q", 7)])
    for _ in range(30):
        out.add("cx", rng.choice(7, 2, replace=False).tolist())
        out.add("h", (int(rng.integers(7)),))
    result = compile_circuit(out.build(), ideal_network("complete", modules, -(-7 // modules)))
    assert result.epr_pairs == result.solution.epr_pairs == result.solution.lower_bound
    assert result.solution.assignment.keeps
    assert result.report()["optimal"]


def test_a_seed_repeats_everything_but_the_seconds() -> None:
    one, two = (compile_circuit(GHZ, ideal_network("line", 3, 2), seed=7) for _ in range(2))
    reports = [{**c.report(), "seconds": None} for c in (one, two)]
    assert reports[0] == reports[1]
    assert one.emitted.operands.tolist() == two.emitted.operands.tolist()


@pytest.mark.parametrize("name", ["speed", ["time"]])
def test_an_unknown_objective_is_refused_before_anything_is_read(name: str) -> None:
    with pytest.raises(TraplineError, match="want one of pairs, time, infidelity"):
        compile_circuit("no such file", PAIR, objective=name)


def test_an_unknown_effort_is_refused() -> None:
    with pytest.raises(TraplineError, match="want one of fast, default, best"):
        compile_circuit(GHZ, PAIR, effort="heroic")


def test_verification_can_be_declined_but_the_plan_is_checked() -> None:
    found = compile_circuit(GHZ, PAIR, effort="fast", verify=False)
    assert found.verification is None
    assert found.report()["verification"]["method"] == "plan-check"
    assert "verify" not in found.report()["pipeline"]


def wide(n: int, gate: str) -> Program:
    out = ProgramBuilder("wide", [Register("q", n)])
    for q in range(n - 1):
        out.add("h", (q,))
        out.add(gate, (q, q + 1), (0.3,) if gate == "cp" else ())
    return out.build()


@pytest.mark.parametrize(
    ("n", "gate", "method"),
    [(4, "cp", "state-vector"), (40, "cx", "stabilizer"), (40, "cp", "plan-check")],
)
def test_the_method_of_verification_follows_the_circuit(n: int, gate: str, method: str) -> None:
    found = compile_circuit(wide(n, gate), ideal_network("complete", 2, n // 2), effort="fast")
    assert found.verification is not None
    assert found.verification.passed is True
    assert method in found.verification.method.split("+")


def test_stages_are_announced_and_timed() -> None:
    seen: list[str] = []
    found = compile_circuit(GHZ, PAIR, effort="fast", progress=seen.append)
    stages = ["read", "segment", "solve", "allocate", "check", "emit", "verify"]
    assert [stage for stage in seen if stage in stages] == stages
    assert set(stages) - {"solve"} <= set(found.seconds)


def test_a_time_limit_still_gives_a_verified_circuit_and_says_so() -> None:
    found = compile_circuit(wide(24, "cp"), ideal_network("grid", 4, 6), time_limit=1e-6)
    assert found.stopped
    assert found.report()["stopped"] is True
    assert found.verification is not None
    assert found.verification.passed is True


# Targets of the catalogue.


@pytest.mark.parametrize("name", ["ionq-tempo-pair", "oxford-2025", "mixed-ion-atom", "ionq-2028"])
def test_a_machine_of_the_catalogue_times_a_small_circuit(name: str) -> None:
    text = 'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[2];\nh q[0];\ncz q[0],q[1];\n'
    report = compile_circuit(text, name, effort="fast").report()
    assert report["verification"]["passed"] is True
    assert report["makespan_us"] > 0
    assert 0 < report["fidelity"] < 1


def test_a_circuit_that_must_be_cut_waits_for_the_link() -> None:
    small = load_target("ionq-tempo-pair", ["module.data_qubits=2"])
    cut = compile_circuit(GHZ, small, effort="fast").report()
    whole = compile_circuit(GHZ, "ionq-tempo-pair", effort="fast").report()
    assert (cut["epr_pairs"], whole["epr_pairs"]) == (1, 0)
    one_pair_us = 1e6 / small.links[0].pair_rate_hz.value
    assert cut["makespan_us"] >= one_pair_us > whole["makespan_us"]
    assert cut["fidelity"] < whole["fidelity"]


def test_the_two_qubits_of_oxford_meet_over_the_link() -> None:
    text = 'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[2];\ncz q[0],q[1];\n'
    report = compile_circuit(text, "oxford-2025").report()
    assert report["network"]["modules"] == 2
    assert (report["epr_pairs"], report["optimal"]) == (1, True)


def test_modules_of_different_kinds_keep_their_own_sizes() -> None:
    report = compile_circuit(GHZ, "mixed-ion-atom", effort="fast").report()
    assert len(set(report["network"]["data_qubits"])) == 2


def test_an_unknown_target_is_refused_with_a_suggestion() -> None:
    with pytest.raises(TargetError) as caught:
        compile_circuit(GHZ, "ionq-2029")
    assert "ionq-2028" in str(caught.value)


# What is refused.


def test_a_circuit_that_cannot_be_read_points_at_the_place() -> None:
    with pytest.raises(InputError) as caught:
        compile_circuit(GHZ.replace("cx q[0],q[2];", "cx q[0],q[9];"), PAIR)
    assert caught.value.line == 7


def test_a_distributed_circuit_is_not_distributed_again(ghz: Compiled) -> None:
    with pytest.raises(InputError, match="distributed before"):
        compile_circuit(ghz.emitted, PAIR)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"seed": -1}, "seed: got -1"),
        ({"seed": 1 << 64}, "seed: got 18446744073709551616"),
        ({"time_limit": float("nan")}, "time_limit: got nan"),
        ({"time_limit": -1.0}, "time_limit: got -1.0"),
    ],
)
def test_an_option_out_of_its_range_is_refused(options: dict[str, Any], says: str) -> None:
    with pytest.raises(TraplineError, match=says):
        compile_circuit(GHZ, PAIR, **options)


def infeasible(source: str, network: Network) -> InfeasibleError:
    with pytest.raises(InfeasibleError) as caught:
        compile_circuit(source, network, effort="fast")
    return caught.value


def test_the_nearest_feasible_size_is_feasible_and_one_less_is_not() -> None:
    error = infeasible(GHZ, ideal_network("complete", 2, 1))
    size = error.nearest["data_qubits"]
    assert compile_circuit(GHZ, ideal_network("complete", 2, size)).epr_pairs == 1
    assert infeasible(GHZ, ideal_network("complete", 2, size - 1)).constraint == "data_qubits"


@pytest.mark.parametrize(("kind", "modules"), [("complete", 2), ("line", 4), ("ring", 4)])
def test_the_nearest_feasible_communication_qubits_are_feasible(kind: str, modules: int) -> None:
    """Without any nothing can be cut; on a sparse network a relay may need two."""
    text = (
        GHZ.replace("q[4]", "q[8]")
        .replace("c[4]", "c[8]")
        .replace(
            "cx q[0],q[3];", "ccx q[0],q[3],q[4]; cx q[4],q[5]; cx q[5],q[6]; h q[6]; cx q[6],q[0];"
        )
    )
    size = 8 // modules
    error = infeasible(text, ideal_network(kind, modules, size, 0))
    assert error.constraint == "comm_qubits"
    limit = error.nearest["comm_qubits"]
    found = compile_circuit(text, ideal_network(kind, modules, size, limit))
    assert found.verification is not None
    assert found.verification.passed is True
    assert max(found.usage.peak_comm_qubits) <= limit
    assert limit <= (1 if kind == "complete" else 2)


def test_where_one_communication_qubit_is_too_few_for_a_relay_the_error_says_two() -> None:
    text = "OPENQASM 3.0;\nqubit[3] q; ctrl @ U(pi, 0, pi) q[0], q[1]; U(pi / 2, 0, pi) q[1];"
    text += "ctrl @ U(pi, 0, pi) q[1], q[2]; U(pi / 2, 0, pi) q[2]; ctrl @ U(pi, 0, pi) q[2], q[0];"
    line = ideal_network("line", 3, 1)
    assert infeasible(text, replace(line, comm_qubits=(1, 0, 1))).nearest == {"comm_qubits": 2}
    assert compile_circuit(text, replace(line, comm_qubits=(2, 2, 2)), effort="fast").epr_pairs > 0


@pytest.mark.parametrize(
    ("comm_qubits", "links"),
    [
        ((1, 1, 0), ((0, 1), (0, 2), (1, 2))),
        ((0, None, 1), ((0, 1), (0, 2), (1, 2))),
        ((None, None, None), ((0, 2),)),
    ],
)
def test_modules_that_can_help_nobody_stay_idle(
    comm_qubits: tuple[int | None, ...], links: tuple[tuple[int, int], ...]
) -> None:
    network = Network("custom", ("a", "b", "c"), (2, 2, 2), comm_qubits, links)
    found = compile_circuit(GHZ, network, effort="fast")
    assert found.epr_pairs == found.solution.lower_bound == 1
    assert sorted(found.usage.peak_data_qubits) == [0, 2, 2]
    assert found.verification is not None
    assert found.verification.passed is True


# Nothing leaves unverified.


def broken(program: Program, op: int, **changes: Any) -> Program:
    """Rewrite a program without operation `op`, or with it changed."""
    out = ProgramBuilder(program.name, program.qubit_registers, program.bit_registers)
    out.tags, out.notes = {}, program.notes
    for i, (opcode, qubits, params, bit, _) in enumerate(program.rows()):
        condition = program.condition_of(i)
        if i == op:
            if not changes:
                continue
            condition = changes.get("condition", condition)
        number = out.add(opcode, qubits, params, bit=bit, condition=condition)
        if i in program.tags:
            out.tags[number] = program.tags[i]
    return out.build()


def corrections(program: Program) -> list[int]:
    return [op for op in range(program.n_ops) if program.condition_of(op)]


@pytest.mark.parametrize("which", [0, -1], ids=["entangler", "disentangler"])
@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda p, op: broken(p, op), id="missing"),
        pytest.param(lambda p, op: broken(p, op, condition=()), id="always"),
    ],
)
def test_a_circuit_with_a_damaged_correction_is_not_returned(
    monkeypatch: pytest.MonkeyPatch, which: int, damage: Callable[[Program, int], Program]
) -> None:
    from trapline.passes import emit as module

    emit = module.emit

    def sloppy(plan: Any, network: Network) -> Program:
        emitted = emit(plan, network)
        return damage(emitted, corrections(emitted)[which])

    monkeypatch.setattr(module, "emit", sloppy)
    text = 'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[2];\nh q[0];\ncx q[0],q[1];\n'
    with pytest.raises(CheckError, match="verification"):
        compile_circuit(text, ideal_network("complete", 2, 1))


def test_a_plan_that_breaks_a_rule_is_not_carried_out(monkeypatch: pytest.MonkeyPatch) -> None:
    from trapline.passes import tight as module

    allocate = module.allocate

    def greedy(*args: Any, **options: Any) -> Any:
        from dataclasses import replace

        plan = allocate(*args, **options)
        keep = slice(0, plan.n_events - 1)
        return replace(
            plan,
            kinds=plan.kinds[keep],
            items=plan.items[keep],
            modules=plan.modules[keep],
            sources=plan.sources[keep],
        )

    monkeypatch.setattr(module, "allocate", greedy)
    with pytest.raises(CheckError):
        compile_circuit(GHZ, PAIR)


def test_a_wide_large_circuit_is_emitted_when_asked_for() -> None:
    rng = np.random.default_rng(0)
    out = ProgramBuilder("wide", [Register("q", 30)])
    while len(out) < LARGE:
        out.add("cp", rng.choice(30, 2, replace=False).tolist(), [0.5])
        out.add("h", [int(rng.integers(30))])
    result = compile_circuit(out.build(), ideal_network("complete", 2, 15), effort="fast")
    assert result.verification is not None
    assert result.verification.passed
    assert result.verification.method == "plan-check+rewrite"
    assert "emit" not in result.seconds
    told = result.report()["qubit_map"]
    assert "program" not in vars(result.emission)
    assert told == result.emitted.notes["qubit_map"]
