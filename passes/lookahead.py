"""What an emitter must know of a plan before it writes: axes of fetches and operands of groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trapline.passes.axes import (
    Vector,
    axes_of,
    rotate,
    rotation_of,
    rotation_of_gate,
)
from trapline.passes.gates import BARRIER, MEASURE, OPCODE, UNITARY
from trapline.passes.plan import Event, Plan

if TYPE_CHECKING:
    from trapline.passes.program import Program

Row = tuple[int, tuple[int, ...], tuple[float, ...], int, int]
_SWAP = OPCODE["swap"]


def axes_ahead(plan: Plan, rows: list[Row]) -> dict[int, Vector]:
    """Find, for each FETCH, the axis of the qubit's next interaction as seen from the fetch.

    Args:
        plan: The plan.
        rows: The rows of its expanded program.

    Returns:
        Event number -> Bloch vector; missing where no interaction follows.
    """
    program = plan.expanded
    ahead: list[Vector | None] = [None] * program.n_qubits
    found: dict[int, Vector] = {}
    members, wires = _members_of_groups(plan), wires_of_groups(plan)
    kinds: list[int] = plan.kinds.tolist()
    items: list[int] = plan.items.tolist()
    sources: list[int] = plan.sources.tolist()
    for index, (kind, item) in reversed(list(enumerate(zip(kinds, items, strict=True)))):
        if kind == Event.FETCH:
            axis = ahead[item]
            if axis is not None:
                found[index] = axis
        elif kind == Event.RUN:
            _look(program, rows, item, ahead)
        elif kind == Event.WHOLE:
            for op in reversed(members[item]):
                _look(program, rows, op, ahead)
            for q, axis in zip(wires[item], axes_of(plan.program, item), strict=True):
                ahead[q] = axis or ahead[q]  # a copy may take part along the axis of the whole
        elif kind == Event.LOCAL:
            _look(program, rows, item, ahead)
        elif kind == Event.SPREAD:
            kept = ahead[sources[index]]
            _look(program, rows, item, ahead)
            ahead[sources[index]] = kept
    return found


def _look(program: Program, rows: list[Row], op: int, ahead: list[Vector | None]) -> None:
    """Step backwards over an operation."""
    opcode, qubits, params, _, condition = rows[op]
    if opcode in (BARRIER, MEASURE):
        return
    if len(qubits) == 1:
        axis = ahead[qubits[0]]
        if axis is not None and condition < 0:
            rotation = (
                rotation_of(program.matrix_of(op))
                if opcode == UNITARY
                else rotation_of_gate(opcode, params)
            )
            columns = tuple(zip(*rotation, strict=True))
            ahead[qubits[0]] = rotate(columns, axis)  # type: ignore[arg-type]  # the inverse rotation
        return
    for q, axis in zip(qubits, axes_of(program, op), strict=True):
        ahead[q] = axis


def _members_of_groups(plan: Plan) -> dict[int, list[int]]:
    whole = set(plan.items[plan.kinds == Event.WHOLE].tolist())
    members: dict[int, list[int]] = {g: [] for g in whole}
    if whole:
        for op, g in enumerate(plan.group.tolist()):
            if g in whole:
                members[g].append(op)
    return members


def wires_of_groups(plan: Plan) -> dict[int, list[int]]:
    """Operands, as wires of the expanded program, of each input operation that happens whole."""
    whole = set(plan.items[plan.kinds == Event.WHOLE].tolist())
    wire = list(range(plan.program.n_qubits))
    found: dict[int, list[int]] = {}
    if not whole:
        return found
    for op, (opcode, qubits, _, _, condition) in enumerate(plan.program.rows()):
        if op in whole:
            found[op] = [wire[q] for q in qubits]
        elif opcode == _SWAP and condition < 0:
            a, b = qubits
            wire[a], wire[b] = wire[b], wire[a]
    return found
