"""Proven lower bounds that need no search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from trapline.passes.segment import Segments
    from trapline.targets.network import Network


def spreading_bound(segments: Segments, network: Network) -> int:
    """Bound the pairs from below by how far each connected group of qubits must spread.

    Qubits that interact, directly or through others, and do not fit into r - 1 modules have their
    homes in at least r of them at the start. Each EPR pair joins two modules; if fewer than r - 1
    pairs joined those r modules, they would fall apart into two groups of modules between which no
    gate of the group ever acted.

    Resets break the argument, because a fresh qubit moves for nothing; with any in use the bound is
    zero.
    """
    if segments.fresh.any():
        return 0
    group = np.arange(segments.n_qubits)

    def root(q: int) -> int:
        while group[q] != q:
            group[q] = group[group[q]]
            q = int(group[q])
        return q

    qubit_of_pin = segments.qubit[segments.pins].tolist()
    starts = segments.pin_start.tolist()
    for i in range(segments.n_interactions):
        first = root(qubit_of_pin[starts[i]])
        for q in qubit_of_pin[starts[i] + 1 : starts[i + 1]]:
            group[root(q)] = first
    sizes = np.bincount([root(q) for q in range(segments.n_qubits)])
    room = np.cumsum(sorted(network.data_qubits, reverse=True))
    return int(np.searchsorted(room, sizes[sizes > 0]).sum())
