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

import numpy as np

from trapline.passes.books import (
    EVENTS,
    FETCH,
    HOME_EVENT,
    IN_COMM,
    IN_DATA,
    NONE,
    RELEASE,
    STORE,
    write,
)
from trapline.passes.job import FIRST, ITEM, KIND, NEVER, WHERE
from trapline.passes.kernel import kernel
from trapline.passes.roam_state import (
    AGREED,
    COMM,
    DATA,
    FOLLOWING,
    FRESH,
    GATES,
    HOMES,
    IN_COMMS,
    IN_DATAS,
    PAID,
    PASSES,
    QUBIT,
    Marks,
    Roam,
    agrees,
    restore,
    set_mark,
)

# Kinds of event that `trapline.passes.books` does not write, as in `trapline.passes.plan.Event`.
LOCAL, RUN, WHOLE, RESET = 0, 1, 2, 6


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
        restore(st, base, begin)
    elif not _begin(st):
        return NEVER
    st.counts[EVENTS] = 0
    st.counts[AGREED] = len(base.paid)
    _link(st, begin * stride)
    for at in range(begin * stride, len(st.order)):
        mark = at // stride
        if mark > begin and mark * stride == at:
            set_mark(st, mine, mark)
            if at >= end and agrees(st, base, mark):
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
def _carry_out_step(st: Roam, step: int, at: int) -> bool:
    kind = st.steps[step, KIND]
    if kind in (RUN, WHOLE):
        return _gate(st, step, at)
    if kind == RESET:
        _reset(st, step)
        return True
    q = st.steps[step, WHERE]
    write(st, LOCAL, st.steps[step, ITEM], st.home[q] if q >= 0 else -1, -1)
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
    write(st, st.steps[step, KIND], st.steps[step, ITEM], m, -1)
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
    write(st, HOME_EVENT, q, m, st.home[q])
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
    write(st, FETCH, q, m, source)
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
    write(st, RESET, st.steps[step, ITEM], new, old)


@kernel
def _release(st: Roam, q: int, m: int) -> None:
    st.used[IN_DATAS if st.holder[m, q] == IN_DATA else IN_COMMS, m] -= 1
    st.holder[m, q] = NONE
    write(st, RELEASE, q, m, -1)


@kernel
def _store(st: Roam, q: int, m: int) -> None:
    st.used[IN_COMMS, m] -= 1
    st.used[IN_DATAS, m] += 1
    st.holder[m, q] = IN_DATA
    write(st, STORE, q, m, -1)
