"""Compiled code of the exact search: least costs across one cut, from every state and step on.

A state of a cut has a digit for every qubit: 0 and 1 for holders on one side only, 2 for holders on
both, and 3 for copies on both sides that outlive their segment, in segments where that may be. The
index of a state is a number with these digits, the first qubit's the least significant.
"""

# mypy: disable-error-code="arg-type, assignment, no-any-return"
# pyright: reportArgumentType=false

from __future__ import annotations

from typing import NamedTuple

import numba as nb
import numpy as np
from numpy.typing import NDArray

from trapline.passes.exact_steps import KEEP, MEET, NEVER, RESET

Longs = NDArray[np.int64]
Words = NDArray[np.uint32]


class Flow(NamedTuple):
    """The columns of `Steps`, and the layout of the tables.

    Args:
        radix: int64, (steps + 1, qubits). Digits of each qubit before each step.
        start: int64, (steps + 2,). Where the states before each step begin.
    """

    kind: Longs
    of: Longs
    pin_start: Longs
    qubits: Longs
    mobile: Longs
    ending: Longs
    reset: Longs
    radix: Longs
    start: Longs


class Charges(NamedTuple):
    """Prices of one cut.

    Args:
        price: Cost of a pair across the cut.
        seat: int64, (layers, qubits). Charge for a qubit that has holders on both sides in a layer;
            twice that when it has them on side 1 only.
        meet: int64, (interactions,). Charge for an interaction that happens in several modules on
            both sides; twice that when it happens on side 1.
    """

    price: int
    seat: Longs
    meet: Longs


@nb.njit(cache=True)
def fill(flow: Flow, charges: Charges, rooms: Longs, cost: Words) -> None:
    """Fill the table of a cut, backwards.

    Args:
        flow: The steps.
        charges: Prices.
        rooms: (2,): data qubits on either side.
        cost: uint32, (flow.start[-1],): receives the costs; `NEVER` where there is no way.
    """
    n_steps, n = len(flow.kind), flow.radix.shape[1]
    unit = np.ones(n, dtype=np.int64)
    cost[flow.start[n_steps] :] = 0
    for r in range(n_steps - 1, -1, -1):
        row = cost[flow.start[r] : flow.start[r + 1]]
        after = cost[flow.start[r + 1] : flow.start[r + 2]]
        x, radix = flow.of[r], flow.radix[r]
        for q in range(1, n):
            unit[q] = unit[q - 1] * radix[q - 1]
        if flow.kind[r] == MEET:
            pins = flow.qubits[flow.pin_start[x] : flow.pin_start[x + 1]]
            if len(pins) == 2:
                _fill_meet_two(row, after, radix, unit, pins, charges.price, charges.meet[x])
            else:
                _fill_meet(row, after, radix, unit, pins, charges.price, charges.meet[x])
        elif flow.kind[r] == KEEP:
            _fill_keep(row, after, unit[x], radix[x], flow.radix[r + 1, x], charges.price)
        elif flow.kind[r] == RESET:
            _fill_reset(row, after, unit[x], radix[x])
        else:
            _fill_seat(row, after, radix, rooms, charges.seat[x])
            _fill_moves(row, flow, r, unit, charges.price)


@nb.njit(cache=True)
def _fill_meet_two(
    row: Words, after: Words, radix: Longs, unit: Longs, pins: Longs, price: int, charge: int
) -> None:
    """As `_fill_meet`, for two qubits."""
    low, high = min(pins), max(pins)
    one, two = unit[low], unit[high]
    for block in range(len(row) // (two * radix[high])):
        for d in range(radix[high]):
            for middle in range(two // (one * radix[low])):
                for e in range(radix[low]):
                    at = (block * radix[high] + d) * two + (middle * radix[low] + e) * one
                    left = at + (two if d == 1 else 0) + (one if e == 1 else 0)
                    right = at + (2 * two if d == 0 else 0) + (2 * one if e == 0 else 0)
                    paid_left = np.uint32(price * ((d == 1) + (e == 1)))
                    paid_right = np.uint32(price * ((d == 0) + (e == 0)) + 2 * charge)
                    if d < 3 and e < 3:
                        for k in range(one):
                            row[at + k] = min(
                                after[left + k] + paid_left, after[right + k] + paid_right
                            )
                        continue
                    if d == 3 and e == 3:
                        row[at : at + one] = NEVER
                        continue
                    lone = min(d, e)
                    both = at + (2 - min(lone, 2)) * (one if d == 3 else two)
                    paid = np.uint32(charge + (price if lone < 2 else 0))
                    for k in range(one):
                        row[at + k] = after[both + k] + paid


@nb.njit(cache=True)
def _fill_meet(
    row: Words, after: Words, radix: Longs, unit: Longs, pins: Longs, price: int, charge: int
) -> None:
    """Let an interaction happen on either side, or wherever a qubit has copies that outlive."""
    arity = len(pins)
    digit, wait = np.zeros(arity, dtype=np.int64), unit[pins].copy()
    units, radices = unit[pins], radix[pins]
    step = np.zeros((arity, 4, 3), dtype=np.int64)
    paid = np.zeros((4, 3), dtype=np.int64)
    for j in range(arity):
        step[j, 1, 0], step[j, 0, 1] = units[j], 2 * units[j]
        step[j, 1, 2], step[j, 0, 2] = units[j], 2 * units[j]
    paid[1, 0] = paid[0, 1] = paid[1, 2] = paid[0, 2] = price
    for state in range(len(row)):
        left = right = both = state
        paid_left, paid_right, paid_both, spread = 0, 2 * charge, charge, 0
        for j in range(arity):
            d = digit[j]
            left += step[j, d, 0]
            right += step[j, d, 1]
            both += step[j, d, 2]
            paid_left += paid[d, 0]
            paid_right += paid[d, 1]
            paid_both += paid[d, 2]
            spread += d == 3
            wait[j] -= 1
            if wait[j] == 0:
                wait[j] = units[j]
                digit[j] = 0 if d + 1 == radices[j] else d + 1
        if spread == 0:
            row[state] = min(after[left] + paid_left, after[right] + paid_right)
        elif spread == 1:
            row[state] = after[both] + paid_both
        else:
            row[state] = NEVER


@nb.njit(cache=True)
def _fill_keep(row: Words, after: Words, unit: int, radix: int, later: int, price: int) -> None:
    """Let a qubit keep one holder, or copies on both sides; those of the segment before return."""
    for block in range(len(row) // (unit * radix)):
        for low in range(unit):
            at, to = block * unit * radix + low, block * unit * later + low
            left, right = after[to], after[to + unit]
            row[at] = min(left, right + price)
            row[at + unit] = min(right, left + price)
            row[at + 2 * unit] = min(left, right)
            if later == 4:
                both = after[to + 3 * unit]
                row[at] = min(row[at], both + price)
                row[at + unit] = min(row[at + unit], both + price)
                row[at + 2 * unit] = min(row[at + 2 * unit], both)
            if radix == 4:
                row[at + 3 * unit] = after[to + 2 * unit]


@nb.njit(cache=True)
def _fill_reset(row: Words, after: Words, unit: int, radix: int) -> None:
    for block in range(len(row) // (unit * radix)):
        for low in range(unit):
            to = block * unit * 3 + low
            for d in range(radix):
                row[(block * radix + d) * unit + low] = min(after[to], after[to + unit])


@nb.njit(cache=True)
def _fill_seat(row: Words, after: Words, radix: Longs, rooms: Longs, charge: Longs) -> None:
    """Drop states that do not fit, and charge for the others."""
    counts = np.zeros(len(row), dtype=np.int64)  # qubits on side 1 only, and from bit 8 on side 0
    paid = np.zeros(len(row), dtype=np.uint32)
    size = 1
    for q in range(len(radix)):
        for d in range(radix[q] - 1, -1, -1):
            more = 256 if d == 0 else (1 if d == 1 else 0)
            extra = np.uint32(0 if d == 0 else (2 * charge[q] if d == 1 else charge[q]))
            for low in range(size):
                counts[d * size + low] = counts[low] + more
                paid[d * size + low] = paid[low] + extra
        size *= radix[q]
    for state in range(len(row)):
        fits = counts[state] >> 8 <= rooms[0] and counts[state] & 255 <= rooms[1]
        row[state] = after[state] + paid[state] if fits and after[state] < NEVER else NEVER


@nb.njit(cache=True)
def _fill_moves(row: Words, flow: Flow, r: int, unit: Longs, price: int) -> None:
    """Let qubits get a holder on the other side to sit there."""
    layer = flow.of[r]
    for q in range(len(unit)):
        one, radix = unit[q], flow.radix[r, q]
        is_reset = flow.reset[layer] >> q & 1
        if not (is_reset or flow.mobile[layer] >> q & 1):
            continue
        for block in range(len(row) // (one * radix)):
            for low in range(one):
                at = block * one * radix + low
                a, b, c = row[at], row[at + one], row[at + 2 * one]
                if is_reset and flow.ending[layer] >> q & 1:
                    row[at], row[at + one] = min(a, b + price), min(b, a + price)
                else:
                    row[at], row[at + one] = min(a, c + price), min(b, c + price)
                if is_reset:
                    row[at + 2 * one] = min(c, min(row[at], row[at + one]))


@nb.njit(cache=True)
def index_of(digits: Longs, radix: Longs) -> int:
    """Return the index of a state."""
    out, unit = 0, 1
    for q in range(len(digits)):
        out += digits[q] * unit
        unit *= radix[q]
    return out


@nb.njit(cache=True)
def trace(
    flow: Flow, charges: Charges, cost: Words, digits: Longs, seats: Longs, meets: Longs
) -> None:
    """Follow a cheapest path through a table from the first step on.

    Args:
        flow: The steps.
        charges: Prices.
        cost: The table.
        digits: (qubits,): where to begin; changed.
        seats: (layers, qubits): what each charge counts for is added.
        meets: (interactions,): the same.
    """
    price = charges.price
    for r in range(len(flow.kind)):
        x, radix = flow.of[r], flow.radix[r + 1]
        after = cost[flow.start[r + 1] : flow.start[r + 2]]
        if flow.kind[r] == MEET:
            pins = flow.qubits[flow.pin_start[x] : flow.pin_start[x + 1]]
            _trace_meet(digits, after, radix, pins, charges.meet[x], price, meets, x)
        elif flow.kind[r] == KEEP or flow.kind[r] == RESET:
            was, toll = digits[x], price if flow.kind[r] == KEEP else 0
            if was == 3:
                digits[x] = 2
                continue
            best, chosen = NEVER * 2, 0
            for d in range(radix[x]):
                if d == 2:
                    continue
                digits[x] = d
                pays = was < 2 and was != d
                value = after[index_of(digits, radix)] + (toll if pays else 0)
                if value < best:
                    best, chosen = value, d
            digits[x] = chosen
        else:
            row = cost[flow.start[r] : flow.start[r + 1]]
            _settle(row, digits, radix, price, flow.mobile[x])
            for q in range(len(digits)):
                seats[x, q] += min(digits[q], 1) if digits[q] != 1 else 2


@nb.njit(cache=True)
def _trace_meet(
    digits: Longs,
    after: Words,
    radix: Longs,
    pins: Longs,
    charge: int,
    price: int,
    meets: Longs,
    i: int,
) -> None:
    was = digits[pins]
    best, chosen, spread = NEVER * 2, 0, (was == 3).any()
    for option in range(3):
        if (option == 2) != spread:
            continue
        value = (0, 2, 1)[option] * charge
        for j in range(len(pins)):
            if was[j] < 2 and was[j] != option:
                value += price
                digits[pins[j]] = 2
        value += after[index_of(digits, radix)]
        if value < best:
            best, chosen = value, option
        digits[pins] = was
    for j in range(len(pins)):
        if was[j] < 2 and was[j] != chosen:
            digits[pins[j]] = 2
    meets[i] += (0, 2, 1)[chosen]


@nb.njit(cache=True)
def _settle(row: Words, digits: Longs, radix: Longs, price: int, mobile: int) -> None:
    """Make the moves that a cheapest path makes in a layer."""
    changed = True
    while changed:
        changed = False
        value = row[index_of(digits, radix)]
        for q in range(len(digits)):
            was = digits[q]
            if not mobile >> q & 1 or was > 1:
                continue
            digits[q] = 2
            if row[index_of(digits, radix)] + price == value:
                changed = True
                break
            digits[q] = was
