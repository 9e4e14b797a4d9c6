"""Steiner trees: the lightest links that join the modules a segment touches.

Links weigh one pair each unless weights are given. The lightest tree that joins a set of modules is
a minimum spanning tree of some superset (Hakimi). Up to `EXACT_MODULES` modules all subsets are
tabulated at once: the spanning trees by Kruskal's algorithm, then the lightest superset of each by
a superset-minimum transform. Beyond, trees come from the shortest-path heuristic.

Sources: Hakimi, "Steiner's problem in graphs and its implications", Networks 1 (1971) 113;
Takahashi and Matsuyama, "An approximate solution for the Steiner problem in graphs", Math. Japonica
24 (1980).
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from heapq import heappop, heappush
from itertools import compress, pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from trapline.targets.network import Network

EXACT_MODULES = 14


class Router:
    """Weights and trees for sets of modules, given as bit masks.

    Args:
        network: The modules and links; modules that no link joins must not share a set.
        weights: Weight of a pair over each link, in the order of `network.links`, 1 or more; None
            when each weighs one.
    """

    def __init__(self, network: Network, weights: tuple[int, ...] | None = None) -> None:
        self.network, self.weights = network, weights or None
        self.complete = network.is_complete and self.weights is None
        self._table = (
            None
            if self.complete or network.n_modules > EXACT_MODULES
            else _lightest_supersets(network, self.link_weights)
        )
        self.weight = lru_cache(maxsize=None)(self._weight)
        self._links_of = lru_cache(maxsize=None)(self._tree_links)

    @cached_property
    def unit(self) -> int:
        """Weight of a usual pair: the mean over links, each no heavier than the way around it."""
        if self.weights is None:
            return 1
        a, b = np.array(self.network.links).T
        return int(self.distances[a, b].mean())

    @property
    def lightest(self) -> int:
        """Weight of a pair over the best link."""
        return 1 if self.weights is None else min(self.weights)

    @cached_property
    def link_weights(self) -> NDArray[np.int64]:
        """Weight of the link between modules, 0 for none; int64, (modules, modules)."""
        n, links = self.network.n_modules, np.array(self.network.links, dtype=np.int64)
        out = np.zeros((n, n), dtype=np.int64)
        a, b = links.reshape(-1, 2).T
        out[a, b] = out[b, a] = 1 if self.weights is None else self.weights
        return out

    @cached_property
    def table(self) -> NDArray[np.int64] | None:
        """Weight of every set of modules; int64, (2**modules,). None above `EXACT_MODULES`."""
        n = self.network.n_modules
        if n > EXACT_MODULES:
            return None
        if self._table is not None:
            return self._table[0]
        sets = np.arange(1 << n, dtype=np.int64)
        return np.maximum(np.bitwise_count(sets).astype(np.int64) - 1, 0)

    @cached_property
    def distances(self) -> NDArray[np.int64]:
        """Weight of the lightest path between modules; int64, (modules, modules)."""
        if self.weights is None:
            return self.network.hops.astype(np.int64)
        far = np.where(self.link_weights > 0, self.link_weights, np.int64(1) << 40)
        np.fill_diagonal(far, 0)
        for m in range(len(far)):  # Floyd and Warshall
            far = np.minimum(far, far[:, m, None] + far[None, m, :])
        return far

    @cached_property
    def next_hop(self) -> NDArray[np.int64]:
        """Next module on a lightest path, of equals the lowest, -1 for none; (modules, modules)."""
        far, weight, k = self.distances, self.link_weights, self.network.n_modules
        out = np.full((k, k), -1, dtype=np.int64)
        for a in range(k):
            for m in reversed(self.network.neighbours[a]):
                out[a, (far[m] >= 0) & (far[m] == far[a] - weight[a, m])] = m
        return out

    def part(self, modules: Sequence[int]) -> Router:
        """Return the router of some modules, given in ascending order, with their links."""
        inside = [set(link) <= set(modules) for link in self.network.links]
        weights = None if self.weights is None else tuple(compress(self.weights, inside))
        return Router(self.network.part(modules), weights)

    def path(self, start: int, end: int) -> list[int]:
        """Return the modules of a lightest path, ends included; of equals, the lowest numbers."""
        route = [start]
        while route[-1] != end:
            route.append(int(self.next_hop[route[-1], end]))
        return route

    def links(self, mask: int) -> int:
        """Count the links of a Steiner tree."""
        return self.weight(mask) if self.weights is None else len(self._links_of(mask))

    def _weight(self, mask: int) -> int:
        if self.complete:
            return max(mask.bit_count() - 1, 0)
        if self._table is not None:
            return int(self._table[0][mask])
        return sum(int(self.link_weights[link]) for link in self._links_of(mask))

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
        if self._table is not None:
            return self._spanning_links(int(self._table[1][mask]))
        return self._heuristic_links(mask)

    def _spanning_links(self, members: int) -> tuple[tuple[int, int], ...]:
        """Join all members by a minimum spanning tree (Prim), of equal links the first found."""
        root = (members & -members).bit_length() - 1
        seen, found, ways = 0, 0, [(0, 0, root, root)]
        links: list[tuple[int, int]] = []
        while ways:
            _, _, before, here = heappop(ways)
            if seen >> here & 1:
                continue
            seen |= 1 << here
            links.append((before, here))
            for there in self.network.neighbours[here]:
                if members >> there & 1 and not seen >> there & 1:
                    found += 1
                    heappush(ways, (int(self.link_weights[here, there]), found, here, there))
        return tuple(links[1:])

    def _heuristic_links(self, mask: int) -> tuple[tuple[int, int], ...]:
        """Join the modules one by one, nearest first, by lightest paths to the tree so far.

        Modules that nothing joins are given links of their own, which weigh nothing.
        """
        waiting = _members(mask)
        inside = {waiting.pop(0)}
        links: list[tuple[int, int]] = []
        while waiting:
            _, start, end = min(
                (int(self.distances[a, b]), a, b) for b in waiting for a in sorted(inside)
            )
            route = self.path(start, end) if self.next_hop[start, end] >= 0 else [start, end]
            links.extend(pairwise(route))
            inside.update(route)
            waiting = [m for m in waiting if m not in inside]
        return tuple(links)


def mask_of(modules: Iterable[int]) -> int:
    """Return the bit mask of a set of modules."""
    mask = 0
    for module in modules:
        mask |= 1 << module
    return mask


def _members(mask: int) -> list[int]:
    return [m for m in range(mask.bit_length()) if mask >> m & 1]


def _lightest_supersets(
    network: Network, link_weights: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For every subset of modules, the superset with the lightest spanning tree.

    Returns:
        Weight of the tree, and the superset; int64, (2**modules,) each. Sets that no links join
        weigh one less than they have modules.
    """
    n, size = network.n_modules, 1 << network.n_modules
    sets = np.arange(size, dtype=np.int64)
    part = np.repeat(np.arange(n, dtype=np.int8)[:, None], size, axis=1)
    joined, weight = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    for a, b in sorted(network.links, key=lambda link: int(link_weights[link])):
        joins = (sets >> a & sets >> b & 1 == 1) & (part[a] != part[b])
        kept, lost = part[a].copy(), part[b].copy()
        for m in range(n):
            part[m] = np.where(joins & (part[m] == lost), kept, part[m])
        joined += joins
        weight += joins * link_weights[a, b]
    fewest = np.maximum(np.bitwise_count(sets).astype(np.int64) - 1, 0)
    never = int(link_weights.sum()) + n
    key = np.where(joined == fewest, weight, never) * size + sets
    for m in range(n):
        without = sets[(sets >> m & 1) == 0]
        key[without] = np.minimum(key[without], key[without | 1 << m])
    return np.where(key // size < never, key // size, fewest), key % size
