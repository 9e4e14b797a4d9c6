"""What every code says of itself: size, distance, logical error, cycle, and whether it may be cut.

The logical error of every code here is per *logical qubit* and cycle, both operators together.
Sources that give it per block of k logical qubits are converted by `per_logical_qubit`.

Sources:
    Each code's own file. Ramette et al., npj Quantum Inf. 10 (2024), arXiv:2302.01296, for the
    seam: near 10 % at the interface of a surface code at near 1 % in the bulk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from trapline.errors import InputError
from trapline.estimates.checks import in_range, plain, whole_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from trapline.estimates.checks import Floats


@dataclass(frozen=True, kw_only=True)
class Code:
    """One block of a code.

    Args:
        name: Name for the command line.
        family: Family of codes.
        n: Data qubits of a block.
        k: Logical qubits of a block.
        distance: Distance of the code.
        circuit_distance: Faults of the syndrome circuit that may fool it; at most the distance.
        physical_qubits: All qubits of a block, as its source counts them.
        counted: What `physical_qubits` includes.
        error: Local error p (array) -> error per logical qubit and cycle; nan where unknown.
        p_low: Smallest local error of the data behind it.
        p_high: Largest local error of the data behind it.
        cycle: (two-qubit gate, one-qubit gate, measurement) in us -> cycle in us.
        seam: Whether a theorem or simulation lets a block cross a noisy link.
        source: Where the numbers are from.
        confidence: `claimed`, or `assumed` for what is from memory or second hand.
    """

    name: str
    family: str
    n: int
    k: int
    distance: int
    circuit_distance: int
    physical_qubits: int
    counted: str
    error: Callable[[Floats], Floats]
    p_low: float
    p_high: float
    cycle: Callable[[float, float, float], float]
    seam: bool
    source: str
    confidence: str

    @property
    def parameters(self) -> str:
        """The parameters as they are written, [[n,k,d]]."""
        return f"[[{self.n},{self.k},{self.distance}]]"


def logical_error(code: Code, p: ArrayLike) -> Any:
    """Return the logical error per logical qubit and cycle.

    Args:
        code: The code.
        p: Local depolarizing error, 0 to 1; float or array.

    Returns:
        Error, at most 0.5, of the shape of p; nan where no source says.

    Raises:
        InputError: p is out of range.
    """
    local = in_range("p", p, 0.0, 1.0)
    return plain(np.asarray(np.minimum(0.5, code.error(local)), dtype=np.float64))


def is_extrapolated(code: Code, p: ArrayLike) -> NDArray[np.bool_]:
    """Tell where p lies outside the data behind the error of a code."""
    local = np.asarray(p, dtype=np.float64)
    return np.asarray((local < code.p_low * (1 - 1e-9)) | (local > code.p_high * (1 + 1e-9)))


def cycle_time_us(code: Code, *, t_two_us: float, t_one_us: float, t_measure_us: float) -> float:
    """Return the time of a syndrome cycle from the times of gates and measurement."""
    return code.cycle(t_two_us, t_one_us, t_measure_us)


def blocks_needed(code: Code, logical_qubits: int, *, spare: int = 0) -> int:
    """Return the whole blocks that hold the logical qubits.

    Args:
        code: The code.
        logical_qubits: Logical qubits wanted, at least 1.
        spare: Logical qubits of each block that hold no data, such as a pivot.

    Raises:
        InputError: Nothing would be left of a block.
    """
    each = code.k - spare
    if each < 1:
        raise InputError(f"{code.name}: {spare} of {code.k} logical qubits spare leave none")
    return -(-whole_number("logical_qubits", logical_qubits, 1) // each)


def blocks_per_module(code: Code, module_qubits: int, *, reserved: int = 0) -> int:
    """Return the whole blocks that fit into a module; no fraction of a block counts.

    Args:
        code: The code.
        module_qubits: All physical qubits of the module.
        reserved: Those of them for communication, routing and factories.
    """
    return max(0, module_qubits - reserved) // code.physical_qubits


def link_error_allowed(code: Code, p: float, *, parts: int) -> float:
    """Return the error that gates across a link may have where a block is cut into parts.

    A block in one part has no such gates. A surface code tolerates about ten times its bulk error
    along a seam. No theorem and no simulation says so of other codes: there each crossing
    gate must be as good as a local one.

    Args:
        code: The code.
        p: Local error of the module.
        parts: Modules that share a block.

    Raises:
        InputError: The code has no seam theorem and its block is cut at this local error, which
            a link never reaches; the message names the error that would do.
    """
    if whole_number("parts", parts, 1) == 1:
        return 1.0
    if code.seam:
        return min(0.5, SEAM_TOLERANCE * p)
    raise InputError(
        f"{code.name} {code.parameters}: got a block cut into {parts} parts, but there is no seam "
        f"theorem for it; every gate across a link would need an error of {p:g}, as inside",
        hint="keep each block in one module, or use a rotated surface code",
    )


SEAM_TOLERANCE = 10.0
"""Thresholds of about 10 % at the seam and 1 % in the bulk, arXiv:2302.01296."""


def per_logical_qubit(block_error: Floats, k: int) -> Floats:
    """Share the error of a block among its k logical qubits, as if they failed alone."""
    return np.asarray(-np.expm1(np.log1p(-np.minimum(block_error, 1.0 - 1e-16)) / k))


def power_law(a: tuple[float, float], b: tuple[float, float]) -> Callable[[Floats], Floats]:
    """Return the power law through two points (p, error)."""
    (p_a, e_a), (p_b, e_b) = a, b
    slope = (np.log(e_b) - np.log(e_a)) / (np.log(p_b) - np.log(p_a))

    def error(p: Floats) -> Floats:
        return np.asarray(e_a * (p / p_a) ** slope)

    return error
