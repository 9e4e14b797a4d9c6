"""Assignments of homes and interactions to modules, and what they cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from trapline.passes.route import Router
    from trapline.passes.segment import Segments

Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Assignment:
    """Where qubits live and interactions happen.

    Args:
        home: int32, (segments,). Module that is the qubit's home from layer `move` on, until the
            next segment's `move`.
        place: int32, (interactions,). Module in which each interaction happens.
        move: int32, (segments,). Layer from whose beginning `home` holds: 0 for a qubit's first
            segment; else later than the last layer of the segment before and at most the last
            layer of the segment. For a fresh segment, the layer in which the reset happens or that
            follows it.
    """

    home: Ints
    place: Ints
    move: Ints


def touched(segments: Segments, assignment: Assignment) -> tuple[Ints, Ints]:
    """List the distinct (segment, module) pairs of the sets A_s, sorted.

    Returns:
        Two int32 arrays of one length: segments and modules.
    """
    linked = np.flatnonzero((segments.previous >= 0) & ~segments.fresh)
    every = np.arange(segments.n_segments)
    sizes = np.diff(segments.pin_start)
    owner = np.concatenate([every, linked, segments.pins])
    module = np.concatenate(
        [
            assignment.home,
            assignment.home[segments.previous[linked]],
            np.repeat(assignment.place, sizes),
        ]
    )
    modules = int(module.max(initial=0)) + 1
    keys = np.unique(owner.astype(np.int64) * modules + module)
    return (keys // modules).astype(np.int32), (keys % modules).astype(np.int32)


def homes_of_pins(segments: Segments, assignment: Assignment) -> Ints:
    """Return for each operand of an interaction the home of its qubit at that time.

    int32, (operands,): the home of the segment, or in layers before its move that of the one
    before.
    """
    home, pins = assignment.home, segments.pins
    before = np.where(segments.previous >= 0, home[segments.previous], home)
    layer = np.repeat(segments.layer, np.diff(segments.pin_start))
    moved = (layer >= assignment.move[pins]) | segments.fresh[pins]
    return np.where(moved, home[pins], before[pins]).astype(np.int32)


def pairs(segments: Segments, assignment: Assignment, router: Router) -> int:
    """Count the EPR pairs of an assignment when communication qubits abound."""
    owner, module = touched(segments, assignment)
    if router.complete:
        return len(owner) - segments.n_segments
    masks = np.zeros(segments.n_segments, dtype=np.int64)
    np.bitwise_or.at(masks, owner, np.int64(1) << module.astype(np.int64))
    values, counts = np.unique(masks, return_counts=True)
    weights = [router.weight(int(mask)) for mask in values]
    return int(np.dot(weights, counts))


def static_assignment(segments: Segments, module_of_qubit: Ints, place: Ints) -> Assignment:
    """Give every segment of a qubit the same home."""
    home = module_of_qubit[segments.qubit].astype(np.int32)
    return Assignment(home=home, place=place, move=segments.first_moves)
