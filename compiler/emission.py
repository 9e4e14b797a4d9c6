"""The emitted circuit of a plan, made when it is first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from trapline.errors import CheckError

if TYPE_CHECKING:
    from trapline.passes.check import PlanCheck
    from trapline.passes.plan import Plan
    from trapline.passes.program import Program
    from trapline.targets.network import Network

LARGE = 20_000
"""Operations from which a circuit that no simulation can decide is emitted on demand only."""

WIDE = 24
"""Qubits above which state vectors never decide, at any effort."""


@dataclass(frozen=True, eq=False)
class Emission:
    """A plan with what is needed to emit it.

    Args:
        plan: A plan that passed its check.
        network: The modules.
        usage: What the check counted.
    """

    plan: Plan
    network: Network
    usage: PlanCheck

    @cached_property
    def program(self) -> Program:
        """The distributed circuit as it was written."""
        from trapline.passes.emit import emit

        return emit(self.plan, self.network)

    @cached_property
    def checked(self) -> Program:
        """The distributed circuit, its structure checked.

        Raises:
            CheckError: Its modules, links or pairs are not those of the plan.
        """
        from trapline.compiler.structure import check_map, check_structure

        out = self.program
        verdicts = [check_structure(out, network=self.network, used=self.usage)]
        if verdicts[0].passed:
            mapped = check_map(
                self.plan.program, out, self.qubit_map, self.plan, self.network, self.usage
            )
            verdicts.append(mapped)
        for verdict in verdicts:
            if not verdict.passed:
                raise CheckError(f"the emitted circuit failed its check: {verdict.checked}")
        return out

    @cached_property
    def qubit_map(self) -> dict[str, dict[str, str]]:
        """Emitted qubit that holds each input qubit, `initial` and `final`."""
        from trapline.passes.slots import qubit_map

        return qubit_map(self.plan, self.network)


def is_beyond_simulation(program: Program) -> bool:
    """Tell whether a circuit is large, and wider than any simulation here can decide."""
    from trapline.compiler.simulate_clifford import is_clifford

    return program.n_ops >= LARGE and program.n_qubits > WIDE and not is_clifford(program)
