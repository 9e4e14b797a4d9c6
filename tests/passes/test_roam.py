"""Plans for few communication qubits that are annealed by what they pay."""

from __future__ import annotations

import numpy as np
import pytest
from assignments import random_assignment
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from strategies import networks, programs
from trapline.compiler.pipeline import compile as compile_circuit
from trapline.compiler.planner import most_operands
from trapline.compiler.verify import verify
from trapline.errors import InfeasibleError
from trapline.passes.allocate import allocate
from trapline.passes.check import check_plan
from trapline.passes.emit import emit
from trapline.passes.expand import Expanded, expand
from trapline.passes.job import NEVER
from trapline.passes.limit import at_homes
from trapline.passes.partition import round_robin
from trapline.passes.plan import Plan
from trapline.passes.program import Program, ProgramBuilder, Register
from trapline.passes.roam import marks_of, roam, roam_of, with_choices
from trapline.passes.route import Router
from trapline.passes.segment import Segments, segment
from trapline.passes.tight import allocate_best
from trapline.targets.network import Network, ideal_network

Case = tuple[Program, Expanded, Segments, Network, Plan]


def planned(program: Program, network: Network, seed: int, restless: float) -> Case:
    """Plan a program for a random assignment."""
    expanded = expand(program, max_operands=most_operands(network))
    segments = segment(expanded.program)
    rng = np.random.default_rng(seed)
    assignment = random_assignment(segments, network, rng, restless=restless)
    plan = allocate_best(program, expanded, segments, network, assignment)
    return program, expanded, segments, network, plan


@st.composite
def cases(draw: st.DrawFn) -> Case:
    program = draw(programs(min_qubits=2, max_qubits=4, max_ops=14, overwrite_bits=True))
    network = draw(
        networks(
            program.n_qubits,
            kinds=("complete",),
            min_modules=2,
            max_modules=4,
            spare=draw(st.sampled_from((0, 1, 3))),
            comm_qubits=st.sampled_from((1, 2, 3)),
        )
    )
    seed, restless = draw(st.integers(0, 2**20)), draw(st.sampled_from([0.0, 0.6]))
    try:
        return planned(program, network, seed, restless)
    except InfeasibleError:
        reject()


@settings(max_examples=80)
@given(cases(), st.integers(0, 100))
def test_a_plan_that_roams_means_the_same(case: Case, seed: int) -> None:
    program, _, segments, network, plan = case
    found = roam(plan, segments, network, Router(network), work=3000, seed=seed, enough=0)
    usage = check_plan(found, network)
    assert usage.epr_pairs == found.epr_pairs
    emitted = emit(found, network)
    shown = verify(
        program,
        emitted,
        qubit_map=emitted.notes["qubit_map"],  # type: ignore[arg-type]
        plan=found,
        network=network,
        effort="fast",
    )
    assert shown.passed is True, shown.checked


@settings(max_examples=60)
@given(cases(), st.integers(0, 100), st.integers(1, 4))
def test_what_a_search_counts_is_what_carrying_out_anew_pays(
    case: Case, seed: int, stride: int
) -> None:
    """A try begins at a mark, and stops where all is again as it was before."""
    from trapline.passes.roam_carry import carry
    from trapline.passes.roam_moves import search

    _, _, segments, network, plan = case
    state = roam_of(plan, segments, network, Router(network))
    base, mine = marks_of(state, stride), marks_of(state, stride)
    kept, best = with_choices(state), with_choices(state)
    n = len(state.order)
    assume(n > 0)
    assume(len(state.pins) > 0)
    start = carry(state, base, base, stride, 0, n, 0, NEVER)
    assume(start < NEVER)
    for turn in range(3):
        start = search(
            state, kept, best, base, mine, stride, 400, seed + turn, 1.0, 0.3, 1, start, 0
        )
        assert carry(best, mine, mine, stride, 0, n, 0, NEVER) == start


def phases(n: int, share: float, seed: int) -> Program:
    """Controlled phases on a random share of all pairs of qubits, which all commute."""
    rng = np.random.default_rng(seed)
    out = ProgramBuilder("phases", [Register("q", n)])
    for a in range(n):
        for b in range(a + 1, n):
            if rng.random() < share:
                out.add("cp", [a, b], [0.1 * (a + b)])
    return out.build()


def dealt(network: Network) -> Case:
    """Deal 16 qubits to the modules one by one, gates to the home of an operand."""
    program = phases(16, 0.6, 0)
    expanded = expand(program)
    segments = segment(expanded.program)
    start = at_homes(segments, network, round_robin(segments, network))
    return (
        program,
        expanded,
        segments,
        network,
        allocate(program, expanded, segments, network, start),
    )


def test_a_seed_gives_one_plan_and_others_give_others() -> None:
    network = ideal_network("complete", 4, 5, 2)
    _, _, segments, _, plan = dealt(network)

    def events(seed: int) -> list[list[int]]:
        found = roam(plan, segments, network, Router(network), work=200_000, seed=seed, enough=0)
        return np.stack([found.kinds, found.items, found.modules, found.sources]).tolist()

    assert events(1) == events(1)
    assert events(1) != events(2)


def test_homes_that_follow_copies_save_pairs() -> None:
    network = ideal_network("complete", 4, 5, 2)
    _, _, segments, _, plan = dealt(network)
    found = roam(plan, segments, network, Router(network), work=2_000_000, seed=0, enough=0)
    usage = check_plan(found, network)
    assert max(usage.peak_comm_qubits) <= 2
    assert usage.epr_pairs <= 0.95 * plan.epr_pairs


def test_it_stops_when_told_to_and_when_that_is_enough() -> None:
    network = ideal_network("complete", 4, 5, 2)
    _, _, segments, _, plan = dealt(network)
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 2

    router = Router(network)
    roam(plan, segments, network, router, work=100_000, seed=0, enough=0, stop=stop)
    assert len(asked) == 3
    same = roam(plan, segments, network, router, work=10**12, seed=0, enough=plan.epr_pairs)
    assert same.epr_pairs == plan.epr_pairs


@pytest.mark.parametrize("comm_qubits", [1, 2])
def test_what_is_compiled_pays_no_more_than_each_qubit_sent_to_each_module(
    comm_qubits: int,
) -> None:
    network = ideal_network("complete", 4, 5, comm_qubits)
    result = compile_circuit(phases(16, 0.6, 0), network, effort="fast")
    assert result.verification is not None
    assert result.verification.passed
    assert result.epr_pairs < dealt(network)[4].epr_pairs
