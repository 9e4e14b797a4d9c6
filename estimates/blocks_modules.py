"""Bicycle blocks whole inside modules: errors and times, and how many modules it takes.

An operation between modules makes a logical Bell pair between the ports of two modules, as
`operations.py` says, and joins each half to a block. Its error for a logical qubit is that of the
pair, both of its patches, that of the patch while it is joined, that of the operation on the block,
and that of the block while it waits for the pair.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from trapline.estimates import block_laws
from trapline.estimates import outcome as names
from trapline.estimates.blocks import cx_gates, port_patches, port_qubits, possible
from trapline.estimates.logical import idle_error
from trapline.estimates.magic import MagicSupply, pack_factories
from trapline.estimates.operations import n_pairs_held
from trapline.estimates.outcome import total_error
from trapline.estimates.packing import packed
from trapline.estimates.rounds import with_idling
from trapline.estimates.work import Work, sized, spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trapline.estimates.blocks import Candidates
    from trapline.estimates.checks import Floats
    from trapline.estimates.goal import Goal
    from trapline.estimates.hardware import Hardware
    from trapline.estimates.magic import Menu
    from trapline.estimates.outcome import Columns
    from trapline.estimates.plans import Supply

# Number of the first kind of block in the column `code`; 0 is the surface code.
FIRST_CODE = 1.0


def evaluate(
    hardware: Hardware, goal: Goal, supply: Supply, menu: Menu, chosen: Candidates
) -> Columns:
    """Evaluate choices, each with as many logical qubits a module as its error allows.

    Args:
        hardware: Rows.
        goal: What is asked.
        supply: Pairs.
        menu: Factories.
        chosen: Choices.
    """
    work = BlockWork(
        hardware,
        supply,
        chosen.entry,
        chosen.distance,
        chosen.operation,
        goal.logical_error,
        chosen.code,
    )
    work, found, most, crowded = sized(work, chosen.most)
    places, modules = _placed(work, goal, menu, most, crowded)
    spread(work, found, places["per_module"], crowded)
    pairs, code, one = work.pairs, work.code, np.ones(len(most))
    # What fits into one module needs no link, and is found as a machine of one module.
    good = (modules > 1.0) & (modules <= work.rows.max_modules)
    cycle, share = block_laws.operation_cycles(code) * found["round_time_us"], goal.remote_share
    return (
        found
        | places
        | {
            "row": pairs.row.astype(np.float64),
            "code": code.astype(np.float64) + FIRST_CODE,
            "operation": work.operation.astype(np.float64),
            "modules": np.where(good, modules, np.inf),
            "step_time_us": share * found["remote_time_us"] + (1.0 - share) * cycle,
            "cycle_time_us": cycle,
            "distance": block_laws.distances(code),
            "port": work.distance,
            "plan": pairs.plan.astype(np.float64),
            "patch_modules": one,
            "side": block_laws.distances(code),
            "seams": one,
            "available_hz": pairs.rate_hz,
        }
    )


def in_one_module(hardware: Hardware, goal: Goal, menu: Menu) -> Columns:
    """Evaluate each kind of block where all blocks fit into one module, which needs no port.

    Args:
        hardware: Rows.
        goal: What is asked.
        menu: Factories.
    """
    qubits = float(goal.logical_qubits)
    row, code = possible(hardware, goal).nonzero()
    blocks = block_laws.n_blocks(np.full(len(row), qubits))
    taken = blocks * block_laws.block_qubits(code) + block_laws.LARGEST_ADAPTER
    fits = (taken <= hardware.data_qubits[row]).nonzero()[0]
    row, code, blocks, taken = row[fits], code[fits], blocks[fits], taken[fits]
    rows, one = hardware.rows(row), np.ones(len(row))
    time = block_laws.cycle_time_us(rows, blocks * block_laws.block_cx_gates(code))
    p = with_idling(rows, time)
    errors = {"block": block_laws.operation_error(code, p)}
    rounds = block_laws.operation_cycles(code)
    spare = rows.data_qubits - taken
    magic = pack_factories(menu, row, rounds, room=rows.data_qubits, spare=spare, hosts=one)
    good = (magic.modules == 0.0) & (total_error(errors) <= goal.logical_error)
    step = rounds * time
    return errors | {
        "row": row.astype(np.float64),
        "code": code.astype(np.float64) + FIRST_CODE,
        "operation": float(names.ONE_MODULE) * one,
        "modules": np.where(good, 1.0, np.inf),
        "step_time_us": step,
        "remote_time_us": step,
        "unstalled_us": step,
        "cycle_time_us": step,
        "distance": block_laws.distances(code),
        "plan": -one,
        "hosts": one,
        "blocks": blocks,
        "per_module": qubits * one,
        "patch_modules": one,
        "side": block_laws.distances(code),
        "factory": magic.factory,
        "n_factories": magic.n_factories,
        "p_round": p,
        "round_time_us": time,
    }


@dataclass(frozen=True)
class BlockWork(Work):
    """Choices of blocks; `distance` is that of the port.

    Args:
        code: Kind of block.
    """

    code: NDArray[np.intp]

    def take(self, chosen: NDArray[np.intp]) -> Self:
        """Return some of them."""
        return replace(super().take(chosen), code=self.code[chosen])

    def cx_gates(self, n: Floats) -> Floats:
        """Return the CX gates of a module with n logical qubits in a cycle."""
        return cx_gates(self.code, self.operation, self.distance, n)

    def time_us(self, n: Floats) -> Floats:
        """Return the time of a cycle of a module with n logical qubits."""
        return block_laws.cycle_time_us(self.rows, self.cx_gates(n))

    def crowded(self, n: Floats) -> NDArray[np.bool_]:
        """Tell where gates wait for each other, so that fewer logical qubits are faster."""
        return np.asarray(self.cx_gates(n) > block_laws.LAYERS * self.rows.parallel_gates)

    def at(self, n: Floats) -> Columns:
        """Return times and errors with n logical qubits a module."""
        time = self.time_us(n)
        made = self.joined(n, time)
        code, p = self.code, with_idling(self.rows, time)
        # A directly made pair has two patches; distilled ones are charged theirs already.
        two = np.where(self.operation >= names.PAIRS, 1.0, 2.0)
        joining = block_laws.measurement_cycles(code) * idle_error(self.distance, p)
        busy = block_laws.operation_cycles(code) * time
        found = made | {
            "bulk": two * made["bulk"] + joining,
            "block": block_laws.operation_error(code, p),
            # Patches are made when pairs are there; it is the block that waits.
            "waiting": made["remote_time_us"] * block_laws.waiting_rate(self.rows, code, time),
            "remote_time_us": made["remote_time_us"] + busy,
            "unstalled_us": made["unstalled_us"] + busy,
        }
        if "transversal" in made:
            found["transversal"] = two * made["transversal"]
        return found


@dataclass(frozen=True)
class BlockRoom:
    """Room beside blocks; arrays of one length.

    Args:
        menu: Factories of each hardware row.
        row: Hardware rows.
        code: Kinds of block.
        data: Qubits of a module without code.
        free: Qubits of a module for blocks and factories.
    """

    menu: Menu
    row: NDArray[np.intp]
    code: NDArray[np.intp]
    data: Floats
    free: Floats

    def magic(self, n: Floats, hosts: Floats) -> MagicSupply:
        """Place factories beside n logical qubits a module; a cycle counts as one of theirs."""
        spare = self.free - block_laws.n_blocks(n) * block_laws.block_qubits(self.code)
        rounds = block_laws.operation_cycles(self.code)
        return pack_factories(self.menu, self.row, rounds, room=self.data, spare=spare, hosts=hosts)

    def take(self, chosen: NDArray[np.intp]) -> BlockRoom:
        """Return some of them."""
        return BlockRoom(
            self.menu, self.row[chosen], self.code[chosen], self.data[chosen], self.free[chosen]
        )


def _placed(
    work: BlockWork, goal: Goal, menu: Menu, n: Floats, crowded: NDArray[np.bool_]
) -> tuple[Columns, Floats]:
    """Return where blocks and factories go, and the modules of it all.

    Args:
        work: Choices.
        goal: What is asked.
        menu: Factories.
        n: The most logical qubits of a module.
        crowded: Whether fewer are faster.
    """
    pairs, operation, data = work.pairs, work.operation, work.rows.data_qubits
    held = n_pairs_held(work.distance, operation)
    memory = np.maximum(0.0, held - work.rows.pair_buffer)
    free = data - memory - pairs.workspace - port_qubits(operation, work.distance)
    room = BlockRoom(menu, pairs.row, work.code, data, free)
    qubits = float(goal.logical_qubits)
    least = np.ceil(qubits / n)
    evenly = np.minimum(np.ceil(qubits / least), n)
    hosts, n, magic = packed(room, qubits, least, evenly, crowded)
    return {
        "hosts": hosts,
        "per_module": n,
        "blocks": block_laws.n_blocks(n),
        "memory": memory,
        "workspace": pairs.workspace,
        "spare_patches": port_patches(operation),
        "factory": magic.factory,
        "n_factories": magic.n_factories,
    }, hosts + magic.modules
