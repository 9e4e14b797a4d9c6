"""Plan a circuit: which of its forms to distribute, where everything happens, and that it may.

The forms of a circuit are programs with the same meaning: as given, simplified, and with recovered
structure. A short search prices each; the cheapest are searched in earnest, and the plan whose
pairs weigh least is kept. A form other than the given one counts only when it was shown to mean the
same, by a method that shares no code with what made it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import compress, product
from typing import TYPE_CHECKING, Any

import numpy as np

from trapline.compiler.last_resort import last_resort
from trapline.compiler.planner import MOST_SEARCHED, Form, Found, Planner
from trapline.errors import InfeasibleError
from trapline.passes.deadline import Deadline

if TYPE_CHECKING:
    from trapline.compiler.clock import Clock
    from trapline.compiler.pairing import Verdict
    from trapline.passes.check import PlanCheck
    from trapline.passes.plan import Plan
    from trapline.passes.program import Program
    from trapline.passes.solve import Solution
    from trapline.targets.network import Network
    from trapline.targets.objective import Objective

MOST_TRIED = 8
"""Communication qubits up to which each number is tried to find one that suffices."""

Steps = Callable[["Program", Planner, "Objective"], "Planned"]
"""One way to plan a circuit for the network of a planner."""

Attempt = Callable[["Network", "Objective", str, Steps], "Planned"]
"""What plans a circuit for some network, under some objective, with some effort, in some way."""

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
    """Plan a circuit for a network; where that is impossible, for the modules that can help.

    Args:
        program: The input.
        network: The modules.
        clock: Times the stages.
        effort: How hard to search.
        seed: Seed of every random choice.
        time_limit: Seconds for the search, whatever it takes to find modules that can help.
        objective: What is kept small.

    Raises:
        InfeasibleError: The circuit does not fit the network, or no plan was found within its
            communication qubits; the number called sufficient led to a plan.
        CheckError: The plan failed its check.
    """
    deadline = Deadline(time_limit)

    def plan(room: Network, aim: Objective, how: str, steps: Steps) -> Planned:
        planner = Planner(room, clock, how, seed, deadline, aim.weights)
        return steps(program, planner, aim)

    try:
        return _plan_in_any_room(program, network, objective, effort, plan)
    except InfeasibleError as error:
        if error.constraint not in ("comm_qubits", "network"):
            raise
        failure = error

    def suffices(wider: Network) -> bool:
        values = objective.values if wider.links == network.links else (1.0,) * len(wider.links)
        try:
            _plan_in_any_room(program, wider, replace(objective, values=values), "fast", plan)
        except InfeasibleError as error:
            if error.constraint != "comm_qubits":
                raise
            return False
        return True

    raise _with_what_suffices(failure, network, program.n_qubits, suffices)


def _with_what_suffices(
    failure: InfeasibleError, network: Network, most: int, suffices: Callable[[Network], bool]
) -> InfeasibleError:
    """Find by planning what would do, with the links that an error names: communication qubits.

    Args:
        failure: What went wrong, by its constraint: `comm_qubits` or `network`.
        network: The modules.
        most: Communication qubits above which none are tried.
        suffices: Plans for another network.
    """
    number = {name: m for m, name in enumerate(network.names)}
    new = tuple((number[a], number[b]) for a, b in failure.nearest.get("links", ()))
    joined = replace(network, links=network.links + new)
    least = min((limit for limit in network.comm_qubits if limit is not None), default=most)
    nearest: dict[str, Any] = {"links": failure.nearest["links"]} if new else {}
    hints = [failure.hint] if new else []
    size = least if new else least + 1
    while size <= max(most, least):
        limits = (limit if limit is None else max(limit, size) for limit in joined.comm_qubits)
        if suffices(replace(joined, comm_qubits=tuple(limits))):
            if size > least:
                nearest["comm_qubits"] = size
                more = "communication qubits" if size > 1 else "communication qubit"
                hints.append(f"give every module at least {size} {more}")
            break
        size += 1 if size < MOST_TRIED else size
    return InfeasibleError(
        failure.message, constraint=failure.constraint, nearest=nearest, hint=" and ".join(hints)
    )


def _plan_in_any_room(
    program: Program, network: Network, objective: Objective, effort: str, plan: Attempt
) -> Planned:
    """Try all ways to plan a circuit, until one leads to a plan.

    Raises:
        InfeasibleError: None did.
    """
    rooms = _rooms(network, program.n_qubits)
    failures: list[InfeasibleError] = []
    ways = (_plan, _plan_somehow) if network.limits_comm_qubits else (_plan,)
    for how, steps in product(dict.fromkeys((effort, "fast")), ways):
        for modules, room in rooms:
            kept = {(modules[a], modules[b]) for a, b in room.links}
            values = compress(objective.values, [link in kept for link in network.links])
            try:
                found = plan(room, replace(objective, values=tuple(values)), how, steps)
            except InfeasibleError as error:
                failures.append(error)
            else:
                return found if room is network else _in_whole(found, modules, network, objective)
        if all(error.constraint != "comm_qubits" for error in failures):
            break
    few = (error for error in reversed(failures) if error.constraint == "comm_qubits")
    raise next(few, failures[0])


def _rooms(network: Network, n_qubits: int) -> list[tuple[list[int], Network]]:
    """List a network, and what remains of it without what cannot help, with their modules.

    After the whole, modules that hold the circuit together while the others stay idle; then all
    modules, with no links to those that have no communication qubits.
    """
    from trapline.passes.feasible import taking_part

    rooms = [(list(range(network.n_modules)), network)]
    modules = taking_part(network, n_qubits)
    if modules is not None:
        rooms.append((modules, network.part(modules)))
    served = network.without_idle_links()
    if served.links != network.links:
        rooms.append((list(range(network.n_modules)), served))
    return rooms


def _in_whole(
    found: Planned, modules: list[int], network: Network, objective: Objective
) -> Planned:
    """Return a plan for some modules and links as one for the network; what is left out stays idle.

    Modules left out could be home to qubits that interact with few others, so that less is proven.
    """
    from trapline.passes.bounds import spreading_bound
    from trapline.passes.check import check_plan
    from trapline.passes.plan import Event
    from trapline.passes.segment import segment

    plan = found.plan
    number = np.array([*modules, -1], dtype=np.int32)  # the last one for -1
    spread = plan.kinds == Event.SPREAD  # its source is a qubit
    sources = number[np.where(spread, -1, plan.sources)]
    plan = replace(
        plan,
        initial_home=number[plan.initial_home],
        modules=number[plan.modules],
        sources=np.where(spread, plan.sources, sources),
    )
    bound = spreading_bound(segment(plan.expanded), network)
    return replace(
        found,
        plan=plan,
        solution=replace(found.solution, lower_bound=bound),
        usage=check_plan(plan, network, objective),
    )


def _plan(program: Program, planner: Planner, objective: Objective) -> Planned:
    """Plan a circuit for the network of a planner."""
    from trapline.passes.feasible import check_feasible

    network, effort = planner.network, planner.effort
    forms = planner.forms(program)
    given = forms[0]
    check_feasible(given.segments, network)
    if effort != "best":
        forms = _promising(forms, strict=effort == "default")
    trials = planner.trials(forms)
    prices = [trial.weight for trial in trials] or [0]
    full = sum(network.data_qubits) <= program.n_qubits
    most = CLOSE[effort] * (min(prices) + planner.router.unit)
    best: Found | None = None
    for i in _in_earnest(forms, prices, most, full=full, thorough=effort == "best"):
        form = forms[i]
        if best is not None and (
            planner.is_best(best[0], best[1])
            or form.segments.n_interactions > MOST_SEARCHED
            or planner.deadline.is_over()
        ):
            break
        rewrite = planner.meaning(program, form)
        if rewrite is not None and not rewrite.passed:
            continue
        try:
            plan, solution = planner.attempt(form, trials[i].assignment if trials else None)
        except InfeasibleError:  # another form may do with fewer communication qubits
            continue
        if best is None or planner.weight(plan) < planner.weight(best[0]):
            best = plan, solution, form, rewrite
    if best is None:
        best = (*planner.attempt(given, None), given, None)
    best = planner.with_parities(program, best)
    return _checked(planner, objective, given, planner.proven(best))


def _plan_somehow(program: Program, planner: Planner, objective: Objective) -> Planned:
    """Plan the given form for the network of a planner, where `_plan` found no way."""
    from trapline.passes.feasible import check_feasible

    given = planner.given(program)
    check_feasible(given.segments, planner.network)
    found = last_resort(planner, given)
    return _checked(planner, objective, given, (*found, given, None))


def _checked(planner: Planner, objective: Objective, given: Form, found: Found) -> Planned:
    """Return what was found once its plan has passed its check."""
    from trapline.passes.check import check_plan

    plan, solution, form, rewrite = found
    if planner.deadline.struck:
        solution = replace(solution, stopped=True)
    with planner.clock.stage("check"):
        usage = check_plan(plan, planner.network, objective)
    return Planned(
        form=form.name,
        interactions=given.segments.n_interactions,
        plan=plan,
        solution=solution,
        usage=usage,
        rewrite=rewrite,
    )


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
            all(mine >= theirs for mine, theirs in zip(_size(form), _size(other), strict=True))
            and (earlier < at if _size(other) == _size(form) else not strict)
            and not (strict and other.segments.n_layers != form.segments.n_layers)
            for earlier, other in enumerate(forms)
            if earlier != at
        )
    ]


def _in_earnest(
    forms: list[Form], prices: list[int], most: float, *, full: bool, thorough: bool
) -> list[int]:
    """List the forms to search in earnest, the cheapest first.

    Of equally cheap ones, that with few layers comes first in full modules, where qubits change
    places at one moment, and that with many elsewhere.

    Args:
        forms: Some forms.
        prices: What a short search found for each.
        most: Price above which only the cheapest is listed.
        full: Whether the qubits fill the modules.
        thorough: List all orders of forms with as many interactions; otherwise only the cheapest
            one where gates come in blocks on two qubits, whose prices tell enough.
    """

    def rank(i: int) -> tuple[int, int, int]:
        model = forms[i].segments
        return prices[i], model.n_interactions, model.n_layers if full else -model.n_layers

    order = sorted(range(len(forms)), key=rank)
    chosen: list[int] = []
    for i in order:
        seen = any(_size(forms[i]) == _size(forms[other]) for other in chosen)
        in_blocks = not forms[i].segments.block_starts.all()
        if i == order[0] or (prices[i] <= most and (thorough or not (seen and in_blocks))):
            chosen.append(i)
    return chosen


def _size(form: Form) -> tuple[int, int]:
    return form.segments.n_interactions, form.segments.n_segments
