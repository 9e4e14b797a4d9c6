"""Plan a circuit: which of its forms to distribute, where everything happens, and that it may.

The forms of a circuit are programs with the same meaning: as given, simplified, and with recovered
structure. A short search prices each; the cheapest are searched in earnest, and the plan whose
pairs weigh least is kept. A form other than the given one counts only when it was shown to mean the
same, by a method that shares no code with what made it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trapline.compiler.planner import MOST_SEARCHED, Form, Found, Planner
from trapline.errors import InfeasibleError

if TYPE_CHECKING:
    from trapline.compiler.clock import Clock
    from trapline.compiler.pairing import Verdict
    from trapline.passes.check import PlanCheck
    from trapline.passes.plan import Plan
    from trapline.passes.program import Program
    from trapline.passes.solve import Solution
    from trapline.targets.network import Network
    from trapline.targets.objective import Objective

CLOSE = {"fast": 0.0, "default": 1.4, "best": 1.5}
"""Forms whose price is at most this times the lowest are searched in earnest, besides that one."""


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


def plan_circuit(
    program: Program,
    network: Network,
    clock: Clock,
    *,
    effort: str,
    seed: int,
    time_limit: float | None,
    objective: Objective,
) -> Planned:
    """Plan a circuit for a network.

    Args:
        program: The input.
        network: The modules.
        clock: Times the stages.
        effort: How hard to search.
        seed: Seed of every random choice.
        time_limit: Seconds for the search.
        objective: What is kept small.

    Raises:
        InfeasibleError: The circuit does not fit the network.
        CheckError: The plan failed its check.
    """
    from trapline.passes.check import check_plan
    from trapline.passes.feasible import check_feasible

    planner = Planner(network, clock, effort, seed, time_limit, objective.weights)
    forms = planner.forms(program)
    given = forms[0]
    check_feasible(given.segments, network)
    if effort != "best":
        forms = _promising(forms, strict=effort == "default")
    trials = planner.trials(forms)
    prices = [trial.weight for trial in trials] or [0]
    full = sum(network.data_qubits) <= program.n_qubits

    def rank(i: int) -> tuple[int, ...]:
        model = forms[i].segments
        return prices[i], model.n_interactions, model.n_layers if full else -model.n_layers

    order = sorted(range(len(forms)), key=rank)
    limit = CLOSE[effort] * (prices[order[0]] + planner.router.unit)
    best: Found | None = None
    tried: set[tuple[int, int]] = set()
    for i in order:
        form = forms[i]
        if best is not None and (
            prices[i] > limit
            or planner.is_best(best[0], best[1])
            or form.segments.n_interactions > MOST_SEARCHED
            or planner.deadline.is_over()
        ):
            break
        in_blocks = not form.segments.block_starts.all()
        if effort != "best" and in_blocks and _size(form) in tried:
            continue
        rewrite = planner.meaning(program, form)
        if rewrite is not None and not rewrite.passed:
            continue
        try:
            plan, solution = planner.attempt(form, trials[i].assignment if trials else None)
        except InfeasibleError:  # another form may do with fewer communication qubits
            continue
        if best is None or planner.weight(plan) < planner.weight(best[0]):
            best = plan, solution, form, rewrite
        tried.add(_size(form))
    if best is None:
        best = (*planner.attempt(given, None), given, None)
    best = planner.with_parities(program, best)
    plan, solution, form, rewrite = planner.proven(best)
    if planner.deadline.struck:
        solution = replace(solution, stopped=True)
    with clock.stage("check"):
        usage = check_plan(plan, network, objective)
    return Planned(
        form=form.name,
        interactions=given.segments.n_interactions,
        plan=plan,
        solution=solution,
        usage=usage,
        rewrite=rewrite,
    )


def _size(form: Form) -> tuple[int, int]:
    return form.segments.n_interactions, form.segments.n_segments


def _promising(forms: list[Form], *, strict: bool) -> list[Form]:
    """Leave out forms with no fewer interactions and no fewer segments than another one.

    Args:
        forms: Some forms.
        strict: Leave out only those with as many of both as one before, and as many layers.
    """
    return [
        form
        for at, form in enumerate(forms)
        if not any(
            _no_fewer(form, other)
            and (earlier < at if _size(other) == _size(form) else not strict)
            and not (strict and other.segments.n_layers != form.segments.n_layers)
            for earlier, other in enumerate(forms)
            if earlier != at
        )
    ]


def _no_fewer(form: Form, other: Form) -> bool:
    return all(mine >= theirs for mine, theirs in zip(_size(form), _size(other), strict=True))
