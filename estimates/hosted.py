"""Patches inside modules; logical operations across modules by lattice surgery along a seam.

A module holds whole patches, as many as fit and no fraction of one, each with a routing patch
beside it unless it is alone. Between two modules a merge lasts d rounds of 2d - 1 teleported CX.
All of it holds for one remote operation a module at a time.

Sources:
    Ramette et al., npj Quantum Inf. 10 (2024), arXiv:2302.01296, for patches joined along a noisy
    seam; Litinski, Quantum 3, 128 (2019), arXiv:1808.02892, for routing beside patches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates.bell import after_flips, idle_flip
from trapline.estimates.link import gamma_quantile
from trapline.estimates.logical import idle_error, local_errors, remote_errors, seam_infidelity
from trapline.estimates.magic import pack_factories
from trapline.estimates.plans import HOSTED_PLANS, supply_of
from trapline.estimates.rounds import (
    LAYERS,
    patch_cx_gates,
    remote_extra_us,
    round_time_us,
    with_idling,
)
from trapline.estimates.surface_code import pairs_per_round, patch_qubits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trapline.estimates.checks import Floats
    from trapline.estimates.goal import Goal
    from trapline.estimates.hardware import Hardware
    from trapline.estimates.outcome import Columns

NO_RATE = 1e-12


@dataclass(frozen=True)
class _Pairs:
    """Pairs of a merge, before the number of patches is known; shape (points, distances, plans)."""

    infidelity: Floats
    bell_error: Floats
    raw: Floats
    batch: Floats
    wait_us: Floats
    rate_hz: Floats
    workspace: Floats
    buffered: Floats


def hosted(hardware: Hardware, goal: Goal, distances: Floats) -> list[Columns]:
    """Evaluate every distance and plan of the hosted regime, with and without a link.

    Args:
        hardware: Rows, shape (points,).
        goal: What is asked.
        distances: Odd code distances, shape (distances,).

    Returns:
        Columns of `Outcome` of machines joined by links, and of machines of one module.
    """
    joined = _over_links(hardware, goal, distances[None, :, None])
    alone = _in_one_module(hardware, goal, distances[None, :, None])
    return [joined, alone]


def n_patches(logical_qubits: Floats) -> Floats:
    """Return the patches of a module: one routing patch for each, none for a patch alone."""
    patches: Floats = np.where(logical_qubits > 1, 2.0 * logical_qubits, logical_qubits)
    return patches


def capacity(qubits: Floats, distance: Floats) -> Floats:
    """Return the logical qubits that fit, always whole: d = 25 takes 1,249 qubits, not 1,000."""
    patches: Floats = np.floor(np.maximum(0.0, qubits) / patch_qubits(distance))
    return np.where(patches >= 4, np.floor(patches / 2.0), np.minimum(1.0, patches))


def _over_links(hardware: Hardware, goal: Goal, d: Floats) -> Columns:
    """Evaluate machines whose modules are joined by links."""
    wide = hardware.expand(2)
    pairs = _pairs(hardware, d)
    memory = np.maximum(0.0, pairs.batch - wide.pair_buffer)
    room = wide.data_qubits - memory - pairs.workspace
    most = np.minimum(capacity(room, d), goal.logical_qubits)
    fits = (most >= 1.0) & (pairs.rate_hz > NO_RATE)
    n = _largest(wide, d, most, fits, pairs, goal.logical_error)
    hosts = np.ceil(goal.logical_qubits / np.maximum(n, 1.0))
    spread = np.minimum(np.ceil(goal.logical_qubits / hosts), np.maximum(n, 1.0))
    merge = _merge(wide, d, spread, pairs)
    magic = pack_factories(
        goal,
        hardware,
        d,
        room=wide.data_qubits + 0.0 * d,
        spare=room - n_patches(spread) * patch_qubits(d),
        hosts=hosts,
    )
    modules = np.where(n >= 1.0, hosts + magic.modules, np.inf)
    return {
        **merge,
        "modules": np.where(modules <= wide.max_modules, modules, np.inf),
        "distance": d,
        "plan": np.arange(float(len(HOSTED_PLANS)))[None, None, :],
        "hosts": hosts,
        "per_module": spread,
        "patch_modules": np.ones(1),
        "side": d,
        "seams": np.ones(1),
        "memory": memory,
        "workspace": pairs.workspace,
        "routing": np.where(spread > 1, float(goal.logical_qubits), 0.0),
        "factory": magic.factory.astype(np.float64),
        "n_factories": magic.n_factories,
        "raw_pairs": pairs.raw,
        "bell_error": pairs.bell_error,
        "available_hz": pairs.rate_hz,
    }


def _in_one_module(hardware: Hardware, goal: Goal, d: Floats) -> dict[str, Floats]:
    """Evaluate a machine that is one module and uses no link."""
    wide = hardware.expand(2)
    n = np.full(np.broadcast_shapes(wide.data_qubits.shape, d.shape), float(goal.logical_qubits))
    time = round_time_us(wide, n_patches(n) * patch_cx_gates(d))
    p = with_idling(wide, time)
    errors = local_errors(d, p)
    used = n_patches(n) * patch_qubits(d)
    magic = pack_factories(
        goal,
        hardware,
        d,
        room=wide.data_qubits + 0.0 * d,
        spare=wide.data_qubits - used,
        hosts=np.ones(1),
    )
    good = (used <= wide.data_qubits) & (magic.modules == 0.0)
    good &= sum(errors.values()) <= goal.logical_error
    zero = np.zeros_like(n)
    return {
        **errors,
        "waiting": zero,
        "modules": np.where(good, 1.0, np.inf),
        "remote_time_us": d * time,
        "cycle_time_us": d * time,
        "distance": d + zero,
        "plan": zero - 1.0,
        "hosts": zero + 1.0,
        "per_module": n,
        "patch_modules": zero + 1.0,
        "side": d + zero,
        "seams": zero,
        "memory": zero,
        "workspace": zero,
        "routing": n_patches(n) - n,
        "factory": magic.factory.astype(np.float64) + zero,
        "n_factories": magic.n_factories + zero,
        "raw_pairs": zero,
        "bell_error": zero,
        "required_hz": zero,
        "available_hz": hardware.delivered_hz(1.0)[:, None, None] + zero,
        "p_round": p,
        "p_cycle": p,
        "round_time_us": time,
    }


def _pairs(hardware: Hardware, d: Floats) -> _Pairs:
    """Work out the pairs of a merge for each plan."""
    wide = hardware.expand(2)
    rate = hardware.delivered_hz(1.0)
    supply = supply_of(hardware, HOSTED_PLANS, rate)
    rate_wide = np.maximum(rate, NO_RATE)[:, None, None]
    a_round = pairs_per_round(d)
    batch = np.asarray(a_round * np.where(supply.buffered, d, 1.0), np.float64)
    held_us = 0.5e6 * batch * supply.raw_pairs / rate_wide
    flip = idle_flip(held_us, wide.coherence_us)
    error = np.minimum(0.75, after_flips(supply.infidelity, flip))
    return _Pairs(
        infidelity=seam_infidelity(wide, error),
        bell_error=error,
        raw=d * a_round * supply.raw_pairs,
        batch=batch,
        wait_us=1e6 * gamma_quantile(batch * supply.raw_pairs) / rate_wide,
        rate_hz=rate_wide,
        workspace=supply.workspace,
        buffered=supply.buffered,
    )


def _merge(wide: Hardware, d: Floats, n: Floats, pairs: _Pairs) -> dict[str, Floats]:
    """Return times and errors of a remote operation when each module holds n logical qubits."""
    time = round_time_us(wide, n_patches(n) * patch_cx_gates(d))
    merging = time + remote_extra_us(wide)
    waits = np.where(pairs.buffered, merging, np.maximum(merging, pairs.wait_us))
    lasts = np.where(pairs.buffered, np.maximum(d * merging, pairs.wait_us), d * waits)
    p_cycle = with_idling(wide, time)
    p_round = with_idling(wide, waits)
    errors = remote_errors(d, p_round, pairs.infidelity, seams=np.ones(1), operators=np.ones(1))
    return {
        **errors,
        "waiting": np.where(pairs.buffered, _waiting(wide, d, time, pairs.wait_us), 0.0),
        "remote_time_us": lasts,
        "cycle_time_us": d * time,
        "required_hz": 1e6 * gamma_quantile(pairs.raw) / (d * merging),
        "p_round": p_round,
        "p_cycle": p_cycle,
        "round_time_us": time,
    }


def _waiting(wide: Hardware, d: Floats, time_us: Floats, wait_us: Floats) -> Floats:
    """Return the logical error of a patch while the pairs of a merge are collected.

    Rounds go on meanwhile, at their own pace or at a slower one where fewer rounds with more idling
    give less error: bulk (p + t/(2 T2))^k / t is least at t = 2 T2 p/(k - 1).
    """
    half = 2.0 * wide.coherence_us
    pace = np.maximum(time_us, half * wide.p_local / np.maximum(0.5 * (d - 1.0), 0.5))
    p = np.minimum(1.0, wide.p_local + pace / half)
    return wait_us / pace * idle_error(d, p)


def _largest(
    wide: Hardware,
    d: Floats,
    most: Floats,
    fits: NDArray[np.bool_],
    pairs: _Pairs,
    limit: float,
) -> Floats:
    """Return the most logical qubits a module may hold with errors below a limit; 0 for none.

    More qubits make a round longer where gates cannot run at once, never better, so the largest
    number is found by halving intervals.
    """

    def good(n: Floats) -> NDArray[np.bool_]:
        return (_total(_merge(wide, d, n, pairs)) <= limit) & fits

    high = np.maximum(most, 1.0)
    at_most = good(high)
    high = np.broadcast_to(high, at_most.shape)
    gates = n_patches(high) * patch_cx_gates(d)
    if at_most.all() or (gates <= LAYERS * wide.parallel_gates).all():
        return np.where(at_most, high, 0.0)
    low = np.where(at_most, high, np.where(good(np.ones(1)), 1.0, 0.0))
    high = np.where(low > 0.0, high, 0.0)
    while (between := high - low > 1.0).any() and not (at_most | ~between).all():
        middle = np.where(between, np.floor(0.5 * (low + high)), np.maximum(low, 1.0))
        fine = good(middle)
        low = np.where(between & fine, middle, low)
        high = np.where(between & ~fine, middle, high)
    return low


def _total(parts: dict[str, Floats]) -> Floats:
    """Add the parts of a logical error."""
    return parts["bulk"] + parts["along"] + parts["across"] + parts["outcome"] + parts["waiting"]
