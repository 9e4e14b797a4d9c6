"""The steps of a folded circuit as parity sharing sees them: gates, rotations, and their parts.

A *part* of a rotation is the set of its wires in one module, each with the number of times it was
turned before, so that equal parts are equal operators. Diagonal interactions between the same two
gates commute; they are put in an order that brings equal parts together.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trapline.passes.recover_place import Diagonal
from trapline.passes.recover_skeleton import CUT, CX, WHOLE, Skeleton, SkeletonGate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Key = tuple[tuple[int, int], ...]
"""(wire, times that it was turned before) of the wires of a part, in order."""


@dataclass(frozen=True, slots=True)
class Step:
    """A gate of the skeleton or a diagonal interaction.

    Args:
        item: The gate or the interaction.
        turned: Wires whose value along z the gate changes.
        parts: Of a rotation: its wires module by module. Empty for other interactions.
        shared: Whether the parts of the rotation are to be gathered.
    """

    item: SkeletonGate | Diagonal
    turned: tuple[int, ...] = ()
    parts: tuple[Key, ...] = ()
    shared: bool = False


def steps_of(
    folded: Skeleton, diagonals: list[Diagonal], module_of_wire: Sequence[int], narrowest: int
) -> list[Step]:
    """List the steps of a folded circuit in order of time.

    Args:
        folded: A folded circuit.
        diagonals: Its diagonal interactions in order of their places.
        module_of_wire: Module of each wire.
        narrowest: Fewest wires of a rotation whose parts are to be gathered.
    """
    turns = [0] * folded.n_wires
    gaps: list[list[Step]] = []
    between: list[Step] = []
    position = 0
    for index in range(len(folded.gates) + 1):
        low = position
        while position < len(diagonals) and diagonals[position].before <= index:
            position += 1
        found = diagonals[low:position]
        split = [part for d in found for part in _rotations(d, narrowest)]
        gaps.append([_diagonal_step(d, module_of_wire, turns, narrowest) for d in split])
        if index == len(folded.gates):
            break
        gate = folded.gates[index]
        turned = _turned(gate) if folded.alive[index] and gate.kind != CUT else ()
        for wire in turned:
            turns[wire] += 1
        between.append(Step(gate, turned=turned))
    return list(_joined(folded, _sorted(gaps), between))


def wanted_by_wire(steps: Sequence[Step], n_wires: int) -> list[list[tuple[int, Key]]]:
    """List for each wire when it is wanted and as part of what; the empty part for itself."""
    wanted: list[list[tuple[int, Key]]] = [[] for _ in range(n_wires)]
    for time, step in enumerate(steps):
        for key in step.parts:
            for wire, _ in key:
                wanted[wire].append((time, key))
        is_local = isinstance(step.item, Diagonal) and len(step.item.wires) == 1
        if not step.parts and not is_local:
            for wire in step.item.wires:
                wanted[wire].append((time, ()))
    return wanted


def _turned(gate: SkeletonGate) -> tuple[int, ...]:
    if gate.kind == CX:
        return gate.wires[1:]
    return tuple(fresh[0] for fresh in gate.fresh) if gate.kind == WHOLE else gate.wires


def _rotations(diagonal: Diagonal, narrowest: int) -> Iterator[Diagonal]:
    """Yield the two rotations of a block that has no more, else the interaction itself."""
    wires, phases = diagonal.wires, diagonal.phases
    if len(phases) != 2 or len(wires) < narrowest or diagonal.has_ccz:
        yield diagonal
        return
    for chosen, angle in phases:
        part = tuple(wires[k] for k in chosen)
        yield Diagonal(diagonal.before, part, ((tuple(range(len(part))), angle),))


def _diagonal_step(
    diagonal: Diagonal, module_of_wire: Sequence[int], turns: list[int], narrowest: int
) -> Step:
    wires = diagonal.wires
    is_rotation = len(diagonal.phases) == 1 and len(diagonal.phases[0][0]) == len(wires) > 1
    if not is_rotation or diagonal.has_ccz or diagonal.controlled:
        return Step(diagonal)
    by_module: dict[int, list[tuple[int, int]]] = {}
    for wire in wires:
        by_module.setdefault(module_of_wire[wire], []).append((wire, turns[wire]))
    parts = tuple(tuple(by_module[module]) for module in sorted(by_module))
    shared = len(wires) >= narrowest and 1 < len(parts) < len(wires)
    return Step(diagonal, parts=parts, shared=shared)


def _sorted(gaps: list[list[Step]]) -> list[list[Step]]:
    """Put what goes on from before first, what goes on later last, and equal parts together."""
    first: dict[Key, int] = {}
    last: dict[Key, int] = {}
    uses = Counter[Key]()
    for number, gap in enumerate(gaps):
        for key in _keys(gap):
            first.setdefault(key, number)
            last[key] = number
            uses[key] += 1

    def rank(number: int, step: Step) -> tuple[int, list[tuple[int, Key]]]:
        if not step.shared:
            return 0, []
        keys = [key for key in step.parts if len(key) > 1]
        goes_on = any(last[key] > number for key in keys)
        came = any(first[key] < number for key in keys)
        return goes_on - 2 * came, sorted((-uses[key], key) for key in keys)

    out: list[list[Step]] = []
    for number, gap in enumerate(gaps):
        ranks = [rank(number, step) for step in gap]
        order = sorted(range(len(gap)), key=ranks.__getitem__)
        out.append([gap[k] for k in order])
    return out


def _keys(gap: list[Step]) -> Iterator[Key]:
    return (key for step in gap if step.shared for key in step.parts if len(key) > 1)


def _joined(folded: Skeleton, gaps: list[list[Step]], between: list[Step]) -> Iterator[Step]:
    """Yield interactions and gates in turn, without the gates that do nothing."""
    for index, gap in enumerate(gaps):
        yield from gap
        if index < len(between) and folded.alive[index] and folded.gates[index].kind != CUT:
            yield between[index]
