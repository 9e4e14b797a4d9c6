"""Data qubits in the CP-SAT model: who is where in every layer, while homes and moves are free."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from trapline.passes.occupancy import occupancy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from ortools.sat.python import cp_model

    from trapline.passes.assignment import Assignment
    from trapline.passes.segment import Segments
    from trapline.targets.network import Network

    Row = list[cp_model.LinearExprT]

MOST_WINDOW = 40
"""Most layers among which the moment of a move is chosen in a part of a problem; in longer windows
it stays."""


def limit_data(
    model: cp_model.CpModel,
    segments: Segments,
    network: Network,
    start: Assignment,
    home: dict[int, list[cp_model.IntVar]],
    span: tuple[int, int] | None = None,
) -> dict[int, tuple[int, list[cp_model.IntVar]]]:
    """Limit the data qubits of every module in every layer.

    Args:
        model: The model to extend.
        segments: The communication model.
        network: The modules.
        start: Homes and moves of what is not free.
        home: Variables of the homes that are free; of all segments, moves are free wherever they
            may be.
        span: Layers to limit, from the first to before the second, in which all homes are free;
            None for all layers.

    Returns:
        For each segment whose move is free, the first layer in which its home may hold, and a
        variable for that layer and each after it but the last: whether the home does not hold yet.
    """
    if not home:
        return {}
    room = _Room(model, segments, network, start, home, span)
    room.limit()
    return room.late


class _Room:
    def __init__(
        self,
        model: cp_model.CpModel,
        segments: Segments,
        network: Network,
        start: Assignment,
        home: dict[int, list[cp_model.IntVar]],
        span: tuple[int, int] | None,
    ) -> None:
        self.model, self.segments, self.network, self.start = model, segments, network, start
        self.home, self.modules = home, range(network.n_modules)
        every = span is not None or len(home) == segments.n_segments
        self.span = span or (0, segments.n_layers)
        self.most_window = segments.n_layers if every else MOST_WINDOW
        free = list(home)
        after = [int(t) for t in segments.following[free] if t >= 0]
        before = [int(t) for t in segments.previous[free] if t >= 0]
        self.moving = sorted({*free, *after, *before})
        self.late: dict[int, tuple[int, list[cp_model.IntVar]]] = {}
        for s in sorted({*free, *after}):
            self._choose_move(s)

    def _choose_move(self, s: int) -> None:
        segments = self.segments
        previous = int(segments.previous[s])
        if previous < 0 or segments.fresh[s] or segments.last[s] < 0:
            return
        low = max(int(segments.layer[segments.last[previous]]) + 1, self.span[0])
        high = min(int(segments.layer[segments.last[s]]), self.span[1])
        if not low < high <= low + self.most_window:
            return
        row = [self.model.new_bool_var(f"late{s}_{t}") for t in range(low, high)]
        for earlier, later in itertools.pairwise(row):
            self.model.add_implication(later, earlier)
        for t, var in enumerate(row, start=low):
            self.model.add_hint(var, t < int(self.start.move[s]))
        self.late[s] = low, row

    def limit(self) -> None:
        """Add the limits, one for each stretch of layers between changes."""
        spans = [span for s in self.moving for span in (*self._settled(s), *self._passing(s))]
        edges = sorted({edge for start, stop, _ in spans for edge in (start, stop)})
        starting: dict[int, list[int]] = {edge: [] for edge in edges}
        ending: dict[int, list[int]] = {edge: [] for edge in edges}
        for number, (start, stop, _) in enumerate(spans):
            starting[start].append(number)
            ending[stop].append(number)
        fixed = self._fixed()
        present: dict[int, Row] = {}
        for start, stop in itertools.pairwise(edges):
            for number in ending[start]:
                present.pop(number, None)
            for number in starting[start]:
                present[number] = spans[number][2]
            if stop <= self.span[0] or start >= self.span[1]:
                continue
            most = fixed[:, start:stop].max(axis=1)
            for m in self.modules:
                room = self.network.data_qubits[m] - int(most[m])
                load = [row[m] for row in present.values()]
                if len(load) > room:
                    self.model.add(sum(load) <= room)

    def _settled(self, s: int) -> list[tuple[int, int, Row]]:
        """Return the layers in which the home of a segment is the qubit's for certain."""
        segments, after = self.segments, int(self.segments.following[s])
        start = int(self.start.move[s])
        if s in self.late:
            low, row = self.late[s]
            start = low + len(row)
        stop = segments.n_layers if after < 0 else int(self.start.move[after])
        if after in self.late:
            stop = self.late[after][0]
        return [(start, stop, self._row(s))] if start < stop else []

    def _passing(self, s: int) -> list[tuple[int, int, Row]]:
        """Return the layers in which a qubit may be in either of two homes, or is in both."""
        previous = int(self.segments.previous[s])
        if previous < 0:
            return []
        old, new = self._row(previous), self._row(s)
        if self.segments.fresh[s]:
            at = int(self.start.move[s])
            return [(at, at + 1, [self._both(old[m], new[m]) for m in self.modules])]
        if s not in self.late:
            return []
        low, late = self.late[s]
        return [
            (t, t + 1, [self._either(old[m], new[m], var) for m in self.modules])
            for t, var in enumerate(late, start=low)
        ]

    def _row(self, s: int) -> Row:
        if s in self.home:
            return list(self.home[s])
        here = int(self.start.home[s])
        return [int(m == here) for m in self.modules]

    def _either(
        self, old: cp_model.LinearExprT, new: cp_model.LinearExprT, late: cp_model.IntVar
    ) -> cp_model.IntVar:
        var = self.model.new_bool_var("")
        self.model.add(var - late + 1 >= old)
        self.model.add(var + late >= new)
        return var

    def _both(self, old: cp_model.LinearExprT, new: cp_model.LinearExprT) -> cp_model.IntVar:
        """Count the former home of a qubit in the layer of its reset; the new one is settled."""
        var = self.model.new_bool_var("")
        self.model.add(sum((var, new)) >= old)
        return var

    def _fixed(self) -> NDArray[np.int32]:
        """Occupancy by everything that does not change; int32, (modules, layers)."""
        segments, start = self.segments, self.start
        out = occupancy(segments, start, self.network).copy()
        for s in self.moving:
            after, previous = int(segments.following[s]), int(segments.previous[s])
            stop = segments.n_layers if after < 0 else int(start.move[after])
            out[start.home[s], start.move[s] : stop] -= 1
            fresh = bool(segments.fresh[s])
            if fresh and previous >= 0 and start.home[previous] != start.home[s]:
                out[start.home[previous], start.move[s]] -= 1
        return out
