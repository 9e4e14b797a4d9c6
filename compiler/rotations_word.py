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
# mypy: disable-error-code="arg-type, assignment, no-any-return"
# pyright: reportArgumentType=false, reportReturnType=false

from __future__ import annotations

from math import pi

import numba as nb
import numpy as np

from trapline.compiler.rotations_side import (
    BUCKETS,
    CHAIN,
    FULL,
    ITEMS,
    PLACE,
    SIZE,
    TAG,
    USED,
    WAITING,
    WAITS,
    Longs,
    Reals,
    Side,
    Words,
    anticommute,
    choose_flip,
    n_y,
    turn_frame,
    turn_row,
)

SNAP = 1e-12
"""Angles in radians up to this count as zero at once."""

FINE = 1e-11
"""Largest difference in radians of two angles that counts as zero at once."""

TOLERANCE = 1e-7
"""Largest angle in radians that counts as zero where nothing else helps."""

LOWEST = -0.3
"""Angles are taken from here up to pi/2 more: no common angle lies near either end."""

PLAIN = 0
"""Tag of an unconditional rotation; conditional rotations have positive, whole operations negative
tags. Items are of the same kind when their tags are equal."""

RESET_SIZE = 2
"""Strings of a reset, and of no other whole operation: the sign of the second means nothing."""

# Elements of the totals: the error so far, and the work in words compared.
ERROR, WORK = range(2)


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
    """Append the item in the buffer: merge it, cancel it with the other word, or let it wait.

    Args:
        me: The side it belongs to.
        other: The other side.
        total: Totals of both.
        size: Number of strings in the buffer.
        tag: Its kind.
        angle: Its angle; for whole operations the signs of its strings.
        qubits: Where a Clifford rotation about it acts after the Clifford.
        letters: As what.
    """
    if tag == PLAIN:
        angle = _reduced(me, total, angle, qubits, letters)
        if angle == 0.0:
            return
    code = _hash(me.buffer, size, tag)
    if tag >= PLAIN:
        slot = _find(me, me.buffer[:size], tag, code, False)
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
    slot = _append(me, size, tag, angle, code)
    if slot >= 0:
        cancel(me, slot, other, total)


@nb.njit(cache=True)
def cancel(me: Side, slot: int, other: Side, total: Reals) -> bool:
    """Cancel an item with its like in the other word, if both can come first.

    Returns:
        Whether it was cancelled; what is left of the angle waits on the other side.
    """
    tag, size = me.info[slot, TAG], me.info[slot, SIZE]
    match = _find(other, me.slots[slot : slot + size], tag, me.hashes[slot], True)
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
        if me.info[slot, WAITS] and me.info[slot, PLACE] == 0:
            found |= cancel(me, slot, other, total)
    return found


@nb.njit(cache=True)
def drop_small(me: Side, total: Reals, small: float) -> None:
    """Drop rotations up to an angle in radians and count them as error."""
    for slot in range(me.count[USED]):
        if me.info[slot, WAITS] and me.info[slot, PLACE] == 0 and me.info[slot, TAG] >= PLAIN:
            if abs(me.angle[slot]) <= small:
                total[ERROR] += abs(me.angle[slot]) / 2
                remove(me, slot)


@nb.njit(cache=True)
def pack(me: Side) -> None:
    """Close the gaps between the slots that wait when there are many."""
    used = me.count[USED]
    if used <= 2 * me.count[WAITING] + 64 and used < len(me.angle) - 64:
        return
    me.heads[:] = -1
    to = 0
    for slot in range(used):
        if not me.info[slot, WAITS]:
            continue
        me.slots[to] = me.slots[slot]
        me.info[to] = me.info[slot]
        me.hashes[to], me.shade[to] = me.hashes[slot], me.shade[slot]
        me.angle[to] = me.angle[slot]
        if me.info[to, PLACE] == 0:
            _chain(me, to)
        to += 1
    me.count[USED] = to


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


@nb.njit(cache=True)
def move_out(me: Side, start: int, string: Words, quarters: int) -> None:
    """Move a Clifford rotation through all that waits from a slot on, into the frame.

    Args:
        me: The side.
        start: First slot after the rotation.
        string: The string it is about; not one of the slots after it.
        quarters: Its angle in units of pi/2.
    """
    quarters &= 3
    if quarters == 0:
        return
    for k in range(start, me.count[USED]):
        if me.info[k, WAITS] and anticommute(me.slots[k], string):
            row = me.slots[k]
            phase = turn_row(row, n_y(row), string, quarters)
            if (phase - n_y(row)) & 2:
                _negate(me, k)
            me.shade[k] = _shade(row)
    _enter_again(me)
    for k in range(len(me.phase)):
        if anticommute(me.rows[k], string):
            me.phase[k] = turn_row(me.rows[k], me.phase[k], string, quarters)


@nb.njit(cache=True)
def _negate(me: Side, slot: int) -> None:
    """Note that the string of a slot has changed its sign."""
    place, tag = me.info[slot, PLACE], me.info[slot, TAG]
    if tag >= PLAIN:
        me.angle[slot] = -me.angle[slot]
    elif not (place == 1 and me.info[slot, SIZE] == RESET_SIZE):
        first = slot - place
        me.angle[first] = np.float64(np.int64(me.angle[first]) ^ (1 << place))


@nb.njit(cache=True)
def _enter_again(me: Side) -> None:
    """Enter all items again after their strings have changed."""
    me.heads[:] = -1
    for k in range(me.count[USED]):
        if me.info[k, WAITS] and me.info[k, PLACE] == 0:
            size, tag = me.info[k, SIZE], me.info[k, TAG]
            if size == RESET_SIZE and tag < PLAIN:
                choose_flip(me.slots[k], me.slots[k + 1])
            me.hashes[k] = _hash(me.slots[k : k + size], size, tag)
            _chain(me, k)


@nb.njit(cache=True)
def _append(me: Side, size: int, tag: int, angle: float, code: int) -> int:
    """Append the item in the buffer and return its slot, or -1 when there is no room."""
    first = me.count[USED]
    if first + size > len(me.angle):
        me.count[FULL] = 1
        return -1
    for k in range(size):
        slot = first + k
        me.slots[slot] = me.buffer[k]
        me.shade[slot] = _shade(me.buffer[k])
        me.info[slot, TAG] = tag
        me.info[slot, SIZE] = size
        me.info[slot, PLACE] = k
        me.info[slot, WAITS] = 1
    me.angle[first] = angle
    me.hashes[first] = code
    _chain(me, first)
    me.count[USED] += size
    me.count[WAITING] += size
    me.count[ITEMS] += 1
    return first


@nb.njit(cache=True)
def remove(me: Side, slot: int) -> None:
    """Take an item out; its slots stay empty until they are packed."""
    size = me.info[slot, SIZE]
    me.info[slot : slot + size, WAITS] = 0
    me.count[WAITING] -= size
    me.count[ITEMS] -= 1


@nb.njit(cache=True)
def _chain(me: Side, slot: int) -> None:
    """Enter an item under its hash."""
    bucket = np.int64(me.hashes[slot] & np.uint64(BUCKETS - 1))
    me.info[slot, CHAIN] = me.heads[bucket]
    me.heads[bucket] = slot


@nb.njit(cache=True)
def _find(me: Side, strings: Words, tag: int, code: int, earliest: bool) -> int:
    """Return the slot of the last, or of the earliest, item that is the same but for its angle."""
    found = -1
    slot = me.heads[np.int64(code & np.uint64(BUCKETS - 1))]
    while slot >= 0:
        if me.hashes[slot] == code and me.info[slot, WAITS] and _same(me, slot, strings, tag):
            if found < 0 or (slot < found) == earliest:
                found = slot
        slot = me.info[slot, CHAIN]
    return found


@nb.njit(cache=True)
def _same(me: Side, slot: int, strings: Words, tag: int) -> bool:
    """Return whether an item has this tag and these strings."""
    if me.info[slot, TAG] != tag or me.info[slot, SIZE] != len(strings):
        return False
    for k in range(len(strings)):
        for w in range(strings.shape[1]):
            if me.slots[slot + k, w] != strings[k, w]:
                return False
    return True


@nb.njit(cache=True)
def passes(me: Side, total: Reals, start: int, stop: int, string: Words) -> bool:
    """Return whether a string commutes with all that waits in a range of slots."""
    shade = _shade(string)
    for slot in range(start, stop):
        if me.info[slot, WAITS] and me.shade[slot] & shade:
            if anticommute(me.slots[slot], string):
                total[WORK] += slot - start
                return False
    total[WORK] += stop - start
    return True


@nb.njit(cache=True)
def _shade(string: Words) -> int:
    """Return the union of the words of a string's support."""
    union = np.uint64(0)
    for w in range(len(string)):
        union |= string[w]
    return union


@nb.njit(cache=True)
def _hash(strings: Words, size: int, tag: int) -> int:
    """Hash strings and a tag."""
    code = np.uint64(tag + (1 << 20))
    for k in range(size):
        for w in range(strings.shape[1]):
            code = (code ^ strings[k, w]) * np.uint64(0x9E3779B97F4A7C15)
            code ^= code >> np.uint64(29)
    return code
