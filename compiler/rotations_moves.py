"""Compiled code of the rotation form: Clifford rotations that move through a word."""

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
    Side,
    Words,
    anticommute,
    n_y,
    turn_row,
)
from trapline.compiler.rotations_slots import chain, hash_of, shade

PLAIN = 0
"""Tag of an unconditional rotation; conditional rotations have positive, whole operations negative
tags. Items are of the same kind when their tags are equal."""

RESET_SIZE = 2
"""Strings of a reset, and of no other whole operation: the sign of the second means nothing."""


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
    me.heads[:] = -1
    for slot in range(me.count[USED]):
        if me.info[slot, WAITS] and me.info[slot, PLACE] == 0:
            size, tag = me.info[slot, SIZE], me.info[slot, TAG]
            if size == RESET_SIZE and tag < PLAIN:
                choose_flip(me.slots[slot], me.slots[slot + 1])
            me.hashes[slot] = hash_of(me.slots[slot : slot + size], size, tag)
            chain(me, slot)


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
    elif place == 0 or me.info[slot, SIZE] != RESET_SIZE:
        first = slot - place
        me.angle[first] = np.float64(np.int64(me.angle[first]) ^ (1 << place))
