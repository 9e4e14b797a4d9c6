"""Plot pairs and seconds against the size of the circuit.

Run `python benchmarks/plot_sizes.py` after `bench_circuits.py` and `bench_scale.py`; it reads their
tables in `benchmarks/results` and writes `sizes.svg` there.
"""

from __future__ import annotations

import csv
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
MARKS = {"2": "o", "4": "s", "8": "^"}


def main() -> None:
    """Draw two panels."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    circuits = [row for row in _rows("circuits_fast.csv") if row["exit"] == "0"]
    scale = _rows("scale.csv")
    with mpl.rc_context({"svg.hashsalt": "trapline"}):
        figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.6), layout="constrained")
        for modules, mark in MARKS.items():
            rows = [row for row in circuits if row["modules"] == modules]
            sizes = [int(row["interactions"]) for row in rows]
            label = f"{modules} modules"
            pairs = [max(int(row["pairs"]), 1) for row in rows]
            seconds = [float(row["total_s"]) for row in rows]
            left.plot(sizes, pairs, mark, ms=3, mfc="none", label=label)
            right.plot(sizes, seconds, mark, ms=3, mfc="none", label=label)
        sizes = [int(row["interactions"]) for row in scale]
        label = "random, 16 modules"
        left.plot(sizes, [int(row["pairs"]) for row in scale], "k.-", label=label)
        right.plot(sizes, [float(row["seconds"]) for row in scale], "k.-", label=label)
        left.set_ylabel("EPR pairs")
        right.set_ylabel("seconds, reading and verification included")
        for panel in (left, right):
            panel.set_xscale("log")
            panel.set_yscale("log")
            panel.set_xlabel("interactions of the circuit as given")
        left.legend(frameon=False, fontsize=8)
        figure.savefig(RESULTS / "sizes.svg", metadata={"Date": None})


def _rows(name: str) -> list[dict[str, str]]:
    with (RESULTS / name).open(newline="") as stream:
        return list(csv.DictReader(stream))


if __name__ == "__main__":
    main()
