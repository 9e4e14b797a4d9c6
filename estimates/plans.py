"""What the estimator may choose for a link: a distillation, and how pairs are buffered.

Distillation is worked out once for each hardware row, before distances and sizes are searched.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates.bell import after_flips, idle_flip, werner
from trapline.estimates.distillation import distill_weights, protocol_named

if TYPE_CHECKING:
    from trapline.estimates.checks import Floats
    from trapline.estimates.hardware import Hardware


@dataclass(frozen=True)
class Plan:
    """One way to use a link.

    Args:
        protocol: Distillation protocol, or an empty string for none.
        rounds: Rounds of it.
        buffered: Whether the pairs of a whole remote operation are collected before it starts;
            otherwise each round waits for its own pairs.
    """

    protocol: str
    rounds: int
    buffered: bool

    @property
    def name(self) -> str:
        """Name of the distillation for reports."""
        if not self.protocol:
            return "none"
        return self.protocol if self.rounds == 1 else f"{self.protocol} x {self.rounds}"

    @property
    def block(self) -> int:
        """Raw pairs that one chain of rounds starts from."""
        return 1 if not self.protocol else protocol_named(self.protocol).pairs_in ** self.rounds

    @property
    def workspace(self) -> int:
        """Qubits that hold the pairs of a block at each end; nested rounds keep one a level."""
        if not self.protocol:
            return 0
        return protocol_named(self.protocol).pairs_in + self.rounds - 1


DISTILLATIONS = (("", 0), ("422", 1), ("dejmps", 1), ("dejmps", 2), ("dejmps", 3))
STREAMED = tuple(Plan(protocol, rounds, False) for protocol, rounds in DISTILLATIONS)
HOSTED_PLANS = STREAMED + tuple(Plan(name, rounds, True) for name, rounds in DISTILLATIONS)


@dataclass(frozen=True)
class Supply:
    """Pairs as they leave distillation, shape (points, 1, plans) each.

    Args:
        infidelity: 1 - F of a pair.
        raw_pairs: Raw pairs spent on it.
        workspace: Qubits that distillation holds at each end.
        buffered: Whether pairs are collected for a whole operation.
    """

    infidelity: Floats
    raw_pairs: Floats
    workspace: Floats
    buffered: Floats


def supply_of(hardware: Hardware, plans: tuple[Plan, ...], rate_hz: Floats) -> Supply:
    """Distill the raw pairs of each hardware row by each plan.

    A raw pair waits for the others of its block: half the time that the block takes to arrive,
    during which both halves dephase.

    Args:
        hardware: Rows, shape (points,).
        plans: What may be chosen.
        rate_hz: Raw pairs a second of one link, shape (points,).
    """
    infidelity: list[Floats] = []
    raw_pairs: list[Floats] = []
    done: dict[tuple[str, int], tuple[Floats, Floats]] = {}
    for plan in plans:
        key = (plan.protocol, plan.rounds)
        if key not in done:
            done[key] = _distilled(hardware, plan, rate_hz)
        infidelity.append(done[key][0])
        raw_pairs.append(done[key][1])
    return Supply(
        infidelity=np.stack(infidelity, axis=-1)[:, None, :],
        raw_pairs=np.stack(raw_pairs, axis=-1)[:, None, :],
        workspace=np.array([float(plan.workspace) for plan in plans])[None, None, :],
        buffered=np.array([plan.buffered for plan in plans])[None, None, :],
    )


def _distilled(hardware: Hardware, plan: Plan, rate_hz: Floats) -> tuple[Floats, Floats]:
    """Return infidelity and raw pairs of one plan, for each row."""
    raw = hardware.pair_error
    if not plan.protocol:
        return raw, np.ones_like(raw)
    wait_us = 0.5e6 * (plan.block - 1) / np.maximum(rate_hz, 1e-12)
    stored = after_flips(raw, idle_flip(wait_us, hardware.coherence_us))
    weights, cost, _ = distill_weights(
        werner(np.clip(1.0 - stored, 0.25, 1.0)),
        protocol_named(plan.protocol),
        p_local=np.minimum(0.5, hardware.p_local),
        rounds=plan.rounds,
    )
    return np.clip(1.0 - weights[..., 0], 0.0, 0.75), cost
