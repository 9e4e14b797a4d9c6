"""Distillation against published tables, closed forms, and a direct simulation by sampling."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trapline.errors import InputError
from trapline.estimates import bell
from trapline.estimates.distillation import PROTOCOLS, distill, distill_columns
from trapline.estimates.plans import DISTILLATIONS
from trapline.estimates.purify import infidelity_of, werner_correlators

# (fidelity, local error): [(infidelity, raw pairs per pair) of rounds 1, 2, 3], by Stim shots.
DEJMPS = {
    (0.90, 1e-3): [(7.5e-2, 2.29), (1.3e-2, 5.30), (2.9e-3, 10.9)],
    (0.94, 1e-3): [(4.3e-2, 2.17), (5.5e-3, 4.74), (1.8e-3, 9.6)],
    (0.97, 1e-3): [(2.2e-2, 2.09), (2.4e-3, 4.37), (1.5e-3, 8.8)],
    (0.98, 1e-3): [(1.5e-2, 2.06), (1.9e-3, 4.25)],
    (0.97, 1e-4): [(2.1e-2, 2.08), (1.0e-3, 4.34), (1.7e-4, 8.7)],
    (0.99, 1e-4): [(6.8e-3, 2.03), (2.3e-4, 4.11), (1.4e-4, 8.2)],
}
# fidelity: infidelity at local error 0, 1e-4, 1e-3, then the range of raw pairs per pair.
CODE_422 = {
    0.90: (2.0e-2, 2.0e-2, 2.3e-2, 2.97, 3.00),
    0.94: (6.4e-3, 6.7e-3, 9.4e-3, 2.54, 2.57),
    0.97: (1.5e-3, 1.7e-3, 4.1e-3, 2.26, 2.28),
    0.98: (6.6e-4, 9.1e-4, 3.1e-3, 2.17, 2.19),
    0.99: (1.5e-4, 3.9e-4, 2.6e-3, 2.08, 2.10),
}


@pytest.mark.parametrize(("fidelity", "p"), DEJMPS)
def test_dejmps_matches_the_simulated_table(fidelity: float, p: float) -> None:
    for rounds, (eps, raw) in enumerate(DEJMPS[fidelity, p], start=1):
        got, cost, success = distill(fidelity, "dejmps", p_local=p, rounds=rounds)
        assert 1 - got == pytest.approx(eps, rel=0.04)
        assert cost == pytest.approx(raw, rel=0.005)
        assert cost == pytest.approx(2**rounds / success)


@pytest.mark.parametrize("fidelity", CODE_422)
def test_422_matches_the_simulated_table(fidelity: float) -> None:
    *infidelities, low, high = CODE_422[fidelity]
    for p, eps in zip((0.0, 1e-4, 1e-3), infidelities, strict=True):
        got, cost, success = distill(fidelity, "422", p_local=p)
        assert 1 - got == pytest.approx(eps, rel=0.04, abs=1.1e-5)
        assert low - 0.006 <= cost <= high + 0.006
        assert cost == pytest.approx(2 / success)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.floats(0.5, 1.0))
def test_bbpssw_without_local_noise_is_the_closed_form(fidelity: float) -> None:
    third = (1 - fidelity) / 3
    accept = fidelity**2 + 2 * fidelity * third + 5 * third**2
    got, cost, success = distill(fidelity, "bbpssw")
    assert got == pytest.approx((fidelity**2 + third**2) / accept)
    assert success == pytest.approx(accept)
    assert cost == pytest.approx(2 / accept)


def test_first_dejmps_round_on_a_werner_pair_removes_only_a_third() -> None:
    got, _, _ = distill(0.999, "dejmps")
    assert (1 - got) / 1e-3 == pytest.approx(2 / 3, rel=0.01)


@pytest.mark.parametrize(("fidelity", "fixed"), [(0.97, 0.988), (0.94, 0.976), (0.90, 0.958)])
def test_pumping_saturates_at_a_fixed_point(fidelity: float, fixed: float) -> None:
    late, late_cost, _ = distill(fidelity, "pumping", p_local=1e-3, rounds=60)
    later, later_cost, _ = distill(fidelity, "pumping", p_local=1e-3, rounds=61)
    assert late == pytest.approx(fixed, abs=1e-3)
    assert later == pytest.approx(late, abs=1e-9)
    assert later_cost > late_cost
    assert distill(fidelity, "dejmps", p_local=1e-3, rounds=3)[0] > late


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_local_noise_leaves_a_floor_that_more_rounds_do_not_pass(protocol: str) -> None:
    best = max(distill(0.97, protocol, p_local=1e-2, rounds=r)[0] for r in range(1, 8))
    assert 1 - best > 5e-3


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_arrays_give_the_same_as_single_numbers(protocol: str) -> None:
    fidelity, p = np.array([0.8, 0.9, 0.99])[:, None], np.array([0.0, 1e-3])
    many = distill(fidelity, protocol, p_local=p, rounds=2)
    for row in range(3):
        for column in range(2):
            one = distill(fidelity[row, 0], protocol, p_local=p[column], rounds=2)
            assert [part[row, column] for part in many] == pytest.approx(one)
            assert all(isinstance(part, float) for part in one)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@settings(derandomize=True, max_examples=25, deadline=None)
@given(st.floats(0.75, 0.999), st.floats(0.0, 0.02))
def test_a_better_raw_pair_or_a_better_gate_never_hurts(
    protocol: str, fidelity: float, p: float
) -> None:
    here = distill(fidelity, protocol, p_local=p)
    better_pair = distill(fidelity + 1e-3, protocol, p_local=p)
    better_gate = distill(fidelity, protocol, p_local=0.9 * p)
    assert better_pair[0] >= here[0]
    assert better_pair[1] <= here[1]
    assert better_gate[0] >= here[0] - 1e-15


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_perfect_pairs_and_gates_stay_perfect(protocol: str) -> None:
    fidelity, _, success = distill(1.0, protocol, rounds=2)
    assert fidelity == pytest.approx(1.0)
    assert success == pytest.approx(1.0)


def test_no_rounds_return_the_raw_pair() -> None:
    assert distill(0.9, "422", rounds=0) == (0.9, 1.0, 1.0)


def test_422_agrees_with_sampling_of_its_circuit() -> None:
    """Independent route: sample Pauli frames through the circuit, gate by gate."""
    eps, p, shots = 0.1, 0.02, 400_000
    rng = np.random.default_rng(5)
    letters = rng.choice(4, size=(4, shots), p=bell.werner(1 - eps))
    x = np.isin(letters, (1, 2))
    z = np.isin(letters, (2, 3))
    for control, target in ((2, 0), (2, 1), (2, 3), (0, 3), (1, 3)):
        x[target] ^= x[control]
        z[control] ^= z[target]
        for _side in range(2):
            hit = rng.random(shots) < p
            kick = rng.integers(1, 16, shots) * hit
            x[control] ^= (kick & 1) > 0
            z[control] ^= (kick & 2) > 0
            x[target] ^= (kick & 4) > 0
            z[target] ^= (kick & 8) > 0
    flips = rng.random((4, shots)) < p
    keep = ~(x[3] ^ flips[0] ^ flips[1]) & ~(z[2] ^ flips[2] ^ flips[3])
    fidelity = [float((~(x[pair] | z[pair]))[keep].mean()) for pair in (0, 1)]
    got, _, success = distill(1 - eps, "422", p_local=p)
    bound = 6.2 * np.sqrt(0.25 / keep.sum())  # 1e-9 false alarm
    assert abs(got - min(fidelity)) < bound
    assert abs(success - keep.mean()) < 6.2 * np.sqrt(0.25 / shots)


def test_an_unknown_protocol_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match="did you mean 'dejmps'"):
        distill(0.9, "dejmp")


@pytest.mark.parametrize("rounds", [-1, 1.5, True])
def test_rounds_must_be_a_whole_number(rounds: int) -> None:
    with pytest.raises(InputError, match="rounds"):
        distill(0.9, "422", rounds=rounds)


def test_a_fidelity_in_percent_is_refused() -> None:
    with pytest.raises(InputError, match="not a percentage"):
        distill(97.0, "dejmps")


def test_columns_distilled_together_are_as_each_alone() -> None:
    """Chains of other lengths and kinds that share a circuit must not mix."""
    wanted = (*DISTILLATIONS, ("nested", 1), ("pumping", 5), ("dejmps", 1))
    raw = np.random.default_rng(3).uniform(0.7, 0.999, (6, len(wanted)))
    p_local = np.array([0.0, 1e-4, 1e-3, 1e-2, 0.05, 0.5])
    made, cost = distill_columns(werner_correlators(1.0 - raw), wanted, p_local[:, None])
    for column, (name, rounds) in enumerate(wanted):
        alone, pairs, _ = distill(raw[:, column], name, p_local=p_local, rounds=rounds)
        assert 1.0 - infidelity_of(made[:, column]) == pytest.approx(alone, rel=1e-12)
        assert cost[:, column] == pytest.approx(pairs, rel=1e-12)
