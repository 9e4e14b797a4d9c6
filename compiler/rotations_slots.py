"""Compiled code of the rotation form: the slots of a word, and finding items in it."""

# Numba takes an element of an array for a number of its type; NumPy's types do not.
# mypy: disable-error-code="arg-type, assignment, no-any-return, return-value"
# pyright: reportArgumentType=false, reportReturnType=false

from __future__ import annotations

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
    Reals,
    Side,
    Words,
    anticommute,
)

# Elements of the totals: the error so far, the work in strings compared, and the most work.
ERROR, WORK, LIMIT = range(3)


@nb.njit(cache=True)
def append(me: Side, size: int, tag: int, angle: float, code: int) -> int:
    """Append the item in the buffer and return its slot, or -1 when there is no room."""
    first = me.count[USED]
    if first + size > len(me.angle):
        me.count[FULL] = 1
        return -1
    for k in range(size):
        slot = first + k
        me.slots[slot] = me.buffer[k]
        me.shade[slot] = shade(me.buffer[k])
        me.info[slot, TAG] = tag
        me.info[slot, SIZE] = size
        me.info[slot, PLACE] = k
        me.info[slot, WAITS] = 1
    me.angle[first] = angle
    me.hashes[first] = code
    chain(me, first)
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
            chain(me, to)
        to += 1
    me.count[USED] = to


@nb.njit(cache=True)
def find(me: Side, strings: Words, tag: int, code: int, earliest: bool) -> int:
    """Return the slot of the last, or of the earliest, item that is the same but for its angle."""
    found = -1
    slot = me.heads[np.int64(code & np.uint64(BUCKETS - 1))]
    while slot >= 0:
        same = me.hashes[slot] == code and me.info[slot, WAITS] and _same(me, slot, strings, tag)
        if same and (found < 0 or (slot < found) == earliest):
            found = slot
        slot = me.info[slot, CHAIN]
    return found


@nb.njit(cache=True)
def passes(me: Side, total: Reals, start: int, stop: int, string: Words) -> bool:
    """Return whether a string commutes with all that waits in a range of slots."""
    union = shade(string)
    for slot in range(start, stop):
        waits = me.info[slot, WAITS] and me.shade[slot] & union
        if waits and anticommute(me.slots[slot], string):
            total[WORK] += slot - start
            return False
    total[WORK] += stop - start
    return True


@nb.njit(cache=True)
def shade(string: Words) -> int:
    """Return the union of the words of a string's support."""
    union = np.uint64(0)
    for w in range(len(string)):
        union |= string[w]
    return union


@nb.njit(cache=True)
def hash_of(strings: Words, size: int, tag: int) -> int:
    """Hash strings and a tag."""
    code = np.uint64(tag + (1 << 20))
    for k in range(size):
        for w in range(strings.shape[1]):
            code = (code ^ strings[k, w]) * np.uint64(0x9E3779B97F4A7C15)
            code ^= code >> np.uint64(29)
    return code


@nb.njit(cache=True)
def chain(me: Side, slot: int) -> None:
    """Enter an item under its hash."""
    bucket = np.int64(me.hashes[slot] & np.uint64(BUCKETS - 1))
    me.info[slot, CHAIN] = me.heads[bucket]
    me.heads[bucket] = slot


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
