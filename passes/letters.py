"""The Pauli axis of each operand of each gate, as one letter.

Two gates commute when they have the same letter, not `ALONE`, on every qubit that they share.
"""

from __future__ import annotations

from trapline.passes.gates import GATES

ALONE = "o"
"""Letter of an operand without a Pauli axis: it commutes with nothing, not even with its like."""

_ONE_QUBIT = {
    **dict.fromkeys(("id", "z", "s", "sdg", "t", "tdg", "rz", "p"), "z"),
    **dict.fromkeys(("x", "sx", "sxdg", "rx"), "x"),
    **dict.fromkeys(("y", "ry"), "y"),
}
_LETTERS = {
    gate.opcode: (gate.axes or _ONE_QUBIT.get(gate.name, "")).replace("u", ALONE) for gate in GATES
}


def letters_of(opcode: int, n_operands: int) -> str:
    """Return the axes of an operation of the gate table, one letter for each operand."""
    return _LETTERS[opcode] or ALONE * n_operands
