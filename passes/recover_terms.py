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
"""Angles in radians that differ by less are one."""

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
        term.angle = remainder(term.angle + angle, 2 * pi)
        term.wires = wires
        term.controlled = controlled
        if len(term.places) < _MOST_PLACES:
            term.places.append(place)

    def turn(self, parity: Parity, angle: float) -> None:
        """Add to a phase that is there, where it is."""
        term = self.by_parity[parity]
        term.angle = remainder(term.angle + angle, 2 * pi)

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


def is_zero(angle: float) -> bool:
    """Tell whether a phase is none."""
    return abs(remainder(angle, 2 * pi)) < ANGLE_TOLERANCE


def quarters(angle: float) -> int:
    """Return the number of quarter turns of a phase, 0 to 3, or -1 when it is not a whole one."""
    n_quarters = round(angle / (pi / 2))
    return n_quarters % 4 if abs(angle - n_quarters * pi / 2) < ANGLE_TOLERANCE else -1
