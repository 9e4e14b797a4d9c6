"""Segments cut one operation at a time in plain Python, as an oracle for the compiled cut.

Import as `from plain_segment import plain_segment`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trapline.passes.axes import (
    TOLERANCE,
    Rotation,
    Vector,
    axes_of,
    gate_axes,
    parallel,
    rotate,
    rotation_of,
    rotation_of_gate,
)
from trapline.passes.gates import BARRIER, MEASURE, RESET, UNITARY
from trapline.passes.segment import Segments

if TYPE_CHECKING:
    from trapline.passes.program import Program


def plain_segment(program: Program) -> Segments:
    """Cut a program, expanded so that each gate has its axes, into segments.

    A measurement along the axis or a conditional gate that keeps the axis leaves the segment whole;
    other measurements and conditional gates end it, and so does a reset. A reset that always
    happens makes the next segment fresh.

    Raises:
        ValueError: A multi-qubit gate has an operand without an axis.
    """
    n = program.n_qubits
    cutter = _Cutter(n)
    rotations: dict[tuple[int, tuple[float, ...]], Rotation] = {}
    for op, (opcode, qubits, params, _, condition) in enumerate(program.rows()):
        if opcode == BARRIER:
            continue
        if opcode == MEASURE:
            for q in qubits:
                cutter.keep_only(q, (0.0, 0.0, 1.0))
        elif opcode == RESET:
            cutter.reset(qubits[0], is_conditional=condition >= 0)
        elif len(qubits) == 1:
            if cutter.axis[qubits[0]] is None:
                continue
            rotation = rotations.get((opcode, params))
            if rotation is None:
                rotation = (
                    rotation_of(program.matrix_of(op))
                    if opcode == UNITARY
                    else rotation_of_gate(opcode, params)
                )
                rotations[opcode, params] = rotation
            cutter.turn(qubits[0], rotation, is_conditional=condition >= 0)
        else:
            axes = axes_of(program, op) if opcode == UNITARY else gate_axes(opcode, params)
            cutter.interact(op, qubits, axes)
    return cutter.finish()


class _Cutter:
    """The state of the scan: the open segment of each qubit and the axis of its value."""

    def __init__(self, n_qubits: int) -> None:
        self.axis: list[Vector | None] = [None] * n_qubits
        self._open = [-1] * n_qubits
        self._fresh_since = [-1] * n_qubits
        self._ops: list[int] = []
        self._pin_start: list[int] = [0]
        self._pins: list[int] = []
        self._qubit: list[int] = []
        self._first: list[int] = []
        self._last: list[int] = []
        self._begins: list[int] = []
        self._previous: list[int] = []
        self._fresh: list[bool] = []

    def keep_only(self, q: int, axis: Vector) -> None:
        held = self.axis[q]
        if held is not None and not parallel(held, axis):
            self.axis[q] = None

    def turn(self, q: int, rotation: Rotation, *, is_conditional: bool) -> None:
        """Follow the axis through a gate; a gate that may or may not happen must keep it."""
        axis = self.axis[q]
        if axis is None:
            return
        turned = rotate(rotation, axis)
        if not is_conditional:
            self.axis[q] = turned
        elif sum(abs(a - b) for a, b in zip(turned, axis, strict=True)) > TOLERANCE:
            self.axis[q] = None

    def reset(self, q: int, *, is_conditional: bool) -> None:
        self.axis[q] = None
        if not is_conditional and self._open[q] >= 0 and self._fresh_since[q] < 0:
            self._fresh_since[q] = len(self._ops)

    def interact(self, op: int, qubits: tuple[int, ...], axes: tuple[Vector | None, ...]) -> None:
        index = len(self._ops)
        self._ops.append(op)
        for q, axis in zip(qubits, axes, strict=True):
            if axis is None:
                raise ValueError(
                    f"operation {op} has no axis on qubit {q}; expand the program first"
                )
            held = self.axis[q]
            if held is None or not parallel(held, axis):
                self._begin(q, index)
                self.axis[q] = axis
            s = self._open[q]
            self._last[s] = index
            self._pins.append(s)
        self._pin_start.append(len(self._pins))

    def _begin(self, q: int, index: int) -> None:
        since = self._fresh_since[q]
        self._fresh.append(since >= 0)
        self._begins.append(since if since >= 0 else 0 if self._open[q] < 0 else index)
        self._fresh_since[q] = -1
        self._previous.append(self._open[q])
        self._open[q] = len(self._qubit)
        self._qubit.append(q)
        self._first.append(index)
        self._last.append(index)

    def finish(self) -> Segments:
        for q, s in enumerate(self._open):
            if s < 0:
                self._begin(q, -1)
        previous = np.array(self._previous, dtype=np.int32)
        following = np.full(len(previous), -1, dtype=np.int32)
        linked = np.flatnonzero(previous >= 0)
        following[previous[linked]] = linked
        return Segments(
            n_qubits=len(self._open),
            interaction_op=np.array(self._ops, dtype=np.int32),
            pin_start=np.array(self._pin_start, dtype=np.int32),
            pins=np.array(self._pins, dtype=np.int32),
            qubit=np.array(self._qubit, dtype=np.int32),
            first=np.array(self._first, dtype=np.int32),
            last=np.array(self._last, dtype=np.int32),
            begin=np.array(self._begins, dtype=np.int32),
            previous=previous,
            following=following,
            fresh=np.array(self._fresh, dtype=np.bool_),
        )
