"""Fold a circuit into a linear skeleton and phases on parities.

A diagonal gate is a phase exp(i angle p) on a parity p of path variables; phases on equal parities
add up, however far apart they are. What remains is the skeleton of CX, H and whole gates. X is
pushed to the end.

Two H on one wire with only Clifford phases on the variable between them are summed out: H H is the
identity, H CZ H is a CX, H S H is S* H S* up to a phase.

Sources: phase folding, Amy, Maslov and Mosca, arXiv:1303.2042; the rule for H, Amy,
arXiv:1805.06908, section 4.
"""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING

from trapline.passes.letters import ALONE
from trapline.passes.recover_skeleton import WHOLE, H, Skeleton, SkeletonGate, X

if TYPE_CHECKING:
    from trapline.passes.recover_terms import Parity


class Fold(Skeleton):
    """A folded circuit, and the gates that can be applied to it; qubits keep their numbers."""

    def phase(self, qubits: tuple[int, ...], angle: float, *, controlled: bool = False) -> None:
        """Apply exp(i angle p), p being the parity of the qubits."""
        self._add_phase(tuple([self.wire[q] for q in qubits]), angle, controlled)

    def cx(self, a: int, b: int) -> None:
        """Apply a CX from qubit a to qubit b."""
        self._add_cx(self.wire[a], self.wire[b])

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
            self._add_phase((wire,), pi)

    def x(self, qubit: int) -> None:
        """Apply X."""
        wire = self.wire[qubit]
        self.flipped[wire] = not self.flipped[wire]

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

    def _sum_out(self, gate: int, wire: int) -> bool:
        """Replace two H on a wire by what they do when no variable is left between them."""
        variable = self.gates[gate].fresh[0][1]
        turns = self._quarter_turns(variable)
        if turns is None or gate in self.after or variable in self._in_after:
            return False
        sources = [self._wire_with(other, variable) for other, n in turns if n % 2 and other]
        total = sum(n for _, n in turns) % 4
        if -1 in sources or (total % 2 and sources):
            return False
        for other, _ in turns:
            self.terms.clear(other ^ {variable})
        was_flipped = self.flipped[wire]
        self.flipped[wire] = total == 2
        before = self._before[variable]
        if total % 2:
            self.terms.add(before, -total * pi / 2, gate, (wire,))
            self.terms.add(self.value[wire], -total * pi / 2, len(self.gates), (wire,))
        else:
            self._drop(gate)
            self._turns[wire].pop()
            self.n_cancelled += 2
            self.value[wire] = before
            wire = self._add_controls(sources, wire)
        for other, n_quarters in turns:
            if other:
                place = self._place_of_rest(other, variable, n_quarters)
                self.terms.add(other, n_quarters * pi / 2, place, (wire,))
        if was_flipped:
            self._add_phase((wire,), pi)
        return True

    def _place_of_rest(self, other: Parity, variable: int, n_quarters: int) -> int:
        """Return a gate before which the rest of a parity is held.

        That of a quarter turn is on a wire now; that of a half turn may have been long ago.
        """
        if n_quarters % 2:
            return len(self.gates)
        return self.terms.by_parity[other ^ {variable}].places[0]

    def _quarter_turns(self, variable: int) -> list[tuple[Parity, int]] | None:
        """Return the rest of each parity with a variable, and its quarter turns.

        None when a phase is not a whole number of quarter turns.
        """
        turns: list[tuple[Parity, int]] = []
        for parity in self.terms.on(variable):
            n_quarters = self.terms.n_quarters(parity)
            if n_quarters < 0:
                return None
            turns.append((parity ^ {variable}, n_quarters))
        return turns

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
            self._add_cx(a, b)
            self.flipped[self.wire[source]], self.flipped[self.wire[target]] = flips
        return self.wire[target]

    def _wire_with(self, value: Parity, variable: int) -> int:
        """Return a wire that holds a value, where its phase with a variable stood last; or -1."""
        wires = self.terms.by_parity[value ^ {variable}].wires
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
