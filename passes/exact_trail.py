"""The assignment behind what the exact search found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trapline.passes.assignment import Assignment
from trapline.passes.exact_steps import KEEP, MEET, SEAT

if TYPE_CHECKING:
    from trapline.passes.exact_states import Net, Rows
    from trapline.passes.exact_steps import Steps
    from trapline.passes.segment import Segments

    Trail = list[Rows]

Ints = NDArray[np.int32]


def assignment_of(segments: Segments, steps: Steps, net: Net, trail: Trail) -> Assignment:
    """Read homes, moves, places and what is kept off the cheapest path.

    Args:
        segments: The communication model.
        steps: The steps of the search.
        net: The network.
        trail: The states before the first step and after each.
    """
    path = [int(np.argmin(trail[-1].paid))]
    for rows in reversed(trail[1:]):
        path.append(int(rows.parent[path[-1]]))
    path.reverse()
    names, qubits = np.arange(net.k), 4 * np.arange(net.n)
    place = np.zeros(segments.n_interactions, dtype=np.int32)
    seats = np.zeros((segments.n_layers, net.n), dtype=np.int32)
    kept = np.zeros(segments.n_segments, dtype=np.bool_)
    for r, (kind, x) in enumerate(zip(steps.kind.tolist(), steps.of.tolist(), strict=True)):
        rows, row = trail[r + 1], path[r + 1]
        choice = int(rows.choice[row])
        if kind == MEET:
            place[x] = names[max(choice, 0)]  # none where copies of an operand are kept
        elif kind == KEEP and choice == 1:
            kept[segments.following[steps.segment[r]]] = True
        elif kind == SEAT:
            if net.alike:
                names = _renamed(names, choice)
            seats[x] = names[int(rows.seat[row]) >> qubits & 3]
    home, move = _homes(segments, seats)
    return Assignment(home=home, place=place, move=move, kept=kept if kept.any() else None)


def _renamed(names: NDArray[np.int64], choice: int) -> NDArray[np.int64]:
    """Return the module that each number stands for once `choice` gave module m a new number."""
    after = names.copy()
    for m, name in enumerate(names.tolist()):
        after[choice >> (2 * m) & 3] = name
    return after


def _homes(segments: Segments, seats: Ints) -> tuple[Ints, Ints]:
    """Tell the home of each segment, and from which layer on, by where its qubit sits."""
    home = np.zeros(segments.n_segments, dtype=np.int32)
    move = segments.first_moves.copy()
    for s, q in enumerate(segments.qubit.tolist()):
        previous, last = int(segments.previous[s]), int(segments.last[s])
        stop = int(segments.layer[last]) if last >= 0 else 0
        home[s] = seats[stop, q]
        if previous >= 0 and not segments.fresh[s]:
            start = int(segments.layer[segments.last[previous]]) + 1
            move[s] = start + int(np.argmax(seats[start : stop + 1, q] == home[s]))
    return home, move
