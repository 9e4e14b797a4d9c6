"""Compiled code of the rotation form: the Clifford and waiting rotations of a circuit.

A circuit that was followed so far is U = C w: a Clifford C after a word w of items, each a Pauli
rotation exp(-i angle/2 P) or an operation kept whole. C is held as the images C* X_q C and C* Z_q C
of every qubit: a Pauli string there is i^phase X^x Z^z with bits x and z packed into words. The
items of w sit in slots in order of time, as strings on the input qubits.

Every array is changed in place.

Sources: Aaronson and Gottesman, arXiv:quant-ph/0406196 (tableaus); Litinski, arXiv:1808.02892,
section 1 and figure 4 (Clifford gates commute past Pauli rotations).
"""

# Numba takes an element of an array for a number of its type; NumPy's types do not.
# mypy: disable-error-code="arg-type, assignment, no-any-return, return-value"
# pyright: reportArgumentType=false, reportReturnType=false, reportCallIssue=false
# pyright: reportAssignmentType=false, reportIncompatibleMethodOverride=false

from __future__ import annotations

from typing import NamedTuple

import numba as nb
import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Longs = NDArray[np.int64]
Reals = NDArray[np.float64]

# Columns of `Side.info`: what the item is, how many slots it fills, the place of the string among
# them, whether it still waits, and the slot before it with the same bucket.
TAG, SIZE, PLACE, WAITS, CHAIN = range(5)

# Elements of `Side.count`: slots used, items and slots that wait, next operation, and the flag that
# the slots are full.
USED, ITEMS, WAITING, NEXT, FULL = range(5)

# Letters of Pauli operators: bit 0 for x, bit 1 for z.
X, Z, Y = 1, 2, 3

BUCKETS = 1 << 14


class Side(NamedTuple):
    """One circuit, as far as it was followed.

    Args:
        rows: uint64, (2n, 2w). Image of X of qubit q in row 2q, of Z in row 2q + 1; x bits, z bits.
        phase: int64, (2n,). Power of i of each.
        turn: float64, (n, 4). Quaternion of the one-qubit gates that wait on each wire.
        slots: uint64, (m, 2w). Pauli strings of the items.
        info: int64, (m, 5). See the columns above.
        hashes: uint64, (m,). Hash of each item.
        shade: uint64, (m,). Union of the words of each string's support.
        angle: float64, (m,). Angles; for whole operations the signs of their strings as bits.
        heads: int64, (BUCKETS,). Last slot of each bucket of hashes, or -1.
        buffer: uint64, (b, 2w). Strings of the item under construction.
        count: int64, (5,). See above.
    """

    rows: Words
    phase: Longs
    turn: Reals
    slots: Words
    info: Longs
    hashes: Words
    shade: Words
    angle: Reals
    heads: Longs
    buffer: Words
    count: Longs


class Source(NamedTuple):
    """A program, with a template for each operation.

    Args:
        template: int64, (n,). Template of each operation, -1 for none.
        operand_start: int64, (n + 1,). As in `Program`.
        operands: int64.
        param_start: int64, (n + 1,).
        params: float64.
        tags: int64, as `operands`. Tag of each operation at its first operand; of a measurement at
            each operand.
    """

    template: Longs
    operand_start: Longs
    operands: Longs
    param_start: Longs
    params: Reals
    tags: Longs


class Steps(NamedTuple):
    """The steps of all templates.

    Args:
        start: int64, (t + 1,). Steps of template i are `start[i]` up to `start[i + 1]`.
        kind: int64, (s,). See above.
        letters: int64, (s, k). Pauli letter on each operand.
        factors: float64, (s, 5). The angle is the first, plus the others times the parameters.
    """

    start: Longs
    kind: Longs
    letters: Longs
    factors: Reals


def new_side(n_qubits: int, n_slots: int, n_buffer: int) -> Side:
    """Return the side of an empty circuit.

    Args:
        n_qubits: Number of qubits.
        n_slots: Most slots.
        n_buffer: Most strings of one item.
    """
    words = max((n_qubits + 63) // 64, 1)
    rows = np.zeros((2 * n_qubits, 2 * words), dtype=np.uint64)
    for qubit in range(n_qubits):
        bit = np.uint64(1 << (qubit & 63))
        rows[2 * qubit, qubit >> 6] = bit
        rows[2 * qubit + 1, words + (qubit >> 6)] = bit
    turn = np.zeros((n_qubits, 4))
    turn[:, 0] = 1.0
    return Side(
        rows=rows,
        phase=np.zeros(2 * n_qubits, dtype=np.int64),
        turn=turn,
        slots=np.zeros((n_slots, 2 * words), dtype=np.uint64),
        info=np.zeros((n_slots, 5), dtype=np.int64),
        hashes=np.zeros(n_slots, dtype=np.uint64),
        shade=np.zeros(n_slots, dtype=np.uint64),
        angle=np.zeros(n_slots),
        heads=np.full(BUCKETS, -1, dtype=np.int64),
        buffer=np.zeros((n_buffer, 2 * words), dtype=np.uint64),
        count=np.zeros(5, dtype=np.int64),
    )


@nb.njit(cache=True)
def odd(word: int) -> bool:
    """Return whether a word has an odd number of ones."""
    word ^= word >> np.uint64(32)
    word ^= word >> np.uint64(16)
    word ^= word >> np.uint64(8)
    word ^= word >> np.uint64(4)
    return (np.uint64(0x6996) >> (word & np.uint64(15))) & np.uint64(1) == np.uint64(1)


@nb.njit(cache=True)
def ones(word: int) -> int:
    """Count the ones of a word."""
    word -= (word >> np.uint64(1)) & np.uint64(0x5555555555555555)
    low = np.uint64(0x3333333333333333)
    word = (word & low) + ((word >> np.uint64(2)) & low)
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@nb.njit(cache=True)
def n_y(row: Words) -> int:
    """Count the Y of a string: i to that power makes X^x Z^z Hermitian."""
    words = len(row) // 2
    total = 0
    for w in range(words):
        total += ones(row[w] & row[words + w])
    return total


@nb.njit(cache=True)
def anticommute(one: Words, other: Words) -> bool:
    """Return whether two strings anticommute."""
    words = len(one) // 2
    total = np.uint64(0)
    for w in range(words):
        total ^= (one[w] & other[words + w]) ^ (one[words + w] & other[w])
    return odd(total)


@nb.njit(cache=True)
def multiply(target: Words, factor: Words) -> int:
    """Multiply a string from the right; returns the power of i that this brings."""
    words = len(target) // 2
    total = np.uint64(0)
    for w in range(words):
        total ^= target[words + w] & factor[w]
        target[w] ^= factor[w]
        target[words + w] ^= factor[words + w]
    return 2 * odd(total)


@nb.njit(cache=True)
def turn_row(row: Words, phase: int, string: Words, quarters: int) -> int:
    """Replace a row L that anticommutes with P by K* L K, K = exp(-i quarters pi/4 P).

    Args:
        row: Changed in place.
        phase: Its power of i.
        string: P, taken as Hermitian with sign plus.
        quarters: 1, 2 or 3.

    Returns:
        The new power of i.
    """
    if quarters == 2:
        return (phase + 2) & 3
    # K* L K is -i L P for one quarter turn, and i L P for three.
    return (phase + n_y(string) + 4 - quarters + multiply(row, string)) & 3


@nb.njit(cache=True)
def pull_back(me: Side, at: int, qubits: Longs, letters: Longs) -> int:
    """Write the string of a local Pauli operator into row `at` of the buffer.

    Returns:
        1 when its sign is minus, else 0.
    """
    row = me.buffer[at]
    row[:] = np.uint64(0)
    phase = 0
    for k in range(len(qubits)):
        if letters[k] & X:
            phase += me.phase[2 * qubits[k]] + multiply(row, me.rows[2 * qubits[k]])
        if letters[k] & Z:
            phase += me.phase[2 * qubits[k] + 1] + multiply(row, me.rows[2 * qubits[k] + 1])
        phase += letters[k] == Y
    return ((phase - n_y(row)) & 3) >> 1


@nb.njit(cache=True)
def turn_frame(me: Side, qubits: Longs, letters: Longs, quarters: int) -> None:
    """Turn the Clifford about the string in buffer row 0, that of a local Pauli operator."""
    quarters &= 3
    if quarters == 0:
        return
    for k in range(len(qubits)):
        for bit in range(2):
            if letters[k] & (2 >> bit):
                row = 2 * qubits[k] + bit
                me.phase[row] = turn_row(me.rows[row], me.phase[row], me.buffer[0], quarters)


@nb.njit(cache=True)
def controlled(me: Side, first: int, first_letter: int, second: int, second_letter: int) -> None:
    """Put CZ or CX after the Clifford; the letters are Z or X, the axes on both qubits."""
    one, two = 2 * first + (first_letter == Z), 2 * second + (second_letter == Z)
    # What anticommutes with the axis on one qubit is multiplied by the axis on the other.
    me.phase[one ^ 1] = (me.phase[one ^ 1] + me.phase[two] + multiply_rows(me, one ^ 1, two)) & 3
    me.phase[two ^ 1] = (me.phase[two ^ 1] + me.phase[one] + multiply_rows(me, two ^ 1, one)) & 3


@nb.njit(cache=True)
def multiply_rows(me: Side, target: int, factor: int) -> int:
    """Multiply one row by another; returns the power of i that this brings."""
    return multiply(me.rows[target], me.rows[factor])


@nb.njit(cache=True)
def swap_wires(me: Side, first: int, second: int) -> None:
    """Put SWAP after the Clifford and the waiting gates."""
    for bit in range(2):
        one, two = 2 * first + bit, 2 * second + bit
        me.phase[one], me.phase[two] = me.phase[two], me.phase[one]
        for w in range(me.rows.shape[1]):
            me.rows[one, w], me.rows[two, w] = me.rows[two, w], me.rows[one, w]
    for k in range(4):
        me.turn[first, k], me.turn[second, k] = me.turn[second, k], me.turn[first, k]
