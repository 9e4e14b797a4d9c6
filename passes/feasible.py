"""What no plan can satisfy, by the name of the constraint and the smallest change that helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trapline.errors import InfeasibleError
from trapline.passes.bounds import spreading_bound

if TYPE_CHECKING:
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
        raise InfeasibleError(
            "the circuit needs more than one module and the network is not connected",
            constraint="network",
            hint="add links until every module reaches every other",
        )
    starved = [
        name
        for name, limit in zip(network.names, network.comm_qubits, strict=True)
        if limit is not None and limit < 1
    ]
    if starved and spreading_bound(segments, network) > 0:
        raise InfeasibleError(
            f"the circuit must be cut, and {', '.join(starved)} has no communication qubit",
            constraint="comm_qubits",
            nearest={"comm_qubits": 1},
            hint="give every module at least 1 communication qubit",
        )


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
    reached = network.part(helpful).hops >= 0
    groups = [[m for m, near in zip(helpful, row, strict=True) if near] for row in reached.tolist()]

    def room(group: list[int]) -> int:
        return sum(network.data_qubits[m] for m in group)

    best = max(groups, key=room)
    return best if room(best) >= n_qubits and len(best) < network.n_modules else None
