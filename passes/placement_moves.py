"""Compiled code of the first placement: annealed exchanges of qubits between modules."""

# mypy: disable-error-code="arg-type, assignment, no-any-return"
# pyright: reportArgumentType=false

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trapline.passes.kernel import kernel

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


@kernel
def _pull(
    v: int, m: int, other: int, start: Longs, to: Longs, weight: Floats, at: Longs, far: Floats
) -> float:
    """Weighted distance from module m to the partners of v, without `other`."""
    total = 0.0
    for e in range(start[v], start[v + 1]):
        u = to[e]
        if u != other:
            total += weight[e] * far[m, at[u]]
    return total


@kernel
def _other(v: int, start: Longs, to: Longs, at: Longs) -> int:
    """Draw a vertex to exchange with v: any, or one in the module of a partner."""
    n = len(at)
    u = np.random.randint(n)
    if start[v + 1] > start[v] and np.random.random() < 0.5:
        partner = to[start[v] + np.random.randint(start[v + 1] - start[v])]
        for _ in range(8):
            if at[u] == at[partner]:
                break
            u = np.random.randint(n)
    return u


@kernel
def exchange(
    start: Longs,
    to: Longs,
    weight: Floats,
    at: Longs,
    far: Floats,
    moves: int,
    seed: int,
    hot: float,
    cold: float,
) -> float:
    """Exchange the places of random vertices; `at` is changed in place.

    Args:
        start: Edges of vertex v are start[v] to start[v + 1] - 1.
        to: Other end of each edge.
        weight: Weight of each edge.
        at: Module of each vertex; free places are vertices without edges.
        far: Distance between modules.
        moves: Exchanges to try.
        seed: Seed.
        hot: First temperature.
        cold: Last temperature.

    Returns:
        The change of the sum of weight times distance over all edges.
    """
    np.random.seed(seed)
    busy = 0
    for v in range(len(at)):
        if start[v + 1] > start[v]:
            busy = v + 1
    if busy == 0:
        return 0.0
    gain = 0.0
    ratio = np.log(cold / hot)
    for step in range(moves):
        v = np.random.randint(busy)
        u = _other(v, start, to, at)
        a, b = at[v], at[u]
        if a == b:
            continue
        change = (
            _pull(v, b, u, start, to, weight, at, far)
            - _pull(v, a, u, start, to, weight, at, far)
            + _pull(u, a, v, start, to, weight, at, far)
            - _pull(u, b, v, start, to, weight, at, far)
        )
        if change > 0:
            temperature = hot * np.exp(ratio * step / moves)
            if np.random.random() >= np.exp(-change / temperature):
                continue
        at[v], at[u] = b, a
        gain += change
    return gain
