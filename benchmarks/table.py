"""Print the results of `bench_circuits.py` as Markdown: `python benchmarks/table.py FILE.csv`."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

COLUMNS = {
    "circuit": "circuit",
    "qubits": "qubits",
    "interactions": "interactions",
    "modules": "modules",
    "round_robin": "round-robin",
    "mt_kahypar": "Mt-KaHyPar",
    "static": "static",
    "pairs": "ours",
    "bound": "bound",
    "verified": "verified by",
}
STAGES = {
    "read": ("read",),
    "solve": ("place", "anneal", "exact", "cp-sat"),
    "plan": ("segment", "allocate", "check"),
    "emit": ("emit",),
    "verify": ("verify",),
}


def main() -> None:
    """Print the table, then the files that were refused."""
    with Path(sys.argv[1]).open(newline="") as stream:
        rows = sorted(csv.DictReader(stream), key=lambda r: (r["circuit"], int(r["modules"])))
    done = [row for row in rows if row["exit"] == "0"]
    print("| " + " | ".join([*COLUMNS.values(), *(f"{name} s" for name in STAGES)]) + " |")
    print("|---" * (len(COLUMNS) + len(STAGES)) + "|")
    for row in done:
        seconds = [f"{sum(float(row[s]) for s in stages):.2f}" for stages in STAGES.values()]
        print("| " + " | ".join([*(row[c] or "-" for c in COLUMNS), *seconds]) + " |")
    print("\n| refused | line | exit | message |\n|---|---|---|---|")
    refused = {row["circuit"]: row for row in rows if row["exit"] != "0"}
    for name, row in refused.items():
        print(f"| {name} | {row['line']} | {row['exit']} | {row['message']} |")


if __name__ == "__main__":
    main()
