"""`trapline.transformer` keeps cirq's contract, and the circuits it returns do what theirs did."""

from __future__ import annotations

import inspect
import json
import math
from typing import TYPE_CHECKING, Any

import cirq
import numpy as np
import pytest

import trapline
from trapline.targets.network import ideal_network

if TYPE_CHECKING:
    from collections.abc import Callable

FALSE_ALARM = 1e-9
Q = cirq.LineQubit.range(4)
NETWORK = ideal_network("line", 2, 2, None)
WHOLE = cirq.Circuit(
    cirq.ry(0.4)(Q[0]), cirq.ry(1.3)(Q[2]), cirq.CNOT(Q[0], Q[2]), cirq.T(Q[2]),
    cirq.CZ(Q[1], Q[3]) ** 0.3, cirq.H(Q[1]), cirq.CNOT(Q[1], Q[2]), cirq.ISWAP(Q[3], Q[0]) ** 0.5,
    cirq.CCX(Q[0], Q[1], Q[3]), cirq.rx(0.7)(Q[1]), cirq.ZZ(Q[0], Q[2]) ** 0.2,
)  # fmt: skip


def distribute(**options: Any) -> Callable[..., cirq.Circuit]:
    return trapline.transformer(NETWORK, effort="fast", **options)


def notes(circuit: cirq.AbstractCircuit) -> dict[str, Any]:
    """The notes that the tags of a circuit hold."""
    tag = next(t for t in circuit.tags if isinstance(t, str) and t.startswith("trapline:notes "))
    found: dict[str, Any] = json.loads(tag.partition(" ")[2])
    return found


def overlap(original: cirq.AbstractCircuit, emitted: cirq.AbstractCircuit, seed: int) -> float:
    """Fidelity of the input's qubits, wherever they are, with the final state of the original."""
    wanted = cirq.Simulator(dtype=np.complex128).simulate(original)
    found = cirq.Simulator(dtype=np.complex128, seed=seed).simulate(emitted)
    places = {str(qubit): i for i, qubit in enumerate(found.qubit_map)}
    final = notes(emitted)["qubit_map"]["final"]
    front = [places[final[str(qubit)]] for qubit in wanted.qubit_map]
    vector = found.final_state_vector.reshape((2,) * len(places))
    amplitudes = np.moveaxis(vector, front, range(len(front))).reshape(2 ** len(front), -1)
    return float(np.linalg.norm(wanted.final_state_vector.conj() @ amplitudes) ** 2)


def outcomes(circuit: cirq.AbstractCircuit, keys: list[str], n: int, seed: int) -> dict[str, int]:
    """How often each string of outcomes of some keys was measured."""
    result = cirq.Simulator(dtype=np.complex128, seed=seed).run(circuit, repetitions=n)
    columns = np.hstack([result.measurements[key] for key in keys])
    counts: dict[str, int] = {}
    for row in columns:
        text = "".join(map(str, row))
        counts[text] = counts.get(text, 0) + 1
    return counts


def test_the_qubits_of_the_input_end_in_the_same_state_whatever_is_measured() -> None:
    emitted = distribute()(WHOLE)
    for seed in range(5):
        assert overlap(WHOLE, emitted, seed) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_random_circuits_act_on_random_states_as_before(seed: int) -> None:
    """A product of random states before the circuit shows all of its unitary."""
    generator = np.random.default_rng(seed)
    angles = generator.uniform(0, 2 * np.pi, size=(4, 2))
    start = [[cirq.ry(a)(q), cirq.rz(b)(q)] for (a, b), q in zip(angles, Q, strict=True)]
    body = cirq.testing.random_circuit(Q, n_moments=8, op_density=0.6, random_state=seed)
    circuit = cirq.Circuit(start, body)
    emitted = distribute()(circuit)
    assert overlap(circuit, emitted, seed) == pytest.approx(1, abs=1e-9)


def test_a_broken_circuit_is_noticed_by_the_comparison() -> None:
    emitted = distribute()(WHOLE)
    moment = next(
        i
        for i, m in enumerate(emitted)
        if any(cirq.control_keys(op) for op in m) and not cirq.is_measurement(m)
    )  # fmt: skip
    broken = cirq.Circuit(
        [m for i, m in enumerate(emitted) if i != moment], tags=emitted.tags
    )  # fmt: skip
    assert min(overlap(WHOLE, broken, seed) for seed in range(8)) < 0.999


def test_measured_outcomes_keep_their_keys_and_statistics() -> None:
    """Mid-circuit measurement and feed-forward; the bound is on the L1 distance of frequencies.

    A sample of n over K outcomes is further than e from its distribution with a chance of at most
    2^K exp(-n e^2 / 2) (Weissman et al., HPL-2003-97).
    """
    circuit = cirq.Circuit(
        cirq.ry(0.9)(Q[0]), cirq.CNOT(Q[0], Q[2]), cirq.measure(Q[2], key="early"),
        cirq.X(Q[1]).with_classical_controls("early"), cirq.ry(0.5)(Q[1]),
        cirq.CNOT(Q[1], Q[3]), cirq.H(Q[0]), cirq.CZ(Q[0], Q[3]), cirq.ry(0.8)(Q[0]),
        cirq.measure(Q[0], Q[3], key="both"),
    )  # fmt: skip
    emitted = distribute()(circuit)
    assert {"early", "both"} <= cirq.measurement_key_names(emitted)
    n = 400
    counts = outcomes(emitted, ["early", "both"], n, seed=3)
    exact = _distribution(0.9, 0.5, 0.8)
    assert sum(exact.values()) == pytest.approx(1)
    distance = sum(abs(counts.get(k, 0) / n - p) for k, p in exact.items())
    assert set(counts) <= set(exact)
    assert distance <= math.sqrt(2 / n * (len(exact) * math.log(2) - math.log(FALSE_ALARM)))


def _distribution(first: float, second: float, third: float) -> dict[str, float]:
    """Outcomes of the circuit above, worked out by its branches of the early measurement."""
    exact: dict[str, float] = {}
    for early in (0, 1):
        p_early = math.sin(first / 2) ** 2 if early else math.cos(first / 2) ** 2
        a, b = cirq.LineQubit.range(2)  # what is left: qubit 0, and qubits 1 and 3 as one
        branch = cirq.Circuit(
            cirq.X(a) ** early, cirq.X(b) ** early, cirq.ry(second)(b), cirq.H(a), cirq.CZ(a, b),
            cirq.ry(third)(a),
        )  # fmt: skip
        vector = branch.final_state_vector(qubit_order=[a, b])
        for index, amplitude in enumerate(vector):
            exact[f"{early}{index:02b}"] = p_early * abs(amplitude) ** 2
    return exact


def test_every_gate_on_two_qubits_is_inside_a_module_but_for_tagged_pairs() -> None:
    emitted = distribute()(WHOLE)
    pairs = 0
    for op in emitted.all_operations():
        modules = {str(qubit).partition("_")[0] for qubit in op.qubits}
        if any(str(tag).startswith("trapline:epr ") for tag in op.tags):
            assert modules == {"m0", "m1"}
            pairs += 1
        else:
            assert len(modules) == 1
    assert pairs == trapline.compile(WHOLE, NETWORK, effort="fast").epr_pairs > 0


def test_the_tags_of_the_circuit_say_where_each_qubit_is() -> None:
    emitted = distribute()(WHOLE)
    places = notes(emitted)["qubit_map"]
    present = {str(qubit) for qubit in emitted.all_qubits()}
    for side in ("initial", "final"):
        assert set(places[side]) == {str(qubit) for qubit in Q}
        assert len(set(places[side].values())) == 4
        assert set(places[side].values()) <= present


def test_the_input_is_not_changed() -> None:
    circuit = WHOLE.copy()
    distribute()(circuit, context=cirq.TransformerContext(deep=True))
    assert circuit == WHOLE


def test_a_frozen_circuit_will_do() -> None:
    assert distribute()(WHOLE.freeze()) == distribute()(WHOLE)


def test_the_context_is_keyword_only_and_may_be_none() -> None:
    transformer = distribute()
    context = inspect.signature(transformer).parameters["context"]
    assert context.kind is inspect.Parameter.KEYWORD_ONLY
    assert transformer(WHOLE) == transformer(WHOLE, context=None)
    assert transformer(WHOLE) == transformer(WHOLE, context=cirq.TransformerContext())
    with pytest.raises(TypeError):
        transformer(WHOLE, cirq.TransformerContext())
    with pytest.raises(TypeError):
        transformer(WHOLE, contxt=None)


def test_the_logger_is_told_modules_and_pairs(capsys: pytest.CaptureFixture[str]) -> None:
    logger = cirq.TransformerLogger()
    distribute()(WHOLE, context=cirq.TransformerContext(logger=logger))
    logger.show()
    shown = capsys.readouterr().out
    pairs = trapline.compile(WHOLE, NETWORK, effort="fast").epr_pairs
    assert "distribute" in shown
    assert "distributed over 2 modules" in shown
    assert f"{pairs} EPR pairs" in shown


def nested(*operations: cirq.OP_TREE) -> cirq.CircuitOperation:
    return cirq.CircuitOperation(cirq.FrozenCircuit(*operations))


@pytest.mark.parametrize("deep", [False, True])
def test_nested_circuits_are_unrolled(deep: bool) -> None:
    inner = nested(cirq.CNOT(Q[0], Q[2]), cirq.rz(0.3)(Q[2]), cirq.CNOT(Q[1], Q[2]))
    circuit = cirq.Circuit(cirq.ry(0.4).on_each(*Q), nested(inner.repeat(2), cirq.CZ(Q[0], Q[3])))
    emitted = distribute()(circuit, context=cirq.TransformerContext(deep=deep))
    assert not any(
        isinstance(op.untagged, cirq.CircuitOperation) for op in emitted.all_operations()
    )
    assert overlap(circuit, emitted, 0) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize(
    "circuit",
    [
        cirq.Circuit(cirq.H(Q[0]), cirq.CZ(Q[0], Q[2]).with_tags("keep")),
        cirq.Circuit(cirq.H(Q[0]), nested(cirq.CZ(Q[0], Q[2])).with_tags("keep")),
        cirq.Circuit(cirq.H(Q[0]), nested(nested(cirq.CZ(Q[0], Q[2]).with_tags("keep")))),
        cirq.Circuit(
            cirq.measure(Q[0], key="k"), cirq.X(Q[1]).with_classical_controls("k").with_tags("keep")
        ),
        cirq.Circuit(
            cirq.measure(Q[0], key="k"),
            nested(cirq.X(Q[1]).with_tags("keep")).with_classical_controls("k"),
        ),
        cirq.Circuit(
            cirq.measure(Q[0], key="k"),
            cirq.ClassicallyControlledOperation(cirq.X(Q[1]).with_tags("keep"), ["k"]),
        ),
    ],
)
@pytest.mark.parametrize("deep", [False, True])
def test_an_operation_to_be_ignored_is_refused_aloud(circuit: cirq.Circuit, deep: bool) -> None:
    context = cirq.TransformerContext(tags_to_ignore=("keep",), deep=deep)
    with pytest.raises(trapline.InputError, match=r"moment 1: .+ bears a tag to ignore") as caught:
        distribute()(circuit, context=context)
    assert caught.value.hint


def test_other_tags_are_no_obstacle() -> None:
    circuit = cirq.Circuit(cirq.H(Q[0]), cirq.CZ(Q[0], Q[2]).with_tags("mine"))
    context = cirq.TransformerContext(tags_to_ignore=("keep",))
    assert overlap(circuit, distribute()(circuit, context=context), 0) == pytest.approx(1)


def test_it_works_between_other_transformers() -> None:
    steps = [
        cirq.expand_composite,
        cirq.drop_negligible_operations,
        distribute(),
        cirq.drop_empty_moments,
        cirq.synchronize_terminal_measurements,
    ]
    context = cirq.TransformerContext(logger=cirq.TransformerLogger())
    circuit: cirq.AbstractCircuit = WHOLE
    tags: tuple[object, ...] = ()
    for step in steps:
        circuit = step(circuit, context=context)
        tags = tags or circuit.tags  # not every transformer of cirq passes them on
    assert overlap(WHOLE, circuit.with_tags(*tags), 0) == pytest.approx(1)


def test_it_can_be_bound_into_a_pipeline_with_arguments() -> None:
    bound = cirq.create_transformer_with_kwargs(cirq.drop_negligible_operations, atol=1e-6)
    assert overlap(WHOLE, distribute()(bound(WHOLE)), 1) == pytest.approx(1)


def test_the_seed_decides() -> None:
    assert distribute(seed=5)(WHOLE) == distribute(seed=5)(WHOLE)


def test_what_does_not_fit_raises_our_error() -> None:
    small = trapline.transformer(ideal_network("line", 2, 1, None))
    with pytest.raises(trapline.InfeasibleError) as caught:
        small(WHOLE)
    assert caught.value.constraint == "data_qubits"


def test_a_name_of_the_catalogue_will_do_as_target() -> None:
    circuit = cirq.Circuit(cirq.H(Q[0]), cirq.CNOT(Q[0], Q[1]))
    emitted = trapline.transformer("oxford-2025")(circuit)
    assert overlap(circuit, emitted, 0) == pytest.approx(1)
    assert {str(q) for q in emitted.all_qubits()} >= {"node0_d[0]", "node1_d[0]"}
