"""The communication model in CP-SAT: proofs for small circuits, neighbourhoods of large ones.

Variables: home[s, m] chooses a module; place[g, m] allows one for a group of interactions of the
same segments, which lose nothing by happening together; touch[s, m] says that segment s touches m;
late[s, t] says that the home of s does not hold yet in layer t (`cpsat_room`); copies may outlive a
segment (`cpsat_kept`). The objective is the sum over segments of (touched modules - 1), or of the
weight of a Steiner tree on them. Data qubits are limited in every layer. Communication qubits are
not part of the model: its optimum is a lower bound with or without a limit.

What is proven: no assignment costs less, that is, no plan that keeps the order of the program and
its segments, with homes that change as `Assignment` says. To ask for less than what is known, and
for full linear relaxations, makes a proof some ten times as fast.

Source: OR-Tools CP-SAT, Perron and Didier (the model is ours).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from trapline.passes.assignment import Assignment, touched
from trapline.passes.cpsat_kept import KeptCopies
from trapline.passes.cpsat_room import limit_data

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
        proven: Whether the assignment attains the bound, or, without one, nothing below it exists.
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
    free_interactions: Iterable[int] | None = None,
    keepable: NDArray[np.bool_] | None = None,
    least: int = 0,
    most: int | None = None,
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
        free_segments: Segments whose homes and moves may change; None for all.
        free_interactions: Interactions whose places may change; None for all.
        keepable: Segments that could keep the copies of the segment two before
            (`trapline.passes.embedding.keepable`); None for none. For whole assignments on complete
            networks only.
        least: A proven lower bound on the objective.
        most: Objective above which nothing is of interest; None for no limit.
        work: CP-SAT's deterministic time limit, so that equal seeds give equal answers.
        seconds: Limit in seconds besides; when it strikes, answers may differ from run to run.
        seed: CP-SAT's random seed.
    """
    every = free_segments is None and free_interactions is None
    homes = range(segments.n_segments) if free_segments is None else sorted(set(free_segments))
    places = (
        range(segments.n_interactions)
        if free_interactions is None
        else sorted(set(free_interactions))
    )
    model = _Model(segments, network, router, start, list(homes), list(places), keepable)
    if every:
        model.break_symmetry()
    return model.solve(least=least, most=most, work=work, seconds=seconds, seed=seed)


def bound_cpsat(
    segments: Segments,
    network: Network,
    router: Router,
    start: Assignment,
    counted: NDArray[np.int64],
    span: tuple[int, int],
    *,
    keepable: NDArray[np.bool_] | None = None,
    work: float,
    seconds: float | None = None,
    seed: int = 0,
) -> tuple[int, bool]:
    """Bound what some segments cost from below in any assignment that fits.

    Args:
        segments: The communication model, without resets.
        network: The modules, all joined to one another.
        router: Steiner weights of the network.
        start: A feasible assignment, without kept copies.
        counted: int64, (any,). The segments.
        span: Layers in which data qubits are limited.
        keepable: As for `solve_cpsat`.
        work: CP-SAT's deterministic time limit.
        seconds: Limit in seconds besides.
        seed: CP-SAT's random seed.

    Returns:
        The bound, and whether it is attained in so far as the rest of the assignment is left out.
    """
    homes, places = _around(segments, counted, span)
    model = _Model(segments, network, router, start, homes, places, keepable, set(counted), span)
    model.break_symmetry()
    owner, _ = touched(segments, start)
    most = int(np.isin(owner, counted).sum()) - len(counted)
    found = model.solve(least=0, most=most - 1, work=work, seconds=seconds, seed=seed)
    return found.bound, found.proven


def _around(
    segments: Segments, counted: NDArray[np.int64], span: tuple[int, int]
) -> tuple[list[int], list[int]]:
    """List segments with homes in some layers or before given ones, and interactions of those."""
    last = np.where(segments.last >= 0, segments.layer[segments.last], -1)
    previous, following = segments.previous, segments.following
    begin = np.where(previous >= 0, last[previous] + 1, 0)
    end = np.where((following >= 0) & (last[following] >= 0), last[following], segments.n_layers)
    here = (begin < span[1]) & (end >= span[0])
    here[counted] = True
    before = previous[counted]
    here[before[before >= 0]] = True
    mine = np.isin(segments.pins, counted)
    of = np.repeat(np.arange(segments.n_interactions), np.diff(segments.pin_start))
    return np.flatnonzero(here).tolist(), np.unique(of[mine]).tolist()


class _Model:
    def __init__(
        self,
        segments: Segments,
        network: Network,
        router: Router,
        start: Assignment,
        homes: list[int],
        places: list[int],
        keepable: NDArray[np.bool_] | None,
        counted: set[int] | None = None,
        span: tuple[int, int] | None = None,
    ) -> None:
        from ortools.sat.python import cp_model

        self.segments, self.network, self.router, self.start = segments, network, router, start
        self.model = cp_model.CpModel()
        self.modules = range(network.n_modules)
        self.home = {s: self._choice(f"home{s}", int(start.home[s])) for s in homes}
        self.groups = group_interactions(segments, places)
        self.first = {i: of[0] for of in self.groups.values() for i in of}
        self.place = {
            of[0]: self._places(of[0], [int(start.place[i]) for i in of])
            for of in self.groups.values()
        }
        counted = self._affected() if counted is None else counted
        self.kept = KeptCopies(self.model, segments, keepable, counted)
        self.touch = {s: self._touched(s) for s in sorted(counted)}
        terms = [self._cost(s, row) for s, row in self.touch.items()]
        terms += [-var for var in self.kept.saved(self.home, self.touch, list(self.groups))]
        self.objective: cp_model.LinearExprT = sum(terms)
        self.late = limit_data(self.model, segments, network, start, self.home, span)
        self.model.minimize(self.objective)

    def _choice(self, name: str, hint: int) -> list[cp_model.IntVar]:
        row = [self.model.new_bool_var(f"{name}_{m}") for m in self.modules]
        self.model.add_exactly_one(row)
        for m in self.modules:
            self.model.add_hint(row[m], m == hint)
        return row

    def _places(self, i: int, hints: list[int]) -> list[cp_model.IntVar]:
        row = [self.model.new_bool_var(f"place{i}_{m}") for m in self.modules]
        self.model.add_bool_or(row)
        for m in self.modules:
            self.model.add_hint(row[m], m in hints)
        return row

    def _affected(self) -> set[int]:
        """List the segments whose cost may change."""
        found = set(self.home)
        found.update(int(t) for t in self.segments.following[list(self.home)] if t >= 0)
        found.update(s for group in self.groups for s in group)
        return found

    def _touched(self, s: int) -> list[cp_model.LinearExprT]:
        """Tell which modules a segment touches; interactions over kept copies do not count."""
        fixed, homes, places = self._members(s)
        row: list[cp_model.LinearExprT] = []
        for m in self.modules:
            if m in fixed:
                row.append(1)
                continue
            var = self.model.new_bool_var(f"touch{s}_{m}")
            for home in homes:
                self.model.add_implication(home[m], var)
            for place in places:
                self.model.add_bool_or(~place[m], var, *self.kept.between(s))
            row.append(var)
        return row

    def _members(
        self, s: int
    ) -> tuple[set[int], list[list[cp_model.IntVar]], list[list[cp_model.IntVar]]]:
        """Split what segment `s` touches into fixed modules, free homes and free places."""
        fixed: set[int] = set()
        homes: list[list[cp_model.IntVar]] = []
        previous = int(self.segments.previous[s])
        for t in [s] if previous < 0 or self.segments.fresh[s] else [s, previous]:
            if t in self.home:
                homes.append(self.home[t])
            else:
                fixed.add(int(self.start.home[t]))
        places: dict[int, list[cp_model.IntVar]] = {}
        item_start = self.segments.item_start
        for i in self.segments.items[item_start[s] : item_start[s + 1]].tolist():
            first = self.first.get(i)
            if first is None:
                fixed.add(int(self.start.place[i]))
            else:
                places[first] = self.place[first]
        return fixed, homes, list(places.values())

    def _cost(self, s: int, touch: list[cp_model.LinearExprT]) -> cp_model.LinearExprT:
        """Count the pairs of a segment, or bound a variable from below by their weight."""
        if self.router.complete:
            return sum(touch) - 1
        size = 1 << self.network.n_modules
        table = [self.router.weight(mask) for mask in range(size)]
        cost = self.model.new_int_var(0, max(table), f"cost{s}")
        mask = sum((1 << m) * touch[m] for m in self.modules)
        self.model.add_element(mask, table, cost)
        self.model.add(cost >= self.router.lightest * (sum(touch) - 1))
        return cost

    def break_symmetry(self) -> None:
        """On a complete network of equal modules, number modules by their first qubit."""
        if not self.router.complete or len(set(self.network.data_qubits)) > 1:
            return
        firsts = (
            next((s for s in chain if s in self.home), -1) for chain in self.segments.chains()
        )
        several = [s for s in firsts if s >= 0][: self.network.n_modules - 1]
        for q, s in enumerate(several):
            for m in range(q + 1, self.network.n_modules):
                self.model.add(self.home[s][m] == 0)
        self.model.clear_hints()  # type: ignore[no-untyped-call]  # its stub has no types

    def solve(
        self, *, least: int, most: int | None, work: float, seconds: float | None, seed: int
    ) -> CpResult:
        from ortools.sat.python import cp_model

        if least:
            self.model.add(self.objective >= least)
        if most is not None:
            self.model.add(self.objective <= most)
        solver = new_solver(work, seconds, seed)
        status = solver.solve(self.model)
        if status == cp_model.INFEASIBLE and most is not None:
            return CpResult(assignment=None, bound=max(most + 1, least), proven=True)
        reached = solver.best_objective_bound
        bound = max(0, least, round(reached) if isfinite(reached) else 0)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return CpResult(assignment=None, bound=bound, proven=False)
        return CpResult(
            assignment=self._answer(solver), bound=bound, proven=status == cp_model.OPTIMAL
        )

    def _answer(self, solver: cp_model.CpSolver) -> Assignment:
        home, place = self.start.home.copy(), self.start.place.copy()
        for s, row in self.home.items():
            home[s] = next(m for m in self.modules if solver.boolean_value(row[m]))
        for of in self.groups.values():
            row = self.place[of[0]]
            place[of] = next(m for m in self.modules if solver.boolean_value(row[m]))
        move = self.start.move.copy()
        for s, (first, late) in self.late.items():
            move[s] = first + sum(solver.boolean_value(var) for var in late)
        kept = self.kept.answer(solver)
        return Assignment(home=home, place=place, move=move, kept=kept)


def new_solver(work: float, seconds: float | None, seed: int) -> cp_model.CpSolver:
    """Return a solver whose answers a seed decides, as long as it is the work that ends it.

    Args:
        work: Deterministic time limit.
        seconds: Limit in seconds besides; None for none.
        seed: Random seed.
    """
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = work
    if seconds is not None:
        solver.parameters.max_time_in_seconds = max(seconds, 0.01)
    return solver


def group_interactions(
    segments: Segments, interactions: Iterable[int]
) -> dict[tuple[int, ...], list[int]]:
    """Gather interactions by the segments that they are of."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for i in interactions:
        mine = segments.pins[segments.pin_start[i] : segments.pin_start[i + 1]].tolist()
        groups.setdefault(tuple(sorted(mine)), []).append(i)
    return groups
