"""The search leaves nothing out: it is compared with all choices, one by one."""

import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from machines import GOALS, hardware_from, machines

from trapline.estimates import block_laws, blocks, distributed, hosted, plans
from trapline.estimates.frontier import Answer, frontier
from trapline.estimates.goal import CODES, Goal
from trapline.estimates.machine import machines_of
from trapline.estimates.outcome import Outcome, best_of_rows
from trapline.estimates.report import FrontierPoint
from trapline.estimates.search import best, everything
from trapline.targets.load import load_target


def unprune(patch: pytest.MonkeyPatch) -> None:
    """Switch off every test that drops choices early."""

    def all_plans(infidelity: Any, *_: Any) -> Any:
        return np.ones(infidelity.shape, dtype=bool)

    def all_hosted(_h: Any, _g: Any, _p: Any, distance: Any) -> Any:
        return np.ones((len(hosted.HOSTED), len(distance)), dtype=bool)

    def all_in_time(_h: Any, _g: Any, _s: Any, chosen: Any) -> Any:
        return np.ones(len(chosen.entry), dtype=bool)

    def all_cuts(_h: Any, _g: Any, _p: Any, distance: Any, *, tiles: bool) -> Any:
        del tiles
        return np.arange(len(distance))

    def all_blocks(hardware: Any, _g: Any) -> Any:
        return np.repeat(hardware.far_gates[:, None] > 0.0, len(block_laws.BICYCLES), axis=1)

    patch.setattr(blocks, "possible", all_blocks)
    patch.setattr(plans, "_worth_having", all_plans)
    patch.setattr(hosted, "hopeful_operations", all_hosted)
    patch.setattr(hosted, "_in_time", all_in_time)
    patch.setattr(distributed, "_hopeful", all_cuts)


def best_of(outcome: Outcome) -> tuple[float, float]:
    chosen = best_of_rows(outcome.row.astype(np.intp), outcome.modules, outcome.step_time_us)
    if not len(chosen):
        return np.inf, np.inf
    return float(outcome.modules[chosen[0]]), float(outcome.step_time_us[chosen[0]])


@settings(derandomize=True, max_examples=25, deadline=None)
@given(machines(), GOALS)
def test_dropping_choices_early_never_changes_the_best(
    machine: dict[str, float], goal: Goal
) -> None:
    hardware = hardware_from(machine)
    quick = best(hardware, goal)
    with pytest.MonkeyPatch.context() as patch:
        unprune(patch)
        slow = best_of(everything(hardware, goal))
    assert float(quick.modules[0]) == slow[0]
    assert float(quick.step_time_us[0]) == pytest.approx(slow[1])


def dominated(point: tuple[float, ...], others: set[tuple[float, ...]]) -> bool:
    return any(
        other != point and all(a <= b for a, b in zip(other, point, strict=True))
        for other in others
    )


@pytest.mark.parametrize("rate_hz", [3e3, 1e5])
@pytest.mark.parametrize("parallel", [1, 40, 5000])
@pytest.mark.parametrize("code", CODES)
def test_the_frontier_is_that_of_all_choices(rate_hz: float, parallel: int, code: str) -> None:
    """Brute force: every pair of choices is compared, with every module size of a chain."""
    goal = Goal(
        logical_qubits=40, logical_error=1e-8, t_error=1e-8, t_per_step=1.0, steps=None, code=code
    )
    machine = machines_of(load_target("ionq-2028"))[0]
    changes = {"pair_rate_hz": rate_hz, "parallel_gates": parallel, "coherence_us": 1e9}
    hardware = machine.hardware.vary({k: np.array([float(v)]) for k, v in changes.items()})
    answer = Answer(machine, everything(hardware, goal))
    found = {(p.modules, p.physical_qubits) for p in frontier([answer], goal)}
    with pytest.MonkeyPatch.context() as patch:
        unprune(patch)
        outcome = everything(hardware, goal)
    times = [
        (float(m), float(m * 10_000), float(t))
        for m, t in zip(outcome.modules, outcome.step_time_us, strict=True)
        if np.isfinite(m)
    ]
    fastest: dict[float, tuple[float, float, float]] = {}
    for point in times:
        fastest[point[0]] = min(fastest.get(point[0], point), point)
    points = set(fastest.values())
    want = {(int(p[0]), int(p[1])) for p in points if not dominated(p, points)}
    assert found == want


@pytest.mark.parametrize("parallel", [2, 400, 5000])
def test_the_frontier_of_blocks_is_that_of_every_number_of_blocks(parallel: int) -> None:
    """A machine whose modules have room for as many blocks as are tried, one after the other."""
    machine = machines_of(load_target("ionq-2028"))[0]
    changes = {"pair_rate_hz": 1e6, "parallel_gates": float(parallel), "coherence_us": 1e10}
    hardware = machine.hardware.vary({k: np.array([v]) for k, v in changes.items()})
    goal = Goal(
        logical_qubits=400, logical_error=1e-8, t_error=1e-8, t_per_step=0.0, steps=None,
        code="bicycle",
    )  # fmt: skip
    points = frontier([Answer(machine, everything(hardware, goal))], goal)
    found = {(point.modules, step_of(point)) for point in points}
    sizes = hardware.data_qubits[0] - np.arange(0.0, 8000.0, 40.0)
    rows = hardware.vary({"data_qubits": sizes})
    some = best(rows, goal)
    good = np.isfinite(some.modules)
    times = zip(some.modules[good].tolist(), some.step_time_us[good].tolist(), strict=True)
    every = {(m, t) for m, t in times}
    assert not [p for p in every if not any(m <= p[0] and t <= p[1] for m, t in found)]


def step_of(point: FrontierPoint) -> float:
    return point.remote_operation_time_us or point.logical_cycle_time_us


def test_a_chain_is_faster_with_fewer_qubits_a_module() -> None:
    """One gate at a time: the frontier trades modules for time."""
    goal = Goal(logical_qubits=40, logical_error=1e-6, t_error=1e-6, t_per_step=0.0, steps=None)
    machine = machines_of(load_target("ionq-2028"))[0]
    changes = {"pair_rate_hz": 1e7, "parallel_gates": 1.0, "coherence_us": 1e10}
    hardware = machine.hardware.vary({k: np.array([v]) for k, v in changes.items()})
    points = frontier([Answer(machine, everything(hardware, goal))], goal)
    assert len(points) > 3
    modules = [p.modules for p in points]
    assert modules == sorted(modules)


def test_dominated_plans_are_dropped_and_no_others() -> None:
    machine = machines_of(load_target("ionq-2028"))[0]
    supply = plans.supply_of(machine.hardware, machine.hardware.delivered_hz(1.0))
    names = {plans.PLANS[p].name for p in supply.plan}
    assert {"none", "422", "642"} <= names
    # At 9,700 pairs/s few workspaces keep up with the link: more of them only take qubits.
    assert all(plans.PLANS[p].copies <= 8 for p in supply.plan)


def test_a_fast_link_needs_several_workspaces() -> None:
    """A block takes a gate after the other; one workspace cannot distill a million pairs/s."""
    machine = machines_of(load_target("ionq-2028"))[0]
    rate = np.array([1e6])
    supply = plans.supply_of(machine.hardware, rate)
    slow = [i for i, p in enumerate(supply.plan) if plans.PLANS[p].name == "422"]
    assert {plans.PLANS[supply.plan[i]].copies for i in slow} >= {1, 8}
    one = next(i for i in slow if plans.PLANS[supply.plan[i]].copies == 1)
    assert supply.interval_us[one] > 10 * 1e6 * supply.raw_pairs[one] / rate[0]


@settings(derandomize=True, max_examples=30, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40))
def test_patches_spread_when_that_saves_factory_modules(qubits: int, size: int) -> None:
    """A module of more room never takes more modules, whatever the floor does."""
    goal = Goal(logical_qubits=qubits, logical_error=1e-8, t_error=1e-8, t_per_step=3.0, steps=None)
    machine = machines_of(load_target("ionq-2028"))[0]
    sizes = np.array([500.0 * size, 500.0 * size + 337.0])
    rows = machine.hardware.vary(
        {"data_qubits": sizes, "pair_rate_hz": np.full(2, 1e8), "coherence_us": np.full(2, 1e9)}
    )
    small, large = best(rows, goal).modules
    assert large <= small


@pytest.mark.parametrize("parallel", [10.0, 50.0, 500.0])
@pytest.mark.parametrize("qubits", [40, 64])
def test_where_gates_wait_the_fastest_split_between_patches_and_factories_is_found(
    parallel: float, qubits: int
) -> None:
    """Fewer patches a module run faster, and leave room for factories: as many modules in all."""
    goal = Goal(logical_qubits=qubits, logical_error=1e-6, t_error=1e-8, t_per_step=3.0, steps=None)
    machine = machines_of(load_target("ionq-2028"))[0]
    sizes = np.array([3000.0, 5000.0, 9000.0])
    changes = {"parallel_gates": parallel, "pair_rate_hz": 1e6, "coherence_us": 1e9}
    rows = machine.hardware.vary({"data_qubits": sizes}).vary(
        {name: np.full(3, value) for name, value in changes.items()}
    )
    quick = best(rows, goal)
    slow = [best_of(everything(rows.rows(slice(row, row + 1)), goal)) for row in range(3)]
    assert list(zip(quick.modules, quick.step_time_us, strict=True)) == slow


def test_rows_in_any_number_and_order_have_the_same_answers() -> None:
    machine = machines_of(load_target("ionq-2028"))[0]
    goal = Goal(logical_qubits=64, logical_error=1e-9, t_error=None, t_per_step=1.0, steps=None)
    rates = np.logspace(2, 6, 700)
    many = machine.hardware.repeated(700).vary({"pair_rate_hz": rates})
    forward = best(many, goal)
    backward = best(many.rows(slice(None, None, -1)), goal)
    assert np.array_equal(forward.modules, backward.modules[::-1])


def test_the_search_in_waves_gives_bit_for_bit_the_best_of_all_choices() -> None:
    """The script of the benchmarks on a small sample."""
    path = Path(__file__).parents[2] / "benchmarks" / "check_search.py"
    script = runpy.run_path(str(path))
    hardware = script["random_hardware"](60, 7)
    for goal in script["GOALS"]:
        assert script["differences"](hardware, goal) == 0
