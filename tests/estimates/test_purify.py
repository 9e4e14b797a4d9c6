"""Products of correlators against the plain table of 4^n weights that they stand for."""

import numpy as np
import pytest
from numpy.typing import NDArray

from trapline.estimates.bell import PAULI_INDEX, X_PART, Z_PART, werner
from trapline.estimates.distillation import FIVE, PROTOCOLS, PUMP, distill, distill_weights
from trapline.estimates.purify import correlators, infidelity_of, noise_of, run_circuit, weights_of

Floats = NDArray[np.float64]
# A state that is no Werner state, so that X, Y and Z are told apart.
SKEWED = np.array([0.9, 0.05, 0.02, 0.03])


def cx_table(weights: Floats, n: int, control: int, target: int, p: float) -> Floats:
    """Apply CX at both ends to a table with one axis of length 4 a pair, then depolarize."""
    moved = np.moveaxis(weights, (control, target), (-2, -1))
    x1, z1, x2, z2 = X_PART[:, None], Z_PART[:, None], X_PART[None, :], Z_PART[None, :]
    zero = np.zeros((4, 4), dtype=int)
    first = PAULI_INDEX[x1 + zero, (z1 ^ z2) + zero]
    second = PAULI_INDEX[(x1 ^ x2) + zero, z2 + zero]
    moved = moved[..., first, second]
    keep = (1.0 - 16.0 * p / 15.0) ** 2
    moved = keep * moved + (1.0 - keep) * moved.mean(axis=(-2, -1), keepdims=True)
    assert moved.ndim == n
    return np.moveaxis(moved, (-2, -1), (control, target))


def measured(weights: Floats, pair: int, part: NDArray[np.int_], p: float) -> Floats:
    """Keep what two noisy measurements agree on; the axis of the pair goes."""
    flip = 2.0 * p * (1.0 - p)
    seen = np.where(part == 0, 1.0 - flip, flip)
    return np.tensordot(seen, weights, axes=(0, pair))


def detected(state: Floats, n: int, p: float) -> tuple[Floats, float]:
    """Run [[n, n-2, 2]] detection on the whole table; worst output and chance to keep it."""
    table = state
    for _ in range(n - 1):
        table = np.multiply.outer(table, state)
    x, z = n - 2, n - 1
    for control, target in [
        *((x, o) for o in range(n - 2)), (x, z), *((o, z) for o in range(n - 2))
    ]:  # fmt: skip
        table = cx_table(table, n, control, target, p)
    table = measured(measured(table, z, X_PART, p), x, Z_PART, p)
    accepted = float(table.sum())
    outputs = [table.sum(axis=tuple(a for a in range(n - 2) if a != o)) for o in range(n - 2)]
    return min(outputs, key=lambda w: float(w[0])) / accepted, accepted


@pytest.mark.parametrize(("name", "n"), [("422", 4), ("642", 6)])
@pytest.mark.parametrize("p", [0.0, 1e-3, 2e-2])
@pytest.mark.parametrize("state", [werner(0.93), SKEWED])
def test_detection_codes_are_what_the_whole_table_says(
    name: str, n: int, p: float, state: Floats
) -> None:
    weights, cost, success = distill_weights(state, PROTOCOLS[name], p_local=np.array(p), rounds=1)
    want, accepted = detected(state, n, p)
    assert weights == pytest.approx(want, abs=1e-12)
    assert float(success) == pytest.approx(accepted)
    assert float(cost) == pytest.approx(n / (n - 2) / accepted)


def test_6_the_outputs_of_a_block_fail_together() -> None:
    """[[6,4,2]] at F = 0.97: a block of four is wrong with 4.9e-3, less than its pairs one by one.

    So they are not independent: a report counts each pair, and a next round takes them into
    different blocks, of which it therefore needs as many as it has pairs.
    """
    table = werner(0.97)
    for _ in range(5):
        table = np.multiply.outer(table, werner(0.97))
    for control, target in [*((4, o) for o in range(4)), (4, 5), *((o, 5) for o in range(4))]:
        table = cx_table(table, 6, control, target, 0.0)
    table = measured(measured(table, 5, X_PART, 0.0), 4, Z_PART, 0.0)
    together = 1 - table[0, 0, 0, 0] / table.sum()
    alone = 1 - distill(0.97, "642")[0]
    assert together == pytest.approx(4.9e-3, rel=0.02)
    assert together < 4 * alone * 0.5
    assert PROTOCOLS["642"].block(2) == 36


def test_642_and_513_have_the_published_ideal_numbers() -> None:
    """At F = 0.97: accept 0.837 and 1.79 raw pairs; 3.3e-5 and 5.8 raw pairs."""
    _, raw, accepted = distill(0.97, "642")
    assert accepted == pytest.approx(0.837, abs=1e-3)
    assert raw == pytest.approx(1.79, abs=0.01)
    fidelity, raw, _ = distill(0.97, "513")
    assert 1 - fidelity == pytest.approx(3.3e-5, rel=0.01)
    assert raw == pytest.approx(5.8, abs=0.05)


def test_the_five_qubit_code_detects_every_error_on_two_pairs() -> None:
    """Distance 3: what goes unseen has weight 3, so the infidelity falls with the cube."""
    for fidelity in (0.99, 0.999):
        small, smaller = (1 - distill(f, "513")[0] for f in (fidelity, 1 - (1 - fidelity) / 2))
        assert small / smaller == pytest.approx(8.0, rel=0.1)
    assert FIVE.n_two_qubit_gates == 7


def test_nested_pumping_passes_the_fixed_point_of_pumping() -> None:
    plain = distill(0.94, "pumping", rounds=60)[0]
    levels = [distill(0.94, "nested", rounds=r)[0] for r in (1, 2, 3, 4)]
    assert levels[0] == pytest.approx(distill(0.94, "pumping", rounds=2)[0])
    assert levels == sorted(levels)
    assert levels[2] > plain
    assert 1 - levels[3] < 1e-3


def test_pumping_uses_raw_pairs_and_not_itself() -> None:
    good, raw = correlators(werner(0.99)), correlators(werner(0.9))
    both, noiseless = np.stack([good, raw]), noise_of(PUMP, np.array(0.0))
    mixed, _ = run_circuit(PUMP, both, noiseless)
    alike, _ = run_circuit(PUMP, np.stack([good, good]), noiseless)
    assert infidelity_of(mixed) > infidelity_of(alike)


@pytest.mark.parametrize("state", [werner(0.93), SKEWED])
def test_correlators_and_weights_are_the_same_state(state: Floats) -> None:
    assert weights_of(correlators(state)) == pytest.approx(state)
    assert infidelity_of(correlators(state)) == pytest.approx(1 - state[0])


def test_many_pairs_at_once_give_what_single_pairs_give() -> None:
    fidelities, p = np.linspace(0.8, 0.99, 7), np.linspace(0, 5e-3, 7)
    for name in PROTOCOLS:
        many = distill(fidelities, name, p_local=p, rounds=2)
        for i, (f, q) in enumerate(zip(fidelities, p, strict=True)):
            one = distill(float(f), name, p_local=float(q), rounds=2)
            assert [column[i] for column in many] == pytest.approx(list(one))
