"""What an allocation has to carry out, as columns: steps, packets, moves and trees.

A *step* is an operation of the expanded program, a group of them that happens whole, or the moves
of all qubits whose homes change before one layer. A *packet* is all the interactions of one segment
in one module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from trapline.passes.assignment import homes_of_pins, uses_of
from trapline.passes.gates import MEASURE, RESET
from trapline.passes.plan import Event

if TYPE_CHECKING:
    from trapline.passes.assignment import Assignment
    from trapline.passes.expand import Expanded
    from trapline.passes.program import Program
    from trapline.passes.route import Router
    from trapline.passes.segment import Segments
    from trapline.targets.network import Network

Longs = NDArray[np.int64]

NEVER = 1 << 40
"""Later than every step; more than any number of qubits."""

AROUND = 2
"""Usual pairs by which a way around modules without room for a relay may exceed the shortest."""

MOVE = len(Event)
"""Kind of a step that changes homes; the others have the kinds of their events."""

# Columns of `Job.steps`: kind, number of the event, first and last interaction (of a move: slice
# of `Job.movers`; of a reset: whether it always happens), module (of a step on one qubit: qubit).
KIND, ITEM, FIRST, LAST, WHERE = range(5)

# Columns of `Job.segs`. LATE is 1 where something that would break a cat state happens to the qubit
# between its move and the first interaction of the segment; JOINED is 1 where copies of an earlier
# segment live on.
QUBIT, FOLLOWING, FRESH, HOME, TREE, MOVE_STEP, LATE, JOINED = range(8)


class Job(NamedTuple):
    """Columns of what is to be done, int64; `p` uses, `s` segments, `k` modules.

    A use is an operand of an interaction and a module in which it must have a holder; one for each
    operand, except in interactions that happen in several modules.

    Args:
        steps: (steps, 5). In program order; columns as named in this file.
        pin_start: (interactions + 1,). Uses of interaction i are `pin_start[i]` to
            `pin_start[i + 1]`.
        pins: (p,). Segment of each use.
        pin_packet: (p,). Packet of each use, -1 for the qubit all of whose holders take part.
        pin_place: (p,). Module of each use.
        packet_start: (s + 1,). Packets of a segment are `packet_module[start:start of next]`.
        packet_module: (packets,). Module of each packet.
        segs: (s, 8). Facts of each segment; columns as named in this file.
        movers: (moves,). Segments whose homes change, by the step that carries them out.
        parents: (trees, k). Parent of each module in a Steiner tree, -1 for none; no trees where
            the network is complete.
        leaves_first: (trees, k). Modules below the root, children before parents, then -1.
        next_hop: (k, k). Next module on a lightest path.
        distance: (k, k). Weight of a lightest path.
        link_weight: (k, k). Weight of a pair over the link between two modules, 0 for no link.
        comm_limit: (k,). Communication qubits.
        data_limit: (k,). Data qubits.
        first_home: (qubits,). Homes at the start.
        around: Weight by which a way around modules without room may exceed the lightest one.
    """

    steps: Longs
    pin_start: Longs
    pins: Longs
    pin_packet: Longs
    pin_place: Longs
    packet_start: Longs
    packet_module: Longs
    segs: Longs
    movers: Longs
    parents: Longs
    leaves_first: Longs
    next_hop: Longs
    distance: Longs
    link_weight: Longs
    comm_limit: Longs
    data_limit: Longs
    first_home: Longs
    around: int


def job_of(
    expanded: Expanded,
    segments: Segments,
    network: Network,
    assignment: Assignment,
    router: Router,
    around: int = AROUND,
) -> Job:
    """Collect what an assignment asks to be done; arguments as for `allocate`."""
    k = network.n_modules
    uses = uses_of(segments, assignment)
    keys = uses.group[uses.segment] * np.int64(k) + uses.module
    packets, own = np.unique(keys[~uses.spreads], return_inverse=True)
    pin_packet = np.full(len(keys), -1, dtype=np.int64)
    pin_packet[~uses.spreads] = own
    home = assignment.home.astype(np.int64)
    before = np.where(segments.previous >= 0, home[segments.previous], home)
    moving = ~segments.fresh & (before != home)
    segs = np.zeros((segments.n_segments, 8), dtype=np.int64)
    segs[:, QUBIT], segs[:, FOLLOWING] = segments.qubit, segments.following
    segs[:, FRESH], segs[:, HOME] = segments.fresh, home
    segs[:, MOVE_STEP] = -1
    segs[uses.segment[uses.spreads], JOINED] = 1
    segs[:, JOINED] |= uses.group != np.arange(segments.n_segments)
    movers = np.flatnonzero(moving)
    movers = movers[np.argsort(assignment.move[movers], kind="stable")]
    segs[movers, LATE] = _is_late(expanded.program, segments, assignment, movers)
    spread = np.add.reduceat(uses.spreads, uses.start[:-1]) > 0 if len(keys) else uses.spreads
    whole = _whole_groups(expanded, segments, network, assignment, spread)
    steps = _steps(expanded, segments, assignment, whole, movers)
    spread_steps = np.flatnonzero(steps[:, KIND] == Event.RUN)
    spread_steps = spread_steps[spread[steps[spread_steps, FIRST]]]
    steps[spread_steps, KIND] = Event.SPREAD
    root = np.where(segments.fresh, home, before)
    trees, parents, leaves_first = _trees(router, packets, home, root, k)
    segs[:, TREE] = trees
    first = np.zeros(segments.n_qubits, dtype=np.int64)
    starting = segments.previous < 0
    first[segments.qubit[starting]] = home[starting]
    return Job(
        steps=steps,
        pin_start=uses.start.astype(np.int64),
        pins=uses.segment.astype(np.int64),
        pin_packet=pin_packet,
        pin_place=uses.module.astype(np.int64),
        packet_start=np.searchsorted(packets, np.arange(segments.n_segments + 1) * k),
        packet_module=packets % k,
        segs=segs,
        movers=movers,
        parents=parents,
        leaves_first=leaves_first,
        next_hop=router.next_hop,
        distance=router.distances,
        link_weight=router.link_weights,
        comm_limit=np.array([NEVER if c is None else c for c in network.comm_qubits]),
        data_limit=np.array(network.data_qubits, dtype=np.int64),
        first_home=first,
        around=around * router.unit,
    )


def _steps(
    expanded: Expanded,
    segments: Segments,
    assignment: Assignment,
    whole: Longs,
    movers: Longs,
) -> Longs:
    """List the steps in program order."""
    program = expanded.program
    n = program.n_ops
    interaction = np.full(n, -1, dtype=np.int64)
    interaction[segments.interaction_op] = np.arange(segments.n_interactions)
    is_run = interaction >= 0
    is_reset = program.opcodes == RESET
    operand = np.full(n, -1, dtype=np.int64)
    some = np.diff(program.operand_start) > 0
    operand[some] = program.operands[program.operand_start[:-1][some]]
    steps = np.empty((n, 5), dtype=np.int64)
    steps[:, KIND] = np.where(is_run, Event.RUN, np.where(is_reset, Event.RESET, Event.LOCAL))
    steps[:, ITEM] = np.arange(n)
    steps[:, FIRST] = np.where(is_run, interaction, program.conditions < 0)
    steps[:, LAST] = interaction
    steps[:, WHERE] = operand
    steps[is_run, WHERE] = assignment.place
    keep = np.ones(n, dtype=np.bool_)
    if len(whole):
        begin, end = np.searchsorted(expanded.group, [whole[:, 0], whole[:, 0] + 1])
        inside = np.zeros(n + 1, dtype=np.int64)
        inside[begin] += 1
        np.subtract.at(inside, end, 1)
        keep = np.cumsum(inside)[:-1] == 0
        keep[begin] = True
        steps[begin, KIND] = Event.WHOLE
        steps[begin, ITEM : LAST + 1] = whole
        steps[begin, WHERE] = assignment.place[whole[:, 1]]
    row = np.cumsum(keep) - 1
    steps = steps[keep]
    if len(movers) == 0:
        return steps
    layers, at = np.unique(assignment.move[movers], return_index=True)
    before = np.searchsorted(segments.layer, layers) - 1
    moves = np.full((len(layers), 5), -1, dtype=np.int64)
    moves[:, KIND], moves[:, ITEM] = MOVE, layers
    moves[:, FIRST], moves[:, LAST] = at, np.append(at[1:], len(movers))
    return np.insert(steps, row[segments.interaction_op[before]] + 1, moves, axis=0)


def _whole_groups(
    expanded: Expanded,
    segments: Segments,
    network: Network,
    assignment: Assignment,
    spread: NDArray[np.bool_],
) -> Longs:
    """Find the groups whose parts meet in one module; (groups, 3): group, first, last interaction.

    Operands that the group meets along several axes must be at home there. The module must hold
    copies of all others at once; one by one the parts may need fewer.
    """
    groups = expanded.group[segments.interaction_op]
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    ends = np.append(starts[1:], len(groups))
    several = ends - starts > 1
    if spread.any():
        several &= np.add.reduceat(spread, starts) == 0
    if not several.any():
        return np.zeros((0, 3), dtype=np.int64)
    from trapline.passes.carry import copies_to_meet

    starts, ends = starts[several], ends[several]
    homes = _homes_at_start(segments, assignment, starts, ends)
    copies = np.array(
        copies_to_meet(
            starts,
            ends,
            segments.pin_start.astype(np.int64),
            segments.pins.astype(np.int64),
            segments.qubit.astype(np.int64),
            assignment.place.astype(np.int64),
            homes,
        )
    )
    limits = np.array([NEVER - 1 if c is None else c for c in network.comm_qubits])
    fits = copies <= limits[assignment.place[starts]]
    return np.stack([groups[starts], starts, ends - 1], axis=1).astype(np.int64)[fits]


def _homes_at_start(
    segments: Segments, assignment: Assignment, starts: NDArray[np.intp], ends: NDArray[np.intp]
) -> Longs:
    """Return the homes of all pins, -1 for those that move in the midst of their group.

    A group that happens whole does so at its first interaction, before such moves.
    """
    begin = np.full(segments.n_interactions, segments.n_layers)
    for size in np.unique(ends - starts).tolist():
        firsts = starts[ends - starts == size]
        begin[firsts[:, None] + np.arange(size)] = segments.layer[firsts][:, None]
    pins, before = segments.pins, segments.previous[segments.pins]
    changes = (before >= 0) & (assignment.home[pins] != assignment.home[before])
    changes &= assignment.move[pins] > np.repeat(begin, np.diff(segments.pin_start))
    return np.where(changes, -1, homes_of_pins(segments, assignment)).astype(np.int64)


def _is_late(
    program: Program, segments: Segments, assignment: Assignment, movers: Longs
) -> NDArray[np.bool_]:
    """Tell which movers meet a measurement, reset or condition before their first interaction."""
    counts = np.diff(program.operand_start)
    breaking = (program.opcodes == MEASURE) | (program.opcodes == RESET)
    breaking |= (program.conditions >= 0) & (counts == 1)
    if not breaking.any() or len(movers) == 0:
        return np.zeros(len(movers), dtype=np.bool_)
    pins = np.flatnonzero(np.repeat(breaking, counts))
    ops = np.repeat(np.arange(program.n_ops), counts)[pins]
    keys = np.sort(program.operands[pins] * np.int64(program.n_ops + 1) + ops)
    last = np.searchsorted(segments.layer, assignment.move[movers]) - 1
    base = segments.qubit[movers] * np.int64(program.n_ops + 1)
    low = np.searchsorted(keys, base + segments.interaction_op[last])
    high = np.searchsorted(keys, base + segments.interaction_op[segments.first[movers]])
    return high > low


def _trees(
    router: Router, packets: Longs, home: Longs, root: Longs, k: int
) -> tuple[Longs, Longs, Longs]:
    """Return the tree of each segment, and parents and order of the distinct trees."""
    if router.complete:
        none = np.zeros((0, k), dtype=np.int64)
        return np.full(len(home), -1, dtype=np.int64), none, none
    masks = [1 << a | 1 << b for a, b in zip(home.tolist(), root.tolist(), strict=True)]
    for s, m in zip((packets // k).tolist(), (packets % k).tolist(), strict=True):
        masks[s] |= 1 << m
    number: dict[tuple[int, int], int] = {}
    trees = [number.setdefault(key, len(number)) for key in zip(masks, root.tolist(), strict=True)]
    parents = np.full((len(number), k), -1, dtype=np.int64)
    leaves_first = np.full((len(number), k), -1, dtype=np.int64)
    for (mask, top), tree in number.items():
        found = router.tree(mask, top)
        order = sorted(found, key=lambda m: -_depth(found, m))
        parents[tree, list(found)] = list(found.values())
        leaves_first[tree, : len(order)] = order
    return np.array(trees, dtype=np.int64), parents, leaves_first


def _depth(parents: dict[int, int], module: int) -> int:
    steps = 0
    while module in parents:
        module = parents[module]
        steps += 1
    return steps
