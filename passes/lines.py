"""What must stay in order: the lines of the steps of an allocation, cut into runs.

Qubits and bits are lines. Two steps on a line may change places when both act on it along one axis,
or both only read it; a maximal sequence of such steps is a run. A step may happen once the runs
before its own are over on all its lines. One more line keeps moves and resets in order, because
they take each other's data qubits.
"""

# mypy: disable-error-code="arg-type, assignment, no-any-return"
# pyright: reportArgumentType=false

from __future__ import annotations

from typing import NamedTuple

import numba as nb
import numpy as np
from numpy.typing import NDArray

from trapline.passes.job import FIRST, KIND, LAST, MOVE

Longs = NDArray[np.int64]

ALONE = -1
"""Class of a step that may change places with nothing on a line."""


class Touch(NamedTuple):
    """Lines that operations touch; `e` in all.

    Args:
        start: int64, (operations + 1,). Lines of operation i are `line[start[i]:start[i + 1]]`.
        line: int64, (e,). Qubits first, then bits.
        kind: int64, (e,). Class: equal ones may change places, `ALONE` with nothing.
    """

    start: Longs
    line: Longs
    kind: Longs


class Runs(NamedTuple):
    """Runs of steps on lines; `r` in all, `e` visits of steps to them.

    Args:
        start: int64, (steps + 1,). Runs of step i are `run[start[i]:start[i + 1]]`.
        run: int64, (e,).
        following: int64, (r,). Next run of the line, -1 for the last.
        members: int64, (e,). Steps of run r are `members[member_start[r]:member_start[r + 1]]`.
        member_start: int64, (r + 1,).
        waits: int64, (steps,). Runs of each step that cannot begin at the start.
    """

    start: Longs
    run: Longs
    following: Longs
    members: Longs
    member_start: Longs
    waits: Longs


@nb.njit(cache=True)
def runs_of(
    steps: Longs,
    movers: Longs,
    touch: Touch,
    n_lines: int,
    op_end: Longs,
    is_reset: NDArray[np.bool_],
) -> Runs:
    """Cut the lines of all steps into runs.

    Args:
        steps: The steps, in program order, as in `trapline.passes.job.Job`.
        movers: Qubits that steps move.
        touch: Lines of the operations.
        n_lines: Number of qubits and bits.
        op_end: For each step, one more than its last operation; the first one is the step's item,
            of a group the one after the step before.
        is_reset: Operations that take a data qubit.
    """
    n = len(steps)
    start = np.zeros(n + 1, dtype=np.int64)
    size = len(touch.line) + len(movers) + 2 * n
    run = np.empty(size, dtype=np.int64)
    following = np.full(size, -1, dtype=np.int64)
    last_run = np.full(n_lines + 1, -1, dtype=np.int64)
    last_kind = np.full(n_lines + 1, ALONE, dtype=np.int64)
    mine = np.empty(size, dtype=np.int64)
    kinds = np.full(n_lines + 1, ALONE, dtype=np.int64)
    stamp = np.full(n_lines + 1, -1, dtype=np.int64)
    at, count, op = 0, 0, 0
    for step in range(n):
        first = at
        if steps[step, KIND] == MOVE:
            for q in movers[steps[step, FIRST] : steps[step, LAST]]:
                at = _visit(mine, kinds, stamp, at, step, q, ALONE)
            at = _visit(mine, kinds, stamp, at, step, n_lines, ALONE)
        else:
            while op < op_end[step]:
                for j in range(touch.start[op], touch.start[op + 1]):
                    at = _visit(mine, kinds, stamp, at, step, touch.line[j], touch.kind[j])
                if is_reset[op]:
                    at = _visit(mine, kinds, stamp, at, step, n_lines, ALONE)
                op += 1
        for j in range(first, at):
            line = mine[j]
            if last_run[line] < 0 or kinds[line] == ALONE or kinds[line] != last_kind[line]:
                if last_run[line] >= 0:
                    following[last_run[line]] = count
                last_run[line] = count
                last_kind[line] = kinds[line]
                count += 1
            run[j] = last_run[line]
        start[step + 1] = at
    return _with_members(start, run[:at], following[:count])


@nb.njit(cache=True)
def _visit(
    mine: Longs, kinds: Longs, stamp: Longs, at: int, step: int, line: int, kind: int
) -> int:
    """Note that a step touches a line; of a line touched twice in two ways nothing is known."""
    if stamp[line] == step:
        if kinds[line] != kind:
            kinds[line] = ALONE
        return at
    stamp[line] = step
    kinds[line] = kind
    mine[at] = line
    return at + 1


@nb.njit(cache=True)
def _with_members(start: Longs, run: Longs, following: Longs) -> Runs:
    member_start = np.zeros(len(following) + 1, dtype=np.int64)
    for r in run:
        member_start[r + 1] += 1
    member_start = np.cumsum(member_start)
    members = np.empty(len(run), dtype=np.int64)
    filled = member_start[:-1].copy()
    is_first = np.ones(len(following), dtype=np.bool_)
    for r in following:
        if r >= 0:
            is_first[r] = False
    waits = np.zeros(len(start) - 1, dtype=np.int64)
    for step in range(len(start) - 1):
        for j in range(start[step], start[step + 1]):
            r = run[j]
            members[filled[r]] = step
            filled[r] += 1
            waits[step] += not is_first[r]
    return Runs(start, run.copy(), following.copy(), members, member_start, waits)
