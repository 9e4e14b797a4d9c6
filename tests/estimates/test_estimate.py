"""Whole estimates: answers, limits, reports."""

import copy
import json
import pickle
import subprocess
import sys
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from trapline.errors import InfeasibleError, InputError, TargetError
from trapline.estimates import Estimate, EstimateReport, estimate, estimate_schema, reasons
from trapline.estimates.references import REFERENCES
from trapline.targets.load import apply_overrides, catalogue, load_target

# A machine that is good enough for most goals, to vary one thing at a time.
GOOD = {"two_qubit_gate_error": 1e-4, "measurement_error": 1e-4, "idle_coherence_time_s": 100.0}
KEYS = {
    "version",
    "feasible",
    "logical_qubits",
    "modules",
    "physical_qubits",
    "logical_qubits_per_module",
    "architecture",
    "regime",
    "code",
    "logical_cycle_time_us",
    "remote_operation_time_us",
    "runtime_s",
    "link",
    "qubits_by_role",
    "error_budget",
    "binding_constraint",
    "frontier",
    "assumptions",
    "nearest_feasible",
}


@pytest.fixture(scope="module")
def roadmap() -> Estimate:
    return estimate(target="ionq-2028")


def small(**module: float) -> dict[str, Any]:
    """Sizes of a module of ionq-2028, with its other numbers made good."""
    return {**GOOD, **module}


def test_the_report_has_the_keys_that_stay(roadmap: Estimate) -> None:
    report = roadmap.as_dict()
    assert set(report) >= KEYS
    assert set(report["code"]) == {"family", "distance", "parameters"}
    assert set(report["qubits_by_role"]) >= {
        "data", "ancilla", "communication", "memory", "distillation", "factory", "routing"
    }  # fmt: skip
    assert set(report["link"]) >= {
        "raw_fidelity", "used_fidelity", "distillation", "raw_pairs_per_remote_operation",
        "required_pairs_per_s", "available_pairs_per_s",
    }  # fmt: skip
    assert json.loads(json.dumps(report)) == report


def test_the_roadmap_machine_needs_many_more_than_its_two_chips(roadmap: Estimate) -> None:
    assert roadmap.feasible
    assert roadmap.regime == "hosted"
    assert roadmap.modules is not None
    assert 50 < roadmap.modules < 400
    assert roadmap.physical_qubits == 10_000 * roadmap.modules


def test_roles_add_up_and_none_is_negative(roadmap: Estimate) -> None:
    roles = roadmap.as_dict()["qubits_by_role"]
    assert sum(roles.values()) == roadmap.physical_qubits
    assert min(roles.values()) >= 0
    assert roadmap.code is not None
    assert roles["data"] == 1024 * roadmap.code.distance**2


def test_the_error_budget_adds_up_to_less_than_was_allowed(roadmap: Estimate) -> None:
    budget = dict(roadmap.error_budget)
    total, allowed = budget.pop("total"), budget.pop("allowed")
    assert sum(budget.values()) == pytest.approx(total)
    assert total <= allowed == 1e-9


def test_every_number_of_the_target_is_listed_with_source_and_confidence(
    roadmap: Estimate,
) -> None:
    named = {a.name: a for a in roadmap.assumptions}
    target = load_target("ionq-2028")
    assert named["modules.chip.two_qubit_gate_error"].confidence == "roadmap"
    assert named["links.photonic.pair_rate_hz"].value == target.links[0].pair_rate_hz.value
    assert named["links.photonic.pair_rate_hz"].unit == "1/s"
    assert all(a.source and a.confidence for a in roadmap.assumptions)
    assert named["seam.seam_threshold"].source.startswith("our simulations")


def test_references_are_known_and_name_what_was_used(roadmap: Estimate) -> None:
    assert set(roadmap.references) <= set(REFERENCES)
    assert "jacinto-2025" in roadmap.references


def test_the_report_validates_against_its_schema(roadmap: Estimate) -> None:
    schema = estimate_schema()
    assert set(schema["$defs"]["EstimateReport"]["properties"]) >= KEYS
    again = msgspec.convert(roadmap.as_dict(), EstimateReport)
    assert again == roadmap.whole


def test_a_whole_report_has_the_methods_of_an_estimate(roadmap: Estimate) -> None:
    whole = roadmap.whole
    assert whole.as_dict() == roadmap.as_dict()
    assert whole.require_feasible() is whole


def test_a_changed_copy_of_an_estimate_says_that_it_has_numbers_only(roadmap: Estimate) -> None:
    changed = msgspec.structs.replace(roadmap, seed=9)
    assert changed.seed == 9
    with pytest.raises(InputError, match="whole"):
        _ = changed.frontier
    assert msgspec.structs.replace(roadmap.whole, seed=9).frontier == roadmap.frontier


def test_the_same_question_has_the_same_answer() -> None:
    first = estimate(target="ionq-2028", seed=3)
    assert first == estimate(target=load_target("ionq-2028"), seed=3)
    assert first.seed == 3


@pytest.mark.parametrize("name", catalogue())
def test_every_machine_of_the_catalogue_gets_an_answer(name: str) -> None:
    report = estimate(target=name)
    assert report.binding_reason
    if report.feasible:
        assert report.modules is not None
        assert report.modules >= 1
    else:
        assert report.nearest_feasible is not None
        with pytest.raises(InfeasibleError) as caught:
            report.require_feasible()
        with pytest.raises(InfeasibleError):
            report.whole.require_feasible()
        assert caught.value.constraint == report.binding_constraint
        assert caught.value.nearest


@pytest.mark.parametrize(
    "name", ["oxford-2025", "ionq-tempo-pair", "quantinuum-helios", "mixed-ion-atom"]
)
def test_the_nearest_feasible_numbers_do_when_they_are_set(name: str) -> None:
    report = estimate(target=name)
    assert not report.feasible
    assert report.nearest_feasible is not None
    changed = apply_overrides(load_target(name), report.nearest_feasible.change.settings)
    assert estimate(target=changed).feasible


def test_one_missing_number_is_found_by_itself_and_is_tight() -> None:
    """A machine that lacks only fidelity: slightly below the value found it must fail."""
    link = {"bell_fidelity": 0.55, "pair_rate_hz": 1e6}
    report = estimate(target="ionq-2028", link=link, module=GOOD)
    assert not report.feasible
    assert report.nearest_feasible is not None
    changes = [report.nearest_feasible.change, *report.nearest_feasible.alternatives]
    by_name = {change.constraints[0]: change for change in changes}
    fidelity = by_name["link_fidelity"].settings["links.photonic.bell_fidelity"]
    swap = {"memory_swap_error": 1e-3 / by_name["link_fidelity"].factor}
    better = {**link, "bell_fidelity": fidelity}
    assert estimate(target="ionq-2028", module=GOOD | swap, link=better).feasible
    worse = {**link, "bell_fidelity": 1 - (1 - fidelity) * 1.05}
    assert not estimate(target="ionq-2028", module=GOOD | swap, link=worse).feasible


def test_modules_without_communication_qubits_lack_those() -> None:
    report = estimate(target="ionq-2028", module={"communication_qubits": 0})
    assert report.binding_constraint == "communication_qubits"
    assert report.nearest_feasible is not None
    settings = report.nearest_feasible.change.settings
    assert set(settings) == {
        "modules.chip.communication_qubits",
        "modules.chip.physical_qubits",
    }
    assert estimate(target=apply_overrides(load_target("ionq-2028"), settings)).feasible


def test_a_goal_of_any_size_has_a_whole_report() -> None:
    """Of crowded modules, in which fewer logical qubits than fit are tried too."""
    module = {"parallel_two_qubit_gates": 1000, "idle_coherence_time_s": 1000.0}
    found = estimate(target="ionq-2028", module=module, logical_qubits=10**10)
    assert found.frontier


def test_a_perfect_link_needs_no_more_qubits_a_patch_than_one_big_module() -> None:
    perfect = {"bell_fidelity": 1.0, "pair_rate_hz": 1e12, "latency_us": 0.0}
    module = {**GOOD, "memory_swap_error": 0.0}
    many = estimate(target="ionq-2028", link=perfect, module=module)
    huge = {"data_qubits": 10**7, "physical_qubits": 2 * 10**7, "parallel_two_qubit_gates": 10**7}
    one = estimate(target="ionq-2028", module=module | huge)
    assert one.modules == 1
    assert one.link is None
    assert one.remote_operation_time_us is None
    assert many.code is not None
    assert one.code is not None
    assert many.code.distance <= one.code.distance + 2
    assert many.link is not None
    assert many.link.distillation == "none"


def test_a_useless_link_is_infeasible() -> None:
    report = estimate(target="ionq-2028", link={"bell_fidelity": 0.25})
    assert not report.feasible
    assert report.modules is None


def test_a_machine_without_links_says_so() -> None:
    report = estimate(target="quantinuum-helios")
    assert report.binding_constraint == "no_link"


def test_one_module_is_enough_for_a_small_goal() -> None:
    report = estimate(target="ionq-2028", logical_qubits=3, logical_error=1e-4, module=GOOD)
    assert report.modules == 1
    assert report.architecture == "surface code in one module"


def test_small_modules_cut_patches_and_pay_every_round() -> None:
    tiny = small(data_qubits=140, communication_qubits=100, physical_qubits=240)
    fast = {"bell_fidelity": 0.999, "pair_rate_hz": 1e7, "multiplexing": 10}
    report = estimate(target="ionq-2028", module=tiny, link=fast, logical_error=1e-12)
    assert report.feasible
    assert report.regime == "distributed"
    assert report.logical_qubits_per_module is not None
    assert report.logical_qubits_per_module < 1
    assert report.qubits_by_role is not None
    assert min(report.as_dict()["qubits_by_role"].values()) >= 0


def test_a_fixed_number_of_modules_is_kept() -> None:
    pair = load_target("ionq-tempo-pair")
    assert not pair.modules[0].extensible
    report = estimate(target=pair, logical_qubits=1, logical_error=0.1, module=GOOD)
    assert report.modules is None or report.modules <= 2


def test_a_workload_gives_a_runtime_and_a_stricter_t_state() -> None:
    counts = {"numQubits": 100, "tCount": 1_000_000}
    report = estimate(target="ionq-2028", counts=counts, budget=0.1)
    assert report.logical_qubits == 100
    assert report.remote_operation_time_us is not None
    assert report.runtime_s == pytest.approx(1e6 * report.remote_operation_time_us * 1e-6)
    assert report.magic_states is not None
    assert float(report.magic_states["error"]) <= 0.05 / 1e6


def test_a_program_without_t_gates_needs_no_factory() -> None:
    counts = {"numQubits": 100, "measurementCount": 1000}
    report = estimate(target="ionq-2028", counts=counts)
    assert report.magic_states is None


def test_the_frontier_is_sorted_and_nothing_on_it_is_dominated() -> None:
    report = estimate(target="ionq-2028", module=GOOD, link={"pair_rate_hz": 1e5})
    points = [(p.modules, p.remote_operation_time_us or 0.0) for p in report.frontier]
    assert points == sorted(points)
    assert all(a[1] > b[1] for a, b in pairwise(points))
    assert report.modules == points[0][0]
    assert {p.distillation for p in report.alternatives} >= {"none", "422"}


def test_overrides_of_link_and_module_reach_the_model() -> None:
    better = estimate(target="ionq-2028", link={"bell_fidelity": 0.98})
    base = estimate(target="ionq-2028")
    assert better.link is not None
    assert better.link.raw_fidelity == 0.98
    assert better.modules is not None
    assert base.modules is not None
    assert better.modules <= base.modules
    named = {a.name: a for a in better.assumptions}
    assert named["links.photonic.bell_fidelity"].source == "set by the user"


def test_bad_input_is_refused_by_name() -> None:
    with pytest.raises(TargetError):
        estimate(target="ionq-2082")
    with pytest.raises(TargetError, match="bell_fidelity"):
        estimate(target="ionq-2028", link={"bell_fidelty": 0.98})
    with pytest.raises(InputError, match="logical_error"):
        estimate(target="ionq-2028", logical_error=2.0)


def test_importing_the_package_is_light() -> None:
    code = (
        "import sys, trapline.estimates; trapline.estimates.__all__; "
        "print([m for m in ('numpy', 'cirq', 'scipy', 'ortools') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_estimate_itself_loads_no_heavy_package() -> None:
    code = (
        "import sys, trapline.estimates as e; e.estimate(target='ionq-2028'); "
        "print([m for m in ('cirq', 'scipy', 'ortools', 'networkx', 'stim') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_takes_long_is_worked_out_when_it_is_first_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never(*_: Any) -> Any:
        raise AssertionError("nobody asked")

    with monkeypatch.context() as patch:
        patch.setattr(reasons, "everything_and_costs", never)
        report = estimate(target="ionq-2028")
        assert report.modules
        assert report.error_budget["total"] <= report.error_budget["allowed"]
        with pytest.raises(AssertionError, match="nobody asked"):
            _ = report.frontier
    assert report.frontier[0].modules == report.modules
    assert report.frontier is report.frontier


def test_a_copy_or_a_pickled_estimate_works_the_rest_out_as_well(roadmap: Estimate) -> None:
    for again in (copy.copy(roadmap), pickle.loads(pickle.dumps(roadmap))):
        assert again == roadmap
    assert roadmap != roadmap.whole


def explained(report: Estimate) -> dict[str, tuple[str, str]]:
    return {row.figure: (row.formula, row.source) for row in report.explanations}


def test_factories_are_explained_by_the_source_of_those_chosen() -> None:
    for error in (1e-9, 1e-12):
        report = estimate(target="ionq-2028", logical_error=error, explain=True)
        assert report.magic_states is not None
        rows, source = explained(report), report.magic_states["source"]
        assert rows["factories"][1] == rows["qubits_by_role.factory"][1] == source


def test_the_clock_of_a_cut_patch_is_explained_by_its_rounds() -> None:
    module = {**GOOD, "data_qubits": 150}
    link = {"bell_fidelity": 0.99, "pair_rate_hz": 1e6}
    report = estimate(target="ionq-2028", module=module, link=link, explain=True)
    assert report.regime == "distributed"
    rows = explained(report)
    assert rows["logical_cycle_time_us"] == rows["remote_operation_time_us"]
    assert report.logical_cycle_time_us == report.remote_operation_time_us
