"""Magic-state factories as data: published qubits, cycles and errors of a T state.

Sources:
    Litinski, Quantum 3, 205 (2019), arXiv:1905.06903, table 1: 15-to-1 and its chains. A cycle is
    one round of the code.
    Gidney, Shutty, Jones, arXiv:2409.17595: cultivation, in qubit-rounds for each state kept, so
    that attempts thrown away are counted.
"""

from __future__ import annotations

from dataclasses import dataclass

LITINSKI = "Litinski, arXiv:1905.06903, table 1"
CULTIVATION = "Gidney et al., arXiv:2409.17595"


@dataclass(frozen=True)
class MagicFactory:
    """One published factory.

    Args:
        name: Name in its source.
        p: Physical error it was worked out for; it also serves smaller ones.
        error: Error of a T state.
        qubits: Physical qubits.
        cycles: Code cycles of a run, on average over attempts.
        states: T states a run gives.
        source: Where the numbers are from.
    """

    name: str
    p: float
    error: float
    qubits: int
    cycles: float
    states: int
    source: str


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
HIGHEST_P = max(factory.p for factory in FACTORIES)


def factories_for(p: float) -> tuple[MagicFactory, ...]:
    """List the factories worked out for a physical error of p or more.

    Above the highest error of the table the rows of that error are returned; the caller says so.
    """
    return tuple(factory for factory in FACTORIES if factory.p >= min(p, HIGHEST_P))


def cultivated_error(p: float) -> float:
    """Return the smallest error that cultivation alone reaches at a physical error of p."""
    return min(f.error for f in factories_for(p) if f.source == CULTIVATION)
