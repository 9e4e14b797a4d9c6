"""One patch over several modules: every round pays pairs for every patch, also when it is idle.

Two kinds of cut are tried: square tiles of m x m data qubits, which meet four neighbours, and
strips of w x d data qubits, which meet two. Parts narrower than three data qubits are refused,
because the tolerance of a seam does not hold for them.

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
from trapline.estimates.plans import STREAMED, supply_of
from trapline.estimates.rounds import remote_extra_us, round_time_us, with_idling
from trapline.estimates.surface_code import pairs_per_round

if TYPE_CHECKING:
    from trapline.estimates.checks import Floats
    from trapline.estimates.goal import Goal
    from trapline.estimates.hardware import Hardware
    from trapline.estimates.outcome import Columns

NARROWEST = 3
# Cuts that are tried: parts of a patch along one side, for tiles and then for strips. They do not
# depend on the hardware, so that a larger module can do all that a smaller one can.
PARTS = (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 17, 21)
CUTS = np.array([float(n) for n in PARTS * 2])
IS_TILE = np.repeat([True, False], len(PARTS))
LINKS = np.where(IS_TILE, 4.0, 2.0)
OPERATORS = np.where(IS_TILE, 2.0, 1.0)
# Patches of the program and as many for routing.
PATCHES_PER_QUBIT = 2
NO_RATE = 1e-12


def distributed(hardware: Hardware, goal: Goal, distances: Floats) -> list[Columns]:
    """Evaluate every distance, plan and cut of the distributed regime.

    Args:
        hardware: Rows, shape (points,).
        goal: What is asked.
        distances: Odd code distances, shape (distances,).

    Returns:
        Columns of `Outcome`.
    """
    d = distances[None, :, None, None]
    supplies = [supply_of(hardware, STREAMED, hardware.delivered_hz(links)) for links in (4.0, 2.0)]
    rates = [hardware.delivered_hz(links)[:, None, None] for links in (4.0, 2.0)]
    side = np.ceil(d / CUTS)
    parts = {
        "side": side,
        "held": np.where(IS_TILE, 2.0 * side, pairs_per_round(d)),
        "qubits": 2.0 * side * np.where(IS_TILE, side, d),
        "pairs": _by_cut([supply.infidelity for supply in supplies]),
        "raw": _by_cut([supply.raw_pairs for supply in supplies]),
        "rate": _by_cut(rates),
        "workspace": LINKS * supplies[0].workspace[..., None],
    }
    return [_evaluate(hardware, goal, d, parts)]


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
        seams=CUTS,
        operators=OPERATORS,
    )
    memory = np.maximum(0.0, LINKS * parts["held"] - wide.pair_buffer)
    good = (parts["side"] >= NARROWEST) & (parts["rate"] > NO_RATE)
    good = good & (parts["qubits"] + memory + parts["workspace"] <= wide.data_qubits)
    good = good & (sum(errors.values()) <= goal.logical_error)
    patch_modules = CUTS**OPERATORS
    hosts = PATCHES_PER_QUBIT * goal.logical_qubits * patch_modules
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
        "per_module": 1.0 / patch_modules,
        "patch_modules": patch_modules,
        "side": parts["side"],
        "seams": CUTS - 1.0,
        "memory": memory,
        "workspace": parts["workspace"],
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


def _by_cut(values: list[Floats]) -> Floats:
    """Lay the values of tiles and of strips along the axis of cuts."""
    tile, strip = values
    return np.where(IS_TILE, tile[..., None], strip[..., None])
