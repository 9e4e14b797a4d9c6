"""The axes of cat states while a plan is replayed.

A qubit with several holders is sum over z of c_z |z...z> in the basis of its axis. A one-qubit gate
U on it, made on every holder, turns the axis by the rotation of U. The axis is chosen when the
second holder appears: that of the qubit's next multi-qubit operation, turned back through the
one-qubit gates before it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from trapline.passes.check_gates import (
    TOLERANCE,
    GateTable,
    Vector,
    along,
    rotation,
    turned,
    turned_back,
)
from trapline.passes.plan import Event, Plan

if TYPE_CHECKING:
    from trapline.passes.check_order import OrderCheck

_TURN = -1
_END = -2

Whole = Callable[[int], tuple[tuple[int, ...], int] | None]


class CatAxes:
    """Axis of every qubit that has several holders.

    Args:
        plan: The plan; its items are in range.
        gates: Table of the operations of the expanded program.
        order: Gate and qubits of every operation.
        whole: Function from a group to its qubits and the number of its product, or None.
    """

    def __init__(self, plan: Plan, gates: GateTable, order: OrderCheck, whole: Whole) -> None:
        self._gates = gates
        self._axis: dict[int, Vector | None] = {}
        self._next = [0] * plan.expanded.n_qubits
        self._rotations: dict[int, tuple[Vector, Vector, Vector]] = {}
        # For each qubit its future: (event, gate, operand), where operand may be _TURN or _END.
        self._future: list[list[tuple[int, int, int]]] = [[] for _ in self._next]
        conditional: list[bool] = (plan.expanded.conditions >= 0).tolist()
        kinds: list[int] = plan.kinds.tolist()
        items: list[int] = plan.items.tolist()
        sources: list[int] = plan.sources.tolist()
        for event, (kind, item) in enumerate(zip(kinds, items, strict=True)):
            if kind == Event.WHOLE:
                found = whole(item)
                if found is not None:
                    self._meet(event, found[0], found[1])
            elif kind == Event.RUN:
                self._meet(event, order.qubits[item], order.gate[item])
            elif kind == Event.SPREAD:
                self._meet(event, order.qubits[item], order.gate[item], but=sources[event])
            elif kind in (Event.LOCAL, Event.RESET):
                self._alone(event, order.qubits[item], order.gate[item], conditional[item])

    def begin(self, qubit: int, event: int) -> None:
        """Choose the axis of a cat state that begins at `event`."""
        self._axis[qubit] = self._ahead(qubit, event)

    def turn(self, qubit: int, gate: int) -> None:
        """Let a one-qubit gate act on a cat state."""
        axis = self._axis[qubit]
        if axis is not None:
            self._axis[qubit] = turned(self._rotation(gate), axis)

    def allows(self, qubit: int, gate: int, operand: int) -> bool:
        """Return whether an operation commutes with the axis of the cat state of its operand."""
        found = self._gates.facts[gate].axes[operand]
        axis = self._axis[qubit]
        if axis is None:
            return found is not None and found[3] <= TOLERANCE
        return along(found, axis)

    def crosses(self, qubit: int, gate: int, operand: int) -> bool:
        """Return whether an operation flips the cat state of its operand under a condition."""
        axis = self._axis[qubit]
        direction = self._gates.reflection(gate)[operand]
        if axis is None or direction is None:
            return False
        return abs(sum(a * b for a, b in zip(axis, direction, strict=True))) <= TOLERANCE

    def _meet(self, event: int, qubits: tuple[int, ...], gate: int, but: int = -1) -> None:
        for operand, qubit in enumerate(qubits):
            if qubit != but:
                self._future[qubit].append((event, gate, operand))

    def _alone(self, event: int, qubits: tuple[int, ...], gate: int, conditional: bool) -> None:
        name = self._gates.facts[gate].name
        if name == "reset":
            self._future[qubits[0]].append((event, gate, _END))
        elif len(qubits) == 1 and self._gates.facts[gate].matrix is not None and not conditional:
            self._future[qubits[0]].append((event, gate, _TURN))

    def _ahead(self, qubit: int, event: int) -> Vector | None:
        """Return the axis of the next operation that has one, as it is now."""
        future, at = self._future[qubit], self._next[qubit]
        while at < len(future) and future[at][0] <= event:
            at += 1
        self._next[qubit] = at
        gates_between: list[int] = []
        for place in range(at, len(future)):
            _, gate, operand = future[place]
            if operand == _END:
                return None
            if operand == _TURN:
                gates_between.append(gate)
                continue
            axis = self._gates.facts[gate].axes[operand]
            if axis is None:
                return None
            if axis[3] > TOLERANCE:
                vector = axis[:3]
                for before in reversed(gates_between):
                    vector = turned_back(self._rotation(before), vector)
                return vector
        return None

    def _rotation(self, gate: int) -> tuple[Vector, Vector, Vector]:
        found = self._rotations.get(gate)
        if found is None:
            matrix = self._gates.facts[gate].matrix
            if matrix is None:
                raise ValueError(f"gate {gate} has no matrix")
            found = self._rotations[gate] = rotation(matrix)
        return found
