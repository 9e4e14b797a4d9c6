"""Many estimates at once: arrays of hardware numbers in, arrays of answers out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from trapline.errors import InputError, TargetError
from trapline.estimates.block_laws import NAMES as BLOCK_NAMES
from trapline.estimates.checks import whole_number
from trapline.estimates.code_use import FAMILY
from trapline.estimates.goal import SURFACE, goal_of
from trapline.estimates.knobs import knobs_for
from trapline.estimates.machine import machines_of
from trapline.estimates.nearest import binding_knobs, probes
from trapline.estimates.outcome import COLUMNS, OPERATIONS
from trapline.estimates.parallel import best_in_processes
from trapline.estimates.plans import PLANS
from trapline.estimates.search import cost
from trapline.targets.load import apply_overrides, load_target
from trapline.targets.model import Target

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import ArrayLike, NDArray

    from trapline.estimates.checks import Floats
    from trapline.estimates.goal import Goal
    from trapline.estimates.machine import Machine

LARGEST_MODULE = 10**12
EFFICIENCIES = ("conversion_efficiency", "transducer_efficiency")


@dataclass(frozen=True, kw_only=True)
class Many:
    """Answers, arrays of one shape; numbers are 0 and words are empty where `modules` is inf.

    Args:
        modules: Modules; inf where no number of them does.
        physical_qubits: Physical qubits.
        logical_qubits_per_module: Logical qubits in a module.
        code: Name of the code.
        distance: Code distance.
        step_time_us: Time of a logical step.
        used_fidelity: Bell fidelity of the pairs when used.
        regime: `hosted` or `distributed`.
        operation: How operations between modules are done.
        distillation: Name of the distillation.
        binding: Constraint that matters most; empty unless asked for.
    """

    modules: Floats
    physical_qubits: Floats
    logical_qubits_per_module: Floats
    distance: Floats
    step_time_us: Floats
    used_fidelity: Floats
    code: NDArray[np.str_]
    regime: NDArray[np.str_]
    operation: NDArray[np.str_]
    distillation: NDArray[np.str_]
    binding: NDArray[np.str_]


def estimate_many(
    values: Mapping[str, ArrayLike],
    *,
    target: str | Path | Target,
    logical_qubits: int | None = None,
    logical_error: float = 1e-9,
    budget: float | None = None,
    counts: Mapping[str, int] | None = None,
    code: str = SURFACE,
    binding: bool = False,
    processes: int = 1,
) -> Many:
    """Estimate a target with numbers replaced by arrays, all design points in one call.

    Args:
        values: Arrays by `--set` path, such as `{"link.bell_fidelity": numpy.linspace(0.9, 1)}`;
            they are broadcast against each other, and the answers have the common shape.
        target: Name in the catalogue, path of a TOML file, or a target.
        logical_qubits: As for `estimate`.
        logical_error: As for `estimate`.
        budget: As for `estimate`.
        counts: As for `estimate`.
        code: As for `estimate`.
        binding: Whether to find what binds at each point, which takes nine times as long.
        processes: Processes that share the points, where there are thousands; see
            `parallel.py`.

    Raises:
        InputError: A goal is out of range, or the arrays do not fit together.
        TargetError: The target or a path is unknown, or a value is out of range.
    """
    goal = goal_of(
        logical_qubits=logical_qubits,
        logical_error=logical_error,
        budget=budget,
        counts=counts,
        code=code,
    )
    loaded = target if isinstance(target, Target) else load_target(target)
    columns, shape = columns_of(loaded, values)
    machines = machines_of(loaded, columns)
    size = int(np.prod(shape))
    whole_number("processes", processes, 1)
    found, machine_of_row = best_of_machines(machines, goal, size, processes)
    words = np.full(size, "", dtype="U32")
    if binding:
        for number, machine in enumerate(machines):
            rows = np.flatnonzero((machine_of_row == number) & np.isfinite(found["modules"]))
            if not len(rows):
                continue
            hardware = machine.hardware.repeated(size).rows(rows)
            better = probes(machine, hardware)
            binds, _ = binding_knobs(better, *cost(better, goal), len(rows))
            words[rows] = np.array([knob.name for knob in knobs_for(machine)])[binds]
    return _written(found, words, shape)


def columns_of(
    target: Target, values: Mapping[str, ArrayLike]
) -> tuple[dict[str, Floats], tuple[int, ...]]:
    """Lay arrays by `--set` path out as columns by the path of a single module or link.

    Raises:
        InputError: The arrays do not fit together, or hold something else than numbers.
        TargetError: A path is unknown, or a value is out of range.
    """
    arrays: dict[str, Floats] = {}
    for path, value in values.items():
        try:
            arrays[path] = np.asarray(value, dtype=np.float64)
        except (TypeError, ValueError):
            raise InputError(f"{path}: got {value!r}, want an array of numbers") from None
        if arrays[path].size:
            for end in (float(arrays[path].min()), float(arrays[path].max())):
                number = int(end) if end.is_integer() else end
                apply_overrides(target, {**_room_for(path), path: number})
    try:
        shape = np.broadcast_shapes(*(array.shape for array in arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{path} {array.shape}" for path, array in arrays.items())
        raise InputError(f"values: the arrays do not fit together: {shapes}") from None
    columns: dict[str, Floats] = {}
    # Rates come last: where both are given, a rate does not follow an efficiency.
    for path, array in sorted(arrays.items(), key=lambda item: item[0].endswith(".pair_rate_hz")):
        flat = np.broadcast_to(array, shape).reshape(-1)
        for name in _full_paths(target, path):
            put_column(target, columns, name, flat)
    _check_sizes(target, columns)
    return columns, shape


def put_column(target: Target, columns: dict[str, Floats], path: str, values: Floats) -> None:
    """Add a column; an efficiency that is part of a pair rate changes the rate instead.

    Args:
        target: The target.
        columns: Columns by path of a single module or link, which are added to.
        path: Path of the column.
        values: The column.

    Raises:
        TargetError: The target does not give the number.
    """
    group, name, key = path.split(".")
    items: Any = target.modules if group == "modules" else target.links
    item = next(item for item in items if item.name == name)
    if key in EFFICIENCIES:
        rate = f"links.{name}.pair_rate_hz"
        before = columns.get(rate, np.array(float(item.pair_rate_hz.value)))
        columns[rate] = before * (values / getattr(item, key).value) ** item.efficiency_power
    elif getattr(item, key, None) is None:
        raise TargetError(
            f"{path}: the target does not give this number, so no array can stand in for it",
            hint="set it once with --set or in the target's file",
        )
    else:
        columns[path] = values


def best_of_machines(
    machines: tuple[Machine, ...], goal: Goal, size: int, processes: int = 1
) -> tuple[dict[str, Floats], NDArray[np.intp]]:
    """Return the best choice of each row over all machines, and which machine it is of."""
    columns: dict[str, Floats] = {}
    chosen = np.zeros(size, dtype=np.intp)
    for number, machine in enumerate(machines):
        rows = machine.hardware.repeated(size)
        outcome = best_in_processes(rows, goal, processes)
        mine = {name: np.array(getattr(outcome, name)) for name in COLUMNS}
        mine["physical_qubits"] = mine["modules"] * rows.physical_qubits
        if not columns:
            columns = mine
            continue
        better = (mine["modules"] < columns["modules"]) | (
            (mine["modules"] == columns["modules"])
            & (mine["step_time_us"] < columns["step_time_us"])
        )
        chosen[better] = number
        columns = {name: np.where(better, mine[name], columns[name]) for name in columns}
    return columns, chosen


def _written(found: Mapping[str, Floats], binding: NDArray[Any], shape: tuple[int, ...]) -> Many:
    """Turn columns into answers of the shape of the question."""
    there = np.isfinite(found["modules"])
    plans = np.array([plan.name for plan in PLANS] + ["none"])
    words = {
        "code": np.array((FAMILY, *BLOCK_NAMES))[found["code"].astype(np.intp)],
        "regime": np.where(found["per_module"] >= 1.0, "hosted", "distributed"),
        "operation": np.array(OPERATIONS)[found["operation"].astype(np.intp)],
        "distillation": plans[found["plan"].astype(np.intp)],
    }
    numbers = {
        "logical_qubits_per_module": found["per_module"],
        "distance": found["distance"],
        "step_time_us": found["step_time_us"],
        "used_fidelity": 1.0 - found["bell_error"],
    }
    return Many(
        modules=found["modules"].reshape(shape),
        physical_qubits=found["physical_qubits"].reshape(shape),
        binding=binding.reshape(shape),
        **{name: np.where(there, column, 0.0).reshape(shape) for name, column in numbers.items()},
        **{name: np.where(there, column, "").reshape(shape) for name, column in words.items()},
    )


def _room_for(path: str) -> dict[str, int]:
    """Return other sizes with which any size of a module is valid by itself."""
    if path.endswith(".physical_qubits"):
        return {"module.data_qubits": 1, "module.communication_qubits": 0}
    sized = path.endswith((".data_qubits", ".communication_qubits"))
    return {"module.physical_qubits": LARGEST_MODULE} if sized else {}


def _check_sizes(target: Target, columns: Mapping[str, Floats]) -> None:
    """Check row by row that the qubits of a module do not exceed all that it has.

    Raises:
        InputError: They do.
    """
    for module in target.modules:
        numbers = [
            columns.get(f"modules.{module.name}.{key}", np.array(float(getattr(module, key).value)))
            for key in ("data_qubits", "communication_qubits", "physical_qubits")
        ]
        if (numbers[0] + numbers[1] > numbers[2]).any():
            raise InputError(
                f"modules.{module.name}: more data_qubits and communication_qubits than "
                "physical_qubits at some points",
                hint="give an array for module.physical_qubits as well",
            )


def _full_paths(target: Target, path: str) -> list[str]:
    """Return the paths of single modules or links that a path means."""
    group, *rest = path.split(".")
    if group in ("modules", "links"):
        return [path]
    items = target.modules if group == "module" else target.links
    return [f"{group}s.{item.name}.{rest[-1]}" for item in items]
