"""Put the operations of a program in another order, column by column."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trapline.passes.program import Program


def permuted(program: Program, order: NDArray[np.intp]) -> Program:
    """Return a program with its operations, or some of them, in another order.

    Args:
        program: Any program.
        order: intp, (new operations,). Old number of each new operation.
    """
    if np.array_equal(order, np.arange(program.n_ops)):
        return program
    place = np.full(program.n_ops, -1, dtype=np.intp)
    place[order] = np.arange(len(order))
    starts, operands = _gathered(program.operand_start, order)
    param_starts, params = _gathered(program.param_start, order)
    return replace(
        program,
        opcodes=program.opcodes[order],
        operand_start=starts,
        operands=program.operands[operands],
        param_start=param_starts,
        params=program.params[params],
        bits=program.bits[order],
        conditions=program.conditions[order],
        lines=program.lines[order],
        tags={int(place[op]): tag for op, tag in program.tags.items() if place[op] >= 0},
    )


def same_operations(a: Program, b: Program) -> bool:
    """Tell whether two programs with the same registers have the same operations in one order."""
    if a is b:
        return True
    columns = ("opcodes", "operand_start", "operands", "params", "bits")
    return (
        all(np.array_equal(getattr(a, column), getattr(b, column)) for column in columns)
        and [a.condition_of(int(op)) for op in np.flatnonzero(a.conditions >= 0)]
        == [b.condition_of(int(op)) for op in np.flatnonzero(b.conditions >= 0)]
        and np.array_equal(a.conditions >= 0, b.conditions >= 0)
        and len(a.matrices) == len(b.matrices)
        and all(np.array_equal(m, n) for m, n in zip(a.matrices, b.matrices, strict=True))
    )


def _gathered(
    starts: NDArray[np.int32], order: NDArray[np.intp]
) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
    """Return the new starts of slices in another order, and where their members were."""
    sizes = np.diff(starts)[order]
    new = np.zeros(len(sizes) + 1, dtype=np.int32)
    np.cumsum(sizes, out=new[1:])
    where = np.arange(new[-1], dtype=np.intp)
    where += np.repeat(starts[:-1][order] - new[:-1], sizes)
    return new, where
