"""Pairs only: full modules, dense circuits, seeds, small proofs.

Run `python benchmarks/bench_claims.py FOLDER --out FILE.csv`; FOLDER holds the circuits.
Each row is one compilation without simulation; `claim` says what it is for:

* full: modules with exactly n/k data qubits; room: with one more each, for every circuit whose
  qubits two or four modules divide;
* dense: quantum volume; its static pairs are the best of `best` effort with one home a qubit;
* seed: twenty seeds of each of ten circuits;
* small: ten qubits and sixty interactions, proven or not.
"""

from __future__ import annotations

import argparse
import csv
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from bench_circuits import commit, machine

from trapline.compiler.pipeline import compile as compile_circuit
from trapline.compiler.read import read_program
from trapline.passes.program import ProgramBuilder, Register
from trapline.targets.network import ideal_network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trapline.passes.program import Program

TEN = (
    "qft_n32", "vqefull_n32_r2", "czfrac_n32_p05", "iqp_n32", "qaoa3r_n20_p2", "qv_n16",
    "vqelin_n32_r3", "czfrac_n16_p07", "mcx_n33", "heis_6x6_s2",
)  # fmt: skip
SEEDS = 20
SMALL = 2


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("suite", type=Path)
    parser.add_argument("--effort", default="default")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    rows = []
    for claim, name, program, kind, modules, size, seed, effort in cases(args.suite, args.effort):
        network = ideal_network(kind, modules, size)
        start = time.perf_counter()
        result = compile_circuit(program, network, effort=effort, seed=seed, verify=False)
        row = {
            "claim": claim, "circuit": name, "network": kind, "modules": modules,
            "data_qubits": size, "seed": seed, "effort": effort, "pairs": result.epr_pairs,
            "static": result.solution.static_epr_pairs, "bound": result.solution.lower_bound,
            "form": result.form, "seconds": round(time.perf_counter() - start, 3),
        }  # fmt: skip
        print(*row.values(), flush=True)
        rows.append({**row, "commit": commit(), "machine": machine()})
    with args.out.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)


Case = tuple[str, str, "Path | Program", str, int, int, int, str]


def cases(suite: Path, effort: str) -> Iterator[Case]:
    """List what is compiled."""
    for path in sorted(suite.glob("*.qasm")):
        name, n = path.stem, read_program(path).n_qubits
        for modules in (2, 4):
            if n % modules:
                continue
            size = n // modules
            yield "full", name, path, "complete", modules, size, 0, effort
            yield "room", name, path, "complete", modules, size + 1, 0, effort
            if name.startswith("qv"):
                yield "dense", name, path, "complete", modules, size, 0, "best"
    for name in TEN:
        path = suite / f"{name}.qasm"
        size = -(-read_program(path).n_qubits // 4) + 1
        for seed in range(SEEDS):
            yield "seed", name, path, "complete", 4, size, seed, effort
    for seed in range(SMALL):
        program = small(seed)
        for kind, modules, size in (("complete", 2, 5), ("complete", 3, 4), ("line", 3, 4)):
            yield "small", f"random_{seed}", program, kind, modules, size, 0, "best"


def small(seed: int) -> Program:
    """Return sixty random CX on ten qubits, with H between most of them."""
    rng = np.random.default_rng(seed)
    out = ProgramBuilder(f"random_{seed}", [Register("q", 10)])
    for _ in range(60):
        a, b = rng.choice(10, 2, replace=False).tolist()
        out.add("cx", (a, b))
        if rng.random() < 0.7:
            out.add("h", (int(rng.integers(10)),))
    return out.build()


if __name__ == "__main__":
    main()
