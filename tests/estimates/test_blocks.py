"""Bicycle blocks in the search: published numbers, what fits, what an operation costs."""

from math import ceil, exp, floor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from machines import hardware_from, machines

from trapline.errors import InputError
from trapline.estimates import REFERENCES, block_laws, estimate, estimate_many
from trapline.estimates.bicycle import CYCLE_STEPS, GROSS, TWO_GROSS, Bicycle
from trapline.estimates.blocks import port_qubits
from trapline.estimates.blocks_modules import BlockWork
from trapline.estimates.goal import CODES, Goal, goal_of
from trapline.estimates.machine import machines_of
from trapline.estimates.on_demand import Estimate
from trapline.estimates.operations import n_pairs_held
from trapline.estimates.outcome import SURGERY, TRANSVERSAL
from trapline.estimates.plans import PLANS, supply_of
from trapline.estimates.search import best, cost
from trapline.estimates.surface_code import merge_error, patch_qubits, seam_error
from trapline.estimates.work import Work
from trapline.targets.load import load_target

KINDS = {0: GROSS, 1: TWO_GROSS}
# A roadmap machine whose local errors are all 1e-4 (averages, hence 4/5 for two qubits).
GOOD = {"two_qubit_gate_error": 8e-5, "measurement_error": 1e-4}


def law(name: str, kind: int, p: float) -> float:
    laws = {
        "idle": block_laws.IDLE,
        "shift": block_laws.SHIFT,
        "in_module": block_laws.IN_MODULE,
        "inter_module": block_laws.JOINT,
    }
    return float(laws[name](np.array([kind]), np.array([p]))[0])


def sized(ions: int, **more: Any) -> Estimate:
    """An estimate of modules with a tenth of their ions for communication."""
    communication = ions // 10
    module = {
        "physical_qubits": ions,
        "data_qubits": ions - communication,
        "communication_qubits": communication,
        **GOOD,
    }
    return estimate(target="ionq-2028", module=module, link={"multiplexing": communication}, **more)


# Published numbers.


@pytest.mark.parametrize("name", ["idle", "shift", "in_module", "inter_module"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_laws_pass_through_both_published_errors(name: str, kind: int) -> None:
    """Instructions of the gross and two-gross codes, arXiv:2506.03094 by its authors' compiler."""
    for row in KINDS[kind].instructions:
        assert law(name, kind, row.p) == pytest.approx(getattr(row, name), rel=1e-9)


@pytest.mark.parametrize("name", ["idle", "shift", "in_module", "inter_module"])
@pytest.mark.parametrize("kind", KINDS)
def test_below_the_published_errors_nothing_improves_and_above_nothing_works(
    name: str, kind: int
) -> None:
    assert law(name, kind, 1e-6) == law(name, kind, 1e-4)
    assert law(name, kind, 1.001e-3) == 1.0
    errors = [law(name, kind, p) for p in np.logspace(-4, -3, 30)]
    assert errors == sorted(errors)


@pytest.mark.parametrize(("kind", "qubits"), [(0, 400), (1, 768)])
def test_a_block_takes_what_a_published_module_takes(kind: int, qubits: int) -> None:
    assert block_laws.block_qubits(np.array([kind]))[0] == qubits
    assert KINDS[kind].qubits == qubits


@pytest.mark.parametrize(("distance", "qubits"), [(7, 13), (15, 29), (25, 49)])
def test_an_adapter_to_a_patch_takes_what_published_ones_take(distance: int, qubits: int) -> None:
    """To (15-to-1)_{7,3,3}, cultivation at d = 15 and (15-to-1)x(15-to-1)_{25,9,9}."""
    adapters = {row.adapter for kind in KINDS.values() for row in kind.instructions}
    assert qubits in adapters
    assert block_laws.adapter_qubits(np.array(float(distance))) == qubits


@pytest.mark.parametrize("bicycle", KINDS.values(), ids=lambda b: b.code)
def test_a_block_is_joined_to_a_patch_as_to_a_block_in_the_source_too(bicycle: Bicycle) -> None:
    """A T injection joins a block to a factory's patch: no better and no faster than two blocks."""
    for row in bicycle.instructions:
        assert row.t_gate >= row.inter_module
        assert row.t_steps > row.measure_steps
    worst = GROSS.instructions[0]
    assert worst.t_gate == pytest.approx(worst.inter_module, rel=1e-3)


def test_at_least_five_native_measurements_make_nearly_every_product_of_paulis() -> None:
    native = 15 * 6 * 6
    one_or_three = native + native**2
    assert one_or_three / 4**block_laws.DATA_LOGICAL < 0.08
    assert block_laws.NATIVE_MEASUREMENTS == 1 + 2 * 2


def test_an_operation_lasts_five_measurements_with_their_shifts() -> None:
    cycles = block_laws.operation_cycles(np.array([0, 1]))
    assert cycles.tolist() == [5 * (120 + 48) / CYCLE_STEPS, 5 * (216 + 48) / CYCLE_STEPS]


# What an operation between modules costs, written out.


def test_errors_and_times_of_blocks_are_those_written_out() -> None:
    goal = goal_of(
        logical_qubits=1024, logical_error=1e-9, budget=None, counts=None, code="bicycle"
    )
    hardware = machines_of(load_target("ionq-2028"))[0].hardware
    found = best(hardware, goal).pick(0)
    assert (found["code"], found["operation"]) == (2.0, float(SURGERY))
    d = int(found["port"])
    gates = found["blocks"] * 3 * 768 + 4 * d * (d - 1)
    layers = max(7, ceil(gates / 5000))
    cycle = layers * 200 + 2 * 10 + 100
    assert found["round_time_us"] == cycle
    idle = 0.5 * (1.0 - exp(-cycle / 10e6))
    p = 3.3e-4 + idle
    instructions = [law(name, 1, p) for name in ("inter_module", "in_module", "shift")]
    block = instructions[0] + 4 * instructions[1] + 20 * instructions[2]
    assert found["block"] == pytest.approx(block, rel=1e-9)
    joining = 2.0 * seam_error(d, p, 0.0, n_seams=0) * (216 + 48) / 8
    merging = 2.0 * 2.0 * d * seam_error(d, found["p_round"], 0.0, n_seams=0)
    assert found["bulk"] == pytest.approx(joining + merging, rel=1e-6)
    assert found["cycle_time_us"] == pytest.approx(5 * (216 + 48) / 8 * cycle)
    assert found["step_time_us"] == found["remote_time_us"]
    assert found["remote_time_us"] > found["cycle_time_us"] + d * cycle
    assert found["raw_pairs"] > d * (2 * d - 1)
    assert found["outcome"] < 10.0 * merge_error(d, found["p_round"], found["bell_error"] + 3e-3)


def test_whole_blocks_and_a_port_fit_into_a_module() -> None:
    goal = goal_of(
        logical_qubits=1024, logical_error=1e-9, budget=None, counts=None, code="bicycle"
    )
    found = best(machines_of(load_target("ionq-2028"))[0].hardware, goal).pick(0)
    operation, d = np.array(int(found["operation"])), np.array(found["port"])
    port = float(port_qubits(operation, d))
    assert port == patch_qubits(int(d)) + 2 * d - 1
    memory = float(n_pairs_held(d, operation))
    workspace = PLANS[int(found["plan"])].workspace
    assert found["blocks"] <= floor((9000 - memory - workspace - port) / 768)
    assert found["per_module"] <= 11 * found["blocks"]
    assert found["hosts"] * found["per_module"] >= 1024


@pytest.mark.parametrize("operation", [SURGERY, TRANSVERSAL])
def test_both_patches_of_a_pair_are_charged(operation: int) -> None:
    """The pair of a block costs what two patches cost in the same time of a round."""
    hardware = machines_of(load_target("ionq-2028"))[0].hardware
    supply = supply_of(hardware, hardware.delivered_hz(1.0))
    number = np.array([int(supply.infidelity.argmin())])
    names = (hardware, supply, number, np.array([21.0]), np.array([operation]), 0.1)
    block = BlockWork(*names, np.array([1]))
    n = np.array([11.0])
    time = block.time_us(n)
    found, patches = block.at(n), Work(*names).joined(n, time)
    p = 3.3e-4 + 0.5 * (1.0 - np.exp(-time / 10e6))
    joining = 33 * 2.0 * seam_error(21, p, 0.0, n_seams=0)
    assert found["bulk"] == pytest.approx(2.0 * patches["bulk"] + joining, rel=1e-6)
    if operation == TRANSVERSAL:
        assert found["transversal"][0] == 2.0 * patches["transversal"][0]
    else:
        assert found["along"][0] == patches["along"][0]
    busy = 165 * time
    assert found["remote_time_us"] == pytest.approx(patches["remote_time_us"] + busy)


# What is not offered.


def test_a_block_that_does_not_fit_is_not_offered() -> None:
    """A two-gross block and a port do not fit into 900 ions, and no block is cut."""
    report = sized(1000, code="bicycle")
    assert not report.feasible
    assert report.code_choice == "bicycle"
    surface = report.other_codes[0]
    assert (surface.family, surface.modules) == ("surface", 1024)


def test_blocks_need_gates_between_any_two_qubits() -> None:
    near = hardware_from(
        {name: float(column[0]) for name, column in columns().items()} | {"far_gates": 0.0}
    )
    far = hardware_from({name: float(column[0]) for name, column in columns().items()})
    goal = Goal(
        logical_qubits=100, logical_error=1e-9, t_error=None, t_per_step=1.0, steps=None,
        code="bicycle",
    )  # fmt: skip
    assert np.isinf(cost(near, goal)[0][0])
    assert np.isfinite(cost(far, goal)[0][0])


def columns() -> dict[str, Any]:
    hardware = machines_of(load_target("ionq-2028"))[0].hardware
    return {name: getattr(hardware, name) for name in hardware.__dataclass_fields__}


def test_local_errors_above_the_published_ones_are_not_offered() -> None:
    report = estimate(
        target="ionq-2028", module={"two_qubit_gate_error": 9e-4}, logical_error=1e-4,
        code="bicycle",
    )  # fmt: skip
    assert not report.feasible
    assert report.nearest_feasible is not None
    assert "local_error" in report.nearest_feasible.change.constraints


def test_the_gross_code_does_not_reach_1e_9_and_does_1e_6() -> None:
    assert GROSS.instructions[1].inter_module > 1e-9
    strict, loose = sized(2000, code="bicycle"), sized(2000, code="bicycle", logical_error=1e-6)
    assert strict.code is not None
    assert loose.code is not None
    assert strict.code.parameters["n"] == 288
    assert loose.code.parameters["n"] == 144


def test_an_unknown_family_is_refused_with_a_hint() -> None:
    with pytest.raises(InputError, match="want one of surface, bicycle, any") as caught:
        estimate(target="ionq-2028", code="bicycel")
    assert "bicycle" in str(caught.value.hint)


# The choice among codes.


@settings(derandomize=True, max_examples=40, deadline=None)
@given(machines(), st.sampled_from([1e-4, 1e-6, 1e-9]), st.sampled_from([17, 1024]))
def test_any_code_takes_the_better_of_both(
    machine: dict[str, float], error: float, qubits: int
) -> None:
    hardware = hardware_from(machine)
    found = {
        code: cost(
            hardware,
            Goal(
                logical_qubits=qubits, logical_error=error, t_error=1e-8, t_per_step=1.0,
                steps=None, code=code,
            ),
        )
        for code in CODES
    }  # fmt: skip
    pairs = {code: (float(m[0]), float(t[0])) for code, (m, t) in found.items()}
    assert pairs["any"] == min(pairs["surface"], pairs["bicycle"])


def test_1024_logical_qubits_by_code() -> None:
    """The numbers of docs/estimates.md."""
    chip = {code: estimate(target="ionq-2028", code=code) for code in CODES}
    assert [chip[code].modules for code in CODES] == [115, 10, 10]
    small = {code: sized(2000, code=code) for code in CODES}
    assert [small[code].modules for code in CODES] == [514, 94, 94]


def test_one_module_holds_blocks_without_a_port() -> None:
    report = sized(10_000, code="bicycle", logical_qubits=110)
    assert (report.modules, report.link) == (1, None)
    assert report.code is not None
    assert report.code.parameters["blocks"] == 10
    assert "port_distance" not in report.code.parameters
    roles = report.qubits_by_role
    assert roles is not None
    assert roles.routing == 10 * (158 + 34) + 49
    assert roles.logical_pairs == 0


@pytest.mark.parametrize("ions", [2000, 10_000])
@pytest.mark.parametrize("qubits", [30, 1024])
def test_roles_of_blocks_add_up_and_every_figure_is_explained(ions: int, qubits: int) -> None:
    report = sized(ions, code="bicycle", logical_qubits=qubits, explain=True)
    data = report.as_dict()
    roles = data["qubits_by_role"]
    assert sum(roles.values()) == report.physical_qubits
    assert min(roles.values()) >= 0
    blocks = data["code"]["parameters"]["blocks"]
    assert roles["data"] == roles["ancilla"] == 288 * blocks
    assert 11 * blocks >= qubits
    budget = data["error_budget"]
    parts = sum(value for name, value in budget.items() if name not in ("total", "allowed"))
    assert budget["total"] == pytest.approx(parts)
    assert budget["total"] <= budget["allowed"]
    assert budget["block_operation"] > 0
    figures = {row["figure"] for row in data["explanations"]}
    assert {f"error_budget.{name}" for name in budget} <= figures
    assert {f"qubits_by_role.{name}" for name in roles} <= figures
    cited = data["references"]
    assert {"yoder-2025", "bravyi-2024", "cross-2024", "swaroop-2024"} <= set(cited)
    assert set(cited) <= set(REFERENCES)


def test_what_cannot_have_been_counted_is_extrapolated_and_assumed() -> None:
    report = sized(2000, code="bicycle")
    assert any("too rare to be counted" in words for words in report.extrapolated)
    rows = {row.name: row for row in report.assumptions}
    assert rows["block.error_joint"].confidence == "assumed"
    assert rows["block.adapter_qubits"].confidence == "claimed"
    assert rows["goal.code"].value == "bicycle"
    loose = {row.name: row for row in sized(2000, code="bicycle", logical_error=1e-6).assumptions}
    assert loose["block.error_joint"].confidence == "claimed"
    assert loose["block.error_idle"].confidence == "assumed"


def test_the_default_names_the_better_code_with_what_it_rests_on() -> None:
    report = estimate(target="ionq-2028")
    assert report.code_choice == "surface"
    other = {row.family: row for row in report.other_codes}
    assert (other["bicycle"].code, other["bicycle"].modules) == ("two-gross", 10)
    assert other["bicycle"].confidence == "assumed"
    assert "one operation at a time" in other["bicycle"].note
    assert other["bb5"].modules is None
    assert other["walking-cat"].modules is None
    assert "19,534 ions" in other["walking-cat"].note


def test_no_threshold_of_blocks_speaks_of_cut_patches() -> None:
    report = estimate(target="ionq-2028", code="bicycle", analysis=True)
    meanings = {(row.input, row.meaning) for row in report.thresholds}
    assert ("module.data_qubits", "below it no number of modules does") in meanings
    assert not any("cut" in meaning for _, meaning in meanings)
    least = next(row.value for row in report.thresholds if row.input == "module.data_qubits")
    assert least > 768
    assert any(row.modules for row in report.elasticities)


def test_ranges_are_sampled_for_blocks_too() -> None:
    found = estimate(
        target="ionq-2028", code="any", link={"bell_fidelity": (0.96, 0.99)}, samples=200
    ).distribution
    assert found is not None
    assert found.feasible_share == 1.0
    assert found.modules["p50"] == 10


def test_many_points_give_what_single_ones_give() -> None:
    fidelities = [0.9, 0.95, 0.99]
    many = estimate_many({"link.bell_fidelity": fidelities}, target="ionq-2028", code="any")
    for index, fidelity in enumerate(fidelities):
        one = estimate(target="ionq-2028", link={"bell_fidelity": fidelity}, code="any")
        assert many.modules[index] == one.modules
        assert many.code[index] == "two-gross"
        assert one.code is not None
        assert many.distance[index] == one.code.distance


def test_waiting_more_slowly_than_the_best_pace_is_never_better() -> None:
    """Better gates must not make a waiting block worse: the rate falls with the cycle's time."""
    hardware = machines_of(load_target("ionq-2028"))[0].hardware
    times = np.logspace(0, 4, 200)
    rows = hardware.vary({"p_two": np.full(200, 3e-4)})
    for kind in KINDS:
        rates = block_laws.waiting_rate(rows, np.full(200, kind), times)
        assert (np.diff(rates) >= -1e-12 * rates[1:]).all()
