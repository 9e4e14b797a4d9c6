"""Simulated annealing over homes, the layers at which they change, and places, in compiled code.

A state is a home for every segment, a layer from which it holds, and a place for every interaction
(`anneal_state`). Each move (`anneal_moves`) is costed by what it changes and taken back when it is
refused, so that its price is the number of operands it touches and not the size of the circuit.

Source: Kirkpatrick, Gelatt, Vecchi, "Optimization by simulated annealing", Science 220 (1983) 671.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from trapline.passes.assignment import Assignment

if TYPE_CHECKING:
    from trapline.passes.anneal_state import State
    from trapline.passes.route import Router
    from trapline.passes.segment import Segments
    from trapline.targets.network import Network

MOST_MODULES = 62
"""Sets of modules are bits of a signed 64-bit number."""


def anneal(
    segments: Segments,
    network: Network,
    router: Router,
    start: Assignment,
    *,
    work: int,
    seed: int,
    static: bool = False,
    enough: int = 1 << 40,
    hot: float = 0.8,
    cold: float = 0.1,
) -> Assignment:
    """Improve an assignment.

    Args:
        segments: The communication model.
        network: The modules.
        router: Steiner weights of the network.
        start: An assignment that fits.
        work: Array entries to visit, about; the same number and seed give the same answer.
        seed: Seed of the random moves.
        static: Keep one home for each qubit; the start must.
        enough: Stop once the cost has fallen by so much.
        hot: First temperature, in pairs.
        cold: Last temperature, in pairs; after it, only improvements for a tenth of the work.

    Returns:
        An assignment that fits. It may cost more than the start.
    """
    if segments.n_interactions == 0 or not 1 < network.n_modules <= MOST_MODULES or work < 1:
        return start
    keep_cache_out_of_home()
    from trapline.passes.anneal_moves import run

    state = _state(segments, network, router, start)
    run(state, work, seed, static, enough, hot * router.unit, cold * router.unit)
    return Assignment(
        home=state.home.astype(np.int32),
        place=state.place.astype(np.int32),
        move=state.move.astype(np.int32),
    )


def _state(segments: Segments, network: Network, router: Router, start: Assignment) -> State:
    from trapline.passes import anneal_state as at

    k, n = network.n_modules, segments.n_segments
    seg = np.zeros((n + 1, 9), dtype=np.int64)
    seg[:n, at.PREVIOUS] = segments.previous
    seg[:n, at.FOLLOWING] = segments.following
    seg[:n, at.FRESH] = segments.fresh
    seg[:, at.ITEMS] = segments.item_start
    chains, bounds = segments.chain_table
    seg[chains, at.AT] = np.arange(n)
    seg[:n, at.LOW] = bounds[segments.qubit]
    seg[:n, at.HIGH] = bounds[segments.qubit + 1]
    some = segments.first >= 0
    seg[:n, at.LAST] = -1
    seg[:n, at.FIRST][some] = segments.layer[segments.first[some]]
    seg[:n, at.LAST][some] = segments.layer[segments.last[some]]
    longest = int(np.diff(segments.pin_start).max(initial=1))
    table = router.table
    state = at.State(
        seg=seg,
        pin_start=segments.pin_start.astype(np.int64),
        pins=segments.pins.astype(np.int64),
        items=segments.items.astype(np.int64),
        chains=chains.astype(np.int64),
        capacity=np.array(network.data_qubits, dtype=np.int64),
        table=np.zeros(0, dtype=np.int64) if table is None else table,
        hops=np.zeros((0, 0), dtype=np.int64) if router.complete else router.distances,
        home=start.home.astype(np.int64),
        move=start.move.astype(np.int64),
        place=start.place.astype(np.int64),
        uses=np.zeros((n, k), dtype=np.int64),
        mask=np.zeros(n, dtype=np.int64),
        occupied=np.zeros((k, segments.n_layers), dtype=np.int64),
        cut=np.zeros(n, dtype=np.int64),
        where=np.zeros(n, dtype=np.int64),
        count=np.zeros(3, dtype=np.int64),
        log=np.zeros((4 * longest * (segments.n_interactions + n) + 64, 3), dtype=np.int64),
    )
    at.fill(state)
    return state


def keep_cache_out_of_home() -> None:
    """Let numba cache beside the code; where that is read-only, for this process only.

    Set NUMBA_CACHE_DIR to keep the compiled code elsewhere.
    """
    if not os.access(Path(__file__).parent, os.W_OK) and "NUMBA_CACHE_DIR" not in os.environ:
        os.environ["NUMBA_CACHE_DIR"] = tempfile.mkdtemp(prefix="trapline-")
