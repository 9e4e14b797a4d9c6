"""Data qubits in use in every layer of an assignment.

Time is counted in layers (`Segments.layer`). In each layer a qubit occupies one data qubit, in its
home: `home[s]` from layer `move[s]` until the layer in which the next segment's home begins to
hold. Qubits that change places between full modules wait in communication qubits, so that a move
books nothing twice; only a fresh qubit, which moves when it is reset, in the midst of a layer,
counts in both homes in that layer. `allocate` keeps the same books.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trapline.errors import SolverError

if TYPE_CHECKING:
    from trapline.passes.assignment import Assignment
    from trapline.passes.segment import Segments
    from trapline.targets.network import Network

Ints = NDArray[np.int32]


def occupancy(segments: Segments, assignment: Assignment, network: Network) -> Ints:
    """Count the data qubits in use; int32, (modules, layers)."""
    steps = np.zeros((network.n_modules, segments.n_layers + 1), dtype=np.int32)
    end = np.full(segments.n_segments, segments.n_layers, dtype=np.int32)
    linked = np.flatnonzero(segments.previous >= 0)
    end[segments.previous[linked]] = assignment.move[linked]
    np.add.at(steps, (assignment.home, assignment.move), 1)
    np.add.at(steps, (assignment.home, end), -1)
    fresh = np.flatnonzero(segments.fresh)
    former = assignment.home[segments.previous[fresh]]
    elsewhere = former != assignment.home[fresh]
    fresh, former = fresh[elsewhere], former[elsewhere]
    np.add.at(steps, (former, assignment.move[fresh]), 1)
    np.add.at(steps, (former, assignment.move[fresh] + 1), -1)
    return np.cumsum(steps, axis=1, dtype=np.int32)[:, :-1]


def fits(segments: Segments, assignment: Assignment, network: Network) -> bool:
    """Tell whether the data qubits of every module suffice in every layer."""
    limit = np.array(network.data_qubits, dtype=np.int32)[:, None]
    return bool((occupancy(segments, assignment, network) <= limit).all())


def check_moves(segments: Segments, assignment: Assignment) -> None:
    """Check that every home begins to hold when it may.

    Raises:
        SolverError: A home holds before the segment before it is over, or after its own segment.
    """
    move, layer = assignment.move, segments.layer
    first = np.flatnonzero(segments.previous < 0)
    fresh = np.flatnonzero(segments.fresh)
    later = np.flatnonzero((segments.previous >= 0) & ~segments.fresh)
    lower = layer[segments.last[segments.previous[later]]] + 1
    upper = layer[segments.last[later]]
    wrong = later[(move[later] < lower) | (move[later] > upper)].tolist()
    wrong += first[move[first] != 0].tolist()
    wrong += fresh[move[fresh] != segments.first_moves[fresh]].tolist()
    if wrong:
        s = wrong[0]
        raise SolverError(
            f"segment {s} of qubit {segments.qubit[s]} moves in layer {move[s]}, outside the "
            "layers between the segment before it and its own last one"
        )
