"""Time our OpenQASM 2 reader next to qiskit's on the same files.

Each size is read in alternation, ours then theirs, every time in a fresh process. The ratio is of
CPU seconds, which other work on the machine disturbs less than wall seconds. Run
`python benchmarks/bench_parse.py`; results go to `benchmarks/results/parse.csv`.
"""

from __future__ import annotations

import argparse
import csv
import json
import platform
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

RESULTS = Path(__file__).parent / "results" / "parse.csv"
N_QUBITS = 100

_OURS = """
from trapline.compiler.qasm_read import read_qasm as read
"""
_THEIRS = """
from qiskit.qasm2 import loads as read
"""
_TIMED = """
import json, resource, sys, time
from pathlib import Path
text = Path(sys.argv[1]).read_text()
wall, cpu = time.perf_counter(), time.process_time()
circuit = read(text)
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
peak_mb = peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)
print(json.dumps({"cpu_s": cpu, "wall_s": wall, "peak_mb": peak_mb}))
"""


def circuit_text(n_gates: int, seed: int) -> str:
    """Return a program of common gates on 100 qubits, its angles literals and fractions of pi."""
    draw = random.Random(seed)
    lines = ["OPENQASM 2.0;", 'include "qelib1.inc";', f"qreg q[{N_QUBITS}];"]
    lines.append(f"creg c[{N_QUBITS}];")
    for _ in range(n_gates - N_QUBITS):
        a, b = draw.sample(range(N_QUBITS), 2)
        kind = draw.randrange(7)
        if kind <= 1:
            lines.append(f"cx q[{a}],q[{b}];")
        elif kind == 2:
            lines.append(f"rz({draw.uniform(-3.2, 3.2)!r}) q[{a}];")
        elif kind == 3:
            lines.append(f"rz({draw.choice(('', '-'))}pi/{1 << draw.randrange(1, 9)}) q[{a}];")
        elif kind == 4:
            angles = ",".join(f"{draw.uniform(0, 3.2):.8f}" for _ in range(3))
            lines.append(f"u3({angles}) q[{a}];")
        else:
            lines.append(f"{draw.choice(('h', 't', 'tdg'))} q[{a}];")
    lines += [f"measure q[{i}] -> c[{i}];" for i in range(N_QUBITS)]
    return "\n".join([*lines, ""])


def timed(reader: str, path: Path) -> dict[str, float]:
    """Read a file in a fresh process and return its CPU and wall seconds and peak memory."""
    command = [sys.executable, "-c", reader + _TIMED, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def commit() -> str:
    """Return the commit being measured."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    here = Path(__file__).parent
    return subprocess.run(command, capture_output=True, text=True, cwd=here).stdout.strip()


def measure(n_gates: int, pairs: int, folder: Path) -> dict[str, object]:
    """Return the row of one size."""
    path = folder / f"random_{n_gates}.qasm"
    path.write_text(circuit_text(n_gates, seed=n_gates))
    ours: list[dict[str, float]] = []
    theirs: list[dict[str, float]] = []
    for _ in range(pairs):
        ours.append(timed(_OURS, path))
        theirs.append(timed(_THEIRS, path))
    ratios = [a["cpu_s"] / b["cpu_s"] for a, b in zip(ours, theirs, strict=True)]
    return {
        "machine": f"{platform.machine()} {platform.system()}",
        "python": platform.python_version(),
        "commit": commit(),
        "gates": n_gates,
        "file_mb": round(path.stat().st_size / 1e6, 2),
        "pairs": pairs,
        "ours_s": round(statistics.median(r["cpu_s"] for r in ours), 3),
        "qiskit_s": round(statistics.median(r["cpu_s"] for r in theirs), 3),
        "ours_wall_s": round(statistics.median(r["wall_s"] for r in ours), 3),
        "qiskit_wall_s": round(statistics.median(r["wall_s"] for r in theirs), 3),
        "ratio": round(statistics.median(ratios), 3),
        "worst_ratio": round(max(ratios), 3),
        "ours_peak_mb": round(max(r["peak_mb"] for r in ours)),
        "qiskit_peak_mb": round(max(r["peak_mb"] for r in theirs)),
    }


def main() -> None:
    """Measure every size, print the rows and write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gates", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--output", type=Path, default=RESULTS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = [measure(n, options.pairs, Path(folder)) for n in options.gates]
    options.output.parent.mkdir(parents=True, exist_ok=True)
    with options.output.open("w", newline="") as file:
        for out in (csv.DictWriter(file, rows[0]), csv.DictWriter(sys.stdout, rows[0])):
            out.writeheader()
            out.writerows(rows)


if __name__ == "__main__":
    main()
