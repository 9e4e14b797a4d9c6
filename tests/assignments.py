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
    """Draw homes that the data qubits allow, moves anywhere in their bounds, and places anywhere.

    Layer by layer, qubits that may move there give their data qubits back with probability
    `restless` and draw from all that are free then, so that full modules exchange qubits.
    """
    home = np.zeros(segments.n_segments, dtype=np.int32)
    move = segments.first_moves.copy()
    free = list(network.data_qubits)
    for chain in segments.chains():
        home[chain[0]] = rng.choice([m for m, room in enumerate(free) if room > 0])
        free[home[chain[0]]] -= 1
    later = np.flatnonzero(segments.previous >= 0)
    for s in later[~segments.fresh[later]]:
        low = segments.layer[segments.last[segments.previous[s]]] + 1
        move[s] = rng.integers(low, segments.layer[segments.last[s]] + 1)
    leaving: list[int] = []
    for t in range(segments.n_layers):
        for module in leaving:
            free[module] += 1
        leaving = _one_layer(segments, home, later[move[later] == t], free, rng, restless)
    place = rng.integers(network.n_modules, size=segments.n_interactions).astype(np.int32)
    return Assignment(home=home, place=place, move=move)


def _one_layer(
    segments: Segments,
    home: np.ndarray[tuple[int, ...], np.dtype[np.int32]],
    movers: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
    free: list[int],
    rng: np.random.Generator,
    restless: float,
) -> list[int]:
    """Draw homes of the segments that begin to hold in a layer; returns seats free afterwards."""
    leaving: list[int] = []
    drawing: list[int] = []
    for s in movers:
        home[s] = home[segments.previous[s]]
        if rng.random() < restless:
            drawing.append(int(s))
            if not segments.fresh[s]:
                free[home[s]] += 1
    for s in [s for s in drawing if not segments.fresh[s]]:
        home[s] = rng.choice([m for m, room in enumerate(free) if room > 0])
        free[home[s]] -= 1
    for s in movers[segments.fresh[movers]]:
        old = home[s] = home[segments.previous[s]]  # which may have moved in this very layer
        rooms = [m for m, room in enumerate(free) if room > 0 and m != old]
        if rooms and int(s) in drawing:
            home[s] = rng.choice(rooms)
            free[home[s]] -= 1
            leaving.append(int(old))
    return leaving
