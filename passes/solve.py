"""One interface to all solvers: a problem in, the best assignment found and a proven bound out.

The portfolio: placements, round-robin and Mt-KaHyPar give static starts; annealing improves them
with one home a qubit and then with homes that change; an exact search and CP-SAT prove small
problems optimal; CP-SAT searches neighbourhoods of larger ones. None may return anything worse than
the best so far.

All limits are counted in work (`trapline.passes.effort`), which depends on the problem and not on
the clock: a seed gives one answer. Only `time_limit` is in seconds; when it strikes, the answer may
differ from run to run.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trapline.passes.assignment import Assignment, is_static, pairs
from trapline.passes.bounds import spreading_bound
from trapline.passes.deadline import Deadline
from trapline.passes.effort import EFFORTS, WORTHWHILE, Effort
from trapline.passes.feasible import check_feasible
from trapline.passes.occupancy import fits
from trapline.passes.partition import in_one_module, mt_kahypar, round_robin

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from trapline.passes.route import Router
    from trapline.passes.segment import Segments
    from trapline.targets.network import Network

Progress = Callable[[str], None]
"""Called with the name of each stage as it begins."""

THREADS = 2
"""Annealing runs at a time; the answer does not depend on it."""

WORTH_A_THREAD = 1_000_000
"""Array entries that a run visits from which runs go side by side."""

LONG_ROUND = (0.5, 0.3)
"""First temperatures of the rounds that follow while they pay, in pairs."""

LONGER = 4
"""How much longer those are."""

COOL = 0.15
"""First temperature of annealing with one home a qubit, in pairs."""

PLACEMENT_HEAT = (3.0, 0.5)
"""First temperatures of placements, taken in turn, in mean attractions of two qubits."""

MOST_NEIGHBOURING = 5_000
"""Most interactions of a problem whose neighbourhoods CP-SAT searches."""


@dataclass(frozen=True, kw_only=True)
class Solution:
    """What the solvers found.

    Args:
        assignment: The best assignment.
        epr_pairs: Its pairs when communication qubits abound.
        static_epr_pairs: Pairs of the best static assignment found.
        round_robin_epr_pairs: Pairs of dealing the qubits one by one.
        mt_kahypar_epr_pairs: Pairs of Mt-KaHyPar alone, None where it was not asked, is not
            installed, or the network is not connected.
        lower_bound: Proven lower bound on the pairs of any assignment, with copies that outlive a
            segment where those were allowed for (`keepable`).
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
        router: Steiner weights of the network.
        effort: A key of `EFFORTS`, or limits of one's own.
        seed: Seed of every random choice.
        start: An assignment to begin from as well.
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
    portfolio = _Portfolio(segments, network, router, limits, seed, keepable, time_limit, progress)
    return portfolio.run(start)


class _Portfolio:
    def __init__(
        self,
        segments: Segments,
        network: Network,
        router: Router,
        effort: Effort,
        seed: int,
        keepable: NDArray[np.bool_] | None,
        time_limit: float | None,
        progress: Progress,
    ) -> None:
        self.segments, self.network, self.router = segments, network, router
        self.effort, self.seed, self.keepable = effort, seed, keepable
        self.progress = progress
        self.deadline = Deadline(time_limit)
        self.seconds: dict[str, float] = {}
        self.size = segments.n_interactions + segments.n_segments
        self.best = round_robin(segments, network)
        self.cost = pairs(segments, self.best, router)
        self.bound = spreading_bound(segments, network)
        self.kahypar: int | None = None

    def run(self, start: Assignment | None) -> Solution:
        dealt = self.cost
        self._offer(in_one_module(self.segments, self.network))
        self._stage("place", lambda: self._place(start))
        self._stage("partition", self._partition)
        static = self.cost
        self._offer(start)
        self._stage("anneal", self._anneal)
        self._stage("exact", self._exact)
        self._stage("cp-sat", self._cpsat)
        self._stage("neighbourhoods", self._neighbourhoods)
        return Solution(
            assignment=self.best,
            epr_pairs=self.cost,
            static_epr_pairs=static,
            round_robin_epr_pairs=dealt,
            mt_kahypar_epr_pairs=self.kahypar,
            lower_bound=min(self.bound, self.cost),
            stopped=self.deadline.struck,
            seconds=self.seconds,
        )

    def _stage(self, name: str, work: Callable[[], None]) -> None:
        """Run a stage unless the answer is already proven or time is up."""
        if self.cost <= self.bound or self.deadline.is_over():
            return
        self.progress(name)
        start = time.perf_counter()
        work()
        self.seconds[name] = time.perf_counter() - start

    def _offer(self, found: Assignment | None) -> int | None:
        """Take an assignment if it fits and costs no more than the best."""
        if found is None or not fits(self.segments, found, self.network):
            return None
        cost = pairs(self.segments, found, self.router)
        if cost <= self.cost:
            self.best, self.cost = found, cost
        return cost

    def _place(self, given: Assignment | None) -> None:
        from trapline.passes.placement import place_qubits

        if given is not None and is_static(self.segments, given):
            self._offer(self._annealed(given, self.seed, COOL, self.effort.static, static=True))

        def start(turn: int) -> Assignment:
            placed = place_qubits(
                self.segments,
                self.network,
                self.router,
                seed=self.seed + turn,
                effort=self.effort.exchanges[turn],
                hot=PLACEMENT_HEAT[turn % len(PLACEMENT_HEAT)],
            )
            return self._annealed(placed, turn, COOL, self.effort.static, static=True)

        self._offer_all(start, len(self.effort.exchanges), self.effort.static)

    def _partition(self) -> None:
        for turn in range(self.effort.kahypar_seeds):
            if turn and self.deadline.is_over():
                break
            cut = mt_kahypar(self.segments, self.network, seed=self.seed + turn)
            cost = self._offer(cut)
            if cost is None or cut is None:
                break
            self.kahypar = cost if self.kahypar is None else min(cost, self.kahypar)
            self._offer(self._annealed(cut, turn, COOL, self.effort.static, static=True))

    def _anneal(self) -> None:
        """Anneal round by round; longer rounds follow as long as they save enough."""
        seed, pays = self.seed, True
        visits = [self.effort.visits] * len(self.effort.rounds)
        visits += [LONGER * self.effort.visits] * self.effort.extra
        for number, work in enumerate(visits):
            is_extra = number >= len(self.effort.rounds)
            if self.deadline.is_over() or self.cost <= self.bound or (is_extra and not pays):
                break
            hots = LONG_ROUND if is_extra else self.effort.rounds[number]
            before = self.cost
            self._anneal_once(hots, seed, work)
            seed += len(hots)
            pays = self.cost <= (1 - WORTHWHILE) * before

    def _anneal_once(self, hots: tuple[float, ...], seed: int, visits: int) -> None:
        """Run one round from the best."""
        base = self.best

        def run(turn: int) -> Assignment:
            return self._annealed(base, seed + turn, hots[turn], visits, static=False)

        self._offer_all(run, len(hots), visits)

    def _annealed(
        self, start: Assignment, seed: int, hot: float, visits: int, *, static: bool
    ) -> Assignment:
        from trapline.passes.anneal import anneal

        return anneal(
            self.segments,
            self.network,
            self.router,
            start,
            work=self._work(visits),
            seed=seed,
            static=static,
            enough=max(pairs(self.segments, start, self.router) - self.bound, 1),
            hot=hot,
        )

    def _work(self, visits: int) -> int:
        return min(max(visits * self.size, self.effort.least), self.effort.most)

    def _offer_all(self, run: Callable[[int], Assignment], n_runs: int, visits: int) -> None:
        """Offer the results of independent runs, in the order of their numbers."""
        if n_runs == 1 or self._work(visits) < WORTH_A_THREAD:
            for turn in range(n_runs):
                if self.cost > self.bound:
                    self._offer(run(turn))
            return
        with ThreadPoolExecutor(THREADS) as pool:
            for found in pool.map(run, range(n_runs)):
                self._offer(found)

    def _exact(self) -> None:
        from trapline.passes.exact import is_small, solve_exactly

        if self.effort.exact_states and is_small(self.segments, self.network, self.keepable):
            result = solve_exactly(
                self.segments,
                self.network,
                self.router,
                best=self.cost,
                keepable=self.keepable,
                most_entries=self.effort.exact_entries,
                stop=self.deadline.is_over,
                most_states=self.effort.exact_states,
            )
            self.bound = max(self.bound, result.bound)
            self._offer(result.assignment)

    def _cpsat(self) -> None:
        from trapline.passes.cpsat import solve_cpsat

        if self.segments.n_interactions * self.network.n_modules > self.effort.exact_size:
            return
        result = solve_cpsat(
            self.segments,
            self.network,
            self.router,
            self.best,
            least=self.bound,
            work=self.effort.exact_work,
            seconds=self.deadline.left(),
            seed=self.seed,
        )
        if self.keepable is None or not self.keepable.any():
            self.bound = max(self.bound, result.bound)
        self._offer(result.assignment)

    def _neighbourhoods(self) -> None:
        from trapline.passes.neighbourhoods import improve

        if self.effort.neighbourhoods and self.segments.n_interactions <= MOST_NEIGHBOURING:
            better = improve(
                self.segments,
                self.network,
                self.router,
                self.best,
                rounds=self.effort.neighbourhoods,
                size=60,
                work=0.1,
                seed=self.seed,
                stop=self.deadline.is_over,
            )
            self._offer(better)
