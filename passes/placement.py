"""A first placement of the qubits: a weighted graph laid out on the modules.

Two qubits attract each other by the segments that they share: an interaction of segment a and
segment b weighs (1/d_a + 1/d_b)/2, where d is the number of segments that a segment meets, because
a segment that meets many pays for each module only once. The sum of weight times distance over all
pairs of qubits is annealed by exchanges; free data qubits are vertices that nothing attracts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trapline.passes.anneal import keep_cache_out_of_home
from trapline.passes.assignment import Assignment, static_assignment

if TYPE_CHECKING:
    from trapline.passes.route import Router
    from trapline.passes.segment import Segments
    from trapline.targets.network import Network

Ints = NDArray[np.int32]
MOST_EXCHANGES = 400_000


def place_qubits(
    segments: Segments,
    network: Network,
    router: Router,
    *,
    seed: int,
    effort: int = 60,
    hot: float = 3.0,
    shuffle: bool = False,
    distances: NDArray[np.int64] | None = None,
) -> Assignment:
    """Place the qubits once and for all; interactions happen at their last operand's home.

    Args:
        segments: The communication model.
        network: The modules; the qubits must fit.
        router: Distances of the network.
        seed: Seed of the exchanges.
        effort: Exchanges for each qubit and module.
        hot: First temperature, in mean attractions of two qubits.
        shuffle: Begin from a random order of the qubits instead of their own.
        distances: Usual pairs between modules; those of the router when missing.
    """
    keep_cache_out_of_home()
    from trapline.passes.placement_moves import exchange

    n = segments.n_qubits
    rooms = np.minimum(np.array(network.data_qubits, dtype=np.int64), n)
    at = _in_blocks(rooms, n)
    if shuffle:
        np.random.default_rng(seed % 2**32).shuffle(at)
    a, b, weight = attraction(segments)
    heads, tails = np.concatenate([a, b]), np.concatenate([b, a])
    order = np.argsort(heads, kind="stable")
    start = np.searchsorted(heads[order], np.arange(len(at) + 1))
    scale = float(weight.mean()) if len(weight) else 1.0
    exchange(
        start,
        tails[order].astype(np.int64),
        np.concatenate([weight, weight])[order],
        at,
        router.distances / router.unit if distances is None else distances.astype(np.float64),
        min(effort * n * network.n_modules, MOST_EXCHANGES),
        seed,
        hot * scale,
        0.1 * scale,
    )
    homes = at[:n].astype(np.int32)
    last = segments.pins[segments.pin_start[1:] - 1]
    return static_assignment(segments, homes, homes[segments.qubit[last]])


def attraction(segments: Segments) -> tuple[Ints, Ints, NDArray[np.float64]]:
    """List pairs of qubits that interact, a < b, and their weights; one row a pair."""
    sizes = np.diff(segments.pin_start)
    ends: list[NDArray[np.int64]] = []
    for size in np.unique(sizes).tolist():
        rows = segments.pin_start[:-1][sizes == size]
        for i in range(size):
            for j in range(i + 1, size):
                pair = np.stack([segments.pins[rows + i], segments.pins[rows + j]])
                ends.append(np.sort(pair.astype(np.int64), axis=0))
    if not ends:
        none = np.zeros(0, dtype=np.int32)
        return none, none, np.zeros(0)
    n = segments.n_segments
    met = np.unique(np.concatenate([low * n + high for low, high in ends]))
    low, high = met // n, met % n
    degree = np.bincount(low, minlength=n) + np.bincount(high, minlength=n)
    weight = 0.5 / degree[low] + 0.5 / degree[high]
    qubits = np.sort(np.stack([segments.qubit[low], segments.qubit[high]]), axis=0)
    keys, inverse = np.unique(
        qubits[0].astype(np.int64) * segments.n_qubits + qubits[1], return_inverse=True
    )
    total = np.bincount(inverse, weights=weight).astype(np.float64)
    return (
        (keys // segments.n_qubits).astype(np.int32),
        (keys % segments.n_qubits).astype(np.int32),
        total,
    )


def _in_blocks(rooms: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """Fill the modules one after another, as evenly as rooms allow; free places come after."""
    left, counts = n, np.zeros(len(rooms), dtype=np.int64)
    for turn, m in enumerate(np.argsort(rooms, kind="stable").tolist()):
        counts[m] = min(rooms[m], -(-left // (len(rooms) - turn)))
        left -= counts[m]
    modules = np.arange(len(rooms))
    return np.concatenate([np.repeat(modules, counts), np.repeat(modules, rooms - counts)])
