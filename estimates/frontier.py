"""Choices that no other beats: the Pareto frontier of modules, physical qubits and time."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter, le
from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates.code_use import code_name
from trapline.estimates.outcome import BUFFERED, OPERATIONS
from trapline.estimates.plans import PLANS
from trapline.estimates.report import FrontierPoint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from trapline.estimates.checks import Floats
    from trapline.estimates.goal import Goal
    from trapline.estimates.machine import Machine
    from trapline.estimates.outcome import Outcome


# Modules, physical qubits and time of a step.
_Values = tuple[float, float, float]
# Columns of a choice that the report shows.
_SHOWN = (
    "modules",
    "step_time_us",
    "remote_time_us",
    "cycle_time_us",
    "code",
    "distance",
    "plan",
    "operation",
    "per_module",
)


@dataclass(frozen=True)
class Answer:
    """All choices for one machine that a target allows.

    Args:
        machine: Kind of module and link.
        outcome: Its choices.
    """

    machine: Machine
    outcome: Outcome


def frontier(answers: Sequence[Answer], goal: Goal) -> list[FrontierPoint]:
    """List the choices that no other beats or equals in modules, physical qubits and step time.

    Args:
        answers: Choices of all machines.
        goal: What is asked.
    """
    kept = [
        point
        for answer in answers
        for point in _points(
            answer, _undominated(answer.outcome.modules, answer.outcome.step_time_us), goal
        )
    ]
    chosen: list[tuple[_Values, FrontierPoint]] = []
    for values, point in sorted(kept, key=itemgetter(0)):
        if not any(all(map(le, other, values)) for other, _ in chosen):
            chosen.append((values, point))
    return [point for _, point in chosen]


def alternatives(answer: Answer, goal: Goal) -> list[FrontierPoint]:
    """List the best choice of each way to operate, buffered or not, distillation, and code.

    Args:
        answer: Choices of one machine.
        goal: What is asked.
    """
    outcome = answer.outcome
    good = np.isfinite(outcome.modules).nonzero()[0]
    order = good[np.lexsort((outcome.step_time_us[good], outcome.modules[good]))]
    names = _NAME_OF_PLAN[outcome.plan[order].astype(np.intp)]
    kinds = (outcome.operation[order].astype(np.intp), names, outcome.code[order].astype(np.intp))
    first = sorted({place for kind in kinds for place in _firsts(kind)})
    return [point for _, point in _points(answer, order[first], goal)]


def regime_of(chosen: dict[str, float]) -> str:
    """Return `hosted` where a module holds whole patches, else `distributed`."""
    return "hosted" if chosen["per_module"] >= 1.0 else "distributed"


def distillation_of(chosen: dict[str, float]) -> str:
    """Return the name of the distillation of a choice."""
    return PLANS[int(chosen["plan"])].name if chosen["plan"] >= 0 else "none"


def operation_of(chosen: dict[str, float]) -> str:
    """Return how operations between modules are done."""
    return OPERATIONS[int(chosen["operation"])]


def is_buffered(chosen: dict[str, float]) -> bool:
    """Tell whether the pairs of a whole operation are collected first."""
    return int(chosen["operation"]) in BUFFERED


def runtime_s(goal: Goal, chosen: dict[str, float]) -> float | None:
    """Return the seconds of the whole program; None without one."""
    return None if goal.steps is None else goal.steps * chosen["step_time_us"] * 1e-6


def _undominated(modules: Floats, time_us: Floats) -> NDArray[np.intp]:
    """Return the choices of one machine that no other beats or equals in modules and time."""
    good = np.isfinite(modules).nonzero()[0]
    order = good[np.lexsort((time_us[good], modules[good]))]
    time = time_us[order]
    fastest = np.minimum.accumulate(np.concatenate([[np.inf], time]))[:-1]
    return order[time < fastest]


def _firsts(kind: NDArray[np.intp]) -> list[int]:
    """Return where each number stands for the first time."""
    found = np.full(kind.max(initial=-1) + 1, len(kind))
    np.minimum.at(found, kind, np.arange(len(kind)))
    places: list[int] = found[found < len(kind)].tolist()
    return places


def _points(
    answer: Answer, choices: NDArray[np.intp], goal: Goal
) -> list[tuple[_Values, FrontierPoint]]:
    """Write some choices down for the report, each with what the frontier compares."""
    columns = {name: getattr(answer.outcome, name)[choices].tolist() for name in _SHOWN}
    each = float(answer.machine.hardware.physical_qubits[0])
    found: list[tuple[_Values, FrontierPoint]] = []
    for row in zip(*columns.values(), strict=True):
        chosen: dict[str, float] = dict(zip(_SHOWN, row, strict=True))
        qubits = chosen["modules"] * each
        point = FrontierPoint(
            modules=int(chosen["modules"]),
            module_kind=answer.machine.name,
            physical_qubits=int(qubits),
            logical_cycle_time_us=chosen["cycle_time_us"],
            remote_operation_time_us=chosen["remote_time_us"] if chosen["plan"] >= 0 else None,
            runtime_s=runtime_s(goal, chosen),
            regime=regime_of(chosen),
            operation=operation_of(chosen),
            code=code_name(chosen),
            distance=int(chosen["distance"]),
            distillation=distillation_of(chosen),
            buffered=is_buffered(chosen),
        )
        found.append(((chosen["modules"], qubits, chosen["step_time_us"]), point))
    return found


_NAMES = sorted({plan.name for plan in PLANS})
_NAME_OF_PLAN = np.array([*(_NAMES.index(plan.name) for plan in PLANS), _NAMES.index("none")])
