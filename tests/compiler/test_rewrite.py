"""A plan for a rewritten program counts only where the rewrite is shown to mean the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from mutations import Line, lines_of, program_of
from plans import naive_plan
from toffolis import decomposed

from trapline.compiler import verify as verify_module
from trapline.compiler.pairing import Verdict
from trapline.compiler.read import load
from trapline.compiler.rewrite import check_rewrite
from trapline.compiler.verify import Verification, verify
from trapline.errors import CheckError
from trapline.passes.check import PlanCheck, check_plan
from trapline.passes.emit import emit
from trapline.passes.program import Program, ProgramBuilder, Register
from trapline.passes.recover import candidates
from trapline.targets.network import ideal_network

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "circuits"
CIRCUITS = (
    "feynman/barenco_tof_10.qasm",
    "feynman/gf2^8_mult.qasm",
    "feynman/hwb6.qasm",
    "qasmbench/dnn_n33.qasm",
    "qasmbench/multiplier_n15.qasm",
    "qasmbench/qft_n29.qasm",
    "qasmbench/square_root_n18.qasm",
    "suite/heis_6x6_s2.qasm",
    "suite/qv_n16.qasm",
)
OPEN = Verdict(passed=None, checked="rewrite: open")
NETWORK = ideal_network("complete", 2, 40, 6)


def toffolis(n_qubits: int) -> Program:
    out = ProgramBuilder("test", [Register("q", n_qubits)])
    for q in range(n_qubits - 2):
        out.add("ccx", [q, q + 1, q + 2])
        out.add("h", [q])
    return out.build()


def planned(
    given: Program,
    rewritten: Program,
    *,
    used: PlanCheck | None = None,
    rewrite: Verdict | None = None,
) -> Verification:
    plan = naive_plan(rewritten, 2)
    emitted = emit(plan, NETWORK)
    return verify(
        given,
        emitted,
        qubit_map=emitted.notes["qubit_map"],  # type: ignore[arg-type]
        plan=plan,
        network=NETWORK,
        used=used,
        rewrite=rewrite,
        effort="fast",
    )


@pytest.fixture
def small() -> tuple[Program, Program]:
    whole = toffolis(4)
    return decomposed(whole, "textbook"), whole


@pytest.fixture
def wide() -> tuple[Program, Program]:
    whole = toffolis(30)
    return decomposed(whole, "in place"), whole


def test_a_small_rewritten_program_is_verified_by_all_methods(
    small: tuple[Program, Program],
) -> None:
    found = planned(*small)
    assert found.passed
    assert found.method == "plan-check+rewrite+state-vector"
    assert "state vector" in found.details["rewrite"]


def test_a_wide_rewritten_program_is_verified_by_plan_and_rewrite(
    wide: tuple[Program, Program],
) -> None:
    found = planned(*wide)
    assert found.passed
    assert found.exit_code == 0
    assert found.method == "plan-check+rewrite"
    assert "rotation form: both programs are the same" in found.details["rewrite"]


def test_a_program_that_was_not_rewritten_needs_no_rewrite(wide: tuple[Program, Program]) -> None:
    _, whole = wide
    found = planned(whole, whole, rewrite=OPEN)
    assert found.method == "plan-check"
    assert "rewrite" not in found.details


def test_a_plan_for_a_program_that_does_something_else_fails(
    small: tuple[Program, Program],
) -> None:
    given, whole = small
    found = planned(given, program_of(whole, [*lines_of(whole), Line("z", (2,))]))
    assert found.passed is False
    assert found.method == "rewrite"
    assert found.exit_code == 5
    with pytest.raises(CheckError, match="verification failed: rewrite"):
        found.require()


def test_a_wide_program_with_an_open_rewrite_is_not_called_verified(
    wide: tuple[Program, Program],
) -> None:
    found = planned(*wide, rewrite=OPEN)
    assert found.passed is None
    assert found.method == "none"
    assert found.exit_code == 5
    assert "plan-check" in found.details
    with pytest.raises(CheckError, match="not verified") as caught:
        found.require()
    assert "rewritten program" in caught.value.hint


def test_a_small_program_with_an_open_rewrite_is_decided_by_simulation(
    small: tuple[Program, Program],
) -> None:
    found = planned(*small, rewrite=OPEN)
    assert found.passed
    assert found.method == "state-vector"


def test_a_wide_program_with_one_gate_missing_is_not_verified(
    wide: tuple[Program, Program],
) -> None:
    given, whole = wide
    assert planned(given, program_of(whole, lines_of(whole)[:-1])).passed is not True


def test_what_was_checked_before_is_not_checked_again(
    wide: tuple[Program, Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    given, whole = wide
    used = check_plan(naive_plan(whole, 2), NETWORK)
    passed = Verdict(passed=True, checked="rewrite: seen")
    for name in ("check_plan", "check_rewrite"):
        monkeypatch.delattr(verify_module, name)
    found = planned(given, whole, used=used, rewrite=passed)
    assert found.passed
    assert found.method == "plan-check+rewrite"
    assert found.details["rewrite"] == "rewrite: seen"
    assert f"{used.epr_pairs} EPR pairs" in found.details["plan-check"]


def test_another_register_is_another_program() -> None:
    one, other = (ProgramBuilder("test", [Register(name, 2)]).build() for name in "qr")
    found = check_rewrite(one, other)
    assert found.passed is False
    assert "registers differ" in found.checked


def random_unitary(seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.complex128]]:
    rng = np.random.default_rng(seed)
    return np.linalg.qr(rng.normal(size=(4, 4)) + 1j * rng.normal(size=(4, 4)))[0]


@pytest.mark.parametrize("width", [2, 13])
def test_state_vectors_decide_unitaries_that_the_rotation_form_leaves_open(width: int) -> None:
    one, two = random_unitary(1), random_unitary(2)
    apart, joined = (ProgramBuilder("test", [Register("q", width)]) for _ in range(2))
    apart.add_unitary(one, (0, 1))
    apart.add_unitary(two, (0, 1))
    joined.add_unitary(two @ one, (0, 1))
    found = check_rewrite(apart.build(), joined.build())
    assert found.passed
    assert ("found no counterpart; state vector" in found.checked) == (width == 13)
    joined.add("t", (1,))
    assert check_rewrite(apart.build(), joined.build()).passed is False


def test_state_vectors_alone_never_pass_measurements() -> None:
    """They draw outcomes, and may miss one that is rare."""
    one, two = random_unitary(1), random_unitary(2)
    apart, joined = (
        ProgramBuilder("test", [Register("q", 2)], [Register("c", 1)]) for _ in range(2)
    )
    apart.add_unitary(one, (0, 1))
    apart.add_unitary(two, (0, 1))
    joined.add_unitary(two @ one, (0, 1))
    for out in (apart, joined):
        out.add("measure", (0,), bit=0)
    assert check_rewrite(apart.build(), joined.build()).passed is None
    joined.add("x", (0,))
    assert check_rewrite(apart.build(), joined.build()).passed is False


@pytest.mark.parametrize("name", CIRCUITS)
def test_candidates_of_shared_circuits_mean_the_same(name: str) -> None:
    if not SHARED.exists():
        pytest.skip("shared circuits are absent")
    program, _ = load(SHARED / name)
    for candidate, rewritten in candidates(program):
        found = check_rewrite(program, rewritten)
        assert found.passed, f"{candidate}: {found.checked}"


def test_programs_of_a_thousand_qubits_are_not_simulated() -> None:
    out = ProgramBuilder("wide", [Register("q", 1200)])
    for q in range(0, 1200, 2):
        out.add_unitary(random_unitary(q), (q, q + 1))
    found = check_rewrite(out.build(), ProgramBuilder("none", [Register("q", 1200)]).build())
    assert found.passed is None
