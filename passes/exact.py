"""The exact optimum of small problems, by a search over holders with proven bounds.

A state says in which modules each qubit has holders; each interaction in turn happens in some place
and adds holders at the cost of the network; where a segment begins, a qubit keeps one holder. A
qubit may sit in a data qubit of any of its holders, whichever leaves room; where there is none,
holders are added. Between two sides of a cut that is a table over 3^n states, filled backwards.
The tables of several cuts bound the cost to go among more modules:

* each link of a tree of links is a cut, and a Steiner tree's weight is the number of links whose
  cut its modules lie on both sides of: the bounds add up;
* on a complete network a set of a > 1 modules lies across the a cuts that part one of its modules
  from the rest, and costs a - 1 >= a/2: half the sum is a bound.

The forward search keeps only states whose cost so far and bound to go stay below the best known
answer. When none is left, that answer is optimal among all plans that keep the program's order and
segments, with any number of communication qubits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trapline.passes.anneal import keep_cache_out_of_home
from trapline.passes.assignment import Assignment
from trapline.passes.occupancy import fits

if TYPE_CHECKING:
    from trapline.passes.route import Router
    from trapline.passes.segment import Segments
    from trapline.targets.network import Network

Longs = NDArray[np.int64]

MOST_MODULES = 4
MOST_QUBITS = 12
UNIT = 480
"""Units of cost of one pair in the tables."""
PENALTIES = (2, 4, 6, 8, 10, 12, 15, 20, 30)
STEPS = 6
"""How far below the best known answer the search begins."""
TABLE_BYTES = 400_000_000
"""Largest size of all tables together."""


@dataclass(frozen=True, kw_only=True)
class ExactResult:
    """What the search found.

    Args:
        bound: Proven lower bound on the pairs.
        assignment: A better assignment than the best known, when there is one and its homes
            could be given data qubits layer by layer; else None.
        proven: Whether `bound` is the optimum.
    """

    bound: int
    assignment: Assignment | None = None
    proven: bool = False


def is_small(segments: Segments, network: Network) -> bool:
    """Whether a problem is within reach of the exact search."""
    k, n = network.n_modules, segments.n_qubits
    is_tree = len(network.links) == k - 1 and network.is_connected
    cuts = 1 if k == 2 else k
    return (
        1 < k <= MOST_MODULES
        and n <= MOST_QUBITS
        and (network.is_complete or is_tree)
        and cuts * 3**n * (segments.n_interactions + 1) <= TABLE_BYTES
    )


def solve_exactly(
    segments: Segments, network: Network, router: Router, *, best: int, most_states: int
) -> ExactResult:
    """Prove that nothing costs less than `best`, or find what does.

    Args:
        segments: A problem that `is_small`.
        network: The modules.
        router: Weights of the network; all links must weigh one.
        best: Pairs of the best known assignment.
        most_states: Give up when more states must be kept for one interaction.
    """
    keep_cache_out_of_home()
    search = _Search(segments, network, router)
    search.sharpen()
    return search.run(best, most_states)


class _Search:
    def __init__(self, segments: Segments, network: Network, router: Router) -> None:
        self.segments, self.network, self.router = segments, network, router
        self.n, self.k = segments.n_qubits, network.n_modules
        self.qubits = segments.qubit[segments.pins].astype(np.int64)
        self.begins = _begins(segments)
        self.pin_start = segments.pin_start.astype(np.int64)
        self.power = 3 ** np.arange(self.n, dtype=np.int64)
        cuts = _cuts(network)
        room = np.array(network.data_qubits)
        sets = np.arange(1 << self.k)
        self.room = np.array([room[(g >> np.arange(self.k) & 1) == 1].sum() for g in sets.tolist()])
        self.sides = np.array(
            [np.where(sets & ~c == 0, 0, np.where(sets & c == 0, 1, 2)) for c in cuts]
        ).astype(np.int64)
        self.cuts = cuts
        # A set of a > 1 modules lies across a of the cuts of a complete network, and costs a - 1.
        self.price = UNIT // 2 if network.is_complete and self.k > 2 else UNIT
        # Sides may not all be small at once: what the cuts count on side 1 has a limit in all.
        ends = sum(int(room[m]) for m in range(self.k) if 1 << m not in cuts)
        self.most_right = len(cuts) * self.n - (self.n - ends)
        self.penalty, self.tables = 0, self._tables(0)
        weight = [router.weight(m) for m in sets.tolist()]
        self.step_cost = np.array(
            [[weight[m | 1 << p] - weight[m] for p in range(self.k)] for m in sets.tolist()]
        ).astype(np.int64)

    def run(self, best: int, most_states: int) -> ExactResult:
        """Ask for less than each number in turn, from below; the first that can be had is best."""
        bound = min(best, self._least(self._starts()))
        for wanted in range(max(bound, best - STEPS) + 1, best + 1):
            trail = self._below(wanted, most_states)
            if trail is None:
                return ExactResult(bound=bound)
            if len(trail[-1]):
                return ExactResult(
                    bound=wanted - 1, assignment=self._assignment(trail), proven=True
                )
            bound = wanted
        return ExactResult(bound=bound, proven=True)

    def _below(self, wanted: int, most_states: int) -> list[Longs] | None:
        """Follow all states that can end below `wanted`; None when they are too many."""
        starts = self._starts()
        rows = np.column_stack([starts, np.zeros((len(starts), 3), dtype=np.int64)])
        rows = self._kept(rows, 0, wanted)
        trail = [rows]
        for i in range(self.segments.n_interactions):
            if len(rows) > most_states:
                return None
            rows = self._kept(self._after(rows, i), i + 1, wanted)
            trail.append(rows)
        return trail

    def sharpen(self) -> None:
        """Choose the penalty for which the bound at the start is best."""
        starts = self._starts()
        if self.k == 2 or any(c & (c - 1) for c in self.cuts):
            return
        best, chosen = self._least(starts), (self.penalty, self.tables)
        for penalty in PENALTIES:
            self.penalty, self.tables = penalty, self._tables(penalty)
            found = self._least(starts)
            if found > best:
                best, chosen = found, (penalty, self.tables)
        self.penalty, self.tables = chosen

    def _least(self, starts: Longs) -> int:
        return int(self._to_go(starts, 0).min())

    def _tables(self, penalty: int) -> list[NDArray[np.uint32]]:
        from trapline.passes.exact_kernels import two_way

        full, made = (1 << self.k) - 1, dict[tuple[int, int], NDArray[np.uint32]]()
        out: list[NDArray[np.uint32]] = []
        for cut in self.cuts:
            rooms = int(self.room[cut]), int(self.room[full & ~cut])
            if rooms not in made:
                made[rooms] = two_way(
                    self.n, self.pin_start, self.qubits, self.begins, *rooms, self.price, penalty
                )
            out.append(made[rooms])
        return out

    def _starts(self) -> Longs:
        """Every way to give each qubit one module; on equal modules, up to their names."""
        alike = self.network.is_complete and len(set(self.network.data_qubits)) == 1
        states = np.zeros((1, 2), dtype=np.int64)  # state, modules in use
        for q in range(self.n):
            grown: list[Longs] = []
            for m in range(self.k):
                allowed = states[:, 1] >= m if alike else np.full(len(states), True)
                mine = states[allowed]
                used = np.maximum(mine[:, 1], m + 1)
                grown.append(np.column_stack([mine[:, 0] | 1 << (q * self.k + m), used]))
            states = np.concatenate(grown)
        return np.ascontiguousarray(states[:, 0])

    def _to_go(self, states: Longs, i: int) -> Longs:
        from trapline.passes.exact_kernels import bounds_to_go

        out = np.zeros(len(states), dtype=np.int64)
        rows = np.stack([table[i] for table in self.tables])
        less = self.penalty * self.most_right * (self.segments.n_interactions - i + 1)
        bounds_to_go(states, self.n, self.k, rows, self.sides, less, UNIT, out)
        return out

    def _kept(self, rows: Longs, i: int, best: int) -> Longs:
        """Keep the cheapest row of each state that can still beat `best` and can be held.

        States whose qubits have no room get more holders until they have.
        """
        from trapline.passes.exact_kernels import extend, hold, undominated

        done: list[Longs] = []
        while True:
            rows = rows[rows[:, 1] + self._to_go(rows[:, 0].copy(), i) < best]
            rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
            rows = rows[np.diff(rows[:, 0], prepend=-1) != 0]
            held = np.zeros(len(rows), dtype=np.uint8)
            hold(rows[:, 0].copy(), self.n, self.k, self.room, held)
            done.append(rows[held == 1])
            rows = rows[held == 0]
            if i == 0 or len(rows) == 0:
                break
            out = np.zeros((len(rows) * self.n * self.k, 4), dtype=np.int64)
            top = extend(rows[:, 0].copy(), self.n, self.k, self.step_cost, out)
            grown = out[:top]
            source = rows[grown[:, 2]]
            rows = np.column_stack([grown[:, 0], source[:, 1] + grown[:, 1], source[:, 2:]])
        kept = np.concatenate(done)
        kept = kept[np.lexsort((kept[:, 1], kept[:, 0]))]
        kept = kept[np.diff(kept[:, 0], prepend=-1) != 0]
        useful = np.zeros(len(kept), dtype=np.uint8)
        states, paid = kept[:, 0].copy(), kept[:, 1].copy()
        undominated(states, paid, self.n, self.k, self.step_cost, useful)
        found: Longs = kept[useful == 1]
        return found

    def _after(self, rows: Longs, i: int) -> Longs:
        """All states after interaction i; columns state, cost, row before, place."""
        from trapline.passes.exact_kernels import expand

        low, high = int(self.pin_start[i]), int(self.pin_start[i + 1])
        out = np.zeros((len(rows) * self.k ** (high - low + 1) + 64, 4), dtype=np.int64)
        top = expand(
            rows[:, 0].copy(),
            rows[:, 1].copy(),
            self.k,
            self.qubits[low:high],
            self.begins[low:high],
            self.step_cost,
            out,
        )
        return out[:top]

    def _assignment(self, trail: list[Longs]) -> Assignment | None:
        """Read homes and places off the cheapest path; None when the homes leave no room."""
        segments, full = self.segments, (1 << self.k) - 1
        at = int(np.argmin(trail[-1][:, 1]))
        place = np.zeros(segments.n_interactions, dtype=np.int32)
        states = [0] * len(trail)
        for i in range(len(trail) - 1, -1, -1):
            states[i] = int(trail[i][at, 0])
            if i:
                place[i - 1] = trail[i][at, 3]
                at = int(trail[i][at, 2])
        home = np.zeros(segments.n_segments, dtype=np.int32)
        for s, q in enumerate(segments.qubit.tolist()):
            after = int(segments.following[s])
            ends = int(segments.last[s]) + 1 if segments.last[s] >= 0 else 0
            held = states[ends] >> (q * self.k) & full
            if after >= 0 and not segments.fresh[after]:
                meets = states[int(segments.first[after]) + 1] >> (q * self.k) & full
                held = held & meets or held
            home[s] = (held & -held).bit_length() - 1
        found = Assignment(home=home, place=place, move=segments.first_moves)
        return found if fits(segments, found, self.network) else None


def _begins(segments: Segments) -> Longs:
    """For each operand, whether its segment begins there, and whether after a reset."""
    index = np.repeat(np.arange(segments.n_interactions), np.diff(segments.pin_start))
    begins = (segments.first[segments.pins] == index) & (segments.previous[segments.pins] >= 0)
    return np.where(begins & segments.fresh[segments.pins], 2, begins).astype(np.int64)


def _cuts(network: Network) -> list[int]:
    """Sets of modules on one side of each cut of the bound."""
    k = network.n_modules
    if k == 2:
        return [1]
    if network.is_complete:
        return [1 << m for m in range(k)]
    sides: list[int] = []
    for a, b in network.links:
        reached, queue = 1 << a, [a]
        while queue:
            here = queue.pop()
            for there in network.neighbours[here]:
                if not reached >> there & 1 and {here, there} != {a, b}:
                    reached |= 1 << there
                    queue.append(there)
        sides.append(
            min(reached, (1 << k) - 1 & ~reached, key=lambda side: (side.bit_count(), side))
        )
    return sides
