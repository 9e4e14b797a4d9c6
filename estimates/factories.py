"""Magic-state factories as data: published qubits, cycles and errors of T and CCZ states.

Sources:
    Litinski, Quantum 3, 205 (2019), arXiv:1905.06903, table 1: 15-to-1, its chains and CCZ. A
    cycle is one round of the code.
    Gidney, Shutty, Jones, arXiv:2409.17595: cultivation, in qubit-rounds for each state kept, so
    that attempts thrown away are counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates.checks import in_range

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from trapline.estimates.checks import Floats

LITINSKI = "Litinski, arXiv:1905.06903, table 1"
CULTIVATION = "Gidney et al., arXiv:2409.17595"


@dataclass(frozen=True)
class MagicFactory:
    """One published factory.

    Args:
        name: Name in its source.
        p: Physical error it was worked out for; it also serves smaller ones.
        error: Error of a state.
        qubits: Physical qubits.
        cycles: Code cycles of a run, on average over attempts.
        states: States a run gives.
        source: Where the numbers are from.
        gives: `T` or `CCZ`.
    """

    name: str
    p: float
    error: float
    qubits: int
    cycles: float
    states: int
    source: str
    gives: str = "T"

    @property
    def qubit_cycles(self) -> float:
        """Physical qubits times cycles for each state."""
        return self.qubits * self.cycles / self.states


FACTORIES = (
    MagicFactory("(15-to-1)_{7,3,3}", 1e-4, 4.4e-8, 810, 18.1, 1, LITINSKI),
    MagicFactory("(15-to-1)_{9,3,3}", 1e-4, 9.3e-10, 1150, 18.1, 1, LITINSKI),
    MagicFactory("(15-to-1)_{11,5,5}", 1e-4, 1.9e-11, 2070, 30.0, 1, LITINSKI),
    MagicFactory("(15-to-1)x(20-to-4)_{15,7,9}", 1e-4, 2.4e-15, 16400, 90.3, 4, LITINSKI),
    MagicFactory("(15-to-1)x(15-to-1)_{25,9,9}", 1e-4, 6.3e-25, 18600, 67.8, 1, LITINSKI),
    MagicFactory("(15-to-1)_{17,7,7}", 1e-3, 4.5e-8, 4620, 42.6, 1, LITINSKI),
    MagicFactory("(15-to-1)x(20-to-4), 1.4e-10", 1e-3, 1.4e-10, 43300, 130.0, 4, LITINSKI),
    MagicFactory("(15-to-1)x(20-to-4), 2.6e-11", 1e-3, 2.6e-11, 46800, 157.0, 4, LITINSKI),
    MagicFactory("(15-to-1)x(15-to-1), 2.7e-12", 1e-3, 2.7e-12, 30700, 82.5, 1, LITINSKI),
    MagicFactory("(15-to-1)x(15-to-1), 3.3e-14", 1e-3, 3.3e-14, 39100, 97.5, 1, LITINSKI),
    MagicFactory("(15-to-1)x(15-to-1), 4.5e-20", 1e-3, 4.5e-20, 73400, 128.0, 1, LITINSKI),
    MagicFactory("cultivation d3", 1e-3, 2.65e-6, 454, 8071 / 454, 1, CULTIVATION),
    MagicFactory("cultivation d5, 2.1e-7", 1e-3, 2.1e-7, 463, 1.85e4 / 463, 1, CULTIVATION),
    MagicFactory("cultivation d5, 2.1e-9", 1e-3, 2.1e-9, 463, 5.7e4 / 463, 1, CULTIVATION),
    MagicFactory("cultivation d5, 7.9e-10", 1e-3, 7.9e-10, 463, 1.27e5 / 463, 1, CULTIVATION),
    MagicFactory("cultivation d3, p = 5e-4", 5e-4, 3.0e-7, 454, 4434 / 454, 1, CULTIVATION),
    MagicFactory("cultivation d5, p = 5e-4", 5e-4, 4.3e-11, 463, 1.90e4 / 463, 1, CULTIVATION),
)
CCZ_FACTORIES = (
    MagicFactory("(15-to-1)x(8-to-CCZ), 7.2e-14", 1e-4, 7.2e-14, 12400, 36.1, 1, LITINSKI, "CCZ"),
    MagicFactory("(15-to-1)x(8-to-CCZ), 5.2e-11", 1e-3, 5.2e-11, 47000, 60.0, 1, LITINSKI, "CCZ"),
)
HIGHEST_P = max(factory.p for factory in FACTORIES)


def factories_for(p: float) -> tuple[MagicFactory, ...]:
    """List the factories worked out for a physical error of p or more.

    Above the highest error of the table the rows of that error are returned; the caller says so.
    """
    return tuple(factory for factory in FACTORIES if factory.p >= min(p, HIGHEST_P))


def cultivated_error(p: float) -> float:
    """Return the smallest error that cultivation alone reaches at a physical error of p."""
    return min(f.error for f in factories_for(p) if f.source == CULTIVATION)


@dataclass(frozen=True, kw_only=True)
class FactoryChoice:
    """The cheapest factory at each point; arrays of one shape.

    Args:
        index: Index into the table that was searched; -1 where no factory is good enough.
        error: Error of a state; nan where there is none.
        qubits: Physical qubits; inf where there is none.
        cycles: Code cycles of a run; inf where there is none.
        extrapolated: Where p is above all errors of the table, so that the rows of its highest were
            taken.
    """

    index: NDArray[np.int_]
    error: Floats
    qubits: Floats
    cycles: Floats
    extrapolated: NDArray[np.bool_]


def cheapest_factory(
    p: ArrayLike, wanted: ArrayLike, *, table: tuple[MagicFactory, ...] = FACTORIES
) -> FactoryChoice:
    """Choose the factory of fewest qubits times cycles a state that is good enough.

    Args:
        p: Local error, 0 to 1; a factory serves errors up to the one it was worked out for.
        wanted: Largest error of a state, 0 to 1; p and wanted broadcast.
        table: Factories to choose from, `FACTORIES` or `CCZ_FACTORIES`.

    Raises:
        InputError: A number is out of range.
    """
    local = in_range("p", p, 0.0, 1.0)
    goal = in_range("wanted", wanted, 0.0, 1.0)
    highest = max(row.p for row in table)
    cost = np.array([row.qubit_cycles for row in table])
    for_p = np.array([row.p for row in table])
    errors = np.array([row.error for row in table])
    # A factory for p = 1e-4 serves a p that differs from it by rounding.
    usable = (for_p * (1.0 + 1e-9) >= np.minimum(local, highest)[..., None]) & (
        errors <= goal[..., None]
    )
    best = np.where(usable, cost, np.inf).argmin(axis=-1)
    some = usable.any(axis=-1)
    qubits = np.array([float(row.qubits) for row in table])
    cycles = np.array([row.cycles for row in table])
    return FactoryChoice(
        index=np.where(some, best, -1),
        error=np.where(some, errors[best], np.nan),
        qubits=np.where(some, qubits[best], np.inf),
        cycles=np.where(some, cycles[best], np.inf),
        extrapolated=np.broadcast_to(local > highest * (1.0 + 1e-9), some.shape),
    )


def find_factory(source: str, p: float, error: float) -> MagicFactory:
    """Return a row of the table of T factories by its source, physical error and output error.

    Raises:
        KeyError: The table has no such row.
    """
    for row in FACTORIES:
        if (row.source, row.p, row.error) == (source, p, error):
            return row
    raise KeyError(f"no factory of {source} at p = {p:g} with error {error:g}")
