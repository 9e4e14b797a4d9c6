"""Make a plan for few communication qubits lighter, by what it really pays.

Where communication qubits abound, an assignment says what its plan costs. Where they are few,
copies make way for others and are fetched again, and that depends on the order of the steps. So
order, places and homes are annealed together, and each try carries everything out
(`trapline.passes.roam_moves`). Homes roam: a qubit's home is whichever holder suits best, so that
changes of home need no plan of their own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trapline.passes.gates import RESET
from trapline.passes.job import FIRST, ITEM, KIND, LAST, NEVER, WHERE
from trapline.passes.order import runs_of_steps
from trapline.passes.plan import Event

if TYPE_CHECKING:
    from collections.abc import Callable

    from trapline.passes.plan import Plan
    from trapline.passes.roam_state import Marks, Roam
    from trapline.passes.route import Router
    from trapline.passes.segment import Segments
    from trapline.targets.network import Network

Longs = NDArray[np.int64]

HOT, COLD = 0.25, 0.05
"""First and last temperature, in pairs."""

STRIDE, MOST_MARKS = 8, 512
"""Steps between two moments that are remembered, unless those are too many."""

PARTS = 16
"""Parts of a search, after each of which it may stop."""


def roam(
    plan: Plan,
    segments: Segments,
    network: Network,
    router: Router,
    *,
    work: int,
    seed: int,
    enough: int,
    stop: Callable[[], bool] = lambda: False,
) -> Plan:
    """Find a lighter plan that means the same.

    Args:
        plan: A plan without copies that outlive a segment.
        segments: Its communication model.
        network: A complete network.
        router: Weights of the network.
        work: Gates to carry out, about; the same number and seed give the same answer.
        seed: Seed of every random choice.
        enough: Weight at which to stop.
        stop: Asked now and then whether to.

    Returns:
        A plan; it may be heavier than the one given.
    """
    if network.n_modules < 2 or segments.n_interactions == 0:
        return plan
    from trapline.passes.roam_carry import carry
    from trapline.passes.roam_moves import search

    st = roam_of(plan, segments, network, router)
    kept, best = with_choices(st), with_choices(st)
    n = len(st.order)
    stride = max(STRIDE, n // MOST_MARKS)
    base, mine = marks_of(st, stride), marks_of(st, stride)
    least = carry(st, base, base, stride, 0, n, 0, NEVER)
    if least >= NEVER:
        return plan
    for part in range(PARTS):
        if least <= enough or stop():
            break
        hot, cold = (HOT * (COLD / HOT) ** (turn / PARTS) for turn in (part, part + 1))
        least = search(
            st, kept, best, base, mine, stride, work // PARTS, seed * PARTS + part,
            router.unit * hot, router.unit * cold, router.unit, least, enough,
        )  # fmt: skip
    carry(best, base, base, stride, 0, n, 0, NEVER)
    written = best._replace(events=np.zeros((int(best.counts[0]), 4), dtype=np.int32))
    carry(written, base, base, stride, 0, n, 0, NEVER)
    return replace(
        plan,
        initial_home=best.first.astype(np.int32),
        kinds=written.events[:, 0].astype(np.int8),
        items=np.ascontiguousarray(written.events[:, 1]),
        modules=np.ascontiguousarray(written.events[:, 2]),
        sources=np.ascontiguousarray(written.events[:, 3]),
    )


def roam_of(plan: Plan, segments: Segments, network: Network, router: Router) -> Roam:
    """Collect what a plan does, as what to begin from."""
    from trapline.passes.roam_state import Roam

    steps, order = _steps(plan, segments)
    n, n_pins, k = len(steps), len(segments.pins), network.n_modules
    gates = np.flatnonzero((steps[:, KIND] == Event.RUN) | (steps[:, KIND] == Event.WHOLE))
    start = segments.pin_start.astype(np.int64)
    sizes = np.zeros(n, dtype=np.int64)
    sizes[gates] = start[steps[gates, LAST] + 1] - start[steps[gates, FIRST]]
    pins, qubit = segments.pins.astype(np.int64), segments.qubit.astype(np.int64)
    pin_step = np.repeat(np.arange(n), sizes)
    place = np.full(n, -1, dtype=np.int64)
    place[gates] = steps[gates, WHERE]
    pos = np.empty(n, dtype=np.int64)
    pos[order] = np.arange(n)
    runs = runs_of_steps(steps, np.zeros(0, dtype=np.int64), plan.expanded, plan.group)
    before = np.full(len(runs.following), -1, dtype=np.int64)
    linked = np.flatnonzero(runs.following >= 0)
    before[runs.following[linked]] = linked
    limits = [NEVER if limit is None else limit for limit in network.comm_qubits]

    def zeros(*shape: int) -> Longs:
        return np.zeros(shape, dtype=np.int64)

    return Roam(
        steps=steps,
        pin_start=np.append(0, np.cumsum(sizes)),
        pins=pins,
        alone=_alone(pin_step * segments.n_qubits + qubit[pins], pins),
        pin_step=pin_step,
        user_start=segments.item_start.astype(np.int64),
        users=pin_step[np.argsort(pins, kind="stable")],
        segs=np.stack([qubit, segments.following, segments.fresh], axis=1).astype(np.int64),
        link_weight=router.link_weights,
        limit=np.array([network.data_qubits, limits], dtype=np.int64),
        run_start=runs.start,
        runs=runs.run,
        run_before=before,
        run_after=runs.following,
        member_start=runs.member_start,
        members=runs.members,
        order=order,
        pos=pos,
        place=place,
        want=_wanted(plan, segments),
        first=plan.initial_home.astype(np.int64),
        home=zeros(segments.n_qubits),
        current=zeros(segments.n_qubits),
        holder=np.zeros((k, segments.n_qubits), dtype=np.int8),
        used=zeros(3, k),
        guard=zeros(k, segments.n_qubits),
        head=zeros(k, segments.n_qubits),
        next_pin=zeros(n_pins),
        pin_pos=zeros(n_pins),
        last=zeros(segments.n_segments, 2),
        events=np.zeros((0, 4), dtype=np.int32),
        counts=zeros(7),
    )


def _steps(plan: Plan, segments: Segments) -> tuple[Longs, Longs]:
    """List the steps of a plan in program order, and the order in which they happen.

    Columns as in `trapline.passes.job`.
    """
    program = plan.expanded
    happens = np.isin(plan.kinds, (Event.LOCAL, Event.RUN, Event.WHOLE, Event.RESET))
    kind, item = plan.kinds[happens].astype(np.int64), plan.items[happens].astype(np.int64)
    whole, run = kind == Event.WHOLE, kind == Event.RUN
    first_op = np.where(whole, np.searchsorted(plan.group, item), item)
    end_op = np.where(whole, np.searchsorted(plan.group, item, side="right"), item + 1)
    steps = np.full((len(kind), 5), -1, dtype=np.int64)
    steps[:, KIND], steps[:, ITEM] = kind, item
    gate = whole | run
    steps[gate, FIRST] = np.searchsorted(segments.interaction_op, first_op[gate])
    steps[gate, LAST] = np.searchsorted(segments.interaction_op, end_op[gate]) - 1
    steps[gate, WHERE] = plan.modules[happens][gate]
    local = ~gate & (np.diff(program.operand_start)[first_op] > 0)
    steps[local, WHERE] = program.operands[program.operand_start[first_op[local]]]
    resets = np.flatnonzero(program.opcodes[first_op] == RESET)
    steps[resets, FIRST] = program.conditions[first_op[resets]] < 0
    by_program = np.argsort(first_op, kind="stable")
    order = np.empty(len(kind), dtype=np.int64)
    order[by_program] = np.arange(len(kind))
    return np.ascontiguousarray(steps[by_program]), order


def _wanted(plan: Plan, segments: Segments) -> Longs:
    """Return the home that each segment leaves its qubit with."""
    home = plan.initial_home.tolist()
    current = [-1] * segments.n_qubits
    want = plan.initial_home[segments.qubit].astype(np.int64)
    first = np.searchsorted(segments.interaction_op, np.arange(plan.expanded.n_ops + 1)).tolist()
    groups = np.searchsorted(plan.group, np.arange(plan.program.n_ops + 1)).tolist()
    start, pins = segments.pin_start.tolist(), segments.pins.tolist()
    columns = plan.kinds.tolist(), plan.items.tolist(), plan.modules.tolist()
    for kind, item, module in zip(*columns, strict=True):
        if kind in (Event.RUN, Event.WHOLE):
            ops = (item, item + 1) if kind == Event.RUN else (groups[item], groups[item + 1])
            for s in pins[start[first[ops[0]]] : start[first[ops[1]]]]:
                q = int(segments.qubit[s])
                current[q] = s
                want[s] = home[q]
        elif kind == Event.HOME:
            home[item] = module
            if current[item] >= 0:
                want[current[item]] = module
        elif kind == Event.RESET:
            home[int(plan.expanded.operands[plan.expanded.operand_start[item]])] = module
    return want


def _alone(keys: Longs, pins: Longs) -> Longs:
    """Tell which operands meet a qubit that one step meets in several segments.

    Args:
        keys: Step and qubit of each operand, as one number.
        pins: Its segment.
    """
    distinct = np.unique(np.stack([keys, pins]), axis=1)
    steps, counts = np.unique(distinct[0], return_counts=True)
    return np.isin(keys, steps[counts > 1]).astype(np.int64)


def with_choices(st: Roam) -> Roam:
    """Return the same with choices of its own."""
    return st._replace(
        order=st.order.copy(),
        pos=st.pos.copy(),
        place=st.place.copy(),
        want=st.want.copy(),
        first=st.first.copy(),
    )


def marks_of(st: Roam, stride: int) -> Marks:
    """Return fresh marks of every `stride`-th step."""
    from trapline.passes.roam_state import Marks

    k, n_qubits = st.holder.shape
    n = -(-len(st.order) // stride)
    return Marks(
        home=np.zeros((n, n_qubits), dtype=np.int32),
        current=np.zeros((n, n_qubits), dtype=np.int32),
        holder=np.zeros((n, k, n_qubits), dtype=np.int8),
        used=np.zeros((n, 3, k), dtype=np.int32),
        paid=np.zeros(n, dtype=np.int64),
    )
