"""One interface to all solvers: a problem in, the best assignment found and a proven bound out.

The portfolio: round-robin and Mt-KaHyPar give static starts; annealing improves them with one home
a qubit and then with homes that change; CP-SAT proves small problems optimal and searches
neighbourhoods of larger ones. Every solver starts from the best so far and none may return anything
worse.

All limits are counted in moves and in CP-SAT's deterministic time, which depend on the problem and
not on the clock: a seed gives one answer. Only `time_limit` is in seconds; when it strikes, the
answer may differ from run to run.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trapline.errors import InfeasibleError
from trapline.passes.assignment import Assignment, pairs
from trapline.passes.bounds import spreading_bound
from trapline.passes.occupancy import fits
from trapline.passes.partition import in_one_module, mt_kahypar, round_robin

if TYPE_CHECKING:
    from trapline.passes.route import Router
    from trapline.passes.segment import Segments
    from trapline.targets.network import Network

Progress = Callable[[str], None]
"""Called with the name of each stage as it begins."""


@dataclass(frozen=True, kw_only=True)
class Effort:
    """How hard to search.

    Args:
        kahypar_seeds: Runs of Mt-KaHyPar.
        starts: Annealing runs.
        moves: Annealing moves for each interaction and segment.
        budget: Most annealing work of one run, in million array entries visited.
        exact_size: Interactions times modules up to which CP-SAT gets the whole problem.
        exact_work: CP-SAT's deterministic time for that.
        rounds: Neighbourhoods searched by CP-SAT.
    """

    kahypar_seeds: int
    starts: int
    moves: int
    budget: float
    exact_size: int
    exact_work: float
    rounds: int


EFFORTS = {
    "fast": Effort(
        kahypar_seeds=1, starts=1, moves=40, budget=50, exact_size=60, exact_work=0.2, rounds=0
    ),
    "default": Effort(
        kahypar_seeds=3, starts=2, moves=100, budget=300, exact_size=160, exact_work=1.5, rounds=8
    ),
    "best": Effort(
        kahypar_seeds=8, starts=6, moves=400, budget=5000, exact_size=520, exact_work=20, rounds=60
    ),
}


@dataclass(frozen=True, kw_only=True)
class Solution:
    """What the solvers found.

    Args:
        assignment: The best assignment.
        epr_pairs: Its pairs when communication qubits abound.
        static_epr_pairs: Pairs of the best static assignment found.
        round_robin_epr_pairs: Pairs of dealing the qubits one by one.
        mt_kahypar_epr_pairs: Pairs of Mt-KaHyPar alone, None where it is not installed or the
            network is not connected.
        lower_bound: Proven lower bound on the pairs of any assignment.
        stopped: Whether the time limit cut the search short.
        seconds: Seconds by stage.
    """

    assignment: Assignment
    epr_pairs: int
    static_epr_pairs: int
    round_robin_epr_pairs: int
    mt_kahypar_epr_pairs: int | None
    lower_bound: int
    stopped: bool = False
    seconds: dict[str, float] = field(default_factory=dict[str, float])


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


def solve(
    segments: Segments,
    network: Network,
    router: Router,
    *,
    effort: str = "default",
    seed: int = 0,
    time_limit: float | None = None,
    progress: Progress = lambda _: None,
) -> Solution:
    """Find homes and places that need few EPR pairs.

    Args:
        segments: The communication model.
        network: The modules.
        router: Steiner weights of the network.
        effort: A key of `EFFORTS`.
        seed: Seed of every random choice.
        time_limit: Seconds after which no new stage begins and CP-SAT stops.
        progress: Called as each stage begins.

    Raises:
        InfeasibleError: No assignment satisfies the capacities.
    """
    check_feasible(segments, network)
    portfolio = _Portfolio(segments, network, router, EFFORTS[effort], seed, time_limit, progress)
    return portfolio.run()


class _Portfolio:
    def __init__(
        self,
        segments: Segments,
        network: Network,
        router: Router,
        effort: Effort,
        seed: int,
        time_limit: float | None,
        progress: Progress,
    ) -> None:
        self.segments, self.network, self.router = segments, network, router
        self.effort, self.seed, self.progress = effort, seed, progress
        self.deadline = None if time_limit is None else time.perf_counter() + time_limit
        self.seconds: dict[str, float] = {}
        self.stopped = False
        self.best = round_robin(segments, network)
        self.cost = pairs(segments, self.best, router)
        self.bound = spreading_bound(segments, network)

    def run(self) -> Solution:
        dealt = self.cost
        self._offer(in_one_module(self.segments, self.network))
        kahypar = self._stage("partition", self._partition, always=True)
        self._stage("anneal-static", lambda: self._anneal(static=True))
        static = self.cost
        self._stage("anneal", lambda: self._anneal(static=False))
        self._stage("cp-sat", self._prove)
        self._stage("neighbourhoods", self._neighbourhoods)
        return Solution(
            assignment=self.best,
            epr_pairs=self.cost,
            static_epr_pairs=static,
            round_robin_epr_pairs=dealt,
            mt_kahypar_epr_pairs=kahypar,
            lower_bound=min(self.bound, self.cost),
            stopped=self.stopped,
            seconds=self.seconds,
        )

    def _stage(
        self, name: str, work: Callable[[], int | None], *, always: bool = False
    ) -> int | None:
        """Run a stage unless the answer is already proven or time is up."""
        if (self.cost <= self.bound and not always) or self._late():
            return None
        self.progress(name)
        start = time.perf_counter()
        result = work()
        self.seconds[name] = time.perf_counter() - start
        return result

    def _late(self) -> bool:
        if self.deadline is not None and time.perf_counter() >= self.deadline:
            self.stopped = True
        return self.stopped

    def _left(self) -> float | None:
        return None if self.deadline is None else max(self.deadline - time.perf_counter(), 0.01)

    def _offer(self, found: Assignment | None) -> int | None:
        """Take an assignment if it fits and costs no more than the best."""
        if found is None or not fits(self.segments, found, self.network):
            return None
        cost = pairs(self.segments, found, self.router)
        if cost <= self.cost:
            self.best, self.cost = found, cost
        return cost

    def _partition(self) -> int | None:
        costs: list[int] = []
        for turn in range(self.effort.kahypar_seeds):
            if turn and self._late():
                break
            cost = self._offer(mt_kahypar(self.segments, self.network, seed=self.seed + turn))
            if cost is not None:
                costs.append(cost)
        return costs[0] if costs else None

    def _anneal(self, *, static: bool) -> None:
        from trapline.passes.anneal import anneal

        size = self.segments.n_interactions + self.segments.n_segments
        wanted = self.effort.moves * (8 * self.segments.n_qubits if static else size)
        moves = int(min(wanted, self.effort.budget * 1e6 / self._visits(static=static)))
        start = self.best
        for turn in range(1 if static else self.effort.starts):
            if self._late() or self.cost <= self.bound:
                break
            self._offer(
                anneal(
                    self.segments,
                    self.network,
                    self.router,
                    start,
                    moves=moves,
                    seed=self.seed + turn,
                    static=static,
                )
            )

    def _visits(self, *, static: bool) -> float:
        """Estimate the array entries that a move visits: operands moved along, moments it lasts."""
        model = self.segments
        chain = (model.n_interactions + model.n_segments) / model.n_qubits
        whole_chain = 30.0 * chain + 4.0 * model.n_interactions
        segments_of_qubit = model.n_segments / model.n_qubits
        return whole_chain if static else 10.0 + 2.0 * whole_chain / segments_of_qubit

    def _prove(self) -> None:
        from trapline.passes.cpsat import solve_cpsat

        if self.segments.n_interactions * self.network.n_modules > self.effort.exact_size:
            return
        for relaxed in (True, False):
            if self.cost <= self.bound or self._late():
                return
            result = solve_cpsat(
                self.segments,
                self.network,
                self.router,
                self.best,
                relaxed=relaxed,
                work=self.effort.exact_work,
                seconds=self._left(),
                seed=self.seed,
            )
            if relaxed:
                self.bound = max(self.bound, result.bound)
            self._offer(result.assignment)

    def _neighbourhoods(self) -> None:
        from trapline.passes.neighbourhoods import improve

        if self.effort.rounds < 1 or self.segments.n_interactions > 5000:
            return
        self._offer(
            improve(
                self.segments,
                self.network,
                self.router,
                self.best,
                rounds=self.effort.rounds,
                size=60,
                work=0.1,
                seed=self.seed,
                stop=self._late,
            )
        )
