from __future__ import annotations

import subprocess
import sys
from itertools import combinations
from typing import Any

import cirq
import networkx as nx
import numpy as np
import pytest

import trapline.targets.device
import trapline.targets.load
from trapline.errors import TargetError
from trapline.targets.device import ModularDevice, device
from trapline.targets.load import catalogue, load_target, target_of

BELL = cirq.StatePreparationChannel(np.array([1, 0, 0, 1]) / np.sqrt(2), name="EPR")


def q(name: str) -> cirq.NamedQubit:
    return cirq.NamedQubit(name)


@pytest.fixture
def toy(machine_data: dict[str, Any]) -> ModularDevice:
    """Modules node0 and node1, each with two data and two communication qubits."""
    return device(target_of(machine_data))


def test_every_qubit_of_every_module_is_on_the_device(toy: ModularDevice) -> None:
    names = {f"node{m}_{role}[{i}]" for m in (0, 1) for role in "dc" for i in (0, 1)}
    assert toy.metadata.qubit_set == {q(name) for name in names}


def test_gates_inside_a_module_are_valid(toy: ModularDevice) -> None:
    a, b, c = q("node0_d[0]"), q("node0_d[1]"), q("node0_c[1]")
    circuit = cirq.Circuit(
        cirq.H(a),
        cirq.CX(a, b),
        cirq.CCX(a, b, c),
        cirq.MatrixGate(cirq.testing.random_unitary(4, random_state=0)).on(a, c),
        cirq.measure(a, b, key="m"),
        cirq.X(c).with_classical_controls("m"),
        cirq.reset(a),
        cirq.I(b),
    )
    toy.validate_circuit(circuit)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_an_operation_with_any_qubit_off_the_device_is_refused(
    toy: ModularDevice, count: int
) -> None:
    """A check for overlap only would accept a CX of which one qubit exists."""
    on = [q("node0_d[0]"), q("node0_d[1]"), q("node0_c[0]")]
    off = [q("node0_d[2]"), q("node2_d[0]"), cirq.LineQubit(0)]
    gate = {1: cirq.X, 2: cirq.CX, 3: cirq.CCX}[count]
    toy.validate_operation(gate(*on[:count]))
    for position in range(count):
        for stranger in off:
            qubits: list[cirq.Qid] = [*on[:count]]
            qubits[position] = stranger
            with pytest.raises(ValueError, match="not on the device toy"):
                toy.validate_operation(gate(*qubits))


def test_a_qubit_of_another_type_or_dimension_is_not_on_the_device(toy: ModularDevice) -> None:
    with pytest.raises(ValueError, match="not on the device"):
        toy.validate_operation(cirq.IdentityGate(1, (3,)).on(cirq.NamedQid("node0_d[0]", 3)))


@pytest.mark.parametrize("tags", [(), ("epr",), ("trapline:note",)])
def test_a_gate_across_modules_is_refused(toy: ModularDevice, tags: tuple[str, ...]) -> None:
    for gate in (cirq.CX, cirq.SWAP, BELL):
        with pytest.raises(ValueError, match="cannot act across modules"):
            toy.validate_operation(gate.on(q("node0_c[0]"), q("node1_c[0]")).with_tags(*tags))
    with pytest.raises(ValueError, match="cannot act across modules"):
        toy.validate_operation(
            cirq.CX(q("node0_d[0]"), q("node1_d[0]")).with_classical_controls("m")
        )


def test_a_tagged_epr_pair_crosses_a_link(toy: ModularDevice) -> None:
    pair = BELL.on(q("node0_c[0]"), q("node1_c[1]")).with_tags("trapline:epr node0-node1")
    toy.validate_operation(pair)
    controlled = pair.untagged.with_classical_controls("m").with_tags(*pair.tags)
    toy.validate_operation(controlled)


@pytest.mark.parametrize(
    ("gate", "ends", "words"),
    [
        (BELL, ("node0_d[0]", "node1_c[0]"), "two communication qubits"),
        (BELL, ("node0_c[0]", "node0_c[1]"), "no link between node0 and node0"),
        (cirq.CX, ("node0_c[0]", "node1_c[0]"), "does not prepare one"),
        (
            cirq.StatePreparationChannel(np.array([1, 0, 0, 0])),
            ("node0_c[0]", "node1_c[0]"),
            "does not prepare one",
        ),
    ],
)
def test_a_tag_does_not_make_an_epr_pair(
    toy: ModularDevice, gate: cirq.Gate, ends: tuple[str, str], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        toy.validate_operation(gate.on(q(ends[0]), q(ends[1])).with_tags("trapline:epr a-b"))


def test_an_epr_pair_needs_a_link_between_its_modules(machine_data: dict[str, Any]) -> None:
    machine_data["modules"][0]["count"] = 3
    machine_data["network"] = "line"
    line = device(target_of(machine_data))
    tag = "trapline:epr node0-node2"
    with pytest.raises(ValueError, match="no link between node0 and node2"):
        line.validate_operation(BELL.on(q("node0_c[0]"), q("node2_c[0]")).with_tags(tag))


def test_channels_and_gates_with_free_parameters_are_refused(toy: ModularDevice) -> None:
    import sympy

    for gate in (cirq.depolarize(0.1), cirq.rz(sympy.Symbol("t"))):
        with pytest.raises(ValueError, match="expected a gate with a unitary"):
            toy.validate_operation(gate.on(q("node0_d[0]")))


def test_subcircuits_are_looked_into(toy: ModularDevice) -> None:
    a, b, far = q("node0_d[0]"), q("node0_d[1]"), q("node1_d[0]")
    toy.validate_operation(cirq.CircuitOperation(cirq.FrozenCircuit(cirq.CX(a, b))))
    with pytest.raises(ValueError, match="cannot act across modules"):
        toy.validate_operation(cirq.CircuitOperation(cirq.FrozenCircuit(cirq.CX(a, far))))


def test_only_native_gates_pass_when_asked(machine_data: dict[str, Any]) -> None:
    native = device(target_of(machine_data), native_only=True)
    a, b = q("node0_d[0]"), q("node0_d[1]")
    for op in (cirq.rx(0.1)(a), cirq.Z(a) ** 0.3, cirq.XX(a, b) ** 0.2, cirq.measure(a)):
        native.validate_operation(op)
    for op in (cirq.CX(a, b), cirq.H(a), cirq.ZZ(a, b)):
        with pytest.raises(ValueError, match="expected a native gate: rx, ry, rz, rxx"):
            native.validate_operation(op)


def test_an_unknown_native_gate_is_a_target_error(machine_data: dict[str, Any]) -> None:
    machine_data["modules"][0]["native_gates"] = ["magic"]
    target = target_of(machine_data)
    device(target)
    with pytest.raises(TargetError, match="got magic, expected"):
        device(target, native_only=True)


@pytest.mark.parametrize("name", catalogue())
def test_native_gates_of_the_catalogue_are_known(name: str) -> None:
    device(name, native_only=True)


def test_the_graph_is_a_networkx_graph_with_all_pairs_of_each_module(toy: ModularDevice) -> None:
    graph = toy.metadata.nx_graph
    assert isinstance(graph, nx.Graph)
    expected = nx.Graph()
    for m in (0, 1):
        members = [q(f"node{m}_{role}[{i}]") for role in "dc" for i in (0, 1)]
        expected.add_edges_from(combinations(members, 2))
    assert set(graph.nodes) == set(expected.nodes)
    assert {frozenset(edge) for edge in graph.edges} == {frozenset(edge) for edge in expected.edges}
    assert graph.number_of_edges() == expected.number_of_edges() == 12
    assert nx.to_dict_of_dicts(nx.Graph(graph)) == nx.to_dict_of_dicts(expected)
    assert sorted(map(len, nx.connected_components(graph))) == [4, 4]
    with pytest.raises(nx.NetworkXError):
        graph.remove_node(q("node0_d[0]"))


def test_metadata_compares_hashes_and_goes_through_json(toy: ModularDevice) -> None:
    assert toy.metadata == device(toy.target).metadata
    assert cirq.read_json(json_text=cirq.to_json(toy.metadata)) == toy.metadata


def test_ten_thousand_ions_have_a_graph_that_fits_in_memory() -> None:
    graph = device("ionq-2028").metadata.nx_graph
    assert graph.number_of_nodes() == 20_000
    assert graph.number_of_edges() == 2 * 10_000 * 9_999 // 2
    assert graph.has_edge(q("chip0_d[0]"), q("chip0_c[999]"))
    assert not graph.has_edge(q("chip0_d[0]"), q("chip1_d[0]"))
    assert not graph.has_edge(q("chip0_d[0]"), q("chip0_d[0]"))
    assert nx.shortest_path_length(graph, q("chip1_d[0]"), q("chip1_d[8999]")) == 1


def test_the_graph_and_the_validation_agree_on_a_square_lattice() -> None:
    cepheus = device("rigetti-cepheus")
    graph = cepheus.metadata.nx_graph
    assert graph.number_of_edges() == 9 * 11 + 8 * 12
    assert max(degree for _, degree in graph.degree) == 4
    members = list(cepheus.places)[:30]
    for a, b in combinations(members, 2):
        if graph.has_edge(a, b):
            cepheus.validate_operation(cirq.CZ(a, b))
        else:
            with pytest.raises(ValueError, match="not neighbours in the grid"):
                cepheus.validate_operation(cirq.CZ(a, b))
    with pytest.raises(ValueError, match="not neighbours"):
        cepheus.validate_operation(cirq.CCZ(*members[:3]))


def test_a_heavy_hexagon_lattice_of_156_qubits_has_its_known_shape() -> None:
    graph = device("ibm-l-coupler").metadata.nx_graph
    half = graph.subgraph([qubit for qubit in graph if str(qubit).startswith("processor0")])
    degrees = [degree for _, degree in half.degree]
    assert half.number_of_nodes() == 156
    assert half.number_of_edges() == 8 * 15 + 7 * 4 * 2
    assert max(degrees) == 3
    assert nx.is_connected(half)
    assert nx.girth(half) == 12


def test_devices_are_equal_when_their_targets_are() -> None:
    changed = load_target("ionq-2028", ["link.bell_fidelity=0.98"])
    group = cirq.testing.EqualsTester()
    group.add_equality_group(device("ionq-2028"), device(load_target("ionq-2028")))
    group.add_equality_group(device("ionq-2028", native_only=True))
    group.add_equality_group(device(changed))
    group.add_equality_group(device("ionq-tempo"))
    group.add_equality_group("ionq-2028")


@pytest.mark.parametrize("native_only", [False, True])
def test_the_repr_evaluates_to_an_equal_device(native_only: bool) -> None:
    changed = load_target("oxford-2025", ["link.bell_fidelity=0.98"])
    for target in ("ionq-2028", changed):
        original = device(target, native_only=native_only)
        again = eval(repr(original), {"trapline": trapline})
        assert again == original
    assert repr(device("ionq-2028")) == "trapline.targets.device.device('ionq-2028')"
    assert str(device("ionq-2028")) == "ionq-2028"


def test_loading_a_target_does_not_import_cirq() -> None:
    code = (
        "import sys; from trapline.targets.load import load_target; load_target('ionq-2028');"
        "from trapline.targets.listing import catalogue_rows; catalogue_rows();"
        "from trapline.targets.schema import target_schema; target_schema();"
        "sys.exit('cirq' in sys.modules or 'networkx' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
