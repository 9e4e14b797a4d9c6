"""Compiled: bring holders to modules, over relays and past modules that are full.

A relay holds the qubit and one half of the next pair at one moment. Where it has a single
communication qubit and no free data qubit, one of its qubits makes way: it moves to a neighbour
with a free data qubit and comes back afterwards, for two more pairs.
"""

# mypy: disable-error-code="arg-type, assignment, no-any-return"
# pyright: reportArgumentType=false, reportReturnType=false

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray

from trapline.passes.books import (
    IN_DATA,
    NONE,
    TOO_FEW_COMM,
    Books,
    call_home,
    fail,
    fetch,
    release,
    settle,
    store,
)
from trapline.passes.job import NEVER, TREE, Job

Longs = NDArray[np.int64]


@nb.njit(cache=True)
def source_for(job: Job, books: Books, q: int, m: int) -> int:
    """Holder to fetch from: the nearest, the home before others, ends with room before others."""
    best = books.home[q]
    least = _distance(job, books, best, m)
    for h in range(len(job.comm_limit)):
        if books.holder[h, q] != NONE and _distance(job, books, h, m) < least:
            best, least = h, _distance(job, books, h, m)
    return best


@nb.njit(cache=True)
def _distance(job: Job, books: Books, source: int, m: int) -> int:
    """Twice the distance, one more where the source has no free communication qubit."""
    full = books.comm_used[source] >= job.comm_limit[source]
    return 2 * job.distance[source, m] + full


@nb.njit(cache=True)
def bring(job: Job, books: Books, q: int, m: int, pos: int) -> bool:
    """Fetch holders until a module has one: down the segment's tree, or from the nearest holder."""
    source = source_for(job, books, q, m)
    if len(job.parents) == 0:
        return fetch(job, books, q, source, m, pos)
    return _walk(job, books, q, _path(job, books, q, source, m, pos), pos)


@nb.njit(cache=True)
def _path(job: Job, books: Books, q: int, source: int, m: int, pos: int) -> Longs:
    """List the modules from a holder to `m`.

    Down the tree; where that is blocked, or a holder outside the tree is nearer, by relays with
    room; where there are none, the lightest way.
    """
    parents = job.parents[job.segs[books.current[q], TREE]]
    up = np.empty(len(parents), dtype=np.int64)
    up[0] = m
    size, weight = 1, np.int64(0)
    while books.holder[up[size - 1], q] == NONE and parents[up[size - 1]] >= 0:
        up[size] = parents[up[size - 1]]
        weight += job.link_weight[up[size], up[size - 1]]
        size += 1
    lighter = weight > job.distance[source, m] and job.comm_limit[m] < NEVER
    blocked = False
    for at in range(1, size - 1):
        blocked = blocked or not _can_relay(job, books, up[at], pos)
    if books.holder[up[size - 1], q] != NONE and not lighter and not blocked:
        return up[:size][::-1].copy()
    around, weight = _way_around(job, books, q, m, pos)
    if len(around) > 0 and weight <= job.distance[source, m] + job.around:
        return around
    up[0] = source
    size = 1
    while up[size - 1] != m:
        up[size] = job.next_hop[up[size - 1], m]
        size += 1
    return up[:size].copy()


@nb.njit(cache=True)
def _nearest(queue: Longs, far: Longs) -> int:
    """Place in a queue of the module that is nearest; of equals, the first."""
    best = 0
    for at in range(1, len(queue)):
        if far[queue[at]] < far[queue[best]]:
            best = at
    return best


@nb.njit(cache=True)
def _way_around(job: Job, books: Books, q: int, m: int, pos: int) -> tuple[Longs, int]:
    """Lightest path from a holder to `m` over modules with room to relay, and its weight.

    Empty if there is none. Dijkstra's search, backwards from `m`.
    """
    k = len(job.comm_limit)
    onwards = np.full(k, -1, dtype=np.int64)
    far = np.full(k, NEVER, dtype=np.int64)
    queue = np.empty(k, dtype=np.int64)
    onwards[m], far[m] = m, 0
    queue[0] = m
    size = 1
    while size > 0:
        at = _nearest(queue[:size], far)
        here = queue[at]
        size -= 1
        queue[at:size] = queue[at + 1 : size + 1]
        if books.holder[here, q] != NONE:
            path = np.empty(k, dtype=np.int64)
            path[0] = here
            size = 1
            while path[size - 1] != m:
                path[size] = onwards[path[size - 1]]
                size += 1
            return path[:size].copy(), far[here]
        if here != m and not _can_relay(job, books, here, pos):
            continue
        for there in range(k):
            step = job.link_weight[here, there]
            if step > 0 and far[here] + step < far[there]:
                if onwards[there] < 0:
                    queue[size] = there
                    size += 1
                onwards[there], far[there] = here, far[here] + step
    return queue[:0].copy(), NEVER


@nb.njit(cache=True)
def _walk(job: Job, books: Books, q: int, path: Longs, pos: int) -> bool:
    """Fetch along a path; qubits that make way for it come back in the end."""
    made_way = np.full(len(path), -1, dtype=np.int64)
    for at in range(1, len(path)):
        there = path[at]
        if books.holder[there, q] != NONE:
            continue
        full = at < len(path) - 1 and not _can_relay(job, books, there, pos)
        if full:
            made_way[at] = _make_way(job, books, there, path, pos)
            if made_way[at] < 0:
                return fail(books, TOO_FEW_COMM, there)
        if not fetch(job, books, q, path[at - 1], there, pos):
            return False
        if full:
            store(books, q, there)
    for at in range(len(path) - 1, 0, -1):
        if made_way[at] >= 0:
            release(books, q, path[at])
            if not detour(job, books, made_way[at], path[at], pos):
                return False
    return True


@nb.njit(cache=True)
def _can_relay(job: Job, books: Books, m: int, pos: int) -> bool:
    """Tell whether a module has room for a copy and half a pair, if other copies leave."""
    if job.comm_limit[m] >= NEVER:
        return True
    room = job.comm_limit[m] - books.comm_used[m] + books.data_free[m]
    for q in range(len(books.home)):
        held = books.holder[m, q] != NONE and books.home[q] != m
        room += held and books.guard[m, q] != pos + 1
    return room >= 2


@nb.njit(cache=True)
def _make_way(job: Job, books: Books, m: int, path: Longs, pos: int) -> int:
    """Move a qubit out of a module to a free neighbour off the path; -1 if none can."""
    d = free_neighbour(job, books, m, path)
    if d < 0:
        return -1
    for x in range(len(books.home)):
        if books.home[x] != m or books.holder[m, x] != IN_DATA or books.guard[m, x] == pos + 1:
            continue
        if books.holder[d, x] == NONE:
            return x if detour(job, books, x, d, pos) else -1
    return -1


@nb.njit(cache=True)
def free_neighbour(job: Job, books: Books, m: int, path: Longs) -> int:
    """The nearest neighbour with data qubits free for one more and all that passes; -1 for none."""
    best, least = -1, NEVER
    for d in range(len(job.comm_limit)):
        passing = books.comm_used[d] >= job.comm_limit[d]
        for other in path:
            passing = passing or other == d
        weight = job.link_weight[m, d]
        if 0 < weight < least and books.data_free[d] > passing and job.comm_limit[d] > 0:
            best, least = d, weight
    return best


@nb.njit(cache=True)
def detour(job: Job, books: Books, x: int, d: int, pos: int) -> bool:
    """Move a qubit to a neighbour, whatever its segment needs."""
    old = books.home[x]
    if books.holder[d, x] == NONE and not fetch(job, books, x, old, d, pos):
        return False
    call_home(books, x, d)
    if not settle(job, books, x, d, pos):
        return False
    release(books, x, old)
    return True
