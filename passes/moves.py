"""Compiled: change homes between two layers.

A qubit that moves gets a holder in its new home, which becomes its home; the former one is measured
out, or stays as a copy where its segment still needs it. Qubits that change places between full
modules go in turn: whoever finds a free data qubit moves first; where nobody does, one waits in a
communication qubit for a place to become free.
"""

# Numba takes an element of an int64 array for an int; NumPy's types do not.
# mypy: disable-error-code="arg-type, assignment, no-any-return"
# pyright: reportArgumentType=false, reportReturnType=false

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray

from trapline.passes.books import (
    IN_COMM,
    IN_DATA,
    NONE,
    Books,
    call_home,
    can_make_room,
    enter,
    needed_at,
    park,
    release,
    release_idle,
    settle,
)
from trapline.passes.job import HOME, LATE, NEVER, QUBIT, Job
from trapline.passes.travel import bring, detour, free_neighbour, source_for

Longs = NDArray[np.int64]


@nb.njit(cache=True)
def change_home(job: Job, books: Books, s: int, pos: int) -> bool:
    """Make the new home of a segment its qubit's; the former one stays only where it is needed."""
    q, new = job.segs[s, QUBIT], job.segs[s, HOME]
    old = books.home[q]
    books.guard[new, q] = pos + 1
    if books.holder[new, q] == NONE and not bring(job, books, q, new, pos):
        return False
    call_home(books, q, new)
    postponed = books.pending[q] >= 0  # to a gate that is yet to use its holders in this very step
    at_once = job.segs[s, LATE] and not postponed
    if at_once or needed_at(books, q, old, pos - postponed) >= NEVER:
        release(books, q, old)
    elif books.holder[old, q] == IN_DATA and job.comm_limit[old] >= NEVER:
        park(books, q, old)
    return True


@nb.njit(cache=True)
def move(job: Job, books: Books, movers: Longs, pos: int) -> bool:
    """Move the qubits whose segments are given to their new homes."""
    waiting = _begin_moves(job, books, movers)
    in_turn = job.comm_limit.min() < NEVER
    for turn in range(len(movers)):
        at = _next_to_move(job, books, movers, waiting, pos) if in_turn else turn
        if at < 0 or not waiting[at]:
            continue
        if in_turn and _is_stuck(job, books, movers[at]):
            _make_a_seat(job, books, movers, waiting, pos)
            at = _next_to_move(job, books, movers, waiting, pos)
        waiting[at] = False
        if not change_home(job, books, movers[at], pos):
            return False
        if in_turn and not _seat_arrivals(job, books, movers, pos):
            return False
    return _end_moves(job, books, movers, pos)


@nb.njit(cache=True)
def _is_stuck(job: Job, books: Books, s: int) -> bool:
    """Tell whether a qubit would wait where nobody can then leave: there is no seat and no room."""
    new = job.segs[s, HOME]
    return not has_seat(books, new) and job.comm_limit[new] - _arrivals(books, new) < 2


@nb.njit(cache=True)
def _make_a_seat(
    job: Job, books: Books, movers: Longs, waiting: NDArray[np.bool_], pos: int
) -> None:
    """Let one of the waiting qubits go by way of a neighbour with a free data qubit."""
    for at in range(len(movers)):
        q = job.segs[movers[at], QUBIT]
        d = free_neighbour(job, books, books.home[q], movers[:0])
        if waiting[at] and d >= 0 and can_make_room(job, books, books.home[q], pos):
            detour(job, books, q, d, pos)
            return


@nb.njit(cache=True)
def _begin_moves(job: Job, books: Books, movers: Longs) -> NDArray[np.bool_]:
    """Enter the segments; tells which qubits move now and not at their first interaction."""
    waiting = np.ones(len(movers), dtype=np.bool_)
    for at in range(len(movers)):
        s = movers[at]
        q = job.segs[s, QUBIT]
        if books.current[q] != s:
            enter(job, books, q, s)
            if job.segs[s, LATE]:
                waiting[at] = not _postpone(job, books, s)
    return waiting


@nb.njit(cache=True)
def _end_moves(job: Job, books: Books, movers: Longs, pos: int) -> bool:
    """Put all arrivals into data qubits and release what is no longer needed."""
    for s in movers:
        q = job.segs[s, QUBIT]
        if books.pending[q] >= 0:
            continue
        if not settle(job, books, q, books.home[q], pos):
            return False
        for m in range(len(job.comm_limit)):
            if job.segs[s, LATE] and books.holder[m, q] != NONE and m != books.home[q]:
                release(books, q, m)
            release_idle(books, q, m, pos)
    return True


@nb.njit(cache=True)
def _postpone(job: Job, books: Books, s: int) -> bool:
    """Let a qubit that may not be copied yet wait in a communication qubit of its old home."""
    q = job.segs[s, QUBIT]
    m = books.home[q]
    if books.comm_used[m] >= job.comm_limit[m]:
        return False
    if books.holder[m, q] == IN_DATA:
        park(books, q, m)
    books.pending[q] = s
    return True


@nb.njit(cache=True)
def _next_to_move(
    job: Job, books: Books, movers: Longs, waiting: NDArray[np.bool_], pos: int
) -> int:
    """Choose who moves: someone who finds a seat, else who goes where most can wait."""
    best, most = -1, np.int64(-1)
    for at in range(len(movers)):
        if not waiting[at]:
            continue
        q, new = job.segs[movers[at], QUBIT], job.segs[movers[at], HOME]
        room = 2 * min(job.comm_limit[new] - _arrivals(books, new), NEVER)
        if books.holder[new, q] == NONE:
            source = source_for(job, books, q, new)
            fits = can_make_room(job, books, source, pos) and can_make_room(job, books, new, pos)
            room = room + 1 if fits else 0
        if has_seat(books, new):
            room += 4 * NEVER
        if room > most:
            best, most = at, room
    return best


@nb.njit(cache=True)
def has_seat(books: Books, m: int) -> bool:
    """Tell whether a home would find a data qubit."""
    if books.data_free[m] > 0:
        return True
    for q in range(len(books.home)):
        if books.holder[m, q] == IN_DATA and books.home[q] != m:
            return True
    return False


@nb.njit(cache=True)
def _arrivals(books: Books, m: int) -> int:
    """Count the homes that wait in communication qubits."""
    found = 0
    for q in range(len(books.home)):
        found += books.home[q] == m and books.holder[m, q] == IN_COMM
    return found


@nb.njit(cache=True)
def _seat_arrivals(job: Job, books: Books, movers: Longs, pos: int) -> bool:
    """Put arrivals into data qubits wherever there are some."""
    for s in movers:
        q = job.segs[s, QUBIT]
        m = books.home[q]
        if books.pending[q] >= 0 or not has_seat(books, m):
            continue
        if not settle(job, books, q, m, pos):
            return False
    return True
