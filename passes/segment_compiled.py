"""Compiled: cut a program into segments, following the axis of every qubit."""

# mypy: disable-error-code="arg-type, assignment, no-any-return"
# pyright: reportArgumentType=false

from __future__ import annotations

from typing import NamedTuple

import numba as nb
import numpy as np
from numpy.typing import NDArray

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]

# What happens to a qubit at an operation.
NOTHING, MEASURED, RESET, TURN, MEET = range(5)

# Columns of `Cut.segs`.
QUBIT, FIRST, LAST, BEGIN, PREVIOUS, FRESH = range(6)

# Columns of `Cut.qubits`: its last segment, the interactions before its first reset since, whether
# its axis is known.
OPEN, FRESH_SINCE, KNOWN = range(3)


class Cut(NamedTuple):
    """The state of the scan; changed in place.

    Args:
        axis: (qubits, 3). Axis of the value of each qubit.
        qubits: int64, (qubits, 3). Columns as named in this file.
        segs: int64, (segments at most, 6). Columns as named in this file.
        pins: int64, (operands,). Segment of each operand.
        counts: int64, (4,). Segments, pins, interactions, operation without an axis or -1.
    """

    axis: Floats
    qubits: Longs
    segs: Longs
    pins: Longs
    counts: Longs


@nb.njit(cache=True)
def cut(
    state: Cut,
    role: Longs,
    conditional: NDArray[np.bool_],
    operand_start: NDArray[np.int32],
    operands: NDArray[np.int32],
    kind: Longs,
    axes: Floats,
    rotation: Floats,
    tolerance: float,
) -> None:
    """Scan a program; `role` says what each operation does to its operands."""
    for op in range(len(role)):
        low, high = operand_start[op], operand_start[op + 1]
        if role[op] == MEASURED:
            for j in range(low, high):
                _keep_only(state, operands[j], axes[kind[op], 0], tolerance)
        elif role[op] == RESET:
            _reset(state, operands[low], conditional[op])
        elif role[op] == TURN:
            _turn(state, operands[low], rotation[kind[op]], conditional[op], tolerance)
        elif role[op] == MEET:
            for j in range(low, high):
                _meet(state, op, operands[j], axes[kind[op], j - low], tolerance)
            state.counts[2] += 1
    for q in range(len(state.qubits)):
        if state.qubits[q, OPEN] < 0:
            _begin(state, q, -1)


@nb.njit(cache=True)
def _parallel(a: Floats, b: Floats, tolerance: float) -> bool:
    x = a[1] * b[2] - a[2] * b[1]
    y = a[2] * b[0] - a[0] * b[2]
    z = a[0] * b[1] - a[1] * b[0]
    return abs(x) + abs(y) + abs(z) < tolerance


@nb.njit(cache=True)
def _keep_only(state: Cut, q: int, axis: Floats, tolerance: float) -> None:
    if state.qubits[q, KNOWN] and not _parallel(state.axis[q], axis, tolerance):
        state.qubits[q, KNOWN] = 0


@nb.njit(cache=True)
def _turn(state: Cut, q: int, rotation: Floats, conditional: bool, tolerance: float) -> None:
    """Follow the axis through a gate; a gate that may or may not happen must keep it."""
    if not state.qubits[q, KNOWN]:
        return
    x, y, z = state.axis[q, 0], state.axis[q, 1], state.axis[q, 2]
    change = 0.0
    for row in range(3):
        turned = rotation[row, 0] * x + rotation[row, 1] * y + rotation[row, 2] * z
        change += abs(turned - state.axis[q, row])
        if not conditional:
            state.axis[q, row] = turned
    if conditional and change > tolerance:
        state.qubits[q, KNOWN] = 0


@nb.njit(cache=True)
def _reset(state: Cut, q: int, conditional: bool) -> None:
    mine = state.qubits[q]
    mine[KNOWN] = 0
    if not conditional and mine[OPEN] >= 0 and mine[FRESH_SINCE] < 0:
        mine[FRESH_SINCE] = state.counts[2]


@nb.njit(cache=True)
def _meet(state: Cut, op: int, q: int, axis: Floats, tolerance: float) -> None:
    if np.isnan(axis[0]) and state.counts[3] < 0:
        state.counts[3] = op
    if not state.qubits[q, KNOWN] or not _parallel(state.axis[q], axis, tolerance):
        _begin(state, q, state.counts[2])
        state.axis[q] = axis
        state.qubits[q, KNOWN] = 1
    s = state.qubits[q, OPEN]
    state.segs[s, LAST] = state.counts[2]
    state.pins[state.counts[1]] = s
    state.counts[1] += 1


@nb.njit(cache=True)
def _begin(state: Cut, q: int, index: int) -> None:
    mine = state.qubits[q]
    s = state.counts[0]
    since, before = mine[FRESH_SINCE], mine[OPEN]
    state.segs[s, QUBIT] = q
    state.segs[s, FIRST] = index
    state.segs[s, LAST] = index
    state.segs[s, BEGIN] = since if since >= 0 else 0 if before < 0 else index
    state.segs[s, PREVIOUS] = before
    state.segs[s, FRESH] = since >= 0
    mine[FRESH_SINCE] = -1
    mine[OPEN] = s
    state.counts[0] += 1


@nb.njit(cache=True)
def original_axes(
    n_qubits: int,
    turns: NDArray[np.bool_],
    breaks: NDArray[np.bool_],
    meets: NDArray[np.bool_],
    operand_start: NDArray[np.int32],
    operands: NDArray[np.int32],
    kind: Longs,
    axes: Floats,
    rotation: Floats,
) -> tuple[Floats, Longs]:
    """Return the axis of every operand of an interaction before all gates on its qubit alone.

    Args:
        n_qubits: Number of qubits.
        turns: Operations that are gates on one qubit.
        breaks: Operations that break cat states of their operands.
        meets: Operations that are interactions.
        operand_start: Of the program.
        operands: Of the program.
        kind: Kind of each operation.
        axes: Axes by kind.
        rotation: Rotations by kind.

    Returns:
        The axes, (operands of interactions, 3), and how many operations broke the qubit before.
    """
    frame = np.zeros((n_qubits, 3, 3))
    for q in range(n_qubits):
        frame[q] = np.eye(3)
    count = np.zeros(n_qubits, dtype=np.int64)
    found = np.zeros((len(operands), 3))
    broken = np.zeros(len(operands), dtype=np.int64)
    size = 0
    for op in range(len(turns)):
        low, high = operand_start[op], operand_start[op + 1]
        for j in range(low, high):
            q = operands[j]
            if turns[op]:
                frame[q] = rotation[kind[op]] @ frame[q]
            elif breaks[op]:
                count[q] += 1
            elif meets[op]:
                found[size] = axes[kind[op], j - low] @ frame[q]
                broken[size] = count[q]
                size += 1
    return found[:size], broken[:size]
