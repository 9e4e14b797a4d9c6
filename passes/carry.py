"""Compiled: carry out the steps of an allocation one by one, in a given order.

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
    EVENTS,
    IN_COMM,
    IN_DATA,
    NONE,
    TOO_FEW_DATA,
    Books,
    call_home,
    can_make_room,
    enter,
    fail,
    let_go,
    make_seat,
    needed_at,
    new_books,
    park,
    release,
    release_idle,
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
    LATE,
    MOVE,
    MOVE_STEP,
    NEVER,
    QUBIT,
    WHERE,
    Job,
)
from trapline.passes.travel import bring, detour, free_neighbour, source_for

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
    return _move(job, books, job.movers[step[FIRST] : step[LAST]], pos)


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
    moved = _change_home(job, books, s, pos)
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


# --- changes of home


@nb.njit(cache=True)
def _change_home(job: Job, books: Books, s: int, pos: int) -> bool:
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
def _move(job: Job, books: Books, movers: Longs, pos: int) -> bool:
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
        if not _change_home(job, books, movers[at], pos):
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
