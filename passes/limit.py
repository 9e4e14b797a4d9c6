"""Keep interactions out of modules that cannot hold the copies they need at one moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trapline.passes.assignment import Assignment

if TYPE_CHECKING:
    from trapline.passes.segment import Segments
    from trapline.targets.network import Network


def within_comm_limits(segments: Segments, network: Network, assignment: Assignment) -> Assignment:
    """Move interactions whose copies exceed the communication qubits of their module.

    An interaction needs one copy for each operand whose home is elsewhere. One that needs too many
    goes to the module that is home to most of its operands.

    Args:
        segments: The communication model.
        network: The modules.
        assignment: Homes and places.

    Returns:
        The same homes, with places that the limits allow wherever there is one.
    """
    if segments.n_interactions == 0 or all(limit is None for limit in network.comm_qubits):
        return assignment
    limits = np.array([1 << 30 if limit is None else limit for limit in network.comm_qubits])
    sizes = np.diff(segments.pin_start)
    home_of_pin = assignment.home[segments.pins]
    foreign = home_of_pin != np.repeat(assignment.place, sizes)
    copies = np.add.reduceat(foreign, segments.pin_start[:-1], dtype=np.int64)
    place = assignment.place.copy()
    for i in np.flatnonzero(copies > limits[place]).tolist():
        homes = home_of_pin[segments.pin_start[i] : segments.pin_start[i + 1]]
        count = np.bincount(homes, minlength=network.n_modules)
        place[i] = int(np.argmax(np.where(len(homes) - count <= limits, count, -1)))
    return Assignment(home=assignment.home, place=place, move=assignment.move)
