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

from trapline.passes.axes import TOLERANCE
from trapline.passes.gates import BARRIER, MEASURE, RESET
from trapline.passes.kinds import kinds_of

if TYPE_CHECKING:
    from trapline.passes.program import Program

Ints = NDArray[np.int32]

MEAN_BLOCK = 1.2
"""Segments of a mean block from which on blocks are kept together."""


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
        owner = np.repeat(np.arange(self.n_interactions, dtype=np.int32), np.diff(self.pin_start))
        return owner[np.argsort(self.pins, kind="stable")]

    @cached_property
    def item_start(self) -> NDArray[np.int64]:
        """Start of each segment's interactions in `items`; int64, (s + 1,)."""
        counts = np.bincount(self.pins, minlength=self.n_segments)
        return np.concatenate(([0], np.cumsum(counts)))

    @cached_property
    def chain_table(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Segments by qubit and time, and where each qubit's begin.

        int64, (s,) and (qubits + 1,).
        """
        order = np.lexsort((self.first, self.qubit))
        bounds = np.searchsorted(self.qubit[order], np.arange(self.n_qubits + 1))
        return order, bounds

    @cached_property
    def block_starts(self) -> NDArray[np.bool_]:
        """Tell which positions of `chain_table` begin a block; bool, (s,).

        A block is a run of segments of one qubit whose interactions all
        have one and the same other operand, such as those of the three CX of a general two-qubit
        gate. A segment with several partners is a block of its own; so is every segment of a
        circuit whose blocks hold fewer than `MEAN_BLOCK` on average, which is not made of them.
        """
        chains, bounds = self.chain_table
        sizes = np.diff(self.pin_start)
        two = np.repeat(sizes == 2, sizes)
        other = np.full(len(self.pins), -1, dtype=np.int64)
        other[two] = self.qubit[self.pins[two].reshape(-1, 2)[:, ::-1].ravel()]
        least = np.full(self.n_segments, self.n_qubits, dtype=np.int64)
        most = np.full(self.n_segments, -1, dtype=np.int64)
        np.minimum.at(least, self.pins, other)
        np.maximum.at(most, self.pins, other)
        partner = np.where(least == most, most, -1)[chains]
        starts = np.ones(len(chains), dtype=np.bool_)
        starts[1:] = (partner[1:] != partner[:-1]) | (partner[1:] < 0)
        starts[bounds[:-1]] = True
        if MEAN_BLOCK * np.count_nonzero(starts) > len(chains):
            starts[:] = True
        return starts

    @cached_property
    def _starts(self) -> Ints:
        """Tell which interactions begin a layer: 1, or 2 where qubits may meet; int32, (i,)."""
        chains, _ = self.chain_table
        first, last, previous = self.first, self.last, self.previous
        linked = np.flatnonzero((previous >= 0) & (first >= 0))
        before = np.full(self.n_interactions, -1, dtype=np.int32)
        np.maximum.at(before, first[linked], last[previous[linked]])
        opening = chains[self.block_starts]
        opening = opening[(previous[opening] >= 0) & (first[opening] >= 0)]
        apart = np.full(self.n_interactions, -1, dtype=np.int32)
        np.maximum.at(apart, first[opening], last[previous[opening]])
        starts = np.zeros(self.n_interactions, dtype=np.int32)
        opened, met = 0, 0
        candidates = np.flatnonzero(before >= 0)
        columns = candidates, before[candidates], apart[candidates]
        for i, step, block in zip(*(column.tolist() for column in columns), strict=True):
            if block >= met:
                starts[i] = 2
                opened = met = i
            elif step >= opened:
                starts[i] = 1
                opened = i
        return starts

    @cached_property
    def layer(self) -> Ints:
        """Layer of each interaction; int32, (i,), rising from 0 without gaps.

        A layer is a run of consecutive interactions in which no qubit meets two of its segments.
        Homes change between layers only, and data qubits are counted layer by layer. Layers begin
        where qubits may change places between blocks (`meetings`), and wherever else they must.
        """
        out = np.cumsum(self._starts > 0, dtype=np.int32)
        out.flags.writeable = False
        return out

    @cached_property
    def meetings(self) -> Ints:
        """Fewest layers such that each qubit may change its home before one between two blocks.

        int32, rising.
        """
        out: Ints = self.layer[self._starts == 2]
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
    from trapline.passes import segment_compiled as at

    kinds = kinds_of(program)
    opcodes, counts = program.opcodes, np.diff(program.operand_start)
    is_gate = (opcodes != BARRIER) & (opcodes != MEASURE) & (opcodes != RESET)
    role = np.where(opcodes == MEASURE, at.MEASURED, at.NOTHING)
    role[opcodes == RESET] = at.RESET
    role[is_gate & (counts == 1)] = at.TURN
    meets = is_gate & (counts > 1)
    role[meets] = at.MEET
    sizes = counts[meets]
    n_pins = int(sizes.sum())
    state = at.Cut(
        axis=np.zeros((program.n_qubits, 3)),
        qubits=np.tile(np.array([-1, -1, 0]), (program.n_qubits, 1)),
        segs=np.zeros((n_pins + program.n_qubits, 6), dtype=np.int64),
        pins=np.zeros(n_pins, dtype=np.int64),
        counts=np.array([0, 0, 0, -1]),
    )
    at.cut(
        state,
        role,
        program.conditions >= 0,
        program.operand_start,
        program.operands,
        kinds.of_op,
        kinds.axes,
        kinds.rotation,
        TOLERANCE,
    )
    if state.counts[3] >= 0:
        raise ValueError(
            f"operation {state.counts[3]} has no axis on an operand; expand the program first"
        )
    segs = state.segs[: state.counts[0]].astype(np.int32)
    previous = segs[:, at.PREVIOUS].copy()
    following = np.full(len(segs), -1, dtype=np.int32)
    linked = np.flatnonzero(previous >= 0)
    following[previous[linked]] = linked
    return Segments(
        n_qubits=program.n_qubits,
        interaction_op=np.flatnonzero(meets).astype(np.int32),
        pin_start=np.append(0, np.cumsum(sizes)).astype(np.int32),
        pins=state.pins.astype(np.int32),
        qubit=segs[:, at.QUBIT].copy(),
        first=segs[:, at.FIRST].copy(),
        last=segs[:, at.LAST].copy(),
        begin=segs[:, at.BEGIN].copy(),
        previous=previous,
        following=following,
        fresh=segs[:, at.FRESH] > 0,
    )
