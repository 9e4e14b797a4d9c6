"""Decide whether a program that was rewritten means the same as the one that was given.

A plan may be for a rewritten program. Narrow unitary programs are simulated; for all others the
rotation form shows at any width that it means the same (`rotations`). Where that decides nothing,
state vectors look for a difference; their agreement counts for programs without measurements and
resets only, since of those all that can happen is compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trapline.compiler.pairing import Verdict
from trapline.compiler.rotations import equivalent_by_rotations
from trapline.compiler.simulate_compare import Effort, equivalent_by_state_vector
from trapline.passes.gates import MEASURE, RESET

if TYPE_CHECKING:
    from trapline.passes.program import Program


QUICK = 20_000_000
"""Operations times amplitudes, reference qubits included, up to which programs that only turn
states are simulated first: that needs no compiled code."""


def check_rewrite(
    original: Program, rewritten: Program, *, seed: int = 0, effort: Effort | None = None
) -> Verdict:
    """Decide whether two programs on the same registers mean the same, up to a global phase.

    Args:
        original: The program that was given.
        rewritten: What an optimiser made of it.
        seed: Seed of the states on which a difference is looked for.
        effort: Limits of the state vectors.

    Returns:
        Passed only when they mean the same; failed when they differ, or when the registers do;
        undecided else.
    """
    if (original.qubit_registers, original.bit_registers) != (
        rewritten.qubit_registers,
        rewritten.bit_registers,
    ):
        return Verdict(passed=False, checked="rewrite: the registers differ, want the same")
    simulated = None
    quick = max(original.n_ops, rewritten.n_ops) << min(2 * original.n_qubits, 60) <= QUICK
    if quick and _is_unitary(original) and _is_unitary(rewritten):
        simulated = _simulated(original, rewritten, seed, effort)
        if simulated.passed is not None:
            return Verdict(passed=simulated.passed, checked=f"rewrite: {simulated.checked}")
    found = equivalent_by_rotations(original, rewritten)
    if found.passed is not None:
        return Verdict(passed=found.passed, checked=f"rewrite: {found.checked}")
    simulated = simulated or _simulated(original, rewritten, seed, effort)
    proves = simulated.passed is False or (_is_unitary(original) and _is_unitary(rewritten))
    return Verdict(
        passed=simulated.passed if proves else None,
        checked=f"rewrite: {found.checked}; {simulated.checked}",
    )


def _simulated(original: Program, rewritten: Program, seed: int, effort: Effort | None) -> Verdict:
    names = {name: name for name in original.qubit_names}
    return equivalent_by_state_vector(
        original, rewritten, {"initial": names, "final": names}, seed=seed, effort=effort
    )


def _is_unitary(program: Program) -> bool:
    return not np.isin(program.opcodes, (MEASURE, RESET)).any()
