"""Clifford circuits that both ends of several pairs run, and what they make of the pairs' errors.

A Bell-diagonal pair is written by its three correlators: c_X = 1 - 2 (w_Y + w_Z) and so on, 1 in
front. In this form a Clifford gate permutes products of correlators, depolarizing noise
multiplies those that touch the gate by one number, and keeping the block when the two ends'
measurements agree averages over the group that the measurements generate. A circuit thus becomes
a short table of products, made once, and a million pairs are one evaluation of it. Nothing is
expanded in powers of the error.

Sources:
    Bennett, DiVincenzo, Smolin, Wootters, Phys. Rev. A 54, 3824 (1996), for Bell-diagonal pairs
    under bilateral Clifford gates. The table of products is the character sum (Fourier
    transform) of the table of 4^n weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trapline.estimates.checks import Floats

# Paulis as (X part, Z part) bits, and their place in the order I, X, Y, Z.
_BITS = {"I": (0, 0), "X": (1, 0), "Y": (1, 1), "Z": (0, 1)}
_PLACE = {bits: place for place, bits in enumerate(_BITS.values())}
Gate = tuple[str, int, int]
String = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Circuit:
    """What each end does with a block of pairs.

    Args:
        inputs: For each pair of the block, which of the given states it is in.
        gates: Gates in order: `("cx", control, target)`, `("cz", a, b)`, and, with one pair twice,
            the free one-qubit gates `("h", a, a)`, `("s", a, a)` (X and Y change places) and
            `("turn", a, a)` (Y and Z change places).
        measured: Pairs that both ends measure, with the basis, `("Z", 3)`; kept on agreement.
        outputs: Pairs that are kept.
    """

    inputs: tuple[int, ...]
    gates: tuple[Gate, ...]
    measured: tuple[tuple[str, int], ...]
    outputs: tuple[int, ...]

    @property
    def n_two_qubit_gates(self) -> int:
        """Two-qubit gates at each end."""
        return sum(a != b for _, a, b in self.gates)

    def share(self, state: int) -> float:
        """Pairs of a state in a block, for each pair that is kept."""
        return self.inputs.count(state) / len(self.outputs)

    @cached_property
    def table(self) -> Table:
        """What its outputs are made of."""
        return _table_of(self)


@dataclass(frozen=True)
class Table:
    """The distinct products of correlators of a circuit, and how often each occurs.

    Args:
        factors: Correlators of each product, 4 s + q being that of Pauli q of state s; arrays of
            one length, as many as the longest product has.
        gates: Noisy gates that each product passes.
        flips: Measurements in each product.
        counts: How often each occurs in the sums, shape (products, outputs x 4).
        n_outputs: Pairs that are kept.
        most_gates: Largest number of gates.
        most_flips: Largest number of measurements.
    """

    factors: tuple[NDArray[np.intp], ...]
    gates: NDArray[np.intp]
    flips: NDArray[np.intp]
    counts: Floats
    n_outputs: int
    most_gates: int
    most_flips: int


def noise_of(circuit: Circuit, p_local: Floats) -> Floats:
    """Return what local noise leaves of each product of correlators of a circuit.

    Args:
        circuit: The circuit.
        p_local: Depolarizing probability of each two-qubit gate at each end, and flip probability
            of each measurement, shape (...).

    Returns:
        Factors, shape (products, ...), for `run_circuit`.
    """
    table = circuit.table
    kept = _powers((1.0 - (16.0 / 15.0) * p_local) ** 2, table.most_gates)
    right = _powers((1.0 - 2.0 * p_local) ** 2, table.most_flips)
    factors: Floats = kept[table.gates] * right[table.flips]
    return factors


def run_circuit(circuit: Circuit, states: Floats, noise: Floats) -> tuple[Floats, Floats]:
    """Run a circuit on blocks of pairs and return the worst output and the chance to keep it.

    Args:
        circuit: The circuit.
        states: Correlators (1, c_X, c_Y, c_Z) of each state, shape (..., states, 4).
        noise: The `noise_of` the circuit, shape (products, ...).

    Returns:
        Correlators of the output with the least fidelity, shape (..., 4), and the chance that the
        ends agree, shape (...).
    """
    table, value = circuit.table, noise
    flat = states.reshape((*states.shape[:-2], 4 * states.shape[-2]))
    # Products come first, so that each is one long column.
    columns = np.ascontiguousarray(flat.transpose((flat.ndim - 1, *range(flat.ndim - 1))))
    for factor in table.factors:
        value = value * columns[factor]
    value = np.ascontiguousarray(value.transpose((*range(1, value.ndim), 0)))
    sums = (value @ table.counts).reshape((*value.shape[:-1], table.n_outputs, 4))
    accepted: Floats = sums[..., 0, 0]
    if table.n_outputs == 1:
        return sums[..., 0, :] / accepted[..., None], accepted
    worst = sums.sum(axis=-1).argmin(axis=-1)
    picked = sums.reshape(-1, table.n_outputs, 4)[np.arange(worst.size), worst.ravel()]
    return picked.reshape(*worst.shape, 4) / accepted[..., None], accepted


def correlators(weights: Floats) -> Floats:
    """Turn weights over (I, X, Y, Z), shape (..., 4), into correlators (1, c_X, c_Y, c_Z)."""
    states: Floats = weights @ _SIGNS
    return states


def weights_of(states: Floats) -> Floats:
    """Turn correlators into weights over (I, X, Y, Z)."""
    weights: Floats = 0.25 * (states @ _SIGNS)
    return weights


def infidelity_of(states: Floats) -> Floats:
    """Return 1 - F of correlators, shape (...)."""
    return 0.25 * (3.0 - states[..., 1] - states[..., 2] - states[..., 3])


def werner_correlators(infidelity: Floats) -> Floats:
    """Return the correlators of Werner pairs, shape (..., 4)."""
    state = np.empty((*infidelity.shape, 4))
    state[..., 0] = 1.0
    state[..., 1:] = (1.0 - (4.0 / 3.0) * infidelity)[..., None]
    return state


def _powers(base: Floats, most: int) -> Floats:
    """Return base^0 ... base^most along a new first axis."""
    table = np.empty((most + 1, *base.shape))
    table[0] = 1.0
    for power in range(most):
        table[power + 1] = table[power] * base
    return table


def _table_of(circuit: Circuit) -> Table:
    """Work the products of a circuit out by following its observables back to the inputs."""
    n_columns = 4 * len(circuit.outputs)
    group = list(product((0, 1), repeat=len(circuit.measured)))
    found: dict[tuple[int, ...], Floats] = {}
    for column, (output, bits) in enumerate(product(circuit.outputs, _BITS.values())):
        for chosen in group:
            string = [(0, 0)] * len(circuit.inputs)
            string[output] = bits
            for used, (basis, pair) in zip(chosen, circuit.measured, strict=True):
                string[pair] = _BITS[basis] if used else (0, 0)
            start, passed = _followed_back(circuit, tuple(string))
            # Factors in one order, so that equal products are found to be equal; 1 has no place.
            factors = sorted(
                4 * state + _PLACE[pauli] if _PLACE[pauli] else 0
                for state, pauli in zip(circuit.inputs, start, strict=True)
            )
            key = (*factors, passed, sum(chosen))
            found.setdefault(key, np.zeros(n_columns))[column] += 1.0 / len(group)
    keys = np.array(list(found), dtype=np.intp).T
    return Table(
        factors=tuple(factor for factor in keys[:-2] if factor.any()),
        gates=keys[-2],
        flips=keys[-1],
        counts=np.array(list(found.values())),
        n_outputs=len(circuit.outputs),
        most_gates=int(keys[-2].max()),
        most_flips=int(keys[-1].max()),
    )


def _followed_back(circuit: Circuit, string: String) -> tuple[String, int]:
    """Follow a product of Paulis from the end to the start; count the noisy gates it touches."""
    now, passed = list(string), 0
    for name, a, b in reversed(circuit.gates):
        (xa, za), (xb, zb) = now[a], now[b]
        passed += a != b and (now[a], now[b]) != ((0, 0), (0, 0))
        if name == "cx":
            now[a], now[b] = (xa, za ^ zb), (xb ^ xa, zb)
        elif name == "cz":
            now[a], now[b] = (xa, za ^ xb), (xb, zb ^ xa)
        else:
            now[a] = {"h": (za, xa), "s": (xa, za ^ xa), "turn": (xa ^ za, za)}[name]
    return tuple(now), passed


_SIGNS = np.array(
    [[1.0, 1.0, 1.0, 1.0], [1.0, 1.0, -1.0, -1.0], [1.0, -1.0, 1.0, -1.0], [1.0, -1.0, -1.0, 1.0]]
)
