"""Turn an assignment into a plan: when each copy is fetched and released, and over which links.

Communication qubits are a cache. A copy is fetched just before its first use and released after its
last; when a module has no free communication qubit, the copy whose next use lies furthest ahead is
released and fetched again when it is needed (Belady's rule: L. A. Belady, IBM Systems Journal 5
(1966) 78).
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from trapline.errors import InfeasibleError, SolverError
from trapline.passes.gates import BARRIER, MEASURE, RESET
from trapline.passes.plan import Event, Plan
from trapline.passes.route import Router, mask_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trapline.passes.assignment import Assignment
    from trapline.passes.expand import Expanded
    from trapline.passes.program import Program
    from trapline.passes.segment import Segments
    from trapline.targets.network import Network

_NEVER = 1 << 40


def allocate(
    program: Program,
    expanded: Expanded,
    segments: Segments,
    network: Network,
    assignment: Assignment,
    router: Router | None = None,
) -> Plan:
    """Write the plan that carries out an assignment.

    A qubit whose home changes moves at the first interaction of the segment; a former home that the
    segment still needs moves to a communication qubit.

    Args:
        program: The input.
        expanded: The input split into interactions.
        segments: Its communication model.
        network: The modules.
        assignment: Homes and places.
        router: Steiner trees of the network, made anew when missing.

    Raises:
        InfeasibleError: A module has too few communication qubits for an interaction or a relay.
        SolverError: The assignment exceeds the data qubits of a module.
    """
    scribe = _Scribe(segments, network, assignment, router or Router(network))
    whole = _whole_groups(expanded, segments, network, assignment)
    skip_group = -1
    interaction = 0
    n_interactions = segments.n_interactions
    next_op = segments.interaction_op.tolist()
    group = expanded.group.tolist()
    for op, (opcode, qubits, _, _, condition) in enumerate(expanded.program.rows()):
        is_interaction = interaction < n_interactions and next_op[interaction] == op
        if group[op] in whole:
            if group[op] != skip_group:
                skip_group = group[op]
                scribe.whole(skip_group, *whole[skip_group])
            interaction += is_interaction
        elif is_interaction:
            scribe.run(op, interaction)
            interaction += 1
        elif opcode == RESET:
            scribe.reset(op, qubits[0], may_move=condition < 0)
        else:
            if opcode in (MEASURE, BARRIER) or len(qubits) == 1:
                scribe.local(op, qubits[0] if qubits else -1)
    kinds, items, modules, sources = scribe.columns()
    return Plan(
        program=program,
        expanded=expanded.program,
        group=expanded.group,
        permutation=expanded.permutation,
        initial_home=scribe.initial_home,
        kinds=kinds,
        items=items,
        modules=modules,
        sources=sources,
    )


def _whole_groups(
    expanded: Expanded, segments: Segments, network: Network, assignment: Assignment
) -> dict[int, tuple[int, int]]:
    """Find the groups whose parts meet in one module: group -> (first, last interaction).

    The module must hold copies of all their operands at once; one by one the parts may need fewer.
    """
    groups = expanded.group[segments.interaction_op]
    bounds = [0, *(np.flatnonzero(np.diff(groups)) + 1).tolist(), len(groups)]
    out: dict[int, tuple[int, int]] = {}
    for first, after in pairwise(bounds):
        if after - first < 2:
            continue
        limit = network.comm_qubits[int(assignment.place[first])]
        copies = _copies_to_meet(segments, assignment, first, after - 1)
        if copies <= (_NEVER - 1 if limit is None else limit):
            out[int(groups[first])] = (first, after - 1)
    return out


def _copies_to_meet(segments: Segments, assignment: Assignment, first: int, last: int) -> int:
    """Count the copies that some interactions need to happen as one; `_NEVER` if they cannot."""
    module = assignment.place[first]
    if (assignment.place[first : last + 1] != module).any():
        return _NEVER
    pins = segments.pins[segments.pin_start[first] : segments.pin_start[last + 1]]
    by_qubit: dict[int, set[int]] = {}
    for s in pins.tolist():
        by_qubit.setdefault(int(segments.qubit[s]), set()).add(s)
    foreign = [
        len(mine) for mine in by_qubit.values() if (assignment.home[[*mine]] != module).any()
    ]
    return len(foreign) if set(foreign) <= {1} else _NEVER


class _Scribe:
    """Writes events while it keeps the books of holders, data and communication qubits."""

    def __init__(
        self, segments: Segments, network: Network, assignment: Assignment, router: Router
    ) -> None:
        self.network = network
        self.router = router
        self._home_of_segment: list[int] = assignment.home.tolist()
        self._place: list[int] = assignment.place.tolist()
        self._pin_start: list[int] = segments.pin_start.tolist()
        self._pins: list[int] = segments.pins.tolist()
        self._qubit: list[int] = segments.qubit.tolist()
        self._following: list[int] = segments.following.tolist()
        self._fresh: list[bool] = segments.fresh.tolist()
        self._uses = self._uses_by_segment(segments)
        first_segment = [chain[0] for chain in segments.chains()]
        self.home = [self._home_of_segment[s] for s in first_segment]
        self.initial_home = np.array(self.home, dtype=np.int32)
        self._current = [-1] * segments.n_qubits
        self._next = first_segment
        # holders[q]: module -> True when it sits in a communication qubit
        self._holders: list[dict[int, bool]] = [{m: False} for m in self.home]
        self._needs: list[dict[int, list[int]]] = [{} for _ in self.home]
        self._parents: list[dict[int, int]] = [{} for _ in self.home]
        self._data_free = list(network.data_qubits)
        for m in self.home:
            self._data_free[m] -= 1
        self._comm: list[set[int]] = [set() for _ in network.names]
        self._limit = [_NEVER if c is None else c for c in network.comm_qubits]
        self._events: list[tuple[int, int, int, int]] = []

    def _uses_by_segment(self, segments: Segments) -> list[dict[int, list[int]]]:
        uses: list[dict[int, list[int]]] = [{} for _ in range(segments.n_segments)]
        starts, pins = self._pin_start, self._pins
        for i, place in enumerate(self._place):
            for s in pins[starts[i] : starts[i + 1]]:
                uses[s].setdefault(place, []).append(i)
        return uses

    def columns(
        self,
    ) -> tuple[NDArray[np.int8], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
        table = np.array(self._events, dtype=np.int32).reshape(-1, 4)
        return (
            table[:, 0].astype(np.int8),
            np.ascontiguousarray(table[:, 1]),
            np.ascontiguousarray(table[:, 2]),
            np.ascontiguousarray(table[:, 3]),
        )

    # --- what happens to operations

    def local(self, op: int, qubit: int) -> None:
        self._events.append((Event.LOCAL, op, self.home[qubit] if qubit >= 0 else -1, -1))

    def reset(self, op: int, q: int, *, may_move: bool) -> None:
        """Reset a qubit; where a fresh segment follows, it appears in the home of that."""
        old, upcoming = self.home[q], self._next[q]
        new = old
        if may_move and upcoming >= 0 and self._fresh[upcoming]:
            new = self._home_of_segment[upcoming]
        if new != old:
            self._take_data(new)
            self._data_free[old] += 1
            self.home[q] = new
            self._holders[q] = {new: False}
        self._events.append((Event.RESET, op, new, old))

    def run(self, op: int, i: int) -> None:
        place = self._place[i]
        operands = self._pins[self._pin_start[i] : self._pin_start[i + 1]]
        for s in operands:
            self._enter(s, i)
        here = frozenset(self._qubit[s] for s in operands)
        for s in operands:
            self._bring(self._qubit[s], place, i, here)
        self._events.append((Event.RUN, op, place, -1))
        for s in operands:
            self._let_go(self._qubit[s], i)

    def whole(self, group: int, first: int, last: int) -> None:
        place = self._place[first]
        by_qubit: dict[int, list[int]] = {}
        for s in self._pins[self._pin_start[first] : self._pin_start[last + 1]]:
            by_qubit.setdefault(self._qubit[s], []).append(s)
        here = frozenset(by_qubit)
        for q, mine in by_qubit.items():
            self._enter(mine[0], first)
            if len(set(mine)) > 1:
                for module in [m for m in self._holders[q] if m != place]:
                    self._release(q, module)
        for q in by_qubit:
            self._bring(q, place, first, here)
        self._events.append((Event.WHOLE, group, place, -1))
        for q, mine in by_qubit.items():
            if self._current[q] != mine[-1]:
                self._current[q] = mine[-1]
                self._next[q] = self._following[mine[-1]]
                self._plan_tree(mine[-1])
            self._let_go(q, last)

    # --- segments

    def _enter(self, s: int, i: int) -> None:
        """Begin segment `s` at its first interaction, moving the qubit to its new home."""
        q = self._qubit[s]
        if self._current[q] == s:
            return
        old, new = self.home[q], self._home_of_segment[s]
        self._current[q] = s
        self._next[q] = self._following[s]
        self._plan_tree(s)
        if old == new:
            return
        route = [old]
        while route[-1] != new:
            route.append(self._parents[q][route[-1]])
        for a, b in pairwise(route):
            if b not in self._holders[q]:
                self._fetch(q, a, b, i, frozenset((q,)))
        self._take_data(new)
        self._comm[new].discard(q)
        self._holders[q][new] = False
        self.home[q] = new
        self._events.append((Event.SETTLE, q, new, old))
        self._let_go(q, i - 1)
        if old in self._holders[q]:
            self._park(q, old)

    def _plan_tree(self, s: int) -> None:
        """Hang the segment's Steiner tree from its home; note until when each holder is needed."""
        q = self._qubit[s]
        uses = self._uses[s]
        root = self._home_of_segment[s]
        mask = mask_of(uses) | 1 << root | 1 << self.home[q]
        parents = self.router.tree(mask, root)
        needs = {m: list(times) for m, times in uses.items()}
        if not self.router.complete:
            for module in _leaves_first(parents):
                mine = needs.get(module)
                if mine:
                    needs.setdefault(parents[module], []).append(mine[0])
                    needs[parents[module]].sort()
        self._parents[q] = parents
        self._needs[q] = needs

    def _bring(self, q: int, place: int, i: int, here: frozenset[int]) -> None:
        """Fetch copies down the tree until `place` holds the qubit."""
        route = [place]
        while route[-1] not in self._holders[q]:
            route.append(self._parents[q][route[-1]])
        while len(route) > 1:
            source = route.pop()
            self._fetch(q, source, route[-1], i, here)

    def _let_go(self, q: int, i: int) -> None:
        """Release the holders that nothing needs after interaction `i`."""
        holders = self._holders[q]
        if len(holders) == 1:
            return
        needs, home = self._needs[q], self.home[q]
        for module in [m for m in holders if m != home]:
            times = needs.get(module)
            if not times or times[-1] <= i:
                self._release(q, module)

    def _park(self, q: int, module: int) -> None:
        """Keep a former home as a copy in a communication qubit; where none is free, let it go."""
        if len(self._comm[module]) >= self._limit[module]:
            self._release(q, module)
            return
        self._data_free[module] += 1
        self._comm[module].add(q)
        self._holders[q][module] = True
        self._events.append((Event.PARK, q, module, -1))

    # --- books

    def _take_data(self, module: int) -> None:
        if self._data_free[module] < 1:
            raise SolverError(f"the assignment overfills module {self.network.names[module]}")
        self._data_free[module] -= 1

    def _release(self, q: int, module: int) -> None:
        if self._holders[q].pop(module):
            self._comm[module].discard(q)
        else:
            self._data_free[module] += 1
        self._events.append((Event.RELEASE, q, module, -1))

    def _fetch(self, q: int, source: int, module: int, i: int, here: frozenset[int]) -> None:
        self._make_room(source, i, here, q)
        self._make_room(module, i, here, q)
        self._holders[q][module] = True
        self._comm[module].add(q)
        self._events.append((Event.FETCH, q, module, source))

    def _make_room(self, module: int, i: int, here: frozenset[int], fetched: int) -> None:
        """Free a communication qubit by releasing the copy needed furthest in the future.

        Copies that interaction `i` uses in this module stay, and so does the one being passed on.
        """
        if len(self._comm[module]) < self._limit[module]:
            return
        victims = [
            q
            for q in self._comm[module]
            if q != fetched and (q not in here or module != self._place[i])
        ]
        if not victims:
            name, limit = self.network.names[module], self._limit[module]
            raise InfeasibleError(
                f"module {name} needs more than its {limit} communication qubits at one moment",
                constraint="comm_qubits",
                nearest={"comm_qubits": limit + 1},
                hint=f"give {name} at least {limit + 1} communication qubits",
            )
        self._release(max(victims, key=lambda q: (self._next_need(q, module, i), q)), module)

    def _next_need(self, q: int, module: int, i: int) -> int:
        times = self._needs[q].get(module, [])
        at = bisect_right(times, i - 1)
        return times[at] if at < len(times) else _NEVER


def _leaves_first(parents: dict[int, int]) -> list[int]:
    """List the modules of a tree so that each comes before its parent."""

    def depth(module: int) -> int:
        steps = 0
        while module in parents:
            module = parents[module]
            steps += 1
        return steps

    return sorted(parents, key=depth, reverse=True)
