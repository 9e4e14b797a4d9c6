"""The communication model in CP-SAT: proofs for small circuits, neighbourhoods of large ones.

Variables: home[s, m] and place[i, m] choose a module; touch[s, m] says that segment s touches m.
The objective is the sum over segments of (touched modules - 1), or of the weight of a Steiner tree
on them. Data qubits are limited at every interaction. Communication qubits are not part of the
model: its optimum is a lower bound with or without a limit.

What is proven: no plan that keeps the order of the program and its segments uses fewer pairs. The
bound comes from a relaxation that lets a moving qubit occupy neither of its homes while its segment
lasts, so that it holds whenever within the segment the plan makes the move.

Source: OR-Tools CP-SAT, Perron and Didier (the model is ours).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trapline.passes.assignment import Assignment
from trapline.passes.windows import occupancy, rule_windows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from ortools.sat.python import cp_model

    from trapline.passes.route import Router
    from trapline.passes.segment import Segments
    from trapline.targets.network import Network


@dataclass(frozen=True, kw_only=True)
class CpResult:
    """What CP-SAT answered.

    Args:
        assignment: The best assignment found, None when none was.
        bound: Proven lower bound on the objective over the freed part, the rest as given.
        proven: Whether the assignment attains the bound.
    """

    assignment: Assignment | None
    bound: int
    proven: bool


def solve_cpsat(
    segments: Segments,
    network: Network,
    router: Router,
    start: Assignment,
    *,
    free_segments: Iterable[int] | None = None,
    free_interactions: Iterable[int] = (),
    relaxed: bool = False,
    work: float,
    seconds: float | None = None,
    seed: int = 0,
) -> CpResult:
    """Optimise the whole assignment, or a part of it while the rest stays as it is.

    Args:
        segments: The communication model.
        network: The modules.
        router: Steiner weights of the network.
        start: A feasible assignment, given as a hint and for the fixed part.
        free_segments: Segments whose homes may change; None for the whole problem.
        free_interactions: Interactions whose places may change, when `free_segments` is given.
        relaxed: Use the capacity relaxation under which bounds hold; its assignments may not fit.
        work: CP-SAT's deterministic time limit, so that equal seeds give equal answers.
        seconds: Limit in seconds besides; when it strikes, answers may differ from run to run.
        seed: CP-SAT's random seed.
    """
    whole = free_segments is None
    homes = range(segments.n_segments) if free_segments is None else sorted(set(free_segments))
    places = range(segments.n_interactions) if whole else sorted(set(free_interactions))
    model = _Model(segments, network, router, start, list(homes), list(places), relaxed=relaxed)
    if whole:
        model.break_symmetry()
    return model.solve(work=work, seconds=seconds, seed=seed)


class _Model:
    def __init__(
        self,
        segments: Segments,
        network: Network,
        router: Router,
        start: Assignment,
        homes: list[int],
        places: list[int],
        *,
        relaxed: bool,
    ) -> None:
        from ortools.sat.python import cp_model

        self.segments, self.network, self.router, self.start = segments, network, router, start
        self.model = cp_model.CpModel()
        self.modules = range(network.n_modules)
        self.home = {s: self._choice(f"home{s}", int(start.home[s])) for s in homes}
        self.place = {i: self._choice(f"place{i}", int(start.place[i])) for i in places}
        self.constant = 0
        terms = [self._segment_cost(s) for s in self._affected()]
        self.objective = sum(terms)
        self._limit_data(relaxed=relaxed)
        self.model.minimize(self.objective)

    def _choice(self, name: str, hint: int) -> list[cp_model.IntVar]:
        row = [self.model.new_bool_var(f"{name}_{m}") for m in self.modules]
        self.model.add_exactly_one(row)
        for m in self.modules:
            self.model.add_hint(row[m], m == hint)
        return row

    def _affected(self) -> list[int]:
        """List the segments whose cost may change."""
        pins, starts = self.segments.pins, self.segments.pin_start
        found = set(self.home)
        found.update(int(t) for t in self.segments.following[list(self.home)] if t >= 0)
        for i in self.place:
            found.update(pins[starts[i] : starts[i + 1]].tolist())
        return sorted(found)

    def _members(self, s: int) -> tuple[set[int], list[list[cp_model.IntVar]]]:
        """Split what segment `s` touches into fixed modules and free choices."""
        fixed: set[int] = set()
        free: list[list[cp_model.IntVar]] = []
        previous = int(self.segments.previous[s])
        homes = [s] if previous < 0 or self.segments.fresh[s] else [s, previous]
        for t in homes:
            if t in self.home:
                free.append(self.home[t])
            else:
                fixed.add(int(self.start.home[t]))
        for i in self._interactions_of(s):
            if i in self.place:
                free.append(self.place[i])
            else:
                fixed.add(int(self.start.place[i]))
        return fixed, free

    def _interactions_of(self, s: int) -> list[int]:
        if not hasattr(self, "_by_segment"):
            order = np.argsort(self.segments.pins, kind="stable")
            times = np.repeat(
                np.arange(self.segments.n_interactions), np.diff(self.segments.pin_start)
            )[order]
            bounds = np.searchsorted(
                self.segments.pins[order], np.arange(self.segments.n_segments + 1)
            )
            self._by_segment: tuple[list[int], list[int]] = (times.tolist(), bounds.tolist())
        times_list, bounds_list = self._by_segment
        return times_list[bounds_list[s] : bounds_list[s + 1]]

    def _segment_cost(self, s: int) -> cp_model.LinearExprT:
        fixed, free = self._members(s)
        touch: list[cp_model.LinearExprT] = []
        for m in self.modules:
            if m in fixed:
                touch.append(1)
            elif len(free) == 1:
                touch.append(free[0][m])
            else:
                var = self.model.new_bool_var(f"touch{s}_{m}")
                for row in free:
                    self.model.add_implication(row[m], var)
                touch.append(var)
        if self.router.complete:
            return sum(touch) - 1
        return self._steiner_cost(s, touch)

    def _steiner_cost(self, s: int, touch: list[cp_model.LinearExprT]) -> cp_model.LinearExprT:
        """Bound a variable from below by the Steiner weight of the touched set."""
        size = 1 << self.network.n_modules
        table = [self.router.weight(mask) for mask in range(size)]
        cost = self.model.new_int_var(0, max(table), f"cost{s}")
        mask = sum((1 << m) * touch[m] for m in self.modules)
        self.model.add_element(mask, table, cost)
        self.model.add(cost >= sum(touch) - 1)
        return cost

    # --- data qubits

    def _limit_data(self, *, relaxed: bool) -> None:
        if not self.home:
            return
        start, end = rule_windows(self.segments)
        moving = sorted(
            set(self.home) | {int(t) for t in self.segments.following[list(self.home)] if t >= 0}
        )
        fixed = self._fixed_occupancy(start, end, moving)
        seen: set[tuple[int, tuple[int, ...], int]] = set()
        double = {} if relaxed else {s: self._double(s) for s in moving}
        times = {int(start[s]) for s in moving}
        if relaxed:
            times |= {int(self.segments.last[s]) + 1 for s in moving}
        for t in sorted(times):
            ruling = [s for s in self.home if start[s] <= t < end[s]]
            if relaxed:
                ruling = [s for s in ruling if not self._in_segment(s, t)]
            crossing = [s for s in double if start[s] == t]
            for m in self.modules:
                room = self.network.data_qubits[m] - int(fixed[m, t])
                load = [self.home[s][m] for s in ruling]
                load += [double[s][m] for s in crossing if double[s] is not None]  # type: ignore[index]
                key = (m, (*ruling, -1, *crossing), room)
                if load and len(load) > room and key not in seen:
                    seen.add(key)
                    self.model.add(sum(load) <= room)

    def _in_segment(self, s: int, t: int) -> bool:
        """Whether a segment that changes homes may be under way; the relaxation ignores it."""
        return bool(self.segments.previous[s] >= 0 and t <= self.segments.last[s])

    def _double(self, s: int) -> list[cp_model.IntVar] | None:
        """Modules that segment `s` occupies besides its home: the qubit comes from there."""
        previous = int(self.segments.previous[s])
        if previous < 0:
            return None
        row: list[cp_model.IntVar] = []
        for m in self.modules:
            var = self.model.new_bool_var(f"from{s}_{m}")
            old = (
                self.home[previous][m]
                if previous in self.home
                else int(self.start.home[previous] == m)
            )
            new = self.home[s][m] if s in self.home else int(self.start.home[s] == m)
            self.model.add(var >= old - new)
            row.append(var)
        return row

    def _fixed_occupancy(
        self, start: NDArray[np.int32], end: NDArray[np.int32], moving: list[int]
    ) -> NDArray[np.int32]:
        """Occupancy by everything that does not change."""
        out = occupancy(self.segments, self.start, self.network).copy()
        home = self.start.home
        for s in self.home:
            out[home[s], start[s] : end[s]] -= 1
        for s in moving:
            previous = int(self.segments.previous[s])
            if previous >= 0 and home[previous] != home[s]:
                out[home[previous], start[s]] -= 1
        return out

    # --- the whole problem

    def break_symmetry(self) -> None:
        """On a complete network of equal modules, number modules by their first qubit."""
        if not self.router.complete or len(set(self.network.data_qubits)) > 1:
            return
        firsts = [chain[0] for chain in self.segments.chains()]
        for q, s in enumerate(firsts[: self.network.n_modules - 1]):
            for m in range(q + 1, self.network.n_modules):
                self.model.add(self.home[s][m] == 0)
        self.model.clear_hints()  # type: ignore[no-untyped-call]  # its stub has no types

    def solve(self, *, work: float, seconds: float | None, seed: int) -> CpResult:
        from ortools.sat.python import cp_model

        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = seed
        solver.parameters.max_deterministic_time = work
        if seconds is not None:
            solver.parameters.max_time_in_seconds = max(seconds, 0.01)
        status = solver.solve(self.model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return CpResult(assignment=None, bound=0, proven=False)
        home, place = self.start.home.copy(), self.start.place.copy()
        for s, row in self.home.items():
            home[s] = next(m for m in self.modules if solver.boolean_value(row[m]))
        for i, row in self.place.items():
            place[i] = next(m for m in self.modules if solver.boolean_value(row[m]))
        return CpResult(
            assignment=Assignment(home=home, place=place, move=self.segments.first_moves),
            bound=max(0, round(solver.best_objective_bound)),
            proven=status == cp_model.OPTIMAL,
        )
