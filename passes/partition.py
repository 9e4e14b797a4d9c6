"""Static starts: every qubit keeps one home.

The segments of a program are the hyperedges of a hypergraph whose vertices are the qubits (weight
1) and the interactions (weight 0); the connectivity minus one of a partition into modules is the
number of EPR pairs. Mt-KaHyPar partitions it, for sparse networks by its Steiner-tree objective.

Sources: Gottesbueren, Heuer, Maas, Sanders, Schlag, "Scalable High-Quality Hypergraph
Partitioning", arXiv:2303.17679; Heuer, "A Direct k-Way Hypergraph Partitioning Algorithm for
Optimizing the Steiner Tree Metric" (2024).
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trapline.passes.assignment import Assignment, static_assignment

if TYPE_CHECKING:
    from trapline.passes.segment import Segments
    from trapline.targets.network import Network

Ints = NDArray[np.int32]

MOST_MAPPED = 64
"""Most modules that Mt-KaHyPar's Steiner-tree objective knows; above, distances are left aside.
Nor can it map fewer vertices than there are modules."""


def round_robin(segments: Segments, network: Network) -> Assignment:
    """Deal the qubits to the modules in turn; interactions happen at their last operand's home."""
    free = list(network.data_qubits)
    module_of_qubit = np.zeros(segments.n_qubits, dtype=np.int32)
    at = 0
    for q in range(segments.n_qubits):
        while free[at % len(free)] == 0:
            at += 1
        module_of_qubit[q] = at % len(free)
        free[at % len(free)] -= 1
        at += 1
    return at_last_operand(segments, module_of_qubit)


def at_last_operand(segments: Segments, module_of_qubit: Ints) -> Assignment:
    """Complete fixed homes: each interaction happens at the home of its last operand."""
    last = segments.pins[segments.pin_start[1:] - 1]
    place = module_of_qubit[segments.qubit[last]].astype(np.int32)
    return static_assignment(segments, module_of_qubit, place)


def mt_kahypar(
    segments: Segments, network: Network, *, seed: int, preset: str = "DEFAULT"
) -> Assignment | None:
    """Partition qubits and interactions together.

    Args:
        segments: The communication model.
        network: The modules; the qubits must fit.
        seed: Seed of the partitioner.
        preset: `DEFAULT`, `QUALITY` or `DETERMINISTIC` (Mt-KaHyPar's presets).

    Returns:
        A static assignment that respects the capacities, or None when Mt-KaHyPar is not installed.
    """
    try:
        mtkahypar: Any = import_module("mtkahypar")  # it ships no types
    except ImportError:
        return None
    kahypar = _initialise()
    mtkahypar.set_seed(seed)
    context = kahypar.context_from_preset(getattr(mtkahypar.PresetType, preset))
    context.logging = False
    context.set_partitioning_parameters(network.n_modules, 0.03, mtkahypar.Objective.KM1)
    room = [min(qubits, segments.n_qubits) for qubits in network.data_qubits]
    context.set_individual_target_block_weights(room)
    hypergraph = _hypergraph(kahypar, context, segments)
    n_vertices = segments.n_qubits + segments.n_interactions
    if network.is_complete or network.n_modules > min(MOST_MAPPED, n_vertices):
        partition = hypergraph.partition(context)
    else:
        target = kahypar.create_target_graph(
            context,
            network.n_modules,
            len(network.links),
            list(network.links),
            [1] * len(network.links),
        )
        partition = hypergraph.map_onto_graph(target, context)
    n = segments.n_qubits
    blocks = np.array([int(partition.block_id(v)) for v in range(n_vertices)], dtype=np.int32)
    homes = _repaired(blocks[:n], network)
    return static_assignment(segments, homes, blocks[n:].copy())


@lru_cache(maxsize=1)
def _initialise() -> Any:
    """Start Mt-KaHyPar once in a process, on one thread so that a seed gives one answer."""
    mtkahypar: Any = import_module("mtkahypar")
    return mtkahypar.initialize(1)


def _hypergraph(kahypar: Any, context: Any, segments: Segments) -> Any:
    n = segments.n_qubits
    owner = np.repeat(np.arange(segments.n_interactions), np.diff(segments.pin_start))
    order = np.argsort(segments.pins, kind="stable")
    by_segment = owner[order] + n
    bounds = np.searchsorted(segments.pins[order], np.arange(segments.n_segments + 1)).tolist()
    vertices = by_segment.tolist()
    merged: dict[tuple[int, ...], int] = {}
    for s, q in enumerate(segments.qubit.tolist()):
        if bounds[s + 1] > bounds[s]:
            edge = (q, *vertices[bounds[s] : bounds[s + 1]])
            merged[edge] = merged.get(edge, 0) + 1
    weights = [1] * n + [0] * segments.n_interactions
    edges = [list(edge) for edge in merged]
    return kahypar.create_hypergraph(
        context, len(weights), len(edges), edges, weights, list(merged.values())
    )


def _repaired(homes: Ints, network: Network) -> Ints:
    """Move qubits out of overfull modules; the partitioner allows itself rounding."""
    homes = homes.copy()
    free = np.array(network.data_qubits) - np.bincount(homes, minlength=network.n_modules)
    for q in range(len(homes)):
        if free[homes[q]] < 0:
            free[homes[q]] += 1
            homes[q] = int(np.argmax(free))
            free[homes[q]] -= 1
    return homes
