"""Check a plan, knowing nothing of how it was found.

The rules are those of `trapline.passes.plan.Event`, replayed one by one (`check_replay`). Next to
them: the expanded program is the input (`check_expansion`), operations happen once and in an order
that means the same (`check_order`), and gates on a qubit with several holders commute with the axis
of its cat state (`check_gates`, `check_axes`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trapline.errors import CheckError
from trapline.passes.check_expansion import check_expansion
from trapline.passes.check_replay import PlanCheck, Replay
from trapline.passes.plan import Event, Plan

if TYPE_CHECKING:
    from trapline.targets.network import Network
    from trapline.targets.objective import Objective

__all__ = ["PlanCheck", "check_plan"]


def check_plan(plan: Plan, network: Network, objective: Objective | None = None) -> PlanCheck:
    """Check a plan against its input and the network.

    Args:
        plan: The plan.
        network: The network it is for.
        objective: What a pair over each link counts for; None to count pairs.

    Returns:
        The resources that the plan uses, and its objective, counted from its events.

    Raises:
        CheckError: The first violation: number of the event, rule, what was found, what was wanted.
    """
    _check_columns(plan, network)
    check_expansion(plan)
    values = (1.0,) * len(network.links) if objective is None else objective.values
    return Replay(plan, network, values).run()


def _check_columns(plan: Plan, network: Network) -> None:
    """Check lengths and ranges, so that the replay can index freely."""
    lengths = [len(column) for column in (plan.kinds, plan.items, plan.modules, plan.sources)]
    if len(set(lengths)) != 1:
        raise CheckError(f'rule "columns": columns of events differ in length: {lengths}')
    homes = plan.initial_home
    if len(homes) != plan.expanded.n_qubits:
        raise CheckError(
            f'rule "columns": initial_home has {len(homes)} entries, '
            f"want one for each of {plan.expanded.n_qubits} qubits"
        )
    for qubit in np.flatnonzero((homes < 0) | (homes >= network.n_modules)).tolist():
        raise CheckError(
            f'rule "columns": initial_home of qubit {qubit} is module {homes[qubit]}, '
            f"want 0 to {network.n_modules - 1}"
        )
    ends = {
        Event.FETCH: plan.expanded.n_qubits,
        Event.RELEASE: plan.expanded.n_qubits,
        Event.HOME: plan.expanded.n_qubits,
        Event.PARK: plan.expanded.n_qubits,
        Event.STORE: plan.expanded.n_qubits,
        Event.WHOLE: plan.program.n_ops,
    }
    limits = np.array([ends.get(kind, plan.expanded.n_ops) for kind in Event])
    known = (plan.kinds >= 0) & (plan.kinds < len(Event))
    limit = limits[np.where(known, plan.kinds, 0)]
    for event in np.flatnonzero(~known | (plan.items < 0) | (plan.items >= limit)).tolist():
        raise CheckError(
            f'event {event}, rule "columns": kind {plan.kinds[event]}, item {plan.items[event]}: '
            "no such kind of event, or no such operation or qubit"
        )
