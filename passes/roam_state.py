"""What annealed plans keep: choices, holders, and marks of what was true at some steps.

`trapline.passes.roam_carry` carries steps out, `trapline.passes.roam_moves` changes choices.
"""

# mypy: disable-error-code="arg-type, assignment, no-any-return"
# pyright: reportArgumentType=false

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trapline.passes.books import EVENTS
from trapline.passes.kernel import kernel

Longs = NDArray[np.int64]

# Columns of `Roam.segs`; rows of `Roam.limit`, and of `Roam.used`.
QUBIT, FOLLOWING, FRESH = range(3)
DATA, COMM = range(2)
HOMES, IN_DATAS, IN_COMMS = range(3)

# Slots of `Roam.counts` after `EVENTS`, events written or wanted: weight of the pairs, gates ever
# carried out and other work, passes over the steps, first mark from which on a try agreed with the
# one before, positions between which a change makes a difference.
PAID, GATES, PASSES, AGREED, START, END = range(EVENTS + 1, EVENTS + 7)


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
def set_mark(st: Roam, marks: Marks, mark: int) -> None:
    """Note what is true now."""
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
def restore(st: Roam, marks: Marks, mark: int) -> None:
    """Go back to what was true at a mark."""
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
def agrees(st: Roam, marks: Marks, mark: int) -> bool:
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
