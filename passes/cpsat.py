"""The communication model in CP-SAT: proofs for small circuits, neighbourhoods of large ones.

Variables: home[s, m] and place[i, m] choose a module; touch[s, m] says that segment s touches m;
late[s, t] says that the home of s does not hold yet in layer t (`cpsat_room`). The objective is the
sum over segments of (touched modules - 1), or of the weight of a Steiner tree on them. Data qubits
are limited in every layer. Communication qubits are not part of the model: its optimum is a lower
bound with or without a limit.

What is proven: no assignment costs less, that is, no plan that keeps the order of the program and
its segments, with homes that change as `Assignment` says and no copies that outlive a segment.

Source: OR-Tools CP-SAT, Perron and Didier (the model is ours).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trapline.passes.assignment import Assignment
from trapline.passes.cpsat_room import limit_data

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    free_interactions: Iterable[int] | None = None,
    least: int = 0,
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
        least: A proven lower bound on the objective.
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
    model = _Model(segments, network, router, start, list(homes), list(places))
    if every:
        model.break_symmetry()
    return model.solve(least=least, work=work, seconds=seconds, seed=seed)


class _Model:
    def __init__(
        self,
        segments: Segments,
        network: Network,
        router: Router,
        start: Assignment,
        homes: list[int],
        places: list[int],
    ) -> None:
        from ortools.sat.python import cp_model

        self.segments, self.network, self.router, self.start = segments, network, router, start
        self.model = cp_model.CpModel()
        self.modules = range(network.n_modules)
        self.home = {s: self._choice(f"home{s}", int(start.home[s])) for s in homes}
        self.place = {i: self._choice(f"place{i}", int(start.place[i])) for i in places}
        self.objective = sum(self._segment_cost(s) for s in self._affected())
        self.late = limit_data(self.model, segments, network, start, self.home)
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
        item_start = self.segments.item_start
        for i in self.segments.items[item_start[s] : item_start[s + 1]].tolist():
            if i in self.place:
                free.append(self.place[i])
            else:
                fixed.add(int(self.start.place[i]))
        return fixed, free

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
        self.model.add(cost >= self.router.lightest * (sum(touch) - 1))
        return cost

    def break_symmetry(self) -> None:
        """On a complete network of equal modules, number modules by their first qubit."""
        if not self.router.complete or len(set(self.network.data_qubits)) > 1:
            return
        firsts = [chain[0] for chain in self.segments.chains()]
        for q, s in enumerate(firsts[: self.network.n_modules - 1]):
            for m in range(q + 1, self.network.n_modules):
                self.model.add(self.home[s][m] == 0)
        self.model.clear_hints()  # type: ignore[no-untyped-call]  # its stub has no types

    def solve(self, *, least: int, work: float, seconds: float | None, seed: int) -> CpResult:
        from ortools.sat.python import cp_model

        if least:
            self.model.add(self.objective >= least)
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
        move = self.start.move.copy()
        for s, (first, row) in self.late.items():
            move[s] = first + sum(solver.boolean_value(var) for var in row)
        return CpResult(
            assignment=Assignment(home=home, place=place, move=move),
            bound=max(0, round(solver.best_objective_bound)),
            proven=status == cp_model.OPTIMAL,
        )
