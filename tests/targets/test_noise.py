from __future__ import annotations

from math import exp
from typing import Any

import cirq
import numpy as np
import pytest

from trapline.errors import TargetError
from trapline.targets.load import target_of
from trapline.targets.noise import ModularNoise, noise_model

BELL = cirq.StatePreparationChannel(np.array([1, 0, 0, 1]) / np.sqrt(2), name="EPR")
PHI = np.array([1, 0, 0, 1]) / np.sqrt(2)
A, B, C = (cirq.NamedQubit(f"node0_{name}") for name in ("d[0]", "d[1]", "c[0]"))
FAR, FAR_C = cirq.NamedQubit("node1_d[0]"), cirq.NamedQubit("node1_c[0]")


@pytest.fixture
def toy(machine_data: dict[str, Any]) -> ModularNoise:
    return noise_model(target_of(machine_data))


def calm(data: dict[str, Any], **changes: float) -> ModularNoise:
    """The toy machine with no error but those given."""
    module, link = data["modules"][0], data["links"][0]
    for key in ("one_qubit_gate_error", "two_qubit_gate_error", "measurement_error"):
        module[key]["value"] = 0
    module["idle_coherence_time_s"]["value"] = 1e9
    link["bell_fidelity"]["value"] = 1
    for key, value in changes.items():
        table = link if key in link else module
        table[key] = {"value": value, "source": "s", "confidence": "assumed"}
    return noise_model(target_of(data))


def final_state(
    noise: ModularNoise, circuit: cirq.Circuit, qubits: list[cirq.NamedQubit]
) -> np.ndarray:
    noisy = circuit.with_noise(noise)
    result = cirq.DensityMatrixSimulator(seed=0, dtype=np.complex128).simulate(
        noisy, qubit_order=qubits
    )
    return np.asarray(result.final_density_matrix)


def process_fidelity(circuit: cirq.Circuit, gate: cirq.Gate, qubits: list[cirq.Qid]) -> float:
    """Overlap of the Choi states of a circuit and a gate."""
    n = len(qubits)
    partners = [cirq.NamedQubit(f"partner{i}") for i in range(n)]
    entangle = cirq.Circuit(
        [cirq.H(p), cirq.CX(p, q)] for p, q in zip(partners, qubits, strict=True)
    )
    order = [*partners, *qubits]
    simulator = cirq.DensityMatrixSimulator(dtype=np.complex128)
    rho = simulator.simulate(entangle + circuit, qubit_order=order).final_density_matrix
    ideal = (entangle + cirq.Circuit(gate.on(*qubits))).final_state_vector(qubit_order=order)
    return float(np.real(ideal.conj() @ rho @ ideal))


@pytest.mark.parametrize(
    ("gate", "infidelity"), [(cirq.H, 0.01), (cirq.CX, 0.02), (cirq.ISWAP, 0.02)]
)
def test_a_gate_has_the_average_fidelity_of_the_target(
    machine_data: dict[str, Any], gate: cirq.Gate, infidelity: float
) -> None:
    key = ("one_qubit_gate_error", "two_qubit_gate_error")[gate.num_qubits() - 1]
    noise = calm(machine_data, **{key: infidelity})
    qubits: list[cirq.Qid] = [A, B][: gate.num_qubits()]
    noisy = cirq.Circuit(gate.on(*qubits)).with_noise(noise)
    d = 2 ** len(qubits)
    average = (d * process_fidelity(noisy, gate, qubits) + 1) / (d + 1)
    assert average == pytest.approx(1 - infidelity, abs=1e-6)


def test_an_epr_pair_is_a_werner_state_of_the_fidelity_of_its_link(
    machine_data: dict[str, Any],
) -> None:
    noise = calm(machine_data, bell_fidelity=0.9)
    pair = BELL.on(C, FAR_C).with_tags("trapline:epr node0-node1")
    rho = final_state(noise, cirq.Circuit(pair), [C, FAR_C])
    werner = 0.9 * np.outer(PHI, PHI) + 0.1 / 3 * (np.eye(4) - np.outer(PHI, PHI))
    np.testing.assert_allclose(rho, werner, atol=1e-6)


@pytest.mark.parametrize("state", [0, 1])
def test_a_measurement_reads_the_wrong_bit_as_often_as_the_target_says(
    machine_data: dict[str, Any], state: int
) -> None:
    noise = calm(machine_data, measurement_error=0.1)
    circuit = cirq.Circuit(cirq.X(A) if state else cirq.I(A), cirq.measure(A, key="m"))
    shots = 20_000
    result = cirq.DensityMatrixSimulator(seed=1, noise=noise).run(circuit, repetitions=shots)
    wrong = np.mean(result.measurements["m"] != state)
    assert abs(wrong - 0.1) < 6.2 * np.sqrt(0.1 * 0.9 / shots)  # 1e-9 false alarms


def test_a_reset_fails_as_often_as_the_target_says(machine_data: dict[str, Any]) -> None:
    noise = calm(machine_data, reset_error=0.2)
    rho = final_state(noise, cirq.Circuit(cirq.X(A), cirq.reset(A)), [A])
    np.testing.assert_allclose(np.diag(rho).real, [0.8, 0.2], atol=1e-6)


def coherence(noise: ModularNoise, moment: cirq.Moment, waiting: cirq.NamedQubit) -> float:
    """What is left of |<0|rho|1>| x 2 of a qubit in |+> after a moment."""
    prepared = cirq.Circuit(cirq.H(waiting).with_tags(cirq.VirtualTag()))
    circuit = cirq.Circuit(*prepared.moments, moment)
    order = sorted(circuit.all_qubits())
    rho = final_state(noise, circuit, order)  # type: ignore[arg-type]
    reduced = cirq.partial_trace(rho.reshape((2,) * 2 * len(order)), [order.index(waiting)])
    return 2 * abs(complex(reduced[0, 1]))


@pytest.mark.parametrize(
    ("operation", "waiting", "microseconds"),
    [
        (cirq.X(A), B, 10),
        (cirq.CX(A, B), C, 100),
        (cirq.CX(A, B), FAR, 100),
        (cirq.measure(A, key="m"), FAR, 200),
        (cirq.reset(A), FAR_C, 200),
        (BELL.on(C, FAR_C).with_tags("trapline:epr node0-node1"), A, 1005),
        (BELL.on(C, FAR_C).with_tags("trapline:epr node0-node1"), FAR, 1005),
    ],
)
def test_every_qubit_that_waits_dephases_for_the_whole_moment(
    machine_data: dict[str, Any],
    operation: cirq.Operation,
    waiting: cirq.NamedQubit,
    microseconds: float,
) -> None:
    """Data qubits of both modules too, not only communication qubits."""
    noise = calm(machine_data, idle_coherence_time_s=0.01)
    left = coherence(noise, cirq.Moment(operation), waiting)
    assert left == pytest.approx(exp(-microseconds / 10_000), abs=1e-6)


def test_a_fast_gate_waits_for_the_slow_one_beside_it(machine_data: dict[str, Any]) -> None:
    noise = calm(machine_data, idle_coherence_time_s=0.01)
    left = coherence(noise, cirq.Moment(cirq.X(A), cirq.measure(FAR, key="m")), A)
    assert left == pytest.approx(exp(-190 / 10_000), abs=1e-6)


def test_gates_that_cannot_run_at_once_take_turns(machine_data: dict[str, Any]) -> None:
    noise = calm(machine_data, idle_coherence_time_s=0.01)
    d = cirq.NamedQubit("node0_c[1]")
    moment = cirq.Moment(cirq.CZ(A, B), cirq.CZ(C, d))
    assert coherence(noise, moment, FAR) == pytest.approx(exp(-200 / 10_000), abs=1e-6)
    machine_data["modules"][0]["parallel_two_qubit_gates"]["value"] = 2
    both = noise_model(target_of(machine_data))
    assert coherence(both, moment, FAR) == pytest.approx(exp(-100 / 10_000), abs=1e-6)


def test_transport_and_cooling_lengthen_a_layer_of_two_qubit_gates(
    machine_data: dict[str, Any],
) -> None:
    noise = calm(machine_data, idle_coherence_time_s=0.01, layer_overhead_us=1000)
    assert coherence(noise, cirq.Moment(cirq.CZ(A, B)), FAR) == pytest.approx(exp(-0.11), abs=1e-6)
    assert coherence(noise, cirq.Moment(cirq.X(A)), FAR) == pytest.approx(exp(-0.001), abs=1e-6)


def test_pairs_of_one_link_arrive_one_after_the_other(machine_data: dict[str, Any]) -> None:
    noise = calm(machine_data, idle_coherence_time_s=0.01)
    pairs = [
        BELL.on(cirq.NamedQubit(f"node0_c[{i}]"), cirq.NamedQubit(f"node1_c[{i}]")).with_tags(
            "trapline:epr node0-node1"
        )
        for i in (0, 1)
    ]
    assert coherence(noise, cirq.Moment(pairs), A) == pytest.approx(exp(-0.2005), abs=1e-6)


def test_modules_of_different_kinds_have_their_own_noise() -> None:
    noise = noise_model("mixed-ion-superconducting")
    ion, circuit = cirq.NamedQubit("ions_d[0]"), cirq.NamedQubit("circuit_d[0]")
    (_, behind, idle) = noise.noisy_moment(
        cirq.Moment(cirq.X(ion), cirq.X(circuit)), [ion, circuit]
    )
    p = {op.qubits[0]: op.gate.p for op in behind}  # type: ignore[union-attr]
    assert p == {ion: pytest.approx(7.5e-4), circuit: pytest.approx(1.5e-3)}
    assert [op.qubits for op in idle] == [(circuit,)]


def test_a_move_into_memory_has_its_own_error(machine_data: dict[str, Any]) -> None:
    noise = calm(machine_data, memory_swap_error=0.04)
    noisy = cirq.Circuit(cirq.SWAP(A, C)).with_noise(noise)
    fidelity = process_fidelity(noisy, cirq.SWAP, [A, C])
    assert fidelity == pytest.approx(1 - 5 / 4 * 0.04, abs=1e-6)
    inside = cirq.Circuit(cirq.SWAP(A, B)).with_noise(noise)
    assert process_fidelity(inside, cirq.SWAP, [A, B]) == pytest.approx(1, abs=1e-6)


def test_a_gate_on_three_qubits_costs_the_two_qubit_gates_it_is_made_of(
    machine_data: dict[str, Any],
) -> None:
    noise = calm(machine_data, two_qubit_gate_error=0.001)
    noisy = cirq.Circuit(cirq.CCX(A, B, C)).with_noise(noise)
    channels = [
        op for op in noisy.all_operations() if isinstance(op.gate, cirq.DepolarizingChannel)
    ]
    assert len(channels) >= 6
    assert all(len(op.qubits) == 2 for op in channels)
    fidelity = process_fidelity(noisy, cirq.CCX, [A, B, C])
    assert fidelity == pytest.approx((1 - 5 / 4 * 0.001) ** len(channels), abs=1e-4)


def test_a_correction_that_does_not_happen_has_no_noise(machine_data: dict[str, Any]) -> None:
    noise = calm(machine_data, one_qubit_gate_error=0.3)
    circuit = cirq.Circuit(cirq.measure(A, key="m"), cirq.X(B).with_classical_controls("m"))
    rho = final_state(noise, circuit, [A, B])
    assert rho[0, 0].real == pytest.approx(1, abs=1e-6)
    on = cirq.Circuit(cirq.X(A).with_tags(cirq.VirtualTag()), circuit)
    state = final_state(noise, on, [A, B])
    assert state[3, 3].real == pytest.approx(1 - 2 / 3 * 0.45, abs=1e-6)


def test_virtual_operations_have_no_noise(toy: ModularNoise) -> None:
    moment = cirq.Moment(cirq.X(A).with_tags(cirq.VirtualTag()))
    assert toy.noisy_moment(moment, [A, B]) == [moment]
    mixed = cirq.Moment(cirq.X(A).with_tags(cirq.VirtualTag()), cirq.X(B))
    touched = [op.qubits for m in toy.noisy_moment(mixed, [A, B])[1:2] for op in m]
    assert touched == [(B,)]


def test_noise_is_not_added_to_noise(toy: ModularNoise) -> None:
    once = cirq.Circuit(cirq.CX(A, B), cirq.measure(A, key="m")).with_noise(toy)
    added = [op for op in once.all_operations() if cirq.VirtualTag() in op.tags]
    assert added
    assert all(not cirq.has_unitary(op) for op in added)
    assert toy.noisy_moment(cirq.Moment(added[0]), [A, B]) == [cirq.Moment(added[0])]


def test_an_empty_moment_and_a_perfect_machine_add_nothing(machine_data: dict[str, Any]) -> None:
    noise = calm(machine_data)
    assert noise.noisy_moment(cirq.Moment(), [A]) == [cirq.Moment()]


def test_a_foreign_qubit_is_a_target_error(toy: ModularNoise) -> None:
    with pytest.raises(TargetError, match=r"has no qubits q\(0\)"):
        cirq.Circuit(cirq.X(cirq.LineQubit(0))).with_noise(toy)


def test_models_of_equal_targets_are_equal() -> None:
    group = cirq.testing.EqualsTester()
    group.add_equality_group(noise_model("ionq-2028"), noise_model("ionq-2028"))
    group.add_equality_group(noise_model("ionq-tempo"))
