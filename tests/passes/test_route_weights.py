"""Steiner trees of links that weigh different amounts, against all sets of links and networkx."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from brute_force import steiner_weights
from hypothesis import given, settings
from hypothesis import strategies as st

from trapline.passes.route import EXACT_MODULES, Router, mask_of
from trapline.targets.network import Network, ideal_network

Weighted = tuple[Network, tuple[int, ...]]


def custom(n: int, links: set[tuple[int, int]]) -> Network:
    names = tuple(f"m{m}" for m in range(n))
    return Network("custom", names, (1,) * n, (None,) * n, tuple(sorted(links)))


@st.composite
def weighted_networks(draw: st.DrawFn, *, most: int = 6) -> Weighted:
    """A random tree with up to four more links; few different weights, so that some are equal."""
    n = draw(st.integers(3, most))
    links = {(draw(st.integers(0, m - 1)), m) for m in range(1, n)}
    every = [(a, b) for b in range(n) for a in range(b)]
    links.update(draw(st.lists(st.sampled_from(every), max_size=4)))
    weights = draw(st.lists(st.integers(1, 12), min_size=len(links), max_size=len(links)))
    return custom(n, links), tuple(weights)


def graph_of(network: Network, weights: tuple[int, ...]) -> nx.Graph:
    graph = nx.Graph()
    graph.add_nodes_from(range(network.n_modules))
    graph.add_weighted_edges_from(
        (a, b, weight) for (a, b), weight in zip(network.links, weights, strict=True)
    )
    return graph


def weight_of_tree(router: Router, mask: int, root: int) -> int:
    """Check that a tree joins a set by links of the network; return its weight."""
    parents = router.tree(mask, root)
    graph = nx.Graph(list(parents.items()))
    graph.add_node(root)
    assert nx.is_tree(graph)
    assert all(m in graph for m in range(router.network.n_modules) if mask >> m & 1)
    assert len(parents) == router.links(mask)
    weights = [int(router.link_weights[link]) for link in parents.items()]
    assert min(weights, default=1) > 0
    return sum(weights)


@settings(max_examples=60)
@given(weighted_networks())
def test_weights_and_trees_are_the_lightest_of_all_sets_of_links(problem: Weighted) -> None:
    network, weights = problem
    router = Router(network, weights)
    best = steiner_weights(network, weights)
    assert router.table is not None
    assert router.table.tolist() == best
    for mask in range(1, len(best)):
        assert router.weight(mask) == best[mask]
        assert weight_of_tree(router, mask, mask.bit_length() - 1) == best[mask]


@settings(max_examples=40)
@given(weighted_networks(most=9))
def test_distances_and_paths_are_those_of_dijkstra(problem: Weighted) -> None:
    network, weights = problem
    router = Router(network, weights)
    far = dict(nx.all_pairs_dijkstra_path_length(graph_of(network, weights)))
    for a in range(network.n_modules):
        for b in range(network.n_modules):
            assert router.distances[a, b] == far[a][b]
            route = router.path(a, b)
            steps = pairwise(route)
            assert sum(int(router.link_weights[step]) for step in steps) == far[a][b]


@settings(max_examples=40)
@given(weighted_networks(most=9), st.data())
def test_trees_weigh_no_more_than_those_of_networkx(problem: Weighted, data: st.DataObject) -> None:
    network, weights = problem
    members = data.draw(st.sets(st.integers(0, network.n_modules - 1), min_size=2))
    theirs = nx.algorithms.approximation.steiner_tree(graph_of(network, weights), members)
    ours = Router(network, weights).weight(mask_of(members))
    assert ours <= theirs.size(weight="weight") <= 2 * ours


@settings(max_examples=20)
@given(weighted_networks())
def test_beyond_the_table_trees_weigh_at_most_twice_the_best(problem: Weighted) -> None:
    network, weights = problem
    best = steiner_weights(network, weights)
    size = EXACT_MODULES + 1
    tail = {(m - 1, m) for m in range(network.n_modules, size)}
    of_link = dict(zip(network.links, weights, strict=True)) | dict.fromkeys(tail, 5)
    router = Router(custom(size, set(of_link)), tuple(of_link[link] for link in sorted(of_link)))
    assert router.table is None
    for mask in range(1, len(best)):
        found = router.weight(mask)
        assert best[mask] <= found <= 2 * best[mask]
        assert weight_of_tree(router, mask, mask.bit_length() - 1) == found


@pytest.mark.parametrize("kind", ["complete", "ring", "grid"])
def test_links_that_all_weigh_alike_give_the_trees_of_no_weights(kind: str) -> None:
    network = ideal_network(kind, 6, 1)
    plain, heavy = Router(network), Router(network, (7,) * len(network.links))
    for mask in range(1, 64):
        assert heavy.weight(mask) == 7 * plain.weight(mask)
        assert heavy.links(mask) == plain.links(mask)
    assert np.array_equal(heavy.distances, 7 * plain.distances)
    assert np.array_equal(heavy.next_hop, plain.next_hop)


def test_a_complete_network_with_a_bad_link_is_walked_around_it() -> None:
    router = Router(ideal_network("complete", 3, 1), (10, 1, 2))  # links 01, 02, 12
    assert not router.complete
    assert router.weight(0b011) == 3
    assert router.tree(0b011, 0) == {2: 0, 1: 2}
    assert router.path(1, 0) == [1, 2, 0]
    assert (router.unit, router.lightest) == (2, 1)
