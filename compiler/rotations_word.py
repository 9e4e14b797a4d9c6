"""Compiled code of the rotation form: the words of items that wait on both sides.

Both circuits are followed side by side. With U = C w and U' = C' w', the first items of w and w'
cancel where they are the same rotation and nothing before them in their own word anticommutes with
them; equal rotations of one word merge where everything between them commutes with them. A rotation
by a multiple of pi/2 is a Clifford gate and moves through what follows it into C. So only the items
are kept that wait for their like. Every step is exact up to the angles that count as zero, whose
sum bounds the error.

Sources: Cartier and Foata, Lecture Notes in Mathematics 85 (1969) (words with commutations); Zhang
and Chen, arXiv:1903.12456 (merging of rotations through what commutes with them).
"""

# Numba takes an element of an array for a number of its type; NumPy's types do not.
# mypy: disable-error-code="arg-type, assignment, no-any-return, return-value"
# pyright: reportArgumentType=false, reportReturnType=false

from __future__ import annotations

from math import pi

import numba as nb
import numpy as np

from trapline.compiler.rotations_moves import PLAIN, move_out
from trapline.compiler.rotations_side import (
    PLACE,
    SIZE,
    TAG,
    USED,
    WAITS,
    Longs,
    Reals,
    Side,
    pull_back,
    turn_frame,
)
from trapline.compiler.rotations_slots import (
    ERROR,
    LIMIT,
    WORK,
    append,
    find,
    hash_of,
    passes,
    remove,
)

SNAP = 2e-10
"""Angles in radians up to this count as zero at once; optimisers round sums of angles by less."""

FINE = 1e-9
"""Largest difference in radians of two angles that counts as zero at once."""

TOLERANCE = 1e-7
"""Largest angle in radians that counts as zero where nothing else helps."""

LOWEST = -0.3
"""Angles are taken from here up to pi/2 more: no common angle lies near either end."""


@nb.njit(cache=True)
def add(
    me: Side,
    other: Side,
    total: Reals,
    size: int,
    tag: int,
    angle: float,
    qubits: Longs,
    letters: Longs,
) -> None:
    """Append an item: merge it, cancel it with the other word, or let it wait.

    Args:
        me: The side it belongs to.
        other: The other side.
        total: Totals of both.
        size: Number of strings; those of whole operations are in the buffer.
        tag: Its kind.
        angle: Its angle; for whole operations the signs of its strings.
        qubits: Where a rotation acts after the Clifford.
        letters: As what.
    """
    if tag >= PLAIN and pull_back(me, 0, qubits, letters):
        angle = -angle
    if tag == PLAIN:
        angle = _reduced(me, total, angle, qubits, letters)
        if angle == 0.0:
            return
    code = hash_of(me.buffer, size, tag)
    if tag >= PLAIN:
        slot = find(me, me.buffer[:size], tag, code, False)
        if slot >= 0 and passes(me, total, slot + 1, me.count[USED], me.buffer[0]):
            angle += me.angle[slot]
            if tag == PLAIN:
                angle = _reduced(me, total, angle, qubits, letters)
            else:
                angle = _modulo_two_pi(total, angle)
            me.angle[slot] = angle
            if angle == 0.0:
                remove(me, slot)
            return
    slot = append(me, size, tag, angle, code)
    if slot >= 0:
        cancel(me, slot, other, total)


@nb.njit(cache=True)
def cancel(me: Side, slot: int, other: Side, total: Reals) -> bool:
    """Cancel an item with its like in the other word, if both can come first.

    Returns:
        Whether it was cancelled; what is left of the angle waits on the other side.
    """
    tag, size = me.info[slot, TAG], me.info[slot, SIZE]
    match = find(other, me.slots[slot : slot + size], tag, me.hashes[slot], True)
    if match < 0 or (tag < PLAIN and me.angle[slot] != other.angle[match]):
        return False
    for k in range(size):
        if not passes(me, total, 0, slot, me.slots[slot + k]):
            return False
        if not passes(other, total, 0, match, me.slots[slot + k]):
            return False
    left = 0.0
    if tag >= PLAIN:
        left = _difference(other, total, match, me.angle[slot], tag)
    remove(me, slot)
    other.angle[match] = left
    if left == 0.0 or tag < PLAIN:
        remove(other, match)
    return True


@nb.njit(cache=True)
def sweep(me: Side, other: Side, total: Reals) -> bool:
    """Try to cancel all items; returns whether any was."""
    found = False
    for slot in range(me.count[USED]):
        if total[WORK] > total[LIMIT]:
            return False
        if me.info[slot, WAITS] and me.info[slot, PLACE] == 0:
            found |= cancel(me, slot, other, total)
    return found


@nb.njit(cache=True)
def drop_small(me: Side, total: Reals, small: float) -> None:
    """Drop rotations up to an angle in radians and count them as error."""
    for slot in range(me.count[USED]):
        rotation = me.info[slot, WAITS] and me.info[slot, TAG] >= PLAIN
        if rotation and abs(me.angle[slot]) <= small:
            total[ERROR] += abs(me.angle[slot]) / 2
            remove(me, slot)


@nb.njit(cache=True)
def _reduced(me: Side, total: Reals, angle: float, qubits: Longs, letters: Longs) -> float:
    """Move the Clifford part of a rotation that may come last into the frame; return the rest."""
    quarters = round(angle / (pi / 2))
    rest = angle - quarters * (pi / 2)
    if abs(rest) <= SNAP:
        total[ERROR] += abs(rest) / 2
        rest = 0.0
    else:
        quarters = int(np.floor((angle - LOWEST) / (pi / 2)))
        rest = angle - quarters * (pi / 2)
    turn_frame(me, qubits, letters, quarters)
    return rest


@nb.njit(cache=True)
def _modulo_two_pi(total: Reals, angle: float) -> float:
    """Reduce the angle of a conditional rotation, of which only the phase is lost."""
    angle -= 2 * pi * np.floor((angle - LOWEST) / (2 * pi))
    if abs(angle) <= SNAP:
        total[ERROR] += abs(angle) / 2
        return 0.0
    return angle


@nb.njit(cache=True)
def _difference(other: Side, total: Reals, match: int, angle: float, tag: int) -> float:
    """Return what is left of an item of the other word after it has met one of this angle."""
    period = pi / 2 if tag == PLAIN else 2 * pi
    left = other.angle[match] - angle
    turns = round(left / period)
    rest = left - turns * period
    if abs(rest) > FINE:
        return left
    if tag == PLAIN:
        move_out(other, match + 1, other.slots[match], turns)
    total[ERROR] += abs(rest) / 2
    return 0.0
