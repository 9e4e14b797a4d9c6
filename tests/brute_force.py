"""The best assignment of a tiny problem, found by trying all of them.

Import as `from brute_force import optimum`. Nothing here uses the solvers or their cost functions.
"""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trapline.passes.segment import Segments
    from trapline.targets.network import Network


def steiner_weights(network: Network) -> list[int]:
    """Fewest links that join each set of modules, by trying all connected sets."""
    n = network.n_modules
    good = [mask for mask in range(1, 1 << n) if _connected(network, mask)]
    return [
        0 if mask == 0 else min(m.bit_count() - 1 for m in good if m & mask == mask)
        for mask in range(1 << n)
    ]


def optimum(segments: Segments, network: Network, *, static: bool = False) -> int | None:
    """Return the fewest pairs of any assignment that fits, None when none does.

    Args:
        segments: The communication model; homes and places together must be few.
        network: The modules.
        static: Keep one home for each qubit.
    """
    weights = steiner_weights(network)
    modules = range(network.n_modules)
    starts = segments.pin_start.tolist()
    pins = [segments.pins[a:b].tolist() for a, b in pairwise(starts)]
    best: int | None = None
    for home in _homes(segments, network, static=static):
        masks = [1 << m for m in home]
        for s, previous in enumerate(segments.previous.tolist()):
            if previous >= 0 and not segments.fresh[s]:
                masks[s] |= 1 << home[previous]
        for place in product(modules, repeat=len(pins)):
            touched = list(masks)
            for mine, m in zip(pins, place, strict=True):
                for s in mine:
                    touched[s] |= 1 << m
            cost = sum(weights[mask] for mask in touched)
            if best is None or cost < best:
                best = cost
    return best


def _homes(segments: Segments, network: Network, *, static: bool) -> Iterator[tuple[int, ...]]:
    qubits = segments.qubit.tolist()
    n_choices = segments.n_qubits if static else segments.n_segments
    for choice in product(range(network.n_modules), repeat=n_choices):
        home = tuple(choice[q] for q in qubits) if static else choice
        if _fits(segments, network, home):
            yield home


def _fits(segments: Segments, network: Network, home: tuple[int, ...]) -> bool:
    begin, previous = segments.begin.tolist(), segments.previous.tolist()
    chains = segments.chains()
    for t in sorted({0, *begin}):
        room = list(network.data_qubits)
        for chain in chains:
            s = [s for s in chain if previous[s] < 0 or begin[s] <= t][-1]
            used = {home[s]}
            if previous[s] >= 0 and begin[s] == t:
                used.add(home[previous[s]])
            for m in used:
                room[m] -= 1
        if min(room) < 0:
            return False
    return True


def _connected(network: Network, mask: int) -> bool:
    seen, queue = 0, [(mask & -mask).bit_length() - 1]
    while queue:
        here = queue.pop()
        if mask >> here & 1 and not seen >> here & 1:
            seen |= 1 << here
            queue.extend(network.neighbours[here])
    return seen == mask
