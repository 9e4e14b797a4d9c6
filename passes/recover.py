"""Recover structure that decomposition has hidden: Toffolis, ZZ and Pauli rotations, diagonals.

The circuit is folded into a skeleton of CX and H with phases on parities of path variables, the
skeleton is simplified, and the phases are placed back as few and as small interactions as possible.
The result has the same meaning up to a global phase: the same qubits, bits and measurements.
Relabelled wires are put back by `swap` at the end, which costs nothing.

Sources: see `recover_fold`, `recover_place`.
"""

from __future__ import annotations

from trapline.passes.program import Program
from trapline.passes.recover_exchange import exchange
from trapline.passes.recover_gates import fold
from trapline.passes.recover_place import place
from trapline.passes.recover_undo import undo
from trapline.passes.recover_write import write


def recover(program: Program) -> Program:
    """Rewrite a program so that its interactions are few and whole.

    Args:
        program: Any program without EPR operations.

    Returns:
        A program with the same meaning.
    """
    folded = fold(program)
    exchange(folded)
    return write(program, folded, place(folded, undo(folded)))
