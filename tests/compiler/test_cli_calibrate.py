"""`trapline calibrate`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from commandline import trapline

from trapline.estimates import seam_points

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

QUICK = ("--max-shots", "200", "--max-failures", "200")


def test_the_data_that_came_along_is_fitted_and_set_beside_what_is_in_use() -> None:
    done = trapline("calibrate")
    report = json.loads(done.stdout)
    assert done.exit_code == 0
    assert (report["added"], report["left"]) == (0, 0)
    assert report["furthest_from_ours_sigma"] == 0
    assert {law["law"] for law in report["laws"]} >= {"inside", "along", "across", "outcome"}
    for law in report["laws"]:
        assert set(law["constants"]) == set(law["in_use"])


def test_a_table_names_the_laws_and_the_share_within_a_quarter() -> None:
    done = trapline("calibrate", "--format", "table")
    assert done.exit_code == 0
    assert "within 25 %" in done.stdout
    assert "seam_threshold" in done.stdout


def test_points_are_added_to_a_file_few_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    for n in (1, 2):
        done = trapline("calibrate", "--data", path, "--limit", "2", *QUICK)
        report = json.loads(done.stdout)
        assert done.exit_code == 6
        assert (report["added"], report["points"]) == (2, 2 * n)
        assert report["left"] > 100
        assert report["laws"][0]["near"] is None
    table = trapline("calibrate", "--data", path, "--limit", "0", "--format", "table")
    assert table.exit_code == 6
    assert "4, 0 of them new" in table.stdout


def test_the_same_seed_makes_the_same_file(tmp_path: Path) -> None:
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    for path in (one, two):
        trapline("calibrate", "--data", path, "--limit", "2", "--seed", "7", *QUICK)
    assert one.read_text() == two.read_text()


def test_a_time_limit_stops_between_points_with_exit_code_6(tmp_path: Path) -> None:
    done = trapline("calibrate", "--data", tmp_path / "d.csv", "--time-limit", "1e-9", *QUICK)
    assert done.exit_code == 6
    assert json.loads(done.stdout)["added"] == 1
    assert "run again to go on" in done.stderr


def test_a_limit_that_leaves_points_to_do_exits_6_and_one_that_does_not_exits_0(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, three = tmp_path / "data.csv", seam_points.planned_points()[:3]
    monkeypatch.setattr(seam_points, "planned_points", lambda: three)
    codes = []
    for limit in ("2", "0", "1", "1"):
        done = trapline("calibrate", "--data", path, "--limit", limit, *QUICK)
        codes.append((done.exit_code, json.loads(done.stdout)["left"]))
        assert ("run again to go on" in done.stderr) == (done.exit_code == 6)
    assert codes == [(6, 1), (6, 1), (0, 0), (0, 0)]
    assert trapline("calibrate", "--data", path, "--time-limit", "1e-9", *QUICK).exit_code == 0


def test_a_report_goes_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    done = trapline("calibrate", "-o", path, "--format", "table")
    assert done.exit_code == 0
    assert json.loads(path.read_text())["points"] > 300


def test_a_file_that_is_no_data_exits_3(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("a,b\n")
    done = trapline("calibrate", "--data", path)
    assert done.exit_code == 3
    assert done.stderr.startswith(f"error: {path}:1: got the columns a, b")


def test_a_folder_that_is_not_there_exits_3(tmp_path: Path) -> None:
    done = trapline("calibrate", "--data", tmp_path / "no" / "data.csv", "--limit", "1", *QUICK)
    assert done.exit_code == 3


def test_a_limit_without_a_file_is_a_usage_error() -> None:
    assert trapline("calibrate", "--limit", "1").exit_code == 2


def test_without_pymatching_the_install_line_is_printed_and_it_exits_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pymatching", None)
    done = trapline("calibrate", "--data", tmp_path / "data.csv", "--limit", "1", *QUICK)
    assert done.exit_code == 2
    assert "pip install 'trapline[qec]'" in done.stderr
    assert trapline("calibrate").exit_code == 0
