"""Copies that outlive a segment (`Assignment.kept`) in the CP-SAT model.

keep[b] says that the copies of the segment before b live on in the one after b; saved[b, m] says
that the copy in module m, not the home, is not fetched again for that. The interactions of b then
happen in the home and wherever a copy is saved. `Assignment.kept` asks for more where qubits keep
copies several times over, so that a bound may be less than what can be carried out, never more.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from ortools.sat.python import cp_model

    from trapline.passes.segment import Segments

    Row = list[cp_model.LinearExprT]


class KeptCopies:
    """Variables for what may be kept.

    Args:
        model: The model to extend.
        segments: The communication model.
        keepable: Segments that could keep the copies of the segment two before; None for none.
        counted: Segments whose pairs the model counts.
    """

    def __init__(
        self,
        model: cp_model.CpModel,
        segments: Segments,
        keepable: NDArray[np.bool_] | None,
        counted: set[int],
    ) -> None:
        self._model, self._segments = model, segments
        after = [] if keepable is None else np.flatnonzero(keepable).tolist()
        before = {s: int(segments.previous[s]) for s in sorted(after)}
        self._keep = {
            b: model.new_bool_var(f"keep{s}") for s, b in before.items() if {s, b} & counted
        }

    def between(self, b: int) -> list[cp_model.IntVar]:
        """Return the variable that says whether copies live through segment b, if there is one."""
        return [self._keep[b]] if b in self._keep else []

    def saved(
        self,
        home: dict[int, list[cp_model.IntVar]],
        touch: dict[int, Row],
        groups: list[tuple[int, ...]],
    ) -> list[cp_model.IntVar]:
        """Say when copies are saved, and return a variable for each that is.

        Args:
            home: Homes of segments.
            touch: What the counted segments touch.
            groups: Segments of the interactions.
        """
        saved: dict[int, list[cp_model.IntVar]] = {}
        present: dict[int, Row] = {}
        for b, keep in self._keep.items():  # the segments of a qubit come in order
            before, after = int(self._segments.previous[b]), int(self._segments.following[b])
            self._stay(keep, [home[s] for s in (before, b, after) if s in home])
            for other in self.between(before):
                self._model.add_bool_or(~keep, ~other)
            if after not in touch:
                continue
            was = present.get(before, touch.get(before))
            row: list[cp_model.IntVar] = []
            there: Row = []
            for m, here in enumerate(home[b]):
                var = self._model.new_bool_var(f"saved{b}_{m}")
                self._model.add_implication(var, keep)
                self._model.add_implication(var, ~here)
                self._model.add(touch[after][m] >= var)
                if was is not None:
                    self._model.add(was[m] >= var)
                on = self._model.new_bool_var(f"present{after}_{m}")
                self._model.add(sum((touch[after][m], keep)) >= on)
                if was is not None:
                    self._model.add(sum((touch[after][m], was[m])) >= on)
                row.append(var)
                there.append(on)
            saved[b], present[after] = row, there
            self._model.add(sum(row) >= keep)  # for nothing, no copy need be kept
            self._model.add(sum(touch[after]) >= 1 + sum(row))
        for group in groups:
            self._spread(group, home, touch, saved)
        return [var for row in saved.values() for var in row]

    def _stay(self, keep: cp_model.IntVar, homes: list[list[cp_model.IntVar]]) -> None:
        for first, later in pairwise(homes):
            for here, there in zip(first, later, strict=True):
                self._model.add_bool_or(~keep, ~here, there)

    def _spread(
        self,
        group: tuple[int, ...],
        home: dict[int, list[cp_model.IntVar]],
        touch: dict[int, Row],
        saved: dict[int, list[cp_model.IntVar]],
    ) -> None:
        """Make the other operands of an interaction touch the modules over which it is spread."""
        spread = [b for b in group if b in self._keep]
        self._model.add_at_most_one(self._keep[b] for b in spread)
        for b in spread:
            for t in group:
                if t == b or t not in touch:
                    continue
                for m, here in enumerate(home[b]):
                    self._model.add(sum((touch[t][m], ~self._keep[b], ~here)) >= 1)
                if b not in saved:
                    continue
                self._model.add(sum(touch[t]) >= 1 + sum(saved[b]))
                for there, copy in zip(touch[t], saved[b], strict=True):
                    self._model.add(there >= copy)

    def answer(self, solver: cp_model.CpSolver) -> NDArray[np.bool_] | None:
        """Return the segments that keep copies; None where none could."""
        if not self._keep:
            return None
        kept = np.zeros(self._segments.n_segments, dtype=np.bool_)
        for b, keep in self._keep.items():
            kept[self._segments.following[b]] = solver.boolean_value(keep)
        return kept
