"""Compare circuits given with Toffolis whole and given in Clifford gates and T.

Run `python benchmarks/bench_toffolis.py CIRCUITS --effort default --out FILE.csv`. Every circuit of
the folder that has CCX or CCZ is compiled twice for complete networks of 2 and 4 modules with
ceil(n/k) data qubits: as it is, and with every Toffoli in the textbook's six CX and seven T.
"""

from __future__ import annotations

import argparse
import csv
import sys
from math import exp, log
from pathlib import Path

import numpy as np
from bench_circuits import commit, machine

from trapline.compiler.pipeline import compile as compile_circuit
from trapline.compiler.read import read_program
from trapline.passes.gates import OPCODE
from trapline.targets.network import ideal_network

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from toffolis import decomposed  # the tests' own decompositions

MODULES = (2, 4)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("circuits", type=Path)
    parser.add_argument("--effort", default="default")
    parser.add_argument("--most", type=int, default=1000, help="most Toffolis of a circuit")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    rows: list[dict[str, object]] = []
    where = {"effort": args.effort, "commit": commit(), "machine": machine()}
    for path in sorted(args.circuits.glob("*.qasm")):
        whole = read_program(path)
        n_toffolis = int(np.isin(whole.opcodes, (OPCODE["ccx"], OPCODE["ccz"])).sum())
        if not 0 < n_toffolis <= args.most:
            continue
        given = {"whole": whole, "decomposed": decomposed(whole, "textbook")}
        for k in MODULES:
            network = ideal_network("complete", k, -(-whole.n_qubits // k))
            found = {
                name: compile_circuit(program, network, effort=args.effort, verify=False)
                for name, program in given.items()
            }
            row = {
                "circuit": path.stem, "toffolis": n_toffolis, "modules": k,
                **{name: result.epr_pairs for name, result in found.items()},
                "form": found["decomposed"].form, **where,
            }  # fmt: skip
            print(*row.values(), flush=True)
            rows.append(row)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    with args.out.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    ratios = [
        log(int(str(r["decomposed"])) / int(str(r["whole"])))
        for r in rows
        if r["whole"] and r["decomposed"]
    ]
    print(f"pairs, decomposed / whole: {exp(sum(ratios) / len(ratios)):.3f} (geometric mean)")


if __name__ == "__main__":
    main()
