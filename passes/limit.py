"""Keep interactions out of modules where they need copies for nothing, or more than there is room.

Where communication qubits abound, an interaction costs nothing in any module that all its segments
touch anyway, and solvers leave it wherever they found it. Each copy that it needs there must live
longer for it, though. Where communication qubits are limited, interactions go to the module that is
home to most of their operands, as far as that costs no pair.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trapline.passes.assignment import Assignment, homes_of_pins
from trapline.passes.route import mask_of

if TYPE_CHECKING:
    from trapline.passes.route import Router
    from trapline.passes.segment import Segments
    from trapline.targets.network import Network

Longs = NDArray[np.int64]


def within_comm_limits(
    segments: Segments, network: Network, assignment: Assignment, router: Router | None = None
) -> Assignment:
    """Move interactions whose copies are not worth their communication qubits, or exceed them.

    An interaction needs one copy for each operand whose home is elsewhere.

    Args:
        segments: The communication model.
        network: The modules.
        assignment: Homes and places.
        router: Weights of the network; links weigh one pair each when missing.

    Returns:
        The same homes, with places that need no more copies, or where links differ weigh no more,
        and that the limits allow wherever there is one, unless a limit asks for more.
    """
    if segments.n_interactions == 0 or not network.limits_comm_qubits:
        return assignment
    limits = np.array([1 << 30 if limit is None else limit for limit in network.comm_qubits])
    sizes = np.diff(segments.pin_start)
    homes = homes_of_pins(segments, assignment)
    uses = _uses(segments, assignment, network)
    place = assignment.place.copy()
    foreign = np.add.reduceat(homes != np.repeat(place, sizes), segments.pin_start[:-1])
    for i in np.flatnonzero(foreign > 0).tolist():
        low, high = segments.pin_start[i], segments.pin_start[i + 1]
        mine, pins, here = homes[low:high], segments.pins[low:high], int(place[i])
        count = np.bincount(mine, minlength=network.n_modules)
        allowed = (len(mine) - count <= limits) & (network.hops[here] >= 0)
        price = _prices(uses[pins], here, router)
        if allowed[here]:
            allowed &= price <= 0
        best = np.lexsort((np.arange(len(count)) != here, price, -count, ~allowed))[0]
        uses[pins, here] -= 1
        uses[pins, best] += 1
        place[i] = best
    return Assignment(home=assignment.home, place=place, move=assignment.move)


def _prices(uses: Longs, here: int, router: Router | None) -> Longs:
    """Return what it costs to move an interaction from `here` to each module; int64, (modules,).

    Counted in copies; where links differ, in weight.

    Args:
        uses: What makes the segment of each operand touch a module; (operands, modules).
        here: Where the interaction is.
        router: Weights of the network, or None.
    """
    touched = uses > 0
    alone = uses[:, here] == 1
    price: Longs = (~touched).sum(axis=0) - int(alone.sum())
    if router is not None and router.weights is not None:
        masks = [mask_of(np.flatnonzero(row).tolist()) for row in touched]
        left = [mask & ~(int(free) << here) for mask, free in zip(masks, alone, strict=True)]
        before = sum(router.weight(mask) for mask in masks)
        price = np.array(
            [sum(router.weight(mask | 1 << m) for mask in left) for m in range(uses.shape[1])]
        )
        price -= before
    price[here] = 0
    return price


def _uses(
    segments: Segments, assignment: Assignment, network: Network, *, places: bool = True
) -> Longs:
    """Count what makes a segment touch a module: homes and `places`; (segments, modules)."""
    uses = np.zeros((segments.n_segments, network.n_modules), dtype=np.int64)
    every = np.arange(segments.n_segments)
    np.add.at(uses, (every, assignment.home), 1)
    linked = np.flatnonzero((segments.previous >= 0) & ~segments.fresh)
    np.add.at(uses, (linked, assignment.home[segments.previous[linked]]), 1)
    if places:
        where = np.repeat(assignment.place, np.diff(segments.pin_start))
        np.add.at(uses, (segments.pins, where), 1)
    return uses


def at_homes(segments: Segments, network: Network, assignment: Assignment) -> Assignment:
    """Place interactions of two qubits at the home of one, with the fewest packets.

    Third modules save pairs where communication qubits abound; where they are few, the two copies
    that wait there for each other cost more than they save.

    Args:
        segments: The communication model.
        network: The modules.
        assignment: Homes and places.

    Returns:
        The same homes; places of interactions of more than two qubits as they were.
    """
    from trapline.passes.cover import smallest_cover

    two = np.flatnonzero(np.diff(segments.pin_start) == 2)
    low = segments.pin_start[two]
    homes = homes_of_pins(segments, assignment)
    ends = np.stack([segments.pins[low], segments.pins[low + 1]], axis=1)
    modules = np.stack([homes[low], homes[low + 1]], axis=1)
    swapped = modules[:, 0] > modules[:, 1]
    ends[swapped], modules[swapped] = ends[swapped, ::-1], modules[swapped, ::-1]
    by_homes = _uses(segments, assignment, network, places=False) > 0
    place = assignment.place.copy()
    # a copy where the qubit comes from or goes to costs nothing more
    at_second, at_first = by_homes[ends[:, 0], modules[:, 1]], by_homes[ends[:, 1], modules[:, 0]]
    place[two] = np.where(at_first, modules[:, 0], modules[:, 1])
    open_ = np.flatnonzero(~at_first & ~at_second)
    k = network.n_modules
    keys = ends[open_].astype(np.int64) * k + modules[open_, ::-1]
    left, a = np.unique(keys[:, 0], return_inverse=True)
    right, b = np.unique(keys[:, 1], return_inverse=True)
    chosen = smallest_cover(a.astype(np.int64), b.astype(np.int64), len(left), len(right))
    place[two[open_]] = np.where(chosen, modules[open_, 1], modules[open_, 0])
    return Assignment(home=assignment.home, place=place, move=assignment.move)
