"""Plan a circuit: which of its forms to distribute, where everything happens, and that it may.

The forms of a circuit are programs with the same meaning: as given, simplified, and with recovered
structure. A short search prices each; the cheapest are searched in earnest, and the plan with the
fewest pairs is kept. A form other than the given one counts only when it was shown to mean the
same, by a method that shares no code with what made it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trapline.errors import InfeasibleError
from trapline.passes.assignment import first_homes, pairs
from trapline.passes.effort import TRIAL

if TYPE_CHECKING:
    from trapline.compiler.clock import Clock
    from trapline.compiler.pairing import Verdict
    from trapline.passes.assignment import Assignment
    from trapline.passes.check import PlanCheck
    from trapline.passes.expand import Expanded
    from trapline.passes.plan import Plan
    from trapline.passes.program import Program
    from trapline.passes.route import Router
    from trapline.passes.segment import Segments
    from trapline.passes.solve import Solution
    from trapline.targets.network import Network

CLOSE = {"fast": 0.0, "default": 1.4, "best": 1.5}
"""Forms whose price is at most this times the lowest are searched in earnest, besides that one."""

PLACEMENTS = (0, 200)
"""Exchanges for each qubit and module of the placements that are tried; 0 keeps their order."""

TOLERATED = 1.05
"""Cost of few communication qubits, as a factor, from which data qubits are kept free for them."""

MOST_FOLDED = 20_000
"""Operations up to which parities are shared."""

MOST_SEARCHED = 50_000
"""Interactions above which only one form is searched in earnest."""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A plan that passed its check.

    Args:
        form: `given`, `simplified`, `recovered` or `shared-parities`.
        interactions: Interactions of the given form.
        plan: What happens where, for that form.
        solution: What the solvers found for it.
        usage: What the plan checker counted.
        rewrite: How that form was shown to mean the same; None for the given one.
    """

    form: str
    interactions: int
    plan: Plan
    solution: Solution
    usage: PlanCheck
    rewrite: Verdict | None


@dataclass(frozen=True, eq=False)
class _Form:
    name: str
    program: Program
    expanded: Expanded
    segments: Segments


_Found = tuple["Plan", "Solution", _Form, "Verdict | None"]


def plan_circuit(
    program: Program,
    network: Network,
    clock: Clock,
    *,
    effort: str,
    seed: int,
    time_limit: float | None,
) -> Planned:
    """Plan a circuit for a network.

    Args:
        program: The input.
        network: The modules.
        clock: Times the stages.
        effort: How hard to search.
        seed: Seed of every random choice.
        time_limit: Seconds for the search.

    Raises:
        InfeasibleError: The circuit does not fit the network.
        CheckError: The plan failed its check.
    """
    from trapline.passes.check import check_plan
    from trapline.passes.feasible import check_feasible

    planner = _Planner(network, clock, effort, seed, time_limit)
    forms = planner.forms(program)
    given = forms[0].segments
    check_feasible(given, network)
    if effort != "best":
        forms = _promising(forms, strict=effort == "default")
    trials = planner.trials(forms)
    prices = [trial.epr_pairs for trial in trials] or [0]
    order = sorted(range(len(forms)), key=lambda i: (prices[i], forms[i].segments.n_interactions))
    limit = CLOSE[effort] * (prices[order[0]] + 1)
    best: _Found | None = None
    for i in order:
        form = forms[i]
        if best is not None and (
            prices[i] > limit
            or best[0].epr_pairs <= best[1].lower_bound
            or form.segments.n_interactions > MOST_SEARCHED
            or planner.is_late()
        ):
            break
        rewrite = planner.meaning(program, form)
        if rewrite is not None and not rewrite.passed:
            continue
        plan, solution = planner.attempt(form, trials[i].assignment if trials else None)
        if best is None or plan.epr_pairs < best[0].epr_pairs:
            best = plan, solution, form, rewrite
    assert best is not None  # the given form is never passed over for its meaning
    best = planner.with_parities(program, best)
    plan, solution, form, rewrite = best
    with clock.stage("check"):
        usage = check_plan(plan, network)
    return Planned(
        form=form.name,
        interactions=given.n_interactions,
        plan=plan,
        solution=solution,
        usage=usage,
        rewrite=rewrite,
    )


def _promising(forms: list[_Form], *, strict: bool) -> list[_Form]:
    """Leave out forms with no fewer interactions and no fewer segments than another one.

    Args:
        forms: Some forms.
        strict: Leave out only those with as many of both as one before.
    """

    def size(form: _Form) -> tuple[int, int]:
        return form.segments.n_interactions, form.segments.n_segments

    return [
        form
        for at, form in enumerate(forms)
        if not any(
            size(other)[0] <= size(form)[0]
            and size(other)[1] <= size(form)[1]
            and (earlier < at if size(other) == size(form) else not strict)
            for earlier, other in enumerate(forms)
            if earlier != at
        )
    ]


class _Planner:
    def __init__(
        self, network: Network, clock: Clock, effort: str, seed: int, time_limit: float | None
    ) -> None:
        from trapline.passes.route import Router

        self.network, self.clock, self.effort, self.seed = network, clock, effort, seed
        self.deadline = None if time_limit is None else time.perf_counter() + time_limit
        self.router: Router = Router(network)
        limits = [c for c in network.comm_qubits if c is not None]
        self.most_operands = max(min(limits), 1) + 1 if limits else None

    def is_late(self) -> bool:
        """Whether the time for the search is over."""
        return self.deadline is not None and time.perf_counter() >= self.deadline

    def _left(self) -> float | None:
        return None if self.deadline is None else max(self.deadline - time.perf_counter(), 0.0)

    def forms(self, program: Program) -> list[_Form]:
        """List the forms of a program with their communication models, the given one first."""
        from trapline.passes.expand import expand
        from trapline.passes.recover import candidates
        from trapline.passes.segment import segment

        with self.clock.stage("recover"):
            options = [("given", program)]
            if self.network.n_modules > 1 and program.n_qubits > max(self.network.data_qubits):
                options = candidates(program)
        out: list[_Form] = []
        with self.clock.stage("segment"):
            for name, option in options:
                expanded = expand(option, max_operands=self.most_operands)
                out.append(_Form(name, option, expanded, segment(expanded.program)))
        return out

    def trials(self, forms: list[_Form]) -> list[Solution]:
        """Search each form for a short while, all from the best placement of the qubits.

        A large form that is alone needs no comparison.
        """
        from trapline.passes.partition import at_last_operand
        from trapline.passes.placement import place_qubits
        from trapline.passes.solve import solve

        if len(forms) == 1 and forms[0].segments.n_interactions > MOST_SEARCHED:
            return []
        with self.clock.stage("compare"):
            least = min((form.segments for form in forms), key=lambda model: model.n_interactions)
            placed = [
                place_qubits(least, self.network, self.router, seed=self.seed, effort=effort)
                for effort in PLACEMENTS
            ]
            best = min(placed, key=lambda start: pairs(least, start, self.router))
            homes = first_homes(least, best)
            return [
                solve(
                    form.segments,
                    self.network,
                    self.router,
                    effort=TRIAL,
                    seed=self.seed,
                    start=at_last_operand(form.segments, homes),
                    time_limit=self._left(),
                )
                for form in forms
            ]

    def meaning(self, program: Program, form: _Form) -> Verdict | None:
        """Decide whether a form means what the program does; None for the program itself."""
        from trapline.compiler.rewrite import check_rewrite

        if form.program is program:
            return None
        with self.clock.stage("check-rewrite"):
            return check_rewrite(program, form.program, seed=self.seed)

    def with_parities(self, program: Program, found: _Found) -> _Found:
        """Share parities between the homes of a plan, and plan again where that promises pairs."""
        from trapline.passes.expand import expand
        from trapline.passes.parities import main_homes, static_at, with_shared_parities
        from trapline.passes.segment import segment

        plan, solution, form, _ = found
        if (
            self.effort == "fast"
            or plan.epr_pairs <= solution.lower_bound
            or form.program.n_ops > MOST_FOLDED
            or self.is_late()
        ):
            return found
        with self.clock.stage("parities"):
            other = with_shared_parities(
                form.program, form.segments, solution.assignment, self.router
            )
            if other is None:
                return found
            expanded = expand(other, max_operands=self.most_operands)
            model = segment(expanded.program)
            start = static_at(model, main_homes(form.segments, solution.assignment), self.router)
        shared = _Form("shared-parities", other, expanded, model)
        rewrite = self.meaning(program, shared)
        if rewrite is None or not rewrite.passed:
            return found
        plan, solution = self.attempt(shared, start)
        return (plan, solution, shared, rewrite) if plan.epr_pairs < found[0].epr_pairs else found

    def attempt(self, form: _Form, start: Assignment | None) -> tuple[Plan, Solution]:
        """Search one form in earnest, with data qubits to spare where communication qubits need it.

        Raises:
            InfeasibleError: No way was found within the communication qubits.
        """
        from trapline.passes.tight import with_free_seats

        found: list[tuple[Plan, Solution]] = []
        failure: InfeasibleError | None = None
        rooms = [self.network]
        if any(limit is not None for limit in self.network.comm_qubits):
            rooms += with_free_seats(self.network, form.program.n_qubits)
        for room in rooms:
            try:
                found.append(self._search(form, room, start if room is self.network else None))
            except InfeasibleError as error:
                if error.constraint != "comm_qubits":
                    raise
                failure = failure or error
                continue
            if found[0][0].epr_pairs <= TOLERATED * found[0][1].epr_pairs or self.is_late():
                break
        if not found:
            assert failure is not None  # each room was found wanting
            raise failure
        plan, _ = min(found, key=lambda pair: pair[0].epr_pairs)
        return plan, found[0][1]

    def _search(
        self, form: _Form, room: Network, start: Assignment | None
    ) -> tuple[Plan, Solution]:
        from trapline.passes.solve import solve
        from trapline.passes.tight import allocate_best

        self.clock.progress("solve")
        solution = solve(
            form.segments,
            room,
            self.router,
            effort=self.effort,
            seed=self.seed,
            start=start,
            time_limit=self._left(),
            progress=self.clock.progress,
        )
        with self.clock.stage("allocate"):
            plan = allocate_best(
                form.program, form.expanded, form.segments, self.network, solution.assignment,
                self.router,
            )  # fmt: skip
        bound = min(solution.lower_bound, plan.epr_pairs)
        return plan, replace(solution, lower_bound=bound)
