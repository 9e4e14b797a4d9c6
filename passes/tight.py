"""The last steps before a plan: copies that outlive segments, and places for tight networks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trapline.errors import InfeasibleError
from trapline.passes.allocate import allocate, plan_weight
from trapline.passes.assignment import first_homes, static_assignment, weight_of
from trapline.passes.embedding import embed, keepable
from trapline.passes.job import AROUND
from trapline.passes.limit import at_homes, within_comm_limits
from trapline.passes.route import Router

if TYPE_CHECKING:
    from trapline.passes.assignment import Assignment
    from trapline.passes.expand import Expanded
    from trapline.passes.plan import Plan
    from trapline.passes.program import Program
    from trapline.passes.segment import Segments
    from trapline.targets.network import Network


def allocate_best(
    program: Program,
    expanded: Expanded,
    segments: Segments,
    network: Network,
    assignment: Assignment,
    router: Router | None = None,
    around: int = AROUND,
) -> Plan:
    """Carry out an assignment, with kept copies, or better places for few communication qubits.

    Args:
        program: The input.
        expanded: The input split into interactions.
        segments: Its communication model.
        network: The modules.
        assignment: Homes, places and moves; where communication qubits are limited, interactions
            may happen elsewhere, and qubits stay where they begin if that is cheaper.
        router: Steiner trees of the network, made anew when missing.
        around: As for `allocate`.

    Returns:
        The plan whose pairs weigh least.

    Raises:
        InfeasibleError: No way was found within the communication qubits.
        SolverError: The assignment exceeds the data qubits of a module, or moves a qubit too early
            or too late.
    """
    router = router or Router(network)
    if not network.limits_comm_qubits:
        allowed = keepable(expanded.program, segments)
        embedded = embed(segments, assignment, router, allowed)
        return allocate(program, expanded, segments, network, embedded, router)
    least = weight_of(segments, assignment, router)
    plans: list[Plan] = []
    failures: list[InfeasibleError] = []
    still = static_assignment(segments, first_homes(segments, assignment), assignment.place)
    starts = (
        assignment,
        at_homes(segments, network, assignment),
        at_homes(segments, network, still),
    )
    for start in starts:
        placed = within_comm_limits(segments, network, start, router)
        try:
            plans.append(allocate(program, expanded, segments, network, placed, router, around))
        except InfeasibleError as error:
            failures.append(error)
        if plans and plan_weight(plans[-1], router) <= least:
            break
    if not plans:
        raise min(failures, key=lambda error: int(error.nearest["comm_qubits"]))
    return min(plans, key=lambda plan: plan_weight(plan, router))


def with_free_seats(network: Network, n_qubits: int) -> list[Network]:
    """Return networks with a data qubit less in each module, and in two of three.

    A module that has a data qubit free can relay, and exchange qubits, with one communication
    qubit. Those networks are left out that are too small.
    """
    rooms: list[Network] = []
    for spared in (0, 3):
        sizes = tuple(
            size - (spared == 0 or m % spared > 0) for m, size in enumerate(network.data_qubits)
        )
        if min(sizes) > 0 and sum(sizes) >= n_qubits:
            rooms.append(replace(network, data_qubits=sizes))
    return rooms
