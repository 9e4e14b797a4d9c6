"""A start for circuits whose qubits must move: the circuit in time slices, annealed by exchanges.

The layers before which qubits may change places between their blocks (`Segments.meetings`) cut the
circuit into slices. A *stay* is a qubit for the slices of one or more of its segments; between two
stays it moves before any slice of the gap. Stays that follow each other attract each other as
strongly as a pair over a link costs; so do stays that interact, an interaction of segments with a
and b interactions by the lesser of 1/a and 1/b of that. In no slice may a module hold more qubits
than its data qubits. The cut of this graph is not what a plan costs (copies serve several modules
and segments), but an exchange costs far less to try than in the whole model, and moves both
operands of a general two-qubit gate at once, or two with two others between full modules.

Source: Baker, Duckering, Hoover, Chong, "Time-sliced quantum circuit partitioning for modular
architectures", CF '20, arXiv:2005.12259, who cut each slice in turn.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trapline.passes.anneal import keep_cache_out_of_home
from trapline.passes.assignment import Assignment, homes_of_pins

if TYPE_CHECKING:
    from trapline.passes.route import Router
    from trapline.passes.segment import Segments
    from trapline.targets.network import Network

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Slices:
    """The graph; `v` stays in order of qubit and time, `t` slices.

    Args:
        qubit: int64, (v,).
        earliest: int64, (v,). Slice from which on a stay may begin.
        first: int64, (v,). Slice in which it must have begun.
        linked: bool, (v,). The stay before is of the same qubit, not reset in between.
        stay: int64, (segments,). Stay of each segment.
        opening: int64, (t,). First layer of each slice.
        start: int64, (v + 1,). Attractions of stay i are `start[i]` to `start[i + 1]`.
        to: int64. Other stay of each attraction.
        weight: float64. Pairs that each attraction costs over one link.
    """

    qubit: Longs
    earliest: Longs
    first: Longs
    linked: NDArray[np.bool_]
    stay: Longs
    opening: Longs
    start: Longs
    to: Longs
    weight: Floats

    @property
    def n_stays(self) -> int:
        """Number of stays."""
        return len(self.qubit)

    @cached_property
    def work_a_try(self) -> float:
        """Array entries that an exchange visits, about: four and the slices of a mean stay."""
        places = len(self.opening) * len(np.unique(self.qubit))
        return 4 + places / max(self.n_stays, 1)

    def most_steps(self, work: int) -> int:
        """Return how many exchanges do some work."""
        return int(work / self.work_a_try)

    @property
    def density(self) -> float:
        """Pairs over one link that all attractions cost together, for each stay."""
        return float(self.weight.sum()) / 2 / max(self.n_stays, 1)


def slices_of(segments: Segments) -> Slices:
    """Cut a circuit with interactions into slices."""
    opening = np.concatenate(([0], segments.meetings)).astype(np.int64)
    chains, _ = segments.chain_table
    qubit = segments.qubit[chains].astype(np.int64)
    idle = segments.first[chains] < 0
    first = _slice(opening, segments.layer[segments.first[chains]])
    last = _slice(opening, segments.layer[segments.last[chains]])
    first[idle], last[idle] = 0, len(opening) - 1
    opens = segments.previous[chains] < 0
    fresh = segments.fresh[chains]
    begins = opens | fresh
    begins[1:] |= first[1:] > last[:-1]
    heads = np.flatnonzero(begins)
    earliest = np.append(0, last[:-1])[heads] + 1
    first = first[heads]
    earliest[opens[heads]] = first[opens[heads]] = 0
    reset = fresh[heads]
    earliest[reset] = first[reset] = _slice(opening, segments.first_moves[chains[heads[reset]]])
    stay = np.empty(len(chains), dtype=np.int64)
    stay[chains] = np.cumsum(begins) - 1
    start, to, weight = _attractions(segments, stay, len(heads))
    linked = ~opens[heads] & ~reset
    return Slices(qubit[heads], earliest, first, linked, stay, opening, start, to, weight)


def _slice(opening: Longs, layer: NDArray[np.int32]) -> Longs:
    return np.searchsorted(opening, layer, side="right") - 1


def _attractions(segments: Segments, stay: Longs, n: int) -> tuple[Longs, Longs, Floats]:
    """List what stays interact: for each its first row, the other stays, and weights.

    An interaction of several links each operand to the next.
    """
    pins, sizes = segments.pins, np.diff(segments.pin_start)
    owner = np.repeat(np.arange(segments.n_interactions), sizes)
    share = 1.0 / np.diff(segments.item_start)[pins]
    weight = np.minimum.reduceat(share, segments.pin_start[:-1])
    along = np.flatnonzero(owner[1:] == owner[:-1])
    a, b = stay[pins[along]], stay[pins[along + 1]]
    heads, tails = np.concatenate([a, b]), np.concatenate([b, a])
    keys, index = np.unique(heads * n + tails, return_inverse=True)
    weights = np.bincount(index, np.tile(weight[owner[along]], 2), minlength=len(keys))
    start = np.searchsorted(keys // n, np.arange(n + 1))
    return start.astype(np.int64), keys % n, weights.astype(np.float64)


def anneal_slices(
    segments: Segments,
    network: Network,
    router: Router,
    slices: Slices,
    start: Assignment,
    *,
    steps: int,
    seed: int,
    hot: float,
    cold: float = 0.2,
) -> Assignment:
    """Improve an assignment by exchanging stays of qubits.

    Args:
        segments: The communication model.
        network: The modules.
        router: Distances of the network.
        slices: The circuit in slices.
        start: An assignment; its last home of each qubit is taken for all its stays.
        steps: Exchanges to try.
        seed: Seed of the exchanges.
        hot: First temperature, in pairs.
        cold: Last temperature; after it, no rises for a tenth of the steps.
    """
    keep_cache_out_of_home()
    from trapline.passes.slices_compiled import Graph, run

    homes = np.zeros(segments.n_qubits, dtype=np.int64)
    homes[segments.qubit] = start.home
    n_slices = len(slices.opening)
    graph = Graph(
        qubit=slices.qubit,
        earliest=slices.earliest,
        first=slices.first,
        linked=slices.linked.astype(np.int64),
        start=slices.start,
        to=slices.to,
        weight=slices.weight,
        far=router.distances / router.unit,
        capacity=np.array(network.data_qubits, dtype=np.int64),
        home=homes[slices.qubit],
        begin=np.append(slices.first, n_slices),
        load=np.zeros((network.n_modules, n_slices), dtype=np.int64),
        stay=np.zeros((n_slices, segments.n_qubits), dtype=np.int64),
        log=np.zeros((32, 3), dtype=np.int64),
    )
    run(graph, steps, seed, hot, cold)
    return _assignment(segments, slices, graph.home, graph.begin)


def _assignment(segments: Segments, slices: Slices, home: Longs, begin: Longs) -> Assignment:
    """Let segments live where their stays are; interactions happen at their last operand's."""
    homes = home[slices.stay].astype(np.int32)
    entering = (segments.previous >= 0) & ~segments.fresh
    entering &= slices.stay != slices.stay[segments.previous]
    move = segments.first_moves.copy()
    move[entering] = slices.opening[begin[slices.stay[entering]]]
    moved = Assignment(home=homes, place=np.zeros_like(segments.interaction_op), move=move)
    return replace(moved, place=homes_of_pins(segments, moved)[segments.pin_start[1:] - 1])
