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

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates.link import most_pairs
from trapline.estimates.logical import (
    along_seam,
    has_a_chance,
    largest_p,
    remote_infidelity,
)
from trapline.estimates.operations import collection_us, stored_error
from trapline.estimates.plans import NO_RATE, flawless, supply_of
from trapline.estimates.rounds import (
    IDLE_WEIGHT,
    LAYERS,
    remote_extra_us,
    round_time_us,
    with_idling,
)
from trapline.estimates.seam_laws import NARROWEST
from trapline.estimates.surface_code import pairs_per_round

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trapline.estimates.checks import Floats
    from trapline.estimates.goal import Goal
    from trapline.estimates.hardware import Hardware
    from trapline.estimates.plans import Supply

# Cuts that are tried: parts of a patch along one side, for tiles and then for strips. They do not
# depend on the hardware, so that a larger module can do all that a smaller one can.
PARTS = np.array([2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 17, 21], dtype=np.float64)
# The next fewer parts; none that fit into a module before the first.
_FEWER = np.concatenate([[1e-9], PARTS[:-1]])
TILE_LINKS, STRIP_LINKS = 4.0, 2.0
# Patches of the program and as many for routing.
PATCHES_PER_QUBIT = 2


@dataclass(frozen=True)
class Places:
    """Distances at which a cut patch has a chance, with the pairs; arrays of one length.

    Args:
        index: Index of the pairs in the supply, or the hardware row before pairs are made.
        distance: Code distance.
        most: Most pairs a round and link for which a round waits short enough, or the longest round
            in microseconds before pairs are made.
    """

    index: NDArray[np.intp]
    distance: Floats
    most: Floats

    def take(self, chosen: NDArray[np.intp]) -> Places:
        """Return some of them."""
        return Places(self.index[chosen], self.distance[chosen], self.most[chosen])


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


def patch_modules(parts: Floats, *, tiles: bool) -> Floats:
    """Return the modules of a patch.

    Args:
        parts: Parts along one side.
        tiles: Whether patches are cut both ways.
    """
    return parts * parts if tiles else parts


def places(
    hardware: Hardware,
    goal: Goal,
    distances: Floats,
    rows: NDArray[np.intp],
    *,
    tiles: bool,
) -> Places:
    """List rows and distances at which a cut patch has a chance, before pairs for it are distilled.

    The test takes pairs without error, and waits for no more raw pairs than go through a link when
    nothing is distilled.

    Args:
        hardware: Rows.
        goal: What is asked.
        distances: Odd code distances.
        rows: Rows that are wanted.
        tiles: Whether patches are cut both ways.
    """
    rate = hardware.delivered_hz(links_of(tiles=tiles))
    some = rows[rate[rows] > NO_RATE]
    row, column = np.nonzero(
        _least_room(distances, hardware.pair_buffer[some, None], tiles=tiles)
        <= hardware.data_qubits[some, None]
    )
    row = some[row]
    pairs = flawless(row, rate[row])
    good = _hopeful(hardware.rows(row), goal, pairs, distances[column], tiles=tiles)
    row, d = row[good], distances[column[good]]
    return Places(row, d, _longest_us(hardware.rows(row), d, goal.logical_error))


def supplies(
    hardware: Hardware, strips: NDArray[np.intp], tiles: NDArray[np.intp]
) -> tuple[Supply, Supply]:
    """Return the pairs of modules that serve two links, as a strip does, and four.

    Args:
        hardware: Rows.
        strips: Rows that are wanted for strips.
        tiles: Rows that are wanted for tiles.
    """
    rows = np.concatenate([strips, tiles])
    rates = [hardware.delivered_hz(links_of(tiles=kind)) for kind in (False, True)]
    numbers = np.concatenate([rates[0][strips], rates[1][tiles]])
    both = supply_of(hardware.rows(rows), numbers)
    end = int(np.searchsorted(both.row, len(strips)))
    both = both.of_rows(rows)
    return both.take(np.arange(end)), both.take(np.arange(end, len(both.row)))


def with_pairs(hardware: Hardware, supply: Supply, hopeful: Places, *, tiles: bool) -> Places:
    """Join places with the pairs of their rows, and list those at which any part may fit.

    Args:
        hardware: Rows.
        supply: Pairs.
        hopeful: Places, by hardware row.
        tiles: Whether patches are cut both ways.
    """
    place, entry = supply.spread(hopeful.index)
    row, distance = supply.row[entry], hopeful.distance[place]
    least = _least_room(distance, hardware.pair_buffer[row], tiles=tiles)
    room = hardware.data_qubits[row] - links_of(tiles=tiles) * supply.workspace[entry]
    rate = np.maximum(supply.rate_hz, NO_RATE)[entry]
    most = most_pairs(1e-6 * hopeful.most[place] * rate) / supply.raw_pairs[entry]
    fits = ((least <= room) & (_least_held(distance, tiles=tiles) <= most)).nonzero()[0]
    return Places(entry[fits], distance[fits], most[fits])


def cuts(
    hardware: Hardware, supply: Supply, hopeful: Places, parts: Floats, *, tiles: bool
) -> Cuts:
    """List the cuts that fit into the modules and do not wait too long for their pairs.

    A strip is left out where a wider one fits and runs all its gates at once: it needs as many
    pairs, has no more error and takes fewer modules in the same time.

    Args:
        hardware: Rows.
        supply: Pairs.
        hopeful: Places, by entry of the supply.
        parts: Parts along one side.
        tiles: Whether patches are cut both ways.
    """
    entry, d = hopeful.index, hopeful.distance[:, None]
    row, links = supply.row[entry], links_of(tiles=tiles)
    qubits, held = part_of(d, parts, tiles=tiles)
    memory = np.maximum(0.0, links * held - hardware.pair_buffer[row, None])
    room = (hardware.data_qubits[row] - links * supply.workspace[entry])[:, None] - memory
    fits = (qubits <= room) & (np.ceil(d / parts) >= NARROWEST)
    fits &= held <= hopeful.most[:, None]
    if not tiles:
        wider, _ = part_of(d, _FEWER[np.searchsorted(PARTS, parts)], tiles=False)
        fits &= wider > np.minimum(room, 0.5 * LAYERS * hardware.parallel_gates[row, None])
    choice, cut = np.nonzero(fits)
    wide = parts[cut]
    return Cuts(entry[choice], d[choice, 0], wide, patch_modules(wide, tiles=tiles))


def links_of(*, tiles: bool) -> float:
    """Return the links that a module serves at once."""
    return TILE_LINKS if tiles else STRIP_LINKS


def _hopeful(
    rows: Hardware, goal: Goal, pairs: Supply, distance: Floats, *, tiles: bool
) -> NDArray[np.intp]:
    """Return where the error has a chance.

    The test takes a single seam and the narrowest parts, which wait for the fewest pairs.
    """
    held = _least_held(distance, tiles=tiles)
    waits, mean = round_with_pairs(rows, pairs, np.zeros(1), held)
    p = with_idling(rows, waits)
    fine = has_a_chance(distance, p, goal.logical_error).nonzero()[0]
    rows, d = rows.rows(fine), distance[fine]
    noise = remote_infidelity(rows, stored_error(rows, pairs.take(fine), mean[fine]))
    along = d * along_seam(d, p[fine], noise)
    return fine[along <= goal.logical_error]


def _longest_us(rows: Hardware, distance: Floats, limit: float) -> Floats:
    """Return a time above which a round, with what idles meanwhile, has no chance."""
    # The margins are far larger than what rounding may do.
    idle = ((1.0 + 1e-9) * largest_p(distance, limit) - rows.p_local) / IDLE_WEIGHT
    time = -rows.coherence_us * np.log1p(-2.0 * np.clip(idle, 0.0, 0.499))
    return np.where(idle < 0.499, (1.0 + 1e-9) * time, np.inf)


def _least_room(distances: Floats, buffer: Floats, *, tiles: bool) -> Floats:
    """Return the fewest qubits of any part, the memory for its pairs included."""
    side = np.maximum(NARROWEST, np.ceil(distances / PARTS[-1]))
    pairs = links_of(tiles=tiles) * _least_held(distances, tiles=tiles)
    part: Floats = 2.0 * side * (side if tiles else distances)
    return part + np.maximum(0.0, pairs - buffer)


def _least_held(distances: Floats, *, tiles: bool) -> Floats:
    """Return the fewest pairs a round and link of any cut."""
    side = np.maximum(NARROWEST, np.ceil(distances / PARTS[-1]))
    return 2.0 * side if tiles else np.asarray(pairs_per_round(distances))


def round_with_pairs(
    hardware: Hardware, pairs: Supply, qubits: Floats, held: Floats
) -> tuple[Floats, Floats]:
    """Return how long a round takes that waits for its pairs, and their mean collection time."""
    wait, mean = collection_us(pairs, held)
    time = round_time_us(hardware, 2.0 * qubits) + remote_extra_us(hardware)
    return np.maximum(time, wait), mean


def part_of(d: Floats, parts: Floats, *, tiles: bool) -> tuple[Floats, Floats]:
    """Return the qubits of a module's part of a patch, and its pairs a round and link."""
    side = np.ceil(d / parts)
    if tiles:
        return 2.0 * side * side, 2.0 * side
    return 2.0 * side * d, pairs_per_round(d)
