"""Which form of a circuit is distributed, and that it must mean the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from rotations import rotation_program

from trapline.compiler import planner as module
from trapline.compiler import planning
from trapline.compiler.clock import Clock
from trapline.compiler.pairing import Verdict
from trapline.compiler.pipeline import Compiled
from trapline.compiler.pipeline import compile as compile_circuit
from trapline.compiler.planner import Form
from trapline.errors import InfeasibleError
from trapline.passes.deadline import Deadline
from trapline.passes.effort import EFFORTS
from trapline.passes.expand import expand
from trapline.passes.program import Program, ProgramBuilder, Register
from trapline.passes.segment import segment
from trapline.passes.solve import solve
from trapline.passes.tight import with_free_seats
from trapline.targets.network import Network, ideal_network

if TYPE_CHECKING:
    from trapline.passes.assignment import Assignment
    from trapline.passes.plan import Plan
    from trapline.passes.solve import Solution

PAIR = ideal_network("complete", 2, 3)


def toffolis() -> Program:
    """Toffolis across two modules, as H, CX and T."""
    out = ProgramBuilder("toffolis", [Register("q", 6)])
    for a, b, c in ((0, 1, 3), (2, 1, 4), (0, 2, 5)):
        out.add("h", (c,))
        for x, y, turn in (
            (b, c, "tdg"), (a, c, "t"), (b, c, "tdg"), (a, c, "t"),
        ):  # fmt: skip
            out.add("cx", (x, y))
            out.add(turn, (y,))
        out.add("t", (b,))
        out.add("h", (c,))
        out.add("cx", (a, b))
        out.add("t", (a,))
        out.add("tdg", (b,))
        out.add("cx", (a, b))
    return out.build()


def passed(result: Compiled) -> bool:
    return result.verification is not None and bool(result.verification.passed)


@pytest.mark.parametrize("effort", ["fast", "default"])
def test_toffolis_are_recovered_where_that_saves_pairs(effort: str) -> None:
    result = compile_circuit(toffolis(), PAIR, effort=effort)
    assert passed(result)
    assert result.form == "recovered"
    assert result.report()["form_interactions"] < result.report()["circuit"]["interactions"]


@pytest.mark.parametrize("verdict", [None, False])
@pytest.mark.parametrize("effort", ["fast", "default"])
def test_a_form_that_is_not_shown_to_mean_the_same_is_not_used(
    effort: str, verdict: bool | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def doubtful(*_: object, **__: object) -> Verdict:
        return Verdict(passed=verdict, checked="rewrite: nobody knows")

    monkeypatch.setattr("trapline.compiler.rewrite.check_rewrite", doubtful)
    result = compile_circuit(toffolis(), PAIR, effort=effort)
    assert passed(result)
    assert result.form == "given"


def ordered(name: str, gates: list[tuple[int, int]], turned: bool) -> Form:
    """CX on four qubits in some order, with an H before each where `turned`."""
    out = ProgramBuilder(name, [Register("q", 4)])
    for a, b in gates:
        if turned:
            out.add("h", (a,))
        out.add("cx", (a, b))
    expanded = expand(out.build())
    return Form(name, expanded.program, expanded, segment(expanded.program))


LINES = [(0, 1), (0, 1), (0, 1), (2, 3), (2, 3), (2, 3)]
"""Gates that come in blocks on two qubits, one block after another."""


def test_orders_of_one_form_are_kept_apart_by_their_layers() -> None:
    first, second = ordered("first", LINES, True), ordered("second", LINES[::3] * 3, True)
    assert first.segments.n_layers > second.segments.n_layers
    again = ordered("again", LINES, True)
    names = [form.name for form in planning._promising([first, second, again], strict=True)]
    assert names == ["first", "second"]


def swapped(gates: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Halves on other qubits change places: first 2 and 3, then 0 and 1."""
    return [((a + 2) % 4, (b + 2) % 4) for a, b in gates]


def test_of_two_orders_in_blocks_the_cheaper_is_searched_and_without_blocks_both() -> None:
    crossing = [(0, 1), (2, 3), (1, 2), (3, 0)]
    for gates, chosen in ((LINES, [1]), (crossing, [1, 0])):
        forms = [ordered("late", gates, True), ordered("soon", swapped(gates), True)]
        sizes = {(form.segments.n_interactions, form.segments.n_segments) for form in forms}
        assert len(sizes) == 1
        given = planning._in_earnest(forms, [5, 4], 9, full=True, thorough=False)
        assert given == chosen
        assert planning._in_earnest(forms, [5, 4], 9, full=True, thorough=True) == [1, 0]
        assert planning._in_earnest(forms, [5, 4], 4.5, full=True, thorough=True) == [1]


@pytest.mark.parametrize(("full", "first"), [(True, "second"), (False, "first")])
def test_of_equal_prices_full_modules_take_few_layers_and_others_many(
    full: bool, first: str
) -> None:
    forms = [ordered("first", LINES, True), ordered("second", LINES[::3] * 3, True)]
    order = planning._in_earnest(forms, [7, 7], 9, full=full, thorough=True)
    assert forms[order[0]].name == first


def test_what_fits_into_one_module_is_not_rewritten() -> None:
    result = compile_circuit(toffolis(), ideal_network("complete", 2, 6), effort="default")
    assert (result.form, result.epr_pairs) == ("given", 0)


def double_excitations() -> list[str]:
    """Strings of double excitations under Jordan-Wigner, as in UCCSD."""
    found: list[str] = []
    for ends in ((0, 1, 4, 5), (0, 3, 4, 7), (1, 2, 5, 6)):
        for letters in ("xxxy", "xxyx", "xyxx", "yxxx", "yyyx", "yyxy", "yxyy", "xyyy"):
            string = ["i"] * 8
            for low, high in (ends[:2], ends[2:]):
                string[low + 1 : high] = "z" * (high - low - 1)
            for q, letter in zip(ends, letters, strict=True):
                string[q] = letter
            found.append("".join(string))
    return found


@pytest.mark.slow
def test_parities_are_shared_where_that_saves_pairs() -> None:
    program = rotation_program(8, [(string, 0.3) for string in double_excitations()])
    network = ideal_network("complete", 2, 5)
    fast, more = (compile_circuit(program, network, effort=e) for e in ("fast", "default"))
    assert passed(more)
    assert more.form == "shared-parities"
    assert more.epr_pairs < fast.epr_pairs


def test_a_small_plan_is_proven_optimal_by_default() -> None:
    result = compile_circuit(toffolis(), PAIR, effort="default")
    assert result.report()["optimal"]
    assert result.solution.lower_bound == result.epr_pairs > 1


def test_data_qubits_are_kept_free_for_a_single_communication_qubit() -> None:
    rng = np.random.default_rng(0)
    out = ProgramBuilder("dense", [Register("q", 8)])
    for _ in range(60):
        a, b = rng.choice(8, 2, replace=False).tolist()
        out.add("cx", (a, b))
        out.add("h", (b,))
    result = compile_circuit(out.build(), ideal_network("line", 3, 4, 1), effort="fast")
    assert passed(result)
    alone = compile_circuit(out.build(), ideal_network("line", 3, 4), effort="fast")
    assert result.epr_pairs < 2 * alone.epr_pairs


def test_every_form_of_a_program_has_its_communication_model() -> None:
    steps = module.Planner(PAIR, Clock(lambda _: None), "fast", 0, Deadline(None))
    forms = steps.forms(toffolis())
    assert [form.name for form in forms] == ["given", "simplified", "recovered"]
    trials = steps.trials(forms)
    assert len(trials) == 3
    assert trials[2].epr_pairs <= trials[0].epr_pairs
    assert forms[2].segments.n_interactions < forms[0].segments.n_interactions


def planner_of(network: Network) -> module.Planner:
    return module.Planner(network, Clock(lambda _: None), "default", 0, Deadline(None))


def test_a_bound_is_that_of_the_network_and_not_of_a_smaller_room() -> None:
    """Six qubits need two modules of three; they would need three modules of two."""
    network = ideal_network("complete", 3, 3, 1)
    steps = planner_of(network)
    form = steps.forms(toffolis())[0]
    (room,) = (room for room in with_free_seats(network, 6) if max(room.data_qubits) == 2)
    searching = EFFORTS["fast"].searching
    assert solve(form.segments, room, steps.router, effort=searching).lower_bound == 2
    _, solution = steps._search(form, room, None, searching)
    assert solution.lower_bound == 1


def test_what_a_time_limit_left_out_is_said() -> None:
    deadline = Deadline(0.0)
    assert not deadline.struck
    assert deadline.is_over()
    assert deadline.struck
    forever = Deadline(None)
    assert not forever.is_over()
    assert forever.left() is None
    result = compile_circuit(toffolis(), PAIR, effort="default", time_limit=1e-9)
    assert passed(result)
    assert result.stopped


@pytest.mark.parametrize("failing", [{"recovered"}, {"given", "simplified", "recovered"}])
def test_a_form_that_fails_does_not_take_the_plan_of_another_with_it(
    failing: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = module.Planner.attempt

    def failing_attempt(
        self: module.Planner, form: module.Form, start: Assignment | None
    ) -> tuple[Plan, Solution]:
        if form.name in failing:
            raise InfeasibleError("too few", constraint="comm_qubits")
        return attempt(self, form, start)

    monkeypatch.setattr(module.Planner, "attempt", failing_attempt)
    if "given" in failing:
        with pytest.raises(InfeasibleError):
            compile_circuit(toffolis(), PAIR, effort="best")
        return
    result = compile_circuit(toffolis(), PAIR, effort="best")
    assert passed(result)
    assert result.form != "recovered"


def test_attempts_with_fewer_modules_and_for_a_hint_share_one_time_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left: list[float | None] = []
    now = [0.0]

    def failing(steps: module.Planner, *_: object) -> tuple[Plan, Solution]:
        left.append(steps.deadline.left())
        now[0] += 4.0
        raise InfeasibleError("too few", constraint="comm_qubits", nearest={"comm_qubits": 2})

    monkeypatch.setattr("time.perf_counter", lambda: now[0])
    monkeypatch.setattr(module.Planner, "attempt", failing)
    monkeypatch.setattr(planning, "last_resort", failing)
    network = Network("line", ("a", "b", "c"), (4, 4, 4), (1, 1, 0), ((0, 1), (1, 2)))
    with pytest.raises(InfeasibleError):
        compile_circuit(toffolis(), network, effort="fast", time_limit=1000.0)
    assert left == sorted(left, reverse=True)
    assert len(set(left)) == len(left) >= 3
