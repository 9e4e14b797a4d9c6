"""Gather the parity of a module's operands on one of its wires, and keep it there while it serves.

A *part* of a rotation is the set of its wires in one module. CX from all of them but one onto that
one, the *carrier*, bring the parity of the part there, so that the rotation acts on one wire of
each module. The CX are taken back only when the carrier is wanted for itself, or a wire that went
in changes: until then every rotation with the same part finds it there, and copies of the carrier
in other modules stay good.

Which wire holds is decided by what comes next (Belady): the one that is wanted for something else
last. Phases on a carrier alone wait until it is restored, since all that is diagonal commutes.

Sources: Belady, IBM Systems Journal 5 (1966) 78; parities in place, Amy, Maslov and Mosca,
arXiv:1303.2042.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from trapline.passes.parities_steps import Key, Step, steps_of, wanted_by_wire
from trapline.passes.recover_place import Diagonal
from trapline.passes.recover_skeleton import CX, Skeleton, SkeletonGate

if TYPE_CHECKING:
    from collections.abc import Sequence

_NEVER = 1 << 60


@dataclass(eq=False, slots=True)
class _Gather:
    """A carrier with the wires whose parity it carries, itself among them."""

    carrier: int
    wires: set[int]
    waiting: list[Diagonal] = field(default_factory=list[Diagonal])


def gather(
    folded: Skeleton, diagonals: list[Diagonal], module_of_wire: Sequence[int], narrowest: int
) -> tuple[Skeleton, list[Diagonal]]:
    """Rewrite rotations over several modules so that they act on one wire of each.

    Args:
        folded: A folded circuit.
        diagonals: Its diagonal interactions in order of their places.
        module_of_wire: Module of each wire.
        narrowest: Fewest wires of a rotation that is rewritten.

    Returns:
        A skeleton with the CX that gather parities, and the diagonal interactions in it.
    """
    steps = steps_of(folded, diagonals, module_of_wire, narrowest)
    walk = _Walk(steps, folded.n_wires)
    for time, step in enumerate(steps):
        if isinstance(step.item, Diagonal):
            walk.diagonal(step, step.item, time)
        else:
            walk.skeleton_gate(step, step.item)
    walk.finish()
    out = Skeleton(folded.n_wires, gates=walk.gates, alive=[True] * len(walk.gates))
    out.wire = list(folded.wire)
    return out, walk.diagonals


class _Walk:
    """The gathered parities at one moment, and what was written until then."""

    def __init__(self, steps: Sequence[Step], n_wires: int) -> None:
        self.gates: list[SkeletonGate] = []
        self.diagonals: list[Diagonal] = []
        self._wanted = wanted_by_wire(steps, n_wires)
        self._position = [0] * n_wires
        self._carriers: dict[int, _Gather] = {}
        self._inside: list[set[int]] = [set() for _ in range(n_wires)]

    def skeleton_gate(self, step: Step, gate: SkeletonGate) -> None:
        """Write a gate of the skeleton, after restoring what it needs or changes."""
        for wire in gate.wires:
            self._restore(wire)
            if wire in step.turned:
                for carrier in sorted(self._inside[wire]):
                    self._toggle(self._carriers[carrier], wire)
        self.gates.append(gate)

    def diagonal(self, step: Step, diagonal: Diagonal, time: int) -> None:
        """Write a diagonal interaction, a rotation on one wire of each module where it is one."""
        if len(diagonal.wires) == 1 and diagonal.wires[0] in self._carriers:
            self._carriers[diagonal.wires[0]].waiting.append(diagonal)
            return
        wires: list[int] = []
        for key in step.parts:
            part = [wire for wire, _ in key]
            found = self._carrier_of(part)
            if found < 0 and step.shared and len(part) > 1:
                found = self._open(key, part, time)
            if found < 0:
                for wire in part:
                    self._restore(wire)
            wires.extend(part if found < 0 else (found,))
        if not step.parts:
            for wire in diagonal.wires:
                self._restore(wire)
            self._write(diagonal)
        else:
            phases = ((tuple(range(len(wires))), diagonal.phases[0][1]),)
            self._write(replace(diagonal, wires=tuple(wires), phases=phases))

    def finish(self) -> None:
        """Restore every carrier."""
        for carrier in sorted(self._carriers):
            self._restore(carrier)

    def _write(self, diagonal: Diagonal) -> None:
        self.diagonals.append(replace(diagonal, before=len(self.gates)))

    def _carrier_of(self, part: list[int]) -> int:
        """Return the wire that carries the parity of a part, or -1."""
        for wire in part:
            found = self._carriers.get(wire)
            if found is not None:
                return wire if found.wires == set(part) else -1
        return -1

    def _open(self, key: Key, part: list[int], time: int) -> int:
        """Gather the parity of a part and return its carrier."""
        carrier = max(
            part, key=lambda wire: (self._next_use(wire, key, time), wire in self._carriers)
        )
        for wire in part:
            if wire != carrier:
                self._restore(wire)
        for other in sorted(self._inside[carrier]):
            self._restore(other)
        found = self._carriers.setdefault(carrier, _Gather(carrier, {carrier}))
        for wire in sorted(set(part) - found.wires) + sorted(found.wires - set(part)):
            self._toggle(found, wire)
        return carrier

    def _next_use(self, wire: int, key: Key, time: int) -> int:
        """Return when a wire is wanted next for anything but a part."""
        wanted, position = self._wanted[wire], self._position[wire]
        while position < len(wanted) and wanted[position][0] <= time:
            position += 1
        self._position[wire] = position
        while position < len(wanted) and wanted[position][1] == key:
            position += 1
        return wanted[position][0] if position < len(wanted) else _NEVER

    def _restore(self, carrier: int) -> None:
        """Take back the CX onto a carrier, where it is one, and write the phases that waited."""
        found = self._carriers.get(carrier)
        if found is not None:
            for wire in sorted(found.wires - {carrier}):
                self._toggle(found, wire)

    def _toggle(self, found: _Gather, wire: int) -> None:
        """Add a wire to what a carrier carries, or take it out; the last one restores it."""
        carrier = found.carrier
        self.gates.append(SkeletonGate(CX, (wire, carrier), -1, ()))
        found.wires ^= {wire}
        self._inside[wire] ^= {carrier}
        if found.wires == {carrier}:
            del self._carriers[carrier]
            for diagonal in found.waiting:
                self._write(diagonal)
