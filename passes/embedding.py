"""Copies that outlive a segment: gates across their axis, done in all modules that hold the qubit.

A qubit with copies in a cat state along one axis keeps them through an interaction that acts on it
as a controlled Pauli of a perpendicular axis, such as a CX onto a qubit with copies along Z: every
holder is flipped under the same condition. The interaction then needs its other operands in all
those modules.

Sources: Wu, Ding, Li, "Collective communication", arXiv:2206.06437, section on embedding
(H - CZ - H); transversal CX on cat states, Yimsiriwattana and Lomonaco, quant-ph/0402148.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trapline.errors import SolverError
from trapline.passes.assignment import Assignment, touched, weight_of
from trapline.passes.axes import TOLERANCE
from trapline.passes.gates import BARRIER, MEASURE, OPCODE, RESET
from trapline.passes.kinds import kinds_of

if TYPE_CHECKING:
    from trapline.passes.program import Program
    from trapline.passes.route import Router
    from trapline.passes.segment import Segments

Bools = NDArray[np.bool_]

REFLECTIONS = frozenset(OPCODE[name] for name in ("cx", "cy", "cz", "ccx", "ccz", "c3x", "c4x"))
"""Gates 1 - 2 P, with a product P of one projector for each operand."""

MOST_TRIALS = 400
"""Most segments for which `embed` counts the pairs anew."""


def keepable(program: Program, segments: Segments) -> Bools:
    """Tell which segments could keep the copies of the segment two before.

    Both act along one axis, once the gates on the qubit alone are undone; all interactions of the
    segment between are reflections across it; nothing else happens to the qubit that would break a
    cat state.

    Args:
        program: The expanded program.
        segments: Its communication model.

    Returns:
        bool, (segments,).
    """
    from trapline.passes.segment_compiled import original_axes

    kinds = kinds_of(program)
    counts = np.diff(program.operand_start)
    one = (counts == 1) & (program.opcodes > RESET) & (program.opcodes != BARRIER)
    breaks = (program.opcodes == MEASURE) | (program.opcodes == RESET)
    breaks |= one & (program.conditions >= 0)
    meets = np.zeros(program.n_ops, dtype=np.bool_)
    meets[segments.interaction_op] = True
    axes, broken = original_axes(
        program.n_qubits,
        one & ~breaks,
        breaks,
        meets,
        program.operand_start,
        program.operands,
        kinds.of_op,
        kinds.axes,
        kinds.rotation,
    )
    order = np.argsort(segments.pins, kind="stable")
    bounds = np.searchsorted(segments.pins[order], np.arange(segments.n_segments + 1))
    reflects = np.isin(program.opcodes[segments.interaction_op], list(REFLECTIONS))
    across = np.repeat(~reflects, np.diff(segments.pin_start))[order]
    strange = np.concatenate([[0], np.cumsum(across)])
    before = np.where(segments.previous >= 0, segments.previous[segments.previous], -1)
    s = np.flatnonzero((before >= 0) & ~segments.fresh & ~segments.fresh[segments.previous])
    b, p = segments.previous[s], before[s]
    first, last, middle = order[bounds[s]], order[bounds[p + 1] - 1], order[bounds[b]]
    parallel = np.abs(np.cross(axes[first], axes[last])).sum(axis=1) < TOLERANCE
    upright = np.abs((axes[first] * axes[middle]).sum(axis=1)) < TOLERANCE
    plain = (strange[bounds[b + 1]] == strange[bounds[b]]) & (broken[first] == broken[last])
    out = np.zeros(segments.n_segments, dtype=np.bool_)
    out[s] = parallel & upright & plain
    return out


def check_kept(segments: Segments, assignment: Assignment, allowed: Bools) -> None:
    """Check that copies are kept only where they may be.

    Raises:
        SolverError: A segment keeps copies that it cannot.
    """
    kept = assignment.kept
    if kept is None:
        return
    home, previous = assignment.home, segments.previous
    for s in np.flatnonzero(kept).tolist():
        b = int(previous[s])
        p = int(previous[b]) if b >= 0 else -1
        if not allowed[s] or kept[b] or not home[s] == home[b] == home[p]:
            raise SolverError(f"segment {s} of qubit {segments.qubit[s]} cannot keep copies")
    spread = previous[kept]
    pins = np.repeat(np.arange(segments.n_interactions), np.diff(segments.pin_start))
    twice = np.bincount(pins[np.isin(segments.pins, spread)], minlength=1) > 1
    if twice.any():
        raise SolverError(f"interaction {int(np.argmax(twice))} spreads over copies of two qubits")


def embed(segments: Segments, assignment: Assignment, router: Router, allowed: Bools) -> Assignment:
    """Keep copies wherever that saves pairs, one segment after the other.

    Args:
        segments: The communication model.
        assignment: Homes, places, moves and what is kept already; these stay.
        router: The network's router; nothing is done unless it is complete.
        allowed: What `keepable` says.
    """
    home, previous = assignment.home, segments.previous
    candidates = np.flatnonzero(allowed)
    between = previous[candidates]
    before = previous[between]
    same = (home[candidates] == home[between]) & (home[between] == home[before])
    owner, module = touched(segments, replace(assignment, kept=None))
    away = np.zeros((segments.n_segments, int(module.max(initial=0)) + 1), dtype=np.bool_)
    away[owner, module] = True
    away[np.arange(segments.n_segments), home] = False
    shared = (away[candidates] & away[before]).any(axis=1)
    chosen = candidates[same & shared]
    if not router.complete or not 0 < len(chosen) <= MOST_TRIALS:
        return assignment
    best = assignment
    cost = weight_of(segments, best, router)
    for s in chosen.tolist():
        kept = np.zeros_like(allowed) if best.kept is None else best.kept.copy()
        kept[s] = True
        trial = replace(best, kept=kept)
        try:
            check_kept(segments, trial, allowed)
        except SolverError:
            continue
        found = weight_of(segments, trial, router)
        if found < cost:
            best, cost = trial, found
    return best
