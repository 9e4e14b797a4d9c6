"""Count pairs with and without shared parities and write a CSV.

Run `python benchmarks/bench_parities.py --out FILE.csv [FOLDER --match GLOB]`: the circuits of
`rotation_circuits.py`, and those of a folder that have rotations to share. Each module of a
complete network holds its share of the qubits and one more. Every candidate is placed and annealed
with the same effort; `unshared` is the best of them, `shared` the best when each may also be
rewritten for the homes that were found, and annealed again from there.
"""

from __future__ import annotations

import argparse
import csv
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bench_circuits import commit, machine
from rotation_circuits import circuits

from trapline.compiler.read import read_program
from trapline.errors import TraplineError
from trapline.passes.anneal import anneal
from trapline.passes.assignment import Assignment, pairs
from trapline.passes.expand import expand
from trapline.passes.parities import main_homes, static_at, with_shared_parities
from trapline.passes.placement import place_qubits
from trapline.passes.recover import candidates
from trapline.passes.route import Router
from trapline.passes.segment import Segments, segment
from trapline.targets.network import ideal_network

if TYPE_CHECKING:
    from trapline.passes.program import Program
    from trapline.targets.network import Network

MOST_OPERATIONS = 30_000
FIELDS: tuple[str, ...] = (
    "circuit", "modules", "qubits", "operations", "rewritten", "unshared_static", "shared_static",
    "unshared", "shared", "rewrite_s", "commit", "machine",
)  # fmt: skip


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description="Count pairs with and without shared parities.")
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--match", default="*.qasm")
    parser.add_argument("--modules", type=int, nargs="+", default=[2, 4])
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    own = circuits()
    with args.out.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, FIELDS)
        writer.writeheader()
        for name, program in (own | found(args.folder, args.match)).items():
            for modules in args.modules:
                row: dict[str, object] = {
                    "circuit": name,
                    "modules": modules,
                    **measure(program, modules),
                }
                print(*row.values(), flush=True)
                if row["rewritten"] or name in own:
                    writer.writerow({**row, "commit": commit(), "machine": machine()})
                    stream.flush()


def found(folder: Path | None, pattern: str) -> dict[str, Program]:
    """Return the circuits of a folder that can be read and are not too long."""
    programs: dict[str, Program] = {}
    for path in sorted(folder.rglob(pattern)) if folder else ():
        with suppress(TraplineError):
            program = read_program(path)
            if program.n_ops <= MOST_OPERATIONS:
                programs[path.stem] = program
    return programs


def measure(program: Program, modules: int) -> dict[str, object]:
    """Solve every candidate without and with shared parities."""
    network = ideal_network("complete", modules, -(-program.n_qubits // modules) + 1)
    router = Router(network)
    plain: list[tuple[int, int]] = []
    shared: list[tuple[int, int]] = []
    seconds = 0.0
    for _, candidate in candidates(program):
        segments = segment(expand(candidate).program)
        start = place_qubits(segments, network, router, seed=0)
        still = annealed(segments, network, router, start, static=True)
        plain.append(costs(segments, network, router, still))
        began = time.perf_counter()
        rewritten = with_shared_parities(candidate, segments, still, router)
        seconds += time.perf_counter() - began
        if rewritten is not None:
            model = segment(expand(rewritten).program)
            start = static_at(model, main_homes(segments, still), router)
            still = annealed(model, network, router, start, static=True)
            shared.append(costs(model, network, router, still))
    return {
        "qubits": program.n_qubits,
        "operations": program.n_ops,
        "rewritten": len(shared),
        "unshared_static": min(cost for cost, _ in plain),
        "shared_static": min(cost for cost, _ in plain + shared),
        "unshared": min(cost for _, cost in plain),
        "shared": min(cost for _, cost in plain + shared),
        "rewrite_s": round(seconds, 3),
    }


def annealed(
    segments: Segments, network: Network, router: Router, start: Assignment, *, static: bool
) -> Assignment:
    """Anneal with one home a qubit, or with homes that change; never worse than the start."""
    size = segments.n_interactions + segments.n_segments
    work, hot = (60 * size, 0.15) if static else (1200 * size, 0.3)
    found = anneal(segments, network, router, start, work=work, seed=0, static=static, hot=hot)
    return min(start, found, key=lambda assignment: pairs(segments, assignment, router))


def costs(
    segments: Segments, network: Network, router: Router, still: Assignment
) -> tuple[int, int]:
    """Return the pairs of a static assignment, and of one that moves from there."""
    moving = annealed(segments, network, router, still, static=False)
    return pairs(segments, still, router), pairs(segments, moving, router)


if __name__ == "__main__":
    main()
