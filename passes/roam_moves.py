"""Compiled: anneal order, places and homes against what a plan really pays.

Each try changes one thing, carries everything out anew (`roam_carry`), and is taken back when it is
refused:

* packet: the steps of one segment in one module happen in another module;
* place: one step happens in another module;
* gather: the steps of one packet come as close to each other as their order allows;
* shift: one step happens earlier or later;
* want: a qubit would like another home from one of its segments on;
* swap: two qubits change places at the start and in all that they want.
"""

# mypy: disable-error-code="arg-type, assignment, no-any-return, return-value"
# pyright: reportArgumentType=false, reportReturnType=false

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trapline.passes.job import NEVER
from trapline.passes.kernel import kernel
from trapline.passes.roam_carry import carry
from trapline.passes.roam_state import (
    END,
    FOLLOWING,
    FRESH,
    GATES,
    QUBIT,
    START,
    Marks,
    Roam,
    keep_marks,
)

Longs = NDArray[np.int64]

A_GATE = 16
"""Array entries looked at for a try that take as long as carrying out a gate."""

SLACK = 2
"""Pairs by which a try may pay too much for a while before it is given up."""


@kernel
def search(
    st: Roam,
    kept: Roam,
    best: Roam,
    base: Marks,
    mine: Marks,
    stride: int,
    work: int,
    seed: int,
    hot: float,
    cold: float,
    unit: int,
    least: int,
    enough: int,
) -> int:
    """Anneal; leaves the last state in `st`, the best in `best`, and returns its weight.

    Args:
        st: What to begin from.
        kept: Room for what a refused try changed.
        best: The best so far.
        base: Marks to fill.
        mine: Marks of a try.
        stride: Steps between two marks.
        work: Gates to carry out; tries and what they look at count as well.
        seed: Seed of every random choice.
        hot: First temperature.
        cold: Last temperature.
        unit: Weight of a usual pair.
        least: Weight of the best so far.
        enough: Weight at which to stop.
    """
    np.random.seed(seed)
    cost = carry(st, base, base, stride, 0, len(st.order), 0, NEVER)
    _copy(st, kept)
    begun = st.counts[GATES]
    done = 0
    while done < work and least > enough:
        st.counts[GATES] += 1
        done = st.counts[GATES] - begun
        heat = hot * (cold / hot) ** (done / work)
        st.counts[START] = len(st.order)
        st.counts[END] = 0
        _change(st)
        start, end = st.counts[START], st.counts[END]
        if end == 0:
            continue
        allowed = int(-heat * np.log(1.0 - np.random.random()))
        found = carry(st, base, mine, stride, start, end, cost, allowed + SLACK * unit)
        if found > cost + allowed:
            _copy(kept, st)
            continue
        keep_marks(st, base, mine, stride, start, found - cost)
        cost = found
        _copy(st, kept)
        if cost < least:
            least = cost
            _copy(st, best)
    return least


@kernel
def _copy(source: Roam, to: Roam) -> None:
    for at in range(len(source.order)):
        to.order[at] = source.order[at]
        to.pos[at] = source.pos[at]
        to.place[at] = source.place[at]
    for s in range(len(source.want)):
        to.want[s] = source.want[s]
    for q in range(len(source.first)):
        to.first[q] = source.first[q]


@kernel
def _change(st: Roam) -> None:
    """Change one thing, and note from where to where that makes a difference."""
    kind = np.random.randint(16)
    j = np.random.randint(len(st.pins))
    step = st.pin_step[j]
    if kind < 5:
        _move_packet(st, j, step)
    elif kind < 7:
        _move_step(st, step, _other(st, st.place[step]))
    elif kind < 10:
        _gather(st, j, step)
    elif kind < 12:
        _shift(st, step, np.random.randint(len(st.order)))
    elif kind < 15:
        _wish(st, st.pins[j])
    else:
        _swap(st)


@kernel
def _differs(st: Roam, low: int, high: int) -> None:
    """Note that a change makes a difference between two positions."""
    st.counts[START] = min(st.counts[START], low)
    st.counts[END] = max(st.counts[END], high)


@kernel
def _differs_at(st: Roam, step: int) -> None:
    """Note a step whose place or position changes: its segments know from their beginning on."""
    _differs(st, st.pos[step], st.pos[step] + 1)
    for j in range(st.pin_start[step], st.pin_start[step + 1]):
        low, _ = _ends(st, st.pins[j])
        _differs(st, low, 0)


@kernel
def _ends(st: Roam, s: int) -> tuple[int, int]:
    """First position of a segment, and one more than its last."""
    low, high = len(st.order), 0
    st.counts[GATES] += (st.user_start[s + 1] - st.user_start[s]) // A_GATE
    for at in range(st.user_start[s], st.user_start[s + 1]):
        low = min(low, st.pos[st.users[at]])
        high = max(high, st.pos[st.users[at]] + 1)
    return low, high


@kernel
def _other(st: Roam, m: int) -> int:
    """A random module other than `m`."""
    found = np.random.randint(len(st.holder) - 1)
    return found + (found >= m)


@kernel
def _move_packet(st: Roam, j: int, step: int) -> None:
    s, m = st.pins[j], st.place[step]
    to = _other(st, m)
    for at in range(st.user_start[s], st.user_start[s + 1]):
        if st.place[st.users[at]] == m:
            _move_step(st, st.users[at], to)


@kernel
def _move_step(st: Roam, step: int, to: int) -> None:
    _differs_at(st, step)
    st.place[step] = to


@kernel
def _gather(st: Roam, j: int, step: int) -> None:
    s, m = st.pins[j], st.place[step]
    for at in range(st.user_start[s], st.user_start[s + 1]):
        user = st.users[at]
        if st.place[user] == m and user != step:
            _shift(st, user, st.pos[step] + (st.pos[user] > st.pos[step]))


@kernel
def _shift(st: Roam, step: int, to: int) -> None:
    """Move a step towards a position, as far as what does not commute allows."""
    low, high = _range(st, step)
    here = st.pos[step]
    to = min(max(to, low), high)
    if to == here:
        return
    _differs_at(st, step)
    st.counts[GATES] += abs(to - here) // A_GATE
    way = 1 if to > here else -1
    at = here
    while at != to:
        st.order[at] = st.order[at + way]
        st.pos[st.order[at]] = at
        at += way
    st.order[to] = step
    st.pos[step] = to
    _differs(st, to, to + 1)


@kernel
def _range(st: Roam, step: int) -> tuple[int, int]:
    """First and last position that a step may have where the others are."""
    low, high = np.int64(0), np.int64(len(st.order) - 1)
    for at in range(st.run_start[step], st.run_start[step + 1]):
        run = st.run_before[st.runs[at]]
        if run >= 0:
            st.counts[GATES] += (st.member_start[run + 1] - st.member_start[run]) // A_GATE
            for member in range(st.member_start[run], st.member_start[run + 1]):
                low = max(low, st.pos[st.members[member]] + 1)
        run = st.run_after[st.runs[at]]
        if run >= 0:
            st.counts[GATES] += (st.member_start[run + 1] - st.member_start[run]) // A_GATE
            for member in range(st.member_start[run], st.member_start[run + 1]):
                high = min(high, st.pos[st.members[member]] - 1)
    return low, high


@kernel
def _wish(st: Roam, s: int) -> None:
    """Let a qubit want another home from a segment on, at most as long as it wants the same."""
    old = st.want[s]
    to = _other(st, old)
    if st.segs[s, FRESH]:
        _differs(st, 0, 0)
    while s >= 0 and st.want[s] == old:
        low, high = _ends(st, s)
        _differs(st, low, high)
        st.want[s] = to
        s = st.segs[s, FOLLOWING]
        if np.random.randint(4) == 0:
            break


@kernel
def _swap(st: Roam) -> None:
    """Let two qubits change places at the start and in what they want."""
    n = len(st.first)
    q, x = np.random.randint(n), np.random.randint(n)
    a, b = st.first[q], st.first[x]
    if a == b:
        return
    _differs(st, 0, len(st.order))
    st.first[q] = b
    st.first[x] = a
    for s in range(len(st.want)):
        if st.segs[s, QUBIT] == q and st.want[s] == a:
            st.want[s] = b
        elif st.segs[s, QUBIT] == x and st.want[s] == b:
            st.want[s] = a
