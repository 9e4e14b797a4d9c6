"""Phases on parities: the diagonal part of a folded circuit.

A phase is exp(i angle p), with p a *parity*: the sum modulo 2 of a set of path variables. Phases on
equal parities add up, however far apart they are in the circuit.

Sources: phase folding, Amy, Maslov and Mosca, arXiv:1303.2042, section 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, remainder

Parity = frozenset[int]

ANGLE_TOLERANCE = 1e-10
"""Radians: a sum of angles that is this close to a multiple of pi/4 is that multiple. A single
rotation, however small, is never dropped."""

_MOST_PLACES = 4


@dataclass(slots=True)
class Term:
    """A phase on a parity.

    Args:
        angle: Phase in radians where the parity is 1.
        places: Gates before which the phase stood in the input, the first few.
        wires: Wires on which it stood last.
        controlled: Whether it came from a controlled phase, not from a rotation.
    """

    angle: float
    places: list[int]
    wires: tuple[int, ...]
    controlled: bool


class Terms:
    """All phases of a circuit while it is folded."""

    def __init__(self) -> None:
        self.by_parity: dict[Parity, Term] = {}
        self._of_variable: dict[int, list[Parity]] = {}

    def add(
        self,
        parity: Parity,
        angle: float,
        place: int,
        wires: tuple[int, ...],
        *,
        controlled: bool = False,
    ) -> None:
        """Add a phase.

        Args:
            parity: Its parity, not empty.
            angle: Radians.
            place: Gate before which the wires hold the parity.
            wires: Wires whose values sum to the parity.
            controlled: Whether it is part of a controlled phase.
        """
        term = self.by_parity.get(parity)
        if term is None:
            self.by_parity[parity] = Term(angle, [place], wires, controlled)
            for variable in parity:
                self._of_variable.setdefault(variable, []).append(parity)
            return
        term.angle = sum_of_angles(term.angle, angle)
        term.wires = wires
        term.controlled = controlled
        if len(term.places) < _MOST_PLACES:
            term.places.append(place)

    def turn(self, parity: Parity, angle: float) -> None:
        """Add to a phase that is there, where it is."""
        term = self.by_parity[parity]
        term.angle = sum_of_angles(term.angle, angle)

    def clear(self, parity: Parity) -> None:
        """Drop a phase that is there."""
        self.by_parity[parity].angle = 0.0

    def n_quarters(self, parity: Parity) -> int:
        """Return the number of quarter turns of a phase, or -1 when it is not a whole one."""
        term = self.by_parity.get(parity)
        return quarters(term.angle) if term else 0

    def on(self, variable: int) -> list[Parity]:
        """Return the parities with a variable whose phases are not 0."""
        parities = self._of_variable.get(variable, ())
        return [p for p in parities if not is_zero(self.by_parity[p].angle)]


def sum_of_angles(first: float, second: float) -> float:
    """Add two angles modulo a turn; what is left of rounding is nothing."""
    total = remainder(first + second, 2 * pi)
    return 0.0 if abs(total) < ANGLE_TOLERANCE else total


def is_zero(angle: float) -> bool:
    """Tell whether an angle is a whole number of turns."""
    return remainder(angle, 2 * pi) == 0


def quarters(angle: float) -> int:
    """Return the number of quarter turns of a phase, 0 to 3, or -1 when it is not a whole one."""
    n_quarters = round(angle / (pi / 2))
    if not n_quarters:
        return -1 if angle else 0
    return n_quarters % 4 if abs(angle - n_quarters * pi / 2) < ANGLE_TOLERANCE else -1
