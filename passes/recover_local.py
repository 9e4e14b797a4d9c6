"""One-qubit gates that meet on a wire, written as few gates with familiar names."""

from __future__ import annotations

from cmath import rect
from math import pi, sqrt
from typing import TYPE_CHECKING

import numpy as np

from trapline.passes.recover_terms import ANGLE_TOLERANCE, quarters, sum_of_angles
from trapline.passes.synthesis import add_one_qubit

if TYPE_CHECKING:
    from trapline.passes.gates import Matrix
    from trapline.passes.program import ProgramBuilder

Step = tuple[str, float]
Gates = tuple[tuple[str, tuple[float, ...]], ...]

ROOT_HALF = sqrt(0.5)
_EULER = frozenset(("phph", "hphp", "phphp"))


class Locals:
    """Collects H, X and phases of each wire until an interaction comes.

    Args:
        out: Where they are written.
        n_wires: Number of wires.
    """

    def __init__(self, out: ProgramBuilder, n_wires: int) -> None:
        self._out = out
        self._steps: list[list[Step]] = [[] for _ in range(n_wires)]
        self._known: dict[tuple[Step, ...], Gates] = {}

    def add(self, wire: int, name: str, angle: float) -> None:
        """Add `h`, `x` or a phase `p` to a wire."""
        steps = self._steps[wire]
        if steps and steps[-1][0] == name:
            angle = sum_of_angles(steps.pop()[1], angle)
            if name != "p" or not angle:
                return
        steps.append((name, angle))

    def prepend(self, wire: int, letter: str) -> None:
        """Put a Pauli gate before what a wire has collected."""
        steps = self._steps[wire]
        if letter != "x":
            steps.insert(0, ("p", pi))
        if letter != "z":
            steps.insert(0, ("x", 0.0))

    def steps(self, wire: int) -> tuple[Step, ...]:
        """Return what a wire has collected."""
        return tuple(self._steps[wire])

    def flush(self, wire: int) -> None:
        """Write what a wire has collected."""
        steps = self._steps[wire]
        if steps:
            for name, params in self._gates(steps):
                self._out.add(name, (wire,), params)
            steps.clear()

    def _gates(self, steps: list[Step]) -> Gates:
        """Return named gates for a sequence of H, X and phases."""
        if len(steps) == 1:
            name, angle = steps[0]
            return (_phase(angle) if name == "p" else (name, ()),)
        kinds = "".join([name for name, _ in steps])
        if kinds == "hph":
            return (_rotation(steps[1][1]),)
        if len(steps) == 2 or kinds == "php":
            return tuple([_phase(angle) if name == "p" else (name, ()) for name, angle in steps])
        if kinds in _EULER and quarters(steps[kinds.index("hph") + 1][1]) < 0:
            middle = kinds.index("hph")
            first = steps[0][1] if middle else 0.0
            last = steps[-1][1] if len(kinds) > middle + 3 else 0.0
            return (("u3", (steps[middle + 1][1], last - pi / 2, first + pi / 2)),)
        key = tuple(steps)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = add_one_qubit(matrix_of(key))
        return found


def matrix_of(steps: tuple[Step, ...]) -> Matrix:
    """Return the unitary of a sequence of H, X and phases."""
    a, b, c, d = 1 + 0j, 0j, 0j, 1 + 0j
    for name, angle in steps:
        if name == "h":
            a, b, c, d = a + c, b + d, a - c, b - d
            a, b, c, d = a * ROOT_HALF, b * ROOT_HALF, c * ROOT_HALF, d * ROOT_HALF
        elif name == "x":
            a, b, c, d = c, d, a, b
        else:
            phase = rect(1.0, angle)
            c, d = c * phase, d * phase
    return np.array([[a, b], [c, d]])


def _phase(angle: float) -> tuple[str, tuple[float, ...]]:
    n_eighths = round(angle / (pi / 4))
    name = {1: "t", 2: "s", 4: "z", -4: "z", -2: "sdg", -1: "tdg"}.get(n_eighths)
    if name and abs(angle - n_eighths * pi / 4) < ANGLE_TOLERANCE:
        return name, ()
    return "rz", (angle,)


def _rotation(angle: float) -> tuple[str, tuple[float, ...]]:
    named = {1: "sx", 2: "x", 3: "sxdg"}.get(quarters(angle))
    return (named, ()) if named else ("rx", (angle,))
