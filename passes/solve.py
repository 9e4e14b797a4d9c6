"""One interface to all solvers: a problem in, the best assignment found and a proven bound out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from trapline.errors import InfeasibleError
from trapline.passes.assignment import Assignment, pairs
from trapline.passes.partition import mt_kahypar, round_robin
from trapline.passes.route import Router
from trapline.passes.segment import Segments
from trapline.targets.network import Network

EFFORTS = ("fast", "default", "best")
Progress = Callable[[str, float], None]
"""Called with the name of a stage and the fraction done, 0 to 1."""


@dataclass(frozen=True, kw_only=True)
class Solution:
    """What the solvers found.

    Args:
        assignment: The best assignment.
        epr_pairs: Its pairs when communication qubits abound.
        static_epr_pairs: Pairs of the best static assignment found.
        round_robin_epr_pairs: Pairs of dealing the qubits one by one.
        mt_kahypar_epr_pairs: Pairs of Mt-KaHyPar alone, None where it is not installed.
        lower_bound: Proven lower bound on the pairs of any assignment, or None.
        stopped: Whether the time limit cut the search short.
        seconds: Seconds by stage.
    """

    assignment: Assignment
    epr_pairs: int
    static_epr_pairs: int
    round_robin_epr_pairs: int
    mt_kahypar_epr_pairs: int | None
    lower_bound: int | None
    stopped: bool = False
    seconds: dict[str, float] = field(default_factory=dict)


def check_feasible(segments: Segments, network: Network) -> None:
    """Refuse what no plan can satisfy.

    Raises:
        InfeasibleError: The qubits do not fit, or interacting modules cannot be joined.
    """
    need, have = segments.n_qubits, sum(network.data_qubits)
    if need > have:
        extra = -(-(need - have) // network.n_modules)
        largest = max(network.data_qubits)
        raise InfeasibleError(
            f"the circuit has {need} qubits and the {network.n_modules} modules hold {have}",
            constraint="data_qubits",
            nearest={"data_qubits": max(largest, min(network.data_qubits) + extra), "total": need},
            hint=f"add {need - have} data qubits in all, {extra} a module",
        )
    if need > max(network.data_qubits, default=0) and not network.is_connected:
        raise InfeasibleError(
            "the circuit needs more than one module, and the network is not connected",
            constraint="network",
            hint="add links until every module reaches every other",
        )
