"""Places at the homes of operands that need the fewest packets.

An interaction of two qubits with homes in A and B happens in B, with a copy of the first there, or
in A, with a copy of the second. Choosing for all interactions between two modules is choosing a
smallest set of vertices that touches all edges of a bipartite graph, whose vertices are the
possible copies; a largest matching gives it.

Sources: Koenig, "Grafok es matrixok", Mat. Fiz. Lapok 38 (1931) 116; augmenting paths, Berge, PNAS
43 (1957) 842. The same reduction for CZ circuits: Andres-Martinez and Heunen, Phys. Rev. A 100
(2019) 032308; Wu et al., arXiv:2206.06437.
"""

# mypy: disable-error-code="arg-type, assignment, no-any-return"
# pyright: reportArgumentType=false

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray

Longs = NDArray[np.int64]


@nb.njit(cache=True)
def smallest_cover(left: Longs, right: Longs, n_left: int, n_right: int) -> NDArray[np.bool_]:
    """Tell for each edge of a bipartite graph whether its left end is in a smallest cover.

    Args:
        left: int64, (edges,). Left ends, `n_left` of them.
        right: int64, (edges,). Right ends, `n_right` of them.
        n_left: Vertices on the left.
        n_right: Vertices on the right.

    Returns:
        bool, (edges,). Where it is not, the right end is in the cover.
    """
    start = np.zeros(n_left + 1, dtype=np.int64)
    for a in left:
        start[a + 1] += 1
    start = np.cumsum(start)
    ends = np.empty(len(left), dtype=np.int64)
    filled = start[:-1].copy()
    for edge in range(len(left)):
        ends[filled[left[edge]]] = right[edge]
        filled[left[edge]] += 1
    mate_left = np.full(n_left, -1, dtype=np.int64)
    mate_right = np.full(n_right, -1, dtype=np.int64)
    came_from = np.full(n_right, -1, dtype=np.int64)
    seen = np.full(n_right, -1, dtype=np.int64)
    queue = np.empty(n_left + 1, dtype=np.int64)
    for a in range(n_left):
        _augment(start, ends, mate_left, mate_right, came_from, seen, queue, a)
    reached = _reached(start, ends, mate_left, mate_right, queue)
    out = np.empty(len(left), dtype=np.bool_)
    for edge in range(len(left)):
        out[edge] = not reached[left[edge]]
    return out


@nb.njit(cache=True)
def _augment(
    start: Longs,
    ends: Longs,
    mate_left: Longs,
    mate_right: Longs,
    came_from: Longs,
    seen: Longs,
    queue: Longs,
    root: int,
) -> None:
    """Match one more vertex by a shortest augmenting path, where there is one."""
    queue[0] = root
    head, tail = 0, 1
    while head < tail:
        a = queue[head]
        head += 1
        for at in range(start[a], start[a + 1]):
            b = ends[at]
            if seen[b] == root:
                continue
            seen[b] = root
            came_from[b] = a
            if mate_right[b] >= 0:
                queue[tail] = mate_right[b]
                tail += 1
                continue
            while b >= 0:
                a = came_from[b]
                following = mate_left[a]
                mate_left[a] = b
                mate_right[b] = a
                b = following
            return


@nb.njit(cache=True)
def _reached(
    start: Longs, ends: Longs, mate_left: Longs, mate_right: Longs, queue: Longs
) -> NDArray[np.bool_]:
    """Left vertices on alternating paths from those without a mate."""
    reached = mate_left < 0
    tail = 0
    for a in range(len(mate_left)):
        if reached[a]:
            queue[tail] = a
            tail += 1
    head = 0
    while head < tail:
        a = queue[head]
        head += 1
        for at in range(start[a], start[a + 1]):
            mate = mate_right[ends[at]]
            if mate >= 0 and not reached[mate]:
                reached[mate] = True
                queue[tail] = mate
                tail += 1
    return reached
