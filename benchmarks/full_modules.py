"""What full modules cost over modules with a data qubit to spare, found and proven.

Run `python benchmarks/full_modules.py RESULTS.csv FOLDER`: RESULTS.csv is of `bench_peers.py`,
FOLDER holds the circuits that it names. A plan for full modules is one for roomier ones as well, so
that the optimal plans of a case have a ratio of 1 at least, and of the proven bound of the full
modules over the pairs found for the roomier ones. Both are of the form and order that was
distributed.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from statistics import geometric_mean

from trapline.compiler.read import read_program


def main() -> None:
    """Print the ratios of all cases, and their geometric means."""
    with Path(sys.argv[1]).open(newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["network"] == "complete"]
    found = {(row["file"], int(row["modules"]), int(row["data_qubits"])): row for row in rows}
    print("| circuit | modules | full | proven | one to spare | ratio | ratio proven |")
    print("|---" * 7 + "|")
    ratios: list[tuple[float, float, float]] = []
    for (file, modules, size), full in found.items():
        room = found.get((file, modules, size + 1))
        if room is None or read_program(Path(sys.argv[2]) / file).n_qubits != modules * size:
            continue
        ours = int(full["pairs"]) / int(room["pairs"])
        least = max(1.0, int(full["bound"]) / int(room["pairs"]))
        ratios.append((ours, least, int(full["best_pairs"]) / int(room["best_pairs"])))
        print(f"| {full['circuit']} | {modules} | {full['pairs']} | {full['bound']} "
              f"| {room['pairs']} | {ours:.3f} | {least:.3f} |")  # fmt: skip
    ours, least, others = map(geometric_mean, zip(*ratios, strict=True))
    print(f"\n{len(ratios)} cases: {ours:.3f} found, at least {least:.3f} for optimal plans, "
          f"{others:.3f} by the best of other tools")  # fmt: skip


if __name__ == "__main__":
    main()
