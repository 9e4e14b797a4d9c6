"""Patches inside modules: the logical qubits of a module, and how many modules it takes.

All of it holds for one remote operation a module at a time; see `operations.py` for the operations.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates import outcome as names
from trapline.estimates.hosted import besides_of, n_patches
from trapline.estimates.magic import MagicSupply, pack_factories
from trapline.estimates.operations import logical_pairs, n_pairs_held, surgery, transversal
from trapline.estimates.outcome import total_error
from trapline.estimates.rounds import LAYERS, patch_cx_gates
from trapline.estimates.surface_code import patch_qubits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trapline.estimates.checks import Floats
    from trapline.estimates.goal import Goal
    from trapline.estimates.hardware import Hardware
    from trapline.estimates.hosted import Candidates
    from trapline.estimates.magic import Menu
    from trapline.estimates.outcome import Columns
    from trapline.estimates.plans import Supply


def evaluate(
    hardware: Hardware, goal: Goal, supply: Supply, menu: Menu, chosen: Candidates
) -> Columns:
    """Evaluate choices, each with as many logical qubits a module as its error allows.

    Choices whose error is too large even with one logical qubit a module are left out.

    Args:
        hardware: Rows.
        goal: What is asked.
        supply: Pairs.
        menu: Factories.
        chosen: Choices.
    """
    work = _Work(
        hardware, supply, chosen.entry, chosen.distance, chosen.operation, goal.logical_error
    )
    work, found, most, crowded = _sized(work, chosen.most)
    places, modules = _placed(work, goal, menu, most, crowded)
    fewer = (crowded & (places["per_module"] < found["per_module"])).nonzero()[0]
    if len(fewer):
        for name, values in work.take(fewer).at(places["per_module"][fewer]).items():
            found.setdefault(name, np.zeros(len(most)))[fewer] = values
    pairs, d = work.pairs, work.distance
    # What fits into one module needs no link, and is found as a machine of one module.
    good = (modules > 1.0) & (modules <= work.rows.max_modules)
    cycle, one = d * found["round_time_us"], np.ones(len(d))
    share = goal.remote_share
    return (
        found
        | places
        | {
            "row": pairs.row.astype(np.float64),
            "operation": work.operation.astype(np.float64),
            "modules": np.where(good, modules, np.inf),
            "step_time_us": share * found["remote_time_us"] + (1.0 - share) * cycle,
            "cycle_time_us": cycle,
            "distance": d,
            "plan": pairs.plan.astype(np.float64),
            "patch_modules": one,
            "side": d,
            "seams": one,
            "available_hz": pairs.rate_hz,
        }
    )


@dataclass(frozen=True)
class _Work:
    """Choices with the numbers that they need; all but the first two are arrays of one length."""

    hardware: Hardware
    supply: Supply
    entry: NDArray[np.intp]
    distance: Floats
    operation: NDArray[np.intp]
    limit: float

    def take(self, chosen: NDArray[np.intp]) -> _Work:
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

    def patches(self, n: Floats) -> Floats:
        """Return the patches of a module with n logical qubits."""
        return n_patches(n) + besides_of(self.operation)

    def at(self, n: Floats) -> Columns:
        """Return times and errors with n logical qubits a module."""
        through = self.operation == names.TRANSVERSAL
        if not through.any():
            return self._merged(n)
        mine, rest = through.nonzero()[0], (~through).nonzero()[0]
        few, many = self.take(mine), self.take(rest)
        some = transversal(few.rows, few.pairs, few.distance, few.patches(n[mine]), self.limit)
        found: Columns = {}
        for part, where in ((some, mine), (many._merged(n[rest]), rest)):
            for name, values in part.items():
                found.setdefault(name, np.zeros(len(n)))[where] = values
        return found

    def _merged(self, n: Floats) -> Columns:
        """Do what `at` does where all choices use lattice surgery, for pairs or directly."""
        pairs = self.operation >= names.PAIRS
        # Two wrong pairs out of four go unseen: an output is worse than 6 error^2.
        limit = np.where(pairs, np.sqrt(self.limit / 6.0), self.limit)
        buffered = BUFFERED[self.operation]
        rows = self.rows
        found = surgery(rows, self.pairs, self.distance, self.patches(n), limit, buffered)
        mine = (pairs & np.isfinite(found["bulk"])).nonzero()[0]
        if len(mine):
            made = {name: values[mine] for name, values in found.items()}
            few = logical_pairs(rows.rows(mine), self.distance[mine], made)
            for name, values in few.items():
                found.setdefault(name, np.zeros(len(n)))[mine] = values
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


# Sizes of modules that are tried at once to find the largest that does.
TRIES = 256
BUFFERED = np.isin(np.arange(len(names.OPERATIONS)), names.BUFFERED)


def _sized(work: _Work, most: Floats) -> tuple[_Work, Columns, Floats, NDArray[np.bool_]]:
    """Keep the choices that reach the goal.

    Returns:
        These choices, their times and errors with as many logical qubits a module as fit, the most
        with which they reach the goal, and whether gates wait for each other, so that fewer are
        faster.
    """
    found = work.at(most) | {"per_module": most}
    fine = total_error(found) <= work.limit
    gates = work.patches(most) * patch_cx_gates(work.distance)
    crowded = gates > LAYERS * work.rows.parallel_gates
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


def _placed(
    work: _Work, goal: Goal, menu: Menu, n: Floats, crowded: NDArray[np.bool_]
) -> tuple[Columns, Floats]:
    """Return where logical qubits and factories go, and the modules of it all.

    Args:
        work: Choices.
        goal: What is asked.
        menu: Factories.
        n: The most logical qubits of a module.
        crowded: Whether fewer are faster.
    """
    pairs, d = work.pairs, work.distance
    data, besides = work.rows.data_qubits, besides_of(work.operation)
    held = n_pairs_held(d, work.operation)
    memory = np.maximum(0.0, held - work.rows.pair_buffer)
    free = data - memory - pairs.workspace - besides * patch_qubits(d)
    room = _Room(menu, pairs.row, d, data, free)
    least = np.ceil(goal.logical_qubits / n)
    spread = np.minimum(np.ceil(goal.logical_qubits / least), n)
    hosts, n, magic = _packed(room, float(goal.logical_qubits), least, spread, crowded)
    return {
        "hosts": hosts,
        "per_module": n,
        "memory": memory,
        "workspace": pairs.workspace,
        "spare_patches": besides,
        "routing": np.where(n > 1, float(goal.logical_qubits), 0.0),
        "factory": magic.factory,
        "n_factories": magic.n_factories,
    }, hosts + magic.modules


@dataclass(frozen=True)
class _Room:
    """Where factories may go; arrays of one length.

    Args:
        menu: Factories of each hardware row.
        row: Hardware rows.
        distance: Code distances.
        data: Qubits of a module without code.
        free: Qubits of a module for patches and factories.
    """

    menu: Menu
    row: NDArray[np.intp]
    distance: Floats
    data: Floats
    free: Floats

    def magic(self, n: Floats, hosts: Floats) -> MagicSupply:
        """Place factories beside n logical qubits a module."""
        spare = self.free - n_patches(n) * patch_qubits(self.distance)
        return pack_factories(
            self.menu, self.row, self.distance, room=self.data, spare=spare, hosts=hosts
        )

    def take(self, chosen: NDArray[np.intp]) -> _Room:
        """Return some of them."""
        return _Room(
            self.menu,
            self.row[chosen],
            self.distance[chosen],
            self.data[chosen],
            self.free[chosen],
        )


def _packed(
    room: _Room, qubits: float, hosts: Floats, n: Floats, crowded: NDArray[np.bool_]
) -> tuple[Floats, Floats, MagicSupply]:
    """Spread patches over a few more modules where that saves modules for factories alone.

    Without it a larger module, which leaves less room beside its patches, could take more modules.
    Where fewer patches a module are faster, they are spread as far as takes no more modules in all.
    """
    magic = room.magic(n, hosts)
    columns = [hosts.copy(), n.copy(), magic.modules, magic.factory, magic.n_factories]
    open_ = (
        (magic.modules + crowded > 1.0)
        & np.isfinite(magic.modules)
        & (room.data >= room.menu.smallest)
    ).nonzero()[0]
    # Modules in all that are too many: one less where as many do.
    excess = 1.0 - crowded
    more = 0.0
    while len(open_):
        more += 1.0
        wider = hosts[open_] + more
        fewer = np.ceil(qubits / wider)
        got = room.take(open_).magic(fewer, wider)
        better = wider + got.modules + excess[open_] <= columns[0][open_] + columns[2][open_]
        for column, new in zip(
            columns, (wider, fewer, got.modules, got.factory, got.n_factories), strict=True
        ):
            column[open_[better]] = new[better]
        open_ = open_[wider + 1.0 + excess[open_] <= columns[0][open_] + columns[2][open_]]
    return columns[0], columns[1], MagicSupply(*columns[2:])
