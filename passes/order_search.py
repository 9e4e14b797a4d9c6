"""Compiled: choose an order of the steps in which few copies must be open at one moment.

Whatever can happen without a new copy happens at once. When nothing can, the copies that waiting
interactions lack are tried one after the other: how far does it lead, do they serve all their
interactions and go again, must others leave for them? The best are fetched, and so on.
"""

# mypy: disable-error-code="arg-type, assignment, no-any-return"
# pyright: reportArgumentType=false, reportReturnType=false

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray

from trapline.passes.job import (
    FIRST,
    FOLLOWING,
    FRESH,
    HOME,
    KIND,
    LAST,
    MOVE,
    NEVER,
    QUBIT,
    WHERE,
    Job,
)
from trapline.passes.lines import Runs  # noqa: TC001  # Numba reads the types
from trapline.passes.order_board import (
    AT,
    DONE,
    HEAD,
    LEFT,
    LISTED,
    LOGGED,
    LOGGING,
    OPEN,
    ORDERED,
    PLACE,
    RANDOM,
    READY_MOVE,
    ROOM,
    SEGMENT,
    TAIL,
    USED,
    USES,
    WAITING,
    WAITS,
    Board,
    get,
    push,
    put,
)

Longs = NDArray[np.int64]

MOST_TRIALS = 48
"""Most ways to go on that are tried at a time."""

RUN, WHOLE, RESET = 1, 2, 6  # as in `trapline.passes.plan.Event`


@nb.njit(cache=True)
def search_order(
    job: Job, runs: Runs, board: Board, openness: float, noise: float, eager: bool
) -> bool:
    """Fill `board.order`.

    Args:
        job: What is to be done.
        runs: What must stay in order.
        board: A fresh board.
        openness: Price of a copy that stays open, in pairs.
        noise: Largest random addition to a price.
        eager: Let qubits move as soon as they can.

    Returns:
        Whether all steps could be ordered.
    """
    for step in range(len(job.steps)):
        if board.cells[board.base[WAITS] + step] == 0:
            push(board, step)
    turn = 0
    while True:
        _go_on(job, runs, board)
        move = board.counts[READY_MOVE]
        if move >= 0 and eager:
            _happen(job, runs, board, move)
            continue
        turn += 1
        best, price = _best_trial(job, runs, board, openness, noise, turn)
        if move >= 0 and (best < 0 or price > 0):
            _happen(job, runs, board, move)
        elif best >= 0:
            _fetch_for(job, board, best)
        else:
            return board.counts[ORDERED] == len(job.steps)


@nb.njit(cache=True)
def _go_on(job: Job, runs: Runs, board: Board) -> None:
    """Let happen what can without another copy."""
    while board.counts[HEAD] < board.counts[TAIL]:
        step = board.work[board.counts[HEAD]]
        board.counts[HEAD] += 1
        if get(board, DONE, step):
            continue
        if job.steps[step, KIND] == MOVE:
            if not board.counts[LOGGING]:
                board.counts[READY_MOVE] = step
        elif _lacks(job, board, step) == 0:
            _happen(job, runs, board, step)
        elif not get(board, LISTED, step):
            put(board, LISTED, step, 1)
            board.waiting[board.counts[WAITING]] = step
            board.counts[WAITING] += 1
    if not board.counts[LOGGING]:
        board.counts[HEAD] = 0
        board.counts[TAIL] = 0


@nb.njit(cache=True)
def _pins(job: Job, step: int) -> tuple[int, int]:
    if job.steps[step, KIND] != RUN and job.steps[step, KIND] != WHOLE:
        return 0, 0
    return job.pin_start[job.steps[step, FIRST]], job.pin_start[job.steps[step, LAST] + 1]


@nb.njit(cache=True)
def _is_lacking(job: Job, board: Board, j: int, place: int) -> bool:
    q = job.segs[job.pins[j], QUBIT]
    return get(board, AT, q) != place and get(board, PLACE, job.pin_packet[j]) < 0


@nb.njit(cache=True)
def _lacks(job: Job, board: Board, step: int) -> int:
    """Count the operands of a step that have no holder in its module."""
    low, high = _pins(job, step)
    found = 0
    for j in range(low, high):
        found += _is_lacking(job, board, j, job.steps[step, WHERE])
    return found


@nb.njit(cache=True)
def _happen(job: Job, runs: Runs, board: Board, step: int) -> None:
    """Let a step happen, and look at those that waited for it."""
    put(board, DONE, step, 1)
    board.order[board.counts[ORDERED]] = step
    board.counts[ORDERED] += 1
    if job.steps[step, KIND] == MOVE:
        board.counts[READY_MOVE] = -1
        for s in job.movers[job.steps[step, FIRST] : job.steps[step, LAST]]:
            _move(job, board, s)
    elif job.steps[step, KIND] == RESET:
        _reset(job, board, job.steps[step, WHERE])
    low, high = _pins(job, step)
    for j in range(low, high):
        packet = job.pin_packet[j]
        put(board, SEGMENT, job.segs[job.pins[j], QUBIT], job.pins[j])
        put(board, USES, packet, get(board, USES, packet) - 1)
        if get(board, USES, packet) == 0 and get(board, PLACE, packet) >= 0:
            _close(job, board, packet)
    for at in range(runs.start[step], runs.start[step + 1]):
        _pass_run(runs, board, runs.run[at])


@nb.njit(cache=True)
def _pass_run(runs: Runs, board: Board, run: int) -> None:
    put(board, LEFT, run, get(board, LEFT, run) - 1)
    following = runs.following[run]
    if get(board, LEFT, run) > 0 or following < 0:
        return
    for at in range(runs.member_start[following], runs.member_start[following + 1]):
        step = runs.members[at]
        put(board, WAITS, step, get(board, WAITS, step) - 1)
        if get(board, WAITS, step) == 0:
            push(board, step)


@nb.njit(cache=True)
def _packet_of(job: Job, s: int, m: int) -> int:
    """Packet of a segment in a module, -1 for none."""
    for packet in range(job.packet_start[s], job.packet_start[s + 1]):
        if job.packet_module[packet] == m:
            return packet
    return -1


@nb.njit(cache=True)
def _move(job: Job, board: Board, s: int) -> None:
    """Change the home of a qubit; the former one stays as a copy where it is needed."""
    q, new = job.segs[s, QUBIT], job.segs[s, HOME]
    old = get(board, AT, q)
    arrived, left = _packet_of(job, s, new), _packet_of(job, s, old)
    if arrived >= 0 and get(board, PLACE, arrived) >= 0:
        _close(job, board, arrived)
    _seat(board, q, old, new)
    if left >= 0 and get(board, USES, left) > 0 and get(board, PLACE, left) < 0:
        _open(job, board, left)


@nb.njit(cache=True)
def _reset(job: Job, board: Board, q: int) -> None:
    last = get(board, SEGMENT, q)
    upcoming = job.segs[last, FOLLOWING] if last >= 0 else np.int64(-1)
    if upcoming >= 0 and job.segs[upcoming, FRESH]:
        _seat(board, q, get(board, AT, q), job.segs[upcoming, HOME])


@nb.njit(cache=True)
def _seat(board: Board, q: int, old: int, new: int) -> None:
    put(board, AT, q, new)
    put(board, ROOM, old, get(board, ROOM, old) + 1)
    put(board, ROOM, new, get(board, ROOM, new) - 1)


@nb.njit(cache=True)
def _open(job: Job, board: Board, packet: int) -> None:
    m = job.packet_module[packet]
    put(board, USED, m, get(board, USED, m) + 1)
    put(board, PLACE, packet, board.counts[OPEN])
    board.open[board.counts[OPEN]] = packet
    board.counts[OPEN] += 1


@nb.njit(cache=True)
def _close(job: Job, board: Board, packet: int) -> None:
    """Take a copy off the list; the gap stays until the next one is opened for good."""
    m = job.packet_module[packet]
    put(board, USED, m, get(board, USED, m) - 1)
    put(board, PLACE, packet, -1)


@nb.njit(cache=True)
def _compact(board: Board) -> None:
    """Drop closed copies and steps that have happened from their lists."""
    kept = 0
    for at in range(board.counts[OPEN]):
        packet = board.open[at]
        if get(board, PLACE, packet) == at:
            board.open[kept] = packet
            put(board, PLACE, packet, kept)
            kept += 1
    board.counts[OPEN] = kept
    kept = 0
    for at in range(board.counts[WAITING]):
        step = board.waiting[at]
        if not get(board, DONE, step):
            board.waiting[kept] = step
            kept += 1
    board.counts[WAITING] = kept


@nb.njit(cache=True)
def _open_copies(board: Board, modules: int) -> int:
    found = 0
    for m in range(modules):
        found += get(board, USED, m)
    return found


@nb.njit(cache=True)
def _make_room(job: Job, board: Board, m: int, step: int) -> int:
    """Close copies until one more fits in a module; returns how many, a great many if it cannot."""
    closed = 0
    while get(board, USED, m) >= get(board, ROOM, m):
        victim, latest = -1, np.int64(-1)
        for at in range(board.counts[OPEN]):
            packet = board.open[at]
            if get(board, PLACE, packet) != at or job.packet_module[packet] != m:
                continue
            use = _next_user(board, packet)
            if use > latest and not _is_used(job, packet, step):
                victim, latest = packet, use
        if victim < 0:
            return NEVER
        _close(job, board, victim)
        closed += 1
    return closed


@nb.njit(cache=True)
def _next_user(board: Board, packet: int) -> int:
    """First step in program order that still needs a packet."""
    for at in range(board.user_start[packet], board.user_start[packet + 1]):
        if not get(board, DONE, board.users[at]):
            return board.users[at]
    return 0


@nb.njit(cache=True)
def _is_used(job: Job, packet: int, step: int) -> bool:
    low, high = _pins(job, step)
    for j in range(low, high):
        if job.pin_packet[j] == packet:
            return True
    return False


@nb.njit(cache=True)
def _fetch_for(job: Job, board: Board, step: int) -> int:
    """Open all copies that a step lacks; returns the copies closed for them."""
    place = job.steps[step, WHERE]
    low, high = _pins(job, step)
    closed = 0
    for j in range(low, high):
        if not _is_lacking(job, board, j, place):
            continue
        source = get(board, AT, job.segs[job.pins[j], QUBIT])
        closed += _make_room(job, board, source, step)
        closed += _make_room(job, board, place, step)
        if closed >= NEVER:
            return NEVER
        packet = job.pin_packet[j]
        _open(job, board, packet)
        for at in range(board.user_start[packet], board.user_start[packet + 1]):
            user = board.users[at]
            if get(board, WAITS, user) == 0 and not get(board, DONE, user):
                push(board, user)
    return closed


@nb.njit(cache=True)
def _best_trial(
    job: Job, runs: Runs, board: Board, openness: float, noise: float, turn: int
) -> tuple[int, float]:
    """Try what waiting steps lack; returns a step and its price, -1 when none can go on."""
    _compact(board)
    best, least = -1, 1e30
    trials = 0
    for at in range(board.counts[WAITING]):
        step = board.waiting[at]
        if not _is_new(job, board, step, turn):
            continue
        price = _price(job, runs, board, step, openness)
        if noise > 0.0:
            board.counts[RANDOM] = (board.counts[RANDOM] * 1103515245 + 12345) % (1 << 31)
            price += noise * board.counts[RANDOM] / (1 << 31)
        if price < least:
            best, least = step, price
        trials += 1
        if least <= 0.0 or trials >= MOST_TRIALS:
            break
    return (best, least) if least < NEVER else (-1, least)


@nb.njit(cache=True)
def _is_new(job: Job, board: Board, step: int, turn: int) -> bool:
    """Tell whether what a step lacks has not been tried in this turn."""
    low, high = _pins(job, step)
    is_new = False
    for j in range(low, high):
        packet = job.pin_packet[j]
        if _is_lacking(job, board, j, job.steps[step, WHERE]) and board.tried[packet] != turn:
            board.tried[packet] = turn
            is_new = True
    return is_new


@nb.njit(cache=True)
def _price(job: Job, runs: Runs, board: Board, step: int, openness: float) -> float:
    """Fetch what a step lacks, see how far it leads, and take everything back."""
    before = board.counts.copy()
    modules = len(job.comm_limit)
    opened = _open_copies(board, modules)
    board.counts[LOGGING] = 1
    closed = _fetch_for(job, board, step)
    price = 1e30
    if closed < NEVER:
        _go_on(job, runs, board)
        opened = _open_copies(board, modules) - opened
        happened = board.counts[ORDERED] - before[ORDERED]
        price = closed + openness * (opened + closed) - 1e-3 * min(happened, 100)
    for at in range(board.counts[LOGGED] - 1, -1, -1):
        board.cells[board.log[at, 0]] = board.log[at, 1]
    board.counts[:] = before
    return price
