"""`trapline compile`: answers, files, exit codes, and what goes to which stream."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from commandline import ADDER, CIRCUITS, network, trapline, violations

import trapline as library

if TYPE_CHECKING:
    from pathlib import Path

RING = CIRCUITS / "qaoa_ring6.qasm"
BELL = CIRCUITS / "bell.qasm"
PAIR = network("complete", 2, 1)


def test_a_compilation_puts_json_on_stdout_and_nothing_on_stderr() -> None:
    done = trapline("compile", BELL, *PAIR)
    assert done.exit_code == 0
    report = json.loads(done.stdout)
    assert report["epr_pairs"] == 1
    assert report["optimal"] is True
    assert report["verification"]["passed"] is True
    assert done.stderr == ""


def test_a_table_is_printed_on_request() -> None:
    done = trapline("compile", BELL, *PAIR, "--format", "table")
    assert done.exit_code == 0
    assert "EPR pairs  1 (proven optimal)" in done.stdout
    assert "m0 - m1" in done.stdout


def test_the_report_fits_its_schema_and_has_no_key_without_one() -> None:
    schema = json.loads(trapline("schema", "circuit-report").stdout)
    for options in (network("line", 3, 2), ["--target", "oxford-2025", "--effort", "fast"]):
        circuit = BELL if "--target" in options else RING
        report = json.loads(trapline("compile", circuit, *options).stdout)
        assert violations(schema, report, schema) == []
        assert set(report) == set(schema["properties"])


def test_a_report_that_lacks_a_key_does_not_fit_the_schema() -> None:
    schema = json.loads(trapline("schema", "circuit-report").stdout)
    report = json.loads(trapline("compile", BELL, *PAIR).stdout)
    del report["qubit_map"]["final"]
    report["epr_pairs"] = -1
    assert len(violations(schema, report, schema)) == 2


def test_a_target_gives_times_and_a_fidelity_and_an_ideal_network_gives_none() -> None:
    real = json.loads(trapline("compile", BELL, "--target", "oxford-2025").stdout)
    ideal = json.loads(trapline("compile", BELL, *PAIR).stdout)
    assert real["makespan_us"] > 1e6 / 9.7  # one pair at 9.7 pairs/s
    assert 0 < real["fidelity"] < 1
    assert ideal["makespan_us"] is ideal["fidelity"] is None


def test_a_setting_changes_the_target() -> None:
    slow = json.loads(trapline("compile", BELL, "--target", "oxford-2025").stdout)
    fast = json.loads(
        trapline("compile", BELL, "--target", "oxford-2025", "--set", "link.pair_rate_hz=97").stdout
    )
    assert fast["makespan_us"] < slow["makespan_us"] / 5


def test_the_same_seed_gives_the_same_report_but_for_the_seconds() -> None:
    arguments = ["compile", RING, *network("line", 3, 2), "--seed", "7"]
    first, second = (json.loads(trapline(*arguments).stdout) for _ in range(2))
    assert first.pop("seconds").keys() == second.pop("seconds").keys()
    assert first == second
    assert first["seed"] == 7


def test_the_circuit_may_come_from_standard_input() -> None:
    piped = json.loads(trapline("compile", "-", *PAIR, stdin=BELL.read_bytes()).stdout)
    read = json.loads(trapline("compile", BELL, *PAIR).stdout)
    assert piped["circuit"]["sha256"] == read["circuit"]["sha256"]
    assert piped["epr_pairs"] == read["epr_pairs"]


@pytest.mark.parametrize("suffix", ["json", "qasm", "stim"])
def test_the_emitted_circuit_is_written_by_its_suffix(suffix: str, tmp_path: Path) -> None:
    file = tmp_path / f"bell.{suffix}"
    done = trapline("compile", BELL, *PAIR, "--emit", file)
    assert done.exit_code == 0
    assert done.stderr == f"wrote {file}\n"
    begins = {"json": "{", "qasm": "OPENQASM 3.0;", "stim": "# trapline"}[suffix]
    assert file.read_text().startswith(begins)
    assert trapline("verify", BELL, file).exit_code == 0


def test_the_emitted_circuit_may_go_to_standard_output_alone() -> None:
    done = trapline("compile", BELL, *PAIR, "--emit", "-")
    assert done.exit_code == 0
    assert done.stdout.startswith("OPENQASM 3.0;")
    assert trapline("verify", BELL, "-", stdin=done.stdout).exit_code == 0


def test_the_report_goes_to_a_file_as_json_and_a_table_to_standard_output(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    done = trapline("compile", BELL, *PAIR, "-o", file, "--format", "table")
    assert json.loads(file.read_text())["epr_pairs"] == 1
    assert "EPR pairs" in done.stdout
    assert [p.name for p in tmp_path.iterdir()] == ["report.json"]


def test_a_dash_gives_the_report_as_json_whatever_the_format() -> None:
    done = trapline("compile", BELL, *PAIR, "-o", "-", "--format", "table")
    assert json.loads(done.stdout)["epr_pairs"] == 1


def test_quiet_leaves_standard_error_empty(tmp_path: Path) -> None:
    done = trapline("compile", BELL, *PAIR, "--emit", tmp_path / "b.qasm", "--quiet")
    assert done.exit_code == 0
    assert done.stderr == ""


def test_declining_the_simulation_leaves_the_plan_check() -> None:
    done = trapline("compile", RING, *network("line", 3, 2), "--no-verify")
    check = json.loads(done.stdout)["verification"]
    assert (check["method"], check["passed"]) == ("plan-check", True)


def test_a_time_limit_gives_a_verified_answer_and_exit_code_6() -> None:
    done = trapline("compile", ADDER, *network("line", 4, 3), "--time-limit", "0.001")
    assert done.exit_code == 6
    report = json.loads(done.stdout)
    assert report["stopped"] is True
    assert report["verification"]["passed"] is True
    assert not report["optimal"]
    assert "time limit" in done.stderr


def test_a_circuit_that_does_not_fit_says_what_binds_and_what_would_do(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    done = trapline("compile", RING, *network("line", 2, 2), "-o", file)
    assert done.exit_code == 4
    answer = json.loads(done.stdout)
    assert answer["feasible"] is False
    assert answer["binding_constraint"] == "data_qubits"
    assert json.loads(file.read_text()) == answer
    assert "6 qubits" in done.stderr
    assert "hint:" in done.stderr
    nearest = answer["nearest_feasible"]["data_qubits"]
    assert trapline("compile", RING, *network("line", 2, nearest)).exit_code == 0
    assert trapline("compile", RING, *network("line", 2, nearest - 1)).exit_code == 4


def test_modules_without_communication_qubits_cannot_share_a_circuit() -> None:
    done = trapline("compile", RING, *network("line", 2, 3), "--comm-qubits", "0")
    assert done.exit_code == 4
    answer = json.loads(done.stdout)
    assert answer["binding_constraint"] == "comm_qubits"
    needed = str(answer["nearest_feasible"]["comm_qubits"])
    assert trapline("compile", RING, *network("line", 2, 3), "--comm-qubits", needed).exit_code == 0


@pytest.mark.parametrize(
    ("kind", "modules", "data_qubits"),
    [
        ("line", 4, 1),
        ("grid", 7, 1),
        ("ring", 65, 1),
        ("complete", 300, 1),
        ("line", 2, 10**6),
        ("ring", 1, 2),
    ],
)
def test_a_machine_much_larger_than_the_circuit_is_no_obstacle(
    kind: str, modules: int, data_qubits: int
) -> None:
    done = trapline("compile", BELL, *network(kind, modules, data_qubits))
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["epr_pairs"] == (1 if data_qubits == 1 else 0)


def test_the_largest_seed_will_do() -> None:
    done = trapline("compile", RING, *network("line", 3, 2), "--seed", "2000000000")
    assert done.exit_code == 0, done.stderr


def test_an_infeasible_answer_prints_no_table() -> None:
    done = trapline("compile", RING, *network("line", 2, 2), "--format", "table")
    assert done.exit_code == 4
    assert done.stdout == ""
    assert done.stderr.startswith("error: the circuit has 6 qubits")


def test_an_unexpected_error_is_internal_and_shows_a_traceback_only_on_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*arguments: object, **options: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("trapline.compiler.pipeline.compile", broken)
    plain = trapline("compile", BELL, *PAIR)
    assert plain.exit_code == 1
    assert plain.stderr.startswith("error: internal error: RuntimeError: a bug\nhint: ")
    assert "Traceback" not in plain.stderr
    loud = trapline("compile", BELL, *PAIR, "--debug")
    assert loud.exit_code == 1
    assert "Traceback" in loud.stderr
    assert "in broken" in loud.stderr


def test_debug_shows_where_our_own_errors_come_from() -> None:
    done = trapline("compile", "no-such-file.qasm", *PAIR, "--debug")
    assert done.exit_code == 3
    assert "Traceback" in done.stderr


def test_a_failed_verification_writes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from trapline.compiler.verify import Verification

    def failed(*arguments: object, **options: object) -> Verification:
        return Verification(method="state-vector", passed=False, checked="differs", details={})

    monkeypatch.setattr("trapline.compiler.verify.verify", failed)
    report, circuit = tmp_path / "r.json", tmp_path / "c.qasm"
    done = trapline("compile", BELL, *PAIR, "-o", report, "--emit", circuit)
    assert done.exit_code == 5
    assert done.stdout == ""
    assert "failed verification (state-vector)" in done.stderr
    assert not list(tmp_path.iterdir())


def test_the_version_is_that_of_the_package() -> None:
    assert trapline("--version").stdout == f"trapline, version {library.__version__}\n"
    report = json.loads(trapline("compile", BELL, *PAIR).stdout)
    assert report["version"] == library.__version__


@pytest.mark.parametrize("command", ["", "compile", "verify", "estimate", "targets", "schema"])
def test_every_command_has_help(command: str) -> None:
    short, long = (trapline(*command.split(), flag) for flag in ("-h", "--help"))
    assert short.exit_code == long.exit_code == 0
    assert short.stdout == long.stdout
    assert short.stdout.startswith(f"Usage: {' '.join(['main', command]).strip()}")
