"""Patches inside modules: what fits, and which ways to operate between modules have a chance.

A module holds whole patches, as many as fit and no fraction of one, each with a routing patch
beside it unless it is alone. All of it holds for one remote operation a module at a time.

Sources:
    Litinski, Quantum 3, 128 (2019), arXiv:1808.02892, for routing beside patches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates import outcome as names
from trapline.estimates.logical import along_seam, has_a_chance, remote_infidelity
from trapline.estimates.operations import LOGICAL_PATCHES, collection_us, n_pairs_held
from trapline.estimates.plans import NO_RATE, least_infidelity
from trapline.estimates.rounds import (
    LAYERS,
    patch_cx_gates,
    remote_extra_us,
    round_time_us,
    with_idling,
)
from trapline.estimates.surface_code import patch_qubits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trapline.estimates.checks import Floats
    from trapline.estimates.goal import Goal
    from trapline.estimates.hardware import Hardware
    from trapline.estimates.plans import Supply

HOSTED = (
    names.SURGERY,
    names.SURGERY_BUFFERED,
    names.TRANSVERSAL,
    names.PAIRS,
    names.PAIRS_BUFFERED,
)


@dataclass(frozen=True)
class Candidates:
    """Choices that pass all tests that cost little; arrays of one length.

    Args:
        entry: Index into the supply.
        operation: How operations between modules are done.
        distance: Code distance.
        most: Logical qubits of a module, as many as fit.
    """

    entry: NDArray[np.intp]
    operation: NDArray[np.intp]
    distance: Floats
    most: Floats

    def take(self, chosen: NDArray[np.intp]) -> Candidates:
        """Return some of them."""
        return Candidates(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


def n_patches(logical_qubits: Floats) -> Floats:
    """Return the patches of a module: one routing patch for each, none for a patch alone."""
    patches: Floats = np.where(logical_qubits > 1, 2.0 * logical_qubits, logical_qubits)
    return patches


def capacity(qubits: Floats, distance: Floats, besides: Floats | float = 0.0) -> Floats:
    """Return the logical qubits that fit, always whole: d = 25 takes 1,249 qubits, not 1,000.

    Args:
        qubits: Qubits of a module.
        distance: Code distance.
        besides: Patches that are needed for something else.
    """
    size: Floats = np.asarray(patch_qubits(distance), dtype=np.float64)
    patches = np.floor(np.maximum(0.0, qubits) / size) - besides
    whole: Floats = np.where(patches >= 4, np.floor(0.5 * patches), np.clip(patches, 0.0, 1.0))
    return whole


def candidates(
    hardware: Hardware, goal: Goal, supply: Supply, distances: Floats, *, all_sizes: bool = False
) -> Candidates:
    """List the choices that fit into a module and whose error has a chance to be small enough.

    The test of the error takes pairs that were not stored and a module with a single patch, which
    no choice improves on.

    Args:
        hardware: Rows.
        goal: What is asked.
        supply: Pairs.
        distances: Odd code distances.
        all_sizes: Whether modules with fewer logical qubits than fit are choices of their own where
            they are faster, because not all gates of a full module run at once.
    """
    d = distances[None, :]
    hopeful = _hopeful(hardware, goal, supply, d)
    room = hardware.data_qubits[supply.row] - supply.workspace
    buffer = hardware.pair_buffer[supply.row]
    linked = supply.rate_hz[:, None] > NO_RATE
    parts: list[Candidates] = []
    for operation in HOSTED:
        entry, column = np.nonzero(hopeful[operation] & linked)
        far = distances[column]
        memory = np.maximum(0.0, n_pairs_held(far, operation) - buffer[entry])
        most = capacity(room[entry] - memory, far, besides_of(operation))
        kept = np.flatnonzero(most >= 1.0)
        parts.append(
            Candidates(
                entry[kept],
                np.full(len(kept), operation),
                far[kept],
                np.minimum(most[kept], goal.logical_qubits),
            )
        )
    found = _joined(parts)
    if not all_sizes:
        return found
    gates = (n_patches(found.most) + besides_of(found.operation)) * patch_cx_gates(found.distance)
    crowded = gates > LAYERS * hardware.parallel_gates[supply.row[found.entry]]
    return _joined([found, _smaller(found.take(np.flatnonzero(crowded)), goal.logical_qubits)])


def _joined(parts: list[Candidates]) -> Candidates:
    """Put choices below one another."""
    return Candidates(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in Candidates.__dataclass_fields__
        )
    )


def _smaller(full: Candidates, logical_qubits: int) -> Candidates:
    """Return the choices with fewer logical qubits a module, one for each number of modules."""
    sizes = np.unique(np.ceil(logical_qubits / np.arange(1.0, logical_qubits + 1.0)))
    choice, size = np.nonzero(sizes[None, :] < full.most[:, None])
    some = full.take(choice)
    return Candidates(some.entry, some.operation, some.distance, sizes[size])


def besides_of(operation: int | NDArray[np.intp]) -> Floats:
    """Return the patches of a module that an operation needs besides those of the program."""
    return np.where(np.asarray(operation) >= names.PAIRS, float(LOGICAL_PATCHES), 0.0)


def _hopeful(
    hardware: Hardware, goal: Goal, supply: Supply, d: Floats
) -> dict[int, NDArray[np.bool_]]:
    """Tell for each operation where the error has a chance, shape (entries, distances).

    A row is tested once, with the best of its pairs.
    """
    limit, lower = goal.logical_error, float(np.sqrt(goal.logical_error / 6.0))
    rows = hardware.expand(1)
    time = round_time_us(rows, patch_cx_gates(d)) + remote_extra_us(rows)
    p = with_idling(rows, time)
    everywhere = np.broadcast_to(d, p.shape)
    noise = remote_infidelity(hardware, least_infidelity(supply, len(p)))
    row, column = np.nonzero(has_a_chance(everywhere, p, limit))
    some = d[0, column], p[row, column], noise[row]
    along = np.full(p.shape, np.inf)
    along[row, column] = some[0] * along_seam(*some)
    noisy = np.zeros(p.shape, dtype=bool)
    noisy[row, column] = has_a_chance(some[0], 2.0 * some[1] + some[2], limit, one_round=True)
    merges, pairs = (along <= limit)[supply.row], (along <= lower)[supply.row]
    in_time, in_time_for_pairs = np.zeros_like(pairs), np.zeros_like(pairs)
    entry, column = np.nonzero(pairs)
    row, far = supply.row[entry], d[0, column]
    wait, _ = collection_us(supply.take(entry), n_pairs_held(far, names.SURGERY))
    waiting = with_idling(hardware.rows(row), np.maximum(time[row, column], wait))
    in_time[entry, column] = has_a_chance(far, waiting, limit)
    in_time_for_pairs[entry, column] = has_a_chance(far, waiting, lower)
    return {
        names.SURGERY: merges & in_time,
        names.SURGERY_BUFFERED: merges,
        names.TRANSVERSAL: noisy[supply.row],
        names.PAIRS: in_time_for_pairs,
        names.PAIRS_BUFFERED: pairs,
    }
