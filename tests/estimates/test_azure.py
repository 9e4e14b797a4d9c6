"""The Azure estimator version 1, against its own output."""

import json
from pathlib import Path
from typing import Any

import pytest

from trapline.errors import InfeasibleError, InputError
from trapline.estimates.azure import AZURE_QUBITS, AzureQubit, azure_v1, layout_patches
from trapline.estimates.azure_factory import successes, units_needed

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "reference" / "azure_v1.json"

# Printed by Microsoft Azure Quantum Resource Estimator v1 (qsharp 1.31.0), surface code:
# counts, qubit, budget, then physical qubits, runtime in ns, distance, T factories, unit names,
# distances of the rounds.
CASES: list[tuple[dict[str, int], str, float, tuple[Any, ...]]] = [
    (
        {"numQubits": 100, "tCount": 1_000_000},
        "qubit_gate_ns_e3",
        1e-3,
        (472_860, 8_400_000_000, 21, 15, ["15-to-1 space efficient"] * 2, [5, 19]),
    ),
    (
        {"numQubits": 100, "tCount": 1_000_000},
        "qubit_gate_ns_e3",
        1e-2,
        (400_060, 7_600_000_000, 19, 13, ["15-to-1 space efficient", "15-to-1 RM prep"], [5, 15]),
    ),
    (
        {"numQubits": 1024, "measurementCount": 100_000_000},
        "qubit_gate_us_e4",
        1e-3,
        (723_320, 780_000_000_000_000, 13, 0, [], []),
    ),
]


@pytest.mark.parametrize(("counts", "qubit", "budget", "wanted"), CASES)
def test_azure_v1_gives_what_the_tool_printed(
    counts: dict[str, int], qubit: str, budget: float, wanted: tuple[Any, ...]
) -> None:
    got = azure_v1(counts, qubit=qubit, error_budget=budget)
    factory = got.get("tfactory", {"unitNamePerRound": [], "codeDistancePerRound": []})
    assert (
        got["physicalCounts"]["physicalQubits"],
        got["physicalCounts"]["runtime"],
        got["logicalQubit"]["codeDistance"],
        got["physicalCounts"]["breakdown"]["numTfactories"],
        factory["unitNamePerRound"],
        factory["codeDistancePerRound"],
    ) == wanted


def test_every_intermediate_value_of_all_reference_cases_is_exact() -> None:
    if not SHARED.exists():
        pytest.skip("the shared reference file is absent")
    cases = json.loads(SHARED.read_text())["estimates"]
    assert len(cases) == 48
    for case in cases:
        about = {key: case.pop(key) for key in ("workload", "qubit", "errorBudgetTotal")}
        got = azure_v1(
            case["logicalCounts"], qubit=about["qubit"], error_budget=about["errorBudgetTotal"]
        )
        assert got == case, about


def test_the_layout_of_the_paper_adds_routing_patches() -> None:
    assert [layout_patches(q) for q in (1, 2, 100, 1024)] == [6, 9, 230, 2140]


def test_units_are_provisioned_by_a_quantile_not_by_the_mean() -> None:
    assert units_needed(15, 0.02, 0.005) == 17
    assert successes(17, 0.02, 0.005) >= 15
    assert successes(16, 0.02, 0.005) < 15


def test_counts_may_use_ccz_gates() -> None:
    plain = azure_v1({"numQubits": 10, "tCount": 400}, qubit="qubit_gate_us_e4", error_budget=0.01)
    ccz = azure_v1({"numQubits": 10, "cczCount": 100}, qubit="qubit_gate_us_e4", error_budget=0.01)
    assert ccz["physicalCounts"]["breakdown"]["numTstates"] == 400
    assert plain["physicalCounts"]["breakdown"]["algorithmicLogicalDepth"] == 400
    assert ccz["physicalCounts"]["breakdown"]["algorithmicLogicalDepth"] == 300


def test_a_program_shorter_than_a_factory_run_is_stretched_to_it() -> None:
    got = azure_v1({"numQubits": 2, "tCount": 1}, qubit="qubit_gate_ns_e3", error_budget=1e-4)
    breakdown = got["physicalCounts"]["breakdown"]
    assert breakdown["logicalDepth"] > breakdown["algorithmicLogicalDepth"] == 1
    assert got["physicalCounts"]["runtime"] >= got["tfactory"]["runtime"]


def test_better_qubits_never_need_more() -> None:
    counts = {"numQubits": 100, "tCount": 10_000}
    e3, e4 = (
        azure_v1(counts, qubit=f"qubit_gate_us_{kind}", error_budget=0.01) for kind in ("e3", "e4")
    )
    assert e4["physicalCounts"]["physicalQubits"] < e3["physicalCounts"]["physicalQubits"]


def test_qubits_above_threshold_are_infeasible_with_a_name() -> None:
    noisy = AzureQubit("noisy", 50, 100, 50, 0.011, 0.011)
    with pytest.raises(InfeasibleError, match="threshold") as caught:
        azure_v1({"numQubits": 2, "tCount": 10}, qubit=noisy, error_budget=0.01)
    assert caught.value.constraint == "local_error"


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ({"numQubit": 3}, "did you mean 'numQubits'"),
        ({"numQubits": -3}, "want an integer"),
        ({"numQubits": 3}, "no operations"),
        ({"numQubits": 3, "rotationCount": 3}, "rotationDepth"),
    ],
)
def test_bad_counts_are_refused(counts: dict[str, int], message: str) -> None:
    with pytest.raises(InputError, match=message):
        azure_v1(counts, qubit="qubit_gate_us_e4", error_budget=0.01)


def test_a_bad_qubit_or_budget_is_refused() -> None:
    counts = {"numQubits": 3, "tCount": 1}
    with pytest.raises(InputError, match="did you mean"):
        azure_v1(counts, qubit="qubit_gate_us_e5", error_budget=0.01)
    with pytest.raises(InputError, match="error_budget"):
        azure_v1(counts, qubit=AZURE_QUBITS["qubit_gate_us_e4"], error_budget=1.0)
