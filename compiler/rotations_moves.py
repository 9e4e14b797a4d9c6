"""Compiled code of the rotation form: Clifford rotations that move through a word, and resets.

A reset erases the virtual qubit of the two strings it acts by, the measured one and the one that
flips it, and prepares an eigenstate of the measured one. All that matters is their group and the
Clifford afterwards: a reset is written by the least two strings of its group, and what acts on its
virtual qubit alone just before it is dropped.
"""

# Numba takes an element of an array for a number of its type; NumPy's types do not.
# mypy: disable-error-code="arg-type, assignment, no-any-return, return-value"
# pyright: reportArgumentType=false, reportReturnType=false

from __future__ import annotations

import numba as nb
import numpy as np

from trapline.compiler.rotations_side import (
    PLACE,
    SIZE,
    TAG,
    USED,
    WAITS,
    Reals,
    Side,
    Words,
    anticommute,
    n_y,
    turn_row,
)
from trapline.compiler.rotations_slots import chain, hash_of, passes, remove, shade

PLAIN = 0
"""Tag of an unconditional rotation; conditional rotations have positive, whole operations negative
tags. Items are of the same kind when their tags are equal."""

ERASED = -1
"""Tag of an unconditional reset."""

RESET_SIZE = 2
"""Strings of a reset, and of no other whole operation. The sign of the second means nothing where the
reset is conditional; else it is that of the Clifford afterwards."""


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
    _move(me, start, string, quarters)
    for slot in range(start, me.count[USED]):
        if me.info[slot, WAITS] and me.info[slot, TAG] == ERASED and me.info[slot, PLACE] == 0:
            _write_again(me, slot)
    me.heads[:] = -1
    for slot in range(me.count[USED]):
        if me.info[slot, WAITS] and me.info[slot, PLACE] == 0:
            size, tag = me.info[slot, SIZE], me.info[slot, TAG]
            if size == RESET_SIZE and tag < PLAIN:
                choose_flip(me.slots[slot], me.slots[slot + 1])
            me.hashes[slot] = hash_of(me.slots[slot : slot + size], size, tag)
            chain(me, slot)


@nb.njit(cache=True)
def least_two(look: Words, flip: Words) -> None:
    """Replace two strings by the least two of look, flip and their product, in order."""
    choose_flip(look, flip)
    for w in range(len(look)):
        if look[w] != flip[w]:
            if look[w] > flip[w]:
                for v in range(len(look)):
                    look[v], flip[v] = flip[v], look[v]
                # The product was larger than the flip; now it is compared with the old look.
                choose_flip(look, flip)
            return


@nb.njit(cache=True)
def choose_flip(look: Words, flip: Words) -> None:
    """Replace the flip of a reset by its product with the measured string where that is less.

    After the outcome -1 both do the same up to a phase.
    """
    for w in range(len(look)):
        product = flip[w] ^ look[w]
        if flip[w] != product:
            if flip[w] > product:
                for v in range(len(look)):
                    flip[v] ^= look[v]
            return


@nb.njit(cache=True)
def absorb(me: Side, total: Reals, reset: int) -> bool:
    """Drop what a reset erases just before it: rotations and resets of its virtual qubit alone."""
    found = False
    for slot in range(reset - 1, -1, -1):
        tag, size = me.info[slot, TAG], me.info[slot, SIZE]
        if not me.info[slot, WAITS] or me.info[slot, PLACE] or (tag < PLAIN and tag != ERASED):
            continue
        free = True
        for k in range(slot, slot + size):
            free = free and _is_erased(me, reset, k)
            free = free and passes(me, total, slot + size, reset, me.slots[k])
        if free:
            remove(me, slot)
            found = True
    return found


@nb.njit(cache=True)
def _is_erased(me: Side, reset: int, slot: int) -> bool:
    """Return whether a string is one of the group of a reset."""
    look = flip = product = True
    for w in range(me.slots.shape[1]):
        word = me.slots[slot, w]
        look &= word == me.slots[reset, w]
        flip &= word == me.slots[reset + 1, w]
        product &= word == me.slots[reset, w] ^ me.slots[reset + 1, w]
    return look or flip or product


@nb.njit(cache=True)
def _write_again(me: Side, slot: int) -> None:
    """Write a reset by the least two strings of its group, and move what that takes out.

    The Clifford that leaves takes the two strings to the least two, both with sign plus, as if the
    reset came now. The part about the measured string does nothing to the state that is prepared.
    """
    look, flip = me.slots[slot].copy(), me.slots[slot + 1].copy()
    signs = np.int64(me.angle[slot])
    me.angle[slot] = 0.0
    least_two(me.slots[slot], me.slots[slot + 1])
    me.shade[slot], me.shade[slot + 1] = shade(me.slots[slot]), shade(me.slots[slot + 1])
    minus = _lead(me, slot, look, signs & 1, flip, signs >> 1, 0)
    _lead(me, slot, flip, minus, look, 0, 1)


@nb.njit(cache=True)
def _lead(
    me: Side, slot: int, string: Words, minus: int, other: Words, other_minus: int, place: int
) -> int:
    """Turn a string of a reset into the one at its place; returns the sign of the other string."""
    turn = string.copy()
    quarters = 0
    for w in range(len(turn)):
        turn[w] ^= me.slots[slot + place, w]
        if turn[w]:
            quarters = 1
    if quarters:
        phase = turn_row(string, n_y(string), turn, 1)
        if ((phase - n_y(string)) & 3) >> 1 != minus:
            quarters = 3
    elif minus:
        quarters = 2
        turn[:] = me.slots[slot + 1 - place]
    if quarters and anticommute(other, turn):
        phase = turn_row(other, n_y(other), turn, quarters)
        other_minus ^= ((phase - n_y(other)) & 3) >> 1
    if quarters:
        _move(me, slot + RESET_SIZE, turn, quarters)
    return other_minus


@nb.njit(cache=True)
def _move(me: Side, start: int, string: Words, quarters: int) -> None:
    """Move a Clifford rotation through the strings from a slot on and through the frame."""
    for k in range(start, me.count[USED]):
        if me.info[k, WAITS] and anticommute(me.slots[k], string):
            row = me.slots[k]
            phase = turn_row(row, n_y(row), string, quarters)
            if (phase - n_y(row)) & 2:
                _negate(me, k)
            me.shade[k] = shade(row)
    for k in range(len(me.phase)):
        if anticommute(me.rows[k], string):
            me.phase[k] = turn_row(me.rows[k], me.phase[k], string, quarters)


@nb.njit(cache=True)
def _negate(me: Side, slot: int) -> None:
    """Note that the string of a slot has changed its sign."""
    place, tag = me.info[slot, PLACE], me.info[slot, TAG]
    if tag >= PLAIN:
        me.angle[slot] = -me.angle[slot]
    elif tag == ERASED or place == 0 or me.info[slot, SIZE] != RESET_SIZE:
        first = slot - place
        me.angle[first] = np.float64(np.int64(me.angle[first]) ^ (1 << place))
