"""Data qubits in use at every interaction, for solvers whose qubits move at their next use.

Stricter than `trapline.passes.occupancy`: at the interaction at which a qubit moves it occupies
both its homes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from trapline.passes.assignment import Assignment
    from trapline.passes.segment import Segments
    from trapline.targets.network import Network

Ints = NDArray[np.int32]


def rule_windows(segments: Segments) -> tuple[Ints, Ints]:
    """Return for each segment the half-open window in which its home is the qubit's home.

    Returns:
        Two int32 arrays, (segments,): start and end in interactions.
    """
    end = np.full(segments.n_segments, segments.n_interactions + 1, dtype=np.int32)
    linked = segments.following >= 0
    end[linked] = segments.begin[segments.following[linked]]
    return segments.begin, end


def occupancy(segments: Segments, assignment: Assignment, network: Network) -> Ints:
    """Count the data qubits in use; int32, (modules, interactions + 1)."""
    length = segments.n_interactions + 2
    steps = np.zeros((network.n_modules, length), dtype=np.int32)
    start, end = rule_windows(segments)
    np.add.at(steps, (assignment.home, start), 1)
    np.add.at(steps, (assignment.home, end), -1)
    moved = np.flatnonzero(
        (segments.previous >= 0) & (assignment.home != assignment.home[segments.previous])
    )
    former = assignment.home[segments.previous[moved]]
    np.add.at(steps, (former, start[moved]), 1)
    np.add.at(steps, (former, start[moved] + 1), -1)
    return np.cumsum(steps, axis=1, dtype=np.int32)[:, :-1]
