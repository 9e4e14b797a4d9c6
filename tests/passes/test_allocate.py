"""Plans written from assignments: what is fetched, released, moved and done whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from trapline.errors import InfeasibleError, SolverError
from trapline.passes.allocate import allocate
from trapline.passes.assignment import Assignment
from trapline.passes.check import check_plan
from trapline.passes.expand import expand
from trapline.passes.limit import within_comm_limits
from trapline.passes.plan import Event, Plan
from trapline.passes.program import Program, ProgramBuilder, Register
from trapline.passes.segment import segment
from trapline.targets.network import Network, ideal_network

if TYPE_CHECKING:
    from collections.abc import Sequence

THREE = ideal_network("complete", 3, 4)


def program_of(n_qubits: int, *rows: tuple[str, tuple[int, ...]]) -> Program:
    out = ProgramBuilder("test", [Register("q", n_qubits)])
    for gate, qubits in rows:
        out.add(gate, qubits)
    return out.build()


def planned(
    program: Program,
    network: Network,
    homes: Sequence[int | list[int]],
    places: Sequence[int] | int,
    *,
    max_operands: int | None = None,
) -> Plan:
    """Plan with one home for each qubit, or one for each of its segments in turn."""
    expanded = expand(program, max_operands=max_operands)
    segments = segment(expanded.program)
    home = np.zeros(segments.n_segments, dtype=np.int32)
    for chain, mine in zip(segments.chains(), homes, strict=True):
        home[chain] = mine
    place = np.broadcast_to(np.array(places), segments.n_interactions).astype(np.int32)
    assignment = within_comm_limits(
        segments, network, Assignment(home=home, place=place, move=segments.first_moves)
    )
    plan = allocate(program, expanded, segments, network, assignment)
    check_plan(plan, network)
    return plan


def events(plan: Plan) -> list[tuple[str, int, int]]:
    columns = zip(plan.kinds.tolist(), plan.items.tolist(), plan.modules.tolist(), strict=True)
    return [(Event(kind).name, item, module) for kind, item, module in columns]


def test_a_copy_comes_before_its_first_use_and_goes_after_its_last() -> None:
    program = program_of(3, ("cx", (0, 1)), ("h", (2,)), ("cx", (0, 1)), ("cx", (0, 2)))
    assert events(planned(program, THREE, [0, 1, 0], [1, 1, 0])) == [
        ("FETCH", 0, 1),
        ("RUN", 0, 1),
        ("LOCAL", 1, 0),
        ("RUN", 2, 1),
        ("RELEASE", 0, 1),
        ("RUN", 3, 0),
    ]


def test_a_gate_in_a_third_module_fetches_all_its_operands() -> None:
    found = events(planned(program_of(2, ("cz", (0, 1))), THREE, [0, 1], 2))
    assert found[:3] == [("FETCH", 0, 2), ("FETCH", 1, 2), ("RUN", 0, 2)]
    assert sorted(found[3:]) == [("RELEASE", 0, 2), ("RELEASE", 1, 2)]


def test_a_move_with_nothing_left_behind_is_a_teleportation() -> None:
    program = program_of(2, ("cx", (0, 1)), ("h", (0,)), ("cx", (0, 1)))
    plan = planned(program, THREE, [[0, 1], 0], [0, 1])
    assert ("HOME", 0, 1) in events(plan)
    assert ("RELEASE", 0, 0) in events(plan)
    assert (plan.kinds == Event.PARK).sum() == 0
    assert plan.migrations == 1


def test_a_former_home_that_is_still_needed_parks() -> None:
    program = program_of(3, ("cx", (0, 1)), ("h", (0,)), ("cx", (0, 2)), ("cx", (0, 1)))
    plan = planned(program, THREE, [[0, 1], 0, 1], [0, 1, 0])
    assert plan.epr_pairs == 1
    assert [e for e in events(plan) if e[0] in ("HOME", "PARK")] == [
        ("HOME", 0, 1),
        ("PARK", 0, 0),
    ]


def test_the_copy_used_furthest_in_the_future_makes_room() -> None:
    """Qubits 0, 1, 2 work with qubit 3 in turn, whose module holds two copies."""
    program = in_turn((0, 1, 2, 0, 1), 3)
    wide, narrow = (ideal_network("complete", 2, [3, 1], comm) for comm in (3, 2))
    assert planned(program, wide, [0, 0, 0, 1], 1).epr_pairs == 3
    plan = planned(program, narrow, [0, 0, 0, 1], 1)
    assert plan.epr_pairs == 4
    released = [item for kind, item, _ in events(plan) if kind == "RELEASE"]
    assert released[0] == 1
    assert check_plan(plan, narrow).peak_comm_qubits[1] == 2


def in_turn(order: Sequence[int], target: int) -> Program:
    """Let qubits work with a target one after the other, in no other order."""
    rows = [(("cz", (q, target)), ("h", (target,))) for q in order]
    return program_of(target + 1, *[row for pair in rows for row in pair])


def fetches_by_search(order: Sequence[int], room: int) -> int:
    """The fewest fetches of any policy for a cache of a given size."""
    best: dict[tuple[int, ...], int] = {(): 0}
    for q in order:
        following: dict[tuple[int, ...], int] = {}
        for held, cost in best.items():
            if q in held:
                options = [(held, cost)]
            else:
                smaller = [held] if len(held) < room else []
                smaller += [tuple(h for h in held if h != out) for out in held]
                options = [(tuple(sorted((*h, q))), cost + 1) for h in smaller]
            for state, total in options:
                following[state] = min(total, following.get(state, total))
        best = following
    return min(best.values())


@pytest.mark.parametrize("room", [1, 2, 3])
def test_no_policy_fetches_less(room: int) -> None:
    rng = np.random.default_rng(room)
    for _ in range(15):
        order = rng.integers(4, size=12).tolist()
        network = ideal_network("complete", 2, [4, 1], room)
        plan = planned(in_turn(order, 4), network, [0, 0, 0, 0, 1], 1)
        assert plan.epr_pairs == fetches_by_search(order, room)


def test_parts_that_meet_happen_as_the_gate_they_came_from() -> None:
    program = program_of(3, ("cswap", (0, 1, 2)))
    assert events(planned(program, THREE, [0, 1, 1], 1)) == [
        ("FETCH", 0, 1),
        ("WHOLE", 0, 1),
        ("RELEASE", 0, 1),
    ]


def test_parts_that_do_not_meet_happen_one_by_one() -> None:
    found = events(planned(program_of(3, ("cswap", (0, 1, 2))), THREE, [0, 1, 1], [1, 0, 1]))
    assert [kind for kind, _, _ in found].count("RUN") == 3


@pytest.mark.parametrize(("room", "wholes"), [(1, 0), (2, 1)])
def test_parts_meet_only_where_all_their_copies_find_room(room: int, wholes: int) -> None:
    """Each part of the gate needs one control beside the target, the whole gate needs both."""
    program = program_of(3, ("rccx", (0, 1, 2)))
    network = ideal_network("complete", 3, 1, room)
    plan = planned(program, network, [1, 2, 0], 0, max_operands=2)
    assert check_plan(plan, network).peak_comm_qubits[0] == room
    assert int((plan.kinds == Event.WHOLE).sum()) == wholes


def test_a_relay_serves_what_lies_behind_it() -> None:
    line = ideal_network("line", 4, 2)
    program = program_of(3, ("cx", (0, 2)), ("cx", (0, 1)))
    plan = planned(program, line, [0, 2, 3], [3, 2])
    assert [e[2] for e in events(plan) if e[0] == "FETCH"] == [1, 2, 3]
    assert plan.epr_pairs == 3


def test_an_assignment_that_does_not_fit_is_named() -> None:
    program = program_of(3, ("cx", (0, 1)), ("h", (0,)), ("cx", (0, 2)))
    with pytest.raises(SolverError, match="overfills module m1"):
        planned(program, ideal_network("complete", 2, [2, 2]), [[0, 1], 1, 1], 1)


def test_a_relay_between_full_modules_needs_two_communication_qubits() -> None:
    program = program_of(3, ("cz", (0, 1)))
    with pytest.raises(InfeasibleError) as caught:
        planned(program, ideal_network("line", 3, 1, 1), [0, 2, 1], 2)
    assert caught.value.constraint == "comm_qubits"
    assert caught.value.nearest == {"comm_qubits": 2}
    assert planned(program, ideal_network("line", 3, 1, 2), [0, 2, 1], 2).epr_pairs == 2


def test_a_relay_with_a_free_data_qubit_needs_one_communication_qubit() -> None:
    program = program_of(2, ("cz", (0, 1)))
    plan = planned(program, ideal_network("line", 4, 1, 1), [0, 3], 3)
    assert plan.epr_pairs == 3
    assert [e[0] for e in events(plan)][:5] == ["FETCH", "STORE", "FETCH", "STORE", "FETCH"]
