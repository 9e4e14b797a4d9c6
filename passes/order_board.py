"""Compiled: the state of the search for an order of the steps, and the log of its changes."""

# mypy: disable-error-code="arg-type, assignment, no-any-return"
# pyright: reportArgumentType=false, reportReturnType=false

from __future__ import annotations

from typing import NamedTuple

import numba as nb
import numpy as np
from numpy.typing import NDArray

Longs = NDArray[np.int64]

# Parts of `Board.cells`. By step: runs that must be over before it, whether it has happened,
# whether it is listed as waiting; by run: steps that have not happened; by packet: interactions
# that have not happened, its place among the open copies or -1; by module: copies, communication
# qubits and free data qubits together; by qubit: module, segment of its last interaction.
WAITS, DONE, LISTED, LEFT, USES, PLACE, USED, ROOM, AT, SEGMENT = range(10)

# Slots of `Board.counts`: steps in order, steps waiting, steps to look at and looked at, copies
# open, changes logged, whether to log, the move that is ready or -1, state of the random numbers.
ORDERED, WAITING, TAIL, HEAD, OPEN, LOGGED, LOGGING, READY_MOVE, RANDOM = range(9)


class Board(NamedTuple):
    """The state of the search; changed in place, `cells` with a log while something is tried.

    Args:
        cells: All numbers that a trial may change, part by part.
        base: (10,). Where each part begins.
        log: (changes, 2). Cells changed and their values before.
        order: (steps,). Steps in the order found.
        waiting: (steps,). Steps that lack a copy, or have happened since they did.
        work: Steps to look at.
        open: Packets of the open copies.
        tried: (packets,). Round in which a packet was tried.
        user_start: (packets + 1,). Steps that use packet p are `users[user_start[p]:...]`.
        users: (p,). In program order.
        counts: (9,). As named in this file.
    """

    cells: Longs
    base: Longs
    log: Longs
    order: Longs
    waiting: Longs
    work: Longs
    open: Longs
    tried: Longs
    user_start: Longs
    users: Longs
    counts: Longs


@nb.njit(cache=True)
def put(board: Board, part: int, index: int, value: int) -> None:
    """Change a number, and note the value before while something is tried."""
    at = board.base[part] + index
    if board.counts[LOGGING]:
        board.log[board.counts[LOGGED], 0] = at
        board.log[board.counts[LOGGED], 1] = board.cells[at]
        board.counts[LOGGED] += 1
    board.cells[at] = value


@nb.njit(cache=True)
def get(board: Board, part: int, index: int) -> int:
    """Read a number."""
    return board.cells[board.base[part] + index]


@nb.njit(cache=True)
def push(board: Board, step: int) -> None:
    """Note a step to look at."""
    board.work[board.counts[TAIL]] = step
    board.counts[TAIL] += 1
