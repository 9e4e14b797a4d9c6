"""Networks in pieces: which part of a circuit goes to which piece, and the search of each.

No interaction joins two parts of a circuit, and no link two pieces of a network, so that each piece
is a problem of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trapline.passes.assignment import Assignment
from trapline.passes.bounds import qubit_groups
from trapline.passes.segment import Segments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trapline.targets.network import Network

Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False, kw_only=True)
class Part(Segments):
    """What some qubits see of a communication model; a qubit may move where it may in the whole.

    Args:
        whole: The communication model.
        mine: int64, (segments of the part,). Their numbers in the whole.
        interactions: int64, (interactions of the part,). Their numbers in the whole.
    """

    whole: Segments
    mine: NDArray[np.int64]
    interactions: NDArray[np.int64]

    @cached_property
    def layer_of(self) -> Ints:
        """Layer of the whole in which each layer of the part happens; int32, rising."""
        return np.unique(self.whole.layer[self.interactions])

    @cached_property
    def layer(self) -> Ints:
        """Layer of each interaction: those of the whole in which the part does something."""
        return np.searchsorted(self.layer_of, self.whole.layer[self.interactions]).astype(np.int32)

    @cached_property
    def meetings(self) -> Ints:
        """Layers before which a layer of the whole begins where qubits may meet."""
        found = np.unique(np.searchsorted(self.layer_of, self.whole.meetings))
        return found[(found > 0) & (found < len(self.layer_of))].astype(np.int32)

    @cached_property
    def first_moves(self) -> Ints:
        """Layer in which each segment's home holds when qubits move as late as their next use."""
        moves = self.whole.first_moves[self.mine]
        side = np.where(self.fresh, 1, 0)  # where nothing is done in the layer of a reset, before
        found = np.searchsorted(self.layer_of, moves + side) - side
        return np.where(self.previous < 0, 0, np.maximum(found, 0)).astype(np.int32)


def part_of(segments: Segments, qubits: NDArray[np.intp]) -> Part:
    """Return what some qubits see of a communication model.

    Args:
        segments: The communication model.
        qubits: Their numbers, ascending; no interaction joins them to others.
    """
    inside = np.zeros(segments.n_qubits, dtype=np.bool_)
    inside[qubits] = True
    chosen = inside[segments.qubit]
    mine = np.flatnonzero(chosen)
    interactions = np.flatnonzero(chosen[segments.pins[segments.pin_start[:-1]]])
    number = np.append(np.cumsum(chosen) - 1, -1).astype(np.int32)  # the last one for -1
    sizes = np.diff(segments.pin_start)[interactions]

    def count(at: Ints) -> Ints:
        found = np.searchsorted(interactions, at[mine]).astype(np.int32)
        return np.where(at[mine] < 0, -1, found).astype(np.int32)

    return Part(
        n_qubits=len(qubits),
        interaction_op=segments.interaction_op[interactions],
        pin_start=np.append(0, np.cumsum(sizes)).astype(np.int32),
        pins=number[segments.pins[chosen[segments.pins]]],
        qubit=np.searchsorted(qubits, segments.qubit[mine]).astype(np.int32),
        first=count(segments.first),
        last=count(segments.last),
        begin=count(segments.begin),
        previous=number[segments.previous[mine]],
        following=number[segments.following[mine]],
        fresh=segments.fresh[mine],
        whole=segments,
        mine=mine,
        interactions=interactions,
    )


def joined(
    segments: Segments, parts: Sequence[tuple[Part, Sequence[int], Assignment]]
) -> Assignment:
    """Return one assignment for a whole from those of its parts.

    Args:
        segments: The communication model.
        parts: Each part, the modules of its piece, and its assignment there.
    """
    home = np.zeros(segments.n_segments, dtype=np.int32)
    place = np.zeros(segments.n_interactions, dtype=np.int32)
    move = segments.first_moves.copy()
    for part, modules, found in parts:
        home[part.mine] = np.array(modules)[found.home]
        place[part.interactions] = np.array(modules)[found.place]
        later = np.flatnonzero((part.previous >= 0) & ~part.fresh)
        move[part.mine[later]] = part.layer_of[found.move[later]]
    return Assignment(home=home, place=place, move=move)


def piece_of_qubits(segments: Segments, network: Network) -> NDArray[np.intp] | None:
    """Find a piece of the network for each qubit, the same for qubits that interact.

    Best-fit decreasing: the largest part first, each into the fullest piece that still has room.

    Returns:
        Number of the piece of each qubit; None where a part found no room.
    """
    _, group, sizes = np.unique(qubit_groups(segments), return_inverse=True, return_counts=True)
    free = [sum(network.data_qubits[m] for m in piece) for piece in network.pieces]
    found = np.zeros(len(sizes), dtype=np.intp)
    for part in np.argsort(-sizes, kind="stable").tolist():
        fitting = [piece for piece, left in enumerate(free) if left >= sizes[part]]
        if not fitting:
            return None
        found[part] = min(fitting, key=lambda piece: free[piece])
        free[found[part]] -= int(sizes[part])
    return found[group.reshape(-1)]
