"""Relays with one communication qubit: which modules keep a data qubit free for them.

A module passes a copy on when it can hold that and half a pair at one moment: with two
communication qubits, or with one and a free data qubit. Where there are too few data qubits for
that in every module between others, those are chosen whose relays shorten most ways (greedily).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trapline.targets.network import Network

BLOCKED = 10
"""Links that a way through a module without room for a relay counts for."""

MOST_MODULES = 64
"""Modules above which none is chosen: that takes their number to the fourth power."""


def with_relay_seats(network: Network, n_qubits: int) -> Network:
    """Return a network with a data qubit less in each module chosen for relays.

    Args:
        network: The modules.
        n_qubits: Qubits of the circuit, which must still fit.
    """
    if network.n_modules > MOST_MODULES:
        return network
    room, least = network, int(relay_distances(network, network).sum())
    for _ in range(sum(network.data_qubits) - n_qubits):
        rooms = [
            _with_seat(room, m)
            for m, limit in enumerate(network.comm_qubits)
            if limit == 1 and room.data_qubits[m] == network.data_qubits[m] > 0
        ]
        sums = [int(relay_distances(network, other).sum()) for other in rooms]
        if min(sums, default=least) >= least:
            break
        least = min(sums)
        room = rooms[sums.index(least)]
    return room


def relay_distances(network: Network, room: Network) -> NDArray[np.int64]:
    """Return the links between modules, `BLOCKED` more for each module between without a relay.

    Args:
        network: The modules.
        room: The same with fewer data qubits where some are kept free.

    Returns:
        int64, (modules, modules).
    """
    n = network.n_modules
    far = np.full((n, n), np.int64(1) << 30)
    np.fill_diagonal(far, 0)
    for a, b in network.links:
        far[a, b] = far[b, a] = 1
    for m, limit in enumerate(network.comm_qubits):  # Floyd and Warshall
        relays = limit is None or limit > 1 or room.data_qubits[m] < network.data_qubits[m]
        way = far[:, m, None] + far[None, m, :] + (0 if relays and limit != 0 else BLOCKED)
        far = np.minimum(far, way)
    return far


def _with_seat(room: Network, module: int) -> Network:
    sizes = (size - (m == module) for m, size in enumerate(room.data_qubits))
    return replace(room, data_qubits=tuple(sizes))
