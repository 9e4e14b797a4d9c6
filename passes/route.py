"""Steiner trees: the fewest links that join the modules a segment touches.

All links weigh one pair, so that a Steiner tree on a set of modules is a spanning tree of the
smallest connected set that holds them. Up to `EXACT_MODULES` modules the smallest sets are
tabulated for all subsets at once (a superset-minimum transform); beyond, trees come from the
shortest-path heuristic.

Source: Takahashi and Matsuyama, "An approximate solution for the Steiner problem in graphs", Math.
Japonica 24 (1980).
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from trapline.targets.network import Network

EXACT_MODULES = 14


class Router:
    """Weights and trees for sets of modules, given as bit masks.

    Args:
        network: The modules and links; must be connected.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.complete = network.is_complete
        self._best = (
            None
            if self.complete or network.n_modules > EXACT_MODULES
            else _smallest_connected_supersets(network)
        )
        self.weight = lru_cache(maxsize=None)(self._weight)
        self._links_of = lru_cache(maxsize=None)(self._tree_links)

    @property
    def unit(self) -> int:
        """Weight of one pair over a link of the best kind."""
        return 1

    @cached_property
    def table(self) -> NDArray[np.int64] | None:
        """Weight of every set of modules; int64, (2**modules,). None above `EXACT_MODULES`."""
        n = self.network.n_modules
        if n > EXACT_MODULES:
            return None
        sets = np.arange(1 << n, dtype=np.int64) if self._best is None else self._best
        return np.maximum(np.bitwise_count(sets).astype(np.int64) - 1, 0)

    @cached_property
    def distances(self) -> NDArray[np.int64]:
        """Weight of the lightest path between modules; int64, (modules, modules)."""
        return self.network.hops.astype(np.int64)

    def _weight(self, mask: int) -> int:
        if self.complete:
            return max(mask.bit_count() - 1, 0)
        if self._best is not None:
            return max(int(self._best[mask]).bit_count() - 1, 0)
        return len(self._links_of(mask))

    def tree(self, mask: int, root: int) -> dict[int, int]:
        """Return the parent of each module of a Steiner tree on `mask` hung from `root`.

        Args:
            mask: Modules to join; `root` is one of them.
            root: The module from which all others are reached; it has no parent.
        """
        links = self._links_of(mask | 1 << root)
        if self.complete:
            return {m: root for m in _members(mask) if m != root}
        adjacent: dict[int, list[int]] = {}
        for a, b in links:
            adjacent.setdefault(a, []).append(b)
            adjacent.setdefault(b, []).append(a)
        parents: dict[int, int] = {}
        stack = [root]
        while stack:
            here = stack.pop()
            for there in adjacent.get(here, ()):
                if there != root and there not in parents:
                    parents[there] = here
                    stack.append(there)
        return parents

    def _tree_links(self, mask: int) -> tuple[tuple[int, int], ...]:
        if self.complete or mask.bit_count() < 2:
            return ()
        if self._best is not None:
            return _spanning_links(self.network, int(self._best[mask]))
        return _heuristic_links(self.network, mask)


def mask_of(modules: Iterable[int]) -> int:
    """Return the bit mask of a set of modules."""
    mask = 0
    for module in modules:
        mask |= 1 << module
    return mask


def _members(mask: int) -> list[int]:
    return [m for m in range(mask.bit_length()) if mask >> m & 1]


def _smallest_connected_supersets(network: Network) -> NDArray[np.int64]:
    """For every subset of modules, the smallest connected superset; int64, (2**modules,)."""
    n = network.n_modules
    neighbours = [mask_of(row) for row in network.neighbours]
    size = 1 << n
    reach = np.zeros(size, dtype=np.int64)
    sets = np.arange(size, dtype=np.int64)
    reach[1:] = sets[1:] & -sets[1:]
    for _ in range(n):
        grown = reach.copy()
        for m in range(n):
            grown |= np.where(reach >> m & 1, neighbours[m], 0)
        reach = grown & sets
    count = np.bitwise_count(sets).astype(np.int64)
    cost = np.where(reach == sets, count, n + 1)
    key = cost * size + sets
    for m in range(n):
        without = sets[(sets >> m & 1) == 0]
        key[without] = np.minimum(key[without], key[without | 1 << m])
    return key % size


def _spanning_links(network: Network, members: int) -> tuple[tuple[int, int], ...]:
    root = (members & -members).bit_length() - 1
    seen, queue = 1 << root, [root]
    links: list[tuple[int, int]] = []
    for here in queue:
        for there in network.neighbours[here]:
            if members >> there & 1 and not seen >> there & 1:
                seen |= 1 << there
                queue.append(there)
                links.append((here, there))
    return tuple(links)


def _heuristic_links(network: Network, mask: int) -> tuple[tuple[int, int], ...]:
    """Join the modules one by one, nearest first, by shortest paths to the tree so far."""
    waiting = _members(mask)
    inside = {waiting.pop(0)}
    links: list[tuple[int, int]] = []
    while waiting:
        _, start, end = min(
            (int(network.hops[a, b]), a, b) for b in waiting for a in sorted(inside)
        )
        route = network.path(start, end)
        links.extend(pairwise(route))
        inside.update(route)
        waiting = [m for m in waiting if m not in inside]
    return tuple(links)
