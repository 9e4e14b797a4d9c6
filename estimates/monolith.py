"""A machine of one module: the limit of a perfect link, and the answer for small goals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates import outcome as names
from trapline.estimates.hosted import n_patches
from trapline.estimates.logical import has_a_chance, local_errors
from trapline.estimates.magic import pack_factories
from trapline.estimates.outcome import total_error
from trapline.estimates.rounds import patch_cx_gates, round_time_us, with_idling
from trapline.estimates.surface_code import patch_qubits

if TYPE_CHECKING:
    from trapline.estimates.checks import Floats
    from trapline.estimates.goal import Goal
    from trapline.estimates.hardware import Hardware
    from trapline.estimates.magic import Menu
    from trapline.estimates.outcome import Columns


def in_one_module(hardware: Hardware, goal: Goal, menu: Menu, distances: Floats) -> Columns:
    """Evaluate every distance at which all patches fit into one module.

    Args:
        hardware: Rows.
        goal: What is asked.
        menu: Factories.
        distances: Odd code distances.
    """
    qubits = float(goal.logical_qubits)
    patches = n_patches(np.array(qubits))
    row, column = np.nonzero(patches * patch_qubits(distances) <= hardware.data_qubits[:, None])
    if not len(row):
        return {name: np.zeros(0) for name in names.COLUMNS}
    wide, d = hardware.rows(row), distances[column]
    time = round_time_us(wide, patches * patch_cx_gates(d))
    p = with_idling(wide, time)
    alive = has_a_chance(d, p, goal.logical_error).nonzero()[0]
    row, d, time, p, wide = row[alive], d[alive], time[alive], p[alive], wide.rows(alive)
    errors = local_errors(d, p)
    spare = wide.data_qubits - patches * patch_qubits(d)
    one = np.ones(len(d))
    magic = pack_factories(menu, row, d, room=wide.data_qubits, spare=spare, hosts=one)
    good = (magic.modules == 0.0) & (total_error(errors) <= goal.logical_error)
    return errors | {
        "row": row.astype(np.float64),
        "operation": float(names.ONE_MODULE) * one,
        "modules": np.where(good, 1.0, np.inf),
        "step_time_us": d * time,
        "remote_time_us": d * time,
        "unstalled_us": d * time,
        "cycle_time_us": d * time,
        "distance": d,
        "plan": -one,
        "hosts": one,
        "per_module": qubits * one,
        "patch_modules": one,
        "side": d,
        "routing": (patches - qubits) * one,
        "factory": magic.factory,
        "n_factories": magic.n_factories,
        "p_round": p,
        "round_time_us": time,
    }
