"""The monolithic reference: Microsoft's Azure Quantum Resource Estimator, version 1, surface code.

One big machine with no links. A modular estimate divided by this is an overhead that people can
judge. The report uses the tool's own names, so that it can be laid beside the tool's.

Sources:
    Beverland et al., arXiv:2211.07629, section III and appendices B, C and E.
    The behaviour of Microsoft's tool (qsharp 1.31.0), which the tests compare with.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from math import ceil, isqrt, log, log2
from typing import TYPE_CHECKING, Any

from trapline.errors import InfeasibleError, InputError
from trapline.estimates.azure_factory import Factory, Patch, Unit, find_factories
from trapline.estimates.checks import is_whole

if TYPE_CHECKING:
    from collections.abc import Mapping

THRESHOLD = 0.01
PREFACTOR = 0.03
MAX_DISTANCE = 50
COUNTS = (
    "numQubits",
    "tCount",
    "rotationCount",
    "rotationDepth",
    "cczCount",
    "ccixCount",
    "measurementCount",
)


@dataclass(frozen=True)
class AzureQubit:
    """Physical qubit of the tool.

    Args:
        name: Name of the preset.
        two_qubit_gate_time_ns: Time of a two-qubit gate.
        measurement_time_ns: Time of a measurement.
        t_gate_time_ns: Time of a T gate.
        clifford_error: Error of any gate, idle or readout, the largest of them.
        t_error: Error of a T gate.
    """

    name: str
    two_qubit_gate_time_ns: int
    measurement_time_ns: int
    t_gate_time_ns: int
    clifford_error: float
    t_error: float


AZURE_QUBITS = {
    qubit.name: qubit
    for qubit in (
        AzureQubit("qubit_gate_ns_e3", 50, 100, 50, 1e-3, 1e-3),
        AzureQubit("qubit_gate_ns_e4", 50, 100, 50, 1e-4, 1e-4),
        AzureQubit("qubit_gate_us_e3", 100_000, 100_000, 100_000, 1e-3, 1e-6),
        AzureQubit("qubit_gate_us_e4", 100_000, 100_000, 100_000, 1e-4, 1e-6),
    )
}


@dataclass(frozen=True)
class Budget:
    """Error budget in its three parts: logical errors, T states, rotation synthesis."""

    logical: float
    tstates: float
    rotations: float


def azure_v1(
    counts: Mapping[str, int], *, qubit: str | AzureQubit, error_budget: float
) -> dict[str, Any]:
    """Estimate a program on one big machine as the Azure estimator version 1 does.

    Args:
        counts: Logical counts by the tool's names: `numQubits`, and any of `tCount`,
            `rotationCount`, `rotationDepth`, `cczCount`, `ccixCount`, `measurementCount`.
        qubit: Preset such as `qubit_gate_us_e3`, or a qubit of one's own.
        error_budget: Chance that the whole program fails, above 0 and below 1.

    Returns:
        `physicalCounts`, `logicalQubit`, `tfactory` (absent when no T state is needed),
        `errorBudget` and `logicalCounts`, with every intermediate value. Times in nanoseconds.

    Raises:
        InputError: A count, the qubit or the budget is unknown or out of range.
        InfeasibleError: The qubits are too noisy for the code, or for a T factory.
    """
    program = checked_counts(counts)
    physical = _qubit(qubit)
    budget = split_budget(program, _checked_budget(error_budget))
    n_patches = layout_patches(program["numQubits"])
    per_rotation = t_per_rotation(program["rotationCount"], budget.rotations)
    n_t = n_t_states(program, per_rotation)
    shallow = logical_depth(program, per_rotation)
    depth = shallow
    while True:
        required = budget.logical / (n_patches * depth)
        patch = surface_patch(_distance(required, physical), physical)
        if n_t == 0:
            factory, longest = None, depth
            break
        allowed = int(budget.logical / (n_patches * patch.error))
        factory, longest = _choose(physical, patch, budget.tstates / n_t, depth, allowed)
        if factory is not None:
            break
        depth = max(allowed, depth) + 1
    machine = _machine(patch, n_patches, n_t, factory, longest)
    machine["breakdown"] |= {
        "algorithmicLogicalDepth": shallow,
        "requiredLogicalQubitErrorRate": required,
        "requiredLogicalTstateErrorRate": budget.tstates / n_t if n_t else None,
        "numTsPerRotation": per_rotation,
        "cliffordErrorRate": physical.clifford_error,
    }
    report: dict[str, Any] = {
        "physicalCounts": machine,
        "logicalQubit": {
            "codeDistance": patch.distance,
            "physicalQubits": patch.qubits,
            "logicalCycleTime": patch.step_ns,
            "logicalErrorRate": patch.error,
        },
        "errorBudget": {
            "logical": budget.logical,
            "tstates": budget.tstates,
            "rotations": budget.rotations,
        },
        "logicalCounts": program,
    }
    if factory is not None:
        report["tfactory"] = factory.as_dict()
    return report


def split_budget(program: Mapping[str, int], total: float) -> Budget:
    """Split the budget evenly over the parts that the program uses."""
    if program["rotationCount"]:
        return Budget(total / 3, total / 3, total / 3)
    if program["tCount"] + program["cczCount"] + program["ccixCount"]:
        return Budget(total / 2, total / 2, 0.0)
    return Budget(total, 0.0, 0.0)


def layout_patches(n_qubits: int) -> int:
    """Return the patches of the fast layout, 2q + ceil(sqrt(8q)) + 1, routing included."""
    root = isqrt(8 * n_qubits)
    return 2 * n_qubits + root + (root * root < 8 * n_qubits) + 1


def t_per_rotation(n_rotations: int, budget: float) -> int | None:
    """Return the T states that synthesise one rotation; None without rotations."""
    if not n_rotations:
        return None
    return ceil(0.53 * log2(n_rotations / budget) + 4.86)


def surface_patch(distance: int, qubit: AzureQubit) -> Patch:
    """Return a surface-code patch of a distance; distance 1 is one physical qubit."""
    if distance == 1:
        return Patch(1, 1, qubit.t_gate_time_ns, qubit.clifford_error)
    cycle = 4 * qubit.two_qubit_gate_time_ns + 2 * qubit.measurement_time_ns
    error = PREFACTOR * _power(qubit.clifford_error / THRESHOLD, (distance + 1) // 2)
    return Patch(distance, 2 * distance * distance, cycle * distance, error)


def checked_counts(counts: Mapping[str, int]) -> dict[str, int]:
    """Return all counts, those not given as 0.

    Raises:
        InputError: A key is unknown, a count is no whole number, or there is nothing to do.
    """
    for name, value in counts.items():
        if name not in COUNTS:
            close = difflib.get_close_matches(name, COUNTS, n=1)
            raise InputError(
                f"logical counts: got the key {name!r}, want {', '.join(COUNTS)}",
                hint=f"did you mean {close[0]!r}?" if close else "",
            )
        if not is_whole(value, 0):
            raise InputError(f"logical counts, {name}: got {value!r}, want an integer >= 0")
    program = {name: counts.get(name, 0) for name in COUNTS}
    if not program["numQubits"] or not logical_depth(program, 1):
        raise InputError(
            "logical counts: got no qubits or no operations",
            hint="give numQubits and at least one of tCount, rotationCount, measurementCount",
        )
    if bool(program["rotationCount"]) != bool(program["rotationDepth"]):
        raise InputError("logical counts: want rotationCount and rotationDepth both zero or not")
    return program


def logical_depth(program: Mapping[str, int], per_rotation: int | None) -> int:
    """Return the logical steps of the program."""
    return (
        program["measurementCount"]
        + program["rotationCount"]
        + program["tCount"]
        + 3 * (program["cczCount"] + program["ccixCount"])
        + (per_rotation or 0) * program["rotationDepth"]
    )


def n_t_states(program: Mapping[str, int], per_rotation: int | None) -> int:
    """Return the T states of the program."""
    return (
        program["tCount"]
        + 4 * (program["cczCount"] + program["ccixCount"])
        + (per_rotation or 0) * program["rotationCount"]
    )


def _power(base: float, exponent: int) -> float:
    """Raise to a whole power by squaring, which rounds as the tool does."""
    result = 1.0
    while exponent:
        if exponent & 1:
            result *= base
        base *= base
        exponent >>= 1
    return result


def _checked_budget(error_budget: float) -> float:
    """Return the budget after checking its range."""
    if not 0.0 < error_budget < 1.0:
        raise InputError(f"error_budget: got {error_budget!r}, want above 0 and below 1")
    return float(error_budget)


def _qubit(qubit: str | AzureQubit) -> AzureQubit:
    """Return a preset by name, or the qubit itself."""
    if isinstance(qubit, AzureQubit):
        return qubit
    if qubit in AZURE_QUBITS:
        return AZURE_QUBITS[qubit]
    close = difflib.get_close_matches(qubit, AZURE_QUBITS, n=1)
    raise InputError(
        f"qubit: got {qubit!r}, want one of {', '.join(AZURE_QUBITS)}",
        hint=f"did you mean {close[0]!r}?" if close else "",
    )


def _distance(required: float, qubit: AzureQubit) -> int:
    """Return the smallest odd distance that reaches an error a step."""
    if qubit.clifford_error >= THRESHOLD:
        raise InfeasibleError(
            f"physical error {qubit.clifford_error:g} is not below the threshold {THRESHOLD:g}",
            constraint="local_error",
            nearest={"clifford_error": THRESHOLD},
            hint=f"use qubits with errors below {THRESHOLD:g}",
        )
    wanted = 2.0 * log(PREFACTOR / required) / log(THRESHOLD / qubit.clifford_error) - 1.0
    distance = max(1, ceil(wanted)) | 1
    if distance > MAX_DISTANCE:
        raise InfeasibleError(
            f"code distance {distance} is needed, and the model ends at {MAX_DISTANCE}",
            constraint="local_error",
            hint="use qubits with smaller errors, or a larger error budget",
        )
    return distance


def _choose(
    qubit: AzureQubit, patch: Patch, wanted: float, depth: int, allowed: int
) -> tuple[Factory | None, int]:
    """Choose the T factory, and the depth at which one run of it fits into the program."""
    if wanted > qubit.t_error:
        factories = [Factory((_TRIVIAL,), (patch,), (1,), qubit.t_error, 1)]
    else:
        grid = [surface_patch(d, qubit) for d in range(1, patch.distance + 1, 2)]
        factories = find_factories(grid, qubit.t_error, wanted)
    fitting = [f for f in factories if f.runtime_ns <= depth * patch.step_ns]
    if fitting:
        return min(fitting, key=lambda f: f.volume), depth
    slower = [(-(-f.runtime_ns // patch.step_ns), f.volume, f) for f in factories]
    slower = [row for row in slower if row[0] <= allowed]
    if slower:
        steps, _, factory = min(slower, key=lambda row: row[:2])
        return factory, steps
    if patch.distance >= MAX_DISTANCE - 1:
        raise InfeasibleError(
            f"no T factory reaches the error {wanted:g}",
            constraint="magic_states",
            hint="use a larger error budget, or qubits with smaller T errors",
        )
    return None, depth


def _machine(
    patch: Patch,
    n_patches: int,
    n_t: int,
    factory: Factory | None,
    depth: int,
) -> dict[str, Any]:
    """Return the physical counts once code, factory and depth are chosen."""
    runtime = depth * patch.step_ns
    copies = runs = in_factories = 0
    if factory is not None:
        copies = -(-n_t // (factory.n_states * (runtime // factory.runtime_ns)))
        runs = -(-n_t // (factory.n_states * copies))
        in_factories = copies * factory.physical_qubits
    clock = 1e9 / patch.step_ns
    algorithm = n_patches * patch.qubits
    return {
        "physicalQubits": algorithm + in_factories,
        "runtime": runtime,
        "rqops": ceil(n_patches * clock),
        "breakdown": {
            "algorithmicLogicalQubits": n_patches,
            "logicalDepth": depth,
            "numTstates": n_t,
            "clockFrequency": clock,
            "numTfactories": copies,
            "numTfactoryRuns": runs,
            "physicalQubitsForTfactories": in_factories,
            "physicalQubitsForAlgorithm": algorithm,
        },
    }


_TRIVIAL = Unit("trivial 1-to-1", 1, 1, 1, 1)
