"""What no plan can satisfy, by the name of the constraint and the smallest change that helps."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from trapline.errors import InfeasibleError
from trapline.passes.apart import piece_of_qubits
from trapline.passes.bounds import qubit_groups, spreading_bound

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trapline.passes.segment import Segments
    from trapline.targets.network import Network


def check_feasible(segments: Segments, network: Network) -> None:
    """Refuse what no plan can satisfy.

    Raises:
        InfeasibleError: The qubits do not fit, or modules that must work together cannot.
    """
    need, have = segments.n_qubits, sum(network.data_qubits)
    if need > have:
        enough = next(
            size
            for size in range(1, need + 1)
            if sum(max(size, qubits) for qubits in network.data_qubits) >= need
        )
        raise InfeasibleError(
            f"the circuit has {need} qubits and the {network.n_modules} modules hold {have}",
            constraint="data_qubits",
            nearest={"data_qubits": enough},
            hint=f"give each module at least {enough} data qubits, or add modules",
        )
    if need <= max(network.data_qubits):
        return
    if not network.is_connected:
        _check_packing(segments, network)
    starved = [
        name
        for name, limit, near in zip(
            network.names, network.comm_qubits, network.neighbours, strict=True
        )
        if limit == 0 and near
    ]
    if starved and spreading_bound(segments, network) > 0:
        raise InfeasibleError(
            f"the circuit must be cut, and {', '.join(starved)} has no communication qubit",
            constraint="comm_qubits",
            nearest={"comm_qubits": 1},
            hint="give every module at least 1 communication qubit",
        )


def _check_packing(segments: Segments, network: Network) -> None:
    """Refuse a network in pieces among which the parts of the circuit were not divided."""
    if piece_of_qubits(segments, network) is not None:
        return
    sizes = np.unique(qubit_groups(segments), return_counts=True)[1].tolist()
    rooms = {piece: sum(network.data_qubits[m] for m in piece) for piece in network.pieces}
    firsts = [
        next((m for m in piece if network.comm_qubits[m] != 0), piece[0])
        for piece in sorted(rooms, key=lambda piece: -rooms[piece])
    ]
    links: list[tuple[int, int]] = []
    for a, b in pairwise(firsts):  # the largest pieces first
        links.append((min(a, b), max(a, b)))
        wider = replace(network, kind="custom", links=network.links + tuple(links))
        if piece_of_qubits(segments, wider) is not None:
            break
    too_large = max(sizes) > max(rooms.values()) and not segments.fresh.any()
    raise InfeasibleError(
        f"the circuit is in parts of {_listed(sizes)} qubits, and the network in pieces that hold "
        f"{_listed(rooms.values())}: "
        + ("the largest part fits none" if too_large else "no way to divide them was found"),
        constraint="network",
        nearest={"links": [[network.names[m] for m in link] for link in links]},
        hint="link " + ", ".join(f"{network.names[a]} to {network.names[b]}" for a, b in links),
    )


def _listed(sizes: Iterable[int]) -> str:
    largest = sorted(sizes, reverse=True)
    return ", ".join(map(str, largest[:5])) + (", ..." if len(largest) > 5 else "")


def taking_part(network: Network, n_qubits: int) -> list[int] | None:
    """Find modules that hold a circuit together while the others stay idle.

    Modules without communication qubits, and modules that no link reaches, cannot help. Of the
    groups of modules that remain, the one with the most data qubits is chosen.

    Returns:
        Their numbers, ascending; None when they are too small, or there is nothing to leave out.
    """
    helpful = [m for m, limit in enumerate(network.comm_qubits) if limit != 0]
    if not helpful:
        return None
    groups = [[helpful[i] for i in piece] for piece in network.part(helpful).pieces]

    def room(group: list[int]) -> int:
        return sum(network.data_qubits[m] for m in group)

    best = max(groups, key=room)
    return best if room(best) >= n_qubits and len(best) < network.n_modules else None
