"""One interface to all solvers: a problem in, the best assignment found and a proven bound out.

A portfolio of searches (`trapline.passes.portfolio`); none may return anything worse than the best
so far. Pieces of a network that no link joins are searched one by one (`trapline.passes.apart`).

All limits are counted in work (`trapline.passes.effort`), which depends on the problem and not on
the clock: a seed gives one answer. Only `time_limit` is in seconds; when it strikes, the answer may
differ from run to run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from trapline.passes.apart import joined, part_of, piece_of_qubits
from trapline.passes.bounds import spreading_bound, weight_bound
from trapline.passes.deadline import Deadline
from trapline.passes.effort import EFFORTS, Effort
from trapline.passes.feasible import check_feasible
from trapline.passes.portfolio import Portfolio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from trapline.passes.apart import Part
    from trapline.passes.assignment import Assignment
    from trapline.passes.route import Router
    from trapline.passes.segment import Segments
    from trapline.targets.network import Network

Progress = Callable[[str], None]
"""Called with the name of each stage as it begins."""


@dataclass(frozen=True, kw_only=True)
class Solution:
    """What the solvers found.

    Args:
        assignment: The best assignment.
        others: Others that are nearly as cheap, the cheapest first.
        weight: Weight of its pairs when communication qubits abound; their number where all links
            weigh one.
        epr_pairs: Its pairs when communication qubits abound.
        static_epr_pairs: Pairs of the best static assignment found.
        round_robin_epr_pairs: Pairs of dealing the qubits one by one.
        mt_kahypar_epr_pairs: Pairs of Mt-KaHyPar alone, None where it was not asked, is not
            installed, or the network is not connected.
        least_weight: Proven lower bound on the weight of any assignment.
        lower_bound: Proven lower bound on the pairs of any assignment, with copies that outlive a
            segment where those were allowed for (`keepable`).
        stopped: Whether the time limit cut the search short.
        seconds: Seconds by stage.
    """

    assignment: Assignment
    others: tuple[Assignment, ...] = ()
    weight: int
    epr_pairs: int
    static_epr_pairs: int
    round_robin_epr_pairs: int
    mt_kahypar_epr_pairs: int | None
    least_weight: int
    lower_bound: int
    stopped: bool = False
    seconds: dict[str, float] = field(default_factory=dict[str, float])


def solve(
    segments: Segments,
    network: Network,
    router: Router,
    *,
    effort: str | Effort = "default",
    seed: int = 0,
    start: Assignment | None = None,
    keepable: NDArray[np.bool_] | None = None,
    time_limit: float | None = None,
    progress: Progress = lambda _: None,
) -> Solution:
    """Find homes and places that need few EPR pairs.

    Args:
        segments: The communication model.
        network: The modules.
        router: Steiner weights of the network; what the pairs weigh is kept small.
        effort: A key of `EFFORTS`, or limits of one's own.
        seed: Seed of every random choice.
        start: An assignment to begin from as well; pieces of a network begin anew.
        keepable: Segments that could keep the copies of the segment two before
            (`trapline.passes.embedding.keepable`), where plans may do that; the bound holds for
            such plans too. None for no such plans.
        time_limit: Seconds after which no new stage begins and CP-SAT stops.
        progress: Called as each stage begins.

    Raises:
        InfeasibleError: No assignment satisfies the capacities.
    """
    check_feasible(segments, network)
    limits = EFFORTS[effort] if isinstance(effort, str) else effort
    if not network.is_connected and segments.n_qubits > max(network.data_qubits):
        return _solve_apart(segments, network, router, limits, seed, time_limit, progress)
    found = Portfolio(segments, network, router, limits, seed, keepable, time_limit, progress)
    found.run(start)
    return Solution(
        assignment=found.best,
        others=found.others(),
        weight=found.cost,
        epr_pairs=found.pairs(found.best),
        static_epr_pairs=found.pairs(found.static),
        round_robin_epr_pairs=found.pairs(found.dealt),
        mt_kahypar_epr_pairs=None if found.kahypar is None else found.pairs(found.kahypar[1]),
        least_weight=min(found.bound, found.cost),
        lower_bound=found.least_pairs(),
        stopped=found.deadline.struck,
        seconds=found.seconds,
    )


def _solve_apart(
    segments: Segments,
    network: Network,
    router: Router,
    effort: Effort,
    seed: int,
    time_limit: float | None,
    progress: Progress,
) -> Solution:
    """Solve each piece of a network for the parts of the circuit that are packed into it."""
    piece_of_qubit = piece_of_qubits(segments, network)
    deadline = Deadline(time_limit)
    parts: list[tuple[Part, Sequence[int], Assignment]] = []
    found: list[Solution] = []
    seconds: Counter[str] = Counter()
    for piece, modules in enumerate(network.pieces):
        part = part_of(segments, np.flatnonzero(piece_of_qubit == piece))
        inside = router.part(modules)
        left = deadline.left()
        solution = solve(
            part, inside.network, inside, effort=effort, seed=seed, time_limit=left,
            progress=progress,
        )  # fmt: skip
        parts.append((part, modules, solution.assignment))
        found.append(solution)
        seconds.update(solution.seconds)
    kahypar = [solution.mt_kahypar_epr_pairs for solution in found]
    return Solution(
        assignment=joined(segments, parts),
        weight=sum(solution.weight for solution in found),
        epr_pairs=sum(solution.epr_pairs for solution in found),
        static_epr_pairs=sum(solution.static_epr_pairs for solution in found),
        round_robin_epr_pairs=sum(solution.round_robin_epr_pairs for solution in found),
        mt_kahypar_epr_pairs=None if None in kahypar else sum(pairs or 0 for pairs in kahypar),
        least_weight=weight_bound(segments, network, router),
        lower_bound=spreading_bound(segments, network),
        stopped=any(solution.stopped for solution in found),
        seconds=dict(seconds),
    )
