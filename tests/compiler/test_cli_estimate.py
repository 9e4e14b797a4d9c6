"""`trapline estimate`, `targets` and `schema`."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

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


@pytest.mark.parametrize("code", ["bicycle", "any"])
def test_other_codes_are_asked_for_by_name_and_fit_the_schema(code: str) -> None:
    done = trapline("estimate", "--target", "ionq-2028", "--code", code, "--explain")
    report = json.loads(done.stdout)
    assert done.exit_code == 0
    assert violations(SCHEMA, report, SCHEMA) == []
    assert report["code_choice"] == code
    assert report["code"]["family"] == "bivariate-bicycle"
    shown = trapline("estimate", "--target", "ionq-2028", "--code", code, "--format", "table")
    assert "ports of distance" in shown.stdout


def test_an_architecture_has_a_code_of_its_own() -> None:
    done = trapline("estimate", "--architecture", "ibm-gross", "--code", "bicycle")
    assert done.exit_code == 2
    assert "an architecture has its own" in done.stderr


def test_the_default_shows_what_other_codes_would_take() -> None:
    shown = trapline("estimate", "--target", "ionq-2028", "--format", "table").stdout
    table = shown.partition("Other codes")[2].partition("Thresholds")[0]
    assert all(name in table for name in ("two-gross", "bb5", "walking-cat"))


def test_no_block_in_modules_without_distant_gates_is_infeasible() -> None:
    done = trapline("estimate", "--target", "ibm-l-coupler", "--code", "bicycle")
    assert done.exit_code == 4
    report = json.loads(done.stdout)
    assert (report["code_choice"], report["binding_constraint"]) == ("bicycle", "connectivity")


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
    form = SCHEMA["$defs"]["EstimateReport"]
    assert len(violations(form, report, SCHEMA)) == 3
    assert violations(SCHEMA, report, SCHEMA) == ["$: no choice fits"]


def test_a_circuit_is_compiled_and_its_traffic_counted(tmp_path: Path) -> None:
    """Two modules: the operations between them are the pairs of the compiler's plan."""
    circuit = tmp_path / "program.qasm"
    gates = "".join(f"cx q[{i}],q[{(i + 7) % 20}]; t q[{i}]; rz(0.1) q[{i}];" for i in range(20))
    circuit.write_text(f'OPENQASM 2.0; include "qelib1.inc"; qreg q[20]; {gates}')
    done = trapline(
        "estimate", circuit, "--target", "ionq-2028", "--budget", "0.01",
        "--set", "module.data_qubits=5000",
    )  # fmt: skip
    assert done.exit_code == 0
    report = json.loads(done.stdout)
    assert violations(SCHEMA, report, SCHEMA) == []
    assert report["logical_qubits"] == 20
    work = report["workload"]
    assert 0 < work["remote_operations"] <= 60
    assert 0 < work["remote_share"] <= 1
    assert work["remote_operations_per_step"] == pytest.approx(
        work["remote_operations"] / work["steps"]
    )
    steps = work["steps"] * 1e-6
    cycle, remote = report["logical_cycle_time_us"], report["remote_operation_time_us"]
    share = work["remote_share"]
    assert report["runtime_s"] == pytest.approx(steps * (share * remote + (1 - share) * cycle))


def test_a_circuit_in_one_module_has_no_traffic() -> None:
    circuit = ROOT / "examples" / "adder_n10.qasm"
    done = trapline("estimate", circuit, "--target", "ionq-2028", "--budget", "0.01")
    report = json.loads(done.stdout)
    assert report["modules"] == 1
    assert report["workload"]["remote_operations"] == 0


def test_a_circuit_and_counts_are_too_much(tmp_path: Path) -> None:
    file = tmp_path / "counts.json"
    file.write_text('{"numQubits": 50, "tCount": 1000}')
    done = trapline("estimate", "a.qasm", "--target", "ionq-2028", "--counts", file)
    assert done.exit_code == 2
    assert "not both" in done.stderr


def test_a_range_gives_a_distribution_in_json_and_table() -> None:
    options = ("--set", "link.pair_rate_hz=1e3..1e5", "--samples", "300", "--seed", "4")
    done = trapline("estimate", "--target", "ionq-2028", *options)
    found = json.loads(done.stdout)["distribution"]
    assert (found["samples"], found["seed"]) == (300, 4)
    assert [row["name"] for row in found["inputs"]] == ["links.photonic.pair_rate_hz"]
    table = trapline("estimate", "--target", "ionq-2028", *options, "--format", "table").stdout
    assert "Where the spread comes from" in table


def test_uncertainty_samples_every_range_of_the_target() -> None:
    done = trapline("estimate", "--target", "ionq-2028", "--uncertainty", "--samples", "200")
    names = {row["name"] for row in json.loads(done.stdout)["distribution"]["inputs"]}
    assert {"links.photonic.pair_rate_hz", "modules.chip.idle_coherence_time_s"} <= names


@pytest.mark.parametrize("value", ["0.99..0.96", "0.96..2", "a..b", "0.9..", ".."])
def test_a_range_that_makes_no_sense_is_refused(value: str) -> None:
    done = trapline("estimate", "--target", "ionq-2028", "--set", f"link.bell_fidelity={value}")
    assert done.exit_code == 3
    assert "bell_fidelity" in done.stderr


def figures(value: Any, at: str = "") -> set[str]:
    """Places of all numbers in an answer."""
    if isinstance(value, dict):
        return set().union(*(figures(item, f"{at}.{key}") for key, item in value.items()))
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return {at.removeprefix(".")} if number else set()


def test_explain_leaves_no_figure_of_the_answer_out() -> None:
    """Inputs are among the assumptions; points of the frontier are figures of the same kind."""
    done = trapline("estimate", "--target", "ionq-2028", "--explain")
    report = json.loads(done.stdout)
    rows = {row["figure"] for row in report["explanations"]}
    answer = {
        key: value
        for key, value in report.items()
        if key not in ("logical_qubits", "seed", "magic_states", "code")
    }
    assert figures(answer) - rows == {"link.raw_fidelity"}
    assert {"code.distance", "factories"} <= rows


def test_explain_gives_each_figure_a_formula_and_a_source() -> None:
    done = trapline("estimate", "--target", "ionq-2028", "--explain")
    report = json.loads(done.stdout)
    rows = {row["figure"]: row for row in report["explanations"]}
    assert {"modules", "code.distance", "remote_operation_time_us", "link.used_fidelity"} <= set(
        rows
    )
    assert {f"error_budget.{name}" for name in report["error_budget"]} <= set(rows)
    assert all(row["formula"] and row["source"] and row["value"] for row in rows.values())
    assert json.loads(trapline("estimate", "--target", "ionq-2028").stdout)["explanations"] == []


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_a_plot_is_written(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"curves.{suffix}"
    done = trapline("estimate", "--target", "ionq-2028", "--plot", file)
    assert done.exit_code == 0
    assert f"wrote {file}" in done.stderr
    start = file.read_bytes()[:200]
    assert start.startswith(b"\x89PNG") if suffix == "png" else b"<?xml" in start


def test_a_plot_without_links_and_with_a_wrong_suffix(tmp_path: Path) -> None:
    file = tmp_path / "curves.svg"
    done = trapline("estimate", "--target", "quantinuum-helios", "--plot", file)
    assert done.exit_code == 4
    assert file.exists()
    assert trapline("estimate", "--target", "ionq-2028", "--plot", "x.gif").exit_code == 2


def test_cite_prints_the_references_behind_a_result(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    trapline("estimate", "--target", "ionq-2028", "-o", file)
    keys = json.loads(file.read_text())["references"]
    data = json.loads(trapline("cite", file).stdout)
    assert [row["key"] for row in data["references"]] == keys
    assert all("arXiv" in row["text"] or "(" in row["text"] for row in data["references"])
    assert "jacinto-2025" in trapline("cite", file, "--format", "table").stdout


def test_cite_prints_the_references_of_architectures(tmp_path: Path) -> None:
    for name in ("all", "ibm-gross"):
        file = tmp_path / f"{name}.json"
        trapline("estimate", "--architecture", name, "--logical-error", "1e-5", "-o", file)
        text = trapline("cite", file, "--format", "table").stdout
        assert "2506.03094" in text


def test_cite_refuses_what_is_no_report(tmp_path: Path) -> None:
    file = tmp_path / "no.json"
    assert trapline("cite", file).exit_code == 3
    for text in ("[]", "{}", "not json"):
        file.write_text(text)
        done = trapline("cite", file)
        assert done.exit_code == 3
        assert "trapline estimate -o" in done.stderr


def test_thresholds_and_elasticities_are_in_the_report() -> None:
    report = json.loads(trapline("estimate", "--target", "ionq-2028").stdout)
    meanings = {row["meaning"] for row in report["thresholds"]}
    assert {"below it no number of modules does", "below it pairs are distilled"} <= meanings
    assert {row["input"] for row in report["elasticities"]} >= {"link.pair_rate_hz"}
