"""One patch over several modules: how many modules it takes, its errors and its clock.

See `distributed.py` for the cuts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates import outcome as names
from trapline.estimates.distributed import (
    PATCHES_PER_QUBIT,
    links_of,
    part_of,
    round_with_pairs,
)
from trapline.estimates.link import gamma_quantile
from trapline.estimates.logical import remote_errors, remote_infidelity
from trapline.estimates.magic import pack_factories
from trapline.estimates.operations import stored_error
from trapline.estimates.outcome import total_error
from trapline.estimates.rounds import remote_extra_us, round_time_us, with_idling

if TYPE_CHECKING:
    from trapline.estimates.distributed import Cuts
    from trapline.estimates.goal import Goal
    from trapline.estimates.hardware import Hardware
    from trapline.estimates.magic import Menu
    from trapline.estimates.outcome import Columns
    from trapline.estimates.plans import Supply


def evaluate(
    hardware: Hardware, goal: Goal, supply: Supply, menu: Menu, chosen: Cuts, *, tiles: bool
) -> Columns:
    """Evaluate cuts.

    Args:
        hardware: Rows.
        goal: What is asked.
        supply: Pairs.
        menu: Factories.
        chosen: The cuts.
        tiles: Whether patches are cut both ways.
    """
    chosen, work = _tolerable(hardware, goal, supply, chosen, tiles=tiles)
    pairs, d = supply.take(chosen.entry), chosen.distance
    qubits, held = part_of(d, chosen.parts, tiles=tiles)
    links = links_of(tiles=tiles)
    hosts = PATCHES_PER_QUBIT * goal.logical_qubits * chosen.patch_modules
    magic = pack_factories(menu, pairs.row, d, room=qubits, spare=np.zeros(1), hosts=hosts)
    modules = hosts + magic.modules
    raw, least = held * pairs.raw_pairs, work.pop("least_us")
    waits = work.pop("waits_us")
    return work | {
        "row": pairs.row.astype(np.float64),
        "operation": np.full(len(d), float(names.WOVEN)),
        "modules": np.where(modules <= hardware.max_modules[pairs.row], modules, np.inf),
        "step_time_us": d * waits,
        "remote_time_us": d * waits,
        "unstalled_us": d * least,
        "cycle_time_us": d * waits,
        "distance": d,
        "plan": pairs.plan.astype(np.float64),
        "hosts": hosts,
        "per_module": 1.0 / chosen.patch_modules,
        "patch_modules": chosen.patch_modules,
        "side": np.ceil(d / chosen.parts),
        "seams": chosen.parts - 1.0,
        "memory": np.maximum(0.0, links * held - hardware.pair_buffer[pairs.row]),
        "workspace": links * pairs.workspace,
        "routing": np.full(len(d), float(goal.logical_qubits * (PATCHES_PER_QUBIT - 1))),
        "factory": magic.factory,
        "n_factories": magic.n_factories,
        "raw_pairs": d * raw,
        "required_hz": 1e6 * gamma_quantile(raw) / least,
        "available_hz": pairs.rate_hz,
    }


def _tolerable(
    hardware: Hardware, goal: Goal, supply: Supply, chosen: Cuts, *, tiles: bool
) -> tuple[Cuts, Columns]:
    """Keep the cuts that reach the goal, with their errors and times."""
    pairs, d = supply.take(chosen.entry), chosen.distance
    wide = hardware.rows(pairs.row)
    qubits, held = part_of(d, chosen.parts, tiles=tiles)
    waits, mean = round_with_pairs(wide, pairs, qubits, held)
    bell_error = stored_error(wide, pairs, mean)
    time = round_time_us(wide, 2.0 * qubits)
    p_round = with_idling(wide, waits)
    found = remote_errors(
        d,
        p_round,
        remote_infidelity(wide, bell_error),
        seams=chosen.parts,
        tiles=tiles,
        limit=goal.logical_error,
    )
    good = (total_error(found) <= goal.logical_error).nonzero()[0]
    found |= {
        "bell_error": bell_error,
        "p_round": p_round,
        "round_time_us": time,
        "waits_us": waits,
        "least_us": time + remote_extra_us(wide),
    }
    return chosen.take(good), {name: values[good] for name, values in found.items()}
