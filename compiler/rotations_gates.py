"""The rotation form's own table: every gate as Pauli rotations, CX, CZ and SWAP in order of time.

Up to a global phase. Letters stand for the operands, first operand first; `I` is left alone.

Sources: qelib1.inc (arXiv:1707.03429, appendix) for cu3, rccx and rc3x; a phase on the states in
which all operands are one as 2^k - 1 rotations, and any diagonal by its Walsh-Hadamard transform,
Welch et al., arXiv:1306.3991, equation 11; two-qubit gates by their KAK form, Tucci,
arXiv:quant-ph/0507171.
"""

from __future__ import annotations

from cmath import phase
from itertools import product
from math import atan2, pi
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trapline.passes.gates import Matrix

# Numbers of the kinds of steps, as `rotations_walk` has them (importing that loads Numba).
ROTATE, CONTROL, SWAP, LOOK, ERASE, WHOLE = range(6)

NEAR = 1e-9
"""Largest entry of a matrix that counts as zero."""

WIDEST_DIAGONAL = 10
"""Most qubits of a diagonal unitary that is taken apart."""

LOWEST = -0.3
"""Phases of diagonals are taken from here up: no common phase lies near either end."""


class Step(NamedTuple):
    """A step of a gate; its angle is `angle` plus the parameters times `factors`."""

    kind: int
    letters: str
    angle: float = 0.0
    factors: tuple[float, ...] = ()


def _turn(letters: str, angle: float = 0.0, *factors: float) -> Step:
    return Step(ROTATE, letters, angle, factors)


def phase_of_all(letters: str, angle: float) -> list[Step]:
    """Give exp(i angle) to the states that have eigenvalue -1 under every letter."""
    n = sum(letter != "I" for letter in letters)
    steps: list[Step] = []
    for chosen in product(*(("I",) if x == "I" else ("I", x) for x in letters)):
        size = sum(letter != "I" for letter in chosen)
        if size:
            steps.append(_turn("".join(chosen), -angle * (-1) ** size / 2 ** (n - 1)))
    return steps


def _controlled(letter: str) -> list[Step]:
    return [_turn("I" + letter, 0, 0.5), _turn("Z" + letter, 0, -0.5)]


def _on(position: int, n: int, *steps: Step) -> list[Step]:
    """Put one-qubit steps on one of n operands."""
    return [
        step._replace(letters="I" * position + step.letters + "I" * (n - 1 - position))
        for step in steps
    ]


_H = (_turn("Z", pi), _turn("Y", pi / 2))
_T, _TDG = _turn("Z", pi / 4), _turn("Z", -pi / 4)


def _relative_phase_toffoli() -> list[Step]:
    to_second, to_first = Step(CONTROL, "IZX"), Step(CONTROL, "ZIX")
    return [
        *_on(2, 3, *_H, _T),
        to_second,
        *_on(2, 3, _TDG),
        to_first,
        *_on(2, 3, _T),
        to_second,
        *_on(2, 3, _TDG, *_H),
    ]


def _relative_phase_c3x() -> list[Step]:
    a, b, c = (Step(CONTROL, letters) for letters in ("ZIIX", "IZIX", "IIZX"))
    steps = [*_on(3, 4, *_H, _T), c, *_on(3, 4, _TDG, *_H), a, *_on(3, 4, _T), b]
    steps += [*_on(3, 4, _TDG), a, *_on(3, 4, _T), b, *_on(3, 4, _TDG, *_H, _T), c]
    return steps + _on(3, 4, _TDG, *_H)


TABLE: dict[str, list[Step]] = {
    "id": [],
    "x": [_turn("X", pi)],
    "y": [_turn("Y", pi)],
    "z": [_turn("Z", pi)],
    "h": [*_H],
    "s": [_turn("Z", pi / 2)],
    "sdg": [_turn("Z", -pi / 2)],
    "t": [_T],
    "tdg": [_TDG],
    "sx": [_turn("X", pi / 2)],
    "sxdg": [_turn("X", -pi / 2)],
    "rx": [_turn("X", 0, 1)],
    "ry": [_turn("Y", 0, 1)],
    "rz": [_turn("Z", 0, 1)],
    "p": [_turn("Z", 0, 1)],
    "u2": [_turn("Z", 0, 0, 1), _turn("Y", pi / 2), _turn("Z", 0, 1)],
    "u3": [_turn("Z", 0, 0, 0, 1), _turn("Y", 0, 1), _turn("Z", 0, 0, 1)],
    "cx": [Step(CONTROL, "ZX")],
    "cy": [_turn("IZ", -pi / 2), Step(CONTROL, "ZX"), _turn("IZ", pi / 2)],
    "cz": [Step(CONTROL, "ZZ")],
    "ch": [_turn("IY", -pi / 4), Step(CONTROL, "ZZ"), _turn("IY", pi / 4)],
    "csx": phase_of_all("ZX", pi / 2),
    "crx": _controlled("X"),
    "cry": _controlled("Y"),
    "crz": _controlled("Z"),
    "cp": [_turn("ZI", 0, 0.5), _turn("IZ", 0, 0.5), _turn("ZZ", 0, -0.5)],
    "rxx": [_turn("XX", 0, 1)],
    "ryy": [_turn("YY", 0, 1)],
    "rzz": [_turn("ZZ", 0, 1)],
    "rzx": [_turn("ZX", 0, 1)],
    "swap": [Step(SWAP, "XX")],
    "iswap": [_turn("XX", -pi / 2), _turn("YY", -pi / 2)],
    "ccx": phase_of_all("ZZX", pi),
    "ccz": phase_of_all("ZZZ", pi),
    "cswap": [Step(CONTROL, "IXZ"), *phase_of_all("ZZX", pi), Step(CONTROL, "IXZ")],
    "rccx": _relative_phase_toffoli(),
    "c3x": phase_of_all("ZZZX", pi),
    "c3sqrtx": phase_of_all("ZZZX", pi / 2),
    "rc3x": _relative_phase_c3x(),
    "c4x": phase_of_all("ZZZZX", pi),
    "measure": [Step(LOOK, "")],
    "reset": [Step(ERASE, "")],
    "epr": [Step(WHOLE, "")],
    "barrier": [],
    "unitary": [],  # by its matrix: see unitary_steps
}
_CU3 = [
    _turn("ZI", 0, 0, 0.5, 0.5),
    _turn("IZ", 0, 0, -0.5, 0.5),
    Step(CONTROL, "ZX"),
    _turn("IZ", 0, 0, -0.5, -0.5),
    _turn("IY", 0, -0.5),
    Step(CONTROL, "ZX"),
    _turn("IY", 0, 0.5),
    _turn("IZ", 0, 0, 1),
]
TABLE["cu3"] = _CU3
TABLE["cu"] = [_turn("ZI", 0, 0, 0, 0, 1), *_CU3]


def unitary_steps(matrix: Matrix) -> list[Step]:
    """Return the steps of a unitary; a gate that cannot be taken apart is one step, kept whole.

    Args:
        matrix: complex128, (2**k, 2**k), big-endian.
    """
    n = matrix.shape[0].bit_length() - 1
    if n == 0:
        return []
    for target in (None, *range(n)) if 1 < n <= WIDEST_DIAGONAL else ():
        turned = matrix if target is None else _behind_h(matrix, target, n)
        if np.abs(turned - np.diag(np.diag(turned))).max() <= NEAR:
            letters = ["X" if k == target else "Z" for k in range(n)]
            return _diagonal(np.angle(np.diag(turned)), letters)
    if n == 1:
        return _one_qubit(matrix)
    return _two_qubits(matrix) if n == 2 else [Step(WHOLE, "")]


def _behind_h(matrix: Matrix, target: int, n: int) -> Matrix:
    """Return H U H with H on one operand."""
    one, h = np.eye(2, dtype=np.complex128), np.array([[1, 1], [1, -1]]) / np.sqrt(2)
    wide: Matrix = np.ones((1, 1), dtype=np.complex128)
    for k in range(n):
        wide = np.kron(wide, h if k == target else one).astype(np.complex128)
    return wide @ matrix @ wide


def _diagonal(
    phases: np.ndarray[tuple[int, ...], np.dtype[np.float64]], axes: Sequence[str]
) -> list[Step]:
    """Return the rotations of a diagonal.

    Phases are known up to 2 pi. On four qubits and more a jump changes rotations by less than
    pi/2, so that the form with fewer rotations of the two that one jump makes is taken.
    """
    phases = (phases - phases[0] - LOWEST) % (2 * pi) + LOWEST
    forms: list[list[Step]] = []
    for jump in (0.0, 2 * pi) if len(axes) > 3 else (0.0,):
        phases[-1] += jump
        forms.append(_walsh(phases, axes))
    return min(forms, key=len)


def _walsh(
    phases: np.ndarray[tuple[int, ...], np.dtype[np.float64]], axes: Sequence[str]
) -> list[Step]:
    parts = phases.reshape((2,) * len(axes))
    for axis in range(len(axes)):
        low, high = np.take(parts, 0, axis), np.take(parts, 1, axis)
        parts = np.stack([low + high, low - high], axis) / 2
    steps: list[Step] = []
    for chosen in np.ndindex(*parts.shape):
        angle = -2 * float(parts[chosen])
        letters = "".join(x if on else "I" for x, on in zip(axes, chosen, strict=True))
        if any(chosen) and abs(angle) > NEAR:
            steps.append(_turn(letters, angle))
    return steps


def _one_qubit(matrix: Matrix) -> list[Step]:
    """Return the Euler angles about z, y and z."""
    (a, b), (c, d) = matrix.tolist()
    if abs(c) <= NEAR:
        return [_turn("Z", phase(d / a))]
    if abs(a) <= NEAR:
        return [_turn("Z", phase(-b / c)), _turn("Y", pi)]
    theta = 2 * atan2(abs(c), abs(a))
    return [_turn("Z", phase(-b / a)), _turn("Y", theta), _turn("Z", phase(c / a))]


def _two_qubits(matrix: Matrix) -> list[Step]:
    """Return the KAK form."""
    import cirq

    kak_of = cast("Any", cirq.kak_decomposition)  # pyright: ignore[reportUnknownMemberType]  # loosely typed
    kak = kak_of(matrix)
    steps: list[Step] = []
    for position, local in enumerate(kak.single_qubit_operations_before):
        steps += _on(position, 2, *_one_qubit(local))
    for letters, amount in zip(("XX", "YY", "ZZ"), kak.interaction_coefficients, strict=True):
        steps.append(_turn(letters, -2 * float(amount)))
    for position, local in enumerate(kak.single_qubit_operations_after):
        steps += _on(position, 2, *_one_qubit(local))
    return steps
