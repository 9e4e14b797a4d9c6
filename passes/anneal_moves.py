"""Compiled code of the search: the moves and the annealing.

* place: put an interaction into another module that its segments touch;
* leave: move all interactions of a cut segment out of one module;
* home: give a run of segments of one qubit another home, and let their interactions follow where
  that costs nothing. Where the new home is full, another qubit changes places with it for as long
  as need be. The layers at which homes change are drawn from those that the gaps allow.
"""

# mypy: disable-error-code="arg-type, assignment, no-any-return, return-value"
# pyright: reportArgumentType=false, reportReturnType=false, reportAssignmentType=false
# pyright: reportIncompatibleMethodOverride=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import numpy as np

from trapline.passes.anneal_state import (
    AT,
    CUT,
    FIRST,
    FOLLOWING,
    FRESH,
    HIGH,
    ITEMS,
    LAST,
    LOGGED,
    LOW,
    PREVIOUS,
    WORK,
    State,
    change_of_place,
    end,
    set_home,
    set_move,
    set_place,
    undo,
    union_of,
)
from trapline.passes.kernel import kernel

FOLLOW_LIMIT = 400
"""Interactions of a segment beyond which a change of home does not ask them to follow."""

PARTNERS = 48
"""Qubits looked at for one to change places with."""


@kernel
def _random_member(mask: int) -> int:
    members = 0
    rest = mask
    while rest:
        rest &= rest - 1
        members += 1
    for _ in range(np.random.randint(members)):
        mask &= mask - 1
    m = 0
    while not mask >> m & 1:
        m += 1
    return m


@kernel
def _best_place(st: State, i: int, avoid: int, prefer: int) -> int:
    """The cheapest place of an interaction, not `avoid`; of equals `prefer`, then a random one."""
    here = st.place[i]
    best, choice, ties = np.int64(1) << 40, here, 0
    union = union_of(st, i)
    for m in range(st.uses.shape[1]):
        if m == avoid or not union >> m & 1:
            continue
        change = 0 if m == here else change_of_place(st, i, m)
        if change < best or (change == best and m == prefer):
            best, choice, ties = change, m, 1
        elif change == best and choice != prefer:
            ties += 1
            if np.random.randint(ties) == 0:
                choice = m
    return choice


@kernel
def _leave(st: State, s: int, m: int) -> int:
    """Move the interactions of a segment out of module m, each to its best place."""
    change = 0
    to = _random_member(st.mask[s] & ~(np.int64(1) << m))
    together = np.random.random() < 0.3
    for at in range(st.seg[s, ITEMS], st.seg[s + 1, ITEMS]):
        i = st.items[at]
        if st.place[i] == m:
            change += set_place(st, i, to if together else _best_place(st, i, m, to))
    return change


@kernel
def _rehome(st: State, low: int, high: int, m: int) -> int:
    """Give the segments at chain positions low to high - 1 the home m; interactions follow."""
    change = 0
    for at in range(low, high):
        change += set_home(st, st.chains[at], m)
    for at in range(low, high):
        s = st.chains[at]
        if st.seg[s + 1, ITEMS] - st.seg[s, ITEMS] > FOLLOW_LIMIT:
            continue
        for k in range(st.seg[s, ITEMS], st.seg[s + 1, ITEMS]):
            i = st.items[k]
            if st.place[i] != m and change_of_place(st, i, m) <= 0:
                change += set_place(st, i, m)
    return change


@kernel
def _draw_move(st: State, s: int) -> None:
    """Draw the layer from which the home of a segment holds: in the gap before it, or within it."""
    before = st.seg[s, PREVIOUS]
    if before < 0 or st.seg[s, FRESH] != 0:
        return
    low, first = st.seg[before, LAST] + 1, st.seg[s, FIRST]
    draw = np.random.random()
    if draw < 0.4:
        t = first
    elif draw < 0.6:
        t = low
    elif draw < 0.9:
        t = low + np.random.randint(first - low + 1)
    else:
        t = first + np.random.randint(st.seg[s, LAST] - first + 1)
    set_move(st, s, t)


@kernel
def _put_move(st: State, s: int, t: int) -> None:
    """Let the home of a segment hold from the allowed layer that is nearest to t."""
    before = st.seg[s, PREVIOUS]
    if before < 0 or st.seg[s, FRESH] != 0:
        return
    t = max(t, st.seg[before, LAST] + 1)
    set_move(st, s, min(t, st.seg[s, LAST]))


@kernel
def _overfull(st: State, m: int, start: int, stop: int) -> int:
    """First layer in which a module holds too many qubits, or -1."""
    limit = st.capacity[m]
    st.count[WORK] += 2
    for t in range(start, stop):
        if st.occupied[m, t] > limit:
            st.count[WORK] += (t - start) // 8
            return t
    st.count[WORK] += (stop - start) // 8
    return -1


@kernel
def _position_at(st: State, low: int, high: int, t: int) -> int:
    """Chain position of the segment of a qubit whose home holds in layer t."""
    while high - low > 1:
        middle = (low + high) // 2
        if st.move[st.chains[middle]] <= t:
            low = middle
        else:
            high = middle
    return low


@kernel
def _partner(st: State, m: int, t: int, qubit: int) -> int:
    """Chain position of a random segment of another qubit that has its home in m in layer t."""
    n = len(st.chains)
    for _ in range(PARTNERS):
        st.count[WORK] += 4
        at = np.random.randint(n)
        s = st.chains[at]
        if st.seg[s, LOW] == qubit:
            continue
        found = _position_at(st, st.seg[s, LOW], st.seg[s, HIGH], t)
        if st.home[st.chains[found]] == m:
            return found
    return -1


@kernel
def _make_room(st: State, m: int, to: int, start: int, stop: int, qubit: int) -> int:
    """Send one qubit from m to `to` for the overfull layers from `start` on; returns the cost.

    A very large number says that there is none.
    """
    at = _partner(st, m, start, qubit)
    if at < 0:
        return np.int64(1) << 40
    until = start
    limit = st.capacity[m]
    for t in range(start, stop):
        if st.occupied[m, t] > limit:
            until = t
    s = st.chains[at]
    low, high = at, at + 1
    first, last = st.seg[s, LOW], st.seg[s, HIGH]
    while high < last and end(st, st.chains[high - 1]) <= until:
        high += 1
    reach = np.random.random() * 0.7
    while low > first and st.home[st.chains[low - 1]] == m and np.random.random() < reach:
        low -= 1
    while high < last and st.home[st.chains[high]] == m and np.random.random() < reach:
        high += 1
    change = _rehome(st, low, high, to)
    if low > first:
        _put_move(st, st.chains[low], start)
    if high < last:
        _put_move(st, st.chains[high], until + 1)
    return change


@kernel
def _move_run(st: State, s: int, m: int, static: bool) -> tuple[int, bool]:
    """Give a run of segments of one qubit the home m; returns the cost and whether it fits."""
    old = st.home[s]
    first, last = st.seg[s, LOW], st.seg[s, HIGH]
    low, high = st.seg[s, AT], st.seg[s, AT] + 1
    if static or np.random.random() * (last - first) < 0.5:
        low, high = first, last
    else:
        reach = np.random.random()
        loose = np.random.random() < 0.2
        while (
            low > first
            and (loose or st.home[st.chains[low - 1]] == old)
            and np.random.random() < reach
        ):
            low -= 1
        while (
            high < last
            and (loose or st.home[st.chains[high]] == old)
            and np.random.random() < reach
        ):
            high += 1
    change = _rehome(st, low, high, m)
    start, stop = 0, st.occupied.shape[1]
    if low > first:
        _draw_move(st, st.chains[low])
        start = st.seg[st.chains[low - 1], LAST] + 1
    if high < last:
        _draw_move(st, st.chains[high])
        stop = st.seg[st.chains[high], LAST] + 1
    for _ in range(4):
        full = _overfull(st, m, start, stop)
        if full < 0:
            break
        change += _make_room(st, m, old, full, stop, first)
        if change >= np.int64(1) << 39:
            return 0, False
    return change, _fits(st)


@kernel
def _fits(st: State) -> bool:
    """Whether the data qubits suffice wherever the logged changes added some."""
    for at in range(st.count[LOGGED]):
        kind, s = st.log[at, 0], st.log[at, 1]
        if kind == 0:
            continue
        start, stop = st.move[s], end(st, s)
        if kind == 2:
            start, stop = min(start, st.log[at, 2]), max(start, st.log[at, 2]) + 1
            if _overfull(st, st.home[st.seg[s, PREVIOUS]], start, stop) >= 0:
                return False
        else:
            after = st.seg[s, FOLLOWING]
            if after >= 0 and st.seg[after, FRESH] != 0:
                stop += 1
            if st.seg[s, FRESH] != 0:
                former = st.home[st.seg[s, PREVIOUS]]
                if _overfull(st, former, start, start + 1) >= 0:
                    return False
        if _overfull(st, st.home[s], start, min(stop, st.occupied.shape[1])) >= 0:
            return False
    return True


@kernel
def _propose(st: State, static: bool) -> tuple[int, bool]:
    """Apply one random move; returns the change of cost and whether it is allowed."""
    s = st.cut[np.random.randint(st.count[CUT])]
    kind = np.random.random()
    if kind < 0.2:
        return _leave(st, s, _random_member(st.mask[s])), True
    if np.random.random() < 0.3:
        # the home of the segment before counts as well
        before = st.seg[s, PREVIOUS]
        if before >= 0:
            m = _random_member(st.mask[s])
            if m != st.home[before]:
                return _move_run(st, before, m, static)
    m = _random_member(st.mask[s])
    if np.random.random() < 0.1:
        m = np.random.randint(len(st.capacity))
    if m == st.home[s]:
        return 0, False
    return _move_run(st, s, m, static)


@kernel
def _try_place(st: State, temperature: float) -> int:
    """Put a random interaction of a random cut segment elsewhere, or not; returns the change."""
    s = st.cut[np.random.randint(st.count[CUT])]
    low, high = st.seg[s, ITEMS], st.seg[s + 1, ITEMS]
    if low == high:
        return 0
    i = st.items[low + np.random.randint(high - low)]
    m = _random_member(union_of(st, i))
    if m == st.place[i]:
        return 0
    change = change_of_place(st, i, m)
    if change > 0 and not (temperature > 0 and np.random.random() < np.exp(-change / temperature)):
        return 0
    set_place(st, i, m)
    return change


@kernel
def run(st: State, work: int, seed: int, static: bool, enough: int, hot: float, cold: float) -> int:
    """Anneal until the work is done or the cost has fallen by `enough`; returns the change of cost.

    Temperatures are in the unit of the cost; the last tenth of the work takes no rise.
    """
    np.random.seed(seed)
    total = 0
    greedy_from = work - work // 10
    ratio = np.log(cold / hot)
    while st.count[WORK] < work and st.count[CUT] > 0 and total > -enough:
        st.count[WORK] += 5
        done = st.count[WORK]
        temperature = hot * np.exp(ratio * done / greedy_from) if done < greedy_from else 0.0
        if np.random.random() < 0.5:
            total += _try_place(st, temperature)
            st.count[LOGGED] = 0
            continue
        change, allowed = _propose(st, static)
        if allowed and change > 0:
            allowed = temperature > 0 and np.random.random() < np.exp(-change / temperature)
        if allowed:
            total += change
            st.count[LOGGED] = 0
        else:
            undo(st, 0)
    return total
