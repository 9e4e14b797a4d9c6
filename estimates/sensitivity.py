"""How the answer hangs on each input: elasticities, and the values at which it changes its kind.

Both ask the model itself, all design points of a step in one call.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates.hardware import Hardware
from trapline.estimates.report import Elasticity, Threshold
from trapline.estimates.search import best, cost

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from trapline.estimates.checks import Floats
    from trapline.estimates.goal import Goal
    from trapline.estimates.machine import Machine
    from trapline.estimates.outcome import Outcome

# Factor by which an input is raised and lowered; wide enough to average over floors and ceilings.
STEP = 1.25
# Points that close in on a threshold at once, and how often.
POINTS = 10
NARROWINGS = 6
# A stall below this part of an operation counts as none.
NO_STALL = 0.01
# Column, what it is called, and whether it is a whole number.
INPUTS = (
    ("pair_error", "link.bell_infidelity", False),
    ("pair_rate_hz", "link.pair_rate_hz", False),
    ("latency_us", "link.latency_us", False),
    ("pair_buffer", "link.pair_buffer", True),
    ("communication_qubits", "module.communication_qubits", True),
    ("data_qubits", "module.data_qubits", True),
    ("p_two", "module.two_qubit_gate_error", False),
    ("p_one", "module.one_qubit_gate_error", False),
    ("p_measure", "module.measurement_error", False),
    ("gate_time_us", "module.two_qubit_gate_time_us", False),
    ("one_time_us", "module.one_qubit_gate_time_us", False),
    ("measure_time_us", "module.measurement_time_us", False),
    ("coherence_us", "module.idle_coherence_time_s", False),
    ("parallel_gates", "module.parallel_two_qubit_gates", True),
)


def elasticities(machine: Machine, goal: Goal) -> list[Elasticity]:
    """Raise and lower each input and compare: percent of change a percent of input.

    Args:
        machine: The machine that was chosen.
        goal: What is asked.
    """
    hardware = machine.hardware
    inputs = [
        (column, name, whole)
        for column, name, whole in INPUTS
        if getattr(hardware, column)[0] > 0.0 and (machine.link or not name.startswith("link."))
    ]
    ends = [_ends(float(getattr(hardware, column)[0]), whole=whole) for column, _, whole in inputs]
    rows = [
        hardware.vary({column: np.array(pair)})
        for (column, _, _), pair in zip(inputs, ends, strict=True)
    ]
    modules, time = cost(Hardware.stack(rows), goal)
    found: list[Elasticity] = []
    for index, ((_, name, _), (low, high)) in enumerate(zip(inputs, ends, strict=True)):
        pair = slice(2 * index, 2 * index + 2)
        span = float(np.log(high / low))
        found.append(
            Elasticity(
                input=name, modules=_slope(modules[pair], span), step_time=_slope(time[pair], span)
            )
        )
    return found


def thresholds(machine: Machine, goal: Goal) -> list[Threshold]:
    """Find the values of single inputs at which the answer changes its kind.

    Each is closed in on from the side where the machine does well; when nothing changes up to the
    end of a sensible range, it is left out. The number of modules is not limited.

    Args:
        machine: The machine that was chosen.
        goal: What is asked.
    """
    free = replace(machine, hardware=machine.hardware.vary({"max_modules": np.array([np.inf])}))
    questions = [q for q in _QUESTIONS if machine.link is not None or not q.needs_link]
    if not goal.patches:
        questions = [q for q in questions if q.holds is not _hosted]
    good = np.array([q.good(free) for q in questions])
    bad = np.array([q.bad(free) for q in questions])
    steps = np.linspace(0.0, 1.0, POINTS)
    known = np.ones(len(questions), dtype=bool)
    for _ in range(NARROWINGS):
        tries = good[:, None] + (bad - good)[:, None] * steps
        rows = [
            free.hardware.vary(q.columns(free, x)) for q, x in zip(questions, tries, strict=True)
        ]
        outcome = best(Hardware.stack(rows), goal)
        for index, question in enumerate(questions):
            here = slice(index * POINTS, (index + 1) * POINTS)
            holds = question.holds(outcome, here)
            known[index] &= bool(holds[0]) and not bool(holds.all())
            first = int(np.argmin(holds)) if known[index] else 1
            good[index], bad[index] = tries[index, first - 1], tries[index, first]
    return [
        Threshold(
            input=q.input, value=float(q.value(free, good[i])), unit=q.unit, meaning=q.meaning
        )
        for i, q in enumerate(questions)
        if known[i]
    ]


@dataclass(frozen=True, kw_only=True)
class _Question:
    """A threshold that is looked for.

    Args:
        input: Name of the input.
        unit: Its unit.
        meaning: What is the case beyond the value.
        good: Where to start, on a scale of the question's own.
        bad: Where to end.
        columns: Maps a machine and places on the scale to changed columns.
        value: Maps a machine and a place to the value of the input.
        holds: Tells which entries of an outcome are still on the good side.
        needs_link: Whether it means anything only where there is a link.
    """

    input: str
    unit: str
    meaning: str
    good: Callable[[Machine], float]
    bad: Callable[[Machine], float]
    columns: Callable[[Machine, Floats], dict[str, Floats]]
    value: Callable[[Machine, float], float]
    holds: Callable[[Outcome, slice], NDArray[np.bool_]]
    needs_link: bool = True


def _ends(value: float, *, whole: bool) -> tuple[float, float]:
    low, high = value / STEP, value * STEP
    if whole:
        return max(1.0, float(np.floor(low))), float(np.ceil(high))
    return low, high


def _slope(pair: Floats, span: float) -> float | None:
    """Return the slope between two values on a logarithmic scale; None where one is infinite."""
    if not np.isfinite(pair).all():
        return None
    return float(np.log(pair[1] / pair[0])) / span


def _feasible(outcome: Outcome, here: slice) -> NDArray[np.bool_]:
    there: NDArray[np.bool_] = np.isfinite(outcome.modules[here])
    return there


def _undistilled(outcome: Outcome, here: slice) -> NDArray[np.bool_]:
    raw: NDArray[np.bool_] = outcome.plan[here] == 0.0
    return np.asarray(_feasible(outcome, here) & raw)


def _best_of_all(outcome: Outcome, here: slice) -> NDArray[np.bool_]:
    """Tell where it takes no more modules than at the good end."""
    modules = outcome.modules[here]
    return np.asarray(_feasible(outcome, here) & (modules <= modules[0]))


def _hosted(outcome: Outcome, here: slice) -> NDArray[np.bool_]:
    whole: NDArray[np.bool_] = outcome.per_module[here] >= 1.0
    return np.asarray(_feasible(outcome, here) & whole)


def _in_step(outcome: Outcome, here: slice) -> NDArray[np.bool_]:
    lasts, free = outcome.remote_time_us[here], outcome.unstalled_us[here]
    kept: NDArray[np.bool_] = free >= (1.0 - NO_STALL) * lasts
    return np.asarray(_feasible(outcome, here) & kept)


def _fidelities(machine: Machine, log_error: Floats) -> dict[str, Floats]:
    """Change the fidelity of delivered pairs; their way into memory stays as it is."""
    link = machine.link
    delivered = 1.0 - link.bell_fidelity.value if link else 0.0
    moved = machine.hardware.pair_error[0] - delivered
    return {"pair_error": np.minimum(0.75, moved + 10.0**log_error)}


def _scaled(*names: str) -> Callable[[Machine, Floats], dict[str, Floats]]:
    def columns(machine: Machine, log_factor: Floats) -> dict[str, Floats]:
        return {name: getattr(machine.hardware, name) * 10.0**log_factor for name in names}

    return columns


def _log_rate(machine: Machine) -> float:
    return float(np.log10(machine.hardware.pair_rate_hz[0]))


def _fidelity(meaning: str, holds: Callable[[Outcome, slice], NDArray[np.bool_]]) -> _Question:
    return _Question(
        input="link.bell_fidelity",
        unit="1",
        meaning=meaning,
        good=lambda _: -6.0,
        bad=lambda _: float(np.log10(0.75)),
        columns=_fidelities,
        value=lambda _, place: 1.0 - 10.0**place,
        holds=holds,
    )


def _rate(meaning: str, holds: Callable[[Outcome, slice], NDArray[np.bool_]]) -> _Question:
    return _Question(
        input="link.pair_rate_hz",
        unit="1/s",
        meaning=meaning,
        good=lambda machine: 9.0 - _log_rate(machine),
        bad=lambda machine: -1.0 - _log_rate(machine),
        columns=_scaled("pair_rate_hz"),
        value=lambda machine, place: 10.0 ** (_log_rate(machine) + place),
        holds=holds,
    )


def _size(meaning: str, holds: Callable[[Outcome, slice], NDArray[np.bool_]]) -> _Question:
    return _Question(
        input="module.data_qubits",
        unit="1",
        meaning=meaning,
        good=lambda machine: float(np.log10(machine.hardware.data_qubits[0])) + 1.0,
        bad=lambda _: 0.5,
        columns=lambda _, log_size: {"data_qubits": np.ceil(10.0**log_size)},
        value=lambda _, place: float(np.ceil(10.0**place)),
        holds=holds,
    )


_QUESTIONS = (
    _fidelity("below it no number of modules does", _feasible),
    _fidelity("below it pairs are distilled", _undistilled),
    _fidelity("above it more fidelity saves no module", _best_of_all),
    _rate("below it no number of modules does", _feasible),
    _rate("below it modules wait for pairs", _in_step),
    _rate("above it more pairs save no module", _best_of_all),
    _size("below it no number of modules does", _feasible),
    _size("below it a patch is cut over modules", _hosted),
    _Question(
        input="all local errors, as a factor",
        unit="1",
        meaning="above it no number of modules does",
        good=lambda _: -2.0,
        bad=lambda _: 3.0,
        columns=_scaled("p_two", "p_one", "p_measure"),
        value=lambda _, place: 10.0**place,
        holds=_feasible,
        needs_link=False,
    ),
)
