"""Magic-state supply of a machine: how many factories of which kind, and the modules they fill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates.factories import FACTORIES, HIGHEST_P, cultivated_error

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trapline.estimates.checks import Floats
    from trapline.estimates.goal import Goal
    from trapline.estimates.hardware import Hardware


@dataclass(frozen=True)
class MagicSupply:
    """Factories chosen at each point, arrays of one shape.

    Args:
        modules: Modules for factories alone; inf where no factory is good enough.
        factory: Index into FACTORIES; -1 where none is needed.
        n_factories: Factories.
    """

    modules: Floats
    factory: NDArray[np.int_]
    n_factories: Floats


def usable_factories(goal: Goal, p_local: Floats) -> NDArray[np.bool_]:
    """Tell which factories are good enough at each hardware row, shape (points, factories).

    A factory serves local errors up to the one it was worked out for; rows above all of them take
    those of the highest, which the report marks as extrapolated.
    """
    known = np.array([factory.p for factory in FACTORIES])
    errors = np.array([factory.error for factory in FACTORIES])
    return (known >= np.minimum(p_local, HIGHEST_P)[:, None]) & (
        errors <= t_error_goal(goal, p_local)[:, None]
    )


def t_error_goal(goal: Goal, p_local: Floats) -> Floats:
    """Return the largest error of a T state, shape (points,).

    Without a workload it is the error a logical operation may have, or what cultivation reaches at
    the local error if that is more.
    """
    if goal.t_error is not None:
        return np.full_like(p_local, goal.t_error)
    reached: Floats = np.array([cultivated_error(float(p)) for p in p_local])
    wanted: Floats = np.maximum(goal.logical_error, reached)
    return wanted


def pack_factories(
    goal: Goal,
    hardware: Hardware,
    distance: Floats,
    *,
    room: Floats,
    spare: Floats,
    hosts: Floats,
) -> MagicSupply:
    """Place factories into what data modules leave free, then into modules of their own.

    A factory larger than a module lies across several; its seams are not charged (assumed).

    Args:
        goal: T states a step.
        hardware: Rows, shape (points,).
        distance: Code distance; a step lasts as many rounds.
        room: Qubits of a module that may hold factories.
        spare: Qubits that each data module leaves free.
        hosts: Data modules.
    """
    shape = np.broadcast_shapes(distance.shape, room.shape, spare.shape, hosts.shape)
    best = np.full(shape, np.inf)
    kind = np.full(shape, -1)
    number = np.zeros(shape)
    if goal.t_per_step == 0.0:
        return MagicSupply(np.zeros(shape), kind, number)
    usable = usable_factories(goal, hardware.p_local)
    for index, factory in enumerate(FACTORIES):
        good = usable[:, index].reshape((-1,) + (1,) * (len(shape) - 1))
        if not good.any():
            continue
        wanted = np.ceil(goal.t_per_step * factory.cycles / (distance * factory.states))
        missing = np.maximum(0.0, wanted - hosts * np.floor(spare / factory.qubits))
        each = np.floor(np.maximum(0.0, room) / factory.qubits)
        own = np.ceil(missing / np.maximum(each, 1.0))
        split = missing * np.ceil(factory.qubits / np.maximum(room, 1.0))
        own = np.where(each >= 1.0, own, split)
        better = good & (own < best)
        best = np.where(better, own, best)
        kind = np.where(better, index, kind)
        number = np.where(better, wanted, number)
    return MagicSupply(best, kind, number)
