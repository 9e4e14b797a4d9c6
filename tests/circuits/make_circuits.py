"""Print a generated circuit of this folder: `python make_circuits.py NAME`; a test compares."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = 'OPENQASM 2.0;\ninclude "qelib1.inc";\n'


def qft8() -> str:
    """Quantum Fourier transform on 8 qubits, with the final reversal.

    Source: D. Coppersmith, quant-ph/0201067.
    """
    n = 8
    lines = [f"qreg q[{n}];"]
    for target in range(n):
        lines.append(f"h q[{target}];")
        lines += [
            f"cu1(pi/{2 ** (other - target)}) q[{other}],q[{target}];"
            for other in range(target + 1, n)
        ]
    lines += [f"swap q[{i}],q[{n - 1 - i}];" for i in range(n // 2)]
    return HEAD + "\n".join(lines) + "\n"


def qaoa_ring6() -> str:
    """Two rounds of QAOA for MaxCut on a ring of 6. Source: Farhi et al., arXiv:1411.4028."""
    n = 6
    lines = [f"qreg q[{n}];", f"creg c[{n}];", "h q;"]
    for gamma, beta in ((0.42, 1.13), (0.81, 0.56)):
        lines += [f"rzz({gamma}) q[{i}],q[{(i + 1) % n}];" for i in range(n)]
        lines.append(f"rx({beta}) q;")
    lines.append("measure q -> c;")
    return HEAD + "\n".join(lines) + "\n"


def clifford_n6() -> str:
    """Sixty Clifford gates on 6 qubits, drawn with seed 6."""
    rng = np.random.default_rng(6)
    lines = ["qreg q[6];", "creg c[6];"]
    for _ in range(60):
        a, b = rng.choice(6, size=2, replace=False)
        name = str(rng.choice(["h", "s", "sdg", "x", "sx", "cx", "cz", "cy", "swap"]))
        operands = f"q[{a}],q[{b}]" if name in ("cx", "cz", "cy", "swap") else f"q[{a}]"
        lines.append(f"{name} {operands};")
    lines.append("measure q -> c;")
    return HEAD + "\n".join(lines) + "\n"


MAKERS: dict[str, Callable[[], str]] = {
    "qft8": qft8,
    "qaoa_ring6": qaoa_ring6,
    "clifford_n6": clifford_n6,
}

if __name__ == "__main__":
    sys.stdout.write(MAKERS[sys.argv[1]]())
