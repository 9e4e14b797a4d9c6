"""Run every benchmark; results go to `benchmarks/results/`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
RESULTS = HERE / "results"


def main() -> None:
    """Time the readers, then compile all circuits at hand: the shared ones, else our own."""
    shared = HERE.parent.parent / "shared" / "circuits"
    circuits = shared if shared.is_dir() else HERE.parent / "tests" / "circuits"
    run("bench_parse.py")
    if (circuits / "suite").is_dir():
        run("bench_claims.py", str(circuits / "suite"), "--out", str(RESULTS / "claims.csv"))
        run("bench_comm.py", str(circuits / "suite"), "--out", str(RESULTS / "comm_fast.csv"))
        run("bench_objective.py", str(circuits / "suite"), "--out", str(RESULTS / "objective.csv"))
    if (circuits / "feynman").is_dir():
        out = RESULTS / "toffolis.csv"
        run("bench_toffolis.py", str(circuits / "feynman"), "--out", str(out))
    run("bench_proofs.py", str(circuits), "--out", str(RESULTS / "proofs.csv"))
    run("bench_parities.py", "--out", str(RESULTS / "parities.csv"))
    peers = shared.parent / "reference" / "peers.csv"
    if peers.is_file():
        for effort, repeats in (("fast", "3"), ("default", "1")):
            out = RESULTS / f"peers_{effort}.csv"
            run(
                "bench_peers.py", str(peers), "--effort", effort, "--repeats", repeats,
                "--out", str(out),
            )  # fmt: skip
    run("bench_scale.py", "--out", str(RESULTS / "scale.csv"))
    for effort in ("fast", "default"):
        out = RESULTS / f"circuits_{effort}.csv"
        out.unlink(missing_ok=True)
        run("bench_circuits.py", str(circuits), "--effort", effort, "--out", str(out))


def run(script: str, *arguments: str) -> None:
    """Run a script of this folder."""
    subprocess.run([sys.executable, str(HERE / script), *arguments], check=True)


if __name__ == "__main__":
    main()
