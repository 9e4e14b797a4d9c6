"""Compiled code of the exact search: what can happen to states in each kind of step."""

# mypy: disable-error-code="arg-type, assignment, no-any-return"
# pyright: reportArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING

import numba as nb
import numpy as np

from trapline.passes.exact_states import (
    FREE,
    HELD,
    MOVED,
    SPREAD,
    Bound,
    Net,
    Rows,
    canonical,
    offer,
    to_go,
)

if TYPE_CHECKING:
    from trapline.passes.exact_tables import Flow, Longs


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
                held, renamed = stack[depth, 0], 0
                seat = _after_layer(stack[depth, 1], flow.ending[layer], flow.reset[layer], net.n)
                if net.alike:
                    held, seat, renamed = canonical(held, seat, net)
                offer(out, net, bound, held, seat, stack[depth, 2], at, renamed)
            else:
                depth = _move_out(stack, depth, m, flow, layer, net, here)
        at += 1
    return at


@nb.njit(cache=True)
def _after_layer(seat: int, ending: int, reset: int, n: int) -> int:
    """Let qubits whose segment ended move again, and those that were reset stay."""
    for q in range(n):
        if ending >> q & 1:
            if seat >> (4 * q + 2) & 3 == MOVED:
                seat &= ~(12 << (4 * q))
        elif reset >> q & 1:
            seat |= MOVED << (4 * q + 2)
    return seat


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
