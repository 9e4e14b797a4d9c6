"""Bicycle blocks whole inside modules: what fits, and which operations have a chance.

A block is never cut: no theorem and no calibrated simulation lets one cross a noisy link. A module
that holds blocks has, besides, a port: one surface-code patch (or those of distilled logical
pairs), which makes a logical Bell pair with a patch of another module exactly as patches do
elsewhere in the search, and an adapter that joins it to any block. A remote operation makes such a
pair, then joins each half to the block of its operand. All of it holds for one remote operation a
module at a time, and needs gates between any two qubits of a module.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from trapline.estimates import block_laws, hosted
from trapline.estimates.logical import DISTANCES
from trapline.estimates.operations import n_pairs_held
from trapline.estimates.plans import NO_RATE, flawless
from trapline.estimates.rounds import patch_cx_gates, with_idling
from trapline.estimates.surface_code import patch_qubits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trapline.estimates.checks import Floats
    from trapline.estimates.goal import Goal
    from trapline.estimates.hardware import Hardware
    from trapline.estimates.plans import Supply

_OPERATIONS = np.array(hosted.HOSTED)[:, None]


@dataclass(frozen=True)
class Places(hosted.Places):
    """Rows, distances of ports and kinds of block at which some operation has a chance.

    Args:
        code: Kind of block.
    """

    code: NDArray[np.intp]

    def take(self, chosen: NDArray[np.intp]) -> Self:
        """Return some of them."""
        return replace(super().take(chosen), code=self.code[chosen])


@dataclass(frozen=True)
class Candidates(hosted.Candidates):
    """Choices that pass all tests that cost little; the distance is that of the port.

    Args:
        code: Kind of block.
    """

    code: NDArray[np.intp]


def port_patches(operation: int | NDArray[np.intp]) -> Floats:
    """Return the patches of a port: one, or those of distilled logical pairs."""
    return np.maximum(1.0, hosted.besides_of(operation))


def port_qubits(operation: int | NDArray[np.intp], distance: Floats) -> Floats:
    """Return the qubits of a port, its adapter to the blocks included."""
    size: Floats = np.asarray(patch_qubits(distance), dtype=np.float64)
    return port_patches(operation) * size + block_laws.adapter_qubits(distance)


def capacity(qubits: Floats, code: NDArray[np.intp]) -> Floats:
    """Return the logical qubits of the whole blocks that fit into so many qubits."""
    blocks = np.floor(np.maximum(0.0, qubits) / block_laws.block_qubits(code))
    return block_laws.DATA_LOGICAL * blocks


def possible(hardware: Hardware, goal: Goal) -> NDArray[np.bool_]:
    """Tell where an operation on a block alone in a module has a chance, shape (rows, kinds)."""
    found = np.zeros((len(hardware.p_two), len(block_laws.BICYCLES)), dtype=bool)
    for code in range(len(block_laws.BICYCLES)):
        kind = np.full(len(found), code)
        time = block_laws.cycle_time_us(hardware, block_laws.block_cx_gates(kind))
        error = block_laws.operation_error(kind, with_idling(hardware, time))
        found[:, code] = (error <= goal.logical_error) & (hardware.far_gates > 0.0)
    return found


def places(hardware: Hardware, goal: Goal, rate: Floats) -> Places:
    """List rows, distances of ports and kinds of block that fit and whose error has a chance.

    Args:
        hardware: Rows.
        goal: What is asked.
        rate: Raw pairs a second of one link at each row.
    """
    good = possible(hardware, goal) & (rate > NO_RATE)[:, None]
    sizes = patch_qubits(DISTANCES) + block_laws.adapter_qubits(DISTANCES)
    room = hardware.data_qubits[:, None] - sizes
    kinds = np.arange(good.shape[1], dtype=np.intp)
    smallest = np.where(good, block_laws.block_qubits(kinds), np.inf)
    row, column = np.nonzero(smallest.min(axis=1)[:, None] <= room)
    d = DISTANCES[column]
    chance = hosted.hopeful_operations(hardware, goal, flawless(row, rate[row]), d)
    place, code = np.nonzero(good[row])
    row, d, chance = row[place], d[place], chance[:, place]
    memory = np.maximum(0.0, n_pairs_held(d, _OPERATIONS) - hardware.pair_buffer[row])
    most = capacity(hardware.data_qubits[row] - memory - port_qubits(_OPERATIONS, d), code)
    chance &= most >= 1.0
    found = Places(row, d, np.where(chance, most, 0.0).max(axis=0, initial=0.0), chance, code)
    return found.take(found.most.nonzero()[0])


def candidates(
    hardware: Hardware, goal: Goal, supply: Supply, hopeful: Places, modules: Floats
) -> Candidates:
    """Join places with the pairs of their rows, and list what fits.

    Args:
        hardware: Rows.
        goal: What is asked.
        supply: Pairs.
        hopeful: Places.
        modules: Modules of each row that no choice may exceed.
    """
    place, entry = supply.spread(hopeful.row)
    operation, pair = np.nonzero(hopeful.hopeful[:, place])
    entry, d, code = entry[pair], hopeful.distance[place[pair]], hopeful.code[place[pair]]
    row = supply.row[entry]
    memory = np.maximum(0.0, n_pairs_held(d, operation) - hardware.pair_buffer[row])
    port = port_qubits(operation, d)
    room = hardware.data_qubits[row] - supply.workspace[entry] - memory - port
    most = np.minimum(capacity(room, code), goal.logical_qubits)
    good = most >= 1.0
    good &= np.ceil(goal.logical_qubits / np.maximum(most, 1.0)) <= modules[row]
    return Candidates(entry, operation, d, most, code).take(good.nonzero()[0])


def crowded(hardware: Hardware, supply: Supply, chosen: Candidates) -> NDArray[np.bool_]:
    """Tell where gates of a module wait for each other, so that fewer blocks are faster."""
    gates = cx_gates(chosen.code, chosen.operation, chosen.distance, chosen.most)
    parallel = hardware.parallel_gates[supply.row[chosen.entry]]
    return np.asarray(gates > block_laws.LAYERS * parallel)


def cx_gates(
    code: NDArray[np.intp], operation: NDArray[np.intp], distance: Floats, n: Floats
) -> Floats:
    """Return the CX gates of a module in a cycle, for blocks of n logical qubits and a port."""
    gates = block_laws.n_blocks(n) * block_laws.block_cx_gates(code)
    return np.asarray(gates + port_patches(operation) * patch_cx_gates(distance))
