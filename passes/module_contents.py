"""What one module may hold over a whole circuit, in CP-SAT: the best at given prices.

The model says for one module: here[s], whether segment s has its home in it; touched[s] and
around[s], whether s touches it and any other; met[g], whether the interactions g of the same
segments happen in it. Data qubits are limited in every layer, in this module and in all others
together. Where a home may change, a qubit counts only if it is on the same side before and after:
that is less than it needs, so that nothing possible is left out.

Copies that outlive a segment (`Assignment.kept`) save a pair in each module where they do, and the
other operands of the interactions between must touch that module. These interactions are met in the
home, which all their operands touch; what else other modules must hold is left out.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from trapline.passes.cpsat import new_solver

if TYPE_CHECKING:
    from trapline.passes.segment import Segments

Longs = NDArray[np.int64]
Bools = list[cp_model.IntVar]

UNKNOWN = -(1 << 60)
"""Where nothing is proven."""


class Contents(NamedTuple):
    """What a module holds.

    Args:
        amounts: int64, (segments + groups + segments,). Of what has a price: homes, meetings, and
            for each segment 1 if it touches this module and 1 if it touches no other.
        cost: Segments that touch the module, less the copies that are not fetched again.
    """

    amounts: Longs
    cost: int


class Offer(NamedTuple):
    """What CP-SAT found.

    Args:
        contents: Better and better ones.
        least: Proven lower bound on cost less prices of any.
        work: Deterministic time that it took.
    """

    contents: list[Contents]
    least: int
    work: float


class ModuleModel:
    """The model, which is solved again and again.

    Args:
        segments: The communication model, without resets.
        groups: Segments of the interactions, each set once.
        keepable: Segments that could keep the copies of the segment two before; None for none.
        data_qubits: Data qubits of the module.
        elsewhere: Data qubits of all others.
    """

    def __init__(
        self,
        segments: Segments,
        groups: list[tuple[int, ...]],
        keepable: NDArray[np.bool_] | None,
        data_qubits: int,
        elsewhere: int,
    ) -> None:
        self._model = cp_model.CpModel()
        n = segments.n_segments
        self._here, self._touched, self._around = (self._bools(n) for _ in range(3))
        self._met = self._bools(len(groups))
        self._touch(segments, groups)
        self._limit(segments, data_qubits, elsewhere)
        self._saved = [] if keepable is None else self._save(segments, groups, keepable)

    def best(
        self,
        prices: Longs,
        unit: int,
        *,
        slack: float,
        enough: float,
        work: float,
        seconds: float | None,
        seed: int,
    ) -> Offer:
        """Look for contents that cost as little as possible less their prices.

        Args:
            prices: int64, as `Contents.amounts`.
            unit: Price of a pair.
            slack: How far from the least the search may stop.
            enough: Cost less prices at which it stops as well.
            work: CP-SAT's deterministic time limit.
            seconds: Limit in seconds besides; None for none.
            seed: CP-SAT's random seed.
        """
        seen = _Seen(self, enough)
        self._model.minimize(self._worth(prices, unit))
        solver = new_solver(work, seconds, seed)
        solver.parameters.cut_level = 0
        solver.parameters.symmetry_level = 0
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.inprocessing_dtime_ratio = 0.0
        solver.parameters.absolute_gap_limit = slack
        status = solver.solve(self._model, seen)
        known = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)  # else CP-SAT's bound is just 0
        least = round(solver.best_objective_bound) if known else UNKNOWN
        return Offer(seen.found, least, solver.deterministic_time)

    def _worth(self, prices: Longs, unit: int) -> cp_model.LinearExprT:
        n = len(self._here)
        home, meeting, double = np.split(prices, [n, len(prices) - n])
        terms = [
            *zip(self._here, -home, strict=True),
            *zip(self._met, -meeting, strict=True),
            *zip(self._touched, unit - double, strict=True),
            *zip(self._around, double, strict=True),
            *((var, -unit) for var in self._saved),
        ]
        return sum(int(price) * var for var, price in terms if price) - int(double.sum())

    def contents(self, seen: cp_model.CpSolverSolutionCallback) -> Contents:
        """Return what CP-SAT has just found."""
        value = seen.boolean_value
        here, met, touched, around = (
            np.array([value(var) for var in row], dtype=np.int64)
            for row in (self._here, self._met, self._touched, self._around)
        )
        saved = sum(value(var) for var in self._saved)
        amounts = np.concatenate((here, met, touched + 1 - around))
        return Contents(amounts, int(touched.sum()) - saved)

    def _bools(self, n: int) -> Bools:
        return [self._model.new_bool_var("") for _ in range(n)]

    def _touch(self, segments: Segments, groups: list[tuple[int, ...]]) -> None:
        """Say what touches the module, and what touches others."""
        for s, before in enumerate(segments.previous.tolist()):
            for home in {s, s if before < 0 else before}:
                self._model.add_implication(self._here[home], self._touched[s])
                self._model.add_implication(~self._here[home], self._around[s])
        for met, group in zip(self._met, groups, strict=True):
            for s in set(group):
                self._model.add_implication(met, self._touched[s])
                self._model.add_implication(~met, self._around[s])

    def _limit(self, segments: Segments, data_qubits: int, elsewhere: int) -> None:
        """Limit the data qubits on both sides, in each stretch of layers in which they differ."""
        layers = segments.n_layers
        spans: list[tuple[int, int, cp_model.LiteralT, cp_model.LiteralT]] = []
        for s, (before, after) in enumerate(
            zip(segments.previous.tolist(), segments.following.tolist(), strict=True)
        ):
            here = self._here[s]
            settled = 0 if before < 0 else int(segments.layer[segments.last[s]])
            leaving = layers if after < 0 else int(segments.layer[segments.last[s]]) + 1
            spans.append((settled, leaving, here, ~here))
            arriving = 0 if before < 0 else int(segments.layer[segments.last[before]]) + 1
            if arriving < settled:
                was = self._here[int(before)]
                stays, stays_away = self._bools(2)
                self._model.add_bool_or(stays, ~here, ~was)
                self._model.add_bool_or(stays_away, here, was)
                spans.append((arriving, settled, stays, stays_away))
        edges = sorted({edge for span in spans for edge in span[:2]})
        for low, high in pairwise(edges):
            now = [span for span in spans if span[0] <= low and high <= span[1]]
            self._model.add(sum(span[2] for span in now) <= data_qubits)
            self._model.add(sum(span[3] for span in now) <= elsewhere)

    def _save(
        self, segments: Segments, groups: list[tuple[int, ...]], keepable: NDArray[np.bool_]
    ) -> Bools:
        """Return a variable for each copy that may be kept in the module, not fetched again.

        Where a segment does not use a copy that lives on, it may be said to touch the module all
        the same: that copy is kept as well.
        """
        saved: Bools = []
        keep: dict[int, cp_model.IntVar] = {}
        for after in np.flatnonzero(keepable).tolist():  # the segments of a qubit come in order
            b = int(segments.previous[after])
            before = int(segments.previous[b])
            keep[b], copy = self._bools(2)
            if before in keep:
                self._model.add_bool_or(~keep[b], ~keep[before])
            self._model.add_implication(copy, keep[b])
            for s in (before, b, after):
                self._model.add_implication(copy, ~self._here[s])
            operands = {s for group in groups if b in group for s in group} - {b}
            for s in (before, after, *operands):
                self._model.add_implication(copy, self._touched[s])
            saved.append(copy)
        for group in groups:
            self._model.add_at_most_one(keep[b] for b in set(group) & set(keep))
        return saved


class _Seen(cp_model.CpSolverSolutionCallback):
    """Collects what is found, and stops when that is good enough."""

    def __init__(self, model: ModuleModel, enough: float) -> None:
        super().__init__()
        self.found: list[Contents] = []
        self._module, self._enough = model, enough

    def on_solution_callback(self) -> None:
        """Take another solution."""
        self.found.append(self._module.contents(self))
        if self.objective_value <= self._enough:
            self.stop_search()
