"""Better hardware never needs more modules, and never makes a machine infeasible."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from machines import GOALS, hardware_from, machines

from trapline.estimates import estimate_many
from trapline.estimates.goal import Goal
from trapline.estimates.hardware import Hardware
from trapline.estimates.search import best, cost
from trapline.targets.load import load_target
from trapline.targets.model import Link, Module, Target
from trapline.targets.shape import is_quantity

# Every number of the hardware but three: `physical_qubits`, `max_modules` and `far_gates` are tried
# on their own.
BETTER = {
    "data_qubits": 1.3,
    "communication_qubits": 1.5,
    "p_two": 0.8,
    "p_one": 0.5,
    "p_measure": 0.7,
    "gate_time_us": 0.7,
    "one_time_us": 0.5,
    "measure_time_us": 0.6,
    "coherence_us": 2.0,
    "parallel_gates": 2.0,
    "pair_error": 0.8,
    "pair_rate_hz": 2.0,
    "latency_us": 0.3,
    "pair_buffer": 3.0,
    "multiplexing": 0.5,
}

# Every quantity of a machine's file, from worse to better.
IMPROVING: dict[str, list[float]] = {
    "module.physical_qubits": [20_000, 30_000],
    "module.data_qubits": [50, 200, 700, 2000, 9000, 19_000],
    "module.communication_qubits": [10, 100, 1000, 5000],
    "module.one_qubit_gate_time_us": [1000, 100, 1],
    "module.two_qubit_gate_time_us": [10_000, 1000, 100, 1],
    "module.measurement_time_us": [10_000, 1000, 100, 1],
    "module.one_qubit_gate_error": [5e-3, 1e-3, 1e-4, 0],
    "module.two_qubit_gate_error": [5e-3, 1e-3, 3e-4, 1e-4, 3e-5, 0],
    "module.measurement_error": [5e-3, 1e-3, 3e-4, 1e-4, 0],
    "module.idle_coherence_time_s": [0.1, 1, 10, 100, 1e4],
    "module.parallel_two_qubit_gates": [1, 10, 100, 1000, 10_000],
    "module.reset_time_us": [10_000, 1000, 10],
    "module.reset_error": [5e-3, 1e-3, 1e-4, 0],
    "module.layer_overhead_us": [10_000, 1000, 100, 0],
    "module.memory_swap_error": [0.1, 0.03, 0.01, 1e-3, 0],
    "link.bell_fidelity": [0.5, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.999, 1],
    "link.pair_rate_hz": [1, 100, 1000, 3000, 1e4, 1e5, 1e6, 1e9],
    "link.latency_us": [1e5, 1e4, 1000, 10, 0],
    "link.multiplexing": [5000, 1000, 100, 1],
    "link.pair_buffer": [0, 100, 1000, 10_000],
    "link.conversion_efficiency": [0.05, 0.1, 0.3, 1],
    "link.transducer_efficiency": [0.05, 0.1, 0.3, 1],
    # These are in the fidelity already.
    "link.conversion_noise_hz": [1000, 0],
    "link.added_noise_quanta": [1, 0],
    "link.length_m": [1000, 1],
}
WHOLE = ("data_qubits", "communication_qubits", "parallel_gates", "multiplexing")


def test_every_number_of_the_hardware_is_tried() -> None:
    names = {field.name for field in fields(Hardware)}
    assert names == set(BETTER) | {"physical_qubits", "max_modules", "far_gates"}


@settings(derandomize=True, max_examples=40, deadline=None)
@given(machines(), GOALS)
def test_one_better_number_never_needs_more_modules(machine: dict[str, float], goal: Goal) -> None:
    rows = [machine]
    for name, factor in BETTER.items():
        value = machine[name] * factor
        whole = name in WHOLE
        better = machine | {name: float(np.ceil(value)) if whole else value}
        rows.append(better | {"physical_qubits": 1e6})
    columns = {name: np.array([row[name] for row in rows]) for name in machine}
    modules, _ = cost(Hardware(**columns), goal)
    worse = {name: m for name, m in zip(BETTER, modules[1:], strict=True) if m > modules[0]}
    assert not worse, f"{modules[0]} modules became {worse}"


def improvable(converts: str) -> Target:
    """A machine whose file gives every number, with one kind of conversion."""
    return load_target(
        "ionq-2028",
        [
            "module.reset_time_us=50", "module.reset_error=1e-4", "link.pair_buffer=10",
            "module.physical_qubits=20000", f"link.{converts}=0.3", "link.efficiency_power=2",
            "link.conversion_noise_hz=1", "link.added_noise_quanta=0.1", "link.length_m=2",
        ],
    )  # fmt: skip


def test_every_quantity_of_a_file_is_tried() -> None:
    known = {
        f"{group}.{key}"
        for group, kind in (("module", Module), ("link", Link))
        for key in kind.__struct_fields__
        if is_quantity([f"{group}s", 0, key])
    }
    assert known == set(IMPROVING)


@pytest.mark.parametrize("path", IMPROVING)
@pytest.mark.parametrize("error", [1e-6, 1e-9])
@pytest.mark.parametrize("size", [700, 9000])
def test_a_better_quantity_never_needs_more_modules(path: str, error: float, size: int) -> None:
    key = path.split(".")[1]
    converts = key if key == "transducer_efficiency" else "conversion_efficiency"
    values = {path: IMPROVING[path]}
    base = {} if key == "data_qubits" else {"module.data_qubits": size}
    many = estimate_many(base | values, target=improvable(converts), logical_error=error)
    assert np.isfinite(many.modules).any()
    assert (many.modules[1:] <= many.modules[:-1]).all(), many.modules


@settings(derandomize=True, max_examples=25, deadline=None)
@given(machines(), GOALS)
def test_only_ratios_of_times_decide_how_many_modules(
    machine: dict[str, float], goal: Goal
) -> None:
    """Units: all times four times as long, all rates a quarter, and only the clock is slower."""
    slower = {name: 4.0 * value for name, value in machine.items() if name.endswith("_us")}
    slower["pair_rate_hz"] = 0.25 * machine["pair_rate_hz"]
    before, after = (best(hardware_from(m), goal) for m in (machine, machine | slower))
    assert after.modules[0] == before.modules[0]
    assert after.step_time_us[0] == 4.0 * before.step_time_us[0]
    assert after.required_hz[0] == 0.25 * before.required_hz[0]


@settings(derandomize=True, max_examples=15, deadline=None)
@given(machines())
def test_a_harder_goal_never_needs_fewer_modules(machine: dict[str, float]) -> None:
    hardware = Hardware(**{name: np.array([value]) for name, value in machine.items()})

    def modules(n: int, error: float) -> float:
        goal = Goal(logical_qubits=n, logical_error=error, t_error=1e-8, t_per_step=1.0, steps=None)
        return float(cost(hardware, goal)[0][0])

    assert modules(100, 1e-6) <= modules(150, 1e-6)
    assert modules(100, 1e-6) <= modules(100, 1e-9)


@settings(derandomize=True, max_examples=15, deadline=None)
@given(machines())
def test_many_rows_at_once_give_what_single_rows_give(machine: dict[str, float]) -> None:
    goal = Goal(logical_qubits=64, logical_error=1e-8, t_error=None, t_per_step=1.0, steps=None)
    single = Hardware(**{name: np.array([value]) for name, value in machine.items()})
    fidelities = machine["pair_error"] * np.array([0.3, 1.0, 2.0])
    many = cost(single.vary({"pair_error": fidelities}), goal)
    for row, value in enumerate(fidelities):
        one = cost(single.vary({"pair_error": np.array([value])}), goal)
        assert many[0][row] == one[0][0]
        assert many[1][row] == pytest.approx(one[1][0])


@settings(derandomize=True, max_examples=25, deadline=None)
@given(machines(), GOALS, st.integers(1, 3000))
def test_a_limit_on_modules_is_all_that_it_changes(
    machine: dict[str, float], goal: Goal, limit: int
) -> None:
    free = float(cost(hardware_from(machine), goal)[0][0])
    limited = float(cost(hardware_from(machine | {"max_modules": float(limit)}), goal)[0][0])
    assert limited == (free if free <= limit else np.inf)


@settings(derandomize=True, max_examples=25, deadline=None)
@given(machines(), GOALS, st.data())
def test_a_machine_better_in_several_numbers_never_needs_more_modules(
    machine: dict[str, float], goal: Goal, data: st.DataObject
) -> None:
    chosen = data.draw(st.sets(st.sampled_from(sorted(BETTER)), min_size=2))
    better = dict(machine)
    for name in chosen:
        value = machine[name] * BETTER[name]
        better[name] = float(np.ceil(value)) if name in WHOLE else value
    assert cost(hardware_from(better), goal)[0][0] <= cost(hardware_from(machine), goal)[0][0]


@settings(derandomize=True, max_examples=20, deadline=None)
@given(machines(), GOALS)
def test_a_useless_link_leaves_only_a_single_module(machine: dict[str, float], goal: Goal) -> None:
    """Pairs without entanglement, or none at all, are worth nothing."""
    for useless in ({"pair_error": 0.75}, {"pair_rate_hz": 0.0}):
        modules = float(cost(hardware_from(machine | useless), goal)[0][0])
        assert modules in (1.0, np.inf)


@settings(derandomize=True, max_examples=20, deadline=None)
@given(machines())
def test_a_perfect_link_is_a_monolith(machine: dict[str, float]) -> None:
    """With pairs that are perfect and at once, a patch needs no larger distance than in one module.

    Its teleported gates still cost local operations, so those are made perfect as well; the rounds
    of an operation are longer by a gate and a message, which the coherence time does not feel.
    """
    goal = Goal(logical_qubits=64, logical_error=1e-8, t_error=1e-6, t_per_step=0.0, steps=None)
    perfect = {
        "p_two": 0.0, "p_one": 0.0, "p_measure": 0.0, "pair_error": 0.0, "pair_rate_hz": 1e15,
        "latency_us": 0.0, "coherence_us": 1e15, "data_qubits": 4 * 17.0 + 5.0,
    }  # fmt: skip
    linked = best(hardware_from(machine | perfect), goal)
    alone = best(hardware_from(machine | perfect | {"data_qubits": 1e7}), goal)
    assert alone.modules[0] == 1
    assert linked.distance[0] == alone.distance[0] == 3
    assert linked.modules[0] == 32
