"""Choices of whole patches or blocks in modules: how many logical qubits their error allows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Self, TypeVar

import numpy as np

from trapline.estimates import outcome as names
from trapline.estimates.hosted import besides_of, n_patches
from trapline.estimates.operations import logical_pairs, surgery, transversal
from trapline.estimates.outcome import total_error
from trapline.estimates.rounds import LAYERS, patch_cx_gates, round_time_us

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trapline.estimates.checks import Floats
    from trapline.estimates.hardware import Hardware
    from trapline.estimates.outcome import Columns
    from trapline.estimates.plans import Supply


@dataclass(frozen=True)
class Work:
    """Choices with the numbers that they need; all but three are arrays of one length.

    Args:
        hardware: Rows.
        supply: Pairs.
        entry: Index into the supply.
        distance: Distance of the patches that meet patches of other modules.
        operation: How operations between modules are done.
        limit: Largest error of an operation.
    """

    hardware: Hardware
    supply: Supply
    entry: NDArray[np.intp]
    distance: Floats
    operation: NDArray[np.intp]
    limit: float

    def take(self, chosen: NDArray[np.intp]) -> Self:
        """Return some of them."""
        return replace(
            self,
            entry=self.entry[chosen],
            distance=self.distance[chosen],
            operation=self.operation[chosen],
        )

    @cached_property
    def rows(self) -> Hardware:
        """Hardware of each choice."""
        return self.hardware.rows(self.pairs.row)

    @cached_property
    def pairs(self) -> Supply:
        """Pairs of each choice."""
        return self.supply.take(self.entry)

    def cx_gates(self, n: Floats) -> Floats:
        """Return the CX gates of a module with n logical qubits in a round."""
        return (n_patches(n) + besides_of(self.operation)) * patch_cx_gates(self.distance)

    def time_us(self, n: Floats) -> Floats:
        """Return the time of a round of a module with n logical qubits."""
        return round_time_us(self.rows, self.cx_gates(n))

    def crowded(self, n: Floats) -> NDArray[np.bool_]:
        """Tell where gates wait for each other, so that fewer logical qubits are faster."""
        return np.asarray(self.cx_gates(n) > LAYERS * self.rows.parallel_gates)

    def at(self, n: Floats) -> Columns:
        """Return times and errors with n logical qubits a module."""
        return self.joined(n, self.time_us(n))

    def joined(self, n: Floats, time_us: Floats) -> Columns:
        """Return times and errors of operations between patches.

        Args:
            n: Logical qubits a module.
            time_us: Time of a round.
        """
        through = self.operation == names.TRANSVERSAL
        if not through.any():
            return self._merged(time_us)
        mine, rest = through.nonzero()[0], (~through).nonzero()[0]
        few, many = self.take(mine), self.take(rest)
        some = transversal(few.rows, few.pairs, few.distance, time_us[mine], self.limit)
        found: Columns = {}
        for part, where in ((some, mine), (many._merged(time_us[rest]), rest)):
            for name, values in part.items():
                found.setdefault(name, np.zeros(len(n)))[where] = values
        return found

    def _merged(self, time_us: Floats) -> Columns:
        """Do what `joined` does where all use lattice surgery, for pairs or directly."""
        pairs = self.operation >= names.PAIRS
        # Two wrong pairs out of four go unseen: an output is worse than 6 error^2.
        limit = np.where(pairs, np.sqrt(self.limit / 6.0), self.limit)
        buffered = BUFFERED[self.operation]
        rows = self.rows
        found = surgery(rows, self.pairs, self.distance, time_us, limit, buffered)
        mine = (pairs & np.isfinite(found["bulk"])).nonzero()[0]
        if len(mine):
            made = {name: values[mine] for name, values in found.items()}
            few = logical_pairs(rows.rows(mine), self.distance[mine], made)
            for name, values in few.items():
                found.setdefault(name, np.zeros(len(time_us)))[mine] = values
        return found

    def largest(self, most: Floats) -> Floats:
        """Return the most logical qubits with an error below the limit, 0 for none.

        More qubits make a round longer where gates cannot run at once, never better. Between what
        does and what does not, several numbers are tried at once, one more than `low` among them.

        Args:
            most: Numbers that do not.
        """
        low, high = np.zeros(len(most)), most.copy()
        while len(open_ := (high - low > 1.0).nonzero()[0]):
            tries = max(2, TRIES // len(open_))
            between = (high - low)[open_, None] - 1.0
            n = low[open_, None] + 1.0 + np.floor(between * (np.arange(tries) / tries))
            tried = self.take(np.repeat(open_, tries)).at(n.ravel())
            fine = (total_error(tried) <= self.limit).reshape(n.shape)
            low[open_] = np.where(fine, n, low[open_, None]).max(axis=1)
            high[open_] = np.where(fine, high[open_, None], n).min(axis=1)
        return low


W = TypeVar("W", bound=Work)
# Sizes of modules that are tried at once to find the largest that does.
TRIES = 256
BUFFERED = np.isin(np.arange(len(names.OPERATIONS)), names.BUFFERED)


def sized(work: W, most: Floats) -> tuple[W, Columns, Floats, NDArray[np.bool_]]:
    """Keep the choices that reach the goal.

    Args:
        work: Choices.
        most: Logical qubits of a module, as many as fit.

    Returns:
        These choices, their times and errors with as many logical qubits a module as fit, the most
        with which they reach the goal, and whether gates wait for each other, so that fewer are
        faster.
    """
    found = work.at(most) | {"per_module": most}
    fine = total_error(found) <= work.limit
    crowded = work.crowded(most)
    n = np.where(fine, most, 0.0)
    retry = (~fine & crowded & (most > 1.0)).nonzero()[0]
    if len(retry):
        n[retry] = work.take(retry).largest(most[retry])
    kept = n.nonzero()[0]
    return (
        work.take(kept),
        {name: values[kept] for name, values in found.items()},
        n[kept],
        crowded[kept],
    )


def spread(work: Work, found: Columns, n: Floats, crowded: NDArray[np.bool_]) -> None:
    """Bring times and errors up to date where modules hold fewer logical qubits than they could.

    Args:
        work: Choices.
        found: Their times and errors, which are changed.
        n: Logical qubits of a module.
        crowded: Whether fewer are faster.
    """
    fewer = (crowded & (n < found["per_module"])).nonzero()[0]
    if len(fewer):
        for name, values in work.take(fewer).at(n[fewer]).items():
            found.setdefault(name, np.zeros(len(n)))[fewer] = values
