"""Compiled code of the search: its state, what a change costs, and how a change is undone.

Every array is changed in place. Each change is logged, so that a refused move can be taken back.
"""

# Numba takes an element of an int64 array for an int; NumPy's types do not.
# mypy: disable-error-code="arg-type, assignment, no-any-return, return-value"
# pyright: reportArgumentType=false, reportReturnType=false, reportAssignmentType=false
# pyright: reportIncompatibleMethodOverride=false, reportUnknownVariableType=false

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trapline.passes.kernel import kernel

Longs = NDArray[np.int64]

# Columns of `State.seg`; a few wide arrays compile several times faster than many narrow ones.
PREVIOUS, FOLLOWING, FRESH, ITEMS, AT, LOW, HIGH, FIRST, LAST = range(9)
# Rows of `State.count`.
LOGGED, CUT, WORK = range(3)
# Kinds of logged change.
_PLACE, _HOME, _MOVE = range(3)


class State(NamedTuple):
    """Arrays of the search, all int64 so that each function is compiled once; changed in place.

    Segments s, interactions i, modules m, layers t, positions in chains c.

    seg[s]: `PREVIOUS`, `FOLLOWING` segment of the qubit or -1; `FRESH` after a reset; `ITEMS` start
        of the segment's interactions in `items`; `AT` its position in `chains`; `LOW`, `HIGH` ends
        of its qubit's chain; `FIRST`, `LAST` layer of its interactions. One more row closes
        `ITEMS`.
    table[mask]: cost of a segment that touches the modules of a mask; empty above
        `TABLE_MODULES`, where `hops` decide (an empty `hops` means that all are one apart).
    uses[s, m]: how many of a segment's pins are in a module; mask[s]: where there is any.
    occupied[m, t]: data qubits in use. cut: segments that touch several modules, `where` their
        positions in it or -1. count: `LOGGED` changes, `CUT` segments, `WORK` done in array entries
        visited, about. log: kind, item, old value.
    """

    seg: Longs
    pin_start: Longs
    pins: Longs
    items: Longs
    chains: Longs
    capacity: Longs
    table: Longs
    hops: Longs
    home: Longs
    move: Longs
    place: Longs
    uses: Longs
    mask: Longs
    occupied: Longs
    cut: Longs
    where: Longs
    count: Longs
    log: Longs


@kernel
def fill(st: State) -> None:
    """Count what the homes and places of a new state touch and occupy."""
    for s in range(len(st.home)):
        st.uses[s, st.home[s]] += 1
        before = st.seg[s, PREVIOUS]
        if before >= 0 and st.seg[s, FRESH] == 0:
            st.uses[s, st.home[before]] += 1
    for i in range(len(st.place)):
        for j in range(st.pin_start[i], st.pin_start[i + 1]):
            st.uses[st.pins[j], st.place[i]] += 1
    for s in range(len(st.home)):
        st.where[s] = -1
        for m in range(st.uses.shape[1]):
            if st.uses[s, m] > 0:
                st.mask[s] |= np.int64(1) << m
        _file(st, s)
        _occupy(st, st.home[s], st.move[s], end(st, s), 1)
        _double(st, s, 1)


@kernel
def end(st: State, s: int) -> int:
    """Layer in which a segment's home ends to be the qubit's."""
    after = st.seg[s, FOLLOWING]
    return st.move[after] if after >= 0 else st.occupied.shape[1]


@kernel
def _occupy(st: State, m: int, start: int, stop: int, step: int) -> None:
    st.count[WORK] += (stop - start) // 8
    for t in range(start, stop):
        st.occupied[m, t] += step


@kernel
def _double(st: State, s: int, step: int) -> None:
    """Book the former home of a qubit in the layer of the reset after which it moves."""
    if st.seg[s, FRESH] != 0:
        former = st.home[st.seg[s, PREVIOUS]]
        if former != st.home[s]:
            st.occupied[former, st.move[s]] += step


@kernel
def _file(st: State, s: int) -> None:
    """Keep the list of cut segments."""
    at = st.where[s]
    if st.mask[s] & (st.mask[s] - 1) != 0:
        if at < 0:
            st.where[s] = st.count[CUT]
            st.cut[st.count[CUT]] = s
            st.count[CUT] += 1
    elif at >= 0:
        st.count[CUT] -= 1
        last = st.cut[st.count[CUT]]
        st.cut[at] = last
        st.where[last] = at
        st.where[s] = -1


@kernel
def cost_of(st: State, mask: int) -> int:
    """Cost of a segment that touches the modules of a mask."""
    if len(st.table) > 0:
        return st.table[mask]
    if len(st.hops) == 0:
        members = 0
        while mask:
            mask &= mask - 1
            members += 1
        return members - 1
    # Prim's tree over distances: an upper bound on the Steiner weight in networks too large for
    # the table
    total = 0
    k = st.uses.shape[1]
    inside = mask & -mask
    while inside != mask:
        best, chosen = np.int64(1) << 40, 0
        for a in range(k):
            if inside >> a & 1:
                for b in range(k):
                    if (mask & ~inside) >> b & 1 and st.hops[a, b] < best:
                        best, chosen = st.hops[a, b], b
        inside |= np.int64(1) << chosen
        total += best
    return total


@kernel
def change_of_place(st: State, i: int, m: int) -> int:
    """What it would cost to put an interaction elsewhere."""
    here = st.place[i]
    total = 0
    st.count[WORK] += 3
    for j in range(st.pin_start[i], st.pin_start[i + 1]):
        s = st.pins[j]
        before = st.mask[s]
        after = before | (np.int64(1) << m)
        if st.uses[s, here] == 1:
            after &= ~(np.int64(1) << here)
        if after != before:
            total += cost_of(st, after) - cost_of(st, before)
    return total


@kernel
def union_of(st: State, i: int) -> int:
    """Modules that the segments of an interaction touch."""
    union = np.int64(0)
    for j in range(st.pin_start[i], st.pin_start[i + 1]):
        union |= st.mask[st.pins[j]]
    return union


@kernel
def _repin(st: State, s: int, old: int, new: int) -> int:
    """Move one pin of a segment; returns the change of cost."""
    before = st.mask[s]
    after = before
    st.uses[s, old] -= 1
    if st.uses[s, old] == 0:
        after &= ~(np.int64(1) << old)
    st.uses[s, new] += 1
    after |= np.int64(1) << new
    if after == before:
        return 0
    st.mask[s] = after
    _file(st, s)
    return cost_of(st, after) - cost_of(st, before)


@kernel
def _note(st: State, kind: int, item: int, old: int) -> None:
    top = st.count[LOGGED]
    st.count[LOGGED] = top + 1
    st.log[top, 0], st.log[top, 1], st.log[top, 2] = kind, item, old
    st.count[WORK] += 5


@kernel
def set_place(st: State, i: int, m: int) -> int:
    """Put an interaction elsewhere; returns the change of cost."""
    old = st.place[i]
    if old == m:
        return 0
    _note(st, _PLACE, i, old)
    st.place[i] = m
    change = 0
    for j in range(st.pin_start[i], st.pin_start[i + 1]):
        change += _repin(st, st.pins[j], old, m)
    return change


@kernel
def set_home(st: State, s: int, m: int) -> int:
    """Give a segment another home; returns the change of cost."""
    old = st.home[s]
    if old == m:
        return 0
    _note(st, _HOME, s, old)
    after = st.seg[s, FOLLOWING]
    _double(st, s, -1)
    if after >= 0:
        _double(st, after, -1)
    st.home[s] = m
    _double(st, s, 1)
    if after >= 0:
        _double(st, after, 1)
    stop = end(st, s)
    _occupy(st, old, st.move[s], stop, -1)
    _occupy(st, m, st.move[s], stop, 1)
    change = _repin(st, s, old, m)
    if after >= 0 and st.seg[after, FRESH] == 0:
        change += _repin(st, after, old, m)
    return change


@kernel
def set_move(st: State, s: int, t: int) -> None:
    """Let the home of a segment hold from another layer on; costs nothing."""
    old = st.move[s]
    if old == t:
        return
    _note(st, _MOVE, s, old)
    st.move[s] = t
    a, b = st.home[st.seg[s, PREVIOUS]], st.home[s]
    if a == b:
        return
    if t < old:
        a, b, t, old = b, a, old, t
    _occupy(st, a, old, t, 1)
    _occupy(st, b, old, t, -1)


@kernel
def undo(st: State, mark: int) -> None:
    """Take back what was logged from row `mark` on."""
    top = st.count[LOGGED]
    for at in range(top - 1, mark - 1, -1):
        kind, item, old = st.log[at, 0], st.log[at, 1], st.log[at, 2]
        st.count[LOGGED] = at  # what taking back logs is overwritten at once
        if kind == _PLACE:
            set_place(st, item, old)
        elif kind == _HOME:
            set_home(st, item, old)
        else:
            set_move(st, item, old)
    st.count[LOGGED] = mark
