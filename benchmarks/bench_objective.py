"""Compare objectives on four modules with one slow and one poor link, and write a CSV.

Run `python benchmarks/bench_objective.py FOLDER --out FILE.csv`; FOLDER holds the circuits. Each
module of `examples/slow_link.toml` holds one data qubit more than its share. Of each plan: pairs,
the time that links are busy, the infidelity of all pairs, and the makespan. The last lines give
geometric means over the plans of objective `pairs`.
"""

from __future__ import annotations

import argparse
import csv
from math import prod
from operator import mul
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

MACHINE = Path(__file__).resolve().parents[1] / "examples" / "slow_link.toml"
CIRCUITS = ("qft_n16", "qaoa3r_n20_p3", "cuccaro_b16_n34", "heis_6x6_s2", "vqefull_n32_r2")
MEASURES = ("pairs", "time_us", "infidelity", "makespan_us")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--effort", default="default")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    target = load_target(str(MACHINE))
    rows: list[dict[str, object]] = []
    where = {"effort": args.effort, "commit": commit(), "machine": machine()}
    found: dict[tuple[str, str], list[dict[str, float]]] = {}
    for kind in ("complete", "ring"):
        for name in CIRCUITS:
            for objective in OBJECTIVES:
                joined = replace(target, network=kind)
                values = measure(args.folder / f"{name}.qasm", joined, objective, args.effort)
                found.setdefault((kind, objective), []).append(values)
                row = {"network": kind, "circuit": name, "objective": objective, **values}
                print(*row.values(), flush=True)
                rows.append({**row, **where})
    args.out.parent.mkdir(parents=True, exist_ok=True)
    with args.out.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    for (kind, objective), values in found.items():
        means = [mean_ratio(values, found[kind, "pairs"], measure) for measure in MEASURES]
        shown = (f"{name} {mean:.3f}" for name, mean in zip(MEASURES, means, strict=True))
        print(f"{kind}, {objective}: {', '.join(shown)}")


def mean_ratio(values: list[dict[str, float]], others: list[dict[str, float]], name: str) -> float:
    """Return the geometric mean over the circuits of one measure over that of other plans."""
    ratios = [mine[name] / other[name] for mine, other in zip(values, others, strict=True)]
    return prod(ratios) ** (1 / len(ratios))


def measure(path: Path, target: Target, objective: str, effort: str) -> dict[str, float]:
    """Compile one circuit, and value its plan by all objectives."""
    size = -(-read_program(path).n_qubits // 4) + 1
    target = apply_overrides(target, {"module.data_qubits": size})
    result = compile_circuit(path, target, objective=objective, effort=effort, verify=False)
    used = result.usage.link_pairs
    values = [sum(map(mul, objective_of(name, target).values, used)) for name in OBJECTIVES]
    rounded = (round(value, 4) for value in (*values, result.report()["makespan_us"]))
    return dict(zip(MEASURES, rounded, strict=True))


if __name__ == "__main__":
    main()
