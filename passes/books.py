"""Compiled books of an allocation: who holds what where, and what is fetched, stored and released.

Communication qubits are a cache. When a module has none free, a copy in it moves to a free data
qubit; when there is none either, the copy whose next use lies furthest ahead is released and
fetched again later (L. A. Belady, IBM Systems Journal 5 (1966) 78). Functions that may fail return
False and note the module that is too small.
"""

# Numba takes an element of an int64 array for an int; NumPy's types do not.
# mypy: disable-error-code="arg-type, assignment, no-any-return"
# pyright: reportArgumentType=false

from __future__ import annotations

from typing import NamedTuple

import numba as nb
import numpy as np
from numpy.typing import NDArray

from trapline.passes.job import HOME, MOVE_STEP, NEVER, TREE, Job

Longs = NDArray[np.int64]

# Kinds of holder. A copy that waits in a data qubit may be moved or released like any other.
NONE, IN_DATA, IN_COMM = range(3)

# Kinds of event written here, as in `trapline.passes.plan.Event`.
FETCH, RELEASE, HOME_EVENT, PARK, STORE = 3, 4, 5, 7, 8

# Slots of `Books.counts`.
EVENTS, FAILURE, FAILED_MODULE, PAID = range(4)

# Reasons of failure.
FINE, TOO_FEW_COMM, TOO_FEW_DATA = range(3)


class Books(NamedTuple):
    """The state of an allocation; changed in place. `k` modules, `n` qubits.

    Args:
        home: (n,). Module of each qubit.
        current: (n,). Segment that each qubit is in, -1 before the first.
        pending: (n,). Segment whose move waits for its first interaction, else -1.
        holder: (k, n). Kind of holder.
        following_use: (k, n). Step of the next interaction there in the current segment.
        until: (k, n). Step until which the module is needed as a relay or as the next home.
        guard: (k, n). One more than the step in which the holder may not be released.
        data_free: (k,). Free data qubits.
        comm_used: (k,). Communication qubits in use.
        next_use: (p,). For each operand, the next step that uses its packet.
        first_use: (packets,). First step that uses a packet.
        scratch: (k,). For short use.
        events: int32, (capacity, 4). Kind, item, module, source.
        counts: (4,). Events written (or wanted), failure, its module, weight of the pairs.
    """

    home: Longs
    current: Longs
    pending: Longs
    holder: NDArray[np.int8]
    following_use: Longs
    until: Longs
    guard: Longs
    data_free: Longs
    comm_used: Longs
    next_use: Longs
    first_use: Longs
    scratch: Longs
    events: NDArray[np.int32]
    counts: Longs


def new_books(job: Job, capacity: int) -> Books:
    """Open books with room for a number of events."""
    n, k = len(job.first_home), len(job.comm_limit)

    def table(value: int) -> Longs:
        return np.full((k, n), value, dtype=np.int64)

    return Books(
        home=job.first_home.copy(),
        current=np.full(n, -1, dtype=np.int64),
        pending=np.full(n, -1, dtype=np.int64),
        holder=np.zeros((k, n), dtype=np.int8),
        following_use=table(NEVER),
        until=table(-1),
        guard=table(0),
        data_free=job.data_limit.copy(),
        comm_used=np.zeros(k, dtype=np.int64),
        next_use=np.full(len(job.pins), NEVER, dtype=np.int64),
        first_use=np.full(len(job.packet_module), NEVER, dtype=np.int64),
        scratch=np.zeros(k, dtype=np.int64),
        events=np.empty((capacity, 4), dtype=np.int32),
        counts=np.zeros(4, dtype=np.int64),
    )


@nb.njit(cache=True, inline="always")
def write(books: Books, kind: int, item: int, module: int, source: int) -> None:
    """Append an event, or only count it when there is no room.

    The same for any state with `events` and their number in `counts`, such as `roam_state.Roam`.
    """
    at = books.counts[EVENTS]
    if at < len(books.events):
        books.events[at, 0] = kind
        books.events[at, 1] = item
        books.events[at, 2] = module
        books.events[at, 3] = source
    books.counts[EVENTS] += 1


@nb.njit(cache=True)
def fail(books: Books, reason: int, module: int) -> bool:
    """Note why it does not go on; always False."""
    books.counts[FAILURE] = reason
    books.counts[FAILED_MODULE] = module
    return False


@nb.njit(cache=True, inline="always")
def needed_at(books: Books, q: int, m: int, pos: int) -> int:
    """Step at which a holder is needed next after `pos`, `NEVER` if it is not."""
    use = books.following_use[m, q]
    if use >= NEVER and books.until[m, q] > pos:
        return books.until[m, q]
    return use


@nb.njit(cache=True)
def release(books: Books, q: int, m: int) -> None:
    """Measure a holder out."""
    if books.holder[m, q] == IN_DATA:
        books.data_free[m] += 1
    else:
        books.comm_used[m] -= 1
    books.holder[m, q] = NONE
    write(books, RELEASE, q, m, -1)


@nb.njit(cache=True)
def store(books: Books, q: int, m: int) -> None:
    """Move a holder into a free data qubit."""
    books.comm_used[m] -= 1
    books.data_free[m] -= 1
    books.holder[m, q] = IN_DATA
    write(books, STORE, q, m, -1)


@nb.njit(cache=True)
def park(books: Books, q: int, m: int) -> None:
    """Move a holder into a free communication qubit."""
    books.comm_used[m] += 1
    books.data_free[m] += 1
    books.holder[m, q] = IN_COMM
    write(books, PARK, q, m, -1)


@nb.njit(cache=True)
def call_home(books: Books, q: int, m: int) -> None:
    """Make a holder the home."""
    write(books, HOME_EVENT, q, m, books.home[q])
    books.home[q] = m


@nb.njit(cache=True)
def _longest_in_comm(books: Books, m: int, pos: int) -> int:
    """Holder in a communication qubit that best goes to a data qubit: a home, or the last needed.

    A home that waits for its move may not take a data qubit; -1 when there is nothing else.
    """
    best, latest = -1, np.int64(-1)
    for q in range(len(books.home)):
        if books.holder[m, q] == IN_COMM and not (books.home[q] == m and books.pending[q] >= 0):
            if books.home[q] == m:
                return q
            need = needed_at(books, q, m, pos)
            if need > latest:
                best, latest = q, need
    return best


@nb.njit(cache=True)
def victim(books: Books, m: int, pos: int) -> int:
    """Copy in a module that is needed last and may be released, -1 if there is none."""
    best, latest = -1, np.int64(-1)
    for q in range(len(books.home)):
        if books.holder[m, q] == NONE or books.home[q] == m or books.guard[m, q] == pos + 1:
            continue
        need = needed_at(books, q, m, pos)
        if need > latest:
            best, latest = q, need
    return best


@nb.njit(cache=True)
def can_make_room(job: Job, books: Books, m: int, pos: int) -> bool:
    """Tell whether `make_room` would succeed."""
    if books.comm_used[m] < job.comm_limit[m]:
        return True
    if books.data_free[m] > 0 and _longest_in_comm(books, m, pos) >= 0:
        return True
    return victim(books, m, pos) >= 0 and job.comm_limit[m] > 0


@nb.njit(cache=True)
def make_room(job: Job, books: Books, m: int, pos: int) -> bool:
    """Free a communication qubit."""
    while books.comm_used[m] >= job.comm_limit[m]:
        q = _longest_in_comm(books, m, pos) if books.data_free[m] > 0 else -1
        if q >= 0:
            store(books, q, m)
            continue
        q = victim(books, m, pos)
        if q < 0 or job.comm_limit[m] == 0:
            return fail(books, TOO_FEW_COMM, m)
        release(books, q, m)
    return True


@nb.njit(cache=True)
def make_seat(job: Job, books: Books, m: int, pos: int) -> bool:
    """Free a data qubit that a copy occupies, so that a home may take it."""
    if books.data_free[m] > 0:
        return True
    soonest, first = -1, np.int64(NEVER + 1)
    furthest, last = -1, np.int64(-1)
    for q in range(len(books.home)):
        if books.holder[m, q] != IN_DATA or books.home[q] == m:
            continue
        need = needed_at(books, q, m, pos)
        if need < first:
            soonest, first = q, need
        if need > last and books.guard[m, q] != pos + 1:
            furthest, last = q, need
    if soonest >= 0 and books.comm_used[m] < job.comm_limit[m]:
        park(books, soonest, m)
    elif furthest >= 0:
        release(books, furthest, m)
    else:
        return fail(books, TOO_FEW_DATA if soonest < 0 else TOO_FEW_COMM, m)
    return True


@nb.njit(cache=True)
def settle(job: Job, books: Books, q: int, m: int, pos: int) -> bool:
    """Put the home of a qubit into a data qubit."""
    if books.holder[m, q] == IN_COMM:
        if not make_seat(job, books, m, pos):
            return False
        store(books, q, m)
    return True


@nb.njit(cache=True)
def fetch(job: Job, books: Books, q: int, source: int, m: int, pos: int) -> bool:
    """Spend a pair over one link."""
    before = books.guard[source, q]
    books.guard[source, q] = pos + 1
    if not (make_room(job, books, source, pos) and make_room(job, books, m, pos)):
        return False
    books.guard[source, q] = before
    books.holder[m, q] = IN_COMM
    books.comm_used[m] += 1
    books.counts[PAID] += job.link_weight[source, m]
    write(books, FETCH, q, m, source)
    return True


@nb.njit(cache=True)
def enter(job: Job, books: Books, q: int, s: int) -> None:
    """Begin a segment: note when it needs each module."""
    books.current[q] = s
    k = len(job.comm_limit)
    for m in range(k):
        books.following_use[m, q] = NEVER
        books.until[m, q] = -1
        books.scratch[m] = NEVER
    for packet in range(job.packet_start[s], job.packet_start[s + 1]):
        m = job.packet_module[packet]
        books.following_use[m, q] = books.first_use[packet]
        books.scratch[m] = books.first_use[packet]
    move, home = job.segs[s, MOVE_STEP], job.segs[s, HOME]
    if move >= 0:
        books.until[home, q] = move
        books.scratch[home] = min(move, books.scratch[home])
    if len(job.parents) == 0:
        return
    tree = job.segs[s, TREE]
    for m in job.leaves_first[tree]:
        if m < 0:
            break
        above = job.parents[tree, m]
        if books.scratch[m] < NEVER:
            books.until[above, q] = max(books.until[above, q], books.scratch[m])
            books.scratch[above] = min(books.scratch[above], books.scratch[m])


@nb.njit(cache=True, inline="always")
def let_go(job: Job, books: Books, q: int, place: int, pos: int) -> None:
    """Release the holders that nothing needs after a step in `place`.

    Where all modules are linked, nothing can have changed elsewhere.
    """
    if len(job.parents) == 0:
        release_idle(books, q, place, pos)
        return
    for m in range(len(job.comm_limit)):
        release_idle(books, q, m, pos)


@nb.njit(cache=True, inline="always")
def release_idle(books: Books, q: int, m: int, pos: int) -> None:
    """Release a holder that is neither the home nor needed."""
    if books.holder[m, q] == NONE or m == books.home[q]:
        return
    if needed_at(books, q, m, pos) >= NEVER:
        release(books, q, m)
