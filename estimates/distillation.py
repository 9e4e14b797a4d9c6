"""Distillation of Bell pairs, exact for Pauli noise, with local gate and measurement noise.

Each protocol is a Clifford circuit that both ends run on a block of pairs (see `purify.py`), or
a few of them in a row, with the raw pairs that failures cost.

Sources:
    BBPSSW: Bennett et al., Phys. Rev. Lett. 76, 722 (1996).
    DEJMPS: Deutsch et al., Phys. Rev. Lett. 77, 2818 (1996).
    Pumping and nested pumping: Briegel et al., Phys. Rev. Lett. 81, 5932 (1998); Dur et al., Phys.
    Rev. A 59, 169 (1999).
    Codes that detect errors (422, 642, 513): Bennett et al., Phys. Rev. A 54, 3824 (1996),
    section VI: both ends measure the stabilisers and keep the block on agreement. 422 and 642
    are the codes [[n, n-2, 2]] with stabilisers X...X and Z...Z; 513 is the five-qubit code.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from trapline.errors import InputError
from trapline.estimates.checks import Floats, in_range, plain, whole_number
from trapline.estimates.purify import (
    Circuit,
    correlators,
    noise_of,
    run_circuit,
    weights_of,
    werner_correlators,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Pairs:
    """Pairs of one quality.

    Args:
        state: Correlators (1, c_X, c_Y, c_Z), shape (..., 4).
        cost: Raw pairs spent on each, failed attempts counted, shape (...).
        success: Chance that no round of one chain failed, shape (...).
    """

    state: Floats
    cost: Floats
    success: Floats

    def where(self, chosen: NDArray[np.bool_], other: Pairs) -> Pairs:
        """Return these pairs in chosen columns, the last axis of the cost, and others elsewhere."""
        return Pairs(
            np.where(chosen[:, None], self.state, other.state),
            np.where(chosen, self.cost, other.cost),
            np.where(chosen, self.success, other.success),
        )


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """One way to turn several pairs into fewer, better ones.

    Args:
        name: Name used in reports.
        circuit: What both ends run: on pairs kept so far, its state 0, and on pairs that are spent
            to check them, its state 1.
        pairs_in: Pairs that a block of one round consumes.
        pairs_out: Pairs that it returns when accepted.
        runs_a_round: Runs of the circuit one after the other that make a round.
        pumps: Whether raw pairs are spent in every round, not outputs of the round before.
        twirled: Whether the error is spread evenly before and after every run.
        held: Pairs that an end holds during one round.
        gates: Two-qubit gates of a round at each end, one after the other.
        summary: What it does, in a line.
        reference: Where it comes from.
    """

    name: str
    circuit: Circuit
    pairs_in: int
    pairs_out: int = 1
    runs_a_round: int = 1
    pumps: bool = False
    twirled: bool = False
    held: int
    gates: int
    summary: str
    reference: str

    def block(self, rounds: int) -> int:
        """Raw pairs that one chain of rounds starts from."""
        if self.pumps:
            return 1 + rounds * (self.pairs_in - 1)
        return int(self.pairs_in**rounds)

    def workspace(self, rounds: int) -> int:
        """Qubits that hold the pairs of a chain at each end; nested rounds keep one a level."""
        if rounds == 0:
            return 0
        return self.held + (0 if self.pumps else rounds - 1)

    def runs(self, rounds: int) -> int:
        """Rounds that are carried out for one block of the last round."""
        ratio = 1 if self.pumps else self.pairs_in // self.pairs_out
        return sum(ratio**level for level in range(rounds))


def distill(
    fidelity: ArrayLike, protocol: str, *, p_local: ArrayLike = 0.0, rounds: int = 1
) -> tuple[Any, Any, Any]:
    """Distill Werner pairs and return fidelity, cost and chance of success.

    Args:
        fidelity: Fidelity of the raw pairs, 0.25 to 1, a number or an array.
        protocol: `bbpssw`, `dejmps`, `pumping`, `nested`, `422`, `642` or `513`.
        p_local: Depolarizing error of each local two-qubit gate, and flip probability of each
            measurement; 0 to 0.5, broadcast against the fidelity.
        rounds: Rounds of the protocol, 0 for none.

    Returns:
        Fidelity of an output pair (the worst one where there are several), raw pairs spent per
        output pair with failed attempts counted, and the chance that no round of one chain of
        rounds fails. Floats, or arrays of the broadcast shape.

    Raises:
        InputError: The protocol is unknown, or a number is out of range.
    """
    p = in_range("p_local", p_local, 0.0, 0.5)
    raw = in_range("fidelity", fidelity, 0.25, 1.0)
    raw, p = np.broadcast_arrays(raw, p)
    pairs = distill_pairs(
        werner_correlators(1.0 - raw), protocol_named(protocol), p_local=p, rounds=rounds
    )
    good = weights_of(pairs.state)[..., 0]
    return plain(good), plain(pairs.cost), plain(pairs.success)


def distill_weights(
    raw: Floats, protocol: Protocol, *, p_local: Floats, rounds: int
) -> tuple[Floats, Floats, Floats]:
    """Distill pairs of any Bell-diagonal state; see `distill`.

    Args:
        raw: Weights of the raw pairs over (I, X, Y, Z), shape (..., 4).
        protocol: The protocol.
        p_local: Local error, shape (...).
        rounds: Rounds, 0 for none.

    Returns:
        Weights of an output pair, raw pairs per output pair, chance of success.
    """
    pairs = distill_pairs(correlators(raw), protocol, p_local=p_local, rounds=rounds)
    return weights_of(pairs.state), pairs.cost, pairs.success


def distill_pairs(state: Floats, protocol: Protocol, *, p_local: Floats, rounds: int) -> Pairs:
    """Do what `distill_weights` does, with correlators in and out."""
    runs = protocol.runs_a_round * whole_number("rounds", rounds, 0)
    noise = noise_of(protocol.circuit, p_local)
    kept = spent = _raw(twirl(state) if protocol.twirled else state)
    for run in range(runs):
        if run % protocol.runs_a_round == 0 and not protocol.pumps:
            spent = kept
        kept = _run(protocol.circuit, kept, spent, noise)
        kept = replace(kept, state=twirl(kept.state)) if protocol.twirled else kept
    return kept


def distill_columns(
    states: Floats, wanted: tuple[tuple[str, int], ...], p_local: Floats
) -> tuple[Floats, Floats]:
    """Distill each column of pairs its own way; those that run the same circuit run together.

    Args:
        states: Correlators, shape (points, columns, 4).
        wanted: Protocol, not a twirled one, and rounds of each column.
        p_local: Local error, shape (points, 1).

    Returns:
        Correlators of an output pair, and raw pairs spent on it.
    """
    made, cost = np.empty_like(states), np.empty(states.shape[:-1])
    for circuit, chains in _by_circuit(wanted).items():
        noise = noise_of(circuit, p_local)
        kept = spent = _raw(states[:, chains.column])
        for run in range(max(chains.runs)):
            spent = kept.where(run % chains.renewal == 0, spent) if run else kept
            kept = _run(circuit, kept, spent, noise)
            done = (chains.runs == run + 1).nonzero()[0]
            made[:, chains.column[done]] = kept.state[:, done]
            cost[:, chains.column[done]] = kept.cost[:, done]
    return made, cost


def protocol_named(name: str) -> Protocol:
    """Return a protocol by its name.

    Raises:
        InputError: There is no such protocol; the message names the nearest one.
    """
    if name in PROTOCOLS:
        return PROTOCOLS[name]
    close = difflib.get_close_matches(name, PROTOCOLS, n=1)
    raise InputError(
        f"distillation protocol: got {name!r}, want one of {', '.join(PROTOCOLS)}",
        hint=f"did you mean {close[0]!r}?" if close else "",
    )


def twirl(state: Floats) -> Floats:
    """Spread the error of each pair evenly over X, Y and Z; the fidelity stays."""
    even = np.ones_like(state)
    even[..., 1:] = state[..., 1:].mean(axis=-1, keepdims=True)
    return even


@dataclass(frozen=True)
class _Chains:
    """Runs of one circuit that make the pairs of some columns; arrays of one length.

    Args:
        column: The columns.
        runs: Runs in all.
        renewal: Runs after which the pairs to be spent are made anew, like those kept.
    """

    column: NDArray[np.intp]
    runs: NDArray[np.intp]
    renewal: NDArray[np.intp]


@lru_cache(maxsize=64)
def _by_circuit(wanted: tuple[tuple[str, int], ...]) -> dict[Circuit, _Chains]:
    """Return the chains of columns by the circuit that they run."""
    found: dict[Circuit, list[tuple[int, int, int]]] = {}
    for column, (name, rounds) in enumerate(wanted):
        protocol = protocol_named(name)
        runs = protocol.runs_a_round * rounds
        renewal = runs if protocol.pumps else protocol.runs_a_round
        found.setdefault(protocol.circuit, []).append((column, runs, renewal))
    return {circuit: _Chains(*np.array(chains).T) for circuit, chains in found.items()}


def _raw(state: Floats) -> Pairs:
    ones = np.ones(state.shape[:-1])
    return Pairs(state, ones, ones)


def _run(circuit: Circuit, kept: Pairs, spent: Pairs, noise: Floats) -> Pairs:
    """Run a circuit once; a failure loses all its pairs."""
    states, cost = kept.state[..., None, :], circuit.share(0) * kept.cost
    if circuit.share(1):
        states = np.concatenate([states, spent.state[..., None, :]], axis=-2)
        cost = cost + circuit.share(1) * spent.cost
    state, accepted = run_circuit(circuit, states, noise)
    return Pairs(state, cost / accepted, kept.success * accepted)


def _detector(n: int) -> Circuit:
    """Decode [[n, n-2, 2]]: Z...Z is read from the last pair, X...X from the one before it."""
    outputs = tuple(range(n - 2))
    x, z = n - 2, n - 1
    gates = [("cx", x, o) for o in outputs] + [("cx", x, z)] + [("cx", o, z) for o in outputs]
    return Circuit((0,) * n, tuple(gates), (("Z", z), ("X", x)), outputs)


PARITY = Circuit((0, 0), (("cx", 0, 1),), (("Z", 1),), (0,))
PUMP = Circuit((0, 1), (("turn", 0, 0), ("turn", 1, 1), ("cx", 0, 1)), (("Z", 1),), (0,))
FIVE = Circuit(
    (0,) * 5,
    (
        ("h", 0, 0), ("h", 3, 3), ("cx", 1, 0), ("cx", 2, 0), ("cx", 3, 0), ("h", 1, 1),
        ("cx", 1, 4), ("cx", 3, 4), ("h", 3, 3), ("cx", 2, 1), ("cx", 3, 1), ("h", 2, 2),
    ),
    (("Z", 0), ("Z", 1), ("Z", 2), ("Z", 4)),
    (3,),
)  # fmt: skip
BENNETT = "PRA 54, 3824 (1996)"

_LIST = (
    Protocol(
        name="bbpssw", circuit=PARITY, pairs_in=2, twirled=True, held=2, gates=1,
        summary="two pairs to one, twirled", reference="PRL 76, 722 (1996)",
    ),
    Protocol(
        name="dejmps", circuit=PUMP, pairs_in=2, held=2, gates=1,
        summary="two pairs to one, not twirled", reference="PRL 77, 2818 (1996)",
    ),
    Protocol(
        name="pumping", circuit=PUMP, pairs_in=2, pumps=True, held=2, gates=1,
        summary="raw pairs check one kept pair", reference="PRL 81, 5932 (1998)",
    ),
    Protocol(
        name="nested", circuit=PUMP, pairs_in=3, runs_a_round=2, held=2, gates=2,
        summary="each level pumps twice with pairs of the level below",
        reference="PRA 59, 169 (1999)",
    ),
    Protocol(
        name="422", circuit=_detector(4), pairs_in=4, pairs_out=2, held=4, gates=5,
        summary="four pairs to two by [[4,2,2]]", reference=BENNETT,
    ),
    Protocol(
        name="642", circuit=_detector(6), pairs_in=6, pairs_out=4, held=6, gates=9,
        summary="six pairs to four by [[6,4,2]]", reference=BENNETT,
    ),
    Protocol(
        name="513", circuit=FIVE, pairs_in=5, held=5, gates=7,
        summary="five pairs to one by [[5,1,3]], errors detected", reference=BENNETT,
    ),
)  # fmt: skip
PROTOCOLS: dict[str, Protocol] = {protocol.name: protocol for protocol in _LIST}
