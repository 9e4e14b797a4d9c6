"""The communication model of a program: interactions, segments and homes, as flat arrays.

Follow each qubit through the program. A *segment* is a maximal run of interactions that act on the
qubit along one axis, once the single-qubit gates between them are undone. Segment s must touch the
modules

    A_s = {home before s, home after s} and the module of each of its interactions

and costs |A_s| - 1 EPR pairs on a complete network, the weight of a Steiner tree on A_s on any
other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

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

if TYPE_CHECKING:
    from trapline.passes.program import Program

Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Segments:
    """The communication model; `i` interactions, `p` operands of interactions in all, `s` segments.

    Segments are numbered by their first interaction; segments without interactions, one for each
    qubit that meets none, come last.

    Args:
        n_qubits: Number of qubits.
        interaction_op: int32, (i,). Operation of the expanded program.
        pin_start: int32, (i + 1,). Segments that interaction j belongs to are
            `pins[pin_start[j]:pin_start[j+1]]`, one for each operand, in the order of the operands.
        pins: int32, (p,). Segment numbers.
        qubit: int32, (s,). Qubit of each segment.
        first: int32, (s,). First interaction, -1 for an empty segment.
        last: int32, (s,). Last interaction, -1 for an empty segment.
        begin: int32, (s,). Interactions before the moment from which the segment's home is the
            qubit's: 0 for the first, those before the reset for a fresh one, else `first`.
        previous: int32, (s,). Segment of the same qubit before, -1 for the first.
        following: int32, (s,). Segment of the same qubit after, -1 for the last.
        fresh: bool, (s,). The qubit was reset since the previous segment, so that its home may
            change for nothing.
    """

    n_qubits: int
    interaction_op: Ints
    pin_start: Ints
    pins: Ints
    qubit: Ints
    first: Ints
    last: Ints
    begin: Ints
    previous: Ints
    following: Ints
    fresh: NDArray[np.bool_]

    @property
    def n_interactions(self) -> int:
        """Number of interactions."""
        return len(self.interaction_op)

    @property
    def n_segments(self) -> int:
        """Number of segments, the empty ones included."""
        return len(self.qubit)

    @cached_property
    def items(self) -> Ints:
        """Interactions of each segment, int32, (p,): those of s start at `item_start[s]`."""
        owner = np.repeat(
            np.arange(self.n_interactions, dtype=np.int32), np.diff(self.pin_start)
        )
        return owner[np.argsort(self.pins, kind="stable")]

    @cached_property
    def item_start(self) -> NDArray[np.int64]:
        """Start of each segment's interactions in `items`; int64, (s + 1,)."""
        counts = np.bincount(self.pins, minlength=self.n_segments)
        return np.concatenate(([0], np.cumsum(counts)))

    @cached_property
    def chain_table(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Segments by qubit and time, and where each qubit's begin; int64, (s,) and (qubits + 1,)."""
        order = np.lexsort((self.first, self.qubit))
        bounds = np.searchsorted(self.qubit[order], np.arange(self.n_qubits + 1))
        return order, bounds

    @cached_property
    def layer(self) -> Ints:
        """Layer of each interaction; int32, (i,), rising from 0 without gaps.

        A layer is a run of consecutive interactions in which no qubit meets two of its segments.
        Homes change between layers only, and data qubits are counted layer by layer.
        """
        linked = np.flatnonzero((self.previous >= 0) & (self.first >= 0))
        before = np.full(self.n_interactions, -1, dtype=np.int32)
        np.maximum.at(before, self.first[linked], self.last[self.previous[linked]])
        starts = np.zeros(self.n_interactions, dtype=np.int32)
        opened = 0
        candidates = np.flatnonzero(before >= 0)
        for i, last in zip(candidates.tolist(), before[candidates].tolist(), strict=True):
            if last >= opened:
                starts[i] = 1
                opened = i
        out = np.cumsum(starts, dtype=np.int32)
        out.flags.writeable = False
        return out

    @cached_property
    def first_moves(self) -> Ints:
        """Layer in which each segment's home holds when qubits move as late as their next use.

        int32, (s,): 0 for a qubit's first segment, the layer of the reset for a fresh one, else the
        layer of the segment's first interaction.
        """
        out = np.zeros(self.n_segments, dtype=np.int32)
        later = np.flatnonzero((self.previous >= 0) & (self.first >= 0))
        at = np.minimum(self.begin[later], self.n_interactions - 1)
        out[later] = self.layer[at]
        out.flags.writeable = False
        return out

    @property
    def n_layers(self) -> int:
        """Number of layers; at least 1."""
        return int(self.layer[-1]) + 1 if self.n_interactions else 1

    def chains(self) -> list[list[int]]:
        """List the segments of each qubit in order of time."""
        out: list[list[int]] = [[] for _ in range(self.n_qubits)]
        qubits: list[int] = self.qubit.tolist()
        for s, q in enumerate(qubits):
            out[q].append(s)
        return out


def segment(program: Program) -> Segments:
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
