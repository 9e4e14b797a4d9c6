"""Fold a circuit into a linear skeleton and phases on parities.

Each wire is followed as a parity of *path variables*: one for each qubit at the start, and a new
one after every gate that is not linear (H, and whatever is left whole). A diagonal gate is a phase
exp(i angle p) on a parity p; phases on equal parities add up, however far apart they are. What
remains is the *skeleton*: CX, H and whole gates, from which pairs that meet through commuting gates
are taken out at once, X is pushed to the end, and two mirrored CX become one and a relabelling.

Two H on one wire with only Clifford phases on the variable between them are summed out: H H is the
identity, H CZ H is a CX, H S H is S* H S* up to a phase.

Sources: phase folding, Amy, Maslov and Mosca, arXiv:1303.2042; sums over paths and the rule for H,
Amy, arXiv:1805.06908, section 4.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import pi
from typing import NamedTuple

from trapline.passes.recover_runs import ALONE, Runs
from trapline.passes.recover_terms import Parity, Terms, quarters

Fresh = tuple[int, int, bool]

CX, H, X, WHOLE, CUT = range(5)
"""Kinds of skeleton gates; CUT renames the parity of a wire and does nothing."""

MOST_VARIABLES = 40
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
class Fold:
    """A folded circuit, and the state while it is folded.

    Args:
        n_wires: Number of wires.
    """

    n_wires: int
    gates: list[SkeletonGate] = field(default_factory=list[SkeletonGate])
    alive: list[bool] = field(default_factory=list[bool])
    terms: Terms = field(default_factory=Terms)
    after: dict[int, Parity] = field(default_factory=dict[int, Parity])
    wire: list[int] = field(init=False)
    pairs: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    n_cancelled: int = 0

    def __post_init__(self) -> None:
        self.wire = list(range(self.n_wires))
        self._label = list(range(self.n_wires))
        self.value: list[Parity] = [frozenset((q,)) for q in range(self.n_wires)]
        self.flipped = [False] * self.n_wires
        self._runs = Runs(self.n_wires)
        self._n_variables = self.n_wires
        self._before: dict[int, Parity] = {}
        self._n_phases = 0
        self._n_phases_before: list[int] = []
        self._shared = [0] * self.n_wires
        self._turns: list[list[int]] = [[] for _ in range(self.n_wires)]

    def phase(self, qubits: tuple[int, ...], angle: float, *, controlled: bool = False) -> None:
        """Apply exp(i angle p), p being the parity of the qubits."""
        self._phase(tuple([self.wire[q] for q in qubits]), angle, controlled)

    def cx(self, a: int, b: int) -> None:
        """Apply a CX from qubit a to qubit b."""
        self._cx(self.wire[a], self.wire[b])

    def h(self, qubit: int) -> None:
        """Apply H; with an earlier H that it meets, sum out the variable between them."""
        wire = self.wire[qubit]
        gate = self._runs.find((H, wire))
        if gate >= 0 and self._sum_out(gate, wire):
            return
        fresh = self._fresh(wire, ALONE)
        gate = self._push(SkeletonGate(H, (wire,), -1, (fresh,)), (H, wire), ALONE)
        self._turns[wire].append(gate)
        if self.flipped[wire]:
            self.flipped[wire] = False
            self._phase((wire,), pi)

    def x(self, qubit: int) -> None:
        """Apply X."""
        wire = self.wire[qubit]
        self.flipped[wire] = not self.flipped[wire]

    def swap(self, a: int, b: int) -> None:
        """Exchange two qubits by name only."""
        wire, label = self.wire, self._label
        wire[a], wire[b] = wire[b], wire[a]
        label[wire[a]], label[wire[b]] = a, b

    def whole(
        self, source: int, qubits: tuple[int, ...], letters: str, inverse: object = None
    ) -> None:
        """Apply an operation that is kept as it is.

        Args:
            source: Operation of the input.
            qubits: Its qubits.
            letters: Axis on each, `z`, `x` or `ALONE`.
            inverse: What it is, where it is its own inverse.
        """
        wires = tuple([self.wire[q] for q in qubits])
        key = (WHOLE, inverse, wires) if inverse is not None else None
        gate = self._runs.find(key) if key else -1
        if gate >= 0 and self._undo(gate):
            return
        for wire, letter in zip(wires, letters, strict=True):
            if letter != "x":
                self._flush(wire)
        fresh = tuple(
            self._fresh(wire, letter)
            for wire, letter in zip(wires, letters, strict=True)
            if letter != "z"
        )
        self._push(SkeletonGate(WHOLE, wires, source, fresh), key, letters)

    def forget(self, qubit: int) -> None:
        """Drop the X that was pushed along a qubit, which is about to be reset."""
        self.flipped[self.wire[qubit]] = False

    def flush(self) -> None:
        """Carry out every X that was pushed along."""
        for wire in range(self.n_wires):
            self._flush(wire)

    def _flush(self, wire: int) -> None:
        if self.flipped[wire]:
            self.flipped[wire] = False
            self._push(SkeletonGate(X, (wire,), -1, (self._fresh(wire, "x"),)), None, "x")

    def _phase(self, wires: tuple[int, ...], angle: float, controlled: bool = False) -> None:
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

    def _cx(self, a: int, b: int) -> None:
        value, flipped = self.value, self.flipped
        if not self._meet(a, b) and not self._exchange(a, b):
            mirrored = self._runs.find((CX, b, a))
            if mirrored >= 0 and self._is_near(mirrored, a):
                self._drop(mirrored)
                self.n_cancelled += 1
                value[a] ^= value[b]
                flipped[a] ^= flipped[b]
                self.swap(self._label[a], self._label[b])
            self._push(SkeletonGate(CX, (a, b), -1, ()), (CX, a, b), "zx")
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
        if max(control) > variable or self.terms.n_quarters(before ^ control) % 2 != 1:
            return False
        self.after[gate] = self.after.get(gate, frozenset((variable,))) ^ control
        self.terms.turn(before ^ control, -pi / 2)
        self.terms.add(before, pi / 2, gate, (b,))
        self.terms.add(control, pi / 2, len(self.gates), (a,))
        self.n_cancelled += 2
        return True

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

    def _sum_out(self, gate: int, wire: int) -> bool:
        """Replace two H on a wire by what they do when no variable is left between them."""
        if gate in self.after:
            return False
        variable = self.gates[gate].fresh[0][1]
        single = frozenset((variable,))
        turns: list[tuple[Parity, int]] = []
        sources: list[int] = []
        for parity in self.terms.on(variable):
            n_quarters, other = self.terms.n_quarters(parity), parity ^ single
            if n_quarters < 0:
                return False
            turns.append((other, n_quarters))
            if n_quarters % 2 and other:
                sources.append(self._wire_with(other, parity))
        total = sum(n for _, n in turns) % 4
        if -1 in sources or (total % 2 and sources):
            return False
        for other, _ in turns:
            self.terms.by_parity[other ^ single].angle = 0.0
        was_flipped = self.flipped[wire]
        self.flipped[wire] = total == 2
        before = self._before[variable]
        if total % 2:
            self.terms.add(before, -total * pi / 2, gate, (wire,))
            self.terms.add(single, -total * pi / 2, len(self.gates), (wire,))
        else:
            self._drop(gate)
            self._turns[wire].pop()
            self.n_cancelled += 2
            self.value[wire] = before
            wire = self._add_controls(sources, wire)
        for other, n_quarters in turns:
            if other:
                self.terms.add(other, n_quarters * pi / 2, len(self.gates), (wire,))
        if was_flipped:
            self._phase((wire,), pi)
        return True

    def _add_controls(self, sources: list[int], wire: int) -> int:
        """Add parities of other wires to a wire, without the X that were pushed along them.

        Returns:
            The wire, which has another name when a CX became a relabelling.
        """
        target = self._label[wire]
        for source in [self._label[source] for source in sources]:
            a, b = self.wire[source], self.wire[target]
            flips = self.flipped[a], self.flipped[b]
            self.flipped[a] = self.flipped[b] = False
            self._cx(a, b)
            self.flipped[self.wire[source]], self.flipped[self.wire[target]] = flips
        return self.wire[target]

    def _wire_with(self, value: Parity, parity: Parity) -> int:
        """Return a wire with a value, among those where a phase on a parity stood last; or -1."""
        wires = self.terms.by_parity[parity].wires
        return next((wire for wire in wires if self.value[wire] == value), -1)

    def _undo(self, gate: int) -> bool:
        """Take out a whole gate with its inverse; its new variables are the old parities again."""
        fresh = self.gates[gate].fresh
        if any(self.terms.on(variable) for _, variable, _ in fresh):
            return False
        self._drop(gate)
        self.n_cancelled += 2
        for wire, variable, _ in fresh:
            self.value[wire] ^= frozenset((variable,)) ^ self._before[variable]
        return True


def renamed(parity: Parity, fresh: Fresh) -> Parity:
    """Return the parity of a wire after a gate that gives it a new variable."""
    single = frozenset((fresh[1],))
    return parity ^ single if fresh[2] else single
