"""Programs of Pauli rotations, written in the ways that are found in circuits.

Import as `from rotations import add_rotation, rotation_programs`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st

from trapline.passes.diagonals import diagonal_matrix
from trapline.passes.program import Program, ProgramBuilder, Register

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMS = ("ladder", "star", "matrix")
_TO_Z = {"x": ("h",), "y": ("sdg", "h"), "z": ()}
_BACK = {"x": ("h",), "y": ("h", "s"), "z": ()}


def add_rotation(
    out: ProgramBuilder, letters: str, wires: Sequence[int], angle: float, form: str = "ladder"
) -> None:
    """Add exp(-i angle/2 P1 ... Pk).

    Args:
        out: Where it is written.
        letters: `x`, `y` or `z` for each wire.
        wires: Wires.
        angle: Angle in radians.
        form: One of `FORMS`: CX along a chain, CX onto the last wire, or a matrix.
    """
    k = len(wires)
    for letter, wire in zip(letters, wires, strict=True):
        for name in _TO_Z[letter]:
            out.add(name, (wire,))
    if form == "matrix":
        out.add_unitary(diagonal_matrix([(tuple(range(k)), angle)], k), wires)
    else:
        chain = list(pairwise(wires)) if form == "ladder" else [(w, wires[-1]) for w in wires[:-1]]
        for pair in chain:
            out.add("cx", pair)
        out.add("rz", (wires[-1],), (angle,))
        for pair in reversed(chain):
            out.add("cx", pair)
    for letter, wire in zip(letters, wires, strict=True):
        for name in _BACK[letter]:
            out.add(name, (wire,))


def rotation_program(n_qubits: int, terms: Sequence[tuple[str, float]]) -> Program:
    """Return a program of rotations; each string has a letter or `i` for each qubit."""
    out = ProgramBuilder("rotations", [Register("q", n_qubits)])
    for string, angle in terms:
        wires = [q for q, letter in enumerate(string) if letter != "i"]
        add_rotation(out, "".join(string[w] for w in wires), wires, angle)
    return out.build()


@st.composite
def rotation_programs(
    draw: st.DrawFn,
    *,
    max_qubits: int = 6,
    max_rotations: int = 6,
    between: Sequence[str] = ("cx", "x", "t"),
) -> Program:
    """Draw rotations on random qubits, some repeated, with a few gates between them."""
    n = draw(st.integers(2, max_qubits))
    out = ProgramBuilder("rotations", [Register("q", n)])
    terms: list[tuple[str, tuple[int, ...]]] = []
    for _ in range(draw(st.integers(1, max_rotations))):
        if terms and draw(st.booleans()):
            letters, wires = draw(st.sampled_from(terms))
        else:
            wires = tuple(draw(st.permutations(range(n)))[: draw(st.integers(1, n))])
            letters = "".join(draw(st.sampled_from("xyzz")) for _ in wires)
            terms.append((letters, wires))
        angle = draw(st.sampled_from((0.3, 1.1, np.pi / 2, np.pi / 4, -0.7)))
        add_rotation(out, letters, wires, angle, draw(st.sampled_from(FORMS)))
        if between and draw(st.booleans()):
            name = draw(st.sampled_from(between))
            out.add(name, draw(st.permutations(range(n)))[: 2 if name == "cx" else 1])
    return out.build()
