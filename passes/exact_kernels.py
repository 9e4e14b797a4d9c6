"""Compiled code of the exact search: states, their bounds, and what can happen to them in a step.

A state is two words. `held` has k bits for each qubit, the modules that its segment touches so far;
`seat` has four: the module whose data qubit it occupies, and its mode.
"""

# mypy: disable-error-code="arg-type, assignment, no-any-return"
# pyright: reportArgumentType=false

from __future__ import annotations

from typing import NamedTuple

import numba as nb
import numpy as np
from numpy.typing import NDArray

from trapline.passes.exact_tables import NEVER, Flow, Longs, Words

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
def meet(source: Rows, at: int, qubits: Longs, net: Net, bound: Bound, out: Rows) -> int:
    """Let an interaction happen in every place, from row `at` on until `out` is nearly full.

    Returns:
        The first row that was not used.
    """
    full = (1 << net.k) - 1
    while at < source.top[0] and out.top[0] + net.k < len(out.held):
        spread, modules = 0, 0
        for q in qubits:
            if source.seat[at] >> (4 * q + 2) & 3 == SPREAD:
                spread += 1
                modules = source.held[at] >> (q * net.k) & full
        for p in range(net.k if spread == 0 else (1 if spread == 1 else 0)):
            held, paid = source.held[at], source.paid[at]
            for q in qubits:
                if spread == 0:
                    modules = 1 << p
                elif source.seat[at] >> (4 * q + 2) & 3 == SPREAD:
                    continue
                for m in range(net.k):
                    if modules >> m & 1:
                        paid += net.step_cost[held >> (q * net.k) & full, m]
                        held |= 1 << (q * net.k + m)
            offer(out, net, bound, held, source.seat[at], paid, at, p if spread == 0 else -1)
        at += 1
    return at


@nb.njit(cache=True)
def keep(source: Rows, at: int, q: int, holds: bool, net: Net, bound: Bound, out: Rows) -> int:
    """Let a qubit whose segment ends choose its home, and copies that outlive the next; as `meet`.

    Args:
        source: States before the step.
        at: Row to begin with.
        q: The qubit.
        holds: Whether copies may outlive the segment that follows.
        net: The network.
        bound: Of the next step.
        out: Receives the states.
    """
    full, shift = (1 << net.k) - 1, q * net.k
    while at < source.top[0] and out.top[0] + net.k * (full + 1) < len(out.held):
        old, mode = source.seat[at] >> (4 * q) & 3, source.seat[at] >> (4 * q + 2) & 3
        mine, paid = source.held[at] >> shift & full, source.paid[at]
        others, seats = source.held[at] & ~(full << shift), source.seat[at] & ~(15 << (4 * q))
        if mode == SPREAD:
            seat = seats | (old | HELD << 2) << (4 * q)
            offer(out, net, bound, source.held[at], seat, paid, at, 1)
            at += 1
            continue
        for p in range(net.k):
            if mode != FREE and p != old:
                continue
            cost, one = paid + net.step_cost[mine, p], 1 << p
            seat = seats | (p | min(mode, MOVED) << 2) << (4 * q)
            offer(out, net, bound, others | one << shift, seat, cost, at, 0)
            for kept in range(full + 1):
                if holds and kept & ~(mine | one) == 0 and kept & one and kept != one:
                    seat = seats | (p | SPREAD << 2) << (4 * q)
                    offer(out, net, bound, others | kept << shift, seat, cost, at, 0)
        at += 1
    return at


@nb.njit(cache=True)
def begin_anew(source: Rows, at: int, q: int, net: Net, bound: Bound, out: Rows) -> int:
    """Reset a qubit: it has no holder until it is used or the layer ends; as `meet`."""
    full = (1 << net.k) - 1
    while at < source.top[0] and out.top[0] + 1 < len(out.held):
        held = source.held[at] & ~(full << (q * net.k))
        offer(out, net, bound, held, source.seat[at], source.paid[at], at, 0)
        at += 1
    return at


@nb.njit(cache=True)
def seat_all(
    source: Rows, at: int, flow: Flow, layer: int, net: Net, bound: Bound, here: Bound, out: Rows
) -> int:
    """Give every qubit a data qubit in a layer; as `meet`.

    Qubits in the midst of a segment move out of modules that are too full, in every way; other
    moves can wait.

    Args:
        source: States before the step.
        at: Row to begin with.
        flow: The steps.
        layer: The layer.
        net: The network.
        bound: Of the next step.
        here: Of this step.
        out: Receives the states.
    """
    stack = np.zeros((1024, 6), dtype=np.int64)
    while at < source.top[0]:
        stack[0, 0], stack[0, 1] = source.held[at], source.seat[at]
        stack[0, 2] = source.paid[at]
        stack[0, 3] = flow.reset[layer]  # still to be seated anew
        stack[0, 4] = 0  # data qubits that reset qubits leave in this layer, a byte for each module
        stack[0, 5] = 0  # next qubit that may leave each module, a byte for each
        depth = 1
        while depth:
            if out.top[0] == len(out.held):
                return at
            depth -= 1
            if stack[depth, 3]:
                depth = _seat_reset(stack, depth, flow, layer, net)
                continue
            m = _crowded(stack[depth], net)
            if m < 0:
                held, seat, renamed = stack[depth, 0], stack[depth, 1], 0
                for q in range(net.n):
                    if flow.ending[layer] >> q & 1:
                        if seat >> (4 * q + 2) & 3 == MOVED:
                            seat &= ~(12 << (4 * q))
                    elif flow.reset[layer] >> q & 1:
                        seat |= MOVED << (4 * q + 2)
                if net.alike:
                    held, seat, renamed = canonical(held, seat, net)
                offer(out, net, bound, held, seat, stack[depth, 2], at, renamed)
            else:
                depth = _move_out(stack, depth, m, flow, layer, net, here)
        at += 1
    return at


@nb.njit(cache=True)
def _crowded(entry: Longs, net: Net) -> int:
    """Return the first module with too many qubits, -1 for none."""
    for m in range(net.k):
        here = entry[4] >> (8 * m) & 255
        for q in range(net.n):
            here += (entry[1] >> (4 * q) & 3) == m
        if here > net.room[m]:
            return m
    return -1


@nb.njit(cache=True)
def _seat_reset(stack: Longs, depth: int, flow: Flow, layer: int, net: Net) -> int:
    """Replace the entry on top by one for each new home of a qubit that was reset."""
    full = (1 << net.k) - 1
    held, seat, paid = stack[depth, 0], stack[depth, 1], stack[depth, 2]
    left, leaving, order = stack[depth, 3], stack[depth, 4], stack[depth, 5]
    q = 0
    while not left >> q & 1:
        q += 1
    old = seat >> (4 * q) & 3
    mine = held >> (q * net.k) & full
    ends = flow.ending[layer] >> q & 1
    for p in range(net.k):
        others = held & ~(full << (q * net.k)) if ends else held
        stack[depth, 0] = others | 1 << (q * net.k + p)
        stack[depth, 1] = seat & ~(15 << (4 * q)) | p << (4 * q)
        stack[depth, 2] = paid + net.step_cost[mine, p]
        stack[depth, 3] = left & ~(1 << q)
        stack[depth, 4] = leaving + ((p != old) << (8 * old))
        stack[depth, 5] = order
        depth += 1
    return depth


@nb.njit(cache=True)
def _move_out(
    stack: Longs, depth: int, m: int, flow: Flow, layer: int, net: Net, here: Bound
) -> int:
    """Replace the entry on top by all in which one more qubit has left module m."""
    full = (1 << net.k) - 1
    held, seat, paid = stack[depth, 0], stack[depth, 1], stack[depth, 2]
    left, leaving, order = stack[depth, 3], stack[depth, 4], stack[depth, 5]
    for q in range(order >> (8 * m) & 255, net.n):
        if seat >> (4 * q) & 15 != m or not flow.mobile[layer] >> q & 1:
            continue
        for p in range(net.k):
            if p == m:
                continue
            now = held | 1 << (q * net.k + p)
            after = seat & ~(15 << (4 * q)) | (p | MOVED << 2) << (4 * q)
            cost = paid + net.step_cost[held >> (q * net.k) & full, p]
            if cost + to_go(now, after, net, here) >= here.wanted:
                continue
            stack[depth, 0], stack[depth, 1], stack[depth, 2] = now, after, cost
            stack[depth, 3], stack[depth, 4] = left, leaving
            stack[depth, 5] = order & ~(255 << (8 * m)) | (q + 1) << (8 * m)
            depth += 1
    return depth


@nb.njit(cache=True)
def canonical(held: int, seat: int, net: Net) -> tuple[int, int, int]:
    """Number modules in the order in which the qubits sit in them, or have holders there.

    Returns:
        The state and the new number of each module, two bits each.
    """
    renamed, known, count = 0, 0, 0
    for q in range(net.n):
        m = seat >> (4 * q) & 3
        if not known >> m & 1:
            known |= 1 << m
            renamed |= count << (2 * m)
            count += 1
    if count < net.k - 1:
        for q in range(net.n):
            for m in range(net.k):
                if held >> (q * net.k + m) & 1 and not known >> m & 1:
                    known |= 1 << m
                    renamed |= count << (2 * m)
                    count += 1
    for m in range(net.k):
        if not known >> m & 1:
            renamed |= count << (2 * m)
            count += 1
    new_held = new_seat = 0
    for q in range(net.n):
        mine = seat >> (4 * q) & 15
        new_seat |= (mine & 12 | renamed >> (2 * (mine & 3)) & 3) << (4 * q)
        for m in range(net.k):
            if held >> (q * net.k + m) & 1:
                new_held |= 1 << (q * net.k + (renamed >> (2 * m) & 3))
    return new_held, new_seat, renamed


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
