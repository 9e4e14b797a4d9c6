"""Tables for people: the numbers of the report are in them, at every width."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from trapline.compiler.estimate_tables import print_estimate
from trapline.compiler.layout import facts, grid, noted, show
from trapline.compiler.tables import (
    cell,
    counted,
    duration,
    print_catalogue,
    print_compile,
    print_target,
    print_verification,
)

COMPILED: dict[str, Any] = {
    "circuit": {"name": "adder", "qubits": 10, "operations": 1234, "interactions": 25},
    "network": {"kind": "line", "modules": 3, "data_qubits": [4, 4, 6],
                "comm_qubits": [2, None, 1]},
    "objective": {"name": "pairs", "value": 9.0, "unit": "pairs"},
    "epr_pairs": 9, "lower_bound": 3, "optimal": False, "static_epr_pairs": 12,
    "round_robin_epr_pairs": 25, "mt_kahypar_epr_pairs": 13, "migrations": 1, "packets": 7,
    "modules": [
        {"name": "m0", "peak_data_qubits": 4, "peak_comm_qubits": 2},
        {"name": "m1", "peak_data_qubits": 0, "peak_comm_qubits": 1},
        {"name": "m2", "peak_data_qubits": 0, "peak_comm_qubits": 0},
    ],
    "links": [{"ends": ["m0", "m1"], "epr_pairs": 9}, {"ends": ["m1", "m2"], "epr_pairs": 0}],
    "makespan_us": None, "fidelity": None,
    "verification": {"method": "plan-check", "passed": True, "checked": "one thing; another"},
    "seconds": {"read": 0.001, "anneal": 1.5, "verify": 0.5}, "stopped": False,
}  # fmt: skip


@pytest.fixture(autouse=True)
def no_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is wrapped unless a test asks for it."""
    monkeypatch.delenv("COLUMNS", raising=False)


def words(text: str) -> str:
    """Text without line breaks and runs of spaces."""
    return " ".join(text.split())


def test_a_compilation_is_told_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    print_compile(COMPILED)
    shown = words(capsys.readouterr().out)
    assert "adder: 10 qubits, 1,234 operations, 25 interactions" in shown
    assert "3 modules, line" in shown
    assert "EPR pairs 9 (no plan of this form needs fewer than 3)" in shown
    assert "round-robin 25, Mt-KaHyPar alone 13, best without migration 12" in shown
    assert "7 copies used, 1 migration " in shown
    assert "passed by plan-check one thing another" in shown
    assert "2.00 (anneal 1.50, verify 0.50)" in shown
    assert "makespan" not in shown
    assert "busy" not in shown
    assert "stopped" not in shown


def test_modules_and_links_without_work_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    print_compile(COMPILED)
    shown = capsys.readouterr().out
    assert "4 of 4" in shown
    assert "2 of 2" in shown
    assert "1 of any" in shown
    assert "m2" not in shown
    assert "m0 - m1" in shown


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"optimal": True}, "EPR pairs 9 (proven optimal)"),
        ({"lower_bound": None}, "EPR pairs 9 (no lower bound is known)"),
        ({"mt_kahypar_epr_pairs": None}, "round-robin 25, best without"),
        ({"makespan_us": 39_300.0, "fidelity": 0.79941}, "makespan 39.3 ms, with"),
        ({"makespan_us": 39_300.0, "fidelity": 0.79941}, "fidelity 0.7994, if"),
        ({"objective": {"name": "time", "value": 39_300.0, "unit": "us"}}, "time 39.3 ms in which"),
        ({"objective": {"name": "infidelity", "value": 0.25, "unit": "1"}}, "infidelity 0.25, -ln"),
        ({"stopped": True}, "stopped the time limit struck"),
        ({"packets": 1, "migrations": 0}, "1 copy used, 0 migrations"),
        ({"seconds": {}}, "seconds 0.00"),
    ],
)
def test_what_differs_is_said(
    changes: dict[str, Any], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_compile({**COMPILED, **changes})
    assert says in words(capsys.readouterr().out)


def test_a_circuit_in_one_module_has_no_table_of_links(capsys: pytest.CaptureFixture[str]) -> None:
    print_compile({**COMPILED, "links": []})
    assert "Links" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("passed", "verdict"), [(True, "passed"), (False, "FAILED"), (None, "undecided")]
)
def test_a_verdict_is_told_with_every_method(
    passed: bool | None, verdict: str, capsys: pytest.CaptureFixture[str]
) -> None:
    details = {"structure": "all local", "stabilizer": "32 branches"}
    print_verification({"passed": passed, "method": "stabilizer", "details": details})
    shown = words(capsys.readouterr().out)
    assert f"{verdict} by stabilizer structure all local stabilizer 32 branches" in shown


@pytest.fixture(scope="module")
def estimates() -> dict[str, dict[str, Any]]:
    from trapline.estimates import estimate

    names = ("ionq-2028", "oxford-2025")
    return {name: estimate(target=name).as_dict() for name in names}


def test_a_feasible_estimate_leads_with_the_modules(
    estimates: dict[str, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    data = estimates["ionq-2028"]
    print_estimate(data)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "1,024 logical qubits on ionq-2028"
    assert lines[1].split()[:3] == ["answer", f"{data['modules']:,}", "modules"]
    shown = words(" ".join(lines))
    assert f"{data['binding_constraint']}: {data['binding_reason']}" in shown
    assert f"{data['link']['available_pairs_per_s']:,.0f} pairs/s available" in shown
    for name, value in data["error_budget"].items():
        assert f"{name} {value:.2g}" in shown
    for name, count in data["qubits_by_role"].items():
        assert (f"{name} {count:,}" in shown) == (count > 0)
    for point in data["alternatives"]:
        assert f" {point['modules']:,} " in shown


def test_an_estimate_without_link_or_choice_is_told_as_well(
    estimates: dict[str, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    data = copy.deepcopy(estimates["ionq-2028"])
    data |= {"link": None, "remote_operation_time_us": None, "extrapolated": []}
    data |= {"alternatives": data["alternatives"][:1], "runtime_s": 7200.0}
    print_estimate(data)
    shown = words(capsys.readouterr().out)
    assert "remote operation - binds" in shown
    assert "Bell fidelity" not in shown
    assert "The best of each" not in shown
    assert "runtime 2 h" in shown


def test_an_infeasible_estimate_gives_options_to_paste(
    estimates: dict[str, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    data = estimates["oxford-2025"]
    print_estimate(data)
    lines = capsys.readouterr().out.splitlines()
    assert "infeasible: " in lines[1]
    options = [line.split("--set ")[1] for line in lines if "--set " in line]
    settings = data["nearest_feasible"]["change"]["settings"]
    assert [option.split("=")[0] for option in options[: len(settings)]] == list(settings)
    for option, value in zip(options, settings.values(), strict=False):
        shown = option.split("=")[1]
        assert shown in (str(value), str(value).lower(), f"{value:.6g}")
    assert "modules.node.extensible=true" in options


def test_an_infeasible_estimate_may_have_no_way_out(
    estimates: dict[str, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    print_estimate({**estimates["oxford-2025"], "nearest_feasible": None})
    assert "no change of the numbers that bind was found" in words(capsys.readouterr().out)


@pytest.mark.parametrize("width", ["60", "80", "120", "200"])
def test_nothing_is_lost_at_any_width(
    width: str,
    estimates: dict[str, dict[str, Any]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    for data in estimates.values():
        print_estimate(data)
        lines = capsys.readouterr().out.splitlines()
        assert max(map(len, lines)) <= int(width)
        shown = words(" ".join(lines).replace("│", " "))
        if int(width) >= 80:
            for number in data["assumptions"]:
                assert number["name"] in shown
        compact = "".join(shown.split())
        for number in data["assumptions"]:
            assert "".join(number["source"].split()) in compact


def test_a_catalogue_says_where_there_is_no_link(capsys: pytest.CaptureFixture[str]) -> None:
    row = {
        "name": "lone", "modules": 1, "physical_qubits": 36, "bell_fidelity": None,
        "pair_rate_hz": None, "confidence": "assumed", "summary": "One chain",
    }  # fmt: skip
    print_catalogue({"targets": [row]})
    line = next(x for x in capsys.readouterr().out.splitlines() if "lone" in x)
    assert [part.strip() for part in line.strip("│").split("│")] == [
        "lone", "1", "36", "-", "-", "assumed", "One chain",
    ]  # fmt: skip


def test_a_target_shows_ranges_and_references(capsys: pytest.CaptureFixture[str]) -> None:
    row = {
        "path": "links.a.latency_us", "value": 10.0, "unit": "us", "low": 0.01, "high": None,
        "confidence": "assumed", "source": "chosen",
    }  # fmt: skip
    print_target({"name": "x", "summary": "y", "numbers": [row], "references": ["A, B (2025)"]})
    shown = words(capsys.readouterr().out)
    assert "x: y" in shown
    assert "10 (0.01 to -)" in shown
    assert "- A, B (2025)" in shown


@pytest.mark.parametrize(
    ("us", "shown"),
    [
        (None, "-"), (0.0, "0 us"), (1.5, "1.5 us"), (999.0, "999 us"), (1e3, "1 ms"),
        (39_300.0, "39.3 ms"), (2e6, "2 s"), (9e7, "1.5 min"), (7.2e9, "2 h"), (1.728e11, "2 days"),
    ],
)  # fmt: skip
def test_times_are_in_the_unit_that_suits_them(us: float | None, shown: str) -> None:
    assert duration(us) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "-"), (True, "true"), (False, "false"), (10000, "10000"), (1e-4, "0.0001"), ("a", "a")],
)
def test_values_are_written_as_a_setting_would_be(value: object, shown: str) -> None:
    assert cell(value) == shown


def test_one_thing_is_not_many() -> None:
    assert counted(1, "module") == "1 module"
    assert counted(0, "module") == "0 modules"
    assert counted(2000, "copy", "copies") == "2,000 copies"


def test_columns_of_numbers_are_right_aligned_and_others_left(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show(grid("t", ["number", "word"], [["1", "a"], ["-", "b"], ["100", "c"]]))
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("│")]
    assert rows == ["│      1 │ a    │", "│      - │ b    │", "│    100 │ c    │"]


def test_a_list_keeps_its_columns_in_line_and_its_notes_below(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    show(noted("t", ["name", "value", "note"], [["a", "10", "why " * 9], ["bcd", "7", "short"]]))
    assert capsys.readouterr().out.splitlines() == [
        "t",
        "name  value",
        "    note",
        "a        10",
        "    why why why why why why",
        "    why why why",
        "bcd       7",
        "    short",
    ]


def test_a_list_without_rows_is_no_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    show(noted("title", ["a long name", "another name", "note"], []))
    assert "a long name" in capsys.readouterr().out


def test_brackets_and_colons_are_shown_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    show(facts("t", [("qubit", "[bold]q[0][/bold] :smile:")]))
    assert "[bold]q[0][/bold] :smile:" in capsys.readouterr().out
