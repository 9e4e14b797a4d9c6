"""Compiled code of the sliced start: annealed exchanges of stays between modules."""

# mypy: disable-error-code="arg-type, assignment, no-any-return, return-value"
# pyright: reportArgumentType=false, reportReturnType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trapline.passes.kernel import kernel

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]

TRIES = 24
"""Qubits looked at for one to change places with."""


class Graph(NamedTuple):
    """The graph of `slices.Slices`, and when and where its stays are; changed in place.

    far[m, n]: pairs from one module to another. home[v], begin[v]: module and first slice of a
    stay, which lasts until the next of its qubit begins. load[m, t]: qubits in a module in a slice.
    stay[t, q]: stay of a qubit in a slice. log: what the exchange that is tried has changed; its
    first row counts the others, which hold a stay, and its former home or -1 and former begin.
    """

    qubit: Longs
    earliest: Longs
    first: Longs
    linked: Longs
    start: Longs
    to: Longs
    weight: Floats
    far: Floats
    capacity: Longs
    home: Longs
    begin: Longs
    load: Longs
    stay: Longs
    log: Longs


@kernel
def _end(g: Graph, v: int) -> int:
    """Slice in which a stay is over."""
    last = v + 1 == len(g.home) or g.qubit[v + 1] != g.qubit[v]
    return g.load.shape[1] if last else g.begin[v + 1]


@kernel
def _note(g: Graph, v: int, home: int, begin: int) -> None:
    top = g.log[0, 0] + 1
    g.log[0, 0] = top
    g.log[top, 0], g.log[top, 1], g.log[top, 2] = v, home, begin


@kernel
def _set_home(g: Graph, v: int, m: int) -> float:
    """Move a stay to another module; returns the change of cost."""
    old = g.home[v]
    _note(g, v, old, -1)
    change = 0.0
    if g.linked[v]:
        before = g.home[v - 1]
        change += g.far[before, m] - g.far[before, old]
    if v + 1 < len(g.home) and g.linked[v + 1]:
        after = g.home[v + 1]
        change += g.far[after, m] - g.far[after, old]
    for e in range(g.start[v], g.start[v + 1]):
        there = g.home[g.to[e]]
        change += g.weight[e] * (g.far[there, m] - g.far[there, old])
    for t in range(g.begin[v], _end(g, v)):
        g.load[old, t] -= 1
        g.load[m, t] += 1
    g.home[v] = m
    return change


@kernel
def _set_begin(g: Graph, v: int, t: int) -> None:
    """Let a stay begin in another slice, where that is allowed; costs nothing."""
    t = min(max(t, g.earliest[v]), g.first[v])
    old = g.begin[v]
    if t == old:
        return
    _note(g, v, -1, old)
    g.begin[v] = t
    a, b, q = g.home[v - 1], g.home[v], g.qubit[v]
    for u in range(old, t):
        g.load[b, u] -= 1
        g.load[a, u] += 1
        g.stay[u, q] = v - 1
    for u in range(t, old):
        g.load[a, u] -= 1
        g.load[b, u] += 1
        g.stay[u, q] = v


@kernel
def _undo(g: Graph) -> None:
    top = g.log[0, 0]
    for at in range(top, 0, -1):
        v, home, begin = g.log[at, 0], g.log[at, 1], g.log[at, 2]
        g.log[0, 0] = at  # what taking back notes is overwritten
        if home >= 0:
            _set_home(g, v, home)
        else:
            _set_begin(g, v, begin)


@kernel
def _fits(g: Graph) -> bool:
    """Tell whether there is room in all slices of the stays that changed, and of those before."""
    for at in range(1, g.log[0, 0] + 1):
        v = g.log[at, 0]
        if not _has_room(g, v) or (g.log[at, 1] < 0 and not _has_room(g, v - 1)):
            return False
    return True


@kernel
def _has_room(g: Graph, v: int) -> bool:
    m = g.home[v]
    most = 0
    for t in range(g.begin[v], _end(g, v)):
        most = max(most, g.load[m, t])
    return most <= g.capacity[m]


@kernel
def _neighbour(g: Graph, v: int) -> int:
    """A random stay that attracts another, or -1."""
    low, high = g.start[v], g.start[v + 1]
    return g.to[low + np.random.randint(high - low)] if low < high else -1


@kernel
def _target(g: Graph, v: int) -> int:
    """Draw a module: that of the stay before, after, or of one that attracts, or any."""
    draw = np.random.random()
    if draw < 0.3 and g.linked[v]:
        return g.home[v - 1]
    if draw < 0.6 and v + 1 < len(g.home) and g.linked[v + 1]:
        return g.home[v + 1]
    other = _neighbour(g, v)
    if draw < 0.8 and other >= 0:
        return g.home[other]
    return np.random.randint(len(g.capacity))


@kernel
def _partner(g: Graph, m: int, t: int) -> int:
    """A random stay in a module in a slice, or -1."""
    for _ in range(TRIES):
        w = g.stay[t, np.random.randint(g.stay.shape[1])]
        if g.home[w] == m:
            return w
    return -1


@kernel
def _shift(g: Graph, v: int, m: int, begin: int, end: int) -> float:
    """Move a stay to a module from one slice to another, as nearly as its gaps allow."""
    if g.earliest[v] < g.first[v]:
        _set_begin(g, v, begin)
    if _end(g, v) < g.load.shape[1] and g.earliest[v + 1] < g.first[v + 1]:
        _set_begin(g, v + 1, end)
    return _set_home(g, v, m)


@kernel
def _propose(g: Graph) -> tuple[float, bool]:
    """Move a stay, often with one that attracts it, and others back where there is no room.

    Returns the change of cost and whether it fits.
    """
    g.log[0, 0] = 0
    v = np.random.randint(len(g.home))
    m = _target(g, v)
    if m == g.home[v]:
        return 0.0, False
    begin, end = g.begin[v], _end(g, v)
    if np.random.random() < 0.5:
        begin = g.earliest[v] + np.random.randint(g.first[v] - g.earliest[v] + 1)
    if end < g.load.shape[1] and np.random.random() < 0.5:
        end = g.earliest[v + 1] + np.random.randint(g.first[v + 1] - g.earliest[v + 1] + 1)
    t = begin + np.random.randint(max(end - begin, 1))  # a stay ends at once where a reset follows
    companion = _neighbour(g, v) if np.random.random() < 0.6 else -1
    change, partner = 0.0, -1
    for turn in range(2):
        mover = v if turn == 0 else companion
        if mover < 0 or g.home[mover] == m:
            continue
        old = g.home[mover]
        if g.load[m, t] >= g.capacity[m]:
            after = -1
            if partner >= 0 and np.random.random() < 0.8:
                after = _neighbour(g, partner)
                if after >= 0 and (g.home[after] != m or after == v):
                    after = -1
            partner = after if after >= 0 else _partner(g, m, t)
            if partner < 0 or partner == v:
                return change, False
            change += _shift(g, partner, old, begin, end)
        change += _shift(g, mover, m, begin, end)
    return change, _fits(g)


@kernel
def run(g: Graph, steps: int, seed: int, hot: float, cold: float) -> float:
    """Anneal; returns the change of cost. The last tenth of the steps takes no rise."""
    np.random.seed(seed)
    for v in range(len(g.home)):
        for t in range(g.begin[v], _end(g, v)):
            g.load[g.home[v], t] += 1
            g.stay[t, g.qubit[v]] = v
    total = 0.0
    greedy_from = steps - steps // 10
    temperature, factor = hot, (cold / hot) ** (1.0 / max(greedy_from, 1))
    for step in range(steps):
        temperature *= factor
        change, allowed = _propose(g)
        if allowed and change > 0:
            allowed = step < greedy_from and np.random.random() < np.exp(-change / temperature)
        if allowed:
            total += change
        else:
            _undo(g)
    return total
