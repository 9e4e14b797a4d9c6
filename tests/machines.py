"""Hypothesis strategies for hardware and goals of the estimator."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from trapline.estimates.goal import CODES, Goal
from trapline.estimates.hardware import Hardware


def hardware_from(machine: dict[str, float]) -> Hardware:
    """Return hardware of one row."""
    return Hardware(**{name: np.array([value]) for name, value in machine.items()})


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
        "far_gates": 1.0,
    }


GOALS = st.builds(
    Goal,
    logical_qubits=st.sampled_from([1, 17, 1024]),
    logical_error=st.sampled_from([1e-4, 1e-6, 1e-9, 1e-12]),
    t_error=st.sampled_from([None, 1e-8]),
    t_per_step=st.sampled_from([0.0, 1.0, 3.5]),
    steps=st.none(),
    code=st.sampled_from(CODES),
)
