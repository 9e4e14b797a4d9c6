"""Compiled: number the distinct rows of a program."""

# mypy: disable-error-code="arg-type, assignment, no-any-return"
# pyright: reportArgumentType=false

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray

Longs = NDArray[np.int64]


@nb.njit(cache=True)
def number_rows(
    opcodes: NDArray[np.int16],
    operand_start: NDArray[np.int32],
    param_start: NDArray[np.int32],
    params: NDArray[np.float64],
) -> tuple[Longs, Longs]:
    """Number operations so that those with one opcode, width and angles share a number.

    Returns:
        int64, (operations,), the number of each; int64, the first operation of each number.
    """
    n = len(opcodes)
    size = 16
    while size < 2 * n:
        size *= 2
    slots = np.full(size, -1, dtype=np.int64)
    numbers = np.empty(n, dtype=np.int64)
    example = np.empty(n, dtype=np.int64)
    count = 0
    bits = params.view(np.int64)
    for op in range(n):
        low, high = param_start[op], param_start[op + 1]
        width = operand_start[op + 1] - operand_start[op]
        at = np.uint64(opcodes[op] * 1009 + width)
        for j in range(low, high):
            at = (at ^ np.uint64(bits[j])) * np.uint64(0x9E3779B97F4A7C15)
            at ^= at >> np.uint64(29)
        place = np.int64(at & np.uint64(size - 1))
        while True:
            other = slots[place]
            if other < 0:
                slots[place] = count
                example[count] = op
                numbers[op] = count
                count += 1
                break
            first = example[other]
            if _same(opcodes, operand_start, param_start, bits, first, op):
                numbers[op] = other
                break
            place = (place + 1) % size
    return numbers, example[:count].copy()


@nb.njit(cache=True)
def _same(
    opcodes: NDArray[np.int16],
    operand_start: NDArray[np.int32],
    param_start: NDArray[np.int32],
    bits: Longs,
    one: int,
    other: int,
) -> bool:
    if opcodes[one] != opcodes[other]:
        return False
    widths = operand_start[one + 1] - operand_start[one], operand_start[other + 1]
    if widths[0] != widths[1] - operand_start[other]:
        return False
    length = param_start[one + 1] - param_start[one]
    if length != param_start[other + 1] - param_start[other]:
        return False
    for j in range(length):
        if bits[param_start[one] + j] != bits[param_start[other] + j]:
            return False
    return True
