"""Blocks of bicycle codes inside a module: qubits, clock and errors, as columns.

A block is charged what its source charges: the block, its own logical processing, and an adapter.
It meets a surface-code patch as it meets a factory there, through an adapter of 2 d - 1 qubits in a
joint measurement with the error and the duration of one between two blocks.

Errors are known at p = 1e-4 and 1e-3. Between the two a power law, which lies above any curve that
bends upwards; below 1e-4 the error stays what it is there; above 1e-3 nothing is known, and it is
taken to be certain.

Sources:
    `bicycle.py`. Adapters of 13, 29 and 49 qubits to factories whose patches have d = 7, 15 and 25.
    Cross et al., arXiv:2407.18393, and Swaroop et al., arXiv:2410.03628, for measurements that
    join codes of different families.
    Six CX for each check and cycle: Bravyi et al., arXiv:2308.07915, seven layers of them. Logical
    processing and adapters are taken to be as busy, three CX a qubit and cycle (assumed).
    Native measurements of an operation: the compiler has 540, 15 pairs of Paulis under 36 shifts
    (native_measurement.rs), each between an automorphism and its inverse. A product of Paulis
    takes 1 + 2 r of them, r rotations around it (decomposition.rs). At most 540 + 540^2 of the 4^11
    products of eleven qubits, 7 %, can have r < 2; all others take 5 or more. Five are charged
    (assumed).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates.bicycle import CYCLE_STEPS, GROSS, PIVOTS, SHIFT_STEPS, TWO_GROSS
from trapline.estimates.code_bicycle import bicycle_codes
from trapline.estimates.rounds import with_idling

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from trapline.estimates.bicycle import Instructions
    from trapline.estimates.checks import Floats
    from trapline.estimates.hardware import Hardware

    Codes = NDArray[np.intp]

# Blocks by the number in the column `code`, less one; 0 is the surface code.
BICYCLES = (GROSS, TWO_GROSS)
NAMES = tuple(bicycle.code for bicycle in BICYCLES)
LOGICAL = 12
DATA_LOGICAL = LOGICAL - PIVOTS
LAYERS = 7
CX_PER_QUBIT = 3.0
NATIVE_MEASUREMENTS = 5
# An automorphism is two shifts, and its inverse two more.
SHIFTS = 4
# Adapter to factories where no patch is there for links: the largest published.
LARGEST_ADAPTER = 49
P_LOW, P_HIGH = 1e-4, 1e-3


def block_qubits(code: Codes) -> Floats:
    """Return the qubits of a block with processing and adapter."""
    return _QUBITS[code]


def distances(code: Codes) -> Floats:
    """Return the distances of the codes."""
    return _DISTANCES[code]


def block_cx_gates(code: Codes) -> Floats:
    """Return the CX gates of a block in a cycle."""
    return CX_PER_QUBIT * _QUBITS[code]


def n_blocks(logical_qubits: Floats) -> Floats:
    """Return the whole blocks that hold so many logical qubits."""
    return np.ceil(logical_qubits / DATA_LOGICAL)


def adapter_qubits(distance: Floats) -> Floats:
    """Return the qubits that join a block to a surface-code patch."""
    return 2.0 * distance - 1.0


def cycle_time_us(hardware: Hardware, cx_gates: Floats) -> Floats:
    """Return the time of a cycle of everything in a module, patches included.

    Args:
        hardware: Rows.
        cx_gates: CX gates of the module in a cycle.
    """
    layers = np.maximum(LAYERS, np.ceil(cx_gates / hardware.parallel_gates))
    return layers * hardware.gate_time_us + 2.0 * hardware.one_time_us + hardware.measure_time_us


def measurement_cycles(code: Codes) -> Floats:
    """Return the cycles of a native measurement between an automorphism and its inverse."""
    return (_MEASURE_STEPS[code] + SHIFTS * SHIFT_STEPS) / CYCLE_STEPS


def operation_cycles(code: Codes) -> Floats:
    """Return the cycles of a logical operation, of which a block does one at a time."""
    return NATIVE_MEASUREMENTS * measurement_cycles(code)


def operation_error(code: Codes, p: Floats) -> Floats:
    """Return the error of an operation that joins a block to another or to a patch.

    Args:
        code: Kinds of block.
        p: Local error of a cycle.
    """
    total = JOINT(code, p) + (NATIVE_MEASUREMENTS - 1.0) * IN_MODULE(code, p)
    total += NATIVE_MEASUREMENTS * SHIFTS * SHIFT(code, p)
    return np.minimum(0.5, total)


def waiting_rate(hardware: Hardware, code: Codes, time_us: Floats) -> Floats:
    """Return the error of a logical qubit of a block for each microsecond that it waits.

    Cycles go on meanwhile, at their own pace or at a slower one where fewer cycles with more idling
    give less error: as s is the exponent of the law, E(p + t/(2 T2))/t is least at
    t = 2 T2 p/(s - 1), or at the nearest t at which the law is one of a power.

    Args:
        hardware: Rows.
        code: Kinds of block.
        time_us: Time of a cycle.
    """
    half, local = 2.0 * hardware.coherence_us, hardware.p_local
    best = np.maximum(local / (IDLE.exponent(code) - 1.0), P_LOW - local)
    pace = np.maximum(time_us, half * np.minimum(best, np.maximum(0.0, P_HIGH - local)))
    return IDLE(code, with_idling(hardware, pace)) / DATA_LOGICAL / pace


class Law:
    """The error of one instruction against the local error, for each kind of block."""

    def __init__(self, take: Callable[[Instructions], float]) -> None:
        """Lay a power law through the two published errors.

        Args:
            take: Takes the error of the instruction.
        """
        tables = [{row.p: take(row) for row in bicycle.instructions} for bicycle in BICYCLES]
        self._low: Floats = np.array([table[P_LOW] for table in tables])
        high = np.array([table[P_HIGH] for table in tables])
        self._exponent: Floats = np.log(high / self._low) / np.log(P_HIGH / P_LOW)

    def exponent(self, code: Codes) -> Floats:
        """Return the exponents of the power law."""
        exponent: Floats = self._exponent[code]
        return exponent

    def __call__(self, code: Codes, p: Floats) -> Floats:
        """Return the error; 1 where nothing is known.

        Args:
            code: Kinds of block.
            p: Local error of a cycle.
        """
        ratio = np.maximum(p, P_LOW) / P_LOW
        error = self._low[code] * ratio ** self._exponent[code]
        return np.where(p > P_HIGH * (1.0 + 1e-9), 1.0, error)


IDLE = Law(lambda row: row.idle)
SHIFT = Law(lambda row: row.shift)
IN_MODULE = Law(lambda row: row.in_module)
JOINT = Law(lambda row: row.inter_module)
_QUBITS = np.array([float(bicycle.qubits) for bicycle in BICYCLES])
_CODES = {code.name: code for code in bicycle_codes()}
_DISTANCES = np.array([float(_CODES[name].distance) for name in NAMES])
_MEASURE_STEPS = np.array([float(b.instructions[0].measure_steps) for b in BICYCLES])
