"""Compile every circuit of a folder on 2, 4 and 8 equal modules and write a CSV.

Run `python benchmarks/bench_circuits.py FOLDER --effort default --out FILE.csv`. Each module holds
ceil(qubits / modules) data qubits, without a limit on communication qubits. Files that are refused
get a row with the exit code and the message. Rows are written as they come, and a circuit and
network already in the file are skipped.
"""

from __future__ import annotations

import argparse
import csv
import platform
import subprocess
import time
from pathlib import Path

from trapline.compiler.pipeline import compile as compile_circuit
from trapline.compiler.read import read_program
from trapline.errors import TraplineError
from trapline.targets.network import ideal_network

STAGES = (
    "read", "recover", "segment", "compare", "check-rewrite", "place", "anneal", "exact", "cp-sat",
    "allocate", "check", "emit", "verify",
)  # fmt: skip
FIELDS = (
    "circuit", "modules", "data_qubits", "qubits", "interactions", "round_robin", "mt_kahypar",
    "static", "pairs", "bound", "optimal", "migrations", "verified", *STAGES, "total_s", "exit",
    "message", "line", "effort", "commit", "machine",
)  # fmt: skip
SHOWN = ("round_robin", "mt_kahypar", "static", "pairs", "bound", "verified", "total_s", "message")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--effort", default="default")
    parser.add_argument("--modules", type=int, nargs="+", default=[2, 4, 8])
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    done = set()
    if args.out.exists():
        with args.out.open(newline="") as stream:
            done = {(row["circuit"], row["modules"]) for row in csv.DictReader(stream)}
    facts = {"effort": args.effort, "commit": commit(), "machine": machine()}
    with args.out.open("a", newline="") as stream:
        writer = csv.DictWriter(stream, FIELDS)
        if not done:
            writer.writeheader()
        files = [f for f in args.folder.rglob("*") if f.suffix in (".qasm", ".stim", ".json")]
        for path in sorted(files, key=lambda f: (f.stat().st_size, f.name)):
            for modules in args.modules:
                name = str(path.relative_to(args.folder))
                if (name, str(modules)) in done:
                    continue
                row = measure(path, modules, args.effort)
                writer.writerow({"circuit": name, "modules": modules, **row, **facts})
                stream.flush()
                print(name, modules, *(row.get(key, "") for key in SHOWN), flush=True)


def measure(path: Path, modules: int, effort: str) -> dict[str, object]:
    """Compile one circuit on one network."""
    start = time.perf_counter()
    try:
        program = read_program(path)
        capacity = -(-program.n_qubits // modules)
        result = compile_circuit(path, ideal_network("complete", modules, capacity), effort=effort)
    except TraplineError as error:
        return {
            "exit": error.exit_code,
            "message": error.message,
            "line": getattr(error, "line", 0),
        }
    report = result.report()
    return {
        "data_qubits": capacity,
        "qubits": report["circuit"]["qubits"],
        "interactions": report["circuit"]["interactions"],
        "round_robin": report["round_robin_epr_pairs"],
        "mt_kahypar": report["mt_kahypar_epr_pairs"],
        "static": report["static_epr_pairs"],
        "pairs": report["epr_pairs"],
        "bound": report["lower_bound"],
        "optimal": report["optimal"],
        "migrations": report["migrations"],
        "verified": report["verification"]["method"],
        **{stage: round(report["seconds"].get(stage, 0.0), 4) for stage in STAGES},
        "total_s": round(time.perf_counter() - start, 3),
        "exit": 0,
    }


def commit() -> str:
    """Return the commit that is measured."""
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def machine() -> str:
    """Describe the machine."""
    return f"{platform.machine()} python {platform.python_version()}"


if __name__ == "__main__":
    main()
