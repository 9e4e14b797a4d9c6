"""Compiled code of the rotation form: recognise equal one-qubit unitaries written differently.

Rotations about two anticommuting strings P and Q and their product turn a virtual qubit. Where such
rotations can come first in both words, their product on one side times the inverse of that on the
other is a unit quaternion. When it is a Clifford, all of them are taken out, and the Clifford moves
into the frame. This finds Euler angles about other axes, and one unitary that was written as two.
"""

# Numba takes an element of an array for a number of its type; NumPy's types do not.
# mypy: disable-error-code="arg-type, assignment, no-any-return, return-value"
# pyright: reportArgumentType=false, reportReturnType=false

from __future__ import annotations

from math import atan2, cos, hypot, pi, sin

import numba as nb
import numpy as np

from trapline.compiler.rotations_moves import PLAIN, move_out
from trapline.compiler.rotations_side import (
    TAG,
    USED,
    WAITS,
    Longs,
    Reals,
    Side,
    Words,
    anticommute,
    multiply,
    n_y,
)
from trapline.compiler.rotations_slots import ERROR, LIMIT, WORK, remove

LONGEST = 12
"""Most rotations of one block on one side."""

SEEDS = 48
"""Items at the start of each word with which a block is looked for."""

REACH = 512
"""Slots of each word that are searched."""

CLOSE = 1e-8
"""Largest distance of a quaternion from that of a Clifford."""


@nb.njit(cache=True)
def match_blocks(one: Side, other: Side, total: Reals) -> bool:
    """Take out blocks that agree up to a Clifford until there are none; tell if any was found."""
    found = False
    again = True
    while again and total[WORK] <= total[LIMIT]:
        again = _match_from(one, one, other, total) or _match_from(other, one, other, total)
        found |= again
    return found


@nb.njit(cache=True)
def _match_from(seeds: Side, one: Side, other: Side, total: Reals) -> bool:
    """Look for a block with its first axis in one of the words."""
    left = SEEDS
    for first in range(min(seeds.count[USED], REACH)):
        if not seeds.info[first, WAITS] or seeds.info[first, TAG] != PLAIN:
            continue
        left -= 1
        if left < 0:
            return False
        for side in (one, other):
            second = _partner(side, seeds.slots[first])
            if second >= 0 and _match(one, other, total, seeds.slots[first], side.slots[second]):
                return True
    return False


@nb.njit(cache=True)
def _partner(me: Side, string: Words) -> int:
    """Return the first waiting rotation that anticommutes with a string, or -1."""
    for slot in range(min(me.count[USED], REACH)):
        plain = me.info[slot, WAITS] and me.info[slot, TAG] == PLAIN
        if plain and anticommute(me.slots[slot], string):
            return slot
    return -1


@nb.njit(cache=True)
def _match(one: Side, other: Side, total: Reals, p: Words, q: Words) -> bool:
    """Take out the block of two strings if its two sides agree up to a Clifford."""
    strings = np.empty((3, len(p)), dtype=np.uint64)
    strings[0], strings[1], strings[2] = q, q, p
    # With Z = P and X = Q this makes Y = i Q P up to its sign.
    power = 1 + n_y(q) + n_y(p) + multiply(strings[1], p)
    sign = 1.0 - ((power - n_y(strings[1])) & 2)
    mine, theirs = np.empty(LONGEST, dtype=np.int64), np.empty(LONGEST, dtype=np.int64)
    turns, others = np.empty((LONGEST + 1, 4)), np.empty((LONGEST + 1, 4))
    n_mine = _collect(one, total, strings, sign, mine, turns)
    n_theirs = _collect(other, total, strings, sign, theirs, others)
    for size in range(n_mine + n_theirs, 1, -1):
        for i in range(max(0, size - n_theirs), min(n_mine, size) + 1):
            rest = _times_inverse(turns[i], others[size - i])
            if _is_clifford(rest):
                for k in range(i):
                    remove(one, mine[k])
                for k in range(size - i):
                    remove(other, theirs[k])
                total[ERROR] += _move_block_out(one, strings, sign, rest)
                return True
    return False


@nb.njit(cache=True)
def _collect(
    me: Side, total: Reals, strings: Words, sign: float, slots: Longs, turns: Reals
) -> int:
    """List the rotations of a block that can come first, and their products so far."""
    blockers = np.empty(REACH, dtype=np.int64)
    n_blockers = n = 0
    turns[0] = (1.0, 0.0, 0.0, 0.0)
    for slot in range(min(me.count[USED], REACH)):
        if not me.info[slot, WAITS]:
            continue
        axis = _axis_of(me, slot, strings)
        free = axis >= 0
        for k in range(n_blockers if free else 0):
            free &= not anticommute(me.slots[blockers[k]], me.slots[slot])
        total[WORK] += n_blockers if axis >= 0 else 1
        if not free:
            blockers[n_blockers] = slot
            n_blockers += 1
            continue
        if n == LONGEST:
            break
        slots[n] = slot
        turns[n + 1] = _turned(turns[n], axis, me.angle[slot] * (sign if axis == 1 else 1.0))
        n += 1
    return n


@nb.njit(cache=True)
def _axis_of(me: Side, slot: int, strings: Words) -> int:
    """Return which of three strings an unconditional rotation is about, or -1."""
    if me.info[slot, TAG] != PLAIN:
        return -1
    for axis in range(3):
        if np.array_equal(me.slots[slot], strings[axis]):
            return axis
    return -1


@nb.njit(cache=True)
def _turned(turn: Reals, axis: int, angle: float) -> tuple[float, float, float, float]:
    """Return a quaternion followed by a rotation about x, y or z (axis 0, 1 or 2)."""
    c, s = cos(angle / 2), sin(angle / 2)
    w, x, y, z = turn
    if axis == 0:
        return (c * w - s * x, c * x + s * w, c * y - s * z, c * z + s * y)
    if axis == 1:
        return (c * w - s * y, c * x + s * z, c * y + s * w, c * z - s * x)
    return (c * w - s * z, c * x - s * y, c * y + s * x, c * z + s * w)


@nb.njit(cache=True)
def _times_inverse(one: Reals, other: Reals) -> tuple[float, float, float, float]:
    """Return the quaternion of `other` undone, then `one`."""
    w, x, y, z = one
    a, b, c, d = other[0], -other[1], -other[2], -other[3]
    return (
        w * a - x * b - y * c - z * d,
        w * b + x * a + y * d - z * c,
        w * c + y * a + z * b - x * d,
        w * d + z * a + x * c - y * b,
    )


@nb.njit(cache=True)
def _is_clifford(turn: tuple[float, float, float, float]) -> bool:
    """Return whether a unit quaternion is that of a Clifford.

    Its entries are then all equal to the largest, or to that and zero, and two of three are not.
    """
    largest = max(abs(turn[0]), abs(turn[1]), abs(turn[2]), abs(turn[3]))
    n = 0
    for entry in turn:
        if abs(entry) > CLOSE:
            n += 1
            if abs(abs(entry) - largest) > CLOSE:
                return False
    return n != 3


@nb.njit(cache=True)
def _move_block_out(
    me: Side, strings: Words, sign: float, turn: tuple[float, float, float, float]
) -> float:
    """Move a Clifford at the start of a word to its end; returns the error of taking it for one."""
    w, x, y, z = turn
    tilt, rise = hypot(x, y), hypot(w, z)
    half_sum, half_difference = atan2(z, w), atan2(x, y)
    if tilt < CLOSE:
        half_difference = half_sum
    elif rise < CLOSE:
        half_sum = half_difference
    error = 0.0
    # The last turn leaves first.
    for axis, angle in (
        (2, half_sum - half_difference),
        (1, 2 * atan2(tilt, rise) * sign),
        (2, half_sum + half_difference),
    ):
        quarters = round(angle / (pi / 2))
        error += abs(angle - quarters * (pi / 2)) / 2
        move_out(me, 0, strings[axis], quarters)
    return error
