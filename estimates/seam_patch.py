"""Rotated surface-code patches cut into modules: qubits, checks, and which gates cross a link.

Data qubits lie on a grid of `rows` x `columns`. X checks of weight two close the upper and lower
edge, Z checks the left and right one, so the logical X runs from top to bottom and the logical Z
from left to right. A vertical cut is a seam: logical X runs along it, logical Z across it.

Sources:
    Rotated code and order of gates: Horsman et al., New J. Phys. 14, 123011 (2012); Tomita and
    Svore, Phys. Rev. A 90, 062320 (2014). Seams: Ramette et al., arXiv:2302.01296.
"""

from __future__ import annotations

from dataclasses import dataclass

from trapline.errors import InputError

# Corners of a check in the order of its gates, (row, column) from the upper left one. The last two
# of an X check lie in a row and those of a Z check in a column: across the logical operator that an
# error of the check qubit between the gates would otherwise shorten.
ORDERS = {
    "X": ((0, 0), (0, 1), (1, 0), (1, 1)),
    "Z": ((0, 0), (1, 0), (0, 1), (1, 1)),
}


@dataclass(frozen=True, kw_only=True)
class Check:
    """One check.

    Args:
        basis: `X` or `Z`.
        row: Row of its upper corners; -1 at the upper edge.
        column: Column of its left corners; -1 at the left edge.
        data: Data qubits in the order of their gates, None where the grid ends.
        remote: For each of them, whether it lies in another module than the check qubit.
    """

    basis: str
    row: int
    column: int
    data: tuple[int | None, ...]
    remote: tuple[bool, ...]

    @property
    def n_remote(self) -> int:
        """Gates of the check that cross a link."""
        return sum(self.remote)


@dataclass(frozen=True, kw_only=True)
class Patch:
    """A patch and its cuts.

    Args:
        rows: Data qubits in a column, 2 or more.
        columns: Data qubits in a row, 2 or more.
        column_cuts: Columns before which a vertical cut runs, rising, 1 to columns - 1.
        row_cuts: Rows before which a horizontal cut runs, rising, 1 to rows - 1.
    """

    rows: int
    columns: int
    column_cuts: tuple[int, ...] = ()
    row_cuts: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a patch without inside, and cuts outside it."""
        if min(self.rows, self.columns) < 2:
            raise InputError(f"patch: got {self.rows} x {self.columns}, want 2 x 2 or more")
        for name, cuts, size in (
            ("column_cuts", self.column_cuts, self.columns),
            ("row_cuts", self.row_cuts, self.rows),
        ):
            if list(cuts) != sorted(set(cuts) & set(range(1, size))):
                raise InputError(f"{name}: got {cuts}, want rising numbers from 1 to {size - 1}")

    @property
    def n_data(self) -> int:
        """Data qubits; they are numbered row by row."""
        return self.rows * self.columns

    def checks(self) -> tuple[Check, ...]:
        """Return all checks, those of X first."""
        places = [(r, c) for r in range(-1, self.rows) for c in range(-1, self.columns)]
        found = [self._check(*place) for place in places if self._used(*place)]
        return tuple(sorted(found, key=lambda check: check.basis))

    def module(self, row: int, column: int) -> tuple[int, int]:
        """Return which module of the grid of modules holds a data qubit."""
        return sum(row >= cut for cut in self.row_cuts), sum(
            column >= cut for cut in self.column_cuts
        )

    def _used(self, row: int, column: int) -> bool:
        """Tell whether a face of the grid is a check."""
        flat = row in (-1, self.rows - 1)
        upright = column in (-1, self.columns - 1)
        if flat and upright:
            return False
        return not (flat and _basis(row, column) == "Z") and not (
            upright and _basis(row, column) == "X"
        )

    def _check(self, row: int, column: int) -> Check:
        basis = _basis(row, column)
        corners = [(row + down, column + right) for down, right in ORDERS[basis]]
        inside = [0 <= r < self.rows and 0 <= c < self.columns for r, c in corners]
        home = min(
            self.module(*corner) for corner, there in zip(corners, inside, strict=True) if there
        )
        return Check(
            basis=basis,
            row=row,
            column=column,
            data=tuple(
                r * self.columns + c if there else None
                for (r, c), there in zip(corners, inside, strict=True)
            ),
            remote=tuple(
                there and self.module(*corner) != home
                for corner, there in zip(corners, inside, strict=True)
            ),
        )


def cut_patch(distance: int, *, n_seams: int = 0) -> Patch:
    """Return a square patch with parallel vertical seams as far apart as can be.

    Args:
        distance: Code distance, odd, 3 or more.
        n_seams: Seams, 0 to distance - 1.
    """
    cuts = tuple(distance * (i + 1) // (n_seams + 1) for i in range(n_seams))
    return Patch(rows=distance, columns=distance, column_cuts=cuts)


def tiled_patch(distance: int, width: int) -> Patch:
    """Return a square patch over modules that hold width x width data qubits each.

    Args:
        distance: Code distance, odd, 3 or more.
        width: Data qubits in a row of a module, 1 or more.
    """
    cuts = tuple(range(width, distance, width))
    return Patch(rows=distance, columns=distance, column_cuts=cuts, row_cuts=cuts)


def merged_patch(distance: int, *, seam: bool = True) -> Patch:
    """Return two square patches side by side, merged, with or without a link between them.

    Args:
        distance: Code distance of both, odd, 3 or more.
        seam: Whether they lie in two modules.
    """
    cuts = (distance,) if seam else ()
    return Patch(rows=distance, columns=2 * distance, column_cuts=cuts)


def _basis(row: int, column: int) -> str:
    """Return the basis of a face: X where the upper edge has its checks."""
    return "X" if (row + column) % 2 else "Z"
