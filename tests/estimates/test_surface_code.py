"""Seam errors against the published fit, limits, and monotonicity in every argument."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trapline.errors import InputError
from trapline.estimates.surface_code import (
    is_extrapolated,
    merge_error,
    pairs_per_round,
    patch_qubits,
    seam_error,
)

DISTANCES = st.integers(1, 20).map(lambda n: 2 * n + 1)
ERRORS = st.floats(0.0, 6e-3)
INFIDELITIES = st.floats(0.0, 0.2)


def published(d: int, p: float, b: float, s: int) -> float:
    """Jacinto et al., arXiv:2504.08891: error a cycle of the operator along s seams, as printed."""
    k = (d + 1) / 2
    t = 0.298 / (1 + 0.21 / (1 - (p / 7.2e-3) ** 0.5)) ** 2
    mixed = sum((b / t) ** (i / 2) * (p / 7.2e-3) ** ((d + 1 - i) / 2) for i in range(1, d + 1))
    return 0.099 * s * (b / 0.298) ** k + 0.045 * (p / 7.2e-3) ** k + 0.053 * s * mixed


@pytest.mark.parametrize("d", [7, 11, 21, 35])
@pytest.mark.parametrize("b", [0.001, 0.01, 0.03])
@pytest.mark.parametrize("s", [1, 3])
def test_error_along_seams_is_the_published_fit(d: int, b: float, s: int) -> None:
    assert seam_error(d, 1e-3, b, n_seams=s) == pytest.approx(published(d, 1e-3, b, s), rel=1e-9)


@pytest.mark.parametrize("d", [3, 11, 25])
def test_without_seams_a_patch_is_the_monolith(d: int) -> None:
    """Jacinto et al.: 0.1 (p/7.43e-3)^k for both operators, so half of it each."""
    for direction in ("along", "across"):
        got = seam_error(d, 1e-3, 0.0, direction=direction, n_seams=0)
        assert 2 * got == pytest.approx(0.1 * (1e-3 / 7.43e-3) ** ((d + 1) / 2))
        assert seam_error(d, 1e-3, 0.1, direction=direction, n_seams=0) == got


def test_a_perfect_link_costs_next_to_nothing() -> None:
    for direction in ("along", "across"):
        inside = seam_error(11, 1e-3, 0.0, direction=direction, n_seams=0)
        assert seam_error(11, 1e-3, 0.0, direction=direction) == pytest.approx(inside, rel=0.15)


def test_a_seam_tolerates_ten_times_the_error_of_the_bulk() -> None:
    """Ramette et al. (2302.01296): at a seam 14 times as noisy the code still works well."""
    noisy_seam = seam_error([5, 9, 13, 17], 1e-3, 0.014)
    assert (np.diff(np.log(noisy_seam)) < -1.5).all()
    noisy_bulk = seam_error([5, 9, 13, 17], 8e-3, 0.0, n_seams=0)
    assert (np.diff(noisy_bulk) > 0).all()


def test_distance_counts_fully_along_a_seam() -> None:
    """Doubling k squares the pure seam term: the distance is not halved."""
    low, high = seam_error(np.array([11, 23]), 0.0, 0.03)
    assert high / 0.099 == pytest.approx((low / 0.099) ** 2)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(DISTANCES, ERRORS, INFIDELITIES, st.integers(0, 5), st.sampled_from(["along", "across"]))
def test_seam_error_never_falls_when_anything_gets_worse(
    d: int, p: float, eps: float, seams: int, direction: str
) -> None:
    def error(p: float, eps: float, seams: int) -> float:
        return float(seam_error(d, p, eps, direction=direction, n_seams=seams))

    here = error(p, eps, seams)
    slack = 1 + 1e-9
    assert error(p * 1.1 + 1e-6, eps, seams) * slack >= here
    assert error(p, eps * 1.1 + 1e-5, seams) * slack >= here
    assert error(p, eps, seams + 1) * slack >= here
    assert 0 <= here <= 0.5


@settings(derandomize=True, max_examples=80, deadline=None)
@given(DISTANCES, ERRORS, INFIDELITIES)
def test_merge_error_never_falls_when_anything_gets_worse(d: int, p: float, eps: float) -> None:
    here = merge_error(d, p, eps)
    assert merge_error(d, p * 1.1 + 1e-6, eps) * (1 + 1e-9) >= here
    assert merge_error(d, p, eps * 1.1 + 1e-5) * (1 + 1e-9) >= here


def test_more_rounds_of_a_merge_make_its_outcome_surer() -> None:
    errors = [merge_error(9, 1e-3, 0.03, rounds=t) for t in (5, 9, 15, 25)]
    assert errors == sorted(errors, reverse=True)
    assert merge_error(9, 1e-3, 0.03) == errors[1]


def test_timelike_errors_of_a_merge_are_not_forgotten() -> None:
    assert merge_error(11, 1e-3, 0.03) > seam_error(11, 1e-3, 0.03)


def test_arrays_broadcast_and_numbers_stay_numbers() -> None:
    got = seam_error(np.array([3, 5])[:, None], np.array([1e-4, 1e-3, 2e-3]), 0.02)
    assert got.shape == (2, 3)
    assert got[1, 2] == pytest.approx(seam_error(5, 2e-3, 0.02))
    assert isinstance(seam_error(5, 2e-3, 0.02), float)


def test_a_million_points_are_one_call() -> None:
    rng = np.random.default_rng(1)
    got = seam_error(11, rng.uniform(0, 2e-3, 100_000), rng.uniform(0, 0.05, 100_000), n_seams=2)
    assert np.isfinite(got).all()


def test_the_closed_sum_survives_equal_terms() -> None:
    p = 1e-3
    t = 0.298 / (1 + 0.21 / (1 - (p / 7.2e-3) ** 0.5)) ** 2
    eps = p / 7.2e-3 * t
    assert seam_error(9, p, eps) == pytest.approx(published(9, p, eps, 1), rel=1e-6)


def test_inputs_outside_the_simulated_range_are_flagged() -> None:
    flags = is_extrapolated([5, 13, 5, 5], [1e-3, 1e-3, 3e-3, 1e-3], [0.03, 0.03, 0.03, 0.1])
    assert flags.tolist() == [False, True, True, True]


def test_a_patch_and_a_seam_have_the_known_sizes() -> None:
    assert patch_qubits(25) == 1249
    assert pairs_per_round(17) == 33


def test_a_wrong_direction_or_a_negative_error_is_refused() -> None:
    with pytest.raises(InputError, match="along"):
        seam_error(5, 1e-3, 0.01, direction="up")
    with pytest.raises(InputError, match="bell_infidelity"):
        seam_error(5, 1e-3, -0.01)
