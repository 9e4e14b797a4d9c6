"""A state vector whose qubits come and go.

Only qubits that may be entangled are in the vector; a qubit that is known to be |0> or |1>
(fresh, measured or reset) is a number next to it. Distributed circuits use many communication
qubits for a short time each, so their vectors stay almost as small as those of the originals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trapline.errors import TraplineError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trapline.passes.gates import Matrix

Vector = NDArray[np.complex128]

_ZERO = 1e-12


class TooLargeError(TraplineError):
    """A simulation needs more qubits or more work than it was allowed."""


class Budget:
    """What a simulation may use; shared by all its states.

    Args:
        max_qubits: Most qubits in one vector.
        max_work: Most amplitudes touched in all.
    """

    def __init__(self, max_qubits: int, max_work: float) -> None:
        self.max_qubits = max_qubits
        self.max_work = max_work
        self.work = 0.0
        self.peak_qubits = 0

    def spend(self, n_qubits: int) -> None:
        """Count one operation on a vector of `n_qubits` qubits.

        Raises:
            TooLargeError: The vector is too wide, or the work is used up.
        """
        if n_qubits > self.max_qubits:
            raise TooLargeError(
                f"needs {n_qubits} entangled qubits, the limit is {self.max_qubits}"
            )
        self.work += 1 << n_qubits
        self.peak_qubits = max(self.peak_qubits, n_qubits)
        if self.work > self.max_work:
            raise TooLargeError(f"needs more than {self.max_work:.0e} amplitude updates")


class PureState:
    """A pure state of any number of qubits, all |0> at first.

    Args:
        budget: Limits.
    """

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.tensor: Vector = np.ones((), dtype=np.complex128)
        self.qubits: list[int] = []
        self.known: dict[int, int] = {}

    def copy(self) -> PureState:
        """Return an independent copy; vectors are never changed in place, so they are shared."""
        other = PureState(self.budget)
        other.tensor = self.tensor
        other.qubits = list(self.qubits)
        other.known = dict(self.known)
        return other

    def prepare(self, vector: Vector, qubits: Sequence[int]) -> None:
        """Put qubits that are not part of the vector into a joint state.

        Args:
            vector: complex128, (2**n,), normalised, big-endian in `qubits`.
            qubits: n qubits; their known values are forgotten.
        """
        self.budget.spend(len(self.qubits) + len(qubits))
        for qubit in qubits:
            self.known.pop(qubit, None)
        shape = (2,) * len(qubits)
        self.tensor = np.multiply.outer(self.tensor, vector.reshape(shape))
        self.qubits.extend(qubits)

    def apply(self, matrix: Matrix, qubits: Sequence[int]) -> None:
        """Apply a unitary, big-endian in `qubits`."""
        matrix, rest = self._reduce(matrix, tuple(qubits))
        if not rest:
            return
        for qubit in rest:
            self.wake(qubit)
        self.budget.spend(len(self.qubits))
        k = len(rest)
        axes = [self.qubits.index(qubit) for qubit in rest]
        diagonal = matrix.diagonal()
        if np.count_nonzero(matrix) == np.count_nonzero(diagonal):
            # Entries of the diagonal, with the axes in the order of the tensor and 1 elsewhere.
            order = sorted(range(k), key=axes.__getitem__)
            shape = [2 if axis in axes else 1 for axis in range(len(self.qubits))]
            factors = diagonal.reshape((2,) * k).transpose(order).reshape(shape)
            self.tensor = self.tensor * factors
            return
        tensor = matrix.reshape((2,) * (2 * k))
        self.tensor = np.tensordot(tensor, self.tensor, axes=(range(k, 2 * k), axes))
        others = [qubit for qubit in self.qubits if qubit not in rest]
        self.qubits = [*rest, *others]

    def probability_of_one(self, qubit: int) -> float:
        """Return the probability that a measurement of the qubit gives 1."""
        if qubit not in self.qubits:
            return float(self.known.get(qubit, 0))
        self.budget.spend(len(self.qubits))
        half = self.tensor.take(1, axis=self.qubits.index(qubit))
        return float(np.vdot(half, half).real)

    def project(self, qubit: int, outcome: int) -> None:
        """Measure a qubit with the given outcome; it leaves the vector."""
        if qubit in self.qubits:
            axis = self.qubits.index(qubit)
            half: Vector = np.asarray(self.tensor.take(outcome, axis=axis))
            self.tensor = np.asarray(half / np.linalg.norm(half))
            del self.qubits[axis]
        self.known[qubit] = outcome

    def wake(self, qubit: int) -> None:
        """Make a known qubit part of the vector."""
        if qubit not in self.qubits:
            one = self.known.get(qubit, 0)
            self.prepare(np.array([1 - one, one], dtype=np.complex128), [qubit])

    def matrix(self, kept: Sequence[int]) -> Vector:
        """Return the state as a matrix, kept qubits by all others in the vector.

        Args:
            kept: Qubits of the rows, big-endian.

        Returns:
            complex128, (2**kept, 2**others).
        """
        for qubit in kept:
            self.wake(qubit)
        axes = [self.qubits.index(qubit) for qubit in kept]
        others = [axis for axis in range(len(self.qubits)) if axis not in set(axes)]
        return self.tensor.transpose([*axes, *others]).reshape(1 << len(kept), -1)

    def same_as(self, other: PureState, tolerance: float) -> bool:
        """Return whether the vectors are equal up to a phase; known qubits are not compared."""
        for qubit in [*other.qubits]:
            self.wake(qubit)
        for qubit in [*self.qubits]:
            other.wake(qubit)
        mine, theirs = self.tensor, other.matrix(self.qubits)[:, 0].reshape(self.tensor.shape)
        self.budget.spend(len(self.qubits))
        overlap = complex(np.vdot(mine, theirs))
        if abs(overlap) < 0.5:
            return False
        return float(np.linalg.norm(theirs - mine * (overlap / abs(overlap)))) <= tolerance

    def _reduce(self, matrix: Matrix, qubits: tuple[int, ...]) -> tuple[Matrix, tuple[int, ...]]:
        """Take out of a gate the known qubits that it leaves known."""
        for qubit in qubits:
            if qubit in self.qubits:
                continue
            place, k = qubits.index(qubit), len(qubits)
            value = self.known.get(qubit, 0)
            blocks = matrix.reshape((2,) * (2 * k)).take(value, axis=k + place)
            size = 1 << (k - 1)
            for result in (0, 1):
                if np.abs(blocks.take(1 - result, axis=place)).max() <= _ZERO:
                    matrix = blocks.take(result, axis=place).reshape(size, size)
                    qubits = qubits[:place] + qubits[place + 1 :]
                    self.known[qubit] = result
                    break
        return matrix, qubits
