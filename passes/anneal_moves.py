"""Compiled code of the annealing: the state, its bookkeeping, and the moves.

Every array is changed in place. A log of changes lets a refused move be undone.
"""

# Numba takes an element of an int64 array for an int; NumPy's types do not.
# mypy: disable-error-code="arg-type, assignment, no-any-return"
# pyright: reportArgumentType=false

from __future__ import annotations

from typing import NamedTuple

import numba as nb
import numpy as np
from numpy.typing import NDArray

Longs = NDArray[np.int64]

FOLLOW_LIMIT = 400
"""Interactions of a segment beyond which a change of home does not ask them to follow."""

# Columns of `State.seg`; a few wide arrays compile several times faster than many narrow ones.
PREVIOUS, FOLLOWING, FRESH, BEGIN, END, ITEMS, AT, LOW, HIGH = range(9)


class State(NamedTuple):
    """Arrays of the search, all int64 so that each function is compiled once; changed in place."""

    seg: Longs
    pin_start: Longs
    pins: Longs
    items: Longs
    chains: Longs
    capacity: Longs
    table: Longs
    hops: Longs
    home: Longs
    place: Longs
    uses: Longs
    mask: Longs
    occupied: Longs
    log: Longs


@nb.njit(cache=True)
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
        for m in range(st.uses.shape[1]):
            if st.uses[s, m] > 0:
                st.mask[s] |= np.int64(1) << m
        for t in range(st.seg[s, BEGIN], st.seg[s, END]):
            st.occupied[st.home[s], t] += 1
        _transit(st, s, 1)


@nb.njit(cache=True)
def _transit(st: State, s: int, step: int) -> None:
    """Book the former home of a moving qubit at the moment of the move."""
    before = st.seg[s, PREVIOUS]
    if before >= 0 and st.home[before] != st.home[s]:
        st.occupied[st.home[before], st.seg[s, BEGIN]] += step


@nb.njit(cache=True)
def _cost(st: State, mask: int) -> int:
    """Pairs of a segment that touches the modules of a mask."""
    if len(st.table) > 1:
        return st.table[mask]
    members = 0
    rest = mask
    while rest:
        rest &= rest - 1
        members += 1
    if len(st.table) == 0 or members < 2:
        return members - 1
    # Prim's tree over hops: an upper bound on the Steiner weight of networks too large for the
    # table
    total = 0
    k = st.uses.shape[1]
    inside = mask & -mask
    while inside != mask:
        best, chosen = 1 << 30, 0
        for a in range(k):
            if inside >> a & 1:
                for b in range(k):
                    if (mask & ~inside) >> b & 1 and st.hops[a, b] < best:
                        best, chosen = st.hops[a, b], b
        inside |= np.int64(1) << chosen
        total += best
    return total


@nb.njit(cache=True)
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
    return _cost(st, after) - _cost(st, before)


@nb.njit(cache=True)
def _note(st: State, kind: int, item: int, old: int) -> None:
    """Write a change to the log; row 0 holds the number of the last row."""
    top = st.log[0, 0] + 1
    st.log[0, 0] = top
    st.log[top, 0], st.log[top, 1], st.log[top, 2] = kind, item, old


@nb.njit(cache=True)
def _set_place(st: State, i: int, m: int) -> int:
    """Put an interaction elsewhere; returns the change of cost."""
    old = st.place[i]
    if old == m:
        return 0
    _note(st, 0, i, old)
    st.place[i] = m
    change = 0
    for j in range(st.pin_start[i], st.pin_start[i + 1]):
        change += _repin(st, st.pins[j], old, m)
    return change


@nb.njit(cache=True)
def _set_home(st: State, s: int, m: int) -> int:
    """Give a segment another home; returns the change of cost."""
    old = st.home[s]
    if old == m:
        return 0
    _note(st, 1, s, old)
    after = st.seg[s, FOLLOWING]
    _transit(st, s, -1)
    if after >= 0:
        _transit(st, after, -1)
    st.home[s] = m
    _transit(st, s, 1)
    if after >= 0:
        _transit(st, after, 1)
    for t in range(st.seg[s, BEGIN], st.seg[s, END]):
        st.occupied[old, t] -= 1
        st.occupied[m, t] += 1
    change = _repin(st, s, old, m)
    if after >= 0 and st.seg[after, FRESH] == 0:
        change += _repin(st, after, old, m)
    return change


@nb.njit(cache=True)
def _undo(st: State, mark: int) -> None:
    """Take back what was logged after row `mark`."""
    for at in range(st.log[0, 0], mark, -1):
        if st.log[at, 0] == 0:
            _set_place(st, st.log[at, 1], st.log[at, 2])
        else:
            _set_home(st, st.log[at, 1], st.log[at, 2])
    st.log[0, 0] = mark


@nb.njit(cache=True)
def _fits(st: State, s: int, m: int) -> bool:
    """Whether module m holds its qubits while segment s rules, and the former home at the move."""
    limit = st.capacity[m]
    for t in range(st.seg[s, BEGIN], st.seg[s, END]):
        if st.occupied[m, t] > limit:
            return False
    before = st.seg[s, PREVIOUS]
    if before >= 0:
        h = st.home[before]
        if st.occupied[h, st.seg[s, BEGIN]] > st.capacity[h]:
            return False
    after = st.seg[s, FOLLOWING]
    return after < 0 or st.occupied[m, st.seg[after, BEGIN]] <= limit


@nb.njit(cache=True)
def _best_place(st: State, i: int) -> int:
    """The module in which an interaction costs least, among those its segments touch."""
    here = st.place[i]
    best, choice, ties = 1 << 30, here, 0
    union = np.int64(0)
    for j in range(st.pin_start[i], st.pin_start[i + 1]):
        union |= st.mask[st.pins[j]]
    for m in range(st.uses.shape[1]):
        if m == here or not union >> m & 1:
            continue
        change = 0
        for j in range(st.pin_start[i], st.pin_start[i + 1]):
            s = st.pins[j]
            after = st.mask[s] | (np.int64(1) << m)
            if st.uses[s, here] == 1:
                after &= ~(np.int64(1) << here)
            if after != st.mask[s]:
                change += _cost(st, after) - _cost(st, st.mask[s])
        if change < best:
            best, choice, ties = change, m, 1
        elif change == best:
            ties += 1
            if np.random.randint(ties) == 0:
                choice = m
    return choice


@nb.njit(cache=True)
def _leave(st: State, s: int, m: int, to: int) -> int:
    """Move the interactions of a segment out of module m: to `to`, or each to its best (-1)."""
    change = 0
    for at in range(st.seg[s, ITEMS], st.seg[s + 1, ITEMS]):
        i = st.items[at]
        if st.place[i] == m:
            change += _set_place(st, i, to if to >= 0 else _best_place(st, i))
    return change


@nb.njit(cache=True)
def _follow(st: State, s: int, old: int, new: int) -> int:
    """Move the interactions of a segment from one module to another unless that costs."""
    mark = st.log[0, 0]
    change = _leave(st, s, old, new)
    if change > 0:
        _undo(st, mark)
        return 0
    return change


@nb.njit(cache=True)
def _rehome(st: State, low: int, high: int, m: int) -> int:
    """Give segments at chain positions low to high - 1 of a qubit the home m; the rest follows."""
    change = 0
    for at in range(low, high):
        s = st.chains[at]
        old = st.home[s]
        change += _set_home(st, s, m)
        if st.seg[s + 1, ITEMS] - st.seg[s, ITEMS] < FOLLOW_LIMIT:
            change += _follow(st, s, old, m)
    return change


@nb.njit(cache=True)
def _all_fit(st: State, low: int, high: int) -> bool:
    """Whether the data qubits suffice wherever these segments of one qubit rule."""
    for at in range(low, high):
        if not _fits(st, st.chains[at], st.home[st.chains[at]]):
            return False
    return True


@nb.njit(cache=True)
def _move_run(st: State, s: int, m: int, static: bool) -> tuple[int, bool]:
    """Give a run of segments of one qubit the home m."""
    first, last = st.seg[s, LOW], st.seg[s, HIGH]
    low, high = st.seg[s, AT], st.seg[s, AT] + 1
    reach = np.random.random()
    while low > first and (
        static or (st.home[st.chains[low - 1]] == st.home[s] and np.random.random() < reach)
    ):
        low -= 1
    while high < last and (
        static or (st.home[st.chains[high]] == st.home[s] and np.random.random() < reach)
    ):
        high += 1
    change = _rehome(st, low, high, m)
    return change, _all_fit(st, low, high)


@nb.njit(cache=True)
def _stays(st: State, low: int, high: int) -> bool:
    for at in range(low + 1, high):
        if st.home[st.chains[at]] != st.home[st.chains[low]]:
            return False
    return True


@nb.njit(cache=True)
def _swap_qubits(st: State, s: int, other: int) -> tuple[int, bool]:
    """Exchange the homes of two qubits of which neither moves."""
    a, b = st.home[s], st.home[other]
    low, high = st.seg[s, LOW], st.seg[s, HIGH]
    low2, high2 = st.seg[other, LOW], st.seg[other, HIGH]
    if not (_stays(st, low, high) and _stays(st, low2, high2)):
        return 0, False
    change = _rehome(st, low, high, b) + _rehome(st, low2, high2, a)
    for at in range(low, high):
        change += _follow(st, st.chains[at], a, b)
    return change, _all_fit(st, low, high) and _all_fit(st, low2, high2)


@nb.njit(cache=True)
def _random_member(mask: int) -> int:
    members = 0
    rest = mask
    while rest:
        rest &= rest - 1
        members += 1
    skip = np.random.randint(members)
    for _ in range(skip):
        mask &= mask - 1
    m = 0
    while not mask >> m & 1:
        m += 1
    return m


@nb.njit(cache=True)
def _propose(st: State, static: bool, swaps: float) -> tuple[int, bool]:
    """Apply one random move; returns the change of cost and whether it is allowed."""
    kind = np.random.random()
    if kind < 0.4:
        i = np.random.randint(len(st.place))
        union = np.int64(0)
        for j in range(st.pin_start[i], st.pin_start[i + 1]):
            union |= st.mask[st.pins[j]]
        return _set_place(st, i, _random_member(union)), True
    s = np.random.randint(len(st.home))
    if kind < 0.55:
        if st.mask[s] & (st.mask[s] - 1) == 0:
            return 0, True
        m = _random_member(st.mask[s])
        to = _random_member(st.mask[s]) if np.random.random() < 0.3 else -1
        return _leave(st, s, m, to), True
    if kind < 0.85:
        m = _random_member(st.mask[s])
        if np.random.random() < 0.2:
            m = np.random.randint(len(st.capacity))
        if m == st.home[s]:
            return 0, True
        return _move_run(st, s, m, static)
    if kind < 1.0 - swaps:
        return 0, True
    other = np.random.randint(len(st.home))
    if st.home[s] == st.home[other]:
        return 0, True
    return _swap_qubits(st, s, other)


@nb.njit(cache=True)
def run(
    st: State, moves: int, seed: int, static: bool, swaps: float, hot: float, cold: float
) -> int:
    """Anneal; returns the change of cost in all."""
    np.random.seed(seed)
    total = 0
    greedy_from = moves - moves // 10
    ratio = np.log(cold / hot)
    start = st.log[0, 0]
    for step in range(moves):
        change, allowed = _propose(st, static, swaps)
        if allowed and change > 0:
            temperature = hot * np.exp(ratio * step / greedy_from)
            allowed = step < greedy_from and np.random.random() < np.exp(-change / temperature)
        if allowed:
            total += change
            st.log[0, 0] = start
        else:
            _undo(st, start)
    return total
