"""Seam errors: limits, literature, and monotonicity in every argument."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trapline.errors import InputError
from trapline.estimates.calibration_data import read_data
from trapline.estimates.calibration_fit import LAWS, Law, columns_of
from trapline.estimates.seam_laws import (
    CALIBRATED,
    RANGE_SEAMS,
    RANGE_SEAMS_DISTANCE,
    RANGE_SEAMS_INFIDELITY,
    RANGE_TILE_SEAMS,
)
from trapline.estimates.seam_points import Point
from trapline.estimates.surface_code import (
    bulk_error,
    is_extrapolated,
    merge_error,
    pairs_per_round,
    patch_qubits,
    seam_error,
)

DISTANCES = st.integers(1, 20).map(lambda n: 2 * n + 1) | st.floats(1.0, 4.0)
ERRORS = st.floats(0.0, 0.02) | st.floats(0.0, 0.9)
INFIDELITIES = st.floats(0.0, 0.2) | st.floats(0.0, 0.75)


@pytest.mark.parametrize("d", [3, 11, 25])
def test_without_seams_a_patch_is_the_monolith(d: int) -> None:
    inside = bulk_error(np.array(float(d)), np.array(1e-3))
    for direction in ("along", "across"):
        for eps in (0.0, 0.1):
            assert seam_error(d, 1e-3, eps, direction=direction, n_seams=0) == pytest.approx(inside)


@pytest.mark.parametrize("d", [3, 11, 25])
@pytest.mark.parametrize("n_seams", [1, 2, 4])
def test_a_perfect_link_is_no_link(d: int, n_seams: int) -> None:
    inside = seam_error(d, 1e-3, 0.0, n_seams=0)
    for direction in ("along", "across"):
        seams = seam_error(d, 1e-3, 0.0, direction=direction, n_seams=n_seams)
        assert seams == pytest.approx(inside, rel=1e-9)


def test_a_seam_tolerates_ten_times_the_error_of_the_bulk() -> None:
    """Ramette et al. (2302.01296): at a seam 14 times as noisy the code still works well."""
    noisy_seam = seam_error([5, 9, 13, 17], 1e-3, 0.014)
    assert (np.diff(np.log(noisy_seam)) < -1.5).all()
    noisy_bulk = seam_error([5, 9, 13, 17], 1.4e-2, 0.0, n_seams=0)
    assert (np.diff(noisy_bulk) > 0).all()


def test_distance_counts_fully_along_a_seam() -> None:
    """Doubling k squares the pure seam term: the distance is not halved."""
    distances = np.array([11, 23])
    low, high = distances * seam_error(distances, 0.0, 0.03) / CALIBRATED.seam_prefactor
    assert high == pytest.approx(low**2)


def test_the_seam_has_its_threshold_far_above_that_of_the_bulk() -> None:
    """Ramette et al. (2302.01296): about 10 % at the seam and 1 % in the bulk."""
    distances = np.array([5, 9, 13, 17])
    for eps in (0.05, 0.1, 0.15):
        assert (np.diff(seam_error(distances, 1e-3, eps)) < 0).all()
    assert 0.1 < CALIBRATED.seam_threshold < 0.25
    assert 10 * CALIBRATED.bulk_threshold < CALIBRATED.seam_threshold


@settings(derandomize=True, max_examples=400, deadline=None)
@given(DISTANCES, ERRORS, INFIDELITIES, st.integers(0, 5), st.sampled_from(["along", "across"]))
def test_seam_error_never_falls_when_anything_gets_worse(
    d: float, p: float, eps: float, seams: int, direction: str
) -> None:
    def error(p: float, eps: float, seams: int) -> float:
        return float(seam_error(d, p, eps, direction=direction, n_seams=seams))

    here = error(p, eps, seams)
    slack = 1 + 1e-9
    assert error(p * 1.1 + 1e-6, eps, seams) * slack >= here
    assert error(p, min(0.75, eps * 1.1 + 1e-5), seams) * slack >= here
    assert error(p, eps, seams + 1) * slack >= here
    assert 0 <= here <= 0.5


@settings(derandomize=True, max_examples=200, deadline=None)
@given(DISTANCES, ERRORS, INFIDELITIES)
def test_merge_error_never_falls_when_anything_gets_worse(d: float, p: float, eps: float) -> None:
    here = merge_error(d, p, eps)
    assert merge_error(d, p * 1.1 + 1e-6, eps) * (1 + 1e-9) >= here
    assert merge_error(d, p, min(0.75, eps * 1.1 + 1e-5)) * (1 + 1e-9) >= here


def test_a_noisy_bulk_never_makes_a_hopeless_seam_better() -> None:
    p = np.linspace(0.0, 0.02, 81)[:, None, None]
    for d in (1.0, 2.0, 3.0, 5.0, 7.0, 9.0, 13.0):
        error = seam_error(d, p, np.linspace(0.0, 0.75, 76)[:, None], n_seams=np.array([1, 2, 5]))
        assert (np.diff(error, axis=0) >= -1e-12 * error[1:]).all()


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


def test_inputs_outside_the_simulated_range_are_flagged() -> None:
    flags = is_extrapolated(
        [5, 15, 5, 5, 5], [1e-3, 1e-3, 4e-3, 1e-3, 1e-4], [0.03, 0.03, 0.03, 0.2, 0.03]
    )
    assert flags.tolist() == [False, True, True, True, True]
    strips = is_extrapolated(9, 1e-3, 0.03, n_seams=[0, 1, 2, 3])
    assert strips.tolist() == [False, False, False, True]
    two = is_extrapolated([5, 9, 9, 11], 1e-3, [0.05, 0.05, 0.06, 0.05], n_seams=2)
    assert two.tolist() == [True, False, True, True]
    assert is_extrapolated(13, 1e-3, 0.03, n_seams=3)


def test_the_limits_are_those_of_the_points_that_were_fitted() -> None:
    rows = read_data()
    strips = [
        columns_of(rows, partial(_has_several_seams, law)) for law in LAWS if law.name != "tiles"
    ]
    strips = [columns for columns in strips if len(columns.d)]
    assert {columns.d.max() for columns in strips} == {RANGE_SEAMS_DISTANCE}
    assert {columns.seams.max() for columns in strips} == {RANGE_SEAMS}
    tiles = columns_of(rows, LAWS[-1].about)
    assert tiles.cuts.max() == RANGE_TILE_SEAMS
    assert {columns.eps.max() for columns in (*strips, tiles)} == {RANGE_SEAMS_INFIDELITY}


def _has_several_seams(law: Law, point: Point) -> bool:
    return law.about(point) and point.n_seams > 1


def test_above_its_threshold_a_seam_is_useless() -> None:
    for d in (3, 25, 2001):
        assert seam_error(d, 1e-3, 0.5) == 0.5
        assert seam_error(d, 0.5, 0.0, n_seams=0) == 0.5
        assert merge_error(d, 1e-3, 0.75) > 0.4


def test_a_patch_and_a_seam_have_the_known_sizes() -> None:
    assert patch_qubits(25) == 1249
    assert pairs_per_round(17) == 33


def test_a_wrong_direction_or_a_negative_error_is_refused() -> None:
    with pytest.raises(InputError, match="along"):
        seam_error(5, 1e-3, 0.01, direction="up")
    with pytest.raises(InputError, match="bell_infidelity"):
        seam_error(5, 1e-3, -0.01)
