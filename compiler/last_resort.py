"""Any plan at all, where communication qubits are few and the search of the cheapest found none."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from trapline.errors import InfeasibleError
from trapline.passes.assignment import first_homes, pairs, weight_of
from trapline.passes.effort import EFFORTS

if TYPE_CHECKING:
    from trapline.compiler.planner import Form, Planner
    from trapline.passes.assignment import Assignment
    from trapline.passes.plan import Plan
    from trapline.passes.solve import Solution
    from trapline.targets.network import Network

MOST_PLACED, MOST_CARRIED_OUT = 12, 3
"""Placements that are made, and those of them that are carried out."""


def last_resort(planner: Planner, form: Form) -> tuple[Plan, Solution]:
    """Look for any plan of a form, with data qubits free where relays need them most.

    The search with these data qubits left out comes first; then qubits stay where they begin, in
    placements whose interactions need the fewest relays where there is no room for one.

    Raises:
        InfeasibleError: No way was found within the communication qubits.
    """
    from trapline.passes.relays import with_relay_seats

    network, router = planner.network, planner.router
    room = with_relay_seats(network, form.program.n_qubits)
    effort, left = EFFORTS[planner.effort].searching, planner.deadline.left()
    found = planner.solved(form, room, router, None, effort, left)
    solution = planner.in_room(form, room, found)
    try:
        return planner.allocated(form, solution, network.n_modules)
    except InfeasibleError as error:
        failure = error
    for start in _placed(planner, form, room) if network.is_connected else ():
        if planner.deadline.is_over():
            break
        solution = replace(
            solution,
            assignment=start,
            others=(),
            weight=weight_of(form.segments, start, router),
            epr_pairs=pairs(form.segments, start, router),
        )
        with suppress(InfeasibleError):
            return planner.allocated(form, solution, network.n_modules)
    raise not_found(network, failure)


def not_found(network: Network, failure: InfeasibleError) -> InfeasibleError:
    """Return the error that says that a search failed, which proves nothing.

    Args:
        network: Modules, some with a limit on communication qubits.
        failure: Why one of the answers could not be carried out.
    """
    limits = [limit for limit in network.comm_qubits if limit is not None]
    least, most = min(limits), max(limits)
    found = f"{least}" if least == most else f"{least} to {most}"
    return InfeasibleError(
        f"no plan was found with {found} communication qubit{'s' * (most != 1)} in a module",
        constraint=failure.constraint,
        nearest=failure.nearest,
        hint=failure.hint,
    )


def _placed(planner: Planner, form: Form, room: Network) -> list[Assignment]:
    """List a few placements, those that need the fewest links and relays without room first."""
    from trapline.passes.placement import attraction, place_qubits
    from trapline.passes.relays import relay_distances

    far = relay_distances(planner.network, room)
    a, b, _ = attraction(form.segments)

    def length(start: Assignment) -> int:
        homes = first_homes(form.segments, start)
        return int(far[homes[a], homes[b]].sum())

    placed = [
        place_qubits(
            form.segments,
            room,
            planner.router,
            seed=planner.seed + turn,
            effort=200,
            shuffle=turn > 0,
            distances=far,
        )
        for turn in range(MOST_PLACED)
    ]
    return sorted(placed, key=length)[:MOST_CARRIED_OUT]
