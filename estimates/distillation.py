"""Distillation of Bell pairs, exact for Pauli noise, with local gate and measurement noise.

A block of n pairs is a table of 4^n weights, one axis a pair, over the Paulis I, X, Y, Z. Both
sides run the same Clifford circuit, so a gate permutes the table, depolarizing noise mixes it
with its mean over the axes of the gate, and keeping the block when the two sides' measurements
agree selects a part of it. Nothing is expanded in powers of the error.

Sources:
    BBPSSW: Bennett et al., Phys. Rev. Lett. 76, 722 (1996).
    DEJMPS: Deutsch et al., Phys. Rev. Lett. 77, 2818 (1996).
    Pumping: Briegel et al., Phys. Rev. Lett. 81, 5932 (1998).
    422: the [[4,2,2]] code used to detect errors, after Bennett et al., Phys. Rev. A 54, 3824
    (1996), section VI: both sides measure its two stabilisers and keep the block on agreement.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from trapline.errors import InputError
from trapline.estimates.bell import PAULI_INDEX, X_PART, Z_PART, werner
from trapline.estimates.checks import Floats, in_range, plain, whole_number

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

# State of a protocol between two rounds: weights (..., 4), raw pairs spent, chance of success.
Step = Callable[[Floats, Floats, Floats], tuple[Floats, Floats]]


@dataclass(frozen=True)
class Protocol:
    """One way to turn several pairs into fewer, better ones.

    Args:
        name: Name used in reports.
        pairs_in: Pairs that a block consumes.
        pairs_out: Pairs that it returns when accepted.
        pumps: Whether all inputs but the first are raw pairs in every round, not outputs of the
            round before.
        step: Maps (weights kept so far, raw weights, local error) to (weights, success).
        summary: What it does, in a line.
        reference: Where it comes from.
    """

    name: str
    pairs_in: int
    pairs_out: int
    pumps: bool
    step: Step
    summary: str
    reference: str


def distill(
    fidelity: ArrayLike, protocol: str, *, p_local: ArrayLike = 0.0, rounds: int = 1
) -> tuple[Any, Any, Any]:
    """Distill Werner pairs and return fidelity, cost and chance of success.

    Args:
        fidelity: Fidelity of the raw pairs, 0.25 to 1, a number or an array.
        protocol: `bbpssw`, `dejmps`, `pumping` or `422`.
        p_local: Depolarizing error of each local two-qubit gate, and flip probability of each
            measurement; 0 to 0.5, broadcast against the fidelity.
        rounds: Rounds of the protocol, 0 for none.

    Returns:
        Fidelity of an output pair (the worse one where there are two), raw pairs spent per output
        pair with failed attempts counted, and the chance that no round of one chain of
        rounds fails. Floats, or arrays of the broadcast shape.

    Raises:
        InputError: The protocol is unknown, or a number is out of range.
    """
    p = in_range("p_local", p_local, 0.0, 0.5)
    raw = in_range("fidelity", fidelity, 0.25, 1.0)
    raw, p = np.broadcast_arrays(raw, p)
    weights, cost, success = distill_weights(
        werner(raw), protocol_named(protocol), p_local=p, rounds=rounds
    )
    return plain(weights[..., 0]), plain(cost), plain(success)


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
    weights = raw
    cost = np.ones(raw.shape[:-1])
    success = np.ones(raw.shape[:-1])
    for _ in range(whole_number("rounds", rounds, 0)):
        weights, accepted = protocol.step(weights, raw, p_local)
        spent = cost + protocol.pairs_in - 1 if protocol.pumps else protocol.pairs_in * cost
        cost = spent / (protocol.pairs_out * accepted)
        success = success * accepted
    return weights, cost, success


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


def twirl(weights: Floats) -> Floats:
    """Spread the error of each pair evenly over X, Y and Z; the fidelity stays."""
    return werner(np.clip(weights[..., 0], 0.0, 1.0))


def _bbpssw(kept: Floats, raw: Floats, p: Floats) -> tuple[Floats, Floats]:
    """Run one round on two equal pairs, twirled before and after."""
    del raw
    even = twirl(kept)
    weights, accepted = _parity_round(even, even, p)
    return twirl(weights), accepted


def _dejmps(kept: Floats, raw: Floats, p: Floats) -> tuple[Floats, Floats]:
    """Run one round on two equal pairs after exchanging Y and Z errors."""
    del raw
    turned = kept[..., [0, 1, 3, 2]]
    return _parity_round(turned, turned, p)


def _pumping(kept: Floats, raw: Floats, p: Floats) -> tuple[Floats, Floats]:
    """Spend one raw pair to check the kept pair, after exchanging Y and Z errors of both."""
    turn = [0, 1, 3, 2]
    return _parity_round(kept[..., turn], raw[..., turn], p)


def _four_two_two(kept: Floats, raw: Floats, p: Floats) -> tuple[Floats, Floats]:
    """Check four equal pairs by the two stabilisers of the [[4,2,2]] code and keep two.

    The decoder has five CX a side: the X stabiliser is read from pair 2, the Z stabiliser from
    pair 3, and pairs 0 and 1 hold the outputs. Local noise makes one output worse than the other;
    the worse one is returned. The two are correlated, so a next round takes them into different
    blocks.
    """
    del raw
    block = _tensor([kept] * 4)
    for control, target in ((2, 0), (2, 1), (2, 3), (0, 3), (1, 3)):
        block = _noisy_cx(block, 4, control, target, p)
    block = _keep_agreeing(block, 4, 3, X_PART, p)
    block = _keep_agreeing(block, 3, 2, Z_PART, p)
    accepted = block.sum(axis=(-2, -1))
    first: Floats = block.sum(axis=-1)
    second: Floats = block.sum(axis=-2)
    worse = np.asarray(np.where(first[..., :1] < second[..., :1], first, second), np.float64)
    return worse / accepted[..., None], accepted


def _parity_round(kept: Floats, spent: Floats, p: Floats) -> tuple[Floats, Floats]:
    """Compare the Z parities of two pairs by one CX a side and keep the first on agreement."""
    block = _noisy_cx(_tensor([kept, spent]), 2, 0, 1, p)
    block = _keep_agreeing(block, 2, 1, X_PART, p)
    accepted = block.sum(axis=-1)
    return block / accepted[..., None], accepted


def _tensor(pairs: list[Floats]) -> Floats:
    """Join independent pairs into one block, one axis of length 4 for each."""
    block = pairs[0]
    for n, pair in enumerate(pairs[1:], start=1):
        shape = pair.shape[:-1] + (1,) * n + (4,)
        block = block[..., None] * pair.reshape(shape)
    return block


def _noisy_cx(block: Floats, n: int, control: int, target: int, p: Floats) -> Floats:
    """Apply CX on both sides, each followed by depolarizing of probability p on its two qubits."""
    lead = block.ndim - n
    moved = np.moveaxis(block, (lead + control, lead + target), (-2, -1))
    moved = moved[..., _CX_FROM[0], _CX_FROM[1]]
    keep = (1.0 - 16.0 * p / 15.0) ** 2
    keep = keep.reshape(keep.shape + (1,) * n)
    moved = keep * moved + (1.0 - keep) * moved.mean(axis=(-2, -1), keepdims=True)
    return np.moveaxis(moved, (-2, -1), (lead + control, lead + target))


def _keep_agreeing(block: Floats, n: int, pair: int, part: NDArray[np.int_], p: Floats) -> Floats:
    """Measure a pair on both sides and keep the weight with equal results; drops its axis."""
    flip = 2.0 * p * (1.0 - p)
    seen = np.where(part == 0, 1.0 - flip[..., None], flip[..., None])
    shape = seen.shape[:-1] + tuple(4 if axis == pair else 1 for axis in range(n))
    kept: Floats = (block * seen.reshape(shape)).sum(axis=block.ndim - n + pair)
    return kept


def _cx_sources() -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """Index of the Paulis before a CX that give each pair of Paulis after it; CX undoes itself."""
    x1, z1 = X_PART[:, None], Z_PART[:, None]
    x2, z2 = X_PART[None, :], Z_PART[None, :]
    grid = np.zeros((4, 4), dtype=np.int_)
    return PAULI_INDEX[x1 + 0 * z2, z1 ^ z2] + grid, PAULI_INDEX[x1 ^ x2, z2 + 0 * x1] + grid


_CX_FROM = _cx_sources()

PROTOCOLS: dict[str, Protocol] = {
    "bbpssw": Protocol(
        "bbpssw", 2, 1, False, _bbpssw, "two pairs to one, twirled", "PRL 76, 722 (1996)"
    ),
    "dejmps": Protocol(
        "dejmps", 2, 1, False, _dejmps, "two pairs to one, not twirled", "PRL 77, 2818 (1996)"
    ),
    "pumping": Protocol(
        "pumping", 2, 1, True, _pumping, "raw pairs check one kept pair", "PRL 81, 5932 (1998)"
    ),
    "422": Protocol(
        "422", 4, 2, False, _four_two_two, "four pairs to two by [[4,2,2]]", "PRA 54, 3824 (1996)"
    ),
}
