"""Names for single-qubit unitaries: the simplest gates that make a given 2 x 2 matrix."""

from __future__ import annotations

from cmath import phase
from functools import lru_cache
from math import atan2, hypot
from typing import TYPE_CHECKING

import numpy as np

from trapline.passes.gates import OPCODE, Matrix, gate_matrix

if TYPE_CHECKING:
    from trapline.passes.axes import Vector

Named = tuple[tuple[str, tuple[float, ...]], ...]

_NAMES: tuple[tuple[str, ...], ...] = (
    (),
    ("x",),
    ("y",),
    ("z",),
    ("h",),
    ("s",),
    ("sdg",),
    ("sx",),
    ("sxdg",),
    ("t",),
    ("tdg",),
    ("h", "x"),
    ("h", "z"),
    ("h", "s"),
    ("h", "sdg"),
    ("s", "h"),
    ("sdg", "h"),
    ("x", "s"),
    ("x", "sdg"),
    ("h", "y"),
    ("sx", "s"),
    ("sx", "sdg"),
    ("sxdg", "s"),
    ("sxdg", "sdg"),
    ("z", "sx"),
    ("h", "t"),
    ("h", "tdg"),
    ("sx", "z"),
    ("s", "sx"),
    ("sdg", "sx"),
    ("s", "sxdg"),
    ("sdg", "sxdg"),
)


@lru_cache(maxsize=1)
def _table() -> tuple[Matrix, tuple[Named, ...]]:
    """Return the distinct products of `_NAMES`, complex128, (products, 4), and their names."""
    rows: list[tuple[Matrix, Named]] = []
    for names in _NAMES:
        matrix: Matrix = np.eye(2, dtype=np.complex128)
        for name in names:
            matrix = gate_matrix(OPCODE[name], ()) @ matrix
        if not any(same_up_to_phase(matrix, known) for known, _ in rows):
            rows.append((matrix, tuple((name, ()) for name in names)))
    return np.stack([matrix.ravel() for matrix, _ in rows]), tuple(named for _, named in rows)


def same_up_to_phase(a: Matrix, b: Matrix) -> bool:
    """Tell whether two unitaries of one size differ by a phase only."""
    overlap = complex(np.vdot(a, b))
    if abs(abs(overlap) - a.shape[0]) > 1e-9:
        return False
    # the overlap differs by the square of the distance, so that it alone would miss small turns
    return bool(np.abs(b - a * (overlap / abs(overlap))).max() < 1e-10)


def add_one_qubit(matrix: Matrix) -> Named:
    """Return gates, first to last, whose product is a 2 x 2 unitary up to a phase.

    Clifford and T-like matrices come back by name, all others as one `u3`; the identity as no gate.
    """
    known, names = _table()
    best = int(np.argmax(np.abs(known.conj() @ matrix.ravel())))
    if same_up_to_phase(known[best].reshape(2, 2), matrix):
        return names[best]
    (a, b), (c, d) = matrix.tolist()
    if abs(c) <= 1e-12:
        return (("p", (phase(d / a),)),)
    # phi + lambda and phi - lambda are each known from two entries; take the larger ones
    phi = phase(c / a) if abs(a) > 1e-12 else 0.0
    lam = phase(d / a) - phi if abs(a) >= abs(c) else phi - phase(-c / b)
    return (("u3", (2 * atan2(abs(c), abs(a)), phi, lam)),)


@lru_cache(maxsize=4096)
def frame_for(axis: Vector) -> Matrix:
    """Return a unitary that takes the z axis to `axis`; Clifford for the six Pauli directions."""
    x, y, z = axis
    for vector, names in _FRAMES:
        if max(abs(a - b) for a, b in zip(vector, axis, strict=True)) < 1e-9:
            matrix: Matrix = np.eye(2, dtype=np.complex128)
            for name in names:
                matrix = gate_matrix(OPCODE[name], ()) @ matrix
            return matrix
    return gate_matrix(OPCODE["u3"], (atan2(hypot(x, y), z), atan2(y, x), 0.0))


_FRAMES: tuple[tuple[Vector, tuple[str, ...]], ...] = (
    ((0.0, 0.0, 1.0), ()),
    ((0.0, 0.0, -1.0), ("x",)),
    ((1.0, 0.0, 0.0), ("h",)),
    ((-1.0, 0.0, 0.0), ("x", "h")),
    ((0.0, 1.0, 0.0), ("sxdg",)),
    ((0.0, -1.0, 0.0), ("sx",)),
)
