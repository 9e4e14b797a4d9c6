"""Compare pairs and seconds with the best of other tools, row by row.

Run `python benchmarks/bench_peers.py PEERS.csv --effort fast --out FILE.csv`. PEERS.csv holds, for
each circuit and network, the fewest EPR pairs that another tool found and the seconds it took
(in-process, imports excluded, on another machine or day: read the ratios of seconds with care).
Ours are the shortest of `--repeats` compilations without simulation, after one to warm up.
"""

from __future__ import annotations

import argparse
import csv
import time
from pathlib import Path
from statistics import geometric_mean

from bench_circuits import commit, machine

from trapline.compiler.pipeline import compile as compile_circuit
from trapline.errors import TraplineError
from trapline.targets.network import ideal_network


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("peers", type=Path)
    parser.add_argument("--effort", default="fast")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--repeats", type=int, default=1)
    args = parser.parse_args()
    with args.peers.open(newline="") as stream:
        peers = list(csv.DictReader(stream))
    rows = []
    for peer in [peers[0], *peers]:  # the first row once more, to warm up
        row = {**peer, **measure(peer, args.peers.parent.parent, args.effort, args.repeats)}
        print(*row.values(), flush=True)
        rows.append({**row, "effort": args.effort, "commit": commit(), "machine": machine()})
    rows = rows[1:]
    args.out.parent.mkdir(parents=True, exist_ok=True)
    with args.out.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    done = [row for row in rows if row["pairs"]]
    print(f"{len(done)} of {len(rows)} rows compiled")
    print(f"pairs, ours / best other: {mean(done, 'pairs', 'best_pairs'):.3f} (geometric mean)")
    print(f"seconds, best other / ours: {mean(done, 'best_seconds', 'seconds'):.1f}")
    print(f"rows worse: {sum(int(r['pairs']) > int(r['best_pairs']) for r in done)}")


def measure(peer: dict[str, str], folder: Path, effort: str, repeats: int) -> dict[str, object]:
    """Compile one row."""
    limit = int(peer["comm_qubits"]) if peer["comm_qubits"] else None
    modules, size = int(peer["modules"]), int(peer["data_qubits"])
    network = ideal_network(peer["network"], modules, size, limit)
    seconds: list[float] = []
    for _ in range(repeats):
        start = time.perf_counter()
        try:
            result = compile_circuit(folder / peer["file"], network, effort=effort, verify=False)
        except TraplineError as error:
            return {"pairs": "", "bound": "", "form": "", "seconds": "", "message": error.message}
        seconds.append(time.perf_counter() - start)
    return {
        "pairs": result.epr_pairs,
        "bound": result.solution.lower_bound,
        "form": result.form,
        "seconds": round(min(seconds), 4),
        "message": "",
    }


def mean(rows: list[dict[str, object]], over: str, under: str) -> float:
    """Return the geometric mean of the ratios of two columns."""
    return geometric_mean(float(str(r[over])) / float(str(r[under])) for r in rows)


if __name__ == "__main__":
    main()
