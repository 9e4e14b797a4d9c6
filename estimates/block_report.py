"""What stands behind an answer with bicycle blocks: choices, constants, what is extrapolated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates import block_laws as laws
from trapline.estimates.bicycle import COMPILER, CYCLE_STEPS, PIVOTS, SHIFT_STEPS, SOURCE
from trapline.estimates.code_use import bicycle_of
from trapline.estimates.report import Assumption
from trapline.estimates.rounds import with_idling

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trapline.estimates.checks import Floats
    from trapline.estimates.machine import Machine

# Smaller errors than this are too rare to have been counted: the source's own extrapolation.
SMALLEST_COUNTED = 1e-10


def block_assumptions(machine: Machine, best: dict[str, float]) -> list[Assumption]:
    """List the constants and choices of the blocks of a choice; none for the surface code."""
    bicycle = bicycle_of(best)
    if bicycle is None:
        return []
    kind, p = np.array([laws.BICYCLES.index(bicycle)]), np.array([_p_cycle(machine, best)])
    steps = float(bicycle.instructions[0].measure_steps)
    rows = [
        _claimed("block.qubits", float(bicycle.block), f"{SOURCE}; data and checks"),
        _claimed("block.processing_qubits", float(bicycle.processing), SOURCE),
        _claimed("block.adapter_qubits", float(bicycle.adapter), f"{SOURCE}; to the next block"),
        _claimed("block.pivots", float(PIVOTS), f"{SOURCE}; of {laws.LOGICAL} logical qubits"),
        _claimed("block.measurement_steps", steps, COMPILER),
        _claimed("block.shift_steps", float(SHIFT_STEPS), COMPILER),
        _claimed("block.steps_per_cycle", float(CYCLE_STEPS), f"{SOURCE}; a step is 1/8 cycle"),
        _chosen("block.p_cycle", float(p[0]), "local error of a cycle, idling included"),
        _law("block.error_idle", laws.IDLE, kind, p),
        _law("block.error_shift", laws.SHIFT, kind, p),
        _law("block.error_in_module", laws.IN_MODULE, kind, p),
        _law("block.error_joint", laws.JOINT, kind, p),
        _chosen(
            "block.native_measurements_per_operation",
            float(laws.NATIVE_MEASUREMENTS),
            "what all but 7 % of products of Paulis take at least, by counting; "
            "the compiler of the source may take more",
        ),
        _chosen(
            "block.operations_at_once",
            1.0,
            "one logical processing unit a block; a step holds one product of Paulis, as the depth "
            "of a program counts (arXiv:2211.07629), and one operation of each block at most",
        ),
        _chosen("block.cx_layers", float(laws.LAYERS), "arXiv:2308.07915, for ions all the same"),
        _chosen("block.cx_per_qubit", laws.CX_PER_QUBIT, "as in the block, also in processing"),
        _chosen("block.noise", "uniform", "the source's error model, gates of ions like its own"),
        _chosen(
            "block.transport",
            "as for patches",
            "layer_overhead_us for each of the layers, however far ions go; arXiv:2604.19481 plans "
            "30 operations a cycle for blocks of its own",
        ),
        _chosen("block.cut", "never", "no theorem and no calibration lets a block cross a link"),
        _chosen("block.clock", "one", "patches and factories of a module keep pace with blocks"),
    ]
    if best["port"]:
        rows += [
            _chosen(
                "port.joint_measurement",
                "as of two blocks",
                f"{SOURCE} charges T injection from a surface-code patch so; arXiv:2407.18393",
            ),
            _chosen(
                "port.adapter_qubits",
                2.0 * best["port"] - 1.0,
                f"2 d - 1, as {SOURCE} has 13, 29 and 49 to factories with d = 7, 15 and 25",
            ),
        ]
    return rows


def block_extrapolations(machine: Machine, best: dict[str, float]) -> list[Assumption]:
    """List the values of a choice of blocks that lie outside what a source can have counted."""
    bicycle = bicycle_of(best)
    if bicycle is None:
        return []
    p = _p_cycle(machine, best)
    found: list[Assumption] = []
    if p < laws.P_LOW:
        words = f"local error {p:.2g} of a block: taken as {laws.P_LOW:g}, the least published"
        found.append(_chosen("extrapolated.p_block", p, words))
    if best["block"] < SMALLEST_COUNTED:
        words = f"operation on a {bicycle.code} block: {best['block']:.2g}, too rare to be counted"
        found.append(_chosen("extrapolated.block_error", best["block"], words))
    return found


def _p_cycle(machine: Machine, best: dict[str, float]) -> float:
    """Return the local error of a cycle of a block, idling included."""
    return float(with_idling(machine.hardware, np.array([best["round_time_us"]]))[0])


def _law(name: str, law: laws.Law, kind: NDArray[np.intp], p: Floats) -> Assumption:
    """Return an error of the blocks, assumed where it is too small to have been counted."""
    value = float(law(kind, p)[0])
    words = f"{COMPILER}; power law between p = {laws.P_LOW:g} and {laws.P_HIGH:g}"
    if value >= SMALLEST_COUNTED:
        return _claimed(name, value, words)
    return _chosen(name, value, f"{words}; too rare to have been counted")


def _chosen(name: str, value: float | str, source: str) -> Assumption:
    return Assumption(name=name, value=value, unit="1", source=source, confidence="assumed")


def _claimed(name: str, value: float, source: str) -> Assumption:
    return Assumption(name=name, value=value, unit="1", source=source, confidence="claimed")
