"""What the estimator may choose for a link: a distillation, and how many run side by side.

Distillation is worked out once for each hardware row, before distances and sizes are searched. What
another choice beats in all respects (fidelity, raw pairs, time and qubits) is dropped at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates.bell import after_flips, idle_flip
from trapline.estimates.distillation import distill_columns, protocol_named
from trapline.estimates.lazy import LazyColumns
from trapline.estimates.purify import infidelity_of, werner_correlators

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from trapline.estimates.checks import Floats
    from trapline.estimates.hardware import Hardware

NO_RATE = 1e-12
# Rows up to which pairs are remembered: those of a single question, which is often asked again.
FEW_ROWS = 32


@dataclass(frozen=True)
class Plan:
    """One way to make the pairs that are used.

    Args:
        protocol: Distillation protocol, or an empty string for none.
        rounds: Rounds of it.
        copies: Blocks that are distilled side by side at each end of a link.
    """

    protocol: str
    rounds: int
    copies: int = 1

    @property
    def name(self) -> str:
        """Name of the distillation for reports."""
        if not self.protocol:
            return "none"
        return self.protocol if self.rounds == 1 else f"{self.protocol} x {self.rounds}"

    @property
    def block(self) -> int:
        """Raw pairs that one chain of rounds starts from."""
        return protocol_named(self.protocol).block(self.rounds) if self.protocol else 1

    @property
    def workspace(self) -> int:
        """Qubits that distillation holds at each end."""
        if not self.protocol:
            return 0
        return self.copies * protocol_named(self.protocol).workspace(self.rounds)


DISTILLATIONS = (
    ("422", 1),
    ("422", 2),
    ("642", 1),
    ("513", 1),
    ("dejmps", 1),
    ("dejmps", 2),
    ("dejmps", 3),
    ("pumping", 2),
    ("nested", 2),
)
COPIES = (1, 8, 64)
PLANS = (
    Plan("", 0),
    *(Plan(name, rounds, copies) for name, rounds in DISTILLATIONS for copies in COPIES),
)
# Columns of the hardware that distillation depends on, besides the rate.
_COLUMNS = (
    "pair_error",
    "p_local",
    "coherence_us",
    "gate_time_us",
    "measure_time_us",
    "latency_us",
)
_WORKSPACE = np.array([float(plan.workspace) for plan in PLANS])


@dataclass(frozen=True)
class Supply(LazyColumns):
    """Pairs as they leave distillation, one entry for each row and each plan worth having there.

    Args:
        row: Hardware row, in ascending order.
        plan: Index into PLANS.
        infidelity: 1 - F of a pair.
        raw_pairs: Raw pairs spent on it.
        interval_us: Time between two pairs that the local operations allow.
        workspace: Qubits that distillation holds at each end.
        rate_hz: Raw pairs a second of one link.
    """

    row: NDArray[np.intp]
    plan: NDArray[np.intp]
    infidelity: Floats
    raw_pairs: Floats
    interval_us: Floats
    workspace: Floats
    rate_hz: Floats

    def take(self, chosen: NDArray[np.intp]) -> Supply:
        """Return some of the entries."""
        return self.some(chosen)

    def of_rows(self, rows: NDArray[np.intp]) -> Supply:
        """Return the same pairs where a row is an index into some rows, as pairs of those."""
        return replace(self, row=rows[self.row])

    def spread(self, row: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Pair each place with all entries of its row.

        Args:
            row: Hardware row of each place.

        Returns:
            Indices of places in ascending order, and for each an entry, ascending for one place.
        """
        begin, end = (np.searchsorted(self.row, row, side) for side in ("left", "right"))
        many = end - begin
        place = np.repeat(np.arange(len(row)), many)
        return place, np.arange(len(place)) + np.repeat(begin - (np.cumsum(many) - many), many)


def supply_of(hardware: Hardware, rate_hz: Floats) -> Supply:
    """Distill the raw pairs of each hardware row by each plan, and keep what is worth having.

    A raw pair waits for the others of its block: half the time that the block takes to arrive,
    during which both halves dephase, and the outputs wait for the last round.

    Args:
        hardware: Rows, shape (points,).
        rate_hz: Raw pairs a second of one link, shape (points,).
    """
    numbers = np.array([rate_hz, *(getattr(hardware, name) for name in _COLUMNS)])
    if len(rate_hz) <= FEW_ROWS:
        return _remembered(numbers.tobytes())
    return _supply(numbers)


@lru_cache(maxsize=256)
def _remembered(numbers: bytes) -> Supply:
    """Return the pairs of a few rows."""
    return _supply(np.frombuffer(numbers).reshape(1 + len(_COLUMNS), -1))


def _supply(numbers: Floats) -> Supply:
    """Return the pairs of rows, given by raw pairs a second and then _COLUMNS of the hardware."""
    rate_hz, pair_error = numbers[0], numbers[1]
    rate = np.maximum(rate_hz, NO_RATE)
    bad, raw, busy = _distilled(rate, numbers[1:])
    shape = (len(rate), len(PLANS))
    infidelity, raw_pairs, busy_us = np.empty(shape), np.empty(shape), np.zeros(shape)
    infidelity[:, 0], raw_pairs[:, 0] = pair_error, 1.0
    infidelity[:, 1:], raw_pairs[:, 1:] = bad[:, _OF_PLAN], raw[:, _OF_PLAN]
    busy_us[:, 1:] = busy[:, _OF_PLAN] / _COPIES_OF_PLAN
    row, plan = np.nonzero(_worth_having(infidelity, raw_pairs, busy_us, rate))
    return Supply(
        row=row,
        plan=plan,
        infidelity=infidelity[row, plan],
        raw_pairs=raw_pairs[row, plan],
        interval_us=busy_us[row, plan],
        workspace=_WORKSPACE[plan],
        rate_hz=rate_hz[row],
    )


def flawless(row: NDArray[np.intp], rate_hz: Floats) -> Supply:
    """Return pairs that no pairs are better than: without error, as fast as raw ones.

    Args:
        row: Hardware rows.
        rate_hz: Raw pairs a second of one link at each of them.
    """
    nothing = np.zeros(len(row))
    return Supply(
        row=row,
        plan=np.zeros(len(row), dtype=np.intp),
        infidelity=nothing,
        raw_pairs=nothing + 1.0,
        interval_us=nothing,
        workspace=nothing,
        rate_hz=rate_hz,
    )


def _distilled(rate: Floats, columns: Floats) -> tuple[Floats, Floats, Floats]:
    """Distill by each of DISTILLATIONS, with one workspace.

    Args:
        rate: Raw pairs a second, shape (points,).
        columns: _COLUMNS of the hardware.

    Returns:
        Infidelity, raw pairs and local time of an output pair, shape (points, distillations).
    """
    pair_error, p_local, coherence_us, gate_us, measure_us, latency_us = columns[..., None]
    wait_us = 0.5e6 * (_BLOCK - 1.0) / rate[:, None]
    stored = after_flips(pair_error, idle_flip(wait_us, coherence_us))
    states = werner_correlators(np.minimum(0.75, stored))
    made, cost = distill_columns(states, DISTILLATIONS, np.minimum(0.5, p_local))
    round_us = _GATES * gate_us + measure_us + latency_us
    infidelity = np.minimum(0.75, np.maximum(0.0, infidelity_of(made)))
    after = after_flips(infidelity, idle_flip(round_us, coherence_us))
    # Raw pairs spent, over those of blocks that never fail: the blocks that are started.
    busy_us = _RUNS * round_us * cost / _IDEAL_COST
    return np.minimum(0.75, after), cost, busy_us


def _worth_having(
    infidelity: Floats, raw_pairs: Floats, busy_us: Floats, rate: Floats
) -> NDArray[np.bool_]:
    """Tell which plans no other beats or equals in all respects, shape (points, plans)."""
    slower = np.maximum(busy_us, 1e6 * raw_pairs / rate[:, None])
    beaten = np.ones((*infidelity.shape, len(PLANS)), dtype=bool)
    for value in (infidelity, raw_pairs, slower):
        beaten &= value[:, None, :] <= value[:, :, None]
    beaten &= _WORKSPACE[None, None, :] <= _WORKSPACE[None, :, None]
    # Of two plans alike the first stays.
    beaten &= ~(beaten.swapaxes(1, 2) & _LATER)
    return ~np.asarray(beaten.any(axis=2))


_LATER = np.triu(np.ones((len(PLANS), len(PLANS)), dtype=bool))


def _ideal_cost(name: str, rounds: int) -> float:
    """Return the raw pairs of an output pair when nothing fails."""
    protocol = protocol_named(name)
    if protocol.pumps:
        return float(protocol.block(rounds))
    return float((protocol.pairs_in / protocol.pairs_out) ** rounds)


def _column(numbers: Iterable[float]) -> Floats:
    return np.array(list(numbers), dtype=np.float64)


# Numbers of each of DISTILLATIONS, and which of them each plan but the first belongs to.
_OF_PLAN = np.repeat(np.arange(len(DISTILLATIONS)), len(COPIES))
_COPIES_OF_PLAN = np.tile(_column(COPIES), len(DISTILLATIONS))
_BLOCK = _column(protocol_named(name).block(rounds) for name, rounds in DISTILLATIONS)
_GATES = _column(protocol_named(name).gates for name, _ in DISTILLATIONS)
_RUNS = _column(
    protocol_named(name).runs(rounds) / protocol_named(name).pairs_out
    for name, rounds in DISTILLATIONS
)
_IDEAL_COST = _column(_ideal_cost(name, rounds) for name, rounds in DISTILLATIONS)
