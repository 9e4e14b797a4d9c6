"""Turn an assignment into a plan: when each copy is fetched and released, and over which links.

A copy is fetched just before its first use and released after its last, in program order, as long
as communication qubits suffice (`trapline.passes.carry`). Where they do not, other orders of the
steps are tried (`trapline.passes.order`), and the one whose pairs weigh least is taken.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trapline.errors import InfeasibleError, SolverError
from trapline.passes.assignment import weight_of
from trapline.passes.embedding import check_kept, keepable
from trapline.passes.job import AROUND, NEVER, Job, job_of
from trapline.passes.occupancy import check_moves
from trapline.passes.order import orders
from trapline.passes.plan import Event, Plan
from trapline.passes.route import Router

if TYPE_CHECKING:
    from trapline.passes.assignment import Assignment
    from trapline.passes.books import Books
    from trapline.passes.expand import Expanded
    from trapline.passes.program import Program
    from trapline.passes.segment import Segments
    from trapline.targets.network import Network

Longs = NDArray[np.int64]


def allocate(
    program: Program,
    expanded: Expanded,
    segments: Segments,
    network: Network,
    assignment: Assignment,
    router: Router | None = None,
    around: int = AROUND,
) -> Plan:
    """Write the plan that carries out an assignment.

    Args:
        program: The input.
        expanded: The input split into interactions.
        segments: Its communication model.
        network: The modules.
        assignment: Homes, places and moves.
        router: Steiner trees of the network, made anew when missing.
        around: Usual pairs by which a way around modules without room for a relay may be longer
            than the shortest; beyond, qubits make way.

    Raises:
        InfeasibleError: A module has too few communication qubits for an interaction, a relay or a
            move.
        SolverError: The assignment exceeds the data qubits of a module, or moves a qubit too early
            or too late.
    """
    from trapline.passes.books import EVENTS, FAILURE, FINE

    router = router or Router(network)
    if not router.complete or network.limits_comm_qubits:
        assignment = replace(assignment, kept=None)
    if assignment.keeps:
        check_kept(segments, assignment, keepable(expanded.program, segments))
    check_moves(segments, assignment)
    job = job_of(expanded, segments, network, assignment, router, around)
    books = _best(job, expanded, weight_of(segments, assignment, router))
    if books.counts[FAILURE] != FINE:
        raise _failure(job, expanded, books, network)
    events = books.events[: books.counts[EVENTS]]
    return Plan(
        program=program,
        expanded=expanded.program,
        group=expanded.group,
        permutation=expanded.permutation,
        initial_home=job.first_home.astype(np.int32),
        kinds=events[:, 0].astype(np.int8),
        items=np.ascontiguousarray(events[:, 1]),
        modules=np.ascontiguousarray(events[:, 2]),
        sources=np.ascontiguousarray(events[:, 3]),
    )


def plan_weight(plan: Plan, router: Router) -> int:
    """Return the weight of the pairs of a plan; their number where all links weigh one."""
    fetches = plan.kinds == Event.FETCH
    return int(router.link_weights[plan.modules[fetches], plan.sources[fetches]].sum())


def _best(job: Job, expanded: Expanded, least: int) -> Books:
    """Carry out a job in the order whose pairs weigh least; the books may tell of failure.

    Args:
        job: What is to be done.
        expanded: The program.
        least: Weight that suffices when communication qubits abound.
    """
    from trapline.passes.books import FAILURE, PAID, TOO_FEW_COMM
    from trapline.passes.carry import attempt

    best = attempt(job, np.arange(len(job.steps)))
    if job.comm_limit.min() >= NEVER:
        return best
    for order in orders(job, expanded):
        failed = best.counts[FAILURE] == TOO_FEW_COMM
        if not failed and best.counts[PAID] <= least:
            break
        found = attempt(job, order)
        if found.counts[FAILURE] == 0 and (failed or found.counts[PAID] < best.counts[PAID]):
            best = found
    return best


def _failure(
    job: Job, expanded: Expanded, books: Books, network: Network
) -> InfeasibleError | SolverError:
    """Say which module is too small, and what would suffice."""
    from trapline.passes.books import FAILED_MODULE, FAILURE, TOO_FEW_DATA

    module = int(books.counts[FAILED_MODULE])
    name, limit = network.names[module], network.comm_qubits[module]
    if books.counts[FAILURE] == TOO_FEW_DATA:
        return SolverError(f"the assignment overfills module {name}")
    enough = _enough(job, expanded)
    return InfeasibleError(
        f"module {name} needs more than its {limit} communication qubits at one moment",
        constraint="comm_qubits",
        nearest={"comm_qubits": enough},
        hint=f"give each module at least {enough} communication qubits",
    )


def _enough(job: Job, expanded: Expanded) -> int:
    """Find by trying how many communication qubits a module suffice for this assignment."""
    from trapline.passes.books import FAILURE, FINE

    size = int(job.comm_limit.min()) + 1
    while True:
        wider = job._replace(comm_limit=np.maximum(job.comm_limit, size))
        if _best(wider, expanded, NEVER).counts[FAILURE] == FINE:
            return size
        size += 1
