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
    "nielsen-2002": (
        "M. A. Nielsen, A simple formula for the average gate fidelity of a quantum dynamical "
        "operation, Phys. Lett. A 303, 249 (2002), arXiv:quant-ph/0205035"
    ),
}

ALWAYS: tuple[str, ...] = (
    "jacinto-2025",
    "ramette-2024",
    "litinski-2019-game",
    "nielsen-2002",
)


def references_of(*, link: bool, distillation: str, factory: str, workload: bool) -> list[str]:
    """List the keys of the references that a result rests on.

    Args:
        link: Whether a link is used.
        distillation: Name of the distillation, `none` for none.
        factory: Source of the magic-state factory, empty for none.
        workload: Whether logical counts were given.
    """
    keys = list(ALWAYS)
    if link:
        keys.append("gottesman-1999")
    if distillation.startswith("dejmps"):
        keys.append("deutsch-1996")
    if distillation.startswith("422"):
        keys.append("bennett-1996-mixed")
    if "1905.06903" in factory:
        keys.append("litinski-2019-magic")
    if "2409.17595" in factory:
        keys.append("gidney-2024")
    if workload:
        keys.append("beverland-2022")
    return keys
