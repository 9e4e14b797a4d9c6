"""Data qubits in use at every moment of an assignment.

Time is counted in interactions. A qubit occupies the home of its current segment from that
segment's first interaction on (the first segment: from the start; one that follows a reset: from
the reset), and, at the moment at which it moves, its former home too. A former home that is still
needed in the segment moves to a communication qubit. `allocate` keeps the same books.
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
    """Count the data qubits in use; int32, (modules, layers)."""
    n_layers = segments.n_layers
    steps = np.zeros((network.n_modules, n_layers + 1), dtype=np.int32)
    start, end = assignment.move, np.full(segments.n_segments, n_layers, dtype=np.int32)
    linked = segments.following >= 0
    end[linked] = assignment.move[segments.following[linked]]
    np.add.at(steps, (assignment.home, start), 1)
    np.add.at(steps, (assignment.home, end), -1)
    moved = np.flatnonzero(
        segments.fresh & (assignment.home != assignment.home[segments.previous])
    )
    former = assignment.home[segments.previous[moved]]
    np.add.at(steps, (former, start[moved]), 1)
    np.add.at(steps, (former, start[moved] + 1), -1)
    return np.cumsum(steps, axis=1, dtype=np.int32)[:, :-1]


def fits(segments: Segments, assignment: Assignment, network: Network) -> bool:
    """Tell whether the data qubits of every module suffice in every layer."""
    limit = np.array(network.data_qubits, dtype=np.int32)[:, None]
    return bool((occupancy(segments, assignment, network) <= limit).all())
