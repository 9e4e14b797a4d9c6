from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from trapline.compiler.pipeline import compile as compile_circuit
from trapline.errors import TargetError
from trapline.targets.load import catalogue, load_target, target_of
from trapline.targets.network import Network, ideal_network
from trapline.targets.to_network import links_between, module_instances, network_of


@pytest.mark.parametrize("name", catalogue())
def test_every_catalogue_machine_has_a_connected_network_of_its_sizes(name: str) -> None:
    target = load_target(name)
    network = network_of(target)
    assert network.is_connected
    assert network.n_modules == sum(module.count for module in target.modules)
    physical = sum(m.count * m.physical_qubits.value for m in target.modules)
    assert sum(network.data_qubits) + sum(c or 0 for c in network.comm_qubits) <= physical


def test_the_roadmap_of_2028_gives_two_numbered_chips_with_a_link() -> None:
    network = network_of(load_target("ionq-2028"))
    assert network.names == ("chip0", "chip1")
    assert network.links == ((0, 1),)
    assert network.data_qubits == (9000, 9000)
    assert network.comm_qubits == (1000, 1000)


def test_modules_of_different_kinds_keep_their_own_sizes() -> None:
    network = network_of(load_target("mixed-ion-atom"))
    assert network.names == ("ions", "atoms")
    assert network.data_qubits == (21, 444)


@pytest.mark.parametrize(
    ("kind", "links"),
    [
        ("complete", ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3))),
        ("line", ((0, 1), (1, 2), (2, 3))),
        ("ring", ((0, 1), (0, 3), (1, 2), (2, 3))),
        ("grid", ((0, 1), (0, 2), (1, 3), (2, 3))),
    ],
)
def test_the_kind_of_network_decides_the_links(
    machine_data: dict[str, Any], kind: str, links: object
) -> None:
    machine_data["network"] = kind
    machine_data["modules"][0]["count"] = 4
    network = network_of(target_of(machine_data))
    assert (network.kind, network.links) == (kind, links)


def test_a_custom_network_has_exactly_the_links_of_the_file(machine_data: dict[str, Any]) -> None:
    machine_data["network"] = "custom"
    machine_data["modules"][0]["count"] = 4
    (link,) = machine_data["links"]
    machine_data["links"] = [
        {**link, "name": "a", "ends": ["node0", "node3"]},
        {**link, "name": "b", "ends": ["node2", "node3"]},
    ]
    target = target_of(machine_data)
    assert network_of(target).links == ((0, 3), (2, 3))
    assert {pair: link.name for pair, link in links_between(target).items()} == {
        (0, 3): "a",
        (2, 3): "b",
    }


def test_a_star_end_matches_any_module_and_the_first_match_counts(
    machine_data: dict[str, Any],
) -> None:
    (module,), (link,) = machine_data["modules"], machine_data["links"]
    machine_data["modules"] = [module, {**module, "name": "hub", "count": 1}]
    machine_data["links"] = [
        {**link, "name": "near", "ends": ["hub", "node0"]},
        {**link, "name": "any", "ends": ["*", "*"]},
    ]
    found = {pair: link.name for pair, link in links_between(target_of(machine_data)).items()}
    assert found == {(0, 1): "any", (0, 2): "near", (1, 2): "any"}


def test_module_names_are_identifiers_and_differ(machine_data: dict[str, Any]) -> None:
    (module,) = machine_data["modules"]
    machine_data["modules"] = [
        {**module, "name": "Chip-A", "count": 2},
        {**module, "name": "chip_a0", "count": 1},
        {**module, "name": "chip_a", "count": 1},
    ]
    machine_data["links"][0]["ends"] = ["*", "*"]
    names = [name for name, _ in module_instances(target_of(machine_data))]
    assert names == ["chip_a0", "chip_a1", "chip_a0_", "chip_a"]
    assert all(name.isidentifier() for name in names)
    assert all(a != b for a, b in combinations(names, 2))


def test_more_modules_than_tables_can_hold_are_refused(machine_data: dict[str, Any]) -> None:
    (module,) = machine_data["modules"]
    machine_data["modules"] = [{**module, "count": 100_000}]
    with pytest.raises(TargetError, match="100000 modules, at most 2000"):
        network_of(target_of(machine_data))


@pytest.mark.parametrize(
    ("data_qubits", "comm_qubits", "links", "says"),
    [
        ((2, 2), (1, 1), ((0, 1), (0, 1)), "links repeat"),
        ((2, -1), (1, 1), ((0, 1),), "no fewer than 0 qubits"),
        ((2, 2), (None, -1), ((0, 1),), "no fewer than 0 qubits"),
        ((), (), (), "at least one module"),
    ],
)
def test_a_network_that_cannot_be_is_refused(
    data_qubits: tuple[int, ...],
    comm_qubits: tuple[int | None, ...],
    links: tuple[tuple[int, int], ...],
    says: str,
) -> None:
    with pytest.raises(ValueError, match=says):
        Network("custom", ("a", "b")[: len(data_qubits)], data_qubits, comm_qubits, links)


@pytest.mark.parametrize("size", [2**31, 2**40, 2**70])
def test_more_qubits_than_can_be_counted_are_refused_with_the_range(size: int) -> None:
    want = rf"got {size}, want 0 to {2**31 - 1}"
    with pytest.raises(TargetError, match=f"module m1: data_qubits: {want}"):
        ideal_network("line", 2, [2, size])
    with pytest.raises(TargetError, match=f"module m0: comm_qubits: {want}") as caught:
        ideal_network("line", 2, 2, size)
    assert "None" in caught.value.hint
    with pytest.raises(TargetError, match=f"modules: got {size}, want 1 to 2000"):
        ideal_network("line", size, 2)


def test_the_largest_modules_compile() -> None:
    gates = "cx q[0], q[1]; cx q[1], q[2]; cx q[2], q[3];"
    text = f'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[4];\n{gates}\n'
    most = 2**31 - 1
    for sizes, pairs in (([2, most], 0), ([1, 1, 2], 2)):
        network = ideal_network("line", len(sizes), sizes, most)
        assert compile_circuit(text, network, effort="fast").epr_pairs == pairs
