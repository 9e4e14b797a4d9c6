"""Compiled: carry out steps in a given order while homes go where copies lead.

What is chosen beforehand: the order of the steps, the module of each, where qubits begin and where
they want to be. The rest follows. A step fetches the copies that it lacks. A qubit whose wanted
module holds a copy makes it its home as soon as a data qubit is left there, which is free. Copies
are released after their last use; where a module is full, what is needed last makes way (Belady's
rule), a home as well when another holder can become the home. Homes never exceed the data qubits,
so that somebody can always make way.
"""

# mypy: disable-error-code="arg-type, assignment, no-any-return"
# pyright: reportArgumentType=false, reportReturnType=false

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trapline.passes.job import FIRST, ITEM, KIND, NEVER, WHERE
from trapline.passes.kernel import kernel

Longs = NDArray[np.int64]

# Kinds of holder, and of event as in `trapline.passes.plan.Event`.
NONE, IN_DATA, IN_COMM = range(3)
LOCAL, RUN, WHOLE, FETCH, RELEASE, HOME, RESET, STORE = 0, 1, 2, 3, 4, 5, 6, 8

# Columns of `Roam.segs`; rows of `Roam.limit`, and of `Roam.used`.
QUBIT, FOLLOWING, FRESH = range(3)
DATA, COMM = range(2)
HOMES, IN_DATAS, IN_COMMS = range(3)

# Slots of `Roam.counts`: events written or wanted, weight of the pairs, gates ever carried out and
# other work, passes over the steps, first mark from which on a try agreed with the one before,
# positions between which a change makes a difference.
EVENTS, PAID, GATES, PASSES, AGREED, START, END = range(7)


class Marks(NamedTuple):
    """What was true before every `stride`-th step; `c` marks, `k` modules, `q` qubits.

    Args:
        home: (c, q). As in `Roam`, and so on.
        current: (c, q).
        holder: (c, k, q).
        used: (c, 3, k).
        paid: (c,). Weight of the pairs so far.
    """

    home: NDArray[np.int32]
    current: NDArray[np.int32]
    holder: NDArray[np.int8]
    used: NDArray[np.int32]
    paid: Longs


class Roam(NamedTuple):
    """Columns, int64 unless said otherwise; `n` steps, `p` operands, `s` segments, `q` qubits.

    Args:
        steps: (n, 5). As `trapline.passes.job.Job.steps`, without moves.
        pin_start: (n + 1,). Operands of step i are `pin_start[i]` to `pin_start[i + 1]`.
        pins: (p,). Segment of each operand.
        alone: (p,). Whether the operand must be the only holder of its qubit.
        pin_step: (p,). Step of each operand.
        user_start: (s + 1,). Steps of segment s are `users[user_start[s]:user_start[s + 1]]`.
        users: (p,).
        segs: (s, 3). Facts of each segment; columns as named in this file.
        link_weight: (k, k). Weight of a pair over a link.
        limit: (2, k). Data and communication qubits.
        run_start: (n + 1,). Runs (`trapline.passes.lines`) of step i are
            `runs[run_start[i]:run_start[i + 1]]`.
        runs: (e,).
        run_before: (r,). Run of the line before, -1 for none.
        run_after: (r,). Run of the line after, -1 for none.
        member_start: (r + 1,).
        members: (e,). Steps of run r are `members[member_start[r]:member_start[r + 1]]`.
        order: (n,). Chosen: the steps in the order in which they happen.
        pos: (n,). Position of each step in it.
        place: (n,). Chosen: module of each step that has operands.
        want: (s,). Chosen: the home that a segment would like for its qubit.
        first: (q,). Chosen: homes at the start.
        home: (q,). Module of each qubit.
        current: (q,). Segment of the last operand of each qubit, -1 before the first.
        holder: int8, (k, q). Kind of holder.
        used: (3, k). Homes, and holders of both kinds.
        guard: (k, q). Number of the gate in which the holder may not leave.
        head: (k, q). Next operand of the qubit there, -1 for none.
        next_pin: (p,). The one after each operand.
        pin_pos: (p,). Position of each operand's step.
        last: (s, 2). Position of the last operand, and the pass in which it was found.
        events: int32, (capacity, 4). As in `trapline.passes.plan.Plan`.
        counts: (7,). As named in this file.
    """

    steps: Longs
    pin_start: Longs
    pins: Longs
    alone: Longs
    pin_step: Longs
    user_start: Longs
    users: Longs
    segs: Longs
    link_weight: Longs
    limit: Longs
    run_start: Longs
    runs: Longs
    run_before: Longs
    run_after: Longs
    member_start: Longs
    members: Longs
    order: Longs
    pos: Longs
    place: Longs
    want: Longs
    first: Longs
    home: Longs
    current: Longs
    holder: NDArray[np.int8]
    used: Longs
    guard: Longs
    head: Longs
    next_pin: Longs
    pin_pos: Longs
    last: Longs
    events: NDArray[np.int32]
    counts: Longs


@kernel
def carry(
    st: Roam, base: Marks, mine: Marks, stride: int, start: int, end: int, total: int, most: int
) -> int:
    """Carry out all steps; returns the weight of the pairs, `NEVER` for none or too much.

    Args:
        st: What to carry out.
        base: Marks of what was carried out before.
        mine: Marks to set.
        stride: Steps between two marks.
        start: Position before which nothing differs from what was carried out before.
        end: Position from which on no choice differs from that.
        total: Weight that it paid.
        most: Weight by which a mark may exceed it.
    """
    begin = start // stride
    if begin > 0:
        _restore(st, base, begin)
    elif not _begin(st):
        return NEVER
    st.counts[EVENTS] = 0
    st.counts[AGREED] = len(base.paid)
    _link(st, begin * stride)
    for at in range(begin * stride, len(st.order)):
        mark = at // stride
        if mark > begin and mark * stride == at:
            _set_mark(st, mine, mark)
            if at >= end and _agrees(st, base, mark):
                st.counts[AGREED] = mark
                return total + st.counts[PAID] - base.paid[mark]
            if st.counts[PAID] - base.paid[mark] > most:
                return NEVER
        if not _carry_out_step(st, st.order[at], at):
            return NEVER
    for q in range(len(st.home)):
        if st.holder[st.home[q], q] == IN_COMM:
            _store(st, q, st.home[q])
    return st.counts[PAID]


@kernel
def _begin(st: Roam) -> bool:
    """Put all qubits home."""
    st.counts[PAID] = 0
    st.used[:] = 0
    st.holder[:] = NONE
    st.current[:] = -1
    for q in range(len(st.first)):
        m = st.first[q]
        st.home[q] = m
        st.holder[m, q] = IN_DATA
        st.used[HOMES, m] += 1
        st.used[IN_DATAS, m] += 1
        if st.used[HOMES, m] > st.limit[DATA, m]:
            return False
    return True


@kernel
def _link(st: Roam, start: int) -> None:
    """Link the operands from a position on by qubit and module, and find where segments end."""
    st.head[:] = -1
    st.counts[PASSES] += 1
    number = st.counts[PASSES]
    for at in range(len(st.order) - 1, start - 1, -1):
        step = st.order[at]
        for j in range(st.pin_start[step + 1] - 1, st.pin_start[step] - 1, -1):
            s = st.pins[j]
            q, m = st.segs[s, QUBIT], st.place[step]
            st.pin_pos[j] = at
            st.next_pin[j] = st.head[m, q]
            st.head[m, q] = j
            if st.last[s, 1] != number:
                st.last[s, 0] = at
                st.last[s, 1] = number


@kernel
def _set_mark(st: Roam, marks: Marks, mark: int) -> None:
    modules, n = st.holder.shape
    for q in range(n):
        marks.home[mark, q] = st.home[q]
        marks.current[mark, q] = st.current[q]
    for m in range(modules):
        for q in range(n):
            marks.holder[mark, m, q] = st.holder[m, q]
        for kind in range(3):
            marks.used[mark, kind, m] = st.used[kind, m]
    marks.paid[mark] = st.counts[PAID]


@kernel
def _restore(st: Roam, marks: Marks, mark: int) -> None:
    modules, n = st.holder.shape
    for q in range(n):
        st.home[q] = marks.home[mark, q]
        st.current[q] = marks.current[mark, q]
    for m in range(modules):
        for q in range(n):
            st.holder[m, q] = marks.holder[mark, m, q]
        for kind in range(3):
            st.used[kind, m] = marks.used[mark, kind, m]
    st.counts[PAID] = marks.paid[mark]


@kernel
def _agrees(st: Roam, marks: Marks, mark: int) -> bool:
    """Tell whether everybody is where they were, so that all goes on alike."""
    modules, n = st.holder.shape
    for q in range(n):
        if marks.home[mark, q] != st.home[q]:
            return False
    for m in range(modules):
        for q in range(n):
            if marks.holder[mark, m, q] != st.holder[m, q]:
                return False
    return True


@kernel
def keep_marks(st: Roam, base: Marks, mine: Marks, stride: int, start: int, gain: int) -> None:
    """Make the marks of what was carried out last those to compare with."""
    modules, n = st.holder.shape
    for mark in range(start // stride + 1, st.counts[AGREED]):
        for q in range(n):
            base.home[mark, q] = mine.home[mark, q]
            base.current[mark, q] = mine.current[mark, q]
        for m in range(modules):
            for q in range(n):
                base.holder[mark, m, q] = mine.holder[mark, m, q]
            for kind in range(3):
                base.used[mark, kind, m] = mine.used[mark, kind, m]
        base.paid[mark] = mine.paid[mark]
    for mark in range(st.counts[AGREED], len(base.paid)):
        base.paid[mark] += gain


@kernel
def _carry_out_step(st: Roam, step: int, at: int) -> bool:
    kind = st.steps[step, KIND]
    if kind in (RUN, WHOLE):
        return _gate(st, step, at)
    if kind == RESET:
        _reset(st, step)
        return True
    q = st.steps[step, WHERE]
    _write(st, LOCAL, st.steps[step, ITEM], st.home[q] if q >= 0 else -1, -1)
    return True


@kernel
def _gate(st: Roam, step: int, at: int) -> bool:
    m = st.place[step]
    low, high = st.pin_start[step], st.pin_start[step + 1]
    st.counts[GATES] += 1
    for j in range(low, high):
        st.guard[m, st.segs[st.pins[j], QUBIT]] = st.counts[GATES]
    for j in range(low, high):
        q = st.segs[st.pins[j], QUBIT]
        if st.holder[m, q] == NONE and not _bring(st, q, m):
            return False
        if st.alone[j] and not _gather(st, q, m):
            return False
    _write(st, st.steps[step, KIND], st.steps[step, ITEM], m, -1)
    for j in range(low, high):
        s = st.pins[j]
        q = st.segs[s, QUBIT]
        st.current[q] = s
        st.head[m, q] = st.next_pin[j]
    for j in range(low, high):
        _let_go(st, st.pins[j], m, at)
    return True


@kernel
def _let_go(st: Roam, s: int, m: int, at: int) -> None:
    """After a use in a module: change homes where that is wanted, release what is not needed."""
    q, wanted = st.segs[s, QUBIT], st.want[s]
    before = st.home[q]
    if wanted != before and st.holder[wanted, q] != NONE:
        _hop(st, q, wanted)
    if st.last[s, 0] == at:
        for other in range(len(st.holder)):
            if st.holder[other, q] != NONE and other != st.home[q]:
                _release(st, q, other)
        return
    _release_idle(st, q, m)
    if before != m:
        _release_idle(st, q, before)


@kernel
def _release_idle(st: Roam, q: int, m: int) -> None:
    if st.holder[m, q] != NONE and st.home[q] != m and _need(st, q, m) >= NEVER:
        _release(st, q, m)


@kernel
def _need(st: Roam, q: int, m: int) -> int:
    """Position of the next use in a module in the present segment, `NEVER` for none."""
    j = st.head[m, q]
    if j < 0 or st.pins[j] != st.current[q]:
        return NEVER
    return st.pin_pos[j]


@kernel
def _hop(st: Roam, q: int, m: int) -> bool:
    """Make a holder the home if there is a data qubit for it, or another home can give way."""
    if st.used[HOMES, m] >= st.limit[DATA, m] and not _give_way(st, m, st.home[q]):
        return False
    _call_home(st, q, m)
    return True


@kernel
def _give_way(st: Roam, m: int, left: int) -> bool:
    """Let a home in a module change to another of its holders; `left` will have room for one."""
    for x in range(len(st.home)):
        for to in range(len(st.holder)):
            free = to == left or st.used[HOMES, to] < st.limit[DATA, to]
            if st.home[x] == m and to != m and free and st.holder[to, x] != NONE:
                _call_home(st, x, to)
                return True
    return False


@kernel
def _call_home(st: Roam, q: int, m: int) -> None:
    st.used[HOMES, st.home[q]] -= 1
    st.used[HOMES, m] += 1
    _write(st, HOME, q, m, st.home[q])
    st.home[q] = m


@kernel
def _gather(st: Roam, q: int, m: int) -> bool:
    """Make a holder the home and the only one."""
    if st.home[q] != m and not _hop(st, q, m):
        return False
    for other in range(len(st.holder)):
        if other != m and st.holder[other, q] != NONE:
            _release(st, q, other)
    return True


@kernel
def _bring(st: Roam, q: int, m: int) -> bool:
    """Fetch a copy from the nearest holder, of equals one that has room."""
    source, least = -1, NEVER
    for h in range(len(st.holder)):
        if st.holder[h, q] != NONE:
            price = 2 * st.link_weight[h, m] + (_spare(st, h) < 1)
            if price < least:
                source, least = h, price
    before = st.guard[source, q]
    st.guard[source, q] = st.counts[GATES]
    if not (_make_room(st, source) and _make_room(st, m)):
        return False
    st.guard[source, q] = before
    st.holder[m, q] = IN_COMM
    st.used[IN_COMMS, m] += 1
    st.counts[PAID] += st.link_weight[source, m]
    _write(st, FETCH, q, m, source)
    return True


@kernel
def _spare(st: Roam, m: int) -> int:
    """Data and communication qubits that hold nothing."""
    return st.limit[DATA, m] + st.limit[COMM, m] - st.used[IN_DATAS, m] - st.used[IN_COMMS, m]


@kernel
def _make_room(st: Roam, m: int) -> bool:
    """Free a communication qubit."""
    while _spare(st, m) < 1:
        q = _victim(st, m)
        if q < 0:
            return False
        if st.home[q] == m:
            _call_home(st, q, _refuge(st, q))
        _release(st, q, m)
    if st.used[IN_COMMS, m] >= st.limit[COMM, m]:
        longest, latest = -1, np.int64(-1)
        for q in range(len(st.home)):
            if st.holder[m, q] == IN_COMM:
                need = NEVER if st.home[q] == m else _need(st, q, m)
                if need > latest:
                    longest, latest = q, need
        if longest < 0:
            return False
        _store(st, longest, m)
    return True


@kernel
def _victim(st: Roam, m: int) -> int:
    """Holder that is needed last and may leave, -1 if there is none."""
    best, latest = -1, np.int64(-1)
    for q in range(len(st.home)):
        if st.holder[m, q] == NONE or st.guard[m, q] == st.counts[GATES]:
            continue
        if st.home[q] == m and _refuge(st, q) < 0:
            continue
        need = _need(st, q, m)
        if need > latest:
            best, latest = q, need
    return best


@kernel
def _refuge(st: Roam, q: int) -> int:
    """Another holder that can become the home, -1 if there is none."""
    for m in range(len(st.holder)):
        if m != st.home[q] and st.holder[m, q] != NONE and st.used[HOMES, m] < st.limit[DATA, m]:
            return m
    return -1


@kernel
def _reset(st: Roam, step: int) -> None:
    """Reset a qubit; where a fresh segment follows, it appears where that wants it."""
    q = st.steps[step, WHERE]
    old = new = st.home[q]
    s = st.segs[st.current[q], FOLLOWING] if st.current[q] >= 0 else np.int64(-1)
    if st.steps[step, FIRST] and s >= 0 and st.segs[s, FRESH]:
        to = st.want[s]
        if st.used[HOMES, to] < st.limit[DATA, to] and st.used[IN_DATAS, to] < st.limit[DATA, to]:
            new = to
    if new != old:
        st.used[IN_DATAS if st.holder[old, q] == IN_DATA else IN_COMMS, old] -= 1
        st.used[IN_DATAS, new] += 1
        st.used[HOMES, old] -= 1
        st.used[HOMES, new] += 1
        st.holder[old, q] = NONE
        st.holder[new, q] = IN_DATA
        st.home[q] = new
    _write(st, RESET, st.steps[step, ITEM], new, old)


@kernel
def _release(st: Roam, q: int, m: int) -> None:
    st.used[IN_DATAS if st.holder[m, q] == IN_DATA else IN_COMMS, m] -= 1
    st.holder[m, q] = NONE
    _write(st, RELEASE, q, m, -1)


@kernel
def _store(st: Roam, q: int, m: int) -> None:
    st.used[IN_COMMS, m] -= 1
    st.used[IN_DATAS, m] += 1
    st.holder[m, q] = IN_DATA
    _write(st, STORE, q, m, -1)


@kernel
def _write(st: Roam, kind: int, item: int, module: int, source: int) -> None:
    """Append an event, or only count it when there is no room."""
    at = st.counts[EVENTS]
    if at < len(st.events):
        st.events[at, 0] = kind
        st.events[at, 1] = item
        st.events[at, 2] = module
        st.events[at, 3] = source
    st.counts[EVENTS] = at + 1
