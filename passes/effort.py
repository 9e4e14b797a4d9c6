"""How hard to search, counted in work and not in seconds, so that a seed gives one answer."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class Effort:
    """Limits of one search; what is left out is not done.

    The size of a problem is its interactions and segments together.

    Args:
        exchanges: For each placement to start from, its exchanges for each qubit and module.
        kahypar_seeds: Runs of Mt-KaHyPar to start from as well.
        static: Array entries that annealing with one home a qubit visits for each unit of size.
        rounds: First temperatures of the annealing runs of each round, in pairs; the runs of a
            round are independent and the next round starts from the best.
        extra: Most further, longer rounds, as long as each saves `WORTHWHILE`.
        visits: Array entries that one run visits for each unit of size.
        least: Fewest entries that one run visits.
        most: Most entries that one run visits.
        exact_states: States that the exact search may keep for one bound; 0 for none.
        exact_entries: Entries of tables that it fills to improve its bounds first.
        exact_size: Interactions times modules up to which CP-SAT gets the whole problem.
        exact_work: CP-SAT's deterministic time for that.
        neighbourhoods: Neighbourhoods searched by CP-SAT.
    """

    exchanges: tuple[int, ...] = ()
    kahypar_seeds: int = 0
    static: int
    rounds: tuple[tuple[float, ...], ...]
    extra: int = 0
    visits: int
    least: int
    most: int
    exact_states: int = 0
    exact_entries: int = 0
    exact_size: int = 0
    exact_work: float = 0.0
    neighbourhoods: int = 0

    @property
    def searching(self) -> Effort:
        """The same without proofs."""
        return replace(self, exact_states=0, exact_size=0)

    @property
    def proving(self) -> Effort:
        """The proofs alone."""
        return replace(self, exchanges=(), kahypar_seeds=0, rounds=(), extra=0, neighbourhoods=0)


WORTHWHILE = 0.02
"""Share of the pairs that a round must save for another one to follow."""

TRIAL = Effort(
    static=60,
    rounds=((0.3,),),
    visits=120,
    least=10_000,
    most=30_000_000,
)
"""For comparing programs with the same meaning before one of them is searched in earnest."""

EFFORTS = {
    "fast": Effort(
        exchanges=(100,),
        static=30,
        rounds=((0.3,),),
        visits=380,
        least=30_000,
        most=100_000_000,
    ),
    "default": Effort(
        exchanges=(0, 200, 200, 200),
        static=60,
        rounds=((0.3, 0.8), (0.25, 0.5), (0.3, 0.2)),
        extra=8,
        visits=1800,
        least=200_000,
        most=2_000_000_000,
        exact_states=4_000_000,
        exact_entries=600_000_000,
        exact_size=60,
        exact_work=0.3,
    ),
    "best": Effort(
        exchanges=(0, 200, 200, 1000, 1000, 3000),
        kahypar_seeds=3,
        static=400,
        rounds=((0.3, 0.5, 0.8, 0.4), (0.3, 0.5, 0.4, 0.3), (0.25, 0.3, 0.4, 0.2)),
        extra=8,
        visits=8000,
        least=4_000_000,
        most=20_000_000_000,
        exact_states=30_000_000,
        exact_entries=5_000_000_000,
        exact_size=300,
        exact_work=20.0,
        neighbourhoods=20,
    ),
}
