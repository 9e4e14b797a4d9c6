"""How code and factories share the modules of a machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np

from trapline.estimates.hosted import n_patches
from trapline.estimates.magic import MagicSupply, pack_factories
from trapline.estimates.surface_code import patch_qubits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trapline.estimates.checks import Floats
    from trapline.estimates.magic import Menu


class Room(Protocol):
    """Where factories may go; arrays of one length."""

    @property
    def menu(self) -> Menu:
        """Factories of each hardware row."""
        ...

    @property
    def data(self) -> Floats:
        """Qubits of a module without code."""
        ...

    def magic(self, n: Floats, hosts: Floats) -> MagicSupply:
        """Place factories beside n logical qubits a module."""
        ...

    def take(self, chosen: NDArray[np.intp]) -> Self:
        """Return some of them."""
        ...


@dataclass(frozen=True)
class PatchRoom:
    """Room beside surface-code patches.

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

    def take(self, chosen: NDArray[np.intp]) -> PatchRoom:
        """Return some of them."""
        return PatchRoom(
            self.menu,
            self.row[chosen],
            self.distance[chosen],
            self.data[chosen],
            self.free[chosen],
        )


def packed(
    room: Room, qubits: float, hosts: Floats, n: Floats, crowded: NDArray[np.bool_]
) -> tuple[Floats, Floats, MagicSupply]:
    """Spread code over a few more modules where that saves modules for factories alone.

    Without it a larger module, which leaves less room beside its code, could take more modules.
    Where fewer logical qubits a module are faster, they are spread as far as takes no more modules
    in all.

    Args:
        room: Where factories may go.
        qubits: Logical qubits in all.
        hosts: Modules that hold code, as few as do.
        n: Logical qubits of each.
        crowded: Whether fewer are faster.
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
