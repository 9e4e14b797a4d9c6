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

from trapline.passes.assignment import Assignment, is_static, pairs, weight_of
from trapline.passes.bounds import spreading_bound, weight_bound
from trapline.passes.deadline import Deadline
from trapline.passes.effort import EFFORTS, NEAR, WORTHWHILE, Effort
from trapline.passes.feasible import check_feasible
from trapline.passes.occupancy import fits
from trapline.passes.partition import in_one_module, mt_kahypar, round_robin
from trapline.passes.relabel import relabelled

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

PLACEMENT_HEAT = (3.0, 0.5)
"""First temperatures of placements, taken in turn, in mean attractions of two qubits."""

MOST_NEIGHBOURING = 5_000
"""Most interactions of a problem whose neighbourhoods CP-SAT searches."""


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
        self.cost = weight_of(segments, self.best, router)
        self.bound = weight_bound(segments, network, router)
        self.kahypar: tuple[int, Assignment] | None = None
        self.found: list[tuple[int, Assignment]] = []

    def run(self, start: Assignment | None) -> Solution:
        dealt = self.best
        self._offer(in_one_module(self.segments, self.network))
        self._stage("place", lambda: self._place(start))
        self._stage("partition", self._partition)
        static = self.best
        self._offer(start)
        self._stage("anneal", self._anneal)
        self._stage("exact", self._exact)
        self._stage("cp-sat", self._cpsat)
        self._stage("neighbourhoods", self._neighbourhoods)
        return Solution(
            assignment=self.best,
            others=self._others(),
            weight=self.cost,
            epr_pairs=self._pairs(self.best),
            static_epr_pairs=self._pairs(static),
            round_robin_epr_pairs=self._pairs(dealt),
            mt_kahypar_epr_pairs=None if self.kahypar is None else self._pairs(self.kahypar[1]),
            least_weight=min(self.bound, self.cost),
            lower_bound=self._least_pairs(),
            stopped=self.deadline.struck,
            seconds=self.seconds,
        )

    def _pairs(self, found: Assignment) -> int:
        return pairs(self.segments, found, self.router)

    def _least_pairs(self) -> int:
        """Bound the pairs; what is proven of unequal weights says nothing of them."""
        if self.router.weights is None:
            return min(self.bound, self.cost)
        return spreading_bound(self.segments, self.network)

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
        if self.router.weights is not None:
            found = relabelled(self.segments, found, self.router)
        cost = weight_of(self.segments, found, self.router)
        if self.effort.others:
            self.found.append((cost, found))
        if cost <= self.cost:
            self.best, self.cost = found, cost
        return cost

    def _others(self) -> tuple[Assignment, ...]:
        """List what was found besides the best, without repetitions."""
        near = [entry for entry in self.found if entry[0] <= NEAR * self.cost]
        seen, others = {_name(self.best)}, list[Assignment]()
        for _, found in sorted(near, key=lambda entry: entry[0]):
            if len(others) < self.effort.others and _name(found) not in seen:
                seen.add(_name(found))
                others.append(found)
        return tuple(others)

    def _place(self, given: Assignment | None) -> None:
        from trapline.passes.placement import place_qubits

        starts = [] if given is None or not is_static(self.segments, given) else [given]
        for turn, effort in enumerate(self.effort.exchanges):
            placed = place_qubits(
                self.segments,
                self.network,
                self.router,
                seed=self.seed + turn,
                effort=effort,
                hot=PLACEMENT_HEAT[turn % len(PLACEMENT_HEAT)],
            )
            starts.append(placed)
        self._anneal_static(starts)

    def _anneal_static(self, starts: list[Assignment]) -> None:
        """Anneal with one home a qubit, from the best starts."""
        starts = sorted(starts, key=lambda start: weight_of(self.segments, start, self.router))
        hots, work = self.effort.static_hots, self._static_work()
        if not starts:
            return
        self._offer(starts[0])

        def run(turn: int) -> Assignment:
            start = starts[min(turn, len(starts) - 1)]
            return self._annealed(start, self.seed + turn, hots[turn], work, static=True)

        self._offer_all(run, len(hots), work)

    def _static_work(self) -> int:
        work = self.effort.static_visits * self.size
        return min(max(work, self.effort.least_static), self.effort.most)

    def _partition(self) -> None:
        for turn in range(self.effort.kahypar_seeds):
            if turn and self.deadline.is_over():
                break
            cut = mt_kahypar(
                self.segments, self.network, seed=self.seed + turn, weights=self.router.weights
            )
            cost = self._offer(cut)
            if cost is None or cut is None:
                break
            if self.kahypar is None or cost < self.kahypar[0]:
                self.kahypar = cost, cut
            self._anneal_static([cut])

    def _anneal(self) -> None:
        """Anneal round by round, each time longer, as long as that saves enough."""
        seed = self.seed
        for number, hots in enumerate(self.effort.rounds):
            if self.deadline.is_over() or self.cost <= self.bound:
                break
            before = self.cost
            self._anneal_once(hots, seed, self._work(number))
            seed += len(hots)
            if number and self.cost > (1 - WORTHWHILE) * before:
                break

    def _anneal_once(self, hots: tuple[float, ...], seed: int, work: int) -> None:
        """Run one round from the best."""
        base = self.best

        def run(turn: int) -> Assignment:
            return self._annealed(base, seed + turn, hots[turn], work, static=False)

        self._offer_all(run, len(hots), work)

    def _work(self, number: int) -> int:
        """Work of each run of a round."""
        work = max(self.effort.visits * self.size, self.effort.least) << number
        return min(work, self.effort.most)

    def _annealed(
        self, start: Assignment, seed: int, hot: float, work: int, *, static: bool
    ) -> Assignment:
        from trapline.passes.anneal import anneal

        return anneal(
            self.segments,
            self.network,
            self.router,
            start,
            work=work,
            seed=seed,
            static=static,
            enough=max(weight_of(self.segments, start, self.router) - self.bound, 1),
            hot=hot,
        )

    def _offer_all(self, run: Callable[[int], Assignment], n_runs: int, work: int) -> None:
        """Offer the results of independent runs, in the order of their numbers."""
        if n_runs == 1 or work < WORTH_A_THREAD:
            for turn in range(n_runs):
                if self.cost > self.bound:
                    self._offer(run(turn))
            return
        with ThreadPoolExecutor(THREADS) as pool:
            for found in pool.map(run, range(n_runs)):
                self._offer(found)

    def _exact(self) -> None:
        from trapline.passes.exact import is_small, solve_exactly

        if self.router.weights is not None:  # its tables count pairs
            return
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

    def _weighs_sets(self) -> bool:
        """Tell whether CP-SAT can be told what each set of modules weighs, exactly."""
        return self.router.complete or self.router.table is not None

    def _cpsat(self) -> None:
        from trapline.passes.cpsat import solve_cpsat

        if self.segments.n_interactions * self.network.n_modules > self.effort.exact_size:
            return
        if not self._weighs_sets():
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

        if not self._weighs_sets():
            return
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


def _name(assignment: Assignment) -> bytes:
    """Return what tells an assignment from others."""
    return b"".join(row.tobytes() for row in (assignment.home, assignment.place, assignment.move))
