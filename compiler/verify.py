"""Decide by independent methods whether a distributed circuit does what its original does.

* structure: every gate within one module, EPR pairs over existing links, as many as planned, and
  the input's qubits in the modules that the plan says (always);
* plan-check: the plan is replayed (whenever there is one; it does not look at the emission);
* rewrite: the program that the plan is for means the same as the original (where they differ);
* state-vector: both circuits on the same states, all branches (small circuits);
* stabilizer: the same for Clifford circuits of any width, in sampled branches.

None of them shares code with the optimiser or the emitter. A circuit counts as verified when the
plan, state vectors or stabilizers decide and nothing fails. The plan of a rewritten program decides
only together with the rewrite; structure and rewrite alone decide nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trapline.compiler.pairing import QubitMap, Verdict, qubit_map_of
from trapline.compiler.rewrite import check_rewrite
from trapline.compiler.simulate_clifford import equivalent_by_stabilizers, is_clifford
from trapline.compiler.simulate_compare import Effort, equivalent_by_state_vector
from trapline.compiler.structure import check_map, check_structure
from trapline.errors import CheckError
from trapline.passes.check import PlanCheck, check_plan
from trapline.passes.gates import RESET

if TYPE_CHECKING:
    from trapline.passes.plan import Plan
    from trapline.passes.program import Program
    from trapline.targets.network import Network

WIDE = 10
"""Clifford circuits of more qubits go to the stabilizers first, and so do those with resets."""

_PLANNED = ("plan-check", "rewrite")
_SIMULATED = ("state-vector", "stabilizer")


@dataclass(frozen=True, kw_only=True)
class Verification:
    """Answer of all methods together.

    Args:
        method: Methods that decided, joined by `+`; `none` when none did.
        passed: True when some method decided and none failed, False when one found a difference,
            None when no method could decide.
        checked: What was checked, in words; for a failure, what differs.
        details: The words of every method that was tried.
    """

    method: str
    passed: bool | None
    checked: str
    details: dict[str, str]

    @property
    def exit_code(self) -> int:
        """Exit code of the command line: 0 only when the circuits were shown to agree."""
        return 0 if self.passed else CheckError.exit_code

    def require(self) -> None:
        """Insist on success.

        Raises:
            CheckError: A method found a difference, or none could decide.
        """
        if self.passed is None:
            hint = (
                "raise the effort; the plan is for a rewritten program, which could not be shown "
                "to mean the same"
                if "rewrite" in self.details
                else "give the plan, or raise the effort; circuits above about 18 qubits need "
                "to be Clifford to be compared without a plan"
            )
            raise CheckError(f"not verified: {self.checked}", hint=hint)
        if not self.passed:
            raise CheckError(f"verification failed: {self.checked}")


@dataclass(frozen=True, kw_only=True)
class VerifyEffort:
    """What a verification may spend.

    Args:
        state_vector: Limits of the state vectors.
        stabilizer_branches: Branches compared by stabilizers.
    """

    state_vector: Effort
    stabilizer_branches: int


EFFORTS: dict[str, VerifyEffort] = {
    "fast": VerifyEffort(
        state_vector=Effort(max_qubits=15, max_work=5e7, draws=2), stabilizer_branches=8
    ),
    "default": VerifyEffort(state_vector=Effort(), stabilizer_branches=32),
    "best": VerifyEffort(
        state_vector=Effort(max_qubits=20, max_work=2e10, branches=1024, draws=16),
        stabilizer_branches=256,
    ),
}


def verify(
    original: Program,
    emitted: Program,
    *,
    qubit_map: QubitMap,
    plan: Plan | None = None,
    network: Network | None = None,
    used: PlanCheck | None = None,
    rewrite: Verdict | None = None,
    seed: int = 0,
    effort: str = "default",
) -> Verification:
    """Verify a distributed circuit.

    Args:
        original: The input.
        emitted: The distributed circuit, with registers named `MODULE_d` and `MODULE_c`.
        qubit_map: Emitted qubit that holds each input qubit, `initial` and `final`, by names.
        plan: The plan it was emitted from; needs `network`. Its program may be another with the
            same registers and the same meaning.
        network: The network.
        used: What `check_plan` found for this plan and network; without it the plan is replayed.
        rewrite: What `check_rewrite` found for the original and the plan's program; without it
            they are compared here where they differ.
        seed: Seed of inputs, outcomes and samples of branches.
        effort: `fast`, `default` or `best`.

    Returns:
        The answer, with what was checked.

    Raises:
        InputError: The map does not fit the circuits.
        ValueError: There is a plan but no network.
    """
    limits = EFFORTS[effort]
    verdicts: dict[str, Verdict] = {}
    if plan is not None:
        if network is None:
            raise ValueError("a plan can only be checked with its network")
        if not _same_program(original, plan.program):
            verdicts["rewrite"] = rewrite or check_rewrite(
                original, plan.program, seed=seed, effort=limits.state_vector
            )
        used, verdicts["plan-check"] = plan_verdict(plan, network, used)
    verdicts["structure"] = check_structure(emitted, network=network, used=used)
    if plan is not None and network is not None and used is not None:
        verdicts["qubit-map"] = check_map(original, emitted, qubit_map, plan, network, used)
    if all(verdict.passed is not False for verdict in verdicts.values()):
        verdicts |= _simulations(original, emitted, qubit_map, seed, limits)
    return together(verdicts)


def verify_files(
    original: Program, emitted: Program, *, seed: int = 0, effort: str = "default"
) -> Verification:
    """Verify an emitted program that was read from a file, by the map that it carries.

    Args:
        original: The input.
        emitted: The distributed circuit; its note `qubit_map` says where the input qubits are.
            Without one, qubits are matched by name.
        seed: Seed of inputs, outcomes and samples of branches.
        effort: `fast`, `default` or `best`.

    Raises:
        InputError: There is no map and names are missing, or the map does not fit.
    """
    return verify(
        original, emitted, qubit_map=qubit_map_of(original, emitted), seed=seed, effort=effort
    )


def plan_verdict(
    plan: Plan, network: Network, used: PlanCheck | None
) -> tuple[PlanCheck | None, Verdict]:
    """Replay a plan, unless that was done, and say what came of it."""
    try:
        used = used or check_plan(plan, network)
    except CheckError as error:
        return None, Verdict(passed=False, checked=f"plan-check: {error.message}")
    return used, Verdict(
        passed=True,
        checked=f"plan-check: {used.events} events replayed, {used.epr_pairs} EPR pairs",
    )


def _same_program(one: Program, other: Program) -> bool:
    """Return whether two programs have the same operations, names aside."""
    columns = ("opcodes", "operand_start", "operands", "params", "bits", "conditions")
    return one is other or (
        all(np.array_equal(getattr(one, name), getattr(other, name)) for name in columns)
        and one.condition_table == other.condition_table
        and len(one.matrices) == len(other.matrices)
        and all(map(np.array_equal, one.matrices, other.matrices))
    )


def _simulations(
    original: Program, emitted: Program, qubit_map: QubitMap, seed: int, limits: VerifyEffort
) -> dict[str, Verdict]:
    """Compare by simulation, the more suitable method first, until one decides."""
    clifford = is_clifford(original) and is_clifford(emitted)
    methods = ["state-vector"]
    if clifford:
        # Resets of entangled qubits split state vectors, but not stabilizers.
        first = original.n_qubits > WIDE or bool((original.opcodes == RESET).any())
        methods.insert(0 if first else 1, "stabilizer")
    verdicts: dict[str, Verdict] = {}
    for method in methods:
        if method == "stabilizer":
            found = equivalent_by_stabilizers(
                original, emitted, qubit_map, seed=seed, branches=limits.stabilizer_branches
            )
        else:
            found = equivalent_by_state_vector(
                original, emitted, qubit_map, seed=seed, effort=limits.state_vector
            )
        verdicts[method] = found
        if found.passed is not None:
            break
    return verdicts


def together(verdicts: dict[str, Verdict]) -> Verification:
    """Join the verdicts of all methods."""
    details = {name: verdict.checked for name, verdict in verdicts.items()}
    failed = [name for name, verdict in verdicts.items() if verdict.passed is False]
    planned = [name for name in _PLANNED if name in verdicts]
    decided = planned if all(verdicts[name].passed for name in planned) else []
    decided += [name for name in _SIMULATED if name in verdicts and verdicts[name].passed]
    shown = failed or list(verdicts)
    return Verification(
        method="+".join(failed or decided) or "none",
        passed=False if failed else True if decided else None,
        checked="; ".join(details[name] for name in shown),
        details=details,
    )
