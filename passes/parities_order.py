"""Order commuting Pauli rotations so that those with an equal part in a module come together.

Between two gates that are not local every rotation is a Pauli string at the beginning of the
stretch: H and quarter turns only change its letters. Strings that commute may be exchanged. One
part at a time is the *hub*: all rotations with it that nothing holds back come next, so that one
copy of its parity serves them; then the part that most of the others share.

Sources: Pauli rotations and Cliffords pushed behind them, Litinski, arXiv:1808.02892, section 1.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from math import pi
from typing import TYPE_CHECKING

import numpy as np

from trapline.passes.recover_place import Diagonal
from trapline.passes.recover_skeleton import CUT, CX, WHOLE, H, Skeleton, SkeletonGate
from trapline.passes.recover_terms import quarters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

MOST_TOGETHER = 256
"""Rotations that are ordered at once."""

Part = tuple[tuple[int, str], ...]
"""Wires of a rotation in one module, and its letter on each."""

_AXES = {"x": ("x", 1), "y": ("y", 1), "z": ("z", 1)}
_PREPARE = {"z": (), "x": ("h",), "y": ("sdg", "h")}
_RETURN = {"z": (), "x": ("h",), "y": ("h", "s")}


@dataclass(frozen=True, slots=True)
class _Rotation:
    """A rotation exp(i angle (1 - P) / 2): letters of P by wire, and the angle in radians."""

    letters: dict[int, str]
    angle: float


def order_rotations(
    folded: Skeleton, diagonals: list[Diagonal], module_of_wire: Sequence[int]
) -> tuple[Skeleton, list[Diagonal]]:
    """Put commuting rotations in an order that brings equal parts together.

    Args:
        folded: A folded circuit.
        diagonals: Its diagonal interactions in order of their places.
        module_of_wire: Module of each wire.

    Returns:
        A skeleton and diagonal interactions with the same meaning.
    """
    walk = _Stretch(folded.n_wires, module_of_wire)
    position = 0
    for index in range(len(folded.gates) + 1):
        while position < len(diagonals) and diagonals[position].before <= index:
            walk.diagonal(diagonals[position])
            position += 1
        if index < len(folded.gates) and folded.alive[index]:
            walk.gate(folded.gates[index])
    walk.end()
    out = Skeleton(folded.n_wires, gates=walk.gates, alive=[True] * len(walk.gates))
    out.wire = list(folded.wire)
    return out, walk.diagonals


class _Stretch:
    """The rotations since the last gate that is not local, and what was written before."""

    def __init__(self, n_wires: int, module_of_wire: Sequence[int]) -> None:
        self.gates: list[SkeletonGate] = []
        self.diagonals: list[Diagonal] = []
        self._module_of_wire = module_of_wire
        self._rotations: list[_Rotation] = []
        self._local: list[list[SkeletonGate | Diagonal]] = [[] for _ in range(n_wires)]
        self._axes = [dict(_AXES) for _ in range(n_wires)]
        self._basis = ["z"] * n_wires
        self._touched: set[int] = set()

    def gate(self, gate: SkeletonGate) -> None:
        """Follow a local gate; write what came before any other."""
        if gate.kind in (CX, WHOLE):
            self.end()
            self.gates.append(gate)
        elif gate.kind != CUT:
            wire = gate.wires[0]
            self._touched.add(wire)
            self._local[wire].append(gate)
            (x, sx), (y, sy), (z, sz) = (self._axes[wire][letter] for letter in "xyz")
            after = (
                ((z, sz), (y, -sy), (x, sx)) if gate.kind == H else ((x, sx), (y, -sy), (z, -sz))
            )
            self._axes[wire] = dict(zip("xyz", after, strict=True))

    def diagonal(self, diagonal: Diagonal) -> None:
        """Collect a rotation or a quarter turn; write what came before any other interaction."""
        wires, phases = diagonal.wires, diagonal.phases
        is_one = len(phases) == 1 and len(phases[0][0]) == len(wires)
        if not is_one or diagonal.has_ccz or diagonal.controlled:
            self.end()
            self._write(diagonal)
            return
        angle = phases[0][1]
        n_quarters = quarters(angle) if len(wires) == 1 else -1
        if n_quarters >= 0:
            self._touched.add(wires[0])
            self._local[wires[0]].append(diagonal)
            for _ in range(n_quarters):
                axes = self._axes[wires[0]]
                (x, sx), y = axes["x"], axes["y"]
                self._axes[wires[0]] = {"x": (y[0], -y[1]), "y": (x, sx), "z": axes["z"]}
            return
        images = [self._axes[wire]["z"] for wire in wires]
        sign = int(np.prod([sign for _, sign in images]))
        self._touched.update(wires)
        letters = {wire: letter for wire, (letter, _) in zip(wires, images, strict=True)}
        self._rotations.append(_Rotation(letters, sign * angle))

    def end(self) -> None:
        """Write the rotations of the stretch in their new order, then its local gates."""
        for low in range(0, len(self._rotations), MOST_TOGETHER):
            together = self._rotations[low : low + MOST_TOGETHER]
            for k in _arranged(together, self._module_of_wire):
                self._rotate(together[k])
        self._rotations = []
        for wire in sorted(self._touched):
            self._turn(wire, "z")
            for item in self._local[wire]:
                if isinstance(item, Diagonal):
                    self._write(item)
                else:
                    self.gates.append(item)
            self._local[wire], self._axes[wire] = [], dict(_AXES)
        self._touched = set()

    def _rotate(self, rotation: _Rotation) -> None:
        for wire, letter in rotation.letters.items():
            self._turn(wire, letter)
        wires = tuple(sorted(rotation.letters))
        self._write(Diagonal(0, wires, ((tuple(range(len(wires))), rotation.angle),)))

    def _turn(self, wire: int, letter: str) -> None:
        """Bring a wire into the basis of a letter."""
        if self._basis[wire] == letter:
            return
        for name in (*_RETURN[self._basis[wire]], *_PREPARE[letter]):
            if name == "h":
                self.gates.append(SkeletonGate(H, (wire,), -1, ((wire, -1, False),)))
            else:
                self._write(Diagonal(0, (wire,), (((0,), pi / 2 if name == "s" else -pi / 2),)))
        self._basis[wire] = letter

    def _write(self, diagonal: Diagonal) -> None:
        self.diagonals.append(replace(diagonal, before=len(self.gates)))


def _arranged(rotations: list[_Rotation], module_of_wire: Sequence[int]) -> Iterator[int]:
    """Yield rotations in an order that keeps those that do not commute."""
    if len(rotations) < 3:
        yield from range(len(rotations))
        return
    parts = [_parts(rotation, module_of_wire) for rotation in rotations]
    held_by = np.triu(_anticommuting(rotations), 1)
    n_before = held_by.sum(axis=0)
    ready = [k for k in range(len(rotations)) if not n_before[k]]
    hub: Part = ()
    while ready:
        spread = [k for k in ready if len(parts[k]) > 1]
        chosen = [k for k in spread if hub in parts[k]]
        if not chosen and spread:
            count = Counter[Part](part for k in spread for part in parts[k])
            hub = max(count.items(), key=lambda item: (item[1], len(item[0])))[0]
            chosen = [k for k in spread if hub in parts[k]]
        for k in sorted(chosen or ready, key=lambda k: parts[k]):
            yield k
            ready.remove(k)
            for later in np.flatnonzero(held_by[k]).tolist():
                n_before[later] -= 1
                if not n_before[later]:
                    ready.append(later)


def _parts(rotation: _Rotation, module_of_wire: Sequence[int]) -> tuple[Part, ...]:
    by_module: dict[int, list[tuple[int, str]]] = {}
    for wire in sorted(rotation.letters):
        by_module.setdefault(module_of_wire[wire], []).append((wire, rotation.letters[wire]))
    return tuple(tuple(by_module[module]) for module in sorted(by_module))


def _anticommuting(rotations: list[_Rotation]) -> NDArray[np.bool_]:
    """Tell which rotations do not commute; bool, (rotations, rotations)."""
    number = {wire: k for k, wire in enumerate(sorted({w for r in rotations for w in r.letters}))}
    x, z = np.zeros((2, len(rotations), len(number)), dtype=np.float32)
    for row, rotation in enumerate(rotations):
        for wire, letter in rotation.letters.items():
            x[row, number[wire]] = letter != "z"
            z[row, number[wire]] = letter != "x"
    products = x @ z.T
    odd: NDArray[np.bool_] = (products + products.T) % 2 > 0.5
    return odd
