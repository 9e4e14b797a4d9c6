"""Steiner weights against a search through all sets of modules."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from trapline.passes.assignment import pairs, static_assignment
from trapline.passes.program import ProgramBuilder, Register
from trapline.passes.route import EXACT_MODULES, Router, mask_of
from trapline.passes.segment import segment
from trapline.targets.network import Network, ideal_network, links_of

NAMED = [(kind, n) for kind in ("complete", "line", "ring", "grid") for n in range(1, 9)]


def connected(network: Network, members: set[int]) -> bool:
    seen, queue = set[int](), [min(members)]
    while queue:
        here = queue.pop()
        if here not in seen:
            seen.add(here)
            queue.extend(members.intersection(network.neighbours[here]))
    return seen == members


def weights_by_search(network: Network) -> dict[int, int]:
    """The fewest links that join each set: one less than the smallest connected superset."""
    n = network.n_modules
    sets = [set(c) for k in range(1, n + 1) for c in combinations(range(n), k)]
    spanning = [members for members in sets if connected(network, members)]
    return {mask_of(members): min(len(s) for s in spanning if members <= s) - 1 for members in sets}


def checked_tree(router: Router, mask: int, root: int) -> int:
    """Check that a tree joins a set by links of the network; return its number of links."""
    parents = router.tree(mask, root)
    links = set(router.network.links)
    assert root not in parents
    for module, parent in parents.items():
        assert (min(module, parent), max(module, parent)) in links
    for module in range(router.network.n_modules):
        if mask >> module & 1:
            steps = 0
            while module != root:
                module, steps = parents[module], steps + 1  # walks to the root
                assert steps <= len(parents)
    return len(parents)


@pytest.mark.parametrize(("kind", "n"), NAMED)
def test_weights_and_trees_are_those_of_a_search(kind: str, n: int) -> None:
    network = ideal_network(kind, n, 1)
    router = Router(network)
    for mask, weight in weights_by_search(network).items():
        assert router.weight(mask) == weight
        for root in range(n):
            if mask >> root & 1:
                assert checked_tree(router, mask, root) == weight


def random_network(n: int, extra: int, rng: np.random.Generator) -> Network:
    """A random tree with some more links."""
    links = {(int(rng.integers(m)), m) for m in range(1, n)}
    for _ in range(extra):
        a, b = sorted(rng.choice(n, size=2, replace=False).tolist())
        links.add((a, b))
    names = tuple(f"m{m}" for m in range(n))
    return Network("custom", names, (1,) * n, (None,) * n, tuple(sorted(links)))


@pytest.mark.parametrize("seed", range(8))
def test_weights_of_irregular_networks_are_those_of_a_search(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(int(rng.integers(4, 9)), int(rng.integers(5)), rng)
    router = Router(network)
    for mask, weight in weights_by_search(network).items():
        assert router.weight(mask) == weight


def without_table(network: Network) -> Router:
    """A router that has to use the heuristic, as for networks too large for the table."""
    names = tuple(f"m{m}" for m in range(EXACT_MODULES + 3))
    size = len(names)
    tail = tuple((m - 1, m) for m in range(network.n_modules, size))
    return Router(Network("custom", names, (1,) * size, (None,) * size, network.links + tail))


@pytest.mark.parametrize("kind", ["line", "ring", "grid"])
def test_beyond_the_table_trees_span_and_weigh_at_most_twice_the_best(kind: str) -> None:
    network = ideal_network(kind, 8, 1)
    router = without_table(network)
    for mask, weight in weights_by_search(network).items():
        found = router.weight(mask)
        assert weight <= found <= 2 * weight
        assert checked_tree(router, mask, (mask & -mask).bit_length() - 1) == found


def test_a_large_line_is_exact_even_by_the_heuristic() -> None:
    router = Router(ideal_network("line", 30, 1))
    assert router.weight(mask_of([3, 29, 17])) == 26


def test_a_large_complete_network_joins_everything_to_the_root() -> None:
    router = Router(ideal_network("complete", 100, 1))
    assert router.weight(mask_of(range(0, 100, 3))) == 33
    assert router.tree(mask_of([5, 70]), 5) == {70: 5}


def test_one_module_weighs_nothing() -> None:
    for kind, n in NAMED:
        assert Router(ideal_network(kind, n, 1)).weight(1) == 0
    assert len(links_of("ring", 2)) == 1


def test_modules_that_nothing_joins_have_a_weight_in_large_networks() -> None:
    names = tuple(f"m{i}" for i in range(16))
    network = Network("custom", names, (2,) * 16, (None,) * 16, ((0, 1),))
    router = Router(network)
    assert router.weight(0b11) == 1
    assert router.weight(0b1100) >= 0


def test_sets_of_more_than_64_modules_are_counted_in_full() -> None:
    out = ProgramBuilder("far", [Register("q", 2)])
    out.add("cz", (0, 1))
    segments = segment(out.build())
    network = ideal_network("line", 70, 1)
    placed = static_assignment(
        segments, np.array([1, 69], dtype=np.int32), np.array([69], dtype=np.int32)
    )
    assert pairs(segments, placed, Router(network)) == 68
