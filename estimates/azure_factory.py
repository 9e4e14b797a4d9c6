"""T factories of the Azure estimator, version 1: 15-to-1 rounds, each at its own distance.

Sources:
    Beverland et al., arXiv:2211.07629, appendix C (units, error and failure formulas, rounds).
    The behaviour of Microsoft's tool (qsharp 1.31.0), which the tests compare with.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache
from math import comb
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_ROUNDS = 3
EXTRA_ROUNDS = 4
FAILURE = 0.01
N_INPUT = 15


@dataclass(frozen=True)
class Unit:
    """A 15-to-1 distillation unit.

    Args:
        name: Name in the tool.
        physical_qubits: Qubits when run on physical qubits.
        physical_times: T gate times when run on physical qubits.
        patches: Logical patches when run inside a code.
        steps: Logical steps when run inside a code.
    """

    name: str
    physical_qubits: int
    physical_times: int
    patches: int
    steps: int


UNITS = (
    Unit("15-to-1 RM prep", 31, 24, 31, 11),
    Unit("15-to-1 space efficient", 12, 45, 20, 13),
)


@dataclass(frozen=True)
class Patch:
    """What a distillation unit runs on: one physical qubit (distance 1) or one patch.

    Args:
        distance: Code distance, 1 for a physical qubit.
        qubits: Physical qubits.
        step_ns: Time of one logical step, or of a T gate on a physical qubit.
        error: Error of a logical step, or of a physical Clifford gate.
    """

    distance: int
    qubits: int
    step_ns: int
    error: float


@dataclass(frozen=True)
class Factory:
    """A T factory: rounds of distillation that share their qubits.

    Args:
        units: Unit of each round.
        patches: What each round runs on.
        n_units: Units that run side by side in each round.
        error: Error of a T state that it gives.
        n_states: T states a run gives.
    """

    units: tuple[Unit, ...]
    patches: tuple[Patch, ...]
    n_units: tuple[int, ...]
    error: float
    n_states: int

    @property
    def qubits_per_round(self) -> list[int]:
        """Physical qubits that each round uses."""
        return [
            n * patch.qubits * (unit.physical_qubits if patch.distance == 1 else unit.patches)
            for n, unit, patch in zip(self.n_units, self.units, self.patches, strict=True)
        ]

    @property
    def runtime_per_round_ns(self) -> list[int]:
        """Time of each round in nanoseconds."""
        return [
            patch.step_ns * (unit.physical_times if patch.distance == 1 else unit.steps)
            for unit, patch in zip(self.units, self.patches, strict=True)
        ]

    @property
    def physical_qubits(self) -> int:
        """Physical qubits: the largest round, as rounds share them."""
        return max(self.qubits_per_round)

    @property
    def runtime_ns(self) -> int:
        """Time of a run in nanoseconds."""
        return sum(self.runtime_per_round_ns)

    @property
    def volume(self) -> float:
        """Qubits times nanoseconds for each T state, the figure the tool minimises."""
        return self.physical_qubits * self.runtime_ns / self.n_states

    def as_dict(self) -> dict[str, object]:
        """Return the factory by the tool's names."""
        return {
            "physicalQubits": self.physical_qubits,
            "runtime": self.runtime_ns,
            "numTstates": self.n_states,
            "numInputTstates": N_INPUT * self.n_units[0],
            "numRounds": len(self.units),
            "numUnitsPerRound": list(self.n_units),
            "unitNamePerRound": [unit.name for unit in self.units],
            "codeDistancePerRound": [patch.distance for patch in self.patches],
            "physicalQubitsPerRound": self.qubits_per_round,
            "runtimePerRound": self.runtime_per_round_ns,
            "logicalErrorRate": self.error,
        }


def find_factories(patches: Sequence[Patch], t_error: float, wanted: float) -> list[Factory]:
    """List the factories that reach an error, over all units and non-decreasing distances.

    Args:
        patches: What rounds may run on, ascending in distance.
        t_error: Error of a physical T gate; the first round takes it even inside a code.
        wanted: Largest error of a T state.
    """
    # A Clifford error must be at most a tenth of the T error for the unit's formulas to hold.
    usable = [patch for patch in patches if patch.error <= 0.1 * t_error]
    found: list[Factory] = []
    for n_rounds in range(1, EXTRA_ROUNDS + 1):
        if n_rounds > MAX_ROUNDS and found:
            break
        for chosen in itertools.combinations_with_replacement(usable, n_rounds):
            found.extend(_factories_on(chosen, t_error, wanted))
    return found


def _factories_on(chosen: tuple[Patch, ...], t_error: float, wanted: float) -> Iterator[Factory]:
    """Build the factories on given patches, one for each choice of units."""
    inputs = [t_error]
    for patch in chosen:
        error = 35.0 * (inputs[-1] * (inputs[-1] * inputs[-1])) + 7.1 * patch.error
        if error > inputs[-1]:
            return
        inputs.append(error)
    if inputs[-1] > wanted:
        return
    failure = [
        15.0 * error + 356.0 * patch.error for error, patch in zip(inputs, chosen, strict=False)
    ]
    if max(failure) >= 1.0:
        return
    limit = FAILURE / len(chosen)
    needed, n_units = 1, [0] * len(chosen)
    for k in reversed(range(len(chosen))):
        n_units[k] = units_needed(needed, failure[k], limit)
        needed = N_INPUT * n_units[k]
    states = successes(n_units[-1], failure[-1], limit)
    for units in itertools.product(UNITS, repeat=len(chosen)):
        yield Factory(units, chosen, tuple(n_units), inputs[-1], states)


@lru_cache(maxsize=4096)
def units_needed(needed: int, failure: float, limit: float) -> int:
    """Return the fewest units of which enough succeed, but for a chance of `limit`."""
    high = needed
    while successes(high, failure, limit) < needed:
        high *= 2
    low = needed
    while low < high:
        middle = (low + high) // 2
        if successes(middle, failure, limit) >= needed:
            high = middle
        else:
            low = middle + 1
    return high


@lru_cache(maxsize=16384)
def successes(n: int, failure: float, limit: float) -> int:
    """Return the `limit` quantile of the number of successes among n units."""
    total = 0.0
    for k in range(n + 1):
        total += comb(n, k) * (1.0 - failure) ** k * failure ** (n - k)
        if total >= limit:
            return k
    return n
