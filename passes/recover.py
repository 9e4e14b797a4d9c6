"""Recover structure that decomposition has hidden: Toffolis, ZZ and Pauli rotations, diagonals.

The circuit is folded into a skeleton of CX and H with phases on parities of path variables
(`recover_fold`), the skeleton is simplified, pairs of CX that pay are put back (`recover_undo`),
and the phases are placed as few and as small interactions as possible (`recover_place`). The result
has the same meaning up to a global phase: the same qubits, bits and measurements. Relabelled qubits
are put back by `swap` at the end, which costs nothing.

Sources: see the parts.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass
from math import pi
from typing import TYPE_CHECKING

import numpy as np

from trapline.passes.expand import expand
from trapline.passes.gates import BARRIER, MEASURE, OPCODE, UNITARY
from trapline.passes.permute import permuted, same_operations
from trapline.passes.recover_exchange import exchange
from trapline.passes.recover_gates import fold
from trapline.passes.recover_place import Diagonal, place
from trapline.passes.recover_terms import ANGLE_TOLERANCE
from trapline.passes.recover_undo import undo
from trapline.passes.recover_write import write
from trapline.passes.reorder import reorder
from trapline.passes.segment import segment
from trapline.passes.simplify import simplify

if TYPE_CHECKING:
    from collections.abc import Generator

    from trapline.passes.program import Program

LARGE = 50_000
"""Programs with more operations are sampled first."""

MOST_PASSES = 3
"""Passes over one program."""

SAMPLE = 3_000
"""Operations in each of three samples."""

LEAST_SHARE = 0.2
"""Share of the interactions of the samples that must vanish for a large program to be folded."""


_OPAQUE = (BARRIER, MEASURE, UNITARY)
"""Operations on several qubits that are not folded."""

_PLAIN = {OPCODE["cp"]: pi, OPCODE["rzz"]: pi / 2, OPCODE["rxx"]: pi / 2, OPCODE["ryy"]: pi / 2}
"""Rotations of two qubits, and the angle by multiples of which they add the qubits."""


@dataclass(frozen=True, kw_only=True)
class Recovered:
    """What was recovered.

    Args:
        program: The program with the same meaning.
        n_cancelled: Gates of the skeleton that cancelled or merged.
        n_pairs: Interactions on two qubits made of phases.
        n_ccz: CCZ, those written as CCX among them.
        n_diagonals: Other diagonal interactions on three and four qubits.
        n_rotations: Z rotations of more qubits, written as chains of CX.
        n_segments_before: Segments of the program that was given.
        n_segments_after: Segments of `program`.
    """

    program: Program
    n_cancelled: int
    n_pairs: int
    n_ccz: int
    n_diagonals: int
    n_rotations: int
    n_segments_before: int
    n_segments_after: int


def recover(program: Program) -> Program:
    """Rewrite a program so that its interactions are few and whole.

    Args:
        program: Any program without EPR operations.

    Returns:
        A program with the same meaning up to a global phase.
    """
    return _best_of_passes(program)[0]


def recover_structure(program: Program) -> Recovered:
    """Recover structure and say what was found.

    Args:
        program: Any program without EPR operations.
    """
    after, n_cancelled, diagonals = _best_of_passes(program)
    sizes = [len(diagonal.wires) for diagonal in diagonals]
    n_ccz = sum(diagonal.is_ccz for diagonal in diagonals)
    n_rotations = sum(diagonal.is_chain for diagonal in diagonals)
    return Recovered(
        program=after,
        n_cancelled=n_cancelled,
        n_pairs=sizes.count(2),
        n_ccz=n_ccz,
        n_diagonals=sum(size > 2 for size in sizes) - n_ccz - n_rotations,
        n_rotations=n_rotations,
        n_segments_before=_n_segments(program),
        n_segments_after=_n_segments(after),
    )


def candidates(program: Program) -> list[tuple[str, Program]]:
    """Return programs with the same meaning among which the one with the cheapest plan is sought.

    Args:
        program: Any program without EPR operations.

    Returns:
        Name and program: `given` always, and alone for a program with more than `LARGE` operations
        whose samples show little to recover; else then `simplified` and, where gates may add
        qubits, `recovered`, both reordered, where they differ from what is before them.
    """
    found = [("given", program)]
    if program.n_ops > LARGE and not _promises(program):
        return found
    rewrites = [("simplified", simplify)]
    if _may_add(program):
        rewrites.append(("recovered", recover))
    for name, rewrite in rewrites:
        after = reorder(rewrite(program))
        if not any(same_operations(after, other) for _, other in found):
            found.append((name, after))
    return found


def _best_of_passes(program: Program) -> tuple[Program, int, list[Diagonal]]:
    """Recover again as long as that pays, since what is left may meet then.

    It pays when there are fewer interactions and no more segments.

    Returns:
        The program, the number of gates that cancelled, and the diagonals of the last pass.
    """
    best, n_cancelled, diagonals = _pass(program)
    pays = best.n_ops <= LARGE and _n_interactions(best) < _n_interactions(program)
    for _ in range(MOST_PASSES - 1 if pays else 0):
        again, more, others = _pass(best)
        if _n_interactions(again) >= _n_interactions(best) or _n_segments(again) > _n_segments(
            best
        ):
            break
        best, n_cancelled, diagonals = again, n_cancelled + more, others
    return best, n_cancelled, diagonals


def _pass(program: Program) -> tuple[Program, int, list[Diagonal]]:
    with _no_collection():
        folded = fold(program)
        exchange(folded)
        diagonals = place(folded, undo(folded))
        return write(program, folded, diagonals), folded.n_cancelled, diagonals


def _n_segments(program: Program) -> int:
    return segment(expand(program).program).n_segments


def _promises(program: Program) -> bool:
    """Tell whether samples of a program get fewer interactions."""
    before = after = 0
    last = program.n_ops - SAMPLE
    for start in (0, last // 2, last):
        sample = permuted(program, np.arange(start, start + SAMPLE, dtype=np.intp))
        before += _n_interactions(sample)
        after += _n_interactions(recover(sample))
    return after < (1 - LEAST_SHARE) * before


def _may_add(program: Program) -> bool:
    """Tell whether any gate may add qubits, as CX does, or CZ between H.

    Rotations of one kind by other angles meet only their like, which `simplify` merges.
    """
    several = (np.diff(program.operand_start) > 1) & ~np.isin(program.opcodes, _OPAQUE)
    kinds = np.unique(program.opcodes[several]).tolist()
    if len(kinds) != 1 or kinds[0] not in _PLAIN:
        return bool(kinds)
    turns = program.params[program.param_start[:-1][several]] / _PLAIN[kinds[0]]
    return bool((np.abs(turns - np.round(turns)) < ANGLE_TOLERANCE).any())


def _n_interactions(program: Program) -> int:
    return int((np.diff(program.operand_start) > 1).sum())


@contextmanager
def _no_collection() -> Generator[None]:
    """Keep Python from looking for cycles, of which there are none, among millions of objects."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
