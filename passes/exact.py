"""The exact optimum of small problems, by a search over states with proven bounds.

A state says which modules each qubit's segment touches so far, in which of them it occupies a data
qubit, and whether it may move. The steps (`exact_steps`) and their costs are those of `Assignment`,
copies that outlive their segment included: what the search finds can be carried out, and no
assignment costs less than what it proves. Tables of the cost across cuts (`exact_bound`) bound the
cost to go; only states are kept whose cost so far and bound to go stay below the best known answer.
When none is left, that answer is optimal.

In one way the search goes beyond `Assignment`: one of several copies that outlive a segment may be
given up and fetched again. Its bound may then be less than what can be carried out, never more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trapline.passes.exact_bound import UNIT, cut_tables, cuts_of, is_dear, rooms_of
from trapline.passes.exact_rows import doubled, empty_rows, picked, used
from trapline.passes.exact_steps import KEEP, MEET, RESET, Steps, steps_of
from trapline.passes.exact_trail import assignment_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from trapline.passes.assignment import Assignment
    from trapline.passes.exact_states import Rows
    from trapline.passes.exact_tables import Flow
    from trapline.passes.exact_trail import Trail
    from trapline.passes.route import Router
    from trapline.passes.segment import Segments
    from trapline.targets.network import Network

Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]

MOST_MODULES = 4
MOST_QUBITS = 12
MOST_BYTES = 1_000_000_000
"""Largest size of all tables together."""
WIDTH = 10_000
"""States after each step that are followed first."""
LEAST_ROWS = 1 << 12
"""Room for states to begin with."""


@dataclass(frozen=True, kw_only=True)
class ExactResult:
    """What the search found.

    Args:
        bound: Proven lower bound on the pairs.
        assignment: A better assignment than the best known, when there is one; None otherwise.
        proven: Whether the search went to its end: no assignment costs less than `bound`, and
            `assignment`, where there is one, or else the best known one attains it, but for the
            exception that the module names.
    """

    bound: int
    assignment: Assignment | None = None
    proven: bool = False


def is_small(segments: Segments, network: Network, keepable: Bools | None = None) -> bool:
    """Whether a problem is within reach of the exact search; arguments as for `solve_exactly`."""
    k, n = network.n_modules, segments.n_qubits
    is_tree = len(network.links) == k - 1 and network.is_connected
    if not (1 < k <= MOST_MODULES and n <= MOST_QUBITS and (network.is_complete or is_tree)):
        return False
    tables = len({rooms_of(network, cut) for cut in cuts_of(network)})
    if 4 * tables * 3**n * segments.n_interactions > MOST_BYTES:
        return False
    steps = steps_of(segments, keepable)
    return 4 * tables * int(_flow(steps).start[-1]) <= MOST_BYTES and not is_dear(steps)


def solve_exactly(
    segments: Segments,
    network: Network,
    router: Router,
    *,
    best: int,
    most_states: int,
    most_entries: int = 0,
    keepable: Bools | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> ExactResult:
    """Prove that nothing costs less than `best`, or find what does.

    Args:
        segments: A problem that `is_small`.
        network: The modules.
        router: Weights of the network; all links must weigh one.
        best: Pairs of the best known assignment.
        most_states: Give up when more states must be kept in all for one bound.
        most_entries: Entries of tables to fill to improve the bounds first.
        keepable: Segments that could keep the copies of the segment two before
            (`trapline.passes.embedding.keepable`); None for none. Only on complete networks.
        stop: Asked between steps whether to give up.
    """
    search = _Search(segments, network, router, best, most_entries, keepable, stop)
    return search.run(best, most_states)


class _Search:
    def __init__(
        self,
        segments: Segments,
        network: Network,
        router: Router,
        best: int,
        most_entries: int,
        keepable: Bools | None,
        stop: Callable[[], bool],
    ) -> None:
        from trapline.passes.exact_states import Net

        self.segments, self.stop = segments, stop
        n, k = segments.n_qubits, network.n_modules
        self.steps = steps_of(segments, keepable)
        self.flow = _flow(self.steps)
        weight = [router.weight(m) for m in range(1 << k)]
        step_cost = np.array(
            [[weight[m | 1 << p] - weight[m] for p in range(k)] for m in range(1 << k)]
        ).astype(np.int64)
        alike = network.is_complete and len(set(network.data_qubits)) == 1
        self.net = Net(n, k, np.array(network.data_qubits), step_cost, alike)
        self.starts = _starts(n, network.data_qubits, alike=alike)
        self.tables = cut_tables(
            self.steps,
            self.flow,
            network,
            self.net,
            self.starts,
            most_entries=most_entries,
            enough=best,
            stop=stop,
        )

    def run(self, best: int, most_states: int) -> ExactResult:
        """Ask for less than each number in turn, from below; the first that can be had is best.

        Each time only the `WIDTH` most promising states are followed first, which may find an
        assignment soon but proves nothing when states were left out.
        """
        bound, proves = min(best, self.tables.least), True
        for wanted in range(bound + 1, best + 1):
            trail, whole = self._below(wanted, most_states, WIDTH)
            if proves and not whole and not len(trail[-1].held):
                trail, whole = self._below(wanted, most_states, most_states)
            if len(trail[-1].held):
                found = assignment_of(self.segments, self.steps, self.net, trail)
                return ExactResult(bound=bound, assignment=found, proven=proves)
            proves = proves and whole
            bound = wanted if proves else bound
        return ExactResult(bound=bound, proven=proves)

    def _below(self, wanted: int, most_states: int, width: int) -> tuple[Trail, bool]:
        """Follow states that can end below `wanted`, and tell whether these are all.

        Args:
            wanted: More pairs than asked for.
            most_states: Give up, with no state at the end, when there are more in all.
            width: Keep that many after each step.
        """
        from trapline.passes.exact_states import offer_all

        rows = empty_rows(len(self.starts))
        offer_all(self.starts, self.net, self.tables.bound(0, wanted), rows)
        trail, whole = [used(rows)], True
        total = len(trail[0].held)
        for r in range(len(self.steps.kind)):
            found = self._after(trail[-1], r, wanted, most_states - total)
            if found is None or self.stop():
                return [picked(trail[-1], np.arange(0))], False
            rows = found
            total += len(rows.held)
            if len(rows.held) > width:
                rows, whole = self._promising(rows, r + 1, width), False
            trail.append(rows)
        return trail, whole

    def _promising(self, rows: Rows, step: int, width: int) -> Rows:
        """Keep the states before a step with the lowest bounds on their cost in all."""
        from trapline.passes.exact_states import bounds_of

        states = np.column_stack([rows.held, rows.seat])
        ends = UNIT * rows.paid + bounds_of(states, self.net, self.tables.bound(step, 0))
        return picked(rows, np.sort(np.argsort(ends, kind="stable")[:width]))

    def _after(self, source: Rows, r: int, wanted: int, most: int) -> Rows | None:
        """All states after a step; None when they are more than `most`."""
        from trapline.passes import exact_kernels as compiled

        kind, x, net, flow = int(self.steps.kind[r]), int(self.steps.of[r]), self.net, self.flow
        here, bound = self.tables.bound(r, wanted), self.tables.bound(r + 1, wanted)
        out, at = empty_rows(max(LEAST_ROWS, 2 * len(source.held))), 0
        while True:
            if kind == MEET:
                qubits = flow.qubits[flow.pin_start[x] : flow.pin_start[x + 1]]
                at = compiled.meet(source, at, qubits, net, bound, out)
            elif kind == KEEP:
                holds = bool(self.steps.spreads[r + 1, x])
                at = compiled.keep(source, at, x, holds, net, bound, out)
            elif kind == RESET:
                at = compiled.begin_anew(source, at, x, net, bound, out)
            else:
                at = compiled.seat_all(source, at, flow, x, net, bound, here, out)
            if int(out.top[0]) > most:
                return None
            if at == len(source.held):
                return used(out)
            out = doubled(out)


def _flow(steps: Steps) -> Flow:
    """Lay the tables out."""
    from trapline.passes.exact_tables import Flow

    radix = np.where(steps.spreads, 4, 3).astype(np.int64)
    start = np.concatenate([[0], np.cumsum(radix.prod(axis=1))]).astype(np.int64)
    return Flow(
        steps.kind, steps.of, steps.pin_start, steps.qubits, steps.mobile, steps.ending,
        steps.reset, radix, start,
    )  # fmt: skip


def _starts(n: int, room: tuple[int, ...], *, alike: bool) -> Longs:
    """Every way to give each qubit a module; columns holders and seats.

    On equal modules, up to their names.
    """
    from trapline.passes.exact_states import MOVED

    k = len(room)
    states = np.zeros((1, 3 + k), dtype=np.int64)  # holders, seats, modules in use, qubits in each
    for q in range(n):
        grown: list[Longs] = []
        for m in range(k):
            free = states[:, 3 + m] < room[m]
            mine = states[free & (states[:, 2] >= m) if alike else free].copy()
            mine[:, 0] |= 1 << (q * k + m)
            mine[:, 1] |= (m | MOVED << 2) << (4 * q)
            mine[:, 2] = np.maximum(mine[:, 2], m + 1)
            mine[:, 3 + m] += 1
            grown.append(mine)
        states = np.concatenate(grown)
    return np.ascontiguousarray(states[:, :2])
