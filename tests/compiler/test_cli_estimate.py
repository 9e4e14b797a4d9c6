"""`trapline estimate`, `targets` and `schema`."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

import pytest
from commandline import ROOT, trapline, violations

if TYPE_CHECKING:
    from pathlib import Path

CATALOGUE = sorted(path.stem for path in (ROOT / "targets" / "catalog").glob("*.toml"))
SCHEMA = json.loads(trapline("schema", "estimate").stdout)


def test_a_machine_that_does_exits_0_with_a_report() -> None:
    done = trapline("estimate", "--target", "ionq-2028")
    assert done.exit_code == 0
    assert done.stderr == ""
    report = json.loads(done.stdout)
    assert report["feasible"] is True
    assert report["logical_qubits"] == 1024
    assert report["modules"] * report["logical_qubits_per_module"] >= 1024
    assert report["nearest_feasible"] is None


def test_a_machine_that_does_not_exits_4_with_a_report_and_says_what_would_do() -> None:
    done = trapline("estimate", "--target", "oxford-2025")
    assert done.exit_code == 4
    report = json.loads(done.stdout)
    assert report["feasible"] is False
    assert report["nearest_feasible"]["change"]["settings"]
    assert done.stderr.startswith("error: oxford-2025 cannot hold 1024 logical qubits: ")
    assert "hint: it would do with --set " in done.stderr


@pytest.mark.parametrize("target", CATALOGUE)
def test_every_report_fits_the_schema_and_every_hint_works(target: str) -> None:
    """The options that the hint gives are pasted, and the machine then does."""
    done = trapline("estimate", "--target", target)
    assert done.exit_code in (0, 4)
    report = json.loads(done.stdout)
    assert violations(SCHEMA, report, SCHEMA) == []
    assert set(report) == set(SCHEMA["$defs"]["EstimateReport"]["properties"])
    if done.exit_code == 4 and report["nearest_feasible"]:
        options = done.stderr.partition("it would do with ")[2]
        assert trapline("estimate", "--target", target, *shlex.split(options)).exit_code == 0


def test_a_setting_is_marked_as_the_users() -> None:
    done = trapline(
        "estimate", "--target", "ionq-2028", "--set", "link.bell_fidelity=0.98",
        "--set", "module.two_qubit_gate_error=2e-4",
    )  # fmt: skip
    numbers = {number["name"]: number for number in json.loads(done.stdout)["assumptions"]}
    fidelity = numbers["links.photonic.bell_fidelity"]
    assert (fidelity["value"], fidelity["source"]) == (0.98, "set by the user")
    assert numbers["modules.chip.two_qubit_gate_error"]["value"] == 2e-4


def test_counts_set_the_qubits_and_give_a_runtime(tmp_path: Path) -> None:
    file = tmp_path / "counts.json"
    file.write_text('{"numQubits": 50, "tCount": 1000}')
    done = trapline("estimate", "--target", "ionq-2028", "--counts", file, "--budget", "0.01")
    report = json.loads(done.stdout)
    assert report["logical_qubits"] == 50
    assert report["runtime_s"] > 0


def test_a_report_goes_to_a_file_and_a_table_to_standard_output(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    done = trapline("estimate", "--target", "ionq-2028", "-o", file, "--format", "table")
    report = json.loads(file.read_text())
    assert f"{report['modules']:,} modules" in done.stdout
    assert done.stderr == f"wrote {file}\n"


def test_an_infeasible_table_has_the_reason_and_the_options() -> None:
    done = trapline("estimate", "--target", "oxford-2025", "--format", "table")
    assert done.exit_code == 4
    assert "infeasible: " in done.stdout
    assert "--set modules.node.data_qubits=" in done.stdout


def test_the_seed_is_echoed() -> None:
    done = trapline("estimate", "--target", "ionq-2028", "--seed", "11")
    assert json.loads(done.stdout)["seed"] == 11


def test_targets_lists_the_catalogue() -> None:
    listed = json.loads(trapline("targets").stdout)["targets"]
    assert [row["name"] for row in listed] == CATALOGUE


@pytest.mark.parametrize("target", CATALOGUE)
def test_a_target_is_shown_with_unit_source_and_confidence_of_every_number(target: str) -> None:
    data = json.loads(trapline("targets", target).stdout)
    table = trapline("targets", target, "--format", "table").stdout
    assert data["name"] == target
    assert data["numbers"]
    for row in data["numbers"]:
        assert row["unit"]
        assert row["source"]
        assert row["confidence"] in ("measured", "claimed", "roadmap", "assumed")
        line = next(line for line in table.splitlines() if row["path"] in line)
        assert row["source"] in line
    for reference in data["references"]:
        assert reference in table


def test_a_file_of_ones_own_is_shown_like_one_of_ours() -> None:
    file = ROOT / "targets" / "catalog" / "oxford-2025.toml"
    own, ours = (json.loads(trapline("targets", name).stdout) for name in (file, "oxford-2025"))
    assert own == ours


@pytest.mark.parametrize("what", ["target", "circuit-report", "estimate"])
def test_a_schema_is_valid_json_of_a_known_dialect(what: str) -> None:
    done = trapline("schema", what)
    assert done.exit_code == 0
    schema = json.loads(done.stdout)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_an_estimate_that_lacks_a_key_does_not_fit_the_schema() -> None:
    report = json.loads(trapline("estimate", "--target", "ionq-2028").stdout)
    del report["modules"]
    report["code"]["distance"] = "large"
    report["assumptions"][0]["unit"] = None
    assert len(violations(SCHEMA, report, SCHEMA)) == 3
