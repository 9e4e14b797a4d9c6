"""Steps of planning: the forms of a circuit, what each would cost, and the search of one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

from trapline.compiler.last_resort import not_found
from trapline.errors import InfeasibleError
from trapline.passes.assignment import first_homes, weight_of
from trapline.passes.bounds import spreading_bound, weight_bound
from trapline.passes.effort import EFFORTS, NEAR, TRIAL
from trapline.passes.job import AROUND

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from trapline.compiler.clock import Clock
    from trapline.compiler.pairing import Verdict
    from trapline.passes.assignment import Assignment
    from trapline.passes.deadline import Deadline
    from trapline.passes.effort import Effort
    from trapline.passes.expand import Expanded
    from trapline.passes.plan import Plan
    from trapline.passes.program import Program
    from trapline.passes.route import Router
    from trapline.passes.segment import Segments
    from trapline.passes.solve import Solution
    from trapline.targets.network import Network

PLACEMENTS = (0, 200)
"""Exchanges for each qubit and module of the placements that are tried; 0 keeps their order."""

TOLERATED = {"fast": 1.05, "default": 1.0, "best": 1.0}
"""Cost of few communication qubits, as a factor, above which data qubits are kept free for them."""

MOST_FOLDED = 20_000
"""Operations up to which parities are shared."""

MOST_SEARCHED = 50_000
"""Interactions above which only one form is searched in earnest."""


@dataclass(frozen=True, eq=False)
class Form:
    """A program with the meaning of the input.

    Args:
        name: `given`, `simplified`, `recovered` or `shared-parities`.
        program: The program.
        expanded: Split into interactions.
        segments: Its communication model.
    """

    name: str
    program: Program
    expanded: Expanded
    segments: Segments


Found = tuple["Plan", "Solution", Form, "Verdict | None"]
"""A plan, its solution, the form it is for, and how that was shown to mean the same."""


class Planner:
    """What planning a circuit for one network needs at every step.

    Args:
        network: The modules.
        clock: Times the stages.
        effort: How hard to search.
        seed: Seed of every random choice.
        deadline: When the search ends.
        weights: What a pair over each link weighs, None when each weighs one.
    """

    def __init__(
        self,
        network: Network,
        clock: Clock,
        effort: str,
        seed: int,
        deadline: Deadline,
        weights: tuple[int, ...] | None = None,
    ) -> None:
        from trapline.passes.route import Router

        self.network, self.clock, self.effort, self.seed = network, clock, effort, seed
        self.deadline = deadline
        self.router: Router = Router(network, weights)
        self.most_operands = most_operands(network)

    def weight(self, plan: Plan) -> int:
        """Return what the pairs of a plan weigh."""
        from trapline.passes.allocate import plan_weight

        return plan_weight(plan, self.router)

    def is_best(self, plan: Plan, solution: Solution) -> bool:
        """Tell whether nothing lighter can be found."""
        return self.weight(plan) <= solution.least_weight

    def forms(self, program: Program) -> list[Form]:
        """List the forms of a program with their communication models, the given one first."""
        from trapline.passes.recover import candidates

        with self.clock.stage("recover"):
            options = [("given", program)]
            if self.network.n_modules > 1 and program.n_qubits > max(self.network.data_qubits):
                options = candidates(program)
        with self.clock.stage("segment"):
            return [self._form(name, option) for name, option in options]

    def given(self, program: Program) -> Form:
        """Return a program as it is, with its communication model."""
        with self.clock.stage("segment"):
            return self._form("given", program)

    def _form(self, name: str, program: Program) -> Form:
        from trapline.passes.expand import expand
        from trapline.passes.segment import segment

        expanded = expand(program, max_operands=self.most_operands)
        return Form(name, program, expanded, segment(expanded.program))

    def trials(self, forms: list[Form]) -> list[Solution]:
        """Search each form for a short while, all from the best placement of the qubits.

        A form that is alone needs no comparison.
        """
        from trapline.passes.partition import at_last_operand
        from trapline.passes.placement import place_qubits
        from trapline.passes.solve import solve

        if len(forms) == 1:
            return []
        with self.clock.stage("compare"):
            least = min((form.segments for form in forms), key=lambda model: model.n_interactions)
            placed = [
                place_qubits(least, self.network, self.router, seed=self.seed, effort=effort)
                for effort in (PLACEMENTS if self.network.is_connected else ())
            ]
            best = min(placed, key=lambda start: weight_of(least, start, self.router), default=None)
            homes = None if best is None else first_homes(least, best)
            return [
                solve(
                    form.segments,
                    self.network,
                    self.router,
                    effort=TRIAL,
                    seed=self.seed,
                    start=None if homes is None else at_last_operand(form.segments, homes),
                    time_limit=self.deadline.left(),
                )
                for form in forms
            ]

    def meaning(self, program: Program, form: Form) -> Verdict | None:
        """Decide whether a form means what the program does; None for the program itself."""
        from trapline.compiler.rewrite import check_rewrite

        if form.program is program:
            return None
        with self.clock.stage("check-rewrite"):
            return check_rewrite(program, form.program, seed=self.seed)

    def with_parities(self, program: Program, found: Found) -> Found:
        """Share parities between the homes of a plan, and plan again where that promises to pay."""
        from trapline.passes.parities import main_homes, static_at, with_shared_parities

        plan, solution, form, _ = found
        if (
            self.effort == "fast"
            or self.is_best(plan, solution)
            or form.program.n_ops > MOST_FOLDED
            or self.deadline.is_over()
        ):
            return found
        with self.clock.stage("parities"):
            other = with_shared_parities(
                form.program, form.segments, solution.assignment, self.router
            )
            if other is None:
                return found
            shared = self._form("shared-parities", other)
            homes = main_homes(form.segments, solution.assignment)
            start = static_at(shared.segments, homes, self.router)
        rewrite = self.meaning(program, shared)
        if rewrite is None or not rewrite.passed:
            return found
        try:
            plan, solution = self.attempt(shared, start)
        except InfeasibleError:  # too few communication qubits for this form
            return found
        lighter = self.weight(plan) < self.weight(found[0])
        return (plan, solution, shared, rewrite) if lighter else found

    def attempt(self, form: Form, start: Assignment | None) -> tuple[Plan, Solution]:
        """Search one form in earnest, with data qubits to spare where communication qubits need it.

        Raises:
            InfeasibleError: No way was found within the communication qubits.
        """
        from trapline.passes.tight import with_free_seats

        effort = EFFORTS[self.effort].searching
        found: list[tuple[Plan, Solution]] = []
        failure: InfeasibleError | None = None
        rooms = [self.network]
        if self.network.limits_comm_qubits:
            rooms += with_free_seats(self.network, form.program.n_qubits)
        for room in rooms:
            try:
                mine = start if room is self.network else None
                found.append(self._search(form, room, mine, effort))
            except InfeasibleError as error:
                if error.constraint != "comm_qubits" and room is self.network:
                    raise
                failure = failure or error
                continue
            if (
                self.weight(found[0][0]) <= TOLERATED[self.effort] * found[0][1].weight
                or self.deadline.is_over()
            ):
                break
        if not found:
            assert failure is not None  # each room was found wanting
            raise not_found(self.network, failure)
        plan, _ = min(found, key=lambda pair: self.weight(pair[0]))
        solution = found[0][1]
        return self._roamed(form, plan, solution, effort.roam), solution

    @property
    def _may_roam(self) -> bool:
        """Whether plans are annealed within limits on communication qubits."""
        return self.network.limits_comm_qubits and self.router.complete

    def _roamed(self, form: Form, plan: Plan, solution: Solution, work: int) -> Plan:
        """Make a plan lighter where it pays for few communication qubits."""
        from trapline.passes.roam import roam

        if (
            not work
            or not self._may_roam
            or self.weight(plan) <= solution.weight
            or self.deadline.is_over()
        ):
            return plan
        with self.clock.stage("roam"):
            found = roam(
                plan,
                form.segments,
                self.network,
                self.router,
                work=work,
                seed=self.seed,
                enough=solution.least_weight,
                stop=self.deadline.is_over,
            )
        return found if self.weight(found) < self.weight(plan) else plan

    def proven(self, found: Found) -> Found:
        """Prove a small plan optimal, or find a better one, if that can be."""
        from trapline.passes.embedding import embed
        from trapline.passes.exact import is_small

        plan, solution, form, rewrite = found
        if not self.network.is_connected:
            return found
        limits = EFFORTS[self.effort]
        keepable = self._keepable(form)
        n = form.segments.n_interactions
        in_reach = n <= limits.exact_windows or limits.is_for_cpsat(n, self.network.n_modules)
        small = (
            limits.exact_states > 0
            and self.router.weights is None
            and is_small(form.segments, self.network, keepable)
        )
        if self.is_best(plan, solution) or not (small or in_reach):
            return found
        start = solution.assignment
        if keepable is not None:
            start = embed(form.segments, start, self.router, keepable)
        try:
            again, better = self._search(form, self.network, start, limits.proving, keepable)
        except InfeasibleError:  # what was proven needs more communication qubits
            return found
        best = again if self.weight(again) < self.weight(plan) else plan
        better = replace(
            better,
            static_epr_pairs=solution.static_epr_pairs,
            mt_kahypar_epr_pairs=solution.mt_kahypar_epr_pairs,
        )
        return best, better, form, rewrite

    def _keepable(self, form: Form) -> NDArray[np.bool_] | None:
        """Tell which segments may keep copies; None where copies never outlive a segment."""
        from trapline.passes.embedding import keepable

        if not self.router.complete or self.network.limits_comm_qubits:
            return None
        return keepable(form.expanded.program, form.segments)

    def _search(
        self,
        form: Form,
        room: Network,
        start: Assignment | None,
        effort: Effort,
        keepable: NDArray[np.bool_] | None = None,
    ) -> tuple[Plan, Solution]:
        """Solve in some room and carry the answer out in the whole network.

        Where links differ, the search begins from an answer for links that are alike, which is
        found more easily; the final one weighs no more.
        """
        from trapline.passes.route import Router

        stopped, left = False, self.deadline.left()
        if self.router.weights is not None and effort.rounds and self.network.is_connected:
            half = None if left is None else left / 2
            plain = self.solved(form, room, Router(self.network), start, effort, half)
            start, stopped, left = plain.assignment, plain.stopped, self.deadline.left()
        solution = self.solved(form, room, self.router, start, effort, left, keepable)
        solution = replace(solution, stopped=stopped or solution.stopped)
        return self.allocated(form, self.in_room(form, room, solution))

    def in_room(self, form: Form, room: Network, solution: Solution) -> Solution:
        """Return what was found in some room with bounds for the whole network."""
        if room is self.network:
            return solution
        return replace(
            solution,
            least_weight=weight_bound(form.segments, self.network, self.router),
            lower_bound=spreading_bound(form.segments, self.network),
        )

    def allocated(
        self, form: Form, solution: Solution, around: int = AROUND
    ) -> tuple[Plan, Solution]:
        """Carry out the answers of the solver, and keep the lightest plan.

        Without limits on communication qubits and kept copies a plan weighs what its answer does;
        where one costs much more on a complete network, others would too, and it is searched on
        (`_roamed`).

        Raises:
            InfeasibleError: No way was found within the communication qubits.
        """
        from trapline.passes.tight import allocate_best

        best: tuple[Plan, Assignment] | None = None
        failure: InfeasibleError | None = None
        may_differ = self.network.limits_comm_qubits or self.router.complete
        answers = (solution.assignment, *(solution.others if may_differ else ()))
        dear = NEAR * solution.weight if self._may_roam else inf
        with self.clock.stage("allocate"):
            for assignment in answers:
                try:
                    plan = allocate_best(
                        form.program, form.expanded, form.segments, self.network, assignment,
                        self.router, around,
                    )  # fmt: skip
                except InfeasibleError as error:
                    failure = failure or error
                    continue
                weight = self.weight(plan)
                if best is None or weight < self.weight(best[0]):
                    best = plan, assignment
                if weight <= solution.least_weight or weight > dear or self.deadline.is_over():
                    break
        if best is None:
            assert failure is not None  # each answer was found wanting
            raise failure
        return best[0], replace(solution, assignment=best[1])

    def solved(
        self,
        form: Form,
        room: Network,
        router: Router,
        start: Assignment | None,
        effort: Effort,
        time_limit: float | None,
        keepable: NDArray[np.bool_] | None = None,
    ) -> Solution:
        """Search one form in some room, with a router of it; arguments as for `solve`."""
        from trapline.passes.solve import solve

        self.clock.progress("solve")
        solution = solve(
            form.segments,
            room,
            router,
            effort=effort,
            seed=self.seed,
            start=start,
            keepable=keepable,
            time_limit=time_limit,
            progress=self.clock.progress,
        )
        self.clock.add(solution.seconds)
        return solution


def most_operands(network: Network) -> int | None:
    """Return on how many operands a gate can happen wherever they are; None for any number.

    It happens where most of them are, so that w operands in k modules need w - ceil(w / k) copies.
    """
    limits = [limit for limit in network.comm_qubits if limit is not None]
    if not limits or network.n_modules < 2:
        return None
    copies = max(min(limits), 1)
    return copies + 1 + copies // (network.n_modules - 1)
