"""Assignments of homes and interactions to modules, and what they cost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

    from trapline.passes.route import Router
    from trapline.passes.segment import Segments

Ints = NDArray[np.int32]


MOST_BITS = 62
"""Modules whose sets are bits of 64-bit numbers; those of more are Python's integers."""


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
        kept: bool, (segments,), or None for all False. True for s when the copies of the segment
            two before s outlive the one between them (`trapline.passes.embedding.keepable`). All
            three have one home, and neither of the segments after s and before it is kept. Segments
            joined by `kept` count as one group: it touches the union A of what its members touch.
            Each interaction of the segment b between happens in all modules of

                H(b) = {home} and {m: some member before b and some member after b touch m},

            where the first member touches the home that the qubit comes from,

            so that its other operands touch all of H(b) instead of the interaction's place, and the
            qubit itself touches nothing for it. Only on complete networks and without limits on
            communication qubits; elsewhere plans are made as if it were None.
    """

    home: Ints
    place: Ints
    move: Ints
    kept: NDArray[np.bool_] | None = None

    @property
    def keeps(self) -> bool:
        """Whether any copy outlives its segment."""
        return self.kept is not None and bool(self.kept.any())


@dataclass(frozen=True, eq=False)
class Uses:
    """Which segments use which modules for which interactions; `u` uses in order of interactions.

    Args:
        start: int32, (interactions + 1,). Uses of interaction i are `start[i]` to `start[i + 1]`.
        segment: int32, (u,). Segment of the operand.
        module: int32, (u,). Module where it must have a holder.
        spreads: bool, (u,). The operand is the one whose holders all take part; `module` is its
            home.
        group: int32, (segments,). First segment of each segment's group.
    """

    start: Ints
    segment: Ints
    module: Ints
    spreads: NDArray[np.bool_]
    group: Ints


def uses_of(segments: Segments, assignment: Assignment) -> Uses:
    """List the uses of all interactions."""
    start, pins = segments.pin_start, segments.pins
    places = np.repeat(assignment.place, np.diff(start)).astype(np.int32)
    group = np.arange(segments.n_segments, dtype=np.int32)
    plain = Uses(start, pins, places, np.zeros(len(pins), dtype=np.bool_), group)
    if assignment.kept is None or not assignment.keeps:
        return plain
    for s in np.flatnonzero(assignment.kept).tolist():
        group[s] = group[segments.previous[segments.previous[s]]]
    spread = spread_modules(segments, assignment)
    rows: list[tuple[int, int, bool]] = []
    starts = [0]
    for i, place in enumerate(assignment.place.tolist()):
        mine: list[int] = pins[start[i] : start[i + 1]].tolist()
        between = [s for s in mine if s in spread]
        modules = spread[between[0]] if between else (place,)
        for s in mine:
            if s in between:
                rows.append((s, int(assignment.home[s]), True))
            else:
                rows.extend((s, m, False) for m in modules)
        starts.append(len(rows))
    table = np.array(rows, dtype=np.int32).reshape(-1, 3)
    return Uses(np.array(starts, dtype=np.int32), table[:, 0], table[:, 1], table[:, 2] > 0, group)


def spread_modules(segments: Segments, assignment: Assignment) -> dict[int, tuple[int, ...]]:
    """Return H(b) for each segment b between two of which the later keeps the copies.

    Members may themselves take part in interactions that are spread; the sets grow until all agree.
    """
    kept = np.flatnonzero(assignment.kept).tolist() if assignment.kept is not None else []
    previous, pins, start = segments.previous, segments.pins, segments.pin_start
    spread = {int(previous[s]): {int(assignment.home[s])} for s in kept}
    touching: dict[int, set[int]] = {}
    operands: dict[int, list[int]] = {b: [] for b in spread}
    for i, place in enumerate(assignment.place.tolist()):
        mine: list[int] = pins[start[i] : start[i + 1]].tolist()
        between = [s for s in mine if s in spread]
        for s in mine:
            if not between:
                touching.setdefault(s, set()).add(place)
            elif s not in between:
                operands[between[0]].append(s)
    changed = True
    while changed:
        changed = False
        for b, modules in spread.items():
            found = _modules_on_both_sides(segments, assignment, touching, b)
            if not found <= modules:
                modules |= found
                changed = True
            for s in operands[b]:
                changed |= not modules <= touching.setdefault(s, set())
                touching[s] |= modules
    return {b: tuple(sorted(modules)) for b, modules in spread.items()}


def _modules_on_both_sides(
    segments: Segments, assignment: Assignment, touching: dict[int, set[int]], b: int
) -> set[int]:
    kept = assignment.kept
    before, after = set[int](), set[int]()
    s = int(segments.previous[b])
    while True:
        before |= touching.get(s, set())
        if kept is None or not kept[s]:
            if segments.previous[s] >= 0 and not segments.fresh[s]:
                before.add(int(assignment.home[segments.previous[s]]))  # it may leave a copy there
            break
        s = int(segments.previous[segments.previous[s]])
    s = int(segments.following[b])
    while True:
        after |= touching.get(s, set())
        again = int(segments.following[s])
        again = int(segments.following[again]) if again >= 0 else -1
        if kept is None or again < 0 or not kept[again]:
            break
        s = again
    return before & after


def touched(segments: Segments, assignment: Assignment) -> tuple[Ints, Ints]:
    """List the distinct (segment, module) pairs of the sets A_s, sorted.

    Segments that are joined by `Assignment.kept` are listed as the first of them.

    Returns:
        Two int32 arrays of one length: segments and modules.
    """
    uses = uses_of(segments, assignment)
    linked = np.flatnonzero((segments.previous >= 0) & ~segments.fresh)
    every = np.arange(segments.n_segments)
    owner = np.concatenate([every, linked, uses.segment])
    module = np.concatenate(
        [assignment.home, assignment.home[segments.previous[linked]], uses.module]
    )
    modules = int(module.max(initial=0)) + 1
    keys = np.unique(uses.group[owner].astype(np.int64) * modules + module)
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
    return _sum_over_trees(segments, assignment, router, router.links)


def weight_of(segments: Segments, assignment: Assignment, router: Router) -> int:
    """Weigh the EPR pairs of an assignment when communication qubits abound.

    That is their number where all links weigh one.
    """
    return _sum_over_trees(segments, assignment, router, router.weight)


def _sum_over_trees(
    segments: Segments, assignment: Assignment, router: Router, of_tree: Callable[[int], int]
) -> int:
    """Add up what `of_tree` says of the modules that each segment touches."""
    if router.complete:
        joined = 0 if assignment.kept is None else int(np.count_nonzero(assignment.kept))
        return len(touched(segments, assignment)[0]) - segments.n_segments + joined
    masks, counts = sets_touched(segments, replace(assignment, kept=None))
    return int(np.dot([of_tree(int(mask)) for mask in masks], counts))


def sets_touched(
    segments: Segments, assignment: Assignment
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """List the distinct sets A_s as bit masks, and how many segments touch each.

    Masks are Python's integers in an array of objects where modules are more than `MOST_BITS`.
    """
    owner, module = touched(segments, assignment)
    bits: Any = np.int64 if module.max(initial=0) < MOST_BITS else np.object_
    masks: NDArray[Any] = np.zeros(segments.n_segments, dtype=bits)
    np.bitwise_or.at(masks, owner, np.ones(len(module), dtype=bits) << module.astype(bits))
    values, counts = np.unique(masks, return_counts=True)
    return values, counts.astype(np.int64)


def static_assignment(segments: Segments, module_of_qubit: Ints, place: Ints) -> Assignment:
    """Give every segment of a qubit the same home."""
    home = module_of_qubit[segments.qubit].astype(np.int32)
    return Assignment(home=home, place=place, move=segments.first_moves)


def first_homes(segments: Segments, assignment: Assignment) -> Ints:
    """Return the home of each qubit at the start."""
    home = np.zeros(segments.n_qubits, dtype=np.int32)
    starting = segments.previous < 0
    home[segments.qubit[starting]] = assignment.home[starting]
    return home


def is_static(segments: Segments, assignment: Assignment) -> bool:
    """Tell whether no qubit ever moves."""
    later = np.flatnonzero(segments.previous >= 0)
    home = assignment.home
    return bool((home[later] == home[segments.previous[later]]).all())
