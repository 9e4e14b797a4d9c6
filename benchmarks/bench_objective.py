"""Compare objectives on four modules with one link ten times slower than the others.

Run `python benchmarks/bench_objective.py FOLDER --out FILE.csv`; FOLDER holds the circuits. Each
module of `slow_link.toml` holds one data qubit more than its share. For each objective: pairs, the
time that links are busy, the infidelity of all pairs, and the makespan of the schedule. The last
lines give geometric means over objective `pairs`.
"""

from __future__ import annotations

import argparse
import csv
import time
from math import exp, log
from pathlib import Path
from typing import TYPE_CHECKING

from bench_circuits import commit, machine
from msgspec.structs import replace

from trapline.compiler.pipeline import compile as compile_circuit
from trapline.compiler.read import read_program
from trapline.targets.load import apply_overrides, load_target
from trapline.targets.objective import OBJECTIVES, objective_of

if TYPE_CHECKING:
    from trapline.targets.model import Target

CIRCUITS = ("qft_n16", "qaoa3r_n20_p3", "cuccaro_b16_n34", "heis_6x6_s2", "vqefull_n32_r2")
MEASURES = ("pairs", "time_us", "infidelity", "makespan_us", "seconds")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--effort", default="default")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    target = load_target(str(Path(__file__).with_name("slow_link.toml")))
    rows = []
    for network in ("complete", "ring"):
        for name in CIRCUITS:
            for objective in OBJECTIVES:
                found = measure(
                    args.folder / f"{name}.qasm",
                    replace(target, network=network),
                    objective,
                    args.effort,
                )
                row = {"network": network, "circuit": name, "objective": objective, **found}
                print(*row.values(), flush=True)
                rows.append({**row, "effort": args.effort, "commit": commit(), **machine_of()})
    args.out.parent.mkdir(parents=True, exist_ok=True)
    with args.out.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def machine_of() -> dict[str, object]:
    return {"machine": machine()}


def measure(path: Path, target: Target, objective: str, effort: str) -> dict[str, float]:
    """Compile one circuit, and value its plan by all objectives."""
    size = -(-read_program(path).n_qubits // 4) + 1
    target = apply_overrides(target, {"module.data_qubits": size})
    start = time.process_time()
    result = compile_circuit(path, target, objective=objective, effort=effort, verify=False)
    seconds = time.process_time() - start
    values = [
        sum(
            value * n
            for value, n in zip(
                objective_of(name, target).values, result.usage.link_pairs, strict=True
            )
        )
        for name in OBJECTIVES
    ]
    assert result.timing is not None
    values += [result.timing.makespan_us, seconds]
    return {
        name: round(value, 4) for name, value in zip(MEASURES, values, strict=True)
    }


if __name__ == "__main__":
    main()
