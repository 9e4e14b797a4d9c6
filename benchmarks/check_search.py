"""Check that the search in waves gives, bit for bit, the best of all choices.

    python benchmarks/check_search.py             # 2,000 design points, six goals

Random hardware is answered all rows at once by `best`, which leaves choices out, and row by row by
`everything`, which leaves out none that could do. All columns of the answers must be equal.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates.goal import Goal
from trapline.estimates.machine import machines_of
from trapline.estimates.outcome import COLUMNS, best_of_rows
from trapline.estimates.search import best, everything
from trapline.targets.load import load_target

if TYPE_CHECKING:
    from trapline.estimates.checks import Floats
    from trapline.estimates.hardware import Hardware

GOALS = (
    Goal(logical_qubits=1024, logical_error=1e-9, t_error=None, t_per_step=1.0, steps=None),
    Goal(logical_qubits=64, logical_error=1e-6, t_error=1e-8, t_per_step=3.0, steps=None),
    Goal(logical_qubits=5, logical_error=1e-12, t_error=None, t_per_step=0.0, steps=None),
    Goal(logical_qubits=300, logical_error=1e-10, t_error=1e-8, t_per_step=0.7, steps=10**6),
    Goal(
        logical_qubits=1024,
        logical_error=1e-9,
        t_error=None,
        t_per_step=1.0,
        steps=None,
        code="any",
    ),
    Goal(
        logical_qubits=30,
        logical_error=1e-7,
        t_error=1e-8,
        t_per_step=3.0,
        steps=None,
        code="bicycle",
    ),
)


def main() -> None:
    """Compare, and fail where an answer differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    hardware = random_hardware(options.points, options.seed)
    for goal in GOALS:
        wrong = differences(hardware, goal)
        print(f"{options.points:,} points, {goal.logical_qubits} logical qubits: {wrong} differ")
        if wrong:
            raise SystemExit(1)


def random_hardware(points: int, seed: int) -> Hardware:
    """Draw hardware of all kinds: chains, slow links, small modules, few modules, buffers."""
    rng = np.random.default_rng(seed)

    def between(low: float, high: float) -> Floats:
        return 10.0 ** rng.uniform(np.log10(low), np.log10(high), points)

    ions = np.round(between(36, 20_000))
    communication = np.ceil(0.1 * ions)
    limited = rng.random(points) < 0.2
    changes = {
        "physical_qubits": ions,
        "communication_qubits": communication,
        "multiplexing": np.ceil(communication * rng.random(points)),
        "data_qubits": ions - communication,
        "p_two": between(5e-5, 2e-3),
        "p_one": between(1e-6, 1e-3),
        "p_measure": between(5e-5, 2e-3),
        "gate_time_us": between(1.0, 1e3),
        "measure_time_us": between(1.0, 1e3),
        "coherence_us": between(1e5, 1e9),
        "parallel_gates": np.round(between(1, 1e4)),
        "max_modules": np.where(limited, np.floor(between(1, 1e5)), np.inf),
        "pair_error": between(1e-4, 0.3),
        "pair_rate_hz": between(1.0, 1e8),
        "latency_us": between(0.1, 1e3),
        "pair_buffer": np.floor(between(1, 1e4)) - 1.0,
    }
    return machines_of(load_target("ionq-2028"))[0].hardware.vary(changes)


def differences(hardware: Hardware, goal: Goal) -> int:
    """Return how many rows have another answer when all choices are evaluated."""
    found = best(hardware, goal)
    wrong = 0
    for row in range(len(hardware.p_two)):
        outcome = everything(hardware.rows(slice(row, row + 1)), goal)
        chosen = best_of_rows(outcome.row.astype(np.intp), outcome.modules, outcome.step_time_us)
        if not len(chosen):
            wrong += bool(np.isfinite(found.modules[row]))
            continue
        one, many = outcome.pick(int(chosen[0])), found.pick(row)
        wrong += any(one[name] != many[name] for name in COLUMNS if name != "row")
    return wrong


if __name__ == "__main__":
    main()
