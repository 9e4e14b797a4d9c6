"""Data qubits in use, counted again one layer at a time and by replaying plans."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from assignments import random_assignment
from hypothesis import given, settings
from hypothesis import strategies as st

from strategies import networks, programs
from trapline.errors import SolverError
from trapline.passes.allocate import allocate
from trapline.passes.assignment import Assignment
from trapline.passes.expand import Expanded, expand
from trapline.passes.occupancy import check_moves, fits, occupancy
from trapline.passes.plan import Event, Plan
from trapline.passes.program import ProgramBuilder, Register
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
    """Look at every qubit in every layer."""
    out = [[0] * segments.n_layers for _ in range(modules)]
    for chain in segments.chains():
        for t in range(segments.n_layers):
            s = [s for s in chain if assignment.move[s] <= t][-1]
            used = {int(assignment.home[s])}
            if segments.fresh[s] and assignment.move[s] == t:
                used.add(int(assignment.home[segments.previous[s]]))
            for m in used:
                out[m][t] += 1
    return out


@settings(max_examples=60)
@given(cases())
def test_the_count_is_that_of_looking_at_every_qubit_in_every_layer(
    case: tuple[Program, Network, Expanded, Segments, Assignment],
) -> None:
    _, network, _, segments, assignment = case
    found = occupancy(segments, assignment, network)
    assert found.tolist() == counted(segments, assignment, network.n_modules)
    assert (found.sum(axis=0) >= segments.n_qubits).all()


def replayed(plan: Plan, segments: Segments, modules: int) -> tuple[list[list[int]], list[int]]:
    """Data qubits in use in each module and layer of a plan, and the most at any moment.

    A layer shows what is in use while its gates run; on the way between layers all is in motion.
    """
    used = np.bincount(plan.initial_home, minlength=modules).tolist()
    in_layer = [[0] * segments.n_layers for _ in used]
    peak = list(used)
    moment_of = {int(op): i for i, op in enumerate(segments.interaction_op)}
    is_data = {(q, m) for q, m in enumerate(plan.initial_home.tolist())}
    columns = (plan.kinds, plan.items, plan.modules, plan.sources)
    for kind, item, module, source in zip(*(c.tolist() for c in columns), strict=True):
        if kind == Event.STORE:
            used[module] += 1
            is_data.add((item, module))
        elif kind in (Event.RELEASE, Event.PARK) and (item, module) in is_data:
            is_data.discard((item, module))
            used[module] -= 1
        elif kind == Event.RESET and module != source:
            q = plan.expanded.qubits_of(item)[0]
            used[source] -= (q, source) in is_data
            used[module] += 1
            is_data -= {(q, source)}
            is_data.add((q, module))
        elif kind == Event.RUN:
            t = int(segments.layer[moment_of[item]])
            for m, count in enumerate(used):
                in_layer[m][t] = max(in_layer[m][t], count)
        peak = [max(pair) for pair in zip(peak, used, strict=True)]
    return in_layer, peak


@settings(max_examples=60)
@given(cases())
def test_a_plan_never_uses_more_than_its_assignment_says(
    case: tuple[Program, Network, Expanded, Segments, Assignment],
) -> None:
    program, network, expanded, segments, assignment = case
    plan = allocate(program, expanded, segments, network, assignment)
    whole = (plan.kinds == Event.WHOLE).any()
    in_layer, peak = replayed(plan, segments, network.n_modules)
    found = occupancy(segments, assignment, network)
    assert whole or (np.array(in_layer) <= found).all()
    assert (np.array(peak) <= network.data_qubits).all()


@settings(max_examples=60)
@given(cases(), st.integers(0, 2**20))
def test_fits_agrees_with_the_books_of_the_allocation(
    case: tuple[Program, Network, Expanded, Segments, Assignment], seed: int
) -> None:
    """Homes drawn without regard to room: whatever fits can be carried out."""
    program, network, expanded, segments, assignment = case
    rng = np.random.default_rng(seed)
    home = rng.integers(network.n_modules, size=segments.n_segments).astype(np.int32)
    wild = Assignment(home=home, place=assignment.place, move=assignment.move)
    limit = network.data_qubits
    rows = counted(segments, wild, network.n_modules)
    assert fits(segments, wild, network) == all(
        max(row) <= most for row, most in zip(rows, limit, strict=True)
    )
    try:
        allocate(program, expanded, segments, network, wild)
    except SolverError:
        assert not fits(segments, wild, network)


@pytest.mark.parametrize("shift", [-1, 1])
def test_a_home_that_holds_too_early_or_too_late_is_refused(shift: int) -> None:
    out = ProgramBuilder("test", [Register("q", 2)])
    for gate, qubits in (("cx", (0, 1)), ("h", (0,)), ("cx", (0, 1))):
        out.add(gate, qubits)
    segments = segment(out.build())
    still = Assignment(
        home=np.zeros(segments.n_segments, dtype=np.int32),
        place=np.zeros(2, dtype=np.int32),
        move=segments.first_moves,
    )
    check_moves(segments, still)
    moved = segments.first_moves.copy()
    moved[segments.previous >= 0] += shift
    with pytest.raises(SolverError, match="moves in layer"):
        check_moves(segments, replace(still, move=moved))
