"""`trapline.compile` from Python: what goes in, and what the result holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import cirq
import pytest
from commandline import CIRCUITS, trapline

import trapline as library
from trapline.compiler.read import read_program
from trapline.passes.check import check_plan
from trapline.targets.load import load_target
from trapline.targets.network import ideal_network

if TYPE_CHECKING:
    from trapline.compiler.pipeline import Compiled

RING = CIRCUITS / "qaoa_ring6.qasm"
NETWORK = ideal_network("line", 3, 2, None)


@pytest.fixture(scope="module")
def ring() -> Compiled:
    return library.compile(RING, NETWORK, effort="fast", seed=3)


def test_the_result_holds_pairs_circuit_plan_report_and_verification(ring: Compiled) -> None:
    assert ring.epr_pairs > 0
    assert ring.verification is not None
    assert ring.verification.passed is True
    assert isinstance(ring.circuit, cirq.Circuit)
    assert ring.plan.epr_pairs == ring.epr_pairs == ring.report()["epr_pairs"]
    assert check_plan(ring.plan, NETWORK).epr_pairs == ring.epr_pairs


def test_the_circuit_prepares_as_many_pairs_as_are_counted(ring: Compiled) -> None:
    tags = [str(tag) for op in ring.circuit.all_operations() for tag in op.tags]
    assert sum(tag.startswith("trapline:epr ") for tag in tags) == ring.epr_pairs


def test_the_report_is_plain_data_and_the_same_as_on_the_command_line(ring: Compiled) -> None:
    report = json.loads(json.dumps(ring.report(), allow_nan=False))
    done = trapline(
        "compile", RING, "--network", "line", "--modules", 3, "--data-qubits", 2,
        "--effort", "fast", "--seed", 3,
    )  # fmt: skip
    printed = json.loads(done.stdout)
    assert {**report, "seconds": None} == {**printed, "seconds": None}


def test_the_report_adds_up(ring: Compiled) -> None:
    report = ring.report()
    assert sum(link["epr_pairs"] for link in report["links"]) == report["epr_pairs"]
    assert report["lower_bound"] is None or report["lower_bound"] <= report["epr_pairs"]
    assert report["epr_pairs"] <= report["static_epr_pairs"] <= report["round_robin_epr_pairs"]
    for module, limit in zip(report["modules"], report["network"]["data_qubits"], strict=True):
        assert module["peak_data_qubits"] <= limit
    places = report["qubit_map"]
    names = set(read_program(RING).qubit_names)
    assert set(places["initial"]) == set(places["final"]) == names


def _inputs() -> dict[str, Any]:
    text = (CIRCUITS / "bell.qasm").read_text()
    a, b = cirq.LineQubit.range(2)
    measured = cirq.measure(a, key="c[0]"), cirq.measure(b, key="c[1]")
    circuit = cirq.Circuit(cirq.H(a), cirq.CNOT(a, b), *measured)
    return {
        "path": CIRCUITS / "bell.qasm",
        "path as text": str(CIRCUITS / "bell.qasm"),
        "text": text,
        "cirq": circuit,
        "frozen": circuit.freeze(),
        "program": read_program(CIRCUITS / "bell.qasm"),
    }


@pytest.mark.parametrize("kind", _inputs())
def test_a_circuit_may_be_a_path_a_text_or_an_object(kind: str) -> None:
    found = library.compile(_inputs()[kind], ideal_network("line", 2, 1, None), effort="fast")
    assert found.epr_pairs == 1
    assert cirq.measurement_key_names(found.circuit) >= {"c[0]", "c[1]"}


@pytest.mark.parametrize(
    "target",
    [
        "oxford-2025",
        str(CIRCUITS.parents[1] / "targets" / "catalog" / "oxford-2025.toml"),
        CIRCUITS.parents[1] / "targets" / "catalog" / "oxford-2025.toml",
        load_target("oxford-2025"),
    ],
    ids=["name", "path", "path object", "target"],
)
def test_a_target_may_be_a_name_a_path_or_an_object(target: Any) -> None:
    found = library.compile(CIRCUITS / "bell.qasm", target, effort="fast")
    assert found.epr_pairs == 1
    assert found.timing is not None


def test_stages_are_announced_as_they_begin() -> None:
    stages: list[str] = []
    library.compile(CIRCUITS / "bell.qasm", "oxford-2025", progress=stages.append)
    assert stages[0] == "read"
    assert stages[-1] == "verify"
    assert len(stages) == len(set(stages))


def test_verification_can_be_declined() -> None:
    found = library.compile(CIRCUITS / "bell.qasm", "oxford-2025", verify=False)
    assert found.verification is None
    assert found.report()["verification"]["method"] == "plan-check"


def test_an_unknown_effort_is_refused() -> None:
    with pytest.raises(library.TraplineError, match="want one of fast, default, best"):
        library.compile(CIRCUITS / "bell.qasm", "oxford-2025", effort="heroic")


def test_errors_of_ours_share_one_root() -> None:
    with pytest.raises(library.TraplineError):
        library.compile("no-such-file.qasm", "oxford-2025")
    with pytest.raises(library.TargetError):
        library.compile(CIRCUITS / "bell.qasm", "oxford-2026")
    with pytest.raises(library.InfeasibleError) as caught:
        library.compile(RING, "oxford-2025")
    assert caught.value.nearest
    assert caught.value.exit_code == 4


def test_a_failed_verification_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    from trapline.compiler.verify import Verification

    def failed(*arguments: object, **options: object) -> Verification:
        return Verification(method="stabilizer", passed=False, checked="differs", details={})

    monkeypatch.setattr("trapline.compiler.verify.verify", failed)
    with pytest.raises(library.CheckError, match="stabilizer"):
        library.compile(CIRCUITS / "bell.qasm", "oxford-2025")
