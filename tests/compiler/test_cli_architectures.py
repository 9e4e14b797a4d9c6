"""`trapline architectures`, `codes`, and `estimate --architecture`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from commandline import trapline, violations

if TYPE_CHECKING:
    from pathlib import Path

ROWS = json.loads(trapline("architectures").stdout)["architectures"]
NAMES = [row["name"] for row in ROWS]


def test_architectures_are_listed_with_source_and_numbers() -> None:
    table = trapline("architectures", "--format", "table").stdout
    for row in ROWS:
        assert row["source"]
        assert row["reference"]
        line = next(line for line in table.splitlines() if f" {row['name']} " in line)
        assert row["source"] in line
        assert all(number["agrees"] for number in row["published"])


def test_codes_are_listed_with_source() -> None:
    rows = json.loads(trapline("codes").stdout)["codes"]
    table = trapline("codes", "--format", "table").stdout
    assert {row["family"] for row in rows} == {
        "rotated-surface", "bivariate-bicycle", "bb5", "walking-cat", "generalised-bicycle",
    }  # fmt: skip
    for row in rows:
        line = next(line for line in table.splitlines() if f" {row['name']} " in line)
        assert row["source"] in line


def test_all_architectures_come_in_one_table() -> None:
    done = trapline("estimate", "--logical-qubits", "1024", "--architecture", "all")
    assert done.exit_code == 0
    data = json.loads(done.stdout)
    assert [row["architecture"] for row in data["architectures"]] == NAMES
    table = trapline("estimate", "--architecture", "all", "--format", "table").stdout
    for row in data["architectures"]:
        line = next(line for line in table.splitlines() if f" {row['architecture']} " in line)
        assert f"{row['physical_qubits']:,}" in line
        assert row["source"] in line
        assert row["link_model"] in line
        assert f"factories: {row['counted']['factories']}" in line


@pytest.mark.parametrize("name", NAMES)
def test_one_architecture_gives_one_report(name: str) -> None:
    done = trapline("estimate", "--architecture", name, "--logical-error", "1e-5")
    report = json.loads(done.stdout)
    assert report["architecture"] == name
    assert done.exit_code == (0 if report["feasible"] else 4)
    again = trapline(
        "estimate", "--architecture", name, "--logical-error", "1e-5", "--format", "table"
    )
    assert report["references"][0] in again.stdout
    assert f"{report['physical_qubits']:,} physical qubits" in again.stdout


def test_an_architecture_that_does_not_reach_the_error_exits_4_and_says_which_it_reaches() -> None:
    done = trapline("estimate", "--architecture", "ionq-2xl-memory")
    assert done.exit_code == 4
    assert json.loads(done.stdout)["nearest_feasible"] == {"logical_error": 2e-6}
    assert "2e-06" in done.stderr


def test_a_program_gives_runtimes_where_the_source_has_a_clock(tmp_path: Path) -> None:
    file = tmp_path / "counts.json"
    file.write_text('{"numQubits": 50, "tCount": 1000}')
    done = trapline("estimate", "--architecture", "all", "--counts", file, "--budget", "0.01")
    rows = {row["architecture"]: row for row in json.loads(done.stdout)["architectures"]}
    assert rows["ionq-walking-cat"]["runtime_s"] == pytest.approx(1000 * 0.1652 / 2)
    assert rows["ionq-2xl-memory"]["runtime_s"] is None
    assert rows["trapline"]["runtime_s"] > 0


def test_our_row_follows_the_target_and_its_settings() -> None:
    def qubits(*more: str) -> int:
        done = trapline("estimate", "--architecture", "all", "--target", "ionq-2028", *more)
        rows = json.loads(done.stdout)["architectures"]
        return int(rows[-1]["physical_qubits"])

    assert qubits("--set", "module.two_qubit_gate_error=6e-4") > qubits()


def test_a_target_that_does_not_do_leaves_our_row_empty_with_the_reason() -> None:
    done = trapline(
        "estimate", "--architecture", "all", "--target", "oxford-2025", "--format", "table"
    )
    assert done.exit_code == 0
    assert "oxford-2025: " in done.stdout
    alone = trapline("estimate", "--architecture", "trapline", "--target", "oxford-2025")
    assert alone.exit_code == 4
    report = json.loads(alone.stdout)
    assert report["feasible"] is False
    assert report["physical_qubits"] is None
    assert report["binding_reason"] in alone.stderr


def test_a_report_goes_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "all.json"
    done = trapline("estimate", "--architecture", "all", "-o", file, "--format", "table")
    assert len(json.loads(file.read_text())["architectures"]) == len(NAMES)
    assert done.stderr == f"wrote {file}\n"


def test_wrong_usage_is_said() -> None:
    assert trapline("estimate").exit_code == 2
    assert trapline("estimate", "--architecture", "all", "--set", "link.x=1").exit_code == 2
    done = trapline("estimate", "--architecture", "ibm-gros")
    assert done.exit_code == 3
    assert "did you mean 'ibm-gross'?" in done.stderr


def test_answers_of_architectures_fit_the_schema_of_estimates() -> None:
    schema = json.loads(trapline("schema", "estimate").stdout)
    for name in [*NAMES, "all"]:
        done = trapline("estimate", "--architecture", name, "--logical-error", "1e-5")
        data = json.loads(done.stdout)
        assert violations(schema, data, schema) == []
        form = schema["$defs"]["Comparison" if name == "all" else "ArchitectureReport"]
        assert set(data) == set(form["properties"])
