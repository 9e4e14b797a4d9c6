"""What binds, and the nearest machine that would do, found by asking the model itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates.knobs import knobs_for
from trapline.estimates.search import cost

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from trapline.estimates.checks import Floats
    from trapline.estimates.goal import Goal
    from trapline.estimates.hardware import Hardware
    from trapline.estimates.knobs import Knob, Numbers
    from trapline.estimates.machine import Machine

# Every knob is turned by this factor to see which one matters most.
PROBE = 2.0
BRANCHES = 8
NARROWINGS = 4
LEEWAY = 2.0
PUT_BACK_FIRST = (
    "parallel_gates",
    "local_speed",
    "communication_qubits",
    "coherence_time",
    "link_fidelity",
    "local_error",
    "link_rate",
    "module_size",
)
# Added to a factor, so that the value suggested lies on the safe side of what was searched.
MARGIN = 1.005


@dataclass(frozen=True)
class Suggestion:
    """A change that makes the machine do.

    Args:
        constraints: Names of the constraints that are loosened.
        factor: By how much.
        settings: New numbers by `--set` path.
        modules: Modules it then takes, where their number was the reason.
    """

    constraints: tuple[str, ...]
    factor: float
    settings: Numbers
    modules: int | None = None


@dataclass(frozen=True)
class Binding:
    """The constraint that matters most.

    Args:
        name: Name of the constraint.
        words: What it is.
        gain: Qubits x time of an operation, divided by the same with the constraint loosened.
    """

    name: str
    words: str
    gain: float


def probes(machine: Machine, hardware: Hardware) -> Hardware:
    """Return rows of a machine with each constraint in turn made twice as good, one by one."""
    factors = np.full(len(hardware.p_two), PROBE)
    return _rows(hardware, [((knob,), factors) for knob in knobs_for(machine)])


def binding(
    machine: Machine, rows: Hardware, modules: Floats, time_us: Floats, volume: float
) -> Binding:
    """Return the constraint that, twice as good, saves most qubits x time.

    Args:
        machine: The machine.
        rows: The `probes` of its only row.
        modules: Modules of each of these.
        time_us: Time of a step of each.
        volume: Qubits x time of the machine as it is.
    """
    best, least = binding_knobs(rows, modules, time_us, 1)
    knob = knobs_for(machine)[int(best[0])]
    return Binding(knob.name, knob.words, volume / float(least[0]))


def binding_knobs(
    rows: Hardware, modules: Floats, time_us: Floats, points: int
) -> tuple[NDArray[np.intp], Floats]:
    """Return which constraint, twice as good, leaves the fewest qubits x time, and how many.

    Args:
        rows: The `probes` of some rows.
        modules: Modules of each probe.
        time_us: Time of a step of each.
        points: How many these rows are.
    """
    volume = (modules * rows.physical_qubits * time_us).reshape(-1, points)
    best = volume.argmin(axis=0)
    return best, volume[best, np.arange(points)]


def nearest(machine: Machine, goal: Goal) -> list[Suggestion]:
    """List changes that make an infeasible machine do, the smallest factor first.

    First each constraint alone, and more modules alone where the target fixes their number. When
    none suffices: as many modules as it takes, and a few constraints that together do.

    Returns:
        Suggestions; empty when even a far better machine of this kind would not do.
    """
    knobs = knobs_for(machine)
    single = _smallest(machine.hardware, goal, [(knob,) for knob in knobs])
    found = [
        _suggestion(machine, (knob,), factor)
        for knob, factor in zip(knobs, single, strict=True)
        if np.isfinite(factor)
    ]
    found += _more_modules(machine, goal, (), 1.0)
    return sorted(found, key=lambda s: s.factor) if found else _together(machine, goal, knobs)


def _together(machine: Machine, goal: Goal, knobs: tuple[Knob, ...]) -> list[Suggestion]:
    """Find a small factor by which several knobs together do, and few such knobs.

    All are turned by one factor. Then each that is not needed, when the others may turn `LEEWAY`
    times as far, is put back, and the factor of the rest is found anew.
    """
    free = machine if machine.link is None else _unlimited(machine)
    factor = _smallest(free.hardware, goal, [knobs])[0]
    if not np.isfinite(factor):
        return []
    most = LEEWAY * _modules(free.hardware, goal, knobs, factor * MARGIN)
    needed = knobs
    for knob in sorted(knobs, key=lambda k: PUT_BACK_FIRST.index(k.name)):
        fewer = tuple(k for k in needed if k is not knob)
        if fewer and _modules(free.hardware, goal, fewer, LEEWAY * factor) <= most:
            needed = fewer
    factor = _smallest(free.hardware, goal, [needed])[0]
    if np.isfinite(machine.hardware.max_modules[0]) and machine.link is not None:
        return _more_modules(machine, goal, needed, factor)
    return [_suggestion(machine, needed, factor)]


def _more_modules(
    machine: Machine, goal: Goal, knobs: tuple[Knob, ...], factor: float
) -> list[Suggestion]:
    """Suggest the number of modules it takes, with some knobs turned; nothing if none suffices."""
    limit = machine.hardware.max_modules[0]
    rows = _rows(_unlimited(machine).hardware, [(knobs, np.array([factor * MARGIN]))])
    modules = cost(rows, goal)[0][0]
    if not np.isfinite(limit) or not np.isfinite(modules) or machine.link is None:
        return []
    more: Numbers = {f"modules.{module.name}.extensible": True for module in machine.modules}
    if not knobs:
        return [Suggestion(("module_count",), float(modules / limit), more, int(modules))]
    other = _suggestion(machine, knobs, factor)
    names = (*other.constraints, "module_count")
    return [Suggestion(names, other.factor, other.settings | more, int(modules))]


def _unlimited(machine: Machine) -> Machine:
    """Return the machine with no limit on the number of modules."""
    free = machine.hardware.vary({"max_modules": np.array([np.inf])})
    return replace(machine, hardware=free)


def _suggestion(machine: Machine, knobs: tuple[Knob, ...], factor: float) -> Suggestion:
    """Write a change down by `--set` paths."""
    safe = factor * MARGIN
    settings: Numbers = {}
    for knob in knobs:
        for path, value in knob.settings(machine, min(safe, knob.limit)).items():
            settings[path] = max(value, settings.get(path, value))
    return Suggestion(tuple(knob.name for knob in knobs), safe, settings)


def _modules(hardware: Hardware, goal: Goal, knobs: tuple[Knob, ...], factor: float) -> float:
    """Return the modules it takes with knobs turned by a factor; inf when infeasible."""
    rows = _rows(hardware, [(knobs, np.array([factor]))])
    return float(cost(rows, goal)[0][0])


def _smallest(hardware: Hardware, goal: Goal, groups: Sequence[tuple[Knob, ...]]) -> list[float]:
    """Return the smallest factor at which each group of knobs makes the machine do; inf for none.

    All groups are searched at once, each between two factors that close in on the answer.
    """
    limits = np.array([np.log(max(knob.limit for knob in group)) for group in groups])
    ends = _rows(hardware, list(zip(groups, np.exp(limits)[:, None], strict=True)))
    reachable = np.flatnonzero(np.isfinite(cost(ends, goal)[0]))
    low, high = np.zeros(len(reachable)), limits[reachable]
    index = np.arange(len(reachable))
    steps = np.linspace(0.0, 1.0, BRANCHES + 1)[1:]
    for _ in range(NARROWINGS if len(reachable) else 0):
        tries = low[:, None] + (high - low)[:, None] * steps
        turned = [(groups[int(k)], np.exp(row)) for k, row in zip(reachable, tries, strict=True)]
        modules = cost(_rows(hardware, turned), goal)[0]
        first = np.isfinite(modules).reshape(len(reachable), BRANCHES).argmax(axis=1)
        low = np.where(first > 0, tries[index, first - 1], low)
        high = tries[index, first]
    factors = np.full(len(groups), np.inf)
    factors[reachable] = np.exp(high)
    return [float(factor) for factor in factors]


def _rows(hardware: Hardware, turns: Sequence[tuple[tuple[Knob, ...], Floats]]) -> Hardware:
    """Stack the rows of several turned knobs."""
    parts: list[Hardware] = []
    for knobs, factor in turns:
        changed: dict[str, Floats] = {}
        for knob in knobs:
            here = hardware.vary(changed) if changed else hardware
            changed |= knob.columns(here, np.minimum(factor, knob.limit))
        parts.append(hardware.vary(changed) if changed else hardware)
    return type(hardware).stack(parts)
