"""Bounds on the cost to go, from tables of the cost across cuts.

* Each link of a tree of links is a cut, and a Steiner tree's weight is the number of links whose
  cut its modules lie on both sides of: the bounds add up.
* On a complete network a set of a > 1 modules lies across the a cuts that part one of its modules
  from the rest, and costs a - 1 >= a/2: half the sum is a bound.

Each cut alone would put as many qubits as fit on the side of several modules. Charges for being
there make them agree, since over all k cuts they come to no more than a known sum: a qubit with one
holder is on the other side of k - 1 cuts; with a > 1 holders it is on both sides of a cuts and on
the other side of k - a, and half the charge for both sides is never more. Likewise interactions.
The charges are chosen by subgradient ascent (Held, Wolfe, Crowder, "Validation of subgradient
optimization", 1974), a heuristic; the bound holds for any charges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trapline.passes.exact_steps import KEEP, MEET, NEVER, SEAT

if TYPE_CHECKING:
    from collections.abc import Callable

    from trapline.passes.exact_states import Bound, Net
    from trapline.passes.exact_steps import Steps
    from trapline.passes.exact_tables import Flow
    from trapline.targets.network import Network

Longs = NDArray[np.int64]
Words = NDArray[np.uint32]

UNIT = 48_000
"""Units of cost of one pair in the tables."""
MOST_ROUNDS = 60
HOPE = 1.25
"""What the bound is hoped to become at most, as a multiple of what it is."""
PACE = 0.7
"""First length of a step, as a share of what would close the gap if bounds were linear."""
PATIENCE = 3
"""Rounds without a better bound after which steps get shorter."""
SHORTER = 0.7


@dataclass(frozen=True, eq=False)
class Tables:
    """Tables of all cuts.

    Args:
        cuts: Modules on side 0 of each, as bits.
        costs: For each cut uint32, the states before each step as `Flow.start` says.
        less: int64, (steps + 1,). What the charges from each step on come to over all cuts at most.
        flow: The layout.
        modules: Number of modules.
        least: Proven bound on the pairs from the start on.
    """

    cuts: Longs
    costs: list[Words]
    less: Longs
    flow: Flow
    modules: int
    least: int = 0

    def bound(self, step: int, wanted: int) -> Bound:
        """Return the bound before a step for the compiled code."""
        from trapline.passes.exact_states import Bound

        low, high = int(self.flow.start[step]), int(self.flow.start[step + 1])
        rows = np.stack([cost[low:high] for cost in self.costs])
        radix = self.flow.radix[step]
        unit = np.cumprod(np.append(1, radix[:-1])).astype(np.int64)
        part = _parts(unit, self.modules, self.cuts)
        return Bound(rows, part, unit, self.cuts, int(self.less[step]), UNIT, wanted)


def cut_tables(
    steps: Steps,
    flow: Flow,
    network: Network,
    net: Net,
    starts: Longs,
    *,
    most_entries: int,
    enough: int,
    stop: Callable[[], bool],
) -> Tables:
    """Fill the tables.

    Args:
        steps: The steps of a problem.
        flow: The same for the compiled code.
        network: The modules.
        net: The same for the compiled code.
        starts: int64, (states, 2). Holders and seats at the start.
        most_entries: Entries to fill in subgradient ascent.
        enough: Pairs at which the bound is good enough.
        stop: Asked after each round whether to stop.
    """
    from trapline.passes.exact_states import bounds_of
    from trapline.passes.exact_tables import Charges, fill, trace

    k, n, cuts = net.k, net.n, cuts_of(network)
    rooms = [rooms_of(network, cut) for cut in cuts]
    which = [rooms.index(pair) for pair in rooms]
    charged = k > 2 and network.is_complete
    price = UNIT // 2 if charged else UNIT
    seat = np.zeros((len(steps.mobile), n), dtype=np.int64)
    meet = np.zeros(len(steps.pin_start) - 1, dtype=np.int64)
    made = {c: np.empty(int(flow.start[-1]), dtype=np.uint32) for c in sorted(set(which))}
    rounds = min(MOST_ROUNDS, most_entries // (len(made) * int(flow.start[-1]))) if charged else 0
    best, chosen, stale, pace = -1, (seat, meet), 0, PACE

    def tables(seat: Longs, meet: Longs) -> Tables:
        for c, cost in made.items():
            fill(flow, Charges(price, seat, meet), np.array(rooms[c]), cost)
        less = _less(steps, seat, meet, k - 1)
        return Tables(np.array(cuts), [made[c] for c in which], less, flow, k)

    for turn in range(rounds + 1):
        found = tables(seat, meet)
        values = bounds_of(starts, net, found.bound(0, 0))
        low = int(values.min())
        stale = 0 if low > best else stale + 1
        if low > best:
            best, chosen = low, (seat, meet)
        if low > (enough - 1) * UNIT or turn == rounds or stop():
            break
        if stale == PATIENCE:
            pace, stale = pace * SHORTER, 0
        start = starts[int(values.argmin()), 0] >> (k * np.arange(n)) & (1 << k) - 1
        seats, meets = np.zeros_like(seat), np.zeros_like(meet)
        for c, cut in enumerate(cuts):
            digits = np.where(start & cut == 0, 1, 0)
            trace(flow, Charges(price, seat, meet), made[which[c]], digits, seats, meets)
        seats -= 2 * (k - 1)
        meets -= 2 * (k - 1)
        seats[(seat == 0) & (seats < 0)] = 0
        meets[(meet == 0) & (meets < 0)] = 0
        norm = int((seats**2).sum() + (meets**2).sum())
        if norm == 0:
            break
        size = pace * (min(enough * UNIT, HOPE * max(best, UNIT)) - low) / norm
        seat = np.maximum(seat + np.round(size * seats), 0).astype(np.int64)
        meet = np.maximum(meet + np.round(size * meets), 0).astype(np.int64)
        if _dearest(steps, seat, meet) >= NEVER:
            break
    found = tables(*chosen)
    return Tables(found.cuts, found.costs, found.less, flow, k, least=max(0, -(-best // UNIT)))


def is_dear(steps: Steps) -> bool:
    """Tell whether costs without charges come near what stands for impossible in the tables."""
    return _dearest(steps, np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)) >= NEVER // 2


def _dearest(steps: Steps, seat: Longs, meet: Longs) -> int:
    """Bound the cost of a cut from above: every pair that can be paid, and every charge."""
    n_layers, n = len(steps.mobile), int(steps.spreads.shape[1])
    n_kept = int((steps.kind == KEEP).sum())
    n_pairs = len(steps.qubits) + n_layers * n + n_kept
    return UNIT * n_pairs + 2 * int(seat.sum()) + 2 * int(meet.sum())


def _less(steps: Steps, seat: Longs, meet: Longs, others: int) -> Longs:
    """Sum the charges from each step on, over all cuts but one."""
    each = np.zeros(len(steps.kind) + 1, dtype=np.int64)
    for r, (kind, x) in enumerate(zip(steps.kind.tolist(), steps.of.tolist(), strict=True)):
        if kind == MEET:
            each[r] = 2 * others * meet[x]
        elif kind == SEAT:
            each[r] = 2 * others * seat[x].sum()
    return np.cumsum(each[::-1])[::-1]


def rooms_of(network: Network, cut: int) -> tuple[int, int]:
    """Count the data qubits on either side of a cut."""
    inside = sum(c for m, c in enumerate(network.data_qubits) if cut >> m & 1)
    return inside, sum(network.data_qubits) - inside


def _parts(unit: Longs, k: int, cuts: Longs) -> Longs:
    """Tabulate what each twelve bits of holders add to the index of a table."""
    each, full = 12 // k, (1 << k) - 1
    words = np.arange(4096)
    out = np.zeros((len(cuts), -(-len(unit) // each), 4096), dtype=np.int64)
    for c, cut in enumerate(cuts.tolist()):
        for q, one in enumerate(unit.tolist()):
            mine = words >> (q % each * k) & full
            digit = np.where(mine & cut == 0, 1, np.where(mine & ~cut == 0, 0, 2))
            out[c, q // each] += np.where(mine == 0, 2, digit) * one
    return out


def cuts_of(network: Network) -> list[int]:
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
