"""Sampling: reproducible, with honest intervals, and in agreement with Stim's own circuits."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pymatching
import pytest
import stim

from trapline.errors import InputError, MissingExtraError
from trapline.estimates.seam_points import Point, planned_points
from trapline.estimates.seam_sampling import per_period, sample, wilson

# A normal variable is further out once in 10^10.
SIGMA = 6.5
POINT = Point(
    kind="along",
    distance=3,
    rounds=3,
    n_seams=1,
    tile=0,
    protocol="teleported",
    p=2e-3,
    bell_infidelity=0.05,
)


def apart(one: tuple[int, int], two: tuple[int, int]) -> float:
    """Standard deviations between two counts, each failures of shots."""
    pooled = (one[0] + two[0]) / (one[1] + two[1])
    variance = pooled * (1 - pooled) * (1 / one[1] + 1 / two[1])
    return float(abs(one[0] / one[1] - two[0] / two[1]) / np.sqrt(variance))


def count(point: Point, shots: int, seed: int = 0) -> tuple[int, int]:
    got = sample(point, seed=seed, max_shots=shots, max_failures=shots)
    return got.failures, got.shots


def stims_own(point: Point, kind: str, shots: int) -> tuple[int, int]:
    """Failures of the memory circuit that Stim generates, its idle errors left out."""
    circuit = stim.Circuit.generated(
        f"surface_code:rotated_memory_{kind}",
        distance=point.distance,
        rounds=point.rounds,
        after_clifford_depolarization=point.p,
        before_measure_flip_probability=point.p,
        after_reset_flip_probability=point.p,
        before_round_data_depolarization=point.p if point.protocol == "idling" else 0.0,
    )
    model = circuit.detector_error_model(decompose_errors=True)
    matching = pymatching.Matching.from_detector_error_model(model)
    events, flips = circuit.compile_detector_sampler(seed=1).sample(
        shots, separate_observables=True
    )
    return int(np.count_nonzero(matching.decode_batch(events) != flips)), shots


@pytest.mark.parametrize("protocol", ["teleported", "idling"])
@pytest.mark.parametrize(("d", "p"), [(3, 5e-3), (5, 8e-3)])
def test_a_patch_without_seams_fails_as_often_as_stims_own(d: int, p: float, protocol: str) -> None:
    """Stim's has H around its X checks, which the Z checks of a `memory_z` do not see."""
    point = replace(POINT, distance=d, rounds=d, n_seams=0, p=p, protocol=protocol)
    assert apart(count(point, 40_000), stims_own(point, "z", 40_000)) < SIGMA


def test_a_cut_without_noise_changes_nothing() -> None:
    whole = count(replace(POINT, n_seams=0, bell_infidelity=0.0, p=8e-3), 40_000)
    cut = count(replace(POINT, bell_infidelity=0.0, p=8e-3), 40_000, seed=1)
    assert apart(whole, cut) < SIGMA


def test_the_same_seed_gives_the_same_count_and_another_seed_another() -> None:
    assert count(POINT, 3000) == count(POINT, 3000)
    assert count(POINT, 3000, seed=1) != count(POINT, 3000)


def test_every_point_of_a_run_has_its_own_seed() -> None:
    points = planned_points()
    assert len(set(points)) == len(points)
    assert len({point.seed(0) for point in points} | {POINT.seed(1)}) == len(points) + 1


def test_sampling_stops_at_the_failures_or_the_shots_asked() -> None:
    few = sample(POINT, seed=0, max_shots=10**6, max_failures=20)
    assert few.failures >= 20
    assert few.shots < 10**5
    assert sample(POINT, seed=0, max_shots=1500, max_failures=10**6).shots == 1500


def test_the_interval_is_wilsons() -> None:
    """Brown, Cai and DasGupta, Stat. Sci. 16, 101 (2001): never empty, also without failures."""
    assert wilson(10, 100) == pytest.approx((0.05523, 0.17437), abs=1e-4)
    low, high = wilson(0, 1000)
    assert low == 0
    assert 0.003 < high < 0.004


def test_errors_a_round_add_up_to_those_of_all_rounds() -> None:
    once = per_period(0.2, 9)
    total = 0.0
    for _ in range(9):
        total = total * (1 - once) + once * (1 - total)
    assert total == pytest.approx(0.2)
    assert per_period(0.7, 3) == 0.5


def test_the_error_lies_in_its_interval() -> None:
    got = sample(POINT, seed=0, max_shots=4000, max_failures=4000)
    low, high = got.interval
    assert low < got.error < high
    assert got.error == pytest.approx(per_period(got.failures / got.shots, 3))


def test_without_pymatching_the_install_line_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    modules: dict[str, Any] = {"pymatching": None}
    monkeypatch.setitem(sys.modules, "pymatching", modules["pymatching"])
    with pytest.raises(MissingExtraError, match=r"pip install 'trapline\[qec\]'"):
        sample(POINT, seed=0, max_shots=10, max_failures=10)


@pytest.mark.parametrize(
    ("field", "value"), [("kind", "up"), ("protocol", "magic"), ("distance", 4), ("rounds", 0)]
)
def test_a_point_that_is_none_is_refused(field: str, value: Any) -> None:
    with pytest.raises(InputError, match=field):
        replace(POINT, **{field: value})
