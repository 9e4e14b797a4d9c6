"""Speed of the estimator: design points a minute on two processes, one estimate, the command.

    python benchmarks/bench_estimates.py          # adds a line to benchmarks/results/estimates.csv

A design point is one full answer (code distance, distillation, operation, modules) for hardware
drawn at random: fidelity 0.9 to 0.999, rate 10 to 1e6 pairs/s, local errors 5e-5 to 1e-3, 36
to 10,000 ions a module. Times are by the wall and by the processor, because other work may share
the machine; each is the best of several runs. The wall time of many points holds the start of the
processes.

A single estimate is timed five ways, warm: the call as it is asked again and again (`single`);
with another fidelity each time, so that no distillation is remembered (`other`); with another rate
and other local errors as well, so that nothing of the search is (`fresh`); the call and its whole
report, with frontier, alternatives and what binds, which the call itself leaves until they
are read (`report`); and that with elasticities and thresholds besides (`analysis`).
"""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from trapline.estimates import estimate, estimate_many
from trapline.estimates.goal import goal_of
from trapline.estimates.machine import machines_of
from trapline.estimates.many import columns_of
from trapline.estimates.search import best
from trapline.targets.load import load_target

if TYPE_CHECKING:
    from collections.abc import Callable

    from trapline.estimates.checks import Floats
    from trapline.estimates.hardware import Hardware

OUT = Path(__file__).parent / "results" / "estimates.csv"
TARGET = "ionq-2028"
POINTS = 100_000
PROCESSES = 2
REPEATS = 3
WARM_REPEATS = 200
WHOLE_REPEATS = 30
COLD_REPEATS = 5


def main() -> None:
    """Measure, print and append to the table."""
    goal = goal_of(logical_qubits=None, logical_error=1e-9, budget=None, counts=None)
    hardware = random_hardware(0)
    numbers = random_numbers(0, PROCESSES * POINTS)
    target = load_target(TARGET)
    _, cpu = shortest(lambda: best(hardware, goal), REPEATS)
    wall, _ = shortest(lambda: estimate_many(numbers, target=TARGET, processes=PROCESSES), REPEATS)
    fidelities = (0.97 + 1e-6 * number for number in count())

    def other() -> None:
        estimate(target=target, link={"bell_fidelity": next(fidelities)})

    def fresh() -> None:
        number = next(fidelities)
        errors = {"two_qubit_gate_error": 1e-4 * number, "measurement_error": 1e-4 * number}
        link = {"bell_fidelity": number, "pair_rate_hz": 1e5 * number}
        estimate(target=target, link=link, module=errors)

    singles = {
        "single": shortest(lambda: estimate(target=target), WARM_REPEATS),
        "other": shortest(other, WARM_REPEATS),
        "fresh": shortest(fresh, WARM_REPEATS),
        "report": shortest(lambda: estimate(target=target).as_dict(), WHOLE_REPEATS),
        "analysis": shortest(lambda: estimate(target=target, analysis=True).as_dict(), REPEATS),
    }
    row = {
        "points": POINTS,
        "points_per_minute_wall": round(60 * PROCESSES * POINTS / wall),
        "points_per_minute_cpu": round(60 * PROCESSES * POINTS / cpu),
        "feasible_share": round(float(np.isfinite(best(hardware, goal).modules).mean()), 3),
        **{f"{name}_ms_wall": round(1e3 * wall, 3) for name, (wall, _) in singles.items()},
        **{f"{name}_ms_cpu": round(1e3 * cpu, 3) for name, (_, cpu) in singles.items()},
        "command_s_wall": round(min(command_s() for _ in range(COLD_REPEATS)), 3),
    }
    print(row)
    new = not OUT.exists()
    with OUT.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(row), lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerow(row)


def shortest(work: Callable[[], Any], repeats: int) -> tuple[float, float]:
    """Return the shortest wall and processor seconds of several runs, after one to warm up."""
    work()
    walls, cpus = [], []
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        cpus.append(time.process_time() - cpu)
        walls.append(time.perf_counter() - wall)
    return min(walls), min(cpus)


def random_numbers(seed: int, points: int) -> dict[str, Floats]:
    """Draw numbers around `ionq-2028`, by `--set` path."""
    rng = np.random.default_rng(seed)
    ions = np.round(10.0 ** rng.uniform(np.log10(36), 4, points))
    communication = np.ceil(0.1 * ions)
    error = 10.0 ** rng.uniform(np.log10(5e-5), -3, points)
    return {
        "module.physical_qubits": ions,
        "module.communication_qubits": communication,
        "link.multiplexing": communication,
        "module.data_qubits": ions - communication,
        "module.memory_swap_error": np.zeros(points),
        "link.bell_fidelity": 1.0 - 10.0 ** rng.uniform(-3, -1, points),
        "link.pair_rate_hz": 10.0 ** rng.uniform(1, 6, points),
        "module.two_qubit_gate_error": 0.8 * error,
        "module.measurement_error": error,
    }


def random_hardware(seed: int) -> Hardware:
    """Return the same numbers as rows of hardware."""
    target = load_target(TARGET)
    columns, _ = columns_of(target, random_numbers(seed, POINTS))
    return machines_of(target, columns)[0].hardware


def command_s() -> float:
    """Return the wall seconds of `trapline estimate` from a cold start of the interpreter."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "trapline", "estimate", "--target", TARGET]
    subprocess.run(command, capture_output=True, check=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
