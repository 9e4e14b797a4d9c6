"""The data of the calibration, the fit that the estimator uses, and what the literature says."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from trapline.errors import InputError
from trapline.estimates import estimate, merge_error, seam_error
from trapline.estimates.calibration_data import COLUMNS, DATA, extend_data, lacking, read_data
from trapline.estimates.calibration_fit import (
    LAWS,
    Law,
    columns_of,
    fit_all,
    held_out,
    quality,
)
from trapline.estimates.calibration_report import furthest
from trapline.estimates.seam_laws import CALIBRATED
from trapline.estimates.seam_points import Point, planned_points
from trapline.estimates.seam_sampling import Sampled, sample

if TYPE_CHECKING:
    from pathlib import Path

ROWS = read_data()
HELD_OUT = held_out(ROWS)
CHEAP = 20_000
"""Shots of a point that a test can afford to run again."""
# A normal variable is further out once in 10^10.
SIGMA = 6.5


def errors(**wanted: object) -> dict[tuple[int, float, float], float]:
    """Errors by distance, p and infidelity of the rows whose points have these fields."""
    wanted = {"protocol": "teleported", "tile": 0} | wanted
    rows = [row for row in ROWS if row.failures >= 30]
    return {
        (row.point.distance, row.point.p, row.point.bell_infidelity): row.error
        for row in rows
        if all(getattr(row.point, name) == value for name, value in wanted.items())
    }


def published(d: int, p: float, b: float, s: int) -> float:
    """Jacinto et al., arXiv:2504.08891: error a cycle of the operator along s seams, as printed."""
    k = (d + 1) / 2
    t = 0.298 / (1 + 0.21 / (1 - (p / 7.2e-3) ** 0.5)) ** 2
    mixed = sum((b / t) ** (i / 2) * (p / 7.2e-3) ** ((d + 1 - i) / 2) for i in range(1, d + 1))
    return 0.099 * s * (b / 0.298) ** k + 0.045 * (p / 7.2e-3) ** k + 0.053 * s * mixed


# The fit


def test_the_estimator_uses_the_fit_to_the_data_of_the_repository() -> None:
    found, used = (asdict(each) for each in (fit_all(ROWS)[0], CALIBRATED))
    assert found == pytest.approx(used, rel=2e-3)


@pytest.mark.parametrize(
    ("law", "share"),
    [("inside", 0.95), ("along", 0.95), ("across", 0.9), ("outcome", 0.95), ("tiles", 0.9)],
)
def test_the_laws_are_within_a_quarter_of_the_data(law: str, share: float) -> None:
    (fit,) = (quality(each, ROWS) for each in LAWS if each.name == law)
    assert fit.n_points >= 15
    assert fit.near is not None
    assert fit.lowest is not None
    assert fit.highest is not None
    assert fit.near >= share
    assert 0.5 < fit.lowest < 1 < fit.highest < 1.7


@pytest.mark.parametrize(
    ("law", "share"),
    [("inside", 0.9), ("along", 0.9), ("across", 0.9), ("outcome", 0.9), ("tiles", 0.5)],
)
def test_a_law_fitted_to_smaller_distances_holds_at_the_largest(law: str, share: float) -> None:
    (held,) = (each for each in HELD_OUT if each.fit.law == law)
    assert held.distance >= 13
    assert held.fit.near is not None
    assert held.fit.lowest is not None
    assert held.fit.highest is not None
    assert held.fit.near >= share
    assert held.fit.lowest > 0.5
    assert held.fit.highest < 1.7


def test_what_is_held_out_has_no_part_in_its_fit() -> None:
    """Twice the errors at the largest distances: the ratios halve, so the laws stayed."""
    largest = {held.fit.law: held.distance for held in HELD_OUT}
    rows = [
        replace(row, failures=2 * row.failures)
        if any(row.point.distance == largest[law.name] and law.about(row.point) for law in LAWS)
        and row.failures < 1e-2 * row.shots
        else row
        for row in ROWS
    ]
    before = {held.fit.law: held.fit.lowest for held in HELD_OUT}
    for held in held_out(rows):
        assert held.distance == largest[held.fit.law]
        if held.fit.law in ("inside", "across"):
            assert held.fit.lowest == pytest.approx(0.5 * (before[held.fit.law] or 0.0), rel=0.02)


def test_a_law_with_too_few_points_to_fit_is_not_judged_by_held_out_ones() -> None:
    """It would keep the constants in use, which were fitted to all points."""
    inside = [row for row in ROWS if LAWS[0].about(row.point) and row.point.n_seams == 0]
    few = {(3, 1e-3), (3, 2e-3), (5, 2e-3)}
    rows = [row for row in inside if (row.point.distance, row.point.p) in few]
    rows = [row for row in rows if row.point.kind == "along"]
    assert len(rows) == 3
    assert held_out(rows) == []
    assert [held.fit.law for held in held_out(inside)] == ["inside"]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_no_law_drifts_away_from_the_data_as_the_distance_grows(law: Law) -> None:
    columns = columns_of(ROWS, law.about)
    ratio = np.log(law.error(columns, CALIBRATED) / columns.error)
    for d in np.unique(columns.d):
        assert abs(ratio[columns.d == d].mean()) < 0.2


def test_the_public_functions_are_the_laws_that_were_fitted() -> None:
    along, across = errors(kind="along", n_seams=1), errors(kind="across", n_seams=1)
    merge = errors(kind="merge", n_seams=1, rounds=5)
    key = (5, 2e-3, 0.02)
    assert seam_error(*key) == pytest.approx(along[key], rel=0.25)
    assert seam_error(*key, direction="across") == pytest.approx(across[key], rel=0.25)
    assert merge_error(*key) == pytest.approx(merge[key], rel=0.25)


def test_a_law_without_data_keeps_the_constants_in_use() -> None:
    constants, fits = fit_all([])
    assert constants == CALIBRATED
    assert all(fit.n_points == 0 and fit.near is None for fit in fits)


def test_a_fit_finds_the_constants_that_made_the_data() -> None:
    made = replace(CALIBRATED, bulk_prefactor=0.04, bulk_threshold=9e-3)
    rows = [
        replace(row, shots=10**12, failures=_failures(row.point, made.bulk_prefactor, 9e-3))
        for row in ROWS
        if LAWS[0].about(row.point)
    ]
    found, _ = fit_all(rows)
    assert found.bulk_prefactor == pytest.approx(0.04, rel=1e-4)
    assert found.bulk_threshold == pytest.approx(9e-3, rel=1e-4)


def _failures(point: Point, prefactor: float, threshold: float) -> int:
    error = prefactor * (point.p / threshold) ** ((point.distance + 1) / 2)
    return round(10**12 * 0.5 * (1 - (1 - 2 * error) ** point.periods))


# The data


def test_every_row_is_planned_and_has_its_seed_shots_and_interval() -> None:
    planned = set(planned_points())
    assert len(ROWS) == len({row.point for row in ROWS})
    for row in ROWS:
        low, high = row.interval
        assert row.point in planned
        assert low <= row.error <= high
    assert DATA.stat().st_size < 100_000


@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if row.shots <= CHEAP and row.point.distance <= 5][::4],
    ids=lambda row: f"{row.point.kind}-{row.point.protocol}-{row.point.distance}",
)
def test_a_row_comes_out_again_with_another_seed(row: Sampled) -> None:
    again = sample(row.point, seed=12345, max_shots=row.shots, max_failures=row.shots)
    assert (furthest([again], [row]) or 0.0) < SIGMA


# What the data says, PHYSICS by PHYSICS


def test_inside_a_module_it_is_the_familiar_law_where_qubits_idle() -> None:
    """0.03 (p/0.01)^k, Fowler et al., Phys. Rev. A 86, 032324 (2012), for uniform noise."""
    rows = errors(kind="along", n_seams=0, protocol="idling")
    ratios = [0.03 * (p / 0.01) ** ((d + 1) / 2) / error for (d, p, _), error in rows.items()]
    assert len(ratios) > 15
    assert min(ratios) > 0.8
    assert max(ratios) < 1.7


@pytest.mark.parametrize("protocol", ["teleported", "idling"])
def test_the_threshold_inside_a_module_is_near_1_percent(protocol: str) -> None:
    """Below it distance helps: Ramette et al. give about 1 %, Jacinto et al. 0.7 to 1 %."""
    rows = errors(kind="along", n_seams=0, protocol=protocol)
    for p in (6e-3, 7e-3):
        assert rows[11, p, 0.0] < rows[7, p, 0.0] < rows[3, p, 0.0]
    top = max(p for _, p, _ in rows)
    assert rows[11, top, 0.0] > 0.7 * rows[7, top, 0.0]


def test_the_threshold_of_a_seam_is_more_than_ten_times_that_of_the_bulk() -> None:
    """Ramette et al. (2302.01296) give about 10 % of two-qubit depolarizing noise."""
    rows = errors(kind="along", n_seams=1)
    for eps in (0.05, 0.1, 0.15):
        assert rows[11, 1e-3, eps] < rows[7, 1e-3, eps] < rows[3, 1e-3, eps]
    useless = [
        row for row in ROWS if row.point.kind == "along" and row.point.bell_infidelity >= 0.3
    ]
    assert all(row.failures > 0.4 * row.shots for row in useless if row.point.distance >= 5)


def test_where_the_seam_dominates_ours_with_idle_errors_is_near_that_of_jacinto() -> None:
    """arXiv:2504.08891, which has idle errors; where the bulk does, theirs is 4 times as large."""
    rows = errors(kind="along", n_seams=1, protocol="idling")
    ratios = {(d, p, b): published(d, p, b, 1) / error for (d, p, b), error in rows.items()}
    seam = [ratio for (_, p, b), ratio in ratios.items() if b >= 20 * p]
    assert len(seam) >= 8
    assert min(seam) > 0.7
    assert max(seam) < 2.5
    assert max(ratios.values()) < 6


def test_link_noise_is_not_depolarizing() -> None:
    """Of 15 Paulis a Werner pair makes 3, without hooks; depolarizing costs ever more."""
    werner, depolarizing = (
        errors(kind="along", n_seams=1, protocol=name) for name in ("teleported", "depolarizing")
    )
    ratios = [depolarizing[d, 1e-3, 0.05] / werner[d, 1e-3, 0.05] for d in (3, 5, 7)]
    assert ratios == sorted(ratios)
    assert ratios[-1] > 1.5


def test_one_pair_a_check_costs_half_the_distance_and_mixing_does_not() -> None:
    two, one, mixed = (
        errors(kind="along", n_seams=1, protocol=name)
        for name in ("teleported", "one-pair", "mixed")
    )
    for p in (1e-3, 2e-3):
        ratios = [one[d, p, 0.05] / two[d, p, 0.05] for d in (3, 5, 7)]
        assert ratios == sorted(ratios)
        assert ratios[-1] > 4
        for d in (3, 5, 7):
            assert mixed[d, p, 0.05] < two[d, p, 0.05]


def test_tiles_of_two_by_two_have_no_seam_tolerance() -> None:
    """The error at d = 9 is no smaller than at d = 5 where whole seams gain a factor of ten."""
    tiny, wide, seam = (
        errors(kind="along", n_seams=n, tile=tile) for n, tile in ((0, 2), (0, 4), (1, 0))
    )
    assert tiny[9, 1e-3, 0.05] > 0.7 * tiny[5, 1e-3, 0.05]
    assert wide[11, 1e-3, 0.05] < 0.3 * wide[7, 1e-3, 0.05] or wide[11, 1e-3, 0.05] < 7e-4
    assert seam[9, 1e-3, 0.05] < 0.15 * seam[5, 1e-3, 0.05]


def test_timelike_errors_of_a_merge_exceed_those_along_the_seam() -> None:
    merges, along = errors(kind="merge", n_seams=1, rounds=7), errors(kind="along", n_seams=1)
    for eps in (0.02, 0.05, 0.1):
        assert merges[7, 1e-3, eps] > 2 * along[7, 1e-3, eps]


def test_more_rounds_of_a_merge_help_on_noisy_links() -> None:
    longer = [errors(kind="merge", n_seams=1, rounds=t)[5, 1e-3, 0.05] for t in (3, 5, 7, 9)]
    assert longer == sorted(longer, reverse=True)
    law = merge_error(5, 1e-3, 0.05, rounds=np.array([3, 5, 7, 9]))
    assert law == pytest.approx(longer, rel=0.3)


def test_a_merge_inside_a_module_fails_as_across_a_perfect_seam() -> None:
    """The two are one circuit with other seeds."""
    inside = {row.point: row for row in ROWS if row.point.kind == "merge" and not row.point.n_seams}
    assert inside
    for point, row in inside.items():
        (cut,) = (r for r in ROWS if r.point == replace(point, n_seams=1))
        assert (furthest([replace(row, point=cut.point)], [cut]) or 0.0) < SIGMA


def test_every_extrapolated_value_is_an_assumption_that_says_so() -> None:
    report = estimate(target="ionq-2028", logical_error=1e-12)
    assert report.code is not None
    flags = {a.name: a for a in report.assumptions if a.name.startswith("extrapolated.")}
    assert flags["extrapolated.distance"].value == report.code.distance
    assert [a.source for a in flags.values()] == report.extrapolated


# The file


def test_a_file_is_made_extended_and_read_back(tmp_path: Path) -> None:
    points = [point for point in planned_points() if point.distance == 3][:3]
    path = tmp_path / "data.csv"
    some = extend_data(path, points[:2], seed=3, max_shots=500, max_failures=500)
    assert lacking(path, points, max_shots=500, max_failures=500) == points[2:]
    more = extend_data(path, points[2:], seed=3, max_shots=500, max_failures=500)
    assert read_data(path) == some + more
    assert lacking(path, points, max_shots=1000, max_failures=500) == points
    again = extend_data(path, points[:1], seed=3, max_shots=1000, max_failures=1000)
    assert again[0].shots == 1000
    assert len(read_data(path)) == 3


def test_a_run_stops_when_told(tmp_path: Path) -> None:
    points = [point for point in planned_points() if point.distance == 3][:3]
    path = tmp_path / "data.csv"
    rows = extend_data(
        path, points, seed=0, max_shots=100, max_failures=100, more=lambda row: row.shots == 0
    )
    assert len(rows) == len(read_data(path)) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "an empty file"),
        ("a,b\n", "want kind"),
        (",".join(COLUMNS) + "\nalong,3\n", "2 values"),
        (",".join(COLUMNS) + "\nalong,3,9,x,0,teleported,0,0,0,9,1,0,0,0\n", "not a number"),
        (",".join(COLUMNS) + "\nalong,3,9,0,0,teleported,0,0,0,5,9,0,0,0\n", "9 failures of 5"),
        (",".join(COLUMNS) + "\nup,3,9,0,0,teleported,0,0,0,9,1,0,0,0\n", "kind"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "data.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_data(path)
