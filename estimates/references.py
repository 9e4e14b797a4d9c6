"""The papers behind the estimator, by key; `trapline cite` prints those that a result used."""

from __future__ import annotations

REFERENCES: dict[str, str] = {
    "beverland-2022": (
        "M. E. Beverland et al., Assessing requirements to scale to practical quantum advantage, "
        "arXiv:2211.07629 (2022)"
    ),
    "jacinto-2025": (
        "H. Jacinto, E. Gouzien, N. Sangouard, Network requirements for distributed quantum "
        "computation, arXiv:2504.08891 (2025)"
    ),
    "gidney-2021": (
        "C. Gidney, Stim: a fast stabilizer circuit simulator, Quantum 5, 497 (2021), "
        "arXiv:2103.02202"
    ),
    "higgott-2025": (
        "O. Higgott, C. Gidney, Sparse Blossom: correcting a million errors per core second with "
        "minimum-weight matching, Quantum 9, 1600 (2025), arXiv:2303.15933"
    ),
    "ramette-2024": (
        "J. Ramette, J. Sinclair, N. P. Breuckmann, V. Vuletic, Fault-tolerant connection of "
        "error-corrected qubits with noisy links, npj Quantum Inf. 10 (2024), arXiv:2302.01296"
    ),
    "litinski-2019-game": (
        "D. Litinski, A game of surface codes, Quantum 3, 128 (2019), arXiv:1808.02892"
    ),
    "litinski-2019-magic": (
        "D. Litinski, Magic state distillation: not as costly as you think, Quantum 3, 205 (2019), "
        "arXiv:1905.06903"
    ),
    "gidney-2024": (
        "C. Gidney, N. Shutty, C. Jones, Magic state cultivation: growing T states as cheap as "
        "CNOT gates, arXiv:2409.17595 (2024)"
    ),
    "bennett-1996-pairs": (
        "C. H. Bennett et al., Purification of noisy entanglement and faithful teleportation via "
        "noisy channels, Phys. Rev. Lett. 76, 722 (1996)"
    ),
    "bennett-1996-mixed": (
        "C. H. Bennett, D. P. DiVincenzo, J. A. Smolin, W. K. Wootters, Mixed-state entanglement "
        "and quantum error correction, Phys. Rev. A 54, 3824 (1996)"
    ),
    "deutsch-1996": (
        "D. Deutsch et al., Quantum privacy amplification and the security of quantum cryptography "
        "over noisy channels, Phys. Rev. Lett. 77, 2818 (1996)"
    ),
    "gottesman-1999": (
        "D. Gottesman, I. L. Chuang, Demonstrating the viability of universal quantum computation "
        "using teleportation and single-qubit operations, Nature 402, 390 (1999)"
    ),
    "briegel-1998": (
        "H.-J. Briegel, W. Dur, J. I. Cirac, P. Zoller, Quantum repeaters: the role of imperfect "
        "local operations in quantum communication, Phys. Rev. Lett. 81, 5932 (1998)"
    ),
    "duer-1999": (
        "W. Dur, H.-J. Briegel, J. I. Cirac, P. Zoller, Quantum repeaters based on entanglement "
        "purification, Phys. Rev. A 59, 169 (1999)"
    ),
    "cain-2024": (
        "M. Cain et al., Correlated decoding of logical algorithms with transversal gates, "
        "arXiv:2403.03272 (2024)"
    ),
    "pattison-2024": (
        "C. A. Pattison et al., Fast quantum interconnects via constant-rate entanglement "
        "distillation, arXiv:2408.15936 (2024)"
    ),
    "yoder-2025": (
        "T. J. Yoder et al., Tour de gross: a modular quantum computer based on bivariate bicycle "
        "codes, arXiv:2506.03094 (2025)"
    ),
    "bravyi-2024": (
        "S. Bravyi et al., High-threshold and low-overhead fault-tolerant quantum memory, "
        "Nature 627, 778 (2024), arXiv:2308.07915"
    ),
    "cross-2024": (
        "A. Cross, Z. He, P. Rall, T. Yoder, Improved QLDPC surgery: logical measurements and "
        "bridging codes, arXiv:2407.18393 (2024)"
    ),
    "swaroop-2024": (
        "E. Swaroop, T. Jochym-O'Connor, T. J. Yoder, Universal adapters between quantum LDPC "
        "codes, arXiv:2410.03628 (2024)"
    ),
    "nielsen-2002": (
        "M. A. Nielsen, A simple formula for the average gate fidelity of a quantum dynamical "
        "operation, Phys. Lett. A 303, 249 (2002), arXiv:quant-ph/0205035"
    ),
}

ALWAYS: tuple[str, ...] = (
    "gidney-2021",
    "higgott-2025",
    "jacinto-2025",
    "ramette-2024",
    "litinski-2019-game",
    "nielsen-2002",
)


# References of a distillation, by the protocol, and of a way to operate between modules.
DISTILLATION = {
    "dejmps": "deutsch-1996",
    "422": "bennett-1996-mixed",
    "642": "bennett-1996-mixed",
    "513": "bennett-1996-mixed",
    "pumping": "briegel-1998",
    "nested": "duer-1999",
}
OPERATION = {
    "transversal": ("cain-2024",),
    "logical Bell pairs": ("pattison-2024", "bennett-1996-mixed"),
}
BLOCKS = ("yoder-2025", "bravyi-2024", "cross-2024", "swaroop-2024")
CODE = {"gross": BLOCKS, "two-gross": BLOCKS, "bicycle": BLOCKS, "any": BLOCKS}
FACTORY = {"1905.06903": "litinski-2019-magic", "2409.17595": "gidney-2024"}


def references_of(
    *, link: bool, distillation: str, operation: str, factory: str, workload: bool, code: str = ""
) -> list[str]:
    """List the keys of the references that a result rests on.

    Args:
        link: Whether a link is used.
        distillation: Name of the distillation, `none` for none.
        operation: How operations between modules are done.
        factory: Source of the magic-state factory, empty for none.
        workload: Whether logical counts were given.
        code: Name of the code, or of the codes to choose from.
    """
    keys = list(ALWAYS)
    if link:
        keys.append("gottesman-1999")
    keys += [key for name, key in DISTILLATION.items() if distillation.split(" ")[0] == name]
    keys += OPERATION.get(operation, ())
    keys += CODE.get(code, ())
    keys += [key for paper, key in FACTORY.items() if paper in factory]
    if workload:
        keys.append("beverland-2022")
    return list(dict.fromkeys(keys))
