"""How hard to search, counted in work and not in seconds, so that a seed gives one answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

LARGEST_SEED = 2_000_000_000
"""Solvers add small numbers to the seed and keep it in 32 bits."""


@dataclass(frozen=True, kw_only=True)
class Effort:
    """Limits of one search; what is left out is not done.

    The size of a problem is its interactions and segments together. Temperatures are in pairs, work
    is in array entries that a run of annealing visits.

    Args:
        first: Key of the effort that comes before this one, so that what it finds is not missed.
        exchanges: For each placement to start from, its exchanges for each qubit and module.
        kahypar_seeds: Runs of Mt-KaHyPar to start from as well.
        static_hots: First temperature of each run with one home a qubit; the runs begin from the
            best placements, one each.
        static_visits: Work of such a run for each unit of size.
        least_static: Least work of such a run.
        slice_rounds: For each round over slices of the circuit, the first temperatures of its
            runs. Each round tries `SLICE_GROWTH` times as many exchanges as the one before, and
            from the third on it follows only one that saved half of `WORTHWHILE`.
        slice_steps: Exchanges that a run of the first of them tries for each stay of a qubit.
        most_sliced: Most work of such a run: an exchange counts four and the slices of a mean stay.
        polish_hots: First temperatures of annealing the best of these, one each.
        rounds: For each round, the first temperatures of its runs, which are independent; the next
            round starts from the best. Each round does twice the work of the one before, and from
            the third on it follows only one that saved `WORTHWHILE`.
        shuffled: Where moves saved anything in the first round, it is run from placements of
            random orders of the qubits as well; exchanges of each.
        unlike: Most such placements to begin from, which differ from the best and each other.
        visits: Work of a run of the first round for each unit of size.
        least: Least work of a run of the first round.
        most: Most work of a run.
        roam: Gates carried out to find lighter plans where communication qubits are limited.
        others: Assignments besides the best that are carried out as well, nearly as cheap.
        exact_states: States that the exact search may keep for one bound; 0 for none.
        exact_entries: Entries of tables that it fills to improve its bounds first.
        exact_size: Interactions times modules up to which CP-SAT gets the whole problem.
        exact_halves: Interactions up to which it gets problems for two modules: the whole, or one
            for each cut of more modules.
        exact_windows: Interactions up to which it gets windows of those that it leaves unproven.
        exact_work: CP-SAT's deterministic time for the one and for all of the others.
        modules_work: The same for contents of one module, of three or more that are all joined, in
            problems of up to `exact_halves` interactions.
        neighbourhoods: Neighbourhoods searched by CP-SAT.
    """

    first: str | None = None
    exchanges: tuple[int, ...] = ()
    kahypar_seeds: int = 0
    static_hots: tuple[float, ...]
    static_visits: int
    least_static: int
    slice_rounds: tuple[tuple[float, ...], ...] = ()
    slice_steps: int = 0
    most_sliced: int = 0
    polish_hots: tuple[float, ...] = ()
    rounds: tuple[tuple[float, ...], ...]
    shuffled: tuple[int, ...] = ()
    unlike: int = 0
    visits: int
    least: int
    most: int
    roam: int = 0
    others: int = 0
    exact_states: int = 0
    exact_entries: int = 0
    exact_size: int = 0
    exact_halves: int = 0
    exact_windows: int = 0
    exact_work: float = 0.0
    modules_work: float = 0.0
    neighbourhoods: int = 0

    def is_for_cpsat(self, n_interactions: int, modules: int) -> bool:
        """Tell whether CP-SAT gets the whole of a problem."""
        for_two = modules == 2 and n_interactions <= self.exact_halves
        return for_two or n_interactions * modules <= self.exact_size

    @property
    def searching(self) -> Effort:
        """The same without proofs."""
        return replace(
            self, exact_states=0, exact_size=0, exact_halves=0, exact_windows=0, modules_work=0.0
        )

    @property
    def proving(self) -> Effort:
        """The proofs alone."""
        return replace(
            self, first=None, exchanges=(), kahypar_seeds=0, static_hots=(), slice_rounds=(),
            rounds=(), roam=0, others=0, neighbourhoods=0,
        )  # fmt: skip


WORTHWHILE = 0.04
"""Share of the pairs that a round must save for another one to follow."""

SLICE_GROWTH = 4
"""Exchanges of a round over slices, over those of the round before."""

NEAR = 1.1
"""Cost of an assignment over that of the best up to which it is nearly as cheap."""

TRIAL = Effort(
    static_hots=(0.15,),
    static_visits=60,
    least_static=10_000,
    slice_rounds=((1.0,),),
    slice_steps=200,
    most_sliced=5_000_000,
    polish_hots=(0.3,),
    rounds=((0.3,),),
    visits=120,
    least=10_000,
    most=30_000_000,
)
"""For comparing programs with the same meaning before one of them is searched in earnest."""

EFFORTS = {
    "fast": Effort(
        exchanges=(0, 100, 100),
        static_hots=(0.3,),
        static_visits=90,
        least_static=30_000,
        slice_rounds=((1.0, 2.0),),
        slice_steps=200,
        most_sliced=5_000_000,
        polish_hots=(0.3,),
        rounds=((0.3,), (0.8,)),
        visits=250,
        least=30_000,
        most=60_000_000,
        roam=8_000_000,
    ),
    "default": Effort(
        exchanges=(0, *(50,) * 7),
        static_hots=(0.3, 0.6, 1.2, 0.4, 0.8, 0.2),
        static_visits=60,
        least_static=300_000,
        slice_rounds=((1.0, 2.0),) * 3,
        slice_steps=500,
        most_sliced=10_000_000,
        polish_hots=(0.3, 0.3),
        rounds=((0.3, 0.8), (0.3, 1.5), (0.5, 1.5), (0.3, 1.0), (0.3, 1.5)),
        shuffled=(200,) * 6,
        unlike=2,
        visits=1800,
        least=200_000,
        most=2_000_000_000,
        roam=16_000_000,
        others=3,
        exact_states=4_000_000,
        exact_entries=600_000_000,
        exact_size=60,
        exact_work=0.3,
    ),
    "best": Effort(
        first="default",
        exchanges=(0, *(200,) * 15),
        kahypar_seeds=3,
        static_hots=(0.15, 0.4, 0.8, 1.5),
        static_visits=400,
        least_static=2_000_000,
        slice_rounds=((1.0, 1.5, 2.0, 3.0),) * 4,
        slice_steps=2000,
        most_sliced=200_000_000,
        polish_hots=(0.3, 0.3, 0.3, 0.5),
        rounds=((0.3, 0.5, 0.8, 1.5),) * 6,
        shuffled=(400,) * 12,
        unlike=4,
        visits=8000,
        least=1_000_000,
        most=20_000_000_000,
        roam=200_000_000,
        others=12,
        exact_states=30_000_000,
        exact_entries=5_000_000_000,
        exact_size=300,
        exact_halves=600,
        exact_windows=5_000,
        exact_work=6.0,
        modules_work=20.0,
        neighbourhoods=20,
    ),
}
