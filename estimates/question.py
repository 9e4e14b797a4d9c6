"""What every architecture is asked: logical qubits, an error, and perhaps a program.

Sources:
    Beverland et al., arXiv:2211.07629, for the steps and T states of a program from its counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trapline.errors import InputError
from trapline.estimates.azure import (
    checked_counts,
    logical_depth,
    n_t_states,
    split_budget,
    t_per_rotation,
)
from trapline.estimates.checks import in_range, whole_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trapline.targets.model import Target

DEFAULT_LOGICAL_QUBITS = 1024
DEFAULT_TARGET = "ionq-2028"


@dataclass(frozen=True, kw_only=True)
class Question:
    """What every architecture is asked.

    Args:
        logical_qubits: Logical qubits wanted.
        logical_error: Largest error a logical qubit and logical operation.
        t_error: Largest error of a T state.
        steps: Logical steps of a program, one operation after another; None without one.
        t_states: T states of it.
        counts: Its logical counts, all of them.
        budget: Chance that the whole of it fails; None when only logical_error was given.
        target: Machine for our own model.
    """

    logical_qubits: int
    logical_error: float
    t_error: float
    steps: int | None
    t_states: int
    counts: Mapping[str, int] | None
    budget: float | None
    target: str | Target

    def runtime_s(self, *, step_us: float | None, t_state_us: float = 0.0) -> float | None:
        """Return the time of the program: its steps, or its T states if those take longer.

        Args:
            step_us: Time of a logical step; None where the source has none.
            t_state_us: Time between two T states of the whole machine.
        """
        if self.steps is None or step_us is None:
            return None
        return 1e-6 * max(self.steps * step_us, self.t_states * t_state_us)


def question_of(
    *,
    logical_qubits: int | None = None,
    logical_error: float = 1e-9,
    budget: float | None = None,
    counts: Mapping[str, int] | None = None,
    target: str | Target = DEFAULT_TARGET,
) -> Question:
    """Work out the question from what the user gave.

    Args:
        logical_qubits: Logical qubits; those of the counts, or 1,024, when None.
        logical_error: Error a logical qubit and operation, above 0 and at most 0.1.
        budget: Chance that a whole program fails; needs counts and replaces logical_error.
        counts: Logical counts by the names of `azure_v1`.
        target: Machine for our own model.

    Raises:
        InputError: A number is out of range, or a budget is given without counts.
    """
    error = float(in_range("logical_error", logical_error, 1e-30, 0.1))
    if counts is None:
        if budget is not None:
            raise InputError(
                "budget: got a budget for a whole program, but no program",
                hint="give counts as well, or logical_error instead of budget",
            )
        n = DEFAULT_LOGICAL_QUBITS if logical_qubits is None else logical_qubits
        return Question(
            logical_qubits=whole_number("logical_qubits", n, 1),
            logical_error=error,
            t_error=error,
            steps=None,
            t_states=0,
            counts=None,
            budget=None,
            target=target,
        )
    return _of_program(checked_counts(counts), logical_qubits, error, budget, target)


def _of_program(
    program: dict[str, int],
    logical_qubits: int | None,
    error: float,
    budget: float | None,
    target: str | Target,
) -> Question:
    """Return the question of a program, its budget split as in the Azure estimator."""
    n = program["numQubits"] if logical_qubits is None else logical_qubits
    n = whole_number("logical_qubits", n, program["numQubits"])
    program = {**program, "numQubits": n}
    parts = None if budget is None else split_budget(program, _checked(budget))
    synthesis = error * program["rotationCount"] if parts is None else parts.rotations
    each = t_per_rotation(program["rotationCount"], synthesis)
    steps, t_states = logical_depth(program, each), n_t_states(program, each)
    t_error = error
    if parts is not None:
        error = parts.logical / (n * steps)
        t_error = parts.tstates / t_states if t_states else 1.0
    return Question(
        logical_qubits=n,
        logical_error=error,
        t_error=t_error,
        steps=steps,
        t_states=t_states,
        counts=program,
        budget=budget,
        target=target,
    )


def _checked(budget: float) -> float:
    return float(in_range("budget", budget, 1e-30, 0.999))
