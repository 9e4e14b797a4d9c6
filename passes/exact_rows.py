"""Storage for the states of the exact search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trapline.passes.exact_states import Rows

COLUMNS = ("held", "seat", "paid", "parent", "choice")


def empty_rows(size: int) -> Rows:
    """Return room for `size` states or more."""
    from trapline.passes.exact_states import Rows

    size = 1 << (size - 1).bit_length()
    return Rows(
        held=np.empty(size, dtype=np.int64),
        seat=np.empty(size, dtype=np.int64),
        paid=np.empty(size, dtype=np.int32),
        parent=np.empty(size, dtype=np.int32),
        choice=np.empty(size, dtype=np.int16),
        slots=np.full(2 * size, -1, dtype=np.int32),
        top=np.zeros(1, dtype=np.int64),
    )


def used(rows: Rows) -> Rows:
    """Return a copy of the rows in use, without the hash table."""
    return picked(rows, np.arange(int(rows.top[0])))


def picked(rows: Rows, which: NDArray[np.int64]) -> Rows:
    """Return some of the rows, without the hash table."""
    columns = {name: getattr(rows, name)[which] for name in COLUMNS}
    return rows._replace(
        **columns, slots=np.full(1, -1, dtype=np.int32), top=np.array([len(which)])
    )


def doubled(rows: Rows) -> Rows:
    """Return a copy with twice the room."""
    from trapline.passes.exact_states import index_again

    out, top = empty_rows(2 * len(rows.held)), int(rows.top[0])
    for name in COLUMNS:
        getattr(out, name)[:top] = getattr(rows, name)[:top]
    out.top[0] = top
    index_again(out)
    return out
