"""Patches inside modules: the logical qubits of a module, and how many modules it takes.

All of it holds for one remote operation a module at a time; see `operations.py` for the operations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates.hosted import besides_of
from trapline.estimates.operations import n_pairs_held
from trapline.estimates.packing import PatchRoom, packed
from trapline.estimates.surface_code import patch_qubits
from trapline.estimates.work import Work, sized, spread

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
    work = Work(
        hardware, supply, chosen.entry, chosen.distance, chosen.operation, goal.logical_error
    )
    work, found, most, crowded = sized(work, chosen.most)
    places, modules = _placed(work, goal, menu, most, crowded)
    spread(work, found, places["per_module"], crowded)
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


def _placed(
    work: Work, goal: Goal, menu: Menu, n: Floats, crowded: NDArray[np.bool_]
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
    room = PatchRoom(menu, pairs.row, d, data, free)
    least = np.ceil(goal.logical_qubits / n)
    evenly = np.minimum(np.ceil(goal.logical_qubits / least), n)
    hosts, n, magic = packed(room, float(goal.logical_qubits), least, evenly, crowded)
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
