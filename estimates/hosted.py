"""Patches inside modules: what fits, and which ways to operate between modules have a chance.

A module holds whole patches, as many as fit and no fraction of one, each with a routing patch
beside it unless it is alone. All of it holds for one remote operation a module at a time.

Choices are listed in two steps. First each row and distance is tested with pairs without error;
what is left is then joined with the pairs that there are.

Sources:
    Litinski, Quantum 3, 128 (2019), arXiv:1808.02892, for routing beside patches.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Self, TypeVar

import numpy as np

from trapline.estimates import outcome as names
from trapline.estimates.hardware import COLUMNS
from trapline.estimates.logical import DISTANCES, along_seam, has_a_chance, remote_infidelity
from trapline.estimates.operations import (
    LOGICAL_PATCHES,
    collection_us,
    n_pairs_held,
    stored_error,
)
from trapline.estimates.plans import FEW_ROWS, NO_RATE, flawless
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
# Candidates up to which a test of each takes longer than what it saves.
FEW = 1000
# Columns of the hardware that places depend on: their test takes pairs without error.
_NEEDED = [name for name in COLUMNS if name != "pair_error"]
_OPERATIONS = np.array(HOSTED)[:, None]
# Operations that differ in the pairs that they hold, and those whose rounds wait for pairs.
_KINDS = np.array([names.SURGERY, names.SURGERY_BUFFERED, names.TRANSVERSAL])[:, None]
_WAITS = np.isin(np.arange(len(names.OPERATIONS)), (names.SURGERY, names.PAIRS))


@dataclass(frozen=True)
class Places:
    """Hardware rows and distances at which some operation has a chance, by row, then distance.

    Args:
        row: Hardware row.
        distance: Code distance.
        most: Logical qubits of a module, no fewer than with any operation.
        hopeful: Whether each operation of HOSTED has a chance, shape (operations, places).
    """

    row: NDArray[np.intp]
    distance: Floats
    most: Floats
    hopeful: NDArray[np.bool_]

    def take(self, chosen: NDArray[np.intp]) -> Self:
        """Return some of them."""
        return replace(
            self,
            row=self.row[chosen],
            distance=self.distance[chosen],
            most=self.most[chosen],
            hopeful=self.hopeful[:, chosen],
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

    def take(self, chosen: NDArray[np.intp]) -> Self:
        """Return some of them."""
        return replace(self, **{f.name: getattr(self, f.name)[chosen] for f in fields(self)})


C = TypeVar("C", bound=Candidates)


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
    alone = np.minimum(1.0, np.maximum(0.0, patches))
    whole: Floats = np.where(patches >= 4, np.floor(0.5 * patches), alone)
    return whole


def places(hardware: Hardware, goal: Goal, rate: Floats) -> Places:
    """List the rows and distances at which patches fit and their error has a chance.

    Args:
        hardware: Rows.
        goal: What is asked.
        rate: Raw pairs a second of one link at each row.
    """
    if len(rate) > FEW_ROWS:
        return _places(hardware, goal, rate)
    numbers = np.array([rate, *(getattr(hardware, name) for name in _NEEDED)])
    return _remembered(_Rows(numbers.tobytes(), hardware, rate), goal)


@dataclass(frozen=True)
class _Rows:
    """A few rows, equal where all is equal that places depend on.

    Args:
        numbers: Numbers of _NEEDED.
        hardware: The rows.
        rate: Raw pairs a second of one link at each row.
    """

    numbers: bytes
    hardware: Hardware = field(compare=False)
    rate: Floats = field(compare=False)


@lru_cache(maxsize=256)
def _remembered(rows: _Rows, goal: Goal) -> Places:
    """Return the places of a few rows: many questions differ in the fidelity of the pairs alone."""
    return _places(rows.hardware, goal, rows.rate)


def _places(hardware: Hardware, goal: Goal, rate: Floats) -> Places:
    fits = patch_qubits(DISTANCES) <= hardware.data_qubits[:, None]
    row, column = np.nonzero(fits & (rate > NO_RATE)[:, None])
    d = DISTANCES[column]
    memory = np.maximum(0.0, n_pairs_held(d, _OPERATIONS) - hardware.pair_buffer[row])
    most = capacity(hardware.data_qubits[row] - memory, d, besides_of(_OPERATIONS))
    hopeful = most >= 1.0
    hopeful &= hopeful_operations(hardware, goal, flawless(row, rate[row]), d)
    found = Places(row, d, np.where(hopeful, most, 0.0).max(axis=0), hopeful)
    return found.take(found.most.nonzero()[0])


def candidates(
    hardware: Hardware,
    goal: Goal,
    supply: Supply,
    hopeful: Places,
    modules: Floats | None = None,
) -> Candidates:
    """Join places with the pairs of their rows, and list what fits.

    Args:
        hardware: Rows.
        goal: What is asked.
        supply: Pairs.
        hopeful: Places.
        modules: Modules of each row that no choice may exceed, if there is such a number.
    """
    place, entry = supply.spread(hopeful.row)
    operation, pair = np.nonzero(hopeful.hopeful[:, place])
    entry, d = entry[pair], hopeful.distance[place[pair]]
    row = supply.row[entry]
    memory = np.maximum(0.0, n_pairs_held(d, operation) - hardware.pair_buffer[row])
    room = hardware.data_qubits[row] - supply.workspace[entry] - memory
    most = np.minimum(capacity(room, d, besides_of(operation)), goal.logical_qubits)
    good = most >= 1.0
    if modules is not None:
        good &= np.ceil(goal.logical_qubits / np.maximum(most, 1.0)) <= modules[row]
    found = Candidates(entry, operation, d, most).take(good.nonzero()[0])
    if len(good) <= FEW:
        return found
    return found.take(_in_time(hardware, goal, supply, found).nonzero()[0])


def crowded(hardware: Hardware, supply: Supply, chosen: Candidates) -> NDArray[np.bool_]:
    """Tell where gates of a module wait for each other, so that fewer patches are faster."""
    patches = n_patches(chosen.most) + besides_of(chosen.operation)
    gates = patches * patch_cx_gates(chosen.distance)
    return np.asarray(gates > LAYERS * hardware.parallel_gates[supply.row[chosen.entry]])


def with_smaller(goal: Goal, full: C, wanted: NDArray[np.bool_]) -> C:
    """Add modules with fewer logical qubits than fit, one choice for each number of modules.

    They are faster where not all gates of a full module run at once.

    Args:
        goal: What is asked.
        full: Choices with as many logical qubits as fit.
        wanted: For which of them smaller ones are wanted.
    """
    some = full.take(wanted.nonzero()[0])
    if not len(some.most):
        return full
    sizes = np.arange(1.0, some.most.max())
    # The smallest for their number of modules.
    modules = np.ceil(goal.logical_qubits / sizes)
    sizes = sizes[np.ceil(goal.logical_qubits / modules) == sizes]
    choice, size = np.nonzero(sizes[None, :] < some.most[:, None])
    fewer = replace(some.take(choice), most=sizes[size])
    columns = {f.name: (getattr(full, f.name), getattr(fewer, f.name)) for f in fields(full)}
    return replace(full, **{name: np.concatenate(pair) for name, pair in columns.items()})


def hopeful_operations(
    hardware: Hardware, goal: Goal, best: Supply, distance: Floats
) -> NDArray[np.bool_]:
    """Tell where the error of each operation has a chance, shape (operations, places).

    The test takes a module with a single patch and the best pairs that could be, with the time that
    they take to arrive and dephase meanwhile.

    Args:
        hardware: Rows.
        goal: What is asked.
        best: Pairs of each place.
        distance: Code distance of each place.
    """
    limit, lower = goal.logical_error, float(np.sqrt(goal.logical_error / 6.0))
    found = np.zeros((len(HOSTED), len(distance)), dtype=bool)
    rows = hardware.rows(best.row)
    time = round_time_us(rows, patch_cx_gates(distance)) + remote_extra_us(rows)
    p = with_idling(rows, time)
    fine = has_a_chance(distance, p, limit).nonzero()[0]
    rows, time, p, d = rows.rows(fine), time[fine], p[fine], distance[fine]
    pairs = best.take(fine)
    wait, mean = collection_us(pairs, n_pairs_held(d, _KINDS))
    noise = remote_infidelity(rows, stored_error(rows, pairs, mean))
    waiting = with_idling(rows, np.maximum(time, wait[0]))
    along = d * along_seam(d, np.array([waiting, p]), noise[:2])
    # Operations by surgery, waiting and buffered, then for logical pairs.
    merges = along <= np.array([[[limit]], [[lower]]])
    merges[0, 0] &= has_a_chance(d, waiting, limit)
    merges[1, 0] &= has_a_chance(d, waiting, lower)
    found[0, fine], found[1, fine] = merges[0]
    found[2, fine] = has_a_chance(d, 2.0 * p + noise[2], limit, one_round=True)
    found[3, fine], found[4, fine] = merges[1]
    return found


def besides_of(operation: int | NDArray[np.intp]) -> Floats:
    """Return the patches of a module that an operation needs besides those of the program."""
    return np.where(np.asarray(operation) >= names.PAIRS, float(LOGICAL_PATCHES), 0.0)


def _in_time(
    hardware: Hardware, goal: Goal, supply: Supply, chosen: Candidates
) -> NDArray[np.bool_]:
    """Tell where rounds that wait for their pairs have a chance; all others have one."""
    found = np.ones(len(chosen.entry), dtype=bool)
    some = _WAITS[chosen.operation].nonzero()[0]
    entry, d, operation = chosen.entry[some], chosen.distance[some], chosen.operation[some]
    rows = hardware.rows(supply.row[entry])
    wait, _ = collection_us(supply.take(entry), n_pairs_held(d, operation))
    time = round_time_us(rows, patch_cx_gates(d)) + remote_extra_us(rows)
    limits = np.array([goal.logical_error, np.sqrt(goal.logical_error / 6.0)])
    limit = limits[(operation == names.PAIRS).astype(np.intp)]
    found[some] = has_a_chance(d, with_idling(rows, np.maximum(time, wait)), limit)
    return found
