"""Put the operations of a program in another order, column by column."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from trapline.passes.program import Program


def permuted(program: Program, order: NDArray[np.intp]) -> Program:
    """Return a program with its operations in another order.

    Args:
        program: Any program.
        order: intp, (operations,). Old number of each new operation.
    """
    if np.array_equal(order, np.arange(program.n_ops)):
        return program
    place = np.empty(len(order), dtype=np.intp)
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
        tags={int(place[op]): tag for op, tag in program.tags.items()},
    )


def _gathered(
    starts: NDArray[np.int32], order: NDArray[np.intp]
) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
    """Return the new starts of slices in another order, and where their members were."""
    sizes = np.diff(starts)[order]
    new = np.concatenate(([0], np.cumsum(sizes))).astype(np.int32)
    shift = np.repeat(starts[:-1][order] - new[:-1], sizes)
    return new, (np.arange(new[-1]) + shift).astype(np.intp)
