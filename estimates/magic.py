"""Magic-state supply of a machine: how many factories of which kind, and the modules they fill."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates.factories import FACTORIES, HIGHEST_P, cultivated_error

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trapline.estimates.checks import Floats
    from trapline.estimates.goal import Goal

# Local errors that factories were worked out for.
LEVELS = np.array(sorted({factory.p for factory in FACTORIES}))


@dataclass(frozen=True)
class Menu:
    """Factories worth having at each hardware row.

    Args:
        t_per_step: T states a logical step.
        factories: Indices into FACTORIES.
        usable: Whether each is good enough, shape (points, factories).
    """

    t_per_step: float
    factories: tuple[int, ...]
    usable: NDArray[np.bool_]

    @property
    def smallest(self) -> float:
        """Qubits of the smallest factory."""
        return min((float(FACTORIES[index].qubits) for index in self.factories), default=0.0)

    def rows(self, chosen: NDArray[np.intp]) -> Menu:
        """Return the menu of some hardware rows."""
        return Menu(self.t_per_step, self.factories, self.usable[chosen])


@dataclass(frozen=True)
class MagicSupply:
    """Factories chosen at each point, arrays of one shape.

    Args:
        modules: Modules for factories alone; inf where no factory is good enough.
        factory: Index into FACTORIES; -1 where none is needed.
        n_factories: Factories.
    """

    modules: Floats
    factory: Floats
    n_factories: Floats


def menu_of(goal: Goal, p_local: Floats) -> Menu:
    """List the factories worth having at each hardware row.

    A factory serves local errors up to the one it was worked out for; rows above all of them take
    those of the highest, which the report marks as extrapolated. Of factories that are good enough,
    one that takes no fewer qubits and no less time a state than another is left out.

    Args:
        goal: T states a step and their error.
        p_local: Local errors, shape (points,).
    """
    level = np.searchsorted(LEVELS, np.minimum(p_local, HIGHEST_P))
    usable = _by_level(goal.t_error, goal.logical_error)[level]
    kept = np.flatnonzero(usable.any(axis=0))
    return Menu(goal.t_per_step, tuple(int(index) for index in kept), usable[:, kept])


def pack_factories(
    menu: Menu,
    row: NDArray[np.intp],
    distance: Floats,
    *,
    room: Floats,
    spare: Floats,
    hosts: Floats,
) -> MagicSupply:
    """Place factories into what data modules leave free, then into modules of their own.

    A factory larger than a module lies across several; its seams are not charged (assumed).

    Args:
        menu: Factories that each hardware row may use.
        row: Hardware row of each choice.
        distance: Code distance; a step lasts as many rounds.
        room: Qubits of a module that may hold factories.
        spare: Qubits that each data module leaves free.
        hosts: Data modules.
    """
    n = len(row)
    if menu.t_per_step == 0.0:
        return MagicSupply(np.zeros(n), np.full(n, -1.0), np.zeros(n))
    best, kind, number = np.full(n, np.inf), np.full(n, -1.0), np.zeros(n)
    usable, some_room = menu.usable.take(row, axis=0), np.maximum(room, 1.0)
    for column, index in enumerate(menu.factories):
        factory = FACTORIES[index]
        wanted = np.ceil(menu.t_per_step * factory.cycles / (distance * factory.states))
        missing = np.maximum(0.0, wanted - hosts * np.floor(spare / factory.qubits))
        each = np.floor(some_room / factory.qubits)
        own = np.ceil(missing / np.maximum(each, 1.0))
        small = each < 1.0
        if small.any():
            own = np.where(small, missing * np.ceil(factory.qubits / some_room), own)
        better = usable[:, column] & (own < best)
        np.copyto(best, own, where=better)
        np.copyto(kind, float(index), where=better)
        np.copyto(number, wanted, where=better)
    return MagicSupply(best, kind, number)


@lru_cache(maxsize=1024)
def _by_level(t_error: float | None, logical_error: float) -> NDArray[np.bool_]:
    """Tell for each of LEVELS which factories are worth having, shape (levels, factories).

    Without a workload a T state may have the error of a logical operation, or what cultivation
    reaches at the local error if that is more.
    """
    return np.array(
        [
            _worth_having(
                p, max(logical_error, cultivated_error(p)) if t_error is None else t_error
            )
            for p in LEVELS
        ]
    )


def _worth_having(p_local: float, limit: float) -> tuple[bool, ...]:
    """Tell which factories are good enough at a local error and not beaten by another."""
    good = [factory.p >= p_local and factory.error <= limit for factory in FACTORIES]
    size = [(factory.qubits, factory.cycles / factory.states) for factory in FACTORIES]

    def beaten(i: int) -> bool:
        """Tell whether another is no larger and no slower; of two alike the first stays."""
        return any(
            good[j]
            and size[j][0] <= size[i][0]
            and size[j][1] <= size[i][1]
            and (size[j] != size[i] or j < i)
            for j in range(len(FACTORIES))
        )

    return tuple(fine and not beaten(i) for i, fine in enumerate(good))
