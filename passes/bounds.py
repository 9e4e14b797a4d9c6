"""Proven lower bounds that need no search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trapline.passes.route import Router
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
    room = np.cumsum(sorted(network.data_qubits, reverse=True))
    return int(np.searchsorted(room, _group_sizes(segments)).sum())


def weight_bound(segments: Segments, network: Network, router: Router) -> int:
    """Bound the weight of the pairs from below, as `spreading_bound` does their number.

    The links of the pairs of a group join all modules where its qubits begin, by the same argument:
    they weigh no less than the lightest Steiner tree on any modules with room for the group. Where
    these are not tabulated, r - 1 pairs weigh no less than so many over the lightest link.
    """
    if router.weights is None:
        return spreading_bound(segments, network)
    if router.table is None:
        return router.lightest * spreading_bound(segments, network)
    sets = np.arange(len(router.table))[:, None] >> np.arange(network.n_modules) & 1
    room = sets @ np.array(network.data_qubits)
    return sum(int(router.table[room >= size].min()) for size in _group_sizes(segments).tolist())


def qubit_groups(segments: Segments) -> NDArray[np.int64]:
    """Number the groups of qubits that interactions connect; int64, (qubits,), one of each group's.

    A qubit that is reset stays the same one.
    """
    group = list(range(segments.n_qubits))

    def root(q: int) -> int:
        while group[q] != q:
            group[q] = group[group[q]]
            q = group[q]
        return q

    qubit_of_pin = segments.qubit[segments.pins].tolist()
    starts = segments.pin_start.tolist()
    for i in range(segments.n_interactions):
        first = root(qubit_of_pin[starts[i]])
        for q in qubit_of_pin[starts[i] + 1 : starts[i + 1]]:
            group[root(q)] = first
    return np.array([root(q) for q in range(segments.n_qubits)], dtype=np.int64)


def _group_sizes(segments: Segments) -> NDArray[np.int64]:
    """Count the qubits of each group that interactions connect; none where there are resets."""
    if segments.fresh.any():
        return np.zeros(0, dtype=np.int64)
    sizes = np.bincount(qubit_groups(segments))
    return sizes[sizes > 0]
