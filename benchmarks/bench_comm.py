"""Count pairs against communication qubits for ten circuits and write a CSV.

Run `python benchmarks/bench_comm.py FOLDER --out FILE.csv`; FOLDER holds the circuits. Each module
of a complete network holds one data qubit more than its share. Without a limit, and with 8, 4, 2
and 1 communication qubits a module. The last lines give the geometric mean of the pairs over those
without a limit.
"""

from __future__ import annotations

import argparse
import csv
from math import exp, log
from pathlib import Path

from bench_circuits import commit, machine

from trapline.compiler.pipeline import compile as compile_circuit
from trapline.compiler.read import read_program
from trapline.errors import TraplineError
from trapline.targets.network import ideal_network

CIRCUITS = (
    "cuccaro_b16_n34", "czfrac_n16_p05", "czfrac_n32_p09", "heis_6x6_s2", "iqp_n32", "mcx_n33",
    "qaoa3rcx_n50_p1", "qft_n32", "qv_n16", "vqefull_n32_r2",
)  # fmt: skip
LIMITS = (None, 8, 4, 2, 1)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--effort", default="fast")
    parser.add_argument("--modules", type=int, nargs="+", default=[2, 4])
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    rows = []
    for name in CIRCUITS:
        for modules in args.modules:
            row = measure(args.folder / f"{name}.qasm", modules, args.effort)
            print(*row.values(), flush=True)
            rows.append({**row, "effort": args.effort, "commit": commit(), "machine": machine()})
    args.out.parent.mkdir(parents=True, exist_ok=True)
    with args.out.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    for modules in args.modules:
        mine = [row for row in rows if row["modules"] == modules]
        for limit in LIMITS[1:]:
            ratios = [
                log(max(int(str(row[f"comm_{limit}"])), 1) / max(int(str(row["comm_none"])), 1))
                for row in mine
                if row[f"comm_{limit}"] != ""
            ]
            mean = exp(sum(ratios) / len(ratios))
            print(f"{modules} modules, {limit} communication qubits: {mean:.3f}")


def measure(path: Path, modules: int, effort: str) -> dict[str, object]:
    """Compile one circuit for every limit."""
    size = -(-read_program(path).n_qubits // modules) + 1
    row: dict[str, object] = {"circuit": path.stem, "modules": modules, "data_qubits": size}
    for limit in LIMITS:
        network = ideal_network("complete", modules, size, limit)
        key = "comm_none" if limit is None else f"comm_{limit}"
        try:
            row[key] = compile_circuit(path, network, effort=effort, verify=False).epr_pairs
        except TraplineError:
            row[key] = ""
    return row


if __name__ == "__main__":
    main()
