"""Objectives other than pairs, from the command line to the emitted circuit."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import cirq
import pytest
from commandline import ROOT, network, trapline, violations
from msgspec.structs import replace

import trapline as library
from trapline.compiler.clock import Clock
from trapline.compiler.planner import Planner
from trapline.errors import TraplineError
from trapline.passes.assignment import weight_of
from trapline.passes.deadline import Deadline
from trapline.passes.route import Router
from trapline.passes.solve import solve
from trapline.targets.load import apply_overrides, load_target
from trapline.targets.network import ideal_network
from trapline.targets.objective import OBJECTIVES, objective_of
from trapline.targets.to_network import network_of

if TYPE_CHECKING:
    from trapline.compiler.pipeline import Compiled
    from trapline.targets.model import Target

SLOW_LINK = ROOT / "examples" / "slow_link.toml"
SLOW, POOR = "node0 - node1", "node2 - node3"


def machine(kind: str, data_qubits: int = 2, **changes: float) -> Target:
    target = replace(load_target(str(SLOW_LINK)), network=kind)
    changes = {"module.data_qubits": data_qubits, **changes}
    return apply_overrides(target, changes)


def talk(n: int, rounds: int = 3) -> str:
    """Neighbours in a ring of qubits interact, each time along another axis."""
    lines = ["OPENQASM 2.0;", 'include "qelib1.inc";', f"qreg q[{n}];"]
    for _ in range(rounds):
        for a, b in pairwise([*range(n), 0]):
            lines.append(f"cz q[{a}],q[{b}]; h q[{a}]; h q[{b}]; t q[{a}];")
    return "\n".join(lines)


@cache
def compiled(kind: str, objective: str) -> Compiled:
    return library.compile(talk(8), machine(kind), objective=objective, effort="fast")


def used(result: Compiled) -> dict[str, int]:
    return {" - ".join(link["ends"]): link["epr_pairs"] for link in result.report()["links"]}


@pytest.mark.parametrize("kind", ["ring", "complete"])
def test_a_bad_link_is_avoided_where_it_counts_and_only_there(kind: str) -> None:
    plain, time, infidelity = (compiled(kind, name) for name in OBJECTIVES)
    assert used(plain)[SLOW] > 0
    assert used(plain)[POOR] > 0
    assert used(time)[SLOW] == 0
    assert used(infidelity)[POOR] == 0
    assert plain.epr_pairs <= min(time.epr_pairs, infidelity.epr_pairs)


@pytest.mark.parametrize("kind", ["ring", "complete"])
@pytest.mark.parametrize("name", OBJECTIVES)
def test_the_value_is_that_of_the_pairs_in_the_emitted_circuit(kind: str, name: str) -> None:
    result = compiled(kind, name)
    links = Counter[str]()
    for operation in result.circuit.all_operations():
        for tag in operation.tags:
            if str(tag).startswith("trapline:epr "):
                links[str(tag)] += 1
    assert sum(links.values()) == result.epr_pairs
    of_link = dict(zip(used(result), objective_of(name, machine(kind)).values, strict=True))
    total = 0.0
    for tag, count in links.items():
        (ends,) = [ends for ends in of_link if all(end in tag for end in ends.split(" - "))]
        total += count * of_link[ends]
    found = result.report()["objective"]
    assert found == {
        "name": name,
        "value": pytest.approx(total),
        "unit": {"pairs": "pairs", "time": "us", "infidelity": "1"}[name],
    }


@pytest.mark.parametrize("name", ["time", "infidelity"])
def test_each_objective_is_least_where_it_is_asked_for(name: str) -> None:
    values = objective_of(name, machine("ring")).values
    totals = {
        other: sum(
            v * n for v, n in zip(values, used(compiled("ring", other)).values(), strict=True)
        )
        for other in OBJECTIVES
    }
    assert totals[name] < totals["pairs"]
    assert totals[name] <= min(totals.values())


def test_what_is_proven_of_pairs_stays_about_pairs() -> None:
    for name in OBJECTIVES:
        report = compiled("ring", name).report()
        assert report["verification"]["passed"]
        assert report["lower_bound"] <= compiled("ring", "pairs").epr_pairs
        assert report["optimal"] == (report["epr_pairs"] == report["lower_bound"])


def test_links_that_are_alike_give_the_plan_of_objective_pairs() -> None:
    alike = machine("ring", **{"link.pair_rate_hz": 500, "link.bell_fidelity": 0.9})
    reports = [
        library.compile(talk(8), alike, objective=name, effort="fast", verify=False).report()
        for name in OBJECTIVES
    ]
    for report in reports:
        del report["seconds"]
    values = [report.pop("objective")["value"] for report in reports]
    assert reports[0] == reports[1] == reports[2]
    assert values[1:] == pytest.approx([2000 * values[0], values[0] * 0.10536051565782628])


@pytest.mark.parametrize("seed", range(3))
def test_no_answer_is_heavier_than_the_one_for_pairs(seed: int) -> None:
    program = compiled("ring", "pairs").program
    target = machine("complete", **{"links.good.pair_rate_hz": 300 + 400 * seed})
    weights = objective_of("time", target).weights
    forever = Deadline(None)
    planner = Planner(network_of(target), Clock(lambda _: None), "fast", seed, forever, weights)
    (form, *_) = planner.forms(program)
    found = planner.attempt(form, None)[1]
    plain = solve(form.segments, planner.network, Router(planner.network), effort="fast", seed=seed)
    assert found.weight <= weight_of(form.segments, plain.assignment, planner.router)


def test_a_time_limit_still_gives_a_verified_plan_and_says_so() -> None:
    result = library.compile(talk(8), machine("ring"), objective="time", time_limit=1e-9)
    assert result.stopped
    assert result.report()["verification"]["passed"]


def test_the_transformer_takes_an_objective() -> None:
    qubits = cirq.LineQubit.range(8)
    circuit = cirq.Circuit(
        [cirq.CZ(*pair), cirq.H(pair[0]), cirq.H(pair[1])]
        for pair in list(pairwise([*qubits, qubits[0]])) * 3
    )
    distribute = library.transformer(machine("ring"), effort="fast", objective="time")
    tags = [str(tag) for op in distribute(circuit).all_operations() for tag in op.tags]
    pairs = [tag for tag in tags if tag.startswith("trapline:epr ")]
    assert pairs
    assert not any("node0" in tag and "node1" in tag for tag in pairs)


@pytest.mark.parametrize("name", ["time", "infidelity"])
def test_an_ideal_network_refuses_other_objectives(name: str) -> None:
    with pytest.raises(TraplineError, match="ideal network"):
        library.compile(talk(8), ideal_network("ring", 4, 2), objective=name)


def told(*options: str) -> dict[str, Any]:
    circuit = talk(8).encode()
    arguments = ["--target", SLOW_LINK, "--set", "module.data_qubits=2", "--effort", "fast"]
    done = trapline("compile", "-", *arguments, *options, stdin=circuit)
    assert done.exit_code == 0
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_the_command_line_reports_the_objective_within_its_schema() -> None:
    schema = json.loads(trapline("schema", "circuit-report").stdout)
    for name in OBJECTIVES:
        report = told("--objective", name)
        assert report["objective"]["name"] == name
        assert violations(schema, report, schema) == []
    assert told()["objective"]["name"] == "pairs"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ([*network("ring", 4, 2), "--objective", "time"], "needs the rates and fidelities"),
        ([*network("ring", 4, 2), "--objective", "infidelity"], "--target"),
        (["--target", "oxford-2025", "--objective", "speed"], "'pairs', 'time', 'infidelity'"),
    ],
)
def test_an_objective_that_cannot_be_had_is_a_usage_error(options: list[str], says: str) -> None:
    done = trapline("compile", "-", *options, stdin=talk(8).encode())
    assert done.exit_code == 2
    assert says in done.stderr


def test_pairs_are_an_objective_of_ideal_networks_too() -> None:
    done = trapline(
        "compile", "-", *network("ring", 4, 2), "--objective", "pairs", stdin=talk(8).encode()
    )
    assert done.exit_code == 0
