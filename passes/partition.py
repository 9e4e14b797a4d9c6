"""Static starts: every qubit keeps one home.

The segments of a program are the hyperedges of a hypergraph whose vertices are the qubits (weight
1) and the interactions (weight 0); the connectivity minus one of a partition into modules is the
number of EPR pairs. Mt-KaHyPar partitions it, for sparse networks by its Steiner-tree objective.

Sources: Gottesbueren, Heuer, Maas, Sanders, Schlag, "Scalable High-Quality Hypergraph
Partitioning", arXiv:2303.17679; Heuer, "A Direct k-Way Hypergraph Partitioning Algorithm for
Optimizing the Steiner Tree Metric" (2024).
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trapline.passes.assignment import Assignment, static_assignment
from trapline.passes.kahypar import PartitionTask, blocks_of

if TYPE_CHECKING:
    from trapline.passes.segment import Segments
    from trapline.targets.network import Network

Ints = NDArray[np.int32]

LIGHTEST, HEAVIEST = 10, 1000
"""Weights of the lightest and of the heaviest link that Mt-KaHyPar is told."""

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


def in_one_module(segments: Segments, network: Network) -> Assignment:
    """Put everything into the largest module, whether it fits or not."""
    largest = int(np.argmax(network.data_qubits))
    homes = np.full(segments.n_qubits, largest, dtype=np.int32)
    return static_assignment(
        segments, homes, np.full(segments.n_interactions, largest, dtype=np.int32)
    )


def at_last_operand(segments: Segments, module_of_qubit: Ints) -> Assignment:
    """Complete fixed homes: each interaction happens at the home of its last operand."""
    last = segments.pins[segments.pin_start[1:] - 1]
    place = module_of_qubit[segments.qubit[last]].astype(np.int32)
    return static_assignment(segments, module_of_qubit, place)


def mt_kahypar(
    segments: Segments,
    network: Network,
    *,
    seed: int,
    weights: tuple[int, ...] | None = None,
    preset: str = "DEFAULT",
) -> Assignment | None:
    """Partition qubits and interactions together.

    Args:
        segments: The communication model.
        network: The modules; the qubits must fit.
        seed: Seed of the partitioner.
        weights: Weight of each link, None when each weighs one.
        preset: `DEFAULT`, `QUALITY` or `DETERMINISTIC` (Mt-KaHyPar's presets).

    Returns:
        A static assignment that respects the capacities, or None when Mt-KaHyPar is not installed
        or the network is not connected.

    Raises:
        SolverError: Mt-KaHyPar failed.
    """
    if find_spec("mtkahypar") is None or not network.is_connected:
        return None
    if segments.n_interactions == 0:
        return round_robin(segments, network)
    n = segments.n_qubits
    n_vertices = n + segments.n_interactions
    plain = network.is_complete and weights is None
    mapped = network.n_modules <= min(MOST_MAPPED, n_vertices) and not plain
    edges = _edges(segments)
    blocks = blocks_of(
        PartitionTask(
            edges=[list(edge) for edge in edges],
            edge_weights=list(edges.values()),
            vertex_weights=[1] * n + [0] * segments.n_interactions,
            room=[min(qubits, n) for qubits in network.data_qubits],
            links=_links(network, weights) if mapped else [],
            preset=preset,
            seed=seed,
        )
    )
    homes = _repaired(blocks[:n], network)
    return static_assignment(segments, homes, blocks[n:].copy())


def _links(network: Network, weights: tuple[int, ...] | None) -> list[tuple[int, int, int]]:
    """List links with weights so small that Mt-KaHyPar's sums stay within 32 bits."""
    if weights is None:
        return [(a, b, 1) for a, b in network.links]
    least = min(weights)
    scaled = (min(round(LIGHTEST * weight / least), HEAVIEST) for weight in weights)
    return [(a, b, weight) for (a, b), weight in zip(network.links, scaled, strict=True)]


def _edges(segments: Segments) -> dict[tuple[int, ...], int]:
    """Map each hyperedge, the vertices of a segment, to its number of segments."""
    owner = np.repeat(np.arange(segments.n_interactions), np.diff(segments.pin_start))
    order = np.argsort(segments.pins, kind="stable")
    vertices = (owner[order] + segments.n_qubits).tolist()
    bounds = np.searchsorted(segments.pins[order], np.arange(segments.n_segments + 1)).tolist()
    merged: dict[tuple[int, ...], int] = {}
    for s, q in enumerate(segments.qubit.tolist()):
        if bounds[s + 1] > bounds[s]:
            edge = (q, *vertices[bounds[s] : bounds[s + 1]])
            merged[edge] = merged.get(edge, 0) + 1
    return merged


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
