"""A lower bound for several modules, each of which holds the best contents at common prices.

On a complete network a segment that touches r modules costs r - 1 pairs: its pairs are the modules'
touches less one. All assignments consist of one contents for each module (`module_contents`) that
meet three demands: a segment has one home, an interaction happens in one module at least, and a
segment that touches r modules touches one alone if r is 1, so that touches and lone touches are two
at least. Put a price on each: no assignment costs less than the prices of all demands together,
less the segments, plus for each module the least that contents cost above their prices.

Any prices give a bound. The best ones are those of a linear program over all contents, which are
looked for where they are needed, with prices kept in a box about the best ones so far. Modules with
equally many data qubits share the search, and their names play no part.

Sources: Dantzig and Wolfe, "Decomposition principle for linear programs", Operations Research 8,
1960; for partitions of graphs Johnson, Mehrotra and Nemhauser, "Min-cut clustering", Mathematical
Programming 62, 1993; the box after Marsten, Hogan and Blankenship, "The boxstep method for
large-scale optimization", Operations Research 23, 1975. (Demands and contents are ours.)
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trapline.passes.assignment import touched
from trapline.passes.cpsat import group_interactions

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from trapline.passes.assignment import Assignment
    from trapline.passes.module_contents import Contents
    from trapline.passes.segment import Segments
    from trapline.targets.network import Network

UNIT = 1000
"""Prices are multiples of this part of a pair, so that what is proven is so in whole numbers."""

BOX = 0.05
"""Width of the box on either side, in pairs. Wider ones take far more rounds."""

SLACK = 0.1
"""Share of the hoped-for gain that searches for contents may leave open together."""

LONGEST, SHORTEST = 1 / 4, 0.01
"""Work of one search of contents: at most this share of what is left, at least so much."""

MOST_TOUCHES = 50_000
"""Segments times modules up to which contents are looked for."""

LINEAR = 1e-6
"""Work that the linear program takes for each amount in it that is not 0."""


class _Prices(NamedTuple):
    """Prices that would be best if no contents but the known existed.

    Args:
        prices: Multiples of a `UNIT`th.
        bound: What they would prove, in pairs.
        least: For each kind of modules, what the best known contents cost above their prices.
        inside: Whether no side of the box keeps them from being better.
    """

    prices: NDArray[np.int64]
    bound: float
    least: list[float]
    inside: bool


def module_bound(
    segments: Segments,
    network: Network,
    known: list[Assignment],
    *,
    enough: int,
    keepable: NDArray[np.bool_] | None = None,
    work: float,
    left: Callable[[], float | None],
    seed: int,
) -> int:
    """Bound the pairs of all assignments on a complete network from below.

    Args:
        segments: The communication model.
        network: Modules, all joined to one another.
        known: Assignments that fit, whose modules are the first contents.
        enough: A bound that need not be exceeded.
        keepable: Segments that could keep the copies of the segment two before; None for none.
        work: CP-SAT's deterministic time.
        left: Asked for the seconds that are left; None for no limit.
        seed: CP-SAT's random seed.

    Returns:
        The bound; 0 where qubits are reset, and without search where there are more than
        `MOST_TOUCHES` segments times modules.
    """
    many = segments.n_segments * network.n_modules > MOST_TOUCHES
    if many or segments.fresh.any() or not segments.n_interactions:
        return 0
    groups = group_interactions(segments, range(segments.n_interactions))
    search = _Search(segments, network, list(groups), keepable, work)
    for assignment in known:
        search.learn(contents_of(segments, network, groups, assignment))
    while search.proven < enough and search.round(left, seed):
        pass
    return search.proven


def contents_of(
    segments: Segments,
    network: Network,
    groups: dict[tuple[int, ...], list[int]],
    assignment: Assignment,
) -> list[tuple[int, Contents]]:
    """Return what the modules hold, without kept copies, with their data qubits."""
    from trapline.passes.module_contents import Contents

    plain = replace(assignment, kept=None)
    touches = np.zeros((segments.n_segments, network.n_modules), dtype=np.int64)
    touches[touched(segments, plain)] = 1
    lone = touches.sum(axis=1) == 1
    met = np.zeros((len(groups), network.n_modules), dtype=np.int64)
    for row, interactions in zip(met, groups.values(), strict=True):
        row[plain.place[interactions]] = 1
    out: list[tuple[int, Contents]] = []
    for m, size in enumerate(network.data_qubits):
        mine = touches[:, m]
        amounts = np.concatenate((plain.home == m, met[:, m], mine + (mine & lone)))
        out.append((size, Contents(amounts, int(mine.sum()))))
    return out


class _Search:
    def __init__(
        self,
        segments: Segments,
        network: Network,
        groups: list[tuple[int, ...]],
        keepable: NDArray[np.bool_] | None,
        work: float,
    ) -> None:
        from trapline.passes.module_contents import ModuleModel

        n, total = segments.n_segments, sum(network.data_qubits)
        self.n_segments = n
        self.kinds = Counter(network.data_qubits)
        self.models = {
            size: ModuleModel(segments, groups, keepable, size, total - size) for size in self.kinds
        }
        self.known: dict[int, dict[bytes, Contents]] = {size: {} for size in self.kinds}
        self.demands = np.repeat([1, 2], [n + len(groups), n])
        self.lowest = np.concatenate((np.full(n, -np.inf), np.zeros(len(groups) + n)))
        self.center = np.concatenate((np.ones(n), np.zeros(len(groups) + n)))
        self.value = self.entries = 0
        self.work = work

    @property
    def proven(self) -> int:
        """The bound in whole pairs."""
        return -(-self.value // UNIT)

    def learn(self, found: list[tuple[int, Contents]]) -> bool:
        """Add contents of modules with so many data qubits, and tell whether any are new."""
        before = self.entries
        for size, contents in found:
            key = contents.amounts.tobytes() + contents.cost.to_bytes(4)
            if key not in self.known[size]:
                self.known[size][key] = contents
                self.entries += 1 + int(np.count_nonzero(contents.amounts))
        return self.entries > before

    def round(self, left: Callable[[], float | None], seed: int) -> bool:
        """Try better prices, and tell whether there is more to gain and time for it."""
        tried = self._tried()
        if tried is None or (tried.inside and tried.bound < self.proven + 1 / UNIT):
            return False
        hoped = tried.bound * UNIT - self.value
        value = int(self.demands @ tried.prices) - UNIT * self.n_segments
        self.work -= LINEAR * self.entries
        new = False
        for (size, count), above in zip(self.kinds.items(), tried.least, strict=True):
            work, seconds = self.work * LONGEST, left()
            if hoped < 1 or work < SHORTEST or (seconds is not None and seconds <= 0):
                return False
            offer = self.models[size].best(
                tried.prices,
                UNIT,
                slack=SLACK * hoped / len(self.kinds) / count,
                enough=above * UNIT - hoped / count,
                work=work,
                seconds=seconds,
                seed=seed,
            )
            self.work -= offer.work
            new |= self.learn([(size, contents) for contents in offer.contents])
            value += count * offer.least
        gained = value > self.value
        if gained:
            self.value, self.center = value, tried.prices / UNIT
        return gained or new

    def _tried(self) -> _Prices | None:
        """Solve the linear program over the known contents in the box."""
        from ortools.linear_solver.python import model_builder

        low = np.maximum(self.lowest, self.center - BOX)
        high = self.center + BOX
        model = model_builder.Model()  # type: ignore[no-untyped-call]  # its stub has no types
        prices = [model.new_num_var(a, b, "") for a, b in zip(low, high, strict=True)]
        least = {size: model.new_num_var(-np.inf, np.inf, "") for size in self.kinds}
        total = model_builder.LinearExpr.weighted_sum  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # its stub has no types
        for size, contents in self.known.items():
            for amounts, cost in contents.values():
                some = np.flatnonzero(amounts)
                terms = [least[size], *(prices[j] for j in some)]
                model.add(total(terms, [1.0, *amounts[some].astype(float)]) <= float(cost))
        counts = [float(count) for count in self.kinds.values()]
        model.maximize(total([*prices, *least.values()], [*self.demands.astype(float), *counts]))
        solver = model_builder.Solver("glop")
        if solver.solve(model) != model_builder.SolveStatus.OPTIMAL:
            return None
        chosen = np.array([solver.value(price) for price in prices])
        at_side = (np.abs(chosen - self.center) > BOX - 1e-7) & (chosen > self.lowest + 1e-9)
        return _Prices(
            np.maximum(np.rint(chosen * UNIT), self.lowest).astype(np.int64),
            solver.objective_value - self.n_segments,
            [solver.value(var) for var in least.values()],
            not at_side.any(),
        )
