"""Orders of the steps of an allocation that need few communication qubits at one moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trapline.passes.gates import MEASURE, RESET
from trapline.passes.job import ITEM, KIND, MOVE, NEVER, QUBIT, Job
from trapline.passes.kinds import kinds_of
from trapline.passes.plan import Event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trapline.passes.expand import Expanded
    from trapline.passes.lines import Runs, Touch
    from trapline.passes.order_board import Board
    from trapline.passes.program import Program

Longs = NDArray[np.int64]

TACTICS = (
    (0.3, 0.0, True),
    (0.3, 0.0, False),
    (0.6, 0.0, True),
    (0.1, 0.0, False),
    *((0.3, 0.3, eager) for eager in (True, False) * 6),
)
"""Price of a copy that stays open, largest random addition, whether moves come first."""


def orders(job: Job, expanded: Expanded) -> Iterator[Longs]:
    """Yield orders of the steps, more promising ones first."""
    from trapline.passes.order_search import search_order

    movers = job.segs[job.movers, QUBIT]
    runs = runs_of_steps(job.steps, movers, expanded.program, expanded.group)
    for turn, (openness, noise, eager) in enumerate(TACTICS):
        board = _board(job, runs, turn)
        if search_order(job, runs, board, openness, noise, eager):
            yield board.order


def runs_of_steps(steps: Longs, movers: Longs, program: Program, group: NDArray[np.int32]) -> Runs:
    """Find what must stay in order.

    Args:
        steps: The steps, in program order.
        movers: Qubits that steps move.
        program: The expanded program.
        group: Operation of the input that each of its operations came from.
    """
    from trapline.passes.lines import runs_of

    n_lines = program.n_qubits + program.n_bits
    is_reset = (program.opcodes == RESET) & (program.conditions < 0)
    return runs_of(steps, movers, _touch(program), n_lines, _op_ends(steps, group), is_reset)


def _op_ends(steps: Longs, group: NDArray[np.int32]) -> Longs:
    """Return for each step one more than the last operation that it performs; 0 for moves."""
    kind, item = steps[:, KIND], steps[:, ITEM]
    ends = item + 1
    whole = kind == Event.WHOLE
    ends[whole] = np.searchsorted(group, item[whole], side="right")
    ends[kind == MOVE] = 0
    return ends


def _touch(program: Program) -> Touch:
    """List the lines of all operations, with the axis of each qubit as class."""
    from trapline.passes.lines import ALONE, Touch

    kinds = kinds_of(program)
    counts = np.diff(program.operand_start)
    op = np.repeat(np.arange(program.n_ops), counts)
    operand = np.arange(len(op)) - program.operand_start[op]
    operand[program.opcodes[op] == MEASURE] = 0
    axes, classes = kinds.axes, np.full(kinds.axes.shape[:2], ALONE)
    known = ~np.isnan(axes[..., 0])
    found = np.round(axes[known], 12) + 0.0
    largest = np.take_along_axis(found, np.argmax(np.abs(found), axis=1)[:, None], axis=1)
    found *= np.sign(largest)
    classes[known] = np.unique(found + 0.0, axis=0, return_inverse=True)[1].reshape(-1)
    rows = [(op, program.operands.astype(np.int64), classes[kinds.of_op[op], operand])]
    rows += _bits(program)
    ops, line, kind = (np.concatenate(column) for column in zip(*rows, strict=True))
    in_order = np.argsort(ops, kind="stable")
    start = np.searchsorted(ops[in_order], np.arange(program.n_ops + 1))
    return Touch(start.astype(np.int64), line[in_order], kind[in_order])


def _bits(program: Program) -> list[tuple[Longs, Longs, Longs]]:
    """List the bits that operations write and read."""
    from trapline.passes.lines import ALONE

    counts = np.diff(program.operand_start)
    measured = np.flatnonzero(program.opcodes == MEASURE)
    wide = np.repeat(measured, counts[measured])
    first = np.repeat(np.cumsum(counts[measured]) - counts[measured], counts[measured])
    bits = program.bits[wide] + np.arange(len(wide)) - first + program.n_qubits
    rows = [(wide, bits.astype(np.int64), np.full(len(wide), ALONE))]
    for number, condition in enumerate(program.condition_table):
        ops = np.flatnonzero(program.conditions == number)
        read = sorted({bit for term in condition for bit in term.bits})
        rows += [(ops, np.full_like(ops, bit + program.n_qubits), 0 * ops) for bit in read]
    return rows


def _board(job: Job, runs: Runs, seed: int) -> Board:
    from trapline.passes.order_board import Board

    n, k, q = len(job.steps), len(job.comm_limit), len(job.first_home)
    packets = len(job.packet_module)
    uses = np.bincount(job.pin_packet, minlength=packets)
    free = job.data_limit - np.bincount(job.first_home, minlength=k)
    limits = np.minimum(job.comm_limit, NEVER - 1)
    parts = [
        runs.waits,
        np.zeros(n, dtype=np.int64),
        np.zeros(n, dtype=np.int64),
        np.diff(runs.member_start),
        uses,
        np.full(packets, -1),
        np.zeros(k, dtype=np.int64),
        limits + np.where(limits > 0, free, 0),
        job.first_home,
        np.full(q, -1),
    ]
    step_of = np.zeros(len(job.pin_start) - 1, dtype=np.int64)
    for kind in (Event.RUN, Event.WHOLE):
        rows = np.flatnonzero(job.steps[:, KIND] == kind)
        step_of[job.steps[rows, 2]] = rows
    step_of = np.maximum.accumulate(step_of)
    users = np.repeat(step_of, np.diff(job.pin_start))[np.argsort(job.pin_packet, kind="stable")]
    sizes = n + len(job.pins) + packets
    return Board(
        cells=np.concatenate(parts).astype(np.int64),
        base=np.cumsum([0, *(len(part) for part in parts[:-1])]),
        log=np.zeros((8 * sizes + 4 * len(runs.run) + 64, 2), dtype=np.int64),
        order=np.zeros(n, dtype=np.int64),
        waiting=np.zeros(2 * n, dtype=np.int64),
        work=np.zeros(2 * sizes, dtype=np.int64),
        open=np.zeros(2 * sizes, dtype=np.int64),
        tried=np.zeros(packets, dtype=np.int64),
        user_start=np.append(0, np.cumsum(uses)),
        users=users,
        counts=np.array([0, 0, 0, 0, 0, 0, 0, -1, seed + 1]),
    )
