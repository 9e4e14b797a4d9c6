"""Better hardware never needs more modules, and never makes a machine infeasible."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trapline.estimates.goal import Goal
from trapline.estimates.hardware import Hardware
from trapline.estimates.search import cost

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
}


def log_uniform(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(np.log10(low), np.log10(high)).map(lambda x: float(10.0**x))


@st.composite
def machines(draw: st.DrawFn) -> dict[str, float]:
    data = round(draw(log_uniform(60, 20_000)))
    communication = round(draw(log_uniform(1, 1000)))
    return {
        "physical_qubits": float(data + communication),
        "data_qubits": float(data),
        "communication_qubits": float(communication),
        "p_two": draw(log_uniform(1e-5, 3e-3)),
        "p_one": draw(log_uniform(1e-6, 1e-3)),
        "p_measure": draw(log_uniform(1e-5, 3e-3)),
        "gate_time_us": draw(log_uniform(0.1, 1000)),
        "one_time_us": draw(log_uniform(0.1, 100)),
        "measure_time_us": draw(log_uniform(0.1, 500)),
        "coherence_us": draw(log_uniform(1e4, 1e9)),
        "parallel_gates": float(round(draw(log_uniform(1, 10_000)))),
        "max_modules": np.inf,
        "pair_error": draw(log_uniform(1e-3, 0.3)),
        "pair_rate_hz": draw(log_uniform(1, 1e7)),
        "multiplexing": float(round(draw(log_uniform(1, 100)))),
        "latency_us": draw(log_uniform(0.1, 100)),
        "pair_buffer": float(draw(st.sampled_from([0, 10, 300]))),
    }


GOALS = st.builds(
    Goal,
    logical_qubits=st.sampled_from([1, 17, 1024]),
    logical_error=st.sampled_from([1e-4, 1e-6, 1e-9, 1e-12]),
    t_error=st.sampled_from([None, 1e-8]),
    t_per_step=st.sampled_from([0.0, 1.0, 3.5]),
    steps=st.none(),
)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(machines(), GOALS)
def test_one_better_number_never_needs_more_modules(machine: dict[str, float], goal: Goal) -> None:
    rows = [machine]
    for name, factor in BETTER.items():
        value = machine[name] * factor
        whole = name in ("data_qubits", "communication_qubits", "parallel_gates")
        better = machine | {name: float(np.ceil(value)) if whole else value}
        rows.append(better | {"physical_qubits": 1e6})
    columns = {name: np.array([row[name] for row in rows]) for name in machine}
    modules, _ = cost(Hardware(**columns), goal)
    worse = {name: m for name, m in zip(BETTER, modules[1:], strict=True) if m > modules[0]}
    assert not worse, f"{modules[0]} modules became {worse}"


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
