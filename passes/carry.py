"""Compiled: carry out the steps of an allocation one by one, in a given order.

Copies are fetched just before a gate that needs them and released after the last one; qubits whose
homes change move between the layers (`trapline.passes.moves`).
"""

# Numba takes an element of an int64 array for an int; NumPy's types do not.
# mypy: disable-error-code="arg-type, assignment, no-any-return"
# pyright: reportArgumentType=false, reportReturnType=false

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray

from trapline.passes.books import (
    EVENTS,
    IN_DATA,
    NONE,
    TOO_FEW_DATA,
    Books,
    enter,
    fail,
    let_go,
    make_seat,
    new_books,
    settle,
    write,
)
from trapline.passes.job import (
    FIRST,
    FOLLOWING,
    FRESH,
    HOME,
    ITEM,
    JOINED,
    KIND,
    LAST,
    MOVE,
    MOVE_STEP,
    NEVER,
    QUBIT,
    WHERE,
    Job,
)
from trapline.passes.moves import change_home, move
from trapline.passes.travel import bring

Longs = NDArray[np.int64]

LOCAL, RUN, WHOLE, RESET, SPREAD = 0, 1, 2, 6, 9  # as in `trapline.passes.plan.Event`


def attempt(job: Job, order: Longs) -> Books:
    """Carry out a job in a given order; the books say how far it came."""
    room = 2 * len(job.steps) + 2 * len(job.packet_module) + 6 * len(job.movers) + 64
    books = new_books(job, room)
    carry_out(job, books, order)
    if books.counts[EVENTS] > room:
        books = new_books(job, int(books.counts[EVENTS]))
        carry_out(job, books, order)
    return books


@nb.njit(cache=True)
def copies_to_meet(
    starts: Longs,
    ends: Longs,
    pin_start: Longs,
    pins: Longs,
    qubit: Longs,
    place: Longs,
    at_home: Longs,
) -> Longs:
    """Count the copies that runs of interactions need to happen as one; `NEVER` if they cannot."""
    copies = np.zeros(len(starts), dtype=np.int64)
    for g in range(len(starts)):
        module = place[starts[g]]
        for i in range(starts[g], ends[g]):
            if place[i] != module:
                copies[g] = NEVER
        low, high = pin_start[starts[g]], pin_start[ends[g]]
        for j in range(low, high):
            if at_home[j] == module:
                continue
            seen = False
            for other in range(low, high):
                if qubit[pins[other]] == qubit[pins[j]]:
                    seen = seen or other < j
                    if pins[other] != pins[j]:
                        copies[g] = NEVER
            copies[g] += not seen
    return copies


@nb.njit(cache=True)
def note_uses(job: Job, books: Books, order: Longs) -> None:
    """Find, from the order of the steps, when packets are used and qubits move."""
    books.first_use[:] = NEVER
    for pos in range(len(order) - 1, -1, -1):
        step = job.steps[order[pos]]
        if step[KIND] == MOVE:
            for s in job.movers[step[FIRST] : step[LAST]]:
                job.segs[s, MOVE_STEP] = pos
        elif step[KIND] == RUN or step[KIND] == WHOLE or step[KIND] == SPREAD:
            low, high = job.pin_start[step[FIRST]], job.pin_start[step[LAST] + 1]
            for j in range(low, high):
                if job.pin_packet[j] >= 0:
                    books.next_use[j] = books.first_use[job.pin_packet[j]]
            for j in range(low, high):
                if job.pin_packet[j] >= 0:
                    books.first_use[job.pin_packet[j]] = pos


@nb.njit(cache=True)
def carry_out(job: Job, books: Books, order: Longs) -> int:
    """Write the events of all steps; returns how many steps could be carried out."""
    note_uses(job, books, order)
    for q in range(len(books.home)):
        books.holder[books.home[q], q] = IN_DATA
        books.data_free[books.home[q]] -= 1
    for m in range(len(books.data_free)):
        if books.data_free[m] < 0:
            fail(books, TOO_FEW_DATA, m)
            return 0
    for pos in range(len(order)):
        if not _carry_out_step(job, books, job.steps[order[pos]], pos):
            return pos
    return len(order)


@nb.njit(cache=True, inline="always")
def _carry_out_step(job: Job, books: Books, step: Longs, pos: int) -> bool:
    if step[KIND] == LOCAL:
        q = step[WHERE]
        write(books, LOCAL, step[ITEM], books.home[q] if q >= 0 else -1, -1)
        return True
    if step[KIND] == RUN or step[KIND] == SPREAD:
        return _run(job, books, step, pos)
    if step[KIND] == WHOLE:
        return _whole(job, books, step, pos)
    if step[KIND] == RESET:
        return _reset(job, books, step, pos)
    return move(job, books, job.movers[step[FIRST] : step[LAST]], pos)


# --- gates


@nb.njit(cache=True, inline="always")
def _run(job: Job, books: Books, step: Longs, pos: int) -> bool:
    place, spread = step[WHERE], -1
    low, high = job.pin_start[step[FIRST]], job.pin_start[step[FIRST] + 1]
    for j in range(low, high):
        if not _arrive(job, books, job.pins[j], job.pin_place[j], pos):
            return False
        if job.pin_packet[j] < 0:
            place, spread = job.pin_place[j], job.segs[job.pins[j], QUBIT]
    for j in range(low, high):
        q, m = job.segs[job.pins[j], QUBIT], job.pin_place[j]
        if books.holder[m, q] == NONE and not bring(job, books, q, m, pos):
            return False
    if spread >= 0 and np.count_nonzero(books.holder[:, spread]) > 1:
        write(books, SPREAD, step[ITEM], place, spread)
    else:
        write(books, RUN, step[ITEM], place, -1)
    for j in range(low, high):
        q, m = job.segs[job.pins[j], QUBIT], job.pin_place[j]
        if job.pin_packet[j] >= 0:
            books.following_use[m, q] = books.next_use[j]
        let_go(job, books, q, m, pos)
    return True


@nb.njit(cache=True, inline="always")
def _arrive(job: Job, books: Books, s: int, place: int, pos: int) -> bool:
    """Enter the segment of an operand and guard its holder at the place of the gate."""
    q = job.segs[s, QUBIT]
    if books.current[q] != s and job.segs[s, JOINED]:
        books.current[q] = s
    elif books.current[q] != s:
        enter(job, books, q, s)
    books.guard[place, q] = pos + 1
    if books.pending[q] < 0:
        return True
    moved = change_home(job, books, s, pos)
    books.pending[q] = -1
    return moved and settle(job, books, q, books.home[q], pos)


@nb.njit(cache=True)
def _whole(job: Job, books: Books, step: Longs, pos: int) -> bool:
    place = step[WHERE]
    low, high = job.pin_start[step[FIRST]], job.pin_start[step[LAST] + 1]
    for j in range(low, high):
        q = job.segs[job.pins[j], QUBIT]
        if books.guard[place, q] != pos + 1 and not _arrive(job, books, job.pins[j], place, pos):
            return False
    for j in range(low, high):
        q = job.segs[job.pins[j], QUBIT]
        if books.holder[place, q] == NONE and not bring(job, books, q, place, pos):
            return False
    write(books, WHOLE, step[ITEM], place, -1)
    for j in range(low, high):
        q = job.segs[job.pins[j], QUBIT]
        if books.current[q] != job.pins[j]:
            enter(job, books, q, job.pins[j])
        books.following_use[place, q] = books.next_use[j]
    for j in range(low, high):
        let_go(job, books, job.segs[job.pins[j], QUBIT], place, pos)
    return True


@nb.njit(cache=True)
def _reset(job: Job, books: Books, step: Longs, pos: int) -> bool:
    """Reset a qubit; where a fresh segment follows, it appears in the home of that."""
    q = step[WHERE]
    old = new = books.home[q]
    upcoming = -1 if books.current[q] < 0 else job.segs[books.current[q], FOLLOWING]
    if step[FIRST] and upcoming >= 0 and job.segs[upcoming, FRESH]:
        new = job.segs[upcoming, HOME]
    if new != old:
        if not make_seat(job, books, new, pos):
            return False
        if books.holder[old, q] == IN_DATA:
            books.data_free[old] += 1
        else:
            books.comm_used[old] -= 1
        books.data_free[new] -= 1
        books.holder[old, q] = NONE
        books.holder[new, q] = IN_DATA
        books.home[q] = new
    write(books, RESET, step[ITEM], new, old)
    return True
