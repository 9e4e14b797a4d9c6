"""Equal tasks for Mt-KaHyPar get equal answers, however many ran before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from trapline.compiler.pipeline import compile as compile_circuit
from trapline.compiler.read import read_program
from trapline.errors import SolverError
from trapline.passes.expand import expand
from trapline.passes.kahypar import PartitionTask, blocks_of
from trapline.passes.partition import mt_kahypar
from trapline.passes.segment import segment
from trapline.targets.network import ideal_network

CIRCUIT = Path(__file__).resolve().parents[2] / "examples" / "adder_n122.qasm"


@pytest.mark.parametrize("kind", ["complete", "line"])
def test_a_seed_gives_one_partition_in_one_process(kind: str) -> None:
    segments = segment(expand(read_program(CIRCUIT)).program)
    network = ideal_network(kind, 4, 31)
    found = [mt_kahypar(segments, network, seed=seed) for seed in (0, 1, 0, 1, 0)]
    homes = [assignment.home.tolist() for assignment in found if assignment is not None]
    assert len(homes) == 5
    assert homes[0] == homes[2] == homes[4]
    assert homes[1] == homes[3]


def test_a_seed_gives_one_plan_in_one_process() -> None:
    network = ideal_network("complete", 4, 31)
    plans = [
        compile_circuit(CIRCUIT, network, effort="fast", seed=seed, verify=False).plan
        for seed in (3, 4, 3)
    ]
    events = [
        [column.tolist() for column in (plan.kinds, plan.items, plan.modules, plan.sources)]
        for plan in plans
    ]
    assert events[0] == events[2]


def test_a_task_that_fails_is_a_solver_error_and_the_next_one_works() -> None:
    good = PartitionTask(
        edges=[[0, 1], [2, 3]],
        edge_weights=[1, 1],
        vertex_weights=[1, 1, 1, 1],
        room=[2, 2],
        links=[],
        preset="DEFAULT",
        seed=0,
    )
    blocks_of(good)
    bad = replace(good, preset="NO SUCH PRESET")
    with pytest.raises(SolverError, match="NO SUCH PRESET"):
        blocks_of(bad)
    first, second, third, fourth = blocks_of(good).tolist()
    assert first == second != third == fourth
