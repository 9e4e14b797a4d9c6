"""The best assignment of a tiny problem, found by trying all of them.

Import as `from brute_force import optimum`. Nothing here uses the solvers or their cost functions.
"""

from __future__ import annotations

from itertools import combinations, pairwise, product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trapline.passes.segment import Segments
    from trapline.targets.network import Network


def steiner_weights(network: Network, weights: Sequence[int] | None = None) -> list[int]:
    """Fewest or lightest links that join each set of modules.

    By trying all connected sets of modules; for weights, all sets of links.
    """
    n = network.n_modules
    if weights is not None:
        return _lightest_links(network, weights)
    good = [mask for mask in range(1, 1 << n) if _connected(network, mask)]
    return [
        0 if mask == 0 else min(m.bit_count() - 1 for m in good if m & mask == mask)
        for mask in range(1 << n)
    ]


def _lightest_links(network: Network, weights: Sequence[int]) -> list[int]:
    n, links = network.n_modules, list(zip(network.links, weights, strict=True))
    best = [1 << 60] * (1 << n)
    for size in range(n):
        for chosen in combinations(links, size):
            parts = [1 << m for m in range(n)]
            for (a, b), _ in chosen:
                joined = parts[a] | parts[b]
                parts = [joined if part & joined else part for part in parts]
            total = sum(weight for _, weight in chosen)
            for mask in range(1 << n):
                if any(mask & ~part == 0 for part in parts):
                    best[mask] = min(best[mask], total)
    return best


def optimum(
    segments: Segments,
    network: Network,
    *,
    static: bool = False,
    weights: Sequence[int] | None = None,
) -> int | None:
    """Return the fewest pairs, or least weight, of any assignment that fits, None when none does.

    Args:
        segments: The communication model; homes and places together must be few.
        network: The modules.
        static: Keep one home for each qubit.
        weights: Weight of each link; None to count pairs.
    """
    of_set = steiner_weights(network, weights)
    modules = range(network.n_modules)
    starts = segments.pin_start.tolist()
    pins = [segments.pins[a:b].tolist() for a, b in pairwise(starts)]
    best: int | None = None
    for home in _homes(segments, network, static=static):
        masks = [1 << m for m in home]
        for s, previous in enumerate(segments.previous.tolist()):
            if previous >= 0 and not segments.fresh[s]:
                masks[s] |= 1 << home[previous]
        cost = _best_places(masks, pins, of_set, modules)
        if (best is None or cost < best) and _fits(segments, network, home):
            best = cost
    return best


def optimum_with_kept_copies(
    segments: Segments, network: Network, keepable: Sequence[bool]
) -> int | None:
    """Return the fewest pairs on a complete network when copies may outlive a segment.

    Args:
        segments: The communication model; homes, places and kept copies together must be few.
        network: The modules, all joined to one another.
        keepable: For each segment whether it could keep the copies of the segment two before.
    """
    starts = segments.pin_start.tolist()
    pins = [segments.pins[a:b].tolist() for a, b in pairwise(starts)]
    candidates = [s for s in range(segments.n_segments) if keepable[s]]
    best: int | None = None
    for home in _homes(segments, network, static=False):
        costs: list[int] = []
        for choice in product((False, True), repeat=len(candidates)):
            kept = {s for s, yes in zip(candidates, choice, strict=True) if yes}
            if _may_keep(segments, home, pins, kept):
                places = product(range(network.n_modules), repeat=len(pins))
                costs += [_kept_cost(segments, home, pins, kept, place) for place in places]
        if (best is None or min(costs) < best) and _fits(segments, network, home):
            best = min(costs)
    return best


def _may_keep(
    segments: Segments, home: tuple[int, ...], pins: list[list[int]], kept: set[int]
) -> bool:
    before = segments.previous.tolist()
    between = {before[s] for s in kept}
    return (
        not between & kept
        and all(home[s] == home[before[s]] == home[before[before[s]]] for s in kept)
        and all(len(between & set(mine)) < 2 for mine in pins)
    )


def _kept_cost(
    segments: Segments,
    home: tuple[int, ...],
    pins: list[list[int]],
    kept: set[int],
    place: tuple[int, ...],
) -> int:
    """Count pairs as `Assignment.kept` says, letting what must be touched grow until it is."""
    before = segments.previous.tolist()
    first = list(range(segments.n_segments))
    for s in sorted(kept, key=lambda s: int(segments.first[s])):
        first[s] = first[before[before[s]]]
    touched = [{home[s]} for s in range(segments.n_segments)]
    for s, previous in enumerate(before):
        if previous >= 0 and not segments.fresh[s] and s not in kept:
            touched[s].add(home[previous])
    changed = True
    while changed:
        size = sum(map(len, touched))
        for mine, m in zip(pins, place, strict=True):
            spread = [s for s in kept if before[s] in mine]
            modules = {m}
            for s in spread:
                members = [t for t in range(segments.n_segments) if first[t] == first[s]]
                earlier = [touched[t] for t in members if segments.first[t] < segments.first[s]]
                later = [touched[t] for t in members if segments.first[t] >= segments.first[s]]
                modules = {home[s]} | set[int]().union(*earlier) & set[int]().union(*later)
            for t in mine:
                if t not in [before[s] for s in spread]:
                    touched[t] |= modules
        changed = sum(map(len, touched)) > size
    groups = [
        set[int]().union(*(touched[t] for t in range(segments.n_segments) if first[t] == s))
        for s in set(first)
    ]
    return sum(len(group) - 1 for group in groups)


def _best_places(
    masks: list[int], pins: list[list[int]], weights: list[int], modules: range
) -> int:
    costs: list[int] = []
    for place in product(modules, repeat=len(pins)):
        touched = list(masks)
        for mine, m in zip(pins, place, strict=True):
            for s in mine:
                touched[s] |= 1 << m
        costs.append(sum(weights[mask] for mask in touched))
    return min(costs)


def _homes(segments: Segments, network: Network, *, static: bool) -> Iterator[tuple[int, ...]]:
    qubits = segments.qubit.tolist()
    n_choices = segments.n_qubits if static else segments.n_segments
    for choice in product(range(network.n_modules), repeat=n_choices):
        yield tuple(choice[q] for q in qubits) if static else choice


def layers_of(segments: Segments) -> list[int]:
    """Number the layers: a new one begins where a qubit would meet a second of its segments."""
    starts, pins, qubit = segments.pin_start.tolist(), segments.pins.tolist(), segments.qubit
    out: list[int] = []
    current: dict[int, int] = {}
    layer = 0
    for a, b in pairwise(starts):
        mine = {int(qubit[s]): s for s in pins[a:b]}
        if any(current.get(q, s) != s for q, s in mine.items()):
            layer, current = layer + 1, {}
        current |= mine
        out.append(layer)
    return out


def _fits(segments: Segments, network: Network, home: tuple[int, ...]) -> bool:
    """Whether some choice of the layers at which homes change leaves room for everybody."""
    layers = layers_of(segments)
    n_layers = max(layers, default=0) + 1
    timelines = [_timelines(segments, home, chain, layers) for chain in segments.chains()]

    def place(q: int, room: list[list[int]]) -> bool:
        if q == len(timelines):
            return True
        for line in timelines[q]:
            left = [list(row) for row in room]
            for t, modules in enumerate(line):
                for m in modules:
                    left[t][m] -= 1
            if min(min(row) for row in left) >= 0 and place(q + 1, left):
                return True
        return False

    return place(0, [list(network.data_qubits) for _ in range(n_layers)])


def _timelines(
    segments: Segments, home: tuple[int, ...], chain: list[int], layers: list[int]
) -> list[list[set[int]]]:
    """All ways in which a qubit may be somewhere in each layer, given its homes."""
    n_layers = max(layers, default=0) + 1
    lines = [[{home[chain[0]]} for _ in range(n_layers)]]
    for before, s in pairwise(chain):
        if segments.first[s] < 0 and not segments.fresh[s]:
            moves = range(n_layers, n_layers + 1)
        elif segments.fresh[s]:
            at = (
                0 if segments.first[s] < 0 else layers[min(int(segments.begin[s]), len(layers) - 1)]
            )
            moves = range(at, at + 1)
        else:
            moves = range(layers[segments.last[before]] + 1, layers[segments.last[s]] + 1)
        grown: list[list[set[int]]] = []
        for line in lines:
            for move in moves:
                new = [{home[s]} if t >= move else at for t, at in enumerate(line)]
                if segments.fresh[s] and move < n_layers:
                    new[move] = {home[s], home[before]}
                grown.append(new)
        lines = grown
    unique = {tuple(tuple(sorted(at)) for at in line) for line in lines}
    return [[set(at) for at in line] for line in sorted(unique)]


def _connected(network: Network, mask: int) -> bool:
    seen, queue = 0, [(mask & -mask).bit_length() - 1]
    while queue:
        here = queue.pop()
        if mask >> here & 1 and not seen >> here & 1:
            seen |= 1 << here
            queue.extend(network.neighbours[here])
    return seen == mask
