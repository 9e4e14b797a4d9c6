"""Patches inside modules: the logical qubits of a module, and how many modules it takes.

All of it holds for one remote operation a module at a time; see `operations.py` for the operations.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    found = _sized(work, chosen, goal)
    return found | _placed(hardware, goal, supply, menu, found)


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

    @property
    def rows(self) -> Hardware:
        """Hardware of each choice."""
        return self.hardware.rows(self.supply.row[self.entry])

    @property
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
        mine, rest = np.flatnonzero(through), np.flatnonzero(~through)
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
        mine = np.flatnonzero(pairs & np.isfinite(found["bulk"]))
        if len(mine):
            made = {name: values[mine] for name, values in found.items()}
            few = logical_pairs(rows.rows(mine), self.distance[mine], made)
            for name, values in few.items():
                found.setdefault(name, np.zeros(len(n)))[mine] = values
        return found

    def largest(self, most: Floats) -> Floats:
        """Return the most logical qubits with an error below the limit, 0 for none, by halving.

        More qubits make a round longer where gates cannot run at once, never better.
        """
        low = np.where(total_error(self.at(np.ones_like(most))) <= self.limit, 1.0, 0.0)
        high = np.where(low > 0.0, most, 0.0)
        while len(open_ := np.flatnonzero(high - low > 1.0)):
            middle = np.floor(0.5 * (low[open_] + high[open_]))
            fine = total_error(self.take(open_).at(middle)) <= self.limit
            low[open_] = np.where(fine, middle, low[open_])
            high[open_] = np.where(fine, high[open_], middle)
        return low


BUFFERED = np.isin(np.arange(len(names.OPERATIONS)), names.BUFFERED)


def _sized(work: _Work, chosen: Candidates, goal: Goal) -> Columns:
    """Return the choices that reach the goal, with as many logical qubits a module as can be."""
    most = chosen.most
    found = work.at(most)
    fine = total_error(found) <= work.limit
    gates = work.patches(most) * patch_cx_gates(work.distance)
    crowded = gates > LAYERS * work.hardware.parallel_gates[work.supply.row[work.entry]]
    n = np.where(fine, most, 0.0)
    retry = np.flatnonzero(~fine & crowded & (most > 1.0))
    if len(retry):
        n[retry] = work.take(retry).largest(most[retry])
    kept = np.flatnonzero(n > 0.0)
    n = n[kept]
    found = {name: values[kept] for name, values in found.items()}
    hosts = np.ceil(goal.logical_qubits / n)
    spread = np.minimum(np.ceil(goal.logical_qubits / hosts), n)
    again = np.flatnonzero(crowded[kept] & (spread < most[kept]))
    if len(again):
        for name, values in work.take(kept[again]).at(spread[again]).items():
            found.setdefault(name, np.zeros(len(n)))[again] = values
    return found | {
        "entry": chosen.entry[kept].astype(np.float64),
        "operation": work.operation[kept].astype(np.float64),
        "distance": work.distance[kept],
        "hosts": hosts,
        "per_module": spread,
        "spare_patches": besides_of(work.operation[kept]),
    }


def _placed(hardware: Hardware, goal: Goal, supply: Supply, menu: Menu, found: Columns) -> Columns:
    """Return modules and the other numbers of the report."""
    pairs = supply.take(found["entry"].astype(np.intp))
    data = hardware.data_qubits[pairs.row]
    d = found["distance"]
    held = n_pairs_held(d, found["operation"].astype(np.intp))
    memory = np.maximum(0.0, held - hardware.pair_buffer[pairs.row])
    free = data - memory - pairs.workspace - found["spare_patches"] * patch_qubits(d)
    room = _Room(menu, pairs.row, d, data, free)
    hosts, n, magic = _packed(room, float(goal.logical_qubits), found["hosts"], found["per_module"])
    modules = hosts + magic.modules
    # What fits into one module needs no link, and is found as a machine of one module.
    good = (modules > 1.0) & (modules <= hardware.max_modules[pairs.row])
    cycle = d * found["round_time_us"]
    share = goal.remote_share
    return {
        "row": pairs.row.astype(np.float64),
        "modules": np.where(good, modules, np.inf),
        "step_time_us": share * found["remote_time_us"] + (1.0 - share) * cycle,
        "cycle_time_us": cycle,
        "plan": pairs.plan.astype(np.float64),
        "hosts": hosts,
        "per_module": n,
        "patch_modules": np.ones_like(d),
        "side": d,
        "seams": np.ones_like(d),
        "memory": memory,
        "workspace": pairs.workspace,
        "routing": np.where(n > 1, float(goal.logical_qubits), 0.0),
        "factory": magic.factory,
        "n_factories": magic.n_factories,
        "available_hz": pairs.rate_hz,
    }


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
    room: _Room, qubits: float, hosts: Floats, n: Floats
) -> tuple[Floats, Floats, MagicSupply]:
    """Spread patches over a few more modules where that saves modules for factories alone.

    Without it a larger module, which leaves less room beside its patches, could take more modules.
    """
    magic = room.magic(n, hosts)
    columns = [hosts.copy(), n.copy(), magic.modules, magic.factory, magic.n_factories]
    open_ = np.flatnonzero(
        (magic.modules > 1.0) & np.isfinite(magic.modules) & (room.data >= room.menu.smallest)
    )
    more = 0.0
    while len(open_):
        more += 1.0
        wider = hosts[open_] + more
        fewer = np.ceil(qubits / wider)
        got = room.take(open_).magic(fewer, wider)
        better = wider + got.modules < columns[0][open_] + columns[2][open_]
        for column, new in zip(
            columns, (wider, fewer, got.modules, got.factory, got.n_factories), strict=True
        ):
            column[open_[better]] = new[better]
        open_ = open_[wider + 1.0 < columns[0][open_] + columns[2][open_]]
    return columns[0], columns[1], MagicSupply(*columns[2:])
