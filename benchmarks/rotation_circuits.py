"""Circuits of Pauli rotations: UCCSD, Trotter steps and QAOA with many-body terms.

Each is a product of exp(-i angle/2 P) for a list of Pauli strings, written as basis changes, a
ladder of CX, Rz and the ladder back, as code generators do.

Sources: UCCSD under Jordan-Wigner, Whitfield et al., arXiv:1001.3855; toric code, Kitaev,
quant-ph/9707021; Z2 gauge theory, Kogut, Rev. Mod. Phys. 51 (1979) 659; low-autocorrelation
sequences, Shaydulin et al., arXiv:2308.02342.
"""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import numpy as np

from trapline.passes.program import Program, ProgramBuilder, Register

if TYPE_CHECKING:
    from collections.abc import Sequence

String = dict[int, str]
"""Letter `x`, `y` or `z` of each qubit that takes part."""

_TO_Z = {"x": ("h",), "y": ("sdg", "h"), "z": ()}
_FROM_Z = {"x": ("h",), "y": ("h", "s"), "z": ()}
_DOUBLES = ("xxxy", "xxyx", "xyxx", "yxxx", "yyyx", "yyxy", "yxyy", "xyyy")


def circuits() -> dict[str, Program]:
    """Return the circuits by name."""
    return {
        "uccsd_n8": uccsd(8, 4),
        "uccsd_n12": uccsd(12, 6, keep=0.15),
        "hubbard_2x4_s1": hubbard(2, 4),
        "random_n16_k4_8": random_strings(16, 60, (4, 8)),
        "toric_3x4_s2": toric(3, 4, steps=2),
        "gauge_3x3_s2": gauge(3, 3, steps=2),
        "labs_n12_p1": qaoa(12, labs_terms(12), layers=1),
        "qaoa4_n24_p2": qaoa(24, random_terms(24, 24, 4), layers=2),
        "qaoa3_n24_p2": qaoa(24, random_terms(24, 36, 3), layers=2),
    }


def product(name: str, n_qubits: int, strings: Sequence[String], *, seed: int = 1) -> Program:
    """Return the product of rotations about strings, with random angles."""
    out = ProgramBuilder(name, [Register("q", n_qubits)])
    rng = np.random.default_rng(seed)
    for string in strings:
        _rotate(out, string, float(rng.uniform(0.1, 1.0)))
    return out.build()


def uccsd(n_qubits: int, n_electrons: int, *, keep: float = 1.0) -> Program:
    """Return unitary coupled cluster with singles and doubles; spins alternate.

    Args:
        n_qubits: Spin orbitals.
        n_electrons: Orbitals that are filled at the start.
        keep: Share of the double excitations, by the same seed the same.
    """
    filled, empty = range(n_electrons), range(n_electrons, n_qubits)
    strings: list[String] = []
    for i in filled:
        for a in empty:
            if i % 2 == a % 2:
                strings += [_jordan_wigner((i, a), letters) for letters in ("xy", "yx")]
    rng = np.random.default_rng(2)
    for i, j in combinations(filled, 2):
        for a, b in combinations(empty, 2):
            if sorted((i % 2, j % 2)) == sorted((a % 2, b % 2)) and rng.random() < keep:
                strings += [_jordan_wigner((i, j, a, b), letters) for letters in _DOUBLES]
    return product(f"uccsd_n{n_qubits}", n_qubits, strings)


def hubbard(width: int, height: int) -> Program:
    """Return a Trotter step of the Fermi-Hubbard model; qubit = 2 site + spin, rows in turn."""
    strings: list[String] = []
    sites = width * height
    for site in range(sites):
        strings.append({2 * site: "z", 2 * site + 1: "z"})
        right = [site + 1] if (site + 1) % width else []
        down = [site + width] if site + width < sites else []
        for other in right + down:
            for spin in (0, 1):
                ends = (2 * site + spin, 2 * other + spin)
                strings += [_jordan_wigner(ends, letters) for letters in ("xx", "yy")]
    return product("hubbard", 2 * sites, strings)


def random_strings(n_qubits: int, n_strings: int, sizes: tuple[int, int]) -> Program:
    """Return rotations about random strings of the given least and most letters."""
    rng = np.random.default_rng(3)
    strings: list[String] = []
    for _ in range(n_strings):
        size = int(rng.integers(sizes[0], sizes[1] + 1))
        wires = rng.permutation(n_qubits)[:size].tolist()
        strings.append({wire: "xyz"[int(rng.integers(3))] for wire in wires})
    return product("random", n_qubits, strings)


def toric(width: int, height: int, *, steps: int) -> Program:
    """Return Trotter steps of the toric code in a field: stars, plaquettes, and X and Z alone."""
    stars, plaquettes = _lattice(width, height)
    n = 2 * width * height
    step: list[String] = [dict.fromkeys(star, "x") for star in stars]
    step += [dict.fromkeys(plaquette, "z") for plaquette in plaquettes]
    step += [{q: letter} for q in range(n) for letter in "xz"]
    return product("toric", n, step * steps)


def gauge(width: int, height: int, *, steps: int) -> Program:
    """Return Trotter steps of Z2 gauge theory: plaquettes along z, X on each link."""
    _, plaquettes = _lattice(width, height)
    n = 2 * width * height
    step: list[String] = [dict.fromkeys(plaquette, "z") for plaquette in plaquettes]
    step += [{q: "x"} for q in range(n)]
    return product("gauge", n, step * steps)


def qaoa(n_qubits: int, terms: Sequence[tuple[int, ...]], *, layers: int) -> Program:
    """Return QAOA with a ZZ...Z term for each set of qubits."""
    strings: list[String] = [{q: "x"} for q in range(n_qubits)]
    layer: list[String] = [dict.fromkeys(term, "z") for term in terms]
    return product("qaoa", n_qubits, (layer + strings) * layers)


def labs_terms(n: int) -> list[tuple[int, ...]]:
    """Return the terms of the energy of low-autocorrelation binary sequences."""
    terms: list[tuple[int, ...]] = []
    for i in range(n - 2):
        terms += [(i, i + 2 * k) for k in range(1, (n - i + 1) // 2)]
    for i in range(n - 3):
        for t in range(1, (n - i - 1) // 2 + 1):
            terms += [(i, i + t, i + k, i + k + t) for k in range(t + 1, n - i - t)]
    return terms


def random_terms(n_qubits: int, n_terms: int, size: int) -> list[tuple[int, ...]]:
    """Return different random sets of qubits."""
    rng = np.random.default_rng(4)
    terms: set[tuple[int, ...]] = set()
    while len(terms) < n_terms:
        terms.add(tuple(sorted(rng.permutation(n_qubits)[:size].tolist())))
    return sorted(terms)


def _lattice(width: int, height: int) -> tuple[list[list[int]], list[list[int]]]:
    """Return stars and plaquettes of a torus; link 2 s goes right from site s, 2 s + 1 down."""

    def site(x: int, y: int) -> int:
        return x % width + width * (y % height)

    places = [(x, y) for y in range(height) for x in range(width)]
    stars = [
        [2 * site(x, y), 2 * site(x, y) + 1, 2 * site(x - 1, y), 2 * site(x, y - 1) + 1]
        for x, y in places
    ]
    plaquettes = [
        [2 * site(x, y), 2 * site(x, y) + 1, 2 * site(x, y + 1), 2 * site(x + 1, y) + 1]
        for x, y in places
    ]
    return stars, plaquettes


def _jordan_wigner(ends: tuple[int, ...], letters: str) -> String:
    """Return letters on some qubits, with Z on those between the first two and the last two."""
    string: String = {}
    for low, high in pairwise(ends) if len(ends) == 2 else (ends[:2], ends[2:]):
        string.update(dict.fromkeys(range(low + 1, high), "z"))
    string.update(zip(ends, letters, strict=True))
    return string


def _rotate(out: ProgramBuilder, string: String, angle: float) -> None:
    wires = sorted(string)
    for wire in wires:
        for name in _TO_Z[string[wire]]:
            out.add(name, (wire,))
    for pair in pairwise(wires):
        out.add("cx", pair)
    out.add("rz", wires[-1:], (angle,))
    for pair in reversed(list(pairwise(wires))):
        out.add("cx", pair)
    for wire in wires:
        for name in _FROM_Z[string[wire]]:
            out.add(name, (wire,))
