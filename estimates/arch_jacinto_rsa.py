"""Time and error of RSA-2048 on a chain of surface-code processors, gate by gate.

Windowed modular exponentiation in coset representation with Ekera and Hastad's exponent. A cost is
a pair: hazard, -log of the chance of no error, and time. Costs in a row add; side by side
their hazards add and the longer time counts.

Sources:
    Jacinto et al., arXiv:2504.08891, and the authors' code (github.com/HugoJ1/shor_multi_chip) for
    the times of gates on the chain; Gidney, arXiv:1905.07682, for windowed arithmetic; Ekera and
    Hastad, arXiv:1702.00249, for the length of the exponent.
"""

from __future__ import annotations

from math import ceil, expm1, log1p
from typing import NamedTuple

BITS = 2048
WINDOW_EXPONENT = 5
WINDOW_FACTOR = 5
COSET = 29
PADDING = 20


class Cost(NamedTuple):
    """Hazard and seconds of a logical operation."""

    hazard: float
    seconds: float

    def __add__(self, other: object) -> Cost:
        """One after the other."""
        if not isinstance(other, Cost):
            return NotImplemented
        return Cost(self.hazard + other.hazard, self.seconds + other.seconds)

    def times(self, n: float) -> Cost:
        """Again and again."""
        return Cost(n * self.hazard, n * self.seconds)

    def beside(self, other: Cost) -> Cost:
        """Both at once."""
        return Cost(self.hazard + other.hazard, max(self.seconds, other.seconds))


class Gates(NamedTuple):
    """Costs of the operations that a machine offers."""

    cnot: Cost
    prepare: Cost
    measure: Cost
    ccz_state: Cost
    ccz_inject: Cost

    @property
    def ccz_fixup(self) -> Cost:
        """Half of the three corrections are needed."""
        return self.measure + self.cnot.times(1.5)

    @property
    def erase_and(self) -> Cost:
        """Uncompute an AND by measurement."""
        return self.measure + self.cnot.times(0.5)

    def with_and(self, cnots: float) -> Cost:
        """An AND with some CNOT, while the next CCZ state is made."""
        row = self.cnot.times(cnots) + self.ccz_inject + self.ccz_fixup
        return self.ccz_state.beside(row)


def hazard(p: float) -> float:
    """Return the hazard of an error of probability p."""
    return -log1p(-p)


def logical_qubits() -> int:
    """Return the logical qubits of the program."""
    return 4 * BITS + 3 * COSET + WINDOW_EXPONENT - 1


def factoring(gates: Gates) -> tuple[float, float]:
    """Return the chance of failure of one run, and its seconds."""
    n = BITS + COSET
    additions = 2.0 * _exponent() / WINDOW_EXPONENT * n / WINDOW_FACTOR
    each = _add(gates, n) + _look_up_and_back(gates) + Cost(2.0**-COSET, 0.0)
    total = each.times(additions) + _coset_register(gates, n).times(2.0)
    return -expm1(-total.hazard), total.seconds


def _exponent() -> int:
    """Return the bits of the exponent: m + 2 l."""
    m = ceil(BITS / 2) - 1
    return m + 2 * (m - PADDING)


def _add(gates: Gates, n: int) -> Cost:
    uma = gates.cnot.times(3) + gates.erase_and
    pair = gates.with_and(2) + uma
    return pair.times(n - 2) + gates.cnot.times(3) + gates.with_and(0) + gates.erase_and


def _look_up(gates: Gates, address: int) -> Cost:
    ands = gates.with_and(0) + gates.erase_and
    return gates.cnot.times(2 ** (address + 1) - 2) + ands.times(2**address - 2)


def _look_up_and_back(gates: Gates) -> Cost:
    address = WINDOW_EXPONENT + WINDOW_FACTOR
    half = address // 2
    ands = gates.with_and(0) + gates.erase_and
    unary = gates.prepare + gates.cnot.times(2 * (half - 1)) + ands.times(half - 1)
    back = gates.measure.times(BITS) + unary + _look_up(gates, address - half)
    return _look_up(gates, address) + back


def _coset_register(gates: Gates, n: int) -> Cost:
    ands = gates.with_and(0) + gates.erase_and
    carry_back = gates.erase_and + gates.cnot.times(2.5)
    add = (gates.with_and(1.5) + carry_back).times(n - 2) + gates.cnot.times(2) + ands.times(0.5)
    compare = (gates.with_and(0.5) + gates.erase_and + gates.cnot.times(0.5)).times(n - 1)
    ends = gates.prepare + gates.measure
    return (ends + add + (compare + gates.cnot).times(0.5)).times(COSET)
