"""Answers for choices as columns, one entry a choice."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from trapline.estimates.checks import Floats


Columns = dict[str, "Floats"]

# How an operation between modules is done; numbers in the column `operation`.
SURGERY, SURGERY_BUFFERED, TRANSVERSAL, PAIRS, PAIRS_BUFFERED, ONE_MODULE, WOVEN = range(7)
OPERATIONS = (
    "lattice surgery",
    "lattice surgery",
    "transversal",
    "logical Bell pairs",
    "logical Bell pairs",
    "local",
    "lattice surgery",
)
BUFFERED = (SURGERY_BUFFERED, TRANSVERSAL, PAIRS_BUFFERED)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What each choice gives; float64 arrays of one length. Columns that are absent are zero.

    Args:
        row: Hardware row.
        code: 0 for the surface code, else 1 + the kind of block, see `block_laws.py`.
        operation: Number of the way in which operations between modules are done.
        modules: Modules in all; inf where the choice does not reach the goal.
        step_time_us: Time of a logical step on average, in which some operations are remote.
        remote_time_us: Time of a remote logical operation, or of a local one in a single module.
        unstalled_us: Time of a remote operation if links gave pairs at once.
        cycle_time_us: Time of a local logical operation, d rounds.
        distance: Code distance.
        port: Distance of the patches through which blocks meet those of other modules.
        plan: Index into PLANS; -1 when no link is used.
        hosts: Modules that hold code.
        blocks: Blocks of each of them.
        per_module: Logical qubits in a module, below 1 where a patch is cut.
        patch_modules: Modules of a patch.
        side: Data qubits along the short side of a module's part of a patch; the distance if whole.
        seams: Seams through a patch.
        memory: Qubits of a module that store pairs.
        workspace: Qubits of a module that distil.
        spare_patches: Patches of a module that hold logical Bell pairs.
        routing: Routing patches in all.
        factory: Index of the factory, -1 for none.
        n_factories: Factories.
        raw_pairs: Raw pairs of a remote operation.
        bell_error: 1 - F of the pairs used, distilled and stored.
        required_hz: Raw pairs a second on a link that cause no stall.
        available_hz: Raw pairs a second on a link.
        p_round: Local error of a round of a remote operation, idling included.
        round_time_us: Time of a round when nothing waits.
        bulk: Logical error of the patch itself.
        along: Logical error along the seams, above that.
        across: Logical error across the seams, above that.
        outcome: Error of the merge's outcome.
        transversal: Logical error of teleported CX on all data qubits, above that of the patch.
        logical: Error of a distilled logical Bell pair.
        waiting: Logical error while waiting for pairs.
        block: Error of the operation on a block.
    """

    row: Floats
    code: Floats
    operation: Floats
    modules: Floats
    step_time_us: Floats
    remote_time_us: Floats
    unstalled_us: Floats
    cycle_time_us: Floats
    distance: Floats
    port: Floats
    plan: Floats
    hosts: Floats
    blocks: Floats
    per_module: Floats
    patch_modules: Floats
    side: Floats
    seams: Floats
    memory: Floats
    workspace: Floats
    spare_patches: Floats
    routing: Floats
    factory: Floats
    n_factories: Floats
    raw_pairs: Floats
    bell_error: Floats
    required_hz: Floats
    available_hz: Floats
    p_round: Floats
    round_time_us: Floats
    bulk: Floats
    along: Floats
    across: Floats
    outcome: Floats
    transversal: Floats
    logical: Floats
    waiting: Floats
    block: Floats

    @property
    def total(self) -> Floats:
        """Logical error a logical qubit and operation."""
        return total_error({name: getattr(self, name) for name in ERRORS})

    def pick(self, index: int) -> dict[str, float]:
        """Return one choice as plain numbers."""
        return {f.name: float(getattr(self, f.name)[index]) for f in fields(self)}


ERRORS = ("bulk", "along", "across", "outcome", "transversal", "logical", "waiting", "block")
COLUMNS = tuple(f.name for f in fields(Outcome))


def total_error(parts: Columns) -> Floats:
    """Add the parts of a logical error that are there."""
    total: Floats = np.asarray(sum(parts[name] for name in ERRORS if name in parts))
    return total


def joined(parts: Sequence[Columns]) -> Columns:
    """Put columns below one another; what a part lacks is zero."""
    parts = [part for part in parts if len(part["modules"])] or parts[:1]
    if len(parts) == 1:
        return parts[0]
    sizes = [len(next(iter(part.values()))) for part in parts]
    ends = np.cumsum(sizes)
    found: Columns = {}
    for part, size, end in zip(parts, sizes, ends.tolist(), strict=True):
        for name, values in part.items():
            if name not in found:
                found[name] = np.zeros(ends[-1])
            found[name][end - size : end] = values
    return found


def outcome_of(parts: Sequence[Columns]) -> Outcome:
    """Join the columns of several regimes."""
    found = joined(parts)
    zeros = np.zeros(len(found["modules"]))
    return Outcome(**{name: found.get(name, zeros) for name in COLUMNS})


def best_of_rows(row: NDArray[np.intp], modules: Floats, time_us: Floats) -> NDArray[np.intp]:
    """Return, for each row that has a choice, the index of its best: fewest modules, then fastest.

    Args:
        row: Row of each choice, in any order.
        modules: Modules, inf for choices that do not count.
        time_us: Time of a step.
    """
    good = np.isfinite(modules).nonzero()[0]
    order = good[np.lexsort((time_us[good], modules[good], row[good]))]
    first = np.ones(len(order), dtype=bool)
    first[1:] = row[order[1:]] != row[order[:-1]]
    return order[first]
