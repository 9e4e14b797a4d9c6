"""Compiled code of the exact search: states, where they are kept, and bounds on their cost.

A state is two words. `held` has k bits for each qubit, the modules that its segment touches so far;
`seat` has four: the module whose data qubit it occupies, and its mode.
"""

# mypy: disable-error-code="arg-type, assignment, no-any-return, return-value"
# pyright: reportArgumentType=false, reportReturnType=false

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numba as nb
import numpy as np
from numpy.typing import NDArray

from trapline.passes.exact_steps import NEVER

if TYPE_CHECKING:
    from trapline.passes.exact_tables import Longs, Words

Ints = NDArray[np.int32]

# Modes of a qubit: it may move; it has moved in this segment, or is in its first; the copies of the
# segment before outlive this one; it has them again. In all but the first it stays where it sits.
FREE, MOVED, SPREAD, HELD = range(4)
EACH = 0x111111111111
"""The lowest bit of each qubit in `seat`."""


class Rows(NamedTuple):
    """States after a step, in the order in which they were found, and a hash table of them.

    Args:
        held: int64, (rows,).
        seat: int64, (rows,).
        paid: int32, (rows,). Pairs so far.
        parent: int32, (rows,). Row of the step before.
        choice: int16, (rows,). Place of an interaction; else how modules were renamed.
        slots: int32, (a power of two,). Row of each slot, -1 for none.
        top: int64, (1,). Rows in use.
    """

    held: Longs
    seat: Longs
    paid: Ints
    parent: Ints
    choice: NDArray[np.int16]
    slots: Ints
    top: Longs


class Bound(NamedTuple):
    """The bound on the cost to go.

    Args:
        tables: uint32, (cuts, states). Tables before the next step.
        part: int64, (cuts, groups, 4096). What twelve bits of `held` add to the index of a table.
        unit_of: int64, (n,). What a digit of each qubit counts for in the index.
        cuts: int64, (cuts,). Modules on side 0.
        less: Taken off the sum over the cuts.
        unit: The difference is divided by this, rounded up.
        wanted: States that cannot end below this are dropped.
    """

    tables: Words
    part: Longs
    unit_of: Longs
    cuts: Longs
    less: int
    unit: int
    wanted: int


class Net(NamedTuple):
    """The network.

    Args:
        n: Number of qubits.
        k: Number of modules.
        room: int64, (modules,). Data qubits.
        step_cost: int64, (2**modules, modules). Cost to add a module to a set of holders.
        alike: Whether modules may be renamed.
    """

    n: int
    k: int
    room: Longs
    step_cost: Longs
    alike: bool


@nb.njit(cache=True)
def total_to_go(held: int, seat: int, net: Net, bound: Bound) -> int:
    """Bound the cost to go from a state from below, in units."""
    total = -bound.less
    spreads = seat >> 3 & ~(seat >> 2) & EACH
    for cut in range(len(bound.tables)):
        index, rest = 0, held
        for group in range(bound.part.shape[1]):
            index += bound.part[cut, group, rest & 4095]
            rest >>= 12
        q, left, side = 0, spreads, bound.cuts[cut]
        while left:
            if left & 1:
                mine = held >> (q * net.k) & ((1 << net.k) - 1)
                if mine & side and mine & ~side:
                    index += bound.unit_of[q]
            left >>= 4
            q += 1
        value = bound.tables[cut, index]
        if value >= NEVER:
            return NEVER * bound.unit
        total += value
    return total


@nb.njit(cache=True)
def to_go(held: int, seat: int, net: Net, bound: Bound) -> int:
    """Bound the pairs to go from a state from below."""
    return max(0, (total_to_go(held, seat, net, bound) + bound.unit - 1) // bound.unit)


@nb.njit(cache=True)
def _slot(held: int, seat: int, mask: int) -> int:
    mixed = np.uint64(held) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= np.uint64(seat) * np.uint64(0xC2B2AE3D27D4EB4F)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(32)
    return np.int64(mixed & np.uint64(mask))


@nb.njit(cache=True)
def offer(
    rows: Rows, net: Net, bound: Bound, held: int, seat: int, paid: int, parent: int, choice: int
) -> None:
    """Keep a state unless it is known at no higher cost or cannot end below what is wanted."""
    if paid + to_go(held, seat, net, bound) >= bound.wanted:
        return
    mask = len(rows.slots) - 1
    at = _slot(held, seat, mask)
    while True:
        row = rows.slots[at]
        if row < 0:
            row = rows.top[0]
            rows.top[0] += 1
            rows.slots[at] = row
            rows.held[row], rows.seat[row] = held, seat
            break
        if rows.held[row] == held and rows.seat[row] == seat:
            if rows.paid[row] <= paid:
                return
            break
        at = (at + 1) & mask
    rows.paid[row], rows.parent[row], rows.choice[row] = paid, parent, choice


@nb.njit(cache=True)
def index_again(rows: Rows) -> None:
    """Fill the hash table with the rows in use."""
    rows.slots[:] = -1
    mask = len(rows.slots) - 1
    for row in range(rows.top[0]):
        at = _slot(rows.held[row], rows.seat[row], mask)
        while rows.slots[at] >= 0:
            at = (at + 1) & mask
        rows.slots[at] = row


@nb.njit(cache=True)
def canonical(held: int, seat: int, net: Net) -> tuple[int, int, int]:
    """Number modules in the order in which the qubits sit in them, or have holders there.

    Returns:
        The state and the new number of each module, two bits each.
    """
    renamed = _numbers(held, seat, net)
    new_held = new_seat = 0
    for q in range(net.n):
        mine = seat >> (4 * q) & 15
        new_seat |= (mine & 12 | renamed >> (2 * (mine & 3)) & 3) << (4 * q)
        for m in range(net.k):
            if held >> (q * net.k + m) & 1:
                new_held |= 1 << (q * net.k + (renamed >> (2 * m) & 3))
    return new_held, new_seat, renamed


@nb.njit(cache=True)
def _numbers(held: int, seat: int, net: Net) -> int:
    """Return the new number of each module, two bits each."""
    renamed, known, count = 0, 0, 0
    for turn in range(net.n * (net.k + 1) + net.k):
        # All seats come first, then all holders, then modules that nobody is in.
        if turn < net.n:
            m = seat >> (4 * turn) & 3
        elif turn < net.n * (net.k + 1):
            bit = turn - net.n
            m = bit % net.k
            if not held >> bit & 1:
                continue
        else:
            m = turn - net.n * (net.k + 1)
        if not known >> m & 1:
            known |= 1 << m
            renamed |= count << (2 * m)
            count += 1
            if count == net.k:
                break
    return renamed


@nb.njit(cache=True)
def bounds_of(starts: Longs, net: Net, bound: Bound) -> Longs:
    """Bound the cost to go from each state, rows of `starts`, in units."""
    out = np.zeros(len(starts), dtype=np.int64)
    for at in range(len(starts)):
        out[at] = total_to_go(starts[at, 0], starts[at, 1], net, bound)
    return out


@nb.njit(cache=True)
def offer_all(starts: Longs, net: Net, bound: Bound, out: Rows) -> None:
    """Keep the states at the start that can end below what is wanted."""
    for at in range(len(starts)):
        offer(out, net, bound, starts[at, 0], starts[at, 1], 0, -1, 0)
