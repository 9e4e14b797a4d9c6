"""Speed of the estimator: design points a minute on two processes, and a single estimate.

    python benchmarks/bench_estimates.py          # adds a line to benchmarks/results/estimates.csv

A design point is one full answer (code distance, distillation, operation, modules) for hardware
drawn at random: fidelity 0.9 to 0.999, rate 10 to 1e6 pairs/s, local errors 5e-5 to 1e-3, 36
to 10,000 ions a module. Times are by the wall and by the processor, because other work may share
the machine.
"""

from __future__ import annotations

import csv
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates import estimate
from trapline.estimates.goal import goal_of
from trapline.estimates.machine import machines_of
from trapline.estimates.search import best
from trapline.targets.load import load_target

if TYPE_CHECKING:
    from trapline.estimates.hardware import Hardware

OUT = Path(__file__).parent / "results" / "estimates.csv"
POINTS = 20_000
PROCESSES = 2
REPEATS = 30


def main() -> None:
    """Measure, print and append to the table."""
    start = time.perf_counter()
    with ProcessPoolExecutor(PROCESSES) as pool:
        parts = list(pool.map(answer, range(PROCESSES)))
    wall = time.perf_counter() - start
    cpu = sum(seconds for seconds, _ in parts)
    points = PROCESSES * POINTS
    single_ms, single_cpu_ms = single()
    row = {
        "points_per_minute_wall": round(60 * points / wall),
        "points_per_minute_cpu": round(60 * points * PROCESSES / cpu),
        "feasible_share": round(sum(share for _, share in parts) / PROCESSES, 3),
        "single_ms_wall": round(single_ms, 3),
        "single_ms_cpu": round(single_cpu_ms, 3),
    }
    print(row)
    new = not OUT.exists()
    with OUT.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(row), lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerow(row)


def answer(seed: int) -> tuple[float, float]:
    """Answer random design points; processor seconds, and the part that is feasible."""
    goal = goal_of(logical_qubits=None, logical_error=1e-9, budget=None, counts=None)
    hardware = random_hardware(seed)
    best(hardware.rows(slice(0, 300)), goal)
    start = time.process_time()
    modules = best(hardware, goal).modules
    return time.process_time() - start, float(np.isfinite(modules).mean())


def random_hardware(seed: int) -> Hardware:
    """Draw hardware around `ionq-2028`."""
    rng = np.random.default_rng(seed)
    ions = np.round(10.0 ** rng.uniform(np.log10(36), 4, POINTS))
    communication = np.ceil(0.1 * ions)
    error = 10.0 ** rng.uniform(np.log10(5e-5), -3, POINTS)
    changes = {
        "physical_qubits": ions,
        "communication_qubits": communication,
        "multiplexing": communication,
        "data_qubits": ions - communication,
        "pair_error": 10.0 ** rng.uniform(-3, -1, POINTS),
        "pair_rate_hz": 10.0 ** rng.uniform(1, 6, POINTS),
        "p_two": error,
        "p_measure": error,
    }
    return machines_of(load_target("ionq-2028"))[0].hardware.vary(changes)


def single() -> tuple[float, float]:
    """Return the best time of one estimate with what binds, in milliseconds."""
    target = load_target("ionq-2028")
    estimate(target=target)
    best_wall = best_cpu = np.inf
    for _ in range(REPEATS):
        wall, cpu = time.perf_counter(), time.process_time()
        estimate(target=target)
        best_cpu = min(best_cpu, time.process_time() - cpu)
        best_wall = min(best_wall, time.perf_counter() - wall)
    return 1e3 * best_wall, 1e3 * best_cpu


if __name__ == "__main__":
    main()
