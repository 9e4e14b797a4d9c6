"""Simulated annealing over homes and places, in compiled code.

A state is a home for every segment and a place for every interaction. Moves: put an interaction
elsewhere; make a segment leave a module; give a run of segments of one qubit a new home and let
their interactions follow where that pays; swap two qubits. Each move is applied, costed by what it
changed, and undone when it is refused, so that its price is the number of operands it touches and
not the size of the circuit.

Source: Kirkpatrick, Gelatt, Vecchi, "Optimization by simulated annealing", Science 220 (1983) 671.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from trapline.passes.assignment import Assignment, pairs
from trapline.passes.route import EXACT_MODULES
from trapline.passes.windows import rule_windows

if TYPE_CHECKING:
    from trapline.passes.anneal_moves import State
    from trapline.passes.route import Router
    from trapline.passes.segment import Segments
    from trapline.targets.network import Network


def anneal(
    segments: Segments,
    network: Network,
    router: Router,
    start: Assignment,
    *,
    moves: int,
    seed: int,
    static: bool = False,
    hot: float = 0.8,
    cold: float = 0.08,
) -> Assignment:
    """Improve an assignment; the result is never worse than the start.

    Args:
        segments: The communication model.
        network: The modules.
        router: Steiner weights of the network.
        start: An assignment that fits.
        moves: Number of moves to try; the same number and seed give the same answer.
        seed: Seed of the random moves.
        static: Keep one home for each qubit.
        hot: First temperature, in pairs.
        cold: Last temperature, in pairs; after it, only improvements for a tenth of the moves.
    """
    if segments.n_interactions == 0 or network.n_modules < 2 or moves < 1:
        return start
    _keep_cache_out_of_home()
    from trapline.passes.anneal_moves import run

    state = _state(segments, network, router, start)
    # a swap costs as much as the two qubits have segments
    swaps = 0.15 if static else 0.15 * min(1.0, 40.0 * segments.n_qubits / segments.n_segments)
    run(state, moves, seed, static, swaps, hot, cold)
    found = Assignment(
        home=state.home.astype(np.int32),
        place=state.place.astype(np.int32),
        move=segments.first_moves,
    )
    if pairs(segments, found, router) > pairs(segments, start, router):
        return start
    return found


def _state(segments: Segments, network: Network, router: Router, start: Assignment) -> State:
    from trapline.passes import anneal_moves as at

    k, n = network.n_modules, segments.n_segments
    order = np.argsort(segments.pins, kind="stable")
    times = np.repeat(np.arange(segments.n_interactions), np.diff(segments.pin_start))
    chains = np.lexsort((segments.first, segments.qubit))
    bounds = np.searchsorted(segments.qubit[chains], np.arange(segments.n_qubits + 1))
    seg = np.zeros((n + 1, 9), dtype=np.int64)
    seg[:n, at.PREVIOUS] = segments.previous
    seg[:n, at.FOLLOWING] = segments.following
    seg[:n, at.FRESH] = segments.fresh
    seg[:n, at.BEGIN], seg[:n, at.END] = rule_windows(segments)
    seg[:, at.ITEMS] = np.searchsorted(segments.pins[order], np.arange(n + 1))
    seg[chains, at.AT] = np.arange(n)
    seg[:n, at.LOW] = bounds[segments.qubit]
    seg[:n, at.HIGH] = bounds[segments.qubit + 1]
    weights = [] if router.complete else [0]
    if not router.complete and k <= EXACT_MODULES:
        weights = [router.weight(m) for m in range(1 << k)]
    longest = int(np.diff(segments.pin_start).max(initial=1))
    state = at.State(
        seg=seg,
        pin_start=segments.pin_start.astype(np.int64),
        pins=segments.pins.astype(np.int64),
        items=times[order].astype(np.int64),
        chains=chains.astype(np.int64),
        capacity=np.array(network.data_qubits, dtype=np.int64),
        table=np.array(weights, dtype=np.int64),
        hops=network.hops.astype(np.int64),
        home=start.home.astype(np.int64),
        place=start.place.astype(np.int64),
        uses=np.zeros((n, k), dtype=np.int64),
        mask=np.zeros(n, dtype=np.int64),
        occupied=np.zeros((k, segments.n_interactions + 2), dtype=np.int64),
        log=np.zeros((4 * longest * (segments.n_interactions + n) + 64, 3), dtype=np.int64),
    )
    at.fill(state)
    return state


def _keep_cache_out_of_home() -> None:
    """Let numba cache beside the code; where that is read-only, for this process only.

    Set NUMBA_CACHE_DIR to keep the compiled code elsewhere.
    """
    if not os.access(Path(__file__).parent, os.W_OK) and "NUMBA_CACHE_DIR" not in os.environ:
        os.environ["NUMBA_CACHE_DIR"] = tempfile.mkdtemp(prefix="trapline-")
