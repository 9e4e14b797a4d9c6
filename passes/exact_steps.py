"""The steps of the exact search: what happens to qubits in turn, layer by layer.

In each layer its interactions happen one by one (`MEET`); then each qubit whose segment ends there
keeps one holder as its home (`KEEP`); then every qubit needs a data qubit (`SEAT`). A qubit that is
reset begins anew (`RESET`). From the end of one segment a qubit is in the next, whose first holder
is the home it kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from trapline.passes.segment import Segments

Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]

MEET, KEEP, RESET, SEAT = range(4)

NEVER = 1_000_000_000
"""Cost that stands for impossible in the tables of the exact search; real costs stay below."""


@dataclass(frozen=True, eq=False)
class Steps:
    """Flat columns; r steps, t layers. Sets of qubits are bits of an integer.

    Args:
        kind: int64, (r,). `MEET`, `KEEP`, `RESET` or `SEAT`.
        of: int64, (r,). The interaction, qubit or layer.
        segment: int64, (r,). The segment that ends by a `KEEP`, else -1.
        pin_start: int64, (interactions + 1,). Operands of interaction i are
            `qubits[pin_start[i]:pin_start[i + 1]]`.
        qubits: int64, (operands,). Qubits of the interactions.
        mobile: int64, (t,). Qubits that may move in the midst of a segment: neither in their first,
            for which they have been in one home from the start, nor in its last layer, in which
            they choose their home, nor after their last segment or before a reset.
        ending: int64, (t,). Qubits whose segment ends in the layer, and not by a reset in it.
        reset: int64, (t,). Qubits that are reset in the layer.
        spreads: bool, (r + 1, qubits). Whether a qubit, before the step, is in a segment that the
            copies of the segment before it may outlive (`Assignment.kept`).
    """

    kind: Longs
    of: Longs
    segment: Longs
    pin_start: Longs
    qubits: Longs
    mobile: Longs
    ending: Longs
    reset: Longs
    spreads: Bools


def steps_of(segments: Segments, keepable: Bools | None = None) -> Steps:
    """List the steps of a problem.

    Args:
        segments: The communication model.
        keepable: As returned by `trapline.passes.embedding.keepable`; None for all False.
    """
    layer, previous = segments.layer, segments.previous
    mobile = np.zeros(segments.n_layers, dtype=np.int64)
    ending, reset = mobile.copy(), mobile.copy()
    keeps: list[list[tuple[int, int, int]]] = [[] for _ in range(segments.n_layers)]
    before: dict[int, list[tuple[int, int, int]]] = {}  # interaction: steps that come before it
    for s in range(segments.n_segments):
        q, bit = int(segments.qubit[s]), 1 << int(segments.qubit[s])
        if segments.last[s] < 0:
            continue
        last, after = int(layer[segments.last[s]]), int(segments.following[s])
        if previous[s] >= 0 and not segments.fresh[s]:
            mobile[int(layer[segments.last[previous[s]]]) + 1 : last] |= bit
        begin = int(segments.begin[after]) if after >= 0 and segments.fresh[after] else -1
        if begin >= 0:
            reset[layer[begin]] |= bit
            before.setdefault(begin, []).append((RESET, q, -1))
        if begin >= 0 and layer[begin] == last:
            before[begin].insert(-1, (KEEP, q, s))
            continue
        ending[last] |= bit
        if not (segments.fresh[s] and layer[segments.begin[s]] == last):
            keeps[last].append((KEEP, q, s))
    rows: list[tuple[int, int, int]] = []
    layers: list[int] = layer.tolist()
    for i, t in enumerate(layers):
        if i in before:
            rows += before[i]
        rows.append((MEET, i, -1))
        if i + 1 == segments.n_interactions or layers[i + 1] != t:
            rows += keeps[t]
            rows.append((SEAT, t, -1))
    columns = np.array(rows or [(SEAT, 0, -1)], dtype=np.int64)
    return Steps(
        kind=columns[:, 0].copy(),
        of=columns[:, 1].copy(),
        segment=columns[:, 2].copy(),
        pin_start=segments.pin_start.astype(np.int64),
        qubits=segments.qubit[segments.pins].astype(np.int64),
        mobile=mobile,
        ending=ending,
        reset=reset,
        spreads=_spreads(segments, columns, keepable),
    )


def _spreads(segments: Segments, columns: Longs, keepable: Bools | None) -> Bools:
    """Tell between which steps copies may outlive the segments that their qubits are in."""
    out = np.zeros((len(columns) + 1, segments.n_qubits), dtype=np.bool_)
    if keepable is None or not keepable.any():
        return out
    end = np.zeros(segments.n_segments, dtype=np.int64)
    seat = np.flatnonzero(columns[:, 0] == SEAT)
    end[:] = seat[segments.layer[segments.last]]
    keep = np.flatnonzero(columns[:, 0] == KEEP)
    end[columns[keep, 2]] = keep
    for s in np.flatnonzero(keepable).tolist():
        between = int(segments.previous[s])
        before = int(segments.previous[between])
        out[end[before] + 1 : end[between] + 1, segments.qubit[s]] = True
    return out
