"""Data qubits in use, counted again one moment at a time and by replaying plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from assignments import random_assignment
from hypothesis import given, settings
from hypothesis import strategies as st

from strategies import networks, programs
from trapline.errors import SolverError
from trapline.passes.allocate import allocate
from trapline.passes.assignment import Assignment
from trapline.passes.expand import Expanded, expand
from trapline.passes.occupancy import fits, occupancy, rule_windows
from trapline.passes.plan import Event, Plan
from trapline.passes.segment import Segments, segment

if TYPE_CHECKING:
    from trapline.passes.program import Program
    from trapline.targets.network import Network


@st.composite
def cases(draw: st.DrawFn) -> tuple[Program, Network, Expanded, Segments, Assignment]:
    program = draw(programs(min_qubits=2, max_qubits=5, max_ops=16))
    network = draw(networks(program.n_qubits, min_modules=2, spare=4))
    expanded = expand(program)
    segments = segment(expanded.program)
    rng = np.random.default_rng(draw(st.integers(0, 2**20)))
    return program, network, expanded, segments, random_assignment(segments, network, rng)


def counted(segments: Segments, assignment: Assignment, modules: int) -> list[list[int]]:
    """Look at every qubit at every moment."""
    out = [[0] * (segments.n_interactions + 1) for _ in range(modules)]
    for chain in segments.chains():
        for t in range(segments.n_interactions + 1):
            s = [s for s in chain if segments.previous[s] < 0 or segments.begin[s] <= t][-1]
            used = {int(assignment.home[s])}
            if segments.previous[s] >= 0 and segments.begin[s] == t:
                used.add(int(assignment.home[segments.previous[s]]))
            for m in used:
                out[m][t] += 1
    return out


@settings(max_examples=60)
@given(cases())
def test_the_count_is_that_of_looking_at_every_qubit_at_every_moment(
    case: tuple[Program, Network, Expanded, Segments, Assignment],
) -> None:
    _, network, _, segments, assignment = case
    found = occupancy(segments, assignment, network)
    assert found.tolist() == counted(segments, assignment, network.n_modules)
    assert (found.sum(axis=0) >= segments.n_qubits).all()


def replayed(plan: Plan, segments: Segments, network: Network) -> list[list[int]]:
    """The most data qubits in use in each module at each moment of a plan."""
    used = np.bincount(plan.initial_home, minlength=network.n_modules).tolist()
    home = plan.initial_home.tolist()
    former: list[set[int]] = [set() for _ in home]
    peak = [[0] * (segments.n_interactions + 1) for _ in used]
    moment_of = {int(op): i for i, op in enumerate(segments.interaction_op)}
    t = 0
    columns = (plan.kinds, plan.items, plan.modules, plan.sources)
    for kind, item, module, source in zip(*(c.tolist() for c in columns), strict=True):
        if kind == Event.SETTLE:
            used[module] += 1
            former[item].add(source)
            home[item] = module
        elif kind in (Event.RELEASE, Event.PARK) and module in former[item]:
            former[item].discard(module)
            used[module] -= 1
        elif kind == Event.RESET and module != source:
            used[source] -= 1
            used[module] += 1
        for m, count in enumerate(used):
            peak[m][t] = max(peak[m][t], count)
        if kind == Event.RUN:
            t = moment_of[item] + 1
        elif kind == Event.WHOLE:
            t += int((plan.group[segments.interaction_op] == item).sum())
    return peak


@settings(max_examples=60)
@given(cases())
def test_a_plan_never_uses_more_than_its_assignment_says(
    case: tuple[Program, Network, Expanded, Segments, Assignment],
) -> None:
    program, network, expanded, segments, assignment = case
    plan = allocate(program, expanded, segments, network, assignment)
    whole = (plan.kinds == Event.WHOLE).any()
    peak = np.array(replayed(plan, segments, network))
    found = occupancy(segments, assignment, network)
    assert peak.max() <= found.max()
    assert whole or (peak <= found).all()


@settings(max_examples=60)
@given(cases(), st.integers(0, 2**20))
def test_fits_agrees_with_the_books_of_the_allocation(
    case: tuple[Program, Network, Expanded, Segments, Assignment], seed: int
) -> None:
    """Homes drawn without regard to room: whatever fits can be carried out."""
    program, network, expanded, segments, assignment = case
    rng = np.random.default_rng(seed)
    home = rng.integers(network.n_modules, size=segments.n_segments).astype(np.int32)
    wild = Assignment(home=home, place=assignment.place)
    limit = network.data_qubits
    rows = counted(segments, wild, network.n_modules)
    assert fits(segments, wild, network) == all(
        max(row) <= most for row, most in zip(rows, limit, strict=True)
    )
    try:
        allocate(program, expanded, segments, network, wild)
    except SolverError:
        assert not fits(segments, wild, network)


@settings(max_examples=30)
@given(cases())
def test_the_windows_of_a_qubit_follow_each_other_without_gaps(
    case: tuple[Program, Network, Expanded, Segments, Assignment],
) -> None:
    segments = case[3]
    start, end = rule_windows(segments)
    for chain in segments.chains():
        assert start[chain[0]] == 0
        assert end[chain[-1]] == segments.n_interactions + 1
        assert end[chain[:-1]].tolist() == start[chain[1:]].tolist()
        assert (start[chain] < end[chain]).all()
