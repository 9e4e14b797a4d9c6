"""Answers of a regime for every hardware row and choice, as columns."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from trapline.estimates.checks import Floats


Columns = dict[str, "Floats"]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What each choice gives; float64 arrays of shape (points, choices).

    Args:
        modules: Modules in all; inf where the choice does not reach the goal.
        remote_time_us: Time of a remote logical operation, or of a local one in a single module.
        cycle_time_us: Time of a local logical operation, d rounds.
        distance: Code distance.
        plan: Index of the plan in the regime's plans; -1 when no link is used.
        hosts: Modules that hold code.
        per_module: Logical qubits in a module, below 1 where a patch is cut.
        patch_modules: Modules of a patch.
        side: Data qubits along the short side of a module's part of a patch; the distance if whole.
        seams: Seams through a patch.
        memory: Qubits of a module that store pairs.
        workspace: Qubits of a module that distil.
        routing: Routing patches in all.
        factory: Index of the factory, -1 for none.
        n_factories: Factories.
        raw_pairs: Raw pairs of a remote operation.
        bell_error: 1 - F of the pairs used, distilled and stored.
        required_hz: Raw pairs a second on a link that cause no stall.
        available_hz: Raw pairs a second on a link.
        p_round: Local error of a round of a remote operation, idling included.
        p_cycle: Local error of a round when nothing waits.
        round_time_us: Time of a round when nothing waits.
        bulk: Logical error of the patch itself.
        along: Logical error along the seams, above that.
        across: Logical error across the seams, above that.
        outcome: Error of the merge's outcome.
        waiting: Logical error while waiting for pairs.
    """

    modules: Floats
    remote_time_us: Floats
    cycle_time_us: Floats
    distance: Floats
    plan: Floats
    hosts: Floats
    per_module: Floats
    patch_modules: Floats
    side: Floats
    seams: Floats
    memory: Floats
    workspace: Floats
    routing: Floats
    factory: Floats
    n_factories: Floats
    raw_pairs: Floats
    bell_error: Floats
    required_hz: Floats
    available_hz: Floats
    p_round: Floats
    p_cycle: Floats
    round_time_us: Floats
    bulk: Floats
    along: Floats
    across: Floats
    outcome: Floats
    waiting: Floats

    @property
    def total(self) -> Floats:
        """Logical error a logical qubit and operation."""
        return self.bulk + self.along + self.across + self.outcome + self.waiting


def outcome_of(points: int, parts: Sequence[Columns]) -> Outcome:
    """Join the columns of several regimes, all axes but the first taken as one."""
    return Outcome(**{f.name: column(f.name, points, parts) for f in fields(Outcome)})


def column(name: str, points: int, parts: Sequence[Columns]) -> Floats:
    """Return one column of several regimes, shape (points, choices)."""
    return np.concatenate([_flat(part, name, points) for part in parts], axis=1)


def _flat(part: Columns, name: str, points: int) -> Floats:
    """Broadcast one column to the shape of all of its regime."""
    shape = np.broadcast_shapes(part["modules"].shape, part["remote_time_us"].shape)
    return np.broadcast_to(part[name], shape).reshape(points, -1)


def best_choice(modules: Floats, time_us: Floats) -> NDArray[np.intp]:
    """Return the index of the best choice for each row: fewest modules, then the faster clock."""
    fewest = modules.min(axis=1, keepdims=True)
    best: NDArray[np.intp] = np.argmin(np.where(modules == fewest, time_us, np.inf), axis=1)
    return best


def pick(outcome: Outcome, row: int, choice: int) -> dict[str, float]:
    """Return one choice of one row as plain numbers."""
    return {f.name: float(getattr(outcome, f.name)[row, choice]) for f in fields(Outcome)}
