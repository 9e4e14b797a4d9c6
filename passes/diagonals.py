"""Diagonal unitaries as phases on parities of their operands, and back.

Sources: Walsh-Hadamard transform of a diagonal, Welch et al., arXiv:1306.3991, equation 11.
"""

from __future__ import annotations

from itertools import combinations
from math import pi, remainder
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trapline.passes.gates import Matrix

Phases = tuple[tuple[tuple[int, ...], float], ...]
"""(positions of operands, angle in radians) of phases exp(i angle p) on the parity p of each."""

_ROUNDING = 1e-10


def is_diagonal(matrix: Matrix) -> bool:
    """Tell whether a matrix is exactly diagonal."""
    return bool(np.count_nonzero(matrix) == np.count_nonzero(matrix.diagonal()))


def diagonal_phases(matrix: Matrix) -> Phases:
    """Return the phases that make a diagonal unitary, up to a global phase.

    Args:
        matrix: complex128, (2**k, 2**k), diagonal, big-endian.

    Returns:
        The phases that are not 0, the fewest operands first.
    """
    n = len(matrix).bit_length() - 1
    spectrum = np.angle(matrix.diagonal() / matrix[0, 0])
    for k in range(n):
        halves = spectrum.reshape(1 << k, 2, -1)
        sums = (halves[:, 0] + halves[:, 1], halves[:, 0] - halves[:, 1])
        spectrum = np.stack(sums, axis=1).ravel()
    found: list[tuple[tuple[int, ...], float]] = []
    for size in range(1, n + 1):
        for chosen in combinations(range(n), size):
            angle = -2 / (1 << n) * float(spectrum[_mask(chosen, n)])
            if abs(remainder(angle, 2 * pi)) > _ROUNDING:
                found.append((chosen, angle))
    return tuple(found)


def diagonal_matrix(phases: Iterable[tuple[tuple[int, ...], float]], n_qubits: int) -> Matrix:
    """Return the unitary of phases on parities.

    Args:
        phases: Positions of operands, and angle in radians.
        n_qubits: Number of operands.

    Returns:
        complex128, (2**n, 2**n), big-endian.
    """
    states = np.arange(1 << n_qubits)
    angles = np.zeros(1 << n_qubits)
    for chosen, angle in phases:
        angles += angle * (np.bitwise_count(states & _mask(chosen, n_qubits)) % 2)
    return np.diag(np.exp(1j * angles))


def _mask(chosen: tuple[int, ...], n: int) -> int:
    return sum(1 << (n - 1 - k) for k in chosen)
