"""The portfolio behind `trapline.passes.solve`: its stages, and the best answers so far.

Placements, round-robin and Mt-KaHyPar give starts with one home a qubit, which annealing improves;
slices of the circuit give starts in which qubits move; annealing improves the best with homes that
change; an exact search and CP-SAT prove small problems optimal, and bound larger ones by cuts and
windows; CP-SAT searches their neighbourhoods.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from trapline.passes.assignment import Assignment, first_homes, is_static, pairs, weight_of
from trapline.passes.bounds import spreading_bound, weight_bound
from trapline.passes.deadline import Deadline
from trapline.passes.effort import EFFORTS, NEAR, SLICE_GROWTH, WORTHWHILE, Effort
from trapline.passes.occupancy import fits
from trapline.passes.partition import in_one_module, mt_kahypar, round_robin
from trapline.passes.relabel import relabelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from trapline.passes.route import Router
    from trapline.passes.segment import Segments
    from trapline.passes.slices import Slices
    from trapline.targets.network import Network

THREADS = 2
"""Annealing runs at a time; the answer does not depend on it."""

WORTH_A_THREAD = 100_000
"""Array entries that a run visits from which runs go side by side."""

PLACEMENT_HEAT = (3.0, 0.5)
"""First temperatures of placements, taken in turn, in mean attractions of two qubits."""

SHUFFLED = 3
"""Placements from random orders of the qubits, besides the best, from which slices begin."""

LEAST_COST, LEAST_MEETINGS, LEAST_DENSITY = 1.0, 8, 0.45
"""Where slices pay: pairs of the best start for each qubit, layers in which qubits may change
places, and pairs over one link by which a stay attracts others."""

LEAST_TRIES = 50
"""Exchanges for each stay of a qubit below which slices are not worth a trial."""

ALIKE = 0.1
"""Share of the qubits by which placements may differ and still be alike."""

MOST_NEIGHBOURING = 5_000
"""Most interactions of a problem whose neighbourhoods CP-SAT searches."""


class Portfolio:
    """Stages of one search; the arguments are those of `solve`."""

    def __init__(
        self,
        segments: Segments,
        network: Network,
        router: Router,
        effort: Effort,
        seed: int,
        keepable: NDArray[np.bool_] | None,
        time_limit: float | None,
        progress: Callable[[str], None],
    ) -> None:
        self.segments, self.network, self.router = segments, network, router
        self.effort, self.seed, self.keepable = effort, seed, keepable
        self.progress = progress
        self.deadline = Deadline(time_limit)
        self.seconds: dict[str, float] = {}
        self.size = segments.n_interactions + segments.n_segments
        self.dealt = self.best = self.static = round_robin(segments, network)
        self.cost = weight_of(segments, self.best, router)
        self.bound = weight_bound(segments, network, router)
        self.kahypar: tuple[int, Assignment] | None = None
        self.found: list[tuple[int, Assignment]] = []

    def run(self, start: Assignment | None) -> None:
        """Search, from an assignment as well where one is given."""
        self._offer(in_one_module(self.segments, self.network))
        if self.effort.first is not None:
            start = self._first(EFFORTS[self.effort.first].searching, start)
        self._stage("place", lambda: self._place(start))
        self._stage("partition", self._partition)
        self.static = self.best
        self._stage("slices", self._slice)
        self._offer(start)
        self._stage("anneal", self._anneal)
        self._stage("exact", self._exact)
        if self.network.n_modules > 2:
            self._stage("cuts", lambda: self._cuts(whole=True))
            self._stage("modules", self._modules)
        self._stage("cp-sat", self._cpsat)
        if self.network.n_modules == 2:
            self._stage("windows", lambda: self._cuts(whole=False))
        self._stage("neighbourhoods", self._neighbourhoods)

    def pairs(self, found: Assignment) -> int:
        """Count the pairs of an assignment when communication qubits abound."""
        return pairs(self.segments, found, self.router)

    def least_pairs(self) -> int:
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
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start

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

    def others(self) -> tuple[Assignment, ...]:
        """List what was found besides the best, without repetitions."""
        near = [entry for entry in self.found if entry[0] <= NEAR * self.cost]
        seen, others = {_name(self.best)}, list[Assignment]()
        for _, found in sorted(near, key=lambda entry: entry[0]):
            if len(others) < self.effort.others and _name(found) not in seen:
                seen.add(_name(found))
                others.append(found)
        return tuple(others)

    def _first(self, effort: Effort, start: Assignment | None) -> Assignment:
        """Return what another effort finds."""
        found = Portfolio(
            self.segments,
            self.network,
            self.router,
            effort,
            self.seed,
            self.keepable,
            self.deadline.left(),
            self.progress,
        )
        found.run(start)
        self._offer(found.static)
        self.seconds.update(found.seconds)
        return found.best

    def _place(self, given: Assignment | None) -> None:
        starts = [] if given is None or not is_static(self.segments, given) else [given]
        for turn, effort in enumerate(self.effort.exchanges):
            hot = PLACEMENT_HEAT[turn % len(PLACEMENT_HEAT)]
            starts.append(self._placing()(seed=self.seed + turn, effort=effort, hot=hot))
        self._anneal_static(starts)

    def _placing(self) -> partial[Assignment]:
        """Return what places the qubits; its options are those of `place_qubits`."""
        from trapline.passes.placement import place_qubits

        return partial(place_qubits, self.segments, self.network, self.router)

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

    def _slice(self) -> None:
        """Let qubits move from slice to slice of the circuit; anneal the best that comes of it."""
        from trapline.passes.slices import slices_of

        effort, segments = self.effort, self.segments
        if (
            not effort.slice_rounds
            or self.cost < LEAST_COST * segments.n_qubits * self.router.lightest
            or len(segments.meetings) < LEAST_MEETINGS
            or effort.most_sliced < LEAST_TRIES * segments.n_segments
        ):
            return
        slices = slices_of(segments)
        most = slices.most_steps(effort.most_sliced)
        if slices.density < LEAST_DENSITY or most < LEAST_TRIES * slices.n_stays:
            return
        best = self._moving(slices, most)[: len(effort.polish_hots)]

        def polish(turn: int) -> Assignment:
            hot = effort.polish_hots[turn]
            return self._annealed(best[turn], self.seed + turn, hot, self._work(0), static=False)

        for found in best:
            self._offer(found)
        if self.deadline.is_over():
            return
        self._offer_all(polish, len(best), self._work(0))

    def _moving(self, slices: Slices, most: int) -> list[Assignment]:
        """List assignments in which qubits move, the cheapest first.

        Round by round, each `SLICE_GROWTH` times as long, as long as that saves enough and no run
        tries more than `most` exchanges.
        """
        found: list[tuple[int, int, Assignment]] = []
        bases = self._bases()
        steps, least = self.effort.slice_steps * slices.n_stays, None
        for hots in self.effort.slice_rounds:
            steps = min(steps, most)
            for start in self._slice_once(slices, bases, hots, len(found), steps):
                cost = weight_of(self.segments, start, self.router)
                found.append((cost, len(found), start))
            before, least = least, min(cost for cost, _, _ in found)
            stale = before is not None and least > (1 - WORTHWHILE / 2) * before
            if stale or steps == most or self.deadline.is_over():
                break
            steps *= SLICE_GROWTH
        return [start for _, _, start in sorted(found) if self._moves(start)]

    def _moves(self, found: Assignment) -> bool:
        """Tell whether qubits move, as far as the data qubits allow."""
        fit = fits(self.segments, found, self.network)
        return fit and not is_static(self.segments, found)

    def _slice_once(
        self,
        slices: Slices,
        bases: list[Assignment],
        hots: tuple[float, ...],
        turn: int,
        steps: int,
    ) -> Iterator[Assignment]:
        """Yield what the runs of one round give, from bases taken in turn."""
        from trapline.passes.slices import anneal_slices

        def run(number: int) -> Assignment:
            return anneal_slices(
                self.segments,
                self.network,
                self.router,
                slices,
                bases[(turn + number) % len(bases)],
                steps=steps,
                seed=self.seed + turn + number,
                hot=hots[number],
            )

        return self._runs(run, len(hots), int(slices.work_a_try * steps))

    def _bases(self) -> list[Assignment]:
        """List assignments with one home a qubit: the best, and placements from random orders."""
        n_runs = sum(map(len, self.effort.slice_rounds))
        placed = [
            self._placing()(seed=seed, shuffle=True)
            for seed in range(self.seed, self.seed + min(SHUFFLED, n_runs - 1))
        ]
        return [self.static, *placed]

    def _anneal(self) -> None:
        """Anneal round by round, each time longer, as long as that saves enough."""
        seed = self.seed
        for number, hots in enumerate(self.effort.rounds):
            if self.deadline.is_over() or self.cost <= self.bound:
                break
            base, before = self.best, self.cost
            self._anneal_once([base] * len(hots), hots, seed, self._work(number))
            seed += len(hots)
            if number == 0 and self.cost < before and is_static(self.segments, base):
                starts = self._unlike(base, before)
                hots = (min(hots),) * len(starts)
                self._anneal_once(starts, hots, seed, self._work(number))
                seed += len(starts)
            if number and self.cost > (1 - WORTHWHILE) * before:
                break

    def _unlike(self, base: Assignment, cost: int) -> list[Assignment]:
        """List placements from random orders, about as cheap, unlike a given one and each other."""
        starts: list[Assignment] = []
        for turn, exchanges in enumerate(self.effort.shuffled):
            if len(starts) == self.effort.unlike:
                break
            start = self._placing()(seed=self.seed + turn, effort=exchanges, shuffle=True)
            weight = weight_of(self.segments, start, self.router)
            if weight <= NEAR * cost and all(
                _differ(self.segments, start, other) for other in (base, *starts)
            ):
                starts.append(start)
        return starts

    def _anneal_once(
        self, starts: list[Assignment], hots: tuple[float, ...], seed: int, work: int
    ) -> None:
        """Run one round."""

        def run(turn: int) -> Assignment:
            return self._annealed(starts[turn], seed + turn, hots[turn], work, static=False)

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
        for found in self._runs(run, n_runs, work):
            self._offer(found)

    def _runs(
        self, run: Callable[[int], Assignment], n_runs: int, work: int
    ) -> Iterator[Assignment]:
        """Yield the results of independent runs in order, until one is proven optimal."""
        if n_runs == 1 or work < WORTH_A_THREAD:
            for turn in range(n_runs):
                if self.cost > self.bound:
                    yield run(turn)
            return
        with ThreadPoolExecutor(THREADS) as pool:
            for first in range(0, n_runs, THREADS):
                if self.cost > self.bound:
                    yield from pool.map(run, range(first, min(first + THREADS, n_runs)))

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

    def _cuts(self, *, whole: bool) -> None:
        from trapline.passes.bounds_cuts import cut_bound

        n = self.segments.n_interactions
        if n <= self.effort.exact_windows:
            least = cut_bound(
                self.segments,
                self.network,
                self.router,
                self.best,
                keepable=self.keepable,
                whole=whole and n <= self.effort.exact_halves,
                work=self.effort.exact_work,
                left=self.deadline.left,
                seed=self.seed,
            )
            self.bound = max(self.bound, least)

    def _modules(self) -> None:
        from trapline.passes.bounds_modules import module_bound

        n, work = self.segments.n_interactions, self.effort.modules_work
        if self.router.complete and work and n <= self.effort.exact_halves:
            least = module_bound(
                self.segments,
                self.network,
                [self.best, *(found for _, found in self.found)],
                enough=self.cost,
                keepable=self.keepable,
                work=work,
                left=self.deadline.left,
                seed=self.seed,
            )
            self.bound = max(self.bound, least)

    def _cpsat(self) -> None:
        from trapline.passes.cpsat import solve_cpsat

        n, k = self.segments.n_interactions, self.network.n_modules
        if not (self.effort.is_for_cpsat(n, k) and self._weighs_sets()):
            return
        result = solve_cpsat(
            self.segments,
            self.network,
            self.router,
            self.best,
            keepable=self.keepable,
            least=self.bound,
            most=self.cost - 1,
            work=self.effort.exact_work,
            seconds=self.deadline.left(),
            seed=self.seed,
        )
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


def _differ(segments: Segments, first: Assignment, second: Assignment) -> bool:
    """Tell whether qubits begin together in one assignment that do not in the other.

    Names of modules do not matter, nor does a share of `ALIKE` of the qubits.
    """
    a, b = first_homes(segments, first), first_homes(segments, second)
    k = int(max(a.max(), b.max())) + 1
    both = np.bincount(a.astype(np.int64) * k + b, minlength=k * k).reshape(k, k)
    return int(both.max(axis=0).sum()) < (1 - ALIKE) * len(a)
