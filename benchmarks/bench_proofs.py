"""Which small circuits are proven optimal on two and three modules, and in what time.

Run `python benchmarks/bench_proofs.py FOLDER --out FILE.csv`. Every circuit of the folder with at
most ten qubits and sixty interactions, and twenty random circuits with exactly that many, is
compiled in process for complete networks of two and three modules, with ceil(n/k) data qubits in
each and with one more. `seconds` is the whole compilation, verification included, `cpu_seconds`
the processor time of that; the first row also compiles the kernels where they are not cached.
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
from trapline.errors import TraplineError
from trapline.passes.expand import expand
from trapline.passes.program import ProgramBuilder, Register
from trapline.passes.segment import segment
from trapline.targets.network import ideal_network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trapline.passes.program import Program

MOST_QUBITS = 10
MOST_INTERACTIONS = 60
RANDOM = 20
MODULES = (2, 3)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--effort", default="default")
    parser.add_argument("--only", nargs="+", help="circuits and networks, as in the table")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    facts = {"effort": args.effort, "commit": commit(), "machine": machine()}
    rows = []
    for name, program in circuits(args.folder):
        for modules in MODULES:
            for spare in (0, 1):
                size = -(-program.n_qubits // modules) + spare
                network = f"complete {modules}x{size}"
                if args.only and not {name, network, f"{name}/{network}"} & set(args.only):
                    continue
                start, used = time.perf_counter(), time.process_time()
                result = compile_circuit(
                    program, ideal_network("complete", modules, size), effort=args.effort
                )
                seconds = round(time.perf_counter() - start, 2)
                bound = result.solution.lower_bound
                row = {
                    "circuit": name, "network": network, "pairs": result.epr_pairs, "bound": bound,
                    "proven": result.epr_pairs == bound, "seconds": seconds,
                    "cpu_seconds": round(time.process_time() - used, 2),
                    "proof_seconds": round(
                        sum(result.seconds.get(stage, 0.0) for stage in ("exact", "cp-sat")), 2
                    ),
                }  # fmt: skip
                print(*row.values(), flush=True)
                rows.append({**row, **facts})
    with args.out.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    proven = sum(bool(row["proven"]) for row in rows)
    print(proven, "of", len(rows), "proven; slowest", max(row["seconds"] for row in rows), "s")


def circuits(folder: Path) -> Iterator[tuple[str, Program]]:
    """List the small circuits of a folder, and the random ones."""
    for path in sorted(folder.rglob("*.qasm")):
        if path.stat().st_size > 100_000:
            continue
        try:
            program = read_program(path)
        except TraplineError:
            continue
        if 2 < program.n_qubits <= MOST_QUBITS:
            size = segment(expand(program).program).n_interactions
            if 0 < size <= MOST_INTERACTIONS:
                yield path.stem, program
    for seed in range(RANDOM):
        yield f"random_{seed}", random_circuit(seed)


def random_circuit(seed: int) -> Program:
    """Return ten qubits with sixty random gates of two qubits each.

    Even seeds: CX, with an H after seven of ten; odd seeds: CZ, with an H on either operand half of
    the time.
    """
    rng = np.random.default_rng(seed)
    out = ProgramBuilder(f"random_{seed}", [Register("q", MOST_QUBITS)])
    for _ in range(MOST_INTERACTIONS):
        a, b = rng.choice(MOST_QUBITS, 2, replace=False).tolist()
        if seed % 2:
            out.add("cz", (a, b))
            for q in (a, b):
                if rng.random() < 0.5:
                    out.add("h", (q,))
        else:
            out.add("cx", (a, b))
            if rng.random() < 0.7:
                out.add("h", (int(rng.integers(MOST_QUBITS)),))
    return out.build()


if __name__ == "__main__":
    main()
