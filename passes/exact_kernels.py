"""Compiled code of the exact search: tables of two-way costs, and the expansion of states.

A state says for every qubit in which modules it has holders. Digits of a two-way table: 0 and 1 for
a holder on one side only, 2 for holders on both.
"""

# mypy: disable-error-code="arg-type, assignment, no-any-return"
# pyright: reportArgumentType=false

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray

Longs = NDArray[np.int64]
Bytes = NDArray[np.uint8]
Words = NDArray[np.uint32]

NEVER = 1_000_000_000
"""Cost that stands for impossible in the tables; real costs stay below."""


@nb.njit(cache=True)
def side_counts(state: int, n: int) -> tuple[int, int]:
    """Count the qubits that are on one side only."""
    left = right = 0
    for _ in range(n):
        digit = state % 3
        state //= 3
        left += digit == 0
        right += digit == 1
    return left, right


@nb.njit(cache=True)
def _price_sides(
    fits: NDArray[np.uint8], fine: Longs, n: int, room_left: int, room_right: int, penalty: int
) -> None:
    """Tell which states fit, and what each pays for its qubits on side 1."""
    for state in range(len(fits)):
        left, right = side_counts(state, n)
        fits[state] = left <= room_left and right <= room_right
        fine[state] = penalty * right


@nb.njit(cache=True)
def two_way(
    n: int,
    pin_start: Longs,
    qubits: Longs,
    begins: Longs,
    room_left: int,
    room_right: int,
    price: int,
    penalty: int,
) -> Words:
    """Least cost to go from every state before every interaction, with two sides.

    Args:
        n: Number of qubits.
        pin_start: Operands of interaction i are pin_start[i] to pin_start[i + 1] - 1.
        qubits: Qubit of each operand.
        begins: For each operand, 0 inside a segment, 1 at its beginning, 2 after a reset.
        room_left: Data qubits on side 0.
        room_right: Data qubits on side 1.
        price: Cost of a pair across the cut.
        penalty: Cost of each qubit that is on side 1 only, before each interaction and at the end.

    Returns:
        uint32, (interactions + 1, 3**n); `NEVER` where there is no way.
    """
    size = 3**n
    steps = len(pin_start) - 1
    cost = np.zeros((steps + 1, size), dtype=np.uint32)
    power = np.ones(n, dtype=np.int64)
    for q in range(1, n):
        power[q] = 3 * power[q - 1]
    fits = np.zeros(size, dtype=np.uint8)
    fine = np.zeros(size, dtype=np.int64)
    _price_sides(fits, fine, n, room_left, room_right, penalty)
    for i in range(steps, -1, -1):
        row = cost[i]
        for state in range(size):
            if fits[state] == 0:
                row[state] = NEVER
                continue
            if i == steps:
                row[state] = fine[state]
                continue
            best = NEVER
            for p in range(2):
                after, paid = state, 0
                for j in range(pin_start[i], pin_start[i + 1]):
                    unit = power[qubits[j]]
                    digit = state // unit % 3
                    if begins[j] == 2 or (begins[j] == 1 and digit == 2):
                        after += (p - digit) * unit
                    elif digit == 1 - p:
                        after += (2 - digit) * unit
                        paid += price
                best = min(best, paid + cost[i + 1, after])
            row[state] = best + fine[state]
        _with_more_holders(row, power, price)
    return cost


@nb.njit(cache=True)
def _with_more_holders(row: Words, power: Longs, price: int) -> None:
    """Let each qubit get a holder on the other side as well, where that is cheaper."""
    for q in range(len(power)):
        unit = power[q]
        for state in range(len(row)):
            digit = state // unit % 3
            if digit < 2:
                other = row[state + (2 - digit) * unit] + price
                row[state] = min(row[state], other)


@nb.njit(cache=True)
def bounds_to_go(
    states: Longs, n: int, k: int, rows: Words, sides: Longs, less: int, unit: int, out: Longs
) -> None:
    """Bound the cost to go from states of k modules by the two-way tables.

    Args:
        states: k bits for each qubit, its holders.
        n: Number of qubits.
        k: Number of modules.
        rows: uint32, (cuts, 3**n): tables before the next interaction.
        sides: (cuts, 2**k): digit of each set of modules.
        less: Taken off the sum over the cuts.
        unit: The difference is divided by this, rounded up.
        out: Receives the bounds, `NEVER` where there is no way.
    """
    full = (1 << k) - 1
    for at in range(len(states)):
        total = 0
        for b in range(len(rows)):
            state, index, power = states[at], 0, 1
            for _ in range(n):
                index += sides[b, state & full] * power
                power *= 3
                state >>= k
            part = rows[b, index]
            if part >= NEVER:
                total = NEVER * unit
                break
            total += part
        out[at] = max(0, (total - less + unit - 1) // unit)


@nb.njit(cache=True)
def hold(states: Longs, n: int, k: int, room: Longs, out: Bytes) -> None:
    """Whether every qubit can sit in a data qubit of one of its holders (Hall's condition).

    Args:
        states: k bits for each qubit.
        n: Number of qubits.
        k: Number of modules.
        room: (2**k,): data qubits of each set of modules.
        out: Receives 1 or 0.
    """
    full = (1 << k) - 1
    for at in range(len(states)):
        out[at] = 1
        for group in range(1, full):
            inside = 0
            for q in range(n):
                inside += states[at] >> (q * k) & full & ~group == 0
            if inside > room[group]:
                out[at] = 0
                break


@nb.njit(cache=True)
def extend(states: Longs, n: int, k: int, step_cost: Longs, out: Longs) -> int:
    """Give each qubit of each state one more holder; rows of `out` as for `expand`."""
    full = (1 << k) - 1
    top = 0
    for at in range(len(states)):
        for q in range(n):
            held = states[at] >> (q * k) & full
            for p in range(k):
                if not held >> p & 1:
                    out[top, 0] = states[at] | 1 << (q * k + p)
                    out[top, 1] = step_cost[held, p]
                    out[top, 2] = at
                    top += 1
    return top


@nb.njit(cache=True)
def _row_of(states: Longs, state: int) -> int:
    """Find a state in a sorted array; -1 when it is not there."""
    low, high = 0, len(states)
    while low < high:
        middle = (low + high) // 2
        if states[middle] < state:
            low = middle + 1
        else:
            high = middle
    return low if low < len(states) and states[low] == state else -1


@nb.njit(cache=True)
def undominated(states: Longs, paid: Longs, n: int, k: int, step_cost: Longs, out: Bytes) -> None:
    """Mark the states that no other state makes useless.

    A state is useless beside one with a holder more for the same cost, or with a holder less from
    which it can be made for what it costs more.

    Args:
        states: Sorted, each once.
        paid: Cost of each so far.
        n: Number of qubits.
        k: Number of modules.
        step_cost: (2**k, k): cost to add a module to a set of holders.
        out: Receives 1 or 0.
    """
    full = (1 << k) - 1
    for at in range(len(states)):
        out[at] = 1
        for bit in range(n * k):
            q, m = bit // k, bit % k
            other = states[at] ^ (1 << bit)
            held = other >> (q * k) & full
            if held == 0:
                continue
            row = _row_of(states, other)
            if row < 0:
                continue
            more = 0 if held >> m & 1 else step_cost[held, m]
            if paid[row] + more <= paid[at] and (more > 0 or held >> m & 1):
                out[at] = 0
                break


@nb.njit(cache=True)
def _keep_one(
    out: Longs, at: int, top: int, held: int, shift: int, p: int, step_cost: Longs
) -> int:
    """Let a qubit keep any one of its holders and get one in p; returns the new number of rows."""
    state, cost = out[at, 0], out[at, 1]
    used = False
    for h in range(step_cost.shape[1]):
        if not held >> h & 1:
            continue
        row = at if not used else top
        top += used
        used = True
        out[row, 0] = state + ((((1 << h) | (1 << p)) - held) << shift)
        out[row, 1] = cost + step_cost[1 << h, p]
    return top


@nb.njit(cache=True)
def expand(
    states: Longs,
    paid: Longs,
    k: int,
    qubits: Longs,
    begins: Longs,
    step_cost: Longs,
    out: Longs,
) -> int:
    """Let one interaction happen in every place from every state.

    Args:
        states: States before it.
        paid: Cost of each so far.
        k: Number of modules.
        qubits: Its operands.
        begins: As for `two_way`.
        step_cost: (2**k, k): cost to add a module to a set of holders.
        out: (rows, 4): receives state, cost, parent and place.

    Returns:
        Rows written, or -1 when `out` is too small.
    """
    full = (1 << k) - 1
    top = 0
    arity = len(qubits)
    for parent in range(len(states)):
        for p in range(k):
            if top + k**arity > len(out):
                return -1
            first = top
            out[top, 0], out[top, 1] = states[parent], paid[parent]
            top += 1
            for j in range(arity):
                shift = qubits[j] * k
                stop = top
                for at in range(first, stop):
                    held = out[at, 0] >> shift & full
                    if begins[j] == 2 or (begins[j] == 1 and held >> p & 1):
                        out[at, 0] += ((1 << p) - held) << shift
                    elif begins[j] == 0:
                        out[at, 1] += step_cost[held, p]
                        out[at, 0] |= 1 << (shift + p)
                    else:
                        top = _keep_one(out, at, top, held, shift, p, step_cost)
            for at in range(first, top):
                out[at, 2], out[at, 3] = parent, p
    return top
