"""One patch over several modules: every round pays pairs for every patch, also when it is idle.

Two cuts are tried: square tiles of m x m data qubits, which meet four neighbours, and strips of
w x d data qubits, which meet two. Tiles narrower than three data qubits are refused, because the
tolerance of a seam does not hold for them.

Sources:
    Ramette et al., npj Quantum Inf. 10 (2024), arXiv:2302.01296; Nickerson et al.,
    arXiv:1406.0880, for patches woven from small cells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates.bell import after_flips, idle_flip
from trapline.estimates.link import gamma_quantile
from trapline.estimates.logical import remote_errors, seam_infidelity
from trapline.estimates.magic import pack_factories
from trapline.estimates.outcome import Outcome, flatten
from trapline.estimates.plans import STREAMED, Supply, supply_of
from trapline.estimates.rounds import remote_extra_us, round_time_us, with_idling
from trapline.estimates.surface_code import pairs_per_round

if TYPE_CHECKING:
    from trapline.estimates.checks import Floats
    from trapline.estimates.goal import Goal
    from trapline.estimates.hardware import Hardware

NARROWEST = 3
TILE_LINKS = 4
STRIP_LINKS = 2
# Patches of the program and as many for routing.
PATCHES_PER_QUBIT = 2
NO_RATE = 1e-12


def distributed(hardware: Hardware, goal: Goal, distances: Floats) -> Outcome:
    """Evaluate every distance, plan and cut of the distributed regime.

    Args:
        hardware: Rows, shape (points,).
        goal: What is asked.
        distances: Odd code distances, shape (distances,).
    """
    d = distances[None, :, None]
    wide = hardware.expand(2)
    tile_supply = supply_of(hardware, STREAMED, hardware.delivered_hz(TILE_LINKS))
    strip_supply = supply_of(hardware, STREAMED, hardware.delivered_hz(STRIP_LINKS))
    tile = _tile_side(wide, tile_supply)
    strip = _strip_width(wide, d, strip_supply)
    shape = np.broadcast_shapes(d.shape, tile.shape, strip.shape)
    side = np.stack([np.broadcast_to(np.minimum(tile, d), shape), np.minimum(strip, d)], axis=-1)
    cuts = np.ceil(d[..., None] / np.maximum(side, 1.0))
    both = np.array([2.0, 1.0])
    parts = {
        "side": side,
        "cuts": cuts,
        "operators": both,
        "patch_modules": cuts**both,
        "held": np.stack(
            [np.broadcast_to(2.0 * tile, shape), np.broadcast_to(pairs_per_round(d), shape)], -1
        ),
        "links": np.array([float(TILE_LINKS), float(STRIP_LINKS)]),
        "qubits": np.stack(
            [np.broadcast_to(2.0 * tile * tile, shape), 2.0 * np.minimum(strip, d) * d], -1
        ),
        "pairs": _both(tile_supply.infidelity, strip_supply.infidelity),
        "raw": _both(tile_supply.raw_pairs, strip_supply.raw_pairs),
        "rate": _both(
            hardware.delivered_hz(TILE_LINKS)[:, None, None],
            hardware.delivered_hz(STRIP_LINKS)[:, None, None],
        ),
    }
    columns = _evaluate(hardware, goal, d[..., None], parts)
    return flatten(len(hardware.p_two), columns)


def _evaluate(
    hardware: Hardware, goal: Goal, d: Floats, parts: dict[str, Floats]
) -> dict[str, Floats]:
    """Return times, errors and modules for arrays of shape (points, distances, plans, cuts)."""
    wide = hardware.expand(3)
    rate = np.maximum(parts["rate"], NO_RATE)
    raw_round = parts["held"] * parts["raw"]
    flip = idle_flip(0.5e6 * raw_round / rate, wide.coherence_us)
    error = np.minimum(0.75, after_flips(parts["pairs"], flip))
    time = round_time_us(wide, 2.0 * parts["qubits"])
    weaving = time + remote_extra_us(wide)
    waits = np.maximum(weaving, 1e6 * gamma_quantile(raw_round) / rate)
    p_round = with_idling(wide, waits)
    errors = remote_errors(
        d,
        p_round,
        seam_infidelity(wide, error),
        seams=parts["cuts"],
        operators=parts["operators"],
    )
    good = (parts["side"] >= NARROWEST) & (parts["cuts"] > 1.0) & (parts["rate"] > NO_RATE)
    good &= sum(errors.values()) <= goal.logical_error
    hosts = PATCHES_PER_QUBIT * goal.logical_qubits * parts["patch_modules"]
    magic = pack_factories(
        goal,
        hardware,
        d,
        room=parts["qubits"],
        spare=np.zeros(1),
        hosts=hosts,
    )
    modules = hosts + magic.modules
    fits = good & (modules <= wide.max_modules)
    memory = np.maximum(0.0, parts["links"] * parts["held"] - wide.pair_buffer)
    zero = np.zeros_like(p_round)
    return {
        **errors,
        "waiting": zero,
        "modules": np.where(fits, modules, np.inf),
        "remote_time_us": d * waits,
        "cycle_time_us": d * waits,
        "distance": d,
        "plan": np.arange(float(len(STREAMED)))[None, None, :, None],
        "hosts": hosts,
        "per_module": 1.0 / np.maximum(parts["patch_modules"], 1.0),
        "patch_modules": parts["patch_modules"],
        "side": parts["side"],
        "seams": parts["cuts"] - 1.0,
        "memory": memory,
        "workspace": parts["links"] * _workspaces()[None, None, :, None],
        "routing": np.array(float(goal.logical_qubits * (PATCHES_PER_QUBIT - 1))),
        "factory": magic.factory.astype(np.float64),
        "n_factories": magic.n_factories,
        "raw_pairs": d * raw_round,
        "bell_error": error,
        "required_hz": 1e6 * gamma_quantile(raw_round) / weaving,
        "available_hz": rate,
        "p_round": p_round,
        "p_cycle": p_round,
        "round_time_us": waits,
    }


def _tile_side(wide: Hardware, supply: Supply) -> Floats:
    """Return the largest m with 2 m^2 code qubits, four edges of 2 m stored pairs, distillation."""
    left = wide.data_qubits + wide.pair_buffer - TILE_LINKS * supply.workspace
    root = np.sqrt(16.0 + 2.0 * np.maximum(0.0, left))
    side: Floats = np.floor(np.maximum(0.0, 0.5 * root - 2.0))
    return side


def _strip_width(wide: Hardware, d: Floats, supply: Supply) -> Floats:
    """Return the largest w with 2 w d code qubits, two edges of stored pairs, and distillation."""
    memory = np.maximum(0.0, STRIP_LINKS * pairs_per_round(d) - wide.pair_buffer)
    left = wide.data_qubits - memory - STRIP_LINKS * supply.workspace
    width: Floats = np.floor(np.maximum(0.0, left) / (2.0 * d))
    return width


def _workspaces() -> Floats:
    return np.array([float(plan.workspace) for plan in STREAMED])


def _both(tile: Floats, strip: Floats) -> Floats:
    """Put the values of tiles and strips side by side on a last axis."""
    return np.stack(np.broadcast_arrays(tile, strip), axis=-1)
