"""One patch over several modules: every round pays pairs for every patch, also when it is idle.

Two kinds of cut are tried: square tiles of m x m data qubits, which meet four neighbours, and
strips of w x d data qubits, which meet two. Parts narrower than three data qubits are refused,
because the tolerance of a seam does not hold for them.

Sources:
    Ramette et al., npj Quantum Inf. 10 (2024), arXiv:2302.01296; Nickerson et al.,
    arXiv:1406.0880, for patches woven from small cells. Our own simulations of tiles,
    docs/calibration.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates import outcome as names
from trapline.estimates.hardware import Hardware
from trapline.estimates.link import gamma_quantile
from trapline.estimates.logical import (
    DISTANCES,
    along_seam,
    has_a_chance,
    remote_errors,
    remote_infidelity,
)
from trapline.estimates.magic import pack_factories
from trapline.estimates.operations import collection_us, stored_error
from trapline.estimates.outcome import total_error
from trapline.estimates.plans import NO_RATE, least_infidelity, supply_of
from trapline.estimates.rounds import remote_extra_us, round_time_us, with_idling
from trapline.estimates.seam_laws import NARROWEST
from trapline.estimates.surface_code import pairs_per_round

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trapline.estimates.checks import Floats
    from trapline.estimates.goal import Goal
    from trapline.estimates.magic import Menu
    from trapline.estimates.outcome import Columns
    from trapline.estimates.plans import Supply

# Cuts that are tried: parts of a patch along one side, for tiles and then for strips. They do not
# depend on the hardware, so that a larger module can do all that a smaller one can.
PARTS = (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 17, 21)
TILE_LINKS, STRIP_LINKS = 4.0, 2.0
# Patches of the program and as many for routing.
PATCHES_PER_QUBIT = 2


@dataclass(frozen=True)
class Cuts:
    """Ways to cut a patch that fit and whose error has a chance; arrays of one length.

    Args:
        entry: Index into the supply.
        distance: Code distance.
        parts: Parts along one side.
        patch_modules: Modules of a patch.
    """

    entry: NDArray[np.intp]
    distance: Floats
    parts: Floats
    patch_modules: Floats

    def take(self, chosen: NDArray[np.intp]) -> Cuts:
        """Return some of them."""
        return Cuts(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


def possible(hardware: Hardware, goal: Goal, supply: Supply) -> NDArray[np.bool_]:
    """Tell for each row whether a cut patch has a chance, before pairs for it are distilled.

    The test takes the best pairs of a module that serves one link, and waits for no more raw pairs
    than go through a link when nothing is distilled.

    Args:
        hardware: Rows.
        goal: What is asked.
        supply: Pairs of a module that serves one link.
    """
    rows = hardware.expand(1)
    d = np.broadcast_to(DISTANCES, (len(hardware.p_two), len(DISTANCES)))
    noise = remote_infidelity(hardware, least_infidelity(supply, len(d)))
    time = round_time_us(rows, np.zeros(1)) + remote_extra_us(rows)
    found = np.zeros(len(d), dtype=bool)
    for tiles, links in ((True, TILE_LINKS), (False, STRIP_LINKS)):
        rate = np.maximum(hardware.delivered_hz(links), NO_RATE)[:, None]
        wait = 1e6 * gamma_quantile(_least_held(DISTANCES, tiles=tiles)) / rate
        p = with_idling(rows, np.maximum(time, wait))
        row, column = np.nonzero(has_a_chance(d, p, goal.logical_error))
        distance = DISTANCES[column]
        along = distance * along_seam(distance, p[row, column], noise[row])
        found[row[along <= goal.logical_error]] = True
    return found


def supplies(hardware: Hardware) -> tuple[Supply, Supply]:
    """Return the pairs of a module that serves four links, as a tile does, and two."""
    rates = [hardware.delivered_hz(links) for links in (TILE_LINKS, STRIP_LINKS)]
    both = supply_of(Hardware.stack([hardware, hardware]), np.concatenate(rates))
    points = len(hardware.p_two)
    end = int(np.searchsorted(both.row, points))
    tiles, strips = both.take(np.arange(end)), both.take(np.arange(end, len(both.row)))
    return tiles, replace(strips, row=strips.row - points)


def cuts(hardware: Hardware, goal: Goal, supply: Supply, distances: Floats, *, tiles: bool) -> Cuts:
    """List the cuts that fit into the modules and whose error has a chance to be small enough.

    Args:
        hardware: Rows.
        goal: What is asked.
        supply: Pairs.
        distances: Odd code distances.
        tiles: Whether patches are cut both ways.
    """
    hopeful = _hopeful(hardware, goal, supply, distances, tiles=tiles)
    entry, column = np.nonzero(hopeful & (supply.rate_hz[:, None] > NO_RATE))
    d, parts = distances[column, None], np.array(PARTS, dtype=np.float64)
    row = supply.row[entry]
    qubits, held = _part(d, parts, tiles=tiles)
    links = TILE_LINKS if tiles else STRIP_LINKS
    memory = np.maximum(0.0, links * held - hardware.pair_buffer[row, None])
    room = hardware.data_qubits[row] - links * supply.workspace[entry]
    fits = (qubits + memory <= room[:, None]) & (np.ceil(d / parts) >= NARROWEST)
    choice, cut = np.nonzero(fits)
    wide = parts[cut]
    return Cuts(entry[choice], d[choice, 0], wide, wide**2 if tiles else wide)


def _hopeful(
    hardware: Hardware, goal: Goal, supply: Supply, distances: Floats, *, tiles: bool
) -> NDArray[np.bool_]:
    """Tell where the error has a chance, shape (entries, distances).

    The test takes a single seam, pairs that were not stored, and the narrowest parts, which wait
    for the fewest pairs.
    """
    held = _least_held(distances, tiles=tiles)
    wide, pairs = hardware.rows(supply.row).expand(1), supply.expand()
    waits, _ = _round(wide, pairs, np.zeros(1), held)
    p = with_idling(wide, waits)
    entry, column = np.nonzero(
        has_a_chance(np.broadcast_to(distances, p.shape), p, goal.logical_error)
    )
    noise = remote_infidelity(hardware.rows(supply.row[entry]), supply.infidelity[entry])
    along = along_seam(distances[column], p[entry, column], noise)
    found = np.zeros(p.shape, dtype=bool)
    found[entry, column] = distances[column] * along <= goal.logical_error
    return found


def evaluate(
    hardware: Hardware, goal: Goal, supply: Supply, menu: Menu, chosen: Cuts, *, tiles: bool
) -> Columns:
    """Evaluate cuts.

    Args:
        hardware: Rows.
        goal: What is asked.
        supply: Pairs.
        menu: Factories.
        chosen: The cuts.
        tiles: Whether patches are cut both ways.
    """
    pairs = supply.take(chosen.entry)
    wide, d = hardware.rows(pairs.row), chosen.distance
    qubits, held = _part(d, chosen.parts, tiles=tiles)
    links = TILE_LINKS if tiles else STRIP_LINKS
    waits, mean = _round(wide, pairs, qubits, held)
    bell_error = stored_error(wide, pairs, mean)
    time = round_time_us(wide, 2.0 * qubits)
    p_round = with_idling(wide, waits)
    errors = remote_errors(
        d,
        p_round,
        remote_infidelity(wide, bell_error),
        seams=chosen.parts,
        tiles=tiles,
        limit=goal.logical_error,
    )
    hosts = PATCHES_PER_QUBIT * goal.logical_qubits * chosen.patch_modules
    magic = pack_factories(menu, pairs.row, d, room=qubits, spare=np.zeros(1), hosts=hosts)
    modules = hosts + magic.modules
    good = (total_error(errors) <= goal.logical_error) & (modules <= wide.max_modules)
    raw = held * pairs.raw_pairs
    return errors | {
        "row": pairs.row.astype(np.float64),
        "operation": np.full(len(d), float(names.WOVEN)),
        "modules": np.where(good, modules, np.inf),
        "step_time_us": d * waits,
        "remote_time_us": d * waits,
        "unstalled_us": d * (time + remote_extra_us(wide)),
        "cycle_time_us": d * waits,
        "distance": d,
        "plan": pairs.plan.astype(np.float64),
        "hosts": hosts,
        "per_module": 1.0 / chosen.patch_modules,
        "patch_modules": chosen.patch_modules,
        "side": np.ceil(d / chosen.parts),
        "seams": chosen.parts - 1.0,
        "memory": np.maximum(0.0, links * held - wide.pair_buffer),
        "workspace": links * pairs.workspace,
        "routing": np.full(len(d), float(goal.logical_qubits * (PATCHES_PER_QUBIT - 1))),
        "factory": magic.factory,
        "n_factories": magic.n_factories,
        "raw_pairs": d * raw,
        "bell_error": bell_error,
        "required_hz": 1e6 * gamma_quantile(raw) / (time + remote_extra_us(wide)),
        "available_hz": pairs.rate_hz,
        "p_round": p_round,
        "round_time_us": time,
    }


def _least_held(distances: Floats, *, tiles: bool) -> Floats:
    """Return the fewest pairs a round and link of any cut."""
    side = np.maximum(NARROWEST, np.ceil(distances / PARTS[-1]))
    return 2.0 * side if tiles else np.asarray(pairs_per_round(distances))


def _round(
    hardware: Hardware, pairs: Supply, qubits: Floats, held: Floats
) -> tuple[Floats, Floats]:
    """Return how long a round takes that waits for its pairs, and their mean collection time."""
    wait, mean = collection_us(pairs, held)
    time = round_time_us(hardware, 2.0 * qubits) + remote_extra_us(hardware)
    return np.maximum(time, wait), mean


def _part(d: Floats, parts: Floats, *, tiles: bool) -> tuple[Floats, Floats]:
    """Return the qubits of a module's part of a patch, and its pairs a round and link."""
    side = np.ceil(d / parts)
    if tiles:
        return 2.0 * side * side, 2.0 * side
    return 2.0 * side * d, pairs_per_round(d)
