"""Random assignments that fit, good or bad, for the tests of the passes.

Import as `from assignments import random_assignment`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trapline.passes.assignment import Assignment

if TYPE_CHECKING:
    from trapline.passes.segment import Segments
    from trapline.targets.network import Network


def random_assignment(
    segments: Segments, network: Network, rng: np.random.Generator, *, restless: float = 0.5
) -> Assignment:
    """Draw homes that the data qubits allow, and places anywhere.

    Segments are taken in the order in which they begin. With probability `restless` a qubit looks
    for another home; it takes a module that has room, from now on and at this moment.
    """
    home = np.zeros(segments.n_segments, dtype=np.int32)
    free = list(network.data_qubits)
    for chain in segments.chains():
        home[chain[0]] = rng.choice([m for m, room in enumerate(free) if room > 0])
        free[home[chain[0]]] -= 1
    later = [s for s in range(segments.n_segments) if segments.previous[s] >= 0]
    at, leaving = -1, list[int]()
    for s in sorted(later, key=lambda s: int(segments.begin[s])):
        if segments.begin[s] != at:
            for module in leaving:
                free[module] += 1
            at, leaving = int(segments.begin[s]), []
        old = int(home[segments.previous[s]])
        home[s] = old
        rooms = [m for m, room in enumerate(free) if room > 0 and m != old]
        if rooms and rng.random() < restless:
            home[s] = rng.choice(rooms)
            free[home[s]] -= 1
            leaving.append(old)
    place = rng.integers(network.n_modules, size=segments.n_interactions).astype(np.int32)
    return Assignment(home=home, place=place, move=segments.first_moves)
