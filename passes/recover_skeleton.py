"""The skeleton of a folded circuit while it grows: CX, H and whole gates, and phases beside it.

Each wire is followed as a parity of *path variables*: one for each qubit at the start, and a new
one after every gate that is not linear. A CX is taken out together with an equal one that it meets,
also past one other CX, or against a CZ on the other side of an H, and two mirrored CX become one
and a relabelling.

Sources: sums over paths, Amy, arXiv:1805.06908; rules for CX, Nam et al., arXiv:1710.07345, figure
4.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import pi
from typing import NamedTuple

from trapline.passes.letters import ALONE
from trapline.passes.recover_runs import Runs
from trapline.passes.recover_terms import Parity, Terms, quarters

Fresh = tuple[int, int, bool]

CX, H, X, WHOLE, CUT = range(5)
"""Kinds of skeleton gates; CUT renames the parity of a wire and does nothing."""

MOST_VARIABLES = 24
"""A wire with more variables than this gets a new one, so that every step stays cheap."""

MOST_PHASES_BETWEEN = 4
"""CX with more phases between them are not brought together past others."""


class SkeletonGate(NamedTuple):
    """A gate of the skeleton.

    Args:
        kind: CX, H, X, WHOLE or CUT.
        wires: Its wires.
        source: Operation of the input, for WHOLE.
        fresh: (wire, variable, added) for each wire that has a new variable afterwards: added to
            its parity where the gate acts along x, so that a CX onto the wire may pass it, in place
            of its parity elsewhere.
    """

    kind: int
    wires: tuple[int, ...]
    source: int
    fresh: tuple[Fresh, ...]


@dataclass(eq=False)
class Skeleton:
    """A circuit in the making.

    Args:
        n_wires: Number of wires.
        gates: All gates, also those that were taken out.
        alive: Which of them are still there.
        terms: Phases on parities.
        after: Parity of the wire after an H, where that is more than its new variable.
        pairs: Equal CX that were taken out together.
        n_cancelled: Number of gates that were taken out.
        wire: Wire of each qubit.
        value: Parity on each wire, without `flipped`.
        flipped: Wires with an X that is still to be carried out.
    """

    n_wires: int
    gates: list[SkeletonGate] = field(default_factory=list[SkeletonGate])
    alive: list[bool] = field(default_factory=list[bool])
    terms: Terms = field(default_factory=Terms)
    after: dict[int, Parity] = field(default_factory=dict[int, Parity])
    pairs: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    n_cancelled: int = 0
    wire: list[int] = field(init=False)
    value: list[Parity] = field(init=False)
    flipped: list[bool] = field(init=False)

    def __post_init__(self) -> None:
        self.wire = list(range(self.n_wires))
        self.value = [frozenset((q,)) for q in range(self.n_wires)]
        self.flipped = [False] * self.n_wires
        self._label = list(range(self.n_wires))
        self._runs = Runs(self.n_wires)
        self._n_variables = self.n_wires
        self._before: dict[int, Parity] = {}
        self._turns: list[list[int]] = [[] for _ in range(self.n_wires)]
        self._n_phases = 0
        self._n_phases_before: list[int] = []
        self._shared = [0] * self.n_wires
        self._onto: dict[tuple[Parity, int], int] = {}
        self._in_after: set[int] = set()

    def swap(self, a: int, b: int) -> None:
        """Exchange two qubits by name only."""
        wire, label = self.wire, self._label
        wire[a], wire[b] = wire[b], wire[a]
        label[wire[a]], label[wire[b]] = a, b

    def _add_phase(self, wires: tuple[int, ...], angle: float, controlled: bool = False) -> None:
        parity, flipped = self.value[wires[0]], self.flipped[wires[0]]
        for wire in wires[1:]:
            parity ^= self.value[wire]
            flipped ^= self.flipped[wire]
        if quarters(angle) < 0:
            self._n_phases += 1
            for wire in wires if len(wires) > 1 else ():
                self._shared[wire] = len(self.gates)
        angle = -angle if flipped else angle
        self.terms.add(parity, angle, len(self.gates), wires, controlled=controlled)

    def _add_cx(self, a: int, b: int) -> None:
        value, flipped = self.value, self.flipped
        if not self._meet(a, b) and not self._exchange(a, b):
            mirrored = self._runs.find((CX, b, a))
            if mirrored >= 0 and self._is_near(mirrored, a):
                self._drop(mirrored)
                self.n_cancelled += 1
                value[a] ^= value[b]
                flipped[a] ^= flipped[b]
                self.swap(self._label[a], self._label[b])
            self._onto[value[a], b] = self._push(SkeletonGate(CX, (a, b), -1, ()), (CX, a, b), "zx")
        value[b] ^= value[a]
        flipped[b] ^= flipped[a]
        if len(value[b]) > MOST_VARIABLES:
            self._push(SkeletonGate(CUT, (b,), -1, (self._fresh(b, ALONE),)), None, ALONE)

    def _meet(self, a: int, b: int) -> bool:
        """Take a CX out of the skeleton together with an equal one that it meets."""
        gate = self._runs.find((CX, a, b))
        if gate >= 0:
            self._drop(gate)
            self.n_cancelled += 2
            self.pairs.append((gate, self._runs.skip()))
            self._record(SkeletonGate(CX, (a, b), -1, ()), alive=False)
            return True
        return self._pass(a, b)

    def _pass(self, a: int, b: int) -> bool:
        """Meet an equal CX behind one other, which leaves one CX: (ab)(bc)(ab) = (bc)(ac)."""
        for wire in (b, a):
            gate, other = self._runs.find_behind((CX, a, b), wire)
            if gate >= 0 and self.gates[other].kind == CX and self._is_near(gate, b):
                control, target = self.gates[other].wires
                if {control, target} != {a, b}:
                    self._drop(gate)
                    self.n_cancelled += 1
                    a, b = (a, target) if wire == b else (control, b)
                    if not self._meet(a, b):
                        self._push(SkeletonGate(CX, (a, b), -1, ()), (CX, a, b), "zx")
                    return True
        return False

    def _is_near(self, gate: int, wire: int) -> bool:
        """Tell whether few phases came since a CX, none of them on its target and another wire.

        They would be on more wires without the CX; Toffolis written in CX and T have few.
        """
        n_phases = self._n_phases - self._n_phases_before[gate]
        return n_phases <= MOST_PHASES_BETWEEN and self._shared[wire] <= gate

    def _exchange(self, a: int, b: int) -> bool:
        """Take out a CX that follows H on its target, against a CZ before the H.

        The new variable of the H is then the sum of both.
        """
        if not self._turns[b] or not self._runs.is_last(self._turns[b][-1], b, "x"):
            return False
        gate = self._turns[b][-1]
        variable = self.gates[gate].fresh[0][1]
        before, control = self._before[variable], self.value[a]
        if max(control) > variable:
            return False
        if self.terms.n_quarters(before ^ control) % 2 == 1:
            self.terms.turn(before ^ control, -pi / 2)
            self.terms.add(before, pi / 2, gate, (b,))
            self.terms.add(control, pi / 2, len(self.gates), (a,))
        elif not self._meet_between_turns(control, b):
            return False
        self.after[gate] = self.after.get(gate, frozenset((variable,))) ^ control
        self._in_after |= control
        self.n_cancelled += 2
        return True

    def _meet_between_turns(self, control: Parity, b: int) -> bool:
        """Take out a CX before the last but one H of a wire.

        With the CX after the last H that is about to come, both are CZ on what is between the H, as
        in relative-phase Toffolis that pair up.
        """
        if len(self._turns[b]) < 2:
            return False
        first, last = self._turns[b][-2:]
        variable = self.gates[first].fresh[0][1]
        held = self.after.get(first, frozenset((variable,)))
        if self._before[self.gates[last].fresh[0][1]] != held or max(control) > variable:
            return False
        gate = self._onto.get((control, b), -1)
        if gate < 0 or not self.alive[gate] or not self._runs.comes_before(gate, first, b):
            return False
        self._drop(gate)
        self._before[variable] ^= control
        return True

    def _fresh(self, wire: int, letter: str) -> Fresh:
        variable = self._n_variables
        self._n_variables += 1
        self._before[variable] = frozenset() if letter == "x" else self.value[wire]
        return wire, variable, letter == "x"

    def _push(self, gate: SkeletonGate, key: object, letters: str) -> int:
        number = self._runs.push(key, gate.wires, letters)
        self._record(gate, alive=True)
        for fresh in gate.fresh:
            self.value[fresh[0]] = renamed(self.value[fresh[0]], fresh)
        return number

    def _record(self, gate: SkeletonGate, *, alive: bool) -> None:
        self.gates.append(gate)
        self.alive.append(alive)
        self._n_phases_before.append(self._n_phases)

    def _drop(self, gate: int) -> None:
        self._runs.drop(gate)
        self.alive[gate] = False


def renamed(parity: Parity, fresh: Fresh) -> Parity:
    """Return the parity of a wire after a gate that gives it a new variable."""
    single = frozenset((fresh[1],))
    return parity ^ single if fresh[2] else single
