"""Write a skeleton with its diagonal interactions as a program with familiar gates.

A diagonal interaction between two H on one wire is written with its target there: H CCZ H as CCX, H
CZ H as CX, the ZZ rotation as ZX or XX. One-qubit gates that meet on a wire become one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import pi
from typing import TYPE_CHECKING

from trapline.passes.diagonals import diagonal_matrix
from trapline.passes.gates import OPCODE, UNITARY, Matrix, gate_matrix
from trapline.passes.program import Program, ProgramBuilder
from trapline.passes.recover_frames import Frames
from trapline.passes.recover_local import Locals
from trapline.passes.recover_skeleton import CUT, CX, WHOLE, H, Skeleton
from trapline.passes.recover_terms import ANGLE_TOLERANCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trapline.passes.recover_place import Diagonal

MOST_PUSHED = 100_000
"""Longer circuits are written without pushing one-qubit gates through interactions."""

LEAST_TURNS = 0.05
"""Share of H, of all that is written, above which it is tried."""

_X_FORMS = {
    ("cz", 1): "cx",
    ("ccz", 1): "ccx",
    ("rzz", 1): "rzx",
    ("rzz", 2): "rxx",
}


@dataclass(eq=False, slots=True)
class Item:
    """An operation to be written; `turned` are the wires where H around it were taken in."""

    name: str
    wires: tuple[int, ...]
    params: tuple[float, ...] = ()
    source: int = -1
    matrix: Matrix | None = None
    turned: list[int] = field(default_factory=list[int])


def write(program: Program, folded: Skeleton, diagonals: list[Diagonal]) -> Program:
    """Write a folded circuit.

    Args:
        program: The circuit that was folded.
        folded: Its skeleton.
        diagonals: Its phases, in order of their places.

    Returns:
        A program with the same registers, wire by wire; SWAPs at the end put relabelled qubits
        back in their places.
    """
    items = list(_items(folded, diagonals))
    _take_in_h(items, folded.n_wires)
    plain = _emit(program, folded, items, push=False)
    n_turns = sum(item.name == "h" for item in items)
    if len(items) > MOST_PUSHED or n_turns < LEAST_TURNS * len(items):
        return plain.build()
    pushed = _emit(program, folded, list(_items(folded, diagonals)), push=True)
    return (pushed if len(pushed) < len(plain) else plain).build()


def _emit(program: Program, folded: Skeleton, items: list[Item], *, push: bool) -> ProgramBuilder:
    """Write items, and one-qubit gates before them or, pushed through, after them."""
    out = ProgramBuilder(program.name, program.qubit_registers, program.bit_registers)
    out.notes.update(program.notes)
    local = Locals(out, folded.n_wires)
    frames = Frames(local)
    for item in items:
        if item.name in ("h", "x", "p"):
            local.add(item.wires[0], item.name, item.params[0] if item.params else 0.0)
        elif push and item.matrix is None and item.source < 0:
            out.add(*frames.named(item.name, item.wires, item.params))
        elif item.name:
            for wire in item.wires:
                local.flush(wire)
            _write_item(out, program, item)
    for wire in range(folded.n_wires):
        local.flush(wire)
    _write_swaps(out, list(folded.wire))
    return out


def _write_item(out: ProgramBuilder, program: Program, item: Item) -> None:
    if item.matrix is not None:
        out.add_unitary(item.matrix, item.wires)
    elif item.source >= 0:
        op, condition = item.source, program.condition_of(item.source)
        opcode, line = int(program.opcodes[op]), int(program.lines[op])
        if opcode == UNITARY:
            matrix = program.matrix_of(op)
            out.add_unitary(matrix, item.wires, condition=condition, line=line)
            return
        bit, params = int(program.bits[op]), program.params_of(op)
        number = out.add(opcode, item.wires, params, bit=bit, condition=condition, line=line)
        if op in program.tags:
            out.tags[number] = program.tags[op]
    elif item.turned:
        controls = [wire for wire in item.wires if wire not in item.turned]
        name = _X_FORMS[item.name, len(item.turned)]
        out.add(name, (*controls, *item.turned), item.params)
    else:
        out.add(item.name, item.wires, item.params)


def _write_swaps(out: ProgramBuilder, wire: list[int]) -> None:
    """Bring every qubit from its wire back to the wire with its own number."""
    label = [0] * len(wire)
    for qubit, where in enumerate(wire):
        label[where] = qubit
    for qubit in range(len(wire)):
        where = wire[qubit]
        if where != qubit:
            out.add("swap", (qubit, where))
            other = label[qubit]
            wire[other], label[where] = where, other


def _items(folded: Skeleton, diagonals: list[Diagonal]) -> Iterator[Item]:
    position = 0
    for index, (gate, alive) in enumerate(zip(folded.gates, folded.alive, strict=True)):
        if not alive or gate.kind == CUT:
            continue
        while position < len(diagonals) and diagonals[position].before <= index:
            yield from _diagonal_items(diagonals[position])
            position += 1
        if gate.kind == WHOLE:
            yield Item("whole", gate.wires, source=gate.source)
        else:
            yield Item("cx" if gate.kind == CX else "h" if gate.kind == H else "x", gate.wires)
    for diagonal in diagonals[position:]:
        yield from _diagonal_items(diagonal)


def _diagonal_items(diagonal: Diagonal) -> Iterator[Item]:
    wires, phases = diagonal.wires, diagonal.phases
    if len(wires) == 1:
        yield Item("p", wires, (phases[0][1],))
    elif len(wires) == 2:
        yield _pair_item(diagonal)
    elif diagonal.is_ccz:
        yield from _open_ccz(diagonal) if phases else (Item("ccz", wires),)
    elif not diagonal.is_chain:
        yield Item("unitary", wires, matrix=_matrix(diagonal))
    else:
        chain = [Item("cx", wires[k : k + 2]) for k in range(len(wires) - 2)]
        yield from chain
        yield Item("rzz", wires[-2:], (phases[0][1],))
        yield from [Item("cx", item.wires) for item in reversed(chain)]


def _pair_item(diagonal: Diagonal) -> Item:
    angle = diagonal.phases[0][1]
    if not diagonal.controlled:
        return Item("rzz", diagonal.wires, (angle,))
    if abs(abs(angle) - pi / 2) < ANGLE_TOLERANCE:
        return Item("cz", diagonal.wires)
    return Item("cp", diagonal.wires, (-2 * angle,))


def _open_ccz(diagonal: Diagonal) -> Iterator[Item]:
    """Write a CCZ that wants some of its wires to be 0, those without a phase of their pair."""
    flipped = [(diagonal.wires[3 - sum(pair)],) for pair, _ in diagonal.phases]
    yield from [Item("x", wire) for wire in flipped]
    yield Item("ccz", diagonal.wires)
    yield from [Item("x", wire) for wire in flipped]


def _matrix(diagonal: Diagonal) -> Matrix:
    matrix = diagonal_matrix(diagonal.phases, len(diagonal.wires))
    return matrix @ gate_matrix(OPCODE["ccz"], ()) if diagonal.has_ccz else matrix


def _take_in_h(items: list[Item], n_wires: int) -> None:
    """Rewrite diagonal interactions between two H on a wire, and drop the H."""
    since: list[list[Item] | None] = [None] * n_wires
    opening: list[Item | None] = [None] * n_wires
    for item in items:
        if item.name != "h":
            for wire in item.wires:
                found = since[wire]
                if item.name in ("cz", "ccz", "rzz") and found is not None:
                    found.append(item)
                else:
                    since[wire] = None
            continue
        wire = item.wires[0]
        run, first = since[wire], opening[wire]
        if run and first is not None and all(_can_turn(other) for other in run):
            for other in run:
                other.turned.append(wire)
            first.name = item.name = ""
            since[wire] = None
        else:
            since[wire], opening[wire] = [], item


def _can_turn(item: Item) -> bool:
    return (item.name, len(item.turned) + 1) in _X_FORMS
