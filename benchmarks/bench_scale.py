"""Measure how the cost of compiling grows with the circuit, reading and checking included.

Run `python benchmarks/bench_scale.py --out results/scale.csv` in `benchmarks`. Each size is a
process of its own: random CX, RZ and H on 1,000 qubits in OpenQASM 2, mostly between neighbours,
over 16 modules of 64 at the lowest effort, with the plan checked. The last row of a size is the
whole command's; memory is the largest resident set of the process.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from bench_circuits import commit, machine

SIZES = (10_000, 100_000, 1_000_000)
QUBITS, MODULES, ROOM = 1_000, 16, 64
NEAR, SPREAD = 0.9, 8


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--out", type=Path)
    parser.add_argument("--one", type=Path, help="compile this file and print the result")
    parser.add_argument("--sizes", type=int, nargs="*", default=list(SIZES))
    args = parser.parse_args()
    if args.one is not None:
        print(json.dumps(compile_one(args.one)))
        return
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for size in [args.sizes[0], *args.sizes]:  # the first once more, to compile the kernels
            path = Path(folder) / f"random_{size}.qasm"
            path.write_text(random_circuit(size))
            command = [sys.executable, __file__, "--one", str(path)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            row = {"interactions": size, **json.loads(done.stdout.splitlines()[-1])}
            print(row, flush=True)
            rows.append({**row, "commit": commit(), "machine": machine()})
    if args.out is not None:
        with args.out.open("w", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0])
            writer.writeheader()
            writer.writerows(rows[1:])


def random_circuit(n_interactions: int) -> str:
    """Write a random circuit, mostly between qubits that are close, as OpenQASM 2."""
    rng = np.random.default_rng(n_interactions)
    a = rng.integers(QUBITS, size=n_interactions)
    near = rng.random(n_interactions) < NEAR
    step = np.where(
        near, rng.integers(1, SPREAD, n_interactions), rng.integers(1, QUBITS, n_interactions)
    )
    b = (a + step) % QUBITS
    turns = rng.integers(3, size=n_interactions)
    lines = ["OPENQASM 2.0;", 'include "qelib1.inc";', f"qreg q[{QUBITS}];"]
    for x, y, turn in zip(a.tolist(), b.tolist(), turns.tolist(), strict=True):
        lines.append(f"cx q[{x}],q[{y}];")
        if turn:
            lines.append(f"h q[{y}];" if turn == 1 else f"rz(0.3) q[{x}];")
    return "\n".join(lines)


def compile_one(path: Path) -> dict[str, object]:
    """Compile a file and tell pairs, seconds by stage and memory."""
    from trapline.compiler.pipeline import compile as compile_circuit
    from trapline.targets.network import ideal_network

    network = ideal_network("complete", MODULES, ROOM)
    start = time.perf_counter()
    result = compile_circuit(path, network, effort="fast")
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    stages = {name: round(value, 3) for name, value in result.seconds.items() if value >= 0.01}
    return {
        "pairs": result.epr_pairs,
        "round_robin_pairs": result.solution.round_robin_epr_pairs,
        "form": result.form,
        "seconds": round(seconds, 3),
        "memory_gb": round(peak, 3),
        "stages": json.dumps(stages),
    }


if __name__ == "__main__":
    main()
